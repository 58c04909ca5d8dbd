"""The READMEs' table of chapters, written from the rooms' ``about`` and the measured times by `recbook build`.

It stands between ``<!-- chapters -->`` and ``<!-- /chapters -->``.
"""

from __future__ import annotations

from collections.abc import Mapping

from recbook.authoring.timings import minutes
from recbook.learning import bank

MARK = "chapters"
HEAD = {
    "en": "| | chapter | you can afterwards | runs in |",
    "zh": "| | 章 | 学完之后你能 | 运行时间 |",
}


def table(lang: str, seconds: Mapping[str, float]) -> str:
    """The table in a language ("en" or "zh"); ``seconds`` are those that a chapter ran, by its source's name."""
    rows = [HEAD[lang], "|---|---|---|---|"]
    for slug, about in bank.chapters().items():
        title, promise = (getattr(text, lang) for text in (about.title, about.promise))
        time = minutes(seconds.get(f"{about.number}_{slug}"), lang)
        rows.append(f"| {about.number} | {title} | {promise} | {time} |")
    return "\n".join(rows) + "\n"
