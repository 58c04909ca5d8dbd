"""A small sample of every figure of chapter 10."""

import numpy as np

from recbook.chapters.cold_start import figures

COUNTS = np.array([50, 20, 9, 4, 1, 1])
DRAWS = {
    "methods_on_sets": lambda: figures.methods_on_sets({"random": np.array([[0.1, np.nan]] * 5)}),
    "title_controls": lambda: figures.title_controls({"random": np.array([[0.1, 0.2]] * 5)}),
    "beliefs": lambda: figures.beliefs(
        np.array([0.4, 0.01]),
        {n: (np.array([1.0 + n, 1]), np.array([1.0, 2 + n])) for n in (0, 5)},
        ["Jedi", "Witness"],
    ),
    "click_curves": lambda: figures.click_curves({"EASE": {1: COUNTS / 50}, "blend": {0: COUNTS / 60, 1: COUNTS / 50}}),
    "gate_curves": lambda: figures.gate_curves({"ratings alone": {0: COUNTS / 90, 1: COUNTS / 80}}),
    "new_products": lambda: figures.new_products(
        {
            way: {"models": {key: {"ndcg": 0.1, "interval": [0.09, 0.12]} for key in ("random order", "labels")}}
            for way in ("random", "types", "categories")
        }
    ),
    "regret_curves": lambda: figures.regret_curves(
        {
            (p, s): np.arange(60.0).reshape(2, 30)
            for p in ("greedy", "ucb")
            for s in ("flat start", "start from old films")
        }
    ),
}
