"""The contrastive loss against loops, its correction against simulation, the towers against the encoder."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from recbook.data import Interactions
from recbook.layers import EncoderLayer
from recbook.models import contrastive
from recbook.models.contrastive import (
    Contrastive,
    Frozen,
    LinearHead,
    MLPHead,
    States,
    TopLayer,
    info_nce,
    log_inclusion,
    n_trainable,
    step_loss,
    steps_of,
)
from recbook.text import TextEncoder


def small_log(seed=0, n_users=12, n_items=15, n=90):
    rng = np.random.default_rng(seed)
    pairs = np.unique(rng.integers([n_users, n_items], size=(n, 2)), axis=0)
    n = len(pairs)
    return Interactions(*pairs.T, np.full(n, 4.0, np.float32), np.arange(n), np.arange(n_users), np.arange(n_items))


def by_loops(scores, positive, log_q, allowed):
    losses = []
    for i, row in enumerate(scores):
        powers = {j: math.exp(s - log_q[j]) for j, s in enumerate(row) if allowed[i, j] or j == positive[i]}
        losses.append(math.log(sum(powers.values())) - math.log(powers[positive[i]]))
    return sum(losses) / len(losses)


@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(2, 6))
def test_info_nce_is_the_sum_over_allowed_candidates(seed, n, m):
    rng = np.random.default_rng(seed)
    scores, log_q = rng.normal(size=(n, m)), np.log(rng.uniform(0.05, 1, m))
    positive, allowed = rng.integers(m, size=n), rng.random((n, m)) < 0.6
    ours = info_nce(*(torch.tensor(part) for part in (scores, positive, log_q, allowed))).item()
    assert ours == pytest.approx(by_loops(scores, positive, log_q, allowed))


@given(st.integers(0, 10_000), st.floats(-3, 3))
def test_a_correction_that_is_the_same_for_all_changes_nothing(seed, shift):
    scores = torch.tensor(np.random.default_rng(seed).normal(size=(4, 5)))
    positive = torch.tensor([0, 4, 2, 2])
    assert info_nce(scores, positive, torch.full((5,), shift)).item() == pytest.approx(
        info_nce(scores, positive).item()
    )


def test_log_inclusion_is_how_often_a_batch_holds_an_item():
    counts = np.array([50, 30, 15, 5, 0])
    drawn = np.random.default_rng(0).choice(5, size=(40_000, 8), p=counts / 100)
    seen = (drawn[:, :, None] == np.arange(5)).any(axis=1).mean(axis=0)
    np.testing.assert_allclose(np.exp(log_inclusion(counts, 8)), seen, atol=0.01)
    assert log_inclusion(counts, 8)[4] == -np.inf


@settings(max_examples=20)
@given(st.integers(0, 1000))
def test_a_step_holds_what_its_users_met_and_no_more(seed):
    log = small_log(seed)
    table = log.matrix().toarray() > 0
    (step,) = steps_of(log, batch_size=10, steps=1, seed=seed)
    items, met, history = step.items.numpy(), step.met.numpy(), step.history.numpy() > 0
    assert (np.diff(items) > 0).all()
    own = np.zeros_like(met)
    own[np.arange(len(met)), step.positive.numpy()] = True
    assert met[own].all()
    np.testing.assert_array_equal(history, met & ~own)
    assert history.any(axis=1).all()
    rows = {tuple(row) for row in table[:, items].tolist()}
    assert {tuple(row) for row in met.tolist()} <= rows


def test_every_head_begins_as_the_vectors_themselves():
    vectors = np.random.default_rng(0).normal(size=(7, 6)).astype(np.float32)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    for tower, moving in ((Frozen(vectors), 0), (LinearHead(vectors), 36), (MLPHead(vectors, 4), 6 * 4 + 4 + 24)):
        np.testing.assert_allclose(tower(torch.arange(7)).detach(), unit, atol=1e-6)
        assert n_trainable(tower) == moving


def test_a_partner_joins_the_batch_whenever_its_item_is_drawn():
    log = small_log()
    partner = (np.arange(log.n_items) + 5) % log.n_items
    plain, joined = (next(steps_of(log, 10, 1, seed=3, partner=one)) for one in (None, partner))
    drawn = plain.items.numpy()
    np.testing.assert_array_equal(joined.items, np.union1d(drawn, partner[drawn]))
    wanted = set(joined.items[joined.positive].tolist())
    assert wanted <= set(drawn.tolist())  # the positives are still what was drawn
    own = torch.nn.functional.one_hot(joined.positive, len(joined.items)).bool()
    assert joined.met[own].all()


def test_a_partner_is_a_candidate_as_often_as_the_correction_says():
    log = small_log()
    partner = np.roll(np.arange(log.n_items), 1)
    partner[2] = 2  # its own partner: no more likely for it
    model = Contrastive(lambda: Frozen(np.eye(log.n_items)), steps=0, batch_size=6, partner=partner).fit(log)
    seen = np.zeros(log.n_items)
    rng = np.random.default_rng(0)
    for _ in range(4000):
        drawn = log.item[rng.integers(log.n, size=6)]
        seen[np.union1d(drawn, partner[drawn])] += 1 / 4000
    np.testing.assert_allclose(np.exp(log_inclusion(model._chances(), 6, log.n)), seen, atol=0.03)


def test_the_nested_loss_is_the_mean_over_the_beginnings():
    log, vectors = small_log(), np.random.default_rng(0).normal(size=(15, 8)).astype(np.float32)
    (step,) = steps_of(log, 12, 1)
    whole = step_loss(Frozen(vectors), step, 0.5).item()
    half = step_loss(Frozen(vectors[:, :4]), step, 0.5).item()
    assert step_loss(Frozen(vectors), step, 0.5, sizes=(4, 8)).item() == pytest.approx((whole + half) / 2)


def padded(seed=0):
    torch.manual_seed(seed)
    lengths = torch.tensor([3, 5, 1, 4])
    real = torch.arange(5) < lengths[:, None]
    return States(torch.randn(4, 5, 8), real), EncoderLayer(8, 2, 16)


def test_the_last_layer_in_pieces_is_the_layer_text_by_text():
    states, layer = padded()
    centre = np.full(8, 0.1, np.float32)
    ours = TopLayer(layer, states, centre, chunk=2)(torch.tensor([2, 0, 3, 1])).detach()
    for place, row in enumerate((2, 0, 3, 1)):
        mean = layer(states.tokens[row : row + 1, : int(states.real[row].sum())])[0].mean(dim=0)
        moved = mean / mean.norm() - torch.tensor(centre)
        np.testing.assert_allclose(ours[place], (moved / moved.norm()).detach(), atol=1e-5)


def test_training_the_layer_leaves_the_given_one_alone():
    states, layer = padded()
    before = layer.mix.weight.clone()
    tower = TopLayer(layer, states)
    torch.nn.init.zeros_(tower.layer.mix.weight)
    assert torch.equal(layer.mix.weight, before)


def test_the_gradient_reaches_both_the_users_and_the_films():
    log = small_log()
    (step,) = steps_of(log, 12, 1)
    vectors = np.random.default_rng(1).normal(size=(log.n_items, 4))
    tower = LinearHead(vectors).double()
    tower.vectors = tower.vectors.double()
    step = step._replace(history=step.history.double())

    def loss(weight):
        tower.weight.data = weight
        return step_loss(tower, step, 0.5).item()

    start = torch.randn(4, 4, dtype=torch.double) * 0.1
    loss(start)
    value = step_loss(tower, step, 0.5)
    (gradient,) = torch.autograd.grad(value, tower.weight)
    nudge = torch.zeros(4, 4, dtype=torch.double)
    nudge[1, 2] = 1e-5
    assert (loss(start + nudge) - loss(start - nudge)) / 2e-5 == pytest.approx(gradient[1, 2].item(), abs=1e-6)


def test_fitting_lowers_the_loss_and_is_repeatable():
    log, vectors = small_log(n=150), np.random.default_rng(0).normal(size=(15, 8))
    runs = [Contrastive(lambda: LinearHead(vectors), steps=60, rate=1e-2, batch_size=32).fit(log) for _ in range(2)]
    assert np.mean(runs[0].losses_[-10:]) < np.mean(runs[0].losses_[:10])
    np.testing.assert_array_equal(runs[0].vectors_, runs[1].vectors_)


def test_scores_are_cosines_of_the_mean_of_the_history():
    log, vectors = small_log(), np.random.default_rng(0).normal(size=(15, 5)).astype(np.float32)
    model = Contrastive(lambda: Frozen(vectors), temperature=0.2, prior=0.5).fit(log)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    mine = unit[log.item[log.user == 3]].mean(axis=0)
    expected = unit @ mine / np.linalg.norm(mine) / 0.2 + 0.5 * np.log1p(log.item_counts())
    np.testing.assert_allclose(model.score(np.array([3]))[0], expected, atol=1e-5)


@pytest.mark.parametrize("wrong", [{"rate": 0}, {"temperature": -1}, {"steps": -1}, {"batch_size": 1}])
def test_refuses_settings_that_make_no_sense(wrong):
    with pytest.raises(ValueError, match="got"):
        Contrastive(lambda: Frozen(np.eye(3)), **wrong)


def test_scoring_before_fitting_says_so():
    with pytest.raises(RuntimeError, match="fit"):
        Contrastive(lambda: Frozen(np.eye(3))).score(np.arange(2))


def test_cached_states_and_last_layer_give_the_encoders_vectors():
    encoder, texts = TextEncoder("splade-tiny"), ["Toy Story", "A", "The Hunt for Red October"]
    states, layer = contrastive.lower_states(texts, encoder, chunk=2)
    ours = TopLayer(layer, states)(torch.arange(3)).detach()
    np.testing.assert_allclose(ours, encoder.encode(texts), atol=1e-5)


def test_a_stack_of_layers_on_cached_states_gives_the_encoders_vectors_and_can_be_trained():
    encoder, texts = TextEncoder("splade-tiny"), ["Toy Story", "A", "The Hunt for Red October"]
    states, stack = contrastive.states_below(texts, encoder, 2, chunk=2)
    vectors = TopLayer(stack, states)(torch.arange(3))
    assert len(stack) == 2
    np.testing.assert_allclose(vectors.detach(), encoder.encode(texts), atol=1e-5)
    vectors[:, 0].sum().backward()


@pytest.mark.parametrize("n_layers", [0, 3])
def test_more_layers_than_the_encoder_has_are_refused(n_layers):
    with pytest.raises(ValueError, match=f"n_layers must be 1 to 2, what it has; got {n_layers}"):
        contrastive.states_below(["A"], TextEncoder("splade-tiny"), n_layers)
