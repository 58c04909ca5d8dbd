"""Right answers to the exercises of chapter 06."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch.nn import functional


def mean_by_loops(vectors, real):
    means = []
    for rows, mask in zip(vectors, real):
        kept = [row for row, counts in zip(rows, mask) if counts]
        means.append(sum(kept) / len(kept))
    return means


def mean_by_einsum(vectors, real):
    weights = real / real.sum(axis=1, keepdims=True)
    return np.einsum("bn,bnd->bd", weights, vectors)


def mean_by_torch(vectors, real):
    vectors, real = torch.tensor(vectors, dtype=torch.float32), torch.tensor(real)
    return vectors.masked_fill(~real[..., None], 0).sum(dim=1) / real.sum(dim=1, keepdim=True)


def mean_by_masked_array(vectors, real):
    hidden = np.broadcast_to(~np.asarray(real)[..., None], vectors.shape)
    return np.ma.array(vectors, mask=hidden).mean(axis=1).filled(0)


def score_by_loops(u, v, w, b):
    return [1 / (1 + math.exp(-(w * sum(x * y for x, y in zip(one, other)) + b))) for one, other in zip(u, v)]


def score_by_einsum(u, v, w, b):
    return 1 / (1 + np.exp(-w * np.einsum("nd,nd->n", u, v) - b))


def score_by_torch(u, v, w, b):
    u, v = torch.tensor(u), torch.tensor(v)
    return torch.sigmoid(w * (u * v).sum(dim=1) + b)


def score_from_the_diagonal(u, v, w, b):
    s = w * np.diag(u @ v.T) + b
    return np.exp(s) / (1 + np.exp(s))


def parameters_in_sum(n_users, n_items, d, width):
    identities = n_users * width + n_items * width
    projections = d * width + d * width
    return identities + projections + n_items


def parameters_from_arrays(n_users, n_items, d, width):
    shapes = [(n_users, width), (n_items, width), (d, width), (d, width), (n_items,)]
    return sum(math.prod(shape) for shape in shapes)


def parameters_by_torch(n_users, n_items, d, width):
    layers = [
        torch.nn.Embedding(n_users, width),
        torch.nn.Embedding(n_items, width + 1),
        torch.nn.Linear(d, width, bias=False),
        torch.nn.Linear(d, width, bias=False),
    ]
    return sum(weight.numel() for layer in layers for weight in layer.parameters())


def logits_by_loops(scores, labels):
    total = 0.0
    for s, label in zip(scores, labels):
        s = -s if label == 1 else s
        total += max(s, 0) + math.log1p(math.exp(-abs(s)))
    return total / len(scores)


def logits_as_tensorflow_does(scores, labels):
    return np.mean(np.maximum(scores, 0) - scores * labels + np.log1p(np.exp(-np.abs(scores))))


def logits_by_torch(scores, labels):
    return functional.binary_cross_entropy_with_logits(torch.tensor(scores), torch.tensor(labels).double())


def logits_by_logsigmoid(scores, labels):
    signs = 2 * torch.tensor(labels) - 1
    return -functional.logsigmoid(torch.tensor(scores) * signs).mean().item()


def negatives_by_loops(positive, negative, items, drawn):
    losses = []
    for own, scores, item in zip(positive, negative, items):
        others = [math.exp(score) for score, film in zip(scores, drawn) if film != item]
        losses.append(math.log(math.exp(own) + sum(others)) - own)
    return sum(losses) / len(losses)


def negatives_by_torch(positive, negative, items, drawn):
    positive, negative, items, drawn = map(torch.tensor, (positive, negative, items, drawn))
    negative = negative.masked_fill(drawn == items[:, None], -torch.inf)
    scores = torch.cat([positive[:, None], negative], dim=1)
    return functional.cross_entropy(scores, torch.zeros(len(scores), dtype=torch.long))


def negatives_by_weights(positive, negative, items, drawn):
    counts = (drawn[None] != items[:, None]).astype(float)
    share = np.exp(positive) / (np.exp(positive) + (counts * np.exp(negative)).sum(axis=1))
    return -np.log(share).mean()


def batches_by_numpy(rows, order, size):
    shuffled = np.array(rows)[order]
    return [piece.tolist() for piece in np.split(shuffled, range(size, len(rows), size))]


def batches_by_appending(rows, order, size):
    found = []
    for number, place in enumerate(order):
        if number % size == 0:
            found.append([])
        found[-1].append(rows[place])
    return found


def batches_by_torch(rows, order, size):
    return [piece.tolist() for piece in torch.tensor(rows)[torch.tensor(order)].split(size)]


ANSWERS = {
    "tensorflow-mean": [mean_by_loops, mean_by_einsum, mean_by_torch, mean_by_masked_array],
    "tensorflow-score": [score_by_loops, score_by_einsum, score_by_torch, score_from_the_diagonal],
    "tensorflow-parameters": [parameters_in_sum, parameters_from_arrays, parameters_by_torch],
    "tensorflow-logits": [logits_by_loops, logits_as_tensorflow_does, logits_by_torch, logits_by_logsigmoid],
    "tensorflow-negatives": [negatives_by_loops, negatives_by_torch, negatives_by_weights],
    "tensorflow-batches": [batches_by_numpy, batches_by_appending, batches_by_torch],
}
