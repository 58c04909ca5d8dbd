"""The reviews: what the reader promises about columns, types and missing texts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow.parquet
import pytest

import recbook
from recbook.data import cards, fetch, reviews

TEXTS = ["title", "text", "division", "department", "category"]


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return recbook.load("clothing-reviews")


@pytest.fixture(scope="module")
def raw() -> pd.DataFrame:
    return pd.read_parquet(fetch.ensure("clothing-reviews") / "reviews.parquet")


def test_every_row_in_the_order_of_the_file(table, raw):
    assert len(table) == 23_486 and table.index.equals(pd.RangeIndex(len(table)))
    for theirs, ours in reviews.COLUMNS.items():
        there = raw[theirs].notna().to_numpy()
        assert (table[ours][there].to_numpy() == raw[theirs][there].to_numpy()).all()


def test_columns_and_types(table):
    assert list(table) == list(reviews.COLUMNS.values())
    assert all(column.isidentifier() for column in table)
    for column in table:
        expected = bool if column == "recommended" else "int64" if column not in TEXTS else None
        assert expected is None or table[column].dtype == expected
    assert all(isinstance(value, str) for column in TEXTS for value in table[column])


def test_a_missing_text_is_empty(table, raw):
    assert not table.isna().any(axis=None)
    empty = {column: int((table[column] == "").sum()) for column in TEXTS}
    assert empty == {"title": 3810, "text": 845, "division": 14, "department": 14, "category": 14}
    assert ((table["text"] == "") == raw["Review Text"].isna()).all()


def test_values_lie_where_the_docstring_says(table):
    assert sorted(table["rating"].unique()) == [1, 2, 3, 4, 5]
    assert (table["item_id"].min(), table["item_id"].max(), table["item_id"].nunique()) == (0, 1205, 1206)
    assert set(table["department"]) - {""} == {"Tops", "Dresses", "Bottoms", "Intimate", "Jackets", "Trend"}
    assert set(table["division"]) - {""} == {"General", "General Petite", "Initmates"}
    assert table["category"].nunique() == 21 and table.duplicated().sum() == 21
    assert np.corrcoef(table["rating"], table["recommended"])[0, 1] > 0.7, "read from the right columns"


def test_the_card_names_the_columns_of_the_file():
    path = fetch.ensure("clothing-reviews") / "reviews.parquet"
    schema = pyarrow.parquet.read_schema(path)
    kinds = {name: {"int64": "int64", "string": "str"}[str(schema.field(name).type)] for name in reviews.COLUMNS}
    assert dict(cards.card("clothing-reviews").columns["reviews.parquet"]) == kinds


def test_the_cards_say_what_is_known_of_their_licences():
    shop, model = cards.card("clothing-reviews"), cards.card("splade-tiny")
    assert "CC0" in shop.licence and "names no licence" in shop.licence
    assert "Apache-2.0" in model.licence and {"LICENSE", "METADATA"} <= set(model.members)
    metadata = (fetch.ensure("splade-tiny") / "METADATA").read_text(encoding="utf-8")
    assert "SPLADE-tiny-msmarco model is also Apache-2.0" in metadata


def test_the_models_weights_load_whole_and_without_pickle():
    from transformers import AutoTokenizer, BertForMaskedLM

    folder = fetch.ensure("splade-tiny")
    model, told = BertForMaskedLM.from_pretrained(
        folder, local_files_only=True, use_safetensors=True, output_loading_info=True
    )
    assert not any(told.values()), f"every weight has its place: {told}"
    assert (model.config.num_hidden_layers, model.config.hidden_size) == (2, 128)
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    assert len(tokenizer) == model.config.vocab_size == 30_522


def test_load_says_what_it_reads():
    with pytest.raises(ValueError, match=r"splade-tiny is a model.*ml-100k, clothing-reviews"):
        recbook.load("splade-tiny")
