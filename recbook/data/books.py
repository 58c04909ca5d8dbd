"""Book-Crossing (Ziegler et al. 2005, doi:10.1145/1060745.1060754), read as it stands in the files.

The files are as somebody's files are: Latin-1, semicolons, backslashes, editions, letters that were lost on the way.
`recbook.data.prepare.BOOK_STEPS` repair what can be repaired, by named steps.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from recbook.data.interactions import Interactions

if TYPE_CHECKING:
    import pandas as pd

FORM = {"sep": ";", "quotechar": '"', "escapechar": "\\", "encoding": "latin-1", "keep_default_na": False}
"""How ``pandas.read_csv`` reads the files: read so, every line has its fields, and ISBNs stay texts."""

ITEM_COLUMNS = {
    "ISBN": "item_id",
    "Book-Title": "title",
    "Book-Author": "author",
    "Year-Of-Publication": "year",
    "Publisher": "publisher",
}
"""The book table's columns that `read` keeps, and the names that it gives them."""


def read(folder: Path) -> Interactions:
    """1,149,780 ratings of 105,283 readers in the file's order; ``folder`` holds the fetched members.

    There are **no times**: nothing here can be split by what came later, only by rows, readers or books drawn at
    random. ``rating`` is 1 to 10, or 0 for the 62% of the rows that say only that the reader had the book.

    ``items`` has 271,379 books by ISBN, and 70,386 more that only the log knows (118,605 ratings), whose texts are "".
    Its columns: item_id (the ISBN), title, author (the first one), year ("0" where unknown), publisher; all are texts.
    Readers have no table: their places and ages are not fetched.
    """
    return Interactions.from_frame(
        _table(folder / "BX-Book-Ratings.csv", {"User-ID": "int64", "ISBN": "str", "Book-Rating": "float32"}),
        user="User-ID", item="ISBN", rating="Book-Rating",
        items=_table(folder / "BX-Books.csv", dict.fromkeys(ITEM_COLUMNS, "str")).rename(columns=ITEM_COLUMNS),
        item_id="item_id", unlisted="add",
    )  # fmt: skip


def _table(path: Path, types: dict[str, str]) -> pd.DataFrame:
    """The columns named by ``types`` of one file."""
    import pandas as pd

    return pd.read_csv(path, usecols=list(types), dtype=types, **FORM)
