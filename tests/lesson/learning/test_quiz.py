"""A quiz is plain HTML in which every choice opens to its feedback."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from recbook import session
from recbook.learning import bank
from recbook.learning.content import Question, Quiz, Right, Text, Wrong
from recbook.learning.quiz import as_html, as_text, quiz, shuffled

QUESTIONS = [
    Question(
        Text("Is `a` < b & c?", "`a` < b & c 吗？"),
        [
            Wrong(Text("<script>no</script>", "不"), Text("Look again.", "再看看。")),
            Right(Text("yes", "是"), Text("It is.", "是的。")),
        ],
    ),
    Question(Text("Two right?", "两个都对？"), [Right(Text("a", "甲"), Text("Yes.", "对。"))] * 2),
]


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setattr(session, "_language", "en")


def test_every_choice_opens_to_its_feedback():
    page = ElementTree.fromstring(as_html(QUESTIONS))
    folded = page.findall(".//details")
    assert [choice.find("summary").text for choice in folded] == ["<script>no</script>", "yes", "a", "a"]
    assert [choice.find("div").text[:1] for choice in folded] == ["✗", "✓", "✓", "✓"]
    assert "open" not in folded[0].attrib


def test_nothing_in_a_quiz_runs_or_loads():
    page = ElementTree.fromstring(as_html(QUESTIONS))
    assert {element.tag for element in page.iter()} == {"div", "p", "strong", "code", "details", "summary"}
    assert {name for element in page.iter() for name in element.attrib} == {"style"}


def test_text_asks_before_it_tells():
    asked, told = as_text(QUESTIONS).split("Feedback")
    assert "1. Is `a` < b & c?\n   a) <script>no</script>\n   b) yes" in asked
    assert "Look again." not in asked
    assert "1a) ✗ Not this one. Look again.\n1b) ✓ Right. It is." in told


def test_in_chinese(monkeypatch):
    monkeypatch.setattr(session, "_language", "zh")
    assert "✗ 不对。再看看。" in as_html(QUESTIONS)
    assert "反馈" in as_text(QUESTIONS)


def test_a_question_on_a_deeper_section_says_so(monkeypatch):
    questions = [QUESTIONS[0], replace(QUESTIONS[1], deeper=True)]
    for asked in (questions, shuffled("made", questions)):
        assert "<strong>2. (Deeper) Two right?</strong>" in as_html(asked)
        assert as_html(asked).count("Deeper") == as_text(asked).count("2. (Deeper) Two right?") == 1
    monkeypatch.setattr(session, "_language", "zh")
    assert "2. （选读）两个都对？" in as_text(questions)


def test_a_choice_moves_with_its_feedback_to_the_same_place_every_time():
    for question, moved in zip(QUESTIONS, shuffled("made", QUESTIONS), strict=True):
        assert moved.ask == question.ask
        assert sorted(moved.choices, key=repr) == sorted(question.choices, key=repr)
    assert shuffled("made", QUESTIONS) == shuffled("made", QUESTIONS)
    many = [QUESTIONS[0]] * 20
    assert shuffled("made", many) != shuffled("other", many)


def test_quiz_shows_the_one_of_the_bank(monkeypatch, capsys):
    monkeypatch.setattr(bank, "quizzes", lambda: {"made": Quiz("made", QUESTIONS)})
    quiz("made")
    assert capsys.readouterr().out == as_text(shuffled("made", QUESTIONS)) + "\n"
    with pytest.raises(ValueError, match=r"There is no quiz 'mode'\. Did you mean 'made'"):
        quiz("mode")
