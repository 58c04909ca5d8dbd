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


def mean_of_all(vectors, real):
    return vectors.mean(axis=1)


def mean_divided_by_n(vectors, real):
    return (vectors * real[:, :, None]).mean(axis=1)


def mean_sum(vectors, real):
    return (vectors * real[:, :, None]).sum(axis=1)


def mean_without_the_new_axis(vectors, real):
    return (vectors * real).sum(axis=1) / real.sum(axis=1)


def mean_counts_laid_flat(vectors, real):
    return (vectors * real[:, :, None]).sum(axis=1) / real.sum(axis=1)


def mean_over_the_batch(vectors, real):
    return vectors[real].mean(axis=0)


def mean_over_coordinates(vectors, real):
    return (vectors * real[:, :, None]).sum(axis=2) / real.sum(axis=1, keepdims=True)


def mean_of_padding(vectors, real):
    mask = ~real
    return (vectors * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)


def mean_divided_by_all_real(vectors, real):
    return (vectors * real[:, :, None]).sum(axis=1) / real.sum()


def mean_over_axis_zero(vectors, real):
    return (vectors * real[:, :, None]).sum(axis=0) / real.sum(axis=0)[:, None]


def mean_with_mask_of_nan(vectors, real):
    vectors = np.where(real[:, :, None], vectors, np.nan)
    return vectors.mean(axis=1)


def mean_of_the_first(vectors, real):
    return np.array([text[: own.sum()].mean(axis=0) for text, own in zip(vectors, real)])


def score_all_pairs(u, v, w, b):
    return 1 / (1 + np.exp(-(w * (u @ v.T) + b)))


def score_without_sigma(u, v, w, b):
    return w * (u * v).sum(axis=1) + b


def score_sign(u, v, w, b):
    return 1 / (1 + np.exp(w * (u * v).sum(axis=1) + b))


def score_b_inside(u, v, w, b):
    return 1 / (1 + np.exp(-w * (u * v).sum(axis=1) + b))


def score_axis(u, v, w, b):
    return 1 / (1 + np.exp(-(w * (u * v).sum(axis=0) + b)))


def score_one_sum(u, v, w, b):
    return 1 / (1 + np.exp(-(w * (u * v).sum() + b)))


def score_w_times_all(u, v, w, b):
    return 1 / (1 + np.exp(-w * ((u * v).sum(axis=1) + b)))


def score_without_b(u, v, w, b):
    return 1 / (1 + np.exp(-w * (u * v).sum(axis=1)))


def score_without_w(u, v, w, b):
    return 1 / (1 + np.exp(-((u * v).sum(axis=1) + b)))


def score_by_matmul(u, v, w, b):
    return 1 / (1 + np.exp(-(w * (u @ v) + b)))


def score_cosine(u, v, w, b):
    s = (u * v).sum(axis=1) / np.linalg.norm(u, axis=1) / np.linalg.norm(v, axis=1)
    return 1 / (1 + np.exp(-(w * s + b)))


def score_without_brackets(u, v, w, b):
    return 1 / 1 + np.exp(-(w * (u * v).sum(axis=1) + b))


def score_sigma_before(u, v, w, b):
    return w / (1 + np.exp(-(u * v).sum(axis=1))) + b


def score_softmax(u, v, w, b):
    s = w * (u * v).sum(axis=1) + b
    return np.exp(s) / np.exp(s).sum()


def parameters_without_bias(n_users, n_items, d, width):
    return (n_users + n_items) * width + 2 * d * width


def parameters_one_projection(n_users, n_items, d, width):
    return (n_users + n_items) * width + d * width + n_items


def parameters_with_texts(n_users, n_items, d, width):
    return (n_users + n_items) * width + 2 * d * width + n_items + n_items * d


def parameters_both_biases(n_users, n_items, d, width):
    return (n_users + n_items) * width + 2 * d * width + n_items + n_users


def parameters_biased_projections(n_users, n_items, d, width):
    return (n_users + n_items) * width + 2 * (d + 1) * width + n_items


def parameters_one_bias(n_users, n_items, d, width):
    return (n_users + n_items) * width + 2 * d * width + 1


def parameters_multiplied(n_users, n_items, d, width):
    return n_users * width * n_items * width + 2 * d * width + n_items


def parameters_projections_only(n_users, n_items, d, width):
    return 2 * d * width + n_items


def parameters_identities_only(n_users, n_items, d, width):
    return (n_users + n_items) * width + n_items


def parameters_of_the_text(n_users, n_items, d, width):
    return (943 + 1682) * 64 + 2 * 384 * 64 + 1682


def parameters_projection_for_each(n_users, n_items, d, width):
    return (n_users + n_items) * width + (n_users + n_items) * d * width + n_items


def parameters_d_plus_width(n_users, n_items, d, width):
    return (n_users + n_items) * width + 2 * (d + width) + n_items


def parameters_missing_brackets(n_users, n_items, d, width):
    return n_users + n_items * width + 2 * d * width + n_items


def logits_from_sigma(scores, labels):
    p = 1 / (1 + np.exp(-scores))
    return -np.mean(labels * np.log(p) + (1 - labels) * np.log(1 - p))


def logits_clipped(scores, labels):
    p = np.clip(1 / (1 + np.exp(-scores)), 1e-7, 1 - 1e-7)
    return -np.mean(labels * np.log(p) + (1 - labels) * np.log(1 - p))


def logits_log_one_plus_exp(scores, labels):
    signed = np.where(labels == 1, -scores, scores)
    return np.log(1 + np.exp(signed)).mean()


def logits_sum(scores, labels):
    return np.logaddexp(0, np.where(labels == 1, -scores, scores)).sum()


def logits_signs_turned(scores, labels):
    return np.logaddexp(0, np.where(labels == 1, scores, -scores)).mean()


def logits_as_probabilities(scores, labels):
    p = np.clip(scores, 1e-7, 1 - 1e-7)
    return -np.mean(labels * np.log(p) + (1 - labels) * np.log(1 - p))


def logits_positives_only(scores, labels):
    return np.logaddexp(0, -scores[labels == 1]).mean()


def logits_labels_ignored(scores, labels):
    return np.logaddexp(0, -scores).mean()


def logits_each(scores, labels):
    return np.logaddexp(0, np.where(labels == 1, -scores, scores))


def logits_without_minus(scores, labels):
    return -np.logaddexp(0, np.where(labels == 1, -scores, scores)).mean()


def logits_for_large_only(scores, labels):
    signed = np.where(labels == 1, -scores, scores)
    return np.maximum(signed, 0).mean()


def logits_cut_scores(scores, labels):
    scores = np.clip(scores, -30, 30)
    return np.logaddexp(0, np.where(labels == 1, -scores, scores)).mean()


def logits_base_two(scores, labels):
    return np.logaddexp(0, np.where(labels == 1, -scores, scores)).mean() / np.log(2)


def logits_if_on_an_array(scores, labels):
    if labels == 1:
        return np.logaddexp(0, -scores).mean()
    return np.logaddexp(0, scores).mean()


def negatives_own_kept(positive, negative, items, drawn):
    powers = np.exp(negative).sum(axis=1)
    return -np.log(np.exp(positive) / (np.exp(positive) + powers)).mean()


def negatives_own_score_zero(positive, negative, items, drawn):
    negative = np.where(drawn == items[:, None], 0, negative)
    powers = np.exp(negative).sum(axis=1)
    return -np.log(np.exp(positive) / (np.exp(positive) + powers)).mean()


def negatives_hidden_from_all(positive, negative, items, drawn):
    kept = ~np.isin(drawn, items)
    powers = np.exp(negative[:, kept]).sum(axis=1)
    return -np.log(np.exp(positive) / (np.exp(positive) + powers)).mean()


def negatives_positive_left_out(positive, negative, items, drawn):
    powers = np.where(drawn == items[:, None], 0, np.exp(negative)).sum(axis=1)
    return -np.log(np.exp(positive) / powers).mean()


def negatives_not_broadcast(positive, negative, items, drawn):
    negative = np.where(drawn == items, -np.inf, negative)
    powers = np.exp(negative).sum(axis=1)
    return -np.log(np.exp(positive) / (np.exp(positive) + powers)).mean()


def negatives_all_but_own_hidden(positive, negative, items, drawn):
    powers = np.where(drawn != items[:, None], 0, np.exp(negative)).sum(axis=1)
    return -np.log(np.exp(positive) / (np.exp(positive) + powers)).mean()


def negatives_sum(positive, negative, items, drawn):
    powers = np.where(drawn == items[:, None], 0, np.exp(negative)).sum(axis=1)
    return -np.log(np.exp(positive) / (np.exp(positive) + powers)).sum()


def negatives_without_minus(positive, negative, items, drawn):
    powers = np.where(drawn == items[:, None], 0, np.exp(negative)).sum(axis=1)
    return np.log(np.exp(positive) / (np.exp(positive) + powers)).mean()


def negatives_one_a_row(positive, negative, items, drawn):
    powers = np.where(drawn == items[:, None], 0, np.exp(negative)).sum(axis=1)
    return -np.log(np.exp(positive) / (np.exp(positive) + powers))


def negatives_down_the_columns(positive, negative, items, drawn):
    powers = np.where(drawn == items[:, None], 0, np.exp(negative)).sum(axis=0)
    return -np.log(np.exp(positive) / (np.exp(positive) + powers)).mean()


def negatives_averaged(positive, negative, items, drawn):
    powers = np.where(drawn == items[:, None], 0, np.exp(negative)).mean(axis=1)
    return -np.log(np.exp(positive) / (np.exp(positive) + powers)).mean()


def negatives_summed_over_everything(positive, negative, items, drawn):
    powers = np.where(drawn == items[:, None], 0, np.exp(negative)).sum()
    return -np.log(np.exp(positive) / (np.exp(positive) + powers)).mean()


def negatives_sigmoid(positive, negative, items, drawn):
    kept = drawn != items[:, None]
    return (np.logaddexp(0, -positive) + (np.logaddexp(0, negative) * kept).mean(axis=1)).mean()


def negatives_log_of_the_mean(positive, negative, items, drawn):
    powers = np.where(drawn == items[:, None], 0, np.exp(negative)).sum(axis=1)
    return -np.log((np.exp(positive) / (np.exp(positive) + powers)).mean())


def negatives_scores_added(positive, negative, items, drawn):
    total = np.where(drawn == items[:, None], 0, negative).sum(axis=1)
    return -np.log(np.exp(positive) / (np.exp(positive) + np.exp(total))).mean()


def batches_unshuffled(rows, order, size):
    return [rows[i : i + size] for i in range(0, len(rows), size)]


def batches_of_numbers(rows, order, size):
    return [list(order[i : i + size]) for i in range(0, len(order), size)]


def batches_last_dropped(rows, order, size):
    shuffled = [rows[i] for i in order]
    return [shuffled[i : i + size] for i in range(0, len(rows) - size + 1, size)]


def batches_number_not_size(rows, order, size):
    shuffled = np.array(rows)[order]
    return [list(piece) for piece in np.array_split(shuffled, size)]


def batches_one_list(rows, order, size):
    return [rows[i] for i in order]


def batches_cut_first(rows, order, size):
    cut = [rows[i : i + size] for i in range(0, len(rows), size)]
    return [cut[i] for i in order if i < len(cut)]


def batches_sliding(rows, order, size):
    shuffled = [rows[i] for i in order]
    return [shuffled[i : i + size] for i in range(len(rows))]


def batches_order_inverted(rows, order, size):
    shuffled = [rows[i] for i in np.argsort(order)]
    return [shuffled[i : i + size] for i in range(0, len(rows), size)]


def batches_shuffled_anew(rows, order, size):
    shuffled = list(np.random.default_rng(0).permutation(rows))
    return [shuffled[i : i + size] for i in range(0, len(rows), size)]


def batches_list_indexed(rows, order, size):
    shuffled = rows[order]
    return [shuffled[i : i + size] for i in range(0, len(rows), size)]


def batches_step_forgotten(rows, order, size):
    shuffled = [rows[i] for i in order]
    return [shuffled[i : i + size] for i in range(len(rows) // size)]


def batches_wrong_end(rows, order, size):
    shuffled = [rows[i] for i in order]
    return [shuffled[i:size] for i in range(0, len(rows), size)]


def batches_last_forgotten(rows, order, size):
    found, batch = [], []
    for i in order:
        batch.append(rows[i])
        if len(batch) == size:
            found.append(batch)
            batch = []
    return found


def mean_counts_of_the_first_text(vectors, real):
    return (vectors * real[:, :, None]).sum(axis=1) / real[0].sum()


def mean_selected_flat(vectors, real):
    return vectors[real].reshape(len(vectors), -1, vectors.shape[2]).mean(axis=1)


def score_decision(u, v, w, b):
    return w * (u * v).sum(axis=1) + b > 0


def score_sum_of_sigmas(u, v, w, b):
    return (1 / (1 + np.exp(-(w * (u * v) + b)))).sum(axis=1)


def parameters_d_for_each(n_users, n_items, d, width):
    return (n_users + n_items) * (width + d) + n_items


def parameters_projections_once_more_with_width(n_users, n_items, d, width):
    return (n_users + n_items + 2 * d) * width + 2 * width + n_items + n_users


def logits_squared_error(scores, labels):
    return np.mean((1 / (1 + np.exp(-scores)) - labels) ** 2)


def logits_label_term_lost(scores, labels):
    return np.mean(np.maximum(scores, 0) + np.log1p(np.exp(-np.abs(scores))))


def negatives_minus_infinity_among_powers(positive, negative, items, drawn):
    powers = np.where(drawn == items[:, None], -np.inf, np.exp(negative)).sum(axis=1)
    return -np.log(np.exp(positive) / (np.exp(positive) + powers)).mean()


def negatives_wrong_column(positive, negative, items, drawn):
    scores = np.column_stack([np.where(drawn == items[:, None], -np.inf, negative), positive])
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return -np.log(shares[:, 0]).mean()


def batches_one_off(rows, order, size):
    shuffled = [rows[i - 1] for i in order]
    return [shuffled[i : i + size] for i in range(0, len(rows), size)]


def batches_interleaved(rows, order, size):
    shuffled = [rows[i] for i in order]
    return [shuffled[i::size] for i in range(size)]


def mean_by_loop_dividing_by_n(vectors, real):
    return [sum(v for v, r in zip(rows, mask) if r) / len(rows) for rows, mask in zip(vectors, real)]


def mean_boolean_selection(vectors, real):
    return vectors[real].mean(axis=1)


def score_by_torch_without_axis(u, v, w, b):
    u, v = torch.tensor(u), torch.tensor(v)
    return torch.sigmoid(w * (u * v).sum() + b)


def score_not_summed(u, v, w, b):
    return 1 / (1 + np.exp(-(w * (u * v) + b)))


def parameters_with_biases_of_layers(n_users, n_items, d, width):
    users = n_users * width + d * width + width
    items = n_items * width + d * width + width
    return users + items + n_items


def parameters_without_users_table(n_users, n_items, d, width):
    return n_items * (width + 1) + 2 * d * width


def logits_log1p_exp(scores, labels):
    return np.mean(np.log1p(np.exp(scores)) - labels * scores)


def logits_by_torch_bce_of_scores(scores, labels):
    p = torch.sigmoid(torch.tensor(scores))
    return functional.binary_cross_entropy_with_logits(p, torch.tensor(labels).double())


def negatives_own_by_loop_removed_from_all(positive, negative, items, drawn):
    losses = []
    for own, scores in zip(positive, negative):
        others = sum(np.exp(s) for s, film in zip(scores, drawn) if film not in items)
        losses.append(-np.log(np.exp(own) / (np.exp(own) + others)))
    return np.mean(losses)


def negatives_cross_entropy_summed(positive, negative, items, drawn):
    negative = np.where(drawn[None] == items[:, None], -np.inf, negative)
    scores = torch.tensor(np.column_stack([positive, negative]))
    return functional.cross_entropy(scores, torch.zeros(len(scores), dtype=torch.long), reduction="sum")


def batches_rows_by_slice_of_order_values(rows, order, size):
    return [[order[i] for i in range(start, min(start + size, len(order)))] for start in range(0, len(order), size)]


def batches_full_ones_by_reshape(rows, order, size):
    n = len(rows) // size
    return np.array(rows)[order][: n * size].reshape(n, size).tolist()


def mean_max_of_tokens(vectors, real):
    return np.where(real[:, :, None], vectors, 0).max(axis=1)


def score_by_distance(u, v, w, b):
    return 1 / (1 + np.exp(-(w * np.linalg.norm(u - v, axis=1) + b)))


def parameters_users_and_items_swapped(n_users, n_items, d, width):
    return (n_users + n_items) * width + 2 * d * width + n_users


def logits_labels_in_the_sign_only(scores, labels):
    signs = 2 * labels - 1
    return np.log1p(np.exp(signs * scores)).mean()


def negatives_masked_on_the_positive(positive, negative, items, drawn):
    hit = (drawn[None] == items[:, None]).any(axis=1)
    positive = np.where(hit, -np.inf, positive)
    powers = np.exp(negative).sum(axis=1)
    return -np.log(np.exp(positive) / (np.exp(positive) + powers)).mean()


def batches_last_filled_up(rows, order, size):
    shuffled = [rows[i] for i in order]
    while len(shuffled) % size:
        shuffled.append(shuffled[0])
    return [shuffled[i : i + size] for i in range(0, len(shuffled), size)]


WRONG = {
    "tensorflow-mean": [
        mean_of_all,
        mean_divided_by_n,
        mean_sum,
        mean_without_the_new_axis,
        mean_counts_laid_flat,
        mean_over_the_batch,
        mean_over_coordinates,
        mean_of_padding,
        mean_divided_by_all_real,
        mean_over_axis_zero,
        mean_with_mask_of_nan,
        mean_of_the_first,
        mean_counts_of_the_first_text,
        mean_selected_flat,
        mean_by_loop_dividing_by_n,
        mean_boolean_selection,
        mean_max_of_tokens,
    ],
    "tensorflow-score": [
        score_all_pairs,
        score_without_sigma,
        score_sign,
        score_b_inside,
        score_axis,
        score_one_sum,
        score_w_times_all,
        score_without_b,
        score_without_w,
        score_by_matmul,
        score_cosine,
        score_without_brackets,
        score_sigma_before,
        score_softmax,
        score_decision,
        score_sum_of_sigmas,
        score_by_torch_without_axis,
        score_not_summed,
        score_by_distance,
    ],
    "tensorflow-parameters": [
        parameters_without_bias,
        parameters_one_projection,
        parameters_with_texts,
        parameters_both_biases,
        parameters_biased_projections,
        parameters_one_bias,
        parameters_multiplied,
        parameters_projections_only,
        parameters_identities_only,
        parameters_of_the_text,
        parameters_projection_for_each,
        parameters_d_plus_width,
        parameters_missing_brackets,
        parameters_d_for_each,
        parameters_projections_once_more_with_width,
        parameters_with_biases_of_layers,
        parameters_without_users_table,
        parameters_users_and_items_swapped,
    ],
    "tensorflow-logits": [
        logits_from_sigma,
        logits_clipped,
        logits_log_one_plus_exp,
        logits_sum,
        logits_signs_turned,
        logits_as_probabilities,
        logits_positives_only,
        logits_labels_ignored,
        logits_each,
        logits_without_minus,
        logits_for_large_only,
        logits_cut_scores,
        logits_base_two,
        logits_if_on_an_array,
        logits_squared_error,
        logits_label_term_lost,
        logits_log1p_exp,
        logits_by_torch_bce_of_scores,
        logits_labels_in_the_sign_only,
    ],
    "tensorflow-negatives": [
        negatives_own_kept,
        negatives_own_score_zero,
        negatives_hidden_from_all,
        negatives_positive_left_out,
        negatives_not_broadcast,
        negatives_all_but_own_hidden,
        negatives_sum,
        negatives_without_minus,
        negatives_one_a_row,
        negatives_down_the_columns,
        negatives_averaged,
        negatives_summed_over_everything,
        negatives_sigmoid,
        negatives_log_of_the_mean,
        negatives_scores_added,
        negatives_minus_infinity_among_powers,
        negatives_wrong_column,
        negatives_own_by_loop_removed_from_all,
        negatives_cross_entropy_summed,
        negatives_masked_on_the_positive,
    ],
    "tensorflow-batches": [
        batches_unshuffled,
        batches_of_numbers,
        batches_last_dropped,
        batches_number_not_size,
        batches_one_list,
        batches_cut_first,
        batches_sliding,
        batches_order_inverted,
        batches_shuffled_anew,
        batches_list_indexed,
        batches_step_forgotten,
        batches_wrong_end,
        batches_last_forgotten,
        batches_one_off,
        batches_interleaved,
        batches_rows_by_slice_of_order_values,
        batches_full_ones_by_reshape,
        batches_last_filled_up,
    ],
}


def divided_by_one_more_than_real(vectors, real):
    r = real[..., None]
    return (vectors * r).sum(axis=1) / (r.sum(axis=1) + 1)


def users_by_films(n_users, n_items, d, width):
    return n_users * n_items * width + 2 * d * width + n_items


def score_for_label_zero(scores, labels):
    return np.where(labels == 1, -np.log(1 / (1 + np.exp(-scores))), scores).mean()


def divided_by_numbers_not_zero(vectors, real):
    v = vectors * real[..., None]
    return v.sum(axis=1) / (v != 0).sum(axis=1).clip(1)


def stable_form_without_size(scores, labels):
    return (np.maximum(scores, 0) - scores * labels + np.log1p(np.exp(-scores))).mean()


def mean_of_what_is_left(positive, negative, items, drawn):
    out = []
    for i in range(len(positive)):
        keep = drawn != items[i]
        s = np.concatenate([[positive[i]], negative[i][keep]])
        out.append(np.log(np.exp(s).mean()) - positive[i])
    return np.mean(out)


WRONG.setdefault("tensorflow-mean", []).extend([divided_by_one_more_than_real, divided_by_numbers_not_zero])
WRONG.setdefault("tensorflow-parameters", []).extend([users_by_films])
WRONG.setdefault("tensorflow-logits", []).extend([score_for_label_zero, stable_form_without_size])
WRONG.setdefault("tensorflow-negatives", []).extend([mean_of_what_is_left])
