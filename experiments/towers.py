"""The two-tower model on MovieLens-100K, in PyTorch and in Keras (chapters 06 and 07).

`recbook experiment towers` runs this.
Settings are `TowerSettings()` throughout; the test films are used for the table of warm films only.
`experiments/two_towers.py` is chapter 06's, which chooses between two losses.
"""

from __future__ import annotations

import os

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3")
# The compiler works in this process, so that its time is seen, and finds nothing that it made before.
os.environ.update(TORCHINDUCTOR_COMPILE_THREADS="1", TORCHINDUCTOR_FORCE_DISABLE_CACHES="1")

import resource
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import cache
from typing import Any

import numpy as np
import torch

import recbook
from recbook.data import Interactions, Split, cold_items, leave_one_out
from recbook.evaluation import Report, evaluate, evaluate_scores
from recbook.experiments import say
from recbook.models import EASE, FeatureRidge, Popularity
from recbook.models.dot import DotRecommender, TwoTower, batch_loss, train_step
from recbook.models.towers import (
    Batch,
    TowerSettings,
    batches,
    learning_rates,
    n_steps,
    start_weights,
    user_features,
)
from recbook.text.films import title_features

NDCG = "ndcg@10"
SEEDS = range(3)
HIDDEN_SETS = range(5)
RATES = (5e-4, 1e-3, 2e-3, 4e-3, 7e-3, 1.2e-2, 2.5e-2)
KINDS: dict[str, dict[str, Any]] = {"identity": {"text": False}, "text": {"identity": False}, "both": {}}
# The rate that is best for identities alone among RATES, on validation; 0.007 is best for both.
OWN_RATE: dict[str, dict[str, Any]] = {"identity, own rate": {"text": False, "learning_rate": 1.2e-2}}
TIMED_STEPS = 80

MINUTES = 15
PACKAGES = ("numpy", "torch", "tensorflow-cpu", "keras")
SETTINGS = {"data": "ml-100k", "seeds": list(SEEDS), "hidden_sets": list(HIDDEN_SETS), "rates": RATES,
            "towers": asdict(TowerSettings())}  # fmt: skip
PARTS: dict[str, Callable[[], Any]] = {
    "warm": lambda: baselines(data()[1]) | warm(*data()[1:], DotRecommender),
    "keras": lambda: warm(*data()[1:], keras_twin()),
    "hidden": lambda: hidden(data()[0], data()[2]),
    "rates": lambda: rates(*data()[1:]),
    "schedules": lambda: schedules(*data()[1:]),
    "half rate": lambda: half_rate(*data()[1:]),
    "speed": lambda: speed(*data()[1:]),
}


@cache
def data() -> tuple[Interactions, Split, np.ndarray]:
    """The whole log, its split, and the features of its films."""
    ratings = recbook.load("ml-100k")
    return ratings, leave_one_out(ratings), title_features(ratings.items)


# Warm films


def baselines(split: Split) -> dict[str, Any]:
    models = {"popularity": Popularity(), "EASE": EASE()}
    return {name: on_both_parts([model.fit(split.train)], split) for name, model in models.items()}


def warm(split: Split, features: np.ndarray, recommender: type) -> dict[str, Any]:
    """NDCG@10 of three seeds on validation and test; on test also each user's mean over the seeds, for differences."""
    found: dict[str, Any] = {}
    for kind, change in (KINDS | OWN_RATE).items():
        fitted = [recommender(features, replace(TowerSettings(), **change), seed).fit(split.train) for seed in SEEDS]
        found[kind] = on_both_parts(fitted, split)
        say(f"{recommender.__module__} {kind}: {np.round(found[kind]['valid'], 4)}")
    return found


def keras_twin() -> type:
    from recbook.tf import dot  # takes seconds, which the other parts need not pay

    return dot.DotRecommender


def on_both_parts(models: list[Any], split: Split) -> dict[str, Any]:
    reports = {on: [evaluate(model, split, on=on) for model in models] for on in ("valid", "test")}
    means = {on: [report[NDCG] for report in each] for on, each in reports.items()}
    return means | {"per_user": np.mean([report.per_user[NDCG] for report in reports["test"]], axis=0)}


# Hidden films


def hidden(ratings: Interactions, features: np.ndarray) -> dict[str, list[float]]:
    """NDCG@10 among a fifth of the films, whose every rating is hidden; a rating of 4 or more is to be found.

    A list with one number for each hidden set.
    """
    found: dict[str, list[float]] = {}
    for number in HIDDEN_SETS:
        split = cold_items(ratings, seed=number)
        for name, scores in hidden_scores(split, features).items():
            found.setdefault(name, []).append(among_hidden(scores, split)[NDCG])
        say(f"hidden set {number}: " + ", ".join(f"{name} {values[-1]:.4f}" for name, values in found.items()))
    return found


def among_hidden(scores: np.ndarray, split: Split) -> Report:
    films = np.unique(split.test.item)
    liked = split.test.take(split.test.rating >= 4).matrix()
    return evaluate_scores(scores[:, films], liked[:, films])


def hidden_scores(split: Split, features: np.ndarray) -> dict[str, np.ndarray]:
    """Scores ``(n_users, n_items)`` of models that have not seen a rating of the hidden films."""
    log, users = split.train, np.arange(split.train.n_users)
    scores = {
        "random": np.random.default_rng(0).normal(size=(log.n_users, log.n_items)),
        "ridge": FeatureRidge(features).fit(log).score(users),
    }
    for kind, change in KINDS.items():
        model = DotRecommender(features, replace(TowerSettings(), **change)).fit(log)
        scores[kind] = model.score(users)
        if kind == "both":
            forget_untrained(model, log)
            scores["both, untrained at 0"] = model.score(users)
    return scores


def forget_untrained(model: DotRecommender, log: Interactions) -> None:
    """Set to 0 the identities of items that the log lacks: they are still the random numbers of the start."""
    identity = model.model_.item.identity
    assert identity is not None
    with torch.no_grad():
        identity[torch.as_tensor(log.item_counts() == 0)] = 0


# Rates and schedules, on validation


class Scored:
    """A model as it stands, for `evaluate`."""

    def __init__(self, model: TwoTower) -> None:
        self.model_ = model

    def fit(self, interactions: Interactions) -> Scored:
        return self

    def score(self, users: np.ndarray, history: Interactions | None = None) -> np.ndarray:
        with torch.inference_mode():
            return self.model_.against(torch.as_tensor(users), torch.arange(len(self.model_.bias))).numpy()


def fresh(split: Split, features: np.ndarray, settings: TowerSettings, seed: int) -> TwoTower:
    log = split.train
    weights = start_weights(log.n_users, log.n_items, features.shape[1], settings, seed)
    return TwoTower(weights, user_features(log, features) if settings.text else None, features)


def rates(split: Split, features: np.ndarray) -> dict[str, list[float]]:
    """Validation NDCG@10 of each learning rate, falling to 0 over 12 epochs, with one seed."""
    found: dict[str, list[float]] = {"identity": [], "both": []}
    for kind, values in found.items():
        for rate in RATES:
            settings = replace(TowerSettings(learning_rate=rate), **KINDS[kind])
            values.append(evaluate(DotRecommender(features, settings).fit(split.train), split, on="valid")[NDCG])
            say(f"{kind}, rate {rate}: {values[-1]:.4f}")
    return found


def schedules(split: Split, features: np.ndarray) -> dict[str, Any]:
    """Validation NDCG@10 after each epoch: the rate constant, or falling linearly to 0. A list of seeds each."""
    found: dict[str, Any] = {}
    for kind in ("identity", "both"):
        settings = replace(TowerSettings(), **KINDS[kind])
        total = n_steps(split.train, settings)
        constant = np.full(total, settings.learning_rate)
        for name, each in {"constant": constant, "linear": learning_rates(total, settings)}.items():
            found[f"{kind}, {name}"] = [epochs(split, features, settings, each, seed) for seed in SEEDS]
            say(f"{kind}, {name}: {[round(curve[-1], 4) for curve in found[f'{kind}, {name}']]}")
    return found


def half_rate(split: Split, features: np.ndarray) -> list[list[float]]:
    """The same with half the rate throughout, which is the mean of the falling one: identities and titles."""
    settings = TowerSettings()
    constant = np.full(n_steps(split.train, settings), settings.learning_rate / 2)
    found = [epochs(split, features, settings, constant, seed) for seed in SEEDS]
    say(f"half the rate: {[round(curve[-1], 4) for curve in found]}")
    return found


def epochs(split: Split, features: np.ndarray, settings: TowerSettings, each: np.ndarray, seed: int) -> list[float]:
    model = fresh(split, features, settings, seed)
    optimizer = torch.optim.Adam(model.parameters())
    length, curve = len(each) // settings.epochs, []
    for step, batch in enumerate(batches(split.train, settings, seed)):
        optimizer.param_groups[0]["lr"] = each[step]
        train_step(model, optimizer, batch, settings)
        if (step + 1) % length == 0:
            curve.append(evaluate(Scored(model), split, on="valid")[NDCG])
    return curve


# Speed on one core


def speed(split: Split, features: np.ndarray) -> dict[str, Any]:
    """CPU milliseconds a step of batch 1024, float32, bfloat16, compiled; CPU seconds that the compiler took.

    ``loss_difference`` is the largest relative difference of the loss from float32 in the same steps.
    """
    settings = TowerSettings()
    whole = [batch for batch in batches(split.train, replace(settings, epochs=1)) if len(batch.users) == 1024]
    found: dict[str, Any] = {"capability": torch.backends.cpu.get_cpu_capability()}
    plain = timed(split, features, whole, lambda model, batch: batch_loss(model, batch, settings))
    found["float32"] = {"ms": plain[0]}
    compiled = torch.compile(lambda model, batch: batch_loss(model, batch, settings), dynamic=False)
    before = cpu_seconds()
    model = fresh(split, features, settings, 0)
    compiled(model, as_tensors(whole[0])).backward()
    took = cpu_seconds() - before
    for name, loss in {"bfloat16": in_bfloat16(settings), "compiled": compiled}.items():
        ms, losses = timed(split, features, whole, loss)
        found[name] = {"ms": ms, "loss_difference": float(np.abs(losses / plain[1] - 1).max())}
    found["compiled"]["compiling"] = took
    say(str(found))
    return found


def in_bfloat16(settings: TowerSettings) -> Callable[[TwoTower, Batch], torch.Tensor]:
    def loss(model: TwoTower, batch: Batch) -> torch.Tensor:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return batch_loss(model, batch, settings)

    return loss


def as_tensors(batch: Batch) -> Batch:
    return Batch(*map(torch.as_tensor, batch))  # type: ignore[arg-type]


def cpu_seconds() -> float:
    """Of this process and those it has waited for: the compiler runs in one of its own."""
    of_others = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + of_others.ru_utime + of_others.ru_stime


def timed(split: Split, features: np.ndarray, whole: list[Batch], loss_of: Callable) -> tuple[float, np.ndarray]:
    """Milliseconds of a step, the lower quartile: what disturbs a step only ever makes it longer. And all losses."""
    model = fresh(split, features, TowerSettings(), 0)
    optimizer, losses, took = torch.optim.Adam(model.parameters(), lr=TowerSettings().learning_rate), [], []
    for batch in whole[:TIMED_STEPS]:
        start = time.process_time()
        loss = loss_of(model, as_tensors(batch))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        took.append(time.process_time() - start)
        losses.append(loss.item())
    return 1e3 * float(np.quantile(took, 0.25)), np.array(losses)
