"""A small call of every figure of chapter 16: the tests look at its alt text and its glyphs."""

from __future__ import annotations

import numpy as np

from recbook.chapters.generative import figures

PEOPLE = np.random.default_rng(0).random((4, 30))
SHARES = [(" The", 0.2), (" Harry", 0.1), ("\n", 0.05)]
CODES = np.array([[3, 1, 0], [3, 1, 2], [3, 4, 4]])
VECTORS = np.random.default_rng(0).normal(size=(3, 16))

DRAWS = {
    "next_tokens": lambda: figures.next_tokens({"0.5": SHARES, "1": SHARES}),
    "candidates": lambda: figures.candidates(
        {
            "drawn evenly": {"with history": PEOPLE[0], "popularity": PEOPLE[1], "history reversed": PEOPLE[2][:9]},
            "drawn by popularity": {"with history": PEOPLE[3], "popularity": PEOPLE[2]},
        },
        0.09,
    ),
    "hidden_films": lambda: figures.hidden_films(
        {
            "MiniLM": [0.2, 0.1, 0.2, 0.1, 0.2],
            "language model": [0.2, 0.1, 0.2, 0.2, 0.2],
            "raw": [0.1] * 5,
        }
    ),
    "letters": lambda: figures.letters([9, 1, 0, 0, 0, 0, 0, 0, 0, 0], [1] * 10),
    "perplexities": lambda: figures.perplexities({"much rated": 2 + PEOPLE[0], "little rated": 4 + PEOPLE[1]}),
    "sink": lambda: figures.sink(
        [0, 15, 30],
        {"all tokens": [0.1, 1.0, 0.9], "other tokens": [0.1, 0.5, 0.4]},
        {"first token": [1.0, 900.0, 70.0], "other tokens": [1.0, 20.0, 60.0]},
    ),
    "address_tree": lambda: figures.address_tree(CODES, ["Toy Story (1995)", "Aladdin (1992)", "Heat (1995)"]),
    "sum_of_codes": lambda: figures.sum_of_codes(CODES[:2], ["Toy Story", "Aladdin"]),
    "where_new_films_lie": lambda: figures.where_new_films_lie(
        np.array([0, 0, 1, 3, 200]), np.array([-5.0, -6.0, -5.0, -4.0, -2.5])
    ),
    "among_hidden": lambda: figures.among_hidden(
        dict.fromkeys(
            ("random", "as trained", "first code", "chosen", "exchanged", "ridge on codes", "ridge on titles"),
            VECTORS**2,
        )
    ),
    "thin_matrices": lambda: figures.thin_matrices({"lora": 24_576, "linear": 147_456, "layer": 1_774_464}),
}
