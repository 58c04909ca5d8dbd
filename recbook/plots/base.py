"""What every figure is made of: colours, names in the reader's language, alt text that reaches the page."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from recbook.data.film_names import in_chinese
from recbook.learning import html
from recbook.session import BLACK, BLUE, GREEN, GREY, ORANGE, PINK, RED, SKY, phrase
from recbook.tables import as_html

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from PIL.Image import Image

INK = {ORANGE: "#A06200", GREEN: "#00805D", PINK: "#A34F7E", SKY: "#2874C4", GREY: "#707070"}
"""A colour as letters wear it, at 4.5 to 1 against white; the others have that as they are."""
ALT = 250
"""An alt text is heard in one go: no more characters than this."""
Rows = Sequence[Mapping[str, Any]]
"""The numbers of a figure: one mapping a row, of what `name` makes a head to a number or a text."""
DPI = 110
PAUSE, LOOPS = 500, 3
"""How long a frame of a moving picture stays, in milliseconds, and how often the picture runs."""
FRAMES = 5000 // PAUSE
PLAIN: dict[str, Any] = {"index": False, "float_format": "{:.3f}".format, "na_rep": "–"}
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
    "comparison": ("comparison", "比较"),
    "validation NDCG@10": ("validation NDCG@10", "验证集 NDCG@10"),
    "test NDCG@10": ("test NDCG@10", "测试集 NDCG@10"),
    "features": ("features", "特征"),
    "user": ("user", "用户"),
    "EASE, last films": ("EASE, last films", "EASE（近期加权）"),
    "mean": ("mean", "平均"),
    "low": ("low", "下限"),
    "high": ("high", "上限"),
    "model": ("model", "模型"),
    "steps": ("steps", "步数"),
    "loss": ("loss", "损失"),
    "epochs": ("epochs", "轮次"),
    "penalty": ("penalty", "正则化系数"),
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


def film(title: str) -> str:
    """A film as its reader calls it: in Chinese the usual title stands behind the English one, where there is one."""
    chinese = in_chinese(title)
    return phrase(en=title, zh=f"{title}（{chinese}）" if chinese else title)


def figure(width: float, height: float, rows: int = 1, columns: int = 1, **options: Any) -> tuple[Figure, Any]:
    """A figure that pyplot does not know of: it would show it a second time, without alt text. Options: `subplots`'."""
    from matplotlib.figure import Figure

    made = Figure(figsize=(width, height))
    return made, made.subplots(rows, columns, **options)


def ink(colour: str) -> str:
    """The colour for text that goes with what is drawn in ``colour``."""
    return INK.get(colour, colour)


def show(figure: Figure, alt: str, numbers: Rows = ()) -> None:
    """Put a figure on the page: HTML with its alt text, the image itself for print, the alt text for a terminal.

    ``alt`` says in at most `ALT` characters what is to be seen. ``numbers`` that no table of the chapter has stand
    folded up below.
    """
    _show(_png([figure]), alt, numbers)


def show_moving(figures: Sequence[Figure], alt: str, numbers: Rows = ()) -> None:
    """Figures of one size as a short film that ends with the last: half a second each, run three times.

    Where nothing moves (print, an old viewer) the last one is seen alone. ``alt`` tells how it ends. Raises ValueError
    for more than ten, which would run over five seconds.
    """
    if len(figures) > FRAMES:
        raise ValueError(
            f"A moving picture ends within five seconds: give at most {FRAMES} figures, not {len(figures)}."
        )
    _show(_png(figures), alt, numbers)


def _show(png: bytes, alt: str, numbers: Rows) -> None:
    data = base64.b64encode(png).decode()
    image = f'<img class="recbook" alt="{escape(alt)}" src="data:image/png;base64,{data}">'
    html.show(image, alt, {"image/png": {"alt": alt}}, png=data)
    if numbers:
        _fold(numbers)


def _fold(numbers: Rows) -> None:
    """A figure's numbers as a table that opens at a click; an output of its own, or pages of images would lose it."""
    import pandas as pd

    rows = _named(pd.DataFrame(numbers))
    summary = phrase(en="The numbers in this figure", zh="图中的数值")
    folded = f"<details><summary>{summary}</summary>{as_html(rows, **PLAIN)}</details>"
    html.show(folded, _as_text(rows, summary))


def _png(figures: Sequence[Figure]) -> bytes:
    """Figures as a PNG with a palette of 256 colours: a third of the bytes, and hardly a pixel that looks different.

    Of several the last one stands in front, as what is seen where nothing moves.
    """
    packed = io.BytesIO()
    frames = _with_one_palette([_drawn(one, moving=len(figures) > 1) for one in figures])
    moving = {"save_all": True, "append_images": frames, "default_image": True, "duration": PAUSE, "loop": LOOPS}
    still = {"optimize": True, "dpi": (DPI, DPI)}
    frames[-1].save(packed, format="PNG", **still, **(moving if len(frames) > 1 else {}))
    return packed.getvalue()


def _drawn(figure: Figure, moving: bool) -> Image:
    """A figure's pixels. Frames of a film keep their margins: cut to what is drawn, they would differ in size."""
    from PIL import Image

    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", dpi=DPI, bbox_inches=None if moving else "tight")
    return Image.open(drawn).convert("RGB")


def _with_one_palette(images: Sequence[Image]) -> list[Image]:
    """The images with one palette, made from all of them.

    Surfaces and lines keep their colour to 5 of 255 (`kmeans` sees to that; without it 19), only the edges of letters
    may be off by more. What is saved names no version of Matplotlib, which would make every upgrade look like a change.
    """
    from PIL import Image

    both = Image.new("RGB", (images[0].width, sum(image.height for image in images)))
    for place, image in enumerate(images):
        both.paste(image, (0, place * image.height))
    palette = both.quantize(256, Image.Quantize.MEDIANCUT, kmeans=1, dither=Image.Dither.NONE)
    if len(images) == 1:
        return [palette]
    return [image.quantize(palette=palette, dither=Image.Dither.NONE) for image in images]


def highest(values: Mapping[str, float], digits: int = 3, choice: Callable[..., str] = max) -> str:
    """The highest of named values, with its name: ``EASE 0.072``; with ``choice=min`` the lowest."""
    key = choice(values, key=lambda key: values[key])
    return f"{name(key)} " + f"{values[key]:.{digits}f}".replace("-", "−")


def extremes(values: Mapping[str, float], digits: int = 3) -> str:
    """The highest and the lowest of named values, for an alt text: ``highest EASE 0.072, lowest popularity 0.045``."""
    most, least = highest(values, digits), highest(values, digits, min)
    return phrase(en=f"highest {most}, lowest {least}", zh=f"最高 {most}，最低 {least}")


def ends(low: float, high: float, digits: int = 3, sign: bool = False) -> str:
    """An interval in the reader's language, with proper minus signs: ``−0.045 to −0.005``."""
    style = f"{'+' if sign else ''}.{digits}f"
    shown = [format(end, style).replace("-", "−") for end in (low, high)]
    return phrase(en=" to ", zh=" 到 ").join(shown)


def table(rows: Any, caption: str = "") -> None:
    """A small table as plain HTML, and as text: ``rows`` is a DataFrame, its column names are given as `name` has them.

    There are no styling ids, so that two runs give the same page.
    """
    named = _named(rows)
    html.show(as_html(named, caption, **PLAIN), _as_text(named, caption))


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.rename(columns=lambda column: name(str(column)))


def _as_text(rows: pd.DataFrame, caption: str) -> str:
    """A table in columns of equal width: a Chinese character is as wide as two letters."""
    import pandas as pd

    with pd.option_context("display.unicode.east_asian_width", True):
        return "\n".join([*([caption] if caption else []), rows.to_string(**PLAIN)])
