"""A wrong answer that is the right one but for one step is told which step, on every case or not at all."""

from __future__ import annotations

import re

import numpy as np
import pytest

from recbook import session
from recbook.learning.content import Exercise, Text
from recbook.learning.exercises import judge

HAN = re.compile(r"[\u4e00-\u9fff]")
HINT = "Look again."


def exercise(solution, draw):
    made = Exercise("made-up", Text("Made up", "虚构"), Text("numbers", "数"), Text(HINT, "再看看。"), random=draw)
    made.solution(solution)
    return made


def squares(x):
    return (x * x).mean()


NUMBER = exercise(squares, lambda rng: (rng.uniform(1, 2, size=int(rng.integers(2, 7))),))
TABLE = exercise(lambda x: x, lambda rng: (rng.normal(size=(3, 3)),))
SHARES = exercise(lambda x: x > 0.5, lambda rng: (rng.random(6),))
TOTAL = exercise(np.sum, lambda rng: (rng.uniform(1, 2, size=int(rng.integers(2, 7))),))

LIKE = [
    (NUMBER, lambda x: -squares(x), "the sign turned"),
    (NUMBER, lambda x: np.sqrt(squares(x)), "a square is missing"),
    (NUMBER, lambda x: squares(x) ** 2, "a square root is missing"),
    (NUMBER, lambda x: np.exp(squares(x)), "a logarithm is missing"),
    (NUMBER, lambda x: np.log(squares(x)), "the logarithm is one step too many"),
    (NUMBER, lambda x: squares(x) / np.log(2), "to base 2"),
    (NUMBER, lambda x: squares(x) / np.log(10), "to base 10"),
    (NUMBER, lambda x: squares(x) / 2, "0.5 times the right one"),
    (NUMBER, lambda x: (x * x).sum(), "a sum stands where a mean"),
    (TOTAL, np.mean, "a mean stands where a sum"),
    (TABLE, np.transpose, "the table lies on its side"),
    (TABLE, lambda x: x[::-1], "in reverse"),
    (SHARES, lambda x: x <= 0.5, "it tells the opposite"),
]


@pytest.mark.parametrize(("made", "answer", "says"), LIKE)
def test_the_one_step_is_told(made, answer, says, monkeypatch):
    monkeypatch.setattr(session, "_language", "zh")
    assert HAN.search(judge(made, answer).message)
    monkeypatch.setattr(session, "_language", "en")
    verdict = judge(made, answer)
    assert verdict.outcome == "wrong" and says in verdict.message
    assert HINT not in verdict.message and not HAN.search(verdict.message)


UNLIKE = [
    (NUMBER, lambda x: -squares(x) if len(x) > 2 else 1.5),
    (NUMBER, lambda x: squares(x) * x[0]),
    (TABLE, lambda x: x.T if x[0, 0] > 0 else x + 1),
    (SHARES, lambda x: x > 0.6),
    (exercise(np.log, lambda rng: (1 + rng.random(3),)), lambda x: np.log(x) * np.array([1, 2, 3])),
]


@pytest.mark.parametrize(("made", "answer"), UNLIKE)
def test_nothing_is_told_that_does_not_hold_everywhere(made, answer, monkeypatch):
    monkeypatch.setattr(session, "_language", "en")
    assert HINT in judge(made, answer).message


def test_two_cases_are_too_few(monkeypatch):
    monkeypatch.setattr(session, "_language", "en")
    made = Exercise(
        "made-up", Text("A", "甲"), Text("a number", "数"), Text(HINT, "再看看。"), examples=[(2.0,), (3.0,)]
    )
    made.solution(lambda x: x)
    assert HINT in judge(made, lambda x: -x).message
