"""Ways to a number that is not so, for any log: chapter 09 does them to films, `experiments/deceptions.py` to both worlds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.stats import norm

from recbook.data import Interactions, Split, leave_one_out
from recbook.data.split import time_rank_from_end
from recbook.evaluation import Report, compare, evaluate_scores, truth

WAYS = {
    "uncorrected": lambda p: p,
    "Holm": compare.holm,
    "Benjamini–Hochberg": compare.benjamini_hochberg,
}
KNOWN = ("only the past", "as many, also later", "all but the hidden film")
"""What a model may know in `hide_one`, from the least to the most."""


def at_random(log: Interactions, seed: int = 0) -> Split:
    """Leave-one-out as if the times had been dealt anew: each user's test row is any row of theirs.

    The log holds each user and item once. ValueError for a log without rows.
    """
    times = np.random.default_rng(seed).permutation(log.n)
    last = time_rank_from_end(replace(log, timestamp=times))
    return Split(log.take(last > 1), log.take(last == 1), log.take(last == 0))


def among_sampled(split: Split, n_sampled: int, seed: int) -> np.ndarray:
    """What is left out where only the test items and ``n_sampled`` random others are ranked: bool ``(users, items)``.

    The others are drawn from what is not in the user's history. ValueError where a user has fewer of them.
    """
    seen, target = split.history().matrix().toarray() > 0, truth(split).toarray() > 0
    keys = np.random.default_rng(seed).random(seen.shape)
    keys[seen | target] = 2.0
    last = np.partition(keys, n_sampled - 1, axis=1)[:, n_sampled - 1, None]
    if (last >= 2).any():
        raise ValueError(f"A user has fewer than {n_sampled} items to draw from.")
    return (keys > last) & ~target


def sampled_report(scores: np.ndarray, split: Split, n_sampled: int = 100, draws: int = 10) -> Report:
    """The Report of ``scores`` ``(users, items)`` among ``n_sampled`` random others, each user's mean over draws."""
    left_out = (among_sampled(split, n_sampled, seed) for seed in range(draws))
    found = [evaluate_scores(scores, truth(split), exclude=out).per_user for out in left_out]
    return Report({metric: np.mean([of[metric] for of in found], axis=0) for metric in found[0]})


def hide_one(log: Interactions, seed: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """One row of each user, at a random place with ten or more before it, and what each arm may know: masks ``(n,)``.

    The arms are `KNOWN`: what came before; as many of the user's other rows, drawn at random; all of them. ValueError
    (of the generator) where a user has ten rows or fewer.
    """
    rng = np.random.default_rng(seed)
    after, counts = time_rank_from_end(log), log.user_counts()
    back = rng.integers(0, counts - 10)[log.user]  # how many come after the hidden one
    target, past = after == back, after > back
    lottery = np.where(target, np.inf, rng.random(log.n))
    place = np.empty(log.n, int)  # in a random order of the user's rows, the hidden one last
    place[np.lexsort((lottery, log.user))] = np.concatenate([np.arange(n) for n in counts])
    as_many = place < np.bincount(log.user[past], minlength=log.n_users)[log.user]
    return target, dict(zip(KNOWN, (past, as_many, ~target), strict=True))


def knowing(log: Interactions, make: Any, seed: int) -> dict[str, np.ndarray]:
    """NDCG@10 of each user, by what the model that ``make()`` gives may know of `hide_one`'s rows.

    Rivals stay the same: every other item that the user ever met is left out of the ranking.
    """
    target, arms = hide_one(log, seed)
    wanted, met, users = log.take(target).matrix(), log.take(~target).matrix(), np.arange(log.n_users)
    return {
        name: evaluate_scores(make().fit(log.take(rows)).score(users), wanted, exclude=met).per_user["ndcg@10"]
        for name, rows in arms.items()
    }


def tied_by(log: Interactions, key: np.ndarray) -> Split:
    """Leave-one-out where, of a user's rows of equal time, the one with the highest key is the last."""
    return leave_one_out(log.take(np.lexsort((key, log.need_times("Breaking ties"), log.user))))


def twinned(log: Interactions, share: float = 0.2, seed: int = 0) -> tuple[Interactions, Interactions]:
    """The log with a twin for a ``share`` of the items, each of whose rows is written twice; and that log mended.

    Twins are new items behind the others. Mended: every twin gets its item's number back, and of equal rows the first
    is kept. The log holds each user and item once.
    """
    copied = np.random.default_rng(seed).permutation(log.n_items)[: int(log.n_items * share)]
    twin = np.full(log.n_items, -1)
    twin[copied] = log.n_items + np.arange(len(copied))
    again = np.flatnonzero(twin[log.item] >= 0)
    names = np.arange(log.n_items + len(copied))
    doubled = replace(
        log.take(np.r_[np.arange(log.n), again]),
        item=np.r_[log.item, twin[log.item[again]]], item_ids=names, items=None,
    )  # fmt: skip
    original = np.r_[np.arange(log.n_items), copied][doubled.item]
    first = np.sort(np.unique(doubled.user * len(names) + original, return_index=True)[1])
    return doubled, replace(doubled.take(first), item=original[first], item_ids=log.item_ids)


def chosen_on_test(gains: np.ndarray, ways: int = 50) -> tuple[float, float]:
    """What the best of many settings adds on the half of the users it was chosen by, and on the other half.

    ``gains`` ``(settings, users)`` is what each setting adds for each user; means over ``ways`` to halve the users.
    """
    found = []
    for seed in range(ways):
        half = np.random.default_rng(seed).permutation(gains.shape[1]) < gains.shape[1] // 2
        winner = gains[gains[:, half].mean(axis=1).argmax()]
        found.append((winner[half].mean(), winner[~half].mean()))
    chosen, fresh = np.mean(found, axis=0)
    return float(chosen), float(fresh)


def rounds_with_a_finding(copies: np.ndarray, rounds: int = 500) -> dict[str, float]:
    """The share of rounds in which any of equal models differs "significantly" from the first: by correction, `WAYS`.

    ``copies`` ``(models, users)`` are values of models that are equal by construction. In each round every user's
    values are dealt anew to the models, and each model is tested against the first by what the sign-flip test tends to
    for many users.
    """
    found, rng = dict.fromkeys(WAYS, 0.0), np.random.default_rng(0)
    for _ in range(rounds):
        dealt = rng.permuted(copies, axis=0)
        apart = dealt[1:] - dealt[0]
        p = 2 * norm.sf(np.abs(apart.sum(axis=1)) / np.sqrt((apart**2).sum(axis=1)))
        for way, adjust in WAYS.items():
            found[way] += float((adjust(p) < 0.05).any()) / rounds
    return found


def noisy_copies(scores: np.ndarray, n: int, judge: Any) -> np.ndarray:
    """NDCG@10 of ``n`` copies of a model with 5% noise in the scores, ``(n, users)``; ``judge(scores)`` gives a Report."""
    size = 0.05 * scores.std()
    draws = (np.random.default_rng(seed).normal(size=scores.shape) * size for seed in range(n))
    return np.array([judge(scores + noise).per_user["ndcg@10"] for noise in draws])


def nine(found: Mapping[str, Any], paged: Mapping[str, Any], ties: str) -> dict[str, tuple[float, float]]:
    """NDCG@10 as one is fooled and as it is, by way, of one world in `experiments/deceptions.py`'s results.

    ``paged`` maps "all" and "later" to EASE's NDCG@10 (page_order); ``ties`` names the rule that looks at the number.
    """
    true, chance = found["as it is"]["EASE"]["ndcg@10"], found["ties"]["at random"]
    return {
        "random split": (found["random split"]["fooled"]["EASE"], true),
        "100 sampled films": (found["sampled"]["models"]["EASE"]["ndcg@10"], true),
        "history not masked": (found["unmasked"]["EASE"], true),
        "the page's order": (paged["all"], paged["later"]),
        "ties by film number": (found["ties"][ties], sum(chance) / 2),
        "another paper's protocol": (found["a fifth"]["EASE"], true),
        "the same film twice": (found["twins"]["with twins"]["EASE"], found["twins"]["mended"]["EASE"]),
        "tuned on test": tuple(found["tuned"]["plain"] + found["tuned"][who] for who in ("chosen on", "fresh")),
        "best of three seeds": (max(found["seeds"]), sum(found["seeds"]) / len(found["seeds"])),
    }
