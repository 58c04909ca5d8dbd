"""Pooling against loops, transformations against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.metrics.pairwise import cosine_similarity

from recbook.text import pooling

SEEDS = st.integers(0, 2**32 - 1)


def batch(seed):
    rng = np.random.default_rng(seed)
    size, n, d = rng.integers(1, 6, size=3)
    real = rng.random((size, n)) < 0.6
    real[np.arange(size), rng.integers(n, size=size)] = True
    return rng.normal(size=(size, n, d)), real, rng.random((size, n)) + 0.01


def cloud(seed, n_low=12):
    rng = np.random.default_rng(seed)
    d = int(rng.integers(2, 7))
    n = int(rng.integers(n_low, 40))
    return rng.normal(size=(n, d)) @ rng.normal(size=(d, d)) + 3 * rng.normal(size=d), rng.normal(size=(5, d))


@given(SEEDS)
def test_pooling_reads_the_real_tokens_only(seed):
    tokens, real, weights = batch(seed)
    for row, (text, is_real, weight) in enumerate(zip(tokens, real, weights, strict=True)):
        alone = text[is_real]
        assert np.allclose(pooling.mean(tokens, real)[row], alone.mean(axis=0))
        assert np.allclose(pooling.maximum(tokens, real)[row], alone.max(axis=0))
        expected = np.average(alone, axis=0, weights=weight[is_real])
        assert np.allclose(pooling.weighted(tokens, real, weights)[row], expected)
        assert np.array_equal(pooling.cls(tokens, real)[row], text[0])


@given(SEEDS)
def test_what_stands_at_padding_makes_no_difference(seed):
    tokens, real, weights = batch(seed)
    other = np.where(real[..., None], tokens, 1e6)
    for pool in (pooling.mean, pooling.maximum):
        assert np.allclose(pool(tokens, real), pool(other, real))
    assert np.allclose(pooling.weighted(tokens, real, weights), pooling.weighted(other, real, weights))


def test_a_text_without_a_real_token_is_refused():
    for pool in (pooling.mean, pooling.maximum):
        with pytest.raises(ValueError, match="no real token"):
            pool(np.ones((2, 3, 4)), np.array([[True, False, False], [False, False, False]]))
    with pytest.raises(ValueError, match="at least one real token"):
        pooling.weighted(np.ones((1, 2, 3)), np.array([[True, False]]), np.array([[0.0, 1.0]]))
    with pytest.raises(ValueError, match=r"\(batch, n, d\)"):
        pooling.mean(np.ones((2, 3)), np.ones((2, 3), bool))


@given(SEEDS)
def test_idf_is_that_of_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    texts = [rng.integers(6, size=rng.integers(1, 8)).tolist() for _ in range(rng.integers(1, 9))]
    counts = np.array([np.bincount(text, minlength=6) for text in texts])
    theirs = TfidfTransformer(smooth_idf=True).fit(counts).idf_ - 1
    assert np.allclose(pooling.inverse_document_frequency(texts, 6), theirs)


@given(SEEDS)
def test_principal_and_whitened_coordinates_are_those_of_scikit_learn(seed):
    reference, new = cloud(seed)
    for k in range(1, reference.shape[1] + 1):
        for ours, whitened in ((pooling.principal, False), (pooling.whiten, True)):
            theirs = PCA(k, whiten=whitened, svd_solver="full").fit(reference).transform(new)
            mine = ours(new, k=k, reference=reference)
            assert np.allclose(np.abs(mine), np.abs(theirs), rtol=1e-5, atol=1e-7)  # directions may point either way


@given(SEEDS)
def test_whitened_vectors_have_unit_covariance(seed):
    reference, _ = cloud(seed)
    whitened = pooling.whiten(reference)
    assert np.allclose(np.cov(whitened.T), np.eye(whitened.shape[1]), atol=1e-6)


@given(SEEDS)
def test_centring_learns_from_the_reference_only(seed):
    reference, new = cloud(seed)
    assert np.allclose(pooling.center(reference).mean(axis=0), 0)
    both = pooling.center(new, reference)
    assert np.allclose(pooling.center(new[:1], reference), both[:1])
    assert np.allclose(new - both, reference.mean(axis=0))


def test_a_direction_without_variance_is_left_out():
    flat = np.c_[np.random.default_rng(0).normal(size=(20, 2)), np.ones(20)]
    assert pooling.whiten(flat).shape == (20, 2)
    with pytest.raises(ValueError, match="1…2"):
        pooling.principal(flat, 3)
    with pytest.raises(ValueError, match="two vectors"):
        pooling.whiten(flat[:1])


@given(SEEDS)
def test_mean_cosine_is_the_mean_over_pairs(seed):
    reference, _ = cloud(seed)
    pairs = cosine_similarity(reference)[np.triu_indices(len(reference), k=1)]
    assert np.isclose(pooling.mean_cosine(reference), pairs.mean())


def test_unit_leaves_a_row_of_zeros():
    assert np.allclose(pooling.unit(np.array([[3.0, 4.0], [0.0, 0.0]])), [[0.6, 0.8], [0.0, 0.0]])
