"""The model in use, and its replacement while requests run.

A request takes one reference to the engine and asks nothing else, so its answer is whole: of the old version or of the
new one. What the folder names is looked at again and again; a new model is loaded beside the old one, hash-checked,
and takes its place in one step. One that cannot be loaded is refused, and the old one goes on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from recbook.data.store import MANIFEST, ArtifactError
from recbook.files import write_atomically
from recbook.serving.engine import Engine, open_engine
from recbook.serving.limits import Limits

CURRENT = "current"
Report = Callable[..., None]  # (event, **fields)


def publish(parent: str | Path, name: str) -> None:
    """Let the file ``current`` of ``parent`` name the model in ``parent/name``, in one step.

    A service on ``parent`` loads it within two seconds. FileNotFoundError where no model was saved there.
    """
    parent = Path(parent)
    if not (parent / name / MANIFEST).is_file():
        raise FileNotFoundError(f"There is no {parent / name / MANIFEST}: save the model there before it is published.")
    write_atomically(parent / CURRENT, f"{name}\n")


def resolve(folder: str | Path) -> Path:
    """The folder with the model: ``folder`` itself, or the one that its ``current`` (a file, or a link) names.

    FileNotFoundError where a folder is missing, ArtifactError where ``current`` names nothing.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise FileNotFoundError(f"There is no folder {folder}.")
    current = folder / CURRENT
    if current.is_dir():
        return current.resolve()
    if not current.is_file():
        return folder
    name = current.read_text(encoding="utf-8").strip()
    if not name:
        raise ArtifactError(f"{current} is empty; it should name a folder beside it.")
    if not (folder / name).is_dir():
        raise FileNotFoundError(f"{current} names {name!r}, but there is no folder {folder / name}.")
    return folder / name


class Swapper:
    """Holds the engine in use as ``engine``, and looks for another one every ``limits.poll`` seconds once started.

    ``report(event, **fields)`` is told of "model loaded" (``model``, ``path``) and "model refused" (``why``).
    ``fallback`` is a folder that is known to work, should the one asked for not work at the start.
    """

    def __init__(self, folder: str | Path, limits: Limits, report: Report, fallback: str | Path | None = None) -> None:
        self.folder, self._limits, self._report = Path(folder), limits, report
        self._mark: Any = None
        self._end = threading.Event()
        self._thread: threading.Thread | None = None
        self.engine = self._first(fallback)

    def start(self) -> None:
        """Look from now on, in a thread of its own."""
        self._thread = threading.Thread(target=self._watch, name="recbook-swap", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._end.set()
        if self._thread is not None:
            self._thread.join()

    def look(self) -> bool:
        """Look once; whether another version has taken over. Nothing is raised: what is wrong is reported, once."""
        mark = self._marked()
        if mark == self._mark:
            return False
        self._mark = mark
        try:
            engine = self._open(resolve(self.folder))
        except Exception as error:  # whatever is wrong with the new model, the old one goes on
            self._refuse(error)
            return False
        changed, self.engine = engine.version != self.engine.version, engine
        return changed

    def _first(self, fallback: str | Path | None) -> Engine:
        self._mark = self._marked()
        try:
            return self._open(resolve(self.folder))
        except Exception as error:
            if fallback is None:
                raise
            self._refuse(error)
            return self._open(Path(fallback))

    def _open(self, path: Path) -> Engine:
        engine = open_engine(path)
        self._report("model loaded", model=engine.version, path=str(path))
        return engine

    def _refuse(self, error: Exception) -> None:
        self._report("model refused", why=str(error) or type(error).__name__)

    def _watch(self) -> None:
        while not self._end.wait(self._limits.poll):
            self.look()

    def _marked(self) -> Any:
        """What changes when another model is named, or any file of the named one is replaced."""
        try:
            path = resolve(self.folder)
            files = [(each.name, each.stat()) for each in path.iterdir()]
        except (OSError, ValueError) as error:
            return str(error)
        return str(path), sorted((name, stat.st_mtime_ns, stat.st_size, stat.st_ino) for name, stat in files)
