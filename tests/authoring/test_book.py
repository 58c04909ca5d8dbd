"""The web book without a browser: names of sections, links, addresses, first cells, and a book of two chapters."""

from __future__ import annotations

import json
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from typer.testing import CliRunner

from recbook import paths
from recbook.authoring.book import chapters, handout, headings, pages, portable, site
from recbook.authoring.book.address import Address, stated
from recbook.authoring.book.links import Links
from recbook.cli import app

ADDRESS = Address("https://github.com/someone/course", "v1")
CHAPTERS = ["00_start", "13_toolbox"]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("book") / "book"
    site.build(out, CHAPTERS, address=ADDRESS, report=lambda line: None)
    return out


def test_headings_are_named_by_their_anchor_or_their_words_and_each_name_is_given_once() -> None:
    text = '# 00 · A start\n\n```python\n# no heading\n```\n\n## More <a id="deeper"></a>\n\n## A start'
    assert headings.names([text, "## A start"]) == ["00-a-start", "deeper", "a-start", "a-start-2"]
    named = headings.named(text, "page", iter(["one", "two", "three"]))
    assert named.split("\n")[:2] == ["(page-one)=", "# 00 · A start"]
    assert "```python\n# no heading\n```" in named
    assert "(page-two)=\n## More\n" in named


def test_the_other_language_gets_the_english_names_and_a_missing_section_is_refused(tmp_path: Path) -> None:
    links = Links("notebooks/zh/01_a.ipynb", "01_a", ["01_a"])
    notebook = new_notebook(cells=[new_markdown_cell("# 题目\n\n## 选读")])
    page = chapters.as_page(notebook, ["title", "deeper"], links, tmp_path)
    assert "(01_a-deeper)=\n## 选读" in page.cells[0].source
    with pytest.raises(ValueError, match="more headings"):
        chapters.as_page(notebook, ["title"], links, tmp_path)
    with pytest.raises(ValueError, match=r"lacks sections.*third"):
        chapters.as_page(notebook, ["title", "deeper", "third"], links, tmp_path)


def test_links_lead_to_pages_and_sections_of_the_book() -> None:
    links = Links("notebooks/zh/01_a.ipynb", "01_a", ["01_a", "02_b", "reference"], "https://example.org/files")
    assert links.rewritten("[x](#deeper)") == "[x](#01_a-deeper)"
    assert links.rewritten("[x](02_b.ipynb)") == "[x](02_b.ipynb)"
    assert links.rewritten("[x](02_b.ipynb#y)") == "[x](#02_b-y)"
    assert links.rewritten("[x](../../docs/reference.zh-CN.md)") == "[x](reference.md)"
    assert links.rewritten("[x](https://example.org)") == "[x](https://example.org)"
    assert links.rewritten("`[x](#y)`") == "`[x](#y)`"
    assert links.rewritten("[x](../../LICENSE)") == "[x](https://example.org/files/LICENSE)"
    assert Links("docs/a.md", "a", ["a"]).rewritten("the [x](../LICENSE)") == "the x"


def test_links_that_a_cell_shows_lead_to_pages_too() -> None:
    links = Links("notebooks/en/15_a.ipynb", "15_a", ["15_a", "02_b"])
    assert links.in_html('<a href="02_b.ipynb">x</a>') == '<a href="02_b.html">x</a>'
    assert links.in_html('<a href="02_b.ipynb#new-y">x</a>') == '<a href="02_b.html#b-new-y">x</a>'
    for other in ('<a href="https://example.org/c.ipynb">x</a>', '<a href="03_c.ipynb">x</a>', "02_b.ipynb"):
        assert links.in_html(other) == other


def test_links_to_other_places_are_made_of_one_address() -> None:
    assert ADDRESS.files == "https://github.com/someone/course/blob/v1"
    assert ADDRESS.colab("zh", "00_start").endswith("/github/someone/course/blob/book/notebooks/zh/00_start.ipynb")
    assert ADDRESS.binder("en", "00_start").startswith("https://mybinder.org/v2/gh/someone/course/v1?urlpath=")
    elsewhere = Address("https://example.org/a/b")
    assert elsewhere.colab("en", "00_start") == ""
    assert "/git/https%3A%2F%2Fexample.org%2Fa%2Fb/main?" in elsewhere.binder("en", "00_start")
    assert (Address().files, Address().wheel, Address().colab("en", "x"), Address().binder("en", "x")) == ("",) * 4


@pytest.mark.parametrize("wrong", ["course", "http://example.org/a/b", "https://example.org", "https://example.org/a/"])
def test_what_is_no_address_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="is no address of a clone"):
        Address(wrong)


def test_the_address_is_read_from_pyproject(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text('[project]\nname = "x"\n')
    assert stated(file) == ""
    file.write_text('[project.urls]\nRepository = "https://example.org/a/b.git"\n')
    assert stated(file) == "https://example.org/a/b"


def test_the_first_cell_installs_what_the_chapter_imports_and_only_that() -> None:
    plain = new_notebook(cells=[new_markdown_cell("# A"), new_code_cell("import recbook")])
    first = portable.portable(plain, "zh", ADDRESS).cells[1].source
    assert 'find_spec("recbook") is None' in first and f"recbook[serve] @ {ADDRESS.wheel}" in first
    assert "noto-sans-sc" in first and "gensim" in first
    assert not re.search("tensorflow|jupyterlab|ipykernel", first)
    keras = new_notebook(cells=[new_code_cell("from recbook.tf import bert")])
    assert '"tensorflow>=' in portable.portable(keras, "en", ADDRESS).cells[0].source
    assert portable.portable(plain, "zh", Address()) == plain


class _Page(HTMLParser):
    """Ids, links and files of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: set[str] = set()
        self.loaded: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        self.ids += [found["id"]] if found.get("id") else []
        self.links |= {found["href"]} if tag == "a" and found.get("href") else set()
        self.loaded |= {found[key] for key in ("src", "href") if tag != "a" and found.get(key)}


def read(book: Path) -> dict[Path, _Page]:
    return {path: _Page(path.read_text(encoding="utf-8")) for path in sorted(book.rglob("*.html"))}


def test_every_link_of_the_book_leads_somewhere_and_nothing_is_loaded_from_elsewhere(book: Path) -> None:
    found = {path.resolve(): page for path, page in read(book).items()}
    broken = []
    for path, page in found.items():
        for link in page.links | page.loaded:
            file, section = urldefrag(link)
            if re.match(r"(https?|mailto):", link):
                broken += [f"{path.name} loads {link}"] if link in page.loaded else []
                continue
            if link.startswith("data:"):
                continue
            target = (path.parent / unquote(file.split("?")[0])).resolve() if file else path
            lost = not target.exists() or (section and target in found and section not in found[target].ids)
            broken += [f"{path.parent.name}/{path.name}: {link}"] if lost else []
    assert broken == []


def test_both_languages_have_the_same_pages_with_the_same_sections(book: Path) -> None:
    names = {path.stem for path in (book / "en").glob("*.html")}
    assert {*CHAPTERS, *pages.AROUND, pages.START, "search"} <= names
    assert names == {path.stem for path in (book / "zh").glob("*.html")}
    for name in names:
        texts = [(book / lang / f"{name}.html").read_text(encoding="utf-8") for lang in ("en", "zh")]
        english, chinese = (re.findall(r'<section id="([^"]+)"', text) for text in texts)
        assert english == chinese
        assert 'class="btn btn-sm recbook-language"' in texts[0]


def test_a_chapter_says_how_to_run_it(book: Path) -> None:
    text = (book / "zh" / "00_start.html").read_text(encoding="utf-8")
    for part in ("make lab COURSE_LANG=zh", "my/zh/00_start.ipynb", "colab.research", "mybinder.org", " download>"):
        assert part in text


def test_the_book_has_the_students_notebooks_and_no_solution(book: Path) -> None:
    offered = sorted(path.relative_to(book).as_posix() for path in book.rglob("*.ipynb"))
    assert offered == [f"notebooks/{lang}/{chapter}.ipynb" for lang in ("en", "zh") for chapter in CHAPTERS]
    for path in offered:
        notebook, released = (nbformat.read(root / path, as_version=4) for root in (book, paths.course_root()))
        assert [cell for cell in notebook.cells if cell.id != "install"] == released.cells
    assert not list(book.rglob("*solution*"))


def test_the_search_has_every_section_and_what_the_reader_sees_of_it(book: Path) -> None:
    script = (book / "zh" / "_static" / "sections.js").read_text(encoding="utf-8")
    sections = json.loads(script.removeprefix("window.recbookSections = ").removesuffix(";\n"))
    text = {(page, name): heading + words for page, name, heading, words in sections}
    assert "余弦相似度" in text["00_start", "how-does-the-model-do-it"]
    assert "recbook.claim(" not in "".join(text.values())  # the code of claims is folded away
    assert not re.search("<(div|table|td|p)[ >]", "".join(text.values()))


def test_a_folder_that_is_no_book_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    ran = CliRunner().invoke(app, ["book", "--chapter", "00", "--out", str(tmp_path)])
    assert ran.exit_code == 1 and "holds something that is no book" in ran.output
    assert (tmp_path / "thesis.txt").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--chapter", "77"], "No chapter is called '77'"),
        (["--lang", "fr"], "no course in 'fr'"),
        (["--repository", "course"], "is no address of a clone"),
    ],
)
def test_a_wrong_option_is_answered_by_a_sentence(words: list[str], said: str, tmp_path: Path) -> None:
    for command in ("book", "handout"):
        ran = CliRunner().invoke(app, [command, "--out", str(tmp_path / "new"), *words])
        assert ran.exit_code == 1 and said in " ".join(ran.output.split())
        assert not (tmp_path / "new").exists()


def test_the_handout_has_the_notebooks_without_solutions_and_is_the_same_each_time(tmp_path: Path) -> None:
    files = [tmp_path / "a.zip", tmp_path / "b.zip"]
    for file in files:
        handout.write(file, ["00"], ("en", "zh"), ADDRESS)
    assert files[0].read_bytes() == files[1].read_bytes()
    with zipfile.ZipFile(files[0]) as packed:
        notebooks = [f"notebooks/{lang}/00_start.ipynb" for lang in ("en", "zh")]
        assert sorted(packed.namelist()) == ["README.md", "README.zh-CN.md", *notebooks]
        assert "### BEGIN SOLUTION" not in packed.read(notebooks[0]).decode()
        assert "](anywhere" not in packed.read("README.md").decode()
