"""Right answers to the exercises of chapter 08."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional


def cut_by_loop(history, length):
    pairs = list(zip(history[:-1].tolist(), history[1:].tolist(), strict=True))
    rows = []
    while pairs:
        rows.insert(0, pairs[-length:])
        pairs = pairs[:-length]
    filled = [[*row, *[(0, 0)] * (length - len(row))] for row in rows]
    return [[read for read, _ in row] for row in filled], [[asked for _, asked in row] for row in filled]


def cut_by_reshaping(history, length):
    n_targets = len(history) - 1
    front = -n_targets % length

    def rows(films):
        table = np.concatenate([np.zeros(front, int), films]).reshape(-1, length)
        table[0] = np.roll(table[0], -front)
        return table

    return rows(history[:-1]), rows(history[1:])


def cut_by_torch(history, length):
    films = torch.tensor(history)
    pieces = [part.flip(0).split(length) for part in (films[:-1], films[1:])]
    return tuple(
        torch.stack([functional.pad(piece.flip(0), (0, length - len(piece))) for piece in reversed(part)])
        for part in pieces
    )


def places_by_loop(lengths, length):
    targets = prefix = windows = 0
    for films in lengths:
        for _ in range(films - 1):
            targets += 1
            prefix += length
        windows += len(range(0, films - 1, length)) * length
    return targets, prefix, windows


def places_by_numpy(lengths, length):
    n = np.clip(lengths - 1, 0, None)
    return np.array([n.sum(), length * n.sum(), length * np.ceil(n / length).sum()]).astype(int)


def places_by_torch(lengths, length):
    n = (torch.tensor(lengths) - 1).clamp(min=0)
    return n.sum(), n.sum() * length, ((n + length - 1) // length).sum() * length


def mask_by_loops(rows, causal):
    n = rows.shape[1]
    return [
        [[i == j or (rows[b, j] != 0 and (j <= i or not causal)) for j in range(n)] for i in range(n)]
        for b in range(len(rows))
    ]


def mask_by_numpy(rows, causal):
    i, j = np.indices((rows.shape[1],) * 2)
    return ((rows[:, None, :] != 0) & ((j <= i) | (not causal))) | (i == j)


def mask_by_torch(rows, causal):
    rows = torch.tensor(rows)
    n = rows.shape[1]
    allowed = (rows != 0)[:, None, :].repeat(1, n, 1)
    if causal:
        allowed = allowed.tril()
    return allowed | torch.eye(n, dtype=torch.bool)


def loss_by_loops(scores, targets):
    costs = []
    for row, asked in zip(scores, targets, strict=True):
        for place, film in zip(row, asked, strict=True):
            if film:
                costs.append(np.logaddexp.reduce(place) - place[film - 1])
    return sum(costs) / len(costs)


def loss_by_numpy(scores, targets):
    logs = scores - np.logaddexp.reduce(scores, axis=-1, keepdims=True)
    b, t = np.nonzero(targets)
    return -logs[b, t, targets[b, t] - 1].mean()


def loss_by_torch(scores, targets):
    logs = torch.tensor(scores).log_softmax(dim=-1)
    return functional.nll_loss(logs.flatten(0, 1), torch.tensor(targets).flatten() - 1, ignore_index=-1)


def hidden_by_cases(n, p, q):
    from math import comb

    drawn = sum(max(k, 1) * comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1))
    return q * 1 + (1 - q) * drawn


def hidden_by_places(n, p, q):
    """Each place by itself: the last one is hidden by the draw, by q, or because nothing was drawn."""
    chance = np.full(n, (1 - q) * p)
    chance[-1] += q + (1 - q) * (1 - p) ** n
    return chance.sum()


def hidden_by_torch(n, p, q):
    shares = torch.tensor([q, 1 - q], dtype=torch.float64)
    return shares @ torch.tensor([1.0, n * p + (1 - p) ** n], dtype=torch.float64)


ANSWERS = {
    "sequences-targets": [cut_by_loop, cut_by_reshaping, cut_by_torch],
    "sequences-places": [places_by_loop, places_by_numpy, places_by_torch],
    "sequences-may-read": [mask_by_loops, mask_by_numpy, mask_by_torch],
    "sequences-loss": [loss_by_loops, loss_by_numpy, loss_by_torch],
    "sequences-hidden": [hidden_by_cases, hidden_by_places, hidden_by_torch],
}
