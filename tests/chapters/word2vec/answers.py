"""Right answers to the exercises of chapter 03."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import torch
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


def loss_as_in_the_text(v, U, target):
    powers = np.exp(U @ v)
    p = powers / powers.sum()
    return -np.log(p[target])


def loss_by_loops(v, U, target):
    scores = [sum(a * b for a, b in zip(u, v)) for u in U]
    return math.log(sum(math.exp(s) for s in scores)) - scores[target]


def loss_by_torch(v, U, target):
    scores = torch.tensor(U, dtype=torch.float32) @ torch.tensor(v, dtype=torch.float32)
    return functional.cross_entropy(scores[None], torch.tensor([target]))


def loss_by_one_hot(v, U, target):
    y = np.zeros(len(U))
    y[target] = 1
    scores = (U * v).sum(axis=1)
    p = np.exp(scores - scores.max())
    p = p / p.sum()
    return -(y * np.log(p)).sum()


def loss_by_ratio(v, U, target):
    return np.log(np.exp((U - U[target]) @ v).sum())


def step_as_in_the_text(v, U, target, rate):
    p = np.exp(U @ v)
    p = p / p.sum()
    error = p - np.eye(len(U))[target]
    grad_U, grad_v = np.outer(error, v), U.T @ error
    return v - rate * grad_v, U - rate * grad_U


def step_by_loops(v, U, target, rate):
    powers = [math.exp(float(u @ v)) for u in U]
    new_v, new_U = list(v), [list(u) for u in U]
    for j, power in enumerate(powers):
        error = power / sum(powers) - (j == target)
        for k in range(len(v)):
            new_U[j][k] -= rate * error * v[k]
            new_v[k] -= rate * error * U[j][k]
    return new_v, new_U


def step_by_autograd(v, U, target, rate):
    v, U = (torch.tensor(a, dtype=torch.float32, requires_grad=True) for a in (v, U))
    functional.cross_entropy((U @ v)[None], torch.tensor([target])).backward()
    return v - rate * v.grad, U - rate * U.grad


def step_with_one_axis_more(v, U, target, rate):
    error = np.exp(v @ U.T) / np.exp(v @ U.T).sum()
    error[target] -= 1
    return [v - rate * error @ U, U - rate * error[:, None] * v]


def step_on_copies(v, U, target, rate):
    error = torch.softmax(torch.tensor(U @ v), dim=0).numpy()
    error[target] = error[target] - 1
    old_v, old_U = v.copy(), U.copy()
    v, U = v.copy(), U.copy()
    v -= rate * (old_U * error[:, None]).sum(axis=0)
    U -= rate * np.outer(error, old_v)
    return np.array(v), np.array(U)


def step_in_place(v, U, target, rate):
    error = np.exp(U @ v) / np.exp(U @ v).sum() - (np.arange(len(U)) == target)
    grad_U, grad_v = np.outer(error, v), U.T @ error
    U -= rate * grad_U
    v -= rate * grad_v
    return v, U


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


def negatives_as_in_the_text(v, u, noise):
    def sigma(s):
        return 1 / (1 + np.exp(-s))

    return -np.log(sigma(u @ v)) - np.log(sigma(-(noise @ v))).sum()


def negatives_by_loop(v, u, noise):
    loss = math.log(1 + math.exp(-sum(u * v)))
    for n in noise:
        loss = loss - math.log(1 - 1 / (1 + math.exp(-sum(n * v))))
    return loss


def negatives_by_torch(v, u, noise):
    v, u, noise = (torch.tensor(a, dtype=torch.float32) for a in (v, u, noise))
    return -functional.logsigmoid(u @ v) - functional.logsigmoid(-noise @ v).sum()


def negatives_by_binary_cross_entropy(v, u, noise):
    scores = torch.tensor(np.vstack([u, noise]) @ v)
    y = torch.zeros(len(scores), dtype=scores.dtype)
    y[0] = 1
    return functional.binary_cross_entropy_with_logits(scores, y, reduction="sum")


def negatives_by_signs(v, u, noise):
    signs = np.array([1] + [-1] * len(noise))
    return np.logaddexp(0, -signs * (np.vstack([u[None], noise]) @ v)).sum()


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
    "word2vec-loss": [loss_as_in_the_text, loss_by_loops, loss_by_torch, loss_by_one_hot, loss_by_ratio],
    "word2vec-step": [
        step_as_in_the_text,
        step_by_loops,
        step_by_autograd,
        step_with_one_axis_more,
        step_on_copies,
        step_in_place,
    ],
    "word2vec-cbow": [cbow_by_loop, cbow_by_counts, cbow_by_autograd, cbow_by_nudging, cbow_by_lists],
    "word2vec-negatives": [
        negatives_as_in_the_text,
        negatives_by_loop,
        negatives_by_torch,
        negatives_by_binary_cross_entropy,
        negatives_by_signs,
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
