"""Is a difference more than chance? Tests, corrections for many of them, and how many users one needs.

Differences are those of the same users under two models, ``(n_users,)``; NaN is left out.
"""

from __future__ import annotations

import numpy as np

from recbook.evaluation.protocol import Interval, bootstrap


def bootstrap_between(a: np.ndarray, b: np.ndarray, n_resamples: int = 2000, seed: int = 0) -> Interval:
    """95 % interval of ``mean(a) - mean(b)`` for two *different* groups of users, each resampled on its own."""
    rng = np.random.default_rng(seed)
    first, second = (_resampled_means(_known(values), n_resamples, rng) for values in (a, b))
    low, high = np.quantile(first - second, [0.025, 0.975])
    return Interval(float(low), float(high))


def bootstrap_over_sets(one: np.ndarray, other: np.ndarray) -> Interval:
    """95 % interval of the mean difference of two models on several hidden sets, paired by user.

    Both are ``(n_sets, n_users)``, NaN where a user has nothing to find in a set. Each user's mean over the sets is
    taken first, and users are resampled: the interval speaks for other users, not for other sets.
    """
    apart = one - other
    return bootstrap(np.nanmean(apart[:, ~np.isnan(apart).all(axis=0)], axis=0))


def sets_won(one: np.ndarray, other: np.ndarray) -> int:
    """On how many hidden sets the mean over users ``(n_sets, n_users)`` is above that of the other model."""
    return int((np.nanmean(one, axis=1) > np.nanmean(other, axis=1)).sum())


def sign_flip_test(differences: np.ndarray, n_flips: int = 9_999, seed: int = 0) -> float:
    """Two-sided p-value of a mean difference: how often random signs give one at least as large (Fisher 1935).

    If the two models were alike, each user's difference could as well have had the other sign. The observed signs
    count as one of the draws, so that p is never 0.
    """
    d = _known(differences)
    d = d[d != 0]  # a zero has no sign to flip
    rng = np.random.default_rng(seed)
    sums = np.concatenate([(2.0 * rng.integers(0, 2, size=(part, len(d))) - 1) @ d for part in _parts(n_flips)])
    # A sum that is equal but for rounding is as large.
    return float((1 + (np.abs(sums) >= abs(d.sum()) - 1e-9).sum()) / (1 + n_flips))


def holm(p_values: np.ndarray) -> np.ndarray:
    """p-values adjusted so that all of ``m`` tests together err with the stated chance (Holm 1979): ``(m,)``."""
    p = np.asarray(p_values, float)
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(stepped, 1)
    return adjusted


def benjamini_hochberg(p_values: np.ndarray) -> np.ndarray:
    """p-values adjusted so that the stated *share of the findings* is false (Benjamini and Hochberg 1995): ``(m,)``."""
    from scipy.stats import false_discovery_control

    return false_discovery_control(p_values)


def power(differences: np.ndarray, effect: float, n_users: int, n_trials: int = 1000, seed: int = 0) -> float:
    """Chance that ``n_users`` users show a true mean difference of ``effect`` (mean beyond 1.96 standard errors).

    The users are drawn from those given. So that the mean becomes ``effect``, the two models trade places for a share
    of the users: each difference keeps its size and loses, perhaps, its sign. ValueError if ``effect`` is larger
    than the mean that was measured.
    """
    d = _known(differences)
    mean = d.mean()
    if not abs(effect) <= abs(mean):
        raise ValueError(f"effect must not be larger than the mean difference {mean:.4f}; got {effect}.")
    rng = np.random.default_rng(seed)
    kept = (1 + effect / mean) / 2
    found = 0
    for part in _parts(n_trials, max(1, 2_000_000 // n_users)):
        drawn = rng.choice(d, size=(part, n_users)) * np.where(rng.random((part, n_users)) < kept, 1, -1)
        error = drawn.std(axis=1, ddof=1) / np.sqrt(n_users)
        found += int((drawn.mean(axis=1) * np.sign(effect) > 1.96 * error).sum())
    return found / n_trials


def _resampled_means(values: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    counts = rng.multinomial(len(values), np.full(len(values), 1 / len(values)), n)
    return counts @ values / len(values)


def _known(values: np.ndarray) -> np.ndarray:
    values = np.asarray(values, float)
    values = values[~np.isnan(values)]
    if not len(values):
        raise ValueError("There is no user to compare: every value is NaN.")
    return values


def _parts(n: int, size: int = 1000) -> list[int]:
    """``n`` in pieces of at most ``size``, so that no table grows too large."""
    return [min(size, n - start) for start in range(0, n, size)]
