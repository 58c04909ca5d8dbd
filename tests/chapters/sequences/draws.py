"""A small sample of every figure of chapter 08."""

import numpy as np

from recbook.chapters.sequences import figures

DRAWS = {
    "one_row": lambda: figures.one_row(["A", "B", "C"]),
    "hidden_rows": lambda: figures.hidden_rows(["A", "B", "C"], 1),
    "on_average_and_later": lambda: figures.on_average_and_later(
        {"popularity": np.array([0.0, 0.5, 0.2]), "SASRec": np.array([0.1, 0.6, 0.0])},
        np.array([True, False, True]),
        "SASRec",
    ),
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
