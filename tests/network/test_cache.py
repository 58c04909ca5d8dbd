"""The cache: two readers at once, a killed one, a read-only or full disk, damage, and no network at all."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from faults import RATINGS, Server, leftovers
from typer.testing import CliRunner

from recbook import paths
from recbook.data import fetch
from recbook.data.commands import app

WHEEL = "/files/films-1.0-py3-none-any.whl"

# What another process runs: it sees the test's cards and, by its environment, the test's cache and index.
OTHER = """
import pathlib, sys
from recbook import paths
paths.datasets_dir = lambda: pathlib.Path(sys.argv[1])
from recbook.data import fetch
print((fetch.ensure("films") / "ratings.tsv").stat().st_size)
"""


def start(datasets: Path) -> subprocess.Popen:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "encoding": "utf-8"}
    return subprocess.Popen([sys.executable, "-c", OTHER, str(datasets)], **pipes)


def test_two_processes_at_once_download_once(films: str, server: Server, tmp_path: Path) -> None:
    both = [start(tmp_path / "datasets") for _ in range(2)]
    outputs = [process.communicate(timeout=30) for process in both]
    assert [out.strip() for out, _ in outputs] == [str(len(RATINGS))] * 2, outputs
    assert server.count(WHEEL) == 1


def test_after_a_process_was_killed_the_next_one_succeeds(
    films: str, cache: Path, server: Server, tmp_path: Path
) -> None:
    server.faults[WHEEL] = ["stall 2", "none"]
    with start(tmp_path / "datasets") as process:
        deadline = time.monotonic() + 20
        while not server.count(WHEEL) and time.monotonic() < deadline:
            time.sleep(0.02)
        process.kill()
    assert ".staging-films" in leftovers(cache)
    assert (fetch.ensure(films) / "ratings.tsv").read_bytes() == RATINGS
    assert ".staging-films" not in leftovers(cache)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nothing in ``folder`` can be written; root, whom permissions do not bind, acts as nobody meanwhile."""
    paths_ = [folder, *folder.rglob("*")]
    for path in paths_:
        path.chmod(0o555 if path.is_dir() else 0o444)
    root = os.geteuid() == 0
    try:
        if root:
            os.seteuid(65534)
        yield
    finally:
        if root:
            os.seteuid(0)
        for path in paths_:
            path.chmod(0o755)


@pytest.fixture
def classroom(films: str, mirrored: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that other users can reach, which tmp_path is not; holds the cards and an empty cache."""
    if sys.platform == "win32":
        pytest.skip("permission bits do not make a folder read-only on Windows")
    with tempfile.TemporaryDirectory() as name:
        shutil.copytree(tmp_path / "datasets", Path(name, "datasets"))
        Path(name, "cache").mkdir()
        monkeypatch.setattr(paths, "datasets_dir", lambda: Path(name, "datasets"))
        monkeypatch.setenv("RECBOOK_CACHE", str(Path(name, "cache")))
        monkeypatch.setenv("RECBOOK_STATE", str(Path(name, "state")))
        yield Path(name)


def test_a_read_only_cache_that_is_full_works(mirrored: str, classroom: Path) -> None:
    fetch.fetch(mirrored)
    (classroom / "cache" / "data" / "mirrored.lock").unlink()
    with read_only(classroom):
        assert (fetch.ensure(mirrored) / "ratings.tsv").read_bytes() == RATINGS
        assert fetch.verify(mirrored) == []
    assert not list(classroom.rglob("*.lock")), "reading must take no lock"


def test_a_read_only_cache_that_lacks_the_files(films: str, classroom: Path) -> None:
    with read_only(classroom), pytest.raises(PermissionError) as caught:
        fetch.fetch(films)
    assert str(caught.value).startswith(f"The cache {classroom / 'cache' / 'data'} cannot be written")
    assert "1 MB needed" in str(caught.value)
    assert "RECBOOK_CACHE" in str(caught.value) and "`recbook data fetch films`" in str(caught.value)


def test_a_read_only_cache_cannot_be_cleared(mirrored: str, classroom: Path) -> None:
    fetch.fetch(mirrored)
    with (
        read_only(classroom),
        pytest.raises(PermissionError, match=r"cannot be written.*`recbook data clear mirrored`"),
    ):
        fetch.clear(mirrored)
    assert fetch.verify(mirrored) == []


def test_a_cache_path_that_is_a_file(mirrored: str, cache: Path) -> None:
    cache.write_text("not a folder")
    with pytest.raises(OSError, match=r"The cache .* cannot be written .*RECBOOK_CACHE"):
        fetch.fetch(mirrored)


def test_too_little_space_is_noticed_before_the_download(films: str, cache: Path, server: Server, monkeypatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(100, 99, 1))
    with pytest.raises(
        OSError, match=r"No space left in .*cache.*needs 1 MB free.*RECBOOK_CACHE.*`recbook data fetch films`"
    ):
        fetch.fetch(films)
    assert server.requests == []
    assert leftovers(cache) == []


@pytest.mark.parametrize("card", ["films", "mirrored"])
def test_a_disk_that_fills_up_while_files_are_written(
    card: str, films: str, mirrored: str, cache: Path, monkeypatch
) -> None:
    """Every write inside the cache by this process, from the first one on, finds the disk full."""
    real_open = Path.open

    class Full:
        def __init__(self, file) -> None:
            self.file = file

        def __enter__(self):
            return self

        def __exit__(self, *_: object) -> None:
            self.file.close()

        def tell(self) -> int:
            return self.file.tell()

        def write(self, block: bytes) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def open_(path: Path, mode: str = "r", *arguments, **options):
        file = real_open(path, mode, *arguments, **options)
        return Full(file) if mode in ("wb", "ab") and path.name != "pip.log" else file

    monkeypatch.setattr(Path, "open", open_)
    with pytest.raises(OSError, match=r"No space left in .*RECBOOK_CACHE"):
        fetch.fetch(card)
    assert leftovers(cache) == []


def test_a_rename_that_the_system_refuses(mirrored: str, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PermissionError, match=r"cannot be written .*RECBOOK_CACHE"):
        fetch.fetch(mirrored)
    assert not fetch.is_cached(mirrored)


def test_a_lost_file_is_fetched_again(mirrored: str) -> None:
    (fetch.ensure(mirrored) / "ratings.tsv").unlink()
    assert not fetch.is_cached(mirrored)
    assert (fetch.ensure(mirrored) / "ratings.tsv").read_bytes() == RATINGS


def test_verify_names_a_damaged_file_and_clear_removes_it(mirrored: str, cache: Path) -> None:
    assert "`recbook data fetch mirrored`" in fetch.verify(mirrored)[0]
    fetch.fetch(mirrored)
    assert fetch.verify(mirrored) == []
    (fetch.ensure(mirrored) / "ratings.tsv").write_bytes(RATINGS[::-1])
    (problem,) = fetch.verify(mirrored)
    assert "ratings.tsv is damaged" in problem and "`recbook data clear mirrored`" in problem
    assert fetch.clear(mirrored) == len(RATINGS)
    assert not fetch.is_cached(mirrored)
    assert leftovers(cache) == []
    assert fetch.clear(mirrored) == 0


def test_the_licence_is_shown_once(mirrored: str, cache: Path, capsys: pytest.CaptureFixture) -> None:
    fetch.fetch(mirrored, progress=False)
    assert capsys.readouterr().err == "Licence of mirrored\nmirrored 的许可\n"
    fetch.clear(mirrored)
    fetch.fetch(mirrored, progress=False)
    assert capsys.readouterr().err == ""


def test_a_state_folder_that_cannot_be_written_does_no_harm(mirrored: str, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("not a folder")
    assert fetch.fetch(mirrored)


def test_commands(films: str, mirrored: str, cache: Path, server: Server) -> None:
    def run(*arguments: str):
        return CliRunner().invoke(app, arguments)

    server.faults["/simple/films/"] = ["vanish", "none"]
    failed = run("fetch", "--all")
    assert failed.exit_code == 1
    assert f"mirrored is in {fetch.folder(mirrored)}" in failed.stdout, "one failure must not keep the others back"
    assert "does not offer it" in failed.stderr and "Traceback" not in failed.output
    assert run("fetch", "films").exit_code == 0
    assert "films, mirrored" in run("verify").stdout
    assert "Licence" not in run("info", "films").stderr
    (fetch.ensure(films) / "ratings.tsv").write_bytes(b"")
    assert run("verify").exit_code == 1
    assert "freed" in run("clear", "--all").stdout
    assert "nothing is fetched yet" in run("verify").stdout
    assert run("where").stdout.strip() == str(cache)


def test_fetch_all_says_sizes_beforehand_and_leaves_out_what_is_optional(
    films: str, mirrored: str, cache: Path, server: Server
) -> None:
    def run(*arguments: str):
        return CliRunner().invoke(app, arguments)

    card = cache.parent / "datasets" / films / "card.toml"
    card.write_text("optional = true\n" + card.read_text("utf-8"), "utf-8")
    done = run("fetch", "--all")
    said, optional, fetched = done.stdout.splitlines()
    assert done.exit_code == 0 and said.startswith("To download: mirrored 0.2 MB; 0.2 MB in all")
    assert optional == "Optional, fetched by name only: films." and fetched.startswith("mirrored is in")
    assert not server.count("/simple/films/") and not fetch.is_cached(films)
    assert "To download" not in run("fetch", "--all").stdout, "nothing is left to be said"
    assert run("fetch", films).exit_code == 0 and fetch.is_cached(films)
    assert "films:" in run("clear", "--all").stdout, "what is optional can be cleared with all"


def test_a_large_download_is_said_beforehand(mirrored: str, capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "LARGE", len(RATINGS))
    fetch.fetch(mirrored, progress=False)
    said = capsys.readouterr().err.splitlines()
    assert said[2:] == ["mirrored: 0 MB to download, once; 0 MB in the cache.",
                        "mirrored：需下载 0 MB（仅此一次），缓存中占 0 MB。"]  # fmt: skip


def test_with_everything_cached_no_network_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    fetch.ensure("ml-100k")  # the real one, unless the cache has it already

    def refuse(*_: object, **__: object) -> None:
        raise OSError("the network is off")

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(subprocess, "Popen", refuse)
    import recbook

    assert recbook.load("ml-100k") is not None
    assert (fetch.ensure("ml-100k") / "ml-100k.kg").stat().st_size == 3_515_608
    assert paths.datasets_dir().is_dir()
