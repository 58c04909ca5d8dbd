"""What planted noise costs by kind, on films and in a shop, and what cleaning buys against twice the data (chapter 14).

`recbook experiment noise` runs this.
Noise is planted into the training rows alone, as a share of them; it is in the histories that are served, too. What is
to be found is that of the clean log; what users have met, or are believed to have met, is masked. The films are
MovieLens-100K, the last of each user; the shop asks for what a household buys for the first time in the last weeks.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np

import recbook
from recbook.data import Interactions, Split, by_week, leave_one_out, noise
from recbook.evaluation import bootstrap, evaluate_scores
from recbook.experiments import load, say
from recbook.models import EASE, Popularity
from recbook.models.cleaning import doubted_left_out

NDCG = "ndcg@10"
SHARES = (0.3, 1.0)
SEEDS = {"films": 3, "shop": 3}
VALID, TEST, BUYERS = 44, 49, 100
HALF, AMOUNT = 0.5, 0.3  # of the users; of the rows
PENALTIES = {"films": 250.0, "shop": 300.0}
WEEKS = 4


@cache
def split(world: str) -> Split:
    if world == "films":
        return leave_one_out(recbook.load("ml-100k"))
    log = recbook.data.bought_by(load("applications").goods(), BUYERS, before=TEST)
    return by_week(log, VALID, TEST, repeats="first")


def models(world: str) -> dict[str, Callable[[], Any]]:
    popular = partial(Popularity, weeks=None if world == "films" else WEEKS, per_user=True)
    return {"popularity": popular, "EASE": partial(EASE, PENALTIES[world])}


def per_user(
    make: Callable[[], Any], train: Interactions, served: Interactions, world: str, recorded: Interactions | None = None
) -> np.ndarray:
    """NDCG@10 of each user, NaN without anything to find; ``served`` are the rows that histories are read from.

    Masked is what a shop believes that its users have met: what it serves from, or what it has ``recorded``.
    """
    cut = split(world)
    wanted = cut.wanted("test")
    users = np.flatnonzero(np.diff(wanted.indptr))
    history = Split(served, cut.valid, cut.test).history()
    scores = make().fit(train).score(users, history)
    masked = history if recorded is None else Split(recorded, cut.valid, cut.test).history()
    values = np.full(cut.train.n_users, np.nan)
    values[users] = evaluate_scores(scores, wanted[users], exclude=masked.matrix()[users]).per_user[NDCG]
    return values


def planted(kind: str, log: Interactions, share: float, seed: int) -> Interactions:
    return noise.KINDS[kind](log, share, np.random.default_rng([seed, 7]))


@cache
def of_clean(world: str) -> dict[str, np.ndarray]:
    train = split(world).train
    return {name: per_user(make, train, train, world) for name, make in models(world).items()}


def clean(world: str) -> dict[str, Any]:
    return {name: {"ndcg": float(np.nanmean(v)), "interval": bootstrap(v)} for name, v in of_clean(world).items()}


def cost(world: str, kind: str, share: float) -> dict[str, Any]:
    """NDCG@10 by model, and the paired interval of its difference to the clean log, seeds averaged."""
    rows: dict[str, list[np.ndarray]] = {name: [] for name in models(world)}
    for seed in range(SEEDS[world]):
        noisy = planted(kind, split(world).train, share, seed)
        # What was met is not to be found, though its row is lost: the control is of what is learned alone.
        recorded = split(world).train if kind == "rows lost" else noisy
        for name, make in models(world).items():
            rows[name].append(per_user(make, noisy, noisy, world, recorded))
    found = {name: against(np.array(values), of_clean(world)[name]) for name, values in rows.items()}
    say(f"{world}, {kind}, {share:g}: { {name: round(one['ndcg'], 4) for name, one in found.items()} }")
    return found


def against(values: np.ndarray, before: np.ndarray) -> dict[str, Any]:
    mean = values.mean(axis=0)
    return {
        "ndcg": float(np.nanmean(mean)), "seeds": np.nanmean(values, axis=1), "less clean": bootstrap(mean - before),
    }  # fmt: skip


def bought(world: str, kind: str) -> dict[str, Any]:
    """Half of the users, dirty: what do cleaning and twice the users buy for that half, with EASE?

    "cleaned" is by the model's own doubt, "perfect" knows what was planted.
    """
    rows: dict[str, list[np.ndarray]] = {}
    for seed in range(SEEDS[world]):
        for name, values in of_half(world, kind, seed).items():
            rows.setdefault(name, []).append(values)
    means = {name: np.nanmean(np.array(values), axis=0) for name, values in rows.items()}
    base = means["half, dirty"]
    found: dict[str, Any] = {
        name: {"ndcg": float(np.nanmean(values)), "seeds": np.nanmean(np.array(rows[name]), axis=1),
               "more than half, dirty": bootstrap(values - base)}
        for name, values in means.items()
    }  # fmt: skip
    found["twice less perfect"] = bootstrap(means["all, dirty"] - means["half, perfect"])
    say(f"{world}, bought, {kind}: { {name: round(float(np.nanmean(values)), 4) for name, values in means.items()} }")
    return found


def of_half(world: str, kind: str, seed: int) -> dict[str, np.ndarray]:
    """NDCG@10 of the users of a random half, NaN for all others."""
    train, make = split(world).train, models(world)["EASE"]
    half = np.random.default_rng([seed, 8]).random(train.n_users) < HALF
    noisy = planted(kind, train, AMOUNT, seed)
    ours = noisy.take(half[noisy.user])
    right, washed = part(train, half), cleaned(ours, world)
    logs = {
        "half, dirty": (ours, ours, ours), "half, perfect": (right, right, right),
        "half, cleaned": (washed, washed, ours),  # a row that is doubted is not learned from, and not recommended again
        "all, dirty": (noisy, ours, ours), "all, perfect": (train, right, right),
    }  # fmt: skip
    found = {name: per_user(make, log, served, world, recorded) for name, (log, served, recorded) in logs.items()}
    return {name: np.where(half, values, np.nan) for name, values in found.items()}


def part(log: Interactions, users: np.ndarray) -> Interactions:
    return log.take(users[log.user])


def cleaned(log: Interactions, world: str) -> Interactions:
    """Without the rows that a first fit doubts most: as many as were planted."""
    return doubted_left_out(log, AMOUNT / (1 + AMOUNT), PENALTIES[world])


def every(world: str) -> dict[str, Any]:
    return {
        "clean": partial(clean, world),
        "cost": {kind: {f"{s:g}": partial(cost, world, kind, s) for s in SHARES} for kind in noise.KINDS},
        "bought": {kind: partial(bought, world, kind) for kind in BOUGHT},
    }  # fmt: skip


BOUGHT = ("random items",)
MINUTES = 25
PACKAGES = ("numpy", "scipy")
SETTINGS = {
    "shares": list(SHARES), "seeds": SEEDS, "half": HALF, "amount": AMOUNT, "penalties": PENALTIES, "weeks": WEEKS,
    "shop": [VALID, TEST, BUYERS], "bought": list(BOUGHT), "masked": "what the log says",
}  # fmt: skip
PARTS: dict[str, Any] = {"films": every("films"), "shop": every("shop")}
