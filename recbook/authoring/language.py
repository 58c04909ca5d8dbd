"""Fill one language into code that is written for both.

Three things differ between the English and the Chinese notebook, and nothing else:

* ``recbook.setup("en")`` becomes ``recbook.setup("zh")``;
* a call that has both keywords ``en=`` and ``zh=`` keeps the one of its language;
* a comment line ``# en: …`` or a docstring line ``en: …`` stays, without its mark, in English only;
  ``zh: …`` in Chinese only.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from itertools import accumulate, groupby

LANGUAGES = ("en", "zh")

Span = Callable[[ast.expr | ast.stmt | ast.keyword], tuple[int, int]]
Edit = tuple[int, int, str]

_COMMENT = re.compile(r"^(\s*# )(en|zh): ?(.*)$")
_INLINE_COMMENT = re.compile(r"\S.*#\s*(en|zh):\s")
_DOCSTRING_LINE = re.compile(r"^(\s*)(en|zh): ?(.*)$")
_QUOTES = '"""'


def fill_language(source: str, language: str) -> str:
    """The source as the notebook of ``language`` ("en" or "zh") holds it.

    Raises SyntaxError, with the line in ``source``, where it is not Python or one language is missing.
    """
    tree = ast.parse(source)
    _check_comments(source)
    span = _spans(source)
    edits = [
        *_setup_edits(tree, span, language),
        *_keyword_edits(tree, span, source, language),
        *_docstring_edits(tree, span, source, language),
    ]
    for start, end, text in sorted(edits, reverse=True):
        source = source[:start] + text + source[end:]
    return "\n".join(_comment_lines(source, language))


def _spans(source: str) -> Span:
    """A function that gives a node's start and end in ``source``; ast itself counts bytes within lines."""
    lines = [f"{line}\n".encode() for line in source.split("\n")]
    starts = [0, *accumulate(len(line.decode()) for line in lines)]

    def offset(line: int | None, column: int | None) -> int:
        assert line is not None  # ast types an end as optional; parsed code always has it
        return starts[line - 1] + len(lines[line - 1][:column].decode())

    return lambda node: (offset(node.lineno, node.col_offset), offset(node.end_lineno, node.end_col_offset))


def _calls(tree: ast.AST) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def _setup_edits(tree: ast.AST, span: Span, language: str) -> Iterator[Edit]:
    for call in _calls(tree):
        if ast.unparse(call.func) == "recbook.setup":
            if ast.unparse(call).replace('"', "'") != "recbook.setup('en')":
                raise _error('write recbook.setup("en"): the builder puts in the other language', call.lineno)
            yield (*span(call.args[0]), f'"{language}"')


def _keyword_edits(tree: ast.AST, span: Span, source: str, language: str) -> Iterator[Edit]:
    """Cut the other language's keyword, with its comma, and with its line where nothing else stands on it."""
    for call in _calls(tree):
        keywords = {keyword.arg: keyword for keyword in call.keywords if keyword.arg in LANGUAGES}
        if len(keywords) == 1:
            raise _error(f"the call has {next(iter(keywords))}= only; give both en= and zh=", call.lineno)
        for other in set(keywords) - {language}:
            yield (*_with_comma(source, *span(keywords[other])), "")


def _with_comma(source: str, start: int, end: int) -> tuple[int, int]:
    if after := re.match(r"\s*,[ \t]*", source[end:]):
        end += after.end()
        begins_line = not source[:start].rpartition("\n")[2].strip()
        if begins_line and source[end : end + 1] == "\n":
            return source.rfind("\n", 0, start), end
        return start, end
    return len(source[:start].rstrip().removesuffix(",")), end


def _docstring_edits(tree: ast.AST, span: Span, source: str, language: str) -> Iterator[Edit]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or ast.get_docstring(node) is None:
            continue
        start, end = span(node.body[0])
        if source.startswith(_QUOTES, start):
            yield start, end, _docstring(source[start:end], language, node.body[0].lineno)


def _docstring(literal: str, language: str, lineno: int) -> str:
    lines = literal.removeprefix(_QUOTES).removesuffix(_QUOTES).split("\n")
    marked = {match[2] for line in lines if (match := _DOCSTRING_LINE.match(line))}
    if not marked:
        return literal
    if marked != set(LANGUAGES):
        raise _error("the docstring has one language only; begin its lines with `en: ` and `zh: `", lineno)
    closing = lines.pop() if len(lines) > 1 and not lines[-1].strip() else ""
    kept = _without_other(lines, _DOCSTRING_LINE, language)
    body = re.sub(r"\n(\s*\n)+", "\n\n", "\n".join(kept).strip())
    return _QUOTES + body + (f"\n{closing}" if closing and "\n" in body else "") + _QUOTES


def _without_other(lines: list[str], mark: re.Pattern[str], language: str) -> Iterator[str]:
    """The lines without a mark and, unmarked, those of ``language``."""
    for line in lines:
        match = mark.match(line)
        if match is None:
            yield line
        elif match[2] == language:
            yield match[1] + match[3]


def _comment_lines(source: str, language: str) -> Iterator[str]:
    return _without_other(source.split("\n"), _COMMENT, language)


def _check_comments(source: str) -> None:
    """Every run of marked comment lines has both languages, and no mark stands behind code."""
    numbered = [(number, line, _COMMENT.match(line)) for number, line in enumerate(source.split("\n"), 1)]
    for number, line, match in numbered:
        if match is None and _INLINE_COMMENT.search(line):
            raise _error("a comment that differs by language stands on a line of its own, above the code", number)
    for is_marked, run in groupby(numbered, key=lambda entry: entry[2] is not None):
        numbers, _, matches = zip(*run, strict=True)
        if is_marked and {match[2] for match in matches} != set(LANGUAGES):
            raise _error("these comments have one language only; write `# en: …` and `# zh: …`", numbers[0])


def _error(message: str, lineno: int) -> SyntaxError:
    return SyntaxError(message, ("<cell>", lineno, None, None))
