"""A small sample of every figure of chapter 06."""

import numpy as np

from recbook.chapters.tensorflow import figures

DRAWS = {
    "ten_heads": lambda: figures.ten_heads(np.array([[0.5, -1.0], [0.7, -0.8]]), np.array([0.6, 0.4]), 0.6),
    "loss_grids": lambda: figures.loss_grids(
        {
            "softmax": {"rates": [0.1, 0.2], "negatives": [64, 256], "ndcg@10": [[0.1, 0.2], [0.3, 0.1]]},
            "sigmoid": {"rates": [0.1, 0.2], "negative_weight": [1.0, 4.0], "ndcg@10": [[0.1, 0.2], [0.1, 0.1]]},
        }
    ),
    "stopping": lambda: figures.stopping(
        {"identity": ([0.1, 0.2], np.array([3.0, 2.0])), "both": ([0.1], np.array([2.0]))},
        {"identity": 2, "both": 3},
    ),
}
