"""A file from a list of mirrors: resumed, retried, taken from the next mirror, and never kept wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from faults import RATINGS, TITLES, Server, leftovers, sha256, wheel

from recbook.data import fetch

A, B = "/a/ratings.tsv", "/b/ratings.tsv"


def asked_for_the_rest(request: tuple[str, str | None]) -> bool:
    """Whether a request asks for about the second half: all but the last block that had arrived is kept."""
    start = int((request[1] or "bytes=0-")[len("bytes=") : -1])
    return 0 <= len(RATINGS) // 2 - start < 1 << 14


def test_the_first_mirror_is_enough(mirrored: str, server: Server) -> None:
    assert (fetch.ensure(mirrored) / "ratings.tsv").read_bytes() == RATINGS
    assert server.requests == [(A, None)]


def test_members_of_an_archive_at_an_address(server: Server, write_card: Callable[..., None]) -> None:
    content = wheel({"in/titles.tsv": TITLES})
    server.files["/films.zip"] = content
    source = {"urls": [f"{server.address}/films.zip"], "sha256": sha256(content), "bytes": len(content)}
    write_card("zipped", source, {"titles.tsv": ("in/titles.tsv", TITLES)})
    assert (fetch.ensure("zipped") / "titles.tsv").read_bytes() == TITLES


def test_an_archive_that_is_none(server: Server, cache, write_card: Callable[..., None]) -> None:
    server.files["/films.zip"] = TITLES
    source = {"urls": [f"{server.address}/films.zip"], "sha256": sha256(TITLES), "bytes": len(TITLES)}
    write_card("zipped", source, {"titles.tsv": ("in/titles.tsv", TITLES)})
    with pytest.raises(ValueError, match=r"films\.zip is not a zip archive"):
        fetch.fetch("zipped")
    assert leftovers(cache) == []


@pytest.mark.parametrize("fault", ["cut 2", "stall 2"])
def test_it_goes_on_where_it_broke_off(fault: str, mirrored: str, server: Server) -> None:
    server.faults[A] = [fault]
    assert (fetch.ensure(mirrored) / "ratings.tsv").read_bytes() == RATINGS
    assert [path for path, _ in server.requests] == [A, B]
    assert asked_for_the_rest(server.requests[1])


def test_the_next_call_goes_on_where_the_last_one_gave_up(mirrored: str, cache, server: Server) -> None:
    server.faults |= {A: ["cut 2", "busy"], B: ["busy"]}
    with pytest.raises(ConnectionError, match="`recbook data fetch mirrored`"):
        fetch.fetch(mirrored)
    assert [name[:6] for name in leftovers(cache)] == [".part-"]
    server.faults.clear()
    assert (fetch.ensure(mirrored) / "ratings.tsv").read_bytes() == RATINGS
    assert asked_for_the_rest(server.requests[-1])


def test_a_server_that_knows_no_ranges_sends_all_again(mirrored: str, server: Server) -> None:
    server.faults |= {A: ["cut 2"], B: ["no ranges"]}
    assert (fetch.ensure(mirrored) / "ratings.tsv").read_bytes() == RATINGS


@pytest.mark.parametrize("fault", ["vanish", "lie", "login page", "redirect /b/ratings.tsv"])
def test_a_mirror_of_no_use_is_asked_once(fault: str, mirrored: str, server: Server) -> None:
    server.faults[A] = [fault]
    assert (fetch.ensure(mirrored) / "ratings.tsv").read_bytes() == RATINGS
    assert server.count(A) == server.count(B) == 1


def test_a_busy_server_is_asked_again(mirrored: str, server: Server) -> None:
    server.faults |= {A: ["busy", "none"], B: ["busy"]}
    assert fetch.fetch(mirrored)


def test_a_login_page_does_not_spoil_what_has_arrived(mirrored: str, server: Server) -> None:
    server.faults |= {A: ["cut 2", "none"], B: ["login page"]}
    assert (fetch.ensure(mirrored) / "ratings.tsv").read_bytes() == RATINGS
    assert asked_for_the_rest(server.requests[-1])


def test_two_halves_of_different_files_are_noticed(mirrored: str, cache, server: Server) -> None:
    server.faults |= {A: ["cut 2", "vanish"], B: ["lie"]}
    with pytest.raises(ValueError, match=f"{sha256(RATINGS)} was expected"):
        fetch.fetch(mirrored)
    assert leftovers(cache) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [(RATINGS[::-1], sha256(RATINGS[::-1])), (RATINGS + b"more", sha256(RATINGS)), (RATINGS[:-9], "416")],
    ids=["other", "longer", "shorter"],
)
def test_when_all_mirrors_have_another_file(content: bytes, words: str, mirrored: str, cache, server: Server) -> None:
    server.files |= {A: content, B: content}
    with pytest.raises(ValueError) as caught:
        fetch.fetch(mirrored)
    assert words in str(caught.value)
    assert str(caught.value).count("ratings.tsv: ") == 2, "each mirror is named with what was wrong"
    assert leftovers(cache) == []


def test_when_no_mirror_can_be_reached(server: Server, cache, write_card: Callable[..., None]) -> None:
    source = {
        "urls": ["http://127.0.0.1:9/x", "http://127.0.0.1:9/y"],
        "sha256": sha256(RATINGS),
        "bytes": len(RATINGS),
    }
    write_card("far", source, {"ratings.tsv": ("", RATINGS)})
    with pytest.raises(ConnectionError, match=r"could not be reached.*`recbook data fetch far`"):
        fetch.fetch("far")
    assert leftovers(cache) == []
