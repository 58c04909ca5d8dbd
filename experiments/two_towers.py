"""Two losses for the two-tower model on MovieLens-100K, in Keras; `recbook experiment two_towers` runs this.

Sampled softmax and sigmoid cross-entropy with as many settings each, on validation only. On one thread this takes about
ten minutes. `experiments/towers.py` measures what the model is worth.
"""

from __future__ import annotations

import os

# One thread everywhere: sums come out in the same order. TensorFlow reads its own two when it is imported.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1", TF_CPP_MIN_LOG_LEVEL="3")
os.environ.update(TF_NUM_INTRAOP_THREADS="1", TF_NUM_INTEROP_THREADS="1", CUDA_VISIBLE_DEVICES="")

import time
from dataclasses import asdict, replace
from typing import Any

import numpy as np

import recbook
from recbook.data import Interactions, Split, leave_one_out
from recbook.evaluation import evaluate
from recbook.models.towers import TowerSettings, centred
from recbook.results import store
from recbook.text import TextEncoder
from recbook.tf.dot import DotRecommender

NDCG = "ndcg@10"
SEEDS = range(3)
# A first look had 0.002 among the rates and 0.25 among the weights: the best lay at the other end.
RATES = (4e-3, 7e-3, 1.2e-2, 2e-2)
GRIDS: dict[str, tuple[str, tuple]] = {
    "softmax": ("negatives", (64, 256, 1024)),
    "sigmoid": ("negative_weight", (1.0, 4.0, 16.0)),
}


def main() -> None:
    ratings = recbook.load("ml-100k")
    split, features = leave_one_out(ratings), title_features(ratings)
    grids = {loss: grid(split, loss) for loss in GRIDS}
    best = {loss: best_of(found, loss) for loss, found in grids.items()}
    results = {"grid": grids, "both": both_by_loss(split, features, best)}
    settings = {
        "data": "ml-100k", "seeds": list(SEEDS),
        "best_of_grid": {loss: asdict(chosen) for loss, chosen in best.items()},
    }  # fmt: skip
    print(store("two_towers", settings, results, packages=("tensorflow-cpu", "keras", "numpy")))


def say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", flush=True)


def title_features(ratings: Interactions) -> np.ndarray:
    assert ratings.items is not None
    return centred(TextEncoder().encode(list(ratings.items["display_title"])))


def grid(split: Split, loss: str) -> dict[str, Any]:
    """Validation NDCG@10 with identities only and one seed: a row a rate, a column a value of the second setting."""
    name, values = GRIDS[loss]
    found = np.zeros((len(RATES), len(values)))
    for row, rate in enumerate(RATES):
        for column, value in enumerate(values):
            settings = replace(TowerSettings(text=False, loss=loss, learning_rate=rate), **{name: value})
            found[row, column] = evaluate(DotRecommender(None, settings).fit(split.train), split, on="valid")[NDCG]
            say(f"{loss} rate {rate} {name} {value}: {found[row, column]:.4f}")
    return {"rates": RATES, name: values, NDCG: found}


def best_of(found: dict[str, Any], loss: str) -> TowerSettings:
    """The settings of the best cell of a grid."""
    name, values = GRIDS[loss]
    row, column = np.unravel_index(np.argmax(found[NDCG]), found[NDCG].shape)
    return replace(TowerSettings(loss=loss, learning_rate=RATES[row]), **{name: values[column]})


def both_by_loss(split: Split, features: np.ndarray, best: dict[str, TowerSettings]) -> dict[str, list[float]]:
    """Validation NDCG@10 of towers with identities and text by each loss's best settings: one number a seed."""
    found: dict[str, list[float]] = {}
    for loss, settings in best.items():
        fitted = [DotRecommender(features, settings, seed).fit(split.train) for seed in SEEDS]
        found[loss] = [evaluate(model, split, on="valid")[NDCG] for model in fitted]
        say(f"both, {loss}: {np.round(found[loss], 4)}")
    return found


if __name__ == "__main__":
    main()
