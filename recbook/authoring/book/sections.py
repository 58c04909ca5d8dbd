"""What the search looks through: the text of every section, as one script that each language has of its own.

Texts are searched as they are, character by character. Measured on the Chinese terms of docs/TERMS.md: of 424 pages
that hold a term, Pagefind 1.5, which splits Chinese into words, missed 38, all six of 冷启动 among them.
"""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import NamedTuple

from docutils import nodes

_TAG = re.compile(r"<[^>]*>")
_LEFT_OUT = (nodes.comment, nodes.image, nodes.target)


class Section(NamedTuple):
    """A section of a page: its name, its heading and its text, without those of the sections in it."""

    page: str
    name: str
    heading: str
    text: str


def of_page(page: str, tree: nodes.document) -> list[Section]:
    """The sections of a page, in order."""
    return [
        Section(page, section["ids"][0], section.next_node(nodes.title).astext(), _own_text(section))
        for section in tree.findall(nodes.section)
        if section.next_node(nodes.title) is not None
    ]


def _own_text(section: nodes.section) -> str:
    parts = [part for child in section.children[1:] if not isinstance(child, nodes.section) for part in _texts(child)]
    return re.sub(r"\s+", " ", " ".join(parts)).strip()


def _texts(node: nodes.Node) -> list[str]:
    """The pieces of text that a reader sees of a node, top down."""
    if isinstance(node, _LEFT_OUT):
        return []
    if "tag_hide-input" in _classes(node):  # a reader does not see that cell's code
        return [text for child in node.children if "cell_output" in _classes(child) for text in _texts(child)]
    if isinstance(node, nodes.raw):
        return [html.unescape(_TAG.sub(" ", node.astext()))] if "html" in node.get("format", "") else []
    if isinstance(node, nodes.TextElement) or not node.children:
        return [node.astext()]
    return [text for child in node.children for text in _texts(child)]


def _classes(node: nodes.Node) -> list[str]:
    return list(node.get("classes", [])) if isinstance(node, nodes.Element) else []


def write(path: Path, sections: list[Section]) -> None:
    """Write the script that the search page loads, also where it was opened as a file."""
    path.write_text(f"window.recbookSections = {json.dumps(sections, ensure_ascii=False)};\n", encoding="utf-8")
