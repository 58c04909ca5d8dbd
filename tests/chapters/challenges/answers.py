"""Right answers to the exercises of chapter 01."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pandas as pd
import torch
from scipy import sparse


def density_in_steps(user, item, n_users, n_items):
    pairs = set(zip(user, item, strict=True))
    return len(pairs) / (n_users * n_items)


def density_by_numpy(user, item, n_users, n_items):
    pairs = np.unique(np.stack([user, item]), axis=1)
    return pairs.shape[1] / n_users / n_items


def density_by_code(user, item, n_users, n_items):
    return len(np.unique(np.asarray(user) * n_items + item)) / np.prod([n_users, n_items])


def density_by_pandas(user, item, n_users, n_items):
    return len(pd.DataFrame({"user": user, "item": item}).drop_duplicates()) / (n_users * n_items)


def density_by_torch(user, item, n_users, n_items):
    table = torch.zeros(n_users, n_items)
    table[torch.tensor(user), torch.tensor(item)] = 1
    return table.mean()


def density_by_sparse(user, item, n_users, n_items):
    table = sparse.coo_array((np.ones(len(user)), (user, item)), shape=(n_users, n_items)).tocsr()
    return table.nnz / n_users / n_items


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
    "challenges-density": [
        density_in_steps,
        density_by_numpy,
        density_by_code,
        density_by_pandas,
        density_by_torch,
        density_by_sparse,
    ],
    "challenges-head-share": [head_by_sorted, head_by_partition, head_by_torch],
    "challenges-gain": [gain_by_math, gain_by_numpy, gain_by_product],
    "challenges-rarely-rated": [rare_by_loop, rare_by_add, rare_by_torch, rare_by_comparing],
    "challenges-reason": [reason_by_max, reason_by_loop, reason_by_masking],
}


def density_added_up(user, item, n_users, n_items):
    table = np.zeros((n_users, n_items))
    np.add.at(table, (user, item), 1)
    return table.mean()


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


def head_above_quantile(counts, fraction):
    return counts[counts > np.quantile(counts, fraction)].sum() / counts.sum()


def head_and_one_more(counts, fraction):
    return np.sort(counts)[::-1][: int(fraction * len(counts)) + 1].sum() / counts.sum()


def head_of_places(counts, fraction):
    return np.argsort(-counts)[: round(fraction * len(counts))].sum() / counts.sum()


def head_to_the_rest(counts, fraction):
    films = round(fraction * len(counts))
    ordered = np.sort(counts)[::-1]
    return ordered[:films].sum() / ordered[films:].sum()


def head_at_one_film(counts, fraction):
    return np.sort(counts)[::-1][round(fraction * len(counts))] / counts.sum()


def head_as_curve(counts, fraction):
    films = round(fraction * len(counts))
    return np.sort(counts)[::-1][:films].cumsum() / counts.sum()


def gain_added_up(rank, k=10):
    return sum(1 / np.log2(1 + r) for r in range(1, rank + 1)) if rank <= k else 0


def gain_of_the_best_list(rank, k=10):
    return 1 / np.log2(1 + rank) / sum(1 / np.log2(1 + r) for r in range(1, k + 1)) if rank <= k else 0


def rare_by_counting_from_one(item, n_items, fewest):
    return [list(item).count(i) < fewest for i in range(1, n_items + 1)]


def rare_of_each_rating(item, n_items, fewest):
    return np.bincount(item, minlength=n_items)[item] < fewest


def reason_by_masking_with_zero(similarity, history, recommended):
    mask = np.zeros(len(similarity), bool)
    mask[history] = True
    return np.where(mask, similarity[:, recommended], 0).argmax()


def reason_first_of_argsort(similarity, history, recommended):
    return history[np.argsort(similarity[history, recommended])[0]]


def reason_by_size(similarity, history, recommended):
    return history[np.argmax(np.abs(similarity[history, recommended]))]


def reason_in_flat_table(similarity, history, recommended):
    return np.argmax(similarity[history])


def reasons_in_order(similarity, history, recommended):
    return np.asarray(history)[np.argsort(-similarity[history, recommended])]


def head_of_negatives(counts, fraction):
    return np.sort(-counts)[: round(fraction * len(counts))].sum() / counts.sum()


def head_of_a_hundred(counts, fraction):
    return np.sort(counts)[::-1][: int(fraction * 100)].sum() / counts.sum()


def rare_by_histogram(item, n_items, fewest):
    return np.histogram(item, bins=n_items)[0] < fewest


def rare_among_rated(item, n_items, fewest):
    return {i for i in item.tolist() if list(item).count(i) < fewest}


def head_by_loop_unsorted(counts, fraction):
    total = 0
    for count in list(counts)[: int(len(counts) * fraction)]:
        total += count
    return total / sum(counts)


def rare_by_dictionary(item, n_items, fewest):
    seen = Counter(item.tolist())
    return [seen[i] < fewest for i in seen]


def reason_by_smallest_first(similarity, history, recommended):
    return sorted(history, key=lambda film: similarity[film, recommended])[0]


WRONG = {
    "challenges-density": [
        lambda user, item, n_users, n_items: len(item) / (n_users * n_items),
        lambda user, item, n_users, n_items: len(set(zip(user, item))) / n_users * n_items,
        lambda user, item, n_users, n_items: 1 - len(set(zip(user, item))) / (n_users * n_items),
        lambda user, item, n_users, n_items: 100 * len(set(zip(user, item))) / (n_users * n_items),
        lambda user, item, n_users, n_items: len(set(zip(user, item))) / (len(set(user)) * len(set(item))),
        lambda user, item, n_users, n_items: len(set(zip(user, item))) / ((user.max() + 1) * (item.max() + 1)),
        lambda user, item, n_users, n_items: len(set(zip(user, item))) / len(user),
        lambda user, item, n_users, n_items: len(np.unique(user)) / (n_users * n_items),
        lambda user, item, n_users, n_items: len(np.unique([user, item])) / (n_users * n_items),
        lambda user, item, n_users, n_items: len(np.unique(user * n_users + item)) / (n_users * n_items),
        lambda user, item, n_users, n_items: len(np.unique(user + item)) / (n_users * n_items),
        lambda user, item, n_users, n_items: min(len(user) / (n_users * n_items), 1),
        density_added_up,
        lambda user, item, n_users, n_items: set(zip(user, item)),
        lambda user, item, n_users, n_items: round(len(set(zip(user, item))) / (n_users * n_items), 2),
    ],
    "challenges-head-share": [
        head_of_first,
        head_of_least,
        head_by_films,
        head_not_divided,
        head_by_largest,
        head_on_average,
        head_of_ratings,
        head_above_quantile,
        head_and_one_more,
        head_of_places,
        head_to_the_rest,
        head_at_one_film,
        head_as_curve,
        head_of_negatives,
        head_of_a_hundred,
        head_by_loop_unsorted,
        lambda counts, fraction: sum(sorted(counts)[-int(fraction * len(counts)) :]) / max(counts),
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
        lambda rank, k=10: int(rank <= k),
        gain_added_up,
        gain_of_the_best_list,
        lambda rank, k=10: 1 / (1 + math.log2(rank)) if rank <= k else 0,
        lambda rank, k=10: 1 / math.log10(1 + rank) if rank <= k else 0,
        lambda rank, k=10: 1 / math.log2(1 + rank) if rank <= k else None,
        lambda rank, k=10: 1 / math.log2(1 + rank) if rank <= 10 else 0,
        lambda rank, k=10: 1 / math.log2(1 + min(rank, k)),
        lambda rank, k=10: 1 / (1 + rank) if rank <= k else 0,
        lambda rank, k=10: 1 / math.log2(1 + rank) if rank >= k else 0,
        lambda rank, k=10: 1 / math.log(1 + rank) if rank < k else 0,
        lambda rank, k=10: 0 if rank > k else 1 / (math.log2(rank) + 1),
    ],
    "challenges-rarely-rated": [
        lambda item, n_items, fewest: np.bincount(item, minlength=n_items) <= fewest,
        lambda item, n_items, fewest: np.bincount(item) < fewest,
        lambda item, n_items, fewest: np.bincount(item, minlength=n_items),
        lambda item, n_items, fewest: np.flatnonzero(np.bincount(item, minlength=n_items) < fewest),
        rare_by_unique,
        rare_but_seen,
        lambda item, n_items, fewest: np.bincount(item, minlength=n_items) >= fewest,
        rare_by_counting_from_one,
        rare_of_each_rating,
        lambda item, n_items, fewest: (np.bincount(item, minlength=n_items) < fewest).sum(),
        lambda item, n_items, fewest: item < fewest,
        lambda item, n_items, fewest: np.bincount(item, minlength=n_items + 1) < fewest,
        lambda item, n_items, fewest: np.bincount(item, minlength=n_items) == 0,
        lambda item, n_items, fewest: [list(item).count(i) < fewest for i in range(max(item))],
        rare_by_histogram,
        rare_among_rated,
        rare_by_dictionary,
        lambda item, n_items, fewest: [(item == i).sum() <= fewest for i in range(n_items)],
    ],
    "challenges-reason": [
        lambda similarity, history, recommended: np.argmax(similarity[:, recommended]),
        lambda similarity, history, recommended: np.argmax(similarity[history, recommended]),
        lambda similarity, history, recommended: similarity[history, recommended].max(),
        lambda similarity, history, recommended: history[np.argmin(similarity[history, recommended])],
        reason_in_row,
        reason_in_sum,
        reason_by_loop_from_zero,
        reason_by_masking_with_zero,
        reason_first_of_argsort,
        reason_by_size,
        reason_in_flat_table,
        reasons_in_order,
        lambda similarity, history, recommended: history[-1],
        lambda similarity, history, recommended: history[np.argmax(similarity[history, recommended]) - 1],
        lambda similarity, history, recommended: similarity[history].argmax(axis=1)[0],
        lambda similarity, history, recommended: history[similarity[:, recommended].argmax()],
        reason_by_smallest_first,
        lambda similarity, history, recommended: max(history, key=lambda film: similarity[recommended, film]),
    ],
}


def films_that_hold_the_share(counts, fraction):
    c = np.sort(counts)[::-1]
    return (np.cumsum(c) / c.sum() <= fraction).mean()


WRONG.setdefault("challenges-head-share", []).extend([films_that_hold_the_share])
