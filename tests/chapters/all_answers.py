"""Right answers to every exercise, written in different ways: `<slug>/answers.py`, one file a chapter.

Such a file holds ``ANSWERS``: for each exercise id at least three answers that must be accepted.
"""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any


def all_answers() -> dict[str, list[Any]]:
    """The right answers by exercise id, over all chapters."""
    found: dict[str, list[Any]] = {}
    for file in sorted(Path(__file__).parent.glob("*/answers.py")):
        found |= runpy.run_path(str(file))["ANSWERS"]
    return found
