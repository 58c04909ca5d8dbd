"""Any cell can be run again: each code cell of every chapter runs twice, and shows the second time what is stored.

`.ci/run` runs the Chinese solutions like this, `make test` the English ones once; so every chapter runs in both
languages, and no notebook runs twice for nothing.
"""

from __future__ import annotations

import json
from copy import deepcopy

import nbformat
import pytest
from nbformat import NotebookNode
from sanitizing import sanitized

from recbook.authoring.build import Variant, code_cells, variants
from recbook.authoring.execute import execute_one
from recbook.authoring.source import read_chapter, source_paths

SOLVED = [
    variant
    for path in source_paths()
    for variant in variants(read_chapter(path))
    if variant.solved and variant.language == "zh"
]


@pytest.mark.parametrize("variant", SOLVED, ids=lambda variant: variant.chapter.slug)
def test_every_cell_shows_the_same_when_it_is_run_again(variant: Variant) -> None:
    stored = nbformat.read(variant.path, as_version=4)
    doubled = twice(stored)
    run = execute_one(variant.path.with_stem(f"{variant.path.stem}_twice"), doubled)
    assert run.error == ""
    again = {cell.id.removesuffix("-2"): cell for cell in code_cells(doubled) if cell.id.endswith("-2")}
    differing = {
        cell.source[:200]: (shown(cell), shown(again[cell.id]))
        for cell in code_cells(stored)
        if is_compared(cell) and shown(cell) != shown(again[cell.id])
    }
    assert differing == {}


def twice(notebook: NotebookNode) -> NotebookNode:
    """A copy without outputs in which each code cell stands twice, one below the other."""
    doubled = deepcopy(notebook)
    doubled.cells = []
    for cell in notebook.cells:
        doubled.cells.append(deepcopy(cell))
        if cell.cell_type == "code":
            doubled.cells.append(deepcopy(cell))
            doubled.cells[-1].id = f"{cell.id}-2"
    for cell in code_cells(doubled):
        cell.outputs, cell.execution_count = [], None
    return doubled


def is_compared(cell: NotebookNode) -> bool:
    """Timings and trained numbers are not (nbval's tag), nor is the progress, which grows."""
    return "nbval-ignore-output" not in cell.metadata.get("tags", ()) and "recbook.progress(" not in cell.source


def shown(cell: NotebookNode) -> list[str]:
    """A cell's outputs without what differs between machines, as nbval's file names it; alt texts of figures stay."""
    kept = [deepcopy(output) for output in cell.outputs]
    for output in kept:
        output.pop("execution_count", None)
        output.get("data", {}).pop("image/png", None)
    return [sanitized(json.dumps(output, sort_keys=True)) for output in kept]


def test_a_cell_that_shows_another_number_the_second_time_is_seen(tmp_path) -> None:
    cell = nbformat.v4.new_code_cell("n = globals().get('n', 0) + 1\nprint(n)")
    doubled = twice(nbformat.v4.new_notebook(cells=[cell], metadata={}))
    execute_one(tmp_path / "made.ipynb", doubled)
    first, second = code_cells(doubled)
    assert shown(first) != shown(second)
