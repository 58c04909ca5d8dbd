"""Right answers to the exercises of chapter 00."""

from __future__ import annotations

import math

import numpy as np
import torch


def cosine_by_loop(a, b):
    dot = sum(x * y for x, y in zip(a, b, strict=True))
    return dot / math.sqrt(sum(x * x for x in a)) / math.sqrt(sum(y * y for y in b))


def cosine_of_units(a, b):
    a, b = np.asarray(a), np.asarray(b)
    return (a / np.linalg.norm(a)) @ (b / np.linalg.norm(b))


def cosine_by_torch(a, b):
    return torch.nn.functional.cosine_similarity(torch.tensor(a), torch.tensor(b), dim=0)


def top_by_sorted(scores, n):
    return sorted(range(len(scores)), key=lambda i: scores[i], reverse=True)[:n]


def top_by_reversing(scores, n):
    return np.argsort(scores)[::-1][:n]


def top_by_torch(scores, n):
    return torch.topk(torch.tensor(scores), n).indices


def top_by_taking(scores, n):
    left = dict(enumerate(scores))
    found = []
    for _ in range(n):
        found.append(max(left, key=left.get))
        del left[found[-1]]
    return tuple(found)


ANSWERS = {
    "start-cosine": [cosine_by_loop, cosine_of_units, cosine_by_torch],
    "start-top-n": [top_by_sorted, top_by_reversing, top_by_torch, top_by_taking],
}


def length(a):
    return np.linalg.norm(a)


def cosine_without_brackets(a, b):
    return np.dot(a, b) / length(a) * length(b)


def cosine_without_root(a, b):
    a, b = np.asarray(a), np.asarray(b)
    return a @ b / ((a**2).sum() * (b**2).sum())


def cosine_unsummed(a, b):
    return np.asarray(a) * np.asarray(b) / (length(a) * length(b))


def top_of_ranks(scores, n):
    return np.argsort(np.argsort(-np.asarray(scores)))[:n]


def top_by_repeated_maximum(scores, n):
    scores = list(scores)
    return [scores.index(max(scores)) for _ in range(n)]


def top_with_scores(scores, n):
    return sorted(enumerate(scores), key=lambda pair: -pair[1])[:n]


def cosine_of_halves(a, b):
    unit = np.asarray(a) / length(a)
    return float(unit @ np.asarray(b))


def top_by_dictionary(scores, n):
    best = sorted({score: i for i, score in enumerate(scores)}.items())[:n]
    return [i for _, i in best]


WRONG = {
    "start-cosine": [
        lambda a, b: np.dot(a, b),
        cosine_without_brackets,
        cosine_without_root,
        cosine_unsummed,
        lambda a, b: np.dot(a, b) / (len(a) * len(b)),
        lambda a, b: 1 - cosine_by_loop(a, b),
        lambda a, b: np.dot(a, b) / (length(a) + length(b)),
        lambda a, b: np.dot(a, b) / length(a),
        lambda a, b: np.dot(a, b) / length(np.asarray(a) * np.asarray(b)),
        lambda a, b: np.dot(a, b) / np.sqrt(np.sum(np.square(a)) + np.sum(np.square(b))),
        lambda a, b: abs(cosine_by_loop(a, b)),
        lambda a, b: np.arccos(cosine_by_loop(a, b)),
        lambda a, b: np.linalg.norm(np.asarray(a) - np.asarray(b)),
        lambda a, b: np.corrcoef(a, b)[0, 1],
        lambda a, b: np.dot(a, b) / length(a) ** 2,
        lambda a, b: np.degrees(np.arccos(cosine_by_loop(a, b))),
        cosine_of_halves,
        lambda a, b: math.sqrt(sum(x * y for x, y in zip(a, b))) / (length(a) * length(b)),
    ],
    "start-top-n": [
        lambda scores, n: np.argsort(scores)[:n],
        lambda scores, n: np.argsort(scores)[-n:],
        lambda scores, n: np.sort(scores)[::-1][:n],
        lambda scores, n: np.argsort(-np.asarray(scores)),
        lambda scores, n: np.argsort(scores)[:-n:-1],
        top_of_ranks,
        lambda scores, n: np.argsort(-np.asarray(scores))[n],
        lambda scores, n: sorted(scores)[-n:],
        lambda scores, n: np.argsort(scores[::-1])[:n],
        lambda scores, n: np.argsort(scores)[::-1][n:],
        lambda scores, n: np.argsort(-np.asarray(scores))[1 : n + 1],
        lambda scores, n: np.argsort(-np.abs(scores))[:n],
        lambda scores, n: np.argsort(-np.asarray(scores))[:n] + 1,
        lambda scores, n: np.flatnonzero(np.asarray(scores) >= np.sort(scores)[-n]),
        top_by_repeated_maximum,
        lambda scores, n: np.argsort(scores)[::-n],
        top_with_scores,
        top_by_dictionary,
        lambda scores, n: [i for i, score in enumerate(scores) if score in sorted(scores)[-n:]],
    ],
}
