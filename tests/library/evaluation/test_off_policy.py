"""Estimates from the log of another policy: as sums, right on average, and honest about what was never shown."""

from __future__ import annotations

import numpy as np
import pytest

from recbook.data.world import Visits, make_world, softmax_policy
from recbook.evaluation.off_policy import importance_weights, ips, snips, support


@pytest.fixture(scope="module")
def world():
    return make_world(n_users=40, n_films=12, n_new=3)


def logs(world, n_logs=200, n_visits=2000):
    policy = softmax_policy(np.tile(world.appeal, (40, 1)), 0.7, world.known)
    return [world.log(policy, n_visits, np.random.default_rng(s)) for s in range(n_logs)]


def test_five_visits_by_pencil():
    visits = Visits(
        *map(np.array, ([0, 0, 1, 1, 1], [0, 1, 0, 1, 1], [True, False, True, True, False], [0.5, 0.5, 0.8, 0.2, 0.2]))
    )
    policy = np.array([[1.0, 0.0], [0.2, 0.8]])
    assert importance_weights(visits, policy).tolist() == pytest.approx([2, 0, 0.25, 4, 4])
    assert ips(visits, policy).value == pytest.approx(6.25 / 5)
    assert snips(visits, policy).value == pytest.approx(6.25 / 10.25)
    assert ips(visits, policy, clip=3).value == pytest.approx(5.25 / 5)
    assert support(visits, policy) == pytest.approx(10.25 / 5)


def test_ips_is_right_on_average_and_its_interval_covers(world):
    liked = np.where(world.known, world.users @ world.films.T, -np.inf)
    policy = softmax_policy(liked, 1.0)
    found = np.array([ips(visits, policy) for visits in logs(world)])
    truth = world.value(policy)
    assert found[:, 0].mean() == pytest.approx(truth, abs=4 * found[:, 0].std() / np.sqrt(len(found)))
    assert ((found[:, 1] <= truth) & (truth <= found[:, 2])).mean() > 0.88
    steady = np.array([snips(visits, policy) for visits in logs(world)])
    assert steady[:, 0].mean() == pytest.approx(truth, abs=0.01)
    assert ((steady[:, 1] <= truth) & (truth <= steady[:, 2])).mean() > 0.88


def test_clipping_is_lower_and_steadier(world):
    liked = np.where(world.known, world.users @ world.films.T, -np.inf)
    policy = np.eye(liked.shape[1])[liked.argmax(axis=1)]  # each user's best film, always
    free, clipped = (np.array([ips(visits, policy, clip).value for visits in logs(world)]) for clip in (None, 5))
    assert clipped.mean() < free.mean() and clipped.std() < free.std()


def test_what_was_never_shown_is_missing(world):
    new = ~world.known
    policy = np.tile(new / new.sum(), (40, 1))
    visits = logs(world, 1)[0]
    assert support(visits, policy) == 0 and ips(visits, policy).value == 0
    assert np.isnan(snips(visits, policy).value)
    assert world.value(policy) > 0


def test_a_propensity_of_zero_is_refused():
    visits = Visits(np.array([0]), np.array([0]), np.array([True]), np.array([0.0]))
    with pytest.raises(ValueError, match="above 0"):
        ips(visits, np.ones((1, 1)))
