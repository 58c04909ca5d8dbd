"""MovieLens-100K (Harper and Konstan 2015, doi:10.1145/2827872), read as it stands in the file.

Its known flaws are kept here on purpose; `recbook.data.prepare` repairs them by named steps.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from recbook.data.cards import card
from recbook.data.interactions import Interactions

if TYPE_CHECKING:
    import pandas as pd

# Articles that the file writes behind the name ("Birdcage, The"), in the languages that occur in it.
ARTICLES = ("The", "A", "An", "La", "Le", "Les", "L'", "Il", "Der", "Die", "Das", "Det", "O")
_TRAILING = re.compile(rf"^(?P<name>.+), (?P<article>{'|'.join(ARTICLES)})$")
_BRACKET = re.compile(r"^(?P<main>[^()]+?) \((?P<other>[^()]+)\)$")


def display_title(title: str) -> str:
    """The title in reading order: "Birdcage, The" becomes "The Birdcage", also in and before a bracket."""
    bracket = _BRACKET.match(title)
    if bracket:
        return f"{display_title(bracket['main'])} ({display_title(bracket['other'])})"
    found = _TRAILING.match(title)
    if not found:
        return title
    space = "" if found["article"].endswith("'") else " "
    return f"{found['article']}{space}{found['name']}"


def read(folder: Path) -> Interactions:
    """The log with its ``users`` and ``items`` tables, from the folder that holds the fetched members."""
    log = _table(folder / "ml-100k.inter")
    return Interactions.from_ids(
        log["user_id"].to_numpy(),
        log["item_id"].to_numpy(),
        log["rating"].to_numpy(),
        log["timestamp"].to_numpy(),
        users=_table(folder / "ml-100k.user"),
        items=_items(folder / "ml-100k.item"),
    )


def _items(path: Path) -> pd.DataFrame:
    """Columns item_id, title (as in the file), display_title, year and genres (texts, as in the file)."""
    items = _table(path).rename(columns={"movie_title": "title", "release_year": "year", "class": "genres"})
    items.insert(2, "display_title", items["title"].map(display_title))
    return items


def _table(path: Path) -> pd.DataFrame:
    """A tab-separated file with the columns and types of the card; its own header is skipped."""
    import csv

    import pandas as pd

    columns = card("ml-100k").columns[path.name]
    return pd.read_csv(
        path,
        sep="\t",
        names=list(columns),
        skiprows=1,
        dtype=dict(columns),
        encoding="utf-8",
        quoting=csv.QUOTE_NONE,  # a quotation mark is a part of a title
        keep_default_na=False,
    )
