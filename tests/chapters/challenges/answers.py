"""Right answers to the exercises of chapter 01."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pandas as pd
import torch

from recbook.evaluation import gini


def rows_by_while(user, item, fewest):
    left = np.ones(len(user), bool)
    while True:
        users, items = Counter(user[left].tolist()), Counter(item[left].tolist())
        both = zip(left, user, item, strict=True)
        now = np.array([was and users[u] >= fewest and items[i] >= fewest for was, u, i in both])
        if (now == left).all():
            return now
        left = now


def rows_by_set(user, item, fewest):
    left, before = set(zip(user.tolist(), item.tolist(), strict=True)), None
    while before != left:
        before = left
        users, items = Counter(u for u, _ in left), Counter(i for _, i in left)
        left = {(u, i) for u, i in left if users[u] >= fewest and items[i] >= fewest}
    return [pair in left for pair in zip(user.tolist(), item.tolist(), strict=True)]


def rows_by_pandas(user, item, fewest):
    log, rows = pd.DataFrame({"user": user, "item": item}), -1
    while rows != len(log):
        rows = len(log)
        for column in ("user", "item"):
            log = log[log.groupby(column)[column].transform("size") >= fewest]
    return np.isin(np.arange(len(user)), log.index)


def rows_by_matrix(user, item, fewest):
    table = np.zeros((user.max() + 1, item.max() + 1))
    table[user, item] = 1
    for _ in range(table.size):
        table[table.sum(axis=1) < fewest] = 0
        table[:, table.sum(axis=0) < fewest] = 0
    return table[user, item] == 1


def fair_by_loop(scores, held_out, k):
    first = sum(s > scores[held_out] for s in scores) + 1
    last = sum(s >= scores[held_out] for s in scores)
    return sum(1 / math.log2(1 + rank) for rank in range(first, last + 1) if rank <= k) / (last - first + 1)


def fair_by_orders(scores, held_out, k):
    total, equal = 0.0, [i for i, s in enumerate(scores) if s == scores[held_out]]
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    for i in equal:
        rank = 1 + order.index(i)
        total += 1 / np.log2(1 + rank) * (rank <= k)
    return total / len(equal)


def fair_by_sorting(scores, held_out, k):
    gains = np.zeros(len(scores))
    gains[:k] = 1 / np.log2(np.arange(2, k + 2))[: len(scores)]
    return gains[np.sort(scores)[::-1] == scores[held_out]].mean()


def fair_by_torch(scores, held_out, k):
    scores = torch.tensor(scores)
    ranks = 1 + torch.arange(len(scores))
    gains = torch.where(ranks <= k, 1 / torch.log2(1 + ranks.double()), 0.0)
    return gains[torch.sort(scores, descending=True).values == scores[held_out]].mean()


def shown_by_counter(lists, n_items):
    times = Counter(np.ravel(lists).tolist())
    x = sorted(times[i] for i in range(n_items))
    return sum((2 * i - n_items - 1) * times for i, times in enumerate(x, 1)) / (n_items * sum(x))


def shown_by_pairs(lists, n_items):
    x = (np.asarray(lists).reshape(-1, 1) == np.arange(n_items)).sum(axis=0)
    return np.abs(x[:, None] - x).sum() / (2 * n_items * x.sum())


def shown_by_add(lists, n_items):
    counts = np.zeros(n_items)
    np.add.at(counts, lists, 1)
    curve = np.concatenate([[0], np.cumsum(np.sort(counts)) / counts.sum()])
    return 1 - (curve[1:] + curve[:-1]).sum() / n_items


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
    "challenges-denser": [rows_by_while, rows_by_set, rows_by_pandas, rows_by_matrix],
    "challenges-ties": [fair_by_loop, fair_by_orders, fair_by_sorting, fair_by_torch],
    "challenges-gini": [shown_by_counter, shown_by_pairs, shown_by_add],
    "challenges-reason": [reason_by_max, reason_by_loop, reason_by_masking],
}


def counts(numbers):
    return np.bincount(numbers)[numbers]


def rows_users_first(user, item, fewest):
    left = counts(user) >= fewest
    return left & (np.bincount(item, left)[item] >= fewest)


def rows_three_times(user, item, fewest):
    left = np.ones(len(user), bool)
    for _ in range(3):
        left &= (np.bincount(user, left)[user] >= fewest) & (np.bincount(item, left)[item] >= fewest)
    return left


def rows_of_old_counts(user, item, fewest):
    left = np.ones(len(user), bool)
    for _ in user:
        left &= (counts(user) >= fewest) & (counts(item) >= fewest)
    return left


def rows_users_until_done(user, item, fewest):
    left = np.ones(len(user), bool)
    for _ in user:
        left &= np.bincount(user, left)[user] >= fewest
    return left


def rows_of_either(user, item, fewest):
    left = np.ones(len(user), bool)
    for _ in user:
        left &= np.maximum(np.bincount(user, left)[user], np.bincount(item, left)[item]) >= fewest
    return left


def rows_of_sums(user, item, fewest):
    left = np.ones(len(user), bool)
    for _ in user:
        left &= np.bincount(user, left)[user] + np.bincount(item, left)[item] >= fewest
    return left


def ranks_of(scores, held_out):
    return np.arange((scores > scores[held_out]).sum() + 1, (scores >= scores[held_out]).sum() + 1)


def gains_of(ranks, k):
    return np.where(ranks <= k, 1 / np.log2(1 + ranks), 0)


def fair_by_argsort(scores, held_out, k):
    rank = list(np.argsort(-scores, kind="stable")).index(held_out) + 1
    return 1 / np.log2(1 + rank) if rank <= k else 0


def fair_at_random(scores, held_out, k):
    ranks = ranks_of(scores, held_out)
    return gains_of(np.random.default_rng(0).choice(ranks), k)


def fair_of_the_middle(scores, held_out, k):
    rank = ranks_of(scores, held_out).mean()
    return 1 / np.log2(1 + rank) if rank <= k else 0


def fair_of_both_ends(scores, held_out, k):
    return gains_of(ranks_of(scores, held_out)[[0, -1]], k).mean()


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


def reason_by_smallest_first(similarity, history, recommended):
    return sorted(history, key=lambda film: similarity[film, recommended])[0]


WRONG = {
    "challenges-denser": [
        lambda user, item, fewest: (counts(user) >= fewest) & (counts(item) >= fewest),
        lambda user, item, fewest: rows_by_while(user, item, fewest + 1),
        lambda user, item, fewest: rows_by_while(user, item, 2),
        lambda user, item, fewest: ~rows_by_while(user, item, fewest),
        lambda user, item, fewest: np.flatnonzero(rows_by_while(user, item, fewest)),
        lambda user, item, fewest: rows_by_while(user, item, fewest).sum(),
        lambda user, item, fewest: user[rows_by_while(user, item, fewest)],
        lambda user, item, fewest: list(zip(user[rows_by_while(user, item, fewest)], item)),
        lambda user, item, fewest: counts(user) >= fewest,
        lambda user, item, fewest: counts(item) >= fewest,
        lambda user, item, fewest: rows_users_first(item, user, fewest),
        lambda user, item, fewest: np.isin(user, np.unique(user)[np.bincount(user)[np.unique(user)] >= fewest]),
        rows_users_first,
        rows_three_times,
        rows_of_old_counts,
        rows_users_until_done,
        rows_of_either,
        rows_of_sums,
    ],
    "challenges-ties": [
        lambda scores, held_out, k: gains_of(ranks_of(scores, held_out), k)[0],
        lambda scores, held_out, k: gains_of(ranks_of(scores, held_out), k)[-1],
        lambda scores, held_out, k: gains_of(ranks_of(scores, held_out), k).sum(),
        lambda scores, held_out, k: gains_of(ranks_of(scores, held_out), k).max(),
        lambda scores, held_out, k: gains_of(ranks_of(scores, held_out) + 1, k).mean(),
        lambda scores, held_out, k: gains_of(ranks_of(-scores, held_out), k).mean(),
        lambda scores, held_out, k: gains_of(ranks_of(scores, held_out), 10).mean(),
        lambda scores, held_out, k: gains_of(ranks_of(scores, held_out), k - 1).mean(),
        lambda scores, held_out, k: gains_of(ranks_of(scores, held_out), k).sum() / len(scores),
        lambda scores, held_out, k: gains_of(ranks_of(scores, held_out), k).mean() / np.log2(np.e),
        lambda scores, held_out, k: (1 / np.log2(1 + ranks_of(scores, held_out))).mean(),
        lambda scores, held_out, k: (1 / np.log(1 + ranks_of(scores, held_out)[:k])).mean(),
        lambda scores, held_out, k: (ranks_of(scores, held_out) <= k).mean(),
        lambda scores, held_out, k: ranks_of(scores, held_out).mean(),
        lambda scores, held_out, k: float(held_out in np.argsort(-scores)[:k]),
        lambda scores, held_out, k: round(fair_by_loop(scores, held_out, k), 2),
        fair_by_argsort,
        fair_at_random,
        fair_of_the_middle,
        fair_of_both_ends,
    ],
    "challenges-gini": [
        lambda lists, n_items: gini(np.unique(lists, return_counts=True)[1]),
        lambda lists, n_items: gini(np.bincount(lists.ravel())),
        lambda lists, n_items: gini(np.bincount(lists.ravel(), minlength=n_items + 1)),
        lambda lists, n_items: gini(lists),
        lambda lists, n_items: gini(np.bincount(lists[:, 0], minlength=n_items)),
        lambda lists, n_items: 1 - gini(np.bincount(lists.ravel(), minlength=n_items)),
        lambda lists, n_items: 100 * gini(np.bincount(lists.ravel(), minlength=n_items)),
        lambda lists, n_items: round(gini(np.bincount(lists.ravel(), minlength=n_items)), 2),
        lambda lists, n_items: gini(np.isin(np.arange(n_items), lists)),
        lambda lists, n_items: len(np.unique(lists)) / n_items,
        lambda lists, n_items: 1 - len(np.unique(lists)) / n_items,
        lambda lists, n_items: np.bincount(lists.ravel(), minlength=n_items),
        lambda lists, n_items: np.mean([gini(np.bincount(row, minlength=n_items)) for row in lists]),
        lambda lists, n_items: gini(np.bincount(lists.ravel(), minlength=n_items)) * n_items / (n_items - 1),
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
