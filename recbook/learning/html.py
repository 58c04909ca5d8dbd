"""What a lesson shows, as HTML that needs no script and no trust, with plain text beside it."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

# Only borders are coloured: text keeps the theme's colour, light or dark.
from recbook.session import BLUE, GREEN, GREY, RED

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BLUE", "GREEN", "GREY", "RED", "box", "rich", "show", "table"]


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


def table(rows: pd.DataFrame, caption: str = "", **options: Any) -> str:
    """A table whose heads say what they head, for those who hear it cell by cell; ``options`` are pandas' `to_html`'s.

    The heads of rows are the index, where it is shown, or a first column of names.
    """
    head, body = rows.to_html(border=0, **options).split("<tbody>")
    head = re.sub(r"<th\b([^>]*)>", _column_head, head).replace('<th scope="col"></th>', "<td></td>")
    if options.get("index", True):
        body = body.replace("<th>", '<th scope="row">')
    elif _begins_with_names(rows):
        body = re.sub(r"(<tr>\s*)<td>(.*?)</td>", r'\1<th scope="row">\2</th>', body, flags=re.DOTALL)
    title = f"  <caption><b>{html.escape(caption)}</b></caption>\n" if caption else ""
    return head.replace("  <thead>", f"{title}  <thead>", 1) + "<tbody>" + body


def _column_head(found: re.Match[str]) -> str:
    return f'<th scope="{"colgroup" if "colspan" in found[1] else "col"}"{found[1]}>'


def _begins_with_names(rows: pd.DataFrame) -> bool:
    """Whether the first column names what the others measure. Lists side by side measure nothing."""
    names, *others = ([str(cell) for cell in column] for _, column in rows.items())
    measured = any(all(re.search(r"\d|^[–✓]?$", cell) for cell in column) for column in others)
    return measured and "" not in names and len(set(names)) == len(names)


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
