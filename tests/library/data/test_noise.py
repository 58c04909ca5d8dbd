"""Planted noise: as much as was said, behind the log, of the kind that was said."""

import numpy as np
import pytest

from recbook.data import Interactions, noise


@pytest.fixture
def log():
    rng = np.random.default_rng(0)
    user, item = np.nonzero(rng.random((50, 40)) < np.linspace(0.02, 0.5, 40))
    return Interactions.from_ids(user, item, timestamp=rng.integers(10**9, size=len(user)))


ADDS = [kind for kind in noise.KINDS if kind != "rows lost"]


@pytest.mark.parametrize("kind", ADDS)
def test_rows_are_added_behind_a_log_that_stays(log, kind):
    found = noise.KINDS[kind](log, 0.5, np.random.default_rng(1))
    assert found.n == log.n + round(0.5 * log.n)
    for name in ("user", "item", "timestamp"):
        assert np.array_equal(getattr(found, name)[: log.n], getattr(log, name))


@pytest.mark.parametrize("kind", list(noise.KINDS))
def test_one_generator_gives_one_log(log, kind):
    one, same = (noise.KINDS[kind](log, 0.5, np.random.default_rng(1)) for _ in range(2))
    assert np.array_equal(one.item, same.item) and np.array_equal(one.user, same.user)


def test_popular_items_are_planted_as_often_as_they_are_met(log):
    found = noise.popular_items(log, 20.0, np.random.default_rng(1)).item[log.n :]
    shares = np.bincount(found, minlength=log.n_items) / len(found)
    assert np.allclose(shares, log.item_counts() / log.n, atol=0.01)


def test_ten_items_are_pushed(log):
    assert len(np.unique(noise.one_item(log, 5.0, np.random.default_rng(1)).item[log.n :])) == 10


def test_mixed_accounts_carry_the_rows_of_another_user(log):
    added = noise.accounts_mixed(log, 1.0, np.random.default_rng(1)).take(np.arange(log.n, 2 * log.n))
    origin = {(time, item): user for time, item, user in zip(log.timestamp, log.item, log.user, strict=True)}
    given = [origin[time, item] for time, item in zip(added.timestamp, added.item, strict=True)]
    assert (np.array(given) != added.user).mean() > 0.9


def test_the_control_leaves_as_large_a_share_as_is_right_elsewhere(log):
    assert noise.rows_lost(log, 1.0, np.random.default_rng(1)).n == pytest.approx(log.n / 2, rel=0.15)


@pytest.mark.parametrize("share", [-0.1, float("nan"), float("inf")])
def test_a_share_that_is_none_is_refused(log, share):
    for kind in noise.KINDS.values():
        with pytest.raises(ValueError, match="share"):
            kind(log, share, np.random.default_rng(0))


def test_an_empty_log_is_refused(log):
    with pytest.raises(ValueError, match="empty"):
        noise.random_items(log.take(np.zeros(log.n, bool)), 0.1, np.random.default_rng(0))
