"""A small sample of every figure of chapter 07."""

import numpy as np

from recbook.chapters.pytorch import figures

DRAWS = {
    "step_losses": lambda: figures.step_losses({"with zero_grad": np.linspace(5, 4, 20)}, smooth=5),
    "sameness": lambda: figures.sameness({"same place": np.array([0.0, 1e-7])}),
    "rate_finder": lambda: figures.rate_finder(
        np.geomspace(1e-5, 1, 9), np.linspace(5, 9, 9), {"steepest": 0.01}, [0.001, 0.01], [0.05, 0.07]
    ),
    "schedules": lambda: figures.schedules({"falling to 0": [[0.05, 0.07], [0.04, 0.08]]}),
    "towers_drawn": lambda: figures.towers_drawn(),
    "new_films": lambda: figures.new_films(
        {"random": np.array([0.03, 0.04]), "identities + titles": np.array([0.15, 0.1])}
    ),
}
