"""Notebooks as students hand them in: chapter 00 as it was handed out, with some of its cells written in."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from recbook.grading.grade import Asked, Class, Graded, choose, grade
from recbook.grading.rooms import lacking
from recbook.grading.runs import Limits
from recbook.grading.tasks import assignments
from recbook.paths import course_root

CHAPTER = "00_start"
FIRST, SECOND = "start-cosines", "start-each-once"
COSINES = """\
def cosines(a, rows):
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(a)
    return rows @ a / np.where(lengths > 0, lengths, 1)
"""
TOP_N = """\
def top_n(scores, titles, n):
    found = []
    for place in np.argsort(-scores, kind="stable"):
        if titles[place] not in [titles[other] for other in found]:
            found.append(place)
    return found[:n]
"""
RIGHT = {FIRST: COSINES, SECOND: TOP_N}
Cells = list[dict[str, Any]]


@cache
def _handed_out(lang: str, chapter: str) -> str:
    return (course_root() / "notebooks" / lang / f"{chapter}.ipynb").read_text(encoding="utf-8")


def notebook(
    answers: dict[str, str] | None = None,
    change: Callable[[Cells], Cells] = lambda cells: cells,
    lang: str = "en",
    chapter: str = CHAPTER,
) -> bytes:
    """The chapter with these answers in its cells, and its cells changed by a function."""
    made = json.loads(_handed_out(lang, chapter))
    for cell in made["cells"]:
        if (id := grade_id(cell)) in (answers or {}):
            cell["source"] = answers[id]
    made["cells"] = change(made["cells"])
    return json.dumps(made).encode()


def grade_id(cell: dict[str, Any]) -> str:
    return cell["metadata"].get("nbgrader", {}).get("grade_id", "")


def place_of(cells: Cells, id: str) -> int:
    return next(at for at, cell in enumerate(cells) if grade_id(cell) == id)


def with_cell(source: str) -> Callable[[Cells], Cells]:
    """A change that puts a cell of the student's own before the first exercise."""

    def change(cells: Cells) -> Cells:
        at = place_of(cells, FIRST)
        return [*cells[:at], code(source), *cells[at:]]

    return change


def code(source: str, **metadata: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": [], "execution_count": None}


def without_checks(cells: Cells) -> Cells:
    return [cell for cell in cells if not grade_id(cell).endswith("-check")]


def check_copied(cells: Cells) -> Cells:
    at = place_of(cells, f"{FIRST}-check")
    return [*cells[: at + 1], deepcopy(cells[at]), *cells[at + 1 :]]


def split(keep_mark: bool) -> Callable[[Cells], Cells]:
    """A change that splits the first exercise's cell after two lines; the second half keeps its mark or loses it."""

    def change(cells: Cells) -> Cells:
        at = place_of(cells, FIRST)
        lines = cells[at]["source"].splitlines(keepends=True)
        halves = [{**deepcopy(cells[at]), "source": "".join(part)} for part in (lines[:2], lines[2:])]
        if not keep_mark:
            halves[1]["metadata"] = {}
        return [*cells[:at], *halves, *cells[at + 1 :]]

    return change


def put(folder: Path, student: str, content: bytes, file: str = f"{CHAPTER}.ipynb") -> Path:
    """A notebook where nbgrader would put it."""
    path = folder / "submitted" / student / CHAPTER / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def graded_in(folder: Path, isolation: str, seconds: float = 60) -> dict[str, Graded]:
    """What every student of a folder got."""
    return {each.student: each for each in whole_class(folder, isolation, seconds).graded}


def whole_class(folder: Path, isolation: str, seconds: float = 60) -> Class:
    every, limits = list(assignments().values()), Limits(seconds=seconds)
    # Answers of our own, which may run without walls where there are none, as root as well.
    asked = Asked(folder, every, isolation, trusted=True, workers=2, limits=limits, even_as_root=True)
    return grade(asked, lambda line: None)


@cache
def walled() -> bool:
    """Whether there is an isolation here that works."""
    try:
        return choose(Asked(Path(), [], trusted=True, even_as_root=True)) != "none"
    except ValueError:
        return False


def to_be_had() -> list[str]:
    """The isolations that may be had here, to be tried by every test of a hostile answer."""
    return [name for name in ("bwrap", "user") if not lacking(name)]
