"""A wrong answer of no known kind is told how far it is right: its parts, items, entries, axes and inputs."""

from __future__ import annotations

import re

import numpy as np
import pytest

from recbook import session
from recbook.learning.content import Exercise, Text
from recbook.learning.exercises import judge
from recbook.learning.places import of_set

HAN = re.compile(r"[\u4e00-\u9fff]")
HINT = "Look again."


def exercise(solution, draw):
    made = Exercise("made-up", Text("Made up", "虚构"), Text("numbers", "数"), Text(HINT, "再看看。"), random=draw)
    made.solution(solution)
    return made


def both(x):
    return x.sum(), (x * x).sum()


def masked(x, real):
    return x * real


def known(items, ids):
    return np.array([item + 0.5 if item in ids else 0.0 for item in items])


def above(x, least):
    return [number for number in x.tolist() if number > least]


def scaled(x, by):
    return x**by


PAIR = exercise(both, lambda rng: (rng.normal(size=int(rng.integers(2, 7))),))
MASKED = exercise(masked, lambda rng: (rng.normal(size=(3, 4)), rng.random((3, 4)) < 0.5))
SQUARE = exercise(lambda x: x, lambda rng: (rng.normal(size=(3, 3)),))
SUMS = exercise(lambda x: x.sum(axis=1), lambda rng: (rng.normal(size=(int(rng.integers(2, 5)), 6)),))
ROWS = exercise(lambda x: x * 2, lambda rng: (rng.normal(size=(int(rng.integers(3, 6)), 7)),))
KNOWN = exercise(known, lambda rng: (rng.integers(0, 12, size=3), rng.choice(12, size=9, replace=False)))
ABOVE = exercise(above, lambda rng: (rng.permutation(20)[:9], 5))
POWER = exercise(scaled, lambda rng: (rng.uniform(1, 2, size=3), float(rng.choice([0.5, 1.0, 2.0]))))

LIKE = [
    (PAIR, lambda x: (x.sum(), (x * x).sum() * x[0]), "Of the 2 things you return, the first is right"),
    (
        PAIR,
        lambda x: (x.sum(), -(x * x).sum()),
        "the first is right on every input. Look at the other only. Every value",
    ),
    (MASKED, lambda x, real: np.where(real, x, 9.0), "wrong only where `real` is False"),
    (MASKED, lambda x, real: np.where(real, x * x, 0), "wrong only where `real` is True"),
    (SQUARE, lambda x: x + np.eye(3) * x[0, 1], "wrong only on the diagonal"),
    (SQUARE, lambda x: np.tril(x), "wrong only above the diagonal"),
    (SQUARE, lambda x: np.vstack([x[:-1], x[:1]]), "wrong only in the last row"),
    (SUMS, lambda x: x, "a sum along one axis is still missing"),
    (SUMS, lambda x: x.sum(axis=1, keepdims=True), "an axis of length 1 too many"),
    (SUMS, lambda x: x.sum(axis=0), "`len(result)` is `x.shape[1]` in your answer; it should be `len(x)`"),
    (ROWS, lambda x: (x * 2).ravel(), "only the shape is another"),
    (ROWS, lambda x: (x * 2)[:-1], "the last item is missing"),
    (ROWS, lambda x: (x * 2)[:, 1:], "In each row: all is right, but the first item is missing"),
    (ROWS, lambda x: np.roll(x * 2, 1, axis=0), "in another order"),
    (ABOVE, lambda x, least: [n for n in x.tolist() if n > least + 4], "some items are missing"),
    (ABOVE, lambda x, least: [n for n in x.tolist() if n > least - 4], "more as well"),
    (KNOWN, lambda items, ids: items + 0.5, "`items` holds something that `ids` lacks"),
    (POWER, lambda x, by: x ** max(by, 1), "`by` is below 1"),
]


@pytest.mark.parametrize(("made", "answer", "says"), LIKE)
def test_how_far_it_is_right_is_told(made, answer, says, monkeypatch):
    monkeypatch.setattr(session, "_language", "zh")
    chinese = judge(made, answer).message
    assert HAN.search(chinese) and not re.search("[a-z]{3,} [a-z]{3,} [a-z]{3,}", chinese)
    monkeypatch.setattr(session, "_language", "en")
    verdict = judge(made, answer)
    assert verdict.outcome == "wrong" and says in verdict.message
    assert HINT not in verdict.message and not HAN.search(verdict.message)


UNLIKE = [
    (PAIR, lambda x: (x[0], x[1])),
    (MASKED, lambda x, real: np.where(real, x, 9.0) + (x[0, 0] > 0)),
    (SQUARE, lambda x: x * x),
    (POWER, lambda x, by: x * x * by),
    (ABOVE, lambda x, least: [*x.tolist()[:1], 9.25, *x.tolist()[2:3]]),
]


@pytest.mark.parametrize(("made", "answer"), UNLIKE)
def test_nothing_is_told_that_does_not_hold_everywhere(made, answer, monkeypatch):
    monkeypatch.setattr(session, "_language", "en")
    assert not re.search("right|missing|as well|wrong only", judge(made, answer).message.split(HINT)[0])


def test_what_is_special_about_cases_made_by_hand_tells_nothing(monkeypatch):
    """No drawn case comes out right, so that the made ones have no negative number is not the reason."""
    monkeypatch.setattr(session, "_language", "en")
    made = Exercise(
        "made-up",
        Text("A", "甲"),
        Text("a number", "数"),
        Text(HINT, "再看看。"),
        examples=[(np.array([1.0, 1.0]),), (np.array([2.0, 2.0]),), (np.array([4.0, 4.0]),)],
        random=lambda rng: (rng.normal(size=5),),
    )
    made.solution(np.mean)
    assert "negative" not in judge(made, np.median).message


def test_a_set_is_told_how_many_are_missing_or_too_many(monkeypatch):
    monkeypatch.setattr(session, "_language", "en")
    assert "2 are still missing" in of_set(frozenset("a"), frozenset("abc"))
    assert "1 more" in of_set(frozenset("abcd"), frozenset("abc"))
    assert of_set(frozenset("ad"), frozenset("abc")) is None
    assert of_set(frozenset("d"), frozenset("abc")) is None
