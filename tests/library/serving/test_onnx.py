"""int8 by hand: small enough to check by pencil, and the same whole numbers as onnxruntime's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from recbook.serving.onnx import LARGEST, REDUCED, dequantise, quantise, quantise_error
from recbook.text.backends import backend
from recbook.text.onnx import made

MATRIX = np.array([[1.0, 254.0], [-0.5, 127.0]])


def test_one_scale_for_all_makes_small_columns_coarse():
    found = quantise(MATRIX)
    assert found.scale.shape == (1, 1) and found.scale.item() == 2.0
    np.testing.assert_array_equal(found.values, [[0, 127], [0, 64]])  # a half goes to the even number: 0.5, 63.5
    np.testing.assert_array_equal(dequantise(found), [[0, 254], [0, 128]])
    np.testing.assert_allclose(quantise_error(MATRIX), [1, 1 / np.hypot(254, 127)])


def test_a_scale_for_each_column_keeps_them():
    found = quantise(MATRIX, axis=1)
    np.testing.assert_allclose(found.scale, [[1 / 127, 2]])
    np.testing.assert_array_equal(found.values, [[127, 127], [-64, 64]])
    assert found.values.dtype == np.int8 and found.nbytes == 4 + 8
    assert quantise_error(MATRIX, axis=1).max() < 0.005


def test_a_scale_for_each_row():
    found = quantise(MATRIX, axis=0)
    assert found.scale.shape == (2, 1)
    np.testing.assert_array_equal(found.values, [[0, 127], [0, 127]])


@given(arrays(np.float32, (5, 3), elements=st.floats(-1e6, 1e6, width=32)), st.sampled_from([None, 0, 1]))
def test_never_off_by_more_than_half_a_step(matrix, axis):
    found = quantise(matrix, axis)
    assert np.abs(found.values.astype(int)).max() <= 127
    off = np.abs(dequantise(found).astype(np.float64) - matrix)
    assert (off <= found.scale * 0.5 * (1 + 1e-4)).all()
    np.testing.assert_array_equal(quantise(-matrix, axis).values, -found.values)


def test_a_column_of_zeros_stays():
    found = quantise(np.array([[0.0, 3.0], [0.0, -1.0]]), axis=1)
    np.testing.assert_array_equal(dequantise(found)[:, 0], [0, 0])
    assert quantise_error(np.zeros((2, 2))).max() == 0


@pytest.mark.parametrize(
    ("matrix", "axis", "says"),
    [
        (np.array([[1.0, np.nan]]), None, "no finite numbers in 1 of 1 rows"),
        (np.ones(3), None, r"takes a matrix and axis None, 0 or 1; got shape \(3,\)"),
        (np.ones((2, 2)), 2, "and axis 2"),
        (np.ones((0, 2)), None, r"got shape \(0, 2\)"),
    ],
)
def test_bad_input(matrix, axis, says):
    with pytest.raises(ValueError, match=says):
        quantise(matrix, axis)


@pytest.mark.parametrize("largest", [0, 128])
def test_more_than_int8_holds(largest):
    with pytest.raises(ValueError, match="largest must lie in 1…127"):
        quantise(MATRIX, largest=largest)


def test_products_of_the_reduced_numbers_cannot_overflow():
    """Two products of an activation (0…255) and a weight, added in 16 bits."""
    assert 2 * 255 * REDUCED < 2**15 < 2 * 255 * LARGEST


@pytest.mark.parametrize(("kind", "axis", "largest"), [("onnx-int8-tensor", None, LARGEST), ("onnx-int8", 1, REDUCED)])
def test_the_same_whole_numbers_as_onnxruntime(kind, axis, largest):
    """In every matrix product of MiniLM."""
    import onnx

    def numbers(which: str) -> dict[str, np.ndarray]:
        graph = onnx.load_from_string(made(backend("all-MiniLM-L6-v2"), which)).graph
        return {each.name: onnx.numpy_helper.to_array(each) for each in graph.initializer}

    whole, small = numbers("onnx"), numbers(kind)
    names = [name for name in whole if "MatMul" in name and f"{name}_quantized" in small]
    assert len(names) == 36  # six in each of six layers
    for name in names:
        found = quantise(whole[name], axis, largest)
        np.testing.assert_array_equal(found.values, small[f"{name}_quantized"])
        np.testing.assert_array_equal(found.scale.ravel(), small[f"{name}_scale"].ravel())
        assert not small[f"{name}_zero_point"].any()
