"""What chapter 10 runs outside its cells: starts of new users, and content that moves with the first ratings."""

from __future__ import annotations

import numpy as np
import pytest

from recbook.chapters.cold_start import arrivals, beginners
from recbook.data import Interactions
from recbook.plots.common import hidden_sets


def log_of(user, item, stars):
    n = len(user)
    ids = np.arange(max(user) + 1), np.arange(max(item) + 1)
    return Interactions(np.array(user), np.array(item), np.array(stars, np.float32), np.arange(n)[::-1], *ids)


def test_towards_is_shrinkage_where_there_is_one_taste():
    """By pencil: 0.2 expected, three raters who all liked it, kappa 3: one half of each."""
    assert arrivals.towards(np.array([0.2]), np.ones((3, 1)), np.ones(3), 3.0) == pytest.approx([0.6])


def test_towards_stays_where_nothing_is_known():
    start = np.array([0.3, -1.0])
    assert arrivals.towards(start, np.empty((0, 2)), np.empty(0), 1.0) == pytest.approx(start)


def test_turns_count_a_films_ratings_in_time():
    log = log_of([0, 1, 2, 0], [1, 1, 1, 0], [5, 5, 5, 5])  # the times run backwards
    assert arrivals.turns(log).tolist() == [2, 1, 0, 0]


def test_factors_give_a_table_of_low_rank_back():
    log = log_of([0, 1, 0, 1], [0, 0, 1, 1], [5, 5, 5, 5])
    f, v = arrivals.factors(log, np.array([True, True]), rank=1)
    assert f @ v.T == pytest.approx(np.ones((2, 2)))


def test_a_hidden_films_first_ratings_are_not_what_is_to_be_found():
    """Twelve raters like film 0; ten are masked, so only the last two have something to find."""
    log = log_of(range(12), [0] * 12, [5] * 12)
    start, v = np.zeros((1, 1)), np.ones((12, 1))
    found = arrivals.after_ratings(log, arrivals.turns(log), np.array([True]), start, v, 1.0, 5)
    assert np.isfinite(found).sum() == 2


def test_age_and_gender_are_one_number():
    pd = pytest.importorskip("pandas")
    users = pd.DataFrame({"age": ["17", "60"], "gender": ["M", "F"], "occupation": ["student", "artist"]})
    assert beginners.age_and_gender(users).tolist() == [0, 11]
    assert beginners.profile_table(users).shape == (2, 2 + 2 + 1)


def test_no_line_joins_models_that_have_no_order(monkeypatch):
    drawn = []
    monkeypatch.setattr("recbook.plots.common.show", lambda figure, *told: drawn.append(figure))
    hidden_sets({"random": [0.03, 0.04], "titles": [0.15, 0.1]}, "Films")
    assert {line.get_linestyle() for line in drawn[0].axes[0].get_lines()} <= {"None", "none", ""}


def test_two_series_never_share_a_colour(monkeypatch):
    from recbook.chapters.cold_start import figures

    drawn = []
    monkeypatch.setattr(figures, "show", lambda figure, *told: drawn.append(figure))
    curve = {n: np.array([0.1, 0.2]) for n in (0, 1)}
    figures.click_curves({f"way {k}": curve for k in range(5)} | {"blend": curve})
    lines = drawn[0].axes[0].get_lines()
    assert len({line.get_color() for line in lines}) == len(lines)
