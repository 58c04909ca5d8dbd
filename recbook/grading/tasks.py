"""What a chapter asks for: its exercises, what each is worth, and the name that its check tries."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from recbook.learning import bank
from recbook.paths import course_root
from recbook.session import LANGUAGES, phrase

_CHECK = re.compile(r'recbook\.check\("([\w-]+)", (\w+)\)')


@dataclass(frozen=True)
class Task:
    """One exercise of a chapter as it was handed out; ``stubs`` has its cell in each language."""

    id: str
    name: str
    points: float
    cell_id: str
    stubs: tuple[str, ...]

    @property
    def is_value(self) -> bool:
        """Whether a value is asked for, and no function."""
        return not bank.exercise(self.id).asks_for_function


@dataclass(frozen=True)
class Assignment:
    """A chapter with its exercises, in order; ``file`` is its notebook's name without the ending."""

    number: str
    slug: str
    tasks: tuple[Task, ...]

    @property
    def file(self) -> str:
        return f"{self.number}_{self.slug}"

    @property
    def points(self) -> float:
        return sum(task.points for task in self.tasks)


@cache
def assignments() -> dict[str, Assignment]:
    """Every chapter by its number ("00"). Raises FileNotFoundError where the course's notebooks are not here."""
    root = course_root() / "notebooks"
    found = [_assignment(root, slug, about.number) for slug, about in bank.chapters().items()]
    return {assignment.number: assignment for assignment in found}


def chosen(chapters: Iterable[str]) -> list[Assignment]:
    """The chapters of these numbers or slugs; all for none. Raises ValueError for one that there is not."""
    every = assignments()
    known = {name: each for each in every.values() for name in (each.number, each.slug, each.file)}
    wanted = list(chapters)
    if unknown := [name for name in wanted if name not in known]:
        asked, numbers = ", ".join(unknown), ", ".join(every)
        raise ValueError(
            phrase(
                en=f"There is no chapter {asked}. Give numbers, such as {numbers}.",
                zh=f"没有 {asked} 这一章。请写章号，如 {numbers}。",
            )
        )
    return [known[name] for name in wanted] or list(every.values())


def _assignment(root: Path, slug: str, number: str) -> Assignment:
    cells = [_graded_cells(root / lang / f"{number}_{slug}.ipynb") for lang in LANGUAGES]
    first = cells[0]
    tasks = []
    for grade_id, cell in first.items():
        if (found := _CHECK.search(source_of(cell))) and grade_id == f"{found[1]}-check":
            stubs = tuple(source_of(each[found[1]]) for each in cells)
            points = float(cell["metadata"]["nbgrader"]["points"])
            tasks.append(Task(found[1], found[2], points, first[found[1]].get("id", ""), stubs))
    return Assignment(number, slug, tuple(tasks))


def _graded_cells(path: Path) -> dict[str, dict]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return {cell["metadata"]["nbgrader"]["grade_id"]: cell for cell in cells if "nbgrader" in cell["metadata"]}


def source_of(cell: dict) -> str:
    """A cell's source, which a file may hold as one text or as lines."""
    source = cell.get("source", "")
    text = source if isinstance(source, str) else "".join(map(str, source)) if isinstance(source, list) else ""
    return text.encode("utf-8", "replace").decode()  # JSON may hold halves of characters, which no file can
