"""Attacks: AUC, counts read back from EASE, and the audit of a promise."""

import numpy as np
import pytest

from recbook.models.baselines import ease_weights
from recbook.privacy.attack import auc, auc_interval, epsilon_at_least, gram_of_ease
from recbook.privacy.mechanism import gaussian_sigma


def test_auc_counts_the_pairs_in_which_a_member_lies_above_ties_half():
    rng = np.random.default_rng(0)
    one, other = rng.integers(0, 5, 40), rng.integers(1, 6, 30)
    above, equal = (one[:, None] > other).mean(), (one[:, None] == other).mean()
    assert auc(one, other) == pytest.approx(above + equal / 2)


def test_the_interval_of_an_auc_holds_it():
    rng = np.random.default_rng(0)
    one, other = rng.normal(1, size=80), rng.normal(size=60)
    low, high = auc_interval(one, other)
    assert low < auc(one, other) < high


@pytest.mark.parametrize("bad", [np.array([]), np.array([1.0, np.nan]), np.ones((2, 2))], ids=["empty", "NaN", "table"])
def test_scores_that_cannot_be_ranked_are_refused(bad):
    with pytest.raises(ValueError, match="others must be"):
        auc(np.ones(3), bad)


def test_every_count_comes_back_from_eases_weights():
    rng = np.random.default_rng(0)
    rows = (rng.random((200, 40)) < rng.uniform(0.02, 0.4, 40)).astype(float)
    rows[:, 7] = 0  # nobody met it
    gram = rows.T @ rows
    found = gram_of_ease(ease_weights(gram, 30.0).astype(np.float32), 30.0)
    assert np.abs(found - gram).max() < 0.01


def test_weights_that_hang_together_by_no_item_are_refused():
    with pytest.raises(ValueError, match="no single item"):
        gram_of_ease(np.kron(np.eye(2), np.array([[0, 1.0], [1.0, 0]])), 1.0)


def test_an_audit_stays_below_the_promise_and_finds_noise_that_is_too_small():
    n, rng = 20_000, np.random.default_rng(0)
    for epsilon in (0.5, 2.0):
        right = gaussian_sigma(epsilon, 1e-5)
        proved = []
        for sigma in (right, right / 4):
            threshold = 0.5 + 1.5 * sigma
            found = int((1 + sigma * rng.normal(size=n) > threshold).sum())
            wrong = int((sigma * rng.normal(size=n) > threshold).sum())
            proved.append(epsilon_at_least(found, n, wrong, n, 1e-5))
        assert proved[0] <= epsilon < proved[1]


def test_an_audit_without_a_hit_proves_nothing():
    assert epsilon_at_least(0, 100, 0, 100, 1e-5) == 0
    with pytest.raises(ValueError, match="101 of 100"):
        epsilon_at_least(101, 100, 0, 100, 1e-5)
