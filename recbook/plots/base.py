"""What every figure is made of: colours, names in the reader's language, alt text that reaches the page."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from recbook.learning import html
from recbook.session import COLOURS, phrase

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, PINK, SKY, RED, _, BLACK = COLOURS
GREY = "#999999"
DPI = 110
CYCLE = (BLUE, RED, GREEN, ORANGE, PINK, SKY, BLACK)

# Words that figures of many chapters use; a chapter adds its own (`add_words`). Key -> (English, Chinese).
_WORDS: dict[str, tuple[str, str]] = {
    "popularity": ("popularity", "流行度"),
    "item-kNN": ("item-kNN", "item-kNN"),
    "EASE": ("EASE", "EASE"),
    "random": ("random order", "随机顺序"),
    "words": ("word matching", "词匹配"),
    "titles": ("title vectors", "片名向量"),
    "genres": ("genres", "类型"),
    "films": ("films", "电影"),
    "year": ("year", "年份"),
    "title": ("title", "片名"),
    "both": ("identities + text", "ID 嵌入＋文本"),
    "text": ("text", "文本"),
    "CPU seconds": ("CPU seconds", "CPU 秒"),
    "features": ("features", "特征"),
    "user": ("user", "用户"),
    "EASE, last films": ("EASE, last films", "EASE，看重最近"),
    "mean": ("mean", "平均"),
    "low": ("low", "下限"),
    "high": ("high", "上限"),
    "model": ("model", "模型"),
    "steps": ("steps", "步数"),
    "loss": ("loss", "损失"),
    "epochs": ("epochs", "轮次"),
}


def add_words(mapping: Mapping[str, tuple[str, str]]) -> None:
    """Add words of a chapter's figures: key to English and Chinese. What figures and tables call a thing by that key.

    Raises ValueError for a key that is known already with another meaning, so that one word means one thing.
    """
    for key, pair in mapping.items():
        if _WORDS.setdefault(key, pair) != pair:
            raise ValueError(f"The word {key!r} means {_WORDS[key]} already, not {pair}: give one of them another key.")


def known_words() -> dict[str, tuple[str, str]]:
    """Every word so far: the shared ones and those of the chapters whose figures are imported."""
    return dict(_WORDS)


def name(key: str) -> str:
    """The reader's word for a model or a kind of features; a key without one stays as it is."""
    en, zh = _WORDS.get(key, (key, key))
    return phrase(en=en, zh=zh)


def figure(width: float, height: float, rows: int = 1, columns: int = 1, **options: Any) -> tuple[Figure, Any]:
    """A figure that pyplot does not know of: it would show it a second time, without alt text. Options: `subplots`'."""
    from matplotlib.figure import Figure

    made = Figure(figsize=(width, height))
    return made, made.subplots(rows, columns, **options)


def show(figure: Figure, alt: str) -> None:
    """Put a figure on the page: HTML with its alt text, the image itself for print, the alt text for a terminal."""
    data = base64.b64encode(_png(figure)).decode()
    image = f'<img class="recbook" alt="{escape(alt)}" src="data:image/png;base64,{data}">'
    html.show(image, alt, {"image/png": {"alt": alt}}, png=data)


def _png(figure: Figure) -> bytes:
    """A figure as a PNG with a palette of 256 colours: a third of the bytes, and hardly a pixel that looks different."""
    from PIL import Image

    drawn, packed = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png", dpi=DPI, bbox_inches="tight")
    # Surfaces and lines keep their colour to 5 of 255 (`kmeans` sees to that; without it 19), only the edges of letters may
    # be off by more. What is saved names no version of Matplotlib, which would make every upgrade look like a change.
    whole = Image.open(drawn).convert("RGB")
    with_palette = whole.quantize(256, Image.Quantize.MEDIANCUT, kmeans=1, dither=Image.Dither.NONE)
    with_palette.save(packed, format="png", optimize=True, dpi=(DPI, DPI))
    return packed.getvalue()


def ends(low: float, high: float, digits: int = 3, sign: bool = False) -> str:
    """An interval in the reader's language, with proper minus signs: ``−0.045 to −0.005``."""
    style = f"{'+' if sign else ''}.{digits}f"
    shown = [format(end, style).replace("-", "−") for end in (low, high)]
    return phrase(en=" to ", zh=" 到 ").join(shown)


def table(rows: Any, caption: str = "") -> None:
    """A small table as plain HTML, and as text: ``rows`` is a DataFrame, its column names are given as `name` has them.

    There are no styling ids, so that two runs give the same page.
    """
    named = rows.rename(columns=lambda column: name(str(column)))
    style: dict[str, Any] = {"index": False, "float_format": "{:.3f}".format}
    heading = f"<p><b>{escape(caption)}</b></p>" if caption else ""
    html.show(heading + named.to_html(border=0, escape=True, **style), _as_text(named, caption, style))


def _as_text(rows: Any, caption: str, style: Mapping[str, Any]) -> str:
    """A table in columns of equal width: a Chinese character is as wide as two letters."""
    import pandas as pd

    with pd.option_context("display.unicode.east_asian_width", True):
        return "\n".join([*([caption] if caption else []), rows.to_string(**style)])
