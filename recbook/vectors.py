"""Small linear algebra that data, texts, models and measures share."""

from __future__ import annotations

import numpy as np
from scipy import sparse


def unit(vectors: np.ndarray) -> np.ndarray:
    """Rows at length 1, so that a dot product is a cosine; a row of zeros stays: ``(n, d)``."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


def cosine_of_columns(table: sparse.csr_array, shrink: float = 0.0) -> np.ndarray:
    """``(x_i · x_j) / (|x_i| |x_j| + shrink)`` of all columns, zero on the diagonal: ``(n_items, n_items)``."""
    together = (table.T @ table).toarray().astype(np.float32)
    length = np.sqrt(np.diag(together))
    similarity = together / np.maximum(np.outer(length, length) + shrink, 1e-12)
    np.fill_diagonal(similarity, 0.0)
    return similarity


def gaussian_kernel(features: np.ndarray, width: float) -> np.ndarray:
    """``exp(-|f_i - f_j|² / (2 width²))`` for every two rows of ``features`` ``(n, d)``: float64 ``(n, n)``.

    1 for a row and itself, near 0 for rows much farther apart than ``width``. Raises ValueError for a width of 0.
    """
    if width <= 0:
        raise ValueError(f"width must be above 0; got {width}.")
    from sklearn.metrics.pairwise import rbf_kernel

    return rbf_kernel(np.asarray(features, np.float64), gamma=1 / (2 * width**2))
