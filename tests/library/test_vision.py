"""Patches against loops, drawn posters against their rule, the small ViT against what order it may see."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from recbook import vision


@given(st.integers(1, 4), st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.integers(0, 99))
def test_patches_are_the_squares_row_by_row(size, rows, columns, channels, seed):
    images = np.random.default_rng(seed).random((2, rows * size, columns * size, channels))
    ours = vision.patchify(images, size)
    for image, patches in zip(images, ours, strict=True):
        squares = [
            image[top : top + size, left : left + size].ravel()
            for top in range(0, rows * size, size)
            for left in range(0, columns * size, size)
        ]
        np.testing.assert_array_equal(patches, squares)


def test_patches_that_do_not_fill_the_image_are_refused():
    with pytest.raises(ValueError, match="divisor"):
        vision.patchify(np.zeros((1, 32, 32, 3)), 5)


def test_marks_differ_and_a_poster_shows_its_own():
    marks = vision.genre_marks()
    assert len(marks) == len(vision.POSTER_GENRES)
    assert len({mark.tobytes() for mark in marks}) == len(marks)
    for kind, mark in enumerate(marks):
        (poster,) = vision.draw_posters(np.array([kind]), np.random.default_rng(kind), noise=0)
        ink = np.abs(poster - poster[[0, -1]][:, [0, -1]].reshape(4, 3).max(axis=0)).sum(axis=2) > 0.1
        drawn = min(ink.sum(), ink.size - ink.sum())
        assert drawn == mark.sum()


def test_posters_repeat_with_the_seed_and_lie_between_0_and_1():
    one, two = (vision.draw_posters(np.arange(6), np.random.default_rng(0)) for _ in range(2))
    np.testing.assert_array_equal(one, two)
    assert one.dtype == np.float32
    assert 0 <= one.min() < one.max() <= 1


def test_without_places_the_vit_does_not_see_the_order_of_patches():
    torch.manual_seed(0)
    model = vision.TinyViT(4, 12, 6, width=8, heads=2)
    patches = torch.rand(2, 4, 12)
    shuffled = patches[:, [2, 0, 3, 1]]
    with torch.inference_mode():
        assert not torch.allclose(model(patches), model(shuffled), atol=1e-4)
        model.place.zero_()
        assert torch.allclose(model(patches), model(shuffled), atol=1e-5)


def test_training_learns_two_marks():
    torch.manual_seed(0)
    model = vision.TinyViT(16, 192, 6, width=32)
    losses = vision.train_vit(model, np.array([3, 5]), steps=60, size=8, batch=32)
    assert np.mean(losses[-10:]) < 0.5 * np.mean(losses[:10])
