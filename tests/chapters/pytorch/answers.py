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


def exported_with_embeddings_turned(state, embeddings):
    made = {}
    for name, value in state.items():
        layer, part = name.split(".")
        kind = "bias" if part == "bias" else "embeddings" if layer in embeddings else "kernel"
        made[f"{layer}_{kind}"] = value.T
    return made


def exported_without_transposing(state, embeddings):
    made = {}
    for name, value in state.items():
        layer, part = name.split(".")
        kind = "bias" if part == "bias" else "embeddings" if layer in embeddings else "kernel"
        made[f"{layer}_{kind}"] = value
    return made


def exported_all_as_kernels(state, embeddings):
    made = {}
    for name, value in state.items():
        layer, part = name.split(".")
        made[f"{layer}_bias" if part == "bias" else f"{layer}_kernel"] = value.T
    return made


def exported_old_names(state, embeddings):
    made = {}
    for name, value in state.items():
        layer, part = name.split(".")
        made[name] = value.T if part == "weight" and layer not in embeddings else value
    return made


def exported_with_dots(state, embeddings):
    made = {}
    for name, value in state.items():
        layer, part = name.split(".")
        if part == "bias":
            made[f"{layer}.bias"] = value
        elif layer in embeddings:
            made[f"{layer}.embeddings"] = value
        else:
            made[f"{layer}.kernel"] = value.T
    return made


def exported_without_biases(state, embeddings):
    made = {}
    for name, value in state.items():
        layer, part = name.split(".")
        if part == "weight":
            made[f"{layer}_embeddings" if layer in embeddings else f"{layer}_kernel"] = (
                value if layer in embeddings else value.T
            )
    return made


def exported_full_name_looked_up(state, embeddings):
    made = {}
    for name, value in state.items():
        layer, part = name.split(".")
        if part == "bias":
            made[f"{layer}_bias"] = value
        elif name in embeddings:
            made[f"{layer}_embeddings"] = value
        else:
            made[f"{layer}_kernel"] = value.T
    return made


def exported_last_only(state, embeddings):
    for name, value in state.items():
        made = {}
        layer, part = name.split(".")
        kind = "bias" if part == "bias" else "embeddings" if layer in embeddings else "kernel"
        made[f"{layer}_{kind}"] = value.T if kind == "kernel" else value
    return made


def exported_returned_early(state, embeddings):
    made = {}
    for name, value in state.items():
        layer, part = name.split(".")
        kind = "bias" if part == "bias" else "embeddings" if layer in embeddings else "kernel"
        made[f"{layer}_{kind}"] = value.T if kind == "kernel" else value
        return made


def exported_embeddings_left_out(state, embeddings):
    made = {}
    for name, value in state.items():
        layer, part = name.split(".")
        if part == "bias":
            made[f"{layer}_bias"] = value
        elif layer not in embeddings:
            made[f"{layer}_kernel"] = value.T
    return made


def exported_reshaped(state, embeddings):
    made = {}
    for name, value in state.items():
        layer, part = name.split(".")
        kind = "bias" if part == "bias" else "embeddings" if layer in embeddings else "kernel"
        made[f"{layer}_{kind}"] = value.reshape(value.shape[::-1]) if kind == "kernel" else value
    return made


def exported_singular(state, embeddings):
    made = {}
    for name, value in state.items():
        layer, part = name.split(".")
        kind = "bias" if part == "bias" else "embedding" if layer in embeddings else "kernel"
        made[f"{layer}_{kind}"] = value.T if kind == "kernel" else value
    return made


def scores_all_with_all(users, own_films, negatives):
    return np.hstack([users @ own_films.T, users @ negatives.T])


def scores_negatives_first(users, own_films, negatives):
    own = (users * own_films).sum(axis=1, keepdims=True)
    return np.hstack([users @ negatives.T, own])


def scores_summed_down(users, own_films, negatives):
    own = (users * own_films).sum(axis=0)
    return np.column_stack([own, users @ negatives.T])


def scores_one_dimension_short(users, own_films, negatives):
    own = (users * own_films).sum(axis=1)
    return np.concatenate([own, users @ negatives.T], axis=1)


def scores_not_transposed(users, own_films, negatives):
    own = (users * own_films).sum(axis=1, keepdims=True)
    return np.hstack([own, users @ negatives])


def scores_negatives_only(users, own_films, negatives):
    return users @ negatives.T


def scores_own_films_ask(users, own_films, negatives):
    own = (users * own_films).sum(axis=1, keepdims=True)
    return np.hstack([own, own_films @ negatives.T])


def scores_as_pair(users, own_films, negatives):
    return (users * own_films).sum(axis=1), users @ negatives.T


def scores_stacked_below(users, own_films, negatives):
    own = np.diag(users @ own_films.T)
    return np.vstack([own, (users @ negatives.T).T])


def scores_not_summed(users, own_films, negatives):
    return np.hstack([users * own_films, users @ negatives.T])


def scores_mean(users, own_films, negatives):
    own = (users * own_films).mean(axis=1, keepdims=True)
    return np.hstack([own, users @ negatives.T])


def scores_cosine(users, own_films, negatives):
    users, own_films, negatives = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (users, own_films, negatives))
    return np.hstack([(users * own_films).sum(axis=1, keepdims=True), users @ negatives.T])


def scores_softmax(users, own_films, negatives):
    own = (users * own_films).sum(axis=1, keepdims=True)
    powers = np.exp(np.hstack([own, users @ negatives.T]))
    return powers / powers.sum(axis=1, keepdims=True)


def collate_turned(rows, negatives):
    users, items = np.array(rows).T
    return users, items, negatives == items[:, None]


def collate_any_item(rows, negatives):
    users, items = np.array(rows).T
    allowed = np.tile(~np.isin(negatives, items), (len(rows), 1))
    return users, items, allowed


def collate_not_broadcast(rows, negatives):
    users, items = np.array(rows).T
    return users, items, negatives != items


def collate_against_users(rows, negatives):
    users, items = np.array(rows).T
    return users, items, negatives != users[:, None]


def collate_transposed(rows, negatives):
    users, items = np.array(rows).T
    return users, items, negatives[:, None] != items


def collate_not_turned_round(rows, negatives):
    users, items = np.array(rows)[:2]
    return users, items, negatives != items[:, None]


def collate_swapped(rows, negatives):
    items, users = np.array(rows).T
    return users, items, negatives != items[:, None]


def collate_negatives_returned(rows, negatives):
    users, items = np.array(rows).T
    return users, items, negatives


def collate_four(rows, negatives):
    users, items = np.array(rows).T
    return users, items, negatives, negatives != items[:, None]


def collate_one_a_row(rows, negatives):
    users = [user for user, item in rows]
    items = [item for user, item in rows]
    return users, items, [item not in negatives for item in items]


def collate_pairs_kept(rows, negatives):
    items = np.array([item for user, item in rows])
    return rows, items, negatives != items[:, None]


def collate_minus_infinity(rows, negatives):
    users, items = np.array(rows).T
    return users, items, np.where(negatives == items[:, None], -np.inf, 0)


def collate_list_unequal(rows, negatives):
    users = [user for user, item in rows]
    items = [item for user, item in rows]
    return users, items, [negatives != items for _ in rows]


def collate_only_the_mask(rows, negatives):
    users, items = np.array(rows).T
    return negatives != items[:, None]


def collate_all_seen(rows, negatives):
    users, items = np.array(rows).T
    seen = {user: {i for u, i in rows if u == user} for user in users}
    return users, items, [[n not in seen[user] for n in negatives] for user in users]


def descend_without_clearing(start, target, rate, steps):
    w = torch.tensor(start, requires_grad=True)
    optimizer, losses = torch.optim.SGD([w], lr=rate), []
    for _ in range(steps):
        loss = ((w - torch.tensor(target)) ** 2).sum()
        losses.append(loss.item())
        loss.backward()
        optimizer.step()
    return w.detach().numpy(), losses


def descend_mean_loss(start, target, rate, steps):
    w = torch.tensor(start, requires_grad=True)
    optimizer, losses = torch.optim.SGD([w], lr=rate), []
    for _ in range(steps):
        loss = ((w - torch.tensor(target)) ** 2).mean()
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return w.detach().numpy(), losses


def descend_uphill(start, target, rate, steps):
    w, losses = start.copy(), []
    for _ in range(steps):
        losses.append(((w - target) ** 2).sum())
        w = w + rate * 2 * (w - target)
    return w, losses


def descend_half_gradient(start, target, rate, steps):
    w, losses = start.copy(), []
    for _ in range(steps):
        losses.append(((w - target) ** 2).sum())
        w = w - rate * (w - target)
    return w, losses


def descend_losses_after(start, target, rate, steps):
    w, losses = start.copy(), []
    for _ in range(steps):
        w = w - rate * 2 * (w - target)
        losses.append(((w - target) ** 2).sum())
    return w, losses


def descend_one_loss_more(start, target, rate, steps):
    w, losses = start.copy(), [((start - target) ** 2).sum()]
    for _ in range(steps):
        w = w - rate * 2 * (w - target)
        losses.append(((w - target) ** 2).sum())
    return w, losses


def descend_one_step_short(start, target, rate, steps):
    w, losses = start.copy(), []
    for _ in range(1, steps):
        losses.append(((w - target) ** 2).sum())
        w = w - rate * 2 * (w - target)
    return w, losses


def descend_adam(start, target, rate, steps):
    w = torch.tensor(start, requires_grad=True)
    optimizer, losses = torch.optim.Adam([w], lr=rate), []
    for _ in range(steps):
        loss = ((w - torch.tensor(target)) ** 2).sum()
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return w.detach().numpy(), losses


def descend_without_no_grad(start, target, rate, steps):
    w, losses = torch.tensor(start, requires_grad=True), []
    for _ in range(steps):
        loss = ((w - torch.tensor(target)) ** 2).sum()
        losses.append(loss.item())
        loss.backward()
        w -= rate * w.grad
        w.grad = None
    return w.detach().numpy(), losses


def descend_new_w(start, target, rate, steps):
    w, losses = torch.tensor(start, requires_grad=True), []
    for _ in range(steps):
        loss = ((w - torch.tensor(target)) ** 2).sum()
        losses.append(loss.item())
        loss.backward()
        w = w - rate * w.grad
    return w.detach().numpy(), losses


def descend_never_stepping(start, target, rate, steps):
    w = torch.tensor(start, requires_grad=True)
    optimizer, losses = torch.optim.SGD([w], lr=rate), []
    for _ in range(steps):
        loss = ((w - torch.tensor(target)) ** 2).sum()
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
    return w.detach().numpy(), losses


def descend_cleared_too_late(start, target, rate, steps):
    w = torch.tensor(start, requires_grad=True)
    optimizer, losses = torch.optim.SGD([w], lr=rate), []
    for _ in range(steps):
        loss = ((w - torch.tensor(target)) ** 2).sum()
        losses.append(loss.item())
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
    return w.detach().numpy(), losses


def descend_w_only(start, target, rate, steps):
    w = start.copy()
    for _ in range(steps):
        w = w - rate * 2 * (w - target)
    return w


def descend_with_grad(start, target, rate, steps):
    w = torch.tensor(start, requires_grad=True)
    optimizer, losses = torch.optim.SGD([w], lr=rate), []
    for _ in range(steps):
        loss = ((w - torch.tensor(target)) ** 2).sum()
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return w.numpy(), losses


def descend_last_loss(start, target, rate, steps):
    w = start.copy()
    for _ in range(steps):
        loss = ((w - target) ** 2).sum()
        w = w - rate * 2 * (w - target)
    return w, loss


def translate_default_eps(x, kernel, bias):
    x, kernel, bias = map(torch.tensor, (x, kernel, bias))
    return functional.layer_norm(torch.tanh(x @ kernel + bias), bias.shape)


def translate_without_tanh(x, kernel, bias):
    x, kernel, bias = map(torch.tensor, (x, kernel, bias))
    return functional.layer_norm(x @ kernel + bias, bias.shape, eps=1e-3)


def translate_without_norm(x, kernel, bias):
    return np.tanh(x @ kernel + bias)


def translate_tanh_last(x, kernel, bias):
    x, kernel, bias = map(torch.tensor, (x, kernel, bias))
    return torch.tanh(functional.layer_norm(x @ kernel + bias, bias.shape, eps=1e-3))


def translate_over_the_batch(x, kernel, bias):
    h = np.tanh(x @ kernel + bias)
    return (h - h.mean(axis=0)) / np.sqrt(h.var(axis=0) + 1e-3)


def translate_sample_variance(x, kernel, bias):
    h = np.tanh(x @ kernel + bias)
    return (h - h.mean(axis=1, keepdims=True)) / np.sqrt(h.var(axis=1, ddof=1, keepdims=True) + 1e-3)


def translate_eps_outside(x, kernel, bias):
    h = np.tanh(x @ kernel + bias)
    return (h - h.mean(axis=1, keepdims=True)) / (h.std(axis=1, keepdims=True) + 1e-3)


def translate_without_eps(x, kernel, bias):
    h = np.tanh(x @ kernel + bias)
    return (h - h.mean(axis=1, keepdims=True)) / h.std(axis=1, keepdims=True)


def translate_without_bias(x, kernel, bias):
    x, kernel = map(torch.tensor, (x, kernel))
    return functional.layer_norm(torch.tanh(x @ kernel), bias.shape, eps=1e-3)


def translate_not_transposed(x, kernel, bias):
    x, kernel, bias = map(torch.tensor, (x, kernel, bias))
    return functional.layer_norm(torch.tanh(functional.linear(x, kernel, bias)), bias.shape, eps=1e-3)


def translate_kernel_turned(x, kernel, bias):
    h = np.tanh(x @ kernel.T + bias)
    return (h - h.mean(axis=1, keepdims=True)) / np.sqrt(h.var(axis=1, keepdims=True) + 1e-3)


def translate_relu(x, kernel, bias):
    x, kernel, bias = map(torch.tensor, (x, kernel, bias))
    return functional.layer_norm(torch.relu(x @ kernel + bias), bias.shape, eps=1e-3)


def translate_variance_not_rooted(x, kernel, bias):
    h = np.tanh(x @ kernel + bias)
    return (h - h.mean(axis=1, keepdims=True)) / (h.var(axis=1, keepdims=True) + 1e-3)


def translate_without_keepdims(x, kernel, bias):
    h = np.tanh(x @ kernel + bias)
    return (h - h.mean(axis=1)) / np.sqrt(h.var(axis=1) + 1e-3)


def translate_eps_squared(x, kernel, bias):
    x, kernel, bias = map(torch.tensor, (x, kernel, bias))
    return functional.layer_norm(torch.tanh(x @ kernel + bias), bias.shape, eps=1e-6)


def exported_bias_as_row(state, embeddings):
    made = {}
    for name, value in state.items():
        layer, part = name.split(".")
        kind = "bias" if part == "bias" else "embeddings" if layer in embeddings else "kernel"
        made[f"{layer}_{kind}"] = value[None] if kind == "bias" else value.T if kind == "kernel" else value
    return made


def exported_names_only(state, embeddings):
    made = []
    for name in state:
        layer, part = name.split(".")
        made.append(f"{layer}_" + ("bias" if part == "bias" else "embeddings" if layer in embeddings else "kernel"))
    return made


def scores_less_own(users, own_films, negatives):
    own = (users * own_films).sum(axis=1, keepdims=True)
    return np.hstack([own, users @ negatives.T - own])


def scores_pairwise_throughout(users, own_films, negatives):
    own = (users * own_films).sum(axis=1, keepdims=True)
    return np.hstack([own, (users * negatives).sum(axis=1, keepdims=True)])


def collate_last_item_for_all(rows, negatives):
    users, items = [], []
    for user, item in rows:
        users.append(user)
        items.append(item)
    return users, items, [negatives != item for _ in rows]


def collate_columns_reversed(rows, negatives):
    users, items = zip(*rows)
    return users, items, np.array([negatives != item for item in reversed(items)])


def descend_distance(start, target, rate, steps):
    w, losses = start.copy(), []
    for _ in range(steps):
        losses.append(np.abs(w - target).sum())
        w = w - rate * np.sign(w - target)
    return w, losses


def descend_all_ws(start, target, rate, steps):
    ws, losses = [start], []
    for _ in range(steps):
        losses.append(((ws[-1] - target) ** 2).sum())
        ws.append(ws[-1] - rate * 2 * (ws[-1] - target))
    return np.array(ws), losses


def translate_norm_first(x, kernel, bias):
    x, kernel, bias = map(torch.tensor, (x, kernel, bias))
    return torch.tanh(functional.layer_norm(x, x.shape[1:], eps=1e-3) @ kernel + bias)


def translate_fresh_linear(x, kernel, bias):
    x = torch.tensor(x)
    layer = torch.nn.Linear(kernel.shape[0], kernel.shape[1])
    return functional.layer_norm(torch.tanh(layer(x)), bias.shape, eps=1e-3)


def exported_by_replacing_weight(state, embeddings):
    return {name.replace(".weight", "_kernel").replace(".bias", "_bias"): value.T for name, value in state.items()}


def exported_embeddings_by_shape(state, embeddings):
    made = {}
    for name, value in state.items():
        layer, part = name.split(".")
        if part == "bias":
            made[f"{layer}_bias"] = value
        elif value.shape[0] > value.shape[1]:
            made[f"{layer}_embeddings"] = value
        else:
            made[f"{layer}_kernel"] = value.T
    return made


def scores_by_loop_summing_negatives(users, own_films, negatives):
    return [[user @ film, sum(user @ negative for negative in negatives)] for user, film in zip(users, own_films)]


def scores_concatenated_below(users, own_films, negatives):
    own = (users * own_films).sum(axis=1, keepdims=True)
    return np.concatenate([own, users @ negatives.T], axis=0)


def collate_by_zip_unequal_lists(rows, negatives):
    users, items = zip(*rows)
    return users, items, [[negative == item for negative in negatives] for item in items]


def collate_comparing_pairs(rows, negatives):
    users, items = zip(*rows)
    return users, items, [[negative not in row for negative in negatives] for row in rows]


def descend_by_mse_loss(start, target, rate, steps):
    w = torch.nn.Parameter(torch.tensor(start))
    optimizer, losses = torch.optim.SGD([w], lr=rate), []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = functional.mse_loss(w, torch.tensor(target))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return w.detach().numpy(), losses


def descend_loss_computed_once(start, target, rate, steps):
    w = torch.tensor(start, requires_grad=True)
    loss, losses = ((w - torch.tensor(target)) ** 2).sum(), []
    for _ in range(steps):
        losses.append(loss.item())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            w -= rate * w.grad
    return w.detach().numpy(), losses


def translate_linear_without_t(x, kernel, bias):
    linear = torch.nn.Linear(*kernel.shape, dtype=torch.float64)
    linear.weight.data = torch.tensor(kernel)
    linear.bias.data = torch.tensor(bias)
    return functional.layer_norm(torch.tanh(linear(torch.tensor(x))), bias.shape, eps=1e-3)


def translate_std_of_torch(x, kernel, bias):
    h = torch.tanh(torch.tensor(x) @ torch.tensor(kernel) + torch.tensor(bias))
    return (h - h.mean(dim=1, keepdim=True)) / torch.sqrt(h.var(dim=1, keepdim=True) + 0.001)


def exported_transposed_in_the_wrong_branch(state, embeddings):
    made = {}
    for name, value in state.items():
        layer, part = name.split(".")
        if part == "bias":
            made[f"{layer}_bias"] = value
        elif layer in embeddings:
            made[f"{layer}_embeddings"] = value.T
        else:
            made[f"{layer}_kernel"] = value
    return made


def scores_own_repeated(users, own_films, negatives):
    everything = np.vstack([own_films, negatives])
    return users @ everything.T


def collate_true_where_forbidden_somewhere(rows, negatives):
    users, items = np.array(rows).T
    return users, items, np.isin(negatives, items)[None].repeat(len(rows), axis=0)


def descend_from_zero(start, target, rate, steps):
    w, losses = np.zeros_like(start), []
    for _ in range(steps):
        losses.append(((w - target) ** 2).sum())
        w = w - rate * 2 * (w - target)
    return w, losses


def translate_eps_of_a_hundredth(x, kernel, bias):
    x, kernel, bias = map(torch.tensor, (x, kernel, bias))
    return functional.layer_norm(torch.tanh(x @ kernel + bias), bias.shape, eps=1e-2)


WRONG = {
    "pytorch-export": [
        exported_by_prefix,
        exported_with_embeddings_turned,
        exported_without_transposing,
        exported_all_as_kernels,
        exported_old_names,
        exported_with_dots,
        exported_without_biases,
        exported_full_name_looked_up,
        exported_last_only,
        exported_returned_early,
        exported_embeddings_left_out,
        exported_reshaped,
        exported_singular,
        exported_bias_as_row,
        exported_names_only,
        exported_by_replacing_weight,
        exported_embeddings_by_shape,
        exported_transposed_in_the_wrong_branch,
    ],
    "pytorch-scores": [
        scores_all_with_all,
        scores_negatives_first,
        scores_summed_down,
        scores_one_dimension_short,
        scores_not_transposed,
        scores_negatives_only,
        scores_own_films_ask,
        scores_as_pair,
        scores_stacked_below,
        scores_not_summed,
        scores_mean,
        scores_cosine,
        scores_softmax,
        scores_less_own,
        scores_pairwise_throughout,
        scores_by_loop_summing_negatives,
        scores_concatenated_below,
        scores_own_repeated,
    ],
    "pytorch-collate": [
        collate_turned,
        collate_any_item,
        collate_not_broadcast,
        collate_against_users,
        collate_transposed,
        collate_not_turned_round,
        collate_swapped,
        collate_negatives_returned,
        collate_four,
        collate_one_a_row,
        collate_pairs_kept,
        collate_minus_infinity,
        collate_list_unequal,
        collate_only_the_mask,
        collate_all_seen,
        collate_last_item_for_all,
        collate_columns_reversed,
        collate_by_zip_unequal_lists,
        collate_comparing_pairs,
        collate_true_where_forbidden_somewhere,
    ],
    "pytorch-descend": [
        descend_without_clearing,
        descend_mean_loss,
        descend_uphill,
        descend_half_gradient,
        descend_losses_after,
        descend_one_loss_more,
        descend_one_step_short,
        descend_adam,
        descend_without_no_grad,
        descend_new_w,
        descend_never_stepping,
        descend_cleared_too_late,
        descend_w_only,
        descend_with_grad,
        descend_last_loss,
        descend_distance,
        descend_all_ws,
        descend_by_mse_loss,
        descend_loss_computed_once,
        descend_from_zero,
    ],
    "pytorch-translate": [
        translate_default_eps,
        translate_without_tanh,
        translate_without_norm,
        translate_tanh_last,
        translate_over_the_batch,
        translate_sample_variance,
        translate_eps_outside,
        translate_without_eps,
        translate_without_bias,
        translate_not_transposed,
        translate_kernel_turned,
        translate_relu,
        translate_variance_not_rooted,
        translate_without_keepdims,
        translate_eps_squared,
        translate_norm_first,
        translate_fresh_linear,
        translate_linear_without_t,
        translate_std_of_torch,
        translate_eps_of_a_hundredth,
    ],
}


def own_scores_down_the_columns(users, own_films, negatives):
    own = (users * own_films).sum(axis=0)
    return np.column_stack([own[: len(users)], users @ negatives.T]) if len(own) >= len(users) else users @ negatives.T


def gradient_without_its_sign(start, target, rate, steps):
    w = start.copy()
    losses = []
    for _ in range(steps):
        losses.append(((w - target) ** 2).sum())
        w = w - rate * 2 * np.abs(w - target)
    return (w, losses)


WRONG.setdefault("pytorch-scores", []).extend([own_scores_down_the_columns])
WRONG.setdefault("pytorch-descend", []).extend([gradient_without_its_sign])
