"""The two-tower model of chapters 06 and 07 on MovieLens-100K; `recbook bench two_towers` runs this, in Keras.

Two losses with as many settings each, chosen on validation; then identities, text and both, on warm films and on hidden
ones. On one thread this takes about twenty minutes.
"""

from __future__ import annotations

import os

# One thread everywhere: sums come out in the same order. TensorFlow reads its own two when it is imported.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1", TF_CPP_MIN_LOG_LEVEL="3")
os.environ.update(TF_NUM_INTRAOP_THREADS="1", TF_NUM_INTEROP_THREADS="1", CUDA_VISIBLE_DEVICES="")

import time
from dataclasses import asdict, replace
from typing import Any

import numpy as np

import recbook
from recbook.data import Interactions, Split, cold_items, leave_one_out
from recbook.evaluation import Report, evaluate, evaluate_scores
from recbook.models import EASE, FeatureRidge, Popularity
from recbook.models.towers import TowerSettings, centred
from recbook.results import store
from recbook.text import TextEncoder
from recbook.tf.dot import DotRecommender

NDCG = "ndcg@10"
SEEDS = range(3)
HIDDEN_SETS = range(5)
# A first look had 0.002 among the rates and 0.25 among the weights: the best lay at the other end.
RATES = (4e-3, 7e-3, 1.2e-2, 2e-2)
GRIDS: dict[str, tuple[str, tuple]] = {
    "softmax": ("negatives", (64, 256, 1024)),
    "sigmoid": ("negative_weight", (1.0, 4.0, 16.0)),
}
KINDS = {"identity": {"text": False}, "text": {"identity": False}, "both": {}}


def main() -> None:
    ratings = recbook.load("ml-100k")
    split, features = leave_one_out(ratings), title_features(ratings)
    results: dict[str, Any] = {"hidden": hidden(ratings, features)}
    results["grid"] = {loss: grid(split, loss) for loss in GRIDS}
    best = {loss: best_of(found, loss) for loss, found in results["grid"].items()}
    results["warm"] = warm(split, features, best["sigmoid"])
    settings = {
        "data": "ml-100k", "seeds": list(SEEDS), "hidden_sets": list(HIDDEN_SETS), "rates": RATES,
        "best_of_grid": {loss: asdict(chosen) for loss, chosen in best.items()}, "model": asdict(TowerSettings()),
    }  # fmt: skip
    print(store("two_towers", settings, results, packages=("tensorflow-cpu", "keras", "numpy")))


def say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", flush=True)


def title_features(ratings: Interactions) -> np.ndarray:
    assert ratings.items is not None
    return centred(TextEncoder().encode(list(ratings.items["display_title"])))


def grid(split: Split, loss: str) -> dict[str, Any]:
    """Validation NDCG@10 with identities only and one seed: a row a rate, a column a value of the second setting."""
    name, values = GRIDS[loss]
    found = np.zeros((len(RATES), len(values)))
    for row, rate in enumerate(RATES):
        for column, value in enumerate(values):
            settings = replace(TowerSettings(text=False, loss=loss, learning_rate=rate), **{name: value})
            found[row, column] = evaluate(DotRecommender(None, settings).fit(split.train), split, on="valid")[NDCG]
            say(f"{loss} rate {rate} {name} {value}: {found[row, column]:.4f}")
    return {"rates": RATES, name: values, NDCG: found}


def best_of(found: dict[str, Any], loss: str) -> TowerSettings:
    """The settings of the best cell of a grid."""
    name, values = GRIDS[loss]
    row, column = np.unravel_index(np.argmax(found[NDCG]), found[NDCG].shape)
    return replace(TowerSettings(loss=loss, learning_rate=RATES[row]), **{name: values[column]})


def warm(split: Split, features: np.ndarray, sigmoid: TowerSettings) -> dict[str, Any]:
    """Each kind with the course's settings, and identities with text by the sigmoid's best: validation and test."""
    runs = {kind: replace(TowerSettings(), **change) for kind, change in KINDS.items()}
    runs["both, sigmoid"] = sigmoid
    table = {name: [evaluate(model, split, on=on)] for name, model, on in _baselines()}
    for name, settings in runs.items():
        fitted = [DotRecommender(features, settings, seed).fit(split.train) for seed in SEEDS]
        for on in ("valid", "test"):
            table[f"{name}, {on}"] = [evaluate(model, split, on=on) for model in fitted]
            say(f"{name} {on} {[round(report[NDCG], 4) for report in table[f'{name}, {on}']]}")
    return {name: _row(reports, per_user=name.endswith("test")) for name, reports in table.items()}


def _baselines() -> list[tuple[str, Any, str]]:
    models = {"popularity": Popularity(), "EASE": EASE()}
    return [(f"{name}, {on}", model, on) for name, model in models.items() for on in ("valid", "test")]


def _row(reports: list[Report], per_user: bool) -> dict[str, Any]:
    """NDCG@10 of each seed; of the first also each user's, for paired differences."""
    row: dict[str, Any] = {"seeds": [report[NDCG] for report in reports]}
    return row | ({"per_user": reports[0].per_user[NDCG]} if per_user else {})


def hidden(ratings: Interactions, features: np.ndarray) -> dict[str, Any]:
    """NDCG@10 among a fifth of the films, hidden; relevant is a rating of 4 or more. A list of sets for each model."""
    found: dict[str, list[dict[str, Any]]] = {}
    for number in HIDDEN_SETS:
        split = cold_items(ratings, seed=number)
        films = np.unique(split.test.item)
        for name, scores in hidden_scores(split, features).items():
            liked = split.test.take(split.test.rating >= 4).matrix()[:, films]
            report = evaluate_scores(scores[:, films], liked)
            found.setdefault(name, []).append(_row([report], per_user=False) | {"interval": report.interval(NDCG)})
            say(f"hidden set {number} {name} {report[NDCG]:.4f}")
    return found


def hidden_scores(split: Split, features: np.ndarray) -> dict[str, np.ndarray]:
    """Scores ``(n_users, n_items)`` of every model that has not seen the hidden films."""
    users = np.arange(split.train.n_users)
    scores = {
        "random": np.random.default_rng(0).normal(size=(len(users), split.train.n_items)),
        "ridge": FeatureRidge(features).fit(split.train).score(users),
    }
    for kind, change in KINDS.items():
        model = DotRecommender(features, replace(TowerSettings(), **change)).fit(split.train)
        scores[kind] = model.score(users)
        if kind == "both":
            forget_untrained(model, split.train)
            scores["both, no untrained identities"] = model.score(users)
    return scores


def forget_untrained(model: DotRecommender, log: Interactions) -> None:
    """Set to 0 the identities of items that the log lacks: they are still the random numbers of the start."""
    identity = model.model_.item.identity
    identity.assign(identity.numpy() * (log.item_counts() > 0)[:, None])


if __name__ == "__main__":
    main()
