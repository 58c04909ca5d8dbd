"""Settings of the content models of chapter 10, chosen on inner hidden sets only: `python benchmarks/cold_start.py`.

For each of the five hidden sets a fifth of the visible films is hidden once more, three times. What does best there,
on the mean of the three, is what the chapter uses on the outer set. Stored: the settings, how many were tried, and
their inner score. No outer hidden film is looked at.
With names of methods behind the command, only those are chosen again.
"""

from __future__ import annotations

import itertools
import sys
from typing import Any

import numpy as np

import recbook
from recbook.data import Interactions, Split, cold_items
from recbook.evaluation import evaluate_scores
from recbook.models.cold_start import KernelRidge, directions
from recbook.models.film_kernels import film_kernels
from recbook.results import store, stored

METRIC = "ndcg@10"
MOST = 40  # directions of taste
OUTER, INNER = range(5), range(3)
L2 = [1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0]
PLAIN: dict[str, list[Any]] = {"l2": L2}
RANKS: dict[str, list[Any]] = {"l2": L2, "rank": [10, 20, 40, None]}
FULL: dict[str, list[Any]] = {"l2": L2, "rank": [20, 40, None], "even": [0.0, 0.5], "lift": [0.0, 0.25, 0.5]}
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


class Inner:
    """One inner split with one kernel: many settings from one decomposition of the kernel."""

    def __init__(self, kernel: np.ndarray, split: Split) -> None:
        self.kernel, self.likes, self.known = kernel, *like_matrix(split.train)
        self.hidden = split.test.item_counts() > 0
        self.wanted = split.test.take(split.test.rating >= 4).matrix()[:, self.hidden]
        self.values, self.vectors = np.linalg.eigh(kernel[np.ix_(self.known, self.known)])
        self.across = kernel[np.ix_(self.hidden, self.known)] @ self.vectors
        self.counts = self.likes.item_counts()[self.known]
        self.popularity = self.predicted(np.log1p(self.counts)[:, None], 1.0)
        self.prepared: dict[float, tuple[np.ndarray, np.ndarray]] = {}

    def predicted(self, targets: np.ndarray, l2: float) -> np.ndarray:
        mean = targets.mean(axis=0)
        return self.across @ (self.vectors.T @ (targets - mean) / (self.values + l2)[:, None]) + mean

    def targets(self, even: float) -> tuple[np.ndarray, np.ndarray]:
        """Targets ``(n_known, n_users)`` and their main directions, kept for the next setting."""
        if even not in self.prepared:
            table = self.likes.matrix().T[self.known].toarray().astype(float) / (self.counts[:, None] + 3.0) ** even
            self.prepared[even] = table, directions(table - table.mean(axis=0), MOST)
        return self.prepared[even]

    def score(self, l2: float, rank: int | None = None, even: float = 0.0, lift: float = 0.0) -> float:
        """NDCG@10 among the inner hidden films."""
        targets, axes = self.targets(even)
        scores = self.predicted(targets, l2)
        if rank is not None:
            mean, axes = targets.mean(axis=0), axes[:, :rank]
            scores = (scores - mean) @ axes @ axes.T + mean
        return evaluate_scores((scores * np.exp(lift * self.popularity)).T, self.wanted)[METRIC]

    def by_the_model(self, setting: dict[str, Any]) -> float:
        """The same score from the model of the library."""
        scores = KernelRidge(self.kernel, **setting).fit(self.likes, self.known).scores_[self.hidden].T
        return evaluate_scores(scores, self.wanted)[METRIC]


def tuned(kernel: np.ndarray, grid: dict[str, list[Any]], train: Interactions) -> dict[str, Any]:
    """The best setting of a grid on the inner hidden sets of ``train``."""
    visible = train.item_counts() > 0
    inners = [Inner(kernel, cold_items(train, 0.2, seed, among=visible)) for seed in INNER]
    settings = [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]
    found = [float(np.mean([inner.score(**setting) for inner in inners])) for setting in settings]
    best = int(np.argmax(found))
    slow = float(np.mean([inner.by_the_model(settings[best]) for inner in inners]))
    if abs(slow - found[best]) > 1e-3:
        raise AssertionError(f"The library's model gives {slow}, the benchmark {found[best]}, for {settings[best]}.")
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
