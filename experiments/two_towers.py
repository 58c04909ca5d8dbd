"""Two losses for the two-tower model on MovieLens-100K, and three switches for speed, in Keras (chapter 06).

`recbook experiment two_towers` runs this.
Sampled softmax and sigmoid cross-entropy with as many settings each, on validation only. `experiments/towers.py`
measures what the model is worth. The switches are timed on the way with the chapter's settings.
"""

from __future__ import annotations

import os

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="")

import time
from dataclasses import asdict, replace
from functools import cache, partial
from typing import Any

import keras
import numpy as np

import recbook
from recbook.data import Split, leave_one_out
from recbook.evaluation import evaluate
from recbook.experiments import measured, say
from recbook.models.towers import TowerSettings, start_weights, user_features
from recbook.text.films import title_features
from recbook.tf.dot import DotRecommender, TwoTower, adam, as_dataset

NDCG = "ndcg@10"
SEEDS = range(3)
# A first look had 0.002 among the rates and 0.25 among the weights: the best lay at the other end.
RATES = (4e-3, 7e-3, 1.2e-2, 2e-2)
GRIDS: dict[str, tuple[str, tuple]] = {
    "softmax": ("negatives", (64, 256, 1024)),
    "sigmoid": ("negative_weight", (1.0, 4.0, 16.0)),
}
TIMED_EPOCHS = 9
SWITCHES: dict[str, dict[str, Any]] = {
    "no switch": {},
    "jit_compile": {"jit_compile": True},
    "mixed_bfloat16": {"policy": "mixed_bfloat16"},
    "cache": {"cached": True},
}


@cache
def data() -> tuple[Split, np.ndarray]:
    ratings = recbook.load("ml-100k")
    return leave_one_out(ratings), title_features(ratings.items)


def grid(loss: str) -> dict[str, Any]:
    """Validation NDCG@10 with identities only and one seed: a row a rate, a column a value of the second setting."""
    name, values = GRIDS[loss]
    split, found = data()[0], np.zeros((len(RATES), len(values)))
    for row, rate in enumerate(RATES):
        for column, value in enumerate(values):
            settings = replace(TowerSettings(text=False, loss=loss, learning_rate=rate), **{name: value})
            found[row, column] = evaluate(DotRecommender(None, settings).fit(split.train), split, on="valid")[NDCG]
            say(f"{loss} rate {rate} {name} {value}: {found[row, column]:.4f}")
    return {"rates": RATES, name: values, NDCG: found}


def best_of(loss: str) -> TowerSettings:
    """The settings of the best cell of a stored grid."""
    name, values = GRIDS[loss]
    found = np.array(measured("two_towers", f"grid/{loss}")[NDCG])
    row, column = np.unravel_index(np.argmax(found), found.shape)
    return replace(TowerSettings(loss=loss, learning_rate=RATES[row]), **{name: values[column]})


def both(loss: str) -> list[float]:
    """Validation NDCG@10 of towers with identities and text by a loss's best settings: one number a seed."""
    (split, features), settings = data(), best_of(loss)
    fitted = [DotRecommender(features, settings, seed).fit(split.train) for seed in SEEDS]
    found = [evaluate(model, split, on="valid")[NDCG] for model in fitted]
    say(f"both, {loss}: {np.round(found, 4)}")
    return found


def switched(policy: str = "float32", cached: bool = False, **options: Any) -> dict[str, float]:
    """CPU seconds of an epoch of towers with identities and text: the first, and the fastest of those after it.

    The fastest, since what disturbs an epoch only ever makes it longer. All threads of the process count.
    """
    (split, features), settings = data(), TowerSettings()
    keras.config.set_dtype_policy(policy)
    weights = start_weights(split.train.n_users, split.train.n_items, features.shape[1], settings)
    model = TwoTower(weights, user_features(split.train, features), features)
    model.compile(adam(split.train, settings), settings, **options)
    batches = as_dataset(split.train, replace(settings, epochs=1))
    batches = batches.cache() if cached else batches
    first, *later = [cpu_seconds(model, batches) for _ in range(TIMED_EPOCHS)]
    found = {"first": first, "later": min(later)}
    keras.config.set_dtype_policy("float32")
    say(f"{policy}, {options}, cached: {cached}: {found}")
    return found


def cpu_seconds(model: TwoTower, batches: Any) -> float:
    """What one epoch takes."""
    start = time.process_time()
    model.fit(batches, verbose=0, shuffle=False)
    return time.process_time() - start


MINUTES = 12
PACKAGES = ("tensorflow-cpu", "keras", "numpy")
SETTINGS = {"data": "ml-100k", "seeds": list(SEEDS)}
PARTS = {
    "grid": {loss: partial(grid, loss) for loss in GRIDS},
    "best_of_grid": {loss: lambda loss=loss: asdict(best_of(loss)) for loss in GRIDS},
    "both": {loss: partial(both, loss) for loss in GRIDS},
    "switches": {name: partial(switched, **options) for name, options in SWITCHES.items()},
}
