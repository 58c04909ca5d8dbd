"""The log of who met what, when: the one shape that every chapter and every model reads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Interactions:
    """A log of ``n`` interactions on a fixed space of users and items, in the file's order.

    ``user`` and ``item`` are indices from 0: the rank of the original id. ``timestamp`` is in whole seconds since 1970.
    The id space stays the same in every part of a log, so that a row of one matrix is the same user in another.
    """

    user: np.ndarray  # (n,) int64, index into user_ids
    item: np.ndarray  # (n,) int64, index into item_ids
    rating: np.ndarray  # (n,) float32
    timestamp: np.ndarray  # (n,) int64
    user_ids: np.ndarray  # (n_users,) the id of each user index, ascending
    item_ids: np.ndarray  # (n_items,)
    users: pd.DataFrame | None = None  # one row a user index
    items: pd.DataFrame | None = None  # one row an item index

    def __post_init__(self) -> None:
        lengths = {name: len(getattr(self, name)) for name in ("user", "item", "rating", "timestamp")}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"user, item, rating and timestamp must be equally long; got {lengths}.")
        for index, ids, name in ((self.user, self.user_ids, "user"), (self.item, self.item_ids, "item")):
            if len(index) and not (0 <= index.min() and index.max() < len(ids)):
                raise ValueError(
                    f"{name} indices must lie in 0…{len(ids) - 1}; got {index.min()}…{index.max()}. "
                    "Interactions.from_ids turns ids into indices."
                )

    @classmethod
    def from_ids(
        cls,
        user_id: np.ndarray,
        item_id: np.ndarray,
        rating: np.ndarray,
        timestamp: np.ndarray,
        users: pd.DataFrame | None = None,
        items: pd.DataFrame | None = None,
    ) -> Interactions:
        """Build a log from ids, each array of shape ``(n,)``.

        The id space is that of the tables' ``user_id`` and ``item_id`` columns where they are given, so that an item
        that nobody rated still has an index. An id that its table lacks raises KeyError.
        """
        user_ids = np.unique(user_id if users is None else users["user_id"].to_numpy())
        item_ids = np.unique(item_id if items is None else items["item_id"].to_numpy())
        return cls(
            user=_ranks(user_id, user_ids, "user"),
            item=_ranks(item_id, item_ids, "item"),
            rating=np.asarray(rating, dtype=np.float32),
            timestamp=np.asarray(timestamp, dtype=np.int64),
            user_ids=user_ids,
            item_ids=item_ids,
            users=None if users is None else users.sort_values("user_id", ignore_index=True),
            items=None if items is None else items.sort_values("item_id", ignore_index=True),
        )

    @property
    def n(self) -> int:
        """Number of interactions."""
        return len(self.user)

    def __len__(self) -> int:
        return self.n

    @property
    def n_users(self) -> int:
        return len(self.user_ids)

    @property
    def n_items(self) -> int:
        return len(self.item_ids)

    def take(self, rows: np.ndarray) -> Interactions:
        """The rows named by a boolean mask ``(n,)`` or by positions, on the same id space."""
        return replace(
            self,
            user=self.user[rows],
            item=self.item[rows],
            rating=self.rating[rows],
            timestamp=self.timestamp[rows],
        )

    def matrix(self, values: np.ndarray | None = None) -> sparse.csr_array:
        """CSR ``(n_users, n_items)``, float32: 1 where a user met an item, or ``values`` ``(n,)`` (repeats add up)."""
        data = np.ones(self.n, np.float32) if values is None else np.asarray(values, np.float32)
        if data.shape != (self.n,):
            raise ValueError(f"values must have shape ({self.n},), one for each interaction; got {data.shape}.")
        table = sparse.coo_array((data, (self.user, self.item)), shape=(self.n_users, self.n_items)).tocsr()
        if values is None:
            table.data[:] = 1.0  # an item met twice is still an item met
        return table

    def item_counts(self) -> np.ndarray:
        """Interactions of each item, int64 ``(n_items,)``."""
        return np.bincount(self.item, minlength=self.n_items)

    def user_counts(self) -> np.ndarray:
        """Interactions of each user, int64 ``(n_users,)``."""
        return np.bincount(self.user, minlength=self.n_users)

    def frame(self) -> pd.DataFrame:
        """The log as a table, with original ids, in the file's order."""
        import pandas as pd

        return pd.DataFrame(
            {
                "user_id": self.user_ids[self.user],
                "item_id": self.item_ids[self.item],
                "rating": self.rating,
                "timestamp": self.timestamp,
            }
        )

    def __repr__(self) -> str:
        return f"Interactions({self.n:,} of {self.n_users:,} users and {self.n_items:,} items)"


def _ranks(ids: np.ndarray, known: np.ndarray, kind: str) -> np.ndarray:
    """Position of each id in the ascending array ``known``."""
    ids = np.asarray(ids)
    position = np.searchsorted(known, ids).clip(max=max(len(known) - 1, 0))
    missing = ids[known[position] != ids] if len(known) else ids
    if len(missing):
        raise KeyError(f"{kind} {missing[0]} is in the log but not in the {kind} table ({len(missing)} such rows).")
    return position
