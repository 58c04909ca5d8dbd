"""Gradient descent that hides each user: every user's gradient is clipped, and noise is added to their sum.

DP-SGD (Abadi et al. 2016) on all users at each step. With a few hundred users nothing is gained by drawing batches,
and without drawing the accounting is exact: T steps together are one Gaussian mechanism.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.func import functional_call, grad, vmap

from recbook.privacy.mechanism import Budget, check_above_0

Loss = Callable[[Callable[[Tensor], Tensor], Tensor], Tensor]


def step_multiplier(budget: Budget, steps: int) -> float:
    """Noise per clipping length in each of ``steps`` steps on all users, so that together they keep the budget."""
    if steps < 1:
        raise ValueError(f"steps must be at least 1; got {steps}.")
    return budget.multiplier() * math.sqrt(steps)


def private_gradient(
    model: nn.Module, rows: Tensor, loss: Loss, clip: float, multiplier: float, generator: torch.Generator
) -> dict[str, Tensor]:
    """The sum of the users' clipped gradients plus noise, by the name of the parameter.

    ``rows`` ``(n_users, n_items)``: one row is all that a user has. ``loss(forward, row)`` is one user's loss for a row
    ``(1, n_items)``. Noise has the standard deviation ``multiplier * clip``. ValueError unless both are above 0.
    """
    check_above_0(clip=clip, multiplier=multiplier)
    total = clipped_sum(model, rows, loss, clip)
    scale = multiplier * clip
    return {name: value + torch.randn(value.shape, generator=generator) * scale for name, value in total.items()}


def clipped_sum(model: nn.Module, rows: Tensor, loss: Loss, clip: float, batch_size: int = 64) -> dict[str, Tensor]:
    """The sum of the users' gradients, each cut to a length of at most ``clip``, without noise: **not private**."""
    check_above_0(clip=clip)
    weights = {name: value.detach() for name, value in model.named_parameters()}

    def of_user(weights: dict[str, Tensor], row: Tensor) -> Tensor:
        return loss(lambda given: functional_call(model, weights, (given,)), row.unsqueeze(0)).sum()

    of_users = vmap(grad(of_user), in_dims=(None, 0))
    total = {name: torch.zeros_like(value) for name, value in weights.items()}
    for batch in rows.split(batch_size):
        found = of_users(weights, batch)
        lengths = torch.sqrt(sum(value.flatten(1).square().sum(dim=1) for value in found.values()))
        factor = (clip / lengths.clamp(min=1e-12)).clamp(max=1.0)
        for name, value in found.items():
            total[name] += torch.einsum("u,u...->...", factor, value)
    return total
