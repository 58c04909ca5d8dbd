"""Figures: an image with alt text in the reader's language, and no missing glyph."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from recbook import plots, session
from recbook.evaluation import Report
from recbook.text import word2vec

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
    "windows": lambda: plots.windows(["a", "b", "c"], radius=1),
    "huffman": lambda: plots.huffman(word2vec.huffman(COUNTS), list("abcdef"), COUNTS),
    "own_rank": lambda: plots.own_rank({("CBOW", 1): [1, 9], ("CBOW", 2): [90, 60]}, {"CBOW": 60.0}, every=50),
    "three_ways": lambda: plots.three_ways({"NumPy": [4.0, 2.5], "gensim": [4.0, 2.4]}),
    "similarity_by_size": lambda: plots.similarity_by_size(
        {"news": 10, "big": 100}, {"news": (0.1, -0.2, 0.4), "big": (0.5, 0.4, 0.6)}
    ),
    "heat_maps": lambda: plots.heat_maps({"cosine": np.array([[0.1, 0.2], [0.05, 0.15]])}, [-1, 0.75], [1, 5]),
    "film_map": lambda: plots.film_map(
        np.arange(8.0).reshape(4, 2), ["Horror", "", "Sci-Fi", "Horror"], [1970, 1980, 1990, 1990], {0: "A & B"}
    ),
    "ranking": lambda: plots.ranking({"EASE": Report({"ndcg@10": COUNTS / 50})}, mark="EASE"),
    "who_reads_whom": lambda: plots.who_reads_whom(["a", "b", "c"]),
    "attention_maps": lambda: plots.attention_maps({"L1 H1": np.eye(2), "L1 H2": np.full((2, 2), 0.5)}, ["a", "b"]),
    "pretraining": lambda: plots.pretraining(
        np.random.default_rng(0).random((40, 3)),
        10,
        [{"step": [1], "mlm_loss": [1], "nsp_loss": [1], "nsp_accuracy": [0]}],
    ),
    "published_against_scratch": lambda: plots.published_against_scratch(
        {("published", 0): (0.3, 0.2, 0.4), ("scratch", 0): (0.1, 0.05, 0.2)},
        {start: [{"held_out": {"step": [0], "mlm_accuracy": [0.2]}}] for start in ("published", "scratch")}
        | {"scratch_long": {"held_out": {"step": [0], "mlm_accuracy": [0.2]}}, "baselines": {"left_neighbour": 0.1}},
    ),
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
