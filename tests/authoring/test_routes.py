"""The ways through the course: times and points are those of the built notebooks."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from recbook.authoring import routes

DEEPER = {"en": "## Deeper", "zh": "## 选读"}
WORD = {"en": "word ", "zh": "字"}


def store(root: Path, name: str, lang: str, core: int, deeper: int) -> None:
    """A notebook with so many words in the core and behind it, one point here and two there."""
    exercise = [new_code_cell("check", metadata={"nbgrader": {"points": points}}) for points in (1, 2)]
    cells = [
        new_markdown_cell(WORD[lang] * core), exercise[0],
        new_markdown_cell(f"{DEEPER[lang]}\n" + WORD[lang] * deeper), exercise[1],
    ]  # fmt: skip
    path = root / "notebooks" / lang / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=cells), path)


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "notebooks" / "source").mkdir(parents=True)
    monkeypatch.setenv("RECBOOK_ROOT", str(tmp_path))
    return tmp_path


@pytest.fixture
def course(empty: Path) -> Path:
    """Chapters 00, 06 and 10 alone: 60 and 30 minutes each."""
    for lang, pace in (("en", 200), ("zh", 300)):
        for name in ("00_start", "06_tensorflow", "10_cold_start"):
            store(empty, name, lang, 60 * pace, 30 * pace)
    return empty


def rows(lang: str) -> list[list[str]]:
    lines = [line for line in routes.table(lang).splitlines() if line.startswith("| **")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.mark.parametrize(("lang", "hours"), [("en", "about {} hours"), ("zh", "约 {} 小时")])
def test_a_route_adds_up_what_it_takes_of_the_chapters_that_are_built(course, lang, hours):
    weekend, semester, afternoon = rows(lang)
    assert weekend[2:] == afternoon[2:] == [hours.format(2), "2"]
    assert semester[2:] == [hours.format(3), "6"]  # of 06 and 07 one, and 07 is not built
    assert {"en": "00, 10", "zh": "00、10"}[lang] in weekend[1]


def test_a_course_without_notebooks_has_a_table(empty):
    assert [row[3] for row in rows("en")] == ["0", "0", "0"]
