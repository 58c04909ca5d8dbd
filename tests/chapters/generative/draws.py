"""A small call of every figure of chapter 16: the tests look at its alt text and its glyphs."""

from __future__ import annotations

import numpy as np

from recbook.chapters.generative import figures

CODES = np.array([[3, 1, 0], [3, 1, 2], [3, 4, 4]])
VECTORS = np.random.default_rng(0).normal(size=(3, 16))

DRAWS = {
    "address_tree": lambda: figures.address_tree(CODES, ["Toy Story (1995)", "Aladdin (1992)", "Heat (1995)"]),
    "sum_of_codes": lambda: figures.sum_of_codes(CODES[:2], ["Toy Story", "Aladdin"]),
    "where_new_films_lie": lambda: figures.where_new_films_lie(
        np.array([0, 0, 3, 200]), np.array([-5.0, -6.0, -4.0, -2.5])
    ),
    "among_hidden": lambda: figures.among_hidden(
        dict.fromkeys(("random", "as trained", "first code", "exchanged", "ridge on titles"), VECTORS**2)
    ),
}
