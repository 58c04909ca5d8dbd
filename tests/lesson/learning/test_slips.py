"""A reader's likeliest slips are told in words that say what to do, in both languages."""

from __future__ import annotations

import math
import re

import numpy as np
import pandas as pd
import pytest
import torch

from recbook import session
from recbook.learning.content import Exercise, Text
from recbook.learning.exercises import judge

HAN = re.compile(r"[\u4e00-\u9fff]")


def exercise(solution, gives="an array", **options):
    made = Exercise("made-up", Text("Made up", "虚构"), Text(gives, "结果"), Text("Look again.", "再看看。"), **options)
    made.solution(solution)
    return made


def told(made, answer, monkeypatch):
    """What the check says in English; the Chinese must say something of its own."""
    monkeypatch.setattr(session, "_language", "zh")
    chinese = judge(made, answer)
    monkeypatch.setattr(session, "_language", "en")
    english = judge(made, answer)
    assert HAN.search(chinese.message) and not HAN.search(english.message)
    assert english.outcome == chinese.outcome == "wrong", english.message
    return english.message


def scaled(table, vector):
    return table @ vector


TABLE = exercise(scaled, examples=[(np.array([[1.0, 2.0], [3.0, 5.0], [4.0, 6.0]]), np.array([1.0, 0.5]))])


def unbound(table, vector):
    if len(vector) > 5:
        found = table @ vector
    return found


def twice_backward():
    loss = torch.ones(2, requires_grad=True).square().sum()
    loss.backward()
    loss.backward()


ERRORS = [
    (lambda table, vector: table > 1 & table < 3, "put brackets round each comparison"),
    (lambda table, vector: torch.tensor(table) > 1 & torch.tensor(table), "put brackets round each comparison"),
    (lambda table, vector: vector if table > 1 else table, "An array cannot say one yes or no"),
    (lambda table, vector: vector @ table, "needs as many columns in `a` as `b` has rows; here they are 2 and 3"),
    (lambda table, vector: np.dot(vector, table), "is a `.T` missing"),
    (lambda table, vector: torch.tensor(table) @ torch.tensor(table), "is a `.T` missing"),
    (lambda table, vector: table + np.ones(3), "The shapes do not fit: counted from the right"),
    (lambda table, vector: torch.tensor(table) + torch.ones(3), "The shapes do not fit: counted from the right"),
    (lambda table, vector: table[3], "Python counts from 0"),
    (lambda table, vector: table.tolist()[np.array([0, 1])], "An index must be a whole number"),
    (lambda table, vector: table[vector], "An index must be a whole number"),
    (lambda table, vector: table[: vector[0]], "An index must be a whole number"),
    (lambda table, vector: [1, 2] - [3, 4], "Python's lists do not calculate item by item"),
    (lambda table, vector: [1, 2].mean(), "Python's lists do not calculate item by item"),
    (lambda table, vector: table(0), "Round brackets call a function"),
    (lambda table, vector: vectr, "Nothing is called `vectr` here"),  # noqa: F821
    (unbound, "`found` has no value yet"),
    (lambda table, vector: 1 / 0, "what you divide by is 0"),
    (lambda table, vector: math.log(0), "A logarithm needs a number above 0"),
    (lambda table, vector: math.exp(1000), "A power has become too large"),
    (lambda table, vector: {vector: 1}, "Only what cannot change may stand in a set"),
    (lambda table, vector: [a for a, b, c in table], "There are more names than values"),
    (lambda table, vector: None[0], "has no items in order"),
    (lambda table, vector: np.array([[1.0], [1.0, 2.0]]), "The rows are not equally long"),
    (lambda table, vector: torch.tensor(table) @ torch.tensor(vector).float(), "torch wants tensors of one type"),
    (lambda table, vector: {}["a"], "That key is not in the dictionary"),
    (lambda table, vector: torch.ones(2, requires_grad=True).add_(1), "only where torch does not record"),
    (lambda table, vector: torch.ones(2, requires_grad=True).numpy(), "`.detach()` before `.numpy()`"),
    (lambda table, vector: twice_backward(), "compute the loss anew in every round"),
    (lambda table, vector: torch.ones(2).sum().backward(), "torch has recorded nothing"),
    (lambda table, vector: 0.1 * torch.ones(2).grad, "One of the two is `None`"),
    (lambda table, vector: vector.sum(axis=1), "The array has fewer axes than that"),
    (lambda table, vector: torch.tensor(vector).sum(dim=1), "The array has fewer axes than that"),
]


@pytest.mark.parametrize(("answer", "says"), ERRORS)
def test_an_error_is_told_with_what_to_look_at(answer, says, monkeypatch):
    message = told(TABLE, answer, monkeypatch)
    assert "stopped with" in message and says in message


NO_NUMBERS = [
    (lambda x: np.log(1 + np.exp(1000 * x)), "e to the power of more than 709 is too large"),
    (lambda x: np.log(x * 0), "You took the logarithm of 0"),
    (lambda x: np.log(-x), "You took the logarithm of a negative number"),
    (lambda x: x / 0, "You divided by 0"),
    (lambda x: (x * 0) / (x * 0), "You divided by 0"),
    (lambda x: x[:0].mean(), "You took the mean of nothing at all"),
    (lambda x: pd.Series(x, index=[1, 2]).reindex([2, 3]), "pandas leaves NaN where it finds no partner"),
    (lambda x: np.array([np.nan, 1.0]), "Nothing was divided by zero on the way"),
]


@pytest.mark.parametrize(("answer", "says"), NO_NUMBERS)
def test_why_a_result_is_no_number(answer, says, monkeypatch):
    solution = np.mean if answer is NO_NUMBERS[5][0] else np.abs
    made = exercise(lambda x: solution(x), examples=[(np.array([1.0, 2.0]),)])
    message = told(made, answer, monkeypatch)
    assert "no finite number" in message and says in message


def names():
    return {"a", "b"}


SET_WANTED = [
    (["a", "b"], "this is a list of 2. The elements are right. A `list` has an order"),
    (("b", "a"), "The elements are right. A `tuple` has an order"),
    (np.array(["a", "b"]), "A `ndarray` has an order"),
    (pd.Series(["a", "c"]), "A `Series` has an order"),
]


@pytest.mark.parametrize(("answer", "says"), SET_WANTED, ids=repr)
def test_a_set_is_asked_for(answer, says, monkeypatch):
    message = told(exercise(names, "a set of names"), answer, monkeypatch)
    assert says in message and "`set(...)`" in message
    assert "step missing" not in message and ("elements are right" in message) == ("c" not in set(answer))


def test_a_list_is_asked_for(monkeypatch):
    made = exercise(lambda words: list(words), "a list of words", examples=[(("a", "b"),)])
    assert "A set forgets the order" in told(made, set, monkeypatch)
    assert "Leave the keys out" in told(made, lambda words: dict.fromkeys(words, 1), monkeypatch)
    assert "Return the elements themselves in a list, without `join`" in told(made, "\n".join, monkeypatch)
    assert "That is a single value" in told(made, len, monkeypatch)


def test_what_stands_among_other_things(monkeypatch):
    made = exercise(lambda x: x * 2, examples=[(np.array([1.0, 2.0]),)])
    assert "returned 2 things, and number 1 of them" in told(made, lambda x: (x * 2, x), monkeypatch)
    number = exercise(lambda x: x * 2, "a number", examples=[(3,)])
    assert "returned 3 things, and number 2 of them" in told(number, lambda x: (0, x * 2, 1), monkeypatch)
    pair = exercise(lambda x: (x, x * 2), "two arrays", examples=[(np.array([1.0, 2.0, 3.0]),)])
    assert "should return 2 things, two arrays, but it returned an array of shape (3,)" in told(
        pair, lambda x: x, monkeypatch
    )


def test_fractions_that_were_cut_off(monkeypatch):
    made = exercise(lambda x: x / 2, examples=[(np.array([1.0, 3.0]),)])
    assert "the fractions were cut off" in told(made, lambda x: (x / 2).astype(int), monkeypatch)
    assert "the fractions were cut off" in told(made, lambda x: x // 2, monkeypatch)


def test_a_search_that_finds_nothing(monkeypatch):
    def best_of(numbers):
        best, found = 0, None
        for at, number in enumerate(numbers):
            if number > best:
                best, found = number, at
        return found

    made = exercise(lambda numbers: int(np.argmax(numbers)), "an index", examples=[([1, 3],), ([-2, -1],)])
    message = told(made, best_of, monkeypatch)
    assert "returned nothing, though other inputs give a value" in message and "`best = 0`" in message


def test_a_large_result_is_told_where_it_differs(monkeypatch):
    made = exercise(np.square, examples=[(np.arange(40.0).reshape(5, 8),)])
    message = told(made, lambda x: np.where(x == 11, 0, x**2), monkeypatch)
    assert "`result[1][3]` is 0; by hand it is 121" in message and "⟨" not in message
    drawn = exercise(np.square, examples=[(np.zeros(2),)], random=lambda rng: (rng.normal(size=(5, 8)),))
    message = told(drawn, lambda x: x**2 if x.size == 2 else x + 1, monkeypatch)
    assert "`result[0][0]` is" in message and "where something else is expected" in message
    longer = exercise(lambda words: words, examples=[(list("abcdefghijklmnop"),)])
    assert "`len(result)` is 15; by hand it is 16" in told(longer, lambda words: words[:-1], monkeypatch)


def test_all_calls_that_a_check_makes_are_tried_on_the_parameters():
    made = exercise(lambda rank, k=10: rank <= k, "true or false", examples=[(1, 3), (4,)])
    assert "The check calls `<lambda>(4)`" in judge(made, lambda rank, k: rank <= k).message


def test_a_mistake_is_named_where_an_answer_shares_it_almost_everywhere(monkeypatch):
    made = exercise(lambda x, y: x - y, "a number", random=lambda rng: tuple(map(int, rng.integers(1, 9, 2))))
    made.mistake(en="The wrong way round.", zh="反了。")(lambda x, y: y - x)
    assert judge(made, lambda x, y: y - x if x > 1 else None).outcome == "mistake"
    assert judge(made, lambda x, y: y - x if x > 6 else 99).outcome == "wrong"
