"""RecBole and other libraries beside the course, in an environment of their own (`make peer`).

RecBole needs versions of numpy, pandas and scipy that the course cannot use, so it never shares a process with it: the
split is written in RecBole's atomic format, `worker` fits a model in the other environment, and the scores are read
back, to be judged by the course's own protocol. In the same environment `metrics` judges scores of ours by RecBole's
evaluator and by ranx, and `encoding` lets sentence-transformers encode texts.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from recbook.data import Split
from recbook.data.fetch import ensure
from recbook.evaluation.metrics import Matrix
from recbook.paths import course_root


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


def versions(packages: Sequence[str]) -> dict[str, str]:
    """The versions of those of the packages that RecBole's environment has. Raises PeerError where there is none."""
    home = python().parents[1]
    places = [str(place) for place in (*home.glob("lib/python*/site-packages"), home / "Lib" / "site-packages")]
    return {name: found.version for name in packages for found in metadata.distributions(name=name, path=places)}


def write_split(split: Split, folder: Path, name: str = "course") -> Path:
    """Write a split as RecBole's atomic file ``name/name.inter``, one row an interaction, tab-separated.

    RecBole splits by itself, by time; it gets each user's rows numbered in the order of train, valid and test, so that
    its "leave one out" is ours, and its float32 times cannot mix two rows up. Indices stand for ids.
    """
    rows = []
    for part, log in enumerate((split.train, split.valid, split.test)):
        order = np.lexsort((log.need_times("write_split"), log.user))  # stable: equal times in the file's order
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
    python()  # says what to do before the work of writing begins
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        write_split(split, folder)
        task = {"model": model, "folder": made, "settings": dict(settings or {}), "threads": threads}
        _ask("worker", task, folder, f"RecBole's {model}", threads)
        with np.load(folder / "scores.npz") as file:
            scores = _on_our_rows(file["scores"], file["users"], file["items"], split)
        return PeerRun(scores, json.loads((folder / "facts.json").read_text(encoding="utf-8")))


@dataclass(frozen=True, eq=False)
class Judged:
    """What another library makes of the same scores: each metric for each user, and the seconds that it took."""

    per_user: dict[str, np.ndarray]  # by the course's names, such as "ndcg@10": float64 (n_users,)
    seconds: float  # the shortest of the repeats
    facts: dict[str, Any]


def judge(
    scores: np.ndarray, relevant: Matrix, k: int = 10, exclude: Matrix | None = None, repeats: int = 1
) -> dict[str, Judged]:
    """RecBole's evaluator and ranx on the scores that `recbook.evaluation.evaluate_scores` takes, by library.

    ``scores`` are ``(n_users, n_items)`` floats, ``relevant`` and ``exclude`` sparse of the same shape; every user
    needs something relevant. What is timed, and where the libraries' rules differ, is told in `recbook.peer.metrics`.
    Raises PeerError where there is no environment, or where a library stops.
    """
    python()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        np.savez(folder / "task.npz", scores=scores, relevant=_cells(relevant), exclude=_cells(exclude))
        said = _ask("metrics", {"file": str(folder / "task.npz"), "k": k, "repeats": repeats}, folder, "A metric")
    return {
        name: Judged({metric: np.array(values) for metric, values in found.pop("per_user").items()}, **found)
        for name, found in last_json(said).items()
    }


def _cells(matrix: Matrix | None) -> np.ndarray:
    """The users and items of the cells that are not zero, int64 ``(2, n)``."""
    return np.zeros((2, 0), np.int64) if matrix is None else np.array(matrix.nonzero(), np.int64)


@dataclass(frozen=True, eq=False)
class Encoded:
    """What sentence-transformers makes of texts: float32 ``(n, d)``, and the seconds that its loop took."""

    vectors: np.ndarray
    seconds: float  # the shortest of the repeats
    facts: dict[str, Any]


def encode(
    texts: Sequence[str], name: str = "all-MiniLM-L6-v2", max_tokens: int = 256, repeats: int = 1, threads: int = 1
) -> Encoded:
    """Encode by sentence-transformers, with the weights that `recbook.text.TextEncoder` uses.

    Raises PeerError where there is no environment, or where the library stops.
    """
    python()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        task = {"weights": str(ensure(name)), "texts": list(texts), "max_tokens": max_tokens, "repeats": repeats}
        (folder / "task.json").write_text(json.dumps(task | {"threads": threads}), encoding="utf-8")
        said = _ask("encoding", {"folder": made}, folder, "sentence-transformers", threads)
        return Encoded(np.load(folder / "vectors.npy"), **last_json(said))


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


def _ask(worker: str, task: Mapping[str, Any], folder: Path, what: str, threads: int = 1) -> str:
    """Run one of this folder's workers by the other Python; returns what it printed, or raises PeerError with that."""
    done = subprocess.run(
        [str(python()), str(Path(__file__).with_name(f"{worker}.py")), json.dumps(task)],
        cwd=folder, capture_output=True, text=True, encoding="utf-8", env=_environment(threads),
    )  # fmt: skip
    if done.returncode:
        said = "\n".join(done.stderr.strip().splitlines()[-8:])
        raise PeerError(f"{what} stopped:\n{said}")
    return done.stdout


def _on_our_rows(scores: np.ndarray, users: np.ndarray, items: np.ndarray, split: Split) -> np.ndarray:
    """RecBole's table by the course's indices; an item that RecBole never met ranks below all others."""
    whole = np.full((split.train.n_users, split.train.n_items), scores.min() - 1, np.float32)
    whole[np.ix_(users, items)] = scores
    return whole


def _environment(threads: int) -> dict[str, str]:
    """One number of threads everywhere; and RecBole's own checkpoints hold more than weights."""
    count = {name: str(threads) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    return {**os.environ, **count, "TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD": "1", "CUDA_VISIBLE_DEVICES": ""}
