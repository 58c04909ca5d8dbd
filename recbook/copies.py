"""The reader's copies of the chapters: how one is made, whether it is whole, whether its chapter has changed since.

A copy says in its metadata what it was made from, so that a chapter that came later, with `git pull`, can be told from
the one that the reader began with. What the reader wrote is only ever read here.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from recbook.files import write_atomically

_KERNELS = Path(__file__).parent / "lab_settings" / "data" / "kernels"


def write(chapter: Path, place: Path) -> Path:
    """Write a copy of a chapter to ``place``, whole or not at all; returns ``place``.

    JupyterLab finds in it what it would write itself: no copy is marked as unsaved that nobody changed.
    """
    notebook = json.loads(chapter.read_text(encoding="utf-8"))
    metadata = notebook["metadata"]
    metadata |= _of_kernel() | {"recbook": {**metadata.get("recbook", {}), "chapter": made_from(notebook)}}
    write_atomically(place, json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    return place


def _of_kernel() -> dict[str, Any]:
    """What JupyterLab notes in a notebook of the kernel that runs it, the course's own with this Python."""
    from ipykernel.ipkernel import IPythonKernel

    spec = json.loads((_KERNELS / "python3" / "kernel.json").read_text(encoding="utf-8"))
    kernel = {"name": "python3", "display_name": spec["display_name"], "language": spec["language"]}
    return {"kernelspec": kernel, "language_info": dict(IPythonKernel.language_info)}


def digest(notebook: dict[str, Any]) -> str:
    """A short name for what a notebook's cells say, whatever they have printed."""
    said = [[cell["cell_type"], "".join(cell["source"])] for cell in notebook["cells"]]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def is_broken(place: Path) -> bool:
    """Whether a file is no notebook, as one is that was being written when its process or the power went."""
    try:
        read = json.loads(place.read_bytes())
        return not (isinstance(read["cells"], list) and all("cell_type" in cell for cell in read["cells"]))
    except OSError:  # it may be whole: nobody can tell
        return False
    except (ValueError, TypeError, KeyError):
        return True


def is_older(copy: Path, chapter: Path) -> bool:
    """Whether a chapter has changed since the copy was made, or has other exercises than a copy that does not say."""
    try:
        mine, theirs = (json.loads(path.read_bytes()) for path in (copy, chapter))
        if not mine["metadata"].get("recbook", {}).get("chapter"):
            return _exercises(mine) != _exercises(theirs)
        return made_from(mine) != made_from(theirs)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):  # a reader's file may hold anything
        return False


def made_from(notebook: dict[str, Any]) -> str:
    """The digest of the chapter that a notebook comes from: the one it names, as a class's own does, or its own."""
    return str(notebook["metadata"].get("recbook", {}).get("chapter") or digest(notebook))


def _exercises(notebook: dict[str, Any]) -> set[str]:
    return {grade["grade_id"] for cell in notebook["cells"] if (grade := cell["metadata"].get("nbgrader"))}


def older_than_course(lang: str) -> Path | None:
    """The notebook that JupyterLab runs here, where its chapter has changed since it was copied; else None."""
    copy = Path(os.environ.get("JPY_SESSION_NAME", ""))  # set by Jupyter's server alone
    from recbook import paths  # which needs a library: the doctor comes also where none can be imported

    try:
        return copy if copy.suffix and is_older(copy, paths.course_root() / "notebooks" / lang / copy.name) else None
    except FileNotFoundError:  # installed without its course
        return None


def set_aside(notebook: Path) -> Path:
    """Move a file to ``old/`` beside it, with the time in its name; returns its new place."""
    old = notebook.parent / "old"
    old.mkdir(exist_ok=True)
    moment = f"{notebook.stem}-{datetime.now():%Y%m%d-%H%M%S}"
    return notebook.rename(_free(old / f"{moment}{f'-{n}' if n > 1 else ''}.ipynb" for n in count(1)))


def beside(place: Path) -> Path:
    """A name beside a copy that nothing has: "07_pytorch (new).ipynb", then "07_pytorch (new 2).ipynb"."""
    return _free(place.with_name(f"{place.stem} (new{f' {n}' if n > 1 else ''}){place.suffix}") for n in count(1))


def _free(places: Iterable[Path]) -> Path:
    """The first place where nothing lies: what the reader has is never written over."""
    return next(place for place in places if not place.exists())
