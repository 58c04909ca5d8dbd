"""Right answers of chapter 14 on explaining and privacy, each written in another way."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import torch


def pair_by_orders(nothing, first, second, both):
    worth, gained = {(): nothing, (0,): first, (1,): second, (0, 1): both}, [0.0, 0.0]
    for order in permutations((0, 1)):
        for k, one in enumerate(order):
            gained[one] += worth[tuple(sorted(order[: k + 1]))] - worth[tuple(sorted(order[:k]))]
    return [one / 2 for one in gained]


def pair_by_shared_part(nothing, first, second, both):
    shared = both - first - second + nothing
    return np.array([first, second]) - nothing + shared / 2


def pair_by_rest(nothing, first, second, both):
    of_first = (both - second + first - nothing) / 2
    return torch.tensor([of_first, both - nothing - of_first])


def clip_by_loop(rows, longest):
    found = []
    for row in rows:
        length = sum(value * value for value in row) ** 0.5
        found.append([value * longest / length if length > longest else value for value in row])
    return found


def clip_by_division(rows, longest):
    return rows / np.maximum(1, np.sqrt((rows**2).sum(axis=1)) / longest)[:, None]


def clip_by_torch(rows, longest):
    return torch.renorm(torch.tensor(rows), p=2, dim=0, maxnorm=longest)


def message_by_loop(values, masks, k, modulus):
    total = int(values[k])
    for other in range(len(values)):
        if other > k:
            total += int(masks[k, other])
        elif other < k:
            total -= int(masks[other, k])
    return total % modulus


def message_by_triangle(values, masks, k, modulus):
    upper = np.triu(masks, 1)
    return (values + upper.sum(axis=1) - upper.sum(axis=0))[k] % modulus


def message_by_torch(values, masks, k, modulus):
    upper = torch.triu(torch.tensor(masks), 1)
    return torch.remainder(torch.tensor(values)[k] + (upper - upper.T)[k].sum(), modulus)


ANSWERS = {
    "trends-shapley-pair": [pair_by_orders, pair_by_shared_part, pair_by_rest],
    "trends-clip": [clip_by_loop, clip_by_division, clip_by_torch],
    "trends-message": [message_by_loop, message_by_triangle, message_by_torch],
}
