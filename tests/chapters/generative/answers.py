"""Right answers of chapter 16, each written in another way."""

from __future__ import annotations

import heapq
import math
from collections import Counter

import numpy as np
import torch


def likelihood_by_loop(logits, tokens, given):
    total = 0.0
    for t in range(given, len(tokens)):
        row = [float(value) for value in logits[t - 1]]
        total += row[tokens[t]] - math.log(sum(math.exp(value) for value in row))
    return total


def likelihood_by_arrays(logits, tokens, given):
    shares = logits - np.logaddexp.reduce(logits, axis=1)[:, None]
    return shares[np.arange(given - 1, len(tokens) - 1), tokens[given:]].sum()


def likelihood_by_torch(logits, tokens, given):
    rows, wanted = torch.tensor(logits)[given - 1 : -1], torch.tensor(tokens)[given:]
    return -torch.nn.functional.cross_entropy(rows, wanted, reduction="sum").item()


def added_by_loop(with_history, without, n_tokens):
    return [(a - b) / n for a, b, n in zip(with_history, without, n_tokens, strict=True)]


def added_by_probabilities(with_history, without, n_tokens):
    return np.log(np.exp(with_history) / np.exp(without)) / n_tokens


def added_by_torch(with_history, without, n_tokens):
    return torch.tensor(with_history).sub(torch.tensor(without)).div(torch.tensor(n_tokens))


def temperature_by_sorting(logits, temperature, k):
    least = sorted(logits)[-k]
    powers = [math.exp(value / temperature) if value >= least else 0.0 for value in logits]
    return [power / sum(powers) for power in powers]


def temperature_by_infinity(logits, temperature, k):
    scaled = np.where(logits >= np.sort(logits)[-k], logits / temperature, -np.inf)
    return np.exp(scaled - np.logaddexp.reduce(scaled))


def temperature_by_torch(logits, temperature, k):
    scaled = torch.tensor(logits) / temperature
    values, places = torch.topk(scaled, k)
    return torch.full_like(scaled, float("-inf")).scatter(0, places, values).softmax(0)


def level_by_loop(vectors, centres):
    rest = []
    for vector in vectors:
        distances = [np.linalg.norm(vector - centre) for centre in centres]
        rest.append(vector - centres[int(np.argmin(distances))])
    return rest


def level_by_dot_products(vectors, centres):
    nearest = np.argmin((centres**2).sum(axis=1) - 2 * vectors @ centres.T, axis=1)
    return vectors - centres[nearest]


def level_by_torch(vectors, centres):
    vectors, centres = torch.tensor(vectors), torch.tensor(centres)
    return vectors - centres[torch.cdist(vectors, centres).argmin(dim=1)]


def collision_by_counter(codes):
    seen, last = Counter(), []
    for row in codes:
        last.append(seen[tuple(row)])
        seen[tuple(row)] += 1
    return last


def collision_by_numpy(codes):
    same = (codes[:, None] == codes[None]).all(axis=2)
    return np.tril(same, -1).sum(axis=1)


def collision_by_slices(codes):
    return [sum(list(earlier) == list(row) for earlier in codes[:place]) for place, row in enumerate(codes)]


def trie_by_sets(codes, prefix):
    start, depth = list(prefix), len(prefix)
    return sorted({int(row[depth]) for row in codes if list(row[:depth]) == start})


def trie_by_dictionaries(codes, prefix):
    tree: dict = {}
    for row in codes.tolist():
        node = tree
        for code in row:
            node = node.setdefault(code, {})
    for code in prefix:
        tree = tree.get(int(code), {})
    return sorted(tree)


def trie_by_torch(codes, prefix):
    codes, prefix = torch.tensor(codes), torch.tensor(prefix)
    begins = (codes[:, : len(prefix)] == prefix).all(dim=1)
    return codes[begins, len(prefix)].unique().tolist()


def beam_by_loop(scores, log_p, allowed, width):
    found = [
        (scores[b] + log_p[b, c], (b, c)) for b in range(len(scores)) for c in range(log_p.shape[1]) if allowed[b, c]
    ]
    return [pair for _, pair in sorted(found, key=lambda one: -one[0])[:width]]


def beam_by_heap(scores, log_p, allowed, width):
    pairs = np.argwhere(allowed)
    best = heapq.nlargest(width, range(len(pairs)), key=lambda at: scores[pairs[at][0]] + log_p[tuple(pairs[at])])
    return pairs[best]


def beam_by_torch(scores, log_p, allowed, width):
    total = (torch.tensor(scores)[:, None] + torch.tensor(log_p)).masked_fill(~torch.tensor(allowed), -torch.inf)
    best = total.flatten().topk(min(width, int(allowed.sum()))).indices
    return torch.stack([best // total.shape[1], best % total.shape[1]], dim=1)


def lora_by_loop(x, W, A, B, alpha):
    rows = []
    for token in x:
        narrow = [sum(a * value for a, value in zip(row, token, strict=True)) for row in A]
        added = [sum(b * value for b, value in zip(row, narrow, strict=True)) for row in B]
        rows.append([float(w @ token) + alpha / len(A) * more for w, more in zip(W, added, strict=True)])
    return rows


def lora_by_one_matrix(x, W, A, B, alpha):
    return (W + B @ A * (alpha / B.shape[1])).dot(x.T).T


def lora_by_torch(x, W, A, B, alpha):
    x, W, A, B = (torch.tensor(part) for part in (x, W, A, B))
    linear = torch.nn.functional.linear
    return linear(x, W) + linear(linear(x, A), B) * alpha / A.shape[0]


def merge_by_outer(W, A, B, alpha):
    whole = W.copy()
    for column, row in zip(B.T, A, strict=True):
        whole += alpha / len(A) * np.outer(column, row)
    return whole


def merge_by_einsum(W, A, B, alpha):
    return W + np.einsum("or,ri->oi", B, A) * alpha / A.shape[0]


def merge_by_torch(W, A, B, alpha):
    return torch.addmm(torch.tensor(W), torch.tensor(B), torch.tensor(A), alpha=alpha / B.shape[1])


ANSWERS = {
    "generative-log-likelihood": [likelihood_by_loop, likelihood_by_arrays, likelihood_by_torch],
    "generative-history-adds": [added_by_loop, added_by_probabilities, added_by_torch],
    "generative-temperature": [temperature_by_sorting, temperature_by_infinity, temperature_by_torch],
    "generative-level": [level_by_loop, level_by_dot_products, level_by_torch],
    "generative-collision": [collision_by_counter, collision_by_numpy, collision_by_slices],
    "generative-trie": [trie_by_sets, trie_by_dictionaries, trie_by_torch],
    "generative-beam": [beam_by_loop, beam_by_heap, beam_by_torch],
    "generative-lora-forward": [lora_by_loop, lora_by_one_matrix, lora_by_torch],
    "generative-lora-merge": [merge_by_outer, merge_by_einsum, merge_by_torch],
}
