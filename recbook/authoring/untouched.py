"""A reader's notebook from its solution's: what both show alike is run once, and only what differs is run again.

Before a reader has written anything, their notebook differs from the solution in its exercises, their checks and the
progress. The lesson never depends on an answer (a test holds every chapter to it), so all other cells show the same.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from copy import deepcopy

from nbformat import NotebookNode


def differs(cell: NotebookNode) -> bool:
    """Whether a code cell shows something else while no exercise is solved."""
    return "nbgrader" in cell.metadata or cell.source.startswith("recbook.progress(")


def shortened(notebook: NotebookNode) -> NotebookNode:
    """A copy that runs in seconds: its first code cell, every import, and the cells that differ."""
    short = deepcopy(notebook)
    code = [cell for cell in short.cells if cell.cell_type == "code"]
    for cell in code[1:]:
        if not differs(cell):
            cell.source = _imports(cell.source)
    return short


def completed(notebook: NotebookNode, short: NotebookNode, solved: Mapping[str, NotebookNode]) -> None:
    """Write the outputs into ``notebook``: of the cells that differ from ``short``, of the others from ``solved``."""
    run = {cell.id: cell for cell in short.cells}
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for count, cell in enumerate(code, 1):
        cell.outputs = deepcopy((run if differs(cell) else solved)[cell.id].outputs)
        cell.execution_count = count
        for output in cell.outputs:
            if "execution_count" in output:
                output["execution_count"] = count


def _imports(source: str) -> str:
    """The import statements of a cell, one a line; a magic's line is no Python and is left out."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return ""
    return "\n".join(ast.unparse(node) for node in body if isinstance(node, (ast.Import, ast.ImportFrom)))
