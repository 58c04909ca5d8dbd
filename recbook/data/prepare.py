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
    log = interactions.frame().assign(item_id=first.to_numpy()[interactions.item])
    user, item, rating, time = (column.to_numpy() for _, column in log.loc[~_second_meeting(log)].items())
    merged = Interactions.from_ids(user, item, rating, time, users=interactions.users, items=items.loc[~repeated])
    summary = f"{len(rows)} film(s) merged; {interactions.n - merged.n} second rating(s) of the same film dropped."
    return merged, Change("merge_repeated_titles", summary, rows)


STEPS: tuple[Step, ...] = (move_year_out_of_title, blank_unknown, number_years, merge_repeated_titles)


def _second_meeting(log: pd.DataFrame) -> np.ndarray:
    """True where the user met the item before (earlier in time; equal times in the file's order)."""
    in_time = log.sort_values("timestamp", kind="stable")
    return in_time.duplicated(["user_id", "item_id"]).reindex(log.index).to_numpy()


def _changed(
    interactions: Interactions, items: pd.DataFrame, step: str, before: pd.DataFrame, summary: str
) -> tuple[Interactions, Change]:
    return replace(interactions, items=items), Change(step, summary.format(n=len(before)), before)


def _items(interactions: Interactions) -> pd.DataFrame:
    if interactions.items is None:
        raise ValueError("These interactions have no item table to repair: load them with recbook.load.")
    return interactions.items
