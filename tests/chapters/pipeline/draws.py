"""A small sample of every figure of chapter 02."""

import numpy as np

from recbook.chapters.pipeline import figures
from recbook.pipeline import Pipeline

PIPELINE = Pipeline(twice=lambda given: 2 * given, both=lambda given, twice: np.ones((given, twice)))
DRAWS = {
    "funnel": figures.funnel,
    "two_towers": lambda: figures.two_towers(402, 64),
    "architecture": lambda: figures.architecture(PIPELINE, PIPELINE.run(given=3), changed=["twice"]),
    "loss_curve": lambda: figures.loss_curve(np.linspace(7, 6, 40), 10, 7.1),
    "minute_speed": lambda: figures.minute_speed(np.array([3, 9, 30]), np.array([20, 400]), 30),
    "flaw_costs": lambda: figures.flaw_costs(
        [
            {"flaw": "copies", "state": state, "model": model, "difference": -0.01, "low": -0.02, "high": 0.0}
            for state in ("flawed", "mended")
            for model in ("towers", "EASE", "popularity")
        ]
    ),
}
