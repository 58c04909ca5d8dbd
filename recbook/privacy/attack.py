"""What can be read out of a model, and how a promise of privacy is put to the test."""

from __future__ import annotations

import math

import numpy as np
from scipy import linalg, stats

from recbook.evaluation.protocol import Interval


def auc(members: np.ndarray, others: np.ndarray) -> float:
    """How often a member's score lies above another's, ties half: 0.5 is a coin, 1 a complete leak.

    The area under the ROC curve of the attack that calls high scores members; ``(m,)`` and ``(n,)``. ValueError for an
    empty row, and for NaN.
    """
    from sklearn.metrics import roc_auc_score

    members, others = _scores(members, "members"), _scores(others, "others")
    return float(roc_auc_score(np.repeat([1, 0], [len(members), len(others)]), np.concatenate([members, others])))


def auc_interval(members: np.ndarray, others: np.ndarray, n_resamples: int = 1000, seed: int = 0) -> Interval:
    """95 % bootstrap interval of `auc`: members and others are drawn anew, each group on its own."""
    members, others = _scores(members, "members"), _scores(others, "others")
    rng = np.random.default_rng(seed)
    drawn = [auc(rng.choice(members, len(members)), rng.choice(others, len(others))) for _ in range(n_resamples)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Interval(float(low), float(high))


def gram_of_ease(weights: np.ndarray, l2: float) -> np.ndarray:
    """How many users met both of two items, read back from EASE's weights: float64 ``(n_items, n_items)``, unrounded.

    With ``P = (X^T X + l2 I)^-1`` the weights are ``B_ij = -P_ij / P_jj``. As ``P`` is symmetric, ``B_jh / B_hj`` is
    ``P_jj / P_hh``: beside one item ``h`` that is joined to all others, the diagonal follows up to one factor, and with
    it all of ``P``. Its inverse is the table of counts times that factor, which the counts of 1 give away.

    ``l2`` is needed for the diagonal alone (how many met an item). Items whose weights are all 0 get zeros. ValueError
    where no item is joined to all others.
    """
    weights = np.asarray(weights, np.float64)
    met = np.flatnonzero(weights.any(axis=0))
    table = np.zeros(weights.shape)
    inner = weights[np.ix_(met, met)]
    counts = linalg.inv(_inverse_up_to_a_factor(inner))
    counts /= _smallest_step(counts)
    counts[np.diag_indices_from(counts)] -= l2
    table[np.ix_(met, met)] = counts
    return table


def _inverse_up_to_a_factor(weights: np.ndarray) -> np.ndarray:
    """``P`` in units of one entry of its diagonal, symmetric."""
    others = ~np.eye(len(weights), dtype=bool)
    joined = ((weights != 0) & (weights.T != 0) | ~others).all(axis=1)
    if not len(weights) or not joined.any():
        raise ValueError("No item has a weight with every other one, so the weights hang together by no single item.")
    hub = np.flatnonzero(joined)[np.abs(weights[joined]).sum(axis=1).argmax()]
    diagonal = np.ones(len(weights))
    rest = others[hub]
    diagonal[rest] = weights[rest, hub] / weights[hub, rest]
    inverse = -weights * diagonal
    inverse[np.diag_indices_from(inverse)] = diagonal
    return (inverse + inverse.T) / 2


def _smallest_step(table: np.ndarray) -> float:
    """What one user counts in a table of whole multiples of it: the middle of the smallest entries that are not 0."""
    entries = np.abs(table[np.triu_indices_from(table, 1)])
    seen = entries[entries > 0.01 * np.median(entries[entries > 1e-3 * entries.max()])]
    least = np.quantile(seen, 0.001)
    return float(np.median(seen[(seen > 0.7 * least) & (seen < 1.3 * least)]))


def epsilon_at_least(found: int, n_with: int, wrong: int, n_without: int, delta: float, level: float = 0.95) -> float:
    """The ε that an attack proves a mechanism to have at least; 0 where it proves nothing.

    Of ``n_with`` runs with a user ``found`` were called so, of ``n_without`` runs without the user ``wrong`` were. A
    mechanism that is (ε, δ)-private keeps ``P(called | with) <= exp(ε) P(called | without) + δ``. Both shares are
    taken at the end of their one-sided Clopper-Pearson interval that speaks for the mechanism, so that the bound errs
    with a chance of at most ``1 - level``. The rule of the attack must have been fixed before these runs.
    """
    for hits, n in ((found, n_with), (wrong, n_without)):
        if not 0 <= hits <= n or n < 1:
            raise ValueError(f"There cannot be {hits} of {n} runs.")
    if not (0 < delta < 1 and 0 < level < 1):
        raise ValueError(f"delta and level lie between 0 and 1; got {delta} and {level}.")
    each = (1 - level) / 2
    low = stats.beta.ppf(each, found, n_with - found + 1) if found else 0.0
    high = stats.beta.ppf(1 - each, wrong + 1, n_without - wrong) if wrong < n_without else 1.0
    return max(0.0, math.log((low - delta) / high)) if low > delta else 0.0


def _scores(values: np.ndarray, name: str) -> np.ndarray:
    values = np.asarray(values, np.float64)
    if values.ndim != 1 or not len(values) or np.isnan(values).any():
        raise ValueError(f"{name} must be a non-empty row of scores without NaN; got shape {values.shape}.")
    return values
