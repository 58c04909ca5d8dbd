"""Take README's pictures anew, one a language: `make screenshots`.

Each shows chapter 00 as JupyterLab opens it, at the cell that draws how near every title is to a sentence.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from driving import chromium, opened, started, wait_for_kernel
from PIL import Image
from playwright.sync_api import Page

from recbook import paths
from recbook.files import write_atomically

FILES = {"en": "docs/screenshot.png", "zh": "docs/screenshot.zh-CN.png"}
SHOWN = "figures.similarities"
SIZE, SHARPNESS, COLOURS = {"width": 1280, "height": 880}, 1.5, 128
MOST_BYTES = 300_000
# The cell before it, whose text leads to the figure, moves to the top of the page.
SCROLL = """shown => {
    const cells = [...document.querySelectorAll('.jp-NotebookPanel .jp-Cell')];
    const at = cells.findIndex(cell => cell.querySelector('.jp-InputArea')?.innerText.includes(shown));
    const outer = document.querySelector('.jp-NotebookPanel .jp-WindowedPanel-outer');
    outer.scrollTop += cells[at - 1].getBoundingClientRect().top - outer.getBoundingClientRect().top - 8;
}"""


def main(languages: Sequence[str]) -> int:
    """Write the picture of each language; the exit code."""
    executable = chromium()
    if executable is None:
        print("There is no Chromium here. Install it (Debian's package is called chromium).", file=sys.stderr)
        return 1
    with opened(executable) as browser, tempfile.TemporaryDirectory(prefix="recbook-screenshots-") as folder:
        for lang in languages:
            page = browser.new_page(viewport=SIZE, device_scale_factor=SHARPNESS)
            with started(lang, Path(folder) / lang) as lab:
                page.goto(lab.url("00_start"))
                picture = small(taken(page))
            write_atomically(paths.course_root() / FILES[lang], picture)
            print(f"wrote {FILES[lang]}, {len(picture) / 1000:.0f} kB")
    return 0


def taken(page: Page) -> bytes:
    """The page when its kernel answers and it stands where it should."""
    wait_for_kernel(page)
    page.evaluate("document.fonts.ready")
    page.evaluate(SCROLL, SHOWN)
    page.wait_for_timeout(1_500)  # formulas and the scroll bar settle
    return page.screenshot()


def small(picture: bytes) -> bytes:
    """The picture in few colours. Raises ValueError where it is still too large for a page."""
    made = io.BytesIO()
    few = Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(made, "PNG", optimize=True)
    if made.tell() > MOST_BYTES:
        raise ValueError(f"A picture has {made.tell():,} bytes; README's should stay below {MOST_BYTES:,}.")
    return made.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(FILES)))
