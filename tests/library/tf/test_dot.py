"""The Keras towers are the PyTorch towers: same outputs, same losses, same steps from the same weights and batches."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import keras
import numpy as np
import pytest
import tensorflow as tf
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from recbook.data import Interactions
from recbook.models import dot as by_torch
from recbook.models.towers import TowerSettings, batches, learning_rates, n_steps, start_weights, user_features
from recbook.tf import dot

KINDS = {"identity": {"text": False}, "text": {"identity": False}, "both": {}}
SMALL = TowerSettings(width=6, negatives=9, batch_size=16, epochs=3)


@pytest.fixture(scope="module")
def log():
    """40 users, 25 items, of which the last two were never met; a batch holds users and items several times."""
    rng = np.random.default_rng(0)
    user, item = np.arange(200) % 40, rng.integers(23, size=200)
    return Interactions(user, item, np.ones(200), np.arange(200), np.arange(40), np.arange(25))


@pytest.fixture(scope="module")
def features():
    vectors = np.random.default_rng(1).normal(size=(25, 8)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def both_models(log, features, chosen, scale=0.5):
    weights = start_weights(log.n_users, log.n_items, 8, replace(chosen, start_scale=scale), seed=2)
    weights["item_bias"] = np.random.default_rng(3).normal(size=log.n_items).astype(np.float32)
    known = (user_features(log, features), features) if chosen.text else (None, None)
    return dot.TwoTower(weights, *known), by_torch.TwoTower(weights, *known)


def assert_same_weights(ours, theirs, atol):
    ours, theirs = ours.weights_by_name(), theirs.weights()
    assert ours.keys() == theirs.keys()
    for name in ours:
        np.testing.assert_allclose(ours[name], theirs[name], atol=atol, err_msg=name)


@pytest.mark.parametrize("kind", KINDS)
def test_same_weights_same_outputs(kind, log, features):
    ours, theirs = both_models(log, features, replace(SMALL, **KINDS[kind]))
    users, items = np.arange(40), np.arange(25)
    with torch.inference_mode():
        table = theirs.against(torch.tensor(users), torch.tensor(items)).numpy()
        pairs = theirs(torch.tensor(log.user), torch.tensor(log.item)).numpy()
    np.testing.assert_allclose(ours.against(users, items).numpy(), table, atol=1e-5)
    np.testing.assert_allclose(ours((log.user, log.item)).numpy(), pairs, atol=1e-5)
    assert_same_weights(ours, theirs, 0)


def test_same_outputs_and_steps_at_the_size_of_minilm():
    """384 numbers a text vector, 64 a tower, batches of 1024 rows with 256 negatives: as the chapters train."""
    rng = np.random.default_rng(0)
    chosen = TowerSettings(epochs=1)
    n_users, n_items, n = 300, 500, 5 * chosen.batch_size
    log = Interactions(
        rng.integers(n_users, size=n), rng.integers(n_items, size=n), np.ones(n), np.arange(n),
        np.arange(n_users), np.arange(n_items),
    )  # fmt: skip
    vectors = rng.normal(size=(n_items, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    weights = start_weights(n_users, n_items, 384, chosen)
    known = user_features(log, vectors), vectors
    ours, theirs = dot.TwoTower(weights, *known), by_torch.TwoTower(weights, *known)
    users, items = np.arange(n_users), np.arange(n_items)
    with torch.inference_mode():
        table = theirs.against(torch.tensor(users), torch.tensor(items)).numpy()
    np.testing.assert_allclose(ours.against(users, items).numpy(), table, atol=1e-5)
    ours.compile(dot.adam(log, chosen), chosen)
    optimizer, rates = torch.optim.Adam(theirs.parameters()), learning_rates(n_steps(log, chosen), chosen)
    for step, batch in enumerate(batches(log, chosen)):
        optimizer.param_groups[0]["lr"] = rates[step]
        expected = by_torch.train_step(theirs, optimizer, batch, chosen)
        assert float(ours.train_step(batch)["loss"]) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("loss", ["softmax", "sigmoid"])
@pytest.mark.parametrize("kind", KINDS)
def test_five_steps_of_training_are_the_same(kind, loss, log, features):
    chosen = replace(SMALL, loss=loss, **KINDS[kind])
    ours, theirs = both_models(log, features, chosen)
    ours.compile(dot.adam(log, chosen), chosen)
    optimizer, rates = torch.optim.Adam(theirs.parameters()), learning_rates(n_steps(log, chosen), chosen)
    for step, batch in enumerate(islice(batches(log, chosen), 5)):
        optimizer.param_groups[0]["lr"] = rates[step]
        expected = by_torch.train_step(theirs, optimizer, batch, chosen)
        assert float(ours.train_step(batch)["loss"]) == pytest.approx(expected, rel=1e-4)
    assert_same_weights(ours, theirs, 1e-4)


@given(st.integers(1, 5), st.integers(1, 6), st.integers(0, 10_000), st.floats(0.1, 20))
@settings(max_examples=25, deadline=None)
def test_losses_against_their_formulas(n, m, seed, weight):
    rng = np.random.default_rng(seed)
    positive, negative = rng.normal(size=n) * 3, rng.normal(size=(n, m)) * 3
    negative[rng.random((n, m)) < 0.2] = -np.inf
    shares = [np.exp(p) / (np.exp(p) + np.exp(row).sum()) for p, row in zip(positive, negative, strict=True)]
    yes, no = 1 / (1 + np.exp(-positive)), 1 / (1 + np.exp(negative))
    assert float(dot.softmax_loss(positive, negative)) == pytest.approx(-np.log(shares).mean())
    expected = -np.log(yes).mean() - weight * np.log(no).mean()
    assert float(dot.sigmoid_loss(positive, negative, weight)) == pytest.approx(expected)


def test_losses_stay_finite_for_large_scores():
    large = np.array([800.0, -800.0], np.float32)
    assert np.isfinite(float(dot.softmax_loss(large, large[::-1, None])))
    assert float(dot.sigmoid_loss(large, large[:, None], 1.0)) == pytest.approx(800)


def test_a_row_does_not_compete_with_its_own_item(log, features):
    ours, _ = both_models(log, features, SMALL)
    users, items = np.array([0]), np.array([4])
    alone = dot.batch_loss(ours, (users, items, np.array([7])), SMALL)
    with_own = dot.batch_loss(ours, (users, items, np.array([7, 4])), SMALL)
    assert float(alone) == pytest.approx(float(with_own), rel=1e-6)


def test_whole_adds_up_what_belongs_to_one_row():
    pieces = tf.IndexedSlices(tf.constant([[1.0], [2.0], [4.0]]), tf.constant([2, 0, 2]), dense_shape=(3, 1))
    (table,) = dot.whole([pieces])
    np.testing.assert_array_equal(table.numpy(), [[2], [0], [5]])


def test_the_dataset_holds_the_shared_batches(log):
    made = list(dot.as_dataset(log, SMALL, seed=5))
    for ours, theirs in zip(made, batches(log, SMALL, seed=5), strict=True):
        for column, expected in zip(ours, theirs, strict=True):
            np.testing.assert_array_equal(column.numpy(), expected)


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_fit_ends_where_pytorch_ends(kind, log, features):
    chosen = replace(SMALL, **KINDS[kind])
    ours = dot.DotRecommender(features, chosen, seed=1).fit(log)
    theirs = by_torch.DotRecommender(features, chosen, seed=1).fit(log)
    assert len(ours.losses_) == n_steps(log, chosen)
    np.testing.assert_allclose(ours.losses_, theirs.losses_, rtol=1e-3)
    np.testing.assert_allclose(ours.score(np.array([3, 1])), theirs.score(np.array([3, 1])), atol=1e-2)


def test_fits_the_same_each_time(log, features):
    first, second = (dot.DotRecommender(features, SMALL).fit(log).score(np.arange(40)) for _ in range(2))
    assert first.dtype == np.float32 and first.shape == (40, 25)
    np.testing.assert_array_equal(first, second)


def test_learns_who_met_what(log):
    chosen = replace(SMALL, text=False, epochs=60, learning_rate=0.05)
    scores = dot.DotRecommender(None, chosen).fit(log).score(np.arange(40))
    met = log.matrix().toarray() > 0
    assert scores[met].mean() > scores[~met].mean() + 2


def test_on_epoch_is_asked_and_stops(log):
    asked = []
    chosen = replace(SMALL, text=False)
    model = dot.DotRecommender(None, chosen, on_epoch=lambda fitted, epoch: asked.append(epoch) or epoch == 2)
    model.fit(log)
    assert asked == [1, 2]
    assert len(model.losses_) == 2 * n_steps(log, chosen) // chosen.epochs


def test_refuses_what_it_cannot_do(log):
    with pytest.raises(ValueError, match="give item_features"):
        dot.DotRecommender(None, TowerSettings(text=True))
    with pytest.raises(ValueError, match="give the features"):
        dot.TwoTower(start_weights(4, 4, 2, SMALL))
    with pytest.raises(RuntimeError, match=r"call \.fit"):
        dot.DotRecommender().score(np.arange(2))


def test_mixed_precision_computes_in_16_bits_and_keeps_weights_in_32(log, features):
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model, _ = both_models(log, features, SMALL)
        model.compile(dot.adam(log, SMALL), SMALL, jit_compile=False)
        before = model.weights_by_name()
        losses = [float(model.train_step(batch)["loss"]) for batch in islice(batches(log, SMALL), 3)]
        assert model.against(np.arange(2), np.arange(3)).dtype == tf.bfloat16
    finally:
        keras.config.set_dtype_policy("float32")
    assert np.isfinite(losses).all()
    assert {weight.dtype for weight in model.trainable_weights} == {"float32"}
    assert all((model.weights_by_name()[name] != old).any() for name, old in before.items())
