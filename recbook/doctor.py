"""Look at what the course needs on this machine, and say what to do about what is missing."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata

from packaging.requirements import Requirement
from rich.table import Table

from recbook import paths, session

ROOM = 5e8  # bytes that the chapters write beside the cards: encoded texts
MEMORY = 4e9  # bytes
_STYLE = {"ok": "green", "warning": "yellow", "wrong": "bold red"}


@dataclass(frozen=True)
class Row:
    """One line of the table; ``state`` is "ok", "warning" (chapters run all the same) or "wrong"."""

    what: str
    found: str
    wanted: str = ""
    state: str = "ok"
    advice: str = ""


def examine() -> list[Row]:
    """Every row, in the order in which it is shown."""
    return [python_row(), *package_rows(), *card_rows(), disk_row(), memory_row(), font_row(), records_row()]


def table(rows: list[Row]) -> Table:
    """The rows as a table for the terminal."""
    shown = Table("what", "found", "wanted", "what to do", title="recbook doctor")
    for row in rows:
        shown.add_row(row.what, f"[{_STYLE[row.state]}]{row.found}", row.wanted, row.advice)
    return shown


def python_row() -> Row:
    """This Python against the range that the lock is tested with."""
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    good = (3, 11) <= sys.version_info[:2] <= (3, 13)
    advice = "" if good else "Install Python 3.12, then: make lab PYTHON=python3.12"
    return Row("Python", found, "3.11 to 3.13", "ok" if good else "wrong", advice)


def package_rows() -> Iterator[Row]:
    """One row for each package that the chapters import. Nothing is imported: TensorFlow loads slowly."""
    for line in metadata.requires("recbook") or []:
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": "course"}):
            yield package_row(requirement)


def package_row(requirement: Requirement) -> Row:
    """The installed version of a package against the range in pyproject.toml."""
    try:
        found = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        found = "missing"
    good = found != "missing" and requirement.specifier.contains(found, prereleases=True)
    advice = "" if good else "make lab (it installs what requirements.lock names)"
    return Row(requirement.name, found, str(requirement.specifier), "ok" if good else "wrong", advice)


def card_rows() -> Iterator[Row]:
    """One row for each dataset, model and font: in the cache, or to be fetched on first use."""
    from recbook.data import cards, fetch

    for card in cards.all_cards():
        if fetch.is_cached(card.name):
            yield Row(card.name, "cached", "cached")
        elif card.optional:
            yield Row(card.name, "not cached", "optional", "ok", f"recbook data fetch {card.name}, if you want it")
        else:
            advice = f"recbook data fetch {card.name} (else fetched on first use)"
            yield Row(card.name, "not cached", "cached", "warning", advice)


def disk_row() -> Row:
    """Free space where the cache is, or will be, against what is still to be fetched and staged."""
    from recbook.data import cards, fetch

    folder = next(place for place in [paths.cache_dir(), *paths.cache_dir().parents] if place.exists())
    missing = [card for card in cards.all_cards() if not (card.optional or fetch.is_cached(card.name))]
    needed = ROOM + 2 * sum(card.bytes for card in missing)
    free = shutil.disk_usage(folder).free
    good = free >= needed
    advice = "" if good else "Free some space, or set RECBOOK_CACHE to a folder on a larger disk"
    return Row(f"free in {folder}", _gigabytes(free), _gigabytes(needed), "ok" if good else "wrong", advice)


def memory_row() -> Row:
    """All memory of the machine: what is free now changes by the minute."""
    import psutil

    total = psutil.virtual_memory().total
    good = total >= MEMORY
    advice = "" if good else "Close other programs before you run a chapter"
    return Row("memory", _gigabytes(total), _gigabytes(MEMORY), "ok" if good else "warning", advice)


def font_row() -> Row:
    """A font for Chinese figures: one of the machine's, or the course's own."""
    from recbook.data import fetch

    if font := session.cjk_font():
        return Row("Chinese font", font, "any")
    if fetch.is_cached("noto-sans-sc"):
        return Row("Chinese font", "noto-sans-sc", "any")
    advice = "recbook data fetch noto-sans-sc (chapters in Chinese fetch it on first use)"
    return Row("Chinese font", "none", "any", "warning", advice)


def records_row() -> Row:
    """Where it is recorded which exercises the reader has solved."""
    return Row("solved exercises", f"recorded in {paths.state_dir()}")


def _gigabytes(size: float) -> str:
    return f"{size / 1e9:.1f} GB"
