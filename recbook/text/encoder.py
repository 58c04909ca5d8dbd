"""Texts to vectors with a published encoder, kept on disk so that no text is encoded twice."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from recbook.data.cards import card
from recbook.data.fetch import ensure
from recbook.files import write_atomically
from recbook.paths import cache_dir


class TextEncoder:
    """A sentence encoder: transformer, mean over the tokens, unit length (Reimers and Gurevych 2019).

    ``name`` is the card of a model of the BERT family ("all-MiniLM-L6-v2": 6 layers, 384 numbers a text). The weights
    are fetched on first use and loaded only when a text is not in the cache, so a second run needs no torch at all.
    """

    def __init__(self, name: str = "all-MiniLM-L6-v2", batch_size: int = 64, max_tokens: int = 256) -> None:
        found = card(name)
        if found.kind != "model":
            raise ValueError(
                f"{name} is a {found.kind}, not a model. `recbook data list` shows which cards are models."
            )
        self.name, self.batch_size, self.max_tokens = name, batch_size, max_tokens
        self._weights_hash = found.members["model.safetensors"].sha256

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """float32 ``(len(texts), d)``, each row of unit length, so that a dot product is a cosine.

        Raises TypeError for a single string or for anything else than texts, ValueError for no text at all.
        """
        texts = _checked(texts)
        stored = cache_dir() / "encoded" / f"{self._key(texts)}.npy"
        vectors = _read(stored)
        if vectors is None:
            vectors = self._encode(texts)
            _write(stored, vectors)
        return vectors

    def tokens(self, text: str) -> list[str]:
        """The pieces that the model really reads: words, parts of words (``##``), and ``[UNK]`` for what it lacks."""
        tokenizer, _ = self._loaded
        return tokenizer.tokenize(text)

    def _key(self, texts: list[str]) -> str:
        """What the result depends on: weights, length limit, and every text with its length (no two lists collide)."""
        digest = hashlib.sha256(f"{self._weights_hash} {self.max_tokens} mean".encode())
        for text in texts:
            content = text.encode()
            digest.update(b"%d:" % len(content) + content)
        return digest.hexdigest()[:32]

    def _encode(self, texts: list[str]) -> np.ndarray:
        # Sorted by length, a batch holds texts of one size and little padding: about twice as fast.
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]), reverse=True)
        vectors = np.concatenate([self._batch([texts[i] for i in rows]) for rows in self._batches(order)])
        return vectors[np.argsort(order)]

    def _batches(self, order: list[int]) -> Any:
        from tqdm.auto import tqdm

        starts = range(0, len(order), self.batch_size)
        for start in tqdm(starts, desc=self.name, unit="batch", leave=False, disable=len(starts) < 4):
            yield order[start : start + self.batch_size]

    def _batch(self, texts: list[str]) -> np.ndarray:
        """Mean of the token vectors, padding left out, then unit length: float32 ``(len(texts), d)``."""
        import torch

        tokenizer, model = self._loaded
        inputs = tokenizer(texts, padding=True, truncation=True, max_length=self.max_tokens, return_tensors="pt")
        with torch.inference_mode():
            tokens = model(**inputs).last_hidden_state  # (batch, length, d)
            real = inputs["attention_mask"].unsqueeze(-1)  # (batch, length, 1)
            mean = (tokens * real).sum(dim=1) / real.sum(dim=1)
            return torch.nn.functional.normalize(mean, dim=1).numpy()

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        """Tokenizer and model, from the verified folder only: no hub, no pickle."""
        from transformers import AutoTokenizer, BertModel
        from transformers.utils import logging

        logging.disable_progress_bar()  # loading takes a moment, and its widget would stay in the notebook
        logging.set_verbosity_error()  # it would report the pooling layer, which is left out on purpose
        folder = ensure(self.name)
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        model = BertModel.from_pretrained(folder, local_files_only=True, use_safetensors=True, add_pooling_layer=False)
        return tokenizer, model.eval()


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


def _read(path: Path) -> np.ndarray | None:
    try:
        return np.load(path, allow_pickle=False)
    except FileNotFoundError:
        return None
    except (ValueError, EOFError, OSError):  # cut or damaged: it can be made again
        return None


def _write(path: Path, vectors: np.ndarray) -> None:
    """Atomically; a cache that cannot be written costs time at the next run, not the result of this one."""
    try:
        write_atomically(path, lambda file: np.save(file, vectors))
    except OSError as error:
        warnings.warn(f"The vectors are not cached ({error}); they will be computed again next time.", stacklevel=3)
