"""Right answers to the exercises of chapter 06."""

from __future__ import annotations

import math
from collections import deque

import numpy as np
import torch
from torch.nn import functional


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


def buffer_with_a_deque(rows, size, picks):
    held, coming = list(rows[:size]), deque(rows[size:])
    out = []
    for place in picks:
        following = coming.popleft() if coming else None
        out.append(held[place])
        if following is None:
            last = held.pop()
            if place < len(held):
                held[place] = last
        else:
            held[place] = following
    return out


def buffer_by_numbers(rows, size, picks):
    """Places of rows in place of the rows, and no list of those that wait."""
    held = list(range(min(size, len(rows))))
    out, following = [], len(held)
    for place in picks:
        out.append(held[place])
        if following < len(rows):
            held[place] = following
            following += 1
        else:
            held[place] = held[-1]
            del held[-1]
    return [rows[number] for number in out]


def buffer_in_numpy(rows, size, picks):
    rows, held, left = np.array(rows), min(size, len(rows)), len(rows)
    table = rows[:held].copy()
    out = np.empty(left, rows.dtype)
    for step, place in enumerate(picks):
        out[step] = table[place]
        if held + step < left:
            table[place] = rows[held + step]
        else:
            table[place] = table[left - step - 1]
    return out


def patience_by_slices(values, patience):
    for epoch in range(1, len(values) + 1):
        best = int(np.argmax(values[:epoch])) + 1
        if epoch - best == patience:
            return epoch, best
    return len(values), int(np.argmax(values)) + 1


def patience_with_a_counter(values, patience):
    best, kept, wait, ran = -math.inf, 0, 0, 0
    for value in values:
        ran += 1
        if value > best:
            best, kept, wait = value, ran, 0
        else:
            wait += 1
            if wait >= patience:
                break
    return [ran, kept]


def patience_in_torch(values, patience):
    values, best, epoch = torch.tensor(values), 0, 0
    while epoch + 1 < len(values) and epoch - best < patience:
        epoch += 1
        best = epoch if values[epoch] > values[best] else best
    return torch.tensor([epoch + 1, best + 1])


ANSWERS = {
    "tensorflow-parameters": [parameters_in_sum, parameters_from_arrays, parameters_by_torch],
    "tensorflow-logits": [logits_by_loops, logits_as_tensorflow_does, logits_by_torch, logits_by_logsigmoid],
    "tensorflow-negatives": [negatives_by_loops, negatives_by_torch, negatives_by_weights],
    "tensorflow-buffer": [buffer_with_a_deque, buffer_by_numbers, buffer_in_numpy],
    "tensorflow-patience": [patience_by_slices, patience_with_a_counter, patience_in_torch],
}


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


WRONG = {
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
}


def users_by_films(n_users, n_items, d, width):
    return n_users * n_items * width + 2 * d * width + n_items


def stable_form_without_size(scores, labels):
    return (np.maximum(scores, 0) - scores * labels + np.log1p(np.exp(-scores))).mean()


def score_for_label_zero(scores, labels):
    return np.where(labels == 1, -np.log(1 / (1 + np.exp(-scores))), scores).mean()


def mean_of_what_is_left(positive, negative, items, drawn):
    out = []
    for i in range(len(positive)):
        keep = drawn != items[i]
        s = np.concatenate([[positive[i]], negative[i][keep]])
        out.append(np.log(np.exp(s).mean()) - positive[i])
    return np.mean(out)


WRONG.setdefault("tensorflow-parameters", []).extend([users_by_films])
WRONG.setdefault("tensorflow-logits", []).extend([score_for_label_zero, stable_form_without_size])
WRONG.setdefault("tensorflow-negatives", []).extend([mean_of_what_is_left])


def logits_by_keras_without_saying_so(scores, labels):
    """What `keras.losses.BinaryCrossentropy()` makes of scores, in TensorFlow's float32."""
    import keras

    return float(keras.losses.BinaryCrossentropy()(labels, scores))


def buffer_shuffles_everything(rows, size, picks):
    rest, out = list(rows), []
    for place in picks:
        out.append(rest.pop(place))
    return out


def buffer_swaps(rows, size, picks):
    rows = list(rows)
    for step, place in enumerate(picks):
        rows[step], rows[place] = rows[place], rows[step]
    return rows


def buffer_forgets_the_rest(rows, size, picks):
    held, out = list(rows[:size]), []
    for place in picks[:size]:
        out.append(held.pop(place % len(held)))
    return out


def patience_lower(values, patience):
    return stopped_lower(values, patience)


def stopped_lower(values, patience):
    best = 1
    for epoch, value in enumerate(values, start=1):
        if value < values[best - 1]:
            best = epoch
        if epoch - best >= patience:
            return epoch, best
    return len(values), best


def patience_first_fall(values, patience):
    for epoch in range(1, len(values)):
        if values[epoch] <= values[epoch - 1]:
            return epoch + 1, epoch
    return len(values), len(values)


def patience_last_epoch(values, patience):
    ran, _ = patience_by_slices(values, patience)
    return ran, ran


WRONG["tensorflow-logits"].append(logits_by_keras_without_saying_so)
WRONG["tensorflow-buffer"] = [buffer_shuffles_everything, buffer_swaps, buffer_forgets_the_rest]
WRONG["tensorflow-patience"] = [patience_lower, patience_first_fall, patience_last_epoch]
