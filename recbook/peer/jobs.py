"""Plain functions of a part of the work: `recbook.peer.many` runs them on many workers as one process runs them on one.

Each takes a part, a list, and what is the same for all parts; it returns one row for each entry of the part. What is
costly to open is opened once a process. Nothing here knows of Ray.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from recbook.data import Split
from recbook.evaluation.metrics import ndcg_at_k
from recbook.models.base import BaseRecommender
from recbook.text.backends import backend
from recbook.text.onnx import Graph, file_of, made


def embed(texts: Sequence[str], file: str, max_tokens: int = 256) -> np.ndarray:
    """Vectors of texts by the encoder in ``file``, which `encoder_file` names: float32 ``(len(texts), d)``.

    Without torch: an environment beside the course needs onnxruntime and tokenizers alone.
    """
    return _graph(file, max_tokens).encode(texts)[0]


@cache
def _graph(file: str, max_tokens: int) -> Graph:
    return Graph(Path(file).read_bytes(), max_tokens)


def encoder_file(name: str = "all-MiniLM-L6-v2", kind: str = "onnx") -> str:
    """Where an encoder lies as one file that every process can open; made where it is not yet (`recbook.text.onnx`)."""
    source = backend(name)
    made(source, kind)
    return str(file_of(source, kind))


def judge(users: Sequence[int], folder: str, k: int = 10) -> np.ndarray:
    """NDCG@k of users by what `write_judge` stored in ``folder``: float64 ``(len(users),)``."""
    model, history, wanted, masked = _judge(folder)
    rows = np.asarray(users, np.int64)
    exclude = None if masked is None else masked[rows]
    return ndcg_at_k(model.score(rows, history), wanted[rows], k, exclude)


def write_judge(model: BaseRecommender, split: Split, folder: Path, on: str = "test") -> np.ndarray:
    """Store a fitted model and what it is to find, for `judge`; returns the users who have something to find.

    The titles stay here: no score needs them, and a worker then needs no pandas.
    """
    bare = copy(model)
    bare.log_ = replace(model.log_, users=None, items=None)
    bare.save(folder / "model")
    history, wanted, masked = split.history(on), split.wanted(on), split.masked(on)
    np.savez(folder / "history.npz", user=history.user, item=history.item)
    sparse.save_npz(folder / "wanted.npz", wanted)
    if masked is not None:
        sparse.save_npz(folder / "masked.npz", masked)
    return np.flatnonzero(np.diff(wanted.indptr))


@cache
def _judge(folder: str) -> tuple[Any, ...]:
    """The model, the history that it scores from, and tables of what is wanted and what is masked."""
    from recbook import models

    at = Path(folder)
    model = models.load(at / "model")
    with np.load(at / "history.npz") as rows:
        history = replace(model.log_, user=rows["user"], item=rows["item"], rating=None, timestamp=None, quantity=None)
    tables = (sparse.load_npz(file) if (file := at / f"{name}.npz").exists() else None for name in ("wanted", "masked"))
    return model, history, *tables
