"""From token vectors to one vector a text, and what is done to such vectors afterwards. NumPy only.

A batch of token vectors is ``tokens`` ``(batch, n, d)`` with ``real`` ``(batch, n)``, boolean, False at padding. What a
transformation learns (a mean, directions, variances) it learns from ``reference``, so that new texts can be treated
like the old ones; without ``reference`` it is learned from the vectors themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from recbook.vectors import unit


def cls(tokens: np.ndarray, real: np.ndarray) -> np.ndarray:
    """The first token's vector, [CLS] in BERT: ``(batch, d)``."""
    return tokens[:, 0]


def mean(tokens: np.ndarray, real: np.ndarray) -> np.ndarray:
    """Mean over the real tokens (Reimers and Gurevych 2019): ``(batch, d)``."""
    return weighted(tokens, real, np.ones(np.shape(real), tokens.dtype))


def maximum(tokens: np.ndarray, real: np.ndarray) -> np.ndarray:
    """In each coordinate the largest value of the real tokens: ``(batch, d)``."""
    _check(tokens, real)
    return np.where(real[..., None], tokens, -np.inf).max(axis=1)


def weighted(tokens: np.ndarray, real: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Mean over the real tokens with ``weights`` ``(batch, n)``, 0 or more: ``(batch, d)``.

    Raises ValueError for a text whose real tokens weigh nothing together.
    """
    _check(tokens, real)
    kept = np.where(real, weights, 0)
    total = kept.sum(axis=1, keepdims=True)
    if not (total > 0).all() or (kept < 0).any():
        raise ValueError("Weights must be 0 or more, and above 0 for at least one real token of every text.")
    return np.einsum("bn,bnd->bd", kept / total, tokens)


def inverse_document_frequency(texts: Sequence[Iterable[int]], vocabulary: int) -> np.ndarray:
    """``log((N + 1) / (n_t + 1))`` for each token number t, which stands in n_t of the N texts: ``(vocabulary,)``.

    A token in every text, such as [CLS], weighs 0.
    """
    counts = np.zeros(vocabulary)
    for text in texts:
        counts[list(set(text))] += 1
    return np.log((len(texts) + 1) / (counts + 1))


def center(vectors: np.ndarray, reference: np.ndarray | None = None) -> np.ndarray:
    """The reference's mean taken off: ``(n, d)``."""
    return vectors - (vectors if reference is None else reference).mean(axis=0)


def principal(vectors: np.ndarray, k: int, reference: np.ndarray | None = None) -> np.ndarray:
    """Coordinates along the k directions in which the centred reference varies most (PCA): ``(n, k)``.

    Raises ValueError if k is below 1, or above what the reference can tell: its columns, or its rows less one.
    """
    coordinates, _ = _turned(vectors, k, vectors if reference is None else reference)
    return coordinates


def whiten(vectors: np.ndarray, k: int | None = None, reference: np.ndarray | None = None) -> np.ndarray:
    """`principal`, each coordinate divided by the reference's standard deviation along it (Su et al. 2021): ``(n, k)``.

    On the reference itself the coordinates then have variance 1 and no correlation. k None keeps every direction in
    which the reference varies at all.
    """
    coordinates, deviations = _turned(vectors, k, vectors if reference is None else reference)
    return coordinates / deviations


def mean_cosine(vectors: np.ndarray) -> float:
    """Mean cosine over all pairs of different rows ``(n, d)``: 0 if directions are evenly spread, 1 if all are one."""
    rows = unit(np.asarray(vectors, np.float64))
    n = len(rows)
    together = float(np.square(rows.sum(axis=0)).sum())  # the sum of all n * n cosines
    return (together - float(np.square(rows).sum())) / (n * (n - 1))


def _turned(vectors: np.ndarray, k: int | None, reference: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates along the first k directions ``(n, k)``, and the reference's deviations along them ``(k,)``."""
    directions, deviations = _directions(reference)
    k = len(directions) if k is None else k
    if not 1 <= k <= len(directions):
        raise ValueError(f"k must lie in 1…{len(directions)} for a reference of shape {reference.shape}; got {k}.")
    return center(vectors, reference) @ directions[:k].T, deviations[:k]


def _directions(reference: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Orthonormal rows ``(k, d)`` along which the reference varies, and its standard deviations (n - 1) ``(k,)``."""
    if len(reference) < 2:
        raise ValueError(f"Directions need at least two vectors; got {len(reference)}.")
    variances, columns = np.linalg.eigh(np.atleast_2d(np.cov(np.asarray(reference, np.float64), rowvar=False)))
    variances, directions = variances[::-1], columns.T[::-1]  # eigh gives the smallest first
    kept = variances > 1e-12 * max(variances[0], 1e-24)  # where all vectors agree there is nothing to divide by
    return directions[kept], np.sqrt(variances[kept])


def _check(tokens: np.ndarray, real: np.ndarray) -> None:
    if tokens.ndim != 3 or np.shape(real) != tokens.shape[:2]:
        raise ValueError(f"tokens is (batch, n, d) and real (batch, n); got {tokens.shape} and {np.shape(real)}.")
    if not np.any(real, axis=1).all():
        raise ValueError("A text has no real token: there is nothing to pool.")
