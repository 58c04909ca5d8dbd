"""Fifty short news and how alike people find each two (Lee, Pincombe and Welsh 2005), as gensim ships them."""

from __future__ import annotations

import numpy as np

from recbook.vectors import unit


def read() -> tuple[list[str], np.ndarray]:
    """The 50 texts, and the mean human similarity of each two between 0 and 1: ``(50, 50)``, 0 below the diagonal."""
    from gensim.test.utils import datapath

    with open(datapath("lee.cor"), encoding="latin-1") as file:  # noqa: PTH123 - datapath gives a string
        texts = file.read().splitlines()
    return texts, np.loadtxt(datapath("similarities0-1.txt"))


def background() -> list[str]:
    """300 other news of the same agency, to learn from without a look at those that are judged."""
    from gensim.test.utils import datapath

    with open(datapath("lee_background.cor"), encoding="utf-8") as file:  # noqa: PTH123 - datapath gives a string
        return file.read().splitlines()


def agreement(vectors: np.ndarray, people: np.ndarray) -> float:
    """Spearman's correlation of cosines with people's similarities over all pairs of texts, ``(n, d)`` and ``(n, n)``.

    Only pairs above the diagonal count: a text beside itself says nothing.
    """
    from scipy.stats import spearmanr

    vectors = unit(vectors)
    rows, columns = np.triu_indices(len(vectors), k=1)
    return float(spearmanr((vectors @ vectors.T)[rows, columns], people[rows, columns]).statistic)


def resampled_agreement(vectors: np.ndarray, people: np.ndarray, n_resamples: int = 2000, seed: int = 0) -> np.ndarray:
    """`agreement` over bootstrap draws of the texts, ``(n_resamples,)``: equal seeds draw the same texts, so that two
    ways of making vectors can be compared draw by draw.

    A text drawn c times counts c times in each of its pairs; a text beside itself never counts. Ranks are those of the
    whole set of pairs.
    """
    from scipy.stats import rankdata

    vectors = unit(vectors)
    rows, columns = np.triu_indices(len(vectors), k=1)
    ours, theirs = rankdata((vectors @ vectors.T)[rows, columns]), rankdata(people[rows, columns])
    drawn = np.random.default_rng(seed).multinomial(len(vectors), np.full(len(vectors), 1 / len(vectors)), n_resamples)
    weights = (drawn[:, rows] * drawn[:, columns]).astype(float)
    weights /= weights.sum(axis=1, keepdims=True)
    a, b = ours - ours.mean(), theirs - theirs.mean()
    mean_a, mean_b, together, square_a, square_b = (weights @ part for part in (a, b, a * b, a * a, b * b))
    spread = (square_a - mean_a**2) * (square_b - mean_b**2)
    return np.asarray((together - mean_a * mean_b) / np.sqrt(spread))
