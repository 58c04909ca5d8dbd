"""Settings of the content models of chapter 10, chosen on inner hidden sets only.

`recbook experiment cold_start` runs this.
For each of the five hidden sets a fifth of the visible films is hidden once more, three times. What does best there,
on the mean of the three, is what the chapter uses on the outer set. Stored: the settings, how many were tried, and
their inner score. No outer hidden film is looked at.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

import recbook
from recbook.chapters.cold_start.choices import content_model, like_values
from recbook.data import Interactions, Split, cold_items
from recbook.evaluation import evaluate_scores
from recbook.experiments import say
from recbook.models.cold_start import DecomposedKernel, Tastes, ease_scores, item_targets, ridge_scores, tastes
from recbook.text.films import film_features, film_kernels, film_texts

METRIC = "ndcg@10"
Data = tuple[dict[str, np.ndarray], dict[str, np.ndarray]]  # features and kernels by name
OUTER, INNER = range(5), range(3)
OTHER = [0.0, 0.3]  # the target of a rating below 4; a like is 1, no rating 0
RIDGE: dict[str, list[Any]] = {"l2": [10.0, 30.0, 100.0, 300.0, 1000.0], "other": OTHER}
TASTES: dict[str, list[Any]] = {"l2": [10.0, 30.0, 100.0], "rank": [20, 40], "other": OTHER}
EASE: dict[str, list[Any]] = {"l2": [10.0, 30.0], "ease_l2": [50.0, 100.0], "other": OTHER}
NEAR: dict[str, list[Any]] = {"l2": [2.0, 5.0], "ease_l2": [50.0, 100.0], "other": OTHER}
FULL: dict[str, list[Any]] = {
    "l2": [3.0, 10.0, 30.0], "rank": [40], "even": [0.0, 0.25], "lift": [0.0, 0.25], "other": OTHER,
}  # fmt: skip


class Inner:
    """One inner split: many settings of a model from one decomposition of each kernel."""

    def __init__(self, split: Split, data: Data) -> None:
        self.log, self.data = split.train, data
        self.known, self.hidden = split.train.item_counts() > 0, split.test.item_counts() > 0
        self.wanted = split.test.take(split.test.rating >= 4).matrix()[:, self.hidden]

    def judged(self, scores: np.ndarray) -> float:
        """NDCG@10 of scores ``(n_hidden, n_users)``."""
        return evaluate_scores(scores.T, self.wanted)[METRIC]

    def by_the_model(self, kind: str, setting: dict[str, Any]) -> float:
        """The score of the library's model."""
        model = content_model(kind, setting, *self.data)
        return self.judged(model.fit(self.log, values=like_values(self.log, setting["other"])).scores_[self.hidden])

    @cache  # noqa: B019  # an Inner lives as long as the search
    def kernel(self, name: str) -> DecomposedKernel:
        """Predictions for the hidden films from the known ones."""
        return DecomposedKernel(self.data[1][name], self.known, self.hidden)

    @cache  # noqa: B019
    def tastes(self, other: float, even: float = 0.0, rank: int | None = None) -> Tastes:
        rows = item_targets(self.log, len(self.known), self.known, like_values(self.log, other))[1]
        return tastes(rows, even, rank)

    @cache  # noqa: B019
    def ease(self, other: float, ease_l2: float) -> np.ndarray:
        return ease_scores(self.tastes(other).targets, ease_l2)

    def by_ridge(self, setting: dict[str, Any]) -> float:
        """The score of `KernelRidge` with this setting, fast."""
        known = self.tastes(setting["other"], setting.get("even", 0.0), setting.get("rank"))
        predict = self.kernel(setting["kernel"])
        return self.judged(ridge_scores(predict, known, setting["l2"], setting.get("lift", 0.0)))

    def by_ease(self, setting: dict[str, Any]) -> float:
        """The score of `KernelEASE` with this setting, fast."""
        ease = self.ease(setting["other"], setting["ease_l2"])
        return self.judged(self.kernel(setting["kernel"])(ease, setting["l2"]))


def tuned(kind: str, grid: dict[str, list[Any]], data: Data, train: Interactions, names: np.ndarray) -> dict[str, Any]:
    """The best setting of a grid on the inner hidden sets of ``train``."""
    visible = train.item_counts() > 0
    inners = [Inner(cold_items(train, 0.2, seed, among=visible, names=names), data) for seed in INNER]
    settings = [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]

    fast = {"ridge": Inner.by_ridge, "ease": Inner.by_ease}.get(kind)
    found = [
        float(np.mean([fast(one, setting) if fast else one.by_the_model(kind, setting) for one in inners]))
        for setting in settings
    ]
    best = int(np.argmax(found))
    slow = float(np.mean([one.by_the_model(kind, settings[best]) for one in inners]))
    # Films with equal genres and decade have equal scores but for rounding, which decides their order.
    if abs(slow - found[best]) > 1e-3:
        raise AssertionError(f"The library's model gives {slow}, the benchmark {found[best]}, for {settings[best]}.")
    return {"setting": settings[best], "inner": found[best], "tried": len(settings)}


@cache
def films() -> tuple[Interactions, Data, np.ndarray]:
    """The log, what is known of its films, and their names with the year."""
    ratings = recbook.load("ml-100k")
    data = film_features(ratings.items), film_kernels(ratings.items)
    return ratings, data, np.array(film_texts(ratings.items)["title, year"])


@dataclass(frozen=True)
class Method:
    """A kind of model with the grid of its settings; called, it gives the best of them for each outer set."""

    kind: str
    grid: dict[str, list[Any]]

    def __call__(self) -> dict[str, Any]:
        (ratings, data, names), sets = films(), []
        for seed in OUTER:
            outer = cold_items(ratings, 0.2, seed, names=names)
            sets.append(tuned(self.kind, self.grid, data, outer.train, names))
            say(f"{seed}: {sets[-1]}")
        return {"kind": self.kind, "sets": sets}


MINUTES = 30
PACKAGES = ("numpy", "scipy", "torch", "transformers")
PARTS = {
    "genres, decade": Method("ridge", {"kernel": ["genres, decade"], **RIDGE}),
    "title": Method("ridge", {"kernel": ["title"], **RIDGE}),
    "title, year": Method("ridge", {"kernel": ["title, year"], **RIDGE}),
    "both": Method("ridge", {"kernel": ["both"], **RIDGE}),
    "tastes": Method("ridge", {"kernel": ["both"], **TASTES}),
    "tower": Method("tower", {"kernel": ["both"], "epochs": [3, 6, 9, 15], "other": [0.0]}),
    "ease": Method("ease", {"kernel": ["both"], **EASE}),
    "ease: genres, decade": Method("ease", {"kernel": ["genres, decade"], **EASE}),
    "ease: title, year": Method("ease", {"kernel": ["title, year"], **EASE}),
    "near": Method("ease", {"kernel": ["gaussian", "gaussian, wide"], **NEAR}),
    "evened": Method("ridge", {"kernel": ["gaussian", "gaussian, wide"], **FULL}),
    "evened: genres, year": Method("ridge", {"kernel": ["gaussian, genres", "gaussian, genres, wide"], **FULL}),
    "evened: title, year": Method("ridge", {"kernel": ["gaussian, title"], **FULL}),
}
SETTINGS = {
    "outer": list(OUTER),
    "inner": list(INNER),
    "fraction": 0.2,
    "grids": {name: method.grid for name, method in PARTS.items()},
}
