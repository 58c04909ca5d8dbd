"""The Gaussian mechanism: noise that hides whether any one user was there.

Neighbours are two logs of which one has one user more, with all of that user's rows ("user level", "add or remove").
No function here returns a value without noise: a bad argument raises ValueError before anything is computed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import brentq
from scipy.special import log_ndtr

LARGEST = 1e6
"""The largest ε that is taken: above it noise is far below rounding."""


def gaussian_delta(sigma: float, epsilon: float, sensitivity: float = 1.0) -> float:
    """The least δ for which noise of standard deviation ``sigma`` is (ε, δ)-private: exact (Balle and Wang 2018).

    ``sensitivity`` is the largest Euclidean distance between the values of two neighbouring logs.
    """
    check_above_0(sigma=sigma, epsilon=epsilon, sensitivity=sensitivity)
    half, off = sensitivity / (2 * sigma), epsilon * sigma / sensitivity
    first, second = log_ndtr(half - off), epsilon + log_ndtr(-half - off)
    # exp(first) - exp(second), where both may be too small to be told apart otherwise.
    return float(np.exp(first) * -np.expm1(min(second - first, 0.0)))


def gaussian_sigma(epsilon: float, delta: float, sensitivity: float = 1.0) -> float:
    """The least standard deviation of Gaussian noise that makes a value (ε, δ)-private (Balle and Wang 2018).

    Valid for every ε, unlike `classical_sigma`. ValueError unless ε > 0, 0 < δ < 1 and the sensitivity is above 0.
    """
    check_promise(epsilon, delta)
    check_above_0(sensitivity=sensitivity)

    def excess(log_sigma: float) -> float:
        return gaussian_delta(math.exp(log_sigma), epsilon) - delta

    low, high = -1.0, 1.0
    while excess(low) < 0:
        low -= 2
    while excess(high) > 0:
        high += 2
    root = math.exp(brentq(excess, low, high, xtol=1e-13, rtol=1e-14))
    # A root may lie a rounding error on the wrong side: the promise comes first.
    while gaussian_delta(root, epsilon) > delta:
        root *= 1 + 1e-12
    return root * sensitivity


def classical_sigma(epsilon: float, delta: float, sensitivity: float = 1.0) -> float:
    """The older formula, ``sensitivity * sqrt(2 log(1.25 / δ)) / ε`` (Dwork and Roth 2014, theorem A.1).

    ValueError for ε above 1, where its proof does not hold and for large ε the noise is too small.
    """
    check_promise(epsilon, delta)
    check_above_0(sensitivity=sensitivity)
    if epsilon > 1:
        raise ValueError(f"The classical formula is proved for epsilon up to 1; for {epsilon} take gaussian_sigma.")
    return sensitivity * math.sqrt(2 * math.log(1.25 / delta)) / epsilon


@dataclass(frozen=True)
class Budget:
    """A promise (ε, δ), and the noise that keeps it, for one value or for several that are released together.

    Gaussian mechanisms add up exactly: two of multipliers ``a`` and ``b`` hide a user as one of
    ``1 / sqrt(1 / a**2 + 1 / b**2)`` does (Dong, Roth and Su 2022, corollary 3.3). So a budget is divided by shares of
    ``1 / multiplier**2``.
    """

    epsilon: float
    delta: float

    def __post_init__(self) -> None:
        check_promise(self.epsilon, self.delta)

    def multiplier(self, share: float = 1.0) -> float:
        """Noise per sensitivity for a value that may take ``share`` (above 0, at most 1) of the budget."""
        if not 0 < share <= 1:
            raise ValueError(f"A share of the budget must be above 0 and at most 1; got {share}.")
        return gaussian_sigma(self.epsilon, self.delta) / math.sqrt(share)


def clip_rows(rows: sparse.csr_array, clip: float) -> sparse.csr_array:
    """Each user's row ``(n_users, n_items)`` scaled down to a Euclidean length of at most ``clip``: float64.

    Then adding or removing a user moves the sum of rows by at most ``clip``.
    """
    check_above_0(clip=clip)
    rows = sparse.csr_array(rows, dtype=np.float64)
    if not np.isfinite(rows.data).all():
        raise ValueError("A row holds a number that is not finite, so its length cannot be bounded.")
    lengths = np.sqrt(rows.multiply(rows).sum(axis=1))
    factors = np.minimum(1.0, clip / np.maximum(lengths, 1e-300))
    return sparse.csr_array(sparse.diags_array(factors) @ rows)


def private_counts(
    rows: sparse.csr_array, clip: float, budget: Budget, rng: np.random.Generator, share: float = 1.0
) -> np.ndarray:
    """Sums of the columns, each user's row clipped, with noise: float64 ``(n_items,)``."""
    multiplier = budget.multiplier(share)
    exact = clip_rows(rows, clip).sum(axis=0)
    return exact + rng.normal(scale=multiplier * clip, size=exact.shape)


def private_gram(
    rows: sparse.csr_array, clip: float, budget: Budget, rng: np.random.Generator, share: float = 1.0
) -> np.ndarray:
    """``X^T X`` of clipped rows with symmetric noise: float64 ``(n_items, n_items)``.

    A user adds ``x x^T``, whose length as a symmetric matrix (each pair counted twice, as the Frobenius norm does) is
    ``|x|**2``, at most ``clip**2``. Noise that is spherical in that geometry has ``sigma`` on the diagonal and
    ``sigma / sqrt(2)`` off it.
    """
    multiplier = budget.multiplier(share)
    clipped = clip_rows(rows, clip)
    noise = rng.normal(scale=multiplier * clip**2, size=(rows.shape[1],) * 2)
    return (clipped.T @ clipped).toarray() + (noise + noise.T) / 2


def check_promise(epsilon: float, delta: float) -> None:
    """ValueError unless ``epsilon`` is above 0 (and at most `LARGEST`) and ``delta`` lies between 0 and 1."""
    if not 0 < epsilon <= LARGEST:
        raise ValueError(f"epsilon must be above 0 and at most {LARGEST:g}; got {epsilon}.")
    if not 0 < delta < 1:
        raise ValueError(f"delta must lie between 0 and 1, below one over the number of users; got {delta}.")


def check_above_0(**values: float) -> None:
    for name, value in values.items():
        if not (value > 0 and math.isfinite(value)):
            raise ValueError(f"{name} must be a finite number above 0, or nothing would be hidden; got {value}.")
