"""RecBole and other libraries beside the course, in an environment of their own (`make recbole`).

RecBole needs versions of numpy, pandas and scipy that the course cannot use, so it never shares a process with it: the
split is written in RecBole's atomic format, `worker` fits a model in the other environment, and the scores are read
back, to be judged by the course's own protocol. In the same environment `metrics` judges scores of ours by RecBole's
evaluator and by ranx, and `encoding` lets sentence-transformers encode texts.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from recbook.data import Split
from recbook.data.fetch import ensure
from recbook.evaluation.metrics import Matrix
from recbook.peer.beside import Environment, PeerError, last_json, with_threads

__all__ = [
    "Encoded", "Judged", "PeerError", "PeerRun", "available", "encode", "judge", "last_json", "python", "run",
    "versions", "write_split",
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class PeerRun:
    """What RecBole made of a split: scores float32 ``(n_users, n_items)``, and what it took."""

    scores: np.ndarray
    facts: dict[str, Any]  # seconds of CPU to fit, epochs run, best epoch, versions, RecBole's own test metrics


RECBOLE = Environment("RecBole", ".venv-recbole", "make recbole", "some minutes, and about 2 GB of disk")
python, available, versions = RECBOLE.python, RECBOLE.available, RECBOLE.versions


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


def _ask(worker: str, task: Mapping[str, Any], folder: Path, what: str, threads: int = 1) -> str:
    """Run one of this folder's workers by RecBole's Python, whose own checkpoints hold more than weights."""
    return RECBOLE.ask(worker, task, folder, what, with_threads(threads) | {"TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD": "1"})


def _on_our_rows(scores: np.ndarray, users: np.ndarray, items: np.ndarray, split: Split) -> np.ndarray:
    """RecBole's table by the course's indices; an item that RecBole never met ranks below all others."""
    whole = np.full((split.train.n_users, split.train.n_items), scores.min() - 1, np.float32)
    whole[np.ix_(users, items)] = scores
    return whole
