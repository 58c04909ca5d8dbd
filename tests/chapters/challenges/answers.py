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


def head_of_first(counts, fraction):
    return counts[: round(fraction * len(counts))].sum() / counts.sum()


def head_of_least(counts, fraction):
    return np.sort(counts)[: round(fraction * len(counts))].sum() / counts.sum()


def head_by_films(counts, fraction):
    return np.sort(counts)[::-1][: round(fraction * len(counts))].sum() / len(counts)


def head_not_divided(counts, fraction):
    return np.sort(counts)[::-1][: round(fraction * len(counts))].sum()


def head_by_largest(counts, fraction):
    return (counts >= (1 - fraction) * counts.max()).mean()


def head_on_average(counts, fraction):
    return np.sort(counts)[::-1][: round(fraction * len(counts))].mean() / counts.sum()


def head_of_ratings(counts, fraction):
    return np.sort(counts)[::-1][: int(fraction * counts.sum())].sum() / counts.sum()


def gain_uncut(rank, k=10):
    return 1 / math.log2(1 + rank)


def rare_by_unique(item, n_items, fewest):
    return np.unique(item, return_counts=True)[1] < fewest


def rare_but_seen(item, n_items, fewest):
    counts = np.bincount(item, minlength=n_items)
    return (counts > 0) & (counts < fewest)


def reason_by_loop_from_zero(similarity, history, recommended):
    best, most = None, 0
    for j in history:
        if similarity[j, recommended] > most:
            best, most = j, similarity[j, recommended]
    return best


def reason_in_row(similarity, history, recommended):
    return history[np.argmax(similarity[recommended, history])]


def reason_in_sum(similarity, history, recommended):
    return history[np.argmax(similarity[history].sum(axis=1))]


WRONG = {
    "challenges-density": [
        lambda n_ratings, n_users, n_items: n_users * n_items / n_ratings,
        lambda n_ratings, n_users, n_items: n_ratings / n_users * n_items,
        lambda n_ratings, n_users, n_items: 1 - n_ratings / (n_users * n_items),
        lambda n_ratings, n_users, n_items: 100 * n_ratings / (n_users * n_items),
        lambda n_ratings, n_users, n_items: n_ratings / (n_users + n_items),
        lambda n_ratings, n_users, n_items: n_ratings // (n_users * n_items),
    ],
    "challenges-head-share": [
        head_of_first,
        head_of_least,
        head_by_films,
        head_not_divided,
        head_by_largest,
        head_on_average,
        head_of_ratings,
    ],
    "challenges-gain": [
        lambda rank, k: 1 / math.log2(rank + 1) if rank <= k else 0,
        gain_uncut,
        lambda rank, k=10: 1 / np.log2(rank) if rank <= k else 0,
        lambda rank, k=10: 1 / np.log(1 + rank) if rank <= k else 0,
        lambda rank, k=10: 1 / np.log2(1 + rank) if rank < k else 0,
        lambda rank, k=10: 1 / rank if rank <= k else 0,
        lambda rank, k=10: 1 / np.log2(2 + rank) if rank <= k else 0,
        lambda rank, k=10: np.log2(1 + rank) if rank <= k else 0,
    ],
    "challenges-rarely-rated": [
        lambda item, n_items, fewest: np.bincount(item, minlength=n_items) <= fewest,
        lambda item, n_items, fewest: np.bincount(item) < fewest,
        lambda item, n_items, fewest: np.bincount(item, minlength=n_items),
        lambda item, n_items, fewest: np.flatnonzero(np.bincount(item, minlength=n_items) < fewest),
        rare_by_unique,
        rare_but_seen,
        lambda item, n_items, fewest: np.bincount(item, minlength=n_items) >= fewest,
    ],
    "challenges-reason": [
        lambda similarity, history, recommended: np.argmax(similarity[:, recommended]),
        lambda similarity, history, recommended: np.argmax(similarity[history, recommended]),
        lambda similarity, history, recommended: similarity[history, recommended].max(),
        lambda similarity, history, recommended: history[np.argmin(similarity[history, recommended])],
        reason_in_row,
        reason_in_sum,
        reason_by_loop_from_zero,
    ],
}
