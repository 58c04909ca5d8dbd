"""Tests of differences: against exact enumeration, SciPy, and what they promise."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from recbook.evaluation import compare

p_lists = st.lists(st.floats(0, 1), min_size=1, max_size=12)


@given(st.lists(st.integers(-4, 4), min_size=1, max_size=9))
def test_sign_flips_agree_with_all_sign_flips(values):
    d = np.array(values, float)
    sums = np.array([np.dot(signs, d) for signs in itertools.product([-1, 1], repeat=len(d))])
    exact = (np.abs(sums) >= abs(d.sum())).mean()
    assert compare.sign_flip_test(d, n_flips=2000) == pytest.approx(exact, abs=0.05)


def test_a_sign_flip_test_of_equal_models_errs_as_often_as_it_says():
    rng = np.random.default_rng(0)
    p = [compare.sign_flip_test(rng.normal(size=40), n_flips=199, seed=s) for s in range(400)]
    assert np.mean(np.array(p) <= 0.1) == pytest.approx(0.1, abs=0.04)


@given(p_lists)
def test_holm_steps_down(p):
    adjusted = compare.holm(np.array(p))
    order = sorted(range(len(p)), key=lambda i: p[i])
    highest = 0.0
    for place, i in enumerate(order):
        highest = max(highest, min(1, p[i] * (len(p) - place)))
        assert adjusted[i] == pytest.approx(highest)


@given(p_lists)
def test_benjamini_hochberg_agrees_with_scipy(p):
    np.testing.assert_allclose(compare.benjamini_hochberg(np.array(p)), stats.false_discovery_control(p))


def test_an_interval_between_groups_agrees_with_the_normal_one():
    rng = np.random.default_rng(0)
    a, b = rng.normal(1, 1, size=300), rng.normal(0, 2, size=500)
    low, high = compare.bootstrap_between(np.append(a, np.nan), b)
    reach = 1.96 * np.sqrt(a.var() / 300 + b.var() / 500)
    assert (low, high) == pytest.approx((a.mean() - b.mean() - reach, a.mean() - b.mean() + reach), abs=0.03)


def test_power_is_that_of_the_normal_test():
    d = np.random.default_rng(0).normal(0.3, 1, size=5000)
    spread = np.sqrt((d**2).mean() - 0.1**2)
    expected = stats.norm.cdf(0.1 / (spread / np.sqrt(400)) - 1.96)
    assert compare.power(d, 0.1, 400, n_trials=4000) == pytest.approx(expected, abs=0.03)
    assert compare.power(d, -0.1, 400, n_trials=4000) == pytest.approx(expected, abs=0.03)
    with pytest.raises(ValueError, match="effect"):
        compare.power(d, 0.5, 100)


def test_nobody_to_compare_is_an_error():
    with pytest.raises(ValueError, match="no user"):
        compare.sign_flip_test(np.array([np.nan]))


def test_over_sets_each_user_counts_once():
    nan, rng = np.nan, np.random.default_rng(0)
    one = np.array([[0.2, nan, 0.4], [0.6, nan, nan]])
    low, high = compare.bootstrap_over_sets(one, np.full((2, 3), 0.1))
    assert 0.3 - 1e-9 <= low <= high <= 0.3 + 1e-9  # users with 0.3 and 0.3; the one in between has nothing to find
    many = rng.normal(0.5, 1, size=(5, 400))
    means = many.mean(axis=0)
    reach = 1.96 * means.std() / np.sqrt(400)
    found = compare.bootstrap_over_sets(many, np.zeros_like(many))
    assert found == pytest.approx((means.mean() - reach, means.mean() + reach), abs=0.01)


def test_sets_won_counts_means():
    one = np.array([[0.2, np.nan], [0.1, 0.3], [0.0, 0.0]])
    assert compare.sets_won(one, np.array([[0.1, 0.1], [0.2, 0.3], [0.0, 0.0]])) == 1
