"""A list of films as chapter 02 shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from recbook.data import Interactions, Split
from recbook.evaluation.metrics import top_k
from recbook.models.base import HistoryReader, positions
from recbook.plots.base import film, name
from recbook.session import phrase

if TYPE_CHECKING:
    import pandas as pd


def ten_films(model: HistoryReader, split: Split, user: int) -> pd.DataFrame:
    """The ten best films that are new to a user of the fitted model, by user id. KeyError for an id without a row."""
    history = split.history()
    row = positions([user], history.user_ids, "user")
    best = top_k(model.score(row, history), 10, exclude=history.matrix()[row])[0]
    return listed(history, best)


def listed(log: Interactions, best: np.ndarray) -> pd.DataFrame:
    """Film indices as a table in the reader's language: rank, item_id, title and genres."""
    import pandas as pd

    if log.items is None:
        raise ValueError("This log has no table of films: load it with recbook.load.")
    films = log.items.iloc[best]
    return pd.DataFrame({
        "rank": np.arange(1, len(best) + 1),
        "item_id": films["item_id"].to_numpy(),
        "title": [film(title) for title in films["display_title"]],
        "genres": [phrase(en=", ", zh="、").join(map(name, genres.split())) for genres in films["genres"]],
    })  # fmt: skip
