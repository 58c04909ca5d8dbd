"""Settings of the content models of chapter 10, chosen on inner hidden sets only: `recbook experiment cold_start`.

For each of the five hidden sets a fifth of the visible films is hidden once more, three times. What does best there,
on the mean of the three, is what the chapter uses on the outer set. Stored: the settings, how many were tried, and
their inner score. No outer hidden film is looked at.
With names of methods behind the command, only those are chosen again.
"""

from __future__ import annotations

import itertools
import sys
from functools import cache
from typing import Any

import numpy as np

import recbook
from recbook.chapters.cold_start.choices import content_model, like_values
from recbook.data import Interactions, Split, cold_items
from recbook.evaluation import evaluate_scores
from recbook.models.cold_start import DecomposedKernel, Tastes, ease_scores, item_targets, ridge_scores, tastes
from recbook.results import store, stored
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
METHODS: dict[str, tuple[str, dict[str, list[Any]]]] = {
    "genres, decade": ("ridge", {"kernel": ["genres, decade"], **RIDGE}),
    "title": ("ridge", {"kernel": ["title"], **RIDGE}),
    "title, year": ("ridge", {"kernel": ["title, year"], **RIDGE}),
    "both": ("ridge", {"kernel": ["both"], **RIDGE}),
    "tastes": ("ridge", {"kernel": ["both"], **TASTES}),
    "tower": ("tower", {"kernel": ["both"], "epochs": [3, 6, 9, 15], "other": [0.0]}),
    "ease": ("ease", {"kernel": ["both"], **EASE}),
    "ease: genres, decade": ("ease", {"kernel": ["genres, decade"], **EASE}),
    "ease: title, year": ("ease", {"kernel": ["title, year"], **EASE}),
    "near": ("ease", {"kernel": ["gaussian", "gaussian, wide"], **NEAR}),
    "evened": ("ridge", {"kernel": ["gaussian", "gaussian, wide"], **FULL}),
    "evened: genres, year": ("ridge", {"kernel": ["gaussian, genres", "gaussian, genres, wide"], **FULL}),
    "evened: title, year": ("ridge", {"kernel": ["gaussian, title"], **FULL}),
}


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


def tuned(method: str, data: Data, train: Interactions, names: np.ndarray) -> dict[str, Any]:
    """The best setting of a method's grid on the inner hidden sets of ``train``."""
    kind, grid = METHODS[method]
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
    if abs(slow - found[best]) > 1e-6:
        raise AssertionError(f"The library's model gives {slow}, the benchmark {found[best]}, for {settings[best]}.")
    return {"setting": settings[best], "inner": found[best], "tried": len(settings)}


def main() -> None:
    ratings = recbook.load("ml-100k")
    data = film_features(ratings.items), film_kernels(ratings.items)
    names = np.array(film_texts(ratings.items)["title, year"])
    settings = {
        "outer": list(OUTER),
        "inner": list(INNER),
        "fraction": 0.2,
        "grids": {method: grid for method, (_, grid) in METHODS.items()},
    }
    for method in sys.argv[1:] or METHODS:
        sets = []
        for seed in OUTER:
            outer = cold_items(ratings, 0.2, seed, names=names)
            sets.append(tuned(method, data, outer.train, names))
            print(method, seed, sets[-1], flush=True)
        found = {**stored("cold_start")["results"], method: {"kind": METHODS[method][0], "sets": sets}}
        results = {method: found[method] for method in METHODS if method in found}
        store("cold_start", settings, results, packages=("numpy", "scipy", "torch", "transformers"))


if __name__ == "__main__":
    main()
