"""Measurements too long for a chapter: experiments write them once, chapters show them as stored."""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import platform
import re
import sys
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from recbook.files import write_atomically

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
    return _read(_files()[name])


def stored_names() -> list[str]:
    """The names that `stored` knows, in alphabetical order."""
    return sorted(_files())


def folders() -> dict[str, Path]:
    """Where result files lie, by the kind of run: in the package when installed from a wheel, else beside the scripts.

    "experiments" are what chapters read; "benchmarks" measure speed and quality beside peers. ``RECBOOK_RESULTS``
    names another folder for both, so that a run can be tried without touching the committed files.
    """
    if override := os.environ.get("RECBOOK_RESULTS"):
        return dict.fromkeys(("experiments", "benchmarks"), Path(override).expanduser())
    packaged, clone = Path(__file__).resolve().parent / "_results", Path(__file__).resolve().parents[1]
    return {kind: packaged if packaged.is_dir() else clone / kind / "results" for kind in ("experiments", "benchmarks")}


def fingerprint(name: str) -> str:
    """12 hexadecimal digits that change when the stored results called ``name`` do. Raises ValueError as `stored`."""
    stored(name)
    text = _files()[name].read_text(encoding="utf-8")  # as text: a checkout may end lines in its own way
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _files() -> dict[str, Path]:
    return {file.stem: file for folder in folders().values() for file in folder.glob("*.json")}


def store(
    name: str,
    settings: Mapping[str, Any],
    results: Mapping[str, Any],
    packages: Sequence[str] = ("numpy", "scipy"),
    threads: int | None = None,
    kind: str = "experiments",
) -> Path:
    """Write ``<name>.json`` so that a reader finds the old file or the new one, never a half; returns its path.

    Numbers are rounded to 5 significant digits: the same file should come out of two runs that differ by noise of
    the last bits. ``packages`` are those whose versions the file should name; ``threads`` is what `threads_used`
    finds where it is not given; ``kind`` is a key of `folders`.
    """
    threads = threads_used() if threads is None else threads
    versions = {"python": platform.python_version()} | {package: metadata.version(package) for package in packages}
    whole = {"made_with": versions | {"threads": threads}, "settings": settings, "results": results}
    write_atomically(target := folders()[kind] / f"{name}.json", _text(rounded(whole)))
    return target


def threads_used() -> int:
    """With how many threads this process computes: the most that a numerical library that it has loaded uses."""
    import threadpoolctl

    found = [int(pool["num_threads"]) for pool in threadpoolctl.threadpool_info()]
    if "torch" in sys.modules:
        found.append(sys.modules["torch"].get_num_threads())
    if "tensorflow" in sys.modules:
        told = sys.modules["tensorflow"].config.threading.get_intra_op_parallelism_threads()  # 0: nobody told it
        found.append(told or int(os.environ.get("TF_NUM_INTRAOP_THREADS", os.cpu_count() or 1)))
    return max(found, default=1)


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
        raise ValueError(f"{file} is not JSON ({error}). Write it again: `{_command(file)}`.") from error
    missing = [part for part in _PARTS if not isinstance(whole, dict) or part not in whole]
    if missing:
        raise ValueError(f"{file} lacks {', '.join(missing)}. Write it again: `{_command(file)}`.")
    return whole


def _command(file: Path) -> str:
    return f"recbook {'bench' if file.stem == 'peers' else 'experiment'} {file.stem}"
