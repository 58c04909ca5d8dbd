"""A table as HTML that can also be heard."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def as_html(rows: pd.DataFrame, caption: str = "", **options: Any) -> str:
    """A table whose heads say what they head, for those who hear it cell by cell; ``options`` are pandas' `to_html`'s.

    The heads of rows are the index, where it is shown, or a first column of names.
    """
    head, body = rows.to_html(border=0, **options).split("<tbody>")
    head = re.sub(r"<th\b([^>]*)>", _column_head, head).replace('<th scope="col"></th>', "<td></td>")
    if options.get("index", True):
        body = body.replace("<th>", '<th scope="row">')
    elif len(rows.columns) and _begins_with_names(rows):
        body = re.sub(r"(<tr>\s*)<td>(.*?)</td>", r'\1<th scope="row">\2</th>', body, flags=re.DOTALL)
    title = f"  <caption><b>{escape(caption)}</b></caption>\n" if caption else ""
    return head.replace("  <thead>", f"{title}  <thead>", 1) + "<tbody>" + body


def _column_head(found: re.Match[str]) -> str:
    return f'<th scope="{"colgroup" if "colspan" in found[1] else "col"}"{found[1]}>'


def _begins_with_names(rows: pd.DataFrame) -> bool:
    """Whether the first column holds names, and another what is measured. Lists side by side measure nothing."""
    names, *others = ([str(cell) for cell in column] for _, column in rows.items())
    measured = any(all(re.search(r"\d|^[–✓]?$", cell) for cell in column) for column in others)
    return measured and all(re.search(r"[^\W\d]", cell) for cell in names)
