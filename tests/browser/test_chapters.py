"""Every chapter in a real browser, in both languages: open it, and look at what the reader sees.

The first two are also run there, as a reader runs them; the code of all of them is run by nbval, which is quicker.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from driving import MINUTE, wait_for_kernel
from playwright.sync_api import Browser, Page, expect

from recbook import paths

CHAPTERS = sorted({chapter.stem for chapter in (paths.course_root() / "notebooks").glob("[ez][nh]/*.ipynb")})
DID_NOT_RUN = "did not run"
RUN_MENU = {"en": "Run", "zh": "运行"}
# Characters of the page that the browser shows as the box that stands for a missing glyph. Each is drawn on a
# canvas in the page's own fonts, and compared with a character that no font has.
MISSING_GLYPHS = r"""() => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 40;
    const context = canvas.getContext('2d', {willReadFrequently: true});
    const family = getComputedStyle(document.querySelector('.jp-RenderedHTMLCommon')).fontFamily;
    const draw = character => {
        context.clearRect(0, 0, 40, 40);
        context.font = '24px ' + family;
        context.fillText(character, 4, 30);
        return canvas.toDataURL();
    };
    const box = draw('\u0378');
    const visible = /[^\p{Z}\p{M}\p{Cc}\p{Cf}\p{Co}]/u;
    return [...new Set(document.body.innerText)].filter(c => visible.test(c) && draw(c) === box);
}"""


RUN = CHAPTERS[:2]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_reader_opens_a_chapter(browser: Browser, lab, chapter: str, tmp_path: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    crashes: list[str] = []
    page.on("pageerror", lambda error: crashes.append(str(error)))
    page.goto(lab.url(chapter))
    wait_for_kernel(page)
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)  # nobody has changed anything yet
    screenshot(page, f"{chapter}-{lab.lang}-opened", tmp_path)
    if chapter in RUN:
        run_all(page, lab.lang)
        assert problems(saved_when_run(page, lab.saved(chapter))) == []
        screenshot(page, f"{chapter}-{lab.lang}-run", tmp_path)

    assert blank_at_the_end(page) < 150
    assert not_shown(page, lab.saved(chapter)) == []
    assert images_without_alt_or_picture(page) == []
    assert page.evaluate(MISSING_GLYPHS) == []
    expect(page.locator(".Toastify__toast, .jp-Dialog")).to_have_count(0)  # no news, no questions
    assert crashes == []
    page.close()


def run_all(page: Page, lang: str) -> None:
    """Run > Run All Cells, and wait until no cell is waiting or running."""
    waiting = page.locator(".jp-CodeCell .jp-InputPrompt", has_text="[*]")
    page.locator(".lm-MenuBar-itemLabel", has_text=re.compile(f"^{RUN_MENU[lang]}$")).click()
    page.locator('li[data-command="runmenu:run-all"]').click()
    expect(waiting).not_to_have_count(0, timeout=MINUTE)
    expect(waiting).to_have_count(0, timeout=8 * MINUTE)


def saved(page: Page, path: Path) -> dict:
    """Save the notebook, and read what was written."""
    before = path.stat().st_mtime_ns
    page.keyboard.press("Control+s")
    for _ in range(100):
        page.wait_for_timeout(100)
        if path.stat().st_mtime_ns != before and (written := _whole(path)):
            return written
    raise AssertionError(f"{path.name} was not saved within 10 seconds.")


def saved_when_run(page: Page, path: Path) -> dict:
    """Save the notebook until each cell has run, or for some 10 seconds.

    A cell whose source is hidden shows no star while it runs, so the last one may still be at work.
    """
    for _ in range(10):
        notebook = saved(page, path)
        if not any(problem.endswith(DID_NOT_RUN) for problem in problems(notebook)):
            break
        page.wait_for_timeout(1000)
    return notebook


def _whole(path: Path) -> dict | None:
    """The notebook, or None while the server is still writing it."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError:
        return None


def not_shown(page: Page, path: Path) -> list[str]:
    """Cells of the notebook that the page does not show, and figures that it shows less often than the notebook."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    figures = [cell for cell in cells if "<img" in json.dumps(cell.get("outputs", []))]
    wanted = {".jp-Cell": len(cells), ".jp-Cell:has(.jp-OutputArea img)": len(figures)}
    shown = {what: page.locator(f".jp-NotebookPanel {what}").count() for what in wanted}
    return [f"{what}: {shown[what]} of {n}" for what, n in wanted.items() if shown[what] != n]


def problems(notebook: dict) -> list[str]:
    """Code cells that did not run, raised an error, or drew a figure with characters that its fonts lack."""
    found = []
    for number, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "code":
            printed = json.dumps(cell["outputs"], ensure_ascii=False)
            failed = any(output["output_type"] == "error" for output in cell["outputs"])
            if failed or "missing from font" in printed:
                found.append(f"cell {number}: {printed[:2000]}")
            if "".join(cell["source"]).strip() and cell["execution_count"] is None:
                found.append(f"cell {number} {DID_NOT_RUN}")
    return found


def blank_at_the_end(page: Page) -> float:
    """How many pixels there are below the last cell; JupyterLab's button for a new cell takes some 50 of them."""
    return page.evaluate(
        """() => {
            const outer = document.querySelector('.jp-NotebookPanel .jp-WindowedPanel-outer');
            const cells = [...outer.querySelectorAll('.jp-Cell')];
            const bottom = cells.at(-1).getBoundingClientRect().bottom - outer.getBoundingClientRect().top;
            return outer.scrollHeight - (bottom + outer.scrollTop);
        }"""
    )


def images_without_alt_or_picture(page: Page) -> list[str]:
    """Images that a screen reader could not name, or that the browser could not show.

    JupyterLab writes the alt text "Image" where there is none.
    """
    return page.eval_on_selector_all(
        ".jp-NotebookPanel img",
        """images => images.filter(i => ['', 'Image'].includes(i.alt.trim()) || !i.naturalWidth)
                           .map(i => i.outerHTML.slice(0, 200))""",
    )


def screenshot(page: Page, name: str, folder: Path) -> None:
    """Keep what the reader sees, for people to look at: in RECBOOK_SCREENSHOTS, else in pytest's folder."""
    folder = Path(os.environ.get("RECBOOK_SCREENSHOTS", folder))
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png")
