"""Recommenders from several modalities of an item, such as its text and its picture: where and how to join them.

*Early fusion* joins the features and fits one model (`side_by_side`, `product_kernel`, `FusionTower`). *Late fusion*
fits a model for each modality and joins their scores (`LateFusion`). Baltrušaitis, Ahuja and Morency (2019, section 6)
tell the two apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from recbook.data.interactions import Interactions
from recbook.fitted import fitted
from recbook.models.base import BaseRecommender
from recbook.models.saved import class_of, path_of
from recbook.vectors import finite


def equal_voice(features: np.ndarray, present: np.ndarray | None = None) -> np.ndarray:
    """Features ``(n, d)`` less their mean, scaled to a mean squared length of 1, so that no modality is loud: float64.

    ``present`` bool ``(n,)`` says which items have the modality; the others do not count for mean and scale, and get
    zeros, which is the mean. Features that are all alike become zeros. ValueError where no item has the modality, or
    ``present`` is of another length.
    """
    features = finite(np.asarray(features, np.float64), "features")
    held = np.ones(len(features), bool) if present is None else np.asarray(present, bool)
    if features.ndim != 2 or held.shape != (len(features),):
        raise ValueError(
            f"features must be (n, d) and present (n,), one value an item; got {features.shape} and {held.shape}."
        )
    if not held.any():
        raise ValueError("No item has this modality: leave it out.")
    centred = np.where(held[:, None], features - features[held].mean(axis=0), 0.0)
    size = np.sqrt((centred[held] ** 2).sum(axis=1).mean())
    return centred / size if size > 0 else centred


def side_by_side(parts: Sequence[np.ndarray], weights: Sequence[float] | None = None) -> np.ndarray:
    """Early fusion: features ``(n, d_1)``, ``(n, d_2)``, … in one table ``(n, d_1 + d_2 + …)``, as loud as they are.

    Each part is multiplied by the root of its weight, by default 1: the kernel of the table is then the weighted sum of
    the kernels of the parts. ValueError for parts of different lengths, as many weights as there are not parts, or one
    below 0.
    """
    parts = [np.asarray(part, np.float64) for part in parts]
    weights = [1.0] * len(parts) if weights is None else list(weights)
    check_lengths(parts)
    if len(weights) != len(parts) or min(weights, default=0) < 0:
        raise ValueError(f"Give one weight of at least 0 for each of {len(parts)} parts; got {weights}.")
    return np.hstack([np.sqrt(weight) * part for weight, part in zip(weights, parts, strict=True)])


def check_lengths(parts: Sequence[np.ndarray]) -> None:
    """ValueError unless every modality has a row for the same items."""
    lengths = [len(part) for part in parts]
    if not parts or len(set(lengths)) > 1:
        raise ValueError(
            f"Every modality needs one row for each item, in the same order; got {lengths or 'no modality'} rows."
        )


class LateFusion(BaseRecommender):
    """The weighted sum of the scores of several models, each shopper's scores of each model at mean 0 and deviation 1.

    ``models`` are recommenders on the same items, ``weights`` one number of at least 0 a model, by default 1.
    ``trust`` ``(n_items, n_models)`` from 0 to 1 says how far each model may speak on each item: 0 where the item lacks
    the modality. An item of which less is known so stays nearer to 0, the mean. With ``share_out`` the other models
    speak louder in its place, in proportion: its scores are then as large as those of items that have everything.
    """

    def __init__(
        self,
        models: Sequence[BaseRecommender],
        weights: Sequence[float] | None = None,
        trust: np.ndarray | None = None,
        share_out: bool = False,
    ) -> None:
        self.models, self.share_out = list(models), share_out
        self.weights = [1.0] * len(self.models) if weights is None else [float(weight) for weight in weights]
        if not self.models or len(self.weights) != len(self.models) or min(self.weights) < 0 or not sum(self.weights):
            raise ValueError(
                f"Give at least one model, a weight of at least 0 for each, and one above 0; got {len(self.models)} "
                f"models and weights {self.weights}."
            )
        self.trust = None if trust is None else self._checked(finite(trust, "trust"))

    def _checked(self, trust: np.ndarray) -> np.ndarray:
        if trust.ndim != 2 or trust.shape[1] != len(self.models) or trust.min() < 0 or trust.max() > 1:
            raise ValueError(
                f"trust must be (n_items, {len(self.models)}), numbers from 0 to 1; got {trust.shape}"
                f"{f', {trust.min():g} to {trust.max():g}' if trust.size else ''}."
            )
        return trust

    def fit(self, interactions: Interactions) -> LateFusion:
        """Fit each model on the log. ValueError for a ``trust`` with rows for other items."""
        if self.trust is not None and len(self.trust) != interactions.n_items:
            raise ValueError(f"trust has {len(self.trust)} rows, the log {interactions.n_items} items.")
        self.log_ = self._with_rows(interactions)
        for model in self.models:
            model.fit(interactions)
        return self

    def score(self, users: np.ndarray, history: Interactions | None = None) -> np.ndarray:
        """float32 ``(len(users), n_items)``."""
        log = fitted(self, "log_")
        trust = np.ones((log.n_items, len(self.models))) if self.trust is None else self.trust
        voice = trust * np.array(self.weights)
        total = voice.sum(axis=1, keepdims=True) if self.share_out else np.full((log.n_items, 1), sum(self.weights))
        voice = np.divide(voice, total, out=np.zeros_like(voice), where=total > 0)
        told = [
            voice[:, place] * standard(model.score(users, history), trust[:, place] > 0)
            for place, model in enumerate(self.models)
        ]
        return np.sum(told, axis=0).astype(np.float32)

    def _state(self) -> dict[str, Any]:
        models = [{"model": path_of(type(model)), "state": model._state()} for model in self.models]
        return super()._state() | {"models": models}

    def _restore(self, state: dict[str, Any]) -> None:
        models = [_restored(class_of(one["model"]), one["state"]) for one in state["models"]]
        super()._restore(state | {"models": models})


def _restored(kind: type, state: dict[str, Any]) -> BaseRecommender:
    model: BaseRecommender = object.__new__(kind)
    model._restore(state)
    return model


def standard(scores: np.ndarray, among: np.ndarray | None = None) -> np.ndarray:
    """Rows of ``scores`` ``(n, m)`` at mean 0, deviation 1 over the columns ``among`` ``(m,)`` bool; 0 if all alike."""
    scores = np.asarray(scores, np.float64)
    part = scores if among is None else scores[:, among]
    if not part.shape[1]:
        return np.zeros_like(scores)
    spread = part.std(axis=1, keepdims=True)
    return np.divide(scores - part.mean(axis=1, keepdims=True), spread, out=np.zeros_like(scores), where=spread > 0)


def product_kernel(*kernels: np.ndarray) -> np.ndarray:
    """The product, number by number, of kernels ``(n, n)``: that of all products of a feature of each.

    A ridge regression on it can like red wool without liking red or wool. (Add 1 to a kernel to keep what the other
    tells alone.) ValueError for kernels of different shapes.
    """
    shapes = {np.shape(kernel) for kernel in kernels}
    if len(shapes) != 1:
        raise ValueError(f"Kernels must be of one shape, (n, n); got {sorted(shapes)}.")
    return np.prod(kernels, axis=0)
