"""Splits: what is hidden, in which order, and that nothing is in two places."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recbook.data import (
    Interactions,
    Split,
    bought_by,
    by_time,
    by_week,
    cold_items,
    cold_users,
    leave_one_out,
    random_split,
    seconds_since,
    shuffle_within_second,
    shuffle_within_sitting,
)


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


# ---- Repeats, ties, weeks, and what evaluation is told

DAY = 86_400
MONDAY = 1_483_315_200  # 2 January 2017, 00:00 UTC


def log_of(rows, **more):
    user, item, time = (np.array(column) for column in zip(*rows, strict=True))
    return Interactions.from_ids(user, item, None, time, **more)


def pairs(log):
    return list(zip(log.user_ids[log.user].tolist(), log.item_ids[log.item].tolist(), strict=True))


# User 1 buys 7 three times, the last time last of all; user 2 buys nothing again.
AGAIN = [(1, 7, 10), (1, 8, 20), (1, 7, 30), (1, 9, 40), (1, 7, 50), (2, 8, 5), (2, 9, 6), (2, 7, 7)]


def test_first_asks_for_what_is_new_and_keep_for_what_came():
    first, keep = leave_one_out(log_of(AGAIN)), leave_one_out(log_of(AGAIN), repeats="keep")
    assert pairs(first.test) == [(1, 9), (2, 7)]
    assert pairs(keep.test) == [(1, 7), (2, 7)]
    assert (first.n_repeats, keep.n_repeats) == (2, 2)
    assert repr(first) == "Split(train=2, valid=2, test=2; 2 repeats left out)"
    assert repr(keep) == "Split(train=4, valid=2, test=2; 2 repeats kept)"
    with pytest.raises(ValueError, match='"first" or "keep"'):
        leave_one_out(log_of(AGAIN), repeats="drop")


def test_with_every_row_twice_the_test_asks_for_the_same(movielens):
    twice = movielens.take(np.repeat(np.arange(movielens.n), 2))
    once, again = leave_one_out(movielens), leave_one_out(twice)
    assert keys(again.test) == keys(once.test) and keys(again.train) == keys(once.train)
    assert again.n_repeats == movielens.n and once.n_repeats == 0
    assert "repeats" not in repr(once)


def test_the_first_row_of_a_pair_is_the_earliest_not_the_one_that_stands_first():
    log = log_of([(1, 7, 30), (1, 7, 10), (1, 7, 10)])
    assert log.repeats().tolist() == [True, False, True]
    assert replace(log, timestamp=None).repeats().tolist() == [False, True, True]


rows_with_repeats = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 4), st.integers(0, 9)), min_size=8, max_size=40
)


@given(rows_with_repeats, st.sampled_from(["first", "keep"]), st.sampled_from(["leave_one_out", "by_time", "random"]))
def test_what_is_masked_is_never_wanted_and_the_tasks_add_up(rows, repeats, how):
    log = log_of(rows)
    split = {
        "leave_one_out": lambda: leave_one_out(log, repeats, seed=0),
        "by_time": lambda: by_time(log, 0.2, 0.2, repeats),
        "random": lambda: random_split(log, 0.2, 0.2, repeats),
    }[how]()
    for on in ("valid", "test"):
        for task in (None, "new", "all", "again"):
            wanted, masked = split.wanted(on, task), split.masked(on, task)
            assert masked is None or (wanted.multiply(masked)).nnz == 0
        every, new, again = (split.wanted(on, task).toarray() for task in ("all", "new", "again"))
        assert (new + again == every).all()
        assert (every == (split.valid if on == "valid" else split.test).matrix().toarray()).all()
        if repeats == "first":
            assert not again.any() and (split.wanted(on).toarray() == every).all()
            assert (split.masked(on).toarray() == split.history(on).matrix().toarray()).all()
        else:
            assert split.masked(on) is None
    left = len({row[:2] for row in rows}) if repeats == "first" else len(rows)
    assert split.train.n + split.valid.n + split.test.n == left
    assert split.n_repeats == len(rows) - len({row[:2] for row in rows})


def test_a_split_made_by_hand_masks_the_history_and_asks_for_the_rest():
    log = log_of(AGAIN)
    split = Split(log.take(np.arange(4)), log.take(np.array([], int)), log.take(np.array([4, 7])))
    assert split.wanted().toarray().tolist() == [[0, 0, 0], [1, 0, 0]]
    assert split.wanted(task="again").toarray().tolist() == [[1, 0, 0], [0, 0, 0]]
    assert repr(split) == "Split(train=4, valid=0, test=2; 2 repeats kept, 1 of them masked and not asked for)"
    with pytest.raises(ValueError, match="task must be one of"):
        split.wanted(task="old")
    with pytest.raises(ValueError, match="repeats must be"):
        Split(log, log, log, repeats="yes")


def test_leave_one_out_warns_where_the_files_order_decides():
    rows = [(user, item, 5 if item < 3 else 9) for user in range(4) for item in range(5)]  # 3 and 4 in one second
    with pytest.warns(UserWarning, match="100% of the last rows have the same second.*seed=0"):
        leave_one_out(log_of(rows))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert leave_one_out(log_of(rows), seed=0).test.n == 4
        leave_one_out(log_of([(user, item, item) for user in range(4) for item in range(5)]))


def test_a_basket_has_no_order_but_the_days_have(movielens):
    rows = [(user, item, 100 + user % 2) for user in range(200) for item in range(5)] + [(0, 0, 3), (0, 1, 400)]
    log = log_of(rows)
    shuffled = shuffle_within_second(log, seed=1)
    assert sorted(keys(shuffled)) == sorted(keys(log)) and keys(shuffled) != keys(log)
    assert (shuffled.user == log.user).all() and (shuffled.timestamp == log.timestamp).all()
    assert keys(shuffled)[-2:] == keys(log)[-2:]  # alone in their seconds
    assert keys(shuffle_within_second(log, seed=1)) == keys(shuffled)
    places = shuffled.item[:1000].reshape(200, 5).mean(axis=0)
    assert np.abs(places - 2).max() < 0.4  # every item at every place; in the file item j stands at place j
    last = leave_one_out(log, seed=3).test.item
    assert np.unique(last).tolist() == [0, 1, 2, 3, 4]


def test_a_sitting_is_dealt_anew_to_its_own_times():
    rows = [(user, item, 10 * item + user % 7) for user in range(200) for item in range(5)]  # one sitting a user
    rows += [(0, 5, 1000), (0, 6, 2000)]
    log = log_of(rows[::-1])  # the file need not be in the order of time
    dealt = shuffle_within_sitting(log, pause=10, seed=1)
    assert (dealt.user == log.user).all() and (dealt.timestamp == log.timestamp).all()
    assert sorted(zip(dealt.user, dealt.item, strict=True)) == sorted(zip(log.user, log.item, strict=True))
    assert keys(dealt)[:2] == keys(log)[:2], "a row that is alone in its sitting stays"
    order = np.lexsort((dealt.timestamp, dealt.user))
    places = dealt.item[order][dealt.item[order] < 5].reshape(200, 5)
    assert np.abs(places.mean(axis=0) - 2).max() < 0.4, "every item at every place"
    assert keys(shuffle_within_sitting(log, pause=9, seed=1)) == keys(log), "no two rows within 9 seconds"
    assert keys(shuffle_within_sitting(log, pause=10, seed=1)) == keys(dealt) != keys(log)


def test_a_sitting_does_not_reach_from_one_user_to_the_next():
    log = log_of([(user, item, 0) for user in range(50) for item in (2 * user, 2 * user + 1)])
    assert (shuffle_within_sitting(log, pause=10**9).item // 2 == log.user).all()
    empty = shuffle_within_sitting(log.take(np.zeros(log.n, bool)), 60)
    assert empty.n == 0


def test_seconds_since_the_last_row_that_is_known():
    log = log_of(
        [(1, 1, 0), (1, 2, 50), (1, 3, 60), (1, 4, 75), (2, 1, 5), (2, 2, 6), (3, 1, 7), (3, 2, 9), (3, 3, 30)]
    )
    split = leave_one_out(log)
    assert seconds_since(split).tolist()[::2] == [15, 21] and seconds_since(split, "valid").tolist()[::2] == [10, 2]
    assert np.isnan(seconds_since(split)[1]), "nothing is hidden of this user"
    with pytest.raises(ValueError, match='"valid" or "test"'):
        seconds_since(split, "train")


def weekly():
    """Weeks 1 (a single Sunday) to 6: user u buys item w in week w, item 9 every week."""
    rows = [(u, item, MONDAY - DAY + (w - 1) * 7 * DAY + u) for w in range(1, 7) for u in (1, 2) for item in (w, 9)]
    return log_of(rows)


def test_a_week_begins_on_monday_and_is_counted_from_the_first_row():
    log = log_of([(1, 1, MONDAY - 1), (1, 2, MONDAY), (1, 3, MONDAY + 7 * DAY - 1), (1, 4, MONDAY + 7 * DAY)])
    assert log.week.tolist() == [1, 2, 2, 3]
    assert log.take(np.array([3])).week.tolist() == [3]  # a part counts as the whole does
    assert log.in_zone("America/New_York").week.tolist() == [1, 1, 2, 2]  # there it is still Sunday
    assert log.in_zone("Asia/Shanghai").week.tolist() == [1, 1, 2, 2]  # there all is Monday
    summer = MONDAY + 27 * 7 * DAY + 4 * 3600  # Monday, 10 July 2017, 00:00 in New York, an hour earlier than in winter
    later = log_of([(1, 1, MONDAY + 5 * 3600), (1, 2, summer - 1), (1, 3, summer)]).in_zone("America/New_York")
    assert later.week.tolist() == [1, 27, 28]
    with pytest.raises(ValueError, match="'Mars/Olympus' is no time zone"):
        log.in_zone("Mars/Olympus")


def test_by_week_cuts_where_it_says():
    split = by_week(weekly(), valid=4, test=5, repeats="keep")
    assert [np.unique(part.week).tolist() for part in (split.train, split.valid, split.test)] == [
        [1, 2, 3],
        [4],
        [5, 6],
    ]
    assert split.n_repeats == 10
    ended = by_week(weekly(), valid=3, test=3, end=5, repeats="keep")
    assert ended.valid.n == 0 and np.unique(ended.test.week).tolist() == [3, 4]
    assert 9 not in weekly().item_ids[by_week(weekly(), 4, 5).test.item]
    for weeks in ((5, 4), (1, 3), (4, 9)):
        with pytest.raises(ValueError, match=r"order valid|weeks 1 to 6"):
            by_week(weekly(), *weeks)
    with pytest.raises(ValueError, match="valid <= test < end"):
        by_week(weekly(), 3, 4, end=4)


def test_both_tasks_can_be_asked_of_one_split():
    split = by_week(weekly(), valid=4, test=5, repeats="keep")
    items = split.train.item_ids.tolist()
    assert {items[i] for i in split.wanted(task="again").indices} == {9}
    assert {items[i] for i in split.wanted(task="new").indices} == {5, 6}
    assert split.task == "all" and split.wanted().nnz == 6


def test_bought_by_counts_users_and_only_earlier_weeks():
    rows = [(1, 1, 0), (2, 1, 1), (1, 2, 2), (1, 2, 3), (1, 3, 4), (3, 3, 30 * DAY), (2, 4, 30 * DAY)]
    items = pd.DataFrame({"item_id": [1, 2, 3, 4, 5], "title": list("abcde")})
    log = log_of(rows, items=items)
    kept = bought_by(log, 2, before=3)  # item 2 twice by one user, item 3 by a second user too late
    assert kept.item_ids.tolist() == [1] and kept.items["title"].tolist() == ["a"] and kept.n_users == 3
    assert bought_by(log, 2).item_ids.tolist() == [1, 3]
    assert bought_by(log, 2).item.tolist() == [0, 0, 1, 1] and bought_by(log, 2).week.max() == log.week.max()
    with pytest.raises(ValueError, match="No item was met by 3 users before week 3; the most is 2"):
        bought_by(log, 3, before=3)
    with pytest.raises(ValueError, match="at least 1"):
        bought_by(log, 0)


def test_cold_items_carries_the_chapters_candidates(movielens):
    names = movielens.items["title"].to_numpy()
    split = cold_items(movielens, 0.2, seed=0, names=names)
    assert split.candidates.tolist() == np.unique(split.test.item).tolist()
    liked = split.test.take(split.test.rating >= 4).matrix()
    assert (split.wanted() != liked).nnz == 0 and split.wanted().nnz < split.test.n
    assert (cold_items(movielens, 0.2, relevant_from=5).wanted().nnz) < split.wanted().nnz
    unrated = cold_items(replace(movielens, rating=None), 0.2, seed=0, names=names)
    assert unrated.relevant_from is None and unrated.wanted().nnz == split.test.n
    assert leave_one_out(movielens).candidates is None


def test_a_random_split_is_drawn_by_its_seed(movielens):
    split = random_split(movielens, 0.1, 0.2, seed=4)
    assert (split.train.n, split.valid.n, split.test.n) == (70_000, 10_000, 20_000)
    assert keys(random_split(movielens, 0.1, 0.2, seed=4).test) == keys(split.test)
    assert keys(random_split(movielens, 0.1, 0.2, seed=5).test) != keys(split.test)
    assert not set(keys(split.train)) & set(keys(split.test))
    with pytest.raises(ValueError, match="shares"):
        random_split(movielens, 0.5, 0.5)


def test_repeats_among_hidden_items_are_kept(movielens):
    twice = movielens.take(np.repeat(np.arange(movielens.n), 2))
    split = cold_items(twice, 0.2, seed=0)
    assert "100,000 repeats kept; " in repr(split)
    assert (split.wanted() != cold_items(movielens, 0.2, seed=0).wanted()).nnz == 0


def test_whole_groups_are_hidden(movielens):
    decade = movielens.items["year"].astype(str).str[:3].to_numpy()
    split = cold_items(movielens, 0.3, seed=0, groups=decade)
    hidden, visible = (np.unique(decade[np.unique(part.item)]) for part in (split.test, split.train))
    assert len(hidden) and not set(hidden) & set(visible)
    assert len(hidden) == int(0.3 * len(np.unique(decade)))
    among = movielens.item_counts() > 50
    inner = cold_items(movielens, 0.3, seed=0, among=among, groups=decade)
    assert among[inner.test.item].all()
    assert not set(decade[inner.test.item]) & set(decade[among & ~np.isin(np.arange(1682), inner.test.item)])
    with pytest.raises(ValueError, match="groups must have shape"):
        cold_items(movielens, 0.2, groups=["one"])
