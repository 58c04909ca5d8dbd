"""What a small language model knows of films, and whether it can recommend, beside every control (chapter 16).

`recbook experiment language_model` runs this, with the optional model: `recbook data fetch smollm2`. A user's ten last
liked films stand in a prompt, and the model's likelihood of a title that follows ranks 50 candidates: the user's test
film and 49 others. The wording is chosen on validation films of other users. Ranks are stored for each user, so that
every difference has its interval. Its vectors of titles stand beside MiniLM's on the five hidden sets of chapter 10,
layer, text and penalty chosen on inner sets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from scipy.stats import spearmanr

import recbook
from recbook.data import Interactions, cold_items
from recbook.evaluation import evaluate_scores
from recbook.evaluation.compare import bootstrap_over_sets, sets_won
from recbook.experiments import CannotMeasureError, load, measured, say
from recbook.models import EASE, Popularity
from recbook.models.cold_start import KernelRidge
from recbook.text import TextEncoder
from recbook.text.films import film_texts, invented_titles, linear_kernel, years
from recbook.text.language_model import LanguageModel
from recbook.text.pooling import mean_cosine
from recbook.text.prompts import WORDINGS, Wording

on_films = load("cold_start")  # how films are hidden, and how a setting is chosen on inner sets

HISTORY, CANDIDATES = 10, 50
BLOCK, CHOOSING, REVERSED, LETTERED = 25, 20, 100, 20
BLOCKS, POPULAR_BLOCKS = 8, 4
TRIOS = (
    ("Toy Story", "The Lion King", "Aladdin"),
    ("Alien", "Blade Runner", "The Terminator"),
    ("Fargo", "Pulp Fiction", "Trainspotting"),
)
TEMPERATURES, SEEDS, SAID = (0.7, 1.0, 1.5), (0, 1), 12
GROUP, DATED = 40, 20
SOME = 200
LAYERS = (0, 8, 15, 22, 30)
L2 = (3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
LINES = (
    "1|Toy Story (1995)|01-Jan-1995||http://us.imdb.com/M/title-exact?Toy%20Story%20(1995)|0|0|0|1|1|1|0|0|0|0|0|0|0|0|0|0|0|0|0",
    "2|GoldenEye (1995)|01-Jan-1995||http://us.imdb.com/M/title-exact?GoldenEye%20(1995)|0|1|1|0|0|0|0|0|0|0|0|0|0|0|0|0|1|0|0",
)
"""The first two lines of MovieLens-100K's file of films, u.item."""


@cache
def model() -> LanguageModel:
    try:
        return LanguageModel()
    except FileNotFoundError as error:
        raise CannotMeasureError(str(error)) from error


class Bench:
    """The log, its titles, and for each user the films that a prompt and a list of candidates hold."""

    def __init__(self) -> None:
        self.ratings = recbook.load("ml-100k")
        self.split = recbook.data.leave_one_out(self.ratings)
        self.titles = film_texts(self.ratings.items)["title"]
        self.year = years(self.ratings.items).astype(int)
        self.count = self.split.train.item_counts()
        self.users = self._users()

    def _users(self) -> np.ndarray:
        """Who liked at least ten films of the training log, in an order drawn once."""
        train = self.split.train
        liked = np.bincount(train.user[train.need_ratings("A like") >= 4], minlength=train.n_users)
        return np.random.default_rng(0).permutation(np.flatnonzero(liked >= HISTORY))

    def liked(self, user: int, on: str = "test") -> list[int]:
        """The ten last films before ``on`` that the user gave a 4 or a 5, the oldest first."""
        history = self.split.history(on)
        rows = np.flatnonzero((history.user == user) & (history.need_ratings("A like") >= 4))
        times = history.need_times("A history")[rows]
        return [int(film) for film in history.item[rows[np.argsort(times, kind="stable")]][-HISTORY:]]

    def candidates(self, user: int, on: str, popular: bool = False) -> np.ndarray:
        """The film to be found, first, and 49 that the user never rated, drawn evenly or by their ratings."""
        part = getattr(self.split, on)
        target = int(part.item[part.user == user][0])
        seen = self.ratings.item[self.ratings.user == user]
        weights = np.where(np.isin(np.arange(len(self.titles)), seen), 0, self.count if popular else 1).astype(float)
        rng = np.random.default_rng((user, int(popular)))
        drawn = rng.choice(len(weights), CANDIDATES - 1, replace=False, p=weights / weights.sum())
        return np.array([target, *drawn])

    def likelihoods(self, wording: Wording, history: Sequence[int], films: np.ndarray) -> np.ndarray:
        """Log-likelihood of each film's title after the films of a history, or after none."""
        prompt = wording.prompt(model(), [self.titles[film] for film in history])
        return model().log_likelihoods(prompt, [wording.answer(self.titles[film]) for film in films])

    def lengths(self, wording: Wording, films: np.ndarray) -> np.ndarray:
        return model().token_counts([wording.answer(self.titles[film]) for film in films])


@cache
def bench() -> Bench:
    return Bench()


def rank_of_first(scores: np.ndarray, seed: int = 0) -> int:
    """The place of the first candidate, from 1; who is first among equals is drawn by ``seed``."""
    scores = np.asarray(scores, np.float64)
    order = np.random.default_rng(seed).permutation(len(scores))
    tied = (scores == scores[0]) & (order < order[0])
    return int(1 + (scores > scores[0]).sum() + tied.sum())


def ndcg(ranks: Sequence[int]) -> float:
    places = np.asarray(ranks)
    return float(np.where(places <= 10, 1 / np.log2(1 + places), 0).mean())


# What it says


def measure_said() -> dict[str, Any]:
    """For three trios of films: the next film that it writes, and the probabilities of the next token."""
    found = {}
    for films in TRIOS:
        prompt = WORDINGS["list"].prompt(model(), films)
        said = {
            "greedy": [written(prompt, 0.0, 0)],
            "chat, greedy": [written(WORDINGS["chat"].prompt(model(), films), 0.0, 0)],
        }
        said |= {f"{t:g}": [written(prompt, t, seed) for seed in SEEDS] for t in TEMPERATURES}
        found[", ".join(films)] = {
            "said": said,
            "next": {f"{t:g}": model().next_tokens(prompt, 10, t) for t in (0.5, 1.0)},
        }
        say(f"{films}: {said}")
    return found


def written(prompt: str, temperature: float, seed: int) -> str:
    return model().generate(prompt, SAID, temperature, seed=seed, stop="\n").strip()


# What it knows


def measure_perplexity() -> dict[str, Any]:
    """Log-perplexity a token of titles much rated, little rated, and of invented twins of both."""
    films = bench()
    order = np.argsort(-films.count, kind="stable")
    little = np.flatnonzero((films.count >= 5) & (films.count < 20))
    chosen = {"much rated": order[:GROUP], "little rated": np.random.default_rng(0).permutation(little)[:GROUP]}
    invented = [text.rpartition(" (")[0] for text in invented_titles(films.ratings.items)]
    groups = {name: [films.titles[film] for film in rows] for name, rows in chosen.items()}
    groups |= {f"{name}, invented": [invented[film] for film in rows] for name, rows in chosen.items()}
    found: dict[str, Any] = {"examples": {name: titles[:3] for name, titles in groups.items()}}
    for name, titles in groups.items():
        texts = [f" {title}" for title in titles]
        found[name] = -model().log_likelihoods("I watched the film", texts) / model().token_counts(texts)
        say(f"{name}: {np.exp(np.mean(found[name])):.0f}")
    return found


def measure_years() -> dict[str, Any]:
    """The year that it writes after ``Title (`` for the twenty most rated films, and the right one."""
    films = bench()
    order = np.argsort(-films.count, kind="stable")[:DATED]
    answers = [model().generate(f"{films.titles[film]} (", 5, 0.0) for film in order]
    return {
        "right": films.year[order],
        "titles": [films.titles[film] for film in order[:5]],
        "form": [first_year(answer) for answer in answers],
    }


def first_year(text: str) -> int:
    """The first four digits in a row, or 0."""
    found = re.search(r"\d{4}", text)
    return int(found[0]) if found else 0


def measure_lines() -> dict[str, Any]:
    """After the first line of the data file: what it writes, and the true next film's rank among the most rated."""
    films = bench()
    prompt = f"{LINES[0]}\n2|"
    top = [
        film for film in np.argsort(-films.count, kind="stable") if films.titles[film] not in ("GoldenEye", "Toy Story")
    ]
    texts = [f"{title} (1995)" for title in ("GoldenEye", *(films.titles[film] for film in top[: 2 * GROUP - 1]))]
    ranks = {
        name: rank_of_first(model().log_likelihoods(text, texts))
        for name, text in {"line": prompt, "none": "2|"}.items()
    }
    written_next = model().generate(prompt, 45, 0.0, stop="\n")
    return {"prompt": LINES[0], "written": f"2|{written_next}", "true": LINES[1], "among": len(texts), "ranks": ranks}


# Whether it recommends


def measure_wordings() -> dict[str, Any]:
    """NDCG@10 of each wording on the validation films of users who are not tested."""
    films, users = bench(), bench().users[-CHOOSING:]
    found = {}
    for name, wording in WORDINGS.items():
        ranks, alone = [], []
        for user in map(int, users):
            shown = films.candidates(user, "valid")
            read = films.likelihoods(wording, films.liked(user, "valid"), shown)
            ranks.append(rank_of_first(read))
            alone.append(rank_of_first(read / films.lengths(wording, shown)))
        found[name] = {"sum": ndcg(ranks), "per token": ndcg(alone)}
        say(f"{name}: {found[name]}")
    return found


@cache
def wording() -> Wording:
    """The wording whose summed likelihood did best on the validation films."""
    tried = measured("language_model", "wordings")
    return WORDINGS[max(tried, key=lambda name: tried[name]["sum"])]


@cache
def priors() -> np.ndarray:
    """The history-free log-likelihood of every film, as it is stored."""
    return np.array(measured("language_model", "prior")["log-likelihood"])


@cache
def rivals() -> dict[str, np.ndarray]:
    """Scores of all films ``(n_users, n_items)`` by what needs no language model."""
    films = bench()
    users = np.arange(films.ratings.n_users)
    made = {"popularity": Popularity(), "EASE": EASE(), "EASE, last films": EASE.recent()}
    found = {name: one.fit(films.split.train).score(users, films.split.history()) for name, one in made.items()}
    vectors = TextEncoder().encode(films.titles)
    means = np.zeros((len(users), vectors.shape[1]), vectors.dtype)
    for user in films.users[: BLOCKS * BLOCK]:
        means[user] = vectors[films.liked(int(user))].mean(axis=0)
    return found | {"MiniLM": means @ vectors.T}


def measure_prior() -> dict[str, Any]:
    """The likelihood of every film without a history, and what it goes with: fame, and how short a title is."""
    films = bench()
    every = np.arange(len(films.titles))
    found, lengths, rated = films.likelihoods(wording(), [], every), films.lengths(wording(), every), films.count > 0
    return {
        "with ratings": spearmanr(found[rated], films.count[rated]).statistic,
        "with length": spearmanr(found, lengths).statistic,
        "most likely": [films.titles[film] for film in np.argsort(-found)[:10]],
        "least likely": [films.titles[film] for film in np.argsort(found)[:3]],
        "log-likelihood": found,
    }


class Test:
    """Ranks of each tested user's film by every score, for one block of users."""

    def __init__(self, block: int, popular: bool) -> None:
        self.block, self.popular = block, popular

    def __call__(self) -> dict[str, Any]:
        films, found = bench(), dict[str, list[int]]()
        for at in range(self.block * BLOCK, (self.block + 1) * BLOCK):
            user = int(films.users[at])
            shown = films.candidates(user, "test", self.popular)
            for name, scores in self.scores(at, user, shown).items():
                found.setdefault(name, []).append(rank_of_first(scores, user))
        say(f"{ {name: round(ndcg(ranks), 3) for name, ranks in found.items()} }")
        return found

    def scores(self, at: int, user: int, shown: np.ndarray) -> dict[str, np.ndarray]:
        films, says, n = bench(), wording(), bench().lengths(wording(), shown)
        read, prior = films.likelihoods(says, films.liked(user), shown), priors()[shown]
        found = {
            "with history": read, "without history": prior, "with minus without": read - prior,
            "with history, per token": read / n, "without history, per token": prior / n,
            "with minus without, per token": (read - prior) / n,
            "random": np.random.default_rng(user).random(len(shown)),
        }  # fmt: skip
        found |= {name: table[user, shown] for name, table in rivals().items()}
        if not self.popular:
            other = int(films.users[at + 1])
            strange = films.likelihoods(says, films.liked(other), shown)
            found |= {
                "another user's history": strange, "another user's, per token": strange / n,
                "another user's minus without": strange - prior,
            }  # fmt: skip
            if at < REVERSED:
                found["history reversed"] = films.likelihoods(says, films.liked(user)[::-1], shown)
        return found


def measure_letters() -> dict[str, Any]:
    """Ten films under the letters A to J, in two orders: which letter it says, and the place of the test film.

    Calibrated: each letter's mean log-probability over all prompts taken off (after Zhao et al. 2021).
    """
    films, found, places = bench(), [], []
    for user in map(int, bench().users[:LETTERED]):
        shown = films.candidates(user, "test")[:10]
        for turn in range(2):
            order = np.random.default_rng((user, turn, 7)).permutation(10)
            found.append(
                model().log_likelihoods(letter_prompt(films, user, shown[order]), [f"{x}" for x in "ABCDEFGHIJ"])
            )
            places.append(int(np.flatnonzero(order == 0)[0]))
    table = np.array(found)
    even = table - table.mean(axis=0)
    return {
        "said": np.bincount(table.argmax(axis=1), minlength=10), "right": np.bincount(places, minlength=10),
        "ranks": [placed(row, place) for row, place in zip(table, places, strict=True)],
        "ranks, calibrated": [placed(row, place) for row, place in zip(even, places, strict=True)],
    }  # fmt: skip


def letter_prompt(films: Bench, user: int, shown: np.ndarray) -> str:
    liked = "; ".join(films.titles[film] for film in films.liked(user))
    choices = "\n".join(f"{letter}. {films.titles[film]}" for letter, film in zip("ABCDEFGHIJ", shown, strict=True))
    return model().chat(
        f"I liked these films: {liked}.\nWhich of these should I watch next? Answer with its letter only.\n{choices}"
    )


def placed(row: np.ndarray, place: int) -> int:
    return int(1 + (row > row[place]).sum())


# Its vectors


@cache
def vectors() -> dict[str, np.ndarray]:
    """Vectors of all titles by what was read, which tokens were taken, and which layer."""
    titles = bench().titles
    found = {}
    for text, texts, pooling in (
        ("title", titles, "mean"), ("sentence", [f'The film "{title}" is a' for title in titles], "last"),
    ):  # fmt: skip
        for layer, table in zip(LAYERS, model().hidden_states(texts, LAYERS, pooling), strict=True):
            found[f"{text}, {pooling}, {layer}"] = table
        say(f"{text}, {pooling}: read")
    return found


def standardised(table: np.ndarray) -> np.ndarray:
    """Each column with mean 0 and deviation 1, so that no few of them decide a cosine."""
    return (table - table.mean(axis=0)) / np.maximum(table.std(axis=0), 1e-9)


def measure_cosines() -> dict[str, Any]:
    """The mean cosine of two titles by layer: raw, standardised, and of some titles with the first token left out.

    ``length`` is the mean length of the first token's vector there, and of the mean of the others.
    """
    found: dict[str, Any] = {
        name: {"raw": mean_cosine(t), "standardised": mean_cosine(standardised(t))} for name, t in vectors().items()
    }
    some = [title for title in bench().titles if len(title.split()) > 1][:SOME]
    for pooling in ("mean", "first", "rest"):
        tables = model().hidden_states(some, LAYERS, pooling)
        found[f"some, {pooling}"] = {
            "raw": [mean_cosine(table) for table in tables], "length": np.linalg.norm(tables, axis=2).mean(axis=1),
        }  # fmt: skip
    return found


def measure_hidden() -> dict[str, Any]:
    """NDCG@10 on the five hidden sets: the layer that inner sets choose, and MiniLM, each with its penalty."""
    ratings, _, names = on_films.films()
    gpt = {name: linear_kernel(standardised(table)) for name, table in vectors().items()}
    raw = {"raw mean, 15": linear_kernel(vectors()["title, mean, 15"])}
    kinds = {
        "language model": gpt,
        "MiniLM": {"MiniLM": linear_kernel(TextEncoder().encode(bench().titles))},
        "raw": raw,
    }
    chosen: dict[str, list[Any]] = {kind: [] for kind in kinds}
    per_user: dict[str, list[np.ndarray]] = {kind: [] for kind in kinds}
    for seed in on_films.OUTER:
        outer = cold_items(ratings, 0.2, seed, names=names)
        for kind, kernels in kinds.items():
            best = inner_choice(kernels, outer.train, names)
            chosen[kind].append(best)
            per_user[kind].append(judged(kernels[best["kernel"]], best["l2"], outer))
        say(f"set {seed}: { {kind: (np.nanmean(sets[-1]), chosen[kind][-1]) for kind, sets in per_user.items()} }")
    table = {kind: np.array(sets) for kind, sets in per_user.items()}
    one, other = table["MiniLM"], table["language model"]
    return {
        "chosen": chosen, "ndcg": {kind: np.nanmean(sets, axis=1) for kind, sets in table.items()},
        "MiniLM less language model": bootstrap_over_sets(one, other), "sets won by MiniLM": sets_won(one, other),
    }  # fmt: skip


def inner_choice(kernels: dict[str, np.ndarray], train: Interactions, names: np.ndarray) -> dict[str, Any]:
    """The kernel and penalty that do best on a fifth of the visible films, hidden once more, two times."""
    visible = train.item_counts() > 0
    inners = [
        on_films.Inner(cold_items(train, 0.2, seed, among=visible, names=names), ({}, kernels)) for seed in range(2)
    ]
    tried = [{"kernel": name, "l2": l2, "other": 0.0} for name in kernels for l2 in L2]
    means = [float(np.mean([one.by_ridge(setting) for one in inners])) for setting in tried]
    best = int(np.argmax(means))
    return tried[best] | {"inner": means[best], "tried": len(tried)}


def judged(kernel: np.ndarray, l2: float, outer: Any) -> np.ndarray:
    """NDCG@10 of each user on the hidden films."""
    hidden = outer.test.item_counts() > 0
    values = on_films.like_values(outer.train, 0.0)
    scores = KernelRidge(kernel, l2).fit(outer.train, values=values).scores_[hidden]
    wanted = outer.test.take(outer.test.rating >= 4).matrix()[:, hidden]
    return evaluate_scores(scores.T, wanted).per_user["ndcg@10"]


MINUTES = 15
PACKAGES = ("numpy", "scipy", "torch", "transformers")
PARTS = {
    "said": measure_said,
    "wordings": measure_wordings,
    "perplexity": measure_perplexity,
    "prior": measure_prior,
    "ranks": {str(block): Test(block, popular=False) for block in range(BLOCKS)},
    "letters": measure_letters,
    "popular": {str(block): Test(block, popular=True) for block in range(POPULAR_BLOCKS)},
    "lines": measure_lines,
    "cosines": measure_cosines,
    "hidden": measure_hidden,
    "years": measure_years,
}
SETTINGS = {
    "model": "SmolLM2-135M-Instruct, 4 bits, computed in float32",
    "history": HISTORY, "candidates": CANDIDATES, "users a block": BLOCK, "users to choose by": CHOOSING,
    "users reversed": REVERSED, "users lettered": LETTERED, "wordings": list(WORDINGS), "layers": list(LAYERS),
    "l2": list(L2),
}  # fmt: skip
