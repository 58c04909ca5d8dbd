"""Transformers on histories, beside everything simpler; `recbook experiment sequences` runs this (chapter 08).

Everything that is chosen is chosen on validation; the test films are for the table at the end. On one thread this
takes more than an hour. Each model is stored when it is measured, and what is stored under the same settings is kept:
a run that was stopped goes on from there. ``recbook experiment sequences test`` measures one part, ``details`` the
other, and ``--again`` measures what is stored too.
"""

from __future__ import annotations

import os

# One thread everywhere: the seconds mean the same on any machine, and sums come out in the same order.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1", VECLIB_MAXIMUM_THREADS="1")

import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from typing import Any

import numpy as np

import recbook
from recbook.data import Interactions, Split, leave_one_out
from recbook.data.histories import recency
from recbook.evaluation import evaluate
from recbook.models import EASE, Item2Vec, ItemKNN, Popularity
from recbook.models.dot import DotRecommender
from recbook.models.sequences import BERT4Rec, SASRec, SequenceSettings
from recbook.models.towers import centred
from recbook.results import rounded, store, stored, stored_names
from recbook.text import TextEncoder

Path = tuple[str, ...]
NDCG, HIT, MRR = "ndcg@10", "hit@10", "mrr@10"
SEEDS = range(3)
EASE_HALF_LIFE = 8.0  # chosen on the validation films, as in chapters 02 and 03
BASE = SequenceSettings()
BERT_EPOCHS = 30  # a masked row has fewer targets, so an epoch costs less and teaches less
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
BERT_DETAILS: dict[str, dict[str, dict[str, Any]]] = {
    "rows cut short": {f"{share:.0%}": {"last": share} for share in (0.0, 0.2, 0.5, 0.8)},
}
# Does what wins in a short training win in a long one? Beside "SASRec" among the tests, which has BASE's length.
LONG_DETAILS: dict[str, dict[str, dict[str, Any]]] = {"length": {"10": {"length": 10}}}


def main() -> None:
    ratings = recbook.load("ml-100k")
    split, titles = leave_one_out(ratings), title_features(ratings)
    tasks = {"test": on_test(split, titles), "details": details(split)}
    chosen = [name for name in sys.argv[1:] if name in tasks] or list(tasks)
    order = [path for of in tasks.values() for path in of]
    for part in chosen:
        for path, measure in tasks[part].items():
            if "--again" in sys.argv or path not in flat(kept()):
                keep(path, measure(), order)


def kept() -> dict[str, Any]:
    """What is stored under the settings of now. Read anew each time: two parts may be measured at once."""
    found = stored("sequences") if "sequences" in stored_names() else {"settings": None}
    return found["results"] if found["settings"] == rounded(settings()) else {}


def keep(path: Path, value: Any, order: list[Path]) -> None:
    """Store one measurement beside the others, in ``order``."""
    found = flat(kept()) | {path: value}
    results: dict[str, Any] = {}
    for known in order:
        if known in found:
            inner = results
            for key in known[:-1]:
                inner = inner.setdefault(key, {})
            inner[known[-1]] = found[known]
    store("sequences", settings(), results, ("numpy", "scipy", "torch", "gensim"))


def flat(results: dict[str, Any]) -> dict[Path, Any]:
    """The measurements by their paths: ("test", model) or ("details", model, what, value)."""
    tests = {("test", name): of for name, of in results.get("test", {}).items()}
    return tests | {
        ("details", name, what, value): scores
        for name, of in results.get("details", {}).items()
        for what, values in of.items()
        for value, scores in values.items()
    }


def settings() -> dict[str, Any]:
    return {"data": "ml-100k", "seeds": list(SEEDS), "sequences": asdict(BASE), "details": asdict(DETAILS_BASE),
            "bert_epochs": BERT_EPOCHS}  # fmt: skip


def title_features(ratings: Interactions) -> np.ndarray:
    assert ratings.items is not None
    return centred(TextEncoder().encode(list(ratings.items["display_title"])))


# The last table: every kind of model of the course, on the test films


def on_test(split: Split, titles: np.ndarray) -> dict[Path, Callable[[], Any]]:
    noise = centred(np.random.default_rng(0).normal(size=titles.shape).astype(np.float32))
    identity, text = replace(BASE, text=False), replace(BASE, identity=False)
    makers: dict[str, Callable[[int], Any]] = {
        "popularity": lambda seed: Popularity(),
        "item-kNN": lambda seed: ItemKNN(),
        "EASE": lambda seed: EASE(),
        "EASE, last films": lambda seed: LastFilms(),
        "item2vec": lambda seed: Item2Vec(seed=seed),
        "two towers": lambda seed: DotRecommender(titles, seed=seed),
        "BERT4Rec": lambda seed: BERT4Rec(None, replace(identity, epochs=BERT_EPOCHS), seed),
        "SASRec": lambda seed: SASRec(None, identity, seed),
        "SASRec, text": lambda seed: SASRec(titles, text, seed),
        "SASRec, both": lambda seed: SASRec(titles, BASE, seed),
        "SASRec, random codes": lambda seed: SASRec(noise, BASE, seed),
    }
    return {("test", name): partial(measured, name, maker, split) for name, maker in makers.items()}


def measured(name: str, maker: Callable[[int], Any], split: Split) -> dict[str, Any]:
    """Three seeds (one where a model has none): means, each user's mean over the seeds, seconds of CPU to fit."""
    reports, seconds = [], []
    for seed in SEEDS if name not in ("popularity", "item-kNN", "EASE", "EASE, last films") else [0]:
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
    print(f"{time.strftime('%H:%M:%S')} {name}: {np.round(found['test'], 4)}, {found['seconds']:.1f} s", flush=True)
    return found


class LastFilms(EASE):
    """EASE whose scores come from a history in which the last films weigh most."""

    def score(self, users: np.ndarray, history: Interactions | None = None) -> np.ndarray:
        assert history is not None
        return np.asarray((recency(history, EASE_HALF_LIFE) @ self.weights_)[users], np.float32)


# What decides: one change at a time, on validation


def details(split: Split) -> dict[Path, Callable[[], Any]]:
    changes = {
        "SASRec": (SASRec, DETAILS_BASE, DETAILS),
        "BERT4Rec": (BERT4Rec, DETAILS_BASE, BERT_DETAILS),
        "SASRec, all epochs": (SASRec, replace(BASE, text=False), LONG_DETAILS),
    }
    return {
        ("details", name, what, value): partial(on_valid, kind, replace(base, **change), split)
        for name, (kind, base, of) in changes.items()
        for what, values in of.items()
        for value, change in values.items()
    }


def on_valid(kind: type, chosen: SequenceSettings, split: Split) -> list[float]:
    scores = []
    for seed in SEEDS:
        model = kind(None, chosen, seed).fit(split.train)
        scores.append(evaluate(model, split, on="valid")[NDCG])
    print(f"{time.strftime('%H:%M:%S')} {kind.__name__} {chosen}: {np.round(scores, 4)}", flush=True)
    return scores


if __name__ == "__main__":
    main()
