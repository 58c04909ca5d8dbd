"""Flaws put into a clean log at known places, so that a repair can be marked like an exam.

Each flaw takes a log and a random generator and returns the flawed log with a `Planted`: where it was put. `plant`
applies several in order and keeps the records in step. The kinds are those that a log of events meets in practice:
copies of a row that was sent twice, clocks that are wrong, programs that act as users, text read in the wrong
encoding, fields that are empty. Nothing is drawn from anything but the generator: one seed, one log.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from recbook.data.interactions import Interactions

FUTURE = 2**31 - 1  # the last second that a signed 32-bit clock can show: January 2038
LOST = "\ufffd"  # what a decoder writes for a byte that it cannot read


@dataclass(frozen=True, eq=False)
class Planted:
    """Where one flaw was put: masks over the rows, the items and the users of the flawed log."""

    flaw: str
    rows: np.ndarray  # bool (n,)
    items: np.ndarray  # bool (n_items,)
    users: np.ndarray  # bool (n_users,)

    def __repr__(self) -> str:
        counts = ", ".join(f"{int(mask.sum()):,} {name}" for name, mask in self._masks() if mask.any())
        return f"{self.flaw}: {counts or 'nothing'}"

    def _masks(self) -> list[tuple[str, np.ndarray]]:
        return [("rows", self.rows), ("items", self.items), ("users", self.users)]


Flaw = Callable[[Interactions, np.random.Generator], tuple[Interactions, Planted]]


def plant(
    interactions: Interactions, flaws: Sequence[Flaw] | None = None, seed: int = 0
) -> tuple[Interactions, list[Planted]]:
    """Put the flaws in, in order (all of `FLAWS` unless told); the log that went in is left as it was.

    A flaw draws from a generator of its own, from ``seed`` and its name: alone or with others, it makes the same
    choices as long as it meets the same log. Rows and users are only ever added at the end, and a copy of a flawed row
    counts as flawed, so that every record fits the log that is returned.
    """
    records: list[Planted] = []
    for flaw in FLAWS if flaws is None else flaws:
        before = interactions
        interactions, record = flaw(interactions, _generator(seed, flaw.__name__))
        records = [_extended(earlier, before, interactions, record) for earlier in records] + [record]
    return interactions, records


def bots(
    interactions: Interactions, rng: np.random.Generator, n_bots: int = 100, slowest: int = 15, pushed: int = 0
) -> tuple[Interactions, Planted]:
    """``n_bots`` new users, each with ratings of random films within 60 seconds: from ``slowest`` up to all of them.

    How many is drawn evenly on a logarithmic scale, so that slow bots look like quick people. With ``pushed`` they
    all rate the same so many films, drawn at random, besides. Ids go on from the highest; ages and the like are
    those of random real users.
    """
    most = np.log(interactions.n_items)
    sizes = np.exp(rng.uniform(min(np.log(slowest), most), most, size=n_bots)).round().astype(np.int64)
    start = rng.choice(interactions.need_times("bots"), size=n_bots)
    # From a generator of its own: as many bots as you like push the same films.
    same = rng.spawn(1)[0].permutation(interactions.n_items)[:pushed]
    lists = [np.union1d(rng.permutation(interactions.n_items)[:size], same) for size in sizes]
    item, sizes = np.concatenate(lists), np.array([len(films) for films in lists])
    user = np.repeat(interactions.n_users + np.arange(n_bots), sizes)
    time = np.repeat(start, sizes) + rng.integers(60, size=len(user))
    space = _with_users(interactions, n_bots, rng)
    flawed = _appended(space, user, item, rng.integers(1, 6, size=len(user)).astype(np.float32), time)
    new = np.arange(flawed.n_users) >= interactions.n_users
    return flawed, _planted("bots", flawed, rows=new[flawed.user], users=new)


def wrong_times(
    interactions: Interactions, rng: np.random.Generator, share: float = 0.05
) -> tuple[Interactions, Planted]:
    """A ``share`` of the rows gets an impossible time: a third 0, a third milliseconds, a third the year 2038."""
    chosen = _drawn(interactions.n, share, rng)
    time = interactions.need_times("wrong_times").copy()
    kinds = np.array_split(rng.permutation(np.flatnonzero(chosen)), 3)
    time[kinds[0]] = 0
    time[kinds[1]] *= 1000
    time[kinds[2]] = FUTURE
    flawed = replace(interactions, timestamp=time)
    return flawed, _planted("wrong_times", flawed, rows=chosen)


def copies(
    interactions: Interactions, rng: np.random.Generator, share: float = 0.05, most: int = 20
) -> tuple[Interactions, Planted]:
    """A ``share`` of the rows is sent again, from 1 to ``most`` times each, to the end of the file."""
    again = np.flatnonzero(_drawn(interactions.n, share, rng))
    again = rng.permutation(np.repeat(again, rng.integers(1, most + 1, size=len(again))))
    flawed = interactions.take(np.concatenate([np.arange(interactions.n), again]))
    return flawed, _planted("copies", flawed, rows=np.arange(flawed.n) >= interactions.n)


def broken_titles(
    interactions: Interactions, rng: np.random.Generator, share: float = 0.3
) -> tuple[Interactions, Planted]:
    """A ``share`` of the titles is damaged, in four ways by turns (`DAMAGES`); an empty title cannot be."""
    items = _items(interactions).copy()
    possible = (items["title"] != "").to_numpy()
    chosen = np.flatnonzero(_drawn(interactions.n_items, share, rng) & possible)
    for column in ("title", "display_title"):
        texts = items[column].to_numpy(dtype=object, copy=True)
        for turn, item in enumerate(chosen):
            texts[item] = DAMAGES[turn % len(DAMAGES)](texts[item])
        items[column] = texts
    flawed = replace(interactions, items=items)
    changed = (items["title"] != _items(interactions)["title"]).to_numpy()
    return flawed, _planted("broken_titles", flawed, items=changed)


def missing_genres(
    interactions: Interactions, rng: np.random.Generator, share: float = 0.3
) -> tuple[Interactions, Planted]:
    """A ``share`` of the films loses its genres: an empty text."""
    items = _items(interactions).copy()
    chosen = _drawn(interactions.n_items, share, rng) & (items["genres"] != "").to_numpy()
    items.loc[chosen, "genres"] = ""
    flawed = replace(interactions, items=items)
    return flawed, _planted("missing_genres", flawed, items=chosen)


FLAWS: tuple[Flaw, ...] = (bots, wrong_times, copies, broken_titles, missing_genres)


def as_latin_1(text: str) -> str:
    """UTF-8 read as Latin-1, in a text with spaces that do not break: "ToyÂ\\xa0Story", common on the web."""
    return text.replace(" ", "\u00a0").encode().decode("latin-1")


def full_width(text: str) -> str:
    """ASCII letters, digits and marks in the wide forms of East Asian keyboards: "Ｔｏｙ　Ｓｔｏｒｙ"."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "\u3000" if c == " " else c for c in text)


def with_nulls(text: str) -> str:
    """UTF-16 read as a single-byte encoding: a zero behind every letter."""
    return "\0".join(text) + "\0"


def with_lost_letters(text: str) -> str:
    """Every third letter could not be read and is gone for good: "To\ufffd S\ufffdory"."""
    letters = [place for place, c in enumerate(text) if c.isalpha()][2::3]
    return "".join(LOST if place in letters else c for place, c in enumerate(text))


DAMAGES: tuple[Callable[[str], str], ...] = (as_latin_1, full_width, with_nulls, with_lost_letters)


def _generator(seed: int, name: str) -> np.random.Generator:
    return np.random.default_rng([seed, *name.encode()])


def _drawn(n: int, share: float, rng: np.random.Generator) -> np.ndarray:
    """Boolean ``(n,)``, exactly ``round(share * n)`` true."""
    if not 0 <= share <= 1:
        raise ValueError(f"share must lie between 0 and 1; got {share}.")
    mask = np.zeros(n, bool)
    mask[rng.permutation(n)[: round(share * n)]] = True
    return mask


def _planted(
    flaw: str,
    flawed: Interactions,
    rows: np.ndarray | None = None,
    items: np.ndarray | None = None,
    users: np.ndarray | None = None,
) -> Planted:
    given = ((rows, flawed.n), (items, flawed.n_items), (users, flawed.n_users))
    return Planted(flaw, *(np.zeros(size, bool) if mask is None else mask for mask, size in given))


def _extended(earlier: Planted, before: Interactions, after: Interactions, record: Planted) -> Planted:
    """An earlier record as masks over the later log: a copy is flawed where its original is, a new user is not."""
    users = np.pad(earlier.users, (0, after.n_users - before.n_users))
    rows = np.pad(earlier.rows, (0, after.n - before.n))
    if record.flaw == "copies":
        marked = set(zip(*(getattr(before, f)[earlier.rows] for f in _FIELDS), strict=True))
        new = range(before.n, after.n)
        rows[before.n :] = [tuple(getattr(after, f)[row] for f in _FIELDS) in marked for row in new]
    return replace(earlier, rows=rows, users=users)


_FIELDS = ("user", "item", "rating", "timestamp")


def _with_users(interactions: Interactions, n: int, rng: np.random.Generator) -> Interactions:
    """The same log in an id space with ``n`` more users behind the others."""
    ids = interactions.user_ids.max() + 1 + np.arange(n)
    users = interactions.users
    if users is not None:
        drawn = users.iloc[rng.integers(len(users), size=n)].assign(user_id=ids)
        users = pd.concat([users, drawn], ignore_index=True)
    return replace(interactions, user_ids=np.concatenate([interactions.user_ids, ids]), users=users)


def _appended(log: Interactions, *columns: np.ndarray) -> Interactions:
    """The log with more rows behind it: user, item, rating and timestamp, each ``(n_new,)``."""
    joined: dict[str, Any] = {
        f: np.concatenate([getattr(log, f), new]) for f, new in zip(_FIELDS, columns, strict=True)
    }
    return replace(log, **joined)


def _items(interactions: Interactions) -> pd.DataFrame:
    if interactions.items is None:
        raise ValueError("These interactions have no item table to damage: load them with recbook.load.")
    return interactions.items
