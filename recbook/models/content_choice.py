"""Content models by name and setting, as `benchmarks/cold_start.py` stores them and chapter 10 reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from recbook.data.interactions import Interactions
from recbook.models.cold_start import KernelEASE, KernelRidge
from recbook.models.content_tower import ContentTower


def content_model(
    kind: str, setting: Mapping[str, Any], features: Mapping[str, np.ndarray], kernels: Mapping[str, np.ndarray]
) -> KernelRidge | KernelEASE | ContentTower:
    """The model of a stored choice. ``kind`` is "ridge", "ease" or "tower"; ``setting`` names the kernel.

    ``features`` and ``kernels`` are those of `recbook.models.film_kernels`. The setting's "other" belongs to the data
    (`like_values`), the rest to the model. Raises ValueError for another kind.
    """
    options = {key: value for key, value in setting.items() if key not in ("kernel", "other")}
    if kind == "tower":
        return ContentTower(np.hstack([features["title, year"], features["genres, decade"]]), **options)
    if kind == "ridge":
        return KernelRidge(kernels[setting["kernel"]], **options)
    if kind == "ease":
        return KernelEASE(kernels[setting["kernel"]], **options)
    raise ValueError(f"kind must be ridge, ease or tower; got {kind!r}.")


def like_values(log: Interactions, other: float = 0.0) -> np.ndarray:
    """Targets ``(n,)`` of the ratings: 1 for a like (4 or more), ``other`` for the rest."""
    return np.where(log.need_ratings("A like") >= 4, 1.0, other)
