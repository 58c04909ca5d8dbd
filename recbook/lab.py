"""Open the course: the reader's own copies of the chapters, in JupyterLab, in the reader's language."""

from __future__ import annotations

import locale
import os
import platform
import shutil
import socket
from datetime import datetime
from pathlib import Path

from recbook import session

LANGUAGES = ("en", "zh")
FIRST_CHAPTER = "00_start"
PORTS = range(8888, 8988)
# JupyterLab settings of this package, layered under the reader's own ones.
_SETTINGS = Path(__file__).parent / "lab_settings"


def choose_language(asked: str = "") -> str:
    """``asked`` ("en" or "zh"), else the language of the reader's system, else English.

    Raises ValueError for a language in which there is no course.
    """
    if asked:
        if asked not in LANGUAGES:
            raise ValueError(f"There is no course in {asked!r}. Set COURSE_LANG (or --lang) to en or zh.")
        return asked
    named = [os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    system = next(filter(None, named), locale.getlocale()[0] or "")
    # Windows says "Chinese (Simplified)_China".
    return "zh" if system.lower().startswith(("zh", "chinese")) else "en"


def chapters(lang: str, root: Path) -> list[Path]:
    """The built chapters in one language, in order. Raises FileNotFoundError where there are none."""
    found = sorted((root / "notebooks" / lang).glob("[0-9][0-9]_*.ipynb"))
    if not found:
        raise FileNotFoundError(
            f"No chapters in {root / 'notebooks' / lang}. Restore them with: git checkout -- notebooks"
        )
    return found


def first_needs(lang: str) -> list[str]:
    """The cards that the first chapter reads; the Chinese font only where the machine has none."""
    needs = ["ml-100k", "all-MiniLM-L6-v2"]
    return [*needs, "noto-sans-sc"] if lang == "zh" and session.cjk_font() is None else needs


def copy_chapters(lang: str, root: Path) -> list[Path]:
    """Copy the chapters that ``my/<lang>`` does not have yet; what is there is the reader's and stays so."""
    mine = root / "my" / lang
    return [_copy(chapter, mine) for chapter in chapters(lang, root) if not (mine / chapter.name).exists()]


def reset_chapter(number: str, lang: str, root: Path) -> tuple[Path, Path | None]:
    """Put a fresh copy of a chapter in ``my/<lang>``; returns it, and where the reader's copy was moved to.

    Raises ValueError for a number that no chapter has.
    """
    known = {chapter.name[:2]: chapter for chapter in chapters(lang, root)}
    if number.zfill(2) not in known:
        raise ValueError(f"There is no chapter {number!r}. Give one of: {', '.join(known)}.")
    chapter = known[number.zfill(2)]
    mine = root / "my" / lang
    kept = _set_aside(mine / chapter.name) if (mine / chapter.name).exists() else None
    return _copy(chapter, mine), kept


def _set_aside(notebook: Path) -> Path:
    """Move the reader's notebook to ``old/``, with the time in its name; returns its new place."""
    kept = notebook.parent / "old" / f"{notebook.stem}-{datetime.now():%Y%m%d-%H%M%S}.ipynb"
    kept.parent.mkdir(exist_ok=True)
    return notebook.rename(kept)


def _copy(chapter: Path, folder: Path) -> Path:
    """Copy a notebook and trust it: its outputs are the course's own, so JupyterLab may show them as such."""
    import nbformat
    from nbformat.sign import NotebookNotary

    folder.mkdir(parents=True, exist_ok=True)
    copy = Path(shutil.copyfile(chapter, folder / chapter.name))
    NotebookNotary().sign(nbformat.read(copy, as_version=4))
    return copy


def choose_port(asked: int | None = None) -> int:
    """``asked``, else the first free port from 8888. Raises OSError where none is free."""
    free = next(filter(_is_free, [asked] if asked else PORTS), None)
    if free is None:
        taken = f"Port {asked} is" if asked else f"Ports {PORTS[0]} to {PORTS[-1]} are"
        raise OSError(f"{taken} in use. Give another one with PORT (--port), or leave it out to get a free one.")
    return free


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        if os.name != "nt":  # on Windows this option would let two programs share the port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def has_display() -> bool:
    """Whether a browser opened here would be seen by the reader."""
    if os.environ.get("SSH_CONNECTION"):
        return False
    shown = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return platform.system() != "Linux" or bool(shown)


def lab_arguments(lang: str, root: Path, port: int, *, browser: bool) -> list[str]:
    """JupyterLab's arguments: serve the clone, to this machine only, and open the first chapter."""
    return [
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={root}",
        f"--ServerApp.open_browser={browser}",
        # Root may be all that a container has; only this machine is served, and only to who holds the token.
        "--ServerApp.allow_root=True",
        "--Application.log_level=WARN",  # leaves the address to open
        f"--LabApp.default_url=/lab/tree/my/{lang}/{FIRST_CHAPTER}.ipynb",
        # Not the reader's default workspace, whose tabs belong to other work.
        f"--LabApp.workspaces_dir={root / 'my' / '.workspaces' / lang}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]


def config_path(lang: str) -> str:
    """JUPYTER_CONFIG_PATH with the course's settings behind what the reader has in it."""
    folders = [os.environ.get("JUPYTER_CONFIG_PATH"), str(_SETTINGS / lang), str(_SETTINGS / "course")]
    return os.pathsep.join(folder for folder in folders if folder)


def open_lab(lang: str, root: Path, port: int, *, browser: bool) -> None:
    """Run JupyterLab until the reader stops it."""
    os.environ["JUPYTER_CONFIG_PATH"] = config_path(lang)  # read when jupyterlab is imported
    from jupyterlab.labapp import LabApp

    LabApp.launch_instance(lab_arguments(lang, root, port, browser=browser))
