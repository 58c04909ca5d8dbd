"""Right answers of chapter 11, each written in another way."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import torch


def recency_by_loop(items, weeks, n_items, half_life):
    scores, last = [0.0] * n_items, max(weeks)
    for item, week in zip(items, weeks, strict=True):
        scores[item] += 0.5 ** ((last - week) / half_life)
    return scores


def recency_by_bincount(items, weeks, n_items, half_life):
    weights = np.exp2((weeks - np.max(weeks)) / half_life)
    return np.bincount(items, weights=weights, minlength=n_items)


def recency_by_torch(items, weeks, n_items, half_life):
    weights = 2.0 ** (-(torch.tensor(weeks).max() - torch.tensor(weeks)) / half_life)
    return torch.zeros(n_items).index_add(0, torch.tensor(items), weights.float())


def basket_by_sets(scores, before, bought, k, task):
    allowed = [i for i in range(len(scores)) if task == "next basket" or not before[i]]
    wanted = {i for i in allowed if bought[i]}
    listed = sorted(allowed, key=lambda i: -scores[i])[:k]
    return len(wanted & set(listed)) / len(wanted)


def basket_by_arrays(scores, before, bought, k, task):
    keep = ~before if task == "discovery" else np.ones(len(scores), bool)
    scores, bought = scores[keep], bought[keep]
    return np.mean(np.isin(np.flatnonzero(bought), np.argsort(scores)[::-1][:k]))


def basket_by_torch(scores, before, bought, k, task):
    scores, before, bought = (torch.tensor(part) for part in (scores, before, bought))
    may_show = torch.ones_like(before) if task == "next basket" else ~before
    top = torch.topk(scores.masked_fill(~may_show, float("-inf")), k=min(k, len(scores))).indices
    wanted = bought & may_show
    return (wanted[top].sum() / wanted.sum()).item()


def half_life_by_counting(days):
    first = min(days)
    for day in sorted(days):
        if 2 * sum(other <= day for other in days) >= len(days):
            return day - first
    return None


def half_life_by_quantile(days):
    return np.quantile(days, 0.5, method="inverted_cdf") - np.min(days)


def half_life_by_torch(days):
    return torch.tensor(days).median() - torch.tensor(days).min()  # torch's median is the lower of the middle two


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
    "applications-recency": [recency_by_loop, recency_by_bincount, recency_by_torch],
    "applications-basket": [basket_by_sets, basket_by_arrays, basket_by_torch],
    "applications-half-life": [half_life_by_counting, half_life_by_quantile, half_life_by_torch],
    "applications-step-runs": [runs_by_numpy, runs_by_loop, runs_by_zip],
    "applications-half-life-profile": [profile_by_loop, profile_by_average, profile_by_torch],
}
