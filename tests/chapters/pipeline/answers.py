"""Right answers to the exercises of chapter 02."""

from __future__ import annotations

import numpy as np
import pandas as pd
import torch


def vector_by_loop(history, half_life):
    total, weight = np.zeros(len(history[0])), 0.0
    decay = 0.5 ** (1 / half_life)
    for film in history:
        total, weight = decay * total + film, decay * weight + 1
    return total / weight


def vector_by_average(history, half_life):
    return np.average(history, axis=0, weights=[0.5 ** (k / half_life) for k in range(len(history) - 1, -1, -1)])


def vector_by_torch(history, half_life):
    history = torch.tensor(history)
    weights = torch.exp2(-torch.arange(len(history) - 1, -1, -1, dtype=history.dtype) / half_life)
    return (weights[:, None] * history).sum(dim=0) / weights.sum()


def aligned_by_comparing(vectors, vector_ids, item_ids):
    return (np.asarray(item_ids)[:, None] == np.asarray(vector_ids)).astype(float) @ vectors


def aligned_by_pandas(vectors, vector_ids, item_ids):
    return pd.DataFrame(vectors, index=vector_ids).reindex(item_ids).fillna(0.0)


def aligned_by_searching(vectors, vector_ids, item_ids):
    order = np.argsort(vector_ids)
    place = order[np.searchsorted(vector_ids, item_ids, sorter=order).clip(max=len(order) - 1)]
    return np.where((vector_ids[place] == item_ids)[:, None], vectors[place], 0.0)


def aligned_by_torch(vectors, vector_ids, item_ids):
    same = torch.tensor(item_ids)[:, None] == torch.tensor(vector_ids)
    return same.double() @ torch.tensor(vectors)


def minute_by_loops(times):
    return max((sum(start <= time < start + 60 for time in times) for start in times), default=0)


def minute_by_two_ends(times):
    times, most, start = sorted(times), 0, 0
    for end, time in enumerate(times):
        while time - times[start] >= 60:
            start += 1
        most = max(most, end - start + 1)
    return most


def minute_by_torch(times):
    times = torch.tensor(times)
    later = times[None, :] - times[:, None]
    counts = ((later >= 0) & (later < 60)).sum(dim=1)
    return counts.max() if len(times) else 0


def marks_by_loop(found, planted):
    both = sum(1 for f, p in zip(found, planted, strict=True) if f and p)
    return both / sum(map(bool, found)), both / sum(map(bool, planted))


def marks_by_selecting(found, planted):
    return [np.mean(planted[found]), np.mean(found[planted])]


def marks_by_torch(found, planted):
    found, planted = torch.tensor(found), torch.tensor(planted)
    both = (found & planted).sum()
    return torch.stack([both / found.sum(), both / planted.sum()])


FOLLOWING = ["vectors", "features", "towers", "trained", "ranking"]
EVERYTHING = {"raw", "split", *FOLLOWING}

ANSWERS = {
    "pipeline-user-vector": [vector_by_loop, vector_by_average, vector_by_torch],
    "pipeline-changed": [set(FOLLOWING), frozenset(reversed(FOLLOWING)), EVERYTHING - {"raw", "split"}],
    "pipeline-align": [aligned_by_comparing, aligned_by_pandas, aligned_by_searching, aligned_by_torch],
    "pipeline-minute": [minute_by_loops, minute_by_two_ends, minute_by_torch],
    "pipeline-marks": [marks_by_loop, marks_by_selecting, marks_by_torch],
}


def minute_without_equal_times(times):
    times = sorted(set(np.asarray(times).tolist()))
    return max((sum(0 <= other - time < 60 for other in times) for time in times), default=0)


def minute_by_dictionary(times):
    rated = dict.fromkeys(np.sort(times).tolist(), 1)
    return max((sum(n for time, n in rated.items() if start <= time < start + 60) for start in rated), default=0)


def minute_of_pairs(times):
    most, times = 0, np.sort(times)
    for i in range(len(times)):
        for j in range(i + 1, len(times)):
            if times[j] - times[i] < 60:
                most = max(most, j - i + 1)
    return most


WRONG = {
    "pipeline-minute": [minute_without_equal_times, minute_by_dictionary, minute_of_pairs],
    "pipeline-changed": [
        ["vectors", "features", "towers", "trained", "ranking"],
        ("vectors", "features", "towers", "trained", "ranking"),
        np.array(["vectors", "features", "towers", "trained", "ranking"]),
    ],
}
