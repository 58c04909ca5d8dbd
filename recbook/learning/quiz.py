"""A quiz in plain HTML: each choice opens to its feedback, without script, trust or network."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from recbook.learning import bank, html
from recbook.learning.content import Choice, Question
from recbook.session import phrase


def quiz(id: str) -> None:
    """Show the quiz of that id. Raises ValueError, with the closest ids, if there is none."""
    questions = shuffled(id, bank.quiz(id).questions)
    html.show(as_html(questions), as_text(questions))


def shuffled(id: str, questions: Sequence[Question]) -> list[Question]:
    """The questions with their choices in an order drawn by the quiz's id, the same at every run.

    Within a quiz each place is right about equally often, whatever place the authors preferred.
    """
    rng = random.Random(id)
    places = [number % 3 for number in range(len(questions))]
    rng.shuffle(places)
    return [_reordered(question, place, rng) for question, place in zip(questions, places, strict=True)]


def _reordered(question: Question, place: int, rng: random.Random) -> Question:
    """The question with a right choice at that place, or the last it has, and the others drawn round it."""
    choices = rng.sample(list(question.choices), len(question.choices))
    right = next(choice for choice in choices if choice.right)
    choices.remove(right)
    choices.insert(min(place, len(choices)), right)
    return replace(question, choices=choices)


def as_html(questions: Sequence[Question]) -> str:
    """Questions in bold, every choice a ``<details>`` that opens to its feedback."""
    parts = [_question_html(number, question) for number, question in enumerate(questions, 1)]
    return html.box("".join(parts), html.BLUE)


def _question_html(number: int, question: Question) -> str:
    choices = "".join(
        f"<details><summary>{html.rich(str(choice.text))}</summary>"
        f"{html.box(html.rich(_feedback(choice)), html.GREEN if choice.right else html.RED)}</details>"
        for choice in question.choices
    )
    return f"<p><strong>{number}. {html.rich(_asked(question))}</strong></p>{choices}"


def as_text(questions: Sequence[Question]) -> str:
    """The same for a terminal: the feedback stands at the end, so that the questions come first."""
    asked, answered = [], []
    for number, question in enumerate(questions, 1):
        asked.append(f"{number}. {_asked(question)}")
        for letter, choice in zip("abcdefgh", question.choices, strict=False):
            asked.append(f"   {letter}) {choice.text}")
            answered.append(f"{number}{letter}) {_feedback(choice)}")
    return "\n".join([*asked, "", phrase(en="Feedback", zh="反馈"), *answered])


def _asked(question: Question) -> str:
    """What is asked; who read the core alone is told of a question that needs more."""
    return (phrase(en="(Deeper) ", zh="（选读）") if question.deeper else "") + str(question.ask)


def _feedback(choice: Choice) -> str:
    if choice.right:
        return phrase(en=f"✓ Right. {choice.feedback.en}", zh=f"✓ 正确。{choice.feedback.zh}")
    return phrase(en=f"✗ Not this one. {choice.feedback.en}", zh=f"✗ 不对。{choice.feedback.zh}")
