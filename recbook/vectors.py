"""Small linear algebra that data, texts, models and measures share."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from recbook.memory import check_memory


def unit(vectors: np.ndarray) -> np.ndarray:
    """Rows at length 1, so that a dot product is a cosine; a row of zeros stays: ``(n, d)``."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


def finite(table: Any, name: str) -> np.ndarray:
    """``table`` ``(n, …)`` as an array. ValueError names the first row with a value that is no finite number."""
    table = np.asarray(table)
    good = np.isfinite(table).all(axis=tuple(range(1, table.ndim))).reshape(-1)
    if not good.all():
        raise ValueError(
            f"{name} has values that are no finite numbers in {int((~good).sum()):,} of {len(good):,} rows, first in "
            f"row {int(np.argmin(good))}. Fill them in, for instance with the column's mean, or leave the column out."
        )
    return table


def cosine_of_columns(table: sparse.csr_array, shrink: float = 0.0) -> np.ndarray:
    """``(x_i · x_j) / (|x_i| |x_j| + shrink)`` of all columns, zero on the diagonal: ``(n_items, n_items)``.

    MemoryError where the machine has no room for that. `nearest_columns` keeps the nearest alone, in little memory.
    """
    n = table.shape[1]
    check_memory(16 * n**2, f"The cosine of all {n:,} × {n:,} items", "ItemKNN(sparse=True) makes no such table.")
    together = (table.T @ table).toarray().astype(np.float32)
    length = np.sqrt(np.diag(together))
    similarity = together / np.maximum(np.outer(length, length) + shrink, 1e-12)
    np.fill_diagonal(similarity, 0.0)
    return similarity


def nearest_columns(table: sparse.csr_array, k: int, shrink: float = 0.0, block: int = 512) -> sparse.csr_array:
    """`cosine_of_columns` with the ``k`` largest of each column alone (more where they tie), made block by block.

    CSR ``(n_items, n_items)``, float32; memory as for the entries kept and one block of columns.
    """
    table = sparse.csr_array(table, dtype=np.float32)
    columns, length = table.T.tocsr(), np.sqrt(table.multiply(table).sum(axis=0)).astype(np.float32)
    parts = [
        _nearest(sparse.csr_array(columns[start : start + block] @ table), length, start, k, shrink)
        for start in range(0, len(length), block)
    ]
    return sparse.csr_array(sparse.vstack(parts).T)


def _nearest(together: sparse.csr_array, length: np.ndarray, start: int, k: int, shrink: float) -> sparse.csr_array:
    """Of each row the ``k`` largest cosines; row i holds the dot products of column ``start + i`` with all columns."""
    row = np.repeat(np.arange(together.shape[0]), np.diff(together.indptr))
    column = together.indices
    values = together.data / np.maximum(length[row + start] * length[column] + np.float32(shrink), np.float32(1e-12))
    values[column == row + start] = 0
    order = np.lexsort((-values, row))
    place = np.arange(len(order)) - together.indptr[row[order]]
    kth = np.zeros(together.shape[0], np.float32)  # a row with fewer than k keeps them all
    last = order[place == k - 1]
    kth[row[last]] = values[last]
    kept = (values >= kth[row]) & (values > 0)
    return sparse.csr_array((values[kept], (row[kept], column[kept])), shape=together.shape)


def gaussian_kernel(features: np.ndarray, width: float) -> np.ndarray:
    """``exp(-|f_i - f_j|² / (2 width²))`` for every two rows of ``features`` ``(n, d)``: float64 ``(n, n)``.

    1 for a row and itself, near 0 for rows much farther apart than ``width``. Raises ValueError for a width of 0.
    """
    if width <= 0:
        raise ValueError(f"width must be above 0; got {width}.")
    features = np.asarray(features, np.float64)
    n = len(features)
    check_memory(32 * n**2, f"The kernel of {n:,} × {n:,} rows", "Take fewer rows.")
    from sklearn.metrics.pairwise import rbf_kernel

    return rbf_kernel(features, gamma=1 / (2 * width**2))
