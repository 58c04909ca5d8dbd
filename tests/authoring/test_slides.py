"""A chapter's deck: every picture, the takeaways and the beginning are in it, and it asks no host for anything."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from typer.testing import CliRunner

from recbook.authoring import slides
from recbook.cli import app
from recbook.paths import course_root
from recbook.session import LANGUAGES

CHAPTERS = [(path, lang) for lang in LANGUAGES for path in sorted((course_root() / "notebooks" / lang).glob("*.ipynb"))]
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def outer(path_and_lang: object) -> str:
    return getattr(path_and_lang, "stem", str(path_and_lang))


@pytest.mark.parametrize(("path", "lang"), CHAPTERS, ids=outer)
def test_a_deck_has_every_picture_and_takeaway_of_its_chapter_and_nothing_from_elsewhere(path: Path, lang: str) -> None:
    notebook = nbformat.read(path, as_version=4)
    page = slides.deck(notebook, lang)
    pictures = {data["image/png"].strip() for data in shown(notebook) if "image/png" in data}
    assert all(picture.replace("\n", "") in page.replace("\n", "") for picture in pictures)
    assert all(re.search(r'alt="[^"]', image) for image in re.findall(r"<img[^>]*>", page))
    taken = slides.slides(notebook, lang)[-1]
    assert taken.kind == "takeaways"
    assert taken.parts[0].count("<li>") >= 4
    assert not re.search(r'(?:src|href)="(?!data:|https?:)|<(?:link|iframe|object)\b|@import|url\(', page)
    assert not re.search(r'src="https?:', page)
    assert "SOLUTION" not in page
    assert "recbook.setup(" not in page


def shown(notebook: NotebookNode) -> list[dict]:
    return [output["data"] for cell in notebook.cells for output in cell.get("outputs", []) if "data" in output]


def chapter(*cells: NotebookNode) -> NotebookNode:
    setup = new_code_cell('import recbook\nrecbook.setup("en")')
    return new_notebook(cells=[new_markdown_cell("# 99 · Trial\n\n**You need** $e^x$."), setup, *cells])


def picture(text: str = "a picture") -> NotebookNode:
    data = {
        "image/png": PIXEL,
        "text/html": f'<img alt="{text}" src="data:image/png;base64,{PIXEL}">',
        "text/plain": text,
    }
    return new_code_cell("figures.draw()", outputs=[new_output("display_data", data)])


def claim(text: str) -> NotebookNode:
    cell = new_code_cell("recbook.claim(True)", outputs=[new_output("display_data", {"text/html": f"<p>{text}</p>"})])
    cell.metadata["jupyter"] = {"source_hidden": True}
    return cell


def test_what_a_picture_shows_stands_below_it_and_its_section_above() -> None:
    section = new_markdown_cell("Text.\n\n## A `section`\n\nMore.")
    made = slides.slides(chapter(section, picture(), claim("It grows."), claim("It falls.")), "en")
    assert [slide.kind for slide in made] == ["title", "picture"]
    assert made[1].section == "A `section`"
    assert "a picture" in made[1].parts[0] and "It grows." in made[1].parts[1]
    assert len(made[1].parts) == 2


def test_the_beginning_is_shown_cell_by_cell_without_the_imports() -> None:
    code = new_code_cell("print(1)", outputs=[new_output("stream", text="1 < 2\n")])
    made = slides.slides(chapter(new_markdown_cell("First."), code, claim("So.")), "en")
    assert [slide.kind for slide in made] == ["title", "text", "code"]
    assert "1 &lt; 2" in made[2].parts[1] and "So." in made[2].parts[2]


def test_long_prose_is_cut_between_paragraphs() -> None:
    made = slides.slides(chapter(new_markdown_cell("\n\n".join(["word " * 60] * 3))), "en")
    assert [slide.parts[0].count("<p>") for slide in made[1:]] == [1, 1, 1]


def test_formulas_are_drawn_and_links_into_the_course_are_plain_text() -> None:
    page = slides.markdown("$e^x$, [there](#place), [a page](../../docs/x.md), [PyTorch](https://pytorch.org/)")
    assert 'alt="e^x" src="data:image/svg+xml;base64,' in page
    assert page.count("<a ") == 1 and "there" in page
    assert "<code>\\oddity{x}</code>" in slides.markdown(r"$\oddity{x}$")


def test_the_command_writes_decks_and_names_chapters_that_are_missing(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["teach", "slides", "00", "start", "--out", str(tmp_path), "--lang", "zh"])
    assert result.exit_code == 0, result.output
    assert [path.name for path in tmp_path.iterdir()] == ["00_start.zh.html"]
    for words, said in ((["99"], "no chapter 99"), (["00", "--lang", "fr"], "to en or zh")):
        refused = CliRunner().invoke(app, ["teach", "slides", *words, "--out", str(tmp_path)])
        assert refused.exit_code == 1 and said in refused.stderr
