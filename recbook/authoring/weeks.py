"""The table of the pages for teachers: twelve weeks, and what each chapter takes and gives, from the built notebooks.

It stands between ``<!-- weeks -->`` and ``<!-- /weeks -->`` and is written by `recbook build`.
"""

from __future__ import annotations

from collections.abc import Mapping

from recbook.authoring import reading, routes
from recbook.authoring.timings import minutes
from recbook.learning import bank

MARK = "weeks"
PLAN = (
    ("00", "01"), ("02",), ("03",), ("04",), ("05",), ("06", "07"),
    ("08",), ("09",), ("10",), ("11",), ("12",), ("13", "14", "15", "16"),
)  # fmt: skip
"""The chapters of each week. A class reads one of 06 and 07, and of the last week's what it has time for."""

HEAD = {
    "en": "| week | chapter | core, minutes | deeper, minutes | runs in | points | in the core |",
    "zh": "| 周 | 章 | 核心（分钟） | 选读（分钟） | 运行时间 | 分数 | 核心部分的分数 |",
}
TOTAL = {"en": "all", "zh": "合计"}


def table(lang: str, seconds: Mapping[str, float]) -> str:
    """The weeks in a language ("en" or "zh"): a row a chapter that is built; ``seconds`` by its source's name."""
    weeks = {number: week for week, chapters in enumerate(PLAN, 1) for number in chapters}
    rows, sums = [HEAD[lang], "|---:|---|---:|---:|---:|---:|---:|"], [0, 0, 0, 0]
    for slug, about in bank.chapters().items():
        if (notebook := routes.notebook(about.number, lang)) is None:
            continue
        taken = [_rounded(part) for part in reading.minutes(notebook, lang)]
        given = [routes.points(notebook, lang, deeper) for deeper in (True, False)]
        sums = [before + now for before, now in zip(sums, [*taken, *given], strict=True)]
        time = minutes(seconds.get(f"{about.number}_{slug}"), lang)
        title = f"{about.number} · {getattr(about.title, lang)}"
        rows.append(_row(weeks.get(about.number, "–"), title, *taken, time, *given))
    rows.append(_row("", TOTAL[lang], *sums[:2], minutes(sum(seconds.values()) or None, lang), *sums[2:]))
    return "\n".join(rows) + "\n"


def _row(*cells: str | int) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def _rounded(taken: float) -> int:
    """To the nearest five minutes, as headers state them."""
    return 5 * round(taken / 5)
