"""A small call of every figure of chapter 11: the tests look at its alt text and its glyphs."""

from __future__ import annotations

import numpy as np

from recbook.chapters.applications import figures

LEVELS = {"EASE": (0.12, 0.11, 0.13), "own frequency": (0.23, 0.22, 0.24)}

DRAWS = {
    "panels": lambda: figures.panels(
        {"films": LEVELS, "shop": LEVELS}, en="A film is new, a basket is habit", zh="电影要新的，购物靠习惯"
    ),
    "household": lambda: figures.household(
        ["BANANAS", "FLUID MILK WHITE ONLY"], [np.array([1, 4, 9]), np.array([2])], np.array([True, False]), cut=10
    ),
}
