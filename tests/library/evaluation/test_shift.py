"""Distances between two windows of counts: by hand, against SciPy, and what chance alone makes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.distance import jensenshannon

from recbook.evaluation.shift import by_chance, jensen_shannon, shares, stability_index

counts = arrays(np.int64, 6, elements=st.integers(0, 50)).filter(lambda row: row.sum() > 0)


@given(counts, counts, counts)
def test_it_is_scipy_s_distance_and_a_metric(a, b, c):
    assert jensen_shannon(a, b) == pytest.approx(jensenshannon(a, b, base=2), abs=1e-7)
    assert jensen_shannon(a, b) == pytest.approx(jensen_shannon(b, a), abs=1e-12)
    assert jensen_shannon(a, c) <= jensen_shannon(a, b) + jensen_shannon(b, c) + 1e-7
    assert 0 <= jensen_shannon(a, b) <= 1 + 1e-12


def test_the_ends_of_its_scale():
    assert jensen_shannon([3, 1, 0], [30, 10, 0]) == pytest.approx(0, abs=1e-8)
    assert jensen_shannon([3, 1, 0, 0], [0, 0, 5, 1]) == pytest.approx(1)


def test_half_moved_by_hand():
    """p = (1, 0), q = (1/2, 1/2): m = (3/4, 1/4), KL(p, m) = log2(4/3), KL(q, m) = (log2(2/3) + log2 2) / 2."""
    expected = np.sqrt((np.log2(4 / 3) + (np.log2(2 / 3) + 1) / 2) / 2)
    assert jensen_shannon([8, 0], [1, 1]) == pytest.approx(expected)


def test_windows_of_one_world_lie_within_chance_and_of_two_do_not():
    rng = np.random.default_rng(0)
    world = rng.dirichlet(np.ones(200))
    a, b = rng.multinomial(2000, world), rng.multinomial(1000, world)
    other = rng.multinomial(1000, rng.dirichlet(np.ones(200)))
    drawn = by_chance(a, b, 200)
    assert drawn.shape == (200,) and drawn.min() > 0.05  # chance alone is far from 0
    assert np.quantile(drawn, 0.001) < jensen_shannon(a, b) < np.quantile(drawn, 0.999)
    assert jensen_shannon(a, other) > by_chance(a, other, 200).max()


def test_chance_shrinks_with_the_rows_as_their_root():
    a = np.full(50, 40)
    assert by_chance(a, a, 50).mean() / by_chance(16 * a, 16 * a, 50).mean() == pytest.approx(4, rel=0.1)
    assert (by_chance(a, a, 5, seed=1) == by_chance(a, a, 5, seed=1)).all()


def test_the_stability_index_by_hand():
    """Shares (3/4, 1/4) and (1/4, 3/4): twice 1/2 * ln 3."""
    assert stability_index([3, 1], [1, 3], smooth=1e-9) == pytest.approx(np.log(3), abs=1e-6)
    assert stability_index([5, 5], [9, 9]) == pytest.approx(0)


def test_with_rare_items_the_index_tells_of_its_smoothing():
    rare = np.zeros(1000)
    rare[:10] = 100
    moved = np.roll(rare, 5)
    assert stability_index(rare, moved, 0.01) > 1.5 * stability_index(rare, moved, 1.0)


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ([1, -1], [1, 1], "from 0 up"),
        ([np.nan, 1], [1, 1], "from 0 up"),
        ([[1, 1]], [1, 1], "a row of numbers"),
        ([0, 0], [1, 1], "without a row"),
        ([1, 1, 1], [1, 1], "got 3 and 2"),
    ],
)
def test_what_has_no_distance(first, second, words):
    with pytest.raises(ValueError, match=words):
        jensen_shannon(first, second)


def test_other_mistakes():
    with pytest.raises(ValueError, match="smooth must be above 0"):
        stability_index([1], [1], 0)
    with pytest.raises(ValueError, match="same items"):
        by_chance([1, 2], [1])
    with pytest.raises(ValueError, match="same items"):
        stability_index([1, 2], [1])
    assert shares([1, 3]).tolist() == [0.25, 0.75]
