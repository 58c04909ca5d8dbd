"""English and Chinese say the same, in every chapter, exercise, quiz and page."""

from __future__ import annotations

from recbook.authoring import drift
from recbook.authoring.source import read_chapter
from recbook.authoring.terms import read_terms
from recbook.paths import course_root


def test_the_languages_agree() -> None:
    assert drift.check() == []


def test_the_template_agrees_too() -> None:
    terms = read_terms(course_root() / "docs" / "TERMS.md")
    assert drift.chapter_problems(read_chapter(course_root() / "docs" / "template" / "chapter.py"), terms) == []


def test_the_texts_of_the_bank_are_found_at_their_line() -> None:
    pairs = [pair for pair in drift.bank_pairs() if not pair.name.startswith("chapter ")]
    assert len(pairs) > 10
    for pair in pairs:
        item = pair.name.removeprefix("quiz ").split()[0]
        assert f'"{item}"' in pair.path.read_text(encoding="utf-8").splitlines()[pair.line - 1]
