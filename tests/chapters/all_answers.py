"""Right answers to every exercise, written in different ways, and wrong ones that are nearly right.

`<slug>/answers.py`, one file a chapter, holds ``ANSWERS``: for each exercise id at least three answers that must be
accepted; and it may hold ``WRONG``: answers that must be refused, written as a reader writes them and not taken from
the chapter's exercises.
"""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any


def all_answers() -> dict[str, list[Any]]:
    """The right answers by exercise id, over all chapters."""
    return _collected("ANSWERS")


def wrong_answers() -> dict[str, list[Any]]:
    """The wrong answers by exercise id; not every exercise has some."""
    return _collected("WRONG")


def _collected(name: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for file in sorted(Path(__file__).parent.glob("*/answers.py")):
        found |= getattr(_module(file), name, {})
    return found


@cache
def _module(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"answers_{file.parent.name}", file)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
