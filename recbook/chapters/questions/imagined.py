"""What a guide would say if a stored result were another: the reader's own what-if, and the tests' way to turn a leaf."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from recbook.results import folders


@contextmanager
def imagined(name: str, change: Callable[[dict[str, Any]], None]) -> Iterator[None]:
    """For a while the results called ``name`` are what ``change`` makes of a copy of them, in place.

    The stored file is not touched. Raises ValueError for a name that no experiment stores.
    """
    folder = folders()["experiments"]
    if not (folder / f"{name}.json").is_file():
        known = ", ".join(sorted(file.stem for file in folder.glob("*.json")))
        raise ValueError(f"No experiment stores {name!r}; there is: {known}.")
    with tempfile.TemporaryDirectory() as copy:
        for file in folder.glob("*.json"):
            shutil.copyfile(file, Path(copy) / file.name)
        target = Path(copy) / f"{name}.json"
        whole = json.loads(target.read_text(encoding="utf-8"))
        change(whole["results"])
        target.write_text(json.dumps(whole), encoding="utf-8")
        with _reading(copy):
            yield


@contextmanager
def _reading(folder: str) -> Iterator[None]:
    """Stored results are read from this folder, as `recbook.results.folders` says."""
    before = os.environ.get("RECBOOK_RESULTS")
    os.environ["RECBOOK_RESULTS"] = folder
    try:
        yield
    finally:
        if before is None:
            del os.environ["RECBOOK_RESULTS"]
        else:
            os.environ["RECBOOK_RESULTS"] = before
