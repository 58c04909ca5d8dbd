"""A small sample of every figure of chapter 00."""

import numpy as np

from recbook.chapters.start import figures

DRAWS = {
    "course_map": lambda: figures.course_map(),
    "similarities": lambda: figures.similarities("q", np.array([0.1, 0.5, 0.4, 0.5]), ["A", "B", "C", "B"]),
}
