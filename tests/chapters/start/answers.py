"""Right answers to the exercises of chapter 00."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import torch


def cosine_by_loop(a, b):
    dot = sum(x * y for x, y in zip(a, b, strict=True))
    return dot / math.sqrt(sum(x * x for x in a)) / math.sqrt(sum(y * y for y in b))


def cosine_of_units(a, b):
    a, b = np.asarray(a), np.asarray(b)
    return (a / np.linalg.norm(a)) @ (b / np.linalg.norm(b))


def cosine_by_torch(a, b):
    return torch.nn.functional.cosine_similarity(torch.tensor(a), torch.tensor(b), dim=0)


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
    "start-cosine": [cosine_by_loop, cosine_of_units, cosine_by_torch],
    "start-each-once": [top_by_set, top_by_dictionary, top_by_torch, top_by_pandas, top_by_unique],
}


def length(a):
    return np.linalg.norm(a)


def cosine_without_brackets(a, b):
    return np.dot(a, b) / length(a) * length(b)


def cosine_without_root(a, b):
    a, b = np.asarray(a), np.asarray(b)
    return a @ b / ((a**2).sum() * (b**2).sum())


def cosine_unsummed(a, b):
    return np.asarray(a) * np.asarray(b) / (length(a) * length(b))


def cosine_of_halves(a, b):
    unit = np.asarray(a) / length(a)
    return float(unit @ np.asarray(b))


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
    "start-cosine": [
        lambda a, b: np.dot(a, b),
        cosine_without_brackets,
        cosine_without_root,
        cosine_unsummed,
        lambda a, b: np.dot(a, b) / (len(a) * len(b)),
        lambda a, b: 1 - cosine_by_loop(a, b),
        lambda a, b: np.dot(a, b) / (length(a) + length(b)),
        lambda a, b: np.dot(a, b) / length(a),
        lambda a, b: np.dot(a, b) / length(np.asarray(a) * np.asarray(b)),
        lambda a, b: np.dot(a, b) / np.sqrt(np.sum(np.square(a)) + np.sum(np.square(b))),
        lambda a, b: abs(cosine_by_loop(a, b)),
        lambda a, b: np.arccos(cosine_by_loop(a, b)),
        lambda a, b: np.linalg.norm(np.asarray(a) - np.asarray(b)),
        lambda a, b: np.corrcoef(a, b)[0, 1],
        lambda a, b: np.dot(a, b) / length(a) ** 2,
        lambda a, b: np.degrees(np.arccos(cosine_by_loop(a, b))),
        cosine_of_halves,
        lambda a, b: math.sqrt(sum(x * y for x, y in zip(a, b))) / (length(a) * length(b)),
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
