"""Which chapters have a core, and behind it what may be left out."""

from __future__ import annotations

from recbook.authoring.source import read_chapter, source_paths

NOT_DIVIDED_YET: set[str] = set()
"""Take out a chapter when it is divided; none comes in."""


def test_every_chapter_has_a_core_but_for_those_that_are_not_divided_yet() -> None:
    chapters = map(read_chapter, source_paths())
    assert {chapter.slug for chapter in chapters if not chapter.divided} == NOT_DIVIDED_YET
