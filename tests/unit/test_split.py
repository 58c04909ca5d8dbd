"""Splits: what is hidden, in which order, and that nothing is in two places."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recbook.data import Interactions, by_time, cold_items, cold_users, leave_one_out


def keys(log):
    return list(zip(log.user.tolist(), log.item.tolist(), log.timestamp.tolist(), strict=True))


def test_equal_times_keep_the_files_order(tiny):
    split = leave_one_out(tiny)
    # User 10 met items 1 (at 7), then 5 and 2 (both at 9, in this order in the file).
    assert tiny.item_ids[split.test.item[split.test.user == 0]].tolist() == [2]
    assert tiny.item_ids[split.valid.item[split.valid.user == 0]].tolist() == [5]


def test_a_user_with_two_interactions_stays_in_train(tiny):
    split = leave_one_out(tiny)
    assert (split.train.user == 2).sum() == 2
    assert 2 not in split.test.user and 2 not in split.valid.user


def test_parts_keep_the_files_order(movielens):
    split = leave_one_out(movielens)
    position = {key: i for i, key in enumerate(keys(movielens))}
    for part in (split.train, split.valid, split.test):
        places = [position[key] for key in keys(part)]
        assert places == sorted(places)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9), st.integers(0, 3)), min_size=1, max_size=40))
def test_every_row_is_in_exactly_one_part(rows):
    user, item, time = (np.array(column) for column in zip(*rows, strict=True))
    log = Interactions.from_ids(user, item, np.arange(len(rows)), time)
    split = leave_one_out(log, repeats="keep", seed=0)
    ids = np.concatenate([split.train.rating, split.valid.rating, split.test.rating])
    assert sorted(ids.tolist()) == list(range(len(rows)))
    for u in np.unique(split.test.user):
        last, before = split.test.timestamp[split.test.user == u], split.valid.timestamp[split.valid.user == u]
        rest = split.train.timestamp[split.train.user == u]
        assert len(last) == len(before) == 1
        assert last[0] >= before[0] >= rest.max()


def test_history_is_what_was_known(tiny):
    split = leave_one_out(tiny)
    assert split.history("valid") is split.train
    assert sorted(keys(split.history("test"))) == sorted(keys(split.train) + keys(split.valid))
    with pytest.raises(ValueError, match="valid"):
        split.history("train")


def test_cold_items_hides_the_documented_fifth(movielens):
    split = cold_items(movielens, 0.2, seed=3)
    hidden = np.unique(split.test.item)
    assert set(hidden) == set(np.random.default_rng(3).permutation(1682)[:336])
    assert not np.isin(split.train.item, hidden).any()
    assert split.valid.n == 0
    assert split.train.n + split.test.n == movielens.n


def test_a_film_listed_twice_is_no_new_film(movielens):
    names = movielens.items["title"].to_numpy()
    plain, split = cold_items(movielens, 0.2, seed=0), cold_items(movielens, 0.2, seed=0, names=names)
    assert keys(split.train) == keys(plain.train)
    gone = np.setdiff1d(plain.test.item, split.test.item)
    assert len(gone) > 0
    assert np.isin(names[gone], names[np.unique(split.train.item)]).all()
    assert not np.isin(names[np.unique(split.test.item)], names[np.unique(split.train.item)]).any()


def test_names_of_another_length_are_refused(movielens):
    with pytest.raises(ValueError, match="names must have shape"):
        cold_items(movielens, 0.2, names=["one"])


def test_cold_users_hides_whole_users(movielens):
    split = cold_users(movielens, 0.1, seed=0)
    assert len(np.unique(split.test.user)) == 94
    assert not np.isin(split.train.user, split.test.user).any()


@pytest.mark.parametrize("fraction", [0, 1, -0.5, 2])
def test_a_fraction_is_between_0_and_1(movielens, fraction):
    with pytest.raises(ValueError, match="between 0 and 1"):
        cold_items(movielens, fraction)


def test_by_time_cuts_between_moments(movielens):
    split = by_time(movielens, valid=0.1, test=0.1)
    assert split.train.timestamp.max() < split.valid.timestamp.min()
    assert split.valid.timestamp.max() < split.test.timestamp.min()
    assert split.train.n + split.valid.n + split.test.n == movielens.n
    assert split.test.n >= 10_000
    with pytest.raises(ValueError, match="shares"):
        by_time(movielens, valid=0.6, test=0.6)


def test_inner_hidden_items_lie_among_the_visible(movielens):
    outer = cold_items(movielens, 0.2, seed=1)
    visible = outer.train.item_counts() > 0
    inner = cold_items(outer.train, 0.2, seed=2, among=visible)
    hidden = np.unique(inner.test.item)
    ids = np.flatnonzero(visible)
    assert set(hidden) == set(ids[np.random.default_rng(2).permutation(len(ids))[: int(0.2 * len(ids))]])
    assert not np.isin(hidden, outer.test.item).any()
    with pytest.raises(ValueError, match="among"):
        cold_items(movielens, 0.2, among=visible[:3])
