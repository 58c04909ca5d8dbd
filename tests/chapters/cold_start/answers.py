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


def table_hiding_likes_of_rows(stars, hidden, like=4):
    return (stars >= like) & ~hidden[:, None]


def table_by_if(stars, hidden, like=4):
    return np.where(stars >= like and not hidden, 1, 0)


def table_in_place_before(stars, hidden, like=4):
    table = stars.copy()
    table[:, hidden] = 0
    return table


def _ridge(features, likes, hidden, l2, x_mean=None, y_mean=None, scale=1.0, add=True):
    x, y = features[~hidden], likes[~hidden]
    x_mean = x.mean(axis=0) if x_mean is None else x_mean
    y_mean = y.mean(axis=0) if y_mean is None else y_mean
    x, y = x - x_mean, y - y_mean
    weights = np.linalg.solve(x.T @ x + scale * l2 * np.eye(x.shape[1]), x.T @ y)
    return (features[hidden] - x_mean) @ weights + (y_mean if add else 0)


def ridge_trained_on_all(features, likes, hidden, l2):
    twice = np.vstack([features, features]), np.vstack([likes, likes])
    return _ridge(*twice, np.repeat([False, True], len(likes)), l2)[hidden]


def ridge_of_all_films(features, likes, hidden, l2):
    x, y = features[~hidden], likes[~hidden]
    x_mean, y_mean = x.mean(axis=0), y.mean(axis=0)
    gram = (x - x_mean).T @ (x - x_mean) + l2 * np.eye(x.shape[1])
    return (features - x_mean) @ np.linalg.solve(gram, (x - x_mean).T @ (y - y_mean)) + y_mean


def ridge_hidden_by_their_own_mean(features, likes, hidden, l2):
    moved = features.copy()
    moved[hidden] += features[~hidden].mean(axis=0) - features[hidden].mean(axis=0)
    return _ridge(moved, likes, hidden, l2)


def ridge_hidden_not_centred(features, likes, hidden, l2):
    moved = features.copy()
    moved[hidden] += features[~hidden].mean(axis=0)
    return _ridge(moved, likes, hidden, l2)


def ridge_eye_of_films(features, likes, hidden, l2):
    x, y = features[~hidden], likes[~hidden]
    x_mean, y_mean = x.mean(axis=0), y.mean(axis=0)
    gram = (x - x_mean).T @ (x - x_mean) + l2 * np.eye(len(x))
    return (features[hidden] - x_mean) @ np.linalg.solve(gram, (x - x_mean).T @ (y - y_mean)) + y_mean


def ridge_with_l2_everywhere(features, likes, hidden, l2):
    x, y = features[~hidden], likes[~hidden]
    x_mean, y_mean = x.mean(axis=0), y.mean(axis=0)
    gram = (x - x_mean).T @ (x - x_mean) + l2
    return (features[hidden] - x_mean) @ np.linalg.solve(gram, (x - x_mean).T @ (y - y_mean)) + y_mean


def ridge_without_the_inverse(features, likes, hidden, l2):
    x, y = features[~hidden], likes[~hidden]
    x_mean, y_mean = x.mean(axis=0), y.mean(axis=0)
    gram = (x - x_mean).T @ (x - x_mean) + l2 * np.eye(x.shape[1])
    return (features[hidden] - x_mean) @ gram @ (x - x_mean).T @ (y - y_mean) + y_mean


def ridge_of_the_hidden(features, likes, hidden, l2):
    return ridge_of_all_films(features, likes, ~hidden, l2)[hidden]


def ridge_with_an_axis_dropped(features, likes, hidden, l2):
    found = ridge_by_kernel(features, likes, hidden, l2)
    return found[:, 0] if found.shape[1] == 1 else found


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


def _shares(share, groups=lambda group: range(max(group) + 1), everyone=lambda likes: likes.mean(axis=0)):
    def answer(likes, group, kappa):
        members = [likes[np.asarray(group) == g] for g in groups(group)]
        return np.array([share(own.sum(axis=0), len(own), everyone(likes), kappa) for own in members])

    return answer


def _shrunken(t, n, q, kappa):
    return (t + kappa * q) / (n + kappa)


def shares_by_own_means(likes, group, kappa):
    out = []
    for g in range(max(group) + 1):
        own = likes[group == g]
        w = len(own) / (len(own) + kappa)
        out.append(w * own.mean(axis=0) + (1 - w) * likes.mean(axis=0))
    return np.array(out)


def shares_of_all_users(likes, group, kappa):
    q = likes.mean(axis=0)
    members = [likes[group == g].sum(axis=0) for g in range(max(group) + 1)]
    return np.array([(t + kappa * q) / (len(likes) + kappa) for t in members])


def shares_per_user(likes, group, kappa):
    return shares_by_matrix(likes, group, kappa)[group]


def shares_of_the_others(likes, group, kappa):
    out = []
    for g in range(max(group) + 1):
        own, rest = likes[group == g], likes[group != g]
        q = rest.mean(axis=0) if len(rest) else likes.mean(axis=0)
        out.append((own.sum(axis=0) + kappa * q) / (len(own) + kappa))
    return np.array(out)


def shares_of_group_means(likes, group, kappa):
    own = [likes[group == g] for g in range(max(group) + 1)]
    q = np.mean([part.mean(axis=0) for part in own if len(part)], axis=0)
    return np.array([(part.sum(axis=0) + kappa * q) / (len(part) + kappa) for part in own])


def _blend(history, weight=lambda n, kappa: n / (n + kappa)):
    def answer(rows, weights, prior, kappa):
        n = rows.sum(axis=1, keepdims=True)
        w = weight(n, kappa)
        return w * history(rows, weights, n) + (1 - w) * prior

    return answer


def _mean_weight(rows, weights, n):
    return rows @ weights / np.maximum(n, 1)


def blend_without_keepdims(rows, weights, prior, kappa):
    n = rows.sum(axis=1)
    w = n / (n + kappa)
    return w * (rows @ weights) / np.maximum(n, 1) + (1 - w) * prior


def blend_along_films(rows, weights, prior, kappa):
    n = rows.sum(axis=0, keepdims=True)
    w = n / (n + kappa)
    return w * (rows @ weights) / np.maximum(n, 1) + (1 - w) * prior


def blend_with_zeros_for_new(rows, weights, prior, kappa):
    n = rows.sum(axis=1, keepdims=True)
    w = n / (n + kappa)
    with np.errstate(all="ignore"):
        return np.nan_to_num(w * (rows @ weights) / n + (1 - w) * prior)


def blend_or_prior(rows, weights, prior, kappa):
    n = rows.sum(axis=1, keepdims=True)
    return np.where(n > 0, rows @ weights / np.maximum(n, 1), prior)


def blend_times_the_denominator(rows, weights, prior, kappa):
    return rows @ weights + kappa * prior


def _ucb(bonus):
    def answer(clicked, shown, step):
        if (shown == 0).any():
            return int(np.flatnonzero(shown == 0)[0])
        return int((clicked / shown + bonus(shown, step)).argmax())

    return answer


def _new_first(choose):
    def answer(clicked, shown, step):
        new = np.flatnonzero(shown == 0)
        return int(new[0]) if len(new) else choose(clicked, shown, step)

    return answer


def _bonus(shown, step):
    return np.sqrt(2 * np.log(step) / shown)


def ucb_last_new(clicked, shown, step):
    new = np.flatnonzero(shown == 0)
    return int(new[-1]) if len(new) else int((clicked / shown + _bonus(shown, step)).argmax())


def ucb_all_new(clicked, shown, step):
    new = np.flatnonzero(shown == 0)
    return new if len(new) else int((clicked / shown + _bonus(shown, step)).argmax())


def ucb_at_least_one_showing(clicked, shown, step):
    shown = np.maximum(shown, 1)
    return int((clicked / shown + _bonus(shown, step)).argmax())


def ucb_one_showing_more(clicked, shown, step):
    return int((clicked / (shown + 1) + _bonus(shown + 1, step)).argmax())


def ucb_new_films_at_zero(clicked, shown, step):
    value = np.zeros(len(shown))
    seen = shown > 0
    value[seen] = clicked[seen] / shown[seen] + _bonus(shown[seen], step)
    return int(value.argmax())


def ucb_among_the_shown(clicked, shown, step):
    seen = shown > 0
    if not seen.any():
        return 0
    return int((clicked[seen] / shown[seen] + _bonus(shown[seen], step)).argmax())


def table_of_hidden_users(s, h, like=4):
    t = (s >= like).astype(int)
    t[h[: len(t)]] = 0
    return t


def table_of_stars(s, h, like=4):
    return (s >= like) * s * ~h


def table_of_the_hidden(s, h, like=4):
    return np.where(h, s >= like, 0)


def ridge_standardised(x, y, h, l2):
    a, b = (x[~h], y[~h])
    m, sd = (a.mean(0), a.std(0) + 1e-12)
    z = (a - m) / sd
    w = np.linalg.solve(z.T @ z + l2 * np.eye(z.shape[1]), z.T @ (b - b.mean(0)))
    return (x[h] - m) / sd @ w + b.mean(0)


def ridge_centred_by_film(x, y, h, l2):
    a, b = (x[~h], y[~h])
    m = a.mean(1, keepdims=True)
    w = np.linalg.solve((a - m).T @ (a - m) + l2 * np.eye(a.shape[1]), (a - m).T @ (b - b.mean(0)))
    return (x[h] - x[h].mean(1, keepdims=True)) @ w + b.mean(0)


def shares_over_the_groups(likes, g, k):
    q = likes.mean(0)
    return np.array([(likes[g == i].sum(0) + k * q) / (len(set(g)) + k) for i in range(max(g) + 1)])


def shares_added(likes, g, k):
    q = likes.mean(0)
    return np.array([likes[g == i].sum(0) / max((g == i).sum(), 1) + k * q for i in range(max(g) + 1)])


def blend_with_one_weight_twice(r, w, p, k):
    n = (r != 0).sum(1, keepdims=True)
    ww = n / (n + k)
    return ww * (r @ w) / np.maximum(n, 1) + ww * p


def blend_whole_prior(r, w, p, k):
    n = r.sum(1, keepdims=True)
    return r @ w / (n + k) + p


def ucb_step_for_showings(c, s, t):
    return int(np.flatnonzero(s == 0)[0]) if (s == 0).any() else int((c / t + np.sqrt(2 * np.log(t) / s)).argmax())


def ucb_product(c, s, t):
    return int(np.flatnonzero(s == 0)[0]) if (s == 0).any() else int((c / s * np.sqrt(2 * np.log(t) / s)).argmax())


def ucb_never_clicked_first(c, s, t):
    return int(np.flatnonzero(c == 0)[0]) if (c == 0).any() else int((c / s + np.sqrt(2 * np.log(t) / s)).argmax())


WRONG = {
    "cold_start-training-table": [
        lambda stars, hidden, like: (stars >= like) & ~hidden,
        lambda stars, hidden, like=4: (stars > like) & ~hidden,
        lambda stars, hidden, like=4: (stars >= 4) & ~hidden,
        lambda stars, hidden, like=4: (stars == like) & ~hidden,
        lambda stars, hidden, like=4: (stars <= like) & ~hidden,
        lambda stars, hidden, like=4: (stars > 0) & ~hidden,
        lambda stars, hidden, like=4: (stars >= like) & hidden,
        lambda stars, hidden, like=4: stars >= like,
        lambda stars, hidden, like=4: (stars >= like)[:, ~hidden],
        lambda stars, hidden, like=4: np.where((stars >= like) & ~hidden, stars, 0),
        lambda stars, hidden, like=4: np.where(hidden, np.nan, stars >= like),
        lambda stars, hidden, like=4: np.where(hidden, -1, stars >= like),
        lambda stars, hidden, like=4: stars >= like & ~hidden,
        lambda stars, hidden, like=4: (stars >= like) - hidden,
        lambda stars, hidden, like=4: (stars >= like).astype(int) - hidden,
        lambda stars, hidden, like=4: (stars >= like) | ~hidden,
        table_hiding_likes_of_rows,
        table_by_if,
        table_in_place_before,
        table_of_hidden_users,
        table_of_stars,
        table_of_the_hidden,
    ],
    "cold_start-ridge": [
        ridge_with_an_axis_dropped,
        lambda x, y, hidden, l2: _ridge(x, y, hidden, l2, x_mean=x.mean(axis=0), y_mean=y.mean(axis=0)),
        lambda x, y, hidden, l2: _ridge(x, y, hidden, l2, x_mean=x.mean(axis=0)),
        lambda x, y, hidden, l2: _ridge(x, y, hidden, l2, y_mean=y.mean(axis=0)),
        lambda x, y, hidden, l2: _ridge(x, y, hidden, l2, add=False),
        lambda x, y, hidden, l2: _ridge(x, y, hidden, l2, x_mean=0, y_mean=0),
        lambda x, y, hidden, l2: _ridge(x, y, hidden, l2, x_mean=0),
        lambda x, y, hidden, l2: _ridge(x, y, hidden, l2, y_mean=0),
        lambda x, y, hidden, l2: _ridge(x, y, hidden, l2, scale=0),
        lambda x, y, hidden, l2: _ridge(x, y, hidden, l2, scale=(~hidden).sum()),
        lambda x, y, hidden, l2: _ridge(x, y, hidden, l2**2),
        lambda x, y, hidden, l2: _ridge(x, y, hidden, l2, x_mean=x[~hidden].mean(), y_mean=y[~hidden].mean()),
        lambda x, y, hidden, l2: _ridge(x, y, hidden, l2).T,
        lambda x, y, hidden, l2: np.tile(y[~hidden].mean(axis=0), (hidden.sum(), 1)),
        ridge_trained_on_all,
        ridge_of_all_films,
        ridge_hidden_by_their_own_mean,
        ridge_hidden_not_centred,
        ridge_eye_of_films,
        ridge_with_l2_everywhere,
        ridge_without_the_inverse,
        ridge_of_the_hidden,
        ridge_standardised,
        ridge_centred_by_film,
    ],
    "cold_start-shrink": [
        shares_by_slices,
        shares_without_empty_groups,
        shares_with_empty_groups_at(0.0),
        shares_with_empty_groups_at(np.nan),
        shares_by_own_means,
        shares_of_all_users,
        shares_per_user,
        shares_of_the_others,
        shares_of_group_means,
        _shares(lambda t, n, q, kappa: t / n),
        _shares(lambda t, n, q, kappa: t / max(n, 1)),
        _shares(lambda t, n, q, kappa: (t + kappa) / (n + kappa)),
        _shares(lambda t, n, q, kappa: (t + q) / (n + kappa)),
        _shares(lambda t, n, q, kappa: (t + kappa * q) / max(n, 1)),
        _shares(lambda t, n, q, kappa: t / (n + kappa)),
        _shares(lambda t, n, q, kappa: (t + kappa * q) / (n + 1)),
        _shares(lambda t, n, q, kappa: n / (n + kappa) * t + kappa / (n + kappa) * q),
        _shares(lambda t, n, q, kappa: kappa / (n + kappa) * t / max(n, 1) + n / (n + kappa) * q),
        _shares(_shrunken, everyone=lambda likes: likes.mean()),
        _shares(_shrunken, everyone=lambda likes: likes.sum(axis=0)),
        _shares(_shrunken, groups=lambda group: range(max(group))),
        _shares(_shrunken, groups=lambda group: range(1, max(group) + 1)),
        lambda likes, group, kappa: shares_by_matrix(likes, group, kappa).T,
        _shares(lambda t, n, q, kappa: q),
        _shares(lambda t, n, q, kappa: t / n if n > kappa else q),
        shares_over_the_groups,
        shares_added,
    ],
    "cold_start-blend": [
        _blend(lambda rows, weights, n: rows @ weights),
        _blend(lambda rows, weights, n: rows @ weights / n),
        _blend(lambda rows, weights, n: rows @ weights / rows.shape[1]),
        _blend(lambda rows, weights, n: rows @ weights.T / np.maximum(n, 1)),
        _blend(_mean_weight, weight=lambda n, kappa: kappa / (n + kappa)),
        _blend(_mean_weight, weight=lambda n, kappa: n / (n + 1)),
        _blend(_mean_weight, weight=lambda n, kappa: 0.5),
        _blend(_mean_weight, weight=lambda n, kappa: np.full_like(n, 1 / (1 + kappa), dtype=float)),
        _blend(_mean_weight, weight=lambda n, kappa: (n > 0) * 1.0),
        _blend(_mean_weight, weight=lambda n, kappa: np.minimum(n / kappa, 1)),
        _blend(_mean_weight, weight=lambda n, kappa: np.where(n > 0, n / (n + kappa), 1)),
        lambda rows, weights, prior, kappa: rows @ weights / np.maximum(rows.sum(axis=1, keepdims=True), 1),
        lambda rows, weights, prior, kappa: (rows @ weights + prior) / (rows.sum(axis=1, keepdims=True) + kappa),
        lambda rows, weights, prior, kappa: (rows @ weights + kappa * prior) / (rows.sum() + kappa),
        lambda rows, weights, prior, kappa: rows * weights + kappa * prior,
        lambda rows, weights, prior, kappa: blend_by_sum(rows, weights, prior, kappa) * (rows == 0),
        lambda rows, weights, prior, kappa: blend_by_sum(rows, weights, prior.mean(axis=0), kappa),
        blend_without_keepdims,
        blend_along_films,
        blend_with_zeros_for_new,
        blend_or_prior,
        blend_times_the_denominator,
        blend_with_one_weight_twice,
        blend_whole_prior,
    ],
    "cold_start-ucb": [
        _ucb(lambda shown, step: np.sqrt(np.log(step) / shown)),
        _ucb(lambda shown, step: np.sqrt(2 * np.log10(step) / shown)),
        _ucb(lambda shown, step: 2 / np.sqrt(shown)),
        _ucb(lambda shown, step: 1.4 / np.sqrt(shown)),
        _ucb(lambda shown, step: np.sqrt(2 * np.log(shown.sum()) / shown)),
        _ucb(lambda shown, step: 0),
        _ucb(lambda shown, step: 2 * np.log(step) / shown),
        _ucb(lambda shown, step: np.sqrt(2 * np.log(step)) / shown),
        _ucb(lambda shown, step: np.sqrt(2 * step / shown)),
        _ucb(lambda shown, step: np.sqrt(2 * np.log(shown) / step)),
        _ucb(lambda shown, step: -_bonus(shown, step)),
        _ucb(lambda shown, step: np.sqrt(2 * np.log2(step) / shown)),
        _ucb(lambda shown, step: 2 * np.sqrt(np.log(step) / shown)),
        _ucb(lambda shown, step: np.sqrt(2 * np.log(step / shown))),
        _new_first(lambda clicked, shown, step: int((clicked + _bonus(shown, step)).argmax())),
        _new_first(lambda clicked, shown, step: int(_bonus(shown, step).argmax())),
        _new_first(lambda clicked, shown, step: int(clicked.argmax())),
        _new_first(lambda clicked, shown, step: int((clicked / shown + _bonus(shown, step)).argmin())),
        _new_first(lambda clicked, shown, step: int((shown / clicked.clip(1) + _bonus(shown, step)).argmax())),
        _new_first(lambda clicked, shown, step: int(((clicked + _bonus(shown, step)) / shown).argmax())),
        _new_first(lambda clicked, shown, step: (clicked / shown + _bonus(shown, step)).max()),
        _new_first(lambda clicked, shown, step: clicked / shown + _bonus(shown, step)),
        ucb_last_new,
        ucb_all_new,
        ucb_at_least_one_showing,
        ucb_one_showing_more,
        ucb_new_films_at_zero,
        ucb_among_the_shown,
        ucb_step_for_showings,
        ucb_product,
        ucb_never_clicked_first,
    ],
}


def shares_with_weights_exchanged(likes, group, kappa):
    q = likes.mean(axis=0)
    out = []
    for g in range(max(group) + 1):
        m = likes[np.asarray(group) == g]
        n = max(len(m), 1)
        w = n / (n + kappa)
        out.append((1 - w) * m.sum(axis=0) / n + w * q)
    return np.array(out)


def own_share_or_everybodys(likes, group, kappa):
    g = np.asarray(group)
    return np.array([likes[g == k].mean(axis=0) if (g == k).any() else likes.mean(axis=0) for k in range(g.max() + 1)])


WRONG.setdefault("cold_start-shrink", []).extend([shares_with_weights_exchanged, own_share_or_everybodys])
