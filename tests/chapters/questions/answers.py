"""Right answers of chapter 15, each written in another way."""

from __future__ import annotations

import numpy as np
import torch


def ship_by_sorting(low, high, cost):
    ends = sorted([(low, -1), (cost, 0), (high, 1)])  # an end that is the cost leaves it inside
    return ("new", "measure", "old")[ends.index((cost, 0))]


def ship_by_table(low, high, cost):
    return {(True, True): "new", (False, True): "measure", (False, False): "old"}[low > cost, high >= cost]


def ship_by_numpy(low, high, cost):
    return ["old", "measure", "new"][int(low > cost) + int(np.greater_equal(high, cost))]


def turned_by_loop(before, after):
    def side(low, high):
        if low > 0:
            return "above"
        return "below" if high < 0 else "around"

    pairs = zip(before.tolist(), after.tolist(), strict=True)
    return [place for place, (one, other) in enumerate(pairs) if side(*one) != side(*other)]


def turned_by_signs(before, after):
    one, other = (np.fix(np.sign(part).sum(axis=1) / 2) for part in (before, after))
    return np.flatnonzero(one != other)


def turned_by_torch(before, after):
    one, other = ((torch.tensor(part).sign().sum(dim=1) / 2).trunc() for part in (before, after))
    return (one != other).nonzero().flatten()


ANSWERS = {
    "questions-ship": [ship_by_sorting, ship_by_table, ship_by_numpy],
    "questions-turned": [turned_by_loop, turned_by_signs, turned_by_torch],
}
