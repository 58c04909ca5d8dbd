"""Retrieval, ranking, re-ranking: how a large system answers, each stage seeing fewer items and looking longer at each.

Everything here is about one person at a time, as in a service: a history is the item indices that somebody met, oldest
first, and a stage takes and returns item indices.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from recbook.data.histories import check_half_life, recency_weights
from recbook.serving import index
from recbook.vectors import finite, unit

Items = np.ndarray
"""Item indices: int64 ``(n,)``."""


class Retriever:
    """The first stage: all items as vectors in an index, a person as one query.

    A person's vector is the mean of ``user_side`` ``(n_items, d)`` over the history, the k-th item from the end
    weighing ``0.5 ** (k / half_life)``; an item's score is that vector's dot product with its row of ``item_side`` plus
    its ``bias`` ``(n_items,)``: what `recbook.models.LinearTowers` and `recbook.serving.artifact` hold. The bias goes
    into the index as one more number of the item, met by a 1 in every query; HNSW and IVF are then ``levelled``.
    ``kind`` and ``settings`` are those of `recbook.serving.index.build`.
    """

    def __init__(
        self,
        user_side: np.ndarray,
        item_side: np.ndarray,
        bias: np.ndarray | None = None,
        half_life: float | None = 4.0,
        kind: str = "exact",
        **settings: Any,
    ) -> None:
        user_side, item_side = finite(user_side, "user_side"), finite(item_side, "item_side")
        bias = np.zeros(len(item_side)) if bias is None else finite(bias, "bias")
        if user_side.shape != item_side.shape or bias.shape != item_side.shape[:1]:
            raise ValueError(
                "user_side and item_side must have one shape (n_items, d), and bias (n_items,); got "
                f"{user_side.shape}, {item_side.shape} and {bias.shape}."
            )
        self.user_side, self.half_life = np.asarray(user_side, np.float32), check_half_life(half_life)
        # Unless levelled, a walk along the graph is drawn to the items with a large bias.
        if bias.any() and kind in ("hnsw", "ivf"):
            settings = {"levelled": True} | settings
        self.index = index.build(np.column_stack([item_side, bias]), kind, **settings)

    def query(self, history: Items) -> np.ndarray:
        """What the index is searched with: float32 ``(d + 1,)``. Without a history, what finds the largest bias."""
        history = _history(history, len(self.user_side))
        return np.append(recency_weights(len(history), self.half_life) @ self.user_side[history], np.float32(1))

    def __call__(self, history: Items, n: int = 200) -> Items:
        """Up to ``n`` items that are not in the history, best first.

        An index cannot leave out what somebody has, so it is asked for as many more.
        """
        history = _history(history, len(self.user_side))
        ids = self.index.search(self.query(history), min(n + len(np.unique(history)), self.index.n)).ids[0]
        return ids[(ids >= 0) & ~np.isin(ids, history)][:n]


@dataclass(frozen=True, eq=False)
class ItemWeights:
    """The second stage by a model that weighs pairs of items: EASE's ``weights_``, or item-kNN's ``similarity_``.

    An item's score is the mean of its column over the history, the k-th item from the end weighing ``0.5 ** (k /
    half_life)``; with None all alike, as the model itself does. Only the candidates' columns are looked at.
    """

    weights: np.ndarray  # (n_items, n_items)
    half_life: float | None = None

    def __call__(self, history: Items, candidates: Items) -> np.ndarray:
        """The candidates' scores, as many."""
        history = _history(history, len(self.weights))
        return recency_weights(len(history), self.half_life) @ self.weights[history[:, None], candidates[None, :]]


def diverse(candidates: Items, scores: np.ndarray, vectors: np.ndarray, k: int = 10, weight: float = 0.15) -> Items:
    """The third stage: the ``k`` best that are not all alike, by maximal marginal relevance.

    Place after place, the candidate with the largest ``(1 - weight) * score - weight * likeness`` is taken: ``scores``
    brought to 0…1, likeness the largest cosine of its ``vectors`` ``(n_items, d)`` with what was taken before
    (Carbonell and Goldstein 1998). ``weight`` 0 is the order of the scores, equal ones by their place among the
    candidates.
    """
    candidates, scores = np.asarray(candidates), np.asarray(scores, np.float64)
    if scores.shape != candidates.shape or not 0 <= weight <= 1 or k < 1:
        raise ValueError(
            f"diverse takes as many scores as candidates, a weight in 0…1 and k from 1; got {scores.shape} for "
            f"{candidates.shape}, {weight} and {k}."
        )
    if not len(candidates):
        return candidates
    rows = unit(vectors[candidates])
    worth = (1 - weight) * (scores - scores.min()) / max(float(np.ptp(scores)), 1e-12)
    likeness, taken = np.full(len(rows), -1.0), [int(worth.argmax())]
    while len(taken) < min(k, len(rows)):
        likeness = np.maximum(likeness, rows @ rows[taken[-1]])
        left = worth - weight * likeness
        left[taken] = -np.inf
        taken.append(int(left.argmax()))
    return candidates[taken]


@dataclass(frozen=True, eq=False)
class Answer:
    """What each stage gave to one request, and how long it took."""

    retrieved: Items  # best first by the index
    ranked: Items  # the same, best first by the ranker
    shown: Items  # (k,)
    seconds: dict[str, float]  # by the names of STAGES


STAGES = ("retrieval", "ranking", "re-ranking")


@dataclass(frozen=True, eq=False)
class Stages:
    """The three stages as functions, one after the other.

    ``retrieve(history)`` gives candidates, ``rank(history, candidates)`` their scores, and ``rerank(candidates,
    scores)`` the list that is shown; it gets them best first.
    """

    retrieve: Callable[[Items], Items]
    rank: Callable[[Items, Items], np.ndarray]
    rerank: Callable[[Items, np.ndarray], Items]

    def answer(self, history: Items) -> Answer:
        """The lists of each stage for one history."""
        start = time.perf_counter()
        retrieved = self.retrieve(history)
        found = time.perf_counter()
        scores = self.rank(history, retrieved)
        order = np.argsort(-scores, kind="stable")
        ranked = time.perf_counter()
        shown = self.rerank(retrieved[order], scores[order])
        took = np.diff([start, found, ranked, time.perf_counter()]).tolist()
        return Answer(retrieved, retrieved[order], shown, dict(zip(STAGES, took, strict=True)))


def lists_of(found: Sequence[Items], k: int) -> np.ndarray:
    """Lists of any length as a table ``(len(found), k)``, -1 behind a short one: what `ranked_lists` measures."""
    table = np.full((len(found), k), -1, np.int64)
    for row, items in zip(table, found, strict=True):
        row[: min(len(items), k)] = items[:k]
    return table


def _history(history: Items, n_items: int) -> Items:
    history = np.asarray(history)
    if history.size == 0:
        return np.zeros(0, np.int64)
    if history.ndim != 1 or not np.issubdtype(history.dtype, np.integer):
        raise ValueError(f"A history is item indices (n,), oldest first; got {history.dtype} {history.shape}.")
    if history.min() < 0 or history.max() >= n_items:
        lowest, highest = history.min(), history.max()
        raise ValueError(f"The items of a history must lie in 0…{n_items - 1:,}; got {lowest} to {highest}.")
    return history
