"""A trained recommender as files that a service can load: no torch, no training log, no pickle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from recbook.data import store
from recbook.data.histories import recency_weights
from recbook.data.store import ArtifactError
from recbook.evaluation.metrics import top_k

FORMAT = "recbook.recommender"


@dataclass(frozen=True, eq=False)
class Artifact:
    """What a service needs to answer "which items next?" for a history of item ids.

    A user's vector is the mean of ``user_side`` over the history, the k-th from the end weighing
    ``0.5 ** (k / half_life)``; an item's score is that vector's dot product with ``item_side`` plus ``bias``.
    """

    item_ids: np.ndarray  # (n_items,) int64, or object holding str; each once
    titles: tuple[str, ...]  # n_items
    user_side: np.ndarray  # (n_items, d) float32
    item_side: np.ndarray  # (n_items, d) float32
    bias: np.ndarray  # (n_items,) float32
    half_life: float
    about: Mapping[str, Any] = field(default_factory=dict)  # whatever a later reader should know: encoder, data, date;
    # "encoder" is what the service searches titles with; "text_vectors": "item_side" says that item_side is made by it

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

    @cached_property
    def _rows(self) -> dict[Any, int]:
        return {item: row for row, item in enumerate(self.item_ids.tolist())}

    def rows(self, items: Sequence[Any]) -> np.ndarray:
        """The row of each item id, int64 ``(len(items),)``; -1 for what the model does not know."""
        plain = (item.item() if isinstance(item, np.generic) else item for item in items)
        return np.fromiter((self._rows.get(item, -1) for item in plain), np.int64, len(items))

    def _known(self, history: Sequence[Any]) -> np.ndarray:
        """The rows of the items of a history that the model knows."""
        rows = self.rows(history)
        return rows[rows >= 0]

    def scores(self, history: Sequence[Any]) -> np.ndarray:
        """Score of every item, float32 ``(n_items,)``, for a history of item ids, oldest first.

        Ids that the model does not know are passed over; with none left, the scores are the bias: what is popular.
        """
        known = self._known(history)
        if not len(known):
            return self.bias.copy()
        user = recency_weights(len(known), self.half_life) @ self.user_side[known]
        return self.item_side @ user + self.bias

    def recommend(self, history: Sequence[Any], n: int = 10) -> list[tuple[Any, str, float]]:
        """The ``n`` best items that are not in the history: (id, title, score), best first, ties by lower row."""
        seen = np.zeros(len(self.item_ids), bool)
        seen[self._known(history)] = True
        scores = self.scores(history)
        best = [row for row in top_k(scores[None], n, exclude=seen[None])[0] if row >= 0]
        ids = self.item_ids
        return [
            (ids[row] if ids.dtype == object else int(ids[row]), self.titles[row], float(scores[row])) for row in best
        ]


_ARRAYS = ("user_side", "item_side", "bias")


def save(model: Artifact, folder: str | Path) -> Path:
    """Write the model into ``folder`` (made where missing) and return the manifest's path, by `recbook.data.store`."""
    content = {
        "item_ids": model.item_ids.tolist(),
        "titles": list(model.titles),
        "half_life": float(model.half_life),
        "about": dict(model.about),
    }
    return store.save(folder, FORMAT, content, {name: np.asarray(getattr(model, name), np.float32) for name in _ARRAYS})


def load(folder: str | Path) -> Artifact:
    """The model that `save` wrote. NumPy and safetensors are all that it needs.

    Raises FileNotFoundError where a file is missing, and ArtifactError where one is cut, damaged or of another
    version, or where the two do not fit together. Nothing is loaded in part.
    """
    content, vectors = store.load(folder, FORMAT)
    return Artifact(
        item_ids=_ids(content["item_ids"]),
        titles=tuple(content["titles"]),
        half_life=content["half_life"],
        about=content["about"],
        **vectors,
    )


def _ids(stored: list[Any]) -> np.ndarray:
    return np.array(stored, object if any(isinstance(item, str) for item in stored) else np.int64)
