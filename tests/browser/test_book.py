"""The web book in a real browser, in both languages: every page as a reader sees it, search, keyboard, contrast, print.

RECBOOK_BOOK names a book that is built already; without it one is built.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from opened import Watch, formulas_not_set, markup_left_over, pictures_not_shown, served, typeset
from playwright.sync_api import Browser, Page
from test_chapters import MISSING_GLYPHS

from recbook import paths
from recbook.authoring.book import pages, site
from recbook.lab import LANGUAGES

CHAPTERS = sorted(path.stem for path in (paths.course_root() / "notebooks" / "en").glob("*.ipynb"))
PAGES = [pages.START, *CHAPTERS, pages.GLOSSARY, *pages.AROUND]
# Each has two characters, and a chapter that must be among the first three pages found.
QUERIES = {
    "冷启": "10_cold_start",
    "词元": "04_bert",
    "微调": "05_features",
    "序列": "08_sequences",
    "评估": "09_evaluation",
    "部署": "12_deployment",
    "索引": "12_deployment",
    "负采": "03_word2vec",
    "长尾": "01_challenges",
    "提示": "16_generative",
}
WORDS = {"cold start": "10_cold_start", "negative sampling": "03_word2vec", "latency": "12_deployment"}
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
LOOKED_AT = [pages.START, "00_start", "search"]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if built := os.environ.get("RECBOOK_BOOK"):
        return Path(built)
    out = tmp_path_factory.mktemp("book") / "book"
    site.build(out)
    return out


@pytest.fixture(scope="session")
def address(folder: Path) -> Iterator[str]:
    with served(folder) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    yield page
    page.close()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole(page: Page, address: str, name: str, lang: str) -> None:
    watch = Watch(page, address)
    page.goto(f"{address}/{lang}/{name}.html")
    typeset(page)
    assert pictures_not_shown(page) == []
    assert formulas_not_set(page) == []
    assert markup_left_over(page) == []
    assert watch.faults == []
    neighbours = page.locator(".prev-next-footer a")
    assert neighbours.count() == (1 if name in (PAGES[0], PAGES[-1]) else 2)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_character_of_the_book_has_a_glyph(page: Page, address: str, lang: str) -> None:
    page.goto(f"{address}/{lang}/search.html")  # which has the text of every section
    page.evaluate(
        """() => {
            const characters = [...new Set(JSON.stringify(window.recbookSections))];
            document.querySelector('article').textContent = characters.join('');
        }"""
    )
    assert page.evaluate(MISSING_GLYPHS.replace(".jp-RenderedHTMLCommon", "article")) == []


@pytest.mark.parametrize(("name", "place"), [("01_challenges", 8), ("anywhere", 1)])
def test_the_other_language_opens_at_the_same_section(page: Page, address: str, name: str, place: int) -> None:
    page.goto(f"{address}/en/{name}.html")
    typeset(page)
    wanted = page.locator("article section[id]").nth(place).get_attribute("id")
    page.evaluate("id => document.getElementById(id).scrollIntoView({behavior: 'instant'})", wanted)
    click_language(page)
    page.wait_for_url(f"{address}/zh/{name}.html#{wanted}")
    typeset(page)
    page.wait_for_function("id => Math.abs(document.getElementById(id).getBoundingClientRect().top) < 130", arg=wanted)
    page.evaluate("window.scrollTo({top: 0, behavior: 'instant'})")
    page.wait_for_function("scrollY === 0")
    click_language(page)
    page.wait_for_url(f"{address}/en/{name}.html")


def click_language(page: Page) -> None:
    """Click the switch where it stands: Playwright's own click scrolls the page first."""
    box = page.locator("a.recbook-language").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def found(page: Page, address: str, lang: str, words: str) -> list[str]:
    """The pages that the search shows, in order."""
    page.goto(f"{address}/{lang}/search.html?q={words}")
    links = page.locator("#recbook-found h2 a")
    return [re.sub(r"\.html$", "", link) for link in links.evaluate_all("a => a.map(x => x.getAttribute('href'))")]


def test_ten_chinese_queries_find_their_chapter(page: Page, address: str) -> None:
    first = {words: found(page, address, "zh", words)[:3] for words in QUERIES}
    assert {words: pages for words, pages in first.items() if QUERIES[words] not in pages} == {}


def test_english_queries_find_their_chapter(page: Page, address: str) -> None:
    first = {words: found(page, address, "en", words)[:3] for words in WORDS}
    assert {words: pages for words, pages in first.items() if WORDS[words] not in pages} == {}


def test_the_search_leads_to_the_section_and_works_from_a_file_too(page: Page, folder: Path) -> None:
    watch = Watch(page, "file:")
    page.goto((folder / "zh" / "index.html").as_uri())
    page.keyboard.press("Control+k")
    page.keyboard.type("长尾")
    page.keyboard.press("Enter")
    page.locator("#recbook-found h3 a").first.click()
    section = page.url.partition("#")[2]
    assert "长尾" in page.locator(f"section#{section}").inner_text()
    assert watch.faults == []
    page.goto((folder / "zh" / "search.html").as_uri() + "?q=没有这样的词")
    assert "没有找到" in page.locator("#recbook-said").inner_text()


def test_a_choice_of_a_quiz_opens_by_keyboard(page: Page, address: str) -> None:
    page.goto(f"{address}/en/00_start.html#quiz")
    choice = page.locator(".cell_output details", has=page.locator("summary")).first
    assert not choice.locator("div").is_visible()
    choice.locator("summary").focus()
    page.keyboard.press("Enter")
    assert re.match("✓ Right|✗ Not this one", choice.locator("div").inner_text())


def test_the_first_stop_of_the_keyboard_leads_to_the_text(page: Page, address: str) -> None:
    page.goto(f"{address}/en/00_start.html")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#main-content")
    for _ in range(12):  # what stands above the text can all be reached
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.recbook-run') !== null"):
            break
    page.keyboard.press("Enter")
    assert page.locator(".recbook-run code").first.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_no_fault(browser: Browser, address: str, lang: str, scheme: str) -> None:
    # Buttons fade from one scheme's colour to the other's: what Axe reads in between is nobody's colour.
    page = browser.new_page(color_scheme=scheme, reduced_motion="reduce")
    faults = {}
    for name in LOOKED_AT:
        page.goto(f"{address}/{lang}/{name}.html" + ("?q=MiniLM" if name == "search" else ""))
        typeset(page)
        said = Axe().run(page, options=RULES).response
        assert "color-contrast" in {rule["id"] for rule in said["passes"]}
        for rule in said["violations"]:
            faults[f"{name}: {rule['id']}"] = [node["target"] for node in rule["nodes"][:3]]
    page.close()
    assert faults == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_print_of_a_chapter_has_every_figure(page: Page, address: str, lang: str) -> None:
    page.goto(f"{address}/{lang}/01_challenges.html")
    typeset(page)
    figures = page.locator("article img").count()
    assert figures
    assert images_of(page.pdf()) >= figures


def images_of(pdf: bytes) -> int:
    """How many pictures a PDF holds; masks of transparency are no pictures."""
    objects = re.findall(rb"<<[^<>]*/Subtype */Image[^<>]*>>", pdf)
    masks = {number for found in objects for number in re.findall(rb"/SMask (\d+) 0 R", found)}
    return len(objects) - len(masks)
