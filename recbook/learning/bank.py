"""The exercises and quizzes of every chapter: found by their files in `recbook.chapters`, loaded when asked for."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from recbook.learning.content import About, Choice, Exercise, Mistake, Question, Quiz, Right, Text, Wrong
from recbook.session import phrase

__all__ = [
    "Choice", "Exercise", "Mistake", "Question", "Quiz", "Right", "Text", "Wrong",
    "chapters", "exercise", "exercises", "quiz", "quizzes", "texts",
]  # fmt: skip


@cache
def chapters() -> dict[str, About]:
    """Every chapter of the course by its slug ("cold_start"), in the order of their numbers.

    A chapter is a package of `recbook.chapters` that holds a file ``exercises.py``.
    """
    root = importlib.import_module("recbook.chapters")
    slugs = [Path(file).parent.name for folder in root.__path__ for file in Path(folder).glob("*/exercises.py")]
    rooms = {slug: importlib.import_module(f"recbook.chapters.{slug}").about for slug in slugs}
    return dict(sorted(rooms.items(), key=lambda room: room[1].number))


def exercise(id: str) -> Exercise:
    """The exercise of that id. Raises ValueError, with the closest ids, if there is none."""
    return _find(id, exercises(), Text("exercise", "练习"))


def quiz(id: str) -> Quiz:
    """The quiz of that id. Raises ValueError, with the closest ids, if there is none."""
    return _find(id, quizzes(), Text("quiz", "小测"))


def exercises() -> dict[str, Exercise]:
    """Every exercise of the course by id, in the order of the chapters."""
    return _collect(Exercise)


def quizzes() -> dict[str, Quiz]:
    """Every quiz of the course by id, in the order of the chapters."""
    return _collect(Quiz)


def texts() -> Iterator[tuple[str, Text]]:
    """Every text of the bank with a name that leads to it, for the comparison of the two languages."""
    for slug, about in chapters().items():
        yield from ((f"chapter {slug} {part}", getattr(about, part)) for part in ("title", "promise"))
    for exercise in exercises().values():
        yield from ((f"{exercise.id} {part}", getattr(exercise, part)) for part in ("title", "gives", "hint"))
        yield from ((f"{exercise.id} mistake {mistake.name}", mistake.hint) for mistake in exercise.mistakes)
    for quiz in quizzes().values():
        for q, question in enumerate(quiz.questions, 1):
            yield f"quiz {quiz.id} question {q}", question.ask
            for c, choice in enumerate(question.choices, 1):
                yield f"quiz {quiz.id} question {q} choice {c}", choice.text
                yield f"quiz {quiz.id} question {q} feedback {c}", choice.feedback


@cache
def _collect(kind: type[Exercise] | type[Quiz]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for slug in chapters():
        module = importlib.import_module(f"recbook.chapters.{slug}.exercises")
        for item in vars(module).values():
            if isinstance(item, kind):
                _refuse_misplaced(item.id, slug, found)
                found[item.id] = item
    return found


def _refuse_misplaced(id: str, slug: str, found: dict[str, Any]) -> None:
    if id in found:
        raise ValueError(f"Two items of the bank are called {id!r}: give one of them another id.")
    if id.partition("-")[0] != slug:
        raise ValueError(f'{id!r} stands in chapters/{slug}/exercises.py, so its id must begin with "{slug}-".')


def _find(id: str, known: dict[str, Any], noun: Text) -> Any:
    if id not in known:
        close = list(map(repr, difflib.get_close_matches(str(id), known, n=3, cutoff=0.4) or known))
        there_is_none = phrase(
            en=f"There is no {noun} {id!r}. Did you mean {' or '.join(close)}?",
            zh=f"没有 {id!r} 这个{noun}。是不是 {' 或 '.join(close)}？",
        )
        raise ValueError(there_is_none + _if_older(str(id)))
    return known[id]


def _if_older(id: str) -> str:
    """What else an id may come from that a chapter would have: a copy that was made before the chapter changed."""
    about = chapters().get(id.partition("-")[0])
    if about is None:
        return ""
    reset = f"recbook reset {about.number}"
    return phrase(
        en=f" If you have not written it yourself, this copy is older than the course: in a terminal, `{reset} "
        f"--beside` puts the new chapter beside it, and `{reset}` in its place. Either way your copy is kept.",
        zh=f"如果这不是你自己写的，就是你的副本比课程旧：在终端里运行 `{reset} --beside`，把新的一章放在旁边；"
        f"或者运行 `{reset}`，用新的一章换下它。两种做法都会保留你的副本。",
    )
