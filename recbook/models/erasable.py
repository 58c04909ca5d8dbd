"""EASE that can forget a user exactly, without a new fit."""

from __future__ import annotations

import numpy as np
from scipy import linalg, sparse

from recbook.data.interactions import Interactions
from recbook.fitted import fitted
from recbook.models.baselines import EASE


class ErasableEASE(EASE):
    """`EASE` that keeps the inverse ``P = (X^T X + l2 I)^-1`` in float64, ``(n_items, n_items)``, besides its weights.

    A user with the row ``x`` is taken out by a rank-one update (Sherman and Morrison 1950):
    ``P + (P x)(P x)^T / (1 - x^T P x)``. Without ``P`` it would have to be read back from the rounded weights.
    """

    inverse_: np.ndarray

    def fit(self, interactions: Interactions) -> ErasableEASE:
        super().fit(interactions)
        rows = interactions.matrix()
        system = (rows.T @ rows).toarray().astype(np.float64)
        system[np.diag_indices_from(system)] += self.l2
        self.inverse_ = linalg.inv(system)
        self.weights_ = weights_of_inverse(self.inverse_)
        return self

    def forget(self, users: np.ndarray) -> ErasableEASE:
        """A model of the log without the rows of these user indices ``(m,)``: as a new fit would be, up to rounding.

        This model stays as it is. IndexError for a user that the log lacks, ValueError for a user without rows.
        """
        log = fitted(self, "log_")
        users = np.unique(np.asarray(users, np.int64))
        if len(users) and not (users[0] >= 0 and users[-1] < log.n_users):
            raise IndexError(f"Users have the indices 0…{log.n_users - 1}; got {users[0]}…{users[-1]}.")
        if (empty := users[log.user_counts()[users] == 0]).size:
            raise ValueError(f"User {empty[0]} has no rows in the log of fit: there is nothing to forget.")
        after = ErasableEASE(self.l2, self.half_life)
        after.log_ = log.take(~np.isin(log.user, users))
        after.inverse_ = without_rows(self.inverse_, log.matrix()[users])
        after.weights_ = weights_of_inverse(after.inverse_)
        return after


def without_rows(inverse: np.ndarray, rows: sparse.csr_array) -> np.ndarray:
    """``(A - rows^T rows)^-1`` from ``A^-1`` ``(n, n)`` and sparse ``rows`` ``(m, n)``, one rank at a time: float64."""
    found = np.array(inverse, np.float64)
    for row in sparse.csr_array(rows, dtype=np.float64):
        items, values = row.indices, row.data
        moved = found[:, items] @ values
        found += np.outer(moved, moved / (1 - moved[items] @ values))
    return found


def weights_of_inverse(inverse: np.ndarray) -> np.ndarray:
    """EASE's weights, float32 ``(n_items, n_items)``, from the inverse of its system (Steck 2019, equation 8)."""
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    return weights.astype(np.float32)
