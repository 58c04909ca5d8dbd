"""What `recbook experiment generative` stored, as the chapter reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from recbook.evaluation import Report
from recbook.results import stored

KINDS = {"semantic": "semantic codes", "shuffled": "shuffled codes", "titles": "title codes",
         "behaviour": "behaviour codes"}  # fmt: skip
"""Kinds of codes in the experiment, and what figures call a generator on them."""
SHORT = 8
"""Epochs of the shorter runs."""


def report(runs: Mapping[str, Mapping[str, Any]]) -> Report:
    """NDCG@10 of each user, the mean over seeds: each has one test film, so it follows from the film's place."""
    place = np.array([run["places"] for run in runs.values()])
    return Report({"ndcg@10": np.where(place > 0, 1 / np.log2(np.maximum(place, 1) + 1), 0).mean(axis=0)})


def on_test(epochs: int) -> dict[str, Report]:
    """Generators on each kind of code after so many epochs, 8 or 20, and SASRec of chapter 08 after as many."""
    kept = stored("generative")["results"]
    names = {shown: f"{kind}, {epochs} epochs" for kind, shown in KINDS.items()}
    found = {shown: report(kept["codes"][name]) for shown, name in names.items() if name in kept["codes"]}
    return found | {"SASRec": report(kept["attention"]["softmax"]) if epochs == SHORT else long_sasrec()}


def long_sasrec() -> Report:
    """SASRec with identities as chapter 08 trained it, 20 epochs."""
    return Report({"ndcg@10": np.array(stored("sequences")["results"]["test"]["SASRec"]["per_user"])})


def on_hidden() -> dict[str, np.ndarray]:
    """NDCG@10 among hidden films by model: ``(sets, users)``, NaN for a user with nothing to find in a set."""
    sets = list(stored("generative")["results"]["hidden"].values())
    return {name: np.array([one["per_user"][name] for one in sets], float) for name in sets[0]["per_user"]}


def places_of_hidden() -> dict[str, float]:
    """By model the mean share of everybody's ten places that hidden films get; ``"of all"`` is their share of films."""
    sets = list(stored("generative")["results"]["hidden"].values())
    found = {name: float(np.mean([one["of ten"][name] for one in sets])) for name in sets[0]["of ten"]}
    return found | {"of all": float(np.mean([one["of all"] for one in sets]))}


def on_hidden_longer() -> dict[str, np.ndarray]:
    """As `on_hidden`, after 12 epochs in place of 4, with the targets as they are and exchanged."""
    sets = list(stored("generative")["results"]["hidden, 12 epochs"].values())
    return {name: np.array([one[name]["per_user"] for one in sets], float) for name in sets[0]}


def lost_by_code() -> np.ndarray:
    """How many bits of its chance a hidden film loses at each code, more than a known film does: ``(codes,)``.

    The mean over hidden sets of what `recbook experiment generative` measures under ``lost``.
    """
    sets = stored("generative")["results"]["lost"].values()
    return np.mean([np.subtract(one["known"], one["hidden"]) for one in sets], axis=0)


def ridge_on_codes() -> np.ndarray:
    """NDCG@10 among hidden films of a ridge regression on the codes: ``(sets, users)``, as `on_hidden`."""
    return np.array([one["per_user"] for one in stored("generative")["results"]["ridge on codes"].values()], float)
