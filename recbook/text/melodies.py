"""Melodies as sentences: an interval is a word. What two tunes have in common, whatever key they are written in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from recbook.vectors import unit

if TYPE_CHECKING:
    import pandas as pd

OCTAVE = 12

Sentences = Sequence[Sequence[int]]


def interval_sentences(notes: Sequence[np.ndarray]) -> list[list[int]]:
    """Each tune's steps in semitones, those beyond an octave cut to an octave: 25 words for every melody."""
    return [np.clip(np.diff(melody), -OCTAVE, OCTAVE).tolist() for melody in notes]


def gram_table(sentences: Sentences, n: int) -> sparse.csr_array:
    """How often each run of ``n`` words stands in each sentence, by rarity: CSR ``(sentences, runs)``, rows unit.

    A run that occurs c times weighs ``(1 + log c) * log(sentences / sentences that have it)``: tf-idf (Salton and
    Buckley 1988). ValueError for ``n`` below 1.
    """
    if n < 1:
        raise ValueError(f"n must be at least 1 word; got {n}.")
    rows, columns = _runs(sentences, n)
    n_runs = int(columns.max(initial=-1)) + 1
    table = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(sentences), n_runs))
    table.sum_duplicates()
    rarity = np.log(len(sentences) / np.bincount(table.indices, minlength=n_runs))
    table.data = (1 + np.log(table.data)) * rarity[table.indices]
    length = np.sqrt((table**2).sum(axis=1))
    return sparse.csr_array(sparse.diags_array(1 / np.maximum(length, 1e-12)) @ table)


def _runs(sentences: Sentences, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Of every run of ``n`` words its sentence and its number: two int64 arrays, the same number for the same run."""
    length = np.array([len(sentence) for sentence in sentences], dtype=np.int64)
    words = np.concatenate([np.asarray(sentence, dtype=np.int64) for sentence in sentences])
    row = np.repeat(np.arange(len(length)), length)
    left = np.repeat(np.cumsum(length), length) - np.arange(len(words))  # words from here to the sentence's end
    word = np.unique(words, return_inverse=True)[1]
    number, at = np.zeros(int((left >= n).sum()), dtype=np.int64), np.flatnonzero(left >= n)
    for shift in range(n):
        number = np.unique(number * (word.max(initial=0) + 1) + word[at + shift], return_inverse=True)[1]
    return row[at], number


def word2vec_table(sentences: Sentences, dimensions: int = 32, radius: int = 2, seed: int = 0) -> np.ndarray:
    """The mean of a sentence's Word2Vec vectors, less the mean of all: ``(sentences, dimensions)``, rows unit.

    gensim trains skip-gram with negative sampling for ten epochs, on one thread, so that a seed fixes it.
    """
    from gensim.models import Word2Vec

    texts = [[str(word) for word in sentence] for sentence in sentences]
    model = Word2Vec(
        texts, vector_size=dimensions, window=radius, sg=1, negative=5, min_count=1, epochs=10, seed=seed + 1, workers=1
    )
    means = np.array([model.wv[text].mean(axis=0) for text in texts])
    return unit(means - means.mean(axis=0))


def same_titles(tunes: pd.DataFrame) -> np.ndarray:
    """Rows of tunes that both collections have under one title, once each: int64 ``(pairs, 2)``, Ryan's first.

    Capitals, "The" and signs do not count. The same title need not mean the same tune.
    """
    plain = tunes["title"].map(_plain)
    rows: dict[str, dict[str, list[int]]] = {}
    for row, (title, book) in enumerate(zip(plain, tunes["book"], strict=True)):
        rows.setdefault(title, {}).setdefault(book, []).append(row)
    both = [(one["ryan"], one["oneill"]) for title, one in rows.items() if title and len(one) == 2]
    return np.array([(a[0], b[0]) for a, b in both if len(a) == len(b) == 1], dtype=np.int64).reshape(-1, 2)


def _plain(title: str) -> str:
    letters = re.sub(r"[^a-z ]", "", title.lower()).strip()
    return re.sub(r"^the |the$| ", "", letters)


def partner_ranks(table: np.ndarray | sparse.csr_array, pairs: np.ndarray, among: np.ndarray) -> np.ndarray:
    """At which place, from 1, the first of each pair finds the second among the rows ``among``: int64 ``(pairs,)``.

    By dot product; a tie counts against the partner.
    """
    asked, found = table[pairs[:, 0]], table[among]
    close = asked @ found.T
    close = close.toarray() if sparse.issparse(close) else close
    own = close[np.arange(len(pairs)), np.searchsorted(among, pairs[:, 1])]
    return (close >= own[:, None]).sum(axis=1)


def families(table: sparse.csr_array, least: float = 0.2) -> np.ndarray:
    """The family of each tune, int ``(tunes,)``: tunes joined by a chain of similarities of at least ``least``.

    Variants of one tune stand under several names in both books. Where a model is tested on tunes that it has not
    seen, a family must be on one side, or the answer is known beforehand.
    """
    close = (table @ table.T).tocsr()
    close.data = np.where(close.data >= least, close.data, 0)
    close.eliminate_zeros()
    return csgraph.connected_components(close, directed=False)[1]
