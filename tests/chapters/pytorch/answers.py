"""Right answers to the exercises of chapter 07."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch.nn import functional


def scores_by_loops(users, items, negatives):
    table = []
    for user, item in zip(users, items):
        table.append([sum(a * b for a, b in zip(user, film)) for film in [item, *negatives]])
    return table


def scores_by_einsum(users, items, negatives):
    own = np.einsum("nw,nw->n", users, items)
    return np.column_stack([own, np.einsum("nw,mw->nm", users, negatives)])


def scores_by_torch(users, items, negatives):
    users, items, negatives = (torch.tensor(part, dtype=torch.float32) for part in (users, items, negatives))
    own = (users * items).sum(dim=1, keepdim=True)
    return torch.cat([own, users @ negatives.T], dim=1)


def scores_by_the_diagonal(users, items, negatives):
    return np.hstack([np.diag(users @ items.T).reshape(-1, 1), users @ negatives.T])


def collate_by_loops(rows, negatives):
    users, items, allowed = [], [], []
    for user, item in rows:
        users.append(user)
        items.append(item)
        allowed.append([bool(negative != item) for negative in negatives])
    return users, items, allowed


def collate_by_zip(rows, negatives):
    users, items = zip(*rows)
    return list(users), list(items), np.subtract.outer(items, negatives) != 0


def collate_by_torch(rows, negatives):
    users, items = torch.tensor(rows).T
    return users, items, torch.as_tensor(negatives)[None, :] != items[:, None]


def descend_by_torch(start, target, rate, steps):
    w = torch.tensor(start, requires_grad=True)
    goal, losses = torch.tensor(target), []
    for _ in range(steps):
        loss = (w - goal).square().sum()
        w.grad = None
        loss.backward()
        with torch.no_grad():
            w -= rate * w.grad
        losses.append(loss.item())
    return w, losses


def descend_by_sgd(start, target, rate, steps):
    w = torch.nn.Parameter(torch.tensor(start, dtype=torch.float32))
    optimizer = torch.optim.SGD([w], lr=rate)
    losses = torch.zeros(steps)
    for step in range(steps):
        optimizer.zero_grad()
        loss = functional.mse_loss(w, torch.tensor(target, dtype=torch.float32), reduction="sum")
        loss.backward()
        losses[step] = loss.detach()
        optimizer.step()
    return w.detach(), losses


def descend_cleared_at_the_end(start, target, rate, steps):
    w = torch.tensor(start, requires_grad=True)
    optimizer, losses = torch.optim.SGD([w], lr=rate), []
    for _ in range(steps):
        loss = ((w - torch.tensor(target)) ** 2).sum()
        losses.append(float(loss))
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    return w.detach().numpy(), np.array(losses)


def descend_by_hand(start, target, rate, steps):
    shrink = 1 - 2 * rate
    losses = [shrink ** (2 * k) * np.sum((start - target) ** 2) for k in range(steps)]
    return target + shrink**steps * (start - target), losses


def export_by_name(state, embeddings):
    made = {}
    for name in state:
        layer = name.split(".")[0]
        if name.endswith(".bias"):
            made[layer + "_bias"] = state[name].copy()
        if name.endswith(".weight"):
            if layer in embeddings:
                made[layer + "_embeddings"] = state[name].copy()
            else:
                made[layer + "_kernel"] = np.swapaxes(state[name], 0, 1)
    return made


def export_by_replacing(state, embeddings):
    made = {name.replace(".weight", "_kernel").replace(".bias", "_bias"): value for name, value in state.items()}
    for layer in embeddings:
        made[f"{layer}_embeddings"] = made.pop(f"{layer}_kernel")
    return {name: value.T if name.endswith("_kernel") else value for name, value in made.items()}


def export_by_torch(state, embeddings):
    made = {}
    for name, value in state.items():
        layer, _, part = name.partition(".")
        tensor = torch.tensor(value)
        kind = {"bias": "bias", "weight": "embeddings" if layer in embeddings else "kernel"}[part]
        made[f"{layer}_{kind}"] = tensor.t() if kind == "kernel" else tensor
    return made


def translate_by_layers(x, kernel, bias):
    n_in, width = kernel.shape
    linear = torch.nn.Linear(n_in, width, dtype=torch.float64)
    norm = torch.nn.LayerNorm(width, eps=1e-3, dtype=torch.float64)
    with torch.no_grad():
        linear.weight.copy_(torch.tensor(kernel).T)
        linear.bias.copy_(torch.tensor(bias))
        return norm(torch.tanh(linear(torch.tensor(x))))


def translate_by_functions(x, kernel, bias):
    x, kernel, bias = (torch.tensor(part, dtype=torch.float32) for part in (x, kernel, bias))
    return functional.layer_norm(functional.linear(x, kernel.T, bias).tanh(), bias.shape, eps=0.001)


def translate_by_loops(x, kernel, bias):
    rows = []
    for row in x:
        h = [math.tanh(sum(a * b for a, b in zip(row, column)) + c) for column, c in zip(kernel.T, bias)]
        mean = sum(h) / len(h)
        variance = sum((value - mean) ** 2 for value in h) / len(h)
        rows.append([(value - mean) / math.sqrt(variance + 0.001) for value in h])
    return rows


ANSWERS = {
    "pytorch-scores": [scores_by_loops, scores_by_einsum, scores_by_torch, scores_by_the_diagonal],
    "pytorch-collate": [collate_by_loops, collate_by_zip, collate_by_torch],
    "pytorch-descend": [descend_by_torch, descend_by_sgd, descend_cleared_at_the_end, descend_by_hand],
    "pytorch-export": [export_by_name, export_by_replacing, export_by_torch],
    "pytorch-translate": [translate_by_layers, translate_by_functions, translate_by_loops],
}


def exported_by_prefix(state, embeddings):
    made = {}
    for name, value in state.items():
        layer, part = name.split(".")
        if part == "bias":
            made[f"{layer}_bias"] = value
        elif any(name.startswith(embedding) for embedding in embeddings):
            made[f"{layer}_embeddings"] = value
        else:
            made[f"{layer}_kernel"] = value.T
    return made


WRONG = {"pytorch-export": [exported_by_prefix]}
