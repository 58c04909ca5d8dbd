"""A small sample of every figure of chapter 05."""

import numpy as np

from recbook.chapters.features import figures

DRAWS = {
    "judged": lambda: figures.judged(
        {way: {"agreement on news": (0.5, 0.4, 0.6), "genres in common": (0.2, 0.1, 0.3)} for way in ("mean", "words")}
        | {way: {"agreement on news": (-0.4, -0.5, -0.3), "genres in common": (0, 0, 0)} for way in ("CLS", "maximum")},
        mark="mean",
        sizes={"agreement on news": 50, "genres in common": 900},
    ),
    "cosines": lambda: figures.cosines({"centred": {"mean": np.array([0.1, 0.5]), "CLS": np.array([0.2, 0.9])}}),
    "fewer_numbers": lambda: figures.fewer_numbers(
        [8, 16], {"news": {"principal": np.array([0.1, 0.3])}}, full=384, whole={"news": 0.4}
    ),
    "tuning_paths": lambda: figures.tuning_paths(
        {"linear": {"warm": {"curves": {"warm": [0.01, 0.02], "hidden": [0.2, 0.1]}}}}, [0, 100]
    ),
    "posters": lambda: figures.posters(np.zeros((2, 32, 32, 3)), ["Horror", "Comedy"], 8),
    "decision_tree": lambda: figures.decision_tree(),
}
