"""What text vectors find: a static encoder to compare with, hits among nearest neighbours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from recbook.text.encoder import TextEncoder
from recbook.vectors import unit


def static_vectors(texts: Sequence[str], encoder: TextEncoder) -> np.ndarray:
    """Mean of the encoder's input vectors of the tokens, unit length, no layer run: float32 ``(len(texts), d)``.

    A token has the same vector in every text, as in Word2Vec. [CLS] and [SEP] are left out, and a text without any
    token gets zeros.
    """
    tokenizer, model = encoder._loaded
    table = model.embeddings.word_embeddings.weight.detach().numpy()
    ids = tokenizer(list(texts), add_special_tokens=False)["input_ids"]
    rows = np.array([table[row].mean(axis=0) if row else np.zeros(table.shape[1]) for row in ids], np.float32)
    return unit(rows)


def hits_at_k(queries: np.ndarray, items: np.ndarray, wanted: np.ndarray, k: int = 10) -> np.ndarray:
    """Whether each query ``(n, d)`` has its one item ``(n,)`` among the k nearest of ``(m, d)``: boolean ``(n,)``.

    Ties count against the query: an item with the same score as others stands behind them all.
    """
    scores = queries @ items.T
    own = scores[np.arange(len(wanted)), wanted][:, None]
    return (scores >= own).sum(axis=1) <= k


def neighbour_hits(vectors: np.ndarray, same: np.ndarray, k: int = 10) -> np.ndarray:
    """For each item that has a partner in ``same`` ``(n, n)``: is one among its k nearest? Boolean ``(n_with,)``."""
    scores = vectors @ vectors.T
    np.fill_diagonal(scores, -np.inf)
    having = np.flatnonzero(same.any(axis=1))
    nearest = np.argsort(-scores[having], axis=1, kind="stable")[:, :k]
    return np.asarray(np.take_along_axis(same[having], nearest, axis=1).any(axis=1))
