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


def lead_by_loop(ours, theirs, away, limit):
    early, late = [], []
    for one, other, pause in zip(ours, theirs, away, strict=True):
        if not math.isnan(pause):
            (early if pause <= limit else late).append(one - other)
    return [sum(part) / len(part) if part else math.nan for part in (early, late)]


def lead_by_weights(ours, theirs, away, limit):
    groups = np.array([away <= limit, away > limit], float)
    sizes = groups.sum(axis=1)
    return np.where(sizes > 0, groups @ (ours - theirs) / np.maximum(sizes, 1), np.nan)


def lead_by_torch(ours, theirs, away, limit):
    apart, away = torch.tensor(ours - theirs), torch.tensor(away)
    return apart[away <= limit].mean(), apart[away > limit].mean()


ANSWERS = {
    "evaluation-precision-recall": [precision_by_loop, precision_by_numpy, precision_by_torch],
    "evaluation-ndcg": [ndcg_by_loops, ndcg_by_numpy, ndcg_by_torch],
    "evaluation-leak": [past_by_loop, past_by_lexsort, past_by_sorting],
    "evaluation-delay": [lead_by_loop, lead_by_weights, lead_by_torch],
    "evaluation-bootstrap": [interval_by_loop, interval_of_two_means, interval_by_torch],
    "evaluation-ips": [ips_by_loop, ips_by_numpy, ips_by_torch],
    "evaluation-report": [{3, 5, 7, 8, 11, 13}, frozenset({13, 11, 8, 7, 5, 3}), {n for n in (3, 5, 7, 8, 11, 13)}],
}


def lead_to_all(ours, theirs, away, limit):
    return mean_of(ours[away <= limit]) - theirs.mean(), mean_of(ours[away > limit]) - theirs.mean()


def mean_of(values):
    return values.mean() if len(values) else np.nan


def lead_as_reported(ours, theirs, away, limit):
    late = away > limit
    return mean_of(ours[~late]) - theirs.mean(), mean_of(ours[late]) - theirs.mean()


def lead_unknown_early(ours, theirs, away, limit):
    late = away > limit
    return mean_of((ours - theirs)[~late]), mean_of((ours - theirs)[late])


def lead_unknown_late(ours, theirs, away, limit):
    early = away <= limit
    return mean_of((ours - theirs)[early]), mean_of((ours - theirs)[~early])


def lead_before_limit(ours, theirs, away, limit):
    return mean_of((ours - theirs)[away < limit]), mean_of((ours - theirs)[away >= limit])


def lead_around_limit(ours, theirs, away, limit):
    return mean_of((ours - theirs)[away < limit]), mean_of((ours - theirs)[away > limit])


def lead_of_rival(ours, theirs, away, limit):
    return mean_of((theirs - ours)[away <= limit]), mean_of((theirs - ours)[away > limit])


def lead_late_first(ours, theirs, away, limit):
    return mean_of((ours - theirs)[away > limit]), mean_of((ours - theirs)[away <= limit])


def lead_with_zeros(ours, theirs, away, limit):
    apart = ours - theirs
    return [part.mean() if len(part) else 0.0 for part in (apart[away <= limit], apart[away > limit])]


def lead_in_sums(ours, theirs, away, limit):
    apart = ours - theirs
    return [part.sum() if len(part) else np.nan for part in (apart[away <= limit], apart[away > limit])]


def lead_of_medians(ours, theirs, away, limit):
    apart = ours - theirs
    return [np.median(part) if len(part) else np.nan for part in (apart[away <= limit], apart[away > limit])]


def lead_of_shares(ours, theirs, away, limit):
    apart = (ours > theirs) * 1.0
    return mean_of(apart[away <= limit]), mean_of(apart[away > limit])


def lead_in_size(ours, theirs, away, limit):
    apart = abs(ours - theirs)
    return mean_of(apart[away <= limit]), mean_of(apart[away > limit])


def lead_divided_by_all(ours, theirs, away, limit):
    apart = (ours - theirs) / len(away)
    return [part.sum() if len(part) else np.nan for part in (apart[away <= limit], apart[away > limit])]


def lead_without_rival(ours, theirs, away, limit):
    return mean_of(ours[away <= limit]), mean_of(ours[away > limit])


def lead_of_known(ours, theirs, away, limit):
    apart = ours - theirs
    return mean_of(apart[~np.isnan(away)]), mean_of(apart[away > limit])


def lead_in_both(ours, theirs, away, limit):
    return mean_of((ours - theirs)[away <= limit]), mean_of((ours - theirs)[away >= limit])


def hits_of(ranking, liked, k):
    return len(set(ranking[:k]) & liked)


def precision_in_the_whole(ranking, liked, k):
    found = len(set(ranking) & liked)
    return found / k, found / len(liked)


def discount_of(hits):
    return 1 / np.log2(np.arange(2, hits.shape[1] + 2))


def ideal_of(hits, n_relevant):
    return np.array([discount_of(hits)[:n].sum() for n in n_relevant])


def ndcg_against_all_places(hits, n_relevant):
    some = n_relevant > 0
    return (hits[some] @ discount_of(hits)).mean() / discount_of(hits).sum()


def ndcg_against_all_relevant(hits, n_relevant):
    values = []
    for row, n in zip(hits, n_relevant):
        if n > 0:
            ideal = (1 / np.log2(np.arange(2, n + 2))).sum()
            values.append((row / np.log2(np.arange(2, len(row) + 2))).sum() / ideal)
    return np.mean(values)


def ndcg_with_zeros(hits, n_relevant):
    ideal = ideal_of(hits, n_relevant)
    return np.where(n_relevant > 0, hits @ discount_of(hits) / np.maximum(ideal, 1e-9), 0).mean()


def ndcg_with_nan(hits, n_relevant):
    return (hits @ discount_of(hits) / ideal_of(hits, n_relevant)).mean()


def ndcg_not_divided(hits, n_relevant):
    return (hits @ discount_of(hits))[n_relevant > 0].mean()


def ndcg_of_what_was_found(hits, n_relevant):
    ideal = ideal_of(hits, hits.sum(axis=1))
    return np.nan_to_num(hits @ discount_of(hits) / ideal)[n_relevant > 0].mean()


def ndcg_of_each_user(hits, n_relevant):
    some = n_relevant > 0
    return hits[some] @ discount_of(hits) / ideal_of(hits, n_relevant)[some]


def past_in_file_order(film, time, t):
    return [f for f in film[:t] if f != film[t]]


def past_without_ties(film, time, t):
    order = np.argsort(time, kind="stable")
    past = film[order][: np.searchsorted(time[order], time[t], side="left")]
    return past[past != film[t]]


def past_with_all_ties(film, time, t):
    order = np.argsort(time, kind="stable")
    past = film[order][: np.searchsorted(time[order], time[t], side="right")]
    return past[past != film[t]]


def past_with_the_film(film, time, t):
    order = np.argsort(time, kind="stable")
    return film[order[: list(order).index(t)]]


def past_unsorted(film, time, t):
    rows = np.arange(len(film))
    before = (time < time[t]) | ((time == time[t]) & (rows < t))
    return film[before & (film != film[t])]


def past_up_to_place_t(film, time, t):
    order = np.argsort(time, kind="stable")
    past = film[order][:t]
    return past[past != film[t]]


def past_newest_first(film, time, t):
    return past_by_sorting(film, time, t)[::-1]


def interval_of_users(a, b, drawn):
    return np.quantile(a - b, [0.025, 0.975])


def interval_of_each_draw(a, b, drawn):
    return np.quantile((a - b)[drawn], [0.025, 0.975])


def interval_by_columns(a, b, drawn):
    return np.quantile((a - b)[drawn].mean(axis=0), [0.025, 0.975])


def interval_unpaired(a, b, drawn):
    low_a, high_a = np.quantile(a[drawn].mean(axis=1), [0.025, 0.975])
    low_b, high_b = np.quantile(b[drawn].mean(axis=1), [0.025, 0.975])
    return low_a - high_b, high_a - low_b


def interval_of_ninety(a, b, drawn):
    return np.quantile((a - b)[drawn].mean(axis=1), [0.05, 0.95])


def interval_by_spread(a, b, drawn):
    means = (a - b)[drawn].mean(axis=1)
    return means.mean() - 1.96 * means.std(), means.mean() + 1.96 * means.std()


def interval_turned(a, b, drawn):
    return np.quantile((b - a)[drawn].mean(axis=1), [0.025, 0.975])


def ips_weights(film, propensity, policy):
    return np.array([policy.get(f, 0) for f in film]) / np.array(propensity)


def ips_normalised(film, propensity, click, policy):
    w = ips_weights(film, propensity, policy)
    return (w * click).sum() / w.sum()


def ips_times_propensity(film, propensity, click, policy):
    return np.mean([policy.get(f, 0) * q * y for f, q, y in zip(film, propensity, click)])


def ips_without_policy(film, propensity, click, policy):
    return np.mean(np.array(click) / np.array(propensity))


def ips_by_matches(film, propensity, click, policy):
    terms = [policy[f] / q * y for f, q, y in zip(film, propensity, click) if f in policy]
    return sum(terms) / len(terms) if terms else 0


def ips_summed(film, propensity, click, policy):
    return (ips_weights(film, propensity, policy) * click).sum()


def ips_by_key(film, propensity, click, policy):
    return sum(policy[f] / q * y for f, q, y in zip(film, propensity, click)) / len(film)


def ips_of_weights(film, propensity, click, policy):
    return ips_weights(film, propensity, policy).mean()


def precision_of(ranking, liked, k):
    return hits_of(ranking, liked, k) / len(ranking[:k])


def precision_with_recall_by_list(ranking, liked, k):
    return precision_of(ranking, liked, k), hits_of(ranking, liked, k) / len(liked & set(ranking))


def precision_with_recall_by_less(ranking, liked, k):
    return precision_of(ranking, liked, k), hits_of(ranking, liked, k) / min(k, len(liked))


def precision_of_second_on(ranking, liked, k):
    found = len(set(ranking[1 : k + 1]) & liked)
    return found / len(ranking[:k]), found / len(liked)


def ndcg_of_those_with_hits(hits, n_relevant):
    some = hits.any(axis=1)
    return (hits @ discount_of(hits) / ideal_of(hits, n_relevant))[some].mean()


def ndcg_of_sums(hits, n_relevant):
    return (hits @ discount_of(hits)).sum() / ideal_of(hits, n_relevant).sum()


def ndcg_by_number(hits, n_relevant):
    some = n_relevant > 0
    return (hits[some] @ discount_of(hits) / n_relevant[some]).mean()


def ndcg_by_capped_number(hits, n_relevant):
    some = n_relevant > 0
    return (hits[some] @ discount_of(hits) / np.minimum(n_relevant[some], hits.shape[1])).mean()


def ndcg_one_place_off(hits, n_relevant):
    some = n_relevant > 0
    ideal = discount_of(hits).cumsum()[np.minimum(n_relevant[some], hits.shape[1] - 1)]
    return (hits[some] @ discount_of(hits) / ideal).mean()


def ndcg_of_clipped_mean(hits, n_relevant):
    ideal = ideal_of(hits, np.maximum(n_relevant, 1))
    return (hits @ discount_of(hits) / ideal).mean()


def ndcg_added_up(hits, n_relevant):
    return ndcg_of_each_user(hits, n_relevant).sum()


def past_left_only(film, time, t):
    order = np.argsort(time, kind="stable")
    return film[order][: np.searchsorted(time[order], time[t], side="left")]


def past_less_one(film, time, t):
    order = np.argsort(time, kind="stable")
    return film[order][: np.searchsorted(time[order], time[t], side="right") - 1]


def past_of_rows_above(film, time, t):
    past = film[:t][np.argsort(time[:t], kind="stable")]
    return past[past != film[t]]


def past_as_rows(film, time, t):
    order = np.argsort(time, kind="stable")
    rows = order[: list(order).index(t)]
    return rows[film[rows] != film[t]]


def past_once_each(film, time, t):
    past = past_by_sorting(film, time, t)
    return list(dict.fromkeys(past))


def past_by_number(film, time, t):
    return sorted(past_by_sorting(film, time, t))


def past_with_the_row(film, time, t):
    order = list(np.argsort(time, kind="stable"))
    return film[order[: order.index(t) + 1]]


def interval_of_b_not_drawn(a, b, drawn):
    return np.quantile((a[drawn] - b).mean(axis=1), [0.025, 0.975])


def interval_of_a(a, b, drawn):
    return np.quantile(a[drawn].mean(axis=1), [0.025, 0.975])


def interval_of_sums(a, b, drawn):
    return np.quantile((a - b)[drawn].sum(axis=1), [0.025, 0.975])


def interval_of_absolute(a, b, drawn):
    return np.quantile(np.abs(a - b)[drawn].mean(axis=1), [0.025, 0.975])


def interval_by_percentile(a, b, drawn):
    return np.percentile((a - b)[drawn].mean(axis=1), [0.025, 0.975])


def interval_of_extremes(a, b, drawn):
    means = (a - b)[drawn].mean(axis=1)
    return means.min(), means.max()


def interval_of_one_mean(a, b, drawn):
    return np.quantile((a - b)[drawn].mean(), [0.025, 0.975])


def interval_from_high(a, b, drawn):
    return interval_of_two_means(a, b, drawn)[::-1]


def interval_of_medians(a, b, drawn):
    return np.quantile(np.median((a - b)[drawn], axis=1), [0.025, 0.975])


def ips_without_propensity(film, propensity, click, policy):
    return np.mean([policy.get(f, 0) * y for f, y in zip(film, click)])


def ips_unlisted_as_one(film, propensity, click, policy):
    return np.mean([policy.get(f, 1) / q * y for f, q, y in zip(film, propensity, click)])


def ips_chance_forgotten(film, propensity, click, policy):
    return sum(y / q for f, q, y in zip(film, propensity, click) if f in policy) / len(film)


def ips_of_clicked_visits(film, propensity, click, policy):
    return (ips_weights(film, propensity, policy) * click).sum() / sum(click)


def ips_upside_down(film, propensity, click, policy):
    return np.mean([q / policy[f] * y if policy.get(f) else 0 for f, q, y in zip(film, propensity, click)])


def ips_not_shown(film, propensity, click, policy):
    return np.mean([policy.get(f, 0) / (1 - q) * y for f, q, y in zip(film, propensity, click)])


def ips_terms(film, propensity, click, policy):
    return [policy.get(f, 0) / q * y for f, q, y in zip(film, propensity, click)]


def ips_of_means(film, propensity, click, policy):
    return ips_weights(film, propensity, policy).mean() * np.mean(click)


def precision_from_the_end(ranking, liked, k):
    return precision_by_loop(ranking[-k:], liked, k)


def recall_by_ranking(ranking, liked, k):
    return precision_of(ranking, liked, k), hits_of(ranking, liked, k) / len(ranking)


def ndcg_weighted(hits, n_relevant):
    some = n_relevant > 0
    return np.average(ndcg_of_each_user(hits, n_relevant), weights=n_relevant[some])


def ndcg_of_first_hits(hits, n_relevant):
    first = np.where(hits.any(axis=1), 1 / np.log2(2 + hits.argmax(axis=1)), 0)
    return first[n_relevant > 0].mean()


def past_last_only(film, time, t):
    return past_by_sorting(film, time, t)[-1:]


def past_of_other_times(film, time, t):
    return film[(time != time[t]) & (film != film[t])]


def interval_of_all_values(a, b, drawn):
    return np.quantile(a[drawn], [0.025, 0.975]) - np.quantile(b[drawn], [0.025, 0.975])


def interval_relative(a, b, drawn):
    return np.quantile((a - b)[drawn].mean(axis=1) / b.mean(), [0.025, 0.975])


def ips_by_mean_propensity(film, propensity, click, policy):
    return np.mean([policy.get(f, 0) * y for f, y in zip(film, click)]) / np.mean(propensity)


def ips_by_inverse_propensities(film, propensity, click, policy):
    return (ips_weights(film, propensity, policy) * click).sum() / (1 / np.array(propensity)).sum()


def precision_by_counting_all(ranking, liked, k):
    hits = sum(film in liked for film in ranking)
    return hits / k, hits / len(liked)


def precision_of_list_in_liked(ranking, liked, k):
    hits = len(liked.intersection(ranking[:k]))
    return hits / len(liked), hits / k


def ndcg_loop_with_zeros(hits, n_relevant):
    total = 0
    for row, n in zip(hits, n_relevant):
        if n > 0:
            ideal = sum(1 / math.log2(place + 2) for place in range(min(n, len(row))))
            total += sum(1 / math.log2(place + 2) for place, hit in enumerate(row) if hit) / ideal
    return total / len(hits)


def ndcg_loop_of_found(hits, n_relevant):
    values = []
    for row, n in zip(hits, n_relevant):
        if n:
            best = sum(hit / math.log2(place + 2) for place, hit in enumerate(sorted(row, reverse=True)))
            values.append(sum(hit / math.log2(place + 2) for place, hit in enumerate(row)) / best if best else 0)
    return np.mean(values)


def past_by_list_of_times(film, time, t):
    return [f for f, when in sorted(zip(film, time), key=lambda pair: pair[1]) if when < time[t]]


def past_by_list_up_to(film, time, t):
    pairs = sorted(zip(time, film))
    return [f for when, f in pairs if when <= time[t] and f != film[t]]


def interval_by_loop_of_ninety(a, b, drawn):
    means = [np.mean(a[row] - b[row]) for row in drawn]
    return np.quantile(means, 0.05), np.quantile(means, 0.95)


def interval_of_two_ends(a, b, drawn):
    x = np.quantile(a[drawn].mean(axis=1), [0.025, 0.975])
    y = np.quantile(b[drawn].mean(axis=1), [0.025, 0.975])
    return x - y


def ips_by_listed_visits(film, propensity, click, policy):
    total = n = 0
    for f, q, y in zip(film, propensity, click):
        if f in policy:
            total += y * policy[f] / q
            n += 1
    return total / n


def ips_over_click_and_propensity(film, propensity, click, policy):
    return sum(y / q for f, q, y in zip(film, propensity, click) if f in policy) / len(click)


WRONG = {
    "evaluation-precision-recall": [
        lambda ranking, liked, k: precision_by_numpy(ranking, liked, k)[::-1],
        lambda ranking, liked, k: (hits_of(ranking, liked, k) / k, hits_of(ranking, liked, k) / len(liked)),
        lambda ranking, liked, k: (hits_of(ranking, liked, k) / len(ranking), hits_of(ranking, liked, k) / len(liked)),
        precision_in_the_whole,
        lambda ranking, liked, k: hits_of(ranking, liked, k) / len(ranking[:k]),
        lambda ranking, liked, k: precision_by_loop(ranking, liked, k - 1) if k > 1 else (0, 0),
        lambda ranking, liked, k: (hits_of(ranking, liked, k) / len(ranking[:k]), hits_of(ranking, liked, k) / k),
        precision_with_recall_by_list,
        precision_with_recall_by_less,
        precision_of_second_on,
        lambda ranking, liked, k: (precision_of(ranking, liked, k),) * 2,
        lambda ranking, liked, k: (hits_of(ranking, liked, k) / len(liked),) * 2,
        lambda ranking, liked, k: (hits_of(ranking, liked, k), len(liked)),
        lambda ranking, liked, k: tuple(100 * value for value in precision_by_loop(ranking, liked, k)),
        lambda ranking, liked, k: (hits_of(ranking, liked, k) // k, hits_of(ranking, liked, k) // len(liked)),
        precision_from_the_end,
        recall_by_ranking,
        precision_by_counting_all,
        precision_of_list_in_liked,
    ],
    "evaluation-ndcg": [
        ndcg_against_all_places,
        ndcg_against_all_relevant,
        ndcg_with_zeros,
        ndcg_with_nan,
        ndcg_not_divided,
        ndcg_of_what_was_found,
        ndcg_of_each_user,
        ndcg_of_those_with_hits,
        ndcg_of_sums,
        ndcg_by_number,
        ndcg_by_capped_number,
        ndcg_one_place_off,
        ndcg_of_clipped_mean,
        ndcg_added_up,
        ndcg_weighted,
        ndcg_of_first_hits,
        ndcg_loop_with_zeros,
        ndcg_loop_of_found,
    ],
    "evaluation-leak": [
        past_in_file_order,
        past_without_ties,
        past_with_all_ties,
        past_with_the_film,
        past_unsorted,
        past_up_to_place_t,
        past_newest_first,
        past_left_only,
        past_less_one,
        past_of_rows_above,
        past_as_rows,
        past_once_each,
        past_by_number,
        past_with_the_row,
        past_last_only,
        past_of_other_times,
        past_by_list_of_times,
        past_by_list_up_to,
    ],
    "evaluation-delay": [
        lead_to_all,
        lead_as_reported,
        lead_unknown_early,
        lead_unknown_late,
        lead_before_limit,
        lead_around_limit,
        lead_of_rival,
        lead_late_first,
        lead_with_zeros,
        lead_in_sums,
        lead_of_medians,
        lead_of_shares,
        lead_in_size,
        lead_divided_by_all,
        lead_without_rival,
        lead_of_known,
        lead_in_both,
    ],
    "evaluation-bootstrap": [
        interval_of_users,
        interval_of_each_draw,
        interval_by_columns,
        interval_unpaired,
        interval_of_ninety,
        interval_by_spread,
        interval_turned,
        interval_of_b_not_drawn,
        interval_of_a,
        interval_of_sums,
        interval_of_absolute,
        interval_by_percentile,
        interval_of_extremes,
        interval_of_one_mean,
        interval_from_high,
        interval_of_medians,
        interval_of_all_values,
        interval_relative,
        interval_by_loop_of_ninety,
        interval_of_two_ends,
    ],
    "evaluation-ips": [
        ips_normalised,
        ips_times_propensity,
        ips_without_policy,
        ips_by_matches,
        ips_summed,
        ips_by_key,
        ips_of_weights,
        ips_without_propensity,
        ips_unlisted_as_one,
        ips_chance_forgotten,
        ips_of_clicked_visits,
        ips_upside_down,
        ips_not_shown,
        ips_terms,
        ips_of_means,
        ips_by_mean_propensity,
        ips_by_inverse_propensities,
        ips_by_listed_visits,
        ips_over_click_and_propensity,
    ],
    "evaluation-report": [
        {3, 5, 7, 8, 11},
        {3, 5, 7, 8, 11, 12},
        {2, 4, 6, 7, 10, 12},
        {3, 5, 7, 8, 9, 11, 13},
        [3, 5, 7, 8, 11, 13],
        {5, 7, 8, 10, 11, 13},
        {2, 3, 5, 7, 8, 11, 13},
        {3, 5, 8, 10, 11, 13},
        {3, 5, 7, 8, 13},
        {5, 7, 8, 9, 11, 12},
        {5, 8, 11},
        {1, 2, 4, 6, 9, 10, 12, 14, 15},
        6,
        {3, 4, 5, 7, 8, 11},
        {3, 5, 7, 10, 11, 12, 13},
        {5, 8, 9, 10, 11, 13},
        {3, 5, 7, 8, 11, 13, 15},
        {5, 7, 11, 13},
    ],
}


def recall_capped(ranking, liked, k):
    hits = len(set(ranking[:k]) & liked)
    n = min(k, len(ranking))
    return (hits / n, hits / min(n, len(liked)))


def ideal_of_the_hits(hits, n_relevant):
    d = 1 / np.log2(np.arange(hits.shape[1]) + 2)
    out = []
    for h in hits:
        n = h.sum()
        if n:
            out.append(h @ d / d[:n].sum())
    return np.mean(out)


WRONG.setdefault("evaluation-precision-recall", []).extend([recall_capped])
WRONG.setdefault("evaluation-ndcg", []).extend([ideal_of_the_hits])
