"""A built notebook as the source of a page: sections with names, links inside the book, figures as files."""

from __future__ import annotations

import base64
import re
import struct
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from recbook.authoring.book import headings
from recbook.authoring.book.links import Links

FIGURES = "_static/figures"
_PNG = re.compile(r'src="data:image/png;base64,([^"]+)"')
_H1 = re.compile(r"^# +(.+?) *$", re.MULTILINE)


def read(path: Path) -> NotebookNode:
    """A built notebook. Raises FileNotFoundError, with what to do, where it is missing or has not been run."""
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing. Restore it with: git checkout -- notebooks")
    notebook = nbformat.read(path, as_version=4)
    unrun = any(cell.cell_type == "code" and cell.execution_count is None for cell in notebook.cells)
    if unrun:
        raise ValueError(f"{path} has cells that were not run. Build it again: recbook build {path.name[:2]}")
    return notebook


def title(notebook: NotebookNode) -> str:
    """Its first heading. Raises ValueError where it has none."""
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    found = _H1.search("\n".join(texts))
    if not found:
        raise ValueError("A chapter begins with a heading such as: # 01 · Challenges: what is hard about recommending?")
    return found[1]


def short_title(notebook: NotebookNode) -> str:
    """Number and name without what follows the colon: "01 · Challenges"."""
    return re.split(r"[:：]", title(notebook), maxsplit=1)[0].strip()


def names(notebook: NotebookNode) -> list[str]:
    """The names of its sections, in order (`headings.names`)."""
    return headings.names([cell.source for cell in notebook.cells if cell.cell_type == "markdown"])


def as_page(notebook: NotebookNode, names: list[str], links: Links, folder: Path) -> NotebookNode:
    """A copy to give to Sphinx; its figures are written into ``folder``/_static/figures.

    ``names`` are those of the English chapter's sections. Raises ValueError where their number differs.
    """
    page, rest = deepcopy(notebook), iter(names)
    figures = _numbered(links.page)
    for cell in page.cells:
        if cell.cell_type == "markdown":
            cell.source = links.rewritten(_named(cell.source, links, rest))
        for output in cell.get("outputs", []):
            if "text/html" in output.get("data", {}):
                output.data = {"text/html": links.in_html(_with_files(output.data["text/html"], figures, folder))}
    if left := list(rest):
        raise ValueError(f"{links.file} lacks sections that the English chapter has: {', '.join(left)}.")
    return page


def _named(text: str, links: Links, rest: Iterator[str]) -> str:
    try:
        return headings.named(text, links.page, rest)
    except StopIteration:
        raise ValueError(f"{links.file} has more headings than the English chapter.") from None


def _numbered(page: str) -> Iterator[str]:
    number = 0
    while True:
        yield f"{page}-{(number := number + 1)}.png"


def _with_files(html: str, figures: Iterator[str], folder: Path) -> str:
    """HTML whose embedded pictures are files, each with the room that it takes, so that the page does not jump."""

    def written(found: re.Match[str]) -> str:
        content, name = base64.b64decode(found[1]), next(figures)
        (folder / FIGURES).mkdir(parents=True, exist_ok=True)
        (folder / FIGURES / name).write_bytes(content)
        width, height = struct.unpack(">II", content[16:24])
        return f'src="{FIGURES}/{name}" width="{width}" height="{height}"'

    return _PNG.sub(written, html)


def first_figure(page: NotebookNode) -> str:
    """The HTML of the first picture that a page shows, or ""."""
    for cell in page.cells:
        for output in cell.get("outputs", []):
            if found := re.search(r"<img [^>]*>", output.get("data", {}).get("text/html", "")):
                return found[0]
    return ""
