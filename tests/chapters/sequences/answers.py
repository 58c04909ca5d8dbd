"""Right answers to the exercises of chapter 08."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional


def cut_by_loop(history, length):
    pairs = list(zip(history[:-1].tolist(), history[1:].tolist(), strict=True))
    rows = []
    while pairs:
        rows.insert(0, pairs[-length:])
        pairs = pairs[:-length]
    filled = [[*row, *[(0, 0)] * (length - len(row))] for row in rows]
    return [[read for read, _ in row] for row in filled], [[asked for _, asked in row] for row in filled]


def cut_by_reshaping(history, length):
    n_targets = len(history) - 1
    front = -n_targets % length

    def rows(films):
        table = np.concatenate([np.zeros(front, int), films]).reshape(-1, length)
        table[0] = np.roll(table[0], -front)
        return table

    return rows(history[:-1]), rows(history[1:])


def cut_by_torch(history, length):
    films = torch.tensor(history)
    pieces = [part.flip(0).split(length) for part in (films[:-1], films[1:])]
    return tuple(
        torch.stack([functional.pad(piece.flip(0), (0, length - len(piece))) for piece in reversed(part)])
        for part in pieces
    )


def places_by_loop(lengths, length):
    targets = prefix = windows = 0
    for films in lengths:
        for _ in range(films - 1):
            targets += 1
            prefix += length
        windows += len(range(0, films - 1, length)) * length
    return targets, prefix, windows


def places_by_numpy(lengths, length):
    n = np.clip(lengths - 1, 0, None)
    return np.array([n.sum(), length * n.sum(), length * np.ceil(n / length).sum()]).astype(int)


def places_by_torch(lengths, length):
    n = (torch.tensor(lengths) - 1).clamp(min=0)
    return n.sum(), n.sum() * length, ((n + length - 1) // length).sum() * length


def mask_by_loops(rows, causal):
    n = rows.shape[1]
    return [
        [[i == j or (rows[b, j] != 0 and (j <= i or not causal)) for j in range(n)] for i in range(n)]
        for b in range(len(rows))
    ]


def mask_by_numpy(rows, causal):
    i, j = np.indices((rows.shape[1],) * 2)
    return ((rows[:, None, :] != 0) & ((j <= i) | (not causal))) | (i == j)


def mask_by_torch(rows, causal):
    rows = torch.tensor(rows)
    n = rows.shape[1]
    allowed = (rows != 0)[:, None, :].repeat(1, n, 1)
    if causal:
        allowed = allowed.tril()
    return allowed | torch.eye(n, dtype=torch.bool)


def loss_by_loops(scores, targets):
    costs = []
    for row, asked in zip(scores, targets, strict=True):
        for place, film in zip(row, asked, strict=True):
            if film:
                costs.append(np.logaddexp.reduce(place) - place[film - 1])
    return sum(costs) / len(costs)


def loss_by_numpy(scores, targets):
    logs = scores - np.logaddexp.reduce(scores, axis=-1, keepdims=True)
    b, t = np.nonzero(targets)
    return -logs[b, t, targets[b, t] - 1].mean()


def loss_by_torch(scores, targets):
    logs = torch.tensor(scores).log_softmax(dim=-1)
    return functional.nll_loss(logs.flatten(0, 1), torch.tensor(targets).flatten() - 1, ignore_index=-1)


def hidden_by_cases(n, p, q):
    from math import comb

    drawn = sum(max(k, 1) * comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1))
    return q * 1 + (1 - q) * drawn


def hidden_by_places(n, p, q):
    """Each place by itself: the last one is hidden by the draw, by q, or because nothing was drawn."""
    chance = np.full(n, (1 - q) * p)
    chance[-1] += q + (1 - q) * (1 - p) ** n
    return chance.sum()


def hidden_by_torch(n, p, q):
    shares = torch.tensor([q, 1 - q], dtype=torch.float64)
    return shares @ torch.tensor([1.0, n * p + (1 - p) ** n], dtype=torch.float64)


ANSWERS = {
    "sequences-targets": [cut_by_loop, cut_by_reshaping, cut_by_torch],
    "sequences-places": [places_by_loop, places_by_numpy, places_by_torch],
    "sequences-may-read": [mask_by_loops, mask_by_numpy, mask_by_torch],
    "sequences-loss": [loss_by_loops, loss_by_numpy, loss_by_torch],
    "sequences-hidden": [hidden_by_cases, hidden_by_places, hidden_by_torch],
}


def _windows(read, asked, bounds, length, left=False, empty=0):
    inputs, targets = np.full((2, len(bounds), length), empty)
    for row, (start, end) in enumerate(bounds):
        place = slice(length - (end - start), None) if left else slice(end - start)
        inputs[row, place], targets[row, place] = read[start:end], asked[start:end]
    return inputs, targets


def _from_the_end(n, length):
    return [(max(end - length, 0), end) for end in range(n, 0, -length)][::-1]


def _from_the_start(n, length):
    return [(start, min(start + length, n)) for start in range(0, n, length)]


def cut_from_the_start(history, length):
    return _windows(history[:-1], history[1:], _from_the_start(len(history) - 1, length), length)


def cut_filled_on_the_left(history, length):
    return _windows(history[:-1], history[1:], _from_the_end(len(history) - 1, length), length, left=True)


def cut_last_window_first(history, length):
    return _windows(history[:-1], history[1:], _from_the_end(len(history) - 1, length)[::-1], length)


def cut_filled_with(value):
    def answer(history, length):
        return _windows(history[:-1], history[1:], _from_the_end(len(history) - 1, length), length, empty=value)

    return answer


def cut_targets_are_inputs(history, length):
    return _windows(history[:-1], history[:-1], _from_the_end(len(history) - 1, length), length)


def cut_targets_twice(history, length):
    return _windows(history[1:], history[1:], _from_the_end(len(history) - 1, length), length)


def cut_without_shifting(history, length):
    return _windows(history, history, _from_the_end(len(history), length), length)


def cut_only_full(history, length):
    bounds = [(a, b) for a, b in _from_the_end(len(history) - 1, length) if b - a == length]
    return _windows(history[:-1], history[1:], bounds, length)


def cut_sliding(history, length):
    bounds = [(max(end - length, 0), end) for end in range(1, len(history))]
    return _windows(history[:-1], history[1:], bounds, length)


def cut_targets_of_the_next_window(history, length):
    asked = np.append(history[length:], np.zeros(length, int))
    return _windows(history[:-1], asked, _from_the_end(len(history) - 1, length), length)


def cut_pieces_then_shifted(history, length):
    inputs, targets = _windows(history, history, _from_the_end(len(history), length), length)
    targets = np.roll(targets, -1, axis=1)
    targets[:, -1] = 0
    return inputs, targets


def cut_the_full_history_as_input(history, length):
    asked = np.append(history[1:], 0)
    return _windows(history, asked, _from_the_end(len(history), length), length)


def cut_swapped(history, length):
    return cut_by_reshaping(history, length)[::-1]


def cut_only_the_last_window(history, length):
    inputs, targets = cut_by_reshaping(history, length)
    return inputs[-1:], targets[-1:]


def cut_not_filled(history, length):
    bounds = _from_the_end(len(history) - 1, length)
    return [history[a:b] for a, b in bounds], [history[a + 1 : b + 1] for a, b in bounds]


def cut_first_window_too_short(history, length):
    n = len(history) - 1
    short = n % length
    bounds = [(0, short)] + [(a, a + length) for a in range(short, n, length)]
    return _windows(history[:-1], history[1:], bounds, length)


def _places(targets=lambda T: np.maximum(T - 1, 0), windows=lambda n, length: np.ceil(n / length)):
    def answer(lengths, length):
        n = targets(lengths)
        return int(n.sum()), int(n.sum() * length), int(np.sum(windows(n, length)) * length)

    return answer


def _counted(count):
    def answer(lengths, length):
        return count(np.maximum(lengths - 1, 0), length)

    return answer


def _rows(n, length):
    return int(np.ceil(n / length).sum())


def _mask(rows, causal, allowed, later=np.tri, after=True):
    n = rows.shape[1]
    eye = np.eye(n, dtype=bool)
    tri = later(n).astype(bool) if causal else np.ones((n, n), bool)
    return (allowed & tri) | eye if after else allowed & tri


def _padding(rows):
    return np.broadcast_to((rows > 0)[:, None, :], (len(rows), rows.shape[1], rows.shape[1]))


def _at_places(cost, one=np.mean):
    def answer(scores, targets):
        asked = targets > 0
        return one(cost(scores[asked], targets[asked] - 1))

    return answer


def _right(scores, films):
    return scores[np.arange(len(films)), films]


def _chances(scores):
    scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return scores / scores.sum(axis=-1, keepdims=True)


def _costs(scores, films):
    return np.logaddexp.reduce(scores, axis=-1) - _right(scores, films)


def loss_over_all_places(scores, targets):
    asked = targets > 0
    return _costs(scores[asked], targets[asked] - 1).sum() / targets.size


def loss_with_padding(scores, targets):
    logs = scores - np.logaddexp.reduce(scores, axis=-1, keepdims=True)
    return -np.take_along_axis(logs, targets[..., None] - 1, axis=-1).mean()


def loss_with_padding_as_the_first_film(scores, targets):
    logs = scores - np.logaddexp.reduce(scores, axis=-1, keepdims=True)
    return -np.take_along_axis(logs, np.maximum(targets - 1, 0)[..., None], axis=-1).mean()


def loss_by_rows(scores, targets):
    rows = [_costs(s[t > 0], t[t > 0] - 1).mean() for s, t in zip(scores, targets) if (t > 0).any()]
    return np.mean(rows)


def loss_per_row_of_the_batch(scores, targets):
    asked = targets > 0
    return _costs(scores[asked], targets[asked] - 1).sum() / len(targets)


def loss_across_places(scores, targets):
    logs = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
    b, t = np.nonzero(targets)
    return -logs[b, t, targets[b, t] - 1].mean()


def loss_counted_from_one(scores, targets):
    asked = targets > 0
    scores, films = scores[asked], targets[asked]
    return np.mean(np.logaddexp.reduce(scores, axis=1) - _right(scores, films))


def loss_of_all_pairs(scores, targets):
    asked = targets > 0
    logs = scores[asked] - np.logaddexp.reduce(scores[asked], axis=1, keepdims=True)
    return -logs[:, targets[asked] - 1].mean()


def loss_without_keepdims(scores, targets):
    asked = targets > 0
    kept = scores[asked] - scores[asked].max(axis=1)
    return np.mean(np.log(np.exp(kept).sum(axis=1)) - _right(kept, targets[asked] - 1))


def loss_largest_not_taken_from_both(scores, targets):
    asked = targets > 0
    kept, films = scores[asked], targets[asked] - 1
    lower = kept - kept.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(lower).sum(axis=1)) - _right(kept, films))


def loss_as_row_sums(scores, targets):
    asked = targets > 0
    kept = scores[asked] - scores[asked].max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(kept).sum()) - _right(kept, targets[asked] - 1))


def cut_overlapping(h, L):
    b = [(a, min(a + L, len(h) - 1)) for a in range(0, len(h) - 1, max(L - 1, 1))]
    i, t = np.zeros((2, len(b), L), int)
    for r, (a, e) in enumerate(b):
        i[r, : e - a] = h[a:e]
        t[r, : e - a] = h[a + 1 : e + 1]
    return (i, t)


def cut_filled_in_front(h, L):
    n = len(h) - 1
    pad = -n % L
    return (np.r_[np.zeros(pad, int), h[:-1]].reshape(-1, L), np.r_[np.zeros(pad, int), h[1:]].reshape(-1, L))


def places_of_films_only(lengths, L):
    n = np.maximum(lengths - 1, 0)
    return (n.sum(), sum(min(k, L) for m in n for k in range(1, m + 1)), np.ceil(n / L).sum() * L)


def places_of_at_least_one_film(lengths, L):
    n = np.maximum(lengths, 1)
    return ((n - 1).sum(), n.sum() * L, np.ceil((n - 1) / L).sum() * L)


def mask_diagonal_of_films(rows, causal):
    n = rows.shape[1]
    a = np.broadcast_to((rows > 0)[:, None, :], (len(rows), n, n))
    a = a | np.eye(n, dtype=bool) & (rows > 0)[:, :, None]
    return a & np.tri(n, dtype=bool) if causal else a


def mask_with_or(rows, causal):
    n = rows.shape[1]
    a = np.broadcast_to((rows > 0)[:, None, :], (len(rows), n, n)) | np.eye(n, dtype=bool)
    return a | np.tri(n, dtype=bool) if causal else a


def loss_from_zero_on(s, t):
    a = t >= 0
    s = s[a]
    f = np.maximum(t[a] - 1, 0)
    return np.mean(np.logaddexp.reduce(s, axis=1) - s[np.arange(len(f)), f])


def loss_of_all_films(s, t):
    a = t > 0
    s = s[a]
    return np.mean(np.logaddexp.reduce(s, axis=1, keepdims=True) - s)


def loss_as_error_rate(s, t):
    return np.mean(s[t > 0].argmax(axis=1) != t[t > 0] - 1)


def hidden_q_for_none(n, p, q):
    return (1 - q) * n * p + q * (1 - p) ** n


def hidden_not_all(n, p, q):
    return q + (1 - q) * (n * p + (1 - p**n))


WRONG = {
    "sequences-targets": [
        cut_from_the_start,
        cut_filled_on_the_left,
        cut_last_window_first,
        cut_filled_with(-1),
        cut_targets_are_inputs,
        cut_targets_twice,
        cut_without_shifting,
        cut_only_full,
        cut_sliding,
        cut_targets_of_the_next_window,
        cut_pieces_then_shifted,
        cut_the_full_history_as_input,
        cut_swapped,
        cut_only_the_last_window,
        cut_not_filled,
        cut_first_window_too_short,
        lambda history, length: cut_by_reshaping(history, length)[0],
        lambda history, length: list(zip(*map(list, cut_by_reshaping(history, length)))),
        cut_overlapping,
        cut_filled_in_front,
    ],
    "sequences-places": [
        _places(targets=lambda T: T),
        _places(targets=lambda T: T - 1),
        _places(targets=lambda T: T[T > 0]),
        _places(windows=lambda n, length: n // length),
        _places(windows=lambda n, length: n // length + 1),
        _places(windows=lambda n, length: np.ceil(n.sum() / length)),
        _places(windows=lambda n, length: n / length),
        _places(windows=lambda n, length: np.round(n / length)),
        _places(windows=lambda n, length: np.ceil((n + 1) / length)),
        _places(windows=lambda n, length: n // length + n % length),
        _places(windows=lambda n, length: np.maximum(np.ceil(n / length), 1)),
        _counted(lambda n, length: (n.sum(), n.sum() * length, _rows(n, length))),
        _counted(lambda n, length: (n.sum(), n.sum(), _rows(n, length) * length)),
        _counted(lambda n, length: (n.sum(), (n * (n + 1) // 2).sum(), _rows(n, length) * length)),
        _counted(lambda n, length: (n.sum(), _rows(n, length) * length, n.sum() * length)),
        _counted(lambda n, length: (n.sum(), n.sum() * length, n.sum())),
        _counted(lambda n, length: (n, n * length, np.ceil(n / length).astype(int) * length)),
        _counted(lambda n, length: (n.sum() * length, _rows(n, length) * length)),
        _counted(lambda n, length: ((n > 0).sum(), n.sum() * length, _rows(n, length) * length)),
        _counted(lambda n, length: (n.sum(), (n**2).sum(), _rows(n, length) * length)),
        places_of_films_only,
        places_of_at_least_one_film,
    ],
    "sequences-may-read": [
        lambda rows, causal: _mask(rows, causal, _padding(rows), after=False),
        lambda rows, causal: _mask(rows, causal, (rows > 0)[:, :, None] & np.ones(rows.shape[1], bool)),
        lambda rows, causal: _mask(rows, causal, (rows > 0)[:, None, :] & (rows > 0)[:, :, None]),
        lambda rows, causal: _mask(rows, causal, (rows > 0)[:, None, :] | (rows > 0)[:, :, None]),
        lambda rows, causal: _mask(rows, True, _padding(rows)),
        lambda rows, causal: _mask(rows, False, _padding(rows)),
        lambda rows, causal: _mask(rows, not causal, _padding(rows)),
        lambda rows, causal: _mask(rows, causal, _padding(rows), later=lambda n: np.tri(n).T),
        lambda rows, causal: _mask(rows, causal, _padding(rows), later=lambda n: np.tri(n, k=-1), after=False),
        lambda rows, causal: _mask(rows, causal, _padding(rows), later=lambda n: np.tri(n, k=1)),
        lambda rows, causal: _mask(rows, causal, np.ones((len(rows),) + (rows.shape[1],) * 2, bool)),
        lambda rows, causal: ~mask_by_numpy(rows, causal),
        lambda rows, causal: np.tri(rows.shape[1], dtype=bool) if causal else np.ones((rows.shape[1],) * 2, bool),
        lambda rows, causal: rows > 0,
        lambda rows, causal: _mask(rows, causal, rows > 0),
        lambda rows, causal: mask_by_numpy(rows, causal).any(axis=0),
        lambda rows, causal: np.where(mask_by_numpy(rows, causal), 0.0, -np.inf),
        lambda rows, causal: mask_by_numpy(rows, causal)[0],
        lambda rows, causal: _mask(rows, causal, _padding(rows), after=False) & np.eye(rows.shape[1], dtype=bool),
        lambda rows, causal: mask_by_numpy(rows, causal).transpose(0, 2, 1),
        mask_diagonal_of_films,
        mask_with_or,
    ],
    "sequences-loss": [
        _at_places(lambda s, f: np.log(np.exp(s).sum(axis=1)) - _right(s, f)),
        _at_places(_costs, one=np.sum),
        _at_places(_costs, one=lambda costs: -np.mean(costs)),
        _at_places(_costs, one=lambda costs: costs),
        _at_places(lambda s, f: _costs(s, f) / np.log(2)),
        _at_places(lambda s, f: _costs(s, f) / np.log(10)),
        _at_places(lambda s, f: _right(_chances(s), f)),
        _at_places(lambda s, f: -np.log(_right(_chances(s), f))),
        _at_places(lambda s, f: 1 - _right(_chances(s), f)),
        _at_places(lambda s, f: _right(_chances(s), f), one=lambda p: -np.log(p.mean())),
        _at_places(lambda s, f: np.logaddexp.reduce(s, axis=1)),
        _at_places(lambda s, f: -_right(s, f)),
        _at_places(lambda s, f: s.max(axis=1) - _right(s, f)),
        _at_places(lambda s, f: np.logaddexp.reduce(s, axis=1) + _right(s, f)),
        _at_places(lambda s, f: -np.log(1 / (1 + np.exp(-_right(s, f))))),
        loss_over_all_places,
        loss_with_padding,
        loss_with_padding_as_the_first_film,
        loss_by_rows,
        loss_per_row_of_the_batch,
        loss_across_places,
        loss_counted_from_one,
        loss_of_all_pairs,
        loss_without_keepdims,
        loss_largest_not_taken_from_both,
        loss_as_row_sums,
        loss_from_zero_on,
        loss_of_all_films,
        loss_as_error_rate,
    ],
    "sequences-hidden": [
        lambda n, p, q: q + (1 - q) * n * p,
        lambda n, p, q: n * p,
        lambda n, p, q: n * p + (1 - p) ** n,
        lambda n, p, q: q + n * p + (1 - p) ** n,
        lambda n, p, q: q + (1 - q) * (n * p + p**n),
        lambda n, p, q: q + (1 - q) * max(1, n * p),
        lambda n, p, q: q + (1 - q) * (1 - (1 - p) ** n),
        lambda n, p, q: (1 - q) * (n * p + (1 - p) ** n),
        lambda n, p, q: q * n + (1 - q) * (n * p + (1 - p) ** n),
        lambda n, p, q: q + (1 - q) * (n * p * (1 - (1 - p) ** n) + (1 - p) ** n),
        lambda n, p, q: q + (1 - q) * (n * p + (1 - p)),
        lambda n, p, q: q + (1 - q) * (n * p + 1 - p * n),
        lambda n, p, q: p + (1 - p) * (n * q + (1 - q) ** n),
        lambda n, p, q: (1 - q) + q * (n * p + (1 - p) ** n),
        lambda n, p, q: q + (1 - q) * (n * p + n * (1 - p) ** n),
        lambda n, p, q: q + (1 - q) * ((n - 1) * p + (1 - p) ** n),
        lambda n, p, q: q + (1 - q) * n * p + (1 - p) ** n,
        lambda n, p, q: round(q + (1 - q) * (n * p + (1 - p) ** n)),
        lambda n, p, q: q + (1 - q) * (n * p + 1),
        lambda n, p, q: (n * p + (1 - p) ** n) * q,
        hidden_q_for_none,
        hidden_not_all,
    ],
}


def short_window_by_remainder(history, length):
    n = len(history) - 1
    rows = -(-n // length)
    i, t = (np.zeros((rows, length), int), np.zeros((rows, length), int))
    short = n % length
    for r in range(rows):
        a = 0 if r == 0 else short + (r - 1) * length
        b = short + r * length
        i[r, : b - a] = history[a:b]
        t[r, : b - a] = history[a + 1 : b + 1]
    return (i, t)


def largest_of_the_table(scores, targets):
    k = targets > 0
    s = scores[k] - scores.max()
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(len(p)), targets[k] - 1] + 1e-12).mean()


def cut_rows_with_chance_p(n, p, q):
    return q * p + (1 - q) * (n * p + (1 - p) ** n)


WRONG.setdefault("sequences-targets", []).extend([short_window_by_remainder])
WRONG.setdefault("sequences-loss", []).extend([largest_of_the_table])
WRONG.setdefault("sequences-hidden", []).extend([cut_rows_with_chance_p])
