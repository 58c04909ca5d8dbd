"""A small call of every figure of chapter 14's sections on several modalities and on size."""

from __future__ import annotations

import numpy as np

from recbook.chapters.trends import multimodal_figures as figures
from recbook.data import garments

SOME = garments.garments(3, np.random.default_rng(0))
LINE = (np.array([0.01, 1.0, 100.0]), np.array([0.2, 0.4, 0.3]))

DRAWS = {
    "cards": lambda: figures.cards(
        SOME.pictures(np.random.default_rng(0)), SOME.descriptions(), "red plain dress", columns=2
    ),
    "levels": lambda: figures.levels(
        {"text alone": (0.2, 0.18, 0.22), "early": (0.4, 0.37, 0.43), "random": (0.04, 0.03, 0.05)},
        ["random"],
        en="Each alone",
        zh="各自",
    ),
    "curves": lambda: figures.curves(
        {"both, as they are": LINE, "equal voice": LINE}, "frames", "share right", True, en="Both", zh="都用"
    ),
    "price": lambda: figures.price({
        "size: MiniLM": {"ms": 2.5, "ndcg": 0.17, "low": 0.16, "high": 0.18, "mb": 91},
        "size: random": {"ms": 0.001, "ndcg": 0.04, "low": 0.03, "high": 0.05, "mb": 0},
    }),
    "losses": lambda: figures.losses([4.2, 3.0, 1.0, 0.5], np.log(64)),
}  # fmt: skip
