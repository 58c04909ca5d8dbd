"""A small call of every figure of chapter 11: the tests look at its alt text and its glyphs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recbook.chapters.applications import figures

LEVELS = {"EASE": (0.12, 0.11, 0.13), "own frequency": (0.23, 0.22, 0.24)}

TUNES = pd.DataFrame({
    "title": ["Trip To Galway", "Come In from the Rain"], "book": ["oneill", "ryan"], "key": ["G major", "A major"],
    "notes": [np.array([67, 69, 71, 72]), np.array([69, 71, 73, 74])], "lengths": [np.ones(4), np.ones(4)],
})  # fmt: skip
PEOPLE = np.random.default_rng(0).random((3, 40))

DRAWS = {
    "panels": lambda: figures.panels(
        {"films": LEVELS, "shop": LEVELS}, en="A film is new, a basket is habit", zh="电影要新的，购物靠习惯"
    ),
    "household": lambda: figures.household(
        ["BANANAS", "FLUID MILK WHITE ONLY"], [np.array([1, 4, 9]), np.array([2])], np.array([True, False]), cut=10
    ),
    "scores": lambda: figures.scores(TUNES),
    "partners": lambda: figures.partners(
        {
            "runs of notes": {1: np.array([3, 9]), 2: np.array([1, 4])},
            "runs of intervals": {1: np.array([2, 9]), 2: np.array([1, 1])},
        },
        {"random vectors": np.array([30, 70])},
    ),
    "two_tasks": lambda: figures.two_tasks(
        {"popularity": {"all": PEOPLE[0], "new": PEOPLE[1]}, "EASE": {"all": PEOPLE[1], "new": PEOPLE[2]}}
    ),
    "rhythm_guess": lambda: figures.rhythm_guess({"metre": np.array([1.0, 0.0, 1.0])}, 0.4),
    "ages": lambda: figures.ages(np.array([3.0, 9.0]), np.array([30, 10]), np.array([100, 90])),
    "policies": lambda: figures.policies({"newest": PEOPLE[0], "recent clicks": PEOPLE[1]}),
    "price_of_opening": lambda: figures.price_of_opening(
        [0, 1, 2], np.array([1.0, 0.9, 0.8]), np.array([2.0, 2.5, 3.0])
    ),
    "chamber": lambda: figures.chamber({"own taste": PEOPLE[0], "newest": PEOPLE[1]}),
    "front_page": lambda: figures.front_page(
        {"greedy, flat": PEOPLE.cumsum(axis=1), "thompson, flat": PEOPLE.cumsum(axis=1)}
    ),
}
