"""Bandits: choices by hand, and regret that grows as it must."""

from __future__ import annotations

import numpy as np
import pytest

from recbook.bandits import POLICIES, choose, play

RNG = np.random.default_rng(0)


def test_greedy_and_ucb_by_hand():
    a, b = np.array([[9.0, 1.0]]), np.array([[1.0, 1.0]])
    assert choose("greedy", a, b, 100, RNG) == [0]  # means 0.9 and 0.5
    # 0.9 + sqrt(2 log 100 / 10) = 1.86, 0.5 + sqrt(2 log 100 / 2) = 2.65
    assert choose("ucb", a, b, 100, RNG) == [1]


def test_epsilon_one_is_random_and_zero_is_greedy():
    a, b = np.tile([5.0, 1.0, 1.0], (3000, 1)), np.ones((3000, 3))
    shares = np.bincount(choose("epsilon", a, b, 1, np.random.default_rng(1), epsilon=1.0), minlength=3) / 3000
    assert np.abs(shares - 1 / 3).max() < 0.05
    assert (choose("epsilon", a, b, 1, RNG, epsilon=0.0) == 0).all()


def test_thompson_shows_an_item_as_often_as_it_is_likely_the_best():
    a, b = np.tile([3.0, 2.0], (20000, 1)), np.tile([1.0, 1.0], (20000, 1))
    share = (choose("thompson", a, b, 1, np.random.default_rng(2)) == 0).mean()
    # P(x > y) for x ~ Beta(3, 1), y ~ Beta(2, 1): the integral of 3 x² · x² is 3/5.
    assert share == pytest.approx(0.6, abs=0.02)


@pytest.mark.parametrize("policy", POLICIES)
def test_regret_never_falls_and_is_the_same_for_the_same_seed(policy):
    chances, prior = np.array([0.2, 0.5, 0.8]), (np.ones(3), np.ones(3))
    one = play(policy, chances, prior, steps=60, worlds=10, seed=3)
    assert one.shape == (10, 60) and (np.diff(one, axis=1) >= 0).all()
    np.testing.assert_array_equal(one, play(policy, chances, prior, steps=60, worlds=10, seed=3))


def test_a_certain_prior_on_the_best_item_loses_nothing():
    prior = (np.array([1.0, 1000.0]), np.array([1000.0, 1.0]))
    assert play("greedy", np.array([0.1, 0.9]), prior, steps=50, worlds=5).max() == 0


def test_exploring_beats_greed_in_the_long_run():
    chances, prior = np.array([0.4, 0.5, 0.6, 0.7]), (np.ones(4), np.ones(4))
    greedy, thompson = (play(p, chances, prior, steps=2000, worlds=200)[:, -1].mean() for p in ("greedy", "thompson"))
    assert thompson < greedy / 2


def test_says_what_is_wrong():
    with pytest.raises(ValueError, match="greedy"):
        choose("best", np.ones((1, 2)), np.ones((1, 2)), 1, RNG)
    with pytest.raises(ValueError, match="prior"):
        play("greedy", np.array([0.5]), (np.zeros(1), np.ones(1)), steps=1)
