"""One name for each heading, the same in both languages, so that a link to a section holds in the other one."""

from __future__ import annotations

import re
from collections.abc import Iterator

_HEADING = re.compile(r"^(#{1,6}) +(.+?) *$")
_ANCHOR = re.compile(r' *<a id="([\w-]+)"></a>')
PLAIN = ("takeaways", "quiz")
"""The headings of every chapter that slides and graders find by their words: they stay as they are written."""

_FENCE = re.compile(r"^ *(```|~~~)")


def names(texts: list[str]) -> list[str]:
    """A name for each heading of these Markdown texts, in order: its anchor's, else one made of its words."""
    found: list[str] = []
    for line in (line for text in texts for line in _lines(text)):
        if heading := _HEADING.match(line):
            found.append(_fresh(_name(heading[2]), found))
    return found


def named(text: str, page: str, rest: Iterator[str]) -> str:
    """A Markdown text whose headings bear the next names of ``rest``, as MyST's targets ``(page-name)=``.

    Raises StopIteration where there are more headings than names.
    """
    written = []
    for line in _lines(text, everything=True):
        if _HEADING.match(line):
            written += [f"({page}-{next(rest)})=", _ANCHOR.sub("", line).rstrip()]
        else:
            written.append(line.removeprefix("\0"))
    return "\n".join(written)


def anchored(text: str, rest: Iterator[str]) -> str:
    """A Markdown text whose headings can be linked to: below the title each without an anchor gets its name as one.

    ``rest`` gives the names; the English ones serve in both languages, since a notebook's viewer does not find a
    Chinese heading by its words. Where they run out, a heading stays as it is.
    """
    written = []
    for line in _lines(text, everything=True):
        heading = _HEADING.match(line)
        name = next(rest, "") if heading else ""
        if heading and len(heading[1]) > 1 and name not in ("", *PLAIN) and not _ANCHOR.search(line):
            line = f'{line.rstrip()} <a id="{name}"></a>'
        written.append(line.removeprefix("\0"))
    return "\n".join(written)


def _lines(text: str, *, everything: bool = False) -> Iterator[str]:
    """The lines outside fenced code; with ``everything`` those within as well, each behind a zero character."""
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if fence or mark:
            if everything:
                yield f"\0{line}"
            fence = "" if mark and mark[1] == fence else fence or (mark[1] if mark else "")
        else:
            yield line


def _name(heading: str) -> str:
    anchor = _ANCHOR.search(heading)
    return anchor[1] if anchor else re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-") or "section"


def _fresh(name: str, taken: list[str]) -> str:
    """The name, or the first of name-2, name-3 … that nobody has."""
    candidates = (name if number == 1 else f"{name}-{number}" for number in range(1, len(taken) + 2))
    return next(candidate for candidate in candidates if candidate not in taken)
