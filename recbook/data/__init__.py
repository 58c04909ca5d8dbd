"""Data: cards that say where it comes from, fetching, the log of interactions, repairs and splits."""

from __future__ import annotations

from recbook.data.interactions import Interactions
from recbook.data.split import Split, by_time, cold_items, cold_users, leave_one_out

__all__ = ["Interactions", "Split", "by_time", "cold_items", "cold_users", "leave_one_out", "load"]


def load(name: str) -> Interactions:
    """The interactions of a dataset of the course, with its ``users`` and ``items`` tables, as they stand in the file.

    Fetched on first use, read from the cache afterwards. Raises ValueError for an unknown name, or for a card that
    holds no interactions (a model or a font).
    """
    from recbook.data import movielens
    from recbook.data.cards import card
    from recbook.data.fetch import ensure

    readers = {"ml-100k": movielens.read}
    found = card(name)  # an unknown name is told the close ones
    if found.name not in readers:
        raise ValueError(f"{name} is a {found.kind}, not a log of interactions. `load` reads: {', '.join(readers)}.")
    return readers[found.name](ensure(found.name))
