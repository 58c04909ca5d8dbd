"""Sentences whose numbers come from stored results, each with the condition under which it may be said."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np

from recbook.learning import html
from recbook.learning.claims import ClaimFailed
from recbook.learning.content import Text
from recbook.results import stored as results_of  # the names stand in the calls of `stored_at`
from recbook.session import phrase

ALL = "*"
"""As a key of `At`: every part at this place, so that their mean is taken."""
Key = str | int | Mapping[str, Any]


@dataclass(frozen=True)
class At:
    """A stored number: the name of the results, the keys that lead to it, and a factor for another unit.

    A mapping as key picks the first row of a list that has these values, `ALL` takes every part. A list of numbers
    stands for its mean, without those that are missing.
    """

    name: str
    keys: tuple[Key, ...]
    times: float = 1.0

    def value(self) -> float:
        """The number. Raises ValueError where nothing is stored at this place."""
        try:
            found = _find(results_of(self.name)["results"], self.keys)
        except (KeyError, IndexError, TypeError, StopIteration) as error:
            raise ValueError(f"{self.name}.json holds nothing at {self.keys}: {error!r}.") from error
        return self.times * float(np.nanmean(np.array(found, float)))


def stored_at(name: str, *keys: Key, times: float = 1.0) -> At:
    """The number that ``recbook.stored(name)["results"]`` holds under these keys, ``times`` a factor."""
    return At(name, keys, times)


def _find(part: Any, keys: tuple[Key, ...]) -> Any:
    if not keys:
        return part
    first, *rest = keys
    if first == ALL:
        parts = part.values() if isinstance(part, Mapping) else part
        return [_find(one, tuple(rest)) for one in parts]
    if isinstance(first, Mapping):
        row = next(row for row in part if first.items() <= row.items())
        return _find(row, tuple(rest))
    return _find(part[first], tuple(rest))


@dataclass(frozen=True)
class Evidence:
    """What is said, in both languages, with fields for ``numbers``; ``holds`` is given them and tells whether it is so.

    Without numbers the sentence leans on the chapter that it is shown with: ``holds`` is None.
    """

    text: Text
    numbers: Mapping[str, At] = field(default_factory=dict)
    holds: Callable[[Any], bool] | None = None

    def __post_init__(self) -> None:
        if bool(self.numbers) != (self.holds is not None):
            raise ValueError(f"Numbers and their condition go together: {self.text.en}")

    def measured(self) -> dict[str, float]:
        """The numbers by name, as they are stored now."""
        return {name: number.value() for name, number in self.numbers.items()}

    def said(self, numbers: Mapping[str, float] | None = None) -> str:
        """The sentence in the reader's language. Raises ClaimFailed where its condition does not hold."""
        found = self.measured() if numbers is None else dict(numbers)
        sentence = str(self.text).format(**found)
        if self.holds is not None and not self.holds(SimpleNamespace(**found)):
            raise ClaimFailed(f"This does not hold any more: {sentence}")
        return re.sub(r"(?<![\w-])-(?=\d)", "−", sentence)


def evidence(text: tuple[str, str], holds: Callable[[Any], bool] | None = None, /, **numbers: At) -> Evidence:
    """Evidence from a pair ("English", "中文"), its condition and its numbers by name."""
    return Evidence(Text(*text), numbers, holds)


def chapter_of(place: str) -> str:
    """The number of the chapter of a place such as "10_cold_start#profile"."""
    return place.split("_")[0]


def link(place: str) -> str:
    """HTML that leads to a place such as "10_cold_start#profile": a chapter's file, and a section's name if it has one."""
    file, _, section = place.partition("#")
    target = f"{file}.ipynb#{section}" if section else f"{file}.ipynb"
    return f'<a href="{target}">{html.rich(_named(place))}</a>'


def _named(place: str) -> str:
    number = chapter_of(place)
    return phrase(en=f"chapter {number}", zh=f"第 {number} 章")


def folded(title: str, content: str) -> str:
    """HTML of a part that opens to its content."""
    return f"<details><summary>{html.rich(title)}</summary>{content}</details>"
