"""A small sample of every figure of chapter 13."""

import numpy as np

from recbook.chapters.toolbox import figures
from recbook.evaluation import Report

COUNTS = np.array([50, 20, 9, 4, 1, 1])
DRAWS = {
    "recall_cost": lambda: figures.recall_cost(
        {"our titles": (np.array([0.05, 0.4]), np.array([0.4, 0.9])), "100,000 random": (np.array([0.005]), np.ones(1))}
    ),
    "beside": lambda: figures.beside(
        {"EASE": (Report({"ndcg@10": COUNTS / 50}), Report({"ndcg@10": COUNTS / 60}))},
    ),
}
