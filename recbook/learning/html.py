"""What a lesson shows, as HTML that needs no script and no trust, with plain text beside it."""

from __future__ import annotations

import html
import re

# Only borders are coloured: text keeps the theme's colour, light or dark.
from recbook.session import BLUE, GREEN, GREY, RED

__all__ = ["BLUE", "GREEN", "GREY", "RED", "box", "rich", "show"]


def rich(text: str) -> str:
    """Escape plain text for HTML; `code` in backticks, *emphasis* in asterisks and line breaks are kept."""
    parts = re.split(r"`([^`\n]+)`", html.escape(text, quote=False))
    # What stood between backticks has the odd places; asterisks in code multiply.
    marked = [f"<code>{part}</code>" if at % 2 else _emphasised(part) for at, part in enumerate(parts)]
    return "".join(marked).replace("\n", "<br>")


def _emphasised(text: str) -> str:
    return re.sub(r"\*(\S|\S[^*\n]*\S)\*", r"<em>\1</em>", text)


def box(content: str, colour: str) -> str:
    """HTML with a quiet coloured line on its left."""
    style = f"border-left: 4px solid {colour}; padding: 2px 12px; margin: 4px 0px"
    return f'<div style="{style}">{content}</div>'


def show(content: str, text: str, metadata: dict | None = None, png: str = "") -> None:
    """Display HTML in a notebook and print the text elsewhere.

    ``png`` is the same as an image, in base64, for pages that take no HTML (print, a strict sanitiser); ``metadata``
    goes with the output.
    """
    from IPython import get_ipython
    from IPython.display import display

    if get_ipython() is None:
        print(text)
        return
    bundle = {"text/html": content, "text/plain": text} | ({"image/png": png} if png else {})
    display(bundle, raw=True, metadata=metadata or {})
