"""A small call of every figure of chapter 14: the tests look at its alt text and its glyphs."""

from __future__ import annotations

import numpy as np

from recbook.chapters.trends import figures
from recbook.data import garments

SOME = garments.garments(3, np.random.default_rng(0))
LINE = (np.array([0.01, 1.0, 100.0]), np.array([0.2, 0.4, 0.3]))

METHODS = {"saliency": {"agreement": 0.1, "found": 0.9}, "Shapley values": {"agreement": 0.9, "found": 0.8}}
SHARES = {
    "methods": {"Shapley values": {"its cause": 0.3, "bystander": 0.1}},
    "other features": {"Shapley values": 0.05},
}
OUTSIDE = {"random films": {"1": 0.1, "4": 0.2}, "left out one by one": {"1": 0.3, "4": 0.7}}
LOST = {"lost": OUTSIDE | {"its own terms": {"1": 0.3, "4": 0.7}, "latest films": {"1": 0.2, "4": 0.5}}}
NOISY = {"0.25": {"seeds": [0.02, 0.03], "interval": [0.01, 0.04]}, "1": {"seeds": [0.04], "interval": [0.03, 0.05]}}
KINDS = ("central", "alike", "unlike", "alike, each alone", "unlike, each alone")
ROW = {"ndcg": 0.05, "more than half, dirty": [-0.01, 0.02]}
BOUGHT = dict.fromkeys(("half, dirty", "half, cleaned", "half, perfect", "all, dirty", "all, perfect"), ROW)
COSTS = {"0.1": {"EASE": {"ndcg": 0.06}}, "1": {"EASE": {"ndcg": 0.05}}}
PLACES = {"EASE": {"ndcg@10": 0.07, "coverage": 0.1}, "random": {"ndcg@10": 0.01, "coverage": 0.9}}
WORLD = {
    "clean": {"EASE": {"ndcg": 0.07}},
    "cost": dict.fromkeys(("random items", "rows lost"), COSTS),
    "bought": {"random items": BOUGHT},
}

DRAWS = {
    "cards": lambda: figures.cards(
        SOME.pictures(np.random.default_rng(0)), SOME.descriptions(), "red plain dress", columns=2
    ),
    "levels": lambda: figures.levels(
        {"text alone": (0.2, 0.18, 0.22), "early": (0.4, 0.37, 0.43), "random": (0.04, 0.03, 0.05)},
        ["random"],
        en="Each alone",
        zh="各自",
    ),
    "curves": lambda: figures.curves(
        {"both, as they are": LINE, "equal voice": LINE}, "frames", "share right", True, en="Both", zh="都用"
    ),
    "methods": lambda: figures.methods({"0": {"methods": METHODS}, "1": {"methods": METHODS}}),
    "bystander": lambda: figures.bystander({"0": {"50": SHARES, "200": SHARES}}),
    "lost": lambda: figures.lost(dict.fromkeys(("item-kNN", "EASE", "autoencoder", "SASRec"), LOST)),
    "members": lambda: figures.members({"EASE": {"attack": [0.8, 0.9], "control": [0.5, 0.5]}}),
    "promises": lambda: figures.promises(NOISY, NOISY, {"popularity": 0.045, "EASE": 0.07}),
    "federated": lambda: figures.federated({kind: {"0": {"test": 0.05}, "1": {"test": 0.06}} for kind in KINDS}, 0.045),
    "costs": lambda: figures.costs({"films": WORLD, "shop": WORLD}),
    "bought": lambda: figures.bought({"films": WORLD, "shop": WORLD}, "random items"),
    "ranks": lambda: figures.ranks({"films": PLACES}),
}
