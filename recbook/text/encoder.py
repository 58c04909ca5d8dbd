"""Texts to vectors with a published encoder, kept on disk so that no text is encoded twice."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from recbook.files import write_atomically
from recbook.paths import cache_dir
from recbook.text import onnx
from recbook.text.backends import MOST_TOKENS, sentence_vectors
from recbook.text.backends import backend as source_of

BACKENDS = ("torch", *onnx.KINDS)


class TextEncoder:
    """A sentence encoder: transformer, mean over the tokens, unit length (Reimers and Gurevych 2019).

    ``name`` is the card of a model of the BERT family ("all-MiniLM-L6-v2": 6 layers, 384 numbers a text), or the path
    of a local folder with ``config.json``, a tokenizer and weights in safetensors (`recbook.text.backends`; one that
    says so takes the first token in place of the mean). A card's weights are fetched on first use. Weights are loaded
    only when a text is not in the cache, so a second run needs no torch at all.

    Of each text the first ``max_tokens`` tokens are read, 2 to 512 and no more than the model has positions for; its
    two special tokens count. Without a number 256, or what the folder says.

    ``backend`` says what runs the model: "torch", or onnxruntime (`recbook.text.onnx`): "onnx" equals it to 1e-6,
    "onnx-int8" is a quarter of the size, faster and less exact, "onnx-int8-tensor" less exact still. Each keeps its
    vectors apart from the others'.

    Raises ValueError for an unknown name, a card that is no model, a folder that is no sentence encoder, an unknown
    ``backend`` or a ``max_tokens`` out of bounds; FileNotFoundError for a path that leads nowhere.
    """

    def __init__(
        self,
        name: str | Path = "all-MiniLM-L6-v2",
        batch_size: int = 64,
        max_tokens: int | None = None,
        backend: str = "torch",
    ) -> None:
        if backend not in BACKENDS:
            raise ValueError(f"backend must be one of {', '.join(map(repr, BACKENDS))}; got {backend!r}.")
        self._source, self.backend = source_of(name), backend
        self.name, self.batch_size = self._source.name, batch_size
        self.max_tokens = self._source.default_tokens if max_tokens is None else max_tokens
        _check_tokens(self.max_tokens, MOST_TOKENS if self._source.positions is None else self._source.positions)

    def encode(self, texts: Sequence[str], keep: bool = True) -> np.ndarray:
        """float32 ``(len(texts), d)``, each row of unit length, so that a dot product is a cosine.

        With ``keep=False`` nothing is read from the disk's cache or written there: what people ask a service for is
        nobody else's, and no end of files would come of it.

        Warns, with their number, of texts that are longer than ``max_tokens``: what stands behind is not read. Raises
        TypeError for a single string or for anything else than texts, ValueError for no text at all.
        """
        texts = _checked(texts)
        vectors, n_cut = self._kept(texts) if keep else self._encode(texts)
        if n_cut:
            self._warn(n_cut, len(texts))
        return vectors

    def _kept(self, texts: list[str]) -> tuple[np.ndarray, int]:
        """As `_encode`, from the disk where these texts were encoded before."""
        stored = cache_dir() / "encoded" / f"{self._key(texts)}.npz"
        found = _read(stored)
        if found is None:
            found = self._encode(texts)
            _write(stored, *found)
        return found

    def tokens(self, text: str) -> list[str]:
        """The pieces that the model really reads: words, parts of words (``##``), and ``[UNK]`` for what it lacks.

        No more than ``max_tokens``, less the special tokens that the model puts around them.
        """
        if self.backend != "torch":
            return self._graph.tokens(text)
        tokenizer, _ = self._loaded
        read = tokenizer(text, truncation=True, max_length=self.max_tokens, return_special_tokens_mask=True)
        pairs = zip(read["input_ids"], read["special_tokens_mask"], strict=True)
        return list(tokenizer.convert_ids_to_tokens([token for token, special in pairs if not special]))

    def _key(self, texts: list[str]) -> str:
        """What the result depends on: weights, length limit, and every text with its length (no two lists collide)."""
        depends_on = f"{self._source.digest} {self.max_tokens} {self._source.pooling}"
        if self.backend != "torch":  # in int8 a text's vector also depends on who is in its batch
            depends_on += f" {self.backend} {onnx.RECIPE} {self.batch_size}"
        digest = hashlib.sha256(depends_on.encode())
        for text in texts:
            content = text.encode()
            digest.update(b"%d:" % len(content) + content)
        return digest.hexdigest()[:32]

    def _encode(self, texts: list[str]) -> tuple[np.ndarray, int]:
        """The vectors, and how many of the texts are longer than what was read of them."""
        # Sorted by length, a batch holds texts of one size and little padding: about twice as fast.
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]), reverse=True)
        parts = [self._batch([texts[i] for i in rows]) for rows in self._batches(order)]
        vectors = np.concatenate([vectors for vectors, _ in parts])
        return vectors[np.argsort(order)], sum(n_cut for _, n_cut in parts)

    def _warn(self, n_cut: int, n: int) -> None:
        """In both languages: the library does not know which one is read."""
        warnings.warn(
            f"{n_cut:,} of {n:,} texts have more than {self.max_tokens} tokens; what stands behind is not read.\n"
            f"{n:,} 段文本中有 {n_cut:,} 段超过 {self.max_tokens} 个词元；后面的部分没有读入。",
            stacklevel=3,
        )

    def _batches(self, order: list[int]) -> Any:
        from tqdm.auto import tqdm

        starts = range(0, len(order), self.batch_size)
        for start in tqdm(starts, desc=self.name, unit="batch", leave=False, disable=len(starts) < 4):
            yield order[start : start + self.batch_size]

    def _batch(self, texts: list[str]) -> tuple[np.ndarray, int]:
        """Pooled token vectors, padding left out, at unit length: float32 ``(len(texts), d)``; and texts cut."""
        if self.backend != "torch":
            return self._graph.encode(texts)
        import torch

        tokenizer, model = self._loaded
        whole = tokenizer(texts, verbose=False)  # a tokenizer that is told to cut does not say how often it did
        if n_cut := sum(len(ids) > self.max_tokens for ids in whole["input_ids"]):
            whole = tokenizer(texts, truncation=True, max_length=self.max_tokens)
        inputs = tokenizer.pad(whole, return_tensors="pt")
        with torch.inference_mode():
            tokens = model(**inputs).last_hidden_state  # (batch, length, d)
            return sentence_vectors(tokens, inputs["attention_mask"], self._source.pooling).numpy(), n_cut

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        """Tokenizer and model, from verified files or the reader's own folder: no hub, no pickle."""
        if self.backend != "torch":
            raise ValueError(
                f"This needs the model itself: make a TextEncoder with backend='torch', not {self.backend!r}."
            )
        tokenizer, model = self._source.load()
        tokenizer.padding_side = tokenizer.truncation_side = "right"  # what is cut stands behind, in every folder
        return tokenizer, model

    @cached_property
    def _graph(self) -> onnx.Graph:
        return onnx.Graph(onnx.made(self._source, self.backend), self.max_tokens)


def _check_tokens(max_tokens: int, most: int) -> None:
    if isinstance(max_tokens, bool) or not isinstance(max_tokens, int | np.integer) or not 2 <= max_tokens <= most:
        raise ValueError(f"max_tokens must be a whole number in 2…{most}, as the model reads; got {max_tokens!r}.")


def _checked(texts: Sequence[str]) -> list[str]:
    if isinstance(texts, str):
        raise TypeError(f"encode takes a list of texts; got one string. Write encode([{texts[:30]!r}]).")
    texts = list(texts)
    wrong = [text for text in texts if not isinstance(text, str)]
    if wrong:
        raise TypeError(f"encode takes texts only; got a {type(wrong[0]).__name__}: {wrong[0]!r}.")
    if not texts:
        raise ValueError("encode needs at least one text; got an empty list.")
    return texts


def _read(path: Path) -> tuple[np.ndarray, int] | None:
    try:
        with np.load(path, allow_pickle=False) as stored:
            return stored["vectors"], int(stored["n_cut"])
    except FileNotFoundError:
        return None
    except (ValueError, EOFError, OSError, KeyError, BadZipFile):  # cut or damaged: it can be made again
        return None


def _write(path: Path, vectors: np.ndarray, n_cut: int) -> None:
    """Atomically; a cache that cannot be written costs time at the next run, not the result of this one."""
    try:
        write_atomically(path, lambda file: np.savez(file, vectors=vectors, n_cut=n_cut))
    except OSError as error:
        warnings.warn(f"The vectors are not cached ({error}); they will be computed again next time.", stacklevel=4)
