"""Measurements too long for a chapter: benchmarks write them once, chapters show them as stored."""

from __future__ import annotations

import difflib
import json
import os
import platform
import re
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

_PARTS = ("made_with", "settings", "results")


def stored(name: str) -> dict[str, Any]:
    """The committed results called ``name``: a dict of ``made_with``, ``settings`` and ``results``.

    ``made_with`` holds the versions of the libraries and the number of threads, ``settings`` what was asked for,
    ``results`` what was measured.

    Raises ValueError for an unknown name (with those that exist) and for a file that is not such a dict.
    """
    names = stored_names()
    if name not in names:
        close = difflib.get_close_matches(str(name), names, n=1)
        guess = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"No results are stored as {name!r}.{guess} There is: {', '.join(names) or 'nothing yet'}.")
    return _read(results_dir() / f"{name}.json")


def stored_names() -> list[str]:
    """The names that `stored` knows, in alphabetical order."""
    return sorted(file.stem for file in results_dir().glob("*.json"))


def results_dir() -> Path:
    """The folder of result files: inside the package when installed from a wheel, else with the benchmarks."""
    packaged = Path(__file__).resolve().parent / "_results"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[1] / "benchmarks" / "results"


def store(
    name: str,
    settings: Mapping[str, Any],
    results: Mapping[str, Any],
    packages: Sequence[str] = ("numpy", "scipy"),
    threads: int = 1,
) -> Path:
    """Write ``<name>.json`` so that a reader finds the old file or the new one, never a half; returns its path.

    Numbers are rounded to 5 significant digits: the same file should come out of two runs that differ by noise of
    the last bits. ``packages`` are those whose versions the file should name.
    """
    versions = {"python": platform.python_version()} | {package: metadata.version(package) for package in packages}
    whole = {"made_with": versions | {"threads": threads}, "settings": settings, "results": results}
    target = results_dir() / f"{name}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        half.write_text(_text(rounded(whole)), encoding="utf-8")
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
    return target


def rounded(value: Any, digits: int = 5) -> Any:
    """``value`` as JSON can hold it, with every float at ``digits`` significant digits."""
    if isinstance(value, Mapping):
        return {str(key): rounded(part, digits) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(part, digits) for part in value]
    if hasattr(value, "tolist"):  # NumPy's arrays and numbers
        return rounded(value.tolist(), digits)
    return float(f"{value:.{digits}g}") if isinstance(value, float) else value


def _text(whole: Any) -> str:
    """JSON with a list of numbers on one line, so that a table reads as one and a change shows where it is."""
    text = json.dumps(whole, indent=1, allow_nan=False)
    return re.sub(r"\[[\s\d.,e+-]*\]", lambda found: re.sub(r"\s+", " ", found[0]), text) + "\n"


def _read(file: Path) -> dict[str, Any]:
    try:
        whole = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{file} is not JSON ({error}). Write it again: `recbook bench {file.stem}`.") from error
    missing = [part for part in _PARTS if not isinstance(whole, dict) or part not in whole]
    if missing:
        raise ValueError(f"{file} lacks {', '.join(missing)}. Write it again: `recbook bench {file.stem}`.")
    return whole
