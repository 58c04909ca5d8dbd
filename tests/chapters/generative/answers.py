"""Right answers of chapter 16, each written in another way."""

from __future__ import annotations

import numpy as np
import torch


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
    "generative-lora-forward": [lora_by_loop, lora_by_one_matrix, lora_by_torch],
    "generative-lora-merge": [merge_by_outer, merge_by_einsum, merge_by_torch],
}
