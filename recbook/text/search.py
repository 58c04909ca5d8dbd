"""Three ways to find texts by a query: by words, by pieces of words, by what an encoder makes of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Protocol

import numpy as np


class Encoder(Protocol):
    """What makes vectors of texts."""

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """``(len(texts), d)``, rows of length 1."""


class Search(ABC):
    """A list of texts that can be asked: `score` compares, `best` answers."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = _checked(texts)

    @abstractmethod
    def score(self, queries: Sequence[str]) -> np.ndarray:
        """``(len(queries), len(texts))``, higher is better; a row of zeros where nothing of a query is known."""

    def best(self, query: str, n: int = 10) -> list[str]:
        """The ``n`` texts that answer a query best.

        ValueError where the query is empty, or nothing of it is known: any list would then be an accident.
        """
        if not query.strip():
            raise ValueError("The query is empty: type what you look for.")
        scores = self.score([query])[0]
        if not scores.any():
            raise ValueError(f"No {self.unit} of {query!r} occurs in any of the {len(self.texts):,} texts.")
        return [self.texts[place] for place in np.argsort(-scores, kind="stable")[:n]]

    unit = "word"


class WordSearch(Search):
    """tf-idf of whole words: the cosine of what a query and a text share."""

    how: ClassVar[dict[str, Any]] = {"analyzer": "word"}

    def __init__(self, texts: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        super().__init__(texts)
        self._reader = TfidfVectorizer(**self.how)
        self._table = self._reader.fit_transform(self.texts)

    def score(self, queries: Sequence[str]) -> np.ndarray:
        return (self._reader.transform(_checked(queries)) @ self._table.T).toarray()


class LetterSearch(WordSearch):
    """tf-idf of pieces of 3 to 5 letters inside words, so that "tomato" finds "TOMATOES"."""

    how: ClassVar[dict[str, Any]] = {"analyzer": "char_wb", "ngram_range": (3, 5)}
    unit = "piece of a word"


class VectorSearch(Search):
    """The cosine of an encoder's vectors: what is meant, if the encoder knows."""

    def __init__(self, texts: Sequence[str], encoder: Encoder) -> None:
        super().__init__(texts)
        self._encoder = encoder
        self._vectors = encoder.encode(self.texts)

    def score(self, queries: Sequence[str]) -> np.ndarray:
        return self._encoder.encode(_checked(queries)) @ self._vectors.T


def _checked(texts: Sequence[str]) -> list[str]:
    if isinstance(texts, str):
        raise TypeError("A list of texts is asked for; put the one text in brackets: [text].")
    texts = list(texts)
    if not texts:
        raise ValueError("There is no text at all.")
    return texts
