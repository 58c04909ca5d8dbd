"""A small call of each figure of chapter 14 on explaining, privacy, wrong data and measures."""

from __future__ import annotations

from recbook.chapters.trends import figures_b as figures

METHODS = {"saliency": {"agreement": 0.1, "found": 0.9}, "Shapley values": {"agreement": 0.9, "found": 0.8}}
SHARES = {
    "methods": {"Shapley values": {"its cause": 0.3, "bystander": 0.1}},
    "other features": {"Shapley values": 0.05},
}
LOST = {"lost": {"random films": {"1": 0.1, "4": 0.2}, "latest films": {"1": 0.2, "4": 0.5}}}
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
}  # fmt: skip

DRAWS = {
    "methods": lambda: figures.methods({"0": {"methods": METHODS}, "1": {"methods": METHODS}}),
    "bystander": lambda: figures.bystander({"0": {"50": SHARES, "200": SHARES}}),
    "lost": lambda: figures.lost(dict.fromkeys(("item-kNN", "EASE", "autoencoder", "SASRec"), LOST)),
    "members": lambda: figures.members({"EASE": {"attack": [0.8, 0.9], "control": [0.5, 0.5]}}),
    "promises": lambda: figures.promises(NOISY, NOISY, {"popularity": 0.045, "EASE": 0.07}),
    "federated": lambda: figures.federated({kind: {"0": {"test": 0.05}, "1": {"test": 0.06}} for kind in KINDS}, 0.045),
    "costs": lambda: figures.costs({"films": WORLD, "shop": WORLD}),
    "bought": lambda: figures.bought({"films": WORLD, "shop": WORLD}, "random items"),
    "ranks": lambda: figures.ranks({"films": PLACES}),
}  # fmt: skip
