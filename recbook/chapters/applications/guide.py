"""Chapter 11's four questions as numbers of a log, and which of its four worlds a log is most like."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from recbook.data.interactions import Interactions

DAY = 86_400
ENOUGH = 20
"""An item's half-life is measured where it has so many events."""

OFTEN, SOON, AT_ONCE = 0.2, 7.0, 0.5
"""A log is one of habits from this share of repeats on; of news up to this half-life, in days; of baskets where so many
events share the second of the one before."""


class Facts(NamedTuple):
    """What decides which task a log is."""

    repeats: float  # share of the events whose user had met the item before
    half_life: float  # days from an item's first event until half of its events have happened; the median item
    days: float  # length of the log
    unknown: float  # share of the events in the log's last tenth whose item was not seen before that tenth
    together: float  # share of a user's events that carry the same second as the one before


class Advice(NamedTuple):
    """Where to begin: names that `recbook.plots.name` knows."""

    like: str
    first: str
    metric: str
    trap: str


ADVICE = {
    "shop": Advice("shop", "recency frequency", "next basket, repeats kept", "masking the history"),
    "music": Advice(
        "music", "own plays, recent first", "what is played next, repeats kept", "a skip counted as a play"
    ),
    "news": Advice("news", "fresh, clicked", "hour by hour, in time", "a model fitted last night"),
    "films": Advice("films", "EASE", "what is new to the user", "one sitting split in two"),
}


def facts(log: Interactions) -> Facts:
    """The four questions, measured. ValueError for a log without rows or without times."""
    if not log.n:
        raise ValueError("facts: the log is empty, so there is nothing to measure.")
    times = log.need_times("facts")
    order = np.lexsort((times, log.user))
    same_user = np.diff(log.user[order]) == 0
    tied = (np.diff(times[order]) == 0)[same_user]
    return Facts(
        repeats=float(log.repeats().mean()),
        half_life=median_half_life(log),
        days=float(times.max() - times.min()) / DAY,
        unknown=_unknown(log),
        together=float(tied.mean()) if len(tied) else 0.0,
    )


def half_life(times: np.ndarray) -> float:
    """From the first of ``times`` ``(n,)`` until at least half of them have come, in their unit."""
    ordered = np.sort(times)
    return float(ordered[(len(ordered) - 1) // 2] - ordered[0])


def median_half_life(log: Interactions, enough: int = ENOUGH) -> float:
    """The half-life of the median item, in days, of items with ``enough`` events; NaN where no item has so many."""
    times = log.need_times("A half-life")
    order = np.lexsort((times, log.item))
    of_item = np.split(times[order], np.cumsum(log.item_counts())[:-1])
    found = [half_life(one) / DAY for one in of_item if len(one) >= enough]
    return float(np.median(found)) if found else float("nan")


def _unknown(log: Interactions) -> float:
    times = log.need_times("facts")
    begin = times.max() - 0.1 * (times.max() - times.min())
    first = np.full(log.n_items, times.max())
    np.minimum.at(first, log.item, times)
    late = times >= begin
    return float((first[log.item[late]] >= begin).mean())


def guide(measured: Facts) -> Advice:
    """What to try first on a log like this, after the table of four.

    >>> guide(Facts(repeats=0.4, half_life=150, days=365, unknown=0.1, together=0.9)).like
    'shop'
    """
    if measured.half_life <= SOON:
        return ADVICE["news"]
    if measured.repeats >= OFTEN:
        return ADVICE["shop" if measured.together >= AT_ONCE else "music"]
    return ADVICE["films"]
