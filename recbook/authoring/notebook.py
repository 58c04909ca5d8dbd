"""Turn a chapter into notebooks: fixed ids and metadata, nbgrader's own clearing of solutions."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from copy import deepcopy
from functools import partial

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.preprocessors import CheckCellMetadata, ClearSolutions, ComputeChecksums, LockCells

from recbook.authoring.source import Cell, Chapter

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
STUB = "..."

_UNGRADED = {"schema_version": 3, "grade": False, "locked": False, "solution": False, "task": False}

# Not preceded by what TeX writes before a brace: \text{points} and x_{points} stay as they are.
_FIELD = re.compile(r"(?<![\\A-Za-z0-9_^])\{(minutes|points|takeaways)\}")


def assemble(chapter: Chapter, language: str, *, solved: bool) -> NotebookNode:
    """The notebook of one language, not executed and with its fields unfilled.

    With ``solved`` it is an nbgrader source notebook; without, the released one: ``...`` for solutions, check
    cells locked.
    """
    ids = _cell_ids(chapter)
    worth = {cell.name: cell.points for cell in chapter.named("exercise")}
    cells = [_cell(cell, cell_id, language, worth) for cell, cell_id in zip(chapter.cells, ids, strict=True)]
    notebook = new_notebook(cells=cells, metadata=deepcopy(METADATA))
    if not solved:
        notebook = _release(notebook)
    CheckCellMetadata().preprocess(notebook, {})
    return notebook


def fill_fields(notebook: NotebookNode, language: str, fields: dict[str, str]) -> None:
    """Write the fields into the markdown cells, in place; ``{points}`` is what the next exercise is worth."""
    for cell in reversed(notebook.cells):
        if worth := cell.metadata.get("nbgrader", {}).get("points"):
            fields = fields | {"points": points(worth, language)}
        if cell.cell_type == "markdown":
            cell.source = _FIELD.sub(partial(_field, fields), cell.source)


def _field(fields: dict[str, str], match: re.Match[str]) -> str:
    return fields[match[1]]


def points(count: int, language: str) -> str:
    """What an exercise is worth, as a text states it."""
    return f"{count} 分" if language == "zh" else f"{count} point{'s' if count > 1 else ''}"


def claims(notebook: NotebookNode, mark: str = "claim") -> list[str]:
    """The sentences that the notebook's claims printed, in order; "takeaway" keeps those to be repeated at its end."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    marks = [output.get("metadata", {}).get("recbook", {}) for output in outputs]
    return [found["text"] for found in marks if found.get(mark)]


def _cell_ids(chapter: Chapter) -> list[str]:
    """Ids that only a change of the English cell changes, the same in all four notebooks."""
    seen: Counter[tuple[str, str]] = Counter()
    ids = []
    for cell in chapter.cells:
        key = (cell.kind, cell.text["en"])
        seen[key] += 1
        digest = hashlib.sha256("\0".join([chapter.slug, *key, str(seen[key])]).encode())
        ids.append(digest.hexdigest()[:12])
    return ids


def _cell(cell: Cell, cell_id: str, language: str, worth: dict[str, int]) -> NotebookNode:
    if cell.kind == "markdown":
        return new_markdown_cell(cell.text[language], id=cell_id)
    node = new_code_cell(cell.text[language], id=cell_id)
    if cell.tags:
        node.metadata["tags"] = list(cell.tags)
    if cell.kind == "exercise":
        node.metadata["nbgrader"] = _UNGRADED | {"grade_id": cell.name, "solution": True}
    elif cell.kind == "check":
        graded = {
            "grade_id": f"{cell.name}-check",
            "grade": True,
            "locked": True,
            "points": worth[cell.name],
        }
        node.metadata["nbgrader"] = _UNGRADED | graded
    return node


def _release(notebook: NotebookNode) -> NotebookNode:
    """What nbgrader's generate_assignment does to a source notebook, with the course's stub."""
    resources: dict[str, object] = {}
    for step in (ClearSolutions(code_stub={"python": STUB}), LockCells()):
        notebook, resources = step.preprocess(notebook, resources)
    for cell in notebook.cells:
        cell.source = _without_double_stub(cell.source)
        if "SOLUTION" in cell.source:
            raise AssertionError(f"A solution marker is left in a released cell:\n{cell.source}")
    return ComputeChecksums().preprocess(notebook, resources)[0]


def _without_double_stub(source: str) -> str:
    """`answer = ...` says already that an answer is missing: drop the stub line below it."""
    return re.sub(r"^([ \t]*)(\w.* = \.\.\.)\n\1\.\.\.$", r"\1\2", source, flags=re.MULTILINE)
