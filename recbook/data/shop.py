"""The shop: a year of groceries of 2,469 households (84.51°'s Complete Journey), read as it stands in the files.

What a year of receipts holds besides goods is kept here on purpose; `recbook.data.prepare.SHOP_STEPS` leave it out by
named steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from recbook.data.interactions import Interactions

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

ZONE = "America/New_York"
"""The clock by which the file's weeks begin on Monday at midnight; week 1 is the Sunday of 1 January 2017 alone."""

ITEM_COLUMNS = {
    "product_id": "item_id",
    "department": "department",
    "product_category": "category",
    "product_type": "type",
    "brand": "brand",
    "package_size": "size",
}
"""The product table's columns that `read` keeps, and the names that it gives them."""

LABELS = ("department", "category", "type")


def read(folder: Path) -> Interactions:
    """The lines of all receipts in the file's order, one interaction a line; ``folder`` holds the fetched members.

    Repeats are kept: 41% of the lines are of a product that the household bought before. There are no ratings.
    ``timestamp`` is in seconds, the file's clock taken as UTC; ``week`` is the file's, 1 to 53, by the clock of `ZONE`;
    ``quantity`` counts pieces (0 in 8,869 lines; fuel in hundredths).

    **A basket is one household at one second, and has no order inside**: the file sorts its lines by product number.

    ``items`` has 92,331 products and 17 more that only the log knows, whose texts are "":

    ==========  =======================================================================================================
    column      what it is
    ==========  =======================================================================================================
    item_id     the product's number, int64
    title       type, brand and size, for a reader
    department  GROCERY, PRODUCE… (32); this and the rest in the file's spelling, "" where missing
    category    FRZN ICE, BREAD… (303)
    type        the most that is said of what it is: ICE - CRUSHED/CUBED; 3,309 pairs of category and type are sold
    brand       National or Private
    size        22 LB…; missing in a third of the table
    ==========  =======================================================================================================

    ``users`` has all 2,469 households; age, income, home_ownership, marital_status, household_size, household_comp and
    kids_count are "" for the 1,668 that told nothing, and two of them for some others.
    """
    lines = _lines(folder / "transactions.parquet")
    log = Interactions.from_frame(
        lines, user="household_id", item="product_id", time="transaction_timestamp",
        users=_households(folder / "demographics.parquet"), items=_products(folder / "products.parquet"),
        item_id="item_id", unlisted="add",
    )  # fmt: skip
    return replace(log.in_zone(ZONE), quantity=lines["quantity"].to_numpy())


def item_texts(items: pd.DataFrame, columns: Sequence[str] = LABELS) -> list[str]:
    """One text an item for an encoder: what its ``columns`` say, joined by commas, without the empty ones.

    With "brand" and "size" among the columns fewer products share a text: 616 texts for 3,427 products become 1,824.
    """
    return _joined(items, columns).tolist()


def baskets(log: Interactions) -> np.ndarray:
    """The basket of each line, int64 ``(n,)``, counted from 0 in order of household and second.

    The lines of one basket stand in the order of the product number, which says nothing of the order of buying.
    """
    import numpy as np

    time = log.need_times("Baskets")
    since = time - time.min() if log.n else time
    return np.unique(log.user * (since.max(initial=0) + 1) + since, return_inverse=True)[1]


def _lines(path: Path) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq

    wanted = ["household_id", "product_id", "quantity", "transaction_timestamp"]
    table = pq.read_table(path, columns=wanted)
    seconds = table["transaction_timestamp"].cast(pa.timestamp("s"), safe=False).cast(pa.int64())
    return table.set_column(wanted.index("transaction_timestamp"), "transaction_timestamp", seconds).to_pandas()


def _products(path: Path) -> pd.DataFrame:
    import pandas as pd

    items = pd.read_parquet(path, columns=list(ITEM_COLUMNS)).rename(columns=ITEM_COLUMNS)
    texts = [column for column in items if column != "item_id"]
    items[texts] = items[texts].fillna("")
    items.insert(1, "title", _joined(items, ["type", "brand", "size"]))
    return items


def _households(path: Path) -> pd.DataFrame:
    import pandas as pd

    return pd.read_parquet(path).rename(columns={"household_id": "user_id"}).fillna("")


def _joined(items: pd.DataFrame, columns: Sequence[str]) -> pd.Series:
    """The columns' texts, with a comma between any two that are not empty."""
    text = items[columns[0]]
    for column in columns[1:]:
        more = items[column]
        text = text + ((text != "") & (more != "")).map({True: ", ", False: ""}) + more
    return text
