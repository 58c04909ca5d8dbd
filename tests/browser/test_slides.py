"""A deck in Chromium: every picture loads, every page fits its slide, and no request leaves the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from recbook.authoring import slides
from recbook.session import LANGUAGES

TOO_HIGH = """[...document.querySelectorAll("section")]
.filter(slide => slide.firstElementChild.getBoundingClientRect().height > slide.clientHeight).map(slide => slide.id)"""
NOT_LOADED = "[...document.images].filter(image => !image.naturalWidth).length"
SHOWN = "Math.round(scrollY / innerHeight) + 1"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("chapter", ["03", "11"])  # formulas in its beginning; most pictures
def test_a_deck_opens_by_itself_and_turns_its_pages(browser: Browser, tmp_path: Path, chapter: str, lang: str) -> None:
    (deck,) = slides.make([chapter], tmp_path, lang)
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(deck.as_uri())
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"{SHOWN} === 2")
    assert page.evaluate(TOO_HIGH) == []
    assert page.evaluate(NOT_LOADED) == 0
    assert [url for url in asked if not url.startswith("data:")] == [deck.as_uri()]
    assert said == []
    page.close()
