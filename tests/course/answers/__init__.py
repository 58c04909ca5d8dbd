"""Right answers to every exercise, written in different ways, and wrong ones that are nearly right.

One module a chapter holds ``ANSWERS``: for each exercise id at least three answers that must be accepted; and it may
hold ``WRONG``: answers that must be refused, written as a reader writes them and not taken from the bank.
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

from recbook.learning import bank


def all_answers() -> dict[str, list[Any]]:
    """The right answers by exercise id, over all chapters of the bank."""
    return _collected("ANSWERS")


def wrong_answers() -> dict[str, list[Any]]:
    """The wrong answers by exercise id; not every exercise has some."""
    return _collected("WRONG")


def _collected(name: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for chapter in bank.CHAPTERS:
        slug = chapter.partition("_")[2]
        if importlib.util.find_spec(f"{__name__}.{slug}"):
            found |= getattr(importlib.import_module(f"{__name__}.{slug}"), name, {})
    return found
