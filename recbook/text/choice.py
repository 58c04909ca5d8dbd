"""Choosing a pretrained model: a static encoder to compare with, and the questions whose answers decide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from recbook.text.encoder import TextEncoder

LANGUAGES = ("english", "several")
CONTENT = ("text", "images", "history", "writing")


def static_vectors(texts: Sequence[str], encoder: TextEncoder) -> np.ndarray:
    """Mean of the encoder's input vectors of the tokens, unit length, no layer run: float32 ``(len(texts), d)``.

    A token has the same vector in every text, as in Word2Vec. [CLS] and [SEP] are left out, and a text without any
    token gets zeros.
    """
    tokenizer, model = encoder._loaded
    table = model.embeddings.word_embeddings.weight.detach().numpy()
    ids = tokenizer(list(texts), add_special_tokens=False)["input_ids"]
    rows = np.array([table[row].mean(axis=0) if row else np.zeros(table.shape[1]) for row in ids], np.float32)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


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


class Needs(NamedTuple):
    """What decides which kind of model to try first.

    ``content`` is what has to be turned into vectors: "text", "images", "history" (who met what, in order), or
    "writing" where the answer itself is text. ``languages`` is "english" if all texts are in
    English, else "several". ``microseconds`` is what
    one text may cost on one core.
    """

    content: str = "text"
    languages: str = "english"
    microseconds: float = 10_000


def advise(needs: Needs) -> str:
    """The kind of model to try first: a branch of the chapter's decision tree.

    "ViT", "GPT", "sequence model", "static vectors", "multilingual encoder" or "sentence encoder". Raises ValueError
    for content or languages that the tree does not know.
    """
    if needs.content not in CONTENT or needs.languages not in LANGUAGES:
        raise ValueError(f"content is one of {CONTENT} and languages one of {LANGUAGES}; got {needs}.")
    if needs.content != "text":
        return {"images": "ViT", "writing": "GPT", "history": "sequence model"}[needs.content]
    if needs.languages == "several":
        return "multilingual encoder"
    return "static vectors" if needs.microseconds < 500 else "sentence encoder"
