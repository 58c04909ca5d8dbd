"""A small sample of every figure of chapter 08."""

import numpy as np

from recbook.chapters.sequences import figures

DRAWS = {
    "leak": lambda: figures.leak({"with the mask": np.linspace(7, 6, 30), "without the mask": np.linspace(7, 3, 30)}),
    "changes": lambda: figures.changes({"length": {"10": [0.1, 0.09], "100": [0.11, 0.12]}}, [0.1, 0.11], "SASRec"),
    "gains": lambda: figures.gains(
        {(("SASRec, both", "SASRec"), group): (0.01, -0.01, 0.03) for group in ("all test films", "rare test films")}
    ),
    "by_distance": lambda: figures.by_distance(
        {"the rule": np.array([0.7, 0.3]), "trained, layer 1": np.array([0.4, 0.6])},
        {0: np.array([5, 4]), 8: np.array([1, 0])},
    ),
}
