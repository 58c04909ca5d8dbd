"""What ranks a shop's new products before their first sale, with two controls for text (chapter 10).

`recbook experiment new_products` runs this. Products that at least 50 households bought in the first 48 weeks; a fifth
of the products, of the types or of the categories is hidden, five times. Models read the first 48 weeks of the visible
products; to be found is what a household bought of the hidden ones in the whole year. Penalties are chosen by hiding a
fifth of the visible ones once more; the hidden products are looked at once.

Two more questions have an answer in parts of their own: does a head that was trained on films help with groceries, and
do demographics help with a household that has bought nothing yet?
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from typing import Any

import numpy as np
from scipy import linalg

import recbook
from recbook.data import Interactions, bought_by, cold_items
from recbook.data.prepare import SHOP_STEPS, repair
from recbook.evaluation import bootstrap, evaluate_scores
from recbook.evaluation.compare import bootstrap_over_sets, sets_won
from recbook.evaluation.protocol import shuffled_ties
from recbook.experiments import say
from recbook.models import KernelRidge, Popularity, ProfileRidge
from recbook.models.cold_start import Tastes, directions, item_targets, ridge_scores, tastes
from recbook.text import TextEncoder
from recbook.text.films import film_texts
from recbook.text.pooling import center
from recbook.text.products import label_table, product_features
from recbook.vectors import unit

METRIC = "ndcg@10"
BUYERS, WEEKS, RANK, FRACTION = 50, 48, 64, 0.2
OUTER, INNER = range(5), range(1)
PENALTIES = [0.001, 0.03, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 10000.0, 100000.0]
HIDDEN = {"random": None, "types": ["category", "type"], "categories": ["category"]}
PAIRS = [
    ("MiniLM", "labels"), ("MiniLM", "words"), ("MiniLM", "random vector a text"), ("words", "labels"),
    ("labels, brand, size", "labels"), ("labels, MiniLM", "labels"), ("labels, MiniLM", "labels, words"),
    ("labels, brand, size, MiniLM", "labels, brand, size"), ("random vector a text", "random order"),
]  # fmt: skip
HEAD_WIDTH, HEAD_L2 = 32, [1.0, 10.0, 100.0]
HEAD_PAIRS = [("film head", "random head"), ("film head", "own head"), ("film head", "MiniLM"), ("PCA", "random head")]
PEOPLE = ("age", "income", "home_ownership", "marital_status", "household_size", "household_comp", "kids_count")
PROFILE_L2 = [3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0]
FOLDS = 5

Features = Callable[["Hiding"], np.ndarray]


@cache
def shop() -> Interactions:
    """The log of the products that enough households bought in the weeks to learn from; goods only."""
    goods, _ = repair(recbook.load("shop"), SHOP_STEPS)
    return bought_by(goods, BUYERS, before=WEEKS + 1)


@cache
def features() -> dict[str, np.ndarray]:
    """What is known about each product, in as few columns as say the same: the dot products stay."""
    return {name: narrow(table) for name, table in product_features(shop().items).items()}


def narrow(table: np.ndarray) -> np.ndarray:
    """Coordinates ``(n, rank)`` with the same dot products."""
    values, vectors = np.linalg.eigh(table.T @ table)
    return table @ vectors[:, values > 1e-9 * values[-1]]


@dataclass(eq=False)
class Hiding:
    """Products hidden from a log: what is left to learn from, and what is to be found."""

    history: Interactions  # of the visible products, in the weeks to learn from
    hidden: np.ndarray
    wanted: Any  # CSR (households, hidden products)
    seed: int  # of the outer set

    @cached_property
    def known(self) -> np.ndarray:
        return self.history.item_counts() > 0

    @cached_property
    def tastes(self) -> Tastes:
        return tastes(item_targets(self.history, len(self.known), self.known, None)[1], rank=RANK)

    def judged(self, scores: np.ndarray) -> np.ndarray:
        """NDCG@10 of each household, NaN for one with nothing to find; scores ``(hidden, households)``.

        Many products share all that is known about them.
        """
        return evaluate_scores(*shuffled_ties(scores.T, self.wanted)).per_user[METRIC]


def hide(kind: str, seed: int, log: Interactions, among: np.ndarray | None = None) -> Hiding:
    """A fifth of the products of a log, or of their types or categories."""
    columns = HIDDEN[kind]
    groups = None if columns is None else log.items[columns].agg("|".join, axis=1).to_numpy(str)
    part = cold_items(log.take(~log.repeats()), FRACTION, seed, among=among, groups=groups)
    hidden = part.test.item_counts() > 0
    return Hiding(part.train.take(part.train.week <= WEEKS), hidden, part.test.matrix()[:, hidden], seed)


@cache
def hidings(kind: str, seed: int) -> tuple[Hiding, list[Hiding]]:
    """An outer set and the inner ones to choose by, hidden from what the outer set leaves to learn from."""
    outer = hide(kind, seed, shop())
    inner = [hide(kind, one, outer.history, outer.known) for one in INNER]
    return outer, [replace(one, seed=seed) for one in inner]


class Ridge:
    """`KernelRidge` on linear features for many penalties, from one decomposition of the few columns."""

    def __init__(self, x: np.ndarray, one: Hiding) -> None:
        seen = x[one.known]
        self.values, vectors = np.linalg.eigh(seen.T @ seen)
        self.seen, self.across = seen @ vectors, x[one.hidden] @ vectors

    def __call__(self, targets: np.ndarray, l2: float) -> np.ndarray:
        mean = targets.mean(axis=0)
        return self.across @ ((self.seen.T @ (targets - mean)) / (np.maximum(self.values, 0) + l2)[:, None]) + mean


def tuned(make: Features, kind: str, seed: int) -> tuple[np.ndarray, float]:
    """NDCG@10 of each household on an outer set, with the penalty that does best on the inner ones, and the penalty."""
    outer, inner = hidings(kind, seed)
    levels = []
    for one in inner:
        predict = Ridge(make(one), one)
        levels.append([np.nanmean(one.judged(ridge_scores(predict, one.tastes, l2))) for l2 in PENALTIES])
    l2 = PENALTIES[int(np.argmax(np.mean(levels, axis=0)))]
    return outer.judged(ridge_scores(Ridge(make(outer), outer), outer.tastes, l2)), l2


def over_sets(make: Features, kind: str, name: str) -> tuple[np.ndarray, list[float]]:
    rows, chosen = zip(*(tuned(make, kind, seed) for seed in OUTER), strict=True)
    say(f"{kind}, {name}: {np.mean([np.nanmean(row) for row in rows]):.4f}, penalties {chosen}")
    return np.array(rows), list(chosen)


def same_as_the_model(x: np.ndarray, kind: str, l2: float = 10.0) -> None:
    """AssertionError where the quick way is not the library's model."""
    outer, _ = hidings(kind, 0)
    quick = ridge_scores(Ridge(x, outer), outer.tastes, l2)
    model = KernelRidge(x @ x.T, l2, rank=RANK).fit(outer.history, outer.known).scores_[outer.hidden]
    np.testing.assert_allclose(quick, model, atol=1e-6)


def told(
    found: Mapping[str, np.ndarray], chosen: Mapping[str, list[float]], pairs: list[tuple[str, str]]
) -> dict[str, Any]:
    """Means over the sets with intervals over households, penalties, and differences paired by household."""
    nothing = np.zeros_like(next(iter(found.values())))
    models = {
        name: {
            "ndcg": float(np.mean(np.nanmean(rows, axis=1))),
            "interval": bootstrap_over_sets(rows, nothing),
            "sets": np.nanmean(rows, axis=1),
            "l2": chosen.get(name, []),
            "at_the_edge": sum(l2 in (PENALTIES[0], PENALTIES[-1]) for l2 in chosen.get(name, [])),
        }
        for name, rows in found.items()
    }
    less = [
        {
            "model": one, "less": other, "difference": models[one]["ndcg"] - models[other]["ndcg"],
            "interval": bootstrap_over_sets(found[one], found[other]), "sets_won": sets_won(found[one], found[other]),
        }
        for one, other in pairs
    ]  # fmt: skip
    return {"models": models, "differences": less}


def hidden_products(kind: str) -> dict[str, Any]:
    """Every kind of knowledge on the five hidden sets of one kind."""
    found, chosen = {"random order": in_random_order(kind)}, {}
    for name, x in features().items():
        found[name], chosen[name] = over_sets(lambda _, x=x: x, kind, name)
    same_as_the_model(features()["labels"], kind)
    sizes = [int(hidings(kind, seed)[0].hidden.sum()) for seed in OUTER]
    return {"hidden": sizes, "texts": shared_texts(kind)} | told(found, chosen, PAIRS)


def in_random_order(kind: str) -> np.ndarray:
    rows = []
    for seed in OUTER:
        outer, rng = hidings(kind, seed)[0], np.random.default_rng(seed)
        rows.append(outer.judged(rng.random(outer.wanted.shape[::-1])))
    return np.array(rows)


def shared_texts(kind: str) -> list[float]:
    """The share of each set's hidden products whose text a visible product has too."""
    texts, shares = shop().items[["department", "category", "type"]].agg("|".join, axis=1).to_numpy(str), []
    for seed in OUTER:
        outer, _ = hidings(kind, seed)
        shares.append(float(np.isin(texts[outer.hidden], texts[outer.known]).mean()))
    return shares


# Heads: linear maps of MiniLM's 384 numbers to 32


def heads() -> dict[str, Any]:
    """A head trained on films against a random one, the main directions, and one trained on the visible products."""
    x = product_features(shop().items)["MiniLM"]
    fixed = {
        "film head": lambda _: film_head(),
        "random head": lambda one: np.random.default_rng(one.seed).normal(size=(x.shape[1], HEAD_WIDTH)),
        "PCA": lambda _: linalg.eigh(x.T @ x)[1][:, -HEAD_WIDTH:],
        "own head": lambda one: trained_head(x[one.known], one.history.matrix().T[one.known].toarray(), HEAD_L2[1]),
    }
    found, chosen = {}, {}
    for name, head in fixed.items():
        found[name], chosen[name] = over_sets(partial(through, x, head), "random", name)
    found["MiniLM"], chosen["MiniLM"] = over_sets(lambda _: x, "random", "MiniLM")
    return {"film_head_l2": film_head_l2()} | told(found, chosen, HEAD_PAIRS)


def through(x: np.ndarray, head: Callable[[Hiding], np.ndarray], one: Hiding) -> np.ndarray:
    table = center(x @ head(one))
    return table / np.sqrt((table**2).sum(axis=1).mean())


def trained_head(x: np.ndarray, met: np.ndarray, l2: float) -> np.ndarray:
    """The ridge regression ``(d, 32)`` from text vectors to the 32 main directions of who met what, all of one size."""
    axes = directions(met - met.mean(axis=0), HEAD_WIDTH)
    places = (met - met.mean(axis=0)) @ axes
    return linalg.solve(x.T @ x + l2 * np.eye(x.shape[1]), x.T @ (places / places.std(axis=0)), assume_a="pos")


@cache
def films() -> tuple[Interactions, np.ndarray, np.ndarray]:
    """The film log, the text vectors of title, year and genres, and who met which film ``(films, users)``."""
    ratings = recbook.load("ml-100k")
    vectors = TextEncoder().encode(film_texts(ratings.items)["title, year, genres"])
    return ratings, unit(center(vectors.astype(np.float64))), ratings.matrix().T.toarray().astype(np.float64)


@cache
def film_head_l2() -> float:
    """The penalty of the film head that does best on films: a fifth of them hidden, ranked through the head."""
    ratings, x, met = films()
    part = cold_items(ratings, FRACTION, 0)
    known, hidden = part.train.item_counts() > 0, part.test.item_counts() > 0
    wanted, levels = part.wanted()[:, hidden], []
    for l2 in HEAD_L2:
        z = center(x @ trained_head(x[known], met[known], l2))
        weights = linalg.solve(z[known].T @ z[known] + np.eye(HEAD_WIDTH), z[known].T @ met[known])
        levels.append(evaluate_scores((z[hidden] @ weights).T, wanted)[METRIC])
    say(f"film head: {dict(zip(HEAD_L2, levels, strict=True))}")
    return HEAD_L2[int(np.argmax(levels))]


@cache
def film_head() -> np.ndarray:
    _, x, met = films()
    return trained_head(x, met, film_head_l2())


# New households


def demographics() -> dict[str, Any]:
    """Profiles of those who gave theirs, against popularity with everybody and with those who gave theirs."""
    log = shop().take(~shop().repeats())
    gave = (log.users["age"] != "").to_numpy()
    fold = np.random.default_rng(0).permutation(log.n_users) % FOLDS
    ways = ("popularity", "popularity among those who told", "profile")
    found, chosen = {way: np.full(log.n_users, np.nan) for way in ways}, []
    for number in range(FOLDS):
        new, others = gave & (fold == number), fold != number
        l2 = best_profile(log, gave & others, np.random.default_rng(number + 1).permutation(log.n_users) % FOLDS == 0)
        chosen.append(l2)
        for way, scores in by_way(log, new, others, gave, l2).items():
            found[way][new] = judged_households(log, new, scores)
    return {
        "households": int(np.isfinite(found["profile"]).sum()), "l2": chosen,
        "ndcg": {way: float(np.nanmean(values)) for way, values in found.items()},
        "profile_less": {way: bootstrap(found["profile"] - found[way]) for way in ways[:2]},
    }  # fmt: skip


def by_way(
    log: Interactions, new: np.ndarray, others: np.ndarray, gave: np.ndarray, l2: float
) -> dict[str, np.ndarray]:
    all_of, told_of = log.take(others[log.user]), log.take((others & gave)[log.user])
    users = np.flatnonzero(new)
    return {
        "popularity": Popularity().fit(all_of).score(users),
        "popularity among those who told": Popularity().fit(told_of).score(users),
        "profile": ProfileRidge(profiles(), l2).fit(told_of).score(users),
    }


@cache
def profiles() -> np.ndarray:
    return label_table(shop().users, PEOPLE)


def best_profile(log: Interactions, among: np.ndarray, trial: np.ndarray) -> float:
    """The penalty that does best on a fifth of the households to learn from."""
    new, train = among & trial, log.take((among & ~trial)[log.user])
    users = np.flatnonzero(new)
    levels = [
        np.nanmean(judged_households(log, new, ProfileRidge(profiles(), l2).fit(train).score(users)))
        for l2 in PROFILE_L2
    ]
    return PROFILE_L2[int(np.argmax(levels))]


def judged_households(log: Interactions, new: np.ndarray, scores: np.ndarray) -> np.ndarray:
    return evaluate_scores(scores, log.matrix()[np.flatnonzero(new)]).per_user[METRIC]


MINUTES = 20
PACKAGES = ("numpy", "scipy", "scikit-learn", "transformers")
SETTINGS = {
    "buyers": BUYERS, "weeks": WEEKS, "rank": RANK, "fraction": FRACTION, "outer": list(OUTER), "inner": list(INNER),
    "penalties": PENALTIES, "hidden": HIDDEN, "pairs": PAIRS, "head_width": HEAD_WIDTH, "head_penalties": HEAD_L2,
    "head_pairs": HEAD_PAIRS, "profile": list(PEOPLE), "profile_penalties": PROFILE_L2, "folds": FOLDS,
}  # fmt: skip
PARTS = {
    "random": partial(hidden_products, "random"),
    "types": partial(hidden_products, "types"),
    "categories": partial(hidden_products, "categories"),
    "heads": heads,
    "demographics": demographics,
}
