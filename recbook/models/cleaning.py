"""Leaving out the rows of a log that a first model doubts."""

from __future__ import annotations

import numpy as np

from recbook.data.interactions import Interactions
from recbook.models.baselines import EASE


def doubts(log: Interactions, l2: float = 250.0) -> np.ndarray:
    """How little EASE expects each row's item from the rest of the user's history, float32 ``(n,)``: high is doubted.

    An item's own weight is 0, so a row does not speak for itself; but the model was fitted with it. Rare items are
    doubted most, right or wrong.
    """
    scores = EASE(l2).fit(log).score(np.arange(log.n_users))
    return -scores[log.user, log.item]


def doubted_left_out(log: Interactions, share: float, l2: float = 250.0) -> Interactions:
    """The log without the ``share`` of its rows that are doubted most. ValueError unless share lies in 0…1, below 1."""
    if not 0 <= share < 1:
        raise ValueError(f"share must be at least 0 and below 1; got {share}.")
    order = np.argsort(-doubts(log, l2), kind="stable")
    keep = np.ones(log.n, bool)
    keep[order[: round(share * log.n)]] = False
    return log.take(keep)
