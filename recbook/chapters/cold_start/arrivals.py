"""What the first ratings of a new film add to its content: chapter 10's vectors that start from text and then move."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recbook.data import Interactions
from recbook.evaluation import evaluate_scores
from recbook.models.cold_start import directions, kernel_predictions

RANK, MOST = 20, 10


def towards(start: np.ndarray, rows: np.ndarray, targets: np.ndarray, kappa: float) -> np.ndarray:
    """The vector ``(r,)`` near ``start`` with which ``rows`` ``(n, r)`` give ``targets`` ``(n,)``: ridge towards start."""
    gram = rows.T @ rows + kappa * np.eye(len(start))
    return start + np.linalg.solve(gram, rows.T @ (targets - rows @ start))


def factors(likes: Interactions, known: np.ndarray, rank: int = RANK) -> tuple[np.ndarray, np.ndarray]:
    """``F`` (known films, r) and ``V`` (users, r) with ``F Vᵀ`` near the table of likes of the films of a mask."""
    table = likes.matrix().T[known].toarray().astype(float)
    v = directions(table, rank)
    return table @ v, v


def starts(
    likes: Interactions, known: np.ndarray, hidden: np.ndarray, kernel: np.ndarray, l2: float = 10.0
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Where vectors of hidden films start, by way, ``(n_hidden, r)``: content's, and the mean film; and ``V``."""
    f, v = factors(likes, known)
    content = kernel_predictions(kernel, known, f, l2)[hidden]
    return {"content, then ratings": content, "ratings alone": np.tile(f.mean(axis=0), (len(content), 1))}, v


def turns(log: Interactions) -> np.ndarray:
    """For each rating, which of its film's it is in time, from 0: int64 ``(n,)``."""
    by_time = np.lexsort((np.arange(log.n), log.need_times("A rating's turn")))
    turn = np.empty(log.n, int)
    turn[by_time] = pd.Series(by_time).groupby(log.item[by_time]).cumcount()
    return turn


def after_ratings(
    log: Interactions, turn: np.ndarray, hidden: np.ndarray, start: np.ndarray, v: np.ndarray, kappa: float, n: int
) -> np.ndarray:
    """NDCG@10 of each user ``(n_users,)`` among hidden films, of each of which the first ``n`` ratings are known.

    ``turn`` is that of `turns`. The first ten are masked at every ``n``; to be found are the likes after them.
    """
    new, moved = hidden[log.item], start.copy()
    rows = np.flatnonzero(new & (turn < n))
    place = np.cumsum(hidden)[log.item[rows]] - 1  # among the hidden films
    stars = log.need_ratings("A like")
    for film, mine in pd.Series(rows).groupby(place):
        moved[film] = towards(start[film], v[log.user[mine]], stars[mine] >= 4, kappa)
    seen = log.take(new & (turn < MOST)).matrix()[:, hidden]
    wanted = log.take(new & (turn >= MOST) & (stars >= 4)).matrix()[:, hidden]
    return evaluate_scores(v @ moved.T, wanted, exclude=seen).per_user["ndcg@10"]
