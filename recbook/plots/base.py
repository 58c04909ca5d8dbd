"""What every figure is made of: colours, names in the reader's language, alt text that reaches the page."""

from __future__ import annotations

import base64
import html
import io
from typing import TYPE_CHECKING, Any

from recbook.session import COLOURS, text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, PINK, SKY, RED, _, BLACK = COLOURS
GREY = "#999999"
CYCLE = (BLUE, RED, GREEN, ORANGE, PINK, SKY, BLACK)

# What the figures call the models and the kinds of features.
NAMES = {
    "popularity": ("popularity", "流行度"),
    "item-kNN": ("item-kNN", "item-kNN"),
    "EASE": ("EASE", "EASE"),
    "random": ("random order", "随机顺序"),
    "numbers": ("film number", "电影编号"),
    "words": ("word matching", "词匹配"),
    "titles": ("title vectors", "片名向量"),
    "genres": ("genres", "类型"),
    "titles + genres": ("title vectors + genres", "片名向量＋类型"),
    "co-rating": ("co-rating", "共同评分"),
    "skip-gram": ("skip-gram", "Skip-gram"),
    "history as one text": ("history as one text", "历史当作一段文字"),
    "mean of its titles": ("mean of its titles", "各片名向量的平均"),
    "asked right": ("asked what it was trained for", "问训练过的问题"),
    "cosine": ("by the cosine", "用余弦"),
    "news": ("news", "新闻"),
    "Wikipedia, 10%": ("Wikipedia, 10%", "维基百科 10%"),
    "Wikipedia, 33%": ("Wikipedia, 33%", "维基百科 33%"),
    "Wikipedia, 100%": ("Wikipedia, 100%", "维基百科 100%"),
    "item2vec, whole history": ("item2vec, whole history", "item2vec，整段历史"),
    "EASE, last films": ("EASE, last films", "EASE，看重最近"),
    "item-kNN, last films": ("item-kNN, last films", "item-kNN，看重最近"),
}


def name(key: str) -> str:
    """The reader's word for a model or a kind of features; a key without one stays as it is."""
    en, zh = NAMES.get(key, (key, key))
    return text(en=en, zh=zh)


def figure(width: float, height: float, rows: int = 1, columns: int = 1, **options: Any) -> tuple[Figure, Any]:
    """A figure that pyplot does not know of: it would show it a second time, without alt text. Options: `subplots`'."""
    from matplotlib.figure import Figure

    made = Figure(figsize=(width, height))
    return made, made.subplots(rows, columns, **options)


def show(figure: Figure, alt: str) -> None:
    """Put a figure on the page with its alt text."""
    from IPython.display import HTML, display

    buffer = io.BytesIO()
    # The version of Matplotlib in the file would make every upgrade look like a change.
    figure.savefig(buffer, format="png", dpi=110, bbox_inches="tight", metadata={"Software": None})
    data = base64.b64encode(buffer.getvalue()).decode()
    display(HTML(f'<img class="recbook" alt="{html.escape(alt)}" src="data:image/png;base64,{data}">'))


def table(rows: Any, caption: str = "") -> None:
    """A small table as plain HTML: ``rows`` is a DataFrame. No styling ids, so that two runs give the same page."""
    from IPython.display import HTML, display

    body = rows.to_html(border=0, index=False, escape=True, float_format="{:.3f}".format)
    display(HTML((f"<p><b>{html.escape(caption)}</b></p>" if caption else "") + body))
