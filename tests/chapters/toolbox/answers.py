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


def recall_by_sets(found, exact):
    shares = [len(set(map(int, f)) & set(map(int, e))) / len(e) for f, e in zip(found, exact)]
    return sum(shares) / len(shares)


def recall_by_isin(found, exact):
    return np.mean([np.isin(e, f).mean() for f, e in zip(found, exact)])


def recall_by_torch(found, exact):
    found, exact = torch.tensor(found), torch.tensor(exact)
    return (exact.unsqueeze(2) == found.unsqueeze(1)).any(dim=2).float().mean()


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
    "toolbox-recall": [recall_by_sets, recall_by_isin, recall_by_torch],
    "toolbox-atomic": [atomic_by_loops, atomic_by_numpy, atomic_by_pandas],
    "toolbox-fits": [fits_by_specifiers, fits_by_tuples, fits_by_filter],
}


WRONG = {"toolbox-fits": [lambda versions, demands: fits_by_specifiers(versions, demands)[::-1]]}
