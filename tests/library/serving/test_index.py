"""Indexes of neighbours: all find what NumPy finds, or say how much of it; sizes by formula; and what they refuse."""

from __future__ import annotations

import pickle
import subprocess
import sys

import numpy as np
import pytest

from recbook.serving import index
from recbook.vectors import unit

N, D = 2_000, 16


@pytest.fixture(scope="module")
def vectors():
    """Points in clusters, so that there is something to find quickly."""
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((40, D))
    return unit(centres[rng.integers(40, size=N)] + 0.4 * rng.standard_normal((N, D))).astype(np.float32)


@pytest.fixture(scope="module")
def queries(vectors):
    return unit(vectors[:50] + 0.1 * np.random.default_rng(1).standard_normal((50, D))).astype(np.float32)


@pytest.fixture(scope="module")
def exact(vectors, queries):
    """By sorting every dot product."""
    return np.argsort(-(queries @ vectors.T), axis=1, kind="stable")[:, :10]


@pytest.mark.parametrize("kind", index.KINDS)
def test_every_kind_answers_alike(vectors, queries, exact, kind):
    built = index.build(vectors, kind)
    found = built.search(queries, 10)
    assert (built.n, built.d, built.kind) == (N, D, kind)
    assert found.ids.shape == found.scores.shape == (50, 10)
    assert found.ids.dtype == np.int64 and found.scores.dtype == np.float32
    scores = np.take_along_axis(queries @ vectors.T, found.ids, axis=1)
    np.testing.assert_allclose(found.scores, scores, atol=1e-5)
    assert (np.diff(found.scores, axis=1) <= 0).all()
    assert index.recall(found.ids, exact).mean() > (0.999 if kind in ("exact", "flat") else 0.9)
    np.testing.assert_array_equal(built.search(queries[0], 10).ids, found.ids[:1])


def test_exact_search_breaks_ties_by_the_lower_row():
    built = index.build(np.array([[0.0, 1], [1, 0], [1, 0], [1, 0]]))
    np.testing.assert_array_equal(built.search([[1.0, 0]], 3).ids, [[1, 2, 3]])


def test_exact_search_in_parts_is_the_same(vectors, queries, exact, monkeypatch):
    monkeypatch.setattr(index, "CELLS", 7 * N)
    np.testing.assert_array_equal(index.build(vectors).search(queries, 10).ids, exact)


@pytest.mark.parametrize(("kind", "most"), [("hnsw", 400), ("ivf", 45)])
def test_more_effort_finds_more_for_this_search_only(vectors, queries, exact, kind, most):
    built = index.build(vectors, kind, effort=1)
    little = index.recall(built.search(queries, 10).ids, exact).mean()
    much = index.recall(built.search(queries, 10, effort=most).ids, exact).mean()
    assert little < much and much > 0.99
    assert index.recall(built.search(queries, 10).ids, exact).mean() == little
    assert built.effort_means


def test_every_cell_looked_into_is_exact(vectors, queries, exact):
    found = index.build(vectors, "ivf", cells=10).search(queries, 10, effort=10)
    np.testing.assert_allclose(found.scores, np.take_along_axis(queries @ vectors.T, exact, axis=1), atol=1e-5)


def test_where_a_cell_holds_too_few_there_is_nothing(vectors):
    found = index.build(vectors[:20], "ivf", cells=10, effort=1).search(vectors[:1], 20)
    empty = found.ids[0] < 0
    assert empty.any() and not empty.all()
    assert np.isneginf(found.scores[0][empty]).all() and np.isfinite(found.scores[0][~empty]).all()


@pytest.mark.parametrize("kind", ["hnsw", "ivf"])
def test_the_same_index_each_time(vectors, queries, kind):
    settings = {"threads": 1} if kind == "hnsw" else {}
    first, again = (index.build(vectors, kind, **settings).search(queries, 10, effort=2).ids for _ in range(2))
    np.testing.assert_array_equal(first, again)


def test_building_a_graph_on_one_thread_leaves_the_others_as_they_were(vectors):
    import faiss

    before = faiss.omp_get_max_threads()
    try:
        faiss.omp_set_num_threads(2)
        index.build(vectors[:50], "hnsw", threads=1)
        assert faiss.omp_get_max_threads() == 2
    finally:
        faiss.omp_set_num_threads(before)


@pytest.mark.parametrize(
    ("kind", "settings"),
    [("exact", {}), ("flat", {}), ("hnsw", {}), ("hnsw", {"links": 8}), ("ivf", {}), ("ivf", {"cells": 100})],
)
@pytest.mark.parametrize(("n", "d"), [(10_000, 32), (1_682, 384)])
def test_the_formula_of_the_size_is_what_is_held(kind, settings, n, d):
    points = unit(np.random.default_rng(0).standard_normal((n, d), np.float32))
    fast = {"build_effort": 8} if kind == "hnsw" else {}
    held = index.build(points, kind, **settings, **fast).nbytes
    assert held == pytest.approx(index.bytes_of(kind, n, d, **settings), rel=2e-3)
    assert held >= 4 * n * d


def test_the_formula_in_numbers():
    """Of 100 million items with 384 numbers, in GB of 10^9 bytes; by hand."""
    n, d = 100_000_000, 384
    assert index.bytes_of("flat", n, d) == 153_600_000_000
    assert index.bytes_of("hnsw", n, d, links=16) == 153_600_000_000 + round(n * (12 + 4 * (32 + 16 / 15)))
    assert index.bytes_of("ivf", n, d) == 153_600_000_000 + 800_000_000 + 4 * d * 10_000


@pytest.mark.parametrize("kind", ["hnsw", "ivf"])
def test_levelled_finds_more_where_every_query_asks_for_a_bias(kind):
    rng = np.random.default_rng(5)
    vectors = np.column_stack([rng.standard_normal((N, D)) / 4, np.log1p(rng.pareto(1, N) * 20)]).astype(np.float32)
    queries = np.column_stack([rng.standard_normal((50, D)), np.ones(50)]).astype(np.float32)
    exact = index.build(vectors).search(queries, 100).ids
    plain, level = (index.build(vectors, kind, effort=10, levelled=each) for each in (False, True))
    found = level.search(queries, 100)
    gain = index.recall(found.ids, exact).mean() - index.recall(plain.search(queries, 100).ids, exact).mean()
    assert gain > 0.05
    kept = found.ids >= 0
    scores = np.take_along_axis(queries @ vectors.T, found.ids, axis=1)
    np.testing.assert_allclose(found.scores[kept], scores[kept], atol=1e-4)
    assert level.levelled and level.d == D + 1
    assert level.nbytes == pytest.approx(index.bytes_of(kind, N, D + 2), rel=1e-2)


@pytest.mark.parametrize("kind", index.KINDS)
def test_an_index_goes_to_another_process(vectors, queries, kind):
    built = index.build(vectors, kind)
    again = pickle.loads(pickle.dumps(built))
    np.testing.assert_array_equal(again.search(queries, 10).ids, built.search(queries, 10).ids)


def test_recall_by_hand():
    found = index.recall([[1, 2, -1], [4, 5, 6]], [[1, 2, 3], [7, 5, 8]])
    np.testing.assert_allclose(found, [2 / 3, 1 / 3])
    with pytest.raises(ValueError, match="of the same queries"):
        index.recall([[1]], [[1], [2]])


def with_nan(vectors):
    spoilt = vectors[:10].copy()
    spoilt[3, 2] = np.nan
    return spoilt


@pytest.mark.parametrize(
    ("make", "kind", "settings", "says"),
    [
        (
            lambda v: v,
            "hnws",
            {},
            r"kind must be one of 'exact', 'flat', 'hnsw', 'ivf'; got 'hnws'\. Did you mean 'hnsw'",
        ),
        (with_nan, "flat", {}, "vectors has values that are no finite numbers in 1 of 10 rows, first in row 3"),
        (lambda v: v[0], "exact", {}, r"vectors must be \(n, d\) with at least one row; got \(16,\)"),
        (lambda v: v[:0], "flat", {}, r"got \(0, 16\)"),
        (lambda v: v, "exact", {"effort": 3}, "kind 'exact' has no such setting.*effort"),
        (lambda v: v, "ivf", {"probes": 3}, "kind 'ivf' has no such setting.*probes"),
        (lambda v: v[:5], "ivf", {"cells": 6}, "cells must not be more than the 5 vectors; got 6"),
        (lambda v: v, "ivf", {"cells": 0}, "cells must be at least 1; got 0"),
        (lambda v: v, "hnsw", {"links": 1}, "links must be at least 2; got 1"),
        (lambda v: v, "hnsw", {"effort": 0}, "effort must be at least 1"),
    ],
)
def test_what_cannot_be_built(vectors, make, kind, settings, says):
    with pytest.raises(ValueError, match=says):
        index.build(make(vectors), kind, **settings)


@pytest.mark.parametrize("kind", index.KINDS)
def test_what_cannot_be_searched(vectors, kind):
    built = index.build(vectors[:100], kind)
    for queries, k, says in [
        (np.ones((2, D + 1)), 3, r"the index's width, \(m, 16\); got \(2, 17\)"),
        (np.ones((2, 2, D)), 3, r"got \(2, 2, 16\)"),
        (np.full((1, D), np.inf), 3, "queries has values that are no finite numbers"),
        (np.ones((1, D)), 0, "k must lie in 1…100"),
        (np.ones((1, D)), 101, "k must lie in 1…100, the number of vectors in the index; got 101"),
    ]:
        with pytest.raises(ValueError, match=says):
            built.search(queries, k)
    with pytest.raises(ValueError, match="no effort to set" if kind in ("exact", "flat") else "must be at least 1"):
        built.search(np.ones(D), 3, effort=0)
    with pytest.raises(ValueError, match="kind must be one of"):
        index.bytes_of("pq", 10, 4)


def test_without_faiss_it_says_what_to_install_and_numpy_does(vectors, monkeypatch):
    monkeypatch.setattr(index, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match="pip install faiss-cpu"):
        index.build(vectors, "hnsw")
    assert index.build(vectors, "exact").search(vectors[0], 1).ids.item() == 0


def test_faiss_is_loaded_with_the_first_index_of_its_own():
    code = (
        "import sys, numpy as np; from recbook.serving import index; v = np.eye(3); index.build(v).search(v, 1); "
        "before = 'faiss' in sys.modules; index.build(v, 'flat'); print(before, 'faiss' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
