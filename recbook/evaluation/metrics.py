"""Ranking metrics for each user, with every rule spelled out.

All take ``scores`` ``(n_users, n_items)``, ``relevant`` (same shape, bool or sparse), a list length ``k`` and
optionally ``exclude`` (same shape, bool or sparse: items never ranked, such as those the user already has), and return
float64 ``(n_users,)``. The rules:

* higher scores come first; ties go to the lower item index;
* an item that is excluded, or scored ``-inf``, is never ranked, even if it is relevant;
* ``k`` above the number of rankable items ranks them all, and precision then divides by that number;
* relevant is what is above 0, so that a grade of 0 or of -1 is not;
* a user with nothing relevant gets NaN: nothing can be measured there.

Two need no list or more than yes and no, and say what differs: `auc` compares all rankable items, and
`graded_ndcg_at_k` takes how much an item is liked. Wrong shapes, NaN anywhere, no item at all and ``k`` below 1 raise
ValueError.
Formulas: Järvelin and Kekäläinen 2002 (NDCG), Manning, Raghavan and Schütze 2008, chapter 8 (the others).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse

Matrix = Any  # a dense array or a scipy sparse one


def precision_at_k(scores: Matrix, relevant: Matrix, k: int, exclude: Matrix | None = None) -> np.ndarray:
    """Share of the list that is relevant."""
    return rank(scores, relevant, k, exclude).precision()


def recall_at_k(scores: Matrix, relevant: Matrix, k: int, exclude: Matrix | None = None) -> np.ndarray:
    """Share of the relevant items that made the list."""
    return rank(scores, relevant, k, exclude).recall()


def hit_rate_at_k(scores: Matrix, relevant: Matrix, k: int, exclude: Matrix | None = None) -> np.ndarray:
    """1 if the list holds at least one relevant item, else 0."""
    return rank(scores, relevant, k, exclude).hit_rate()


def ndcg_at_k(scores: Matrix, relevant: Matrix, k: int, exclude: Matrix | None = None) -> np.ndarray:
    """Gain ``1 / log2(1 + rank)`` of each relevant item in the list, over the gain of the best possible list."""
    return rank(scores, relevant, k, exclude).ndcg()


def reciprocal_rank_at_k(scores: Matrix, relevant: Matrix, k: int, exclude: Matrix | None = None) -> np.ndarray:
    """``1 / rank`` of the first relevant item in the list, 0 if there is none. Its mean is MRR."""
    return rank(scores, relevant, k, exclude).reciprocal_rank()


def average_precision_at_k(scores: Matrix, relevant: Matrix, k: int, exclude: Matrix | None = None) -> np.ndarray:
    """Precision at each relevant item's rank, summed and divided by ``min(k, number relevant)``. Its mean is MAP."""
    return rank(scores, relevant, k, exclude).average_precision()


def graded_ndcg_at_k(scores: Matrix, grades: Matrix, k: int, exclude: Matrix | None = None) -> np.ndarray:
    """NDCG with gain ``grade / log2(1 + rank)``, over the gain of the best possible list.

    ``grades`` ``(n_users, n_items)``, none below 0, say how relevant each item is; with grades of 0 and 1 this is
    `ndcg_at_k`. Hand over ``2.0 ** grades - 1`` for the exponential gain that is common in web search.
    """
    scores = _scores(scores)
    table = _dense(_same_shape(grades, scores.shape, "grades")).astype(np.float64)
    if (table < 0).any() or np.isnan(table).any():
        raise ValueError("grades must be 0 or more: how relevant an item is.")
    items = top_k(scores, k, exclude)
    discount = 1.0 / np.log2(np.arange(2, items.shape[1] + 2))
    gain = np.where(items >= 0, np.take_along_axis(table, items, axis=1), 0.0) @ discount
    ideal = -np.sort(-table, axis=1)[:, : items.shape[1]] @ discount
    return np.where(ideal > 0, gain / np.where(ideal > 0, ideal, 1.0), np.nan)


def auc(scores: Matrix, relevant: Matrix, exclude: Matrix | None = None) -> np.ndarray:
    """Chance that a relevant rankable item is scored above one that is not, a tie counting one half.

    NaN for a user without a rankable item of either kind. The mean of ranks gives it (Mann and Whitney 1947).
    """
    from scipy.stats import rankdata  # slow to import

    scores = _masked(_scores(scores), exclude)
    good = _dense(_relevant(relevant, scores.shape))
    rankable = ~np.isneginf(scores)
    good &= rankable
    n_good, n_rankable = good.sum(axis=1), rankable.sum(axis=1)
    # What cannot be ranked sits at the bottom, so its number is what the ranks are too high by.
    places = rankdata(scores, axis=1) - (scores.shape[1] - n_rankable)[:, None]
    pairs = n_good * (n_rankable - n_good)
    above = (places * good).sum(axis=1) - n_good * (n_good + 1) / 2
    return np.where(pairs > 0, above / np.maximum(pairs, 1), np.nan)


class Confusion(NamedTuple):
    """Recommended or not, against relevant or not: four counts for each user, int64 ``(n_users,)``."""

    true_positive: np.ndarray
    false_positive: np.ndarray
    false_negative: np.ndarray
    true_negative: np.ndarray

    def accuracy(self) -> np.ndarray:
        """Share of right decisions; for short lists from a large catalogue nearly 1 whatever is recommended."""
        return (self.true_positive + self.true_negative) / np.maximum(sum(self), 1)


def confusion_at_k(scores: Matrix, relevant: Matrix, k: int, exclude: Matrix | None = None) -> Confusion:
    """The four counts for each user's list, over the items that can be ranked or are relevant."""
    ranked = rank(scores, relevant, k, exclude)
    truth = _dense(_relevant(relevant, np.shape(scores)))
    rankable = ~np.isneginf(_masked(_scores(scores), exclude))
    hits = ranked.hits.sum(axis=1)
    misses, false = ranked.n_relevant - hits, ranked.length - hits
    return Confusion(hits, false, misses, (rankable | truth).sum(axis=1) - hits - false - misses)


def top_k(scores: Matrix, k: int, exclude: Matrix | None = None) -> np.ndarray:
    """The item indices of each user's list, best first: int64 ``(n_users, k)``, -1 where no rankable item is left."""
    scores = _masked(_scores(scores), exclude)
    k = min(_checked_k(k), scores.shape[1])
    chosen = _best_k(scores, k)
    return np.where(np.isneginf(np.take_along_axis(scores, chosen, axis=1)), -1, chosen)


@dataclass(frozen=True)
class Ranked:
    """Which places of each user's list are relevant, and what the metrics divide by."""

    hits: np.ndarray  # (n_users, k) bool
    length: np.ndarray  # (n_users,) places that hold an item, at most k
    n_relevant: np.ndarray  # (n_users,)
    k: int  # as asked for

    def precision(self) -> np.ndarray:
        return self._defined(self.hits.sum(axis=1) / np.maximum(self.length, 1))

    def recall(self) -> np.ndarray:
        return self._defined(self.hits.sum(axis=1) / np.maximum(self.n_relevant, 1))

    def hit_rate(self) -> np.ndarray:
        return self._defined(self.hits.any(axis=1).astype(float))

    def ndcg(self) -> np.ndarray:
        discount = 1.0 / np.log2(np.arange(2, self.hits.shape[1] + 2))
        best = np.concatenate([[0.0], np.cumsum(discount)])
        ideal = best[np.minimum(self.n_relevant, self.hits.shape[1])]
        return self._defined((self.hits * discount).sum(axis=1) / np.where(ideal > 0, ideal, 1.0))

    def reciprocal_rank(self) -> np.ndarray:
        first = self.hits.argmax(axis=1) + 1
        return self._defined(np.where(self.hits.any(axis=1), 1.0 / first, 0.0))

    def average_precision(self) -> np.ndarray:
        places = np.arange(1, self.hits.shape[1] + 1)
        precision = np.cumsum(self.hits, axis=1) / places
        most = np.maximum(np.minimum(self.k, self.n_relevant), 1)
        return self._defined((precision * self.hits).sum(axis=1) / most)

    def _defined(self, values: np.ndarray) -> np.ndarray:
        return np.where(self.n_relevant > 0, values, np.nan)


def rank(scores: Matrix, relevant: Matrix, k: int, exclude: Matrix | None = None) -> Ranked:
    """Rank once, for several metrics: the work that they share."""
    scores = _scores(scores)
    truth = _relevant(relevant, scores.shape)
    items = top_k(scores, k, exclude)
    hits = _at(truth, items) & (items >= 0)
    n_relevant = np.asarray(truth.sum(axis=1)).ravel()
    return Ranked(hits, (items >= 0).sum(axis=1), n_relevant, k)


def ranked_lists(lists: np.ndarray, relevant: Matrix, k: int) -> Ranked:
    """What `rank` gives, for lists that are there already: item indices ``(n_users, at least k)``, -1 where none is."""
    items = np.asarray(lists)[:, : _checked_k(k)]
    truth = _relevant(relevant, np.shape(relevant))
    if items.ndim != 2 or len(items) != truth.shape[0]:
        raise ValueError(f"lists must be (n_users, k) of {truth.shape[0]:,} users; got {np.shape(lists)}.")
    hits = _at(truth, items) & (items >= 0)
    return Ranked(hits, (items >= 0).sum(axis=1), np.asarray(truth.sum(axis=1)).ravel(), k)


def _at(truth: Matrix, items: np.ndarray) -> np.ndarray:
    """The truth at each user's listed items, bool ``(n_users, k)``."""
    if not sparse.issparse(truth):
        return np.take_along_axis(truth != 0, items, axis=1)
    # Each (user, item) cell is one number, so that looking up a few places needs no dense table.
    return np.isin(np.arange(len(items))[:, None] * truth.shape[1] + items, _cells(truth))


def _best_k(scores: np.ndarray, k: int) -> np.ndarray:
    """Indices of the k highest scores of each row, best first, ties by lower index.

    Most scores can be left out before anything is sorted: deal the columns into at least k groups; the k-th highest of
    the groups' maxima is no higher than the k-th highest score. What is not below it, in the order of the columns, is
    sorted by a sort that keeps equals in their order.
    """
    n_items = scores.shape[1]
    groups = min(n_items, 8 * k)
    width = n_items // groups
    maxima = scores[:, : width * groups].reshape(len(scores), width, groups).max(axis=1)
    bound = np.partition(maxima, groups - k, axis=1)[:, groups - k, None]
    able = scores >= bound
    heavy = np.count_nonzero(able, axis=1) > 8 * k
    if heavy.any():  # mostly equal scores, such as the zeros of a sparse model
        able[heavy] = _without_later_ties(scores[heavy], bound[heavy], k)
    cells = np.flatnonzero(able)
    rows, columns = np.divmod(cells, n_items)
    counts = np.bincount(rows, minlength=len(scores))
    place = np.arange(len(cells)) - np.repeat(np.cumsum(counts) - counts, counts)
    items = np.zeros((len(scores), counts.max(initial=k)), np.int64)
    values = np.full(items.shape, -np.inf, scores.dtype)
    items[rows, place], values[rows, place] = columns, scores.reshape(-1)[cells]
    order = np.argsort(-values, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(items, order, axis=1)


def _without_later_ties(scores: np.ndarray, bound: np.ndarray, k: int) -> np.ndarray:
    """bool: above the row's bound, or among the first ``k`` that are equal to it, which is all that a list can hold."""
    tied = scores == bound
    return (scores > bound) | (tied & (np.cumsum(tied, axis=1, dtype=np.int32) <= k))


def _masked(scores: np.ndarray, exclude: Matrix | None) -> np.ndarray:
    """A copy of the scores in which excluded items are at -inf."""
    if exclude is None:
        return scores
    mask = _without_nan(_same_shape(exclude, scores.shape, "exclude"), "exclude")
    scores = np.array(scores, order="C")
    if sparse.issparse(mask):
        scores.reshape(-1)[_cells(mask)] = -np.inf
    else:
        scores[mask != 0] = -np.inf
    return scores


def _cells(matrix: Matrix) -> np.ndarray:
    """The entries of a sparse matrix that are not 0, as places in the table written out row after row."""
    coo = matrix.tocoo()
    return (coo.row.astype(np.int64) * matrix.shape[1] + coo.col)[coo.data != 0]


def _scores(scores: Matrix) -> np.ndarray:
    scores = np.asarray(scores)
    if scores.ndim != 2:
        raise ValueError(f"scores must have shape (n_users, n_items); got {scores.shape}.")
    if not scores.shape[1]:
        raise ValueError(f"scores has no items, shape {scores.shape}: there is nothing to rank.")
    if not np.issubdtype(scores.dtype, np.floating):
        scores = scores.astype(np.float64)
    broken = np.flatnonzero(np.isnan(scores.max(axis=1)))  # the largest of what holds NaN is NaN
    if len(broken):
        raise ValueError(f"scores has NaN in {len(broken)} of {len(scores)} rows, first in row {broken[0]}.")
    return scores


def _same_shape(matrix: Matrix, shape: tuple[int, int], name: str) -> Matrix:
    matrix = matrix if sparse.issparse(matrix) else np.asarray(matrix)
    if matrix.shape != shape:
        raise ValueError(f"{name} must have the shape of scores, {shape}; got {matrix.shape}.")
    return matrix


def _relevant(matrix: Matrix, shape: tuple[int, int]) -> Matrix:
    """What is above 0, as bool in the form that came: dense or sparse."""
    matrix = _without_nan(_same_shape(matrix, shape, "relevant"), "relevant")
    if not sparse.issparse(matrix):
        return matrix > 0
    coo = matrix.tocoo()
    good = coo.data > 0
    places = coo.row[good].astype(np.int64), coo.col[good].astype(np.int64)
    return sparse.csr_array((np.ones(int(good.sum()), bool), places), shape=shape)


def _without_nan(matrix: Matrix, name: str) -> Matrix:
    values = matrix.data if sparse.issparse(matrix) else matrix
    if np.issubdtype(values.dtype, np.floating) and np.isnan(values).any():
        raise ValueError(f"{name} has NaN in {int(np.isnan(values).sum())} places; say yes or no with 1 or 0 instead.")
    return matrix


def _dense(matrix: Matrix) -> np.ndarray:
    return matrix.toarray() if sparse.issparse(matrix) else matrix


def _checked_k(k: int) -> int:
    if isinstance(k, bool) or not isinstance(k, (int, np.integer)) or k < 1:
        raise ValueError(f"k must be a whole number of at least 1; got {k!r}.")
    return int(k)
