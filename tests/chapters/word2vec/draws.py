"""A small sample of every figure of chapter 03."""

import numpy as np

from recbook.chapters.word2vec import figures
from recbook.text import word2vec

COUNTS = np.array([50, 20, 9, 4, 1, 1])
DRAWS = {
    "windows": lambda: figures.windows(["a", "b", "c"], radius=1),
    "huffman": lambda: figures.huffman(word2vec.huffman(COUNTS), list("abcdef"), COUNTS),
    "own_rank": lambda: figures.own_rank({("CBOW", 1): [1, 9], ("CBOW", 2): [90, 60]}, {"CBOW": 60.0}, every=50),
    "three_ways": lambda: figures.three_ways({"NumPy": [4.0, 2.5], "gensim": [4.0, 2.4]}),
    "two_directions": lambda: figures.two_directions(["a", "b", "c"], centre=1),
    "steps_downhill": lambda: figures.steps_downhill(
        ["a", "b"], [(np.ones(2), np.eye(2), np.array([p, 1 - p])) for p in (0.5, 0.2)], centre=0, target=1
    ),
    "similarity_by_size": lambda: figures.similarity_by_size(
        {"small": 10, "big": 100},
        {34: {"small": (0.1, -0.2, 0.4), "big": (0.5, 0.4, 0.6)}, 50: {"big": (0.5, 0.4, 0.6)}},
    ),
    "heat_maps": lambda: figures.heat_maps({"cosine": np.array([[0.1, 0.2], [0.05, 0.15]])}, [-1, 0.75], [1, 5]),
    "film_map": lambda: figures.film_map(
        np.arange(8.0).reshape(4, 2),
        ["Horror", "", "Sci-Fi", "Horror"],
        [1970, 1980, 1990, 1990],
        {0: "A & B"},
    ),
}
