"""Linear towers: what they start from, what they read, and that they learn a pattern that popularity cannot."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from recbook.data import Interactions
from recbook.data.histories import recency
from recbook.models import Popularity
from recbook.models.linear_towers import LinearTowers, examples, joined_features


def log_of(lists: list[list[int]], n_items: int) -> Interactions:
    rows = [(user, item, when) for user, items in enumerate(lists) for when, item in enumerate(items)][::-1]
    user, item, time = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    return Interactions(user, item, np.ones(len(user), np.float32), time, np.arange(len(lists)), np.arange(n_items))


histories = st.lists(st.lists(st.integers(0, 7), min_size=1, max_size=9, unique=True), min_size=1, max_size=4)


@given(histories, st.sampled_from([0.5, 1.0, 4.0]), st.integers(1, 9))
def test_an_example_is_what_recency_gives_on_the_log_so_far(lists, half_life, last):
    features = np.random.default_rng(0).normal(size=(8, 3)).astype(np.float32)
    vectors, following = examples(log_of(lists, 8), features, half_life, last)
    wanted = [
        (items[:place], items[place]) for items in lists for place in range(max(1, len(items) - last), len(items))
    ]
    assert following.tolist() == [item for _, item in wanted]
    by_recency = [(recency(log_of([before], 8), half_life) @ features)[0] for before, _ in wanted]
    if wanted:
        np.testing.assert_allclose(vectors.numpy(), by_recency, atol=1e-5)


def test_untrained_they_rank_by_popularity(movielens):
    features = np.random.default_rng(0).normal(size=(movielens.n_items, 5))
    scores = LinearTowers(features, epochs=0).fit(movielens).score(np.arange(3))
    popular = Popularity().fit(movielens).score(np.arange(3))
    assert (np.argsort(-scores, kind="stable") == np.argsort(-popular, kind="stable")).all()


@pytest.fixture(scope="module")
def chain() -> Interactions:
    """Item 3 k + 1 follows 3 k, and 3 k + 2 follows that: the last item tells the next, popularity does not."""
    rng = np.random.default_rng(0)
    lists = [[int(item) for k in rng.permutation(4) for item in (3 * k, 3 * k + 1, 3 * k + 2)] for _ in range(60)]
    return log_of(lists, 12)


def test_they_learn_what_follows(chain):
    model = LinearTowers(np.eye(12), dimensions=8, half_life=0.2, epochs=60, batch_size=64).fit(chain)
    history = log_of([[3, 4], [9], [0, 1]], 12)
    assert model.score(np.arange(3), history).argmax(axis=1).tolist() == [5, 10, 2]
    assert model.losses_[-1] < 0.7 * model.losses_[0]


def test_a_step_is_adam_on_the_cross_entropy(chain):
    """One batch of everything, against autograd written out on the scores of the formula."""
    features = np.random.default_rng(1).normal(size=(12, 5)).astype(np.float32)
    model = LinearTowers(features, dimensions=3, epochs=1, batch_size=10_000, rate=0.1, last=100).fit(chain)
    _, following = examples(chain, features, 4.0, 100)
    bias = torch.log1p(torch.tensor(chain.item_counts()).float())
    assert model.losses_.tolist() == pytest.approx(
        [float((torch.logsumexp(bias, 0) - bias[following]).mean())], rel=1e-5
    )
    gradient = torch.softmax(bias, 0) - torch.bincount(following, minlength=12) / len(following)
    moved = model.bias_ - bias.numpy()
    assert (np.sign(moved) == -np.sign(gradient.numpy()))[np.abs(gradient.numpy()) > 1e-4].all()
    np.testing.assert_allclose(np.abs(moved)[np.abs(gradient.numpy()) > 1e-4], 0.1, rtol=1e-3)


def test_score_is_the_formula_on_the_stored_rows(chain):
    model = LinearTowers(np.eye(12), dimensions=4, epochs=1).fit(chain)
    scores = model.score(np.arange(60))
    user = recency(chain, 4.0).toarray() @ model.user_side_
    np.testing.assert_allclose(scores, user @ model.item_side_.T + model.bias_, atol=1e-5)
    assert scores.dtype == np.float32


def test_one_seed_one_model(chain):
    first, again = (LinearTowers(np.eye(12), epochs=2).fit(chain) for _ in range(2))
    other = LinearTowers(np.eye(12), epochs=2, seed=1).fit(chain)
    assert (first.losses_ == again.losses_).all()
    assert not np.allclose(first.user_side_, other.user_side_)


def test_a_user_without_a_history_gets_what_is_popular(chain):
    model = LinearTowers(np.eye(12), epochs=2).fit(chain)
    nobody = chain.take(chain.user != 0)
    np.testing.assert_allclose(model.score(np.array([0]), nobody)[0], model.bias_)


def test_what_does_not_fit_is_refused(chain, tiny):
    with pytest.raises(ValueError, match="features has 3 rows, the log 12 items"):
        LinearTowers(np.eye(3)).fit(chain)
    with pytest.raises(ValueError, match="finite"):
        LinearTowers(np.full((12, 2), np.nan))
    with pytest.raises(ValueError, match="at least 1"):
        LinearTowers(np.eye(12), batch_size=0)
    with pytest.raises(ValueError, match="above 0"):
        LinearTowers(np.eye(12), half_life=0)
    with pytest.raises(ValueError, match="no next item"):
        LinearTowers(np.eye(12)).fit(log_of([[1], [2]], 12))
    with pytest.raises(ValueError, match="same ids"):
        LinearTowers(np.eye(12), epochs=1).fit(chain).score(np.arange(3), tiny)
    with pytest.raises(RuntimeError, match="fit"):
        LinearTowers(np.eye(12)).score(np.arange(3))


@given(st.integers(0, 100), st.floats(0.01, 1000))
def test_joined_blocks_count_alike_whatever_their_scale(seed, scale):
    rng = np.random.default_rng(seed)
    blocks = rng.normal(size=(9, 4)), scale * rng.normal(loc=3, size=(9, 2))
    joined = joined_features(*blocks)
    assert joined.shape == (9, 6)
    np.testing.assert_allclose(joined.mean(axis=0), 0, atol=1e-4)
    for part in (joined[:, :4], joined[:, 4:]):
        assert (part**2).sum(axis=1).mean() == pytest.approx(1, rel=1e-4)


def test_a_block_without_differences_becomes_zeros():
    assert (joined_features(np.ones((4, 2)), np.eye(4))[:, :2] == 0).all()
