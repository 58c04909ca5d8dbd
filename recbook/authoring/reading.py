"""How long a built notebook takes to read, and what a chapter with a core owes to who reads it.

Minutes by one brisk rule: 200 words (300 Chinese characters) or 10 lines of code each, half a minute a figure or a
formula that stands alone. The source of claims is hidden and does not count, what they say does; exercises and their
checks do not. Numbers are counted as a reader meets them: "0.245", "95%" and "1,682" are one each, the 10 of NDCG@10
is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from nbformat import NotebookNode

from recbook.authoring.notebook import Said, said, takeaways
from recbook.authoring.source import Chapter, begins_deeper, shown

MOST_MINUTES = 40
"""A longer core is not finished in one sitting."""

MOST_NUMBERS = {"claim": 4, "takeaway": 1}
"""What has more belongs into a table or a figure: a sentence with six numbers is not read."""

PACE = {"en": 200, "zh": 300}  # words, Chinese characters a minute
LINES = 10  # of code, a minute
STOP = 0.5  # minutes that a figure or a formula takes

_NUMBER = re.compile(r"(?<![\w@.])[-+−]?\d[\d,]*(?:\.\d+)?%?")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_NO_PROSE = re.compile(r"\$\$.*?\$\$|\$[^$\n]*\$|`[^`]*`|<[^>]+>", re.DOTALL)
_STATED = {"en": ("under {} minutes", "about {} minutes"), "zh": ("不到 {} 分钟", "约 {} 分钟")}
_WHAT_TO_DO = {
    "claim": "state one finding, and put the rest into a table or a figure beside it",
    "takeaway": "keep the one to be remembered, in a takeaway=dict(en=…, zh=…) of the claim",
}


class Minutes(NamedTuple):
    """What a notebook takes to read: up to the heading "Deeper", and from there on."""

    core: float
    deeper: float


def minutes(notebook: NotebookNode, language: str) -> Minutes:
    """The minutes of a built notebook in a language ("en" or "zh"); without a heading "Deeper" all of it is core."""
    taken, part = [0.0, 0.0], 0
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and begins_deeper(cell.source, language):
            part = 1
        taken[part] += _cell_minutes(cell, language)
    return Minutes(*taken)


def stated(taken: float, language: str) -> str:
    """Minutes as a header states them, to the nearest five: the rule is no finer."""
    under, about = _STATED[language]
    count = 5 * round(taken / 5)
    return about.format(count) if count else under.format(5)


def numbers(sentence: str) -> int:
    """How many numbers a reader meets in it."""
    return len(_NUMBER.findall(sentence))


def words(text: str) -> int:
    """Its words and Chinese characters; formulas, `code` and HTML's tags are none."""
    prose = _NO_PROSE.sub(" ", text)
    return len(_CHINESE.findall(prose)) + sum(bool(re.search(r"\w", word)) for word in _CHINESE.sub(" ", prose).split())


def problems(notebook: NotebookNode, chapter: Chapter, language: str) -> Iterator[str]:
    """Where a built notebook of a divided chapter is too long or holds too many numbers; nothing for other chapters."""
    if not chapter.divided:
        return
    core = minutes(notebook, language).core
    if core > MOST_MINUTES:
        yield f'the core reads in {core:.1f} minutes, over {MOST_MINUTES}; move sections behind the heading "Deeper"'
    for kind, sentences in (("claim", said(notebook)), ("takeaway", takeaways(notebook))):
        for sentence in sentences:
            if (count := numbers(sentence.text)) > MOST_NUMBERS[kind]:
                yield f"{_place(sentence, chapter, language)}: {_too_many(kind, count)}"


def _place(sentence: Said, chapter: Chapter, language: str) -> str:
    line = chapter.cells[sentence.cell].lines[language]
    return f"cell {sentence.cell + 1} ({shown(chapter.path)}:{line})"


def _too_many(kind: str, count: int) -> str:
    return f"a {kind} has {count} numbers, over {MOST_NUMBERS[kind]}; {_WHAT_TO_DO[kind]}"


def _cell_minutes(cell: NotebookNode, language: str) -> float:
    if cell.cell_type == "markdown":
        return words(cell.source) / PACE[language] + STOP * (cell.source.count("$$") // 2)
    if "nbgrader" in cell.metadata:
        return 0
    claimed = sum(words(sentence.text) for sentence in said(NotebookNode(cells=[cell])))
    return claimed / PACE[language] + _lines(cell) / LINES + STOP * sum(map(_is_picture, cell.outputs))


def _lines(cell: NotebookNode) -> int:
    """The lines of code that a reader sees."""
    hidden = cell.metadata.get("jupyter", {}).get("source_hidden")
    return 0 if hidden else sum(bool(line.strip()) for line in cell.source.splitlines())


def _is_picture(output: NotebookNode) -> bool:
    data = output.get("data", {})
    return "image/png" in data or "<img" in data.get("text/html", "")
