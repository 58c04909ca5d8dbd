"""What a check shows can be pasted into a cell, and gives what the check says it gives."""

from __future__ import annotations

import re
from itertools import islice

import numpy as np
import pytest
from mutation import mutants

import recbook
from recbook import session
from recbook.learning import bank, messages
from recbook.learning.exercises import judge, trials_of
from recbook.learning.values import literal, normal, same
from recbook.paths import course_root

FUNCTIONS = [exercise for exercise in bank.exercises().values() if exercise.asks_for_function]
TOLD = [
    r"Not yet: `(?P<call>.+)` gave (?P<got>.+); by hand it is (?P<asked>.+)\.",
    r"Not yet: with `result = (?P<call>.+)`, `(?P<at>.+)` is (?P<got>.+); by hand it is (?P<asked>.+)\.",
    r".+ with `result = (?P<call>.+)`, `(?P<at>.+)` is (?P<got>.+), where something else is expected\.(?: What .+)?",
    r".+ `(?P<call>.+)` gave (?P<got>.+?)\.(?: What is different about this input\?)?",
]


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setattr(session, "_language", "en")


def run(call, exercise, function):
    return eval(call, {"np": np, "recbook": recbook, exercise.reference.__name__: function})


def named(exercise):
    return exercise.id


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=named)
def test_every_call_hands_over_what_the_check_does(exercise):
    for trial in trials_of(exercise, exercise.reference):
        call, given = messages.as_call(exercise, trial.case), []
        run(call, exercise, lambda *case, given=given: given.extend(case))
        assert [type(value) for value in given] == [type(value) for value in trial.case], call
        assert all(map(equal, given, trial.case)), call
        assert "⟨" not in call and len(call) <= messages.SHOWN_CALL


def equal(one, other):
    kinds = [getattr(value, "dtype", None) for value in (one, other)]
    return kinds[0] == kinds[1] and same(normal(one), normal(other), 0)


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=named)
def test_what_is_told_comes_out_again(exercise):
    for wrong, message in islice(told_of_mutants(exercise), 6):
        found = next(filter(None, (re.fullmatch(pattern, message) for pattern in TOLD)), None)
        assert "⟨" not in message, message
        if not found:  # stopped, or of another type, shape or kind of number: no values are told
            assert "by hand" not in message, message
            continue
        at = found.groupdict().get("at") or "result"
        assert shown_at(at, run(found["call"], exercise, wrong)) == found["got"], message
        if asked := found.groupdict().get("asked"):
            assert shown_at(at, run(found["call"], exercise, exercise.reference)) == asked, message


def shown_at(at, result):
    return literal(eval(at, {"result": result}))


def told_of_mutants(exercise):
    for _, wrong in mutants(exercise.reference):
        verdict = judge(exercise, wrong)
        if verdict.outcome == "wrong":
            yield wrong, verdict.message.removesuffix(str(exercise.hint)).strip()


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=named)
def test_a_call_bears_the_name_that_the_chapter_gives(exercise):
    assert chapter_names()[exercise.id] == exercise.reference.__name__


def chapter_names():
    sources = sorted((course_root() / "notebooks" / "source").glob("*.py"))
    checks = (re.findall(r'recbook\.check\("([\w-]+)", (\w+)\)', path.read_text(encoding="utf-8")) for path in sources)
    return {id: name for found in checks for id, name in found}


def test_a_case_can_be_fetched_by_number():
    first = FUNCTIONS[0]
    assert all(map(equal, recbook.case(first.id, 0), first.cases()[0]))
    with pytest.raises(ValueError, match="99 is none of them"):
        recbook.case(first.id, 99)
