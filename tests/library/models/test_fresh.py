"""Popularity of the last hours and profiles with a half-life, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from recbook.models.fresh import near_twins, profiles, recent_counts

CLICKS = np.array([[0, 0, 1.0], [0, 1, 25.0], [1, 1, 40.0], [0, 2, 49.0], [1, 0, 60.0]])  # reader, article, hour


def test_recent_counts_read_the_window_before_now():
    assert recent_counts(CLICKS, 4, now=49).tolist() == [1, 2, 0, 0]
    assert recent_counts(CLICKS, 4, now=49, window=24).tolist() == [0, 2, 0, 0]
    assert recent_counts(CLICKS, 4, now=50, window=3).tolist() == [0, 0, 1, 0]


def test_a_profile_halves_with_every_half_life():
    got = profiles(CLICKS, np.eye(3), 3, now=49, half_life=24)
    np.testing.assert_allclose(got[0], np.array([0.25, 0.5, 0]) / np.hypot(0.25, 0.5))
    np.testing.assert_allclose(got[1:], [[0, 1, 0], [0, 0, 0]])


def test_without_a_half_life_all_clicks_weigh_the_same():
    np.testing.assert_allclose(profiles(CLICKS, np.eye(3), 1 + 1, now=49, half_life=None)[0], [0.5**0.5, 0.5**0.5, 0])


def test_near_twins_are_alike_and_of_one_day():
    vectors, hours = np.array([[1.0, 0], [2.0, 0.1], [0, 1], [1, 0]]), np.array([0.0, 5, 6, 40])
    assert near_twins(vectors, hours, least=0.9).tolist() == [[0, 1]]
    assert near_twins(vectors, hours, least=0.9, within=48).tolist() == [[0, 1], [0, 3], [1, 3]]


def test_says_what_is_wrong():
    with pytest.raises(ValueError, match="window"):
        recent_counts(CLICKS, 4, 49, window=0)
    with pytest.raises(ValueError, match="half_life"):
        profiles(CLICKS, np.eye(3), 2, 49, half_life=0)
