"""Which inputs a score is owed to: five attributions of a differentiable function.

Each takes ``f``, which maps inputs ``(n, d)`` to scores ``(n,)`` row by row, the inputs ``x`` ``(n, d)`` and a
``baseline`` ``(d,)`` that stands for "nothing is known" (by default 0), and returns ``(n, d)``. The library for
networks of any kind is captum, against which these are tested.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

Score = Callable[[Tensor], Tensor]


def gradient(f: Score, x: Tensor) -> Tensor:
    """How fast the score rises with each input, ``(n, d)``. Its size is called saliency (Simonyan et al. 2014)."""
    given = x.detach().clone().requires_grad_(True)
    (found,) = torch.autograd.grad(_scored(f, given).sum(), given)
    return found.detach()


def saliency(f: Score, x: Tensor) -> Tensor:
    """The size of the `gradient`: which inputs the score is sensitive to; nothing on their direction."""
    return gradient(f, x).abs()


def input_x_gradient(f: Score, x: Tensor, baseline: Tensor | None = None) -> Tensor:
    """``(x - baseline) * gradient``: what a straight line would make of each input."""
    return (x - _baseline(x, baseline)) * gradient(f, x)


def integrated_gradients(f: Score, x: Tensor, baseline: Tensor | None = None, steps: int = 50) -> Tensor:
    """``(x - baseline)`` times the mean gradient on the way from baseline to x (Sundararajan et al. 2017).

    The midpoints of ``steps`` equal pieces are taken. A row adds up to ``f(x) - f(baseline)``, nearly.
    """
    if steps < 1:
        raise ValueError(f"steps must be at least 1; got {steps}.")
    start = _baseline(x, baseline)
    shares = (torch.arange(steps, dtype=x.dtype) + 0.5) / steps
    mean = torch.stack([gradient(f, start + share * (x - start)) for share in shares]).mean(dim=0)
    return (x - start) * mean


def ablation(f: Score, x: Tensor, baseline: Tensor | None = None) -> Tensor:
    """By how much the score falls when one input alone is set to its baseline."""
    start = _baseline(x, baseline).expand_as(x)
    columns = []
    with torch.no_grad():
        full = _scored(f, x)
        for j in range(x.shape[1]):
            without = x.clone()
            without[:, j] = start[:, j]
            columns.append(full - f(without))
    return torch.stack(columns, dim=1)


def shapley(f: Score, x: Tensor, baseline: Tensor | None = None, orders: int = 25, seed: int = 0) -> Tensor:
    """Shapley values by sampling: what an input adds when it joins, the mean over random orders (Castro et al. 2009).

    Each order is also run backwards, which makes the mean steadier. A row adds up to ``f(x) - f(baseline)`` exactly.
    """
    if orders < 1:
        raise ValueError(f"orders must be at least 1; got {orders}.")
    start, rng = _baseline(x, baseline).expand_as(x), np.random.default_rng(seed)
    total = torch.zeros_like(x)
    drawn = [rng.permutation(x.shape[1]) for _ in range(orders)]
    with torch.no_grad():
        for order in [*drawn, *(order[::-1] for order in drawn)]:
            joined, before = start.clone(), _scored(f, start)
            for j in order:
                joined[:, j] = x[:, j]
                after = f(joined)
                total[:, j] += after - before
                before = after
    return total / (2 * orders)


def exact_shapley(f: Score, x: Tensor, baseline: Tensor | None = None) -> Tensor:
    """Shapley values from all ``2**d`` sets of inputs (Shapley 1953); ValueError for more than 14 inputs."""
    d = x.shape[1]
    if d > 14:
        raise ValueError(f"{d} inputs have 2**{d} sets; take shapley, which samples.")
    start, sets = _baseline(x, baseline).expand_as(x), np.arange(2**d)
    inside = torch.from_numpy((sets[:, None] >> np.arange(d)) & 1 == 1)
    with torch.no_grad():
        values = torch.stack([f(torch.where(mask, x, start)) for mask in inside])  # (2**d, n)
    size, found = inside.sum(dim=1).numpy(), []
    weight = torch.tensor(_set_weights(d), dtype=x.dtype)
    for j in range(d):
        without = np.flatnonzero((sets >> j) & 1 == 0)
        gains = values[without | (1 << j)] - values[without]
        found.append(weight[size[without]] @ gains)
    return torch.stack(found, dim=1)


def _set_weights(d: int) -> list[float]:
    """How much a set of s others counts, s = 0…d - 1: ``s! (d - s - 1)! / d!``."""
    from math import comb

    return [1 / (d * comb(d - 1, s)) for s in range(d)]


def agreement(found: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """The correlation of each row of two attributions ``(n, d)``, signs counting: ``(n,)``, NaN for a constant row."""
    one, other = (part - part.mean(axis=1, keepdims=True) for part in (np.asarray(found), np.asarray(truth)))
    size = np.sqrt((one**2).sum(axis=1) * (other**2).sum(axis=1))
    return np.where(size > 0, (one * other).sum(axis=1) / np.where(size > 0, size, 1), np.nan)


def share_found(found: np.ndarray, causes: np.ndarray) -> np.ndarray:
    """Which share of the ``causes`` (k column numbers) is among the k largest by size in each row: ``(n,)``."""
    largest = np.argsort(-np.abs(found), axis=1, kind="stable")[:, : len(causes)]
    return np.isin(largest, causes).mean(axis=1)


def share_of(found: np.ndarray, column: int) -> np.ndarray:
    """The share of a row's total size that one column gets: ``(n,)``."""
    size = np.abs(found)
    return size[:, column] / np.maximum(size.sum(axis=1), 1e-300)


def _scored(f: Score, x: Tensor) -> Tensor:
    """Raises ValueError where ``f`` does not give a score a row."""
    scores = f(x)
    if scores.shape != (len(x),):
        raise ValueError(f"f must give one score a row, ({len(x)},); got {tuple(scores.shape)}.")
    return scores


def _baseline(x: Tensor, baseline: Tensor | None) -> Tensor:
    if baseline is None:
        return torch.zeros(x.shape[1], dtype=x.dtype)
    if baseline.shape not in ((x.shape[1],), x.shape):
        raise ValueError(f"baseline must have shape ({x.shape[1]},), one for an input; got {tuple(baseline.shape)}.")
    return baseline
