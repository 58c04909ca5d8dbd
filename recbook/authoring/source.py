"""Read a chapter: one text file in jupytext's percent format, with both languages, code and solutions.

A markdown cell is written twice, ``lang="en"`` and right below it ``lang="zh"``; code stands once.
`read_chapter` pairs the twins, fills the language into code, and refuses what could not be built, naming
file and line.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jupytext

from recbook.authoring.language import LANGUAGES, fill_language
from recbook.paths import course_root

MAX_CODE_LINES = 25
"""A longer code cell is refused; aim for 15 lines, so that a reader sees the code and its output together."""

_MARKER = re.compile(r"^#\s*%%")
_NAME = re.compile(r"[a-z0-9_]+(-[a-z0-9_]+)*")
_BREAKS_OFF = re.compile(r"[\u4e00-\u9fff，。；：？！、）》”…—]$")
_GOES_ON = re.compile(r"\s*[\u4e00-\u9fff（《“]")
_ROLES = ("exercise", "check", "quiz")
_CODE_METADATA = {*_ROLES, "points", "tags"}
_TAGS = {"nbval-ignore-output", "timed"}
_DEEPER = {"en": "Deeper", "zh": "选读"}
_JUPYTEXT_OWN = {"lines_to_next_cell", "lines_to_end_of_cell_marker"}


@dataclass(frozen=True)
class Problem:
    """Something that an author must change: where, and what to do."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{shown(self.path)}:{self.line}: {self.message}"


class SourceError(ValueError):
    """A chapter that cannot be built; ``problems`` lists every reason."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class Cell:
    """One cell of a chapter, in both languages.

    ``kind`` is "markdown", "code", "exercise", "check" or "quiz"; ``name`` is the id of the last three.
    ``text`` and ``lines`` give, for each language, the cell's source and the line on which it begins.
    """

    kind: str
    text: dict[str, str]
    lines: dict[str, int]
    name: str = ""
    points: int = 0
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chapter:
    """A chapter as its source file gives it."""

    path: Path
    cells: tuple[Cell, ...]

    @property
    def slug(self) -> str:
        """File name without its ending: "01_challenges"."""
        return self.path.stem

    @property
    def divided(self) -> bool:
        """Whether it has a core, and behind it the heading "Deeper"."""
        return any(begins_deeper(cell.text["en"], "en") for cell in self.named("markdown"))

    def named(self, kind: str) -> list[Cell]:
        """Its cells of one kind, in order."""
        return [cell for cell in self.cells if cell.kind == kind]


@dataclass(frozen=True)
class _Raw:
    """A cell as jupytext reads it. ``line`` is its ``# %%`` line; its text begins on the next one."""

    line: int
    kind: str
    text: str
    metadata: dict[str, Any]


_END = _Raw(0, "end", "", {})


def source_paths(select: list[str] | None = None) -> list[Path]:
    """The chapters of the course, in order; ``select`` names some by number or slug ("01", "01_challenges").

    Raises ValueError for a name that fits no chapter.
    """
    paths = sorted((course_root() / "notebooks" / "source").glob("[0-9][0-9]_*.py"))
    if not select:
        return paths
    slugs = [path.stem for path in paths]
    for name in select:
        if not any(name in (slug, slug[:2]) for slug in slugs):
            raise ValueError(f"No chapter is called {name!r}. Choose from: {', '.join(slugs) or 'none yet'}.")
    return [path for path in paths if path.stem in select or path.stem[:2] in select]


def shown(path: Path) -> str:
    """A path as messages show it: from the course's root where it lies inside, with forward slashes."""
    root = course_root()
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


def begins_deeper(markdown: str, language: str) -> bool:
    """Whether a cell begins with the heading behind which the deeper sections stand: "Deeper", "选读"."""
    return bool(re.match(rf"\s*##?[ \t]+{_DEEPER[language]}[ \t]*([:：<\n]|$)", markdown))


def read_chapter(path: Path) -> Chapter:
    """Read and validate one source file. Raises SourceError that names every problem by line."""
    problems: list[Problem] = []
    raws = _split(path)
    cells = tuple(_cells(path, raws, problems))
    problems += _sequence_problems(path, cells)
    if problems:
        raise SourceError(sorted(problems, key=lambda problem: problem.line))
    return Chapter(path, cells)


def _split(path: Path) -> list[_Raw]:
    text = path.read_text(encoding="utf-8")
    lines = [number for number, line in enumerate(text.splitlines(), 1) if _MARKER.match(line)]
    cells = jupytext.reads(text, fmt="py:percent").cells
    if len(cells) != len(lines):
        raise SourceError([Problem(path, 1, "begin the file with a `# %%` line; every cell has one")])
    raws = []
    for line, cell in zip(lines, cells, strict=True):
        metadata = {key: value for key, value in cell.metadata.items() if key not in _JUPYTEXT_OWN}
        raws.append(_Raw(line, cell.cell_type, cell.source, metadata))
    return raws


def _cells(path: Path, raws: list[_Raw], problems: list[Problem]) -> Iterator[Cell]:
    """Pair the markdown twins and read the code cells; what is wrong goes to ``problems``."""
    index = 0
    while index < len(raws):
        raw = raws[index]
        twin = raws[index + 1] if index + 1 < len(raws) else _END
        index += 1
        if raw.kind != "markdown":
            yield from _code_cell(path, raw, problems)
        elif message := _markdown_problem(raw, twin):
            problems.append(Problem(path, raw.line, message))
        else:
            index += 1
            yield _markdown_pair(raw, twin)


def _markdown_problem(raw: _Raw, twin: _Raw) -> str:
    language = raw.metadata.get("lang")
    if set(raw.metadata) != {"lang"} or language not in LANGUAGES:
        return f'a markdown cell says its language only: `# %% [markdown] lang="en"`; not {raw.metadata}'
    if language == "zh":
        return 'this Chinese cell has no English twin above it; add `# %% [markdown] lang="en"` before it'
    if twin.kind != "markdown" or twin.metadata.get("lang") != "zh":
        return 'this English cell has no Chinese twin below it; add `# %% [markdown] lang="zh"` after it'
    return ""


def _joined(chinese: str) -> str:
    """Chinese text with its sentences on one line each: a line break within one would show as a space."""
    lines: list[str] = []
    in_code = False
    for line in chinese.split("\n"):
        in_code ^= line.lstrip().startswith("```")
        follows = bool(lines) and _BREAKS_OFF.search(lines[-1]) and _GOES_ON.match(line)
        if follows and not in_code and not lines[-1].startswith("#"):
            lines[-1] += line.lstrip()
        else:
            lines.append(line)
    return "\n".join(lines)


def _markdown_pair(english: _Raw, chinese: _Raw) -> Cell:
    return Cell(
        "markdown",
        {"en": english.text, "zh": _joined(chinese.text)},
        {"en": english.line + 1, "zh": chinese.line + 1},
    )


def _code_cell(path: Path, raw: _Raw, problems: list[Problem]) -> Iterator[Cell]:
    try:
        text = {language: fill_language(raw.text, language) for language in LANGUAGES}
    except SyntaxError as error:
        line = raw.line + (error.lineno or 1)
        problems.append(Problem(path, line, f"{error.msg}; a code cell holds plain Python"))
        return
    role = next((role for role in _ROLES if role in raw.metadata), "code")
    name = str(raw.metadata.get(role, ""))
    problems += [Problem(path, raw.line, message) for message in _code_problems(raw, role, name, text)]
    yield Cell(
        role,
        text,
        dict.fromkeys(LANGUAGES, raw.line + 1),
        name,
        raw.metadata.get("points", 0) if role == "exercise" else 0,
        tuple(raw.metadata.get("tags", ())),
    )


def _code_problems(raw: _Raw, role: str, name: str, text: dict[str, str]) -> Iterator[str]:
    unknown = sorted(set(raw.metadata) - _CODE_METADATA)
    if unknown or len(set(_ROLES) & set(raw.metadata)) > 1:
        yield f"a code cell may say one of exercise, check, quiz; points; tags; not {', '.join(raw.metadata)}"
    if unwanted := sorted(set(raw.metadata.get("tags", ())) - _TAGS):
        yield f"unknown tags {unwanted}; there are {sorted(_TAGS)}"
    length = max(len(source.splitlines()) for source in text.values())
    if length > MAX_CODE_LINES:
        yield f"the cell has {length} lines; split it (aim for 15, at most {MAX_CODE_LINES})"
    if role != "code" and not _NAME.fullmatch(name):
        yield f'{role}="{name}": an id is lower-case words joined by hyphens, such as "challenges-density"'
    if role in ("check", "quiz") and not _calls(text["en"], role, name):
        yield f'a {role} cell calls recbook.{role}("{name}"{", answer" if role == "check" else ""})'
    yield from _solution_problems(raw, role, text["en"])


def _calls(source: str, function: str, name: str) -> bool:
    """Whether the source calls ``recbook.<function>`` with this id as its first argument."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and node.args]
    found = [(ast.unparse(call.func), ast.unparse(call.args[0])) for call in calls]
    return (f"recbook.{function}", repr(name)) in found


def _solution_problems(raw: _Raw, role: str, source: str) -> Iterator[str]:
    marks = re.findall(r"^\s*### (BEGIN|END) SOLUTION\s*$", source, flags=re.MULTILINE)
    points = raw.metadata.get("points")
    if role != "exercise":
        if "SOLUTION" in source or points is not None:
            yield 'only a cell with exercise="id" has points and a solution region'
        return
    if not marks or marks != ["BEGIN", "END"] * (len(marks) // 2) or source.count("SOLUTION") != len(marks):
        yield "put the solution between a line `### BEGIN SOLUTION` and a line `### END SOLUTION`"
    if type(points) is not int or points < 1:
        yield "say what the exercise is worth: points=1"


def _sequence_problems(path: Path, cells: tuple[Cell, ...]) -> list[Problem]:
    """Each exercise has one id and one check after it; quiz ids do not repeat; the core ends with the quiz."""
    problems: list[Problem] = []
    seen: dict[str, set[str]] = {role: set() for role in _ROLES}
    for cell in cells:
        if cell.kind not in seen:
            continue
        if cell.name in seen[cell.kind]:
            problems.append(_at(path, cell, f'{cell.kind}="{cell.name}" stands twice; change this id'))
        if cell.kind == "check" and cell.name not in seen["exercise"]:
            problems.append(_at(path, cell, f'no exercise="{cell.name}" stands above this check'))
        seen[cell.kind].add(cell.name)
    for cell in cells:
        if cell.kind == "exercise" and cell.name not in seen["check"]:
            problems.append(_at(path, cell, f'add a cell `# %% check="{cell.name}"` below this exercise'))
    for cell in _pointless(cells):
        problems.append(_at(path, cell, "no exercise below this cell gives {points} a value"))
    return problems + [_at(path, cell, message) for cell, message in _division_problems(cells)]


def _division_problems(cells: tuple[Cell, ...]) -> Iterator[tuple[Cell, str]]:
    """A heading "Deeper" in one language only, a quiz behind it, and minutes asked for where there is none."""
    divided = False
    for cell in cells:
        begins = {language: begins_deeper(cell.text[language], language) for language in LANGUAGES}
        if cell.kind == "markdown" and any(begins.values()):
            divided = True
            if not all(begins.values()):
                yield cell, "the deeper sections begin with `## Deeper` in English and `## 选读` in Chinese"
        if divided and cell.kind == "quiz":
            yield cell, 'the core ends with its quiz; put it above the heading "Deeper"'
    for cell in cells:
        if not divided and cell.kind == "markdown" and "{deeper}" in cell.text["en"]:
            yield cell, 'no heading "Deeper" gives {deeper} a value'


def _pointless(cells: tuple[Cell, ...]) -> Iterator[Cell]:
    """The cells below the last exercise that ask for its points."""
    for cell in reversed(cells):
        if cell.kind == "exercise":
            return
        if cell.kind == "markdown" and "{points}" in cell.text["en"]:
            yield cell


def _at(path: Path, cell: Cell, message: str) -> Problem:
    return Problem(path, cell.lines["en"] - 1, message)
