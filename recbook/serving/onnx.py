"""Fewer bytes a number: a matrix in int8 by hand; the encoder's own export and quantisation are `recbook.text.onnx`.

`TextEncoder(backend="onnx-int8")` takes the whole encoder so. `export` and `to_int8` give it as bytes, for a service
in another language.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from recbook.text.onnx import export, to_int8
from recbook.vectors import finite

__all__ = ["Quantised", "dequantise", "export", "quantise", "quantise_error", "to_int8"]

LARGEST = 127
"""Of int8; -128 is left out, so that a number and its negative are rounded alike."""

REDUCED = 64
"""What `to_int8` takes where there is a scale a column: 7 bits, whose products cannot overflow."""


class Quantised(NamedTuple):
    """Whole numbers, and what one of them is worth: ``(1, 1)``, or one for each channel."""

    values: np.ndarray  # int8, the matrix's shape
    scale: np.ndarray  # float32, of a shape that multiplies with values

    @property
    def nbytes(self) -> int:
        """What both take, in bytes."""
        return self.values.nbytes + self.scale.nbytes


def quantise(matrix: np.ndarray, axis: int | None = None, largest: int = LARGEST) -> Quantised:
    """``values = round(matrix / scale)``; the largest number in size becomes ``largest``.

    Symmetric (Jacob et al. 2018), so 0 stays 0. ``axis=None`` takes one scale for the whole matrix, so that one large
    number makes the steps coarse for all. With an ``axis`` each index along it has its own: in ``x @ W`` the columns of
    ``W`` are the channels, ``axis=1``. A channel of zeros has scale 1. A half goes to the even number, as in
    onnxruntime. ValueError for what is no matrix of finite numbers, another axis, or ``largest`` outside 1…127.
    """
    matrix = finite(matrix, "matrix")
    if matrix.ndim != 2 or not matrix.size or axis not in (None, 0, 1):
        raise ValueError(f"quantise takes a matrix and axis None, 0 or 1; got shape {matrix.shape} and axis {axis!r}.")
    if not 1 <= largest <= LARGEST:
        raise ValueError(f"largest must lie in 1…{LARGEST}, as int8 holds; got {largest}.")
    size = np.abs(matrix).max(axis=None if axis is None else 1 - axis, keepdims=True)
    scale = (size / largest).astype(np.float32)
    scale = np.where(scale > 0, scale, np.float32(1))
    values = np.rint(matrix / scale).clip(-largest, largest).astype(np.int8)
    return Quantised(values, scale)


def dequantise(quantised: Quantised) -> np.ndarray:
    """``values * scale``, float32: within half a scale of the matrix that was quantised."""
    return quantised.values * quantised.scale


def quantise_error(matrix: np.ndarray, axis: int | None = None) -> np.ndarray:
    """What int8 changes, relative to each column's length: float64 ``(columns,)``, 0 for a column of zeros."""
    matrix = np.asarray(matrix, np.float64)
    lost = np.linalg.norm(dequantise(quantise(matrix, axis)) - matrix, axis=0)
    return lost / np.maximum(np.linalg.norm(matrix, axis=0), 1e-12)
