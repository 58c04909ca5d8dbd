"""Right answers to the exercises of chapter 09."""

from __future__ import annotations

import math

import numpy as np
import torch


def precision_by_loop(ranking, liked, k):
    hits = places = 0
    for film in ranking[:k]:
        places += 1
        hits += film in liked
    return [hits / places, hits / len(liked)]


def precision_by_numpy(ranking, liked, k):
    found = np.isin(ranking[:k], list(liked))
    return np.array([found.mean(), found.sum() / len(liked)])


def precision_by_torch(ranking, liked, k):
    found = torch.isin(torch.tensor(ranking[:k]), torch.tensor(list(liked)))
    return found.float().mean(), found.sum() / len(liked)


def dcg_by_loop(gains):
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))


def dcg_by_numpy(gains):
    return gains @ (1 / np.log2(np.arange(len(gains)) + 2))


def dcg_by_torch(gains):
    gains = torch.tensor(gains)
    return (gains / torch.arange(2, len(gains) + 2).log2()).sum()


def ndcg_by_loops(hits, n_relevant):
    values = []
    for row, n in zip(hits, n_relevant, strict=True):
        if n:
            ideal = sum(1 / math.log2(place + 2) for place in range(min(n, len(row))))
            values.append(sum(1 / math.log2(place + 2) for place, hit in enumerate(row) if hit) / ideal)
    return sum(values) / len(values)


def ndcg_by_numpy(hits, n_relevant):
    hits, n = hits[n_relevant > 0], n_relevant[n_relevant > 0]
    best = np.sort(np.arange(hits.shape[1]) < n[:, None], axis=1)[:, ::-1]
    discount = np.log(2) / np.log(np.arange(hits.shape[1]) + 2)
    return (hits @ discount / (best @ discount)).mean()


def ndcg_by_torch(hits, n_relevant):
    hits, n = torch.tensor(hits).double(), torch.tensor(n_relevant)
    discount = 1 / torch.arange(2, hits.shape[1] + 2).double().log2()
    ideal = torch.cat([torch.zeros(1), discount.cumsum(0)])[n.clamp(max=hits.shape[1])]
    return (hits @ discount / ideal)[n > 0].mean()


def past_by_loop(film, time, t):
    rows = [r for r in range(len(film)) if (time[r], r) < (time[t], t) and film[r] != film[t]]
    return [int(film[r]) for r in sorted(rows, key=lambda r: (time[r], r))]


def past_by_lexsort(film, time, t):
    rows = np.arange(len(film))
    before = (time < time[t]) | ((time == time[t]) & (rows < t))
    kept = rows[before & (film != film[t])]
    return film[kept][np.lexsort((kept, time[kept]))]


def past_by_sorting(film, time, t):
    order = sorted(range(len(film)), key=lambda row: time[row])
    return np.array([film[row] for row in order[: order.index(t)] if film[row] != film[t]], int)


def interval_by_loop(a, b, drawn):
    means = [sum(a[u] - b[u] for u in row) / len(row) for row in drawn]
    return [np.quantile(means, 0.025), np.quantile(means, 0.975)]


def interval_of_two_means(a, b, drawn):
    return np.quantile(a[drawn].mean(axis=1) - b[drawn].mean(axis=1), [0.025, 0.975])


def interval_by_torch(a, b, drawn):
    means = torch.tensor(a - b)[torch.tensor(drawn)].mean(dim=1)
    return torch.quantile(means, torch.tensor([0.025, 0.975], dtype=means.dtype))


def ips_by_loop(film, propensity, click, policy):
    total = 0.0
    for f, q, y in zip(film, propensity, click, strict=True):
        if y and f in policy:
            total += policy[f] / q
    return total / len(film)


def ips_by_numpy(film, propensity, click, policy):
    chance = np.array([policy.get(f, 0.0) for f in film])
    return np.mean(chance * click / np.array(propensity))


def ips_by_torch(film, propensity, click, policy):
    chance = torch.tensor([float(policy.get(f, 0)) for f in film])
    return (chance / torch.tensor(propensity) * torch.tensor(click)).mean()


ANSWERS = {
    "evaluation-precision-recall": [precision_by_loop, precision_by_numpy, precision_by_torch],
    "evaluation-dcg": [dcg_by_loop, dcg_by_numpy, dcg_by_torch],
    "evaluation-ndcg": [ndcg_by_loops, ndcg_by_numpy, ndcg_by_torch],
    "evaluation-leak": [past_by_loop, past_by_lexsort, past_by_sorting],
    "evaluation-bootstrap": [interval_by_loop, interval_of_two_means, interval_by_torch],
    "evaluation-ips": [ips_by_loop, ips_by_numpy, ips_by_torch],
    "evaluation-report": [{3, 5, 7, 8, 11, 13}, frozenset({13, 11, 8, 7, 5, 3}), {n for n in (3, 5, 7, 8, 11, 13)}],
}
