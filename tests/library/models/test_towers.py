"""What both frameworks' two-tower models are made of: weights, features, batches, rates."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recbook.data import Interactions
from recbook.models.towers import (
    TowerSettings,
    batches,
    centred,
    learning_rates,
    n_steps,
    start_weights,
    user_features,
)

SMALL = TowerSettings(width=4, negatives=5, batch_size=3, epochs=2)


@st.composite
def logs(draw) -> Interactions:
    """Up to 12 interactions of 4 users with 6 items; item 5 is never met."""
    pairs = draw(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=1, max_size=12))
    user, item = np.array(pairs, np.int64).T
    n = len(user)
    return Interactions(user, item, np.ones(n, np.float32), np.arange(n), np.arange(4), np.arange(6))


@given(logs(), st.integers(1, 5), st.integers(1, 3), st.integers(0, 3))
def test_an_epoch_is_the_log_in_another_order(log, size, epochs, seed):
    settings = replace(SMALL, batch_size=size, epochs=epochs)
    made = list(batches(log, settings, seed))
    assert len(made) == n_steps(log, settings)
    length = len(made) // epochs
    for start in range(0, len(made), length):
        epoch = made[start : start + length]
        pairs = sorted((u, i) for batch in epoch for u, i in zip(batch.users, batch.items, strict=True))
        assert pairs == sorted(zip(log.user.tolist(), log.item.tolist(), strict=True))
        assert [len(batch.users) for batch in epoch[:-1]] == [size] * (length - 1)


@given(logs(), st.integers(0, 3))
def test_negatives_are_items_that_somebody_met(log, seed):
    drawn = np.concatenate([batch.negatives for batch in batches(log, SMALL, seed)])
    assert set(drawn) <= set(log.item)
    assert all(batch.negatives.shape == (5,) for batch in batches(log, SMALL, seed))


def test_negatives_are_drawn_evenly():
    """However often an item was met: 4 items, of which one fills half of the log."""
    item = np.array([0] * 6 + [1, 1, 2, 2, 3, 3])
    log = Interactions(np.zeros(12, np.int64), item, np.ones(12), np.arange(12), np.arange(1), np.arange(4))
    settings = replace(SMALL, negatives=1000, batch_size=12, epochs=40)
    share = np.bincount(np.concatenate([batch.negatives for batch in batches(log, settings)]), minlength=4) / 40_000
    np.testing.assert_allclose(share, 0.25, atol=0.01)


@given(logs())
def test_batches_follow_the_seed(log):
    def flat(seed):
        return [part.tolist() for batch in batches(log, SMALL, seed) for part in batch]

    assert flat(1) == flat(1)
    if log.n > 6:
        assert flat(1) != flat(2)


def test_epochs_are_shuffled_anew(movielens):
    first, second = (next(iter(batches(movielens, TowerSettings(epochs=1), seed))).users for seed in (0, 1))
    assert not np.array_equal(first, second)
    settings = TowerSettings(batch_size=movielens.n, epochs=2)
    one, two = batches(movielens, settings)
    assert not np.array_equal(one.users, two.users)


@given(st.integers(1, 60), st.floats(1e-5, 1))
def test_rates_fall_in_a_straight_line(total, rate):
    rates = learning_rates(total, replace(SMALL, learning_rate=rate))
    assert rates[0] == rate and rates[-1] == pytest.approx(rate / total) and rates.shape == (total,)
    np.testing.assert_allclose(np.diff(rates), -rate / total, atol=1e-12)


@pytest.mark.parametrize(
    ("identity", "text", "names"),
    [
        (True, False, {"user_identity", "item_identity", "item_bias"}),
        (False, True, {"user_projection", "item_projection", "item_bias"}),
        (True, True, {"user_identity", "item_identity", "user_projection", "item_projection", "item_bias"}),
    ],
)
def test_only_the_weights_that_are_asked_for(identity, text, names):
    settings = TowerSettings(width=8, identity=identity, text=text, start_scale=0.1)
    weights = start_weights(400, 500, 300, settings, seed=3)
    assert set(weights) == names and not weights["item_bias"].any()
    shapes = {"user_identity": (400, 8), "item_identity": (500, 8), "user_projection": (300, 8)}
    shapes |= {"item_projection": (300, 8), "item_bias": (500,)}
    for name, value in weights.items():
        assert value.shape == shapes[name] and value.dtype == np.float32
        if name != "item_bias":
            assert value.std() == pytest.approx(0.1, rel=0.1) and abs(value.mean()) < 0.01
    again, other = (start_weights(400, 500, 300, settings, seed=seed) for seed in (3, 4))
    name = next(iter(names - {"item_bias"}))
    assert np.array_equal(weights[name], again[name]) and not np.array_equal(weights[name], other[name])


@given(st.integers(2, 6), st.integers(2, 5), st.integers(0, 9))
def test_centred_vectors_have_unit_length_and_forget_a_common_part(n, d, seed):
    vectors = np.random.default_rng(seed).normal(size=(n, d))
    made = centred(vectors)
    assert made.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(made, axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(centred(vectors + 7), made, atol=1e-4)


@given(logs(), st.integers(0, 9))
def test_user_features_are_the_mean_of_what_was_met(log, seed):
    features = np.random.default_rng(seed).normal(size=(6, 3)).astype(np.float32)
    made = user_features(log, features)
    for user in range(4):
        met = np.unique(log.item[log.user == user])  # an item met twice is still an item met
        mean = features[met].mean(axis=0) if len(met) else np.zeros(3)
        np.testing.assert_allclose(made[user], mean / max(np.linalg.norm(mean), 1e-12), atol=1e-4)


def test_features_of_other_items_are_refused(tiny):
    with pytest.raises(ValueError, match=r"item_features has 3 rows, the log 4 items"):
        user_features(tiny, np.ones((3, 2)))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"identity": False, "text": False}, "something to start from"),
        ({"loss": "hinge"}, "softmax, sigmoid; got 'hinge'"),
        ({"width": 0}, "width must be above 0; got 0"),
        ({"learning_rate": -0.1}, "learning_rate must be above 0; got -0.1"),
        ({"negative_weight": 0}, "negative_weight must be above 0"),
    ],
)
def test_settings_that_cannot_be(wrong, message):
    with pytest.raises(ValueError, match=message):
        TowerSettings(**wrong)


def test_no_framework_is_imported():
    code = "import sys, recbook.models.towers; print({'torch', 'tensorflow', 'keras'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
