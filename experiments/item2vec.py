"""item2vec on MovieLens-100K: what its settings do, and where it stands (chapters 03 and 06).

`recbook experiment item2vec` runs this.
Everything that is chosen is chosen on validation; the test set is for the tables at the end. The defaults of
`Item2Vec` come from a random search, which SEARCH sums up.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

import recbook
from recbook.data import Split, leave_one_out, seconds_since
from recbook.evaluation import Report, evaluate
from recbook.experiments import say
from recbook.models import EASE, Item2Vec, ItemKNN, Popularity

NDCG, HIT = "ndcg@10", "hit@10"
SEEDS = range(5)
EXPONENTS = (-1.0, -0.5, 0.0, 0.25, 0.75, 1.0)
RADII = (1, 2, 4, 8, 16, 64)
SHUFFLED_EXPONENTS, SHUFFLED_RADII = (0.25, 0.75), (2, 8, 64)
HALF_LIVES = (2.0, 4.0, 8.0, 16.0)

# Broad first, then near the best, then CBOW alone; each fit was scored by input and output vectors, with 7 or 8 ways
# of weighting the history. The finalists had four seeds that the search had not used.
SEARCH = {
    "on": "valid",
    "settings_tried": [76, 41, 34],
    "finalists": 12,
    "tried_for_whole_history": 10,
    "ranges": {
        "dimensions": [16, 200], "radius": [1, 1000], "ns_exponent": [-1, 1], "epochs": [3, 80], "negative": [1, 50],
        "sample": [0, 0.01], "rate": [0.01, 0.2], "ordered": [True, False], "skip_gram": [True, False],
        "shrink_windows": [True, False], "half_life": [1, 32, None],
    },
}  # fmt: skip

# What a user of the library gets who gives nothing but the sentences.
GENSIM = {"dimensions": 100, "radius": 5, "ns_exponent": 0.75, "epochs": 5, "negative": 5, "sample": 1e-3}

SCORINGS: dict[str, dict[str, Any]] = {
    "output, last films": {"scoring": "output", "half_life": 2.0, "prior": None},
    "output, last films, no prior": {"scoring": "output", "half_life": 2.0, "prior": 0.0},
    "output, whole history": {"scoring": "output", "half_life": None, "prior": None},
    "cosine, last films": {"scoring": "cosine", "half_life": 2.0, "prior": None},
    "cosine, whole history": {"scoring": "cosine", "half_life": None, "prior": None},
}

VARIANTS: dict[str, dict[str, Any]] = {
    "chosen": {},
    "shuffled": {"ordered": False},
    "skip-gram": {"skip_gram": True, "dimensions": 48, "radius": 3, "epochs": 10, "negative": 5, "rate": 0.05},
    "wide windows": {"radius": 64, "ns_exponent": 0.75},  # the best for the whole history, on validation
    "gensim's defaults": GENSIM,
}


@cache
def split_log() -> Split:
    return leave_one_out(recbook.load("ml-100k"))


def heat_map(exponents: tuple, radii: tuple, ordered: bool) -> dict[str, Any]:
    """Validation NDCG@10 with one seed: for each way of scoring a list of rows, a row an exponent."""
    split, grid = split_log(), np.zeros((len(SCORINGS), len(exponents), len(radii)))
    for row, exponent in enumerate(exponents):
        for column, radius in enumerate(radii):
            model = Item2Vec(ns_exponent=exponent, radius=radius, ordered=ordered).fit(split.train)
            reports = score_all_ways(model, split, "valid")
            grid[:, row, column] = [report[NDCG] for report in reports.values()]
            say(f"  exponent {exponent} radius {radius}: {grid[0, row, column]:.4f}")
    return {"ns_exponents": exponents, "radii": radii, NDCG: dict(zip(SCORINGS, grid, strict=True))}


def score_all_ways(model: Item2Vec, split: Split, on: str) -> dict[str, Report]:
    reports = {}
    for name, how in SCORINGS.items():
        model.scoring, model.half_life, model.prior = how["scoring"], how["half_life"], how["prior"]
        reports[name] = evaluate(model, split, on=on)
    return reports


@cache
def variants() -> tuple[dict[str, list[Item2Vec]], dict[str, float]]:
    """Each variant with each seed, and the shortest time of a fit."""
    split, fitted, took = split_log(), {}, {}
    for name, settings in VARIANTS.items():
        models = [Item2Vec(**settings, seed=seed) for seed in SEEDS]
        took[name] = min(seconds(lambda model=model: model.fit(split.train)) for model in models)
        fitted[name] = models
        say(f"  {name}: {took[name]:.1f} s")
    return fitted, took


def seconds(step: Callable[[], object]) -> float:
    """Of processor time, gensim's thread included: a busy machine changes it little."""
    start = time.process_time()
    step()
    return time.process_time() - start


def scored(models: list[Item2Vec], split: Split, on: str) -> dict[str, list[Report]]:
    """For each way of scoring the reports of all seeds."""
    each = [score_all_ways(model, split, on) for model in models]
    return {how: [reports[how] for reports in each] for how in SCORINGS}


def mean_of(reports: list[Report]) -> Report:
    """Each user's mean over the seeds: an interval of it says what other users would give, not other seeds."""
    return Report({name: np.mean([r.per_user[name] for r in reports], axis=0) for name in (NDCG, HIT)})


def summary(reports: list[Report]) -> dict[str, Any]:
    mean = mean_of(reports)
    seeds = [report[NDCG] for report in reports]
    return {NDCG: mean[NDCG], HIT: mean[HIT], "interval": mean.interval(NDCG), "seeds": seeds}


def scorings() -> dict[str, Any]:
    """Each variant on validation, scored in all ways."""
    reports = {name: scored(models, split_log(), "valid") for name, models in variants()[0].items()}
    return {name: {how: summary(of) for how, of in ways.items()} for name, ways in reports.items()}


@cache
def baselines() -> dict[str, Any]:
    """The course's baselines, and two of them with the last films weighing more."""
    models = {
        "popularity": Popularity(), "item-kNN": ItemKNN(), "EASE": EASE(), "item-kNN, last films": ItemKNN.recent(),
        "EASE, last films": EASE.recent(),
    }  # fmt: skip
    for model in models.values():
        model.fit(split_log().train)
    return models


def baselines_chosen() -> dict[str, Any]:
    """Validation NDCG@10 by penalty or shrinkage, and half-life: what `EASE.recent` and `ItemKNN.recent` rest on."""
    knn = {shrink: ItemKNN(shrink=shrink).fit(split_log().train) for shrink in (10.0, 50.0)}
    ease = {l2: EASE(l2).fit(split_log().train) for l2 in (250.0, 500.0, 1000.0, 2000.0)}
    gap = on_valid(ease[500.0], 8.0).difference(on_valid(ease[250.0], 8.0), NDCG)
    return {
        "item-kNN, last films": {str(shrink): by_half_life(model) for shrink, model in knn.items()},
        "EASE, last films": {str(l2): by_half_life(model) for l2, model in ease.items()},
        "EASE 500 − 250, half-life 8": gap,
    }


def by_half_life(model: EASE | ItemKNN) -> dict[str, float]:
    return {str(half_life): on_valid(model, half_life)[NDCG] for half_life in HALF_LIVES}


def on_valid(model: EASE | ItemKNN, half_life: float) -> Report:
    model.half_life = half_life
    return evaluate(model, split_log(), on="valid")


@cache
def table(on: str) -> tuple[dict[str, Any], dict[str, Report]]:
    """One row a model, with its interval; and each model's report, seeds averaged."""
    split = split_log()
    several = {name: [evaluate(model, split, on=on)] for name, model in baselines().items()}
    for name, models in variants()[0].items():
        ways = scored(models, split, on)
        several[f"item2vec, {name}"] = ways["output, last films"]
        if name in ("chosen", "wide windows"):
            several[f"item2vec, {name}, whole history"] = ways["output, whole history"]
        if name == "gensim's defaults":
            several["item2vec, gensim's defaults, usual recipe"] = ways["cosine, whole history"]
    return {name: summary(reports) for name, reports in several.items()}, {k: mean_of(v) for k, v in several.items()}


def differences(reports: dict[str, Report]) -> list[dict[str, Any]]:
    """Paired differences in NDCG@10, user by user."""
    chosen, whole = "item2vec, chosen", "item2vec, wide windows, whole history"
    pairs = [(chosen, other) for other in reports if other != chosen]
    pairs += [(whole, "EASE"), (whole, "popularity"), ("EASE, last films", "EASE")]
    return [difference(a, b, reports) for a, b in pairs]


def difference(a: str, b: str, reports: dict[str, Report]) -> dict[str, Any]:
    mean = reports[a][NDCG] - reports[b][NDCG]
    return {"a": a, "b": b, "mean": mean, "interval": reports[a].difference(reports[b], NDCG)}


def by_gap() -> dict[str, Any]:
    """Test NDCG@10 of users whose hidden film came within a minute of the one before, within an hour, or later."""
    split, reports = split_log(), table("test")[1]
    gap = seconds_since(split)
    groups = {"under a minute": gap < 60, "under an hour": (gap >= 60) & (gap < 3600), "later": gap >= 3600}
    return {name: of_users(group, reports) for name, group in groups.items()}


def of_users(users: np.ndarray, reports: dict[str, Report]) -> dict[str, Any]:
    part = {name: Report({NDCG: report.per_user[NDCG][users]}) for name, report in reports.items()}
    pairs = [("item2vec, chosen", other) for other in ("popularity", "EASE", "EASE, last films")]
    return {
        "users": int(users.sum()),
        NDCG: {name: report[NDCG] for name, report in part.items()},
        "differences": [difference(a, b, part) for a, b in pairs],
    }


MINUTES = 8
PACKAGES = ("gensim", "numpy", "scipy")
SETTINGS = {
    "data": "ml-100k", "chosen": {name: value for name, value in vars(Item2Vec()).items() if name != "seed"},
    "variants": VARIANTS, "scorings": SCORINGS, "seeds": list(SEEDS), "search": SEARCH,
}  # fmt: skip
PARTS: dict[str, Callable[[], Any]] = {
    "heat_map": lambda: heat_map(EXPONENTS, RADII, ordered=True),
    "shuffled": lambda: heat_map(SHUFFLED_EXPONENTS, SHUFFLED_RADII, ordered=False),
    "seconds_per_fit": lambda: variants()[1],
    "scoring": scorings,
    "baselines_chosen": baselines_chosen,
    "valid": lambda: table("valid")[0],
    "valid_differences": lambda: differences(table("valid")[1]),
    "test": lambda: table("test")[0],
    "test_differences": lambda: differences(table("test")[1]),
    "by_gap": by_gap,
}
