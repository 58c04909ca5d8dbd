"""Right answers of chapter 16, each written in another way."""

from __future__ import annotations

import heapq
from collections import Counter

import numpy as np
import torch


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


ANSWERS = {
    "generative-level": [level_by_loop, level_by_dot_products, level_by_torch],
    "generative-collision": [collision_by_counter, collision_by_numpy, collision_by_slices],
    "generative-trie": [trie_by_sets, trie_by_dictionaries, trie_by_torch],
    "generative-beam": [beam_by_loop, beam_by_heap, beam_by_torch],
}
