"""A log as histories: each user's items in the order of time, and how much each of them counts."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from recbook.data.interactions import Interactions
from recbook.data.split import time_rank_from_end


def sentences_in_time(interactions: Interactions) -> list[np.ndarray]:
    """Each user's items, oldest first, equal times in the file's order: a list of ``n_users`` int64 arrays."""
    interactions.need_times("A sentence in time")
    order, starts = interactions._by_user
    return np.split(interactions.item[order], starts[1:-1])[: interactions.n_users]


def check_half_life(half_life: float | None) -> float | None:
    """The half-life itself, in items. ValueError unless it is above 0, or None."""
    if half_life is not None and half_life <= 0:
        raise ValueError(f"half_life must be above 0, or None for the whole history alike; got {half_life}.")
    return half_life


def aged(age: np.ndarray, half_life: float | None) -> np.ndarray:
    """What each ``age`` ``(n,)`` weighs: ``0.5 ** (age / half_life)``, both in one unit; with None 1 at any age."""
    return np.ones(len(age)) if half_life is None else 0.5 ** (age / half_life)


def recency_weights(n: int, half_life: float | None) -> np.ndarray:
    """What each of ``n`` items of one history weighs, oldest first, 1 together: float32 ``(n,)``, as in `recency`."""
    weight = aged(np.arange(n)[::-1], half_life)
    return (weight / max(weight.sum(), 1e-12)).astype(np.float32)


def recency(history: Interactions, half_life: float | None, known: np.ndarray | None = None) -> sparse.csr_array:
    """How much each item of a history counts: CSR ``(n_users, n_items)``, float32, each row summing to 1 (or empty).

    The k-th item from the end (the last is the 0-th) weighs ``0.5 ** (k / half_life)``; None weighs all alike. Items
    outside the mask ``known`` ``(n_items,)`` get nothing. ``recency(history, 8) @ EASE().fit(train).weights_`` are the
    scores of ``EASE(half_life=8)``, which reads the last items most.
    """
    weight = aged(time_rank_from_end(history), half_life)
    table = history.matrix(weight if known is None else weight * known[history.item])
    table.eliminate_zeros()
    total = table.sum(axis=1)
    return sparse.csr_array(sparse.diags_array(1 / np.where(total > 0, total, 1)).astype(np.float32) @ table)
