"""Models for items that live for hours: popularity of the last hours, and a reader's profile with a half-life.

Both read clicks as float64 ``(n, 3)``: reader, article and hour, as `recbook.data.newsroom.Press.clicks` gives them, of
which only those before ``now`` count.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from recbook.data.histories import aged
from recbook.vectors import unit


def recent_counts(clicks: np.ndarray, n_articles: int, now: float, window: float = np.inf) -> np.ndarray:
    """Clicks on each article in the ``window`` hours before ``now``: int64 ``(n_articles,)``. ValueError for none."""
    if not window > 0:
        raise ValueError(f"window must be above 0 hours; got {window}.")
    age = now - clicks[:, 2]
    return np.bincount(clicks[(age > 0) & (age <= window), 1].astype(np.int64), minlength=n_articles)


def profiles(
    clicks: np.ndarray, vectors: np.ndarray, n_readers: int, now: float, half_life: float | None
) -> np.ndarray:
    """Each reader's profile, ``(n_readers, d)``, rows unit: the mean of the clicked rows of ``vectors``.

    A click weighs ``0.5 ** (age / half_life)``, its age in hours before ``now``; with None all weigh the same. A reader
    without a click has zeros. ValueError for a half-life that is not above 0.
    """
    if half_life is not None and not half_life > 0:
        raise ValueError(f"half_life must be above 0 hours, or None; got {half_life}.")
    past = clicks[clicks[:, 2] < now]
    weight = aged(now - past[:, 2], half_life)
    reader, article = past[:, :2].T.astype(np.int64)
    return unit(sparse.csr_array((weight, (reader, article)), shape=(n_readers, len(vectors))) @ vectors)


def near_twins(vectors: np.ndarray, hours: np.ndarray, least: float, within: float = 24.0) -> np.ndarray:
    """Pairs of articles so alike that they may tell one event: int64 ``(pairs, 2)``, the earlier row first.

    Cosine of the rows of ``vectors`` ``(n, d)``, made unit, at least ``least``; at most ``within`` hours apart.
    """
    rows = unit(vectors)
    close = np.triu(rows @ rows.T >= least, k=1) & (np.abs(hours[:, None] - hours) <= within)
    return np.argwhere(close)
