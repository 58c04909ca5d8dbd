"""A world in which it is known why a film is liked, and explanations of the course's models put to the test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

from recbook import explain
from recbook.data.interactions import Interactions
from recbook.models.base import HistoryReader
from recbook.session import phrase

FEATURES = (
    "crime",
    "year",
    "romance",
    "thriller",
    "length",
    "comedy",
    "war",
    "music",
    "animals",
    "budget",
    "stars",
    "colour",
)
"""What is known of a film in the made world, each with mean 0 and variance 1."""
CAUSES = np.array([0, 1, 2])
BYSTANDER = 3
"""``thriller``: it decides nothing, and correlates .95 with ``crime``."""
TOGETHER = 0.95
NOISE = 1.0


@dataclass(frozen=True, eq=False)
class Told:
    """Films ``x`` ``(n, 12)`` and how much they were liked, ``y`` ``(n,)``, with noise; both float32."""

    x: np.ndarray
    y: np.ndarray


def taste(x: Tensor) -> Tensor:
    """What is truly liked, ``(n,)``: crime; the year, but only so far; and crime together with romance."""
    return 1.2 * x[:, 0] + 1.5 * torch.tanh(x[:, 1]) + 0.8 * x[:, 0] * x[:, 2]


def true_reasons(x: np.ndarray) -> np.ndarray:
    """What each feature adds to `taste`, ``(n, 12)``: its Shapley values beside 0, in closed form.

    Each term goes to its feature, the product of two to both in equal halves.
    """
    found, both = np.zeros(x.shape), 0.4 * x[:, 0] * x[:, 2]
    found[:, 0], found[:, 1], found[:, 2] = 1.2 * x[:, 0] + both, 1.5 * np.tanh(x[:, 1]), both
    return found


def told(n: int, seed: int) -> Told:
    """``n`` films drawn at random, and how they were liked."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, len(FEATURES)))
    x[:, BYSTANDER] = TOGETHER * x[:, 0] + np.sqrt(1 - TOGETHER**2) * x[:, BYSTANDER]
    y = taste(torch.from_numpy(x)).numpy() + NOISE * rng.normal(size=n)
    return Told(x.astype(np.float32), y.astype(np.float32))


def learned(films: Told, seed: int = 0, steps: int = 1000) -> Callable[[Tensor], Tensor]:
    """A small network trained on these films; it gives a score a row."""
    with torch.random.fork_rng([]):
        torch.manual_seed(seed)
        net = nn.Sequential(nn.Linear(len(FEATURES), 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 1))
    optimizer = torch.optim.AdamW(net.parameters(), lr=5e-3, weight_decay=0.1)
    rng, x, y = np.random.default_rng(seed), torch.from_numpy(films.x), torch.from_numpy(films.y)
    for _ in range(steps):
        rows = torch.from_numpy(rng.integers(len(x), size=min(256, len(x))))
        loss = ((net(x[rows]).squeeze(1) - y[rows]) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    net.requires_grad_(False)
    return lambda given: net(given).squeeze(1)


METHODS: dict[str, Callable[[explain.Score, Tensor], Tensor]] = {
    "saliency": explain.saliency,
    "gradient": explain.gradient,
    "input x gradient": explain.input_x_gradient,
    "integrated gradients": explain.integrated_gradients,
    "ablation": explain.ablation,
    "Shapley values": explain.shapley,
}


def explained_variance(score: explain.Score, films: Told) -> float:
    """The share of the variance of what is truly liked that the score explains on these films."""
    x = torch.from_numpy(films.x)
    truth = taste(x).numpy()
    return float(1 - ((score(x).numpy() - truth) ** 2).mean() / truth.var())


def judged(score: explain.Score, films: Told) -> dict[str, dict[str, float]]:
    """Each method on these films: agreement with the truth, causes found, the shares of the bystander and of crime."""
    x, truth, found = torch.from_numpy(films.x), true_reasons(films.x), {}
    for name, method in METHODS.items():
        given = method(score, x).numpy()
        found[name] = {
            "agreement": float(np.nanmean(explain.agreement(given, truth))),
            "found": float(explain.share_found(given, CAUSES).mean()),
            "bystander": float(explain.share_of(given, BYSTANDER).mean()),
            "its cause": float(explain.share_of(given, CAUSES[0]).mean()),
        }
    return found


# Explanations of recommendations: which films of the history are they owed to?


def first_choices(model: HistoryReader, log: Interactions) -> np.ndarray:
    """Each user's first recommendation from the rows of ``log``, which is masked: int64 ``(n_users,)``."""
    scores = model.score(np.arange(log.n_users), log)
    return np.where(log.matrix().toarray() > 0, -np.inf, scores).argmax(axis=1)


def places(model: HistoryReader, log: Interactions, before: Interactions, target: np.ndarray) -> np.ndarray:
    """At which place from 1 each user's ``target`` stands when scored from ``log``, with ``before`` masked."""
    scores = model.score(np.arange(log.n_users), log)
    scores = np.where(before.matrix().toarray() > 0, -np.inf, scores)
    return 1 + (scores > scores[np.arange(len(target)), target][:, None]).sum(axis=1)


def without(log: Interactions, items: np.ndarray) -> Interactions:
    """The log without these films of each user: ``items`` ``(n_users, k)``, -1 for none."""
    gone = np.zeros((log.n_users, log.n_items), bool)
    row, column = np.nonzero(items >= 0)
    gone[row, items[row, column]] = True
    return log.take(~gone[log.user, log.item])


def ordered(reasons: np.ndarray, log: Interactions) -> np.ndarray:
    """The films of each user's history, the strongest reason first, -1 behind them: ``(n_users, longest history)``.

    ``reasons`` ``(n_users, n_items)`` says how much each film speaks for the recommendation; others are not read.
    """
    had = log.matrix().toarray() > 0
    order = np.argsort(np.where(had, -reasons, np.inf), axis=1, kind="stable")[:, : had.sum(axis=1).max()]
    return np.where(np.take_along_axis(had, order, axis=1), order, -1)


def removal(
    model: HistoryReader, log: Interactions, target: np.ndarray, order: np.ndarray, counts: Sequence[int]
) -> dict[int, np.ndarray]:
    """Where the first recommendation stands once the first ``k`` films of ``order`` are gone, for each k: ``(n_users,)``."""
    return {k: places(model, without(log, order[:, :k]), log, target) for k in counts}


def random_reasons(log: Interactions, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random((log.n_users, log.n_items))


def latest_reasons(log: Interactions) -> np.ndarray:
    """The later a film was met the stronger: place in each user's history."""
    found = np.zeros((log.n_users, log.n_items))
    part = log.of_users(np.arange(log.n_users))
    found[part.user, part.item] = 1 + np.arange(part.n)
    return found


def linear_reasons(weights: np.ndarray, target: np.ndarray) -> np.ndarray:
    """What each film adds to the target's score in a linear model, ``weights[j, i]`` from film j to i: exact."""
    return weights[:, target].T


def left_out_reasons(model: HistoryReader, log: Interactions, target: np.ndarray, most: int = 400) -> np.ndarray:
    """By how much the target's score falls when one film alone is taken out, for any model: ``(n_users, n_items)``."""
    found, everyone = np.zeros((log.n_users, log.n_items)), np.arange(log.n_users)
    full = model.score(everyone, log)[everyone, target]
    part = log.of_users(everyone)
    place = np.arange(part.n) - np.searchsorted(part.user, part.user)
    for k in range(min(most, int(place.max()) + 1)):
        has = part.user[place == k]
        films = part.item[place == k]
        scored = model.score(has, part.take(place != k))
        found[has, films] = full[has] - scored[np.arange(len(has)), target[has]]
    return found


# Words for a reason


def because(films: Sequence[str]) -> str:
    """The template of a true reason: the films that speak most for the recommendation, in the model."""
    told = phrase(en=" and ", zh="和").join(films)
    return phrase(
        en=f"In this model it is owed most to what you rated before: {told}.",
        zh=f"在这个模型里，它主要来自你评过的{told}。",
    )


def fluent(genres: Sequence[str], title: str) -> str:
    """A sentence that sounds like a reason and is made without looking at the model."""
    told = phrase(en=" and ", zh="与").join(genres) or phrase(en="good stories", zh="好故事")
    return phrase(
        en=f"You have a heart for {told}, and {title} tells of just that, with warmth and wit.",
        zh=f"你偏爱{told}，而{title}正是这样一部温暖又风趣的作品。",
    )


def shortened(log: Interactions, n: int) -> Interactions:
    """Each user's last ``n`` rows."""
    part = log.of_users(np.arange(log.n_users))
    counts = np.bincount(part.user, minlength=log.n_users)
    from_end = counts[part.user] - (np.arange(part.n) - np.searchsorted(part.user, part.user))
    return replace(part.take(from_end <= n), user_ids=log.user_ids, users=log.users)
