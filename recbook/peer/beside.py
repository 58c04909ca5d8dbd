"""Another Python beside the course's: where its environment lies, and how a script of this package is run by it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from recbook.paths import course_root


class PeerError(RuntimeError):
    """An environment beside the course is missing, or what runs in it stopped; the message says what to do."""


@dataclass(frozen=True)
class Environment:
    """A virtual environment in the clone that a command of the Makefile makes."""

    name: str  # of the library that it is for
    folder: str
    command: str
    costs: str  # time and disk, in words

    def python(self) -> Path:
        """The environment's Python. Raises PeerError where the command has not made it."""
        home = course_root() / self.folder
        found = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        if not found.exists():
            raise PeerError(f"{self.name} has no environment yet. Run: {self.command} ({self.costs}).")
        return found

    def available(self) -> bool:
        """Whether the command has been run."""
        try:
            self.python()
        except (PeerError, FileNotFoundError):  # or there is no clone
            return False
        return True

    def versions(self, packages: Sequence[str]) -> dict[str, str]:
        """The versions of those of the packages that the environment has. Raises PeerError where there is none."""
        home = self.python().parents[1]
        places = [str(place) for place in (*home.glob("lib/python*/site-packages"), home / "Lib" / "site-packages")]
        return {name: found.version for name in packages for found in metadata.distributions(name=name, path=places)}

    def ask(self, worker: str, task: Mapping[str, Any], folder: Path, what: str, variables: Mapping[str, str]) -> str:
        """Run one of this package's workers in ``folder``; returns what it printed, or raises PeerError with that.

        ``task`` is its one argument, as JSON; ``variables`` are added to those of this process.
        """
        script = Path(__file__).with_name(f"{worker}.py")
        done = subprocess.run(
            [str(self.python()), str(script), json.dumps(task)], cwd=folder, capture_output=True, text=True,
            encoding="utf-8", env={**os.environ, **variables},
        )  # fmt: skip
        if done.returncode:
            said = "\n".join(done.stderr.strip().splitlines()[-8:])
            raise PeerError(f"{what} stopped:\n{said}")
        return done.stdout


def with_threads(threads: int) -> dict[str, str]:
    """What makes numerical libraries compute with so many threads; and no GPU."""
    names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    return {**dict.fromkeys(names, str(threads)), "CUDA_VISIBLE_DEVICES": ""}


def last_json(said: str) -> dict[str, Any]:
    """The JSON object of the last line that holds one: libraries print as they like before it, and behind it.

    Raises ValueError where no line holds one, with the end of what was said.
    """
    for line in reversed(said.splitlines()):
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict):
            return found
    raise ValueError(f"No line of JSON came back, but: {said.strip()[-300:] or 'nothing'}")
