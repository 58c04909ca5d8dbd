"""The pages around the chapters: the start page, made of the README's own words, and the pages of docs/."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from recbook.authoring import contents, headings, pages, routes
from recbook.authoring.book import glossary
from recbook.authoring.book.links import Links
from recbook.authoring.timings import read_timings
from recbook.session import phrase, speaking

AROUND = ("anywhere", "reference", "your-data", "serving", "teaching")
"""The pages of docs/ that the book has, in its order; their Chinese twins end in ``.zh-CN.md``."""

START = "index"

GLOSSARY = "glossary"
"""The page that every term leads from: made of docs/TERMS.md and the chapters' headings."""


def file_of(page: str, lang: str) -> str:
    """The file of the clone that a page around the chapters is made of."""
    return f"docs/{page}.zh-CN.md" if lang == "zh" else f"docs/{page}.md"


def around(root: Path, page: str, links: Links) -> str:
    """A page of docs/ as Sphinx reads it: without its link to the other language, its sections named in English."""
    english, text = ((root / file).read_text(encoding="utf-8") for file in (file_of(page, "en"), links.file))
    names = headings.names([english])
    text = re.sub(r"^\[(?:中文|English)\]\(.*\)\n\n?", "", text, flags=re.MULTILINE)
    return links.rewritten(headings.named(text, page, iter(names)))


def start(root: Path, lang: str, titles: Mapping[str, str], links: Links, picture: str = "") -> str:
    """The start page: what the course is, its map, its chapters, three ways through it.

    ``titles`` are the chapters' by page, ``picture`` the map as HTML.
    """
    readme = (root / pages.READMES[lang]).read_text(encoding="utf-8")
    about = next(part for part in readme.split("\n\n") if part[:1] not in "#[!")
    heading = readme.split("\n", 1)[0]
    ways = readme.split(f"<!-- {routes.MARK} -->")[0].rstrip().rsplit("\n\n", 1)[1]
    with speaking(lang):
        parts = [
            heading,
            about,
            picture,
            _begin(),
            f"## {phrase(en='Chapters', zh='各章')}",
            _linked(contents.table(lang, read_timings()), titles),
            f"## {phrase(en='Ways through the course', zh='学习路线')}",
            ways,
            routes.table(lang),
            _trees(titles),
        ]
    text = "\n\n".join(part.strip() for part in parts if part) + "\n"
    return links.rewritten(headings.named(text, START, iter(("top", "chapters", "ways"))))


def terms(lang: str, links: Links) -> str:
    """The glossary: the book's index of terms, each linked to the section that explains it."""
    return links.rewritten(headings.named(glossary.page(lang), GLOSSARY, iter(("top",))))


def _begin() -> str:
    return phrase(
        en="Every page is a chapter as it was run: its numbers and figures are what its code gave. You can read it "
        "all here. To change code and to have your answers checked, [run it](anywhere.md).",
        zh="每一页都是一章运行之后的样子：数字和图都由代码得出。全书可以在这里读完；要改代码、要检查你的答案，"
        "请[自己运行](anywhere.md)。",
    )


def _linked(table: str, titles: Mapping[str, str]) -> str:
    """The README's table of chapters, of the chapters that this book has, each a link to its page."""
    by_number = {page[:2]: page for page in titles}
    head, rule, *rows = table.strip().split("\n")
    kept = []
    for row in rows:
        _, number, name, rest = row.split("|", 3)
        if page := by_number.get(number.strip()):
            kept.append(f"|{number}| [{name.strip()}]({page}.ipynb) |{rest}")
    return "\n".join([head, rule, *kept])


def _trees(titles: Mapping[str, str]) -> str:
    """What stands in the sidebar: the chapters, and the pages around them."""
    chapters = "\n".join(f"{title} <{page}>" for page, title in titles.items())
    captions = phrase(en="Chapters", zh="各章"), phrase(en="Around the course", zh="课程之外")
    around = "\n".join((GLOSSARY, *AROUND))
    trees = zip(captions, (chapters, around), strict=True)
    return "\n\n".join(f"```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{body}\n```" for caption, body in trees)
