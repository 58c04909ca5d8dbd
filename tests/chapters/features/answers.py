"""Right answers to the exercises of chapter 05."""

from __future__ import annotations

import math

import numpy as np
import torch
from sklearn.preprocessing import StandardScaler, normalize
from torch.nn import functional


def mean_as_in_the_text(tokens, real):
    total = (tokens * real[:, :, None]).sum(axis=1)
    return total / real.sum(axis=1)[:, None]


def mean_by_loops(tokens, real):
    found = []
    for text, mask in zip(tokens, real, strict=True):
        kept = [vector for vector, is_real in zip(text, mask, strict=True) if is_real]
        found.append(sum(kept) / len(kept))
    return found


def mean_by_where(tokens, real):
    return np.nanmean(np.where(real[..., None], tokens, np.nan), axis=1)


def mean_by_torch(tokens, real):
    tokens, real = torch.tensor(tokens), torch.tensor(real).unsqueeze(-1)
    return (tokens * real).sum(dim=1) / real.sum(dim=1)


def centred_as_in_the_text(known, new):
    centred = new - known.mean(axis=0)
    return centred / np.linalg.norm(centred, axis=1, keepdims=True)


def centred_by_loops(known, new):
    middle = sum(known) / len(known)
    return [[x / math.dist(row, middle) for x in row - middle] for row in new]


def centred_by_torch(known, new):
    known, new = torch.tensor(known), torch.tensor(new)
    return functional.normalize(new - known.mean(dim=0), dim=1)


def centred_by_sklearn(known, new):
    scaler = StandardScaler(with_std=False).fit(known)
    return normalize(scaler.transform(new))


def decayed_as_in_the_text(films, half_life):
    age = np.arange(len(films))[::-1]
    user = 0.5 ** (age / half_life) @ films
    return user / np.linalg.norm(user)


def decayed_by_loops(films, half_life):
    total, weights = np.zeros(len(films[0])), 0.0
    for age, film in enumerate(reversed(list(films))):
        weight = 2 ** (-age / half_life)
        total = total + weight * film
        weights += weight
    mean = total / weights
    return mean / math.sqrt(sum(x * x for x in mean))


def decayed_step_by_step(films, half_life):
    kept = 0.5 ** (1 / half_life)
    total = np.zeros(films.shape[1])
    for film in films:
        total = total * kept + film
    return list(total / (total @ total) ** 0.5)


def decayed_by_average(films, half_life):
    mean = np.average(films, axis=0, weights=np.exp2(np.arange(1, len(films) + 1) / half_life))
    return mean / np.linalg.norm(mean)


def decayed_by_torch(films, half_life):
    age = torch.arange(len(films) - 1, -1, -1, dtype=torch.float64)
    user = torch.softmax(-age / half_life * math.log(2), dim=0) @ torch.tensor(films)
    return torch.nn.functional.normalize(user, dim=0)


def contrast_as_in_the_text(users, films, q, temperature):
    scores = users @ films.T / temperature - np.log(q)
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return -np.log(np.diag(powers) / powers.sum(axis=1)).mean()


def contrast_by_loops(users, films, q, temperature):
    total = 0.0
    for i, user in enumerate(users):
        powers = [math.exp(user @ film / temperature) / share for film, share in zip(films, q)]
        total -= math.log(powers[i] / sum(powers))
    return total / len(users)


def contrast_by_torch(users, films, q, temperature):
    users, films, q = (torch.tensor(part, dtype=torch.float32) for part in (users, films, q))
    scores = users @ films.T / temperature - q.log()
    return functional.cross_entropy(scores, torch.arange(len(users)))


def contrast_by_log_sum(users, films, q, temperature):
    scores = np.einsum("id,jd->ij", users, films) / temperature - np.log(q)[None, :]
    return float(np.mean(np.log(np.exp(scores).sum(axis=1)) - scores.diagonal()))


def patches_as_in_the_text(image, size):
    height, width, channels = image.shape
    cut = image.reshape(height // size, size, width // size, size, channels)
    return cut.transpose(0, 2, 1, 3, 4).reshape(-1, size * size * channels)


def patches_by_loops(image, size):
    rows = []
    for top in range(0, image.shape[0], size):
        for left in range(0, image.shape[1], size):
            rows.append(image[top : top + size, left : left + size].reshape(-1).tolist())
    return rows


def patches_by_torch(image, size):
    cut = torch.tensor(image).unfold(0, size, size).unfold(1, size, size)  # (rows, columns, 3, size, size)
    return cut.permute(0, 1, 3, 4, 2).flatten(2).flatten(0, 1)


def patches_by_unfold(image, size):
    columns = functional.unfold(torch.tensor(image, dtype=torch.float32).permute(2, 0, 1)[None], size, stride=size)[0]
    return columns.T.unflatten(1, (3, -1)).transpose(1, 2).flatten(1)


def patches_by_splitting(image, size):
    strips = np.split(image, image.shape[0] // size, axis=0)
    return np.array([part.ravel() for strip in strips for part in np.split(strip, image.shape[1] // size, axis=1)])


ANSWERS = {
    "features-mean": [mean_as_in_the_text, mean_by_loops, mean_by_where, mean_by_torch],
    "features-center": [centred_as_in_the_text, centred_by_loops, centred_by_torch, centred_by_sklearn],
    "features-decay": [
        decayed_as_in_the_text,
        decayed_by_loops,
        decayed_step_by_step,
        decayed_by_average,
        decayed_by_torch,
    ],
    "features-infonce": [contrast_as_in_the_text, contrast_by_loops, contrast_by_torch, contrast_by_log_sum],
    "features-patchify": [
        patches_as_in_the_text,
        patches_by_loops,
        patches_by_torch,
        patches_by_unfold,
        patches_by_splitting,
    ],
}


def mean_of_the_first(tokens, real):
    return [text[: own.sum()].mean(axis=0) for text, own in zip(tokens, real)]


WRONG = {"features-mean": [mean_of_the_first]}
