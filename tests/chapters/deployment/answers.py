"""Right answers to the exercises of chapter 12, and wrong ones."""

from __future__ import annotations

import math
from itertools import count

import numpy as np
import torch


def percentile_by_counting(latencies, q):
    for value in sorted(set(map(int, latencies))):
        if 100 * sum(latency <= value for latency in latencies) >= q * len(latencies):
            return value
    return None


def percentile_by_ceil(latencies, q):
    return np.sort(latencies)[int(np.ceil(q * len(latencies) / 100)) - 1]


def percentile_by_torch(latencies, q):
    place = -(-q * len(latencies) // 100)
    return torch.tensor(latencies).kthvalue(place).values


def batches_by_two_loops(arrivals, max_batch, max_wait):
    sizes, start = [], 0
    while start < len(arrivals):
        end = start
        while end < len(arrivals) and end - start < max_batch and arrivals[end] - arrivals[start] <= max_wait:
            end += 1
        sizes.append(end - start)
        start = end
    return sizes


def batches_by_searchsorted(arrivals, max_batch, max_wait):
    sizes, start = [], 0
    while start < len(arrivals):
        end = min(start + max_batch, int(np.searchsorted(arrivals, arrivals[start] + max_wait, side="right")))
        sizes.append(end - start)
        start = end
    return np.array(sizes)


def batches_by_recursion(arrivals, max_batch, max_wait):
    if not len(arrivals):
        return []
    together = sum(1 for arrival in arrivals[:max_batch] if arrival <= arrivals[0] + max_wait)
    return [together, *batches_by_recursion(arrivals[together:], max_batch, max_wait)]


def int8_by_loops(matrix):
    columns = []
    for column in matrix.T:
        scale = max(abs(number) for number in column) / 127 or 1.0
        columns.append([round(number / scale) * scale for number in column])
    return np.array(columns).T


def int8_by_torch(matrix):
    matrix = torch.tensor(matrix)
    scale = (matrix.abs().amax(dim=0) / 127).clamp_min(1e-12)
    return torch.round(matrix / scale) * scale


def int8_by_codes(matrix):
    largest = np.abs(matrix).max(axis=0, keepdims=True)
    largest[largest == 0] = 1
    codes = np.rint(matrix * (127 / largest)).astype(np.int8)
    return codes * largest / 127


def recall_by_sets(found, exact):
    shares = [len(set(map(int, f)) & set(map(int, e))) / len(e) for f, e in zip(found, exact)]
    return sum(shares) / len(shares)


def recall_by_isin(found, exact):
    return np.mean([np.isin(e, f).mean() for f, e in zip(found, exact)])


def recall_by_torch(found, exact):
    found, exact = torch.tensor(found), torch.tensor(exact)
    return (exact.unsqueeze(2) == found.unsqueeze(1)).any(dim=2).float().mean()


def asks_by_while(statuses, most, first_wait):
    attempt, waited = 0, 0
    while attempt + 1 < most and statuses[attempt] in {0, 503}:
        waited += first_wait * 2**attempt
        attempt += 1
    return statuses[attempt], waited


def asks_by_formula(statuses, most, first_wait):
    final = [place for place, status in enumerate(statuses[:most]) if status != 0 and status != 503]
    last = final[0] if final else most - 1
    return [statuses[last], first_wait * (2**last - 1)]


def asks_by_recursion(statuses, most, first_wait):
    first, *rest = statuses
    if most == 1 or first not in (0, 503):
        return first, 0
    status, waited = asks_by_recursion(rest, most - 1, 2 * first_wait)
    return status, first_wait + waited


ANSWERS = {
    "deployment-p99": [percentile_by_counting, percentile_by_ceil, percentile_by_torch],
    "deployment-batch": [batches_by_two_loops, batches_by_searchsorted, batches_by_recursion],
    "deployment-int8": [int8_by_loops, int8_by_torch, int8_by_codes],
    "deployment-recall": [recall_by_sets, recall_by_isin, recall_by_torch],
    "deployment-retry": [asks_by_while, asks_by_formula, asks_by_recursion],
}


def recall_over_what_was_returned(f, e):
    return np.mean([len(set(a) & set(b)) / len(set(a)) for a, b in zip(f, e)])


def recall_by_majority(f, e):
    return np.mean([np.isin(b, a).all() or np.isin(b, a).mean() > 0.5 for a, b in zip(f, e)])


def percentile_in_place_reversed(latencies, q):
    return sorted(latencies, reverse=True)[math.ceil((100 - q) * len(latencies) / 100) - 1]


def batches_that_wait_for_all(arrivals, max_batch, max_wait):
    sizes = []
    for start in range(0, len(arrivals), max_batch):
        sizes.append(len(arrivals[start : start + max_batch]))
    return sizes


def batches_by_gap(arrivals, max_batch, max_wait):
    gaps = np.flatnonzero(np.diff(arrivals) > max_wait) + 1
    return [len(part) for part in np.split(arrivals, gaps)]


def asks_with_a_sum(statuses, most, first_wait):
    waited = 0
    for attempt in count():
        if attempt == most or statuses[attempt] not in (0, 503):
            return statuses[min(attempt, most - 1)], waited
        waited += first_wait * 2**attempt
    return None


WRONG = {
    "deployment-p99": [
        lambda latencies, q: np.mean(latencies),
        lambda latencies, q: np.max(latencies),
        lambda latencies, q: np.percentile(latencies, q),
        lambda latencies, q: np.percentile(latencies, q, method="inverted_cdf"),
        lambda latencies, q: sorted(latencies)[math.ceil(q / 100 * len(latencies)) - 1],
        lambda latencies, q: np.percentile(latencies, q, method="lower"),
        lambda latencies, q: np.percentile(latencies, q, method="higher"),
        lambda latencies, q: np.percentile(latencies, q, method="nearest"),
        lambda latencies, q: np.quantile(latencies, q / 100),
        lambda latencies, q: np.percentile(latencies, 100 - q, method="inverted_cdf"),
        lambda latencies, q: sorted(latencies)[int(q / 100 * len(latencies)) - 1],
        lambda latencies, q: sorted(latencies)[min(int(q / 100 * len(latencies)), len(latencies) - 1)],
        lambda latencies, q: sorted(latencies)[round(q / 100 * (len(latencies) - 1))],
        lambda latencies, q: list(latencies)[math.ceil(q / 100 * len(latencies)) - 1],
        lambda latencies, q: np.median(latencies),
        percentile_in_place_reversed,
    ],
    "deployment-batch": [
        batches_that_wait_for_all,
        batches_by_gap,
        lambda arrivals, max_batch, max_wait: [1] * len(arrivals),
        lambda arrivals, max_batch, max_wait: [len(arrivals)],
        lambda arrivals, max_batch, max_wait: len(batches_by_two_loops(arrivals, max_batch, max_wait)),
        lambda arrivals, max_batch, max_wait: batches_by_two_loops(arrivals, max_batch, max_wait - 1),
        lambda arrivals, max_batch, max_wait: batches_by_two_loops(arrivals, max_batch - 1, max_wait),
        lambda arrivals, max_batch, max_wait: batches_by_two_loops(arrivals, max_batch + 1, max_wait),
        lambda arrivals, max_batch, max_wait: batches_by_two_loops(arrivals, max_batch, max_wait)[:-1],
        lambda arrivals, max_batch, max_wait: batches_by_two_loops(arrivals, max_wait, max_batch),
        lambda arrivals, max_batch, max_wait: np.unique(arrivals // max_wait, return_counts=True)[1],
    ],
    "deployment-int8": [
        lambda matrix: np.round(matrix / (np.abs(matrix).max() / 127)) * (np.abs(matrix).max() / 127),
        lambda matrix: int8_by_loops(matrix.T).T,
        lambda matrix: np.round(matrix),
        lambda matrix: matrix,
        lambda matrix: matrix.astype(np.int8),
        lambda matrix: int8_by_loops(matrix) * 127,
        lambda matrix: np.round(matrix / np.maximum(np.abs(matrix).max(axis=0) / 127, 1e-9)),
        lambda matrix: int8_by_loops(matrix).T,
    ],
    "deployment-recall": [
        lambda found, exact: (found == exact).mean(),
        lambda found, exact: np.isin(found, exact).mean(),
        lambda found, exact: np.isin(exact, found).mean(),
        lambda found, exact: sum(len(set(f) & set(e)) for f, e in zip(found, exact)) / len(exact),
        lambda found, exact: sum(len(set(f) & set(e)) for f, e in zip(found, exact)) / (found >= 0).sum(),
        lambda found, exact: np.mean([len(set(f) & set(e)) > 0 for f, e in zip(found, exact)]),
        lambda found, exact: np.mean([set(f) == set(e) for f, e in zip(found, exact)]),
        lambda found, exact: [np.isin(e, f).mean() for f, e in zip(found, exact)],
        lambda found, exact: np.mean([len(set(f) & set(e)) / len(set(f) | set(e)) for f, e in zip(found, exact)]),
        lambda found, exact: sum(len(set(f) & set(e)) for f, e in zip(found, exact)),
        lambda found, exact: len(set(found.ravel()) & set(exact.ravel())) / len(set(exact.ravel())),
        lambda found, exact: len(set(found) & set(exact)) / len(exact),
        recall_over_what_was_returned,
        recall_by_majority,
    ],
    "deployment-retry": [
        asks_with_a_sum,
        lambda statuses, most, first_wait: (statuses[0], 0),
        lambda statuses, most, first_wait: (statuses[most - 1], first_wait * (2 ** (most - 1) - 1)),
        lambda statuses, most, first_wait: asks_by_while(statuses, most, first_wait)[0],
        lambda statuses, most, first_wait: asks_by_while(statuses, most, first_wait)[::-1],
        lambda statuses, most, first_wait: asks_by_while(statuses, most + 1, first_wait),
        lambda statuses, most, first_wait: asks_by_while(statuses, most, 2 * first_wait),
        lambda statuses, most, first_wait: asks_by_while([503 if s == 500 else s for s in statuses], most, first_wait),
        lambda statuses, most, first_wait: asks_by_while([422 if s == 0 else s for s in statuses], most, first_wait),
    ],
}
