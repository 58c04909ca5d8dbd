"""A fair search for chapter 10's content tower, the controls that its title vectors must beat, and other targets.

`recbook experiment cold_controls` runs this. The protocol is that of `experiments/cold_start.py`: settings are chosen
on inner hidden sets only. The tower gets as many settings as the largest ridge regression there, 48, of which 24 are
numbers of epochs and cost one fit. It is too slow for a chapter, so its one look at the outer sets is stored as well,
beside those of the models of the other experiment. Each control gets the ten settings that the title had. The models of
the other experiment that learn from other targets have their look at the outer sets here too.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping
from functools import cache, partial
from typing import Any

import numpy as np

from recbook.chapters.cold_start.choices import content_model, like_values
from recbook.data import cold_items
from recbook.evaluation import evaluate_scores
from recbook.evaluation.compare import bootstrap_over_sets, sets_won
from recbook.evaluation.protocol import shuffled_ties
from recbook.experiments import load, measured, say
from recbook.text.films import film_controls

cold_start = load("cold_start")  # the ridge regressions that all this stands beside

EPOCHS = [3, 6, 9, 12, 15, 20, 25, 30, 36, 42, 48, 54, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150, 155, 160]
WEIGHT_DECAY = 0.3
AGAINST = ("genres, decade", "both", "tastes", "ease", "evened")
TARGETS = {
    "tastes": ("genres, decade",),
    "ease": ("genres, decade", "both"),
    "ease: genres, decade": ("genres, decade",),
    "ease: title, year": ("genres, decade", "ease: genres, decade"),
    "near": ("genres, decade",),
}


class Hidden(cold_start.Inner):
    """A hidden set on which films that share all that is known, such as a decade, stand in a random order."""

    def judged(self, scores: np.ndarray) -> float:
        return evaluate_scores(*shuffled_ties(scores.T, self.wanted))[cold_start.METRIC]


@cache
def outer(seed: int) -> Hidden:
    """An outer hidden set: what is left to learn from, and what is to be found."""
    ratings, (features, kernels), names = cold_start.films()
    data = features, kernels | film_controls(ratings.items)
    return Hidden(cold_items(ratings, 0.2, seed, names=names), data)


def inner(seed: int) -> list[Hidden]:
    """The inner hidden sets of an outer one."""
    names, part = cold_start.films()[2], outer(seed)
    splits = [cold_items(part.log, 0.2, one, among=part.known, names=names) for one in cold_start.INNER]
    return [Hidden(split, part.data) for split in splits]


def tower(seed: int) -> dict[str, Any]:
    """The best of 48 settings on the inner sets of an outer one; one fit judges all numbers of epochs."""
    start, levels = time.process_time(), {}
    parts = inner(seed)
    for other in cold_start.OTHER:
        for epochs, level in zip(EPOCHS, np.mean([watched(part, other) for part in parts], axis=0), strict=True):
            levels[other, epochs] = float(level)
        say(f"tower, {seed}, {other}: {levels}")
    other, epochs = max(levels, key=lambda key: levels[key])
    setting = {"kernel": "both", "epochs": epochs, "weight_decay": WEIGHT_DECAY, "other": other}
    few = max((e for e in EPOCHS if e <= 15), key=lambda e: levels[0.0, e])
    return {
        "setting": setting, "inner": levels[other, epochs], "inner_at_most_15_epochs": levels[0.0, few],
        "tried": len(levels), "cpu_seconds": time.process_time() - start,
    }  # fmt: skip


def watched(part: Any, other: float) -> list[float]:
    """NDCG@10 on an inner hidden set after each number of epochs."""
    found = []

    def look(model: Any, epoch: int) -> None:
        if epoch in EPOCHS:
            found.append(part.judged(model.scores_[part.hidden]))

    fitted(
        part, "tower", {"kernel": "both", "epochs": EPOCHS[-1], "weight_decay": WEIGHT_DECAY, "on_epoch": look}, other
    )
    return found


def fitted(part: Any, kind: str, setting: Mapping[str, Any], other: float) -> Any:
    return content_model(kind, setting, *part.data).fit(part.log, values=like_values(part.log, other))


def ridge_cost(seed: int = 0) -> dict[str, Any]:
    """What the search of the largest ridge regression costs on one outer set, to hold beside the tower's."""
    (_, data, names), start = cold_start.films(), time.process_time()
    found = cold_start.tuned("ridge", cold_start.PARTS["evened"].grid, data, outer(seed).log, names)
    return {"tried": found["tried"], "cpu_seconds": time.process_time() - start}


def tested() -> dict[str, Any]:
    """The tower's one look at the outer sets, and its difference to other models, paired by user."""
    settings = [measured("cold_controls", f"tower/{seed}")["setting"] for seed in cold_start.OUTER]
    return beside(on_hidden("tower", settings), AGAINST)


def target(way: str) -> dict[str, Any]:
    """The same for a model that learns from another target, by the settings that the other experiment chose."""
    return beside(chosen_on_hidden(way), TARGETS[way])


def beside(own: np.ndarray, others: tuple[str, ...]) -> dict[str, Any]:
    """Means of ``own`` ``(5, users)`` by set, and its differences to other chosen models, paired by user."""
    theirs = {other: chosen_on_hidden(other) for other in others}
    less = {
        other: {"interval": bootstrap_over_sets(own, of), "sets_won": sets_won(own, of)} for other, of in theirs.items()
    }
    return {"ndcg": np.nanmean(own, axis=1), "less": less}


@cache
def chosen_on_hidden(way: str) -> np.ndarray:
    """What a model of the other experiment reaches with the settings chosen there: ``(5, users)``."""
    choice = measured("cold_start", way)
    return on_hidden(choice["kind"], [one["setting"] for one in choice["sets"]])


def on_hidden(kind: str, settings: list[dict[str, Any]]) -> np.ndarray:
    """NDCG@10 of each user on each outer set: ``(5, users)``."""
    rows = []
    for seed, setting in zip(cold_start.OUTER, settings, strict=True):
        part = outer(seed)
        model = fitted(part, kind, setting, setting["other"])
        scores = shuffled_ties(model.scores_[part.hidden].T, part.wanted)
        rows.append(evaluate_scores(*scores).per_user[cold_start.METRIC])
        say(f"{kind}, {seed}: {np.nanmean(rows[-1]):.4f}")
    return np.array(rows)


def control(name: str) -> dict[str, Any]:
    """The best settings of a ridge regression on the kernel of a control, for each outer set."""
    grid, sets = {"kernel": [name], **cold_start.RIDGE}, []
    for seed in cold_start.OUTER:
        parts = inner(seed)
        settings = [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]
        levels = [float(np.mean([part.by_ridge(setting) for part in parts])) for setting in settings]
        best = int(np.argmax(levels))
        sets.append({"setting": settings[best], "inner": levels[best], "tried": len(settings)})
        say(f"{name}, {seed}: {sets[-1]}")
    return {"kind": "ridge", "sets": sets}


MINUTES = 20
PACKAGES = ("numpy", "scipy", "scikit-learn", "torch", "transformers")
SETTINGS = {
    "outer": list(cold_start.OUTER), "inner": list(cold_start.INNER), "fraction": 0.2, "epochs": EPOCHS,
    "weight_decay": WEIGHT_DECAY, "ridge": cold_start.RIDGE, "against": list(AGAINST),
}  # fmt: skip
PARTS = {
    "decade": partial(control, "decade"),
    "words": partial(control, "words"),
    "shuffled": partial(control, "shuffled"),
    "invented titles": partial(control, "invented titles"),
    "random vector a title": partial(control, "random vector a title"),
    "ridge_cost": ridge_cost,
    "tower": {str(seed): partial(tower, seed) for seed in cold_start.OUTER},
    "tower, tested": tested,
    "targets": {way: partial(target, way) for way in TARGETS},
}
