"""Semantic IDs: an item's address in a few codes, and the tree of all addresses.

Rajput et al. (2023, "Recommender Systems with Generative Retrieval", TIGER) spell an item in codes, from coarse to
fine, so that a model can say an item code by code as a language model says a word piece by piece. Their codes come
from an RQ-VAE; here from k-means on what the last level left over (residual k-means), as in later work. Codes may also
come from behaviour, and a control deals them out at random: the same tree, with nothing meant by it.
`recbook.models.generators` holds the models that read and say them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from recbook.data.interactions import Interactions
from recbook.vectors import finite, unit

if TYPE_CHECKING:
    from recbook.text import TextEncoder

SIZES = (32, 32, 32)


def kmeans(vectors: np.ndarray, k: int, rng: np.random.Generator, steps: int = 20) -> tuple[np.ndarray, np.ndarray]:
    """Lloyd's k-means from ``k`` random rows: the centres ``(k, d)`` and the nearest one of each row, int64 ``(n,)``.

    A centre that no row is nearest to stays where it is. Raises ValueError unless 1 <= k <= n.
    """
    if not 1 <= k <= len(vectors):
        raise ValueError(f"k-means needs between 1 and {len(vectors)} centres, one a vector at most; got {k}.")
    centres = vectors[rng.choice(len(vectors), k, replace=False)]
    for _ in range(steps):
        nearest = _nearest(vectors, centres)
        members = sparse.csr_array((np.ones(len(vectors)), (nearest, np.arange(len(vectors)))), (k, len(vectors)))
        count = members.sum(axis=1)[:, None]
        centres = np.where(count > 0, (members @ vectors) / np.maximum(count, 1), centres)
    return centres, _nearest(vectors, centres)


def _nearest(vectors: np.ndarray, centres: np.ndarray) -> np.ndarray:
    return ((centres**2).sum(axis=1) - 2 * vectors @ centres.T).argmin(axis=1)


def residual_kmeans(vectors: np.ndarray, sizes: Sequence[int] = SIZES, seed: int = 0) -> np.ndarray:
    """The codes of ``n`` vectors ``(n, d)``, coarse to fine: int64 ``(n, len(sizes))``.

    Level by level, k-means on what is left after the centres of the levels before are taken away. The same vectors get
    the same codes. Raises ValueError for numbers that are not finite, or a level that is larger than ``n``.
    """
    rest, rng = finite(vectors, "vectors").astype(np.float64), np.random.default_rng(seed)
    if not len(sizes):
        raise ValueError("sizes is empty: an address needs at least one level, such as sizes=(32, 32, 32).")
    codes = []
    for size in sizes:
        centres, code = kmeans(rest, size, rng)
        rest = rest - centres[code]
        codes.append(code)
    return np.stack(codes, axis=1)


def with_collision_code(codes: np.ndarray) -> np.ndarray:
    """``codes`` ``(n, levels)`` with one level more, which counts from 0 the items that share all codes before it."""
    _, group = np.unique(_checked(codes), axis=0, return_inverse=True)
    order = np.argsort(group, kind="stable")
    first = np.searchsorted(group[order], group[order])
    last = np.empty(len(codes), np.int64)
    last[order] = np.arange(len(codes)) - first
    return np.column_stack([codes, last])


def text_codes(
    texts: Sequence[str], sizes: Sequence[int] = SIZES, seed: int = 0, encoder: TextEncoder | None = None
) -> np.ndarray:
    """Semantic IDs of texts: residual k-means of their vectors, and a last code for those that share it.

    int64 ``(n, len(sizes) + 1)``. Raises ValueError where an item has no text.
    """
    from recbook.text import TextEncoder

    for place, text in enumerate(texts):
        if not str(text).strip():
            raise ValueError(f"Item {place} has no text, so it has no address: give it one, or leave the item out.")
    return with_collision_code(residual_kmeans((encoder or TextEncoder()).encode(list(texts)), sizes, seed))


def behaviour_vectors(interactions: Interactions, rank: int = 64, seed: int = 0) -> np.ndarray:
    """Each item by who met it: truncated SVD of the log's 0/1 table, unit length, float64 ``(n_items, rank)``.

    An item that nobody met has the vector 0. Raises ValueError for a ``rank`` that the table does not have.
    """
    from scipy.sparse.linalg import svds

    table = interactions.matrix().astype(np.float64)
    table.data[:] = 1
    if not 1 <= rank < min(table.shape):
        raise ValueError(f"rank must lie between 1 and {min(table.shape) - 1} for this log; got {rank}.")
    # Users who met much say less about each item.
    scale = sparse.diags_array(1 / np.sqrt(np.maximum(table.sum(axis=1), 1)))
    _, values, items = svds(scale @ table, rank, rng=np.random.default_rng(seed))
    met = interactions.item_counts() > 0  # else rounding errors would be brought to length 1
    return unit(items.T * values) * met[:, None]


def dealt_at_random(codes: np.ndarray, seed: int = 0) -> np.ndarray:
    """The same addresses dealt out to the items at random: the control for what codes mean."""
    return np.random.default_rng(seed).permutation(_checked(codes), axis=0)


def code_sizes(codes: np.ndarray) -> tuple[int, ...]:
    """How many codes each level has: the highest code and one."""
    return tuple(int(size) for size in _checked(codes).max(axis=0) + 1)


class Trie:
    """The tree of all addresses: its nodes at depth ``l`` are the first ``l`` codes that some item has.

    ``prefixes[l]`` holds them in ascending order, ``(nodes, l)``; ``parents[l]`` the place of each one's parent in
    ``prefixes[l - 1]``; ``children[l]`` for each node and code the place of that child in ``prefixes[l + 1]``, or -1.
    ``leaf`` ``(n_items,)`` is the place of each item's address, ``items`` the item of each.
    """

    def __init__(self, codes: np.ndarray) -> None:
        self.codes, self.sizes = _checked(codes), code_sizes(codes)
        n, self.depth = self.codes.shape
        self.prefixes = [np.empty((1, 0), np.int64)]
        self.parents, self.children = [np.zeros(0, np.int64)], []
        place = np.zeros(n, np.int64)
        for level, size in enumerate(self.sizes):
            found, first, below = np.unique(place * size + self.codes[:, level], return_index=True, return_inverse=True)
            children = np.full((len(self.prefixes[level]), size), -1)
            children.ravel()[found] = np.arange(len(found))
            self.children.append(children)
            self.parents.append(place[first])
            self.prefixes.append(self.codes[first, : level + 1])
            place = below
        if len(self.prefixes[-1]) < n:
            raise ValueError("Two items have the same address: give codes that with_collision_code has told apart.")
        self.leaf, self.items = place, np.argsort(place)

    def place(self, codes: np.ndarray) -> np.ndarray:
        """The place in ``prefixes[level]`` of each row of ``codes`` ``(m, level)``; -1 for codes that no item has."""
        place = np.zeros(len(codes), np.int64)
        for level in range(codes.shape[1]):
            code = codes[:, level]
            there = (place >= 0) & (code >= 0) & (code < self.sizes[level])
            place = np.where(there, self.children[level][place, np.where(there, code, 0)], -1)
        return place

    def onward(self, place: np.ndarray, level: int) -> np.ndarray:
        """Which codes lead on to an item from nodes of a level, bool ``(m, sizes[level])``; none from -1."""
        return (self.children[level][place] >= 0) & (place >= 0)[:, None]

    def find(self, codes: np.ndarray) -> np.ndarray:
        """The item of each address ``(m, depth)``, int64 ``(m,)``; -1 for an address that no item has."""
        codes = np.asarray(codes)
        if codes.ndim != 2 or codes.shape[1] != self.depth:
            raise ValueError(f"An address of this tree has {self.depth} codes; got an array of shape {codes.shape}.")
        place = self.place(codes)
        return np.where(place >= 0, self.items[place], -1)

    def items_below(self, depth: int) -> np.ndarray:
        """How many items share the first ``depth`` codes of each item: int64 ``(n_items,)``."""
        _, group, count = np.unique(self.codes[:, :depth], axis=0, return_inverse=True, return_counts=True)
        return count[group]


def _checked(codes: np.ndarray) -> np.ndarray:
    codes = np.asarray(codes)
    if codes.ndim != 2 or not codes.size or not np.issubdtype(codes.dtype, np.integer):
        raise ValueError(
            f"Codes are whole numbers, a row an item and a column a level; got {codes.dtype} of shape {codes.shape}."
        )
    if codes.min() < 0:
        raise ValueError(f"A code is 0 or above; item {int(codes.min(axis=1).argmin())} has {codes.min()}.")
    return codes.astype(np.int64)
