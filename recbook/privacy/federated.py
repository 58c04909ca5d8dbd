"""Training where the rows stay with their owners: federated averaging (McMahan et al. 2017)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from recbook.privacy.sums import add_up, masked_messages

Weights = dict[str, Tensor]
POINTS = 2**12
"""A weight is sent in steps of 1 / POINTS, after it was multiplied by its client's share."""


def clients_of(users: np.ndarray, n_clients: int) -> list[np.ndarray]:
    """Users ``(n,)``, in the order given, cut into ``n_clients`` groups of nearly equal size.

    ValueError for fewer than one user each, since a client without rows has nothing to train on.
    """
    if not 1 <= n_clients <= len(users):
        raise ValueError(f"{n_clients} clients need at least a user each; there are {len(users)} users.")
    return list(np.array_split(users, n_clients))


def federated_average(
    model: nn.Module,
    parts: Sequence[np.ndarray],
    train: Callable[[nn.Module, np.ndarray, int], object],
    rounds: int,
    round_ended: Callable[[int], object] | None = None,
    secret: int | None = None,
) -> nn.Module:
    """Train ``model`` in place for some rounds and return it.

    In a round each client begins from the common weights, ``train(copy, its rows, round)`` changes its copy, and the
    copies' mean, weighted by numbers of rows, becomes the common model. ``parts`` are the clients' rows. With
    ``secret`` the server sees nothing but the sum of masked whole numbers (`recbook.privacy.sums`; weights are rounded
    to steps of 1 / `POINTS`). ValueError for a client without rows.
    """
    if empty := [place for place, rows in enumerate(parts) if not len(rows)]:
        raise ValueError(f"Client {empty[0]} has no rows, so nothing to train on: leave it out before the first round.")
    sizes = np.array([len(rows) for rows in parts], np.float64)
    for number in range(1, rounds + 1):
        start, copies = _copied(model), []
        for rows in parts:
            model.load_state_dict(start)
            train(model, rows, number)
            copies.append(_copied(model))
        shares = sizes / sizes.sum()
        mean = _mean(copies, shares) if secret is None else _secret_mean(copies, shares, secret + number)
        model.load_state_dict(mean)
        if round_ended is not None:
            round_ended(number)
    return model


def _copied(model: nn.Module) -> Weights:
    return {name: value.detach().clone() for name, value in model.state_dict().items()}


def _mean(copies: Sequence[Weights], shares: np.ndarray) -> Weights:
    return {
        name: torch.stack([share * copy[name] for share, copy in zip(shares.tolist(), copies, strict=True)]).sum(dim=0)
        for name in copies[0]
    }  # fmt: skip


def _secret_mean(copies: Sequence[Weights], shares: np.ndarray, seed: int) -> Weights:
    flat = np.stack([torch.cat([value.flatten() for value in copy.values()]).numpy() for copy in copies])
    sent = masked_messages(np.round(flat * shares[:, None] * POINTS), seed)
    mean, found, start = torch.from_numpy(add_up(sent) / POINTS).float(), {}, 0
    for name, value in copies[0].items():
        found[name] = mean[start : start + value.numel()].reshape(value.shape)
        start += value.numel()
    return found
