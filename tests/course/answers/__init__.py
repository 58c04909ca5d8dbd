"""Right answers to every exercise, written in different ways, one module a chapter.

A module holds ``ANSWERS``: for each exercise id at least three answers that must be accepted.
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

from recbook.learning import bank


def all_answers() -> dict[str, list[Any]]:
    """The right answers by exercise id, over all chapters of the bank."""
    found: dict[str, list[Any]] = {}
    for chapter in bank.CHAPTERS:
        slug = chapter.partition("_")[2]
        if importlib.util.find_spec(f"{__name__}.{slug}"):
            found |= importlib.import_module(f"{__name__}.{slug}").ANSWERS
    return found
