"""Right answers to the exercises of chapter 14, each written in another way."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import torch


def loss_by_loop(cosines, temperature):
    n, total = len(cosines), 0.0
    for i in range(n):
        row = sum(math.exp(cosines[i, j] / temperature) for j in range(n))
        column = sum(math.exp(cosines[j, i] / temperature) for j in range(n))
        own = math.exp(cosines[i, i] / temperature)
        total -= math.log(own / row) + math.log(own / column)
    return total / (2 * n)


def loss_by_logaddexp(cosines, temperature):
    logits = np.asarray(cosines) / temperature
    both = np.logaddexp.reduce(logits, axis=0) + np.logaddexp.reduce(logits, axis=1)
    return both.mean() / 2 - np.trace(logits) / len(logits)


def loss_by_torch(cosines, temperature):
    logits, own = torch.tensor(cosines) / temperature, torch.arange(len(cosines))
    loss = torch.nn.functional.cross_entropy
    return ((loss(logits, own) + loss(logits.T, own)) / 2).item()


def voice_by_loop(features):
    n, d = features.shape
    means = [sum(features[:, j]) / n for j in range(d)]
    rows = [[features[i, j] - means[j] for j in range(d)] for i in range(n)]
    size = math.sqrt(sum(value**2 for row in rows for value in row) / n)
    return [[value / size for value in row] for row in rows]


def voice_by_norm(features):
    centred = features - features.mean(axis=0, keepdims=True)
    return centred * np.sqrt(len(features)) / np.linalg.norm(centred)


def voice_by_torch(features):
    centred = torch.tensor(features) - torch.tensor(features).mean(dim=0)
    return centred / centred.pow(2).sum(dim=1).mean().sqrt()


def pair_by_orders(nothing, first, second, both):
    worth, gained = {(): nothing, (0,): first, (1,): second, (0, 1): both}, [0.0, 0.0]
    for order in permutations((0, 1)):
        for k, one in enumerate(order):
            gained[one] += worth[tuple(sorted(order[: k + 1]))] - worth[tuple(sorted(order[:k]))]
    return [one / 2 for one in gained]


def pair_by_shared_part(nothing, first, second, both):
    shared = both - first - second + nothing
    return np.array([first, second]) - nothing + shared / 2


def pair_by_rest(nothing, first, second, both):
    of_first = (both - second + first - nothing) / 2
    return torch.tensor([of_first, both - nothing - of_first])


def clip_by_loop(rows, longest):
    found = []
    for row in rows:
        length = sum(value * value for value in row) ** 0.5
        found.append([value * longest / length if length > longest else value for value in row])
    return found


def clip_by_division(rows, longest):
    return rows / np.maximum(1, np.sqrt((rows**2).sum(axis=1)) / longest)[:, None]


def clip_by_torch(rows, longest):
    return torch.renorm(torch.tensor(rows), p=2, dim=0, maxnorm=longest)


def late_by_loop(text, picture, has_picture, weight):
    def told(values):
        mean = sum(values) / len(values)
        return mean, math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))

    (a, b), (c, d) = told(list(text)), told([p for p, has in zip(picture, has_picture, strict=True) if has])
    out = []
    for t, p, has in zip(text, picture, has_picture, strict=True):
        out.append((1 - weight) * (t - a) / b + (weight * (p - c) / d if has else 0))
    return out


def late_by_weights(text, picture, has_picture, weight):
    share = weight * has_picture
    seen = picture[has_picture]
    return (1 - weight) * (text - text.mean()) / text.std() + share * (picture - seen.mean()) / seen.std()


def late_by_torch(text, picture, has_picture, weight):
    text, picture, has = torch.tensor(text), torch.tensor(picture), torch.tensor(has_picture)
    text = (text - text.mean()) / text.std(correction=0)
    picture = (picture - picture[has].mean()) / picture[has].std(correction=0)
    return torch.lerp(text, picture.masked_fill(~has, 0), weight)


def distil_by_loop(student, teacher):
    total = 0.0
    for a, b in zip(student, teacher, strict=True):
        total += sum(x * y for x, y in zip(a, b, strict=True)) / math.sqrt(sum(a**2) * sum(b**2))
    return 1 - total / len(student)


def distil_by_unit_rows(student, teacher):
    a = student / np.linalg.norm(student, axis=1, keepdims=True)
    b = teacher / np.linalg.norm(teacher, axis=1, keepdims=True)
    return 0.5 * ((a - b) ** 2).sum(axis=1).mean()


def distil_by_torch(student, teacher):
    cosine = torch.nn.functional.cosine_similarity
    return (1 - cosine(torch.tensor(student), torch.tensor(teacher))).mean()


def message_by_loop(values, masks, k, modulus):
    total = int(values[k])
    for other in range(len(values)):
        if other > k:
            total += int(masks[k, other])
        elif other < k:
            total -= int(masks[other, k])
    return total % modulus


def message_by_triangle(values, masks, k, modulus):
    upper = np.triu(masks, 1)
    return (values + upper.sum(axis=1) - upper.sum(axis=0))[k] % modulus


def message_by_torch(values, masks, k, modulus):
    upper = torch.triu(torch.tensor(masks), 1)
    return torch.remainder(torch.tensor(values)[k] + (upper - upper.T)[k].sum(), modulus)


ANSWERS = {
    "trends-clip-loss": [loss_by_loop, loss_by_logaddexp, loss_by_torch],
    "trends-equal-voice": [voice_by_loop, voice_by_norm, voice_by_torch],
    "trends-shapley-pair": [pair_by_orders, pair_by_shared_part, pair_by_rest],
    "trends-clip": [clip_by_loop, clip_by_division, clip_by_torch],
    "trends-late-fusion": [late_by_loop, late_by_weights, late_by_torch],
    "trends-distil": [distil_by_loop, distil_by_unit_rows, distil_by_torch],
    "trends-message": [message_by_loop, message_by_triangle, message_by_torch],
}
