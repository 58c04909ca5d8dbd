"""Planted noise: as much as was said, behind the log, of the kind that was said."""

import numpy as np
import pytest

from recbook.data import Interactions, noise


@pytest.fixture
def log():
    rng = np.random.default_rng(0)
    user, item = np.nonzero(rng.random((50, 40)) < np.linspace(0.02, 0.5, 40))
    return Interactions.from_ids(user, item, timestamp=rng.integers(10**9, size=len(user)))


ADDS = [kind for kind in noise.KINDS if kind not in ("rows lost", "fake accounts")]


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


@pytest.mark.parametrize("share", [0.0, 0.3, 5.0])
def test_fake_accounts_copy_a_user_and_push_ten_items(log, share):
    found = noise.fake_accounts(log, share, np.random.default_rng(1))
    table, real = found.matrix().toarray(), log.matrix().toarray()
    np.testing.assert_array_equal(table[: log.n_users], real)
    assert found.n - log.n <= share * log.n < found.n - log.n + log.user_counts().max() + noise.PUSHED + 1
    fakes = table[log.n_users :]
    assert len(fakes) == found.n_users - log.n_users and (len(fakes) > 0) == (share > 0)
    pushed = np.flatnonzero(fakes.all(axis=0)) if len(fakes) else []
    for fake in fakes:
        rest = np.delete(fake, pushed)
        assert (np.delete(real, pushed, axis=1) == rest).all(axis=1).any()
    assert len(pushed) >= noise.PUSHED or not len(fakes)
    assert (np.diff(found.user_ids) > 0).all()


def test_fake_accounts_sort_behind_users_with_names(log):
    named = Interactions.from_ids([f"u{user}" for user in log.user], log.item)
    ids = noise.fake_accounts(named, 1.0, np.random.default_rng(0)).user_ids
    assert list(ids) == sorted(ids) and len(set(ids)) == len(ids)


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
