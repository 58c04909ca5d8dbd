"""A small sample of every figure of chapter 13."""

import numpy as np

from recbook.chapters.toolbox import figures
from recbook.evaluation import Report

COUNTS = np.array([50, 20, 9, 4, 1, 1])
DRAWS = {
    "weightings": lambda: figures.weightings(
        {"SciPy: co-rating": (Report({"ndcg@10": COUNTS / 60}), Report({"ndcg@10": COUNTS / 50}))},
        Report({"ndcg@10": COUNTS / 80}),
    ),
    "beside": lambda: figures.beside(
        {"EASE": (Report({"ndcg@10": COUNTS / 50}), Report({"ndcg@10": COUNTS / 60}))},
    ),
}
