"""How a figure and a table reach the page, and the figures that several chapters share."""

from __future__ import annotations

import io
from base64 import b64decode

import numpy as np
import pandas as pd
import pytest
from figure_checks import assert_well_drawn
from PIL import Image

from recbook import plots, session
from recbook.evaluation import Report
from recbook.plots import base

COUNTS = np.array([50, 20, 9, 4, 1, 1])
DRAWS = {
    "personal_part": lambda: plots.personal_part({"random": [0.1], "titles": [0.2]}, {"titles": [0.3]}),
    "ranking": lambda: plots.ranking({"EASE": Report({"ndcg@10": COUNTS / 50})}, mark="EASE"),
    "identity_towers": lambda: plots.identity_towers(384, 64),
    "hidden_sets": lambda: plots.hidden_sets({"random": [0.03, 0.04], "both": [0.15, 0.1]}, "Films"),
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", DRAWS)
def test_every_figure_has_alt_text_and_all_its_glyphs(name, language, page):
    assert_well_drawn(DRAWS[name], language, page)


def test_every_figure_is_tested():
    helpers = {"add_words", "ends", "film", "known_words", "name", "show", "show_moving", "table"}
    assert set(plots.__all__) - helpers == set(DRAWS)


def show(colour: str, alt: str = "A line that rises, and another.") -> None:
    drawn, axes = base.figure(5, 3)
    axes.plot([0, 1], color=colour, lw=8)
    axes.plot([1, 0])
    plots.show(drawn, alt)


def test_alt_text_is_escaped_in_html_alone(page):
    show("red", 'The title "X & Y" as a bar')
    ((shown, metadata),) = page
    assert shown["text/plain"] == metadata["image/png"]["alt"] == 'The title "X & Y" as a bar'
    assert ' alt="The title &quot;X &amp; Y&quot; as a bar" ' in shown["text/html"]


def test_figures_are_the_same_each_time(page):
    show("red")
    show("red")
    assert page[0] == page[1]


def test_a_palette_keeps_surfaces_as_they_are_and_halves_the_bytes(page):
    """A heat map of 72 shades beside lines in all colours, against what Matplotlib itself saves."""
    drawn, (left, right) = base.figure(9, 4, columns=2)
    left.imshow(np.linspace(0, 1, 72).reshape(8, 9), cmap="cividis")
    for place, colour in enumerate(base.CYCLE):
        right.plot([0, 1], [place, place + 1], color=colour, lw=2, label=colour)
    right.legend()
    plots.show(drawn, "Shades and lines.")
    whole = io.BytesIO()
    drawn.savefig(whole, format="png", dpi=base.DPI, bbox_inches="tight")
    packed = b64decode(page[0][0]["image/png"])
    assert len(packed) < len(whole.getvalue()) / 2
    before, after = (
        np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int) for png in (whole.getvalue(), packed)
    )
    _, kind, counts = np.unique(before.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True)
    error = np.abs(before - after).max(axis=2).ravel()
    assert error[counts[kind.ravel()] >= 100].max() <= 5


def squares(*colours: str) -> list:
    made = [base.figure(2, 2) for _ in colours]
    for (_, axes), colour in zip(made, colours, strict=True):
        axes.set_facecolor(colour)
    return [drawn for drawn, _ in made]


def test_a_moving_picture_shows_its_end_where_nothing_moves(page):
    plots.show_moving(squares("red", "lime", "blue"), "Three squares; the last is blue.")
    ((shown, metadata),) = page
    assert metadata == {"image/png": {"alt": "Three squares; the last is blue."}}
    film = Image.open(io.BytesIO(b64decode(shown["image/png"])))
    assert (film.mode, film.n_frames, film.info["loop"], film.info["default_image"]) == ("P", 4, 3, True)
    seen = []
    for frame in range(film.n_frames):
        film.seek(frame)
        seen.append(film.convert("RGB").getpixel((film.width // 2, film.height // 2)))
    assert seen == [(0, 0, 255), (255, 0, 0), (0, 255, 0), (0, 0, 255)]
    assert film.info["duration"] * 3 <= 5000


def test_a_picture_that_moves_too_long_is_refused():
    with pytest.raises(ValueError, match="give at most 10 figures, not 11"):
        plots.show_moving(squares(*["red"] * 11), "Too long.")


def test_a_film_has_its_chinese_title_behind_the_english_one():
    with session.speaking("zh"):
        assert plots.film("Titanic") == "Titanic（泰坦尼克号）"
        assert plots.film("Dumbo") == "Dumbo（小飞象）"
        assert plots.film("Three Lives and Only One Death") == "Three Lives and Only One Death"
    with session.speaking("en"):
        assert plots.film("Titanic") == "Titanic"


def test_outside_of_a_notebook_the_alt_text_is_printed(capsys):
    show("red")
    assert capsys.readouterr().out == "A line that rises, and another.\n"


ROWS = pd.DataFrame({"title": ["<b>", "Sneakers"], "mean": [0.12345, 2.0], "n": [1, 20]})


def test_a_table_is_html_and_columns_of_text(page):
    with session.speaking("en"):
        plots.table(ROWS, "Two & two")
    ((shown, metadata),) = page
    assert metadata == {}
    assert shown["text/plain"].splitlines() == [
        "Two & two",
        "   title  mean  n",
        "     <b> 0.123  1",
        "Sneakers 2.000 20",
    ]
    assert "<caption><b>Two &amp; two</b></caption>" in shown["text/html"]
    assert '<th scope="row">&lt;b&gt;</th>' in shown["text/html"]


def test_the_numbers_of_a_figure_stand_folded_up_below_it(page):
    drawn, _ = base.figure(2, 2)
    with session.speaking("zh"):
        plots.show(drawn, "两个模型。", [{"model": "EASE", "mean": 0.1}, {"model": "popularity"}])
    (_, metadata), (shown, none) = page
    assert (metadata, none) == ({"image/png": {"alt": "两个模型。"}}, {})
    assert shown["text/html"].startswith("<details><summary>图中的数值</summary><table")
    assert '<th scope="col">平均</th>' in shown["text/html"]
    assert shown["text/plain"].split() == ["图中的数值", "模型", "平均", "EASE", "0.100", "popularity", "–"]


def test_the_highest_and_the_lowest_stand_in_an_alt_text():
    with session.speaking("en"):
        assert base.extremes({"random": -0.25, "EASE": 0.5}, 2) == "highest EASE 0.50, lowest random order −0.25"


def test_columns_of_a_chinese_table_are_straight(page):
    with session.speaking("zh"):
        plots.table(ROWS)
    head, first, _ = page[0][0]["text/plain"].splitlines()
    assert head == "    片名  平均  n"
    assert first == "     <b> 0.123  1"


def test_a_word_with_two_meanings_is_refused(monkeypatch):
    monkeypatch.setattr(base, "_WORDS", {"rank": ("rank", "名次")})
    plots.add_words({"rank": ("rank", "名次"), "late": ("late", "晚")})
    assert plots.known_words()["late"] == ("late", "晚")
    with pytest.raises(ValueError, match=r"'rank' means \('rank', '名次'\) already, not \('rank', '秩'\)"):
        plots.add_words({"rank": ("rank", "秩")})


def test_the_ends_of_an_interval_have_a_proper_minus_in_both_languages():
    with session.speaking("en"):
        assert plots.ends(-0.0451, 0.0052) == "−0.045 to 0.005"
    with session.speaking("zh"):
        assert plots.ends(-0.0451, 0.0052, 2, sign=True) == "−0.05 到 +0.01"
