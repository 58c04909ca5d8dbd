"""Which stored results a chapter reads, and whether its notebooks were built from those of now.

The names stand in the chapter's cells, and in its room ``recbook/chapters/<slug>``, as ``recbook.stored("name")`` or,
where a room asks for one number at a place, as ``stored_at("name", ...)``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from recbook.authoring.source import Chapter, Problem
from recbook.paths import course_root
from recbook.results import fingerprint, stored


def fingerprints(chapter: Chapter) -> dict[str, str]:
    """By name, 12 hexadecimal digits of each stored result that the chapter reads."""
    return {name: fingerprint(name) for name in sorted({name for _, _, name in _calls(chapter) if name})}


def recorded(notebook: NotebookNode) -> dict[str, str]:
    """The `fingerprints` of the results that a built notebook shows."""
    return dict(notebook.metadata.get("recbook", {}).get("results", {}))


def changed(notebook: NotebookNode, chapter: Chapter) -> list[str]:
    """The results whose names or numbers are not those that the notebook was built from."""
    then, now = recorded(notebook), fingerprints(chapter)
    return sorted(name for name in {*then, *now} if then.get(name) != now.get(name))


def result_problems(chapter: Chapter) -> Iterator[Problem]:
    """Calls whose result does not exist, or whose name is not written out, so that nobody knows what they read."""
    for path, line, name in _calls(chapter):
        if not name:
            yield Problem(path, line, 'write the name of a stored result out, as in recbook.stored("towers")')
            continue
        try:
            stored(name)
        except ValueError as error:
            yield Problem(path, line, str(error))


def _calls(chapter: Chapter) -> Iterator[tuple[Path, int, str]]:
    """Every call of `recbook.stored`: its file and line, and the name that it asks for ("" where it is no literal)."""
    for cell in chapter.cells:
        if cell.kind != "markdown":
            for line, name in _stored(cell.text["en"]):
                yield chapter.path, cell.lines["en"] - 1 + line, name
    for path in sorted((course_root() / "recbook" / "chapters" / chapter.slug[3:]).glob("*.py")):
        for line, name in _stored(path.read_text(encoding="utf-8")):
            yield path, line, name


def _stored(source: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("stored", "stored_at"):
            name = node.args[0] if node.args else None
            yield node.lineno, name.value if isinstance(name, ast.Constant) and isinstance(name.value, str) else ""
