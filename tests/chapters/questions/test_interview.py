"""The twenty questions: three sentences each; that they are true and linked is tried in test_assertions."""

from __future__ import annotations

import re

import pytest

from recbook.chapters.questions import interview, living
from recbook.chapters.questions.interview import QUESTIONS
from recbook.session import speaking


def test_there_are_twenty_and_no_two_alike():
    assert len(QUESTIONS) == 20
    assert len({asked.question.en for asked in QUESTIONS}) == len({asked.question.zh for asked in QUESTIONS}) == 20


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: asked.question.en[:30])
def test_an_answer_has_three_sentences(asked):
    with speaking("en"):
        assert len(re.findall(r"[.?!](?= |$)", asked.answer.said())) == 3
    with speaking("zh"):
        assert len(re.findall("[。？！](?!”)", asked.answer.said())) == 3


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_question_opens_to_its_answer(language):
    with speaking(language):
        shown = interview._as_html(1, QUESTIONS[0])
    assert shown.startswith("<details><summary>1. ") and "08_sequences.ipynb" in shown


def test_libraries_of_recommenders_come_latest_first():
    months = [one.fresh for one in living.recommenders()]
    assert months == sorted(months, reverse=True) and all(re.fullmatch(r"20\d\d-\d\d", month) for month in months)


def test_every_tool_has_a_version():
    assert all(re.fullmatch(r"[\d.]+", one.fresh) for one in living.tools())
