"""The log: id space, exact times, file order, the tables, and the flaws that are kept on purpose."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

import recbook
from recbook.data import Interactions, cards
from recbook.data.movielens import display_title


def test_an_index_is_the_rank_of_the_id(tiny):
    assert tiny.user_ids.tolist() == [10, 20, 30]
    assert tiny.item_ids.tolist() == [1, 2, 3, 5]
    assert tiny.item[:3].tolist() == [2, 3, 0]


def test_matrix_has_ones_or_the_values_given(tiny):
    assert tiny.matrix().toarray().tolist() == [[1, 1, 0, 1], [1, 0, 1, 1], [1, 1, 0, 0]]
    assert tiny.matrix(tiny.rating)[0, 0] == 5
    with pytest.raises(ValueError, match="one for each interaction"):
        tiny.matrix(np.ones(3))


def test_an_item_met_twice_is_one_in_the_matrix():
    log = Interactions.from_ids(np.array([1, 1]), np.array([7, 7]), np.ones(2), np.array([1, 2]))
    assert log.matrix().toarray().tolist() == [[1.0]]


def test_take_keeps_the_id_space(tiny):
    part = tiny.take(tiny.user == 2)
    assert (part.n, part.n_users, part.n_items) == (2, 3, 4)
    assert part.item_counts().tolist() == [1, 1, 0, 0]
    assert part.user_counts().tolist() == [0, 0, 2]


def test_frame_gives_the_ids_back(tiny):
    again = tiny.frame()
    assert again["user_id"].tolist() == [20, 10, 10, 10, 20, 30, 20, 30]
    assert again["item_id"].tolist() == [3, 5, 1, 2, 1, 2, 5, 1]


def test_an_item_nobody_rated_has_an_index_if_the_table_has_it():
    items = pd.DataFrame({"item_id": [4, 2, 9]})
    log = Interactions.from_ids(np.array([1]), np.array([9]), np.ones(1), np.ones(1), items=items)
    assert log.n_items == 3
    assert log.items["item_id"].tolist() == [2, 4, 9]
    assert log.item.tolist() == [2]


def test_an_id_that_the_table_lacks_is_named():
    with pytest.raises(KeyError, match="item 3 is in the log but not in the item table"):
        Interactions.from_ids(
            np.array([1]), np.array([3]), np.ones(1), np.ones(1), items=pd.DataFrame({"item_id": [2, 4]})
        )


def test_columns_of_unequal_length_are_refused():
    with pytest.raises(ValueError, match="equally long"):
        Interactions.from_ids(np.array([1, 2]), np.array([3]), np.ones(1), np.ones(1))


def test_indices_outside_the_id_space_are_refused():
    with pytest.raises(ValueError, match="item indices must lie in"):
        Interactions(*(np.array([3]) for _ in range(4)), user_ids=np.arange(9), item_ids=np.arange(3))


def test_movielens_as_it_stands_in_the_file(movielens):
    assert (movielens.n, movielens.n_users, movielens.n_items) == (100_000, 943, 1682)
    first = movielens.frame().iloc[0].tolist()
    assert first == [196, 242, 3.0, 881250949]  # the first line of the file; float32 would give 881250944
    assert movielens.timestamp.dtype == np.int64
    assert set(movielens.items) == {"item_id", "title", "display_title", "year", "genres"}
    assert set(movielens.users) == {"user_id", "age", "gender", "occupation", "zip_code"}


def test_known_flaws_are_kept_in_the_raw_table(movielens):
    items = movielens.items.set_index("item_id")
    assert items.loc[267, "title"] == "unkonwn"
    assert items.loc[1412, "year"] == "V"
    assert items.duplicated(["title", "year"]).sum() == 18


def test_zip_codes_keep_their_zeros(movielens):
    assert movielens.users["zip_code"].str.len().min() == 5


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Birdcage, The", "The Birdcage"),
        ("Misérables, Les", "Les Misérables"),
        ("Enfer, L'", "L'Enfer"),
        ("Horseman on the Roof, The (Hussard sur le toit, Le)", "The Horseman on the Roof (Le Hussard sur le toit)"),
        ("Hate (Haine, La)", "Hate (La Haine)"),
        ("Paris, Texas", "Paris, Texas"),
        ("I, Worst of All (Yo, la peor de todas)", "I, Worst of All (Yo, la peor de todas)"),
        ("Toy Story", "Toy Story"),
    ],
)
def test_display_title(title, shown):
    assert display_title(title) == shown


def test_at_least_380_titles_are_put_in_reading_order(movielens):
    assert (movielens.items["title"] != movielens.items["display_title"]).sum() >= 380


def test_load_names_the_close_ones():
    with pytest.raises(ValueError, match=r"ml-100k(.|\n)*recbook data list"):
        recbook.load("ml100k")


def test_load_refuses_what_is_no_log():
    with pytest.raises(ValueError, match="not a log of interactions"):
        recbook.load("all-MiniLM-L6-v2")


def test_load_asks_for_the_reader_of_a_new_card(monkeypatch):
    new = dataclasses.replace(cards.card("ml-100k"), name="new")
    monkeypatch.setattr(cards, "card", lambda name: new)
    with pytest.raises(ValueError, match=r"new has a card and no reader(.|\n)*recbook/data/__init__\.py"):
        recbook.load("new")
