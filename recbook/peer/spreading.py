"""Run by Ray's Python, not by the course's: one job on the parts of a file, by so many workers.

``python spreading.py '{"job": "module:name", "folder": …, "workers": 2, "kill": false, "store": bytes}'``: the folder
holds work.json, and gets values.npz. Prints one line of JSON: seconds, and which process began which part.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import shutil
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

STARTED = time.perf_counter()

import numpy as np  # noqa: E402
import ray  # noqa: E402

ATTEMPTS = 3  # how often a part is given to another worker before the job fails


def main() -> None:
    task = json.loads(sys.argv[1])
    folder = Path(task["folder"])
    work = json.loads((folder / "work.json").read_text(encoding="utf-8"))
    (begun := folder / "begun").mkdir()
    threading.Thread(target=end_with, args=(os.getppid(), folder), daemon=True).start()
    start_ray(task["workers"], task["store"], folder)
    ready = time.perf_counter()
    try:
        on_a_worker = ray.remote(num_cpus=1, max_retries=ATTEMPTS)(call)
        waiting = [on_a_worker.remote(task["job"], n, part, work["same"], str(begun))
                   for n, part in enumerate(work["parts"])]  # fmt: skip
        killed = kill_one(waiting, begun) if task["kill"] else None
        values = ray.get(waiting)
        done = time.perf_counter()
    finally:
        ray.shutdown()
    np.savez(folder / "values.npz", **{f"part{n}": value for n, value in enumerate(values)})
    began = [sorted(int(file.stem) for file in begun.glob(f"*.{n}")) for n in range(len(waiting))]
    facts = {"start_seconds": ready - STARTED, "killed": killed, "begun_by": began, "ray": ray.__version__}
    print(json.dumps({"seconds": done - ready} | facts))


def end_with(parent: int, folder: Path) -> None:
    """End this process, and Ray's with it, when the one that asked is gone (Windows does not tell)."""
    while os.getppid() == parent:
        time.sleep(1)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


def start_ray(workers: int, store: int, folder: Path) -> None:
    """Ray in this machine alone: what its variables do not say is said here."""
    ray.init(
        address="local", num_cpus=workers, include_dashboard=False, object_store_memory=store, log_to_driver=False,
        logging_level="ERROR", _temp_dir=str(folder / "ray"),
    )  # fmt: skip


def call(job: str, n: int, part: list, same: dict[str, Any], begun: str) -> np.ndarray:
    """The job on one part, with a note that this process has begun it."""
    Path(begun, f"{os.getpid()}.{n}").touch()
    module, _, name = job.partition(":")
    return getattr(importlib.import_module(module), name)(part, **same)


def kill_one(waiting: list, begun: Path) -> int:
    """Kill a worker that is at work, after the first part has come back; returns its process id."""
    ray.wait(waiting, num_returns=1)
    while True:
        open_parts = set(range(len(waiting))) - {n for n, one in enumerate(waiting) if is_done(one)}
        for file in begun.iterdir():
            if int(file.suffix[1:]) in open_parts:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(file.stem), getattr(signal, "SIGKILL", signal.SIGTERM))
                    return int(file.stem)
        if not open_parts:
            raise RuntimeError("Every part came back before a worker could be killed: make more parts, or larger ones.")
        time.sleep(0.001)


def is_done(one: Any) -> bool:
    return bool(ray.wait([one], timeout=0)[0])


if __name__ == "__main__":
    main()
