"""Sections of pages that are written by command, each between two marks such as ``<!-- chapters -->``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from recbook.files import write_atomically

READMES = {"en": "README.md", "zh": "README.zh-CN.md"}
TEACHING = {"en": "docs/teaching.md", "zh": "docs/teaching.zh-CN.md"}


def with_section(page: str, mark: str, body: str) -> str:
    """A page with ``body`` between its marks. Raises ValueError for a page without the two marks, in order."""
    start, end = f"<!-- {mark} -->", f"<!-- /{mark} -->"
    pattern = re.compile(rf"(?<={re.escape(start)}\n).*(?=^{re.escape(end)}$)", re.DOTALL | re.MULTILINE)
    if len(pattern.findall(page)) != 1 or page.count(start) != 1:
        raise ValueError(f"The page needs {start} and, below it, {end}, each once and on a line of its own.")
    return pattern.sub(lambda _: body, page)


def write_section(root: Path, mark: str, body: Callable[[str], str], names: Mapping[str, str] = READMES) -> list[Path]:
    """Put ``body(lang)`` into a page of the clone at ``root`` in both languages; returns the pages that changed."""
    changed = []
    for lang, name in names.items():
        before = (root / name).read_text(encoding="utf-8")
        after = with_section(before, mark, body(lang))
        if after != before:
            write_atomically(root / name, after)
            changed.append(root / name)
    return changed
