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
