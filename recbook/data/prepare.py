"""Repairs with names. Each step takes a log and returns a new one with a record of what it changed.

The raw tables stay as they came: whether a repair helps is a question that can be asked only of both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from recbook.data.interactions import Interactions

if TYPE_CHECKING:
    import pandas as pd

_YEAR_IN_TITLE = re.compile(r"^(?P<title>.+) \((?P<year>\d{4})\)$")
_YEAR = r"\d{4}"


@dataclass(frozen=True, eq=False)
class Change:
    """What one step did: its name, a sentence, and a table with one row for each thing it changed."""

    step: str
    summary: str
    rows: pd.DataFrame

    def __repr__(self) -> str:
        return f"{self.step}: {self.summary}"


Step = Callable[[Interactions], tuple[Interactions, Change]]


def repair(interactions: Interactions, steps: Sequence[Step] | None = None) -> tuple[Interactions, list[Change]]:
    """Apply the steps in order (all of `STEPS` unless told); the log that went in is left as it was."""
    changes = []
    for step in STEPS if steps is None else steps:
        interactions, change = step(interactions)
        changes.append(change)
    return interactions, changes


def move_year_out_of_title(interactions: Interactions) -> tuple[Interactions, Change]:
    """Item 1412 of MovieLens-100K: a year at the end of the title, and no year in the year column."""
    items = _items(interactions).copy()
    found = items["title"].str.extract(_YEAR_IN_TITLE)
    rows = found["year"].notna() & ~items["year"].str.fullmatch(_YEAR)
    before = items.loc[rows, ["item_id", "title", "year"]]
    for column in ("title", "display_title"):
        items.loc[rows, column] = items.loc[rows, column].str.extract(_YEAR_IN_TITLE)["title"]
    items.loc[rows, "year"] = found.loc[rows, "year"]
    return _changed(interactions, items, "move_year_out_of_title", before, "{n} title(s) gave back their year.")


def blank_unknown(interactions: Interactions) -> tuple[Interactions, Change]:
    """Item 267 of MovieLens-100K: its title says "unkonwn". An empty title and no genre say so to a program too."""
    items = _items(interactions).copy()
    rows = items["title"].str.lower().isin(["unkonwn", "unknown"])
    before = items.loc[rows, ["item_id", "title", "year", "genres"]]
    items.loc[rows, ["title", "display_title", "year", "genres"]] = ""
    return _changed(interactions, items, "blank_unknown", before, "{n} film(s) without a real title were blanked.")


def number_years(interactions: Interactions) -> tuple[Interactions, Change]:
    """The year column as whole numbers (Int64); what is no year becomes missing."""
    import pandas as pd

    items = _items(interactions).copy()
    rows = ~items["year"].astype(str).str.fullmatch(_YEAR)
    before = items.loc[rows, ["item_id", "title", "year"]]
    items["year"] = pd.to_numeric(items["year"].where(~rows), errors="coerce").astype("Int64")
    return _changed(interactions, items, "number_years", before, "{n} value(s) were no year and are now missing.")


def merge_repeated_titles(interactions: Interactions) -> tuple[Interactions, Change]:
    """Films with the same title and year become one, under the lowest id; a user's second rating of it is dropped.

    Item indices are counted anew, because the number of films changes.
    """
    items = _items(interactions)
    named = items["title"] != ""  # two films without a title are not the same film
    first = items["item_id"].where(~named, items.groupby(["title", "year"], dropna=False)["item_id"].transform("min"))
    repeated = items["item_id"] != first
    rows = items.loc[repeated, ["item_id", "title", "year"]].assign(merged_into=first[repeated])
    index = np.searchsorted(interactions.item_ids, first.to_numpy())  # of the film that each one becomes
    renamed = replace(interactions, item=index[interactions.item])
    merged = renamed.take(~renamed.repeats()).keep_items(~repeated.to_numpy())
    summary = f"{len(rows)} film(s) merged; {interactions.n - merged.n} second rating(s) of the same film dropped."
    return merged, Change("merge_repeated_titles", summary, rows)


STEPS: tuple[Step, ...] = (move_year_out_of_title, blank_unknown, number_years, merge_repeated_titles)


# ---- Flaws of a log of events, such as `recbook.data.simulate` plants them

# No person of MovieLens-100K rated more than 30 films in 60 seconds; the page showed 10 at a time.
FASTEST_PERSON = 30
# MovieLens-100K was collected from 19 September 1997 to 22 April 1998; a day of grace on either side.
COLLECTED = (874_540_800, 893_376_000)


def drop_copies(interactions: Interactions) -> tuple[Interactions, Change]:
    """Rows that repeat an earlier one in every field are dropped: the same event, sent again."""
    log = interactions.frame()
    again = log.duplicated().to_numpy()
    summary = f"{again.sum():,} row(s) were copies of an earlier one and were dropped."
    return interactions.take(~again), Change("drop_copies", summary, log.loc[again])


def most_in_a_minute(interactions: Interactions) -> np.ndarray:
    """Each user's largest number of interactions within 60 seconds, int64 ``(n_users,)``; 0 without any."""
    times = interactions.need_times("Counting what happens within a minute")
    order = np.lexsort((times, interactions.user))
    user, time = interactions.user[order], times[order]
    # One sorted axis for all users: their times, each user's shifted far behind the one before.
    shift = user * (int(time.max()) - int(time.min()) + 120) if len(time) else user
    moment = time - (int(time.min()) if len(time) else 0) + shift
    together = np.searchsorted(moment, moment + 60, side="left") - np.arange(len(moment))
    most = np.zeros(interactions.n_users, np.int64)
    np.maximum.at(most, user, together)
    return most


def drop_bots(interactions: Interactions, fastest: int = FASTEST_PERSON) -> tuple[Interactions, Change]:
    """Users with more than ``fastest`` interactions within some 60 seconds lose all their rows; their ids stay.

    After `drop_copies`, because copies of one event share its minute; before `mend_times`, which puts times that are
    unknown on one moment. The default is the fastest minute of any real user of MovieLens-100K.
    """
    import pandas as pd

    most = most_in_a_minute(interactions)
    quick = most > fastest
    found = {"user_id": interactions.user_ids[quick], "in_a_minute": most[quick]}
    rows = pd.DataFrame(found, index=np.flatnonzero(quick))
    dropped = quick[interactions.user]
    summary = f"{len(rows)} user(s) were faster than {fastest} a minute; their {dropped.sum():,} row(s) were dropped."
    return interactions.take(~dropped), Change("drop_bots", summary, rows)


def mend_times(interactions: Interactions, collected: tuple[int, int] = COLLECTED) -> tuple[Interactions, Change]:
    """Milliseconds become seconds; any other time outside ``collected`` becomes the user's earliest possible one.

    Such a rating did happen, but nobody knows when. As the user's oldest it never passes for news, and a hidden last
    film never depends on it. A user without a single possible time keeps the start of ``collected``.
    """
    low, high = collected
    time = interactions.need_times("mend_times")
    possible = (low <= time) & (time <= high)
    seconds = time // 1000
    shrunk = ~possible & (low <= seconds) & (seconds <= high)
    mended = np.where(shrunk, seconds, time)
    known = possible | shrunk
    first = np.full(interactions.n_users, high, np.int64)
    np.minimum.at(first, interactions.user[known], mended[known])
    first[np.bincount(interactions.user[known], minlength=interactions.n_users) == 0] = low
    mended = np.where(known, mended, first[interactions.user])
    rows = interactions.frame().assign(mended=mended).loc[~possible]
    summary = (
        f"{shrunk.sum():,} time(s) were in milliseconds; {(~known).sum():,} impossible one(s) became the earliest."
    )
    return replace(interactions, timestamp=mended), Change("mend_times", summary, rows)


def mend_text(text: str) -> str:
    """One text without the traces of wrong encodings: UTF-8 read as Latin-1 or cp1252, wide forms, zeros, stray spaces.

    ftfy (Speer 2019, doi:10.5281/zenodo.2591652) does the mending. Curly quotation marks, ligatures, superscripts,
    fractions and HTML entities are no such traces, and stay; a letter that was lost (U+FFFD) stays lost. Text without
    traces comes back as it was, up to Unicode's composed form (NFC) and white space.
    """
    from ftfy import TextFixerConfig, fix_text

    # A config of one's own keeps `explain` on: without it ftfy 6.3 mends encodings by its defaults, whatever is asked.
    config = TextFixerConfig(
        uncurl_quotes=False, fix_latin_ligatures=False, unescape_html=False, replace_lossy_sequences=False
    )
    return " ".join(fix_text(text, config).replace("\0", "").split())


def mend_titles(interactions: Interactions) -> tuple[Interactions, Change]:
    """Titles read in the wrong encoding are read in the right one; those with lost letters can only be listed."""
    items = _items(interactions).copy()
    before = items[["item_id", "title"]]
    for column in ("title", "display_title"):
        items[column] = items[column].map(mend_text)
    lost = items["title"].str.contains("\ufffd")
    found = before["title"] != items["title"]
    rows = before.assign(mended=items["title"]).loc[found | lost]
    summary = f"{(found & ~lost).sum()} title(s) were mended; {lost.sum()} have letters that are lost."
    return replace(interactions, items=items), Change("mend_titles", summary, rows)


def genre_table(items: pd.DataFrame) -> pd.DataFrame:
    """One column a genre, 1 where a film has it: ``(n_items, genres)``, by name.

    A film whose genre is missing or called "unknown" has zeros: neither is a genre that films could share.
    """
    table = items["genres"].str.get_dummies(sep=" ")
    return table.drop(columns=["", "unknown"], errors="ignore")


def fill_genres(interactions: Interactions, neighbours: int = 10) -> tuple[Interactions, Change]:
    """A film without genres gets those that most of its ``neighbours`` have: the films most co-rated with it.

    Co-rating is the cosine of columns with 50 in the denominator, as in `recbook.models.ItemKNN`. A film that shares
    no user with another, or whose neighbours do not agree, stays without. Reads the log: give it training rows only.
    """
    from recbook.models.baselines import cosine_of_columns

    items = _items(interactions).copy()
    table = genre_table(items)
    empty = (items["genres"] == "").to_numpy()
    similarity = cosine_of_columns(interactions.matrix(), shrink=50.0)[empty] * ~empty  # (n_empty, n_items)
    nearest = np.argsort(-similarity, axis=1, kind="stable")[:, :neighbours]
    weight = np.take_along_axis(similarity, nearest, axis=1) > 0
    shares = (table.to_numpy()[nearest] * weight[..., None]).sum(axis=1) / np.maximum(weight.sum(axis=1), 1)[:, None]
    filled = [" ".join(table.columns[share > 0.5]) for share in shares]
    rows = items.loc[empty, ["item_id", "title"]].assign(filled=filled)
    items.loc[empty, "genres"] = filled
    summary = f"{len(rows)} film(s) had no genre; {sum(map(bool, filled))} got those of the films rated with them."
    return replace(interactions, items=items), Change("fill_genres", summary, rows)


EVENT_STEPS: tuple[Step, ...] = (drop_copies, drop_bots, mend_times, mend_titles, fill_genres)


def _changed(
    interactions: Interactions, items: pd.DataFrame, step: str, before: pd.DataFrame, summary: str
) -> tuple[Interactions, Change]:
    return replace(interactions, items=items), Change(step, summary.format(n=len(before)), before)


def _items(interactions: Interactions) -> pd.DataFrame:
    if interactions.items is None:
        raise ValueError("These interactions have no item table to repair: load them with recbook.load.")
    return interactions.items
