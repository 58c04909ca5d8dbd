"""Where the links of notebooks and pages lead inside the book."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection
from dataclasses import dataclass

_LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^)\s]+)\)")
_REFERENCE = re.compile(r'(?<=<a href=")([^":#]+\.ipynb)(?:#([^"]*))?(?=")')
_CODE = re.compile(r"(^ *```.*?^ *```|`[^`\n]+`)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Links:
    """The links of one page: ``file`` is its place in the clone, such as "docs/teaching.md", ``page`` its name here.

    ``pages`` are the names of the pages that this book has, ``files`` is the address under which the clone's files
    can be read, or "" where none is known.
    """

    file: str
    page: str
    pages: Collection[str]
    files: str = ""

    def rewritten(self, text: str) -> str:
        """The Markdown with its links led to pages and sections of the book; links in code stay as they are.

        A file that is no page here is linked at the code host; where none is known, its name alone remains.
        """
        parts = _CODE.split(text)
        return "".join(part if at % 2 else _LINK.sub(self._link, part) for at, part in enumerate(parts))

    def in_html(self, text: str) -> str:
        """The HTML that a cell shows, with its links to notebooks led to pages and sections of the book."""
        return _REFERENCE.sub(self._reference, text)

    def _reference(self, found: re.Match[str]) -> str:
        from docutils.nodes import make_id

        page, section = page_of(found[1]), found[2]
        if page not in self.pages:
            return found[0]
        return f"{page}.html#{make_id(f'{page}-{section}')}" if section else f"{page}.html"

    def _link(self, found: re.Match[str]) -> str:
        text, target = found[1], found[2]
        if re.match(r"\w+:", target):
            return found[0]
        path, _, section = target.partition("#")
        file = posixpath.normpath(posixpath.join(posixpath.dirname(self.file), path)) if path else self.file
        page = page_of(file) if path else self.page
        if page in self.pages:
            return f"[{text}](#{page}-{section})" if section else f"[{text}]({page}{suffix_of(file)})"
        return f"[{text}]({self.files}/{file})" if self.files else text


def page_of(file: str) -> str:
    """The page of the book that a file of the clone becomes, the same in both languages."""
    return posixpath.basename(file).removesuffix(".ipynb").removesuffix(".md").removesuffix(".zh-CN")


def suffix_of(file: str) -> str:
    """The ending under which the book's own copy of a file is kept."""
    return ".ipynb" if file.endswith(".ipynb") else ".md"
