"""Three ways through the course, with what they take: for the READMEs and for chapter 00.

Minutes and points are those of the built notebooks, so a route follows the chapters as they change.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from recbook.authoring import reading
from recbook.authoring.source import begins_deeper
from recbook.learning.content import Text
from recbook.paths import course_root

MARK = "paths"
HEAD = {
    "en": "| path | what you read | it reads in | points |",
    "zh": "| 路线 | 读什么 | 阅读时间 | 分数 |",
}
BELOW = {
    "en": "The times are for brisk reading alone: with the exercises, take twice as long.",
    "zh": "这里只算快速阅读的时间；连同练习，请按两倍安排。",
}


@dataclass(frozen=True)
class Route:
    """Chapters by their numbers, with what stands under "Deeper" or without."""

    name: Text
    read: Text
    chapters: tuple[str, ...]
    deeper: bool = False


ROUTES = (
    Route(
        Text("The main road", "主干路线"),
        Text("the core of {chapters}; run all first", "{chapters} 的核心部分；先全部运行"),
        ("00", "01", "02", "03", "05", "08", "09", "10"),
    ),
    Route(
        Text("A semester", "一个学期"),
        Text("every chapter with its deeper part, of 06 and 07 one", "各章连同选读（06、07 只选一章）"),
        ("00", "01", "02", "03", "04", "05", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16"),
        deeper=True,
    ),
    Route(
        Text("An engineer's shortcut", "工程师的捷径"),
        Text("the core of {chapters}", "{chapters} 的核心部分"),
        ("00", "01", "02", "09", "10", "13"),
    ),
)


def table(lang: str) -> str:
    """The routes as a table in a language ("en" or "zh"), a sentence below; what is not built is left out."""
    rows = [HEAD[lang], "|---|---|---|---|", *(_row(route, lang) for route in ROUTES)]
    return "\n".join(rows) + f"\n\n{BELOW[lang]}\n"


def _row(route: Route, lang: str) -> str:
    built = {number: found for number in route.chapters if (found := notebook(number, lang))}
    minutes = sum(_minutes(each, route, lang) for each in built.values())
    worth = sum(points(each, lang, route.deeper) for each in built.values())
    read = getattr(route.read, lang).format(chapters={"en": ", ", "zh": "、"}[lang].join(built))
    return f"| **{getattr(route.name, lang)}** | {read} | {_hours(minutes, lang)} | {worth} |"


def notebook(number: str, lang: str) -> NotebookNode | None:
    """A chapter's built notebook, as its readers have it."""
    paths: list[Path] = sorted((course_root() / "notebooks" / lang).glob(f"{number}_*.ipynb"))
    return nbformat.read(paths[0], as_version=4) if paths else None


def _minutes(notebook: NotebookNode, route: Route, lang: str) -> float:
    taken = reading.minutes(notebook, lang)
    return taken.core + (taken.deeper if route.deeper else 0)


def points(notebook: NotebookNode, lang: str, deeper: bool) -> int:
    """What the exercises of a built notebook are worth: of all of it, or of its core alone."""
    total = 0
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and begins_deeper(cell.source, lang) and not deeper:
            break
        total += cell.metadata.get("nbgrader", {}).get("points", 0)
    return total


def _hours(minutes: float, lang: str) -> str:
    """To the nearest half hour: a chapter that grows by a sentence changes nothing."""
    count = max(round(minutes / 30) / 2, 0.5)
    return {"en": f"about {count:g} hour{'s' if count != 1 else ''}", "zh": f"约 {count:g} 小时"}[lang]
