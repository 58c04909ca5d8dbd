"""Data: cards that say where it comes from, fetching, the log of interactions, repairs and splits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, overload

from recbook.data.interactions import Interactions
from recbook.data.split import (
    NewUsers,
    Split,
    bought_by,
    by_time,
    by_week,
    cold_items,
    cold_users,
    leave_one_out,
    new_users,
    next_basket,
    random_split,
    seconds_since,
    shuffle_within_second,
    shuffle_within_sitting,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Interactions", "NewUsers", "Split", "bought_by", "by_time", "by_week", "cold_items", "cold_users",
    "leave_one_out", "load", "new_users", "next_basket", "random_split", "seconds_since", "shuffle_within_second",
    "shuffle_within_sitting",
]  # fmt: skip


@overload
def load(name: Literal["ml-100k", "shop", "books"]) -> Interactions: ...
@overload
def load(name: Literal["clothing-reviews", "tunes"]) -> pd.DataFrame: ...
@overload
def load(name: str) -> Any: ...
def load(name: str) -> Any:
    """A dataset of the course, as it stands in the file.

    "ml-100k", "shop" and "books" give the interactions with their ``users`` and ``items`` tables (`Interactions`; what
    these hold is said in the ``read`` of `recbook.data.movielens`, `shop` and `books`), "clothing-reviews" a table with
    one row a review and "tunes" one with a row a melody (`recbook.data.reviews.read` and `tunes.read` name columns).
    `recbook.data.prepare` repairs what is wrong with
    them by named steps: ``repair(load("shop"), SHOP_STEPS)``. Fetched on first use, read from the cache afterwards.
    Raises ValueError for an unknown name, or for a card that is no dataset (a model or a font).
    """
    from recbook.data import books, movielens, reviews, shop, tunes
    from recbook.data.cards import card
    from recbook.data.fetch import ensure

    readers = {
        "ml-100k": movielens.read, "clothing-reviews": reviews.read, "shop": shop.read, "books": books.read,
        "tunes": tunes.read,
    }  # fmt: skip
    found = card(name)  # an unknown name is told the close ones
    if found.name not in readers:
        if found.kind == "dataset":
            raise ValueError(f"{name} has a card and no reader: name one in `load` of recbook/data/__init__.py.")
        raise ValueError(
            f"{name} is a {found.kind}, not a log of interactions or a table. `load` reads: {', '.join(readers)}."
        )
    return readers[found.name](ensure(found.name))
