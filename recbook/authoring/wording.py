"""The words that Python code says to a reader, in both languages: of figures and tables, messages, notices."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from recbook.paths import course_root

_HAN = re.compile(r"[\u4e00-\u9fff]")
_SPEAKS = re.compile(r"\b(phrase|add_words)\(")


class Wording(NamedTuple):
    """One text in both languages, and the line where it begins."""

    line: int
    english: str
    chinese: str


def wordings(path: Path) -> list[Wording]:
    """All texts of a Python file that stand in both languages, by line.

    These are calls with ``en=`` and ``zh=``, as of `recbook.session.phrase`; pairs ``("English", "中文")``, as of
    `recbook.plots.add_words`; and entries ``"English": "中文"`` of a dictionary. An f-string's fields are in braces.
    """
    nodes = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.expr))
    return sorted(Wording(node.lineno, *texts) for node in nodes for texts in _texts(node) if all(texts))


def spoken_files() -> list[Path]:
    """The files of the package that speak to a reader outside of exercises and quizzes."""
    root = course_root() / "recbook"
    files = (path for path in sorted(root.rglob("*.py")) if root / "authoring" not in path.parents)  # a maintainer's
    return [path for path in files if _SPEAKS.search(path.read_text(encoding="utf-8"))]


def words_of(path: Path) -> dict[str, int]:
    """The keys that a file gives to `recbook.plots.add_words`, and the line of each."""
    calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    given = (call.args[0] for call in calls if _called(call) == "add_words")
    keys = (key for mapping in given if isinstance(mapping, ast.Dict) for key in mapping.keys)
    return {str(key.value): key.lineno for key in keys if isinstance(key, ast.Constant)}


def strings_of(source: str) -> set[str]:
    """The strings that code works with: not what it says as ``en=`` or ``zh=``, nor what it gives to `add_words`."""
    tree = ast.parse(source)
    said = {id(node) for part in ast.walk(tree) if _is_said(part) for node in ast.walk(part)}
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in said)
    return {node.value for node in nodes if isinstance(node.value, str)}


def _is_said(node: ast.AST) -> bool:
    return _called(node) == "add_words" or (isinstance(node, ast.keyword) and node.arg in ("en", "zh"))


def _called(node: ast.AST) -> str:
    """The last name of what is called; empty if nothing is."""
    return ast.unparse(node.func).split(".")[-1] if isinstance(node, ast.Call) else ""


def _texts(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Call):
        given = {argument.arg: argument.value for argument in node.keywords}
        if "en" in given and "zh" in given:
            yield _text(given["en"]), _text(given["zh"])
        return
    pairs: list[tuple] = []
    if isinstance(node, ast.Tuple) and len(node.elts) == 2:
        pairs = [tuple(node.elts)]
    elif isinstance(node, ast.Dict):
        pairs = [pair for pair in zip(node.keys, node.values, strict=True) if pair[0]]
    texts = ((_text(first), _text(second)) for first, second in pairs)
    yield from ((first, second) for first, second in texts if _HAN.search(second) and not _HAN.search(first))


def _text(node: ast.AST) -> str:
    """What is said: constants as they are, the choice of several one after the other, a name or a sum in braces."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(map(_text, node.values))
    if isinstance(node, ast.FormattedValue):
        return _field(node)
    if isinstance(node, (ast.BinOp, ast.BoolOp, ast.IfExp)):
        return " ".join(filter(None, map(_text, ast.iter_child_nodes(node))))
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Tuple):
        return " ".join(map(_text, node.value.elts))
    return ""


def _field(node: ast.FormattedValue) -> str:
    """What fills a place of an f-string, as a template would name it: ``{n:,}``; what is computed there as ``{}``."""
    if not isinstance(node.value, ast.Name):
        return "{}"
    style = f":{_text(node.format_spec)}" if node.format_spec else ""
    return f"{{{node.value.id}{style}}}"
