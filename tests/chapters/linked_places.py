"""Whether a place that chapter 15 points to exists in the chapters' sources."""

from __future__ import annotations

from functools import cache

from recbook.authoring.book.outline import all_sections


def missing_place(place: str) -> str:
    """What is missing of a place such as "10_cold_start#profile": its file or its section, or "" where all is there."""
    file, _, section = place.partition("#")
    names = _names().get(file)
    if names is None:
        return file
    return "" if not section or section in names else section


@cache
def _names() -> dict[str, set[str]]:
    """By chapter the names that its headings have in a built notebook."""
    found: dict[str, set[str]] = {}
    for one in all_sections():
        found.setdefault(one.chapter, set()).add(one.name)
    return found
