"""The two-tower model in PyTorch: against NumPy written by hand, and as a recommender."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import log_softmax

from recbook.data import Interactions, leave_one_out
from recbook.evaluation import evaluate
from recbook.models import Popularity
from recbook.models.dot import DotRecommender, TwoTower, batch_loss, sigmoid_loss, softmax_loss, train_step
from recbook.models.towers import Batch, TowerSettings, batches, learning_rates, start_weights, user_features

KINDS = [{"text": False}, {"identity": False}, {}]
N_USERS, N_ITEMS, D = 5, 7, 3


def settings_of(kind: dict, **more) -> TowerSettings:
    return TowerSettings(width=4, negatives=6, batch_size=8, epochs=2, start_scale=0.5, **kind | more)


def parts(settings: TowerSettings, seed: int) -> tuple[dict, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    weights = start_weights(N_USERS, N_ITEMS, D, settings, seed)
    weights["item_bias"] = rng.normal(size=N_ITEMS).astype(np.float32)
    return weights, *(rng.normal(size=(n, D)).astype(np.float32) for n in (N_USERS, N_ITEMS))


def table(weights: dict, users: np.ndarray, items: np.ndarray) -> np.ndarray:
    """Every score, ``(N_USERS, N_ITEMS)``, in float64 NumPy."""
    sides = []
    for side, features in (("user", users), ("item", items)):
        sides.append(np.zeros((len(features), 4)) + weights.get(f"{side}_identity", 0.0))
        if f"{side}_projection" in weights:
            sides[-1] += features.astype(float) @ weights[f"{side}_projection"].astype(float)
    return sides[0] @ sides[1].T + weights["item_bias"]


def loss_by_hand(scores: np.ndarray, batch: Batch, settings: TowerSettings) -> float:
    """A row at a time, negatives that are the row's own left out."""
    losses, costs = [], []
    for user, item in zip(batch.users, batch.items, strict=True):
        others = [scores[user, negative] for negative in batch.negatives if negative != item]
        losses.append(-log_softmax([scores[user, item], *others])[0])
        costs.append((np.logaddexp(0, -scores[user, item]), np.logaddexp(0, others).sum()))
    if settings.loss == "softmax":
        return float(np.mean(losses))
    own, others = np.mean(costs, axis=0)
    return float(own + settings.negative_weight * others / len(batch.negatives))


def draw_batch(rng: np.random.Generator, n: int = 8) -> Batch:
    return Batch(rng.integers(N_USERS, size=n), rng.integers(N_ITEMS, size=n), rng.integers(N_ITEMS, size=6))


@pytest.mark.parametrize("kind", KINDS, ids=str)
@given(seed=st.integers(0, 50))
def test_scores_are_the_formula_s(kind, seed):
    made = parts(settings_of(kind), seed)
    model, want = TwoTower(*made), table(*made)
    users, items = torch.arange(N_USERS), torch.arange(N_ITEMS)
    np.testing.assert_allclose(model.against(users, items).detach().numpy(), want, atol=1e-5)
    rng = np.random.default_rng(seed)
    a, b = rng.integers(N_USERS, size=9), rng.integers(N_ITEMS, size=9)
    np.testing.assert_allclose(model(torch.tensor(a), torch.tensor(b)).detach().numpy(), want[a, b], atol=1e-5)


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("loss", ["softmax", "sigmoid"])
@given(seed=st.integers(0, 50), weight=st.floats(0.1, 20))
def test_the_loss_is_the_one_worked_out_row_by_row(kind, loss, seed, weight):
    settings = settings_of(kind, loss=loss, negative_weight=weight)
    made, batch = parts(settings, seed), draw_batch(np.random.default_rng(seed))
    by_torch = batch_loss(TwoTower(*made), batch, settings).item()
    assert by_torch == pytest.approx(loss_by_hand(table(*made), batch, settings), rel=1e-4)


@pytest.mark.parametrize("loss", ["softmax", "sigmoid"])
@given(seed=st.integers(0, 20))
def test_gradients_agree_with_a_nudge(loss, seed):
    settings, rng = settings_of({}, loss=loss), np.random.default_rng(seed)
    weights, users, items = parts(settings, seed)
    batch = draw_batch(rng)
    model = TwoTower(weights, users, items).double()
    batch_loss(model, batch, settings).backward()
    found = {"item_bias": model.bias, "user_identity": model.user.identity, "item_projection": model.item.projection}
    for name, parameter in found.items():
        place = tuple(int(rng.integers(size)) for size in weights[name].shape)
        changed = []
        for nudge in (1e-5, -1e-5):
            moved = {key: value.astype(float) for key, value in weights.items()}
            moved[name][place] += nudge
            changed.append(loss_by_hand(table(moved, users, items), batch, settings))
        assert parameter.grad[place].item() == pytest.approx((changed[0] - changed[1]) / 2e-5, abs=1e-5)


def test_a_negative_of_minus_infinity_takes_no_part():
    positive, negative = torch.tensor([1.0, 2.0]), torch.tensor([[0.5, -1.0, 3.0], [0.0, 1.0, -2.0]])
    with_hole = torch.cat([negative, torch.full((2, 1), -torch.inf)], dim=1)
    assert softmax_loss(positive, with_hole) == softmax_loss(positive, negative)
    assert sigmoid_loss(positive, with_hole, 4.0).item() == pytest.approx(sigmoid_loss(positive, negative, 3.0).item())


def test_extreme_scores_give_finite_losses_and_gradients():
    positive = torch.tensor([-1000.0, 1000.0], requires_grad=True)
    negative = torch.tensor([[1000.0, -torch.inf], [-1000.0, 0.0]])
    for loss in (softmax_loss(positive, negative), sigmoid_loss(positive, negative, 1.0)):
        (gradient,) = torch.autograd.grad(loss, positive)
        assert torch.isfinite(loss) and torch.isfinite(gradient).all()


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_weights_go_in_and_out_by_name(kind):
    weights, users, items = parts(settings_of(kind), seed=0)
    model = TwoTower(weights, users, items)
    out = model.weights()
    assert set(out) == set(weights) and all(np.array_equal(out[name], weights[name]) for name in weights)
    assert not any("features" in name for name in model.state_dict())
    with torch.no_grad():
        model.bias.add_(1)
    assert not np.array_equal(model.weights()["item_bias"], out["item_bias"])  # a copy, not a view


def test_text_without_features_is_refused():
    weights, users, _ = parts(settings_of({}), seed=0)
    with pytest.raises(ValueError, match="give the features of users and of items"):
        TwoTower(weights, users)
    with pytest.raises(ValueError, match=r"settings\.text is True"):
        DotRecommender(settings=TowerSettings())


@given(st.integers(0, 20))
def test_a_step_is_adam_s(seed):
    """Three steps against Adam written out, in float64."""
    settings, rng = settings_of({"text": False}), np.random.default_rng(seed)
    weights, users, items = parts(settings, seed)
    model = TwoTower(weights, users, items).double()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    start, m, v = model.bias.detach().clone(), 0.0, 0.0
    for t in range(1, 4):
        batch = draw_batch(rng)
        before = train_step(model, optimizer, batch, settings)
        assert before > 0
        gradient = model.bias.grad.clone()
        m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
        start = start - 0.01 * (m / (1 - 0.9**t)) / ((v / (1 - 0.999**t)).sqrt() + 1e-8)
        torch.testing.assert_close(model.bias.detach(), start)


@pytest.fixture(scope="module")
def two_groups() -> Interactions:
    """60 users: those of even number have met 8 of items 0…19, the others 8 of items 20…39; nobody met item 40."""
    rng = np.random.default_rng(0)
    lists = [rng.permutation(20)[:8] + 20 * (user % 2) for user in range(60)]
    user, item = np.repeat(np.arange(60), 8), np.concatenate(lists)
    return Interactions(user, item, np.ones(480, np.float32), np.arange(480), np.arange(60), np.arange(41))


GROUPS = np.eye(2, dtype=np.float32)[np.array([0] * 20 + [1] * 20 + [0])]  # item 40 is like the first group


def quick(**more) -> TowerSettings:
    return TowerSettings(width=8, negatives=16, batch_size=64, epochs=30, learning_rate=0.05, **more)


@pytest.mark.parametrize("loss", ["softmax", "sigmoid"])
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_users_are_given_what_their_group_has(two_groups, kind, loss):
    model = DotRecommender(GROUPS, quick(loss=loss, **kind)).fit(two_groups)
    scores = model.score(np.arange(60))
    assert scores.shape == (60, 41) and scores.dtype == np.float32
    leaning = scores[:, :20].mean(axis=1) - scores[:, 20:40].mean(axis=1)
    assert ((leaning > 0) == (np.arange(60) % 2 == 0)).all()
    assert np.mean(model.losses_[-5:]) < np.mean(model.losses_[:5])
    np.testing.assert_allclose(model.score(np.array([3, 1])), scores[[3, 1]], rtol=1e-4)


def test_text_scores_an_item_that_nobody_met(two_groups):
    scores = DotRecommender(GROUPS, quick(identity=False)).fit(two_groups).score(np.arange(60))
    assert scores[::2, 40].min() > scores[1::2, 40].max()


def test_the_same_seed_gives_the_same_model(two_groups):
    one, two, other = (DotRecommender(GROUPS, quick(), seed).fit(two_groups).losses_ for seed in (1, 1, 2))
    assert one == two != other


def test_fit_takes_the_steps_of_the_parts(two_groups):
    settings = replace(quick(), epochs=2)
    model = DotRecommender(GROUPS, settings, seed=5).fit(two_groups)
    weights = start_weights(60, 41, 2, settings, seed=5)
    by_hand = TwoTower(weights, user_features(two_groups, GROUPS), GROUPS)
    optimizer = torch.optim.Adam(by_hand.parameters())
    steps = list(batches(two_groups, settings, seed=5))
    for batch, rate in zip(steps, learning_rates(len(steps), settings), strict=True):
        optimizer.param_groups[0]["lr"] = rate
        train_step(by_hand, optimizer, batch, settings)
    for name, value in by_hand.weights().items():
        np.testing.assert_array_equal(model.model_.weights()[name], value)


def test_a_callback_sees_every_epoch_and_may_stop(two_groups):
    seen = []

    def look(model: DotRecommender, epoch: int) -> bool:
        seen.append((epoch, model.score(np.array([0])).shape))
        return epoch == 3

    model = DotRecommender(None, quick(text=False), on_epoch=look).fit(two_groups)
    assert seen == [(epoch, (1, 41)) for epoch in (1, 2, 3)]
    assert len(model.losses_) == 3 * -(-two_groups.n // 64)


def test_an_unfitted_model_says_so():
    with pytest.raises(RuntimeError, match="learned nothing yet"):
        DotRecommender(settings=quick(text=False)).score(np.arange(2))


def test_it_beats_popularity(movielens):
    """On validation, the live setting of chapter 07 cut to four epochs and no text, with an interval above zero."""
    split = leave_one_out(movielens)
    model = DotRecommender(settings=TowerSettings(text=False, epochs=4))
    dot, popularity = evaluate(model, split, on="valid"), evaluate(Popularity(), split, on="valid")
    assert dot.difference(popularity, "ndcg@10").low > 0
