"""No exercise accepts its own solution with one place changed, nor one that relies on how the inputs happen to be."""

from __future__ import annotations

import re

import equivalent
import pytest
from mutation import mutants, survivors

from recbook.learning import bank
from recbook.learning.content import Exercise, Text
from recbook.learning.exercises import agrees, trials_of

FOUND: dict[str, tuple[list[str], int]] = {}


def found(exercise: Exercise) -> tuple[list[str], int]:
    if exercise.id not in FOUND:
        FOUND[exercise.id] = survivors(exercise)
    return FOUND[exercise.id]


@pytest.mark.parametrize("exercise", bank.exercises().values(), ids=lambda exercise: exercise.id)
def test_every_changed_solution_is_refused(exercise):
    unexplained = [change for change in found(exercise)[0] if not equivalent.reason(exercise.id, change)]
    told = f"{exercise.id} accepts a solution changed so: {unexplained}. Add a case, or the reason to equivalent.py."
    assert not unexplained, told


def test_every_reason_is_needed():
    left = [(id, change) for id, exercise in bank.exercises().items() for change in found(exercise)[0]]
    for exercise, name, why in equivalent.RULES:
        assert any(re.search(exercise, id) and re.search(name, change) for id, change in left), (exercise, name, why)


def test_how_many_are_refused(record_property):
    tried = sum(found(exercise)[1] for exercise in bank.exercises().values())
    alike = sum(len(found(exercise)[0]) for exercise in bank.exercises().values())
    print(f"\n{tried - alike} of {tried} changed solutions refused; {alike} are right as well, each with its reason")
    record_property("refused", tried - alike)
    assert tried > 40 * len(bank.exercises())


def test_a_border_that_no_case_touches_is_found():
    made = Exercise("made-up", *(Text("x", "虚"),) * 3, examples=[(1, 5), (9, 5)])
    made.solution(below)
    expected = trials_of(made, below)
    assert "below: value < border → value <= border" in [
        name for name, function in mutants(below) if agrees(made, function, expected)
    ]


def below(value, border):
    return value < border
