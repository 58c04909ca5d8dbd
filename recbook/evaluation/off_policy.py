"""What another policy would have earned, estimated from the log of the one that ran (Horvitz and Thompson 1952).

A log of visits tells which film was shown, with what chance (the propensity), and whether it was clicked. A film that
the new policy shows twice as often should count twice. `recbook.data.world.Visits` is such a log.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from recbook.data.world import Visits


class Estimate(NamedTuple):
    """Clicks per visit, with a 95 % interval over visits."""

    value: float
    low: float
    high: float


def importance_weights(visits: Visits, policy: np.ndarray, clip: float | None = None) -> np.ndarray:
    """``policy / propensity`` of what was shown, at most ``clip``: ``(n_visits,)``, mean 1 where nothing is missing.

    ``policy`` ``(m, n)`` holds the chances with which the new policy shows film i to user u. ValueError for a log
    with a propensity that is not above 0.
    """
    if not (visits.propensity > 0).all():
        raise ValueError("Every logged film needs the chance with which it was shown, above 0.")
    weights = policy[visits.user, visits.film] / visits.propensity
    return weights if clip is None else np.minimum(weights, clip)


def ips(visits: Visits, policy: np.ndarray, clip: float | None = None) -> Estimate:
    """Inverse propensity scoring: the mean of ``weight * click``.

    Right on average if the logging policy shows, now and then, all that the new one would. Clipping makes it steadier
    and too low.
    """
    return _estimate(importance_weights(visits, policy, clip), visits.click, normalise=False)


def snips(visits: Visits, policy: np.ndarray, clip: float | None = None) -> Estimate:
    """Self-normalised: ``sum(weight * click) / sum(weight)``, between 0 and 1 (Swaminathan and Joachims 2015)."""
    return _estimate(importance_weights(visits, policy, clip), visits.click, normalise=True)


def support(visits: Visits, policy: np.ndarray) -> float:
    """Mean weight of the log, unclipped: near 1 where the log can speak for the policy, near 0 where it never showed
    what the policy shows."""
    return float(importance_weights(visits, policy).mean())


def _estimate(weights: np.ndarray, click: np.ndarray, normalise: bool) -> Estimate:
    """The estimate, and 1.96 standard errors to each side (for the ratio by the delta method)."""
    whole = weights.sum() if normalise else len(weights)
    if whole == 0:
        return Estimate(float("nan"), float("nan"), float("nan"))
    value = float(weights @ click / whole)
    # How far each visit pulls the estimate from where it is.
    pull = weights * (click - value) * len(weights) / whole if normalise else weights * click - value
    reach = 1.96 * float(pull.std()) / np.sqrt(len(weights))
    return Estimate(value, value - reach, value + reach)
