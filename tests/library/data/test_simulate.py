"""Planted flaws: where they are said to be and nowhere else, the same for the same seed; and what repairs find."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recbook.data import Interactions, leave_one_out, prepare, simulate

STEPS = {
    "bots": prepare.drop_bots,
    "wrong_times": prepare.mend_times,
    "copies": prepare.drop_copies,
    "broken_titles": prepare.mend_titles,
    "missing_genres": prepare.fill_genres,
}


@pytest.fixture(scope="module")
def train(request):
    import recbook

    return leave_one_out(prepare.repair(recbook.load("ml-100k"))[0]).train


@pytest.fixture(scope="module")
def all_flaws(train):
    return simulate.plant(train)


def rows_of(log: Interactions) -> list[tuple]:
    return list(zip(log.user.tolist(), log.item.tolist(), log.rating.tolist(), log.timestamp.tolist(), strict=True))


def test_the_clean_log_is_left_alone(train):
    before, items = rows_of(train), train.items.copy()
    simulate.plant(train)
    assert rows_of(train) == before
    pd.testing.assert_frame_equal(train.items, items)


def test_one_seed_gives_one_log_and_another_another(train, all_flaws):
    noisy, records = all_flaws
    again, same = simulate.plant(train)
    other, _ = simulate.plant(train, seed=1)
    assert rows_of(again) == rows_of(noisy)
    assert [repr(record) for record in same] == [repr(record) for record in records]
    assert rows_of(other) != rows_of(noisy)


def test_records_fit_the_log_that_is_returned(all_flaws):
    noisy, records = all_flaws
    assert [record.flaw for record in records] == [flaw.__name__ for flaw in simulate.FLAWS]
    for record in records:
        assert (len(record.rows), len(record.items), len(record.users)) == (noisy.n, noisy.n_items, noisy.n_users)


def test_every_row_that_is_in_no_record_is_a_row_of_the_clean_log(train, all_flaws):
    noisy, records = all_flaws
    untouched = ~np.any([record.rows for record in records], axis=0)
    assert set(rows_of(noisy.take(untouched))) <= set(rows_of(train))
    flawed = np.any([record.items for record in records], axis=0)
    pd.testing.assert_frame_equal(noisy.items[~flawed], train.items[~flawed])


def test_wrong_times_are_impossible_and_marked_on_copies_too(all_flaws):
    noisy, records = all_flaws
    record = next(record for record in records if record.flaw == "wrong_times")
    low, high = prepare.COLLECTED
    assert (record.rows == ((noisy.timestamp < low) | (noisy.timestamp > high))).all()


def test_copies_are_what_pandas_calls_repeated(train):
    noisy, (record,) = simulate.plant(train, [simulate.copies])
    assert (noisy.frame().duplicated().to_numpy() == record.rows).all()


def test_bots_are_new_users_with_one_minute_each(train):
    noisy, (record,) = simulate.plant(train, [simulate.bots])
    assert record.users.sum() == 100 and not record.users[: train.n_users].any()
    span = noisy.frame()[record.rows].groupby("user_id")["timestamp"].agg(lambda t: t.max() - t.min())
    assert span.max() < 60
    assert not noisy.frame()[record.rows].duplicated(["user_id", "item_id"]).any()
    assert (noisy.user_counts()[record.users] >= 15).all()
    assert noisy.users["user_id"].tolist() == noisy.user_ids.tolist()


def test_bots_with_a_purpose_all_rate_the_same_films(train):
    noisy, record = simulate.bots(train, np.random.default_rng(0), n_bots=20, pushed=10)
    table = noisy.matrix()[np.flatnonzero(record.users)].toarray()
    assert (table.all(axis=0)).sum() >= 10


def test_planted_titles_and_genres_differ_and_no_others(train):
    for flaw, column in ((simulate.broken_titles, "title"), (simulate.missing_genres, "genres")):
        noisy, (record,) = simulate.plant(train, [flaw])
        assert ((noisy.items[column] != train.items[column]).to_numpy() == record.items).all()
        assert 0.25 < record.items.mean() <= 0.3


def test_a_share_outside_0_and_1_and_a_missing_table_are_refused(train, tiny):
    with pytest.raises(ValueError, match="between 0 and 1"):
        simulate.copies(train, np.random.default_rng(0), share=1.5)
    with pytest.raises(ValueError, match="no item table"):
        simulate.broken_titles(tiny, np.random.default_rng(0))


# ---- repairs


@pytest.mark.parametrize("flaw", simulate.FLAWS, ids=lambda flaw: flaw.__name__)
def test_each_step_finds_its_flaw_and_takes_little_else_for_one(train, flaw):
    noisy, (record,) = simulate.plant(train, [flaw])
    where = {"bots": record.users, "broken_titles": record.items, "missing_genres": record.items}
    planted = where.get(flaw.__name__, record.rows)
    _, change = STEPS[flaw.__name__](noisy)
    found = np.zeros(len(planted), bool)
    found[change.rows.index] = True
    assert (found & planted).sum() / found.sum() > 0.99
    assert (found & planted).sum() / planted.sum() >= (0.7 if flaw is simulate.bots else 1.0)


def test_on_the_clean_log_the_steps_change_nothing_but_the_one_film_without_genres(train):
    mended, changes = prepare.repair(train, prepare.EVENT_STEPS)
    assert [len(change.rows) for change in changes] == [0, 0, 0, 0, 1]
    assert rows_of(mended) == rows_of(train)
    pd.testing.assert_frame_equal(mended.items.drop(columns="genres"), train.items.drop(columns="genres"))


def test_dropping_copies_gives_back_the_very_log(train):
    noisy, _ = simulate.plant(train, [simulate.copies])
    assert rows_of(prepare.drop_copies(noisy)[0]) == rows_of(train)


def test_milliseconds_come_back_and_unknown_times_become_the_users_earliest():
    low, _ = prepare.COLLECTED
    log = Interactions.from_ids(
        np.array([1, 1, 1, 1, 2]), np.arange(5), np.ones(5),
        np.array([low + 50, low + 20, (low + 70) * 1000, 2**31 - 1, 0]),
    )  # fmt: skip
    mended, change = prepare.mend_times(log)
    assert (mended.timestamp - low).tolist() == [50, 20, 70, 20, 0]
    assert change.rows.index.tolist() == [2, 3, 4]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 400)), min_size=1, max_size=40))
def test_most_in_a_minute_by_counting_from_every_moment(events):
    user, time = (np.array(column, np.int64) for column in zip(*events, strict=True))
    log = Interactions(user, np.zeros_like(user), np.ones(len(user), np.float32), time, np.arange(4), np.arange(1))
    by_hand = [
        max((sum(start <= t < start + 60 for u, t in events if u == who) for w, start in events if w == who), default=0)
        for who in range(4)
    ]
    assert prepare.most_in_a_minute(log).tolist() == by_hand


def test_nobody_in_an_empty_log_is_quick(tiny):
    assert prepare.most_in_a_minute(tiny.take(np.zeros(tiny.n, bool))).tolist() == [0, 0, 0]


def test_copies_and_unknown_times_do_not_make_a_person_a_bot(train):
    """The order of the steps: the whole mess is mended without losing one real user."""
    noisy, _ = simulate.plant(train)
    mended, _ = prepare.repair(noisy, prepare.EVENT_STEPS)
    assert (mended.user_counts()[: train.n_users] == train.user_counts()).all()
    in_wrong_order, _ = prepare.repair(noisy, [prepare.drop_bots, prepare.drop_copies])
    assert (in_wrong_order.user_counts()[: train.n_users] == 0).any()


ascii_text = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=8)
words = st.lists(ascii_text | st.sampled_from(["Misérables", "Á", "decembre"]), min_size=1, max_size=4).map(" ".join)


@given(words)
@pytest.mark.parametrize("damage", simulate.DAMAGES[:3], ids=lambda damage: damage.__name__)
def test_three_of_the_damages_can_be_undone(damage, title):
    assert prepare.mend_text(damage(title)) == title


@given(words)
def test_a_text_without_damage_stays(title):
    assert prepare.mend_text(title) == title


WRONG = {
    "Itâ€™s": "It’s",
    "ç¥žé¬¼": "神鬼",
    "CafÃ© Ã— 2": "Café × 2",
    "MisÃ©rables": "Misérables",
    "Ｔｏｙ\u3000２": "Toy 2",
}
RIGHT = ["8½", "Alien³", "x²", "“Amélie”", "SÃO PAULO", "ﬁlm", "Ⅳ", "¿Qué?", "Angels &amp; Demons", "StraÃ?Â?e", "l�st"]


@pytest.mark.parametrize("text", WRONG)
def test_text_read_as_cp1252_or_latin_1_is_mended(text):
    assert prepare.mend_text(text) == WRONG[text]


@pytest.mark.parametrize("text", RIGHT)
def test_what_is_no_trace_of_a_wrong_encoding_stays(text):
    """NFKC would make "81⁄2" of "8½" and "Alien3" of "Alien³"; lost letters cannot be guessed."""
    assert prepare.mend_text(text) == text


def test_lost_letters_are_listed_and_stay_lost(train):
    lost = simulate.with_lost_letters("Toy Story")
    assert simulate.LOST in lost and prepare.mend_text(lost) == lost


def test_genres_come_from_the_films_rated_by_the_same_people():
    items = pd.DataFrame({
        "item_id": [1, 2, 3, 4], "title": list("abcd"), "display_title": list("abcd"), "year": [1] * 4,
        "genres": ["Horror", "Horror Sci-Fi", "Drama", ""],
    })  # fmt: skip
    user, item = np.array([1, 1, 1, 2, 2, 2, 3]), np.array([1, 2, 4, 1, 2, 4, 3])
    log = Interactions.from_ids(user, item, np.ones(7), np.arange(7), items=items)
    filled, change = prepare.fill_genres(log)
    assert filled.items["genres"].tolist() == ["Horror", "Horror Sci-Fi", "Drama", "Horror"]
    assert change.rows["filled"].tolist() == ["Horror"]


def test_a_film_that_nobody_shares_stays_without_genres():
    items = pd.DataFrame({"item_id": [1, 2], "title": ["a", "b"], "display_title": ["a", "b"], "year": [1, 1],
                          "genres": ["Drama", ""]})  # fmt: skip
    log = Interactions.from_ids(np.array([1, 2]), np.array([1, 2]), np.ones(2), np.arange(2), items=items)
    assert prepare.fill_genres(log)[0].items["genres"].tolist() == ["Drama", ""]
