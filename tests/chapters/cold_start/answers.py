"""Right answers to the exercises of chapter 10."""

from __future__ import annotations

import math

import numpy as np
import torch


def table_by_loop(stars, hidden, like=4):
    return [[int(s >= like and not h) for s, h in zip(row, hidden, strict=True)] for row in stars]


def table_by_zeros(stars, hidden, like=4):
    table = (np.asarray(stars) >= like).astype(int)
    table[:, np.asarray(hidden)] = 0
    return table


def table_by_torch(stars, hidden, like=4):
    return (torch.tensor(stars) >= like) & ~torch.tensor(hidden)


def ridge_by_kernel(features, likes, hidden, l2):
    x_mean, y_mean = features[~hidden].mean(axis=0), likes[~hidden].mean(axis=0)
    x = features - x_mean
    known, new = x[~hidden], x[hidden]
    return new @ known.T @ np.linalg.inv(known @ known.T + l2 * np.eye(len(known))) @ (likes[~hidden] - y_mean) + y_mean


def ridge_by_users(features, likes, hidden, l2):
    from sklearn.linear_model import Ridge

    columns = [Ridge(l2).fit(features[~hidden], y).predict(features[hidden]) for y in likes[~hidden].T]
    return np.array(columns).T


def ridge_by_torch(features, likes, hidden, l2):
    x, y, hide = torch.tensor(features), torch.tensor(likes), torch.tensor(hidden)
    x_mean, y_mean = x[~hide].mean(0), y[~hide].mean(0)
    centred = x[~hide] - x_mean
    gram = centred.T @ centred + l2 * torch.eye(x.shape[1], dtype=x.dtype)
    return (x[hide] - x_mean) @ torch.linalg.solve(gram, centred.T @ (y[~hide] - y_mean)) + y_mean


def shares_by_loop(likes, group, kappa):
    users, films = likes.shape
    out = np.zeros((max(group) + 1, films))
    for g in range(len(out)):
        members = [u for u in range(users) if group[u] == g]
        for i in range(films):
            q = sum(likes[:, i]) / users
            w = len(members) / (len(members) + kappa)
            own = sum(likes[u, i] for u in members) / max(len(members), 1)
            out[g, i] = w * own + (1 - w) * q
    return out


def shares_by_matrix(likes, group, kappa):
    one_hot = np.eye(max(group) + 1)[np.asarray(group)]
    return (one_hot.T @ likes + kappa * likes.mean(axis=0)) / (one_hot.sum(axis=0)[:, None] + kappa)


def shares_by_torch(likes, group, kappa):
    table, of = torch.tensor(likes).double(), torch.tensor(group)
    total = torch.zeros(int(of.max()) + 1, table.shape[1], dtype=torch.float64).index_add_(0, of, table)
    return (total + kappa * table.mean(0)) / (torch.bincount(of)[:, None] + kappa)


def blend_by_sum(rows, weights, prior, kappa):
    n = rows.sum(axis=1, keepdims=True)
    return (rows @ weights + kappa * prior) / (n + kappa)


def blend_by_loop(rows, weights, prior, kappa):
    out = []
    for row, own in zip(rows, prior, strict=True):
        films = np.flatnonzero(row)
        w = len(films) / (len(films) + kappa)
        out.append(w * weights[films].mean(axis=0) + (1 - w) * own if len(films) else own)
    return np.array(out)


def blend_by_torch(rows, weights, prior, kappa):
    x, b, q = (torch.tensor(part) for part in (rows, weights, prior))
    n = x.sum(1, keepdim=True)
    return torch.where(n > 0, n / (n + kappa) * (x @ b) / n.clamp(min=1) + kappa / (n + kappa) * q, q)


def ucb_by_loop(clicked, shown, step):
    best, where = -math.inf, 0
    for film, (c, s) in enumerate(zip(clicked, shown, strict=True)):
        value = c / s + math.sqrt(2 * math.log(step) / s) if s else math.inf
        if value > best:
            best, where = value, film
    return where


def ucb_by_infinity(clicked, shown, step):
    with np.errstate(divide="ignore", invalid="ignore"):
        value = clicked / shown + np.sqrt(2 * np.log(step) / shown)
    return np.where(shown == 0, np.inf, value).argmax()


def ucb_by_torch(clicked, shown, step):
    c, s = torch.tensor(clicked).double(), torch.tensor(shown).double()
    value = torch.where(s == 0, torch.inf, c / s.clamp(min=1) + (2 * math.log(step) / s.clamp(min=1)).sqrt())
    return int(np.argmax(value.numpy()))


ANSWERS = {
    "cold_start-training-table": [table_by_loop, table_by_zeros, table_by_torch],
    "cold_start-ridge": [ridge_by_kernel, ridge_by_users, ridge_by_torch],
    "cold_start-shrink": [shares_by_loop, shares_by_matrix, shares_by_torch],
    "cold_start-blend": [blend_by_sum, blend_by_loop, blend_by_torch],
    "cold_start-ucb": [ucb_by_loop, ucb_by_infinity, ucb_by_torch],
}


def _ucb(bonus):
    def answer(clicked, shown, step):
        if (shown == 0).any():
            return int(np.flatnonzero(shown == 0)[0])
        return int((clicked / shown + bonus(shown, step)).argmax())

    return answer


def shares_by_slices(likes, group, kappa):
    sizes = np.bincount(group)
    parts = np.split(likes, np.cumsum(sizes)[:-1])
    q = likes.mean(axis=0)
    return np.array([(part.sum(axis=0) + kappa * q) / (len(part) + kappa) for part in parts])


def shares_without_empty_groups(likes, group, kappa):
    q = likes.mean(axis=0)
    parts = [likes[group == g] for g in np.unique(group)]
    return np.array([(part.sum(axis=0) + kappa * q) / (len(part) + kappa) for part in parts])


def shares_with_empty_groups_at(value):
    def answer(likes, group, kappa):
        out = np.full((max(group) + 1, likes.shape[1]), value)
        for g in np.unique(group):
            part = likes[group == g]
            out[g] = (part.sum(axis=0) + kappa * likes.mean(axis=0)) / (len(part) + kappa)
        return out

    return answer


def ridge_with_an_axis_dropped(features, likes, hidden, l2):
    found = ridge_by_kernel(features, likes, hidden, l2)
    return found[:, 0] if found.shape[1] == 1 else found


WRONG = {
    "cold_start-ucb": [
        _ucb(lambda shown, step: np.sqrt(np.log(step) / shown)),
        _ucb(lambda shown, step: np.sqrt(2 * np.log10(step) / shown)),
        _ucb(lambda shown, step: 2 / np.sqrt(shown)),
        _ucb(lambda shown, step: 1.4 / np.sqrt(shown)),
        _ucb(lambda shown, step: np.sqrt(2 * np.log(shown.sum()) / shown)),
    ],
    "cold_start-shrink": [
        shares_by_slices,
        shares_without_empty_groups,
        shares_with_empty_groups_at(0.0),
        shares_with_empty_groups_at(np.nan),
    ],
    "cold_start-ridge": [ridge_with_an_axis_dropped],
    "cold_start-training-table": [lambda stars, hidden, like: (stars >= like) & ~hidden],
}
