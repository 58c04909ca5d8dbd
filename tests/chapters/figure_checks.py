"""What every figure is held to, and a small sample of each: `<slug>/draws.py`, one file a chapter.

Such a file holds ``DRAWS``: for each public function of the chapter's figures a call of it with data made up for it.
"""

from __future__ import annotations

import io
import runpy
import warnings
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from recbook import session
from recbook.plots.base import ALT

Shown = list[tuple[dict, dict]]


def draws_of(slug: str) -> dict[str, Callable[[], None]]:
    """A chapter's samples by the name of the figure."""
    return runpy.run_path(str(Path(__file__).parent / slug / "draws.py"))["DRAWS"]


def assert_well_drawn(draw: Callable[[], None], language: str, page: Shown) -> None:
    """An image in the reader's language with all its glyphs, as HTML with alt text, as an image and as text.

    What follows it, if anything, is its numbers.
    """
    with session.speaking(language), warnings.catch_warnings():
        session.setup(language)
        warnings.simplefilter("error")  # Matplotlib warns of a glyph that the font lacks
        assert draw() is None
    (shown, metadata), *numbers = page
    alt = shown["text/plain"]
    assert 20 < len(alt) <= ALT, alt
    assert all(folded["text/html"].startswith("<details><summary>") for folded, _ in numbers)
    assert len(numbers) <= 1
    assert any("\u4e00" <= character <= "\u9fff" for character in alt) == (language == "zh")
    assert metadata == {"image/png": {"alt": alt}}
    assert f'src="data:image/png;base64,{shown["image/png"]}"' in shown["text/html"]
    assert Image.open(io.BytesIO(b64decode(shown["image/png"]))).mode == "P"
