"""How unequally something is shared out: ratings over films, say."""

from __future__ import annotations

import numpy as np


def gini(counts: np.ndarray) -> float:
    """Gini index of ``counts`` ``(n,)``: 0 when all are equal, near 1 when one has everything (Gini 1912).

    With the counts sorted ascending, ``sum((2 i - n - 1) x_i) / (n sum(x))`` for i from 1 to n.
    Raises ValueError for an empty array, a negative count, or counts that are all zero.
    """
    x = np.sort(np.asarray(counts, np.float64).ravel())
    if not len(x) or x[0] < 0 or x.sum() == 0:
        raise ValueError("gini needs at least one count, none negative, not all zero.")
    places = np.arange(1, len(x) + 1)
    return float(((2 * places - len(x) - 1) * x).sum() / (len(x) * x.sum()))
