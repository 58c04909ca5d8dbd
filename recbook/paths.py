"""Where recbook keeps things on the reader's machine. Nothing here creates a directory."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from recbook.bilingual import Both


def cache_dir() -> Path:
    """Fetched data, weights and encoded texts; ``RECBOOK_CACHE`` overrides. Safe to delete: it can be fetched again."""
    override = os.environ.get("RECBOOK_CACHE")
    return Path(override).expanduser() if override else platformdirs.user_cache_path("recbook")


def state_dir() -> Path:
    """The reader's own records (solved exercises, licences seen): in `own_folder`; ``RECBOOK_STATE`` overrides."""
    if override := os.environ.get("RECBOOK_STATE"):
        return Path(override).expanduser()
    own = own_folder()
    return own / ".recbook" / "state" if own else platformdirs.user_data_path("recbook")


def own_folder() -> Path | None:
    """The folder that ``RECBOOK_HOME`` names for the reader's copies, records and settings; None without one."""
    named = os.environ.get("RECBOOK_HOME")
    return Path(named).expanduser().absolute() if named else None


def course_root() -> Path:
    """The clone that holds ``notebooks/source``; ``RECBOOK_ROOT`` overrides.

    Raises FileNotFoundError where recbook was installed without its course (from a wheel, say).
    """
    override = os.environ.get("RECBOOK_ROOT")
    root = Path(override).expanduser() if override else Path(__file__).resolve().parents[1]
    if not (root / "notebooks" / "source").is_dir():
        raise FileNotFoundError(
            Both(
                en=f"No course in {root}: it has no notebooks/source. Run from a clone of recbook, "
                "or set RECBOOK_ROOT to the folder that holds one.",
                zh=f"{root} 里没有课程：缺 notebooks/source。请在克隆下来的 recbook 文件夹里运行，"
                "或把 RECBOOK_ROOT 设为它的位置。",
            )
        )
    return root


def datasets_dir() -> Path:
    """The folder of dataset cards: inside the package when installed from a wheel, else next to it in the clone."""
    packaged = Path(__file__).resolve().parent / "_datasets"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[1] / "datasets"
