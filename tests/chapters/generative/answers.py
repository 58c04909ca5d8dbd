"""Right answers of chapter 16, each written in another way."""

from __future__ import annotations

import math

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


ANSWERS = {
    "generative-log-likelihood": [likelihood_by_loop, likelihood_by_arrays, likelihood_by_torch],
    "generative-history-adds": [added_by_loop, added_by_probabilities, added_by_torch],
    "generative-temperature": [temperature_by_sorting, temperature_by_infinity, temperature_by_torch],
}
