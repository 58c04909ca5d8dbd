"""What each flaw of a log costs, and what its repair brings back (chapter 02).

`recbook experiment flaws` runs this.
The flaws are planted into the training rows only; the rows to be found, and what is masked, are those of the clean log.
LinearTowers is trained with ten seeds, because two seeds differ by as much as a small flaw costs.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer

import recbook
from recbook.data import Interactions, Split, leave_one_out, prepare, simulate
from recbook.evaluation import Report, evaluate_scores, truth
from recbook.experiments import say
from recbook.models import EASE, Popularity
from recbook.models.linear_towers import LinearTowers, joined_features
from recbook.text import TextEncoder

SEEDS = 10
MODELS = ("towers", "EASE", "EASE, last films", "popularity")
REPAIRS = dict(zip(simulate.FLAWS, (prepare.drop_bots, prepare.mend_times, prepare.drop_copies,
                                    prepare.mend_titles, prepare.fill_genres), strict=True))  # fmt: skip


@cache
def clean_split() -> Split:
    split = leave_one_out(prepare.repair(recbook.load("ml-100k"))[0])
    if split.test.n != SETTINGS["test_users"]:
        raise AssertionError(f"SETTINGS says {SETTINGS['test_users']} test users; there are {split.test.n}.")
    return split


@cache
def of_clean(model: str) -> list[np.ndarray]:
    """What everything is compared with."""
    return per_user(model, clean_split().train, clean_split())


def rows() -> list[dict]:
    """Each condition with each model, the clean log first."""
    split = clean_split()
    found = [row(("clean", "clean"), model, of_clean(model), of_clean(model)) for model in MODELS]
    for key, log in conditions(split.train).items():
        say(", ".join(key))
        found += [row(key, model, per_user(model, log, split), of_clean(model)) for model in MODELS]
    return found


def conditions(train: Interactions) -> dict[tuple[str, str], Interactions]:
    """The training log with each flaw alone and with all, before and after repair."""
    made = {}
    for flaw, step in REPAIRS.items():
        noisy, _ = simulate.plant(train, [flaw])
        made[flaw.__name__, "flawed"], made[flaw.__name__, "mended"] = noisy, step(noisy)[0]
    noisy, _ = simulate.plant(train)
    made["all", "flawed"], made["all", "mended"] = noisy, prepare.repair(noisy, prepare.EVENT_STEPS)[0]
    return made


def per_user(model: str, train: Interactions, split: Split) -> list[np.ndarray]:
    """NDCG@10 of each user of the clean log, one array for each seed (one where a model has none)."""
    users = np.arange(split.test.n_users)
    history = history_of(train, split)
    if model == "towers":
        return by_seed(features_of(train), train, history, split)
    made = {"EASE": EASE(), "EASE, last films": EASE.recent(), "popularity": Popularity()}[model]
    return [judge(made.fit(train).score(users, history), split)]


def history_of(train: Interactions, split: Split) -> Interactions:
    """What the users have met when they are served: this training log, and the validation films."""
    return Split(train, _widened(split.valid, train), split.test).history()


def where_copies_hurt() -> list[dict]:
    """Copies in the training log only, and in the histories that are served only."""
    split, base = clean_split(), of_clean("towers")
    noisy, _ = simulate.plant(split.train, [simulate.copies])
    features, served = features_of(split.train), history_of(noisy, split)
    measured = {
        "in training": by_seed(features, noisy, split.history(), split),
        "at serving": by_seed(features, split.train, served, split),
    }
    return [row(("copies", where), "towers", values, base) for where, values in measured.items()]


def by_seed(features: np.ndarray, train: Interactions, history: Interactions, split: Split) -> list[np.ndarray]:
    users = np.arange(split.test.n_users)
    return [judge(LinearTowers(features, seed=s).fit(train).score(users, history), split) for s in range(SEEDS)]


def encoders() -> list[dict]:
    """The same towers on other features: what does it matter how the titles were read?"""
    split, base = clean_split(), of_clean("towers")
    items = split.train.items
    assert items is not None
    titles = items["display_title"].tolist()
    genres = prepare.genre_table(items).to_numpy()
    vectors = TextEncoder().encode(titles)
    words = CountVectorizer(binary=True, min_df=2).fit_transform(titles).toarray()
    rng = np.random.default_rng(0)
    codes, few = rng.normal(size=vectors.shape), rng.normal(size=genres.shape)
    alphabetical = np.argsort(titles, kind="stable")
    features = {
        "words + genres": joined_features(words, genres),
        "titles": joined_features(vectors),
        "random codes": joined_features(codes),
        "random codes + genres": joined_features(codes, genres),
        "genres": joined_features(genres),
        "random codes, as narrow": joined_features(few),
        "title vectors from A to Z": joined_features(vectors[alphabetical], genres),
    }
    measured = {key: by_seed(f, split.train, split.history(), split) for key, f in features.items()}
    return [row((key, "encoder"), "towers", values, base) for key, values in measured.items()]


def features_of(log: Interactions) -> np.ndarray:
    assert log.items is not None
    vectors = TextEncoder().encode(log.items["display_title"].tolist())
    return joined_features(vectors, prepare.genre_table(log.items).to_numpy())


def judge(scores: np.ndarray, split: Split) -> np.ndarray:
    return evaluate_scores(scores, truth(split), exclude=split.history().matrix()).per_user["ndcg@10"]


def row(key: tuple[str, str], model: str, values: list[np.ndarray], base: list[np.ndarray]) -> dict:
    """One line of the result: the mean over seeds, each seed, and the paired difference from the clean log."""
    mean, of_clean = np.mean(values, axis=0), np.mean(base, axis=0)
    low, high = Report({"ndcg@10": mean}).difference(Report({"ndcg@10": of_clean}), "ndcg@10")
    return {
        "flaw": key[0], "state": key[1], "model": model, "ndcg": np.nanmean(mean),
        "difference": np.nanmean(mean - of_clean), "low": low, "high": high,
        "by_seed": [float(np.nanmean(v)) for v in values],
    }  # fmt: skip


def _widened(log: Interactions, like: Interactions) -> Interactions:
    """The same rows in the id space of another log, whose further users come last."""
    return Interactions(log.user, log.item, log.rating, log.timestamp, like.user_ids, like.item_ids)


MINUTES = 15
PACKAGES = ("numpy", "scipy", "torch", "scikit-learn")
SETTINGS = {"seeds": SEEDS, "test_users": 943, "plant_seed": 0, "metric": "ndcg@10"}
PARTS = {"rows": rows, "encoders": encoders, "copies": where_copies_hurt}
