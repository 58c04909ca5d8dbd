"""Repairs: what each step changes, what it leaves alone, what it says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recbook.data import Interactions, prepare


@pytest.fixture(scope="module")
def repaired(request):
    import recbook

    return prepare.repair(recbook.load("ml-100k"))


def test_the_raw_log_stays_as_it_was(movielens):
    before = movielens.items.copy()
    prepare.repair(movielens)
    pd.testing.assert_frame_equal(movielens.items, before)
    assert movielens.n == 100_000


def test_each_known_flaw_is_repaired(repaired):
    log, _ = repaired
    items = log.items.set_index("item_id")
    assert items.loc[1412, "title"] == "Land Before Time III: The Time of the Great Giving"
    assert items.loc[1412, "year"] == 1995
    assert items.loc[267, "title"] == "" and pd.isna(items.loc[267, "year"])
    assert not items[items["title"] != ""].duplicated(["title", "year"]).any()


def test_changes_say_what_was_done(repaired):
    log, changes = repaired
    assert [change.step for change in changes] == [step.__name__ for step in prepare.STEPS]
    assert [len(change.rows) for change in changes] == [1, 1, 1, 18]
    assert "18 film(s) merged; 307 second rating(s)" in repr(changes[-1])
    assert log.n == 100_000 - 307
    assert log.n_items == 1682 - 18


def test_merging_keeps_the_earlier_rating():
    items = pd.DataFrame({"item_id": [1, 2], "title": ["A", "A"], "display_title": ["A", "A"], "year": [1990, 1990],
                          "genres": ["Drama", "Drama"]})  # fmt: skip
    log = Interactions.from_ids(
        np.array([5, 5, 6]), np.array([1, 2, 2]), np.array([3, 4, 5]), np.array([20, 10, 30]), items=items
    )
    merged, change = prepare.merge_repeated_titles(log)
    assert merged.rating.tolist() == [4, 5]
    assert merged.item.tolist() == [0, 0]
    assert change.rows["merged_into"].tolist() == [1]


def test_films_without_a_title_are_not_the_same_film():
    items = pd.DataFrame(
        {"item_id": [1, 2], "title": ["", ""], "display_title": ["", ""], "year": ["", ""], "genres": ["", ""]}
    )
    log = Interactions.from_ids(np.array([5]), np.array([1]), np.ones(1), np.ones(1), items=items)
    assert prepare.merge_repeated_titles(log)[0].n_items == 2


def test_a_step_may_be_left_out(movielens):
    log, changes = prepare.repair(movielens, steps=[prepare.blank_unknown])
    assert len(changes) == 1
    assert log.n_items == 1682


def test_a_log_without_titles_is_refused(tiny):
    with pytest.raises(ValueError, match="no item table"):
        prepare.repair(tiny)
