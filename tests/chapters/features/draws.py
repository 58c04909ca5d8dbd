"""A small sample of every figure of chapter 05."""

import numpy as np

from recbook.chapters.features import figures

TEXTS = ("title", "sentence")
DRAWS = {
    "judged": lambda: figures.judged(
        {way: {"agreement on news": (0.5, 0.4, 0.6), "genres in common": (0.2, 0.1, 0.3)} for way in ("mean", "words")}
        | {way: {"agreement on news": (-0.4, -0.5, -0.3), "genres in common": (0, 0, 0)} for way in ("CLS", "maximum")},
        mark="mean",
        sizes={"agreement on news": 50, "genres in common": 900},
    ),
    "texts_matter": lambda: figures.texts_matter(
        dict.fromkeys(TEXTS, 0.2), dict.fromkeys(TEXTS, 0.18), {"sentence": (0.01, 0.03)}, chance=0.04
    ),
    "centring": lambda: figures.centring(np.array([[3.0, 1], [3, -1], [4, 0.5], [2, -0.5]])),
    "depths": lambda: figures.depths(),
    "two_aims": lambda: figures.two_aims(
        {"linear": {"hidden": (0.02, 0.2), "warm": (0.035, 0.16)}},
        (0.015, 0.18),
        {"EASE": 0.07},
        chance=0.04,
        richer=0.22,
    ),
    "cosines": lambda: figures.cosines({"centred": {"mean": np.array([0.1, 0.5]), "CLS": np.array([0.2, 0.9])}}),
    "fewer_numbers": lambda: figures.fewer_numbers(
        [8, 16], {"news": {"principal": np.array([0.1, 0.3])}}, full=384, whole={"news": 0.4}
    ),
    "nested": lambda: figures.nested([8, 384], {"nested": [0.1, 0.2], "plain, first": [0.05, 0.2]}, best="nested"),
    "tuning_paths": lambda: figures.tuning_paths(
        {"linear": {"warm": {"curves": {"warm": [0.01, 0.02], "hidden": [0.2, 0.1]}}}}, [0, 100]
    ),
    "posters": lambda: figures.posters(np.zeros((2, 32, 32, 3)), ["Horror", "Comedy"], 8),
    "decision_tree": lambda: figures.decision_tree(),
}
