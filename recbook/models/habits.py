"""What a user buys again: the models to beat where repeats are asked for, as in a shop."""

from __future__ import annotations

import numpy as np

from recbook.data.histories import aged
from recbook.data.interactions import WEEK, Interactions
from recbook.models.base import HistoryReader
from recbook.models.baselines import item_shares


class OwnFrequency(HistoryReader):
    """How often the user met each item, the more recent times weighing more.

    A row of the log weighs ``0.5 ** (age / half_life)``, its age in weeks before the user's last row; with
    ``half_life=None`` all weigh 1, and times are not needed. What the user never met follows in the order of
    popularity: of each item's share of the users of fit, ``popularity`` times is added, which also parts ties.
    In predicting baskets such counts of a user's own are hard to beat (Hu et al. 2020; Li et al. 2023).
    """

    task = "all"

    def __init__(self, half_life: float | None = None, popularity: float = 1e-3) -> None:
        if (half_life is not None and half_life <= 0) or popularity < 0:
            raise ValueError(
                "half_life (weeks) must be above 0, or None, and popularity at least 0; "
                f"got {half_life} and {popularity}."
            )
        self.half_life, self.popularity = half_life, popularity

    def fit(self, interactions: Interactions) -> OwnFrequency:
        """Keep the log and count its items. ValueError for a half-life in a log without times."""
        if self.half_life is not None:
            interactions.need_times("A half-life")
        self.log_ = self._with_rows(interactions)
        self.shares_ = item_shares(interactions)
        return self

    def _from_history(self, part: Interactions) -> np.ndarray:
        scores = np.tile(self.popularity * self.shares_, (part.n_users, 1))
        np.add.at(scores, (part.user, part.item), self._weights(part))
        return scores.astype(np.float32)

    def _weights(self, part: Interactions) -> np.ndarray:
        if self.half_life is None:
            return np.ones(part.n)
        times = part.need_times("A half-life")
        last = np.full(part.n_users, np.iinfo(np.int64).min)
        np.maximum.at(last, part.user, times)
        return aged(last[part.user] - times, WEEK * self.half_life)
