"""The READMEs' table of chapters, written from the rooms' ``about`` and the measured times by `recbook build`.

It stands between ``<!-- chapters -->`` and ``<!-- /chapters -->``, the ways through the course (`routes`) between
``<!-- paths -->`` and ``<!-- /paths -->``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from recbook.authoring import pages, routes, weeks
from recbook.authoring.timings import minutes
from recbook.learning import bank

MARK, TIME = "chapters", "time"
CLASS = 60  # submissions, one after another
HEAD = {
    "en": "| | chapter | you can afterwards | runs in |",
    "zh": "| | 章 | 学完之后你能 | 运行时间 |",
}


def write(root: Path, seconds: Mapping[str, float]) -> list[Path]:
    """Write both tables into the READMEs, weeks and times into the pages for teachers; returns what changed."""
    changed = pages.write_section(root, MARK, lambda lang: table(lang, seconds))
    changed += [page for page in pages.write_section(root, routes.MARK, routes.table) if page not in changed]
    for mark, body in ((TIME, classroom), (weeks.MARK, weeks.table)):
        written = pages.write_section(root, mark, partial(body, seconds=seconds), pages.TEACHING)
        changed += [page for page in written if page not in changed]
    return changed


def classroom(lang: str, seconds: Mapping[str, float]) -> str:
    """How long a class's work takes to run, from the longest chapter; an empty line where nothing was measured."""
    if not seconds:
        return "\n"
    slug, longest = max(seconds.items(), key=lambda pair: pair[1])
    number, together, whole = slug[:2], minutes(longest, lang), round(sum(seconds.values()) / 60)
    hours = round(CLASS * longest / 3600, 1)
    if lang == "zh":
        return (
            f"- **时间。** 最长的一章是第 {number} 章，在双核机器上运行{together}；全部章节合计约 {whole} 分钟。"
            f"nbgrader 要运行整个笔记本，{CLASS} 份这一章的作业逐份运行约需 {hours:g} 小时。\n"
        )
    return (
        f"- **Time.** The longest chapter, {number}, runs in {together} on 2 cores, all chapters in about "
        f"{whole} minutes. "
        f"nbgrader runs whole notebooks: {CLASS} submissions of that chapter take about {hours:g} hours, one after "
        "another.\n"
    )


def table(lang: str, seconds: Mapping[str, float]) -> str:
    """The table in a language ("en" or "zh"); ``seconds`` are those that a chapter ran, by its source's name."""
    rows = [HEAD[lang], "|---|---|---|---|"]
    for slug, about in bank.chapters().items():
        title, promise = (getattr(text, lang) for text in (about.title, about.promise))
        time = minutes(seconds.get(f"{about.number}_{slug}"), lang)
        rows.append(f"| {about.number} | {title} | {promise} | {time} |")
    return "\n".join(rows) + "\n"
