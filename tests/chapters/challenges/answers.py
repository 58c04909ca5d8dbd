"""Right answers to the exercises of chapter 01."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import torch


def density_in_steps(n_ratings, n_users, n_items):
    cells = n_users * n_items
    return n_ratings / cells


def density_by_numpy(n_ratings, n_users, n_items):
    return np.float64(n_ratings) / np.prod([n_users, n_items])


def density_by_torch(n_ratings, n_users, n_items):
    return torch.tensor(n_ratings) / (torch.tensor(n_users) * n_items)


def head_by_sorted(counts, fraction):
    films = int(round(fraction * len(counts)))
    return sum(sorted(counts, reverse=True)[:films]) / sum(counts)


def head_by_partition(counts, fraction):
    counts = np.asarray(counts)
    films = int(fraction * len(counts))
    return np.partition(counts, len(counts) - films)[-films:].sum() / counts.sum()


def head_by_torch(counts, fraction):
    counts = torch.tensor(np.asarray(counts), dtype=torch.float64)
    return torch.topk(counts, round(fraction * len(counts))).values.sum() / counts.sum()


def gain_by_math(rank, k=10):
    if rank > k:
        return 0
    return 1 / math.log2(rank + 1)


def gain_by_numpy(rank, k=10):
    return np.where(rank <= k, np.log(2) / np.log(1 + rank), 0)


def gain_by_product(rank, k=10):
    return (rank <= k) / np.log2(1 + rank)


def rare_by_loop(item, n_items, fewest):
    seen = Counter(int(i) for i in item)
    return [seen[i] < fewest for i in range(n_items)]


def rare_by_add(item, n_items, fewest):
    counts = np.zeros(n_items)
    np.add.at(counts, item, 1)
    return counts < fewest


def rare_by_torch(item, n_items, fewest):
    return torch.bincount(torch.tensor(item), minlength=n_items) < fewest


def rare_by_comparing(item, n_items, fewest):
    return (np.asarray(item)[:, None] == np.arange(n_items)).sum(axis=0) < fewest


def reason_by_max(similarity, history, recommended):
    return max(history, key=lambda j: similarity[j][recommended])


def reason_by_loop(similarity, history, recommended):
    best = history[0]
    for film in history:
        if similarity[film][recommended] > similarity[best][recommended]:
            best = film
    return int(best)


def reason_by_masking(similarity, history, recommended):
    column = np.full(len(similarity), -np.inf)
    column[history] = np.asarray(similarity)[history, recommended]
    return column.argmax()


ANSWERS = {
    "challenges-density": [density_in_steps, density_by_numpy, density_by_torch],
    "challenges-head-share": [head_by_sorted, head_by_partition, head_by_torch],
    "challenges-gain": [gain_by_math, gain_by_numpy, gain_by_product],
    "challenges-rarely-rated": [rare_by_loop, rare_by_add, rare_by_torch, rare_by_comparing],
    "challenges-reason": [reason_by_max, reason_by_loop, reason_by_masking],
}


WRONG = {"challenges-gain": [lambda rank, k: 1 / math.log2(rank + 1) if rank <= k else 0]}
