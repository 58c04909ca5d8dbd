"""The invented world against plain loops, and its logs against its own chances."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recbook.data.world import make_world, softmax_policy


def small(seed: int = 0, **more):
    return make_world(n_users=6, n_films=9, n_tastes=3, seed=seed, **more)


@given(st.integers(0, 1000), st.floats(0, 2), st.integers(1, 9))
@settings(max_examples=30, deadline=None)
def test_expected_clicks_as_a_loop(seed, eta, k):
    world = small(seed, eta=eta)
    lists = np.random.default_rng(seed).permuted(np.tile(np.arange(9), (6, 1)), axis=1)[:, :k]
    for u, films in enumerate(lists):
        total = 0.0
        for place, i in enumerate(films):
            logit = sum(world.users[u][t] * world.films[i][t] for t in range(3)) + world.appeal[i] - world.reserve
            total += 1 / (1 + math.exp(-logit)) / (place + 1) ** eta
        assert world.expected_clicks(lists)[u] == pytest.approx(total)


def test_what_is_shown_agrees_with_what_is_expected():
    world = small(eta=0.5)
    lists = np.tile(np.arange(4), (6, 1))
    rng = np.random.default_rng(1)
    shown = [world.show(lists, rng) for _ in range(4000)]
    looked, clicked = (np.mean([one[part] for one in shown], axis=0) for part in (0, 1))
    assert looked.mean(axis=0) == pytest.approx(world.attention(4), abs=0.02)
    assert clicked.sum(axis=1) == pytest.approx(world.expected_clicks(lists), abs=0.06)
    assert all((one[0] >= one[1]).all() for one in shown)  # nobody clicks what was not looked at


def test_a_log_follows_its_policy_and_pays_its_value():
    world = small(n_new=3)
    policy = softmax_policy(np.tile(world.appeal, (6, 1)), temperature=0.5, allowed=world.known)
    visits = world.log(policy, 60_000, np.random.default_rng(0))
    assert world.known[visits.film].all()  # new films are never logged
    assert np.array_equal(visits.propensity, policy[visits.user, visits.film])
    seen = np.zeros((6, 9))
    np.add.at(seen, (visits.user, visits.film), 1)
    assert seen / seen.sum(axis=1, keepdims=True) == pytest.approx(policy, abs=0.02)
    assert visits.click.mean() == pytest.approx(world.value(policy), abs=0.01)


def test_the_best_film_for_each_user_is_the_best_policy():
    world = small()
    chances = world.click_probabilities()
    best = world.value(np.eye(9)[chances.argmax(axis=1)])
    assert best == pytest.approx(chances.max(axis=1).mean())
    for seed in range(5):
        other = softmax_policy(np.random.default_rng(seed).normal(size=(6, 9)))
        assert world.value(other) < best


@given(st.integers(0, 1000), st.floats(0.05, 20))
@settings(max_examples=30, deadline=None)
def test_a_softmax_policy_is_a_distribution_that_keeps_the_order(seed, temperature):
    scores = np.random.default_rng(seed).normal(size=(4, 7)) * 100
    policy = softmax_policy(scores, temperature)
    assert policy.sum(axis=1) == pytest.approx(1)
    assert (np.diff(np.take_along_axis(policy, np.argsort(scores, axis=1), axis=1), axis=1) >= 0).all()


def test_one_seed_one_world():
    one, again, other = make_world(seed=3), make_world(seed=3), make_world(seed=4)
    assert np.array_equal(one.click_probabilities(), again.click_probabilities())
    assert not np.array_equal(one.click_probabilities(), other.click_probabilities())
    assert one.films.sum(axis=1) == pytest.approx(1)
    assert make_world(n_new=50).known.sum() == 150


def test_errors_say_what_to_do():
    world = small()
    with pytest.raises(ValueError, match="one row for each of 6 users"):
        world.expected_clicks(np.zeros((5, 2), int))
    with pytest.raises(ValueError, match="n_new"):
        make_world(n_films=5, n_new=5)
    with pytest.raises(ValueError, match="temperature"):
        softmax_policy(np.zeros((2, 2)), 0)
    with pytest.raises(ValueError, match="at least one film"):
        softmax_policy(np.zeros((2, 2)), 1, allowed=np.zeros(2, bool))
