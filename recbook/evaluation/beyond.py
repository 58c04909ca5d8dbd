"""What a list is like besides right or wrong: how far it reaches, how new, varied, surprising and fitting it is.

All take ``lists``, int ``(n_users, k)`` as `recbook.evaluation.metrics.top_k` returns them: item indices, best first,
-1 where there is none. A user whose value is not defined (an empty list, say) gets NaN. None of these numbers means
anything alone: random lists are new and varied.
"""

from __future__ import annotations

import numpy as np

from recbook.evaluation.metrics import Matrix, _at, _dense, _relevant
from recbook.vectors import unit


def exposure(lists: np.ndarray, n_items: int) -> np.ndarray:
    """In how many lists each item stands: int64 ``(n_items,)``."""
    lists = _lists(lists)
    return np.bincount(lists[lists >= 0], minlength=n_items)


def coverage(lists: np.ndarray, n_items: int) -> float:
    """Share of the catalogue that stands in at least one list (Ge, Delgado-Battenfeld and Jannach 2010)."""
    return float((exposure(lists, n_items) > 0).mean())


def novelty(lists: np.ndarray, counts: np.ndarray, n_users: int) -> np.ndarray:
    """Mean of ``-log2(share of users who have the item)``, in bits: ``(n_users,)`` (Zhou et al. 2010).

    ``counts`` ``(n_items,)`` says how many of ``n_users`` have each item; one that nobody has counts as had by one.
    """
    return _mean_over(lists, -np.log2(np.maximum(counts, 1) / n_users))


def diversity(lists: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Mean of ``1 - cosine`` over all pairs of a list: ``(n_users,)`` (Ziegler et al. 2005, up to a constant).

    ``vectors`` ``(n_items, d)`` says what the items are like. NaN for a list with less than two items.
    """
    lists = _lists(lists)
    rows = unit(vectors)[lists] * (lists >= 0)[:, :, None]
    length = (lists >= 0).sum(axis=1)
    # |sum of the rows|^2 holds every pair twice and each row with itself once.
    twice = (rows.sum(axis=1) ** 2).sum(axis=1) - (rows**2).sum(axis=(1, 2))
    pairs = length * (length - 1)
    return np.where(pairs > 0, 1 - twice / np.maximum(pairs, 1), np.nan)


def serendipity(lists: np.ndarray, relevant: Matrix, expected: np.ndarray) -> np.ndarray:
    """Share of the list that is relevant and that a primitive model would not have shown (Ge et al. 2010).

    ``expected`` ``(n_users, any length)`` are the primitive model's lists, such as those of popularity.
    """
    lists = _lists(lists)
    surprising = ~(lists[:, :, None] == _lists(expected)[:, None, :]).any(axis=2) & (lists >= 0)
    good = _at(_relevant(relevant, np.shape(relevant)), lists) & surprising
    length = (lists >= 0).sum(axis=1)
    return np.where(length > 0, good.sum(axis=1) / np.maximum(length, 1), np.nan)


def popularity_lift(lists: np.ndarray, history: Matrix, counts: np.ndarray) -> np.ndarray:
    """Mean count of the listed items over that of the user's own: 1 is as popular as the history, ``(n_users,)``.

    ``history`` ``(n_users, n_items)`` is not 0 where a user has an item. NaN without a list or a history.
    """
    own = _rows(history)
    weight = own @ np.asarray(counts, float)
    usual = weight / np.where(weight > 0, own.sum(axis=1), np.nan)
    return _mean_over(lists, np.asarray(counts, float)) / usual


def class_shares(weights: Matrix, classes: np.ndarray) -> np.ndarray:
    """How each user's items spread over classes (genres): float64 ``(n_users, n_classes)``, rows summing to 1.

    ``weights`` ``(n_users, n_items)`` is what the items count for; ``classes`` ``(n_items, n_classes)`` has rows that
    sum to 1, or to 0 for an item without a class. A user without such items gets NaN.
    """
    shares = _dense(weights @ classes)
    total = shares.sum(axis=1, keepdims=True)
    return shares / np.where(total > 0, total, np.nan)


def miscalibration(lists: np.ndarray, history: Matrix, classes: np.ndarray, alpha: float = 0.01) -> np.ndarray:
    """How far the classes of a list are from those of the history: ``(n_users,)``, 0 is the same (Steck 2018, eq. 7).

    The Kullback-Leibler divergence ``sum p log(p / q)`` with p from the history and q from the list, natural
    logarithm; q is smoothed to ``(1 - alpha) q + alpha p``, so that a missing class costs much and not infinitely.
    """
    lists = _lists(lists)
    shown = (classes[lists] * (lists >= 0)[:, :, None]).sum(axis=1)
    total = shown.sum(axis=1, keepdims=True)
    return _divergence(class_shares(_rows(history), classes), shown / np.where(total > 0, total, np.nan), alpha)


def calibrated_lists(
    scores: np.ndarray,
    history: Matrix,
    classes: np.ndarray,
    k: int = 10,
    weight: float = 0.5,
    pool: int = 100,
    alpha: float = 0.01,
) -> np.ndarray:
    """Lists that trade score for calibration, chosen greedily (Steck 2018, section 5): int64 ``(n_users, k)``.

    Item after item, the one that makes ``(1 - weight) * sum of scores - weight * miscalibration`` largest is taken
    from the ``pool`` best by score, whose scores are scaled to 0…1 for each user. ``scores`` holds ``-inf`` for what
    may not be listed; every user needs at least ``pool`` other items and a history with classes.
    """
    best, value = _best_and_their_value(scores, pool)
    wanted = class_shares(_rows(history), classes)[:, None, :]
    shown, chosen = np.zeros((len(best), 1, classes.shape[1])), np.empty((len(best), k), np.int64)
    users = np.arange(len(best))
    for place in range(k):
        after = shown + classes[best]
        total = after.sum(axis=2, keepdims=True)
        cost = _divergence(wanted, after / np.where(total > 0, total, 1), alpha)
        pick = ((1 - weight) * value - weight * cost).argmax(axis=1)
        chosen[:, place] = best[users, pick]
        shown = after[users, pick][:, None, :]
        value[users, pick] = -np.inf
    return chosen


def _best_and_their_value(scores: np.ndarray, pool: int) -> tuple[np.ndarray, np.ndarray]:
    """The ``pool`` best items of each user, best first, and their scores from 1 for the first to 0 for the last."""
    best = np.argsort(-scores, axis=1, kind="stable")[:, :pool]
    value = np.take_along_axis(np.asarray(scores, float), best, axis=1)
    return best, (value - value[:, -1:]) / np.maximum(value[:, :1] - value[:, -1:], 1e-12)


def _divergence(p: np.ndarray, q: np.ndarray, alpha: float) -> np.ndarray:
    """``sum p log(p / q~)`` over the last axis, where ``0 log 0`` is 0 and a NaN stays one."""
    mixed = (1 - alpha) * q + alpha * p
    parts = np.where(p > 0, p * np.log(np.where(p > 0, p, 1) / np.where(mixed > 0, mixed, 1)), 0.0)
    return parts.sum(axis=-1) + 0 * (p.sum(axis=-1) + q.sum(axis=-1))


def _mean_over(lists: np.ndarray, value: np.ndarray) -> np.ndarray:
    """The mean of an item's ``value`` ``(n_items,)`` over each list, NaN for an empty one."""
    lists = _lists(lists)
    length = (lists >= 0).sum(axis=1)
    total = np.where(lists >= 0, value[lists], 0.0).sum(axis=1)
    return np.where(length > 0, total / np.maximum(length, 1), np.nan)


def _lists(lists: np.ndarray) -> np.ndarray:
    lists = np.asarray(lists)
    if lists.ndim != 2 or not np.issubdtype(lists.dtype, np.integer):
        raise ValueError(f"lists must be item indices of shape (n_users, k); got {lists.dtype} {lists.shape}.")
    return lists


def _rows(history: Matrix) -> Matrix:
    """The history as zeros and ones."""
    return (history != 0).astype(np.float64)
