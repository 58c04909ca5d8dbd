"""Settings of the content models of chapter 10, chosen on inner hidden sets only: `python benchmarks/cold_start.py`.
With names of methods behind it, only those are chosen again.

For each of the five hidden sets a fifth of the visible films is hidden once more, three times. What does best there,
on the mean of the three, is what the chapter uses on the outer set. Stored: the settings, how many were tried, and
their inner score. No outer hidden film is looked at.
"""

from __future__ import annotations

import itertools
import sys
from typing import Any

import numpy as np

import recbook
from recbook.data import Interactions, cold_items
from recbook.evaluation import evaluate_scores
from recbook.models.cold_start import KernelRidge
from recbook.models.film_kernels import film_kernels
from recbook.results import store, stored

OUTER, INNER = range(5), range(3)
L2 = [1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0]
PLAIN = {"l2": L2}
RANKS = {"l2": L2, "rank": [10, 20, 40]}
FULL = {"l2": L2, "rank": [20, 40, None], "even": [0.0, 0.5], "lift": [0.0, 0.25, 0.5]}
METHODS: dict[str, tuple[str, dict[str, list[Any]]]] = {
    "genres, decade": ("genres, decade", PLAIN),
    "title": ("title", PLAIN),
    "title, year": ("title, year", PLAIN),
    "both": ("both", PLAIN),
    "kernel": ("gaussian", PLAIN),
    "low rank": ("gaussian", RANKS),
    "evened": ("gaussian", FULL),
    "genres, year, evened": ("gaussian, genres", FULL),
    "title, year, evened": ("gaussian, title", FULL),
}


def like_matrix(log: Interactions) -> tuple[Interactions, np.ndarray]:
    """The likes of a log, and the mask of the films that it knows."""
    return log.take(log.rating >= 4), log.item_counts() > 0


def inner_score(kernel: np.ndarray, setting: dict[str, Any], inner: Any) -> float:
    """NDCG@10 among the inner hidden films."""
    likes, known = like_matrix(inner.train)
    hidden = inner.test.item_counts() > 0
    scores = KernelRidge(kernel, **setting).fit(likes, known).scores_[hidden].T
    wanted = inner.test.take(inner.test.rating >= 4).matrix()[:, hidden]
    return evaluate_scores(scores, wanted)["ndcg@10"]


def tuned(kernel: np.ndarray, grid: dict[str, list[Any]], train: Interactions) -> dict[str, Any]:
    """The best setting of a grid on the inner hidden sets of ``train``."""
    visible = train.item_counts() > 0
    inners = [cold_items(train, 0.2, seed, among=visible) for seed in INNER]
    settings = [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]
    found = [float(np.mean([inner_score(kernel, setting, inner) for inner in inners])) for setting in settings]
    best = int(np.argmax(found))
    return {"setting": settings[best], "inner": found[best], "tried": len(settings)}


def main() -> None:
    ratings = recbook.load("ml-100k")
    kernels = film_kernels(ratings.items)
    results: dict[str, Any] = stored("cold_start")["results"] if sys.argv[1:] else {}
    for method, (kernel, grid) in METHODS.items():
        if sys.argv[1:] and method not in sys.argv[1:]:
            continue
        results[method] = {"kernel": kernel, "sets": []}
        for seed in OUTER:
            outer = cold_items(ratings, 0.2, seed)
            results[method]["sets"].append(tuned(kernels[kernel], grid, outer.train))
            print(method, seed, results[method]["sets"][-1], flush=True)
    settings = {
        "outer": list(OUTER),
        "inner": list(INNER),
        "fraction": 0.2,
        "grids": {m: g for m, (_, g) in METHODS.items()},
    }
    store("cold_start", settings, results, packages=("numpy", "scipy", "torch", "transformers"))


if __name__ == "__main__":
    main()
