"""The book's part inside Sphinx: names of sections, links to the other language, and how to run a page's chapter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from recbook.authoring.book import sections
from recbook.authoring.book.address import Address
from recbook.learning.content import Text
from recbook.session import speaking

OTHER = {"en": "zh", "zh": "en"}
HTML_LANGUAGE = {"en": "en", "zh": "zh-CN"}
WORDS = {
    "switch": Text("中文", "English"),
    "run": Text("Run this chapter", "运行本章"),
    "lab": Text("In JupyterLab, from a clone of the course:", "在 JupyterLab 里（需要本课程的一份克隆）："),
    "open": Text("and open", "然后打开"),
    "download": Text("Download the notebook", "下载笔记本"),
    "colab": Text("Open in Colab", "在 Colab 打开"),
    "binder": Text("Open in Binder", "在 Binder 打开"),
    "where": Text("What works where", "各平台能做什么"),
    "search": Text("Search", "搜索"),
    "search_script": Text("The search needs JavaScript.", "搜索需要 JavaScript。"),
    "search_none": Text("Nothing was found for", "没有找到"),
    "search_found": Text("Pages that were found:", "找到的页面数："),
}
COMMAND = {"en": "make lab COURSE_LANG=en", "zh": "make lab COURSE_LANG=zh"}


class SectionNames(SphinxTransform):
    """Give each section the name that stands before its heading, the same in both languages, as its only id."""

    default_priority = 480  # after docutils has joined targets and sections, before references are looked up

    def apply(self, **kwargs: Any) -> None:
        """Change the document in place."""
        document, mark = self.document, f"{self.env.docname}-".lower()
        for section in list(document.findall(nodes.section)):
            for name in [name for name in section["names"] if name.startswith(mark)]:
                wanted = name.removeprefix(mark)
                section["ids"] = [wanted]
                document.ids[wanted] = section
                document.nameids[name] = wanted


def setup(app: Sphinx) -> dict[str, bool]:
    """What Sphinx calls."""
    app.add_config_value("recbook_lang", "en", "html")
    app.add_config_value("recbook_repository", "", "html")
    app.add_config_value("recbook_ref", "main", "html")
    app.add_config_value("recbook_twin", True, "html")
    app.add_transform(SectionNames)
    found: list[sections.Section] = []
    app.connect("builder-inited", _no_index)
    app.connect("doctree-resolved", lambda _, tree, page: found.extend(sections.of_page(page, tree)))
    app.connect("html-page-context", _page_context)
    app.connect("build-finished", lambda app, _: sections.write(Path(app.outdir, "_static", "sections.js"), found))
    return {"parallel_read_safe": True, "parallel_write_safe": False}


def _no_index(app: Sphinx) -> None:
    """Leave Sphinx's index of words out: `sections` is searched instead."""
    setattr(app.builder, "search", False)  # noqa: B010  # of the HTML builder, which is the one here


def _page_context(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: nodes.document | None) -> None:
    """What the templates know of a page: ``book.words``, ``book.twin`` (address) and, for a chapter, ``book.run``."""
    lang = app.config.recbook_lang
    with speaking(lang):
        words = {name: str(text) for name, text in WORDS.items()}
    context["book"] = {
        "words": words,
        "twin": f"../{OTHER[lang]}/{page}.html" if app.config.recbook_twin else "",
        "twin_lang": HTML_LANGUAGE[OTHER[lang]],
        "run": _run(app, lang, page) if Path(app.srcdir, f"{page}.ipynb").is_file() else None,
    }


def _run(app: Sphinx, lang: str, page: str) -> dict[str, str]:
    """How to run a chapter: what to type, and addresses that are "" where none is known."""
    address = Address(app.config.recbook_repository, app.config.recbook_ref)
    return {
        "command": COMMAND[lang],
        "file": f"my/{lang}/{page}.ipynb",
        "notebook": f"../notebooks/{lang}/{page}.ipynb",
        "colab": address.colab(lang, page),
        "binder": address.binder(lang, page),
    }
