"""Three strong simple models. Whatever a pretrained model adds must be added on top of these."""

from __future__ import annotations

import numpy as np
from scipy import linalg, sparse

from recbook.data.histories import check_half_life, recency
from recbook.data.interactions import WEEK, Interactions
from recbook.fitted import fitted
from recbook.memory import check_memory
from recbook.models.base import BaseRecommender, HistoryReader
from recbook.vectors import cosine_of_columns, nearest_columns


class Popularity(BaseRecommender):
    """The same list for everybody: items by their number of interactions.

    ``weeks`` counts those of the log's last weeks alone, ``per_user`` each user and item once however often they met.
    """

    counts_: np.ndarray  # (n_items,)

    def __init__(self, weeks: float | None = None, per_user: bool = False) -> None:
        if weeks is not None and weeks <= 0:
            raise ValueError(f"weeks must be above 0, or None for the whole log; got {weeks}.")
        self.weeks, self.per_user = weeks, per_user

    def fit(self, interactions: Interactions) -> Popularity:
        self.log_ = self._with_rows(interactions)
        counted = interactions if self.weeks is None else last_weeks(interactions, self.weeks)
        counts = counted.matrix().sum(axis=0) if self.per_user else counted.item_counts()
        self.counts_ = counts.astype(np.float32)
        return self

    def score(self, users: np.ndarray, history: Interactions | None = None) -> np.ndarray:
        """float32 ``(len(users), n_items)``."""
        return np.tile(fitted(self, "counts_"), (len(users), 1))

    def _from_history(self, part: Interactions) -> np.ndarray:
        return self.score(np.arange(part.n_users))


def last_weeks(interactions: Interactions, weeks: float) -> Interactions:
    """The rows of the ``weeks`` before the log's last row, that one with them. ValueError for a log without times."""
    times = interactions.need_times("The last weeks")
    return interactions.take(times > times.max() - weeks * WEEK)


def item_shares(interactions: Interactions) -> np.ndarray:
    """The share of the log's users who met each item: float64 ``(n_items,)``."""
    users = max(int((interactions.user_counts() > 0).sum()), 1)
    return interactions.matrix().sum(axis=0).astype(np.float64) / users


class ItemKNN(HistoryReader):
    """Cosine between the columns of the user-item table, the ``k`` nearest kept (Sarwar et al. 2001).

    ``shrink`` is added to the denominator: a pair of items seen together by two users should count for less than one
    seen together by two hundred.

    ``similarity_`` is ``(n_items, n_items)``: column j holds item j's neighbours. With ``sparse`` it is a CSR table
    that is made block by block, for tens of thousands of items: the same model, in memory for ``k`` neighbours an item
    and not for all pairs. Without, MemoryError says before the start what the table would take (20 bytes a pair).

    ``half_life`` is that of `weights_of`: with 2, an item counts half as much as the second one after it.
    """

    def __init__(
        self, k: int = 200, shrink: float = 50.0, sparse: bool = False, half_life: float | None = None
    ) -> None:
        if k < 1 or shrink < 0:
            raise ValueError(f"k must be at least 1 and shrink at least 0; got k={k}, shrink={shrink}.")
        self.k, self.shrink, self.sparse, self.half_life = k, shrink, sparse, check_half_life(half_life)

    @classmethod
    def recent(cls) -> ItemKNN:
        """The course's "item-kNN, last films": shrinkage and half-life as chosen on MovieLens-100K's validation films.

        A half-life of 2 goes with a shrinkage of 10: with 50 it is worse there beyond chance.
        """
        return cls(shrink=10.0, half_life=2.0)

    def fit(self, interactions: Interactions) -> ItemKNN:
        self.log_, n = self._with_rows(interactions), interactions.n_items
        if self.sparse:
            self.similarity_ = nearest_columns(interactions.matrix(), self.k, self.shrink)
        else:
            check_memory(20 * n**2, f"ItemKNN on {n:,} items", "ItemKNN(sparse=True) keeps the neighbours alone.")
            self.similarity_ = keep_largest(cosine_of_columns(interactions.matrix(), self.shrink), self.k)
        return self

    def _from_history(self, part: Interactions) -> np.ndarray:
        """The sum of an item's similarities to what each user has."""
        scores = weights_of(part, self.half_life) @ fitted(self, "similarity_")
        return np.asarray(scores.toarray() if self.sparse else scores, np.float32)


class EASE(HistoryReader):
    """Linear regression of each item on all others, in closed form (Steck 2019, equation 8).

    With ``G = X^T X + l2 I`` and ``P = G^-1`` the weights are ``B = I - P / diag(P)``, whose diagonal is zero: an item
    may not predict itself. ``weights_`` is ``(n_items, n_items)``; MemoryError says before the start what that takes
    (28 bytes a pair of items), where it is more than there is.

    ``half_life`` is that of `weights_of`: the weights are the same, but the last items of a history count most.
    """

    def __init__(self, l2: float = 250.0, half_life: float | None = None) -> None:
        if l2 <= 0:
            raise ValueError(f"l2 must be above 0, or the matrix may have no inverse; got {l2}.")
        self.l2, self.half_life = l2, check_half_life(half_life)

    @classmethod
    def recent(cls) -> EASE:
        """The course's "EASE, last films": the half-life as chosen on MovieLens-100K's validation films.

        The penalty stays, so that nothing but the look at the history differs from ``EASE()``; those films cannot tell
        250 from the 500 that is ahead there.
        """
        return cls(half_life=8.0)

    def fit(self, interactions: Interactions) -> EASE:
        self.log_, n = self._with_rows(interactions), interactions.n_items
        check_memory(28 * n**2, f"EASE on {n:,} items", "Take fewer items (bought_by), or ItemKNN(sparse=True).")
        rows = interactions.matrix()
        self.weights_ = ease_weights((rows.T @ rows).toarray(), self.l2).astype(np.float32)
        return self

    def _from_history(self, part: Interactions) -> np.ndarray:
        return np.asarray(weights_of(part, self.half_life) @ fitted(self, "weights_"), np.float32)


def weights_of(part: Interactions, half_life: float | None) -> sparse.csr_array:
    """How much each item of a history counts, CSR ``(n_users, n_items)``: 1, or as `recency` says with a half-life.

    The half-life is in items, not in time; a log without times has none.
    """
    return part.matrix() if half_life is None else recency(part, half_life)


def ease_weights(gram: np.ndarray, l2: float) -> np.ndarray:
    """EASE's weights from the dot products of the items' columns ``(n_items, n_items)``: float64, same shape.

    Column j holds the weights with which all other items predict item j; the diagonal is zero.
    """
    # SciPy sees that the matrix is positive definite and takes half the time. Rows lie together, or each product with a
    # sparse history would copy the whole table first.
    system = np.array(gram, np.float64, order="C")
    system[np.diag_indices_from(system)] += l2
    weights = linalg.inv(system, overwrite_a=True)
    diagonal = np.diag(weights).copy()
    np.negative(weights, out=weights)
    weights /= diagonal
    np.fill_diagonal(weights, 0.0)
    return weights


def keep_largest(similarity: np.ndarray, k: int) -> np.ndarray:
    """The ``k`` largest of each column (an item's nearest neighbours), the rest zero: ``(n_items, n_items)``."""
    if k >= len(similarity):
        return similarity
    kth = np.partition(similarity, len(similarity) - k, axis=0)[-k]
    return np.where(similarity >= kth, similarity, np.float32(0))
