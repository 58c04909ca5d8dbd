"""A small sample of every figure of chapter 11's sections on music and news."""

import numpy as np
import pandas as pd

from recbook.chapters.applications import figures_music_news as figures

RNG = np.random.default_rng(0)
TUNE = {"title": "Tune", "key": "D maj", "notes": np.array([62, 64, 66]), "lengths": np.array([1.0, 0.5, 0.5])}
FEW = RNG.random(9)
DRAWS = {
    "scores": lambda: figures.scores(pd.DataFrame([TUNE, TUNE])),
    "partners": lambda: figures.partners(
        {kind: {n: np.array([1, 1, 4]) for n in (1, 2)} for kind in ("runs of notes", "runs of intervals")},
        {"Word2Vec mean": np.array([1, 2, 3]), "random vectors": np.array([9, 9, 9])},
    ),
    "two_tasks": lambda: figures.two_tasks(
        {model: {"all": FEW, "new": 9 * FEW} for model in ("popularity", "own plays, recent first")}
    ),
    "rhythm_guess": lambda: figures.rhythm_guess({"metre": FEW > 0.5, "runs of three intervals": FEW > 0.2}, 0.4),
    "ages": lambda: figures.ages(np.array([3.0, 9.0]), np.array([5, 2]), np.array([50, 40])),
    "policies": lambda: figures.policies({"newest": FEW, "everything known": np.array([0.4, np.nan, 0.6])}),
    "price_of_opening": lambda: figures.price_of_opening([0, 1], np.array([0.9, 0.8]), np.array([3.5, 4.2])),
    "chamber": lambda: figures.chamber({"own taste": FEW, "newest": FEW / 2}),
    "front_page": lambda: figures.front_page({"greedy, flat": np.arange(20.0).reshape(2, 10)}),
}
