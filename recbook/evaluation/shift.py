"""How far what is met has moved between two windows of a log: seen in the log alone, before any model is scored."""

from __future__ import annotations

import numpy as np


def jensen_shannon(first: np.ndarray, second: np.ndarray) -> float:
    """Distance between the shares of two windows, counts ``(n,)`` each: 0 for equal shares, 1 where none is common.

    The root of the mean divergence, to base 2, of both shares from their middle ``m``: ``KL(p, m) / 2 + KL(q, m) / 2``
    (Lin 1991); the root makes it a metric (Endres and Schindelin 2003). Two windows of one unchanging world differ
    as well, the more the fewer rows they have: `by_chance` says by how much. ValueError as `shares`.
    """
    p, q = shares(first), shares(second)
    _check_alike(p, q)
    middle = (p + q) / 2
    divergence = (_relative_entropy(p, middle) + _relative_entropy(q, middle)) / 2
    return float(np.sqrt(max(divergence, 0.0)))  # rounding may leave a little less than 0


def by_chance(first: np.ndarray, second: np.ndarray, n_draws: int = 100, seed: int = 0) -> np.ndarray:
    """`jensen_shannon` of windows as large as these, drawn row by row from their common shares: ``(n_draws,)``.

    What lies within these draws needs no change of the world to explain it. The rows of one user hang together, which
    this does not know: the true spread is somewhat wider.
    """
    first, second = (np.asarray(counts, float) for counts in (first, second))
    _check_alike(first, second)
    common, rng = shares(first + second), np.random.default_rng(seed)
    sizes = int(first.sum()), int(second.sum())
    draws = [[rng.multinomial(size, common) for size in sizes] for _ in range(n_draws)]
    return np.array([jensen_shannon(*pair) for pair in draws])


def stability_index(first: np.ndarray, second: np.ndarray, smooth: float = 0.5) -> float:
    """Population stability index of two windows of counts ``(n,)``: ``sum (q - p) ln(q / p)`` (Siddiqi 2006).

    The usual reading, below 0.1 stable and above 0.25 changed, was made for about ten bins. A class that one window
    lacks would make it infinite, so ``smooth`` is added to every count: with thousands of rare items the index says
    more of ``smooth`` than of the log. ValueError as `shares`, and for ``smooth`` not above 0.
    """
    if not smooth > 0:
        raise ValueError(f"smooth must be above 0; got {smooth}.")
    p, q = (shares(counted + smooth) for counted in (_counts(first), _counts(second)))
    _check_alike(p, q)
    return float(((q - p) * np.log(q / p)).sum())


def shares(counts: np.ndarray) -> np.ndarray:
    """Counts ``(n,)`` as shares that sum to 1. ValueError for a negative count, or where nothing was counted."""
    counts = _counts(counts)
    if not counts.sum() > 0:
        raise ValueError("A window without a row has no shares: every count is 0.")
    return counts / counts.sum()


def _counts(counts: np.ndarray) -> np.ndarray:
    counts = np.asarray(counts, float)
    if counts.ndim != 1 or not (counts >= 0).all():
        raise ValueError(f"Counts must be a row of numbers from 0 up; got the shape {counts.shape}.")
    return counts


def _check_alike(first: np.ndarray, second: np.ndarray) -> None:
    if first.shape != second.shape:
        raise ValueError(f"Both windows count the same items; got {len(first)} and {len(second)}.")


def _relative_entropy(p: np.ndarray, q: np.ndarray) -> float:
    """``sum p log2(p / q)`` where ``0 log 0`` is 0."""
    met = p > 0
    return float((p[met] * np.log2(p[met] / q[met])).sum())
