"""The exercises and quizzes of every chapter, one module each, loaded when they are first asked for."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Iterator
from functools import cache
from typing import Any

from recbook.learning.bank.content import Choice, Exercise, Mistake, Question, Quiz, Right, Text, Wrong

__all__ = [
    "CHAPTERS", "Choice", "Exercise", "Mistake", "Question", "Quiz", "Right", "Text", "Wrong",
    "exercise", "exercises", "quiz", "quizzes", "texts",
]  # fmt: skip

# As the notebooks are named; the part after the number is the module here and the first part of every id.
CHAPTERS = (
    "00_start",
    "01_challenges",
    "02_pipeline",
    "03_word2vec",
    "04_bert",
    "05_features",
    "06_tensorflow",
    "07_pytorch",
    "08_sequences",
    "09_evaluation",
    "10_cold_start",
    "13_toolbox",
)


def exercise(id: str) -> Exercise:
    """The exercise of that id. Raises ValueError, with the closest ids, if there is none."""
    return _find(id, exercises(), "exercise")


def quiz(id: str) -> Quiz:
    """The quiz of that id. Raises ValueError, with the closest ids, if there is none."""
    return _find(id, quizzes(), "quiz")


def exercises() -> dict[str, Exercise]:
    """Every exercise of the course by id, in the order of the chapters."""
    return _collect(Exercise)


def quizzes() -> dict[str, Quiz]:
    """Every quiz of the course by id, in the order of the chapters."""
    return _collect(Quiz)


def texts() -> Iterator[tuple[str, Text]]:
    """Every text of the bank with a name that leads to it, for the comparison of the two languages."""
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
    for chapter in CHAPTERS:
        slug = chapter.partition("_")[2]
        module = importlib.import_module(f"recbook.learning.bank.{slug}")
        for item in vars(module).values():
            if isinstance(item, kind):
                _refuse_misplaced(item.id, slug, found)
                found[item.id] = item
    return found


def _refuse_misplaced(id: str, slug: str, found: dict[str, Any]) -> None:
    if id in found:
        raise ValueError(f"Two items of the bank are called {id!r}: give one of them another id.")
    if id.partition("-")[0] != slug:
        raise ValueError(f'{id!r} stands in bank/{slug}.py, so its id must begin with "{slug}-".')


def _find(id: str, known: dict[str, Any], noun: str) -> Any:
    if id not in known:
        close = difflib.get_close_matches(str(id), known, n=3, cutoff=0.4) or list(known)
        raise ValueError(f"There is no {noun} {id!r}. Did you mean {' or '.join(map(repr, close))}?")
    return known[id]
