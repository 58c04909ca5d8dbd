"""Every chapter's figures: drawn with alt text in the reader's language, and in words that mean one thing."""

from __future__ import annotations

import html
import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import nbformat
import pytest
from figure_checks import assert_well_drawn, draws_of
from sanitizing import sanitized

from recbook import plots
from recbook.authoring.wording import strings_of, words_of
from recbook.learning import bank
from recbook.paths import course_root

SLUGS = [slug for slug in bank.chapters() if (course_root() / "recbook" / "chapters" / slug / "figures.py").is_file()]
DRAWS = {f"{slug}-{name}": draw for slug in SLUGS for name, draw in draws_of(slug).items()}


def figures_of(slug: str) -> ModuleType:
    return importlib.import_module(f"recbook.chapters.{slug}.figures")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", DRAWS)
def test_every_figure_has_alt_text_and_all_its_glyphs(name, language, page):
    assert_well_drawn(DRAWS[name], language, page)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_figure_has_a_sample(slug):
    module = figures_of(slug)
    functions = dict(inspect.getmembers(module, inspect.isfunction))
    own = {name: made for name, made in functions.items() if made.__module__ == module.__name__ and name[0] != "_"}
    # A figure gives nothing back; what does is a text that a figure shows.
    assert {name for name, made in own.items() if made.__annotations__["return"] == "None"} == set(draws_of(slug))


def test_a_word_means_one_thing_over_all_chapters():
    """Refused when the figures are imported, here as by nobody else: all chapters in one process, in both orders."""
    for order in (SLUGS, SLUGS[::-1]):
        code = "\n".join(f"import recbook.chapters.{slug}.figures" for slug in order)
        ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("slug", SLUGS)
def test_every_word_is_used(slug):
    """A word is used if the chapter's built notebook shows it (alt text counts), or if its figures' code names it."""
    path = Path(figures_of(slug).__file__)
    named = strings_of(path.read_text(encoding="utf-8"))
    (notebook,) = (course_root() / "solutions" / "en").glob(f"[0-9][0-9]_{slug}.ipynb")
    shown = outputs(notebook)
    unused = [
        f"{path}:{line}: {key!r}"
        for key, line in words_of(path).items()
        if key not in named and not stands_in(plots.known_words()[key][0], shown)
    ]
    assert unused == [], f"If they were changed just now, show them: `recbook build {slug} --force`."


def stands_in(words: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) is not None


def outputs(path: Path) -> str:
    """What a built notebook shows, as text."""
    found = [output for cell in nbformat.read(path, as_version=4).cells for output in cell.get("outputs", [])]
    texts = [f"{output.get('text', '')}\n{output.get('data', {}).get('text/html', '')}" for output in found]
    return html.unescape(sanitized("\n".join(texts)))


@pytest.mark.parametrize("slug", SLUGS)
def test_shared_words_are_given_once(slug):
    assert set(words_of(Path(figures_of(slug).__file__))) & set(words_of(Path(plots.base.__file__))) == set()
