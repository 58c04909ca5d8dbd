"""Figures: an image with alt text in the reader's language, and no missing glyph."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from recbook import plots, session

COUNTS = np.array([50, 20, 9, 4, 1, 1])
DRAWS = {
    "course_map": lambda: plots.course_map(),
    "similarities": lambda: plots.similarities("q", np.array([0.1, 0.5, 0.4, 0.5]), ["A", "B", "C", "B"]),
    "long_tail": lambda: plots.long_tail(COUNTS),
    "lorenz": lambda: plots.lorenz(COUNTS, 0.5),
    "thinning": lambda: plots.thinning([1, 0.5], {"EASE": np.array([0.2, 0.1])}, {"EASE": np.array([[0.1, 0.3]] * 2)}),
    "genre_agreement": lambda: plots.genre_agreement({"titles": (0.2, 0.1, 0.3), "random": (0.1, 0.05, 0.2)}),
    "reasons": lambda: plots.reasons(np.arange(20.0), [f"film {i}" for i in range(20)], "X & Y"),
    "personal_part": lambda: plots.personal_part({"random": [0.1], "titles": [0.2]}, {"titles": [0.3]}),
    "probe": lambda: plots.probe([10, 100], {"words": np.full((2, 3), 0.6), "titles": np.full((2, 3), 0.7)}),
}


@pytest.fixture
def page(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    return shown


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", DRAWS)
def test_every_figure_has_alt_text_and_all_its_glyphs(name, language, page):
    session.setup(language)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # Matplotlib warns of a glyph that the font lacks
        assert DRAWS[name]() is None
    (shown,) = page
    alt = shown.data.split('alt="')[1].split('"')[0]
    assert len(alt) > 20
    assert any("\u4e00" <= character <= "\u9fff" for character in alt) == (language == "zh")
    assert "data:image/png;base64," in shown.data


def test_every_figure_is_tested():
    helpers = {"name", "show", "table"}
    assert set(plots.__all__) - helpers == set(DRAWS)


def test_alt_text_is_escaped(page):
    DRAWS["reasons"]()
    assert '"X' not in page[0].data.split("src=")[0].split('alt="')[1][:-2]


def test_figures_are_the_same_each_time(page):
    DRAWS["lorenz"]()
    DRAWS["lorenz"]()
    assert page[0].data == page[1].data
