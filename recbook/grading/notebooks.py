"""Read a notebook that was handed in: which chapter it is, what its exercise cells hold, and what was out of order."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from recbook.grading.needs import Needs, needs_of, statements
from recbook.grading.tasks import Assignment, Task, source_of
from recbook.learning.content import Text

MOST_CELLS, MOST_CHARACTERS = 3_000, 3_000_000
"""More code than that is not taken apart: a chapter has about a hundred cells."""


class Unreadable(ValueError):  # noqa: N818 - reads as what the file is
    """What was handed in is no notebook of the course; its text says why, in both languages."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.en)
        self.why = why


@dataclass(frozen=True)
class Answered:
    """What one exercise's cells hold, and what they need of the others."""

    task: Task
    cells: list[str]
    needs: Needs
    untouched: bool


@dataclass(frozen=True)
class Work:
    """One notebook of a chapter: its answers, its language, and what was found and put right."""

    assignment: Assignment
    language: str
    answers: list[Answered]
    repairs: list[Text] = field(default_factory=list)


@dataclass(frozen=True)
class Cell:
    """A code cell: its source, the id that grading knows it by, and its own."""

    source: str
    grade_id: str
    cell_id: str


def read(content: bytes, every: Sequence[Assignment], default: str = "en") -> Work:
    """The work in a notebook, of whichever chapter it is. Raises Unreadable where it is none."""
    cells = _code_cells(content)
    assignment = _chapter_of(cells, every)
    repairs = _of_checks(cells, assignment)
    answers = [_answered(cells, task, repairs) for task in assignment.tasks]
    return Work(assignment, _language(cells, default), answers, repairs)


def _code_cells(content: bytes) -> list[Cell]:
    try:
        cells = json.loads(content.decode("utf-8-sig"))["cells"]
        found = [_cell(cell) for cell in cells if cell.get("cell_type") == "code"]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Unreadable(
            Text("The file is no notebook, or was damaged on its way.", "这个文件不是笔记本，或已损坏。")
        ) from None

    if len(found) > MOST_CELLS or sum(len(cell.source) for cell in found) > MOST_CHARACTERS:
        raise Unreadable(Text("There is more code in it than a hand can write.", "里面的代码多得不像是人写的。"))
    return found


def _cell(cell: dict[str, Any]) -> Cell:
    about = cell.get("metadata")
    graded = about.get("nbgrader") if isinstance(about, dict) else None
    grade_id = graded.get("grade_id") if isinstance(graded, dict) else None
    return Cell(source_of(cell), str(grade_id or ""), str(cell.get("id", "")))


def _chapter_of(cells: list[Cell], every: Sequence[Assignment]) -> Assignment:
    """The chapter that most grade ids, or else cell ids, belong to: a file may bear any name."""
    have = {cell.grade_id for cell in cells} | {cell.cell_id for cell in cells}

    def found(assignment: Assignment) -> int:
        return sum(
            (task.id in have) + (f"{task.id}-check" in have) + (task.cell_id in have) for task in assignment.tasks
        )

    best = max(every, key=found)
    if not found(best):
        raise Unreadable(Text("No exercise of these chapters is in it.", "里面没有这些章节的练习。"))
    return best


def _language(cells: list[Cell], default: str) -> str:
    found = (re.search(r"""recbook\.setup\(["'](en|zh)["']\)""", cell.source) for cell in cells)
    return next((match[1] for match in found if match), default)


def _of_checks(cells: list[Cell], assignment: Assignment) -> list[Text]:
    """What is out of order with the check cells: grading needs none of them."""
    ids = [cell.grade_id for cell in cells]
    repairs = []
    for task in assignment.tasks:
        count = ids.count(f"{task.id}-check")
        if count == 0:
            repairs.append(Text(f"The check cell of `{task.id}` is gone.", f"`{task.id}` 的自检单元格不见了。"))
        elif count > 1:
            repairs.append(
                Text(
                    f"The check cell of `{task.id}` is there {count} times.", f"`{task.id}` 的自检单元格有 {count} 个。"
                )
            )
    return repairs


def _answered(cells: list[Cell], task: Task, repairs: list[Text]) -> Answered:
    places = [at for at, cell in enumerate(cells) if cell.grade_id == task.id] or _found_otherwise(cells, task, repairs)
    groups = _that_count(_grouped(cells, places, task, repairs), task, repairs)
    if not groups:
        repairs.append(Text(f"The cell of `{task.id}` is gone.", f"`{task.id}` 的单元格不见了。"))
        return Answered(task, [], Needs([], []), untouched=True)
    own = {at for group in groups for at in group.places}
    before = [cell.source for at, cell in enumerate(cells) if at < max(own) and at not in own]
    sources, after = [group.source for group in groups], [cell.source for cell in cells[max(own) + 1 :]]
    name = "" if task.is_value else task.name
    return Answered(
        task, sources, needs_of(before, sources, after, name), all(_is_stub(each, task) for each in sources)
    )


@dataclass(frozen=True)
class _Group:
    """Cells that are one: the place of each, and their source together."""

    places: range
    source: str


def _grouped(cells: list[Cell], places: list[int], task: Task, repairs: list[Text]) -> list[_Group]:
    """Each cell with those below that continue it, as an indented first line says."""
    groups: list[_Group] = []
    for at in places:
        if any(at in group.places for group in groups):
            continue
        end = at + 1
        while end < len(cells) and _continues(cells[end], task):
            end += 1
        groups.append(_Group(range(at, end), "\n".join(cell.source for cell in cells[at:end])))
    if any(len(group.places) > 1 for group in groups):
        repairs.append(
            Text(f"The cell of `{task.id}` was split; it is put together.", f"`{task.id}` 的单元格被拆开了，已拼合。")
        )
    return groups


def _that_count(groups: list[_Group], task: Task, repairs: list[Text]) -> list[_Group]:
    """Of several cells with one id those that somebody wrote in; they run in order."""
    if len(groups) < 2:
        return groups
    repairs.append(
        Text(
            f"The cell of `{task.id}` is there {len(groups)} times; those that you wrote in are run, in order.",
            f"`{task.id}` 的单元格有 {len(groups)} 个；你写过的那些会依次运行。",
        )
    )
    return [group for group in groups if not _is_stub(group.source, task)] or groups[:1]


def _found_otherwise(cells: list[Cell], task: Task, repairs: list[Text]) -> list[int]:
    """Where a cell has lost its grade id: the one with the cell's own id, or the last that defines the function."""
    own = [at for at, cell in enumerate(cells) if task.cell_id and cell.cell_id == task.cell_id]
    places = own or [at for at, cell in enumerate(cells) if _defines(cell.source, task.name) and not cell.grade_id][-1:]
    if places:
        repairs.append(Text(f"The cell of `{task.id}` had lost its mark.", f"`{task.id}` 的单元格丢了标记，已找回。"))
    return places


def _defines(source: str, name: str) -> bool:
    return any(name in each.gives and each.source.startswith(("def ", "@")) for each in statements(source))


def _continues(cell: Cell, task: Task) -> bool:
    first = next((line for line in cell.source.splitlines() if line.strip()), "")
    return cell.grade_id in ("", task.id) and first[:1] in (" ", "\t")


def _is_stub(source: str, task: Task) -> bool:
    return "".join(source.split()) in {"".join(stub.split()) for stub in task.stubs}
