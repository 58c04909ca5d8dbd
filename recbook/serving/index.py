"""The nearest of many vectors by dot product: exactly, along a graph (HNSW), or in the nearest cells (IVF).

`build` makes an index of any kind, and all answer alike. "exact" is NumPy; "flat", "hnsw" and "ivf" are faiss's
(Douze et al. 2024), which is imported when the first of them is built. faiss brings an OpenMP library of its own, as
PyTorch does: on macOS one process should not hold both, so encode there by `TextEncoder(backend="onnx")`.

On how many threads an index runs say OMP_NUM_THREADS, or `threadpoolctl.threadpool_limits`.
"""

from __future__ import annotations

import difflib
from abc import ABC, abstractmethod
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np

from recbook.evaluation.metrics import top_k
from recbook.vectors import finite

CELLS = 1 << 22  # scores that exact search holds at once, as in `recbook.evaluation`


class Found(NamedTuple):
    """The nearest of each query, best first; where an index found fewer, -1 and a score of -inf."""

    ids: np.ndarray  # (m, k) int64: rows of the vectors that the index was built from
    scores: np.ndarray  # (m, k) float32: dot products


class Index(ABC):
    """Vectors ``(n, d)`` that can be searched. `build` makes one."""

    kind: str
    effort_means: str | None = None
    """What more of makes a search slower and more complete; None where every search is complete."""

    def __init__(self, vectors: np.ndarray) -> None:
        self.n, self.d = vectors.shape

    def search(self, queries: np.ndarray, k: int = 10, effort: int | None = None) -> Found:
        """The ``k`` vectors with the largest dot product with each query ``(m, d)``, or with the one query ``(d,)``.

        ``effort`` is, for this search, what `effort_means` says. Raises ValueError for queries of another width or with
        values that are no finite numbers, for ``k`` outside 1…n, and for an effort that the kind does not have.
        """
        queries = np.atleast_2d(np.asarray(queries, np.float32))
        if queries.ndim != 2 or queries.shape[1] != self.d:
            raise ValueError(f"queries must have the index's width, (m, {self.d}); got {queries.shape}.")
        if not 1 <= k <= self.n:
            raise ValueError(f"k must lie in 1…{self.n:,}, the number of vectors in the index; got {k}.")
        if effort is not None and self.effort_means is None:
            raise ValueError(f"An index of kind {self.kind!r} has no effort to set: it always finds all.")
        if effort is not None and effort < 1:
            raise ValueError(f"effort ({self.effort_means}) must be at least 1; got {effort}.")
        return self._search(np.ascontiguousarray(finite(queries, "queries")), int(k), effort)

    @property
    @abstractmethod
    def nbytes(self) -> int:
        """What the index holds, in bytes, as measured; `bytes_of` says it beforehand."""

    @abstractmethod
    def _search(self, queries: np.ndarray, k: int, effort: int | None) -> Found: ...


class Exact(Index):
    """All dot products, in one matrix product of NumPy. Equal scores go to the lower row."""

    kind = "exact"

    def __init__(self, vectors: np.ndarray) -> None:
        super().__init__(vectors)
        self.vectors = vectors

    def _search(self, queries: np.ndarray, k: int, effort: int | None) -> Found:
        rows = max(1, CELLS // self.n)
        parts = [self._of(queries[start : start + rows], k) for start in range(0, len(queries), rows)]
        return Found(np.concatenate([ids for ids, _ in parts]), np.concatenate([scores for _, scores in parts]))

    def _of(self, queries: np.ndarray, k: int) -> Found:
        scores = queries @ self.vectors.T
        ids = top_k(scores, k)
        return Found(ids, np.take_along_axis(scores, ids, axis=1))

    @property
    def nbytes(self) -> int:
        return self.vectors.nbytes


class _Faiss(Index):
    """An index of faiss."""

    def __init__(self, vectors: np.ndarray) -> None:
        _needed()
        super().__init__(vectors)

    _index: Any

    levelled = False

    def _level(self, vectors: np.ndarray, asked: bool) -> np.ndarray:
        """The vectors, where ``asked`` with one more number, which no dot product sees and all are equally long by."""
        self.levelled = asked
        squares = np.square(vectors, dtype=np.float64).sum(axis=1)
        return np.column_stack([vectors, np.sqrt(squares.max() - squares)]).astype(np.float32) if asked else vectors

    @property
    def _faiss(self) -> Any:
        """The module, whose own types lack what its functions take; not kept, as an index can be pickled without."""
        return import_module("faiss")

    def _search(self, queries: np.ndarray, k: int, effort: int | None) -> Found:
        if self.levelled:
            queries = np.column_stack([queries, np.zeros(len(queries), np.float32)])
        scores, ids = self._index.search(queries, k, params=self._parameters(effort))
        return Found(ids, np.where(ids < 0, np.float32(-np.inf), scores))

    def _parameters(self, effort: int | None) -> Any:
        return None

    @property
    def nbytes(self) -> int:
        """The length of what faiss would write to a file; its tables in memory may have room to spare."""
        written = 0

        def count(part: bytes) -> int:
            nonlocal written
            written += len(part)
            return len(part)

        self._faiss.write_index(self._index, self._faiss.PyCallbackIOWriter(count))
        return written


class Flat(_Faiss):
    """All dot products, compiled."""

    kind = "flat"

    def __init__(self, vectors: np.ndarray) -> None:
        super().__init__(vectors)
        faiss = self._faiss
        self._index = faiss.IndexFlatIP(self.d)
        self._index.add(vectors)


class HNSW(_Faiss):
    """A graph of neighbours in layers, along which a search walks (Malkov and Yashunin 2018).

    Each vector is joined to ``links`` others in each layer, ``2 * links`` in the lowest. ``build_effort`` is how many
    candidates are held where a vector is put in its place; ``effort``, at least k is sensible, where one is looked for.
    On several threads the graph is not quite the same twice: ``threads=1`` builds it on one.

    ``levelled`` gives each vector one number more, so that all are equally long (Bachrach et al. 2014); dot products
    stay. It helps where all queries point to one side, as with a bias of the items, and harms where they do not.
    """

    kind = "hnsw"
    effort_means = "candidates held during a search, efSearch"

    def __init__(
        self,
        vectors: np.ndarray,
        links: int = 16,
        build_effort: int = 40,
        effort: int = 64,
        threads: int | None = None,
        levelled: bool = False,
    ) -> None:
        _at_least(2, links=links)
        _at_least(1, build_effort=build_effort, effort=effort)
        super().__init__(vectors)
        faiss = self._faiss
        vectors = self._level(vectors, levelled)
        self._index = faiss.IndexHNSWFlat(vectors.shape[1], links, faiss.METRIC_INNER_PRODUCT)
        self._index.hnsw.efConstruction, self._index.hnsw.efSearch = build_effort, effort
        before = faiss.omp_get_max_threads()
        try:
            faiss.omp_set_num_threads(threads or before)
            self._index.add(vectors)
        finally:
            faiss.omp_set_num_threads(before)

    def _parameters(self, effort: int | None) -> Any:
        return None if effort is None else self._faiss.SearchParametersHNSW(efSearch=effort)


class IVF(_Faiss):
    """Inverted lists: vectors in ``cells`` by k-means; a search looks into the nearest (Sivic and Zisserman 2003).

    ``cells`` is by default the square root of n, rounded; ``effort`` is the number of cells that a search looks into;
    ``levelled`` is as in `HNSW`.
    """

    kind = "ivf"
    effort_means = "cells looked into, nprobe"

    def __init__(
        self,
        vectors: np.ndarray,
        cells: int | None = None,
        effort: int = 8,
        seed: int = 0,
        levelled: bool = False,
    ) -> None:
        cells = default_cells(len(vectors)) if cells is None else cells
        _at_least(1, cells=cells, effort=effort)
        if cells > len(vectors):
            raise ValueError(f"cells must not be more than the {len(vectors):,} vectors; got {cells:,}.")
        super().__init__(vectors)
        faiss = self._faiss
        vectors = self._level(vectors, levelled)
        self._centres = faiss.IndexFlatIP(vectors.shape[1])  # kept: faiss's index only points to it
        self._index = faiss.IndexIVFFlat(self._centres, vectors.shape[1], cells, faiss.METRIC_INNER_PRODUCT)
        self._index.cp.min_points_per_centroid = 1  # else it prints that there could be more
        self._index.cp.seed, self._index.nprobe = seed, effort
        self._index.train(vectors)
        self._index.add(vectors)

    def _parameters(self, effort: int | None) -> Any:
        return None if effort is None else self._faiss.SearchParametersIVF(nprobe=effort)


KINDS: dict[str, type[Index]] = {each.kind: each for each in (Exact, Flat, HNSW, IVF)}


def build(vectors: np.ndarray, kind: str = "exact", **settings: Any) -> Index:
    """An index of the rows of ``vectors`` ``(n, d)``, taken as float32; ``kind`` is one of `KINDS`.

    The settings are the class's: `HNSW` takes ``links``, ``build_effort``, ``effort``, ``threads`` and ``levelled``,
    `IVF` ``cells``, ``effort``, ``seed`` and ``levelled``. Raises ValueError for another kind or setting, no vectors,
    or one with values that are no finite numbers; ModuleNotFoundError, with what to install, for a kind of faiss where
    that is missing.
    """
    made = KINDS.get(kind)
    if made is None:
        close = difflib.get_close_matches(str(kind), KINDS, n=1)
        meant = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"kind must be one of {', '.join(map(repr, KINDS))}; got {kind!r}.{meant}")
    vectors = np.ascontiguousarray(finite(vectors, "vectors"), np.float32)
    if vectors.ndim != 2 or not vectors.size:
        raise ValueError(f"vectors must be (n, d) with at least one row; got {vectors.shape}.")
    try:
        return made(vectors, **settings)
    except TypeError as error:
        raise ValueError(f"An index of kind {kind!r} has no such setting: {error}.") from None


def bytes_of(kind: str, n: int, d: int, links: int = 16, cells: int | None = None) -> int:
    """What an index of ``n`` vectors of ``d`` numbers takes, by its formula, in bytes.

    The vectors are ``4 n d``. HNSW adds for each vector ``2 links`` neighbours of 4 bytes in the lowest layer and
    ``links`` in each layer above, which holds 1 in ``links`` of the layer below: ``links / (links - 1)`` a vector in
    all; and 12 bytes that say where its row begins and how high it reaches. IVF adds an id of 8 bytes a vector, and
    the centres, ``4 cells d``. A levelled index has one number a vector more: count it in ``d``.
    ValueError for another kind.
    """
    vectors = 4 * n * d
    if kind in ("exact", "flat"):
        return vectors
    if kind == "hnsw":
        return round(vectors + n * (4 * (2 * links + links / (links - 1)) + 12))
    if kind == "ivf":
        return vectors + 8 * n + 4 * d * (default_cells(n) if cells is None else cells)
    raise ValueError(f"kind must be one of {', '.join(map(repr, KINDS))}; got {kind!r}.")


def default_cells(n: int) -> int:
    """The square root of n, rounded: a search of one cell then compares with as many centres as vectors."""
    return max(1, round(n**0.5))


def recall(found: np.ndarray, exact: np.ndarray) -> np.ndarray:
    """Of each query's true neighbours ``exact`` ``(m, k)`` the share that stands in ``found`` ``(m, any)``: ``(m,)``.

    -1 in ``found`` is nothing. Raises ValueError where they are not of as many queries.
    """
    found, exact = np.asarray(found), np.asarray(exact)
    if found.ndim != 2 or exact.ndim != 2 or len(found) != len(exact):
        raise ValueError(f"found and exact are (m, k) of the same queries; got {found.shape} and {exact.shape}.")
    return np.array([np.isin(true, got).mean() for true, got in zip(exact, found, strict=True)])


def _needed() -> None:
    if find_spec("faiss") is None:
        raise ModuleNotFoundError(
            "This kind of index needs faiss: pip install faiss-cpu, or pip install 'recbook[serve]' for all that "
            "serving needs. build(vectors, 'exact') needs NumPy alone.",
            name="faiss",
        )


def _at_least(least: int, **settings: int) -> None:
    for name, value in settings.items():
        if value < least:
            raise ValueError(f"{name} must be at least {least}; got {value}.")
