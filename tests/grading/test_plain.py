"""Results go out as plain JSON and come back as what a verdict needs; what was made up is refused."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter, deque
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
import torch
from hypothesis import given
from hypothesis import strategies as st

from recbook.grading.judging import _as_compared, _cases
from recbook.grading.plain import (
    ITEMS,
    Malformed,
    packed,
    packed_account,
    packed_error,
    unpacked,
    unpacked_account,
    unpacked_error,
)
from recbook.learning import bank
from recbook.learning.exercises import judge, trials_of, verdict_on
from recbook.learning.limit import TookTooLong
from recbook.learning.trials import account_of
from recbook.learning.values import describe, normal, same

EXERCISES = list(bank.exercises().values())


@dataclass
class Pair:
    one: int
    other: float


def named(value):
    """The kind of a case: what it looks like can hold an address or an order that differs between test processes."""
    return type(value).__name__


def sent(value):
    return unpacked(json.loads(json.dumps(packed(value))))


VALUES = [
    None, ..., True, np.bool_(True), 3, 2**80, 1.5, float("nan"), float("inf"), 1 + 2j, np.float32(0.1), "列表 é",
    [1, "a"], (1,), {1, 2}, frozenset("ab"), {"a": np.ones(2)}, {(1, 2): 3}, np.zeros((2, 0)),
    np.arange(6).reshape(2, 3).T,
    np.arange(3, dtype=">i4"), torch.ones(2, 2), torch.ones(2, requires_grad=True), sp.eye(3, format="csr"),
    pd.Series([1, 2]), pd.DataFrame({"a": ["x", "y"]}), np.array(["a", "b"]), Fraction(1, 3),
    Decimal("1.5"), deque([1]),
    range(4), Counter("aab"), [[[]]], [], Pair(1, 2.0), [np.int64(3), torch.tensor(2)],
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=named)
def test_what_holds_plain_values_comes_back_the_same(value):
    assert same(normal(sent(value)), normal(value), 0)


TOLD = [
    iter([1]),
    len,
    int,
    object(),
    b"abc",
    np.zeros((3000, 3000)),
    True,
    np.bool_(False),
    np.float64(2),
    "x",
    {},
    {1},
]


@pytest.mark.parametrize("value", TOLD, ids=named)
def test_what_does_not_is_described_alike(value):
    assert describe(sent(value)) == describe(value)


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(plain)
def test_any_plain_value_comes_back_the_same(value):
    assert repr(sent(value)) == repr(value)


@pytest.mark.parametrize("value", ["x" * 10**6, list(range(10**5)), {n: n for n in range(10**5)}, [[0] * 300] * 300])
def test_what_is_larger_than_any_right_answer_is_not_sent(value):
    assert len(json.dumps(packed(value))) < 200
    assert sent(value) != value


def test_a_list_that_holds_itself_and_an_object_that_fails_at_everything_are_sent_by_name():
    class Failing:
        def __getattr__(self, name):
            raise RuntimeError("no")

        def __str__(self):
            raise RuntimeError("no")

    ring: list = []
    ring.append(ring)
    assert describe(sent(ring)) == "an object of type `list of 1`"
    assert describe(sent(Failing())) == "an object of type `Failing`"


def array(code="<f8", shape=(2,), data=b"\0" * 16):
    return {"array": [code, list(shape), base64.b64encode(data).decode()]}


MADE_UP = [
    {}, [], [1], {"list": 1}, {"dict": [[1]]}, {"dict": [[{"list": []}, 1]]}, {"set": [{"list": []}]},
    {"pickle": "gASV"},
    {"list": [], "tuple": []}, array("|O"), array("O8"), array("<U4"), array("no dtype"), array(shape=(3,)),
    array(shape=(-2,)),
    array(shape=(10**12,)), array(shape=(2.0,)), array(shape=(0, 10**9)), array(shape=(1,) * 40, data=b"\0" * 8),
    {"array": ["<f8", [2], "not base64!"]}, {"array": ["<f8", [2]]}, {"array": None}, {"list": [0] * (ITEMS + 1)},
    {"object": "name"}, {"large": ["x"]}, "x" * 10**6,
]  # fmt: skip


@pytest.mark.parametrize("node", MADE_UP, ids=named)
def test_what_is_made_up_is_refused(node):
    with pytest.raises(Malformed):
        unpacked(node)


def test_deeply_nested_lists_are_refused():
    node: dict = {"list": []}
    for _ in range(5_000):
        node = {"list": [node]}
    with pytest.raises(Malformed):
        unpacked(node)


class OwnError(Exception):
    def __str__(self):
        raise RuntimeError("no text")


ERRORS = [
    KeyError("k"), ZeroDivisionError("division by zero"), IndexError("list index out of range"), NotImplementedError(),
    RecursionError("deep"), SystemExit("bye"), TookTooLong(), np.linalg.LinAlgError("Singular matrix"),
    np.exceptions.AxisError("axis 2 is out of bounds"), FileNotFoundError(2, "No such file"), NameError("name 'x'"),
]  # fmt: skip


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_comes_back_with_its_type_and_text(error):
    back = unpacked_error(json.loads(json.dumps(packed_error(error))))
    assert type(back) is type(error) and str(back) == str(error)


def test_an_error_that_is_nobody_elses_comes_back_by_its_name():
    back = unpacked_error(packed_error(OwnError(object())))
    assert type(back).__name__ == "OwnError" and str(back) == ""
    for name in ("KeyboardInterrupt", "exec", "Trap", "__import__"):  # none is looked up as anything but an error
        assert isinstance(unpacked_error({"type": name, "text": "t", "args": []}), Exception)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_no_exercise_takes_or_asks_for_what_is_no_plain_value(exercise):
    """Models, functions and objects cannot be judged outside: an exercise that needs one has to be judged otherwise."""
    results = [trial.result for trial in trials_of(exercise, exercise.reference)]
    for value in [*exercise.cases(), *results]:
        kinds = set(re.findall(r'"(\w+)": ', json.dumps(packed(value))))
        assert kinds <= {"list", "tuple", "set", "dict", "array"}, kinds


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_a_verdict_outside_is_the_verdict_here(exercise):
    """Every right answer and every listed mistake is judged alike on the notebook's side and on what was sent."""
    cases = [unpacked(json.loads(json.dumps(case))) for case in _cases(exercise.id)]
    for case, other in zip(cases, exercise.cases(), strict=True):
        assert [type(value) for value in case] == [type(value) for value in other]
        assert all(same(normal(value), normal(same_one), 0) for value, same_one in zip(case, other, strict=True))
    for function in [exercise.reference, *(mistake.wrong for mistake in exercise.mistakes)]:
        answer = function if exercise.asks_for_function else function()
        account = json.loads(json.dumps(packed_account(account_of(answer, cases, exercise.asks_for_function))))
        verdict = verdict_on(_as_compared(exercise.id), unpacked_account(account, exercise.cases(), 9))
        assert verdict == judge(exercise, answer), function.__name__


@pytest.mark.parametrize(
    "account",
    [None, [], {}, {"trials": None}, {"trials": [1]}, {"trials": [{}] * 3}, {"trials": [{"error": 1}] * 22}],
    ids=repr,
)
def test_an_account_of_nothing_is_refused(account):
    with pytest.raises(Malformed):
        unpacked_account(account, EXERCISES[0].cases(), 2)
