"""Reviews of a clothes shop (the card "clothing-reviews"), read with plain column names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = {
    "Clothing ID": "item_id",
    "Age": "age",
    "Title": "title",
    "Review Text": "text",
    "Rating": "rating",
    "Recommended IND": "recommended",
    "Positive Feedback Count": "positive_feedback",
    "Division Name": "division",
    "Department Name": "department",
    "Class Name": "category",  # `class` is a word of Python's own
}
"""The file's column names, and those that `read` gives them."""


def read(folder: Path) -> pd.DataFrame:
    """The reviews in the file's order, one row each, index 0 to 23,485; ``folder`` holds the fetched member.

    ====================  ======  ================================================================================
    column                type    what it is
    ====================  ======  ================================================================================
    item_id               int64   the piece of clothing: 1,206 of them, from 0 to 1205
    age                   int64   the reviewer's age in years; nothing else is known of the reviewer, no user id
    title                 text    headline; "" for 3,810 reviews without one
    text                  text    the review, cut off at about 500 characters by its source; "" for 845 without one
    rating                int64   1 (worst) to 5 (best)
    recommended           bool    whether the reviewer recommends the piece
    positive_feedback     int64   how many other customers found the review helpful
    division              text    General, General Petite or Initmates (the file's spelling)
    department            text    Tops, Dresses, Bottoms, Intimate, Jackets or Trend
    category              text    Dresses, Knits, Blouses… (20 of them)
    ====================  ======  ================================================================================

    Division, department and category are "" in the same 14 rows. A missing text is "", never NaN, so every string
    method works on every row; ``reviews[reviews["text"] != ""]`` leaves out the empty ones. Line breaks, repeated rows
    (21) and spelling stay as they are in the file.
    """
    import pandas as pd

    reviews = pd.read_parquet(folder / "reviews.parquet", engine="pyarrow", columns=list(COLUMNS))
    reviews = reviews.rename(columns=COLUMNS).reset_index(drop=True)
    texts = ["title", "text", "division", "department", "category"]
    reviews[texts] = reviews[texts].fillna("")
    return reviews.astype({"recommended": bool})
