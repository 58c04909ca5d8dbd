"""Measures beyond accuracy against the same written as loops, at their borders, and on real lists."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from recbook.evaluation import beyond


@st.composite
def worlds(draw):
    """Lists with holes at their ends, a history, classes that sum to 1 or 0, counts."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    m, n, k = draw(st.integers(1, 5)), draw(st.integers(4, 9)), draw(st.integers(1, 4))
    lists = np.array([rng.permutation(n)[:k] for _ in range(m)])
    lists[np.arange(k) >= rng.integers(0, k + 1, size=(m, 1))] = -1
    classes = rng.integers(0, 2, size=(n, 3)).astype(float)
    classes /= np.maximum(classes.sum(axis=1, keepdims=True), 1)
    return lists, rng.random((m, n)) < 0.4, classes, rng.integers(0, 20, size=n)


@given(worlds())
def test_coverage_novelty_and_lift_as_loops(world):
    lists, history, _, counts = world
    n = history.shape[1]
    assert beyond.coverage(lists, n) == len({i for row in lists.tolist() for i in row if i >= 0}) / n
    novelty = beyond.novelty(lists, counts, 20)
    lift = beyond.popularity_lift(lists, sparse.csr_array(history), counts)
    for u, row in enumerate(lists.tolist()):
        films = [i for i in row if i >= 0]
        own = [counts[i] for i in range(n) if history[u, i]]
        if not films:
            assert np.isnan(novelty[u]) and np.isnan(lift[u])
            continue
        assert novelty[u] == pytest.approx(-sum(math.log2(max(counts[i], 1) / 20) for i in films) / len(films))
        if sum(own):
            assert lift[u] == pytest.approx(np.mean([counts[i] for i in films]) / np.mean(own))
        else:
            assert np.isnan(lift[u])


@given(worlds())
def test_diversity_as_loops(world):
    lists, _, classes, _ = world
    for row, value in zip(lists.tolist(), beyond.diversity(lists, classes), strict=True):
        films = [i for i in row if i >= 0]
        apart = []
        for i, j in itertools.combinations(films, 2):
            lengths = np.linalg.norm(classes[i]) * np.linalg.norm(classes[j])
            apart.append(1 - (classes[i] @ classes[j] / lengths if lengths else 0))
        # A film without a class is alike to nothing, itself included, and no pair holds a film twice.
        assert value == pytest.approx(np.mean(apart)) if apart else np.isnan(value)


@given(worlds(), st.integers(0, 2**32 - 1))
def test_serendipity_as_loops(world, seed):
    lists, relevant, _, _ = world
    n = relevant.shape[1]
    expected = np.random.default_rng(seed).integers(-1, n, size=(len(lists), 3))
    dense = beyond.serendipity(lists, relevant, expected)
    np.testing.assert_array_equal(dense, beyond.serendipity(lists, sparse.csr_array(relevant), expected))
    for u, row in enumerate(lists.tolist()):
        films = [i for i in row if i >= 0]
        good = [i for i in films if relevant[u, i] and i not in expected[u]]
        assert dense[u] == pytest.approx(len(good) / len(films)) if films else np.isnan(dense[u])


@given(worlds())
def test_miscalibration_as_loops(world):
    lists, history, classes, _ = world
    values = beyond.miscalibration(lists, sparse.csr_array(history), classes)
    for u, row in enumerate(lists.tolist()):
        films = [i for i in row if i >= 0]
        p, q = (sum((classes[i] for i in items), np.zeros(3)) for items in (np.flatnonzero(history[u]), films))
        if not p.sum() or not q.sum():
            assert np.isnan(values[u])
            continue
        p, q = p / p.sum(), q / q.sum()
        mixed = 0.99 * q + 0.01 * p
        assert values[u] == pytest.approx(
            sum(a * math.log(a / b) for a, b in zip(p, mixed, strict=True) if a), abs=1e-12
        )


def test_a_list_with_the_mix_of_the_history_is_calibrated():
    classes = np.eye(2)[[0, 0, 0, 1, 0, 0, 0, 1]]
    history = np.array([[1, 1, 1, 1, 0, 0, 0, 0]])
    assert beyond.miscalibration(np.array([[4, 5, 6, 7]]), history, classes) == pytest.approx(0)
    # By pencil: p = (3/4, 1/4), q = (1, 0), smoothed (0.9975, 0.0025).
    skewed = 0.75 * math.log(0.75 / 0.9975) + 0.25 * math.log(0.25 / 0.0025)
    assert beyond.miscalibration(np.array([[4, 5, 6]]), history, classes) == pytest.approx(skewed)


def greedy(scores, wanted, classes, k, weight, pool, alpha=0.01):
    """Calibrated lists of one user by trying every film at every place."""
    best = sorted(range(len(scores)), key=lambda i: (-scores[i], i))[:pool]
    low, high = scores[best[-1]], scores[best[0]]
    chosen: list[int] = []
    for _ in range(k):

        def worth(i, chosen=chosen):
            q = classes[[*chosen, i]].sum(axis=0)
            q = (1 - alpha) * q / q.sum() + alpha * wanted
            cost = sum(a * math.log(a / b) for a, b in zip(wanted, q, strict=True) if a)
            # What was chosen before is a constant of the sum of scores.
            return (1 - weight) * (scores[i] - low) / (high - low) - weight * cost

        chosen.append(max((i for i in best if i not in chosen), key=worth))
    return chosen


@given(st.integers(0, 2**32 - 1), st.floats(0, 0.95))
def test_calibrated_lists_are_the_greedy_ones(seed, weight):
    rng = np.random.default_rng(seed)
    scores, history = rng.random((3, 12)), rng.random((3, 12)) < 0.5
    history[:, 0] = True
    classes = rng.dirichlet(np.ones(3), size=12)
    found = beyond.calibrated_lists(scores, history, classes, k=4, weight=weight, pool=8)
    wanted = beyond.class_shares(history.astype(float), classes)
    for u in range(3):
        assert found[u].tolist() == greedy(scores[u], wanted[u], classes, 4, weight, 8)


def test_lists_that_are_not_indices_are_refused():
    with pytest.raises(ValueError, match="item indices"):
        beyond.coverage(np.zeros((2, 3)), 5)
