"""Answers of any type that holds the right thing are equal; nothing else is."""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse

from recbook.learning.values import describe, kind, literal, normal, same

TOLERANCE = 1e-5


def agree(answer, expected, ordered=True):
    return same(normal(answer), normal(expected), TOLERANCE, ordered)


@pytest.mark.parametrize(
    "answer",
    [
        0.75, np.float32(0.75), np.array(0.75), Fraction(3, 4), Decimal("0.75"), torch.tensor(0.75),
        torch.tensor(0.75, requires_grad=True) * 1, torch.tensor(0.75, dtype=torch.bfloat16), 0.7500001,
    ],
)  # fmt: skip
def test_a_number_in_any_type(answer):
    assert agree(answer, 0.75)


@pytest.mark.parametrize("answer", [0.7501, [0.75], np.array([0.75]), "0.75", None, {0.75}, {"x": 0.75}, np.nan])
def test_what_is_no_such_number(answer):
    assert not agree(answer, 0.75)


TABLE = [[1.0, 0.0], [0.0, 2.5]]


@pytest.mark.parametrize(
    "answer",
    [
        TABLE, tuple(map(tuple, TABLE)), np.array(TABLE), np.array(TABLE, dtype=object), np.asmatrix(TABLE),
        torch.tensor(TABLE), torch.tensor(TABLE, requires_grad=True), torch.tensor(TABLE).to_sparse(),
        list(torch.tensor(TABLE, requires_grad=True)), [list(map(np.float32, row)) for row in TABLE],
        sparse.csr_matrix(TABLE), sparse.coo_array(np.array(TABLE)), pd.DataFrame(TABLE),
        [pd.Series(row) for row in TABLE], deque(TABLE),
    ],
)  # fmt: skip
def test_a_table_in_any_type(answer):
    assert agree(answer, TABLE)


@pytest.mark.parametrize("answer", [np.transpose([TABLE]), [1.0, 0.0, 0.0, 2.5], [[1.0, 0.0], [0.0]], 2.5, [], "TABLE"])
def test_what_is_no_such_table(answer):
    assert not agree(answer, TABLE)


@pytest.mark.parametrize("answer", [np.array(["a", "b"]), pd.Series(["a", "b"]), ("a", "b"), pd.Index(["a", "b"])])
def test_texts_in_any_type(answer):
    assert agree(answer, ["a", "b"])
    assert not agree(answer, ["b", "a"])
    assert agree(answer, ["b", "a"], ordered=False)


def test_dictionaries_by_key():
    assert agree(Counter("aab"), {"a": 2, "b": 1})
    assert agree(OrderedDict({np.int64(3): torch.tensor([1, 2])}), {3: [1, 2]})
    assert not agree({"a": 2}, {"a": 2, "b": 1})


def test_sets_and_order():
    assert agree({np.int64(1), 2}, {1, 2})
    assert not agree([1, 2], {1, 2})
    assert agree([2, 1], {1, 2}, ordered=False)
    assert agree(np.array([[3, 4], [1, 2]]), [(1, 2), (3, 4)], ordered=False)
    assert not agree([1, 1, 2], [1, 2, 2], ordered=False)


def test_mixed_and_uneven_lists_stay_lists():
    assert agree([("Heat", 0.5), ("Speed", 0.25)], [["Heat", np.float32(0.5)], ["Speed", 0.25]])
    assert not agree([("Heat", 0.5)], [("Heat", 0.6)])
    assert agree([[1, 2], [3]], [(1, 2), (3,)])
    assert not agree([0.5, "0.5"], [0.5, 0.5])


def test_counts_are_exact_however_large():
    assert agree(100_000.0, 100_000)
    assert not agree(99_999, 100_000)
    assert not agree([874_965_758, 1], [874_965_759, 1])


def test_booleans_as_numbers():
    assert agree([1, 0], np.array([True, False]))
    assert not agree([1, 1], np.array([True, False]))


def test_nan_and_infinity_only_where_expected():
    assert agree([np.nan, np.inf, 1.0], torch.tensor([torch.nan, torch.inf, 1.0]))
    assert not agree([np.nan, 1.0], [0.0, 1.0])
    assert not agree([-np.inf], [np.inf])


numbers = st.floats(-1e6, 1e6, allow_subnormal=False, width=32)
arrays = hnp.arrays(np.float32, hnp.array_shapes(max_dims=3, max_side=4), elements=numbers)


@given(arrays)
def test_the_same_in_every_library(array):
    for form in (array.tolist(), torch.tensor(array), array.astype(np.float64), list(torch.tensor(array))):
        assert agree(form, array)


@given(arrays, st.data())
def test_one_wrong_number_is_enough(array, data):
    at = tuple(data.draw(st.integers(0, side - 1)) for side in array.shape)
    wrong = array.astype(np.float64)
    wrong[at] += 3 * TOLERANCE * (np.abs(wrong).max() or 1.0)
    assert not agree(wrong, array.astype(np.float64))


def test_a_sparse_table_too_large_to_fill_is_left_alone():
    huge = sparse.csr_matrix((1_000_000, 1_000_000))
    assert normal(huge) is huge
    assert not agree(huge, TABLE)
    assert literal(huge) == "⟨an array of shape (1000000, 1000000)⟩"


class Unreadable:
    def __array__(self, *args, **kwargs):
        raise RuntimeError("no")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "nothing (`None`)"), ("abc", "the text 'abc'"), (0.5, "the number 0.5"), (True, "`True`"),
        ([1, 2], "a list of 2"), ({1}, "a set of 1"), ({"a": 1}, "a dictionary of 1"),
        (iter([]), "a generator"),
        (torch.zeros(2, 3), "an array of shape (2, 3)"), (len, "a function"),
        (Unreadable(), "an object of type `Unreadable`"),
    ],
)  # fmt: skip
def test_describes_what_it_was_given(value, words):
    assert describe(value) == words


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (np.float64(1 / 3), "0.333333"), (np.int64(7), "7"), (np.bool_(True), "True"), ([1, 0.5], "[1, 0.5]"),
        (torch.tensor([[1, 2]]), "[[1, 2]]"), (["a"], "['a']"), ({"a": 1}, "{'a': 1}"), ({2, 1}, "{1, 2}"),
        (range(100), "⟨a list of 100⟩"), (object(), "⟨an object of type `object`⟩"),
        ("x" * 500, repr("x" * 40 + "…")),
        ([["x" * 39] * 12] * 12, "⟨a list of 12⟩"),
    ],
)  # fmt: skip
def test_shows_small_values_and_names_large_ones(value, shown):
    assert literal(value) == shown


def test_kinds():
    values = (1.5, [1], ["a"], "a", {1}, {}, None)
    assert [kind(normal(value)) for value in values] == [
        "number",
        "sequence",
        "sequence",
        "str",
        "set",
        "dict",
        "NoneType",
    ]
