"""What a model loses that is not trained again, whether the log announces it, and what a canary sees (chapter 12).

`recbook experiment drift` runs this.
The shop's weeks 14 to 53 are ten months of four weeks. A model is trained before each of them and scored in this and
all later months: ``months[i][j]`` is NDCG@10 in month j of the model trained before month i. EASE is slow to fit: the
one of the first month is scored in all, the others in their own. Settings are chosen on weeks 10 to 13. Intervals are
over households.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from scipy.stats import spearmanr

import recbook
from recbook.data import Interactions, Split, bought_by, by_week, prepare
from recbook.data.interactions import WEEK
from recbook.evaluation import bootstrap, compare, evaluate, evaluate_tasks
from recbook.evaluation.shift import by_chance, jensen_shannon, stability_index
from recbook.experiments import measured, say
from recbook.models import EASE, OwnFrequency, Popularity
from recbook.models.base import BaseRecommender

METRIC = "ndcg@10"
WEEKS = 4
STARTS = list(range(14, 51, WEEKS))
MONTHS = range(len(STARTS))
HOUSEHOLDS = 50  # a product is one that so many bought in the year
GRID: dict[str, list[float]] = {"l2": [10.0, 30.0, 100.0, 300.0, 1000.0], "half_life": [4.0, 8.0, 16.0, 32.0]}
CANARY = [25, 50, 100, 200, 400, 800, 1600]
EFFECTS = [0.003, 0.006, 0.012, 0.024]

Table = dict[tuple[int, int], np.ndarray]
"""By the months of training and of scoring: NDCG@10 of each household, NaN where it bought nothing."""


@cache
def shop() -> Interactions:
    """The goods of the shop; the products are those of the whole year, the same for every model."""
    return bought_by(prepare.repair(recbook.load("shop"), prepare.SHOP_STEPS)[0], HOUSEHOLDS)


def before(week: int, weeks: int | None = None) -> Interactions:
    """The rows before a week, of the last ``weeks`` of these where told."""
    log = shop()
    return log.take((log.week < week) & (True if weeks is None else log.week >= week - weeks))


def month(start: int) -> Split:
    """All before a week is known, the four weeks from there are to be found."""
    return by_week(shop(), start, start, end=start + WEEKS, repeats="keep")


# What is chosen, before the first month


def chosen() -> dict[str, Any]:
    """The penalty of EASE and the half-life of own frequency, by NDCG@10 of all purchases in weeks 10 to 13."""
    split = month(STARTS[0] - WEEKS)
    kinds: dict[str, Callable[[float], BaseRecommender]] = {"l2": EASE, "half_life": OwnFrequency}
    found = {name: {str(value): evaluate(kinds[name](value), split)[METRIC] for value in GRID[name]} for name in GRID}
    return {name: {"best": float(max(of, key=of.get)), "tried": of} for name, of in found.items()}  # type: ignore[arg-type]


def setting(name: str) -> float:
    return measured("drift", "chosen")[name]["best"]


# What each model loses with its age


def popularity_of_a_month(start: int) -> BaseRecommender:
    return Popularity(per_user=True).fit(before(start, WEEKS))


def popularity_of_all(start: int) -> BaseRecommender:
    return Popularity(per_user=True).fit(before(start))


def ease(start: int) -> BaseRecommender:
    return EASE(setting("l2")).fit(before(start))


def own_frequency(start: int) -> BaseRecommender:
    return OwnFrequency(setting("half_life")).fit(before(start))


def rotting(train: Callable[[int], BaseRecommender], pairs: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """Models trained before month i in month j, for each of the pairs; "new" are first purchases, "all" every one.

    What a household bought since the training stands in its history, which every model is given. With "all, stale
    histories" the model of the first month never learns of it.
    """
    tables: dict[str, Table] = {"all": {}, "new": {}, "all, stale histories": {}}
    for i in MONTHS:
        model = train(STARTS[i])
        for j in (j for first, j in pairs if first == i):
            for task, report in evaluate_tasks(model, month(STARTS[j]), ("all", "new")).items():
                tables[task][i, j] = report.per_user[METRIC]
            if i == 0:
                stale = replace(month(STARTS[j]), train=before(STARTS[0]))
                tables["all, stale histories"][i, j] = evaluate(model, stale, task="all").per_user[METRIC]
        say(f"{train.__name__}, trained before week {STARTS[i]}")
    stale = tables.pop("all, stale histories")
    never = [lost(stale[0, j], tables["all"][j, j]) for j in MONTHS[1:]]
    return {name: summary(table) for name, table in tables.items()} | {"stale histories": never}


EVERY_AGE = [(i, j) for i in MONTHS for j in MONTHS[i:]]
FIRST_AND_FRESH = [(i, j) for i, j in EVERY_AGE if i in (0, j)]


def summary(table: Table) -> dict[str, Any]:
    """``months[i][j]``; the loss of the model of the first month, ``never`` trained again; and that of each age."""
    ages = {} if len(table) < len(EVERY_AGE) else {"by_age": [by_age(table, age) for age in MONTHS[1:]]}
    return {
        "months": [[mean(table[i, j]) if (i, j) in table else None for j in MONTHS] for i in MONTHS],
        "never": [lost(table[0, j], table[j, j]) for j in MONTHS[1:]],
    } | ages


def by_age(table: Table, age: int) -> dict[str, Any]:
    """What a model of this age loses to one trained just before, over all months that have both: mean of households."""
    later = MONTHS[age:]
    fresh, old = (np.stack([table[j - by, j] for j in later]) for by in (0, age))
    known = ~np.isnan(fresh).all(axis=0)
    return {"months": len(later)} | lost(*(np.nanmean(values[:, known], axis=0) for values in (old, fresh)))


def lost(old: np.ndarray, fresh: np.ndarray) -> dict[str, float]:
    """How much the old one is below the fresh one: ``difference`` with its interval, and as a share of the fresh."""
    interval = bootstrap(fresh - old)
    return {"fresh": mean(fresh), "old": mean(old), "difference": mean(fresh - old), "low": interval.low,
            "high": interval.high, "share": mean(fresh - old) / mean(fresh)}  # fmt: skip


def mean(values: np.ndarray) -> float:
    return float(np.nanmean(values))


# What the log says of it


def drift() -> dict[str, Any]:
    """The distance between windows of four weeks: ``announced[i][j]`` those before months i and j, ``seen`` j itself.

    Only what was announced is known when the model is to answer in month j. Chance is what two windows of these sizes
    would differ by in an unchanging shop.
    """
    pairs = [(i, j) for i, j in EVERY_AGE if i < j]
    return {
        "announced": of_pairs(pairs, lambda i, j: (window(i), window(j))),
        "seen": of_pairs(pairs, lambda i, j: (window(i), window(j + 1))),
        "chance": [mean(by_chance(window(j), window(j + 1), 20)) for j in MONTHS],
        "next": [jensen_shannon(window(j), window(j + 1)) for j in MONTHS],
        "stability": of_pairs(pairs, lambda i, j: (window(i), window(j)), stability_index),
        "stability, categories": of_pairs(pairs, lambda i, j: (categories(i), categories(j)), stability_index),
        "rank_correlation": correlations(pairs),
    }


@cache
def window(i: int) -> np.ndarray:
    """Households that bought each product in the four weeks before month i."""
    return before(STARTS[0] + WEEKS * i, WEEKS).matrix().sum(axis=0).astype(float)


def categories(i: int) -> np.ndarray:
    """The same by category, of which there are few hundred."""
    names = np.unique(shop().items["category"].to_numpy(str), return_inverse=True)[1]
    return np.bincount(names, weights=window(i))


def of_pairs(pairs: Sequence[tuple[int, int]], windows: Callable, distance: Callable = jensen_shannon) -> list[list]:
    found = {pair: distance(*windows(*pair)) for pair in pairs}
    return [[found.get((i, j)) for j in MONTHS] for i in MONTHS]


def correlations(pairs: list[tuple[int, int]]) -> dict[str, Any]:
    """Over all pairs of months: does the loss of last month's popularity go with the distance, or with its age?

    The pairs share months, so that no test is made of it. ``beyond age`` ranks both within pairs of one age only.
    """
    found = {}
    for task in ("all", "new"):
        means = measured("drift", "popularity")[task]["months"]
        loss = np.array([(means[j][j] - means[i][j]) / means[j][j] for i, j in pairs])
        age = np.array([j - i for i, j in pairs])
        said = {name: np.array([jensen_shannon(window(i), window(j + by)) for i, j in pairs])
                for name, by in (("announced", 0), ("seen", 1))}  # fmt: skip
        found[task] = {name: rank_correlation(loss, values) for name, values in {**said, "age": age}.items()}
        found[task] |= {f"{name}, beyond age": beyond_age(loss, values, age) for name, values in said.items()}
    return found


def rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    return float(spearmanr(a, b).statistic)


def beyond_age(loss: np.ndarray, said: np.ndarray, age: np.ndarray) -> float:
    """Rank correlation of what is left of both when the mean of their age is taken away."""
    left = [values - np.array([values[age == one].mean() for one in age]) for values in (loss, said)]
    several = np.array([(age == one).sum() > 1 for one in age])
    return rank_correlation(*(values[several] for values in left))


# When to train again


def rules() -> dict[str, Any]:
    """Trainings and loss of rules, in the first five months and, told by nothing of them, in the last five.

    Each half begins with a training that is not counted. "every k" trains by the calendar, "drift t" when the distance
    between the window of the last training and that of now is above t. The loss is that to training each month, as a
    share of it.
    """
    found: dict[str, Any] = {}
    for model, task in itertools.product(("popularity", "popularity of all"), ("all", "new")):
        means = measured("drift", model)[task]["months"]
        found[f"{model}, {task}"] = {name: {half: cost(means, rule, months) for half, months in HALVES.items()}
                                     for name, rule in RULES.items()}  # fmt: skip
    return found


def every(k: int) -> Callable[[int, int], bool]:
    return lambda trained, now: now - trained >= k


def above(threshold: float) -> Callable[[int, int], bool]:
    return lambda trained, now: now > trained and jensen_shannon(window(trained), window(now)) > threshold


HALVES = {"first": MONTHS[:5], "last": MONTHS[5:]}
RULES = {f"every {k}": every(k) for k in (1, 2, 3, 5)} | {
    f"drift {t}": above(t) for t in (0.24, 0.26, 0.28, 0.30, 0.32, 0.34)
}


def cost(means: list[list], rule: Callable[[int, int], bool], months: Sequence[int]) -> dict[str, float]:
    trained, n, served, fresh = months[0], 0, 0.0, 0.0
    for now in months:
        if rule(trained, now):
            trained, n = now, n + 1
        served, fresh = served + means[trained][now], fresh + means[now][now]
    return {"trainings": n, "share_lost": 1 - served / fresh}


# A canary


def canary() -> dict[str, Any]:
    """Two versions on the same households: how often so many of them show which one is better.

    In service is own frequency with its half-life; the candidate forgets twice as fast, and all households together say
    that it is worse. Then the same with each version on households of its own, and how often versions that are alike
    are told apart by who looks after every 50 households.
    """
    split = month(STARTS[-1])
    lives = [setting("half_life"), setting("half_life") / 2]
    models = [OwnFrequency(life).fit(before(STARTS[-1])) for life in lives]
    service, candidate = (evaluate(model, split, task="all").per_user[METRIC] for model in models)
    measured_on = ~np.isnan(service)
    pair = np.stack([service[measured_on], candidate[measured_on]])
    return {
        "half_lives": lives,
        "candidate_minus_service": lost(pair[0], pair[1]),
        "households": int(measured_on.sum()),
        "spread_of_differences": float((pair[1] - pair[0]).std()),
        "spread_of_service": float(pair[0].std()),
        "verdicts": {str(n): verdicts(pair, n) for n in CANARY},
        "power": power(pair[0] - pair[1]),
        "looks": looks(pair[0] - pair[1]),
    }


def verdicts(pair: np.ndarray, n: int, n_trials: int = 2000) -> dict[str, float]:
    """Of draws of n households: how often the worse version looks better, and what an interval of 95 % says."""
    drawn = np.random.default_rng(n).integers(pair.shape[1], size=(2, n_trials, n))
    service, candidate, other = pair[0][drawn[0]], pair[1][drawn[0]], pair[1][drawn[1]]
    paired, error = (candidate - service).mean(axis=1), (candidate - service).std(axis=1, ddof=1) / np.sqrt(n)
    apart = other.mean(axis=1) - service.mean(axis=1)
    apart_error = np.sqrt((service.var(axis=1, ddof=1) + other.var(axis=1, ddof=1)) / n)
    return {
        "looks_better": float((paired > 0).mean()),
        "said_better": float((paired > 1.96 * error).mean()),
        "said_worse": float((paired < -1.96 * error).mean()),
        "apart_looks_better": float((apart > 0).mean()),
        "apart_said_worse": float((apart < -1.96 * apart_error).mean()),
    }


def power(differences: np.ndarray) -> dict[str, int]:
    """Households that show a true difference four times in five, for differences spread as these are."""
    around = differences - differences.mean()
    # A little more than the effect: `compare.power` refuses one that rounding has made larger than the mean.
    return {str(effect): households_for(around + effect * (1 + 1e-6), effect) for effect in EFFECTS}


def households_for(differences: np.ndarray, effect: float, wanted: float = 0.8) -> int:
    """The fewest households, to about 2 %, that show a mean difference of ``effect`` with this chance."""
    low, high = 10, 20
    while compare.power(differences, effect, high, 2000) < wanted:
        low, high = high, 2 * high
    while high / low > 1.02 and high - low > 1:
        middle = round((low + high) / 2)
        low, high = (low, middle) if compare.power(differences, effect, middle, 2000) >= wanted else (middle, high)
    return high


def looks(differences: np.ndarray, most: int = 2000, step: int = 50, n_trials: int = 2000) -> dict[str, float]:
    """Versions that are alike (each difference gets a random sign): how often one of 40 looks says otherwise."""
    rng = np.random.default_rng(0)
    alarms = np.zeros((n_trials, most // step), bool)
    for trial in range(n_trials):
        drawn = rng.choice(differences, most) * rng.choice([-1.0, 1.0], most)
        n = np.arange(step, most + 1, step)
        mean_, square = np.cumsum(drawn)[n - 1] / n, np.cumsum(drawn**2)[n - 1] / n
        alarms[trial] = np.abs(mean_) > 1.96 * np.sqrt((square - mean_**2) / (n - 1))
    return {"last_look": float(alarms[:, -1].mean()), "any_look": float(alarms.any(axis=1).mean())}


# Why not the films


def films() -> dict[str, Any]:
    """How many users of a log come back: those with rows in two windows of four weeks, and within a day of the first.

    Who never comes back cannot be served by a model that has grown old.
    """
    return {name: returning(log) for name, log in (("ml-100k", recbook.load("ml-100k")), ("shop", shop()))}


def returning(log: Interactions) -> dict[str, float]:
    times = log.need_times("returning")
    place = np.unique(np.stack([log.user, (times - times.min()) // (WEEKS * WEEK)]), axis=1)
    windows = np.bincount(place[0], minlength=log.n_users)
    first = np.full(log.n_users, np.iinfo(np.int64).max)
    np.minimum.at(first, log.user, times)
    return {"two_windows": float((windows[windows > 0] > 1).mean()),
            "rows_within_a_day": float((times - first[log.user] < WEEK / 7).mean())}  # fmt: skip


MINUTES = 20
PACKAGES = ("numpy", "scipy", "pandas", "pyarrow")
PARTS: Mapping[str, Any] = {
    "chosen": chosen,
    "popularity": lambda: rotting(popularity_of_a_month, EVERY_AGE),
    "popularity of all": lambda: rotting(popularity_of_all, EVERY_AGE),
    "own frequency": lambda: rotting(own_frequency, EVERY_AGE),
    "EASE": lambda: rotting(ease, FIRST_AND_FRESH),
    "drift": drift,
    "rules": rules,
    "canary": canary,
    "films": films,
}
SETTINGS = {
    "starts": STARTS,
    "weeks": WEEKS,
    "households": HOUSEHOLDS,
    "grid": GRID,
    "rules": list(RULES),
    "canary": CANARY,
    "effects": EFFECTS,
}
