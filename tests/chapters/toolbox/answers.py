"""Right answers to the exercises of chapter 13."""

from __future__ import annotations

import math

import numpy as np
import torch
from packaging.specifiers import SpecifierSet
from packaging.version import Version
from sklearn.neighbors import NearestNeighbors
from torch.nn import functional


def nearest_by_loops(vectors, k):
    table = []
    for i, row in enumerate(vectors):
        cosines = []
        for j, other in enumerate(vectors):
            if i != j:
                dot = sum(a * b for a, b in zip(row, other))
                cosines.append((-dot / (math.hypot(*row) * math.hypot(*other)), j))
        table.append([j for _, j in sorted(cosines)[:k]])
    return table


def nearest_by_torch(vectors, k):
    unit = functional.normalize(torch.tensor(vectors), dim=1)
    return (unit @ unit.T).fill_diagonal_(-2).topk(k, dim=1).indices


def nearest_by_sklearn(vectors, k):
    return NearestNeighbors(n_neighbors=k, metric="cosine").fit(vectors).kneighbors(return_distance=False)


def atomic_by_loops(rows):
    lines = []
    for user in sorted({row[0] for row in rows}):
        own = sorted((row for row in rows if row[0] == user), key=lambda row: row[2])
        for place, (_, item, _) in enumerate(own):
            lines.append(f"{user}\t{item}\t{place}")
    return lines


def atomic_by_numpy(rows):
    user, item, time = np.array(rows).T
    order = np.lexsort((time, user))
    user, item = user[order], item[order]
    starts = np.searchsorted(user, user)
    return ["\t".join(map(str, line)) for line in zip(user, item, np.arange(len(user)) - starts)]


def atomic_by_pandas(rows):
    import pandas as pd

    log = pd.DataFrame(rows, columns=["user", "item", "time"])
    log = log.sort_values(["user", "time"], kind="stable")
    log["place"] = log.groupby("user").cumcount()
    return [f"{row.user}\t{row.item}\t{row.place}" for row in log.itertuples()]


def fits_by_specifiers(versions, demands):
    return [str(v) for v in sorted(map(Version, versions)) if str(v) in SpecifierSet(",".join(demands))]


def fits_by_tuples(versions, demands):
    def numbers(version):
        parts = [int(part) for part in version.split(".")]
        return tuple(parts + [0] * (3 - len(parts)))

    kept = list(versions)
    for demand in demands:
        if demand[:2] == ">=":
            kept = [version for version in kept if numbers(version) >= numbers(demand[2:])]
        else:
            kept = [version for version in kept if numbers(version) < numbers(demand[1:])]
    return sorted(kept, key=numbers)


def fits_by_filter(versions, demands):
    asked = SpecifierSet(",".join(demands))
    return sorted(asked.filter(versions), key=Version)


ANSWERS = {
    "toolbox-neighbours": [nearest_by_loops, nearest_by_torch, nearest_by_sklearn],
    "toolbox-atomic": [atomic_by_loops, atomic_by_numpy, atomic_by_pandas],
    "toolbox-fits": [fits_by_specifiers, fits_by_tuples, fits_by_filter],
}


def _cosines(vectors):
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit @ unit.T


def _others(closeness):
    closeness = np.array(closeness)
    np.fill_diagonal(closeness, -np.inf)
    return closeness


def _best(closeness, k):
    return np.argsort(-_others(closeness), axis=1)[:, :k]


def nearest_by_columns(vectors, k):
    unit = vectors / np.linalg.norm(vectors, axis=0)
    return _best(unit @ unit.T, k)


def nearest_without_keepdims(vectors, k):
    unit = vectors / np.linalg.norm(vectors, axis=1)
    return _best(unit @ unit.T, k)


def nearest_with_zero_for_itself(vectors, k):
    cosines = _cosines(vectors)
    np.fill_diagonal(cosines, 0)
    return np.argsort(-cosines, axis=1)[:, :k]


def nearest_by_distance(vectors, k):
    return _best(-np.linalg.norm(vectors[:, None] - vectors[None], axis=2), k)


def _atomic(rows, key, line, first=0):
    lines, place, before = [], first, None
    for user, item, time in sorted(rows, key=key):
        place = place + 1 if user == before else first
        lines.append(line(user, item, place, time))
        before = user
    return lines


def _by_user_and_time(row):
    return row[0], row[2]


def _tabbed(user, item, place, _):
    return f"{user}\t{item}\t{place}"


def atomic_numbered_through(rows):
    rows = sorted(rows, key=lambda row: (row[0], row[2]))
    return [f"{user}\t{item}\t{place}" for place, (user, item, _) in enumerate(rows)]


def atomic_never_reset_at_first(rows):
    lines, place, before = [], 0, None
    for user, item, _ in sorted(rows, key=_by_user_and_time):
        if user != before:
            place = 0
        place += 1
        lines.append(f"{user}\t{item}\t{place}")
        before = user
    return lines


def atomic_in_order_of_first_sight(rows):
    lines = []
    for user in dict.fromkeys(row[0] for row in rows):
        own = sorted((row for row in rows if row[0] == user), key=lambda row: row[2])
        lines += [f"{user}\t{item}\t{place}" for place, (_, item, _) in enumerate(own)]
    return lines


def atomic_in_order_of_the_file(rows):
    count, lines = {}, []
    for user, item, _ in rows:
        lines.append(f"{user}\t{item}\t{count.get(user, 0)}")
        count[user] = count.get(user, 0) + 1
    return lines


def atomic_by_rank_of_time(rows):
    lines = []
    for user, item, time in sorted(rows, key=_by_user_and_time):
        times = sorted({row[2] for row in rows if row[0] == user})
        lines.append(f"{user}\t{item}\t{times.index(time)}")
    return lines


def _numbers(version):
    return [int(part) for part in version.split(".")]


def _keeps(demand, version, read, at_least=lambda a, b: a >= b, below=lambda a, b: a < b):
    if demand.startswith(">="):
        return at_least(read(version), read(demand[2:]))
    return below(read(version), read(demand[1:]))


def _fitting(read, together=all, key=Version, **compare):
    def answer(versions, demands):
        kept = [v for v in versions if together(_keeps(demand, v, read, **compare) for demand in demands)]
        return sorted(kept, key=key)

    return answer


def fits_in_the_given_order(versions, demands):
    return [version for version in versions if version in SpecifierSet(",".join(demands))]


def fits_the_last_demand(versions, demands):
    kept = []
    for demand in demands:
        kept = [version for version in versions if version in SpecifierSet(demand)]
    return sorted(kept, key=Version)


def fits_with_repeats(versions, demands):
    kept = [version for demand in demands for version in versions if version in SpecifierSet(demand)]
    return sorted(kept, key=Version)


def fits_the_operator_cut_wrongly(versions, demands):
    kept = [v for v in versions if all(Version(v) >= Version(d[2:]) or Version(v) < Version(d[2:]) for d in demands)]
    return sorted(kept, key=Version)


def nearest_one_too_many(v, k):
    return np.argsort(-_cosines(v), axis=1)[:, 1 : k + 2]


def nearest_by_sums(v, k):
    unit = v / v.sum(axis=1, keepdims=True)
    c = unit @ unit.T
    np.fill_diagonal(c, -np.inf)
    return np.argsort(-c, axis=1)[:, :k]


def atomic_counted_backwards(rows):
    out = []
    for u in sorted({r[0] for r in rows}):
        own = sorted([r for r in rows if r[0] == u], key=lambda r: r[2])
        out += [f"{u}\t{r[1]}\t{len(own) - 1 - p}" for p, r in enumerate(own)]
    return out


def atomic_place_in_the_file(rows):
    return [f"{u}\t{i}\t{rows.index((u, i, t))}" for u, i, t in sorted(rows, key=lambda r: (r[0], r[2]))]


def fits_until_one_fails(versions, demands):
    kept = []
    for v in versions:
        for d in demands:
            if v not in SpecifierSet(d):
                break
            kept.append(v)
    return sorted(kept, key=Version)


def fits_second_number(versions, demands):

    def r(v):
        return int((v.split(".") + ["0"])[1])

    return sorted(
        [v for v in versions if all(r(v) >= r(d[2:]) if d[0] == ">" else r(v) < r(d[1:]) for d in demands)],
        key=Version,
    )


WRONG = {
    "toolbox-neighbours": [
        lambda vectors, k: _best(vectors @ vectors.T, k),
        lambda vectors, k: np.argsort(-(vectors @ vectors.T), axis=1)[:, 1 : k + 1],
        lambda vectors, k: np.argsort(-_cosines(vectors), axis=1)[:, :k],
        lambda vectors, k: np.argsort(_cosines(vectors), axis=1)[:, :k],
        lambda vectors, k: np.argsort(_others(_cosines(vectors)), axis=1)[:, :k],
        lambda vectors, k: np.argsort(_others(_cosines(vectors)), axis=1)[:, -k:],
        lambda vectors, k: np.argsort(-_others(_cosines(vectors)), axis=0)[:, :k],
        lambda vectors, k: np.sort(_others(_cosines(vectors)), axis=1)[:, ::-1][:, :k],
        lambda vectors, k: np.argsort(-_cosines(vectors), axis=1)[:, 1:k],
        lambda vectors, k: np.argsort(-_others(_cosines(vectors)), axis=1)[:k],
        nearest_by_columns,
        nearest_without_keepdims,
        nearest_with_zero_for_itself,
        nearest_by_distance,
        nearest_one_too_many,
        nearest_by_sums,
    ],
    "toolbox-atomic": [
        lambda rows: _atomic(rows, _by_user_and_time, _tabbed, first=1),
        lambda rows: _atomic(rows, None, _tabbed),
        lambda rows: _atomic(rows, lambda row: row[0], _tabbed),
        lambda rows: _atomic(rows, lambda row: (row[0], np.float32(row[2])), _tabbed),
        lambda rows: _atomic(rows, lambda row: (row[0], row[1]), _tabbed),
        lambda rows: _atomic(rows, lambda row: row[2], _tabbed),
        lambda rows: _atomic(rows, lambda row: (row[0], -row[2]), _tabbed),
        lambda rows: _atomic(rows, _by_user_and_time, lambda u, i, place, time: f"{u} {i} {place}"),
        lambda rows: _atomic(rows, _by_user_and_time, lambda u, i, place, time: f"{u}\t{i}\t{time}"),
        lambda rows: _atomic(rows, _by_user_and_time, lambda u, i, place, time: f"{u}\t{i}\t{place}\n"),
        lambda rows: _atomic(rows, _by_user_and_time, lambda u, i, place, time: (u, i, place)),
        lambda rows: _atomic(rows, _by_user_and_time, lambda u, i, place, time: f"{u}\t{i}\t{time}\t{place}"),
        lambda rows: "\n".join(_atomic(rows, _by_user_and_time, _tabbed)),
        atomic_numbered_through,
        atomic_never_reset_at_first,
        atomic_in_order_of_first_sight,
        atomic_in_order_of_the_file,
        atomic_by_rank_of_time,
        atomic_counted_backwards,
        atomic_place_in_the_file,
    ],
    "toolbox-fits": [
        lambda versions, demands: fits_by_specifiers(versions, demands)[::-1],
        lambda versions, demands: sorted(v for v in versions if v in SpecifierSet(",".join(demands))),
        lambda versions, demands: set(fits_by_specifiers(versions, demands)),
        lambda versions, demands: sorted(v for v in map(Version, versions) if v in SpecifierSet(",".join(demands))),
        _fitting(str),
        _fitting(str, key=str),
        _fitting(lambda text: float(".".join(text.split(".")[:2]))),
        _fitting(lambda text: int(text.split(".")[0])),
        _fitting(lambda text: int(text.replace(".", ""))),
        _fitting(_numbers),
        _fitting(Version, together=any),
        _fitting(Version, below=lambda a, b: a <= b),
        _fitting(Version, at_least=lambda a, b: a > b),
        _fitting(float),
        fits_in_the_given_order,
        fits_the_last_demand,
        fits_with_repeats,
        fits_the_operator_cut_wrongly,
        fits_until_one_fails,
        fits_second_number,
    ],
}
