"""Bandits: which new item to show next, when only showing it tells how well it is liked.

Items have chances of being liked that the policy does not know. At every step one item is shown and is liked or not.
All policies keep, for each item, a Beta distribution over its chance: ``a`` counts likes and ``b`` dislikes, beginning
with the prior. Many worlds are played side by side, one a seed.
"""

from __future__ import annotations

import numpy as np

POLICIES = ("greedy", "epsilon", "thompson", "ucb")


def choose(
    policy: str, a: np.ndarray, b: np.ndarray, step: int, rng: np.random.Generator, epsilon: float = 0.1
) -> np.ndarray:
    """The item to show in each world: int64 ``(worlds,)`` from ``a`` and ``b``, both ``(worlds, items)``.

    - ``greedy``: the highest mean ``a / (a + b)``;
    - ``epsilon``: with the chance ``epsilon`` a random item, else greedy;
    - ``thompson``: draw a chance for each item from its Beta(a, b), show the highest (Thompson 1933);
    - ``ucb``: the highest ``mean + sqrt(2 log(step) / (a + b))``, ``step`` from 1 (as UCB1 of Auer et al. 2002, with
      the prior counted as showings).

    Ties go to the lower index. Raises ValueError for another policy.
    """
    mean = a / (a + b)
    if policy == "greedy":
        return mean.argmax(axis=1)
    if policy == "epsilon":
        anything = rng.integers(a.shape[1], size=len(a))
        return np.where(rng.random(len(a)) < epsilon, anything, mean.argmax(axis=1))
    if policy == "thompson":
        return rng.beta(a, b).argmax(axis=1)
    if policy == "ucb":
        return (mean + np.sqrt(2 * np.log(step) / (a + b))).argmax(axis=1)
    raise ValueError(f"policy must be one of {', '.join(POLICIES)}; got {policy!r}.")


def play(
    policy: str,
    chances: np.ndarray,
    prior: tuple[np.ndarray, np.ndarray],
    steps: int,
    worlds: int = 100,
    seed: int = 0,
    epsilon: float = 0.1,
) -> np.ndarray:
    """Cumulative regret, float64 ``(worlds, steps)``: likes lost to always showing the best item, in expectation.

    ``chances`` are the true chances, ``prior`` the starting ``(a, b)``, above 0: each ``(items,)``, the same for all
    worlds, or ``(worlds, items)``.
    """
    a, b, chances = _for_each_world(chances, prior, worlds)
    rng = np.random.default_rng(seed)
    lost, row = np.empty((worlds, steps)), np.arange(worlds)
    for step in range(steps):
        shown = choose(policy, a, b, step + 1, rng, epsilon)
        liked = rng.random(worlds) < chances[row, shown]
        a[row, shown] += liked
        b[row, shown] += ~liked
        lost[:, step] = chances.max(axis=1) - chances[row, shown]
    return lost.cumsum(axis=1)


def _for_each_world(
    chances: np.ndarray, prior: tuple[np.ndarray, np.ndarray], worlds: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The two parts of the prior and the chances, each a copy of its own, float64 ``(worlds, items)``."""
    shape = (worlds, np.shape(chances)[-1])
    try:
        a, b, chances = (np.broadcast_to(part, shape).astype(np.float64) for part in (*prior, chances))
    except ValueError:
        raise ValueError(f"chances and the two parts of prior need the shape {shape[1:]} or {shape}.") from None
    if (a <= 0).any() or (b <= 0).any():
        raise ValueError("prior needs numbers above 0.")
    return a, b, chances
