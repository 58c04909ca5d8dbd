"""What is known about a product before it is first bought: labels, words, text vectors, and controls for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from recbook.data.shop import LABELS, item_texts
from recbook.text.controls import random_vectors, word_vectors
from recbook.text.pooling import center
from recbook.vectors import unit

if TYPE_CHECKING:
    import pandas as pd

    from recbook.text import TextEncoder

BRAND_AND_SIZE = ("brand", "size")


def label_table(items: pd.DataFrame, columns: Sequence[str] = LABELS) -> np.ndarray:
    """1 in the column of each label that a product carries, centred, float64 ``(n_items, labels)``.

    The labels of one of ``columns`` are scaled together, so that each kind of label weighs the same: a product's mean
    squared length is 1 for each kind.
    """
    return np.hstack([_one_of(items[column].to_numpy(str)) for column in columns])


def product_features(items: pd.DataFrame, encoder: TextEncoder | None = None, seed: int = 0) -> dict[str, np.ndarray]:
    """Features by name, each centred, float64 ``(n_items, d)``.

    Of labels: "department", "labels" (department, category, type), "labels, brand, size". Of the text of department,
    category and type: "words" (tf-idf), "MiniLM" (the encoder's vectors), "random vector a text" (drawn by ``seed``),
    each row of length 1. And side by side: "labels, MiniLM", "labels, words", "labels, brand, size, MiniLM".
    """
    from recbook.text import TextEncoder

    texts = item_texts(items, LABELS)
    found = {
        "department": label_table(items, LABELS[:1]),
        "labels": label_table(items),
        "labels, brand, size": label_table(items, (*LABELS, *BRAND_AND_SIZE)),
        "words": unit(center(word_vectors(texts))),
        "MiniLM": unit(center((encoder or TextEncoder()).encode(texts).astype(np.float64))),
        "random vector a text": unit(center(random_vectors(texts, seed=seed))),
    }
    for labels, text in (("labels", "MiniLM"), ("labels", "words"), ("labels, brand, size", "MiniLM")):
        found[f"{labels}, {text}"] = np.hstack([found[labels], found[text]])
    return found


def _one_of(values: np.ndarray) -> np.ndarray:
    """A column for each value, centred, with rows of mean squared length 1."""
    table = center((values[:, None] == np.unique(values)).astype(np.float64))
    return table / max(np.sqrt((table**2).sum(axis=1).mean()), 1e-12)
