"""Repairs with names. Each step takes a log and returns a new one with a record of what it changed.

The raw tables stay as they came: whether a repair helps is a question that can be asked only of both.
"""

from __future__ import annotations

import html
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
    from recbook.vectors import cosine_of_columns

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


# ---- A shop's receipts (`recbook.data.shop`), and any log whose item table has gaps

# Departments of the shop's table that sell no goods, or hold what belongs nowhere.
NO_GOODS = (
    "FUEL", "MISCELLANEOUS", "COUPON", "TRAVEL & LEISURE", "AUTOMOTIVE", "GM MERCH EXP", "PHOTO & VIDEO",
    "CNTRL/STORE SUP", "POSTAL CENTER", "PROD-WHS SALES", "ELECT &PLUMBING",
)  # fmt: skip


def drop_unlisted_items(interactions: Interactions) -> tuple[Interactions, Change]:
    """Items of which the item table says nothing (all texts ""), and their rows: nobody knows what they are."""
    texts = _items(interactions).drop(columns="item_id").select_dtypes(["object", "string"])
    unlisted = (texts == "").all(axis=1).to_numpy()
    return _without_items(interactions, unlisted, "drop_unlisted_items", "stand in no item table")


def drop_departments(interactions: Interactions, departments: Sequence[str] = NO_GOODS) -> tuple[Interactions, Change]:
    """Products of ``departments``, and their rows: petrol, tickets, gift cards and coupons are no groceries."""
    found = _items(interactions)["department"].isin(departments).to_numpy()
    return _without_items(interactions, found, "drop_departments", "belong to departments that sell no goods")


def drop_coupon_lines(interactions: Interactions) -> tuple[Interactions, Change]:
    """Products whose category says coupon, whose type says only "sale", or which lack either, and their rows."""
    items = _items(interactions)
    coupon = items["category"].str.contains("COUPON") | (items["type"] == "MISC SALES TRANS")
    found = (coupon | (items["category"] == "") | (items["type"] == "")).to_numpy()
    return _without_items(interactions, found, "drop_coupon_lines", "are coupons or lack a category or type")


def drop_zero_quantity(interactions: Interactions) -> tuple[Interactions, Change]:
    """Rows of which no piece was bought. ValueError for a log without quantities."""
    if interactions.quantity is None:
        raise ValueError("drop_zero_quantity needs quantities, and this log has none; recbook.load('shop') has.")
    none = interactions.quantity == 0
    rows = interactions.take(none).frame()
    summary = f"{len(rows):,} row(s) with quantity 0 were dropped."
    return interactions.take(~none), Change("drop_zero_quantity", summary, rows)


def drop_unmet_items(interactions: Interactions) -> tuple[Interactions, Change]:
    """Items without a row in the log: no model can learn them and no test asks for them."""
    return _without_items(interactions, interactions.item_counts() == 0, "drop_unmet_items", "were met by nobody")


SHOP_STEPS: tuple[Step, ...] = (
    drop_unlisted_items, drop_departments, drop_coupon_lines, drop_zero_quantity, drop_unmet_items,
)  # fmt: skip


def _without_items(interactions: Interactions, found: np.ndarray, step: str, why: str) -> tuple[Interactions, Change]:
    """The log without the items in the mask ``(n_items,)``; the record adds to their table how many rows each had."""
    rows = _items(interactions).loc[found].assign(rows=interactions.item_counts()[found])
    summary = f"{len(rows):,} item(s) {why}; their {rows['rows'].sum():,} row(s) were dropped."
    return interactions.keep_items(~found), Change(step, summary, rows)


# ---- Book-Crossing (`recbook.data.books`)

_BRACKETS = r"\([^()]*\)|\[[^\[\]]*\]"
_NOT_PLAIN = r"[^\x20-\x7e]|&|  |^ | $"
_LOST = "\ufffd"


def mend_book_text(text: str) -> str:
    """One text of Book-Crossing: HTML entities read, letters that were encoded twice mended, then `mend_text`.

    "ErzÃ?Â¤hlungen" was UTF-8 read as Latin-1 two times over; of the four characters that "ä" became, the second was
    lost and is "?". Where the fourth is lost too ("StraÃ?Â?e"), nobody knows the letter: it becomes U+FFFD.
    """
    text = html.unescape(text).replace("Ã?Â?", _LOST)
    return mend_text(re.sub(r"Ã\?Â(?=[\xa0-\xbf])", "Ã", text))


def mend_book_texts(interactions: Interactions) -> tuple[Interactions, Change]:
    """Titles, authors and publishers go through `mend_book_text`; those with lost letters can only be listed."""
    items = _items(interactions).copy()
    before = items[["item_id", "title", "author", "publisher"]]
    for column in ("title", "author", "publisher"):
        doubtful = items[column].str.contains(_NOT_PLAIN)  # one text in twenty: mending all would take half a minute
        items.loc[doubtful, column] = items.loc[doubtful, column].map(mend_book_text)
    found = (before != items[before.columns]).any(axis=1)
    lost = items[["title", "author"]].apply(lambda texts: texts.str.contains(_LOST)).any(axis=1)
    rows = before.assign(mended_title=items["title"], mended_author=items["author"]).loc[found | lost]
    summary = f"{found.sum():,} book(s) had texts mended; {lost.sum():,} have letters that are lost."
    return replace(interactions, items=items), Change("mend_book_texts", summary, rows)


def work_keys(items: pd.DataFrame) -> pd.Series:
    """What the editions of one work share: title without brackets and author, in lower case, without punctuation.

    A rule of thumb: volumes that only a bracket tells apart pass for one work (of the 34,284 editions of Book-Crossing
    that are merged, 130 have other numbers in their brackets, most of them those of series), translations for several,
    and so does an author whose name is spelled in two ways.
    """
    bare = items["title"].str.replace(_BRACKETS, " ", regex=True)
    bare = bare.where(bare.str.strip() != "", items["title"])  # a title that is all bracket
    words = [text.str.lower().str.replace(r"[\W_]+", " ", regex=True).str.strip() for text in (bare, items["author"])]
    return words[0] + " / " + words[1]


def merge_editions(interactions: Interactions) -> tuple[Interactions, Change]:
    """Editions of one work (`work_keys`) become one item; a user's second row of a work is dropped.

    The work keeps the row of its edition with the most rows in the log (of equals the lowest id): id, title, author,
    year and publisher; ``items["editions"]`` counts them. Of a user's rows the first with a rating above 0 is kept,
    else the first. A book without a title is a work of its own. Item indices are counted anew.
    """
    import pandas as pd

    items = _items(interactions)
    key = work_keys(items).where(items["title"] != "", items["item_id"].astype(str).radd("\0"))
    code = pd.factorize(key)[0]
    by_rows = np.argsort(-interactions.item_counts(), kind="stable")
    work = by_rows[np.unique(code[by_rows], return_index=True)[1]][code]  # the edition that each one becomes
    merged = work != np.arange(len(items))
    renamed = replace(interactions, item=work[interactions.item], items=items.assign(editions=np.bincount(work)[work]))
    left = renamed.take(_first_said(renamed)).keep_items(~merged)
    rows = items.loc[merged].assign(merged_into=items["item_id"].to_numpy()[work[merged]])
    summary = f"{len(rows):,} edition(s) merged into {len(np.unique(work[merged])):,} work(s)"
    summary += f"; {interactions.n - left.n:,} second row(s) of the same work dropped."
    return left, Change("merge_editions", summary, rows)


BOOK_STEPS: tuple[Step, ...] = (drop_unlisted_items, mend_book_texts, merge_editions, drop_unmet_items)


def _first_said(interactions: Interactions) -> np.ndarray:
    """Positions, ascending, of each user's first row of each item; one with a rating above 0 before one without."""
    pair = interactions.user * interactions.n_items + interactions.item
    silent = np.zeros(interactions.n, bool) if interactions.rating is None else interactions.rating <= 0
    order = np.lexsort((silent, pair))  # stable: the file's order among equals
    return np.sort(order[np.unique(pair[order], return_index=True)[1]])


def _changed(
    interactions: Interactions, items: pd.DataFrame, step: str, before: pd.DataFrame, summary: str
) -> tuple[Interactions, Change]:
    return replace(interactions, items=items), Change(step, summary.format(n=len(before)), before)


def _items(interactions: Interactions) -> pd.DataFrame:
    if interactions.items is None:
        raise ValueError("These interactions have no item table to repair: load them with recbook.load.")
    return interactions.items
