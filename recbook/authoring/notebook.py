"""Turn a chapter into notebooks: fixed ids and metadata, nbgrader's own clearing of solutions."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from functools import partial
from typing import NamedTuple

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.preprocessors import CheckCellMetadata, ClearSolutions, ComputeChecksums, LockCells

from recbook.authoring import headings
from recbook.authoring.source import Cell, Chapter

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
STUB = "..."

HIDDEN = {"jupyter": {"source_hidden": True}, "cellView": "form"}
HIDE_TAG = "hide-input"
"""How JupyterLab, Colab and MyST-NB are told to show a cell's output without its source."""

_UNGRADED = {"schema_version": 3, "grade": False, "locked": False, "solution": False, "task": False}

# Not preceded by what TeX writes before a brace: \text{points} and x_{points} stay as they are.
_FIELD = re.compile(r"(?<![\\A-Za-z0-9_^])\{(minutes|core|deeper|points|takeaways|paths|map|glossary)\}")


def assemble(chapter: Chapter, language: str, *, solved: bool) -> NotebookNode:
    """The notebook of one language, not executed and with its fields unfilled.

    With ``solved`` it is an nbgrader source notebook; without, the released one: ``...`` for solutions, check
    cells locked.
    """
    ids = _cell_ids(chapter)
    names = iter(headings.names([cell.text["en"] for cell in chapter.named("markdown")]))
    worth = {cell.name: cell.points for cell in chapter.named("exercise")}
    cells = [_cell(cell, cell_id, language, worth) for cell, cell_id in zip(chapter.cells, ids, strict=True)]
    for cell in cells:
        if cell.cell_type == "markdown":
            cell.source = headings.anchored(cell.source, names)
    notebook = new_notebook(cells=cells, metadata=deepcopy(METADATA))
    if not solved:
        notebook = _release(notebook)
    CheckCellMetadata().preprocess(notebook, {})
    return notebook


def fill_fields(notebook: NotebookNode, language: str, fields: dict[str, str]) -> None:
    """Write the given fields into the markdown cells, in place; ``{points}`` is what the next exercise is worth."""
    for cell in reversed(notebook.cells):
        if worth := cell.metadata.get("nbgrader", {}).get("points"):
            fields = fields | {"points": points(worth, language)}
        if cell.cell_type == "markdown":
            cell.source = _FIELD.sub(partial(_field, fields), cell.source)


def _field(fields: dict[str, str], match: re.Match[str]) -> str:
    return fields.get(match[1], match[0])


def points(count: int, language: str) -> str:
    """What an exercise is worth, as a text states it."""
    return f"{count} 分" if language == "zh" else f"{count} point{'s' if count > 1 else ''}"


class Said(NamedTuple):
    """A sentence that a claim printed or gives to the takeaways, and the index of its cell."""

    cell: int
    text: str


def said(notebook: NotebookNode) -> list[Said]:
    """The sentences that the notebook's claims printed, in order."""
    return [Said(cell, claim["text"]) for cell, claim in _claims(notebook)]


def takeaways(notebook: NotebookNode) -> list[Said]:
    """What the claims leave to be remembered, in order.

    These are the sentences that claims have for that; where none has, those of the claims, but for
    ``takeaway=False``.
    """
    kept = [(cell, claim["takeaway"], claim["text"]) for cell, claim in _claims(notebook) if claim["takeaway"]]
    own = [Said(cell, takeaway) for cell, takeaway, _ in kept if takeaway is not True]
    return own or [Said(cell, text) for cell, _, text in kept]


def _claims(notebook: NotebookNode) -> Iterator[tuple[int, dict]]:
    """What `recbook.claim` wrote beside its outputs, and the index of the cell."""
    for index, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            found = output.get("metadata", {}).get("recbook", {})
            if found.get("claim"):
                yield index, found


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
    hidden = cell.kind == "code" and "recbook.claim(" in cell.text[language]
    if tags := [*cell.tags, *([HIDE_TAG] if hidden else [])]:
        node.metadata["tags"] = tags
    if hidden:
        node.metadata.update(deepcopy(HIDDEN))
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
