"""The log of who met what, when: the one shape that every chapter and every model reads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from recbook.bilingual import Both
from recbook.data import columns

if TYPE_CHECKING:
    import pandas as pd

_FEW = 16  # users whose rows are found without sorting all
WEEK = 7 * 86_400  # seconds
_MONDAY = 4 * 86_400  # 5 January 1970, the first Monday


@dataclass(frozen=True, eq=False)
class Interactions:
    """A log of ``n`` interactions on a fixed space of users and items, in the file's order.

    ``user`` and ``item`` are indices from 0: the rank of the original id. ``timestamp`` is in whole seconds since 1970.
    A log without ratings or without times holds None in their place.
    The id space stays the same in every part of a log, so that a row of one matrix is the same user in another.
    """

    user: np.ndarray  # (n,) int64, index into user_ids
    item: np.ndarray  # (n,) int64, index into item_ids
    rating: np.ndarray | None  # (n,) float32
    timestamp: np.ndarray | None  # (n,) int64
    user_ids: np.ndarray  # (n_users,) the id of each user index, ascending: int64, or object holding str
    item_ids: np.ndarray  # (n_items,)
    users: pd.DataFrame | None = None  # one row a user index
    items: pd.DataFrame | None = None  # one row an item index
    quantity: np.ndarray | None = None  # (n,) int64, pieces bought; None where the log does not say
    first_week: int | None = None  # when week 1 begins, in seconds of the clock of `zone`; None: with the first row
    zone: str = "UTC"  # the clock that weeks go by: they begin on Monday, 00:00

    def __post_init__(self) -> None:
        lengths = {name: len(held) for name in FIELDS if (held := getattr(self, name)) is not None}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"{', '.join(lengths)} must be equally long; got {lengths}.")
        for index, ids, name in ((self.user, self.user_ids, "user"), (self.item, self.item_ids, "item")):
            if len(index) and not (0 <= index.min() and index.max() < len(ids)):
                raise ValueError(
                    f"{name} indices must lie in 0…{len(ids) - 1}; got {index.min()}…{index.max()}. "
                    "Interactions.from_ids turns ids into indices."
                )
        for table, ids, name in ((self.users, self.user_ids, "user"), (self.items, self.item_ids, "item")):
            if table is not None and len(table) != len(ids):
                raise ValueError(f"The {name} table must have one row for each of {len(ids)} ids; got {len(table)}.")

    @classmethod
    def from_ids(
        cls,
        user_id: Any,
        item_id: Any,
        rating: Any = None,
        timestamp: Any = None,
        users: pd.DataFrame | None = None,
        items: pd.DataFrame | None = None,
    ) -> Interactions:
        """Build a log from columns, each of shape ``(n,)``; ratings and times may be left out.

        The id space is that of the tables' ``user_id`` and ``item_id`` columns where they are given, so that an item
        that nobody rated still has an index. An id that its table lacks raises KeyError. What counts as an id and as a
        time is said in `from_frame`; but an array of integers is taken as seconds unseen, so that a log with
        impossible times can be built, and repaired (`recbook.data.prepare.mend_times`).
        """
        lengths = {
            name: len(held)
            for name, held in zip(FIELDS[:4], (user_id, item_id, rating, timestamp), strict=True)
            if held is not None
        }
        if len(set(lengths.values())) > 1:
            raise ValueError(f"{', '.join(lengths)} must be equally long; got {lengths}.")
        if users is not None:
            users = columns.table(users, None, ["user_id"], "user_id", None, "refuse")
        if items is not None:
            items = columns.table(items, None, ["item_id"], "item_id", None, "refuse")
        stars = None if rating is None else columns.ratings(rating)
        times: np.ndarray | None
        if isinstance(timestamp, np.ndarray) and timestamp.dtype.kind in "iu":
            times = timestamp.astype(np.int64)
        else:
            times = None if timestamp is None else columns.seconds(timestamp)
        return cls._of(user_id, item_id, stars, times, users, items)

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        user: Any,
        item: Any,
        time: Any = None,
        rating: Any = None,
        *,
        items: pd.DataFrame | None = None,
        users: pd.DataFrame | None = None,
        item_id: Any = None,
        user_id: Any = None,
        title: Any = None,
        duplicates: str = "refuse",
        unlisted: str = "refuse",
        time_unit: str = "s",
        time_format: str | None = None,
    ) -> Interactions:
        """Build a log from any table with one row an interaction.

        ``user``, ``item``, ``time`` and ``rating`` name its columns. Ids are whole numbers or text. Times are datetimes
        of any unit, ISO 8601 texts (or texts in the ``time_format`` of strptime), or numbers in ``time_unit`` since
        1970; one without a zone is taken as UTC. Parts of a second are cut off. Without ``time`` the log has no order
        but the file's, without ``rating`` every interaction counts 1.

        ``items`` and ``users`` are tables with one row an id, under ``item_id`` and ``user_id`` (by default a column
        of that name, or of the log's). ``title`` names the items' column of titles. The log keeps them with these
        columns called "item_id", "user_id" and "title". An id in two rows is refused, or its first row kept
        (``duplicates="first"``). An id that a table lacks is refused, or gets a row without anything else
        (``unlisted="add"``; text columns then hold "").

        Raises KeyError for a column or an id that is not there, ValueError for an empty table, an id that is missing
        or of another kind than the rest, and a time that is missing, unreadable or outside 1970 to 2200: with its row,
        counted from 0.
        """
        import pandas as pd

        if not isinstance(frame, pd.DataFrame):
            raise TypeError(f"from_frame reads a pandas DataFrame; got {type(frame).__name__}.")
        named = {"user": user, "item": item, "time": time, "rating": rating}
        read = {role: columns.column(frame, name, role) for role, name in named.items() if name is not None}
        if not len(frame):
            raise ValueError(
                Both(en="The log is empty: the table has columns but no row.", zh="日志是空的：表里有列，没有行。")
            )
        if users is not None:
            users = columns.table(users, user_id, ["user_id", user], "user_id", None, duplicates)
        if items is not None:
            items = columns.table(items, item_id, ["item_id", item], "item_id", title, duplicates)
        times = None if time is None else columns.seconds(read["time"], str(time), time_unit, time_format)
        stars = None if rating is None else columns.ratings(read["rating"], str(rating))
        return cls._of(read["user"], read["item"], stars, times, users, items, unlisted)

    @classmethod
    def from_csv(
        cls,
        path: str | Path,
        user: Any,
        item: Any,
        time: Any = None,
        rating: Any = None,
        *,
        items: str | Path | pd.DataFrame | None = None,
        users: str | Path | pd.DataFrame | None = None,
        item_id: Any = None,
        user_id: Any = None,
        title: Any = None,
        duplicates: str = "refuse",
        unlisted: str = "refuse",
        time_unit: str = "s",
        time_format: str | None = None,
        **read_csv: Any,
    ) -> Interactions:
        """`from_frame` of a CSV file; ``items`` and ``users`` may be files of the same form.

        Whatever else is given goes to ``pandas.read_csv`` for each file: ``sep``, ``encoding``, ``escapechar``,
        ``on_bad_lines``, …  Ids are read as text, so that "0012" stays "0012"; they become numbers if all of them are
        whole numbers without a zero in front. ``usecols`` spares memory in a wide file.
        """
        from recbook.data import files

        named = {"user": user, "item": item, "time": time, "rating": rating}
        frame = files.read_log(path, [name for name in named.values() if name is not None], (user, item), read_csv)
        users = files.read_table(users, user_id, ["user_id", user], read_csv)
        items = files.read_table(items, item_id, ["item_id", item], read_csv)
        frame, users = files.numbers_if_all(frame, user, users, user_id, ["user_id", user])
        frame, items = files.numbers_if_all(frame, item, items, item_id, ["item_id", item])
        return cls.from_frame(
            frame, user, item, time, rating, items=items, users=users, item_id=item_id, user_id=user_id, title=title,
            duplicates=duplicates, unlisted=unlisted, time_unit=time_unit, time_format=time_format,
        )  # fmt: skip

    @classmethod
    def from_parquet(
        cls,
        path: str | Path,
        user: Any,
        item: Any,
        time: Any = None,
        rating: Any = None,
        *,
        items: str | Path | pd.DataFrame | None = None,
        users: str | Path | pd.DataFrame | None = None,
        item_id: Any = None,
        user_id: Any = None,
        title: Any = None,
        duplicates: str = "refuse",
        unlisted: str = "refuse",
        time_unit: str = "s",
        time_format: str | None = None,
    ) -> Interactions:
        """`from_frame` of a Parquet file or folder, of which only the named columns are read.

        ``items`` and ``users`` may be tables or Parquet files.
        """
        from recbook.data import files

        named = [name for name in (user, item, time, rating) if name is not None]
        return cls.from_frame(
            files.read_parquet(path, named), user, item, time, rating, items=files.parquet_table(items),
            users=files.parquet_table(users), item_id=item_id, user_id=user_id, title=title, duplicates=duplicates,
            unlisted=unlisted, time_unit=time_unit, time_format=time_format,
        )  # fmt: skip

    @classmethod
    def _of(
        cls,
        user_id: Any,
        item_id: Any,
        rating: np.ndarray | None,
        timestamp: np.ndarray | None,
        users: pd.DataFrame | None,
        items: pd.DataFrame | None,
        unlisted: str = "refuse",
    ) -> Interactions:
        """From ids, and columns and tables that have been read."""
        user, user_ids, users = _indexed(user_id, users, "user", unlisted)
        item, item_ids, items = _indexed(item_id, items, "item", unlisted)
        return cls(user, item, rating, timestamp, user_ids, item_ids, users, items, first_week=_monday(timestamp))

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

    @property
    def week(self) -> np.ndarray:
        """The week of each interaction, int64 ``(n,)``: 1 for that of the log's first row; each begins on Monday.

        By the clock of ``zone``, which `in_zone` changes. A part of a log counts as the whole does.
        """
        times = _on_the_clock(self.need_times("A week"), self.zone)
        start = _monday(times) if self.first_week is None else self.first_week
        return (times - start) // WEEK + 1 if start is not None else np.zeros(0, np.int64)

    def in_zone(self, zone: str) -> Interactions:
        """The same log with weeks by the clock of another time zone ("Asia/Shanghai"); times stay in UTC.

        Week 1 becomes that of this log's first row. ValueError for a zone that does not exist.
        """
        first = _monday(_on_the_clock(self.need_times("A week"), zone))
        return replace(self, zone=zone, first_week=first)

    def need_times(self, what: str) -> np.ndarray:
        """The timestamps. ValueError says that ``what`` needs them if this log has none, and what does not."""
        if self.timestamp is None:
            raise ValueError(
                Both(
                    en=f"{what} needs times, and this log has none. Without times a log can be split by random_split, "
                    "cold_items and cold_users; if the file has times, name their column with time=.",
                    zh=f"{what} 需要时间，而这份日志没有。没有时间的日志可以用 random_split、cold_items 和 cold_users "
                    "划分；如果文件里有时间，请用 time= 指定它的列。",
                )
            )
        return self.timestamp

    def need_ratings(self, what: str) -> np.ndarray:
        """The ratings. ValueError says that ``what`` needs them if this log has none."""
        if self.rating is None:
            raise ValueError(
                f"{what} needs ratings, and this log has none; if the file has them, name their column with rating=."
            )
        return self.rating

    def take(self, rows: np.ndarray) -> Interactions:
        """The rows named by a boolean mask ``(n,)`` or by positions, on the same id space."""
        taken: dict[str, Any] = {name: None if (held := getattr(self, name)) is None else held[rows] for name in FIELDS}
        return replace(self, **taken)

    @cached_property
    def _by_user(self) -> tuple[np.ndarray, np.ndarray]:
        """Rows sorted by user, each user's in the order of time (then of the file), and where each user's begin.

        Kept, so that a model which reads a few users of a long log does not sort all of it each time.
        """
        sorts = (self.user,) if self.timestamp is None else (self.timestamp, self.user)
        return np.lexsort(sorts), np.concatenate([[0], np.cumsum(self.user_counts())])

    def of_users(self, users: np.ndarray) -> Interactions:
        """The rows of ``users``, int ``(m,)``, alone: user index i is then ``users[i]``, who may stand there twice.

        Users in the order given, the rows of each in the order of time, equal times (or none) in the file's. The first
        call for more than a few users sorts the log, later ones take as long as what they take. IndexError for a user
        that the log lacks.
        """
        users = np.asarray(users, np.int64)
        if len(users) and not (0 <= users.min() and users.max() < self.n_users):
            raise IndexError(f"Users have the indices 0…{self.n_users - 1}; got {users.min()}…{users.max()}.")
        if len(users) <= _FEW and "_by_user" not in vars(self):
            rows = np.flatnonzero(np.isin(self.user, users))
            if len(rows) < self.n:
                few = self.take(rows)
                few._by_user  # noqa: B018  # sorted and kept, so that this happens once
                return few.of_users(users)
        order, starts = self._by_user
        counts = starts[1:][users] - starts[users]
        first = np.repeat(starts[users] - np.cumsum(counts) + counts, counts)
        part = self.take(order[first + np.arange(len(first))])
        table = None if self.users is None else self.users.iloc[users].reset_index(drop=True)
        user = np.repeat(np.arange(len(users)), counts)
        return replace(part, user=user, user_ids=self.user_ids[users], users=table)

    def keep_items(self, keep: np.ndarray) -> Interactions:
        """The log of the items in the mask ``(n_items,)`` alone; item indices are counted anew, users stay."""
        keep = np.asarray(keep, bool)
        if keep.shape != (self.n_items,):
            raise ValueError(f"keep must have shape ({self.n_items},), one for an item; got {keep.shape}.")
        left = self.take(keep[self.item])
        items = None if self.items is None else self.items.loc[keep].reset_index(drop=True)
        return replace(left, item=(np.cumsum(keep) - 1)[left.item], item_ids=self.item_ids[keep], items=items)

    def repeats(self) -> np.ndarray:
        """bool ``(n,)``: the user met this item in an earlier row.

        Earlier in time; equal times, and a log without times, in the file's order.
        """
        pair = self.user.astype(np.int64) * self.n_items + self.item
        order = np.argsort(pair, kind="stable") if self.timestamp is None else np.lexsort((self.timestamp, pair))
        again = np.zeros(self.n, bool)
        again[order[1:]] = pair[order[1:]] == pair[order[:-1]]
        return again

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
        """The log as a table, with original ids, in the file's order; what it does not have is no column."""
        import pandas as pd

        columns = {"user_id": self.user_ids[self.user], "item_id": self.item_ids[self.item]}
        return pd.DataFrame(columns | {name: held for name in FIELDS[2:] if (held := getattr(self, name)) is not None})

    def __repr__(self) -> str:
        return f"Interactions({self.n:,} of {self.n_users:,} users and {self.n_items:,} items)"


FIELDS = ("user", "item", "rating", "timestamp", "quantity")


def _indexed(
    ids: Any, table: pd.DataFrame | None, kind: str, unlisted: str
) -> tuple[np.ndarray, np.ndarray, pd.DataFrame | None]:
    """``(index (n,), ids of the space, table in their order)``; the space is the table's where there is one."""
    if unlisted not in ("refuse", "add"):
        raise ValueError(f'unlisted must be "refuse" or "add"; got {unlisted!r}.')
    index, known = columns.ranks(ids, kind)
    if table is None:
        return index, known, None
    key = f"{kind}_id"
    if unlisted == "add":
        table = _with_rows(table, key, known)
    place, space = columns.ranks(table[key], f"{kind} table: {kind}")
    position = columns.find(known, space, kind)
    return position[index], space, table.iloc[np.argsort(place)].reset_index(drop=True)


def _with_rows(table: pd.DataFrame, key: str, known: np.ndarray) -> pd.DataFrame:
    """The table with one more row for each id that it lacks: text columns hold "", others a missing value."""
    import pandas as pd

    lacking = pd.Index(known).difference(pd.Index(table[key]), sort=False)
    if not len(lacking):
        return table
    longer = pd.concat([table, pd.DataFrame({key: lacking.to_numpy()})], ignore_index=True)
    texts = [name for name in table.columns if pd.api.types.infer_dtype(table[name], skipna=True) == "string"]
    new = longer.index >= len(table)
    for name in texts:
        if name != key:
            longer.loc[new, name] = ""
    return longer


def _monday(times: np.ndarray | None) -> int | None:
    """The second in which the week of the first row begins: Monday, 00:00."""
    if times is None or not len(times):
        return None
    return int((times.min() - _MONDAY) // WEEK * WEEK + _MONDAY)


def _on_the_clock(times: np.ndarray, zone: str) -> np.ndarray:
    """What a clock of the zone shows, in seconds as if it were UTC: int64 ``(n,)``."""
    if zone == "UTC":
        return times
    import pandas as pd

    try:
        shown = pd.DatetimeIndex(times.astype("datetime64[s]"), tz="UTC").tz_convert(zone).tz_localize(None)
    except KeyError:  # ZoneInfoNotFoundError is one
        raise ValueError(f'{zone!r} is no time zone; name one as "Asia/Shanghai" or "America/New_York".') from None
    return shown.to_numpy().astype("datetime64[s]").astype(np.int64)
