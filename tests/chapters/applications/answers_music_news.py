"""Right answers to the exercises of chapter 11's sections on music and news."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import torch


def runs_by_numpy(notes, n):
    steps = np.diff(notes)
    return [tuple(int(step) for step in steps[at : at + n]) for at in range(len(steps) - n + 1)]


def runs_by_loop(notes, n):
    found = []
    for start in range(len(notes) - n):
        run = []
        for place in range(start, start + n):
            run.append(notes[place + 1] - notes[place])
        found.append(tuple(run))
    return found


def runs_by_zip(notes, n):
    steps = [b - a for a, b in pairwise(notes)]
    return list(zip(*(steps[shift:] for shift in range(n)), strict=False))


def profile_by_loop(vectors, ages, half_life):
    total, weights = np.zeros(len(vectors[0])), 0.0
    for row, age in zip(vectors, ages, strict=True):
        weight = 2 ** (-age / half_life)
        total, weights = total + weight * row, weights + weight
    return total / weights


def profile_by_average(vectors, ages, half_life):
    return np.average(vectors, axis=0, weights=0.5 ** (np.asarray(ages) / half_life))


def profile_by_torch(vectors, ages, half_life):
    weight = 0.5 ** (torch.tensor(ages) / half_life)
    return (weight[:, None] * torch.tensor(vectors)).sum(0) / weight.sum()


ANSWERS = {
    "applications-step-runs": [runs_by_numpy, runs_by_loop, runs_by_zip],
    "applications-half-life-profile": [profile_by_loop, profile_by_average, profile_by_torch],
}
