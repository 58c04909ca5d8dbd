"""Find what was handed in: nbgrader's tree, a folder of files, or the zip that a learning platform gives.

Nothing is unpacked or run here, links are not followed, and names only serve as labels.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from recbook.grading.plain import tame
from recbook.learning import bank
from recbook.session import phrase

MOST_BYTES = 30_000_000
"""A larger notebook is not read."""
SUFFIX = ".ipynb"
_SKIPPED = {".ipynb_checkpoints", "__MACOSX"}
_TREES = {"submitted", "submissions", "collected"}
# Moodle's folder "Ada Lovelace_123456_assignsubmission_file_", or the same before a file's name.
_MOODLE = re.compile(r"^(?P<who>.+?)_\d+_assignsubmission_(?:file|onlinetext)_?(?P<rest>.*)$")
# Canvas' file "lovelaceada_LATE_1234_56789_00_start-1.ipynb".
_CANVAS = re.compile(r"^(?P<who>[^_]+)_(?:LATE_)?(?P<id>\d{2,})_\d{2,}_(?P<rest>.+)$")
_COPY = re.compile(r"[\s_-]*(?:-?Copy\s*\d*|\((?:new\s*)?\d*\)|-\d+)$", re.IGNORECASE)  # "(new)": reset --beside


@dataclass(frozen=True)
class HandedIn:
    """One file of one student's, where it lay, and its content; or why it has none."""

    student: str
    where: str
    content: bytes = b""
    problem: str = ""  # "large", "link" or "unreadable"


def collected(place: Path) -> Iterator[HandedIn]:
    """Every notebook below a folder, or in a zip, with the student whom its path names.

    Raises FileNotFoundError where there is neither, ValueError for a file that is no zip.
    """
    if place.is_dir():
        yield from _in_folder(place)
    elif not place.exists():
        raise FileNotFoundError(phrase(en=f"There is no folder or zip {place}.", zh=f"没有 {place} 这个文件夹或 zip。"))
    elif not zipfile.is_zipfile(place):
        raise ValueError(
            phrase(
                en=f"{place} is neither a folder nor a zip. Give the folder that holds what was handed in.",
                zh=f"{place} 既不是文件夹，也不是 zip。请给出存放作业的文件夹。",
            )
        )
    else:
        yield from _in_zip(place)


def _in_folder(folder: Path) -> Iterator[HandedIn]:
    for path in sorted(folder.rglob("*")):
        name = PurePosixPath(path.relative_to(folder).as_posix())
        if path.suffix == ".zip" and not path.is_symlink() and zipfile.is_zipfile(path):
            yield from _in_zip(path)
        elif _is_notebook(name):
            yield _read(path, folder, name)


def _read(path: Path, folder: Path, name: PurePosixPath) -> HandedIn:
    student = student_of(name)
    if not path.resolve().is_relative_to(folder.resolve()) or path.is_symlink() or not path.is_file():
        return HandedIn(student, tame(name), problem="link")
    try:
        if path.stat().st_size > MOST_BYTES:
            return HandedIn(student, tame(name), problem="large")
        return HandedIn(student, tame(name), path.read_bytes())
    except OSError:
        return HandedIn(student, tame(name), problem="unreadable")


def _in_zip(path: Path) -> Iterator[HandedIn]:
    with zipfile.ZipFile(path) as archive:
        for member in sorted(archive.infolist(), key=lambda member: member.filename):
            name = PurePosixPath(member.filename.replace("\\", "/"))
            if not member.is_dir() and _is_notebook(name):
                yield _unzipped(archive, member, name)


def _unzipped(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: PurePosixPath) -> HandedIn:
    student = student_of(name)
    try:
        with archive.open(member) as file:
            content = file.read(MOST_BYTES + 1)  # what the zip says of the size may be untrue
    except (OSError, ValueError, RuntimeError, NotImplementedError, EOFError, zipfile.BadZipFile):
        return HandedIn(student, tame(name), problem="unreadable")
    large = len(content) > MOST_BYTES
    return HandedIn(student, tame(name), b"" if large else content, "large" if large else "")


def _is_notebook(name: PurePosixPath) -> bool:
    hidden = name.name.startswith(".") or _SKIPPED & set(name.parts)
    return name.suffix.lower() == SUFFIX and not hidden


def student_of(name: PurePosixPath) -> str:
    """Whom a path names: the first folder below "submitted", what a platform puts before a file, or the file's name.

    Control characters and halves of characters, which names may hold, are replaced.
    """
    name = PurePosixPath(tame(name, 1_000).replace("\n", " "))
    parts = [part for part in name.parts if part not in ("/", "..", ".")]
    below = next((at + 1 for at, part in enumerate(parts[:-1]) if part in _TREES), 0)
    parts = parts[below:]
    for part in parts:
        if found := _MOODLE.match(part) or _CANVAS.match(part):
            return found["who"].strip()
    folders = [part for part in parts[:-1] if not _chapter().search(part)]
    return folders[0] if folders else _who_of_file(parts[-1])


@cache
def _chapter() -> re.Pattern[str]:
    """A chapter's name in a path: "ada_00_start.ipynb", "00_start-ada.ipynb", "00_start (1).ipynb"."""
    names = "|".join(f"{about.number}_{slug}" for slug, about in bank.chapters().items())
    return re.compile(rf"(?:^|[\s_.-]+)(?:{names})(?=$|[\s_.(-])", re.IGNORECASE)


def _who_of_file(file: str) -> str:
    stem = file[: -len(SUFFIX)]
    who = _COPY.sub("", _chapter().sub("", stem)).strip(" _-.")
    return who or stem
