"""A guide as data: questions, the answers that they take, and leaves that advise what a stored result proves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from recbook.learning import html
from recbook.learning.content import Text
from recbook.session import phrase

Numbers = dict[str, float]


@dataclass(frozen=True)
class Proof:
    """A result of a chapter, read from what is stored.

    chapter   its notebook without the ending: "11_applications"
    section   the heading under which its claim stands
    anchor    that heading's name in a link
    says      the result, with fields for the numbers; true whichever side it falls on
    measured  the numbers, from `recbook.stored`
    holds     whether they lie on the side on which the advice rests
    """

    chapter: str
    section: Text
    anchor: str
    says: Text
    measured: Callable[[], Numbers]
    holds: Callable[[Numbers], bool]

    @property
    def link(self) -> str:
        """Where it stands, seen from a notebook: "11_applications.ipynb#search"."""
        return f"{self.chapter}.ipynb#{self.anchor}"


@dataclass(frozen=True)
class Leaf:
    """An end of the tree: what to do while its proof holds, and what if it no longer does; two names for a drawing.

    Both texts may have fields for the proof's numbers.
    """

    proof: Proof
    then: Text
    otherwise: Text
    names: tuple[Text, Text]

    def side(self) -> tuple[bool, Numbers]:
        """Whether the proof holds today, and its numbers."""
        numbers = self.proof.measured()
        return bool(self.proof.holds(numbers)), numbers

    @property
    def name(self) -> Text:
        """The advice in a few words, as the stored results have it today."""
        return self.names[0 if self.side()[0] else 1]


@dataclass(frozen=True)
class Question:
    """One argument of a guide: its name, what it is called, how it is asked, and its answers by key."""

    argument: str
    noun: Text
    asks: Text
    answers: Mapping[str, Text]

    def key(self, given: object) -> str:
        """The key of an answer that is given by its key or by its words in either language.

        Raises ValueError, with the answers that there are, for anything else.
        """
        said = str(given).strip().lower()
        for key, words in self.answers.items():
            if said in (key, words.en.lower(), words.zh.lower()):
                return key
        known = ", ".join(self.answers)
        raise ValueError(
            phrase(
                en=f"There is no {self.noun.en} {given!r}; the guide knows {known}.",
                zh=f"没有 {given!r} 这种{self.noun.zh}；指南只认识 {known}。",
            )
        )


@dataclass(frozen=True)
class Fork:
    """A place where a question is asked; ``ways`` leads from one or more answers to what comes next."""

    question: Question
    ways: Mapping[tuple[str, ...], Fork | Leaf]

    def way(self, key: str) -> Fork | Leaf:
        return next(after for keys, after in self.ways.items() if key in keys)

    def told(self, keys: tuple[str, ...]) -> str:
        """The answers of one way, in the reader's language."""
        return phrase(en=" / ", zh="／").join(str(self.question.answers[key]) for key in keys)


@dataclass(frozen=True)
class Advice:
    """What a guide answers. In a notebook it shows as a box with a link to what proves it."""

    says: str
    proof: str
    where: str
    link: str
    path: tuple[str, ...]
    holds: bool

    def __str__(self) -> str:
        return phrase(
            en=f"{self.says}\n{self.proof} ({self.where})",
            zh=f"{self.says}\n{self.proof}（{self.where}）",
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        way = " → ".join(map(html.rich, self.path))
        link = f'<a href="{self.link}">{html.rich(self.where)}</a>'
        return html.box(
            f"<small>{way}</small><br><strong>{html.rich(self.says)}</strong><br>{html.rich(self.proof)} {link}",
            html.GREEN if self.holds else html.RED,
        )


@dataclass(frozen=True)
class Guide:
    """A tree under a name; ``questions`` in the order of the arguments of the function that asks it."""

    name: str
    title: Text
    questions: tuple[Question, ...]
    root: Fork

    def ask(self, *given: object) -> Advice:
        """The advice for these answers. Raises ValueError for an answer that no question has."""
        keys = {question.argument: question.key(answer) for question, answer in zip(self.questions, given, strict=True)}
        place: Fork | Leaf = self.root
        path = []
        while isinstance(place, Fork):
            key = keys[place.question.argument]
            path.append(str(place.question.answers[key]))
            place = place.way(key)
        return advice(place, tuple(path))

    def told(self, path: tuple[str, ...]) -> list[str]:
        """The answers of a way through the tree, given by their keys, in the reader's language."""
        place: Fork | Leaf = self.root
        words = []
        for key in path:
            assert isinstance(place, Fork)
            words.append(place.told(next(keys for keys in place.ways if key in keys)))
            place = place.way(key)
        return words

    def leaves(self) -> Iterator[tuple[tuple[str, ...], Leaf]]:
        """Every leaf with the answers that lead to it, in order."""
        yield from _leaves(self.root, ())


def advice(leaf: Leaf, path: tuple[str, ...] = ()) -> Advice:
    """What a leaf says today, in the reader's language."""
    holds, numbers = leaf.side()
    number, section = leaf.proof.chapter[:2], str(leaf.proof.section)
    return Advice(
        str(leaf.then if holds else leaf.otherwise).format(**numbers),
        re.sub(r"-(?=\d)", "−", str(leaf.proof.says).format(**numbers)),
        phrase(en=f"chapter {number}, {section}", zh=f"第 {number} 章，{section}"),
        leaf.proof.link,
        path,
        holds,
    )


def _leaves(place: Fork | Leaf, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Leaf]]:
    if isinstance(place, Leaf):
        yield path, place
        return
    for keys, after in place.ways.items():
        yield from _leaves(after, (*path, keys[0]))
