"""What an author of exercises and quizzes writes: texts in both languages, right and wrong functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from recbook import session
from recbook.learning import variant

RANDOM_CASES = 20


@dataclass(frozen=True)
class Text:
    """A text in both languages; `code` and *emphasis* are shown as such."""

    en: str
    zh: str

    def __str__(self) -> str:
        return session.phrase(en=self.en, zh=self.zh)


PLACES = ("texts", "traces", "encoder", "learner", "recommender", "list", "around")
"""Where a chapter can stand on the map of the course: its two sources, its two models, what joins them, the list."""


@dataclass(frozen=True)
class About:
    """What every list of chapters says of one: README's table, the course map, the progress.

    number   two digits, as its source is called
    title    a word or two: the source's heading begins with both, "10 · Cold start"
    promise  what a reader can do afterwards, as it completes "you can afterwards …"
    places   where it stands on the course map: one or more of `PLACES`
    """

    number: str
    title: Text
    promise: Text
    places: tuple[str, ...]

    def __post_init__(self) -> None:
        if unknown := set(self.places) - set(PLACES):
            raise ValueError(f"The map has no place {', '.join(sorted(unknown))}; it has {', '.join(PLACES)}.")


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that readers give, and the hint that answers it."""

    wrong: Callable[..., Any]
    hint: Text

    @property
    def name(self) -> str:
        return self.wrong.__name__


@dataclass
class Exercise:
    """One exercise: ``@it.solution`` marks the right answer, ``@it.mistake(en=…, zh=…)`` a known wrong one.

    With ``examples`` or ``random`` the reader writes a function, and the solution and the mistakes are
    functions of the same parameters. Without them the reader gives a value, and they are functions of nothing
    that return it.

    id         the chapter's slug, a hyphen, a name: "challenges-density"
    title      what the exercise is called in the list of progress
    gives      the kind of answer, as it completes "… should be": "a number between 0 and 1"
    hint       what to look at when the answer is wrong in a way nobody foresaw; never the solution
    examples   arguments small enough to work out by hand: their expected result is shown to the reader
    random     draws the arguments of one more case from a NumPy Generator; their results are never shown
    tolerance  largest error accepted, as a share of the largest expected value; whole numbers must be exact
    ordered    False where the order of the items does not matter
    numbered   how many numbered sentences, quoted above it, a value answers about; `variant.places` says where each is
    """

    id: str
    title: Text
    gives: Text
    hint: Text
    examples: Sequence[tuple] = ()
    random: Callable[[np.random.Generator], tuple] | None = None
    tolerance: float = 1e-5
    ordered: bool = True
    numbered: int = 0
    mistakes: list[Mistake] = field(default_factory=list, init=False)
    reference: Callable[..., Any] = field(init=False, repr=False)
    # What a check asks for once a mistake: the drawn cases, and what each of the exercise's own functions gives.
    _drawn: list[tuple] | None = field(default=None, init=False, repr=False)
    known: dict[Callable[..., Any], list[Any]] = field(default_factory=dict, init=False, repr=False)

    def solution(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Decorator for the right answer."""
        self.reference = function
        return function

    def mistake(self, *, en: str, zh: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Decorator for a wrong answer: its hint says what was done and where to look, never the solution."""

        def add(function: Callable[..., Any]) -> Callable[..., Any]:
            self.mistakes.append(Mistake(function, Text(en, zh)))
            return function

        return add

    @property
    def chapter(self) -> str:
        return self.id.partition("-")[0]

    @property
    def asks_for_function(self) -> bool:
        return bool(self.examples) or self.random is not None

    def cases(self) -> list[tuple]:
        """The arguments of every call, not to be changed: the examples, then draws, the same at every check.

        A class's variant (`recbook.learning.variant`) has draws of its own.
        """
        if not self.asks_for_function:
            return [()]
        if self._drawn is None:
            rng = variant.generator(self.id)
            self._drawn = [tuple(map(_short, self.random(rng))) for _ in range(RANDOM_CASES)] if self.random else []
        return [*self.examples, *self._drawn]

    def forget(self) -> None:
        """Draw the inputs anew at the next call, and try the exercise's own functions on them."""
        self._drawn = None
        self.known.clear()


def _short(value: Any) -> Any:
    """An argument with its fractions cut to three digits, so that a call can be shown and pasted."""
    if isinstance(value, dict):
        return {key: _short(item) for key, item in value.items()}
    if isinstance(value, float):
        return float(f"{value:.3g}")
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return np.array([float(f"{item:.3g}") for item in value.ravel()]).reshape(value.shape)
    return value


@dataclass(frozen=True)
class Choice:
    """One answer of a question, and what a reader who picks it is told."""

    text: Text
    feedback: Text
    right: ClassVar[bool]


class Right(Choice):
    """The answer, or one of several."""

    right = True


class Wrong(Choice):
    """An answer that readers may hold for right."""

    right = False


@dataclass(frozen=True)
class Question:
    """What is asked, and the choices in any order: a quiz draws the one in which they are shown.

    ``deeper`` marks a question that only a section behind the heading "Deeper" answers.
    """

    ask: Text
    choices: Sequence[Choice]
    deeper: bool = False


@dataclass(frozen=True)
class Quiz:
    """The quiz of a chapter; its id is the chapter's slug."""

    id: str
    questions: Sequence[Question]
