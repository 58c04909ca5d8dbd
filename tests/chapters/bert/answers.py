"""Right answers to the exercises of chapter 04."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch.nn import functional


def attention_as_in_the_text(Q, K, V, real):
    scores = Q @ K.T / np.sqrt(Q.shape[-1])
    scores[:, ~real] = -np.inf
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = powers / powers.sum(axis=-1, keepdims=True)
    return weights @ V


def attention_by_loops(Q, K, V, real):
    outputs = []
    for q in Q:
        powers = [math.exp(q @ k / math.sqrt(len(q))) if r else 0 for k, r in zip(K, real)]
        outputs.append(sum(power * v for power, v in zip(powers, V)) / sum(powers))
    return outputs


def attention_by_torch(Q, K, V, real):
    Q, K, V = (torch.tensor(a, dtype=torch.float32) for a in (Q, K, V))
    scores = Q @ K.T / K.shape[1] ** 0.5
    return scores.masked_fill(~torch.tensor(real), -torch.inf).softmax(dim=-1) @ V


def attention_by_the_library(Q, K, V, real):
    Q, K, V = (torch.tensor(a)[None] for a in (Q, K, V))
    return functional.scaled_dot_product_attention(Q, K, V, attn_mask=torch.tensor(real)[None, None])[0]


def attention_by_a_large_number(Q, K, V, real):
    scores = Q @ K.T / np.sqrt(Q.shape[-1]) + np.where(real, 0, -1e9)
    weights = np.exp(scores)
    return weights @ V / weights.sum(axis=1)[:, None]


def attention_normalised_again(Q, K, V, real):
    weights = np.exp(Q @ K.T / np.sqrt(Q.shape[-1]))
    weights /= weights.sum(axis=1, keepdims=True)
    weights *= real
    return weights / weights.sum(axis=1, keepdims=True) @ V


def attention_without_padded_keys(Q, K, V, real):
    powers = np.exp(Q @ K[real].T / np.sqrt(K.shape[1]))
    return np.einsum("ij,jk->ik", powers, V[real]) / powers.sum(axis=1, keepdims=True)


def causal_by_loops(Q, K):
    weights = np.zeros((len(Q), len(K)))
    for i in range(len(Q)):
        powers = np.exp(K[: i + 1] @ Q[i] / np.sqrt(Q.shape[1]))
        weights[i, : i + 1] = powers / powers.sum()
    return weights


def causal_by_adding(Q, K):
    scores = Q @ K.T / np.sqrt(Q.shape[1]) + np.triu(np.full((len(Q), len(Q)), -np.inf), 1)
    powers = np.exp(scores)
    return powers / powers.sum(axis=1, keepdims=True)


def causal_by_torch(Q, K):
    Q, K = (torch.tensor(a, dtype=torch.float32) for a in (Q, K))
    may_read = torch.ones(len(Q), len(Q)).tril().bool()
    return (Q @ K.T / Q.shape[1] ** 0.5).masked_fill(~may_read, -torch.inf).softmax(dim=-1)


def causal_by_cutting_powers(Q, K):
    powers = np.tril(np.exp(Q @ K.T / math.sqrt(Q.shape[1])))
    return powers / powers.sum(axis=1)[:, None]


def causal_normalised_again(Q, K):
    scores = torch.tensor(Q) @ torch.tensor(K).T / math.sqrt(Q.shape[1])
    weights = torch.tril(scores.softmax(dim=1))
    return (weights / weights.sum(dim=1, keepdim=True)).tolist()


def masking_as_in_the_text(ids, chosen, draw, random_ids, mask_id):
    inputs = np.where(chosen & (draw < 0.8), mask_id, ids)
    inputs = np.where(chosen & (draw >= 0.8) & (draw < 0.9), random_ids, inputs)
    labels = np.where(chosen, ids, -100)
    return inputs, labels


def masking_by_loop(ids, chosen, draw, random_ids, mask_id):
    inputs, labels = [], []
    for token, is_chosen, d, random_token in zip(ids, chosen, draw, random_ids):
        if not is_chosen:
            inputs.append(token)
            labels.append(-100)
            continue
        labels.append(token)
        if d < 0.8:
            inputs.append(mask_id)
        elif d < 0.9:
            inputs.append(random_token)
        else:
            inputs.append(token)
    return inputs, labels


def masking_on_copies(ids, chosen, draw, random_ids, mask_id):
    inputs, labels = ids.copy(), ids.copy()
    labels[~chosen] = -100
    replaced = chosen & (draw < 0.9)
    inputs[replaced] = random_ids[replaced]
    inputs[chosen & (draw < 0.8)] = mask_id
    return inputs, labels


def masking_by_torch(ids, chosen, draw, random_ids, mask_id):
    ids, chosen, draw, random_ids = map(torch.tensor, (ids, chosen, draw, random_ids))
    inputs = ids.clone()
    inputs[chosen & (draw < 0.8)] = mask_id
    middle = chosen & (0.8 <= draw) & (draw < 0.9)
    inputs[middle] = random_ids[middle]
    return inputs, ids.masked_fill(~chosen, -100)


def masking_by_select(ids, chosen, draw, random_ids, mask_id):
    inputs = np.select([~chosen, draw < 0.8, draw < 0.9], [ids, mask_id, random_ids], default=ids)
    return np.stack([inputs, chosen * (ids + 100) - 100])


def loss_by_loop(scores, labels):
    losses = []
    for row, label in zip(scores, labels):
        if label != -100:
            losses.append(math.log(sum(math.exp(s) for s in row)) - row[label])
    return sum(losses) / len(losses)


def loss_by_the_library(scores, labels):
    return functional.cross_entropy(torch.tensor(scores, dtype=torch.float32), torch.tensor(labels))


def loss_by_weights(scores, labels):
    asked = labels >= 0
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    picked = p[np.arange(len(labels)), np.where(asked, labels, 0)]
    return -(asked * np.log(picked)).sum() / asked.sum()


def loss_by_one_hot_rows(scores, labels):
    y = labels[:, None] == np.arange(scores.shape[1])
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -log_p[y].mean()


def loss_by_log_softmax(scores, labels):
    places = np.flatnonzero(labels != -100)
    log_p = torch.tensor(scores).log_softmax(dim=-1)
    return -np.mean([log_p[i, labels[i]] for i in places])


def pair_in_the_text(first, second, length):
    first, second = list(first), list(second)
    while len(first) + len(second) > length - 3:
        if len(first) > len(second):
            first.pop()
        else:
            second.pop()
    row = [2, *first, 3, *second, 3]
    segments = [0] * (len(first) + 2) + [1] * (len(second) + 1)
    padding = [0] * (length - len(row))
    return row + padding, segments + padding


def room_for_each(first, second, length):
    """How many tokens either sentence may keep: the shorter all of them if they are under half of the room."""
    room, half = length - 3, (length - 3) // 2
    of_second = min(len(second), max(half, room - len(first)))
    return min(len(first), room - of_second), of_second


def pair_in_place(first, second, length):
    of_first, of_second = room_for_each(first, second, length)
    ids, segments = np.zeros((2, length), dtype=int)
    middle, end = of_first + 2, of_first + of_second + 3
    ids[0], ids[middle - 1], ids[end - 1] = 2, 3, 3
    ids[1 : middle - 1], ids[middle : end - 1] = first[:of_first], second[:of_second]
    segments[middle:end] = 1
    return ids, segments


def pair_by_appending(first, second, length):
    if len(first) + len(second) + 3 > length:
        shorter = first[:-1] if len(first) > len(second) else first
        return pair_by_appending(shorter, second if len(first) > len(second) else second[:-1], length)
    ids, segments = [2], [0]
    for number, sentence in enumerate([first, second]):
        for token in sentence + [3]:
            ids.append(token)
            segments.append(number)
    while len(ids) < length:
        ids.append(0)
        segments.append(0)
    return [ids, segments]


def pair_by_torch(first, second, length):
    of_first, of_second = room_for_each(first, second, length)
    a, b = torch.tensor([2, *first[:of_first], 3]), torch.tensor([*second[:of_second], 3])
    fill = (0, length - len(a) - len(b))
    ids, segments = torch.cat([a, b]), torch.cat([torch.zeros_like(a), torch.ones_like(b)])
    return functional.pad(ids, fill), functional.pad(segments, fill)


ANSWERS = {
    "bert-attention": [
        attention_as_in_the_text,
        attention_by_loops,
        attention_by_torch,
        attention_by_the_library,
        attention_by_a_large_number,
        attention_normalised_again,
        attention_without_padded_keys,
    ],
    "bert-causal": [
        causal_by_loops,
        causal_by_adding,
        causal_by_torch,
        causal_by_cutting_powers,
        causal_normalised_again,
    ],
    "bert-masking": [
        masking_as_in_the_text,
        masking_by_loop,
        masking_on_copies,
        masking_by_torch,
        masking_by_select,
    ],
    "bert-loss": [
        loss_by_loop,
        loss_by_the_library,
        loss_by_weights,
        loss_by_one_hot_rows,
        loss_by_log_softmax,
    ],
    "bert-pair": [pair_in_the_text, pair_in_place, pair_by_appending, pair_by_torch],
}


def masking_up_to(masked, replaced):
    def answer(ids, chosen, draw, random_ids, mask_id):
        inputs = np.where(chosen & replaced(draw), random_ids, ids)
        return np.where(chosen & masked(draw), mask_id, inputs), np.where(chosen, ids, -100)

    return answer


def attention_scaled_by(scale):
    def answer(Q, K, V, real):
        powers = np.exp(Q @ K.T / scale(V)) * real
        return powers / powers.sum(axis=1, keepdims=True) @ V

    return answer


def attention_unscaled(Q, K, V, real):
    scores = np.where(real, Q @ K.T, -np.inf)
    powers = np.exp(scores)
    return powers / powers.sum(axis=1, keepdims=True) @ V


def attention_without_the_mask(Q, K, V, real):
    powers = np.exp(Q @ K.T / np.sqrt(Q.shape[1]))
    return powers / powers.sum(axis=1, keepdims=True) @ V


def attention_masked_after(Q, K, V, real):
    powers = np.exp(Q @ K.T / np.sqrt(Q.shape[1]))
    weights = powers / powers.sum(axis=1, keepdims=True)
    return (weights * real) @ V


def attention_masked_with_zero(Q, K, V, real):
    scores = Q @ K.T / np.sqrt(Q.shape[1])
    scores[:, ~real] = 0
    powers = np.exp(scores)
    return powers / powers.sum(axis=1, keepdims=True) @ V


def attention_masked_in_the_rows(Q, K, V, real):
    scores = Q @ K.T / np.sqrt(Q.shape[1])
    scores[~real] = -1e9
    powers = np.exp(scores)
    return powers / powers.sum(axis=1, keepdims=True) @ V


def attention_without_values(Q, K, V, real):
    scores = np.where(real, Q @ K.T / np.sqrt(Q.shape[1]), -np.inf)
    powers = np.exp(scores)
    return powers / powers.sum(axis=1, keepdims=True)


def attention_over_columns(Q, K, V, real):
    scores = np.where(real, Q @ K.T / np.sqrt(Q.shape[1]), -np.inf)
    powers = np.exp(scores)
    return powers / powers.sum(axis=0) @ V


def attention_of_the_padding(Q, K, V, real):
    scores = np.where(real, -np.inf, Q @ K.T / np.sqrt(Q.shape[1]))
    powers = np.exp(scores)
    return powers / powers.sum(axis=1, keepdims=True) @ V


def attention_not_transposed(Q, K, V, real):
    scores = np.where(real, Q @ K / np.sqrt(Q.shape[1]), -np.inf)
    powers = np.exp(scores)
    return powers / powers.sum(axis=1, keepdims=True) @ V


def causal_wrong_triangle(Q, K):
    powers = np.triu(np.exp(Q @ K.T / np.sqrt(Q.shape[1])))
    return powers / powers.sum(axis=1, keepdims=True)


def causal_without_itself(Q, K):
    scores = Q @ K.T / np.sqrt(Q.shape[1])
    scores[np.triu_indices(len(Q))] = -np.inf
    powers = np.exp(scores)
    return powers / powers.sum(axis=1, keepdims=True)


def causal_one_too_many(Q, K):
    scores = Q @ K.T / np.sqrt(Q.shape[1])
    scores[np.triu_indices(len(Q), 2)] = -np.inf
    powers = np.exp(scores)
    return powers / powers.sum(axis=1, keepdims=True)


def causal_cut_after(Q, K):
    powers = np.exp(Q @ K.T / np.sqrt(Q.shape[1]))
    return np.tril(powers / powers.sum(axis=1, keepdims=True))


def causal_unscaled(Q, K):
    powers = np.tril(np.exp(Q @ K.T))
    return powers / powers.sum(axis=1, keepdims=True)


def causal_zero_scores(Q, K):
    powers = np.exp(np.tril(Q @ K.T / np.sqrt(Q.shape[1])))
    return powers / powers.sum(axis=1, keepdims=True)


def causal_not_at_all(Q, K):
    powers = np.exp(Q @ K.T / np.sqrt(Q.shape[1]))
    return powers / powers.sum(axis=1, keepdims=True)


def causal_scores(Q, K):
    return Q @ K.T / np.sqrt(Q.shape[1]) + np.triu(np.full((len(Q), len(Q)), -np.inf), 1)


def causal_powers(Q, K):
    return np.tril(np.exp(Q @ K.T / np.sqrt(Q.shape[1])))


def causal_over_columns(Q, K):
    powers = np.tril(np.exp(Q @ K.T / np.sqrt(Q.shape[1])))
    return powers / powers.sum(axis=0, keepdims=True)


def causal_divided_by_d(Q, K):
    powers = np.tril(np.exp(Q @ K.T / Q.shape[1]))
    return powers / powers.sum(axis=1, keepdims=True)


def masking_without_brackets(ids, chosen, draw, random_ids, mask_id):
    inputs = np.where(chosen & draw < 0.8, mask_id, ids)
    inputs = np.where(chosen & (draw >= 0.8) & (draw < 0.9), random_ids, inputs)
    return inputs, np.where(chosen, ids, -100)


def masking_everywhere(ids, chosen, draw, random_ids, mask_id):
    inputs = np.where(draw < 0.8, mask_id, ids)
    inputs = np.where((draw >= 0.8) & (draw < 0.9), random_ids, inputs)
    return inputs, np.where(chosen, ids, -100)


def masking_all_chosen(ids, chosen, draw, random_ids, mask_id):
    return np.where(chosen, mask_id, ids), np.where(chosen, ids, -100)


def masking_labels_all(ids, chosen, draw, random_ids, mask_id):
    inputs = np.where(chosen & (draw < 0.9), random_ids, ids)
    return np.where(chosen & (draw < 0.8), mask_id, inputs), ids


def masking_labels_changed_only(ids, chosen, draw, random_ids, mask_id):
    inputs = np.where(chosen & (draw < 0.9), random_ids, ids)
    inputs = np.where(chosen & (draw < 0.8), mask_id, inputs)
    return inputs, np.where(inputs != ids, ids, -100)


def masking_labels_masked_only(ids, chosen, draw, random_ids, mask_id):
    inputs = np.where(chosen & (draw < 0.9), random_ids, ids)
    inputs = np.where(chosen & (draw < 0.8), mask_id, inputs)
    return inputs, np.where(chosen & (draw < 0.8), ids, -100)


def masking_overwritten(ids, chosen, draw, random_ids, mask_id):
    inputs = np.where(chosen & (draw < 0.8), mask_id, ids)
    inputs = np.where(chosen & (draw < 0.9), random_ids, inputs)
    return inputs, np.where(chosen, ids, -100)


def masking_in_place(ids, chosen, draw, random_ids, mask_id):
    inputs = ids
    inputs[chosen & (draw < 0.8)] = mask_id
    middle = chosen & (draw >= 0.8) & (draw < 0.9)
    inputs[middle] = random_ids[middle]
    return inputs, np.where(chosen, ids, -100)


def masking_labels_of_inputs(ids, chosen, draw, random_ids, mask_id):
    inputs = np.where(chosen & (draw < 0.9), random_ids, ids)
    inputs = np.where(chosen & (draw < 0.8), mask_id, inputs)
    return inputs, np.where(chosen, inputs, -100)


def masking_labels_zero(ids, chosen, draw, random_ids, mask_id):
    inputs = np.where(chosen & (draw < 0.9), random_ids, ids)
    inputs = np.where(chosen & (draw < 0.8), mask_id, inputs)
    return inputs, np.where(chosen, ids, 0)


def masking_the_other_order(ids, chosen, draw, random_ids, mask_id):
    inputs = np.where(chosen & (draw < 0.9), random_ids, ids)
    inputs = np.where(chosen & (draw < 0.8), mask_id, inputs)
    return np.where(chosen, ids, -100), inputs


def masking_inputs_only(ids, chosen, draw, random_ids, mask_id):
    inputs = np.where(chosen & (draw < 0.9), random_ids, ids)
    return np.where(chosen & (draw < 0.8), mask_id, inputs)


def loss_over_all_places(scores, labels):
    log_p = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return -log_p[np.arange(len(labels)), labels].mean()


def loss_divided_by_all(scores, labels):
    total = 0.0
    for row, label in zip(scores, labels):
        if label != -100:
            total += np.log(np.exp(row).sum()) - row[label]
    return total / len(labels)


def loss_sum(scores, labels):
    total = 0.0
    for row, label in zip(scores, labels):
        if label != -100:
            total += np.log(np.exp(row).sum()) - row[label]
    return total


def loss_without_minus(scores, labels):
    kept = labels != -100
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return np.log(p[kept, labels[kept]]).mean()


def loss_without_softmax(scores, labels):
    kept = labels != -100
    return -np.log(scores[kept, labels[kept]]).mean()


def loss_raw_scores(scores, labels):
    kept = labels != -100
    return -scores[kept, labels[kept]].mean()


def loss_of_the_mean(scores, labels):
    kept = labels != -100
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return -np.log(p[kept, labels[kept]].mean())


def loss_softmax_over_places(scores, labels):
    kept = labels != -100
    p = np.exp(scores) / np.exp(scores).sum(axis=0)
    return -np.log(p[kept, labels[kept]]).mean()


def loss_per_place(scores, labels):
    kept = labels != -100
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return -np.log(p[kept, labels[kept]])


def loss_two_lists_of_rows(scores, labels):
    kept = labels != -100
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return -np.log(p[kept][:, labels[kept]]).mean()


def loss_positive_labels(scores, labels):
    kept = labels > 0
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return -np.log(p[kept, labels[kept]]).mean()


def loss_base_two(scores, labels):
    kept = labels != -100
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return -np.log2(p[kept, labels[kept]]).mean()


def loss_without_log(scores, labels):
    kept = labels != -100
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return p[kept, labels[kept]].mean()


def pair_without_last_sep(first, second, length):
    row = [2] + first + [3] + second
    segments = [0] * (len(first) + 2) + [1] * len(second)
    return row + [0] * (length - len(row)), segments + [0] * (length - len(row))


def pair_without_middle_sep(first, second, length):
    row = [2] + first + second + [3]
    segments = [0] * (len(first) + 1) + [1] * (len(second) + 1)
    return row + [0] * (length - len(row)), segments + [0] * (length - len(row))


def pair_padding_in_segment_one(first, second, length):
    row = [2] + first + [3] + second + [3]
    segments = [0] * (len(first) + 2) + [1] * (length - len(first) - 2)
    return row + [0] * (length - len(row)), segments


def pair_first_sep_in_segment_one(first, second, length):
    row = [2] + first + [3] + second + [3]
    segments = [0] * (len(first) + 1) + [1] * (len(second) + 2)
    return row + [0] * (length - len(row)), segments + [0] * (length - len(row))


def pair_unpadded(first, second, length):
    return [2] + first + [3] + second + [3], [0] * (len(first) + 2) + [1] * (len(second) + 1)


def pair_segments_unpadded(first, second, length):
    row = [2] + first + [3] + second + [3]
    return row + [0] * (length - len(row)), [0] * (len(first) + 2) + [1] * (len(second) + 1)


def pair_two_cls(first, second, length):
    row = [2] + first + [3] + [2] + second + [3]
    segments = [0] * (len(first) + 2) + [1] * (len(second) + 2)
    return row + [0] * (length - len(row)), segments + [0] * (length - len(row))


def pair_last_sep_in_segment_zero(first, second, length):
    row = [2] + first + [3] + second + [3]
    segments = [0] * (len(first) + 2) + [1] * len(second) + [0]
    return row + [0] * (length - len(row)), segments + [0] * (length - len(row))


def pair_nested(first, second, length):
    row = [2, first, 3, second, 3]
    segments = [0] * (len(first) + 2) + [1] * (len(second) + 1)
    return row + [0] * (length - len(segments)), segments + [0] * (length - len(segments))


def pair_padded_in_front(first, second, length):
    row = [2] + first + [3] + second + [3]
    segments = [0] * (len(first) + 2) + [1] * (len(second) + 1)
    padding = [0] * (length - len(row))
    return padding + row, padding + segments


def pair_one_list(first, second, length):
    row = [2] + first + [3] + second + [3]
    return row + [0] * (length - len(row))


def pair_sep_and_cls_swapped(first, second, length):
    row = [3] + first + [2] + second + [2]
    segments = [0] * (len(first) + 2) + [1] * (len(second) + 1)
    return row + [0] * (length - len(row)), segments + [0] * (length - len(row))


def attention_of_keys(Q, K, V, real):
    scores = np.where(real, Q @ K.T / np.sqrt(Q.shape[1]), -np.inf)
    powers = np.exp(scores)
    return powers / powers.sum(axis=1, keepdims=True) @ K


def attention_without_powers(Q, K, V, real):
    scores = np.where(real, Q @ K.T / np.sqrt(Q.shape[1]), 0)
    return scores / scores.sum(axis=1, keepdims=True) @ V


def causal_without_powers(Q, K):
    scores = np.tril(Q @ K.T / np.sqrt(Q.shape[1]))
    return scores / scores.sum(axis=1, keepdims=True)


def causal_returned_on_its_side(Q, K):
    powers = np.tril(np.exp(Q @ K.T / np.sqrt(Q.shape[1])))
    return (powers / powers.sum(axis=1, keepdims=True)).T


def masking_above(ids, chosen, draw, random_ids, mask_id):
    inputs = np.where(chosen & (draw > 0.2), mask_id, ids)
    inputs = np.where(chosen & (draw > 0.1) & (draw <= 0.2), random_ids, inputs)
    return inputs, np.where(chosen, ids, -100)


def masking_one_random_for_all(ids, chosen, draw, random_ids, mask_id):
    inputs = np.where(chosen & (draw < 0.9), random_ids[0], ids)
    return np.where(chosen & (draw < 0.8), mask_id, inputs), np.where(chosen, ids, -100)


def loss_of_the_best(scores, labels):
    kept = labels != -100
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return -np.log(p[kept].max(axis=1)).mean()


def loss_where_nothing_is_asked(scores, labels):
    kept = labels == -100
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return -np.log(p[kept, labels[kept]]).mean()


def pair_segments_one_and_two(first, second, length):
    row = [2] + first + [3] + second + [3]
    segments = [1] * (len(first) + 2) + [2] * (len(second) + 1)
    return row + [0] * (length - len(row)), segments + [0] * (length - len(row))


def pair_too_little_padding(first, second, length):
    row = [2] + first + [3] + second + [3]
    segments = [0] * (len(first) + 2) + [1] * (len(second) + 1)
    padding = [0] * (length - len(row) - 1)
    return row + padding, segments + padding


def attention_by_loop_masking_queries(Q, K, V, real):
    out = []
    for i in range(len(Q)):
        powers = np.array([np.exp(Q[i] @ K[j] / np.sqrt(Q.shape[1])) for j in range(len(K)) if real[i]])
        out.append(powers @ V / powers.sum() if real[i] else V[i])
    return np.array(out)


def attention_masked_by_multiplying_scores(Q, K, V, real):
    scores = Q @ K.T / math.sqrt(Q.shape[1]) * real
    return torch.softmax(torch.tensor(scores), dim=1) @ torch.tensor(V)


def causal_softmax_then_infinity(Q, K):
    weights = torch.softmax(torch.tensor(Q @ K.T / np.sqrt(Q.shape[1])), dim=1)
    return weights.masked_fill(torch.ones(len(Q), len(Q)).triu(1).bool(), float("-inf"))


def causal_from_chosen_diagonal(Q, K):
    scores = Q @ K.T / np.sqrt(len(Q))
    for i in range(len(Q)):
        scores[i, i + 1 :] = -np.inf
    return np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)


def masking_by_a_loop_with_separate_ifs(ids, chosen, draw, random_ids, mask_id):
    inputs, labels = list(ids), []
    for i in range(len(ids)):
        if chosen[i] and draw[i] < 0.8:
            inputs[i] = mask_id
        if chosen[i] and draw[i] < 0.9:
            inputs[i] = random_ids[i]
        labels.append(ids[i] if chosen[i] else -100)
    return inputs, labels


def masking_labels_without_unchosen(ids, chosen, draw, random_ids, mask_id):
    inputs = np.where(chosen & (draw < 0.9), random_ids, ids)
    return np.where(chosen & (draw < 0.8), mask_id, inputs), ids[chosen]


def loss_by_argmax_of_labels(scores, labels):
    p = torch.softmax(torch.tensor(scores), dim=0)
    kept = torch.tensor(labels) != -100
    return functional.nll_loss(p.log()[kept], torch.tensor(labels)[kept])


def loss_by_nll_without_log(scores, labels):
    p = torch.softmax(torch.tensor(scores), dim=1)
    return functional.nll_loss(p, torch.tensor(labels))


def pair_segments_by_sep_before(first, second, length):
    row = [2, *first, 3, *second, 3]
    segments, segment = [], 0
    for token in row:
        if token == 3:
            segment += 1
        segments.append(segment)
    padding = [0] * (length - len(row))
    return row + padding, segments + padding


def pair_padding_marked_as_mask(first, second, length):
    row = [2, *first, 3, *second, 3]
    padding = [0] * (length - len(row))
    return row + padding, [1] * len(row) + padding


def attention_forgetting_exp(Q, K, V, real):
    scores = Q @ K.T / np.sqrt(Q.shape[1])
    weights = np.where(real, scores, 0)
    return weights @ V


def attention_divided_by_number_of_real(Q, K, V, real):
    powers = np.exp(Q @ K.T / np.sqrt(Q.shape[1])) * real
    return powers @ V / real.sum()


def causal_each_row_by_its_number(Q, K):
    powers = np.tril(np.exp(Q @ K.T / np.sqrt(Q.shape[1])))
    return powers / np.arange(1, len(Q) + 1)[:, None]


def causal_sums_of_the_full_rows(Q, K):
    powers = np.exp(Q @ K.T / np.sqrt(Q.shape[1]))
    sums = powers.sum(axis=1, keepdims=True)
    powers[np.triu_indices(len(Q), 1)] = 0
    return powers / sums


def masking_mask_id_everywhere_below_nine(ids, chosen, draw, random_ids, mask_id):
    return np.where(chosen & (draw < 0.9), mask_id, ids), np.where(chosen, ids, -100)


def masking_minus_hundred_in_inputs(ids, chosen, draw, random_ids, mask_id):
    inputs = np.where(chosen & (draw < 0.9), random_ids, ids)
    inputs = np.where(chosen & (draw < 0.8), mask_id, inputs)
    return np.where(chosen, inputs, -100), np.where(chosen, ids, -100)


def loss_by_cross_entropy_of_all(scores, labels):
    labels = np.where(labels == -100, 0, labels)
    return functional.cross_entropy(torch.tensor(scores), torch.tensor(labels))


def loss_sum_by_torch(scores, labels):
    return functional.cross_entropy(torch.tensor(scores), torch.tensor(labels), reduction="sum")


def pair_lengths_swapped(first, second, length):
    row = [2, *first, 3, *second, 3]
    segments = [0] * (len(second) + 2) + [1] * (len(first) + 1)
    return row + [0] * (length - len(row)), segments + [0] * (length - len(row))


def pair_appended_in_one(first, second, length):
    row = [2] + first + [3] + second + [3] + [0] * (length - len(first) - len(second))
    segments = [0] * (len(first) + 2) + [1] * (len(second) + 1) + [0] * (length - len(first) - len(second))
    return row, segments


WRONG = {
    "bert-attention": [
        attention_scaled_by(lambda V: 2),
        attention_scaled_by(lambda V: np.sqrt(V.shape[1])),
        attention_unscaled,
        attention_without_the_mask,
        attention_masked_after,
        attention_masked_with_zero,
        attention_masked_in_the_rows,
        attention_without_values,
        attention_over_columns,
        attention_of_the_padding,
        attention_not_transposed,
        attention_of_keys,
        attention_without_powers,
        attention_by_loop_masking_queries,
        attention_masked_by_multiplying_scores,
        attention_forgetting_exp,
        attention_divided_by_number_of_real,
    ],
    "bert-causal": [
        causal_wrong_triangle,
        causal_without_itself,
        causal_one_too_many,
        causal_cut_after,
        causal_unscaled,
        causal_zero_scores,
        causal_not_at_all,
        causal_scores,
        causal_powers,
        causal_over_columns,
        causal_divided_by_d,
        causal_without_powers,
        causal_returned_on_its_side,
        causal_softmax_then_infinity,
        causal_from_chosen_diagonal,
        causal_each_row_by_its_number,
        causal_sums_of_the_full_rows,
    ],
    "bert-masking": [
        masking_up_to(lambda draw: draw <= 0.8, lambda draw: draw < 0.9),
        masking_up_to(lambda draw: draw < 0.8, lambda draw: draw <= 0.9),
        masking_without_brackets,
        masking_everywhere,
        masking_all_chosen,
        masking_labels_all,
        masking_labels_changed_only,
        masking_labels_masked_only,
        masking_overwritten,
        masking_in_place,
        masking_labels_of_inputs,
        masking_labels_zero,
        masking_the_other_order,
        masking_inputs_only,
        masking_above,
        masking_one_random_for_all,
        masking_by_a_loop_with_separate_ifs,
        masking_labels_without_unchosen,
        masking_mask_id_everywhere_below_nine,
        masking_minus_hundred_in_inputs,
    ],
    "bert-loss": [
        loss_over_all_places,
        loss_divided_by_all,
        loss_sum,
        loss_without_minus,
        loss_without_softmax,
        loss_raw_scores,
        loss_of_the_mean,
        loss_softmax_over_places,
        loss_per_place,
        loss_two_lists_of_rows,
        loss_positive_labels,
        loss_base_two,
        loss_without_log,
        loss_of_the_best,
        loss_where_nothing_is_asked,
        loss_by_argmax_of_labels,
        loss_by_nll_without_log,
        loss_by_cross_entropy_of_all,
        loss_sum_by_torch,
    ],
    "bert-pair": [
        pair_without_last_sep,
        pair_without_middle_sep,
        pair_padding_in_segment_one,
        pair_first_sep_in_segment_one,
        pair_unpadded,
        pair_segments_unpadded,
        pair_two_cls,
        pair_last_sep_in_segment_zero,
        pair_nested,
        pair_padded_in_front,
        pair_one_list,
        pair_sep_and_cls_swapped,
        pair_segments_one_and_two,
        pair_too_little_padding,
        pair_segments_by_sep_before,
        pair_padding_marked_as_mask,
        pair_lengths_swapped,
        pair_appended_in_one,
    ],
}


def causal_turned_down_the_columns(Q, K):
    s = torch.as_tensor(Q @ K.T) / Q.shape[-1] ** 0.5
    n = len(Q)
    s = s.masked_fill(torch.triu(torch.ones(n, n)) == 0, -1000000000.0)
    s = torch.softmax(s, 0)
    return s


def segments_of_the_words_alone(first, second, length):
    ids = [2, *first, 3, *second, 3]
    segments = [0] * len(first) + [1] * len(second)
    return ids + [0] * (length - len(ids)), segments + [0] * (length - len(segments))


def powers_times_real(Q, K, V, real):
    s = Q @ K.T / np.sqrt(Q.shape[-1])
    w = np.exp(s - s.max(axis=-1, keepdims=True)) * real
    return w @ V


def later_words_at_minus_one(Q, K):
    s = Q @ K.T / np.sqrt(Q.shape[-1])
    s[np.tri(len(Q)) == 0] = -1
    w = np.exp(s)
    return w / w.sum(axis=-1, keepdims=True)


WRONG.setdefault("bert-causal", []).extend([causal_turned_down_the_columns, later_words_at_minus_one])
WRONG.setdefault("bert-pair", []).extend([segments_of_the_words_alone])
WRONG.setdefault("bert-attention", []).extend([powers_times_real])
