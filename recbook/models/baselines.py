"""Three strong simple models. Whatever a pretrained model adds must be added on top of these."""

from __future__ import annotations

import numpy as np
from scipy import linalg

from recbook.data.interactions import Interactions
from recbook.fitted import fitted
from recbook.vectors import cosine_of_columns


class Popularity:
    """The same list for everybody: items by their number of interactions."""

    counts_: np.ndarray  # (n_items,)

    def fit(self, interactions: Interactions) -> Popularity:
        self.counts_ = interactions.item_counts().astype(np.float32)
        return self

    def score(self, users: np.ndarray, history: Interactions | None = None) -> np.ndarray:
        """float32 ``(len(users), n_items)``."""
        return np.tile(fitted(self, "counts_"), (len(users), 1))


class ItemKNN:
    """Cosine between the columns of the user-item table, the ``k`` nearest kept (Sarwar et al. 2001).

    ``shrink`` is added to the denominator: a pair of items seen together by two users should count for less than one
    seen together by two hundred.
    """

    def __init__(self, k: int = 200, shrink: float = 50.0) -> None:
        if k < 1 or shrink < 0:
            raise ValueError(f"k must be at least 1 and shrink at least 0; got k={k}, shrink={shrink}.")
        self.k, self.shrink = k, shrink

    def fit(self, interactions: Interactions) -> ItemKNN:
        self.rows_ = interactions.matrix()
        self.similarity_ = keep_largest(cosine_of_columns(self.rows_, self.shrink), self.k)
        return self

    def score(self, users: np.ndarray, history: Interactions | None = None) -> np.ndarray:
        """Sum of an item's similarities to what each user has: float32 ``(len(users), n_items)``."""
        return np.asarray(fitted(self, "rows_")[users] @ self.similarity_, np.float32)


class EASE:
    """Linear regression of each item on all others, in closed form (Steck 2019, equation 8).

    With ``G = X^T X + l2 I`` and ``P = G^-1`` the weights are ``B = I - P / diag(P)``, whose diagonal is zero: an item
    may not predict itself.
    """

    def __init__(self, l2: float = 250.0) -> None:
        if l2 <= 0:
            raise ValueError(f"l2 must be above 0, or the matrix may have no inverse; got {l2}.")
        self.l2 = l2

    def fit(self, interactions: Interactions) -> EASE:
        self.rows_ = interactions.matrix()
        self.weights_ = ease_weights((self.rows_.T @ self.rows_).toarray(), self.l2).astype(np.float32)
        return self

    def score(self, users: np.ndarray, history: Interactions | None = None) -> np.ndarray:
        """float32 ``(len(users), n_items)``."""
        return np.asarray(fitted(self, "rows_")[users] @ self.weights_, np.float32)


def ease_weights(gram: np.ndarray, l2: float) -> np.ndarray:
    """EASE's weights from the dot products of the items' columns ``(n_items, n_items)``: float64, same shape.

    Column j holds the weights with which all other items predict item j; the diagonal is zero.
    """
    # SciPy sees that the matrix is positive definite and takes half the time.
    inverse = linalg.inv(np.asarray(gram, np.float64) + l2 * np.eye(len(gram)))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    return weights


def keep_largest(similarity: np.ndarray, k: int) -> np.ndarray:
    """The ``k`` largest of each column (an item's nearest neighbours), the rest zero: ``(n_items, n_items)``."""
    if k >= len(similarity):
        return similarity
    kth = np.partition(similarity, len(similarity) - k, axis=0)[-k]
    return np.where(similarity >= kth, similarity, np.float32(0))
