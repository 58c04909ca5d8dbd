"""Solved exercises are kept in one small file that is never half written."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace

import pytest

from recbook import session
from recbook.learning import bank
from recbook.learning.content import Exercise, Text
from recbook.learning.progress import progress, record, solved


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("RECBOOK_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(session, "_language", "en")
    return tmp_path / "state"


@pytest.fixture
def two_exercises(monkeypatch):
    made = [
        Exercise(id, Text(f"About <{id}>", f"关于 <{id}>"), Text("a number", "数"), Text("Look.", "看。"))
        for id in ("start-a", "challenges-b")
    ]
    monkeypatch.setattr(bank, "exercises", lambda: {exercise.id: exercise for exercise in made})


def test_nothing_is_solved_at_first(state):
    assert solved() == []
    assert not state.exists()


def test_records_each_exercise_once(state):
    for id in ("start-b", "start-a", "start-b"):
        record(id)
    assert solved() == ["start-a", "start-b"]
    assert json.loads((state / "progress.json").read_text(encoding="utf-8")) == {"solved": ["start-a", "start-b"]}


def test_two_notebooks_at_once_lose_nothing(state):
    ids = [f"start-{n}" for n in range(24)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(record, ids))
    assert solved() == sorted(ids)
    assert {path.name for path in state.iterdir()} <= {"progress.json", "progress.lock"}


@pytest.mark.parametrize("content", ["", '{"solved": ["a"', "[]", '{"solved": [1]}', '{"done": []}', "\xff"])
def test_a_broken_record_is_set_aside(state, content, capsys):
    state.mkdir()
    (state / "progress.json").write_bytes(content.encode("latin-1"))
    assert solved() == []
    assert "cannot be read. It is kept as" in capsys.readouterr().out
    assert (state / "progress.broken.json").read_bytes() == content.encode("latin-1")
    record("start-a")
    assert solved() == ["start-a"]


def test_where_nothing_can_be_written_the_lesson_goes_on(state, capsys):
    state.write_text("a file where the folder should be")
    record("start-a")
    assert "Your progress could not be saved in" in capsys.readouterr().out
    assert solved() == []


def test_shows_what_is_solved_and_what_is_left(two_exercises, capsys):
    record("start-a")
    record("of-an-older-course")
    progress()
    assert capsys.readouterr().out.splitlines() == [
        "1 of 2 exercises solved", "00  ✓  About <start-a>", "01  –  About <challenges-b>"
    ]  # fmt: skip


def test_shows_it_in_chinese_and_escaped(two_exercises, monkeypatch):
    shown = {}
    monkeypatch.setattr(session, "_language", "zh")
    monkeypatch.setattr("recbook.learning.html.show", lambda content, text: shown.update(html=content, text=text))
    progress()
    assert "共 2 道练习，已完成 0 道" in shown["text"]
    assert re.search(r"<td>关于 &lt;start-a&gt;</td>\s*<td>–</td>", shown["html"])


def test_a_long_title_is_shown_whole(two_exercises, monkeypatch):
    title = "a title `with code` " * 20
    long = bank.exercises()["start-a"]
    monkeypatch.setattr(bank, "exercises", lambda: {long.id: replace(long, title=Text(title, title))})
    shown = {}
    monkeypatch.setattr("recbook.learning.html.show", lambda content, text: shown.update(html=content))
    progress()
    assert shown["html"].count("<code>with code</code>") == 20


def test_an_exercise_of_the_wrong_chapter_or_twice_is_refused(monkeypatch):
    item = Exercise("start-a", Text("a", "甲"), Text("a", "甲"), Text("a", "甲"))
    for module, chapters, words in (
        (SimpleNamespace(a=item, b=item), {"start": "00"}, "Two items of the bank are called 'start-a'"),
        (SimpleNamespace(a=item), {"challenges": "01"}, 'its id must begin with "challenges-"'),
    ):
        monkeypatch.setattr(bank, "importlib", SimpleNamespace(import_module=lambda name, m=module: m))
        monkeypatch.setattr(bank, "chapters", lambda known=chapters: known)
        with pytest.raises(ValueError, match=words):
            bank._collect.__wrapped__(Exercise)
