"""Book-Crossing: a file that nobody tidied, as it is read, as anybody reads it, and as the steps leave it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import recbook
from recbook.data import Interactions, books, cards, fetch, prepare

HEADER = '"ISBN";"Book-Title";"Book-Author";"Year-Of-Publication";"Publisher";"Image-URL-S";"Image-URL-M";"Image-URL-L"'
BOOKS = [  # ISBN, title, author, year, publisher
    ("0001", "The Hobbit", "J. R. R. Tolkien", "1937", "Allen &amp; Unwin"),
    ("0002", "The Hobbit: (Illustrated)", "J.R.R. TOLKIEN", "0", "X"),
    ("0003", 'A \\"quoted\\"; title', "N/A", "1999", "X"),
    ("000X", "ErzÃ?Â¤hlungen", "Heinrich BÃ?Â¶ll", "1958", "X"),
    ("0005", "StraÃ?Â?e", "NULL", "1958", "X"),
    ("0006", "Café [Taschenbuch]", "Müller", "2001", "X"),
    ("0007", "(Untitled)", "A", "2001", "X"),
    ("0008", "(Other)", "A", "2001", "X"),
]
RATINGS = [  # reader, ISBN, rating; the first reader has two editions of one work, the number in the later row
    (11, "0002", 0), (11, "0001", 8), (11, "0003", 0), (2, "0002", 5), (2, "000X", 10), (2, '\\"0210', 7),
    (2, "0002 b", 0), (3, "0002", 0), (3, "0006", 3), (3, "0007", 1),
]  # fmt: skip


def write(folder: Path) -> Path:
    lines = [";".join(f'"{field}"' for field in (*book, "u", "u", "u")) for book in BOOKS]
    (folder / "BX-Books.csv").write_text("\r\n".join([HEADER, *lines, ""]), encoding="latin-1", newline="")
    lines = [f'"{user}";"{isbn}";"{rating}"' for user, isbn, rating in RATINGS]
    text = "\n".join(['"User-ID";"ISBN";"Book-Rating"', *lines, ""])
    (folder / "BX-Book-Ratings.csv").write_text(text, encoding="latin-1", newline="")
    return folder


@pytest.fixture
def small(tmp_path: Path) -> Interactions:
    return books.read(write(tmp_path))


@pytest.fixture(scope="module")
def log() -> Interactions:
    return recbook.load("books")


@pytest.fixture(scope="module")
def mended(log) -> tuple[Interactions, list[prepare.Change]]:
    return prepare.repair(log, prepare.BOOK_STEPS)


def test_ids_stay_texts_and_quotation_marks_stay_where_they_were(small):
    assert small.frame()["item_id"].tolist() == [isbn.replace("\\", "") for _, isbn, _ in RATINGS]
    items = small.items.set_index("item_id")
    assert items.loc["0003", "title"] == 'A "quoted"; title' and items.loc["0003", "author"] == "N/A"
    assert items.loc["0005", "author"] == "NULL", "a text, not a missing value"
    assert items.loc["0006", "author"] == "Müller"
    assert set(items.loc["0002 b"]) == {""}, "a book that only the log knows"
    assert small.rating.tolist() == [rating for *_, rating in RATINGS]


def test_there_are_no_times_and_whoever_asks_for_them_is_told(small):
    assert small.timestamp is None and small.users is None
    with pytest.raises(ValueError, match="this log has none"):
        recbook.data.leave_one_out(small)


def test_the_same_by_hand(small, tmp_path):
    titles = pd.read_csv(
        tmp_path / "BX-Books.csv", sep=";", encoding="latin-1", escapechar="\\", dtype=str, keep_default_na=False
    )
    by_hand = Interactions.from_csv(
        tmp_path / "BX-Book-Ratings.csv", user="User-ID", item="ISBN", rating="Book-Rating",
        items=titles.iloc[:, :5], title="Book-Title", unlisted="add", sep=";", encoding="latin-1", escapechar="\\",
    )  # fmt: skip
    pd.testing.assert_frame_equal(by_hand.frame(), small.frame())
    assert by_hand.items["title"].tolist() == small.items["title"].tolist()


def test_texts_are_mended_and_lost_letters_listed(small):
    log, change = prepare.mend_book_texts(small)
    items = log.items.set_index("item_id")
    assert items.loc["000X", ["title", "author"]].tolist() == ["Erzählungen", "Heinrich Böll"]
    assert items.loc["0001", "publisher"] == "Allen & Unwin"
    assert items.loc["0005", "title"] == "Stra\ufffde"
    assert change.rows["item_id"].tolist() == ["0001", "0005", "000X"]
    assert "3 book(s) had texts mended; 1 have letters that are lost" in repr(change)


@pytest.mark.parametrize("text", ["8½", "L’été", "“Quoted”", "Alien³", "Cien años de soledad", "A & B"])
def test_a_book_text_without_damage_stays(text):
    assert prepare.mend_book_text(text) == text


def test_editions_become_one_work_under_the_one_with_the_most_readers(small):
    log, change = prepare.merge_editions(small)
    assert change.rows["item_id"].tolist() == ["0001"] and change.rows["merged_into"].tolist() == ["0002"]
    hobbit = log.items.set_index("item_id").loc["0002"]
    assert hobbit[["title", "author", "year", "editions"]].tolist() == [
        "The Hobbit: (Illustrated)",
        "J.R.R. TOLKIEN",
        "0",
        2,
    ]
    assert log.n == small.n - 1
    first = log.frame().query("user_id == 11 and item_id == '0002'")
    assert first["rating"].tolist() == [8], "a rating goes before a row without one"
    assert {"0007", "0008"} <= set(log.item_ids), "titles that are all bracket are not the same work"
    assert "1 edition(s) merged into 1 work(s); 1 second row(s)" in repr(change)


def test_books_without_a_title_are_not_the_same_work(small):
    assert {'"0210', "0002 b"} <= set(prepare.merge_editions(small)[0].item_ids)


def test_of_equals_the_lowest_id_and_the_first_row_are_kept():
    items = pd.DataFrame({"item_id": ["b", "a"], "title": "T", "author": "A"})
    log = Interactions.from_ids(np.array([1, 1]), np.array(["b", "a"]), np.array([3, 4]), items=items)
    merged, _ = prepare.merge_editions(log)
    assert merged.item_ids.tolist() == ["a"] and merged.rating.tolist() == [3]


def test_the_log_is_whole(log):
    assert (log.n, log.n_users, log.n_items) == (1_149_780, 105_283, 271_379 + 70_386)
    assert (log.rating == 0).sum() == 716_109 and log.rating.max() == 10
    unlisted = (log.items["title"] == "").to_numpy()
    assert unlisted.sum() == 70_386 and unlisted[log.item].sum() == 118_605
    assert len(np.unique(log.item[~unlisted[log.item]])) == 270_170


def test_readers_places_and_ages_are_not_even_fetched(log):
    assert log.users is None
    assert not any("User" in member for member in cards.card("books").members)


def test_what_the_steps_say_of_the_real_file(mended):
    log, changes = mended
    assert [change.step for change in changes] == [step.__name__ for step in prepare.BOOK_STEPS]
    assert changes[0].rows["rows"].sum() == 118_605
    assert abs(log.n_items - 236_506) < 1_000, "the works that planning counted, by a rule that differs a little"
    assert log.n_items + len(changes[2].rows) + len(changes[3].rows) == 271_379
    assert not log.repeats().any(), "one row for each reader and work"
    for text, count in {"ErzÃ": 0, "&amp;": 0}.items():
        assert log.items["title"].str.contains(text).sum() == count


def test_an_edition_that_everybody_knows(mended):
    log, changes = mended
    potter = log.items[prepare.work_keys(log.items).str.startswith("harry potter and the sorcerer s stone / j k")]
    assert len(potter) == 1 and potter["editions"].item() > 3
    merged = changes[2].rows.query("merged_into == @potter.item_id.item()")
    assert len(merged) == potter["editions"].item() - 1


def test_the_card_shows_the_terms_and_names_the_columns():
    card = cards.card("books")
    assert "research" in card.terms and "10.1145/1060745.1060754" in card.citation
    assert "research" in card.licence_line["en"] and "研究" in card.licence_line["zh"]
    for member, columns in card.columns.items():
        assert list(pd.read_csv(fetch.ensure("books") / member, nrows=0, **books.FORM)) == list(columns)
