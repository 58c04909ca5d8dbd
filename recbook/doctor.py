"""Look at what the course needs on this machine, and say what to do about what is missing.

Only the standard library is imported before a row needs more: the doctor also comes where nothing else can.
"""

from __future__ import annotations

import importlib
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from recbook import session, surroundings

if TYPE_CHECKING:
    from packaging.requirements import Requirement
    from rich.table import Table

ROOM = 5e8  # bytes that the chapters write beside the cards: encoded texts
MEMORY = 4e9  # bytes
QUICK = ("matplotlib", "numpy", "pandas", "pyarrow", "requests", "scipy")  # imported to see whether they can be
AGAIN = "delete .venv/recbook-setup, then: make lab (it installs what requirements.lock names)"
ANEW = "make clean, then: make lab (it installs everything again)"
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
    looks: dict[str, Callable[[], Row | Iterable[Row]]] = {
        "Python": python_row,
        "surroundings": surroundings_rows,
        "packages": package_rows,
        "kernel python3": kernel_row,
        "data and models": card_rows,
        "free space": disk_row,
        "memory": memory_row,
        "Chinese font": font_row,
        "solved exercises": records_row,
    }
    return [row for what, look in looks.items() for row in look_at(what, look)]


def look_at(what: str, look: Callable[[], Row | Iterable[Row]]) -> list[Row]:
    """The rows of one look; where it cannot be taken, a row that says why."""
    try:
        found = look()
        return [found] if isinstance(found, Row) else list(found)
    except Exception as error:  # a broken library may raise anything
        return [Row(what, f"not looked at: {_in_short(error)}", state="wrong", advice=ANEW)]


def show(rows: list[Row]) -> None:
    """Print the rows: as a table, or line by line where even that library cannot be imported."""
    try:
        from rich.console import Console

        Console().print(table(rows))
    except ImportError:
        for row in rows:
            print(f"{row.state:8}{row.what}: {row.found}" + (f". {row.advice}" if row.advice else ""))


def table(rows: list[Row]) -> Table:
    """The rows as a table for the terminal."""
    from rich.markup import escape
    from rich.table import Table

    shown = Table("what", "found", "wanted", "what to do", title="recbook doctor")
    for row in rows:
        found = f"[{_STYLE[row.state]}]{escape(row.found)}[/]"
        shown.add_row(escape(row.what), found, row.wanted, escape(row.advice))
    return shown


def main() -> int:
    """The command where `recbook.cli` cannot be imported; the exit code."""
    rows = examine()
    show(rows)
    return int(any(row.state == "wrong" for row in rows))


def python_row() -> Row:
    """This Python against the range that the lock is tested with."""
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    good = (3, 11) <= sys.version_info[:2] <= (3, 13)
    advice = "" if good else "Install Python 3.12, then: make lab PYTHON=python3.12"
    return Row("Python", found, "3.11 to 3.13", "ok" if good else "wrong", advice)


def surroundings_rows() -> Iterator[Row]:
    """What hides modules from the notebooks: files beside them, folders in PYTHONPATH."""
    for hidden in (found for folder in _notebook_folders() for found in surroundings.beside(folder)):
        advice = f"Rename it: in that folder Python takes it for {hidden.name}"
        yield Row(str(hidden.by), f"hides {hidden.name}", "nothing that hides a module", "wrong", advice)
    for hidden in surroundings.on_pythonpath():
        advice = f"Take {hidden.by.parent} out of the variable PYTHONPATH: it comes before the course's own"
        yield Row(f"{hidden.by} (PYTHONPATH)", f"hides {hidden.name}", "nothing that hides a module", "wrong", advice)


def _notebook_folders() -> list[Path]:
    """The working folder, and the folders of notebooks of the clone and of the reader's own folder."""
    root = Path(os.environ.get("RECBOOK_ROOT") or Path(__file__).resolve().parents[1])
    places = [root / part / lang for part in ("my", "notebooks", "solutions") for lang in session.LANGUAGES]
    from recbook import paths  # needs a library, which the doctor may find missing

    if own := paths.own_folder():
        places += [own, *(own / "my" / lang for lang in session.LANGUAGES)]
    return [folder for folder in dict.fromkeys([Path.cwd(), root, *places]) if folder.is_dir()]


def package_rows() -> Iterator[Row]:
    """One row for each package that the chapters import. What loads slowly (TensorFlow, PyTorch) is not imported."""
    from packaging.requirements import Requirement

    for line in metadata.requires("recbook") or []:
        requirement = Requirement(line)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("course", "serve")):
            yield package_row(requirement)


def package_row(requirement: Requirement) -> Row:
    """The installed version of a package against the range in pyproject.toml."""
    name, wanted = requirement.name, str(requirement.specifier)
    try:
        found = metadata.version(name)
    except metadata.PackageNotFoundError:
        found = "missing"
    if found == "missing" or not requirement.specifier.contains(found, prereleases=True):
        return Row(name, found, wanted, "wrong", AGAIN)
    try:
        if name in QUICK:
            importlib.import_module(name)
    except Exception as error:  # a broken library may raise anything
        return Row(name, f"{found}, which cannot be imported: {_in_short(error)}", wanted, "wrong", ANEW)
    return Row(name, found, wanted)


def kernel_row() -> Row:
    """Which Python runs the notebooks: the kernel called python3, in the course's JupyterLab and in any other."""
    from recbook import lab

    ours, theirs = _kernel(lab.kernel_path()), _kernel(os.environ.get("JUPYTER_PATH", ""))
    if not _is_this_python(ours):
        advice = "Reinstall the course: its own kernel is not found"
        return Row("kernel python3", ours, sys.executable, "wrong", advice)
    if _is_this_python(theirs):
        return Row("kernel python3", ours, sys.executable)
    advice = f"Open the course with recbook lab or make lab: another JupyterLab would run {theirs}"
    return Row("kernel python3", ours, sys.executable, "warning", advice)


def _kernel(jupyter_path: str) -> str:
    """The program that the kernel python3 runs where JUPYTER_PATH has this value."""
    from jupyter_client.kernelspec import KernelSpecManager

    before = os.environ.get("JUPYTER_PATH")
    os.environ["JUPYTER_PATH"] = jupyter_path
    try:
        program = KernelSpecManager().get_kernel_spec("python3").argv[0]
    finally:
        if before is None:
            del os.environ["JUPYTER_PATH"]
        else:
            os.environ["JUPYTER_PATH"] = before
    # Jupyter takes a bare name for the Python that it runs in itself.
    return sys.executable if program in ("python", "python3", _python_name()) else program


def _python_name() -> str:
    return f"python{sys.version_info[0]}.{sys.version_info[1]}"


def _is_this_python(program: str) -> bool:
    """Whether a program lies where this Python does: links are not followed, since environments share their target."""
    return Path(program).absolute().parent == Path(sys.executable).absolute().parent


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
    from recbook import paths
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
    from recbook import paths

    return Row("solved exercises", f"recorded in {paths.state_dir()}")


def _gigabytes(size: float) -> str:
    return f"{size / 1e9:.1f} GB"


def _in_short(error: Exception) -> str:
    """An error's kind and its first line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
