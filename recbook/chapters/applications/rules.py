"""What stands beside the rules that chapter 11 writes itself: EASE on an invented press, and how a setting is chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from recbook.data.newsroom import Press, replay
from recbook.models import EASE

Scorer = Callable[[float, np.ndarray], np.ndarray]


def nightly(press: Press, l2: float, hourly: bool = False) -> Scorer:
    """EASE on the articles alive, fitted at midnight, or on all clicks before the visit."""
    fitted: dict[float, EASE] = {}

    def scorer(hour: float, readers: np.ndarray) -> np.ndarray:
        at = hour if hourly else hour // 24 * 24
        if at not in fitted:
            fitted[at] = EASE(l2).fit(press.log(at))
        return fitted[at].score(readers)[:, press.alive(hour)]

    return scorer


def chosen(press: Press, hours: np.ndarray, scorers: Sequence[Scorer]) -> Scorer:
    """The scorer that is worth most clicks in the hours to choose by."""
    return max(scorers, key=lambda one: float(np.nanmean(replay(press, hours, one).clicks)))
