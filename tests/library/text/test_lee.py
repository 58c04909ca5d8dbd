"""The news and their resampled agreement, against SciPy on rows repeated by hand."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata

from recbook.text import lee


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_a_draw_is_the_correlation_over_pairs_repeated_by_hand(seed):
    rng = np.random.default_rng(seed)
    vectors, people = rng.normal(size=(6, 3)), rng.random((6, 6))
    pairs = np.triu_indices(6, k=1)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    ours, theirs = rankdata((unit @ unit.T)[pairs]), rankdata(people[pairs])
    drawn = np.random.default_rng(3).multinomial(6, np.full(6, 1 / 6), 4)
    found = lee.resampled_agreement(vectors, people, n_resamples=4, seed=3)
    for counts, value in zip(drawn, found, strict=True):
        times = counts[pairs[0]] * counts[pairs[1]]
        expected = np.corrcoef(np.repeat(ours, times), np.repeat(theirs, times))[0, 1]
        assert np.isclose(value, expected, equal_nan=True)


def test_the_draws_lie_around_the_agreement_of_the_real_texts():
    texts, people = lee.read()
    assert len(texts) == 50 and people.shape == (50, 50)
    vectors = np.random.default_rng(0).normal(size=(50, 8))
    draws = lee.resampled_agreement(vectors, people, n_resamples=300)
    assert abs(draws.mean() - lee.agreement(vectors, people)) < 0.05
