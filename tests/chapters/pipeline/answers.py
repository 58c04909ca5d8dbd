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


def times_by_loop(times, first, last):
    mended = []
    for time in times:
        milliseconds = not first <= time <= last and first <= time // 1000 <= last
        mended.append(int(time // 1000 if milliseconds else time))
    earliest = min((time for time in mended if first <= time <= last), default=first)
    return [time if first <= time <= last else earliest for time in mended]


def times_by_pandas(times, first, last):
    times = pd.Series(times)
    times = times.where(times.between(first, last), (times // 1000).where((times // 1000).between(first, last)))
    return times.fillna(first if times.isna().all() else times.min()).astype(int)


def times_by_torch(times, first, last):
    times = torch.tensor(times)
    seconds = times // 1000
    impossible = (times < first) | (times > last)
    times = torch.where(impossible & (seconds >= first) & (seconds <= last), seconds, times)
    impossible = (times < first) | (times > last)
    times[impossible] = first if impossible.all() else times[~impossible].min()
    return times


FOLLOWING = ["vectors", "features", "towers", "trained", "ranking"]
EVERYTHING = {"raw", "split", *FOLLOWING}

ANSWERS = {
    "pipeline-user-vector": [vector_by_loop, vector_by_average, vector_by_torch],
    "pipeline-changed": [set(FOLLOWING), frozenset(reversed(FOLLOWING)), EVERYTHING - {"raw", "split"}],
    "pipeline-align": [aligned_by_comparing, aligned_by_pandas, aligned_by_searching, aligned_by_torch],
    "pipeline-minute": [minute_by_loops, minute_by_two_ends, minute_by_torch],
    "pipeline-times": [times_by_loop, times_by_pandas, times_by_torch],
}


def _after(history):
    return np.arange(len(history))[::-1]


def _weighted(weights):
    def answer(history, half_life):
        w = weights(_after(history), half_life)
        return w @ history / w.sum()

    return answer


def vector_not_divided(history, half_life):
    return 2.0 ** (-_after(history) / half_life) @ history


def vector_divided_by_length(history, half_life):
    return 2.0 ** (-_after(history) / half_life) @ history / len(history)


def vector_summed_to_a_number(history, half_life):
    weights = 2.0 ** (-_after(history) / half_life)
    return (weights[:, None] * history).sum() / weights.sum()


def vector_along_the_wrong_axis(history, half_life):
    weights = 2.0 ** (-_after(history) / half_life)
    return (weights[:, None] * history).sum(axis=1) / weights.sum()


def vector_without_an_axis(history, half_life):
    weights = 2.0 ** (-_after(history) / half_life)
    return (weights * history).sum(axis=0) / weights.sum()


def vector_rows_not_added(history, half_life):
    weights = 2.0 ** (-_after(history) / half_life)
    return weights[:, None] * history / weights.sum()


def vector_by_unit_length(history, half_life):
    total = 2.0 ** (-_after(history) / half_life) @ history
    return total / np.linalg.norm(total)


def aligned_left_out(vectors, vector_ids, item_ids):
    row_of = {film: row for row, film in enumerate(vector_ids)}
    return np.array([vectors[row_of[film]] for film in item_ids if film in row_of])


def aligned_with_a_default_row(default):
    def answer(vectors, vector_ids, item_ids):
        row_of = {film: row for row, film in enumerate(vector_ids)}
        return np.array([vectors[row_of.get(film, default)] for film in item_ids])

    return answer


def aligned_with_one_zero(vectors, vector_ids, item_ids):
    row_of = {film: row for row, film in enumerate(vector_ids)}
    return np.array([vectors[row_of[film]] if film in row_of else 0 for film in item_ids])


def aligned_in_whole_numbers(vectors, vector_ids, item_ids):
    out = np.zeros((len(item_ids), vectors.shape[1]), dtype=int)
    for i, film in enumerate(item_ids):
        if film in vector_ids:
            out[i] = vectors[list(vector_ids).index(film)]
    return out


def aligned_missing_key(vectors, vector_ids, item_ids):
    row_of = dict(zip(vector_ids, vectors))
    return np.array([row_of[film] for film in item_ids])


def aligned_by_searching_unsorted(vectors, vector_ids, item_ids):
    place = np.searchsorted(vector_ids, item_ids).clip(max=len(vector_ids) - 1)
    return np.where((vector_ids[place] == item_ids)[:, None], vectors[place], 0.0)


def aligned_by_searching_without_a_check(vectors, vector_ids, item_ids):
    order = np.argsort(vector_ids)
    return vectors[order[np.searchsorted(vector_ids, item_ids, sorter=order).clip(max=len(order) - 1)]]


def aligned_the_other_way(vectors, vector_ids, item_ids):
    row_of = {film: row for row, film in enumerate(item_ids)}
    nothing = np.zeros(vectors.shape[1])
    return np.array([vectors[row_of[f]] if row_of.get(f, len(vectors)) < len(vectors) else nothing for f in vector_ids])


def aligned_in_place_of_row(vectors, vector_ids, item_ids):
    out = np.zeros((len(item_ids), vectors.shape[1]))
    for row, film in enumerate(vector_ids):
        if film in item_ids and row < len(out):
            out[row] = vectors[row]
    return out


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


def minute_without_sorting(times):
    ends = np.searchsorted(times, times + 60, side="left")
    return int((ends - np.arange(len(times))).max(initial=0))


def minute_two_ends_unsorted(times):
    most, start = 0, 0
    for end, time in enumerate(times):
        while time - times[start] >= 60:
            start += 1
        most = max(most, end - start + 1)
    return most


def minute_by_the_clock(times):
    return max((int((times // 60 == minute).sum()) for minute in times // 60), default=0)


def minute_from_the_first(times):
    return sum(time < min(times) + 60 for time in times)


def minute_of_gaps(times):
    times, most, start = np.sort(times), 0, 0
    for end, time in enumerate(times):
        while time - times[start] >= 60:
            start += 1
        most = max(most, end - start)
    return most


def minute_of_runs(times):
    times = np.sort(times)
    most = run = min(len(times), 1)
    for gap in np.diff(times):
        run = run + 1 if gap < 60 else 1
        most = max(most, run)
    return most


def minute_stops_when_empty(times):
    return max(sum(start <= time < start + 60 for time in times) for start in times)


def minute_that_begins_then(times):
    counts = [sum(start <= time < start + 60 for time in times) for start in times]
    return times[np.argmax(counts)] if counts else 0


def minute_by_rate(times):
    return len(times) * 60 / (max(times) - min(times)) if len(set(times)) > 1 else len(times)


def times_at_zero(times, first, last):
    return np.where((times < first) | (times > last), 0, times)


def times_from_the_row_before(times, first, last):
    times = times.copy()
    for k, time in enumerate(times):
        if not first <= time <= last:
            times[k] = times[k - 1] if k else first
    return times


def times_all_divided(times, first, last):
    times = np.where(times > last, times // 1000, times)
    return np.where((times < first) | (times > last), times.min(), times)


def times_by_modulo(times, first, last):
    return first + times % (last - first + 1)


def vector_without_the_first(h, hl):
    w = 2.0 ** (-np.arange(1, len(h) + 1)[::-1] / hl)
    w[0] = 0 if len(w) > 1 else 1
    return w @ h / w.sum()


def vector_oldest_first_and_no_half_life(h, hl):
    w = 0.5 ** np.arange(len(h)) / hl
    return w @ h / w.sum()


def aligned_sums(v, a, b):
    return np.array([v[a == f].sum() for f in b])


def aligned_sorted_items(v, a, b):
    out = np.zeros((len(b), v.shape[1]))
    o = np.argsort(b)
    for i, f in enumerate(b[o]):
        if f in a:
            out[i] = v[list(a).index(f)]
    return out


def minute_by_histogram(t):
    return int(np.histogram(t, bins=np.arange(t.min(), t.max() + 61, 60))[0].max()) if len(t) else 0


def minute_of_59_seconds(t):
    return max((int(((t >= s) & (t < s + 59)).sum()) for s in t), default=0)


WRONG = {
    "pipeline-user-vector": [
        _weighted(lambda after, h: 2.0 ** (-after[::-1] / h)),
        _weighted(lambda after, h: 2.0 ** (after / h)),
        _weighted(lambda after, h: np.exp(-after / h)),
        _weighted(lambda after, h: 2.0 ** (-after * h)),
        _weighted(lambda after, h: 2.0 ** (-(after // h))),
        _weighted(lambda after, h: 2.0**-after / h),
        _weighted(lambda after, h: np.ones(len(after))),
        _weighted(lambda after, h: 1 / (1 + after / h)),
        _weighted(lambda after, h: after + 0.0),
        vector_not_divided,
        vector_divided_by_length,
        vector_summed_to_a_number,
        vector_along_the_wrong_axis,
        vector_without_an_axis,
        vector_rows_not_added,
        vector_by_unit_length,
        lambda history, half_life: history[-1],
        vector_without_the_first,
        vector_oldest_first_and_no_half_life,
    ],
    "pipeline-minute": [
        minute_without_equal_times,
        minute_by_dictionary,
        minute_of_pairs,
        lambda times: max((sum(start <= time <= start + 60 for time in times) for start in times), default=0),
        lambda times: max((sum(abs(time - start) < 60 for time in times) for start in times), default=0),
        lambda times: int((np.diff(np.sort(times)) < 60).sum()) + 1,
        minute_without_sorting,
        minute_two_ends_unsorted,
        minute_by_the_clock,
        minute_from_the_first,
        minute_of_gaps,
        minute_of_runs,
        minute_stops_when_empty,
        minute_that_begins_then,
        minute_by_rate,
        minute_by_histogram,
        minute_of_59_seconds,
    ],
    "pipeline-changed": [
        ["vectors", "features", "towers", "trained", "ranking"],
        ("vectors", "features", "towers", "trained", "ranking"),
        np.array(["vectors", "features", "towers", "trained", "ranking"]),
        {"vectors"},
        {"vectors", "features"},
        {"vectors", "features", "ranking"},
        {"features", "towers", "trained", "ranking"},
        {"vectors", "features", "towers", "trained"},
        {"vectors", "features", "trained", "ranking"},
        {"vectors", "towers", "trained", "ranking"},
        {"vectors", "features", "towers", "ranking"},
        EVERYTHING,
        EVERYTHING - {"raw"},
        {"raw", "split"},
        {"encode", "extract", "build", "train", "recommend"},
        "vectors, features, towers, trained, ranking",
        {"ranking"},
        {"Vectors", "Features", "Towers", "Trained", "Ranking"},
        {"trained", "ranking", "towers"},
        {"split", "vectors"},
    ],
    "pipeline-align": [
        lambda vectors, vector_ids, item_ids: vectors[item_ids],
        lambda vectors, vector_ids, item_ids: vectors[vector_ids],
        lambda vectors, vector_ids, item_ids: vectors[np.argsort(vector_ids)],
        lambda vectors, vector_ids, item_ids: vectors[np.isin(vector_ids, item_ids)],
        lambda vectors, vector_ids, item_ids: pd.DataFrame(vectors, index=vector_ids).reindex(item_ids),
        lambda vectors, vector_ids, item_ids: pd.DataFrame(vectors, index=vector_ids).loc[item_ids],
        lambda vectors, vector_ids, item_ids: np.where((vector_ids == item_ids)[:, None], vectors, 0.0),
        lambda vectors, vector_ids, item_ids: [vectors[list(vector_ids).index(film)] for film in item_ids],
        aligned_left_out,
        aligned_with_a_default_row(0),
        aligned_with_a_default_row(-1),
        aligned_with_one_zero,
        aligned_in_whole_numbers,
        aligned_missing_key,
        aligned_by_searching_unsorted,
        aligned_by_searching_without_a_check,
        aligned_the_other_way,
        aligned_in_place_of_row,
        aligned_sums,
        aligned_sorted_items,
    ],
    "pipeline-times": [
        lambda times, first, last: times,
        lambda times, first, last: np.clip(times, first, last),
        lambda times, first, last: np.clip(times // 1000, first, last),
        lambda times, first, last: np.where((times >= first) & (times <= last), times, np.nan),
        lambda times, first, last: times[(times >= first) & (times <= last)],
        lambda times, first, last: times[(times >= first) & (times <= last)].min(),
        times_at_zero,
        times_from_the_row_before,
        times_all_divided,
        times_by_modulo,
    ],
}


def weights_from_one_not_divided(history, half_life):
    after = np.arange(len(history), 0, -1)
    w = 2.0 ** (-after / half_life)
    return w @ history


def weights_by_whole_half_lives(history, half_life):
    after = np.arange(len(history))[::-1]
    w = 2.0 ** (-after // half_life)
    return w @ history / w.sum()


def searched_with_a_sorter(vectors, vector_ids, item_ids):
    order = np.argsort(vector_ids)
    at = order[np.searchsorted(vector_ids, item_ids, sorter=order) % len(order)]
    return vectors[at]


def row_zero_left_out(vectors, vector_ids, item_ids):
    out = []
    for film in item_ids:
        where = np.flatnonzero(vector_ids == film)
        out.append(vectors[where[0]] if len(where) and where[0] else np.zeros(vectors.shape[1]))
    return np.array(out)


def window_that_begins_at_one(times):
    t = np.sort(times)
    best = 1
    start = 0
    for end in range(len(t)):
        while t[end] - t[start] >= 60:
            start += 1
        best = max(best, end - start + 1)
    return best


WRONG.setdefault("pipeline-user-vector", []).extend([weights_from_one_not_divided, weights_by_whole_half_lives])
WRONG.setdefault("pipeline-align", []).extend([searched_with_a_sorter, row_zero_left_out])
WRONG.setdefault("pipeline-minute", []).extend([window_that_begins_at_one])
