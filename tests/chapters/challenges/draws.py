"""A small sample of every figure of chapter 01."""

import numpy as np
from scipy import sparse

from recbook.chapters.challenges import figures

COUNTS = np.array([50, 20, 9, 4, 1, 1])
TABLES = {share: sparse.csr_array(np.random.default_rng(0).random((8, 6)) < share) for share in (1.0, 0.5, 0.1)}
DRAWS = {
    "long_tail": lambda: figures.long_tail(COUNTS),
    "lorenz": lambda: figures.lorenz(COUNTS, 0.5),
    "thinning": lambda: figures.thinning(
        [1, 0.5], {"EASE": np.array([0.2, 0.1])}, {"EASE": np.array([[0.1, 0.3]] * 2)}
    ),
    "emptying": lambda: figures.emptying(
        TABLES, {share: share * np.arange(6) for share in TABLES}, ["Alien", *(f"film {i}" for i in range(5))]
    ),
    "genre_agreement": lambda: figures.genre_agreement({"titles": (0.2, 0.1, 0.3), "random": (0.1, 0.05, 0.2)}),
    "reasons": lambda: figures.reasons(np.arange(20.0), [f"film {i}" for i in range(20)], "X & Y"),
    "probe": lambda: figures.probe([10, 100], {"words": np.full((2, 3), 0.6), "titles": np.full((2, 3), 0.7)}),
}
