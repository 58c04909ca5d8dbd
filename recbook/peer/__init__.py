"""RecBole beside the course: its models on the course's split, in an environment of its own (`make peer`).

RecBole needs versions of numpy, pandas and scipy that the course cannot use, so it never shares a process with it: the
split is written in RecBole's atomic format, `worker` fits a model in the other environment, and the scores are read
back, to be judged by the course's own protocol.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from recbook.data import Split
from recbook.paths import course_root

WORKER = Path(__file__).with_name("worker.py")


class PeerError(RuntimeError):
    """RecBole's environment is missing, or RecBole stopped; the message says what to do."""


@dataclass(frozen=True, eq=False)
class PeerRun:
    """What RecBole made of a split: scores float32 ``(n_users, n_items)``, and what it took."""

    scores: np.ndarray
    facts: dict[str, Any]  # seconds of CPU to fit, epochs run, best epoch, versions, RecBole's own test metrics


def python() -> Path:
    """The Python of RecBole's environment. Raises PeerError where `make peer` has not made it."""
    folder = course_root() / ".venv-recbole"
    found = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not found.exists():
        raise PeerError("RecBole has no environment yet. Run: make peer (some minutes, and about 2 GB of disk).")
    return found


def available() -> bool:
    """Whether `make peer` has been run."""
    try:
        python()
    except PeerError:
        return False
    return True


def write_split(split: Split, folder: Path, name: str = "course") -> Path:
    """Write a split as RecBole's atomic file ``name/name.inter``, one row an interaction, tab-separated.

    RecBole splits by itself, by time; it gets each user's rows numbered in the order of train, valid and test, so that
    its "leave one out" is ours, and its float32 times cannot mix two rows up. Indices stand for ids.
    """
    rows = []
    for part, log in enumerate((split.train, split.valid, split.test)):
        order = np.lexsort((log.timestamp, log.user))  # stable: equal times in the file's order
        rows += [(user, part, item) for user, item in zip(log.user[order], log.item[order], strict=True)]
    rows.sort(key=lambda row: row[:2])  # stable, so items stay in time order
    lines, place, before = ["user_id:token\titem_id:token\ttimestamp:float"], 0, None
    for user, _, item in rows:
        place = place + 1 if user == before else 0
        before = user
        lines.append(f"{user}\t{item}\t{place}")
    target = folder / name / f"{name}.inter"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return target


def run(model: str, split: Split, settings: Mapping[str, Any] | None = None, threads: int = 1) -> PeerRun:
    """Fit RecBole's ``model`` ("EASE", "SASRec", …) on the split's training part and score every user and item.

    ``settings`` are RecBole's own (``epochs``, ``learning_rate``, …). Raises PeerError where there is no environment,
    or where RecBole stops, with the last lines that it wrote.
    """
    interpreter = python()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        write_split(split, folder)
        task = {"model": model, "folder": made, "settings": dict(settings or {}), "threads": threads}
        done = subprocess.run(
            [str(interpreter), str(WORKER), json.dumps(task)],
            cwd=folder, capture_output=True, text=True, env=_environment(threads),
        )  # fmt: skip
        if done.returncode:
            said = "\n".join(done.stderr.strip().splitlines()[-8:])
            raise PeerError(f"RecBole's {model} stopped:\n{said}")
        with np.load(folder / "scores.npz") as file:
            scores = _on_our_rows(file["scores"], file["users"], file["items"], split)
        return PeerRun(scores, json.loads((folder / "facts.json").read_text(encoding="utf-8")))


def _on_our_rows(scores: np.ndarray, users: np.ndarray, items: np.ndarray, split: Split) -> np.ndarray:
    """RecBole's table by the course's indices; an item that RecBole never met ranks below all others."""
    whole = np.full((split.train.n_users, split.train.n_items), scores.min() - 1, np.float32)
    whole[np.ix_(users, items)] = scores
    return whole


def _environment(threads: int) -> dict[str, str]:
    """One number of threads everywhere; and RecBole's own checkpoints hold more than weights."""
    count = {name: str(threads) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    return {**os.environ, **count, "TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD": "1", "CUDA_VISIBLE_DEVICES": ""}
