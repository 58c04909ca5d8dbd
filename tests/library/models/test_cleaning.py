"""Cleaning by doubt finds rows that do not belong, and says what it takes."""

import numpy as np
import pytest

from recbook.data import Interactions, noise
from recbook.models.cleaning import doubted_left_out, doubts


@pytest.fixture
def log():
    rng = np.random.default_rng(0)
    table = np.zeros((80, 20), bool)
    table[:40, :10], table[40:, 10:] = rng.random((40, 10)) < 0.7, rng.random((40, 10)) < 0.7
    return Interactions.from_ids(*np.nonzero(table))


def test_planted_rows_are_doubted_more(log):
    noisy = noise.random_items(log, 0.1, np.random.default_rng(0))
    planted = np.arange(noisy.n) >= log.n
    strange = planted & ((noisy.user < 40) != (noisy.item < 10))
    found = doubts(noisy, 10.0)
    assert found[strange].mean() > found[~planted].mean()


def test_as_many_rows_go_as_was_said(log):
    assert doubted_left_out(log, 0.25, 10.0).n == log.n - round(0.25 * log.n)
    assert doubted_left_out(log, 0.0, 10.0).n == log.n
    with pytest.raises(ValueError, match="share"):
        doubted_left_out(log, 1.0)
