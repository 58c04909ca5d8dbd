"""A trained recommender as files that a service can load: no torch, no training log, no pickle.

Two files in one folder. The vectors are a safetensors file, named after its own SHA-256; the manifest, ``model.json``,
names that file and holds ids, titles, settings, the format's version and a hash of itself. The manifest is written
last and put in place in one step, so a reader meets the old model or the new one, whole, never a mixture.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from recbook.evaluation.metrics import top_k

FORMAT = "recbook.recommender"
VERSION = 1
MANIFEST = "model.json"


class ArtifactError(ValueError):
    """A stored recommender that is cut, damaged, of another version, or does not fit together."""


@dataclass(frozen=True, eq=False)
class Recommender:
    """What a service needs to answer "which items next?" for a history of item ids.

    A user's vector is the mean of ``user_side`` over the history, the k-th from the end weighing
    ``0.5 ** (k / half_life)``; an item's score is that vector's dot product with ``item_side`` plus ``bias``.
    """

    item_ids: np.ndarray  # (n_items,) int64, each once
    titles: tuple[str, ...]  # n_items
    user_side: np.ndarray  # (n_items, d) float32
    item_side: np.ndarray  # (n_items, d) float32
    bias: np.ndarray  # (n_items,) float32
    half_life: float
    about: Mapping[str, Any] = field(default_factory=dict)  # whatever a later reader should know: encoder, data, date

    def __post_init__(self) -> None:
        n, d = self.user_side.shape
        shapes = {"item_ids": (n,), "titles": (n,), "item_side": (n, d), "bias": (n,)}
        for name, wanted in shapes.items():
            if (got := np.shape(getattr(self, name))) != wanted:
                raise ArtifactError(f"{name} must have the shape {wanted}, as user_side has {(n, d)}; got {got}.")
        if len(np.unique(self.item_ids)) != n:
            raise ArtifactError("item_ids holds an id twice: two rows of vectors would answer to it.")
        for name in _ARRAYS:
            if not np.isfinite(getattr(self, name)).all():
                raise ArtifactError(f"{name} has values that are no finite numbers: the training went wrong.")
        if not self.half_life > 0:
            raise ArtifactError(f"half_life must be above 0; got {self.half_life}.")

    def scores(self, history: Sequence[int]) -> np.ndarray:
        """Score of every item, float32 ``(n_items,)``, for a history of item ids, oldest first.

        Ids that the model does not know are passed over; with none left, the scores are the bias: what is popular.
        """
        rows = {int(item): row for row, item in enumerate(self.item_ids)}
        known = [rows[int(item)] for item in history if int(item) in rows]
        if not known:
            return self.bias.copy()
        weight = 0.5 ** (np.arange(len(known))[::-1] / self.half_life)
        user = (weight / weight.sum()).astype(np.float32) @ self.user_side[known]
        return self.item_side @ user + self.bias

    def recommend(self, history: Sequence[int], n: int = 10) -> list[tuple[int, str, float]]:
        """The ``n`` best items that are not in the history: (id, title, score), best first, ties by lower row."""
        seen = np.isin(self.item_ids, np.asarray(list(history), np.int64))
        scores = self.scores(history)
        best = [row for row in top_k(scores[None], n, exclude=seen[None])[0] if row >= 0]
        return [(int(self.item_ids[row]), self.titles[row], float(scores[row])) for row in best]


_ARRAYS = ("user_side", "item_side", "bias")


def save(model: Recommender, folder: Path) -> Path:
    """Write the model into ``folder`` (made where missing) and return the manifest's path.

    A model that was there before stays readable until the manifest is replaced; its vectors are removed afterwards.
    """
    from safetensors.numpy import save as to_bytes

    folder.mkdir(parents=True, exist_ok=True)
    vectors = to_bytes({name: np.ascontiguousarray(getattr(model, name), np.float32) for name in _ARRAYS})
    digest = sha256(vectors).hexdigest()
    name = f"vectors-{digest[:16]}.safetensors"
    content = {
        "format": FORMAT,
        "version": VERSION,
        "vectors": {"file": name, "sha256": digest},
        "item_ids": [int(item) for item in model.item_ids],
        "titles": list(model.titles),
        "half_life": float(model.half_life),
        "about": dict(model.about),
    }
    _put(folder / name, vectors)
    manifest = json.dumps(content | {"sha256": _hash_of(content)}, ensure_ascii=False, indent=1)
    _put(folder / MANIFEST, manifest.encode())
    for old in set(folder.glob("vectors-*.safetensors")) - {folder / name}:
        old.unlink(missing_ok=True)
    return folder / MANIFEST


def load(folder: Path) -> Recommender:
    """The model that `save` wrote. NumPy and safetensors are all that it needs.

    Raises FileNotFoundError where a file is missing, and ArtifactError where one is cut, damaged or of another
    version, or where the two do not fit together. Nothing is loaded in part.
    """
    content = _manifest(folder / MANIFEST)
    vectors = _vectors(folder / content["vectors"]["file"], content["vectors"]["sha256"])
    return Recommender(
        item_ids=np.array(content["item_ids"], np.int64),
        titles=tuple(content["titles"]),
        half_life=content["half_life"],
        about=content["about"],
        **vectors,
    )


def _manifest(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(_read(path))
        stated = content.pop("sha256", None)
        known_format, version = content["format"] == FORMAT, content["version"]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ArtifactError(f"{path} is cut or is no manifest of a recommender ({error}). Save it again.") from error
    # The version first: another version may hash, and hold, something else.
    if not known_format or version != VERSION:
        raise ArtifactError(
            f"{path} is {content['format']!r}, version {version}; this program reads {FORMAT!r}, version {VERSION}. "
            "Save the model again with this program, or load it with the one that wrote it."
        )
    if stated != _hash_of(content):
        raise ArtifactError(f"{path} was changed after it was written: its SHA-256 does not fit. Save it again.")
    return content


def _vectors(path: Path, wanted: str) -> dict[str, np.ndarray]:
    from safetensors.numpy import load as from_bytes

    data = _read(path)
    if (got := sha256(data).hexdigest()) != wanted:
        raise ArtifactError(
            f"{path} is cut or damaged: {len(data):,} bytes with SHA-256 {got[:16]}…, where the manifest names "
            f"{wanted[:16]}…. Save it again."
        )
    return from_bytes(data)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(f"There is no {path}: no recommender was saved there, or only a part of it.") from None


def _hash_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of the manifest's content, whatever its spaces and the order of its keys."""
    return sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _put(path: Path, data: bytes) -> None:
    """Write next to the place, then move: a reader never meets half a file, also when the power fails."""
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
