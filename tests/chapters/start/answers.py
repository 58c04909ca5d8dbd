"""Right answers to the exercises of chapter 00."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import torch
from sklearn.metrics.pairwise import cosine_similarity


def cosine(a, b):
    dot, sizes = sum(x * y for x, y in zip(a, b, strict=True)), [math.sqrt(sum(x * x for x in v)) for v in (a, b)]
    return dot / math.prod(sizes) if all(sizes) else 0


def cosines_by_loop(a, rows):
    return [cosine(a, row) for row in rows]


def cosines_without_nan(a, rows):
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(rows @ a / np.linalg.norm(rows, axis=1) / np.linalg.norm(a))


def cosines_where(a, rows):
    lengths = np.sqrt((rows**2).sum(axis=1) * (a**2).sum())
    return np.divide(rows @ a, lengths, out=np.zeros(len(rows)), where=lengths != 0)


def cosines_by_torch(a, rows):
    return torch.nn.functional.cosine_similarity(torch.tensor(a), torch.tensor(rows), dim=1)


def cosines_by_sklearn(a, rows):
    return cosine_similarity([a], rows)[0]


def top_by_set(scores, titles, n):
    seen, found = set(), []
    for i in sorted(range(len(scores)), key=lambda i: -scores[i]):
        if titles[i] not in seen:
            seen.add(titles[i])
            found.append(i)
    return found[:n]


def top_by_dictionary(scores, titles, n):
    best = {}
    for i, title in enumerate(titles):
        if title not in best or scores[i] > scores[best[title]]:
            best[title] = i
    return sorted(best.values(), key=lambda i: scores[i], reverse=True)[:n]


def top_by_torch(scores, titles, n):
    order = torch.argsort(torch.tensor(scores), descending=True).tolist()
    first = [place for place, i in enumerate(order) if titles[i] not in [titles[j] for j in order[:place]]]
    return torch.tensor(order)[first][:n]


def top_by_pandas(scores, titles, n):
    frame = pd.DataFrame({"score": scores, "title": titles}).sort_values("score", ascending=False)
    return frame.drop_duplicates("title").index[:n]


def top_by_unique(scores, titles, n):
    order = np.argsort(scores)[::-1]
    return order[np.sort(np.unique(np.array(titles)[order], return_index=True)[1])][:n]


ANSWERS = {
    "start-cosines": [cosines_by_loop, cosines_without_nan, cosines_where, cosines_by_torch, cosines_by_sklearn],
    "start-each-once": [top_by_set, top_by_dictionary, top_by_torch, top_by_pandas, top_by_unique],
}


def lengths_of(rows):
    return np.linalg.norm(rows, axis=1)


def safe(dots, lengths):
    return np.divide(dots, lengths, out=np.zeros(len(dots)), where=lengths != 0)


def cosines_unsummed(a, rows):
    return safe(rows @ a, lengths_of(rows) * np.linalg.norm(a))[:, None] * rows


def cosines_of_halves(a, rows):
    return safe(rows, lengths_of(rows)[:, None] * np.ones_like(rows)) @ a


def cosines_across_columns(a, rows):
    return rows @ a / (np.linalg.norm(rows, axis=0)[: len(rows)] * np.linalg.norm(a) + 1e-12)


def cosines_all_with_all(a, rows):
    return cosine_similarity(rows)


def cosines_as_column(a, rows):
    return cosine_similarity(rows, [a])


def top_of_kept(scores, titles, n):
    kept = list(dict.fromkeys(titles))
    return [titles.index(title) for title in kept][:n]


def top_of_first_copies(scores, titles, n):
    order = np.argsort(-np.asarray(scores))
    names = list(dict.fromkeys(titles[i] for i in order))
    return [titles.index(title) for title in names][:n]


def top_of_last_copies(scores, titles, n):
    best = {titles[i]: i for i in np.argsort(-np.asarray(scores))}
    return list(best.values())[:n]


def top_in_a_set(scores, titles, n):
    return set(top_by_set(scores, titles, n))


def top_with_titles(scores, titles, n):
    return [(i, titles[i]) for i in top_by_set(scores, titles, n)]


def top_unique_by_title(scores, titles, n):
    order = np.argsort(-np.asarray(scores))
    return order[np.unique(np.array(titles)[order], return_index=True)[1]][:n]


WRONG = {
    "start-cosines": [
        lambda a, rows: rows @ a,
        lambda a, rows: rows @ a / np.linalg.norm(rows, axis=1) / np.linalg.norm(a),
        lambda a, rows: rows @ a / (np.linalg.norm(rows, axis=1) * np.linalg.norm(a) or 1),
        lambda a, rows: rows @ a / (np.linalg.norm(rows) * np.linalg.norm(a)),
        lambda a, rows: safe(rows @ a, lengths_of(rows)) * np.linalg.norm(a),
        lambda a, rows: safe(rows @ a, (rows**2).sum(axis=1) * (a**2).sum()),
        lambda a, rows: safe(rows @ a, lengths_of(rows) + np.linalg.norm(a)),
        lambda a, rows: rows @ a / (lengths_of(rows) * np.linalg.norm(a) + 1e-2),
        lambda a, rows: rows @ a / np.maximum(lengths_of(rows) * np.linalg.norm(a), 1),
        lambda a, rows: rows @ a / len(a) ** 2,
        lambda a, rows: 1 - np.array(cosines_by_loop(a, rows)),
        lambda a, rows: np.abs(cosines_by_loop(a, rows)),
        lambda a, rows: np.arccos(cosines_by_loop(a, rows)),
        lambda a, rows: np.degrees(np.arccos(cosines_by_loop(a, rows))),
        lambda a, rows: np.linalg.norm(rows - a, axis=1),
        lambda a, rows: [cosine(a, row) for row in rows if any(row)],
        lambda a, rows: [cosine(a, row) for row in rows.T],
        lambda a, rows: max(cosines_by_loop(a, rows)),
        cosines_unsummed,
        cosines_of_halves,
        cosines_across_columns,
        cosines_all_with_all,
        cosines_as_column,
    ],
    "start-each-once": [
        lambda scores, titles, n: np.argsort(-np.asarray(scores))[:n],
        lambda scores, titles, n: list(dict.fromkeys(titles[i] for i in np.argsort(-np.asarray(scores))[:n])),
        top_of_kept,
        top_of_first_copies,
        top_of_last_copies,
        top_in_a_set,
        top_with_titles,
        top_unique_by_title,
        lambda scores, titles, n: top_by_set(scores, titles, n + 1),
        lambda scores, titles, n: top_by_set(scores, titles, n)[1:],
        lambda scores, titles, n: top_by_set(-np.asarray(scores), titles, n),
        lambda scores, titles, n: top_by_set(scores, titles, n)[::-1],
        lambda scores, titles, n: [i for i in np.argsort(-np.asarray(scores)) if titles.count(titles[i]) < 2][:n],
        lambda scores, titles, n: [i + 1 for i in top_by_set(scores, titles, n)],
        lambda scores, titles, n: top_by_set(scores, titles, 5),
        lambda scores, titles, n: [titles[i] for i in top_by_set(scores, titles, n)],
        lambda scores, titles, n: np.sort(top_by_set(scores, titles, n)),
        lambda scores, titles, n: top_by_set(scores, titles, len(titles)),
    ],
}
