"""Transformers on histories, beside everything simpler (chapters 08 and 09).

`recbook experiment sequences` runs this.
Everything that is chosen is chosen on validation; the test films are for the table at the end. Each model of ``test``
and each change of ``details`` is a part of its own: ``recbook experiment sequences test/SASRec``, for example.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import cache, partial
from typing import Any

import numpy as np

import recbook
from recbook.data import Split, leave_one_out
from recbook.evaluation import evaluate
from recbook.experiments import say
from recbook.models import EASE, Item2Vec, ItemKNN, Popularity
from recbook.models.dot import DotRecommender
from recbook.models.sequences import BERT4Rec, SASRec, SequenceSettings, Windows, windows
from recbook.models.towers import centred
from recbook.text.films import title_features

NDCG, HIT, MRR = "ndcg@10", "hit@10", "mrr@10"
SEEDS = range(3)
NO_SEED = ("popularity", "item-kNN", "item-kNN, last films", "EASE", "EASE, last films")
BASE = SequenceSettings()
BERT = replace(BASE, text=False, length=10)  # the best of `sequence_search`, on validation
# One change at a time from BASE without text, so that only the change differs; trained shorter, as there are many.
DETAILS_BASE = replace(BASE, text=False, epochs=8)
DETAILS: dict[str, dict[str, dict[str, Any]]] = {
    "as it is": {"": {}},
    "length": {str(n): {"length": n} for n in (10, 100)},
    # The control of length 10: as many steps an epoch, each from as many targets, but with the whole past.
    "rows in a batch": {"16": {"batch_size": 16}},
    "dropout": {str(p): {"dropout": p} for p in (0.0, 0.5)},
    "layers": {"1": {"layers": 1}},
    "output table": {"of its own": {"tied": False}},
    "loss": {"one negative": {"negatives": 1}, "100 negatives": {"negatives": 100}},
    "averaging": {"none": {"averaged": 0.0}, "none, falling rate": {"averaged": 0.0, "falls": True}},
}
# Does what wins in a short training win in a long one? Beside "SASRec" among the tests, which has BASE's length.
LONG_DETAILS: dict[str, dict[str, dict[str, Any]]] = {"length": {"10": {"length": 10}}}


class UntrainedPlace(BERT4Rec):
    """The control of what a place costs that no row trains: BERT4Rec on rows only as long as what it reads.

    Whoever has a longer history than that is then recommended from a mask at a place that no row reached.
    """

    def _windows(self, sequences: list[np.ndarray], rng: np.random.Generator) -> Windows:
        return windows(sequences, self.settings.length, rng=rng)


@cache
def data() -> tuple[Split, np.ndarray, np.ndarray]:
    """The split, the features of the films, and as many random ones."""
    ratings = recbook.load("ml-100k")
    titles = title_features(ratings.items)
    return leave_one_out(ratings), titles, centred(np.random.default_rng(0).normal(size=titles.shape))


# The last table: every kind of model of the course, on the test films


def on_test() -> dict[str, Callable[[], Any]]:
    identity, text = replace(BASE, text=False), replace(BASE, identity=False)
    makers: dict[str, Callable[[int], Any]] = {
        "popularity": lambda seed: Popularity(),
        "item-kNN": lambda seed: ItemKNN(),
        "item-kNN, last films": lambda seed: ItemKNN.recent(),
        "EASE": lambda seed: EASE(),
        "EASE, last films": lambda seed: EASE.recent(),
        "item2vec": lambda seed: Item2Vec(seed=seed),
        "two towers": lambda seed: DotRecommender(data()[1], seed=seed),
        "BERT4Rec": lambda seed: BERT4Rec(None, BERT, seed),
        "SASRec": lambda seed: SASRec(None, identity, seed),
        "SASRec, text": lambda seed: SASRec(data()[1], text, seed),
        "SASRec, both": lambda seed: SASRec(data()[1], BASE, seed),
        "SASRec, random codes": lambda seed: SASRec(data()[2], BASE, seed),
    }
    return {name: partial(on_test_films, name, maker) for name, maker in makers.items()}


def on_test_films(name: str, maker: Callable[[int], Any]) -> dict[str, Any]:
    """Three seeds (one where a model has none): means, each user's mean over the seeds, seconds of CPU to fit."""
    split, reports, seconds = data()[0], [], []
    for seed in [0] if name in NO_SEED else SEEDS:
        start = time.process_time()
        model = maker(seed).fit(split.train)
        seconds.append(time.process_time() - start)
        reports.append((evaluate(model, split, on="valid"), evaluate(model, split)))
    found = {
        "valid": [valid[NDCG] for valid, _ in reports],
        "test": [test[NDCG] for _, test in reports],
        "hit": float(np.mean([test[HIT] for _, test in reports])),
        "mrr": float(np.mean([test[MRR] for _, test in reports])),
        "seconds": float(np.median(seconds)),
        "per_user": np.mean([test.per_user[NDCG] for _, test in reports], axis=0),
    }
    say(f"{name}: {np.round(found['test'], 4)}, {found['seconds']:.1f} s")
    return found


# What decides: one change at a time, on validation


def details() -> dict[str, Any]:
    changes = {
        "SASRec": (SASRec, DETAILS_BASE, DETAILS),
        "SASRec, all epochs": (SASRec, replace(BASE, text=False), LONG_DETAILS),
    }
    return {
        name: {
            what: {value: partial(on_valid, kind, replace(base, **change)) for value, change in values.items()}
            for what, values in of.items()
        }
        for name, (kind, base, of) in changes.items()
    }


def on_valid(kind: type, chosen: SequenceSettings) -> list[float]:
    split, scores = data()[0], []
    for seed in SEEDS:
        model = kind(None, chosen, seed).fit(split.train)
        scores.append(evaluate(model, split, on="valid")[NDCG])
    say(f"{kind.__name__} {chosen}: {np.round(scores, 4)}")
    return scores


MINUTES = 60
PACKAGES = ("numpy", "scipy", "torch", "gensim")
SETTINGS = {"data": "ml-100k", "seeds": list(SEEDS), "sequences": asdict(BASE), "details": asdict(DETAILS_BASE),
            "bert": {"length": BERT.length, "epochs": BERT.epochs}}  # fmt: skip
PARTS = {"test": on_test(), "details": details()}
