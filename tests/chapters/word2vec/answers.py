"""Right answers to the exercises of chapter 03."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import torch
from scipy.special import logsumexp
from torch.nn import functional

from recbook.text import word2vec


def pairs_by_comparing_places(sentence, radius):
    found = []
    for i in range(len(sentence)):
        for j in range(len(sentence)):
            if 0 < abs(i - j) <= radius:
                found.append([sentence[i], sentence[j]])
    return found


def pairs_by_shifting(sentence, radius):
    right = [pair for k in range(1, radius + 1) for pair in zip(sentence, sentence[k:])]
    return right + [(b, a) for a, b in right]


def pairs_by_slices(sentence, radius):
    found = []
    for i, centre in enumerate(sentence):
        for context in sentence[max(0, i - radius) : i] + sentence[i + 1 : i + 1 + radius]:
            found.append((centre, context))
    return tuple(found)


def pairs_by_numpy(sentence, radius):
    words, places = np.array(sentence), np.arange(len(sentence))
    distance = np.abs(places[:, None] - places)
    centre, context = np.nonzero((distance > 0) & (distance <= radius))
    return np.stack([words[centre], words[context]], axis=1)


def pairs_by_pandas(sentence, radius):
    return pd.DataFrame(pairs_by_slices(sentence, radius), columns=["centre", "context"])


def pairs_by_windows(sentence, radius):
    return [(centre, word) for centre, window in word2vec.windows(sentence, radius) for word in window]


def pairs_by_padding(sentence, radius):
    padded = [None] * radius + sentence + [None] * radius
    found = []
    for i, centre in enumerate(sentence):
        window = padded[i : i + 2 * radius + 1]
        del window[radius]
        found.extend((centre, word) for word in window if word is not None)
    return found


def loss_by_logaddexp(v, U, target):
    scores = U @ v
    return np.logaddexp.reduce(scores) - scores[target]


def loss_by_loops(v, U, target):
    scores = [float(sum(a * b for a, b in zip(u, v))) for u in U]
    return max(scores) + math.log(sum(math.exp(s - max(scores)) for s in scores)) - scores[target]


def loss_by_torch(v, U, target):
    scores = torch.tensor(U, dtype=torch.float32) @ torch.tensor(v, dtype=torch.float32)
    return functional.cross_entropy(scores[None], torch.tensor([target]))


def loss_by_log_softmax(v, U, target):
    shifted = (U * v).sum(axis=1)
    shifted -= shifted.max()
    logs = shifted - np.log(np.exp(shifted).sum())
    return -(np.eye(len(U))[target] @ logs)


def loss_by_scipy(v, U, target):
    return logsumexp((U - U[target]) @ v)


def prior_as_softmax(scores, counts, alpha):
    with np.errstate(divide="ignore"):
        powers = np.exp(scores + alpha * np.log(counts))
    return powers / powers.sum()


def prior_by_factors(scores, counts, alpha):
    weights = np.exp(scores - scores.max()) * counts**alpha
    return weights / weights.sum()


def prior_by_loop(scores, counts, alpha):
    weights = [math.exp(s) * float(c) ** alpha for s, c in zip(scores, counts)]
    return [w / sum(weights) for w in weights]


def prior_by_torch(scores, counts, alpha):
    scores, counts = torch.tensor(scores), torch.tensor(counts, dtype=torch.float64)
    return torch.softmax(scores + alpha * torch.log(counts), dim=0)


def prior_of_the_seen(scores, counts, alpha):
    seen, p = counts > 0, np.zeros(len(counts))
    logs = scores[seen] + alpha * np.log(counts[seen])
    p[seen] = np.exp(logs - logs.max()) / np.exp(logs - logs.max()).sum()
    return p


def one_table_as_a_sum(E, centre, target):
    error = softmax(E @ E[centre]) - np.eye(len(E))[target]
    gradient = np.outer(error, E[centre])
    gradient[centre] += error @ E
    return gradient


def one_table_by_loop(E, centre, target):
    p = softmax(E @ E[centre])
    gradient = np.zeros(E.shape)
    for word in range(len(E)):
        error = p[word] - (word == target)
        gradient[word] += error * E[centre]
        gradient[centre] += error * E[word]
    return gradient


def one_table_by_autograd(E, centre, target):
    table = torch.tensor(E, dtype=torch.float32, requires_grad=True)
    functional.cross_entropy((table @ table[centre])[None], torch.tensor([target])).backward()
    return table.grad


def one_table_by_the_library(E, centre, target):
    return word2vec.one_table(word2vec.skipgram(E, E, np.array([centre]), np.array([target])))


def one_table_by_nudging(E, centre, target):
    def loss(E):
        scores = E @ E[centre]
        return np.log(np.exp(scores).sum()) - scores[target]

    gradient = np.zeros_like(E)
    for place in np.ndindex(E.shape):
        nudge = np.zeros_like(E)
        nudge[place] = 1e-5
        gradient[place] = (loss(E + nudge) - loss(E - nudge)) / 2e-5
    return gradient


def cbow_by_loop(E, U, context, target):
    h = sum(E[w] for w in context) / len(context)
    p = np.exp(U @ h) / np.exp(U @ h).sum()
    p[target] -= 1
    gradient = np.zeros(E.shape)
    for w in context:
        gradient[w] += p @ U / len(context)
    return gradient


def cbow_by_counts(E, U, context, target):
    share = np.bincount(context, minlength=len(E)) / len(context)
    h = share @ E
    error = np.exp(U @ h) / np.exp(U @ h).sum() - (np.arange(len(U)) == target)
    return np.outer(share, U.T @ error)


def cbow_by_autograd(E, U, context, target):
    E, U = torch.tensor(E, dtype=torch.float32, requires_grad=True), torch.tensor(U, dtype=torch.float32)
    h = E[torch.tensor(context)].mean(dim=0)
    functional.cross_entropy((U @ h)[None], torch.tensor([target])).backward()
    return E.grad


def cbow_by_nudging(E, U, context, target):
    def loss(E):
        scores = U @ E[context].mean(axis=0)
        return np.log(np.exp(scores).sum()) - scores[target]

    gradient = np.zeros_like(E)
    for place in np.ndindex(E.shape):
        nudge = np.zeros_like(E)
        nudge[place] = 1e-5
        gradient[place] = (loss(E + nudge) - loss(E - nudge)) / 2e-5
    return gradient


def cbow_by_lists(E, U, context, target):
    gradient = cbow_by_counts(E, U, context, target)
    return [row.tolist() for row in gradient]


def sentences_by_sorting_rows(user, item, timestamp):
    found = [[] for _ in range(max(user) + 1)]
    for row in sorted(range(len(user)), key=lambda row: timestamp[row]):
        found[user[row]].append(int(item[row]))
    return found


def sentences_by_pandas(user, item, timestamp):
    log = pd.DataFrame({"user": user, "item": item, "timestamp": timestamp})
    lists = log.sort_values("timestamp", kind="stable").groupby("user")["item"].agg(list)
    return [lists.get(u, []) for u in range(log["user"].max() + 1)]


def sentences_by_user(user, item, timestamp):
    found = []
    for u in range(user.max() + 1):
        mine = np.flatnonzero(user == u)
        found.append(item[mine[np.argsort(timestamp[mine], kind="stable")]])
    return found


def sentences_by_two_keys(user, item, timestamp):
    order = np.lexsort((timestamp, user))
    ends = np.bincount(user).cumsum()
    return np.split(item[order], ends[:-1])


def sentences_by_tuples(user, item, timestamp):
    rows = sorted(zip(timestamp, range(len(item)), user, item))
    return tuple(tuple(i for _, _, who, i in rows if who == u) for u in range(user.max() + 1))


def sentences_by_reindexing(user, item, timestamp):
    log = pd.DataFrame({"user": user, "item": item}).iloc[np.argsort(timestamp, kind="mergesort")]
    lists = log.groupby("user")["item"].apply(list).reindex(range(user.max() + 1))
    return lists.map(lambda films: films if isinstance(films, list) else [])


ANSWERS = {
    "word2vec-pairs": [
        pairs_by_comparing_places,
        pairs_by_shifting,
        pairs_by_slices,
        pairs_by_numpy,
        pairs_by_pandas,
        pairs_by_windows,
        pairs_by_padding,
    ],
    "word2vec-loss": [loss_by_logaddexp, loss_by_loops, loss_by_torch, loss_by_log_softmax, loss_by_scipy],
    "word2vec-prior": [prior_as_softmax, prior_by_factors, prior_by_loop, prior_by_torch, prior_of_the_seen],
    "word2vec-cbow": [cbow_by_loop, cbow_by_counts, cbow_by_autograd, cbow_by_nudging, cbow_by_lists],
    "word2vec-one-table": [
        one_table_as_a_sum,
        one_table_by_loop,
        one_table_by_autograd,
        one_table_by_the_library,
        one_table_by_nudging,
    ],
    "word2vec-sentences": [
        sentences_by_sorting_rows,
        sentences_by_pandas,
        sentences_by_user,
        sentences_by_two_keys,
        sentences_by_tuples,
        sentences_by_reindexing,
    ],
}


def pairs_one_short(sentence, radius):
    n = len(sentence)
    return [
        (sentence[i], sentence[j]) for i in range(n) for j in range(i - radius, i + radius) if 0 <= j < n and j != i
    ]


def pairs_with_itself(sentence, radius):
    n = len(sentence)
    return [(sentence[i], sentence[j]) for i in range(n) for j in range(n) if abs(i - j) <= radius]


def pairs_by_negative_slices(sentence, radius):
    found = []
    for i, centre in enumerate(sentence):
        found += [(centre, word) for word in sentence[i - radius : i] + sentence[i + 1 : i + 1 + radius]]
    return found


def pairs_to_the_right(sentence, radius):
    return [(a, b) for i, a in enumerate(sentence) for b in sentence[i + 1 : i + 1 + radius]]


def pairs_of_other_words(sentence, radius):
    found = []
    for i, centre in enumerate(sentence):
        for word in sentence[max(0, i - radius) : i + radius + 1]:
            if word != centre:
                found.append((centre, word))
    return found


def pairs_around_the_end(sentence, radius):
    found = []
    for i in range(len(sentence)):
        for j in range(i - radius, i + radius + 1):
            if j != i and j < len(sentence):
                found.append((sentence[i], sentence[j]))
    return found


def softmax(scores):
    powers = np.exp(scores - np.max(scores))
    return powers / powers.sum()


def cbow_error(E, U, context, target):
    return softmax(U @ E[context].mean(axis=0)) - np.eye(len(U))[target]


def cbow_of_the_sum(E, U, context, target):
    error = softmax(U @ E[context].sum(axis=0)) - np.eye(len(U))[target]
    gradient = np.zeros_like(E)
    np.add.at(gradient, context, U.T @ error)
    return gradient


def cbow_undivided(E, U, context, target):
    gradient = np.zeros_like(E)
    for w in context:
        gradient[w] += U.T @ cbow_error(E, U, context, target)
    return gradient


def cbow_without_repeats(E, U, context, target):
    gradient = np.zeros_like(E)
    gradient[context] += U.T @ cbow_error(E, U, context, target) / len(context)
    return gradient


def cbow_of_the_mean(E, U, context, target):
    return U.T @ cbow_error(E, U, context, target)


def cbow_without_truth(E, U, context, target):
    gradient = np.zeros_like(E)
    np.add.at(gradient, context, U.T @ softmax(U @ E[context].mean(axis=0)) / len(context))
    return gradient


def cbow_as_a_step(E, U, context, target):
    return E - cbow_by_counts(E, U, context, target)


def cbow_of_the_output(E, U, context, target):
    return np.outer(cbow_error(E, U, context, target), E[context].mean(axis=0))


def sigma(s):
    return 1 / (1 + np.exp(-s))


def sentences_without_time(user, item, timestamp):
    return [item[user == u] for u in range(user.max() + 1)]


def sentences_of_seen_users(user, item, timestamp):
    order = np.argsort(timestamp, kind="stable")
    user, item = user[order], item[order]
    return [item[user == u] for u in np.unique(user)]


def sentences_but_the_last(user, item, timestamp):
    return sentences_by_user(user, item, timestamp)[:-1]


def sentences_backwards(user, item, timestamp):
    return [films[::-1] for films in sentences_by_user(user, item, timestamp)]


def sentences_of_items_sorted_alone(user, item, timestamp):
    item = item[np.argsort(timestamp, kind="stable")]
    return [item[user == u] for u in range(user.max() + 1)]


def sentences_ties_by_item(user, item, timestamp):
    found = [[] for _ in range(user.max() + 1)]
    for _, u, i in sorted(zip(timestamp, user, item)):
        found[u].append(i)
    return found


def sentences_in_a_dictionary(user, item, timestamp):
    found = {}
    for row in np.argsort(timestamp, kind="stable"):
        found.setdefault(int(user[row]), []).append(int(item[row]))
    return found


def pairs_where(holds):
    def pairs(sentence, radius):
        places = range(len(sentence))
        return [(sentence[i], sentence[j]) for i in places for j in places if holds(i, j, radius)]

    return pairs


def pairs_of_places(sentence, radius):
    return [(i, j) for i in range(len(sentence)) for j in range(len(sentence)) if 0 < abs(i - j) <= radius]


def pairs_of_full_windows(sentence, radius):
    found = []
    for i in range(radius, len(sentence) - radius):
        for j in range(i - radius, i + radius + 1):
            if j != i:
                found.append((sentence[i], sentence[j]))
    return found


def pairs_as_windows(sentence, radius):
    return [
        (word, sentence[max(0, i - radius) : i] + sentence[i + 1 : i + 1 + radius]) for i, word in enumerate(sentence)
    ]


def loss_against_others(v, U, target):
    powers = np.exp(U @ v)
    return -np.log(powers[target] / (powers.sum() - powers[target]))


def loss_of_all_as_entropy(v, U, target):
    p = softmax(U @ v)
    return -(p * np.log(p)).sum()


def cbow_to_the_last(E, U, context, target):
    gradient = np.zeros_like(E)
    for w in context:
        gradient[w] = U.T @ cbow_error(E, U, context, target) / len(context)
    return gradient


def cbow_of_sum_but_shared(E, U, context, target):
    return cbow_of_the_sum(E, U, context, target) / len(context)


def cbow_upwards(E, U, context, target):
    return -cbow_by_counts(E, U, context, target)


def cbow_by_vocabulary(E, U, context, target):
    return cbow_undivided(E, U, context, target) / len(E)


def cbow_everywhere(E, U, context, target):
    return np.tile(U.T @ cbow_error(E, U, context, target) / len(context), (len(E), 1))


def cbow_at_target(E, U, context, target):
    gradient = np.zeros_like(E)
    gradient[target] = U.T @ cbow_error(E, U, context, target)
    return gradient


def cbow_rows_of_context(E, U, context, target):
    return cbow_by_counts(E, U, context, target)[context]


def cbow_as_skipgram(E, U, context, target):
    gradient = np.zeros_like(E)
    for w in context:
        gradient[w] += U.T @ (softmax(U @ E[w]) - np.eye(len(U))[target])
    return gradient


def sentences_of_shared_list(user, item, timestamp):
    found = [[]] * (user.max() + 1)
    for row in np.argsort(timestamp, kind="stable"):
        found[user[row]].append(item[row])
    return found


def sentences_one_split_more(user, item, timestamp):
    return np.split(item[np.lexsort((timestamp, user))], np.bincount(user).cumsum())


def sentences_of_rows(user, item, timestamp):
    order = np.argsort(timestamp, kind="stable")
    return [order[user[order] == u] for u in range(user.max() + 1)]


def sentences_of_times(user, item, timestamp):
    return [np.sort(timestamp[user == u]) for u in range(user.max() + 1)]


def sentences_ties_reversed(user, item, timestamp):
    order = sorted(range(len(item)), key=lambda row: (timestamp[row], -row))
    return [[item[row] for row in order if user[row] == u] for u in range(user.max() + 1)]


def sentences_of_so_many_users(user, item, timestamp):
    order = np.argsort(timestamp, kind="stable")
    return [item[order][user[order] == u] for u in range(len(set(user)))]


def sentences_by_film_number(user, item, timestamp):
    return [np.sort(item[user == u]) for u in range(user.max() + 1)]


def sentences_in_one(user, item, timestamp):
    return item[np.lexsort((timestamp, user))]


def pairs_within_windows(sentence, radius):
    found = []
    for i in range(len(sentence)):
        window = sentence[max(0, i - radius) : i + radius + 1]
        found += [(a, b) for p, a in enumerate(window) for q, b in enumerate(window) if p != q]
    return found


def pairs_by_one_shift(sentence, radius):
    return list(zip(sentence, sentence[radius:]))


def loss_of_log_quotient(v, U, target):
    powers = np.exp(U @ v)
    return -np.log(powers[target]) / np.log(powers.sum())


def loss_with_log_of_scores(v, U, target):
    return np.log((U @ v).sum()) - U[target] @ v


def cbow_of_output_in_context(E, U, context, target):
    gradient = np.zeros_like(E)
    gradient[context] = cbow_of_the_output(E, U, context, target)[context]
    return gradient


def cbow_set_by_vocabulary(E, U, context, target):
    gradient = np.zeros_like(E)
    gradient[context] = U.T @ cbow_error(E, U, context, target) / len(E)
    return gradient


def sentences_of_runs(user, item, timestamp):
    found = [[] for _ in range(user.max() + 1)]
    for row in range(len(item)):
        if row == 0 or user[row] != user[row - 1]:
            found[user[row]] = []
        found[user[row]].append(item[row])
    return found


def sentences_of_orders(user, item, timestamp):
    return [np.argsort(timestamp[user == u], kind="stable") for u in range(user.max() + 1)]


def pairs_from_second_word(sentence, radius):
    found = []
    for i in range(1, len(sentence)):
        for j in range(max(0, i - radius), min(len(sentence), i + radius + 1)):
            if j != i:
                found.append((sentence[i], sentence[j]))
    return found


def pairs_of_left_and_centre(sentence, radius):
    found = []
    for i in range(len(sentence)):
        for j in range(max(0, i - radius), i + 1):
            found.append((sentence[i], sentence[j]))
    return found


def loss_of_row_before_softmax(v, U, target):
    return -np.log(softmax(U[target] * v)).sum()


def cbow_of_one_context_word(E, U, context, target):
    gradient = np.zeros_like(E)
    error = softmax(U @ E[context[0]]) - np.eye(len(U))[target]
    gradient[context[0]] = U.T @ error
    return gradient


def cbow_wrong_way_error(E, U, context, target):
    error = np.eye(len(U))[target] - softmax(U @ E[context].mean(axis=0))
    gradient = np.zeros_like(E)
    for w in context:
        gradient[w] += error @ U
    return gradient


def sentences_by_pandas_default(user, item, timestamp):
    log = pd.DataFrame({"user": user, "item": item, "timestamp": timestamp})
    return log.sort_values(["user", "timestamp"]).groupby("user")["item"].apply(list).tolist()


def sentences_by_pandas_without_time(user, item, timestamp):
    log = pd.DataFrame({"user": user, "item": item})
    return log.groupby("user")["item"].apply(list).tolist()


def loss_with_large_powers(v, U, target):
    powers = np.exp(U @ v)
    p = powers / powers.sum()
    return -np.log(p[target])


def loss_by_loops_with_large_powers(v, U, target):
    scores = [sum(a * b for a, b in zip(u, v)) for u in U]
    return math.log(sum(math.exp(s) for s in scores)) - scores[target]


def loss_by_ratio(v, U, target):
    return np.log(np.exp((U - U[target]) @ v).sum())


def loss_with_a_crumb(v, U, target):
    return -np.log(softmax(U @ v)[target] + 1e-12)


def prior_not_normal(scores, counts, alpha):
    return [math.exp(s) * c**alpha for s, c in zip(scores, counts)]


def prior_for_nothing(scores, counts, alpha):
    return np.exp(scores) / np.exp(scores).sum()


def prior_of_shares(scores, counts, alpha):
    p = softmax(scores)
    return p * counts / (p * counts).sum()


def prior_minus(scores, counts, alpha):
    weights = np.exp(scores) / np.maximum(counts, 1) ** alpha
    return weights / weights.sum()


def one_table_overwritten(E, centre, target):
    error = softmax(E @ E[centre]) - np.eye(len(E))[target]
    gradient = np.outer(error, E[centre])
    gradient[centre] = E.T @ error
    return gradient


def one_table_of_output(E, centre, target):
    return word2vec.skipgram(E, E, np.array([centre]), np.array([target])).grad_output


def one_table_of_input(E, centre, target):
    return word2vec.skipgram(E, E, np.array([centre]), np.array([target])).grad_input


def one_table_detached(E, centre, target):
    table = torch.tensor(E, dtype=torch.float32, requires_grad=True)
    functional.cross_entropy((table @ table[centre].detach())[None], torch.tensor([target])).backward()
    return table.grad


WRONG = {
    "word2vec-prior": [prior_not_normal, prior_for_nothing, prior_of_shares, prior_minus],
    "word2vec-one-table": [one_table_overwritten, one_table_of_output, one_table_of_input, one_table_detached],
    "word2vec-pairs": [
        pairs_one_short,
        pairs_with_itself,
        pairs_by_negative_slices,
        pairs_to_the_right,
        pairs_of_other_words,
        pairs_around_the_end,
        lambda sentence, radius: set(pairs_by_slices(sentence, radius)),
        pairs_where(lambda i, j, radius: abs(i - j) == radius),
        pairs_where(lambda i, j, radius: 0 < abs(i - j) < radius),
        pairs_where(lambda i, j, radius: i != j and i - j <= radius),
        pairs_where(lambda i, j, radius: i != j),
        pairs_where(lambda i, j, radius: abs(i - j) == 1),
        pairs_where(lambda i, j, radius: 0 < i - j <= radius),
        pairs_of_places,
        pairs_of_full_windows,
        pairs_as_windows,
        pairs_within_windows,
        pairs_by_one_shift,
        pairs_from_second_word,
        pairs_of_left_and_centre,
    ],
    "word2vec-loss": [
        lambda v, U, target: np.log(softmax(U @ v)[target]),
        lambda v, U, target: softmax(U @ v)[target],
        lambda v, U, target: -np.log2(softmax(U @ v)[target]),
        lambda v, U, target: -np.log(softmax(U @ v)),
        lambda v, U, target: -np.log((U @ v)[target] / (U @ v).sum()),
        lambda v, U, target: -np.log(sigma(U[target] @ v)),
        lambda v, U, target: -np.log(softmax(U @ v)).sum(),
        loss_against_others,
        loss_of_all_as_entropy,
        lambda v, U, target: -(U @ v)[target],
        lambda v, U, target: 1 - softmax(U @ v)[target],
        lambda v, U, target: -np.log10(softmax(U @ v)[target]),
        lambda v, U, target: np.log(np.exp(U @ v).sum()),
        lambda v, U, target: -np.log(1 - softmax(U @ v)[target]),
        lambda v, U, target: -np.log(np.exp(U @ v)[target] / len(U)),
        loss_of_log_quotient,
        loss_with_log_of_scores,
        loss_of_row_before_softmax,
        lambda v, U, target: -np.log(np.exp(U[target] @ v)) / np.exp(U @ v).sum(),
    ],
    "word2vec-cbow": [
        cbow_of_the_sum,
        cbow_undivided,
        cbow_without_repeats,
        cbow_of_the_mean,
        cbow_without_truth,
        cbow_as_a_step,
        cbow_of_the_output,
        cbow_to_the_last,
        cbow_of_sum_but_shared,
        cbow_upwards,
        cbow_by_vocabulary,
        cbow_everywhere,
        cbow_at_target,
        cbow_rows_of_context,
        cbow_as_skipgram,
        cbow_of_output_in_context,
        cbow_set_by_vocabulary,
        cbow_of_one_context_word,
        cbow_wrong_way_error,
    ],
    "word2vec-sentences": [
        sentences_without_time,
        sentences_of_seen_users,
        sentences_but_the_last,
        sentences_backwards,
        sentences_of_items_sorted_alone,
        sentences_ties_by_item,
        sentences_in_a_dictionary,
        sentences_of_shared_list,
        sentences_one_split_more,
        sentences_of_rows,
        sentences_of_times,
        sentences_ties_reversed,
        sentences_of_so_many_users,
        sentences_by_film_number,
        sentences_in_one,
        sentences_of_runs,
        sentences_of_orders,
        sentences_by_pandas_default,
        sentences_by_pandas_without_time,
    ],
}


def loss_with_the_sum_outside(v, U, target):
    scores = U @ v
    return np.log(np.exp(scores)).sum() - scores[target]


def loss_of_every_word_alone(v, U, target):
    return -np.log(1 / (1 + np.exp(-(U[target] @ v)))) - np.log(1 / (1 + np.exp(np.delete(U, target, 0) @ v))).sum()


WRONG.setdefault("word2vec-loss", []).extend(
    [
        loss_with_the_sum_outside,
        loss_of_every_word_alone,
        loss_with_large_powers,
        loss_by_loops_with_large_powers,
        loss_by_ratio,
        loss_with_a_crumb,
    ]
)
