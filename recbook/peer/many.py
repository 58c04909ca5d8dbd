"""One function on many workers, by Ray in an environment of its own (`make ray`).

A job is a plain function of `recbook.peer.jobs`, or any other that can be imported. `alone` calls it part after part in
this process; `run` starts Ray, lets it spread the same calls over worker processes, and ends it. Nothing of Ray is
imported here. It listens on the loopback address alone, shows no dashboard, sends no usage statistics, and its
processes end with the run, however that ends.
"""

from __future__ import annotations

import json
import secrets
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from recbook.peer.beside import Environment, PeerError, last_json, with_threads

RAY = Environment("Ray", ".venv-ray", "make ray", "a minute or two, and 0.6 GB of disk")
python, available, versions = RAY.python, RAY.available, RAY.versions

Job = Callable[..., np.ndarray]

STORE = 128 * 2**20
"""Bytes that Ray's own store of results may take: parts and their results are small."""

STARTS, LATE = 3, "timed out during startup"
"""How often Ray is started at most: it gives its own processes 30 seconds, which a busy machine may not have."""


@dataclass(frozen=True, eq=False)
class Spread:
    """What came of all parts, in their order, and what it took."""

    values: np.ndarray  # the rows of all parts
    seconds: float  # from the first call to the last answer, opening the models in it
    facts: dict[str, Any]  # seconds to start Ray; workers by process id; which was killed; which parts began again

    @property
    def again(self) -> list[int]:
        """The parts that were begun more than once."""
        return [part for part, processes in enumerate(self.facts["begun_by"]) if len(processes) > 1]


def parts_of(entries: Sequence[Any], size: int) -> list[list[Any]]:
    """A list cut into parts of ``size``, the last one shorter."""
    return [list(entries[start : start + size]) for start in range(0, len(entries), size)]


def alone(job: Job, parts: Sequence[Sequence[Any]], **same: Any) -> np.ndarray:
    """The job on each part in turn, in this process: the rows of all parts."""
    return np.concatenate([job(part, **same) for part in parts])


def run(job: Job, parts: Sequence[Sequence[Any]], workers: int = 2, kill: bool = False, **same: Any) -> Spread:
    """The job on each part by ``workers`` processes of Ray; ``same`` goes to every call.

    Parts hold texts or numbers, as JSON can. With ``kill`` a worker is killed while it is at work, once a part has come
    back: Ray gives its part to another. Raises `recbook.peer.PeerError` where there is no environment or the job
    stops, ValueError for a job that cannot be imported, for no part, or for less than one worker.
    """
    if workers < 1 or not parts:
        raise ValueError(f"run needs at least one worker and one part; got {workers} and {len(parts)}.")
    RAY.python()
    task = {"job": _path(job), "workers": workers, "kill": kill, "store": STORE}
    for left in reversed(range(STARTS)):
        try:
            return _once(task, {"parts": parts, "same": same})
        except PeerError as error:
            if not left or LATE not in str(error):
                raise
    raise AssertionError  # the last start returns or raises


def _once(task: Mapping[str, Any], work: Mapping[str, Any]) -> Spread:
    # Not in a folder of TMPDIR: the address of a socket in it would be longer than a system allows.
    short = "/tmp" if Path("/tmp").is_dir() else None
    with tempfile.TemporaryDirectory(prefix="ray", dir=short, ignore_cleanup_errors=True) as made:
        folder = Path(made)
        (folder / "work.json").write_text(json.dumps(work), encoding="utf-8")
        said = RAY.ask("spreading", {**task, "folder": made}, folder, f"{task['workers']} workers", _variables())
        with np.load(folder / "values.npz") as found:
            values = np.concatenate([found[f"part{n}"] for n in range(len(work["parts"]))])
        facts = last_json(said)
        return Spread(values, facts.pop("seconds"), facts)


def _path(job: Job) -> str:
    """The job's module and name, by which a worker imports it."""
    path = f"{job.__module__}:{job.__qualname__}"
    if job.__module__ == "__main__" or "<" in path:
        raise ValueError(f"A worker cannot import {path}: a job is a function of a module, at its top level.")
    return path


def _variables() -> Mapping[str, str]:
    """The course on the path of the workers, and what keeps Ray to itself."""
    return with_threads(1) | {
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # on every system: it then binds to 127.0.0.1
        "RAY_ADDRESS": "",  # a cluster of the reader's own stays out of it
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": secrets.token_hex(32),  # else it would write one into the home folder
        "RAY_agent_register_timeout_ms": "120000",
        "RAY_worker_register_timeout_seconds": "120",
        "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    }
