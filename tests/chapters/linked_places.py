"""Whether a place that chapter 15 points to exists in the chapters' sources."""

from __future__ import annotations

from functools import cache

from recbook.authoring.book.outline import all_sections
from recbook.paths import course_root


def missing_place(place: str) -> str:
    """What is missing of a place such as "10_cold_start#profile": its file or its section, or "" where all is there."""
    file, _, section = place.partition("#")
    sources = list((course_root() / "notebooks" / "source").glob(f"{file}*.py"))
    if not sources:
        return file
    named = any(f'<a id="{section}"></a>' in path.read_text(encoding="utf-8") for path in sources)
    return "" if not section or named or (file, section) in _headings() else section


@cache
def _headings() -> set[tuple[str, str]]:
    """Every heading by its chapter and the name that a built notebook gives it."""
    return {(one.chapter, one.name) for one in all_sections()}
