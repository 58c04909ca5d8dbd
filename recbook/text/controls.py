"""What text vectors must beat before meaning is praised: the text's words, and a random vector a text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def word_vectors(texts: Sequence[str], min_df: int = 1) -> np.ndarray:
    """tf-idf of the words in at least ``min_df`` texts, float64 ``(len(texts), words)``, rows of length 1 or 0."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(min_df=min_df).fit_transform(list(texts)).toarray()


def random_vectors(texts: Sequence[str], width: int = 384, seed: int = 0) -> np.ndarray:
    """A random vector a *text*, float64 ``(len(texts), width)`` of length 1: equal texts have the same one.

    It says which items share a text and nothing of what the text means.
    """
    from recbook.vectors import unit

    _, place = np.unique(np.asarray(texts, dtype=str), return_inverse=True)
    drawn = np.random.default_rng(seed).normal(size=(int(place.max(initial=-1)) + 1, width))
    return unit(drawn)[place]
