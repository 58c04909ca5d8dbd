"""The shop: what the reader promises, what the cleaning steps take, and what both cost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet
import pytest

import recbook
from recbook.data import Interactions, bought_by, cards, fetch, prepare, shop

TAKEN = {
    "drop_unlisted_items": (4_836, 17),
    "drop_departments": (18_871, 681),
    "drop_coupon_lines": (1_858, 196),
    "drop_zero_quantity": (3_919, 0),
    "drop_unmet_items": (0, 23_762),
}
"""What each step takes: rows of the log, and products."""


@pytest.fixture(scope="module")
def log() -> Interactions:
    return recbook.load("shop")


@pytest.fixture(scope="module")
def cleaned(log) -> tuple[Interactions, list[prepare.Change]]:
    return prepare.repair(log, prepare.SHOP_STEPS)


@pytest.fixture
def small(tmp_path: Path) -> Interactions:
    """Six lines of three households, with all that the real files have: a gap, fuel, a coupon, a quantity of 0."""
    when = ["2017-01-01 11:53:26", "2017-01-01 11:53:26", "2017-01-02 05:00:00.9", *["2017-01-03 10:00:00"] * 3]
    lines = {
        "household_id": [900, 900, 7, 7, 900, 7],
        "basket_id": [1, 1, 2, 3, 4, 3],
        "product_id": [50, 51, 50, 52, 53, 99],  # 99 has no row in the product table
        "quantity": [1, 0, 2, 9000, 1, 1],
        "week": [1, 1, 2, 2, 2, 2],
        "transaction_timestamp": pd.to_datetime(when, format="ISO8601").astype("datetime64[ns]"),
    }
    products = {
        "product_id": [50, 51, 52, 53, 54],
        "manufacturer_id": [1] * 5,
        "department": ["GROCERY", "GROCERY", "FUEL", "MEAT", "GROCERY"],
        "brand": ["National", "Private", "Private", "National", "National"],
        "product_category": ["FRZN ICE", "EGGS", "FUEL", "COUPON", None],
        "product_type": ["ICE - CRUSHED/CUBED", "EGGS - LARGE", "GASOLINE", "MISC SALES TRANS", None],
        "package_size": ["22 LB", None, None, None, None],
    }
    people = {
        "household_id": [7, 900, 901],
        "age": ["65+", "25-34", "45-54"],
        "home_ownership": ["Homeowner", None, None],
    }
    for name, table in {"transactions": lines, "products": products, "demographics": people}.items():
        pd.DataFrame(table).to_parquet(tmp_path / f"{name}.parquet")
    return shop.read(tmp_path)


def test_a_line_is_an_interaction_in_utc_seconds_in_the_order_of_the_file(small):
    assert small.rating is None
    assert small.frame()["item_id"].tolist() == [50, 51, 50, 52, 53, 99]
    assert small.timestamp[[0, 2]].tolist() == [1_483_271_606, 1_483_333_200], "parts of a second are cut off"
    assert small.quantity.tolist() == [1, 0, 2, 9000, 1, 1]
    assert small.week.tolist() == [1, 1, 2, 2, 2, 2]


def test_a_product_without_a_row_gets_an_empty_one_and_what_is_missing_is_empty(small):
    items = small.items.set_index("item_id")
    assert list(items.index) == [50, 51, 52, 53, 54, 99]
    assert items.loc[50].tolist() == ["ICE - CRUSHED/CUBED, National, 22 LB", "GROCERY", "FRZN ICE",
                                      "ICE - CRUSHED/CUBED", "National", "22 LB"]  # fmt: skip
    assert items.loc[51, "title"] == "EGGS - LARGE, Private" and items.loc[54, "title"] == "National"
    assert set(items.loc[99]) == {""}
    assert small.users.set_index("user_id")["home_ownership"].tolist() == ["Homeowner", "", ""]


def test_a_household_that_told_nothing_has_a_row_and_so_has_one_that_bought_nothing(small, log):
    assert small.user_ids.tolist() == [7, 900, 901]
    told = (log.users.drop(columns="user_id") != "").any(axis=1)
    assert (len(log.users), int(told.sum())) == (2_469, 801)


def test_the_steps_name_and_count_what_they_take(small):
    mended, changes = prepare.repair(small, prepare.SHOP_STEPS)
    assert [change.step for change in changes] == list(TAKEN)
    assert [int(change.rows.get("rows", pd.Series([1] * len(change.rows))).sum()) for change in changes] == [
        1,
        1,
        1,
        1,
        0,
    ]
    assert mended.frame()["item_id"].tolist() == [50, 50] and mended.quantity.tolist() == [1, 2]
    assert mended.items["item_id"].tolist() == [50] and mended.n_users == 3
    assert "1 item(s) stand in no item table; their 1 row(s) were dropped" in repr(changes[0])
    assert small.n == 6 and small.n_items == 6, "the log that went in stays as it was"


def test_a_log_without_quantities_cannot_be_rid_of_zeros():
    tiny = Interactions.from_ids(np.array([1]), np.array([7]), None, np.array([1]))
    with pytest.raises(ValueError, match="needs quantities, and this log has none"):
        prepare.drop_zero_quantity(tiny)


def test_a_text_holds_what_is_asked_for(small):
    assert shop.item_texts(small.items)[:2] == ["GROCERY, FRZN ICE, ICE - CRUSHED/CUBED", "GROCERY, EGGS, EGGS - LARGE"]
    assert shop.item_texts(small.items, ["type", "size"])[-2:] == ["", ""]


def test_a_basket_is_a_household_and_a_second(small, log):
    assert shop.baskets(small).tolist() == [2, 2, 0, 1, 3, 1]
    assert shop.baskets(small.take(np.zeros(6, bool))).tolist() == []
    raw = pd.read_parquet(fetch.ensure("shop") / "transactions.parquet", columns=["basket_id", "product_id"])
    ours = shop.baskets(log)
    assert ours.max() + 1 == 155_764 and raw["basket_id"].nunique() == 155_848
    rising = raw.groupby("basket_id")["product_id"].is_monotonic_increasing
    assert rising.all(), "the file sorts a basket by product number: its order says nothing"


def test_the_log_is_whole(log):
    assert (log.n, log.n_users, log.n_items) == (1_469_307, 2_469, 92_331 + 17)
    assert len(np.unique(log.item)) == 68_509
    assert (log.quantity == 0).sum() == 8_869
    assert (log.items["title"] == "").sum() == 17
    assert not log.items.isna().any(axis=None) and not log.users.isna().any(axis=None)
    moments = log.timestamp.astype("datetime64[s]")
    assert str(moments.min()) == "2017-01-01T11:53:26" and str(moments.max()) == "2018-01-01T04:01:20"


def test_weeks_are_those_of_the_file(log):
    week = pd.read_parquet(fetch.ensure("shop") / "transactions.parquet", columns=["week"])["week"].to_numpy()
    assert (log.week == week).all() and week.max() == 53


def test_cleaning_takes_what_was_planned(cleaned, log):
    mended, changes = cleaned
    assert [change.step for change in changes] == list(TAKEN)
    for change in changes:
        rows, products = TAKEN[change.step]
        found = (
            (len(change.rows), 0)
            if change.step == "drop_zero_quantity"
            else (change.rows["rows"].sum(), len(change.rows))
        )
        assert found == (rows, products), change
    assert (mended.n, mended.n_items, mended.n_users) == (1_439_823, 67_692, 2_469)
    assert not mended.items["department"].isin(prepare.NO_GOODS).any()


def test_the_products_of_fifty_households(cleaned):
    often = bought_by(cleaned[0], 50, before=49)
    assert (often.n, often.n_items, len(np.unique(often.user))) == (809_548, 3_427, 2_441)
    assert len(set(shop.item_texts(often.items))) == 616
    assert len(set(shop.item_texts(often.items, ["category", "type", "brand", "size"]))) == 1_824


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from /proc")
def test_loading_and_cleaning_stay_within_three_seconds_and_700_mb():
    script = (
        "import time, recbook; from recbook.data import prepare\n"
        "prepare.repair(recbook.load('shop'), prepare.SHOP_STEPS)\n"
        "peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'))\n"
        "print(time.process_time(), int(peak.split()[1]) / 1e6)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    seconds, gigabytes = map(float, done.stdout.split())
    assert seconds < 3 and gigabytes < 0.7, done.stdout


def test_the_card_names_the_columns_of_the_files():
    kinds = {"int64": "int64", "double": "float64", "string": "str", "timestamp[ns]": "datetime64[ns]"}
    for member, columns in cards.card("shop").columns.items():
        schema = pyarrow.parquet.read_schema(fetch.ensure("shop") / member)
        assert {field.name: kinds[str(field.type)] for field in schema} == dict(columns)


def test_the_card_shows_both_licences_and_the_origin():
    card = cards.card("shop")
    assert "84.51°" in card.origin and "CC0" in card.terms and "MIT" in card.terms and "simulated" in card.terms
    for line in card.licence_line.values():
        assert "84.51°" in line and "CC0" in line and "MIT" in line
    metadata = (fetch.ensure("shop") / "METADATA").read_text(encoding="utf-8")
    assert "License: MIT" in metadata and "simulated data based on real grocery shopping patterns" in metadata
