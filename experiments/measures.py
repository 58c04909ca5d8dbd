"""Every measure of chapter 09 over the models of the course, on films and in a shop (chapter 14).

`recbook experiment measures` runs this.
Films: the last of each user. The shop: what a household buys in its last weeks, all of it, again, and for the first
time. Models have their usual settings, chosen in earlier chapters on validation; one seed each.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np

import recbook
from recbook.data import Split, by_week, leave_one_out
from recbook.data.prepare import genre_table
from recbook.evaluation import Report, beyond, evaluate, evaluate_tasks, gini
from recbook.evaluation.metrics import top_k
from recbook.experiments import load, say
from recbook.models import (
    EASE,
    DotRecommender,
    Item2Vec,
    ItemKNN,
    OwnFrequency,
    Popularity,
    SASRec,
    SequenceSettings,
    TowerSettings,
)
from recbook.models.autoencoder import Autoencoder

RANKED = ("ndcg@10", "hit@10", "mrr@10", "map@10", "precision@10", "recall@10")
VALID, TEST, BUYERS = 44, 49, 100
HALF_LIFE, WEEKS = 16.0, 4
K = 10
SEQUENCE = SequenceSettings(text=False, length=10, epochs=12)


class Random(Popularity):
    """A random order for each user: the floor of every measure, and the ceiling of some."""

    def score(self, users: np.ndarray, history: Any = None) -> np.ndarray:
        drawn = [np.random.default_rng([int(user), 9]).random(self.log_.n_items, np.float32) for user in users]
        return np.stack(drawn)


@cache
def films() -> Split:
    return leave_one_out(recbook.load("ml-100k"))


@cache
def shop() -> Split:
    log = recbook.data.bought_by(load("applications").goods(), BUYERS, before=TEST)
    return by_week(log, VALID, TEST, repeats="keep")


ON_FILMS: dict[str, Callable[[], Any]] = {
    "random": Random, "popularity": Popularity, "item-kNN": ItemKNN, "item-kNN, last films": ItemKNN.recent,
    "EASE": EASE, "EASE, last films": EASE.recent, "item2vec": Item2Vec, "autoencoder": Autoencoder,
    "two towers": lambda: DotRecommender(settings=TowerSettings(text=False)),
    "SASRec": lambda: SASRec(settings=SEQUENCE),
}  # fmt: skip
IN_SHOP: dict[str, Callable[[], Any]] = {
    "random": Random, "popularity": partial(Popularity, per_user=True),
    "popularity, last weeks": partial(Popularity, weeks=WEEKS, per_user=True), "own frequency": OwnFrequency,
    "recency frequency": partial(OwnFrequency, HALF_LIFE), "item-kNN": ItemKNN, "EASE": partial(EASE, 300.0),
    "item2vec": partial(Item2Vec, ordered=False), "autoencoder": Autoencoder,
}  # fmt: skip


def on_films(name: str) -> dict[str, Any]:
    model = ON_FILMS[name]().fit(films().train)
    report = evaluate(model, films())
    classes = genre_table(films().train.items).to_numpy(float)
    say(f"films, {name}: {report['ndcg@10']:.4f}")
    return ranked(report) | {"lists": of_lists(model, films(), classes, "new")}


def in_shop(name: str) -> dict[str, Any]:
    model = IN_SHOP[name]().fit(shop().train)
    reports = evaluate_tasks(model, shop())
    items = shop().train.items
    assert items is not None
    classes = (items["department"].to_numpy()[:, None] == np.unique(items["department"])).astype(float)
    say(f"shop, {name}: { {task: round(report['ndcg@10'], 4) for task, report in reports.items()} }")
    found: dict[str, Any] = {task: ranked(report) for task, report in reports.items()}
    for task in ("again", "new"):
        found[task]["per_user"] = thousandths(reports[task].per_user["ndcg@10"])
    return found | {"lists": {task: of_lists(model, shop(), classes, task) for task in ("all", "new")}}


def ranked(report: Report) -> dict[str, Any]:
    """Each measure's mean, and the interval of NDCG."""
    return {"mean": {name: report[name] for name in RANKED}, "interval": report.interval("ndcg@10")}


def thousandths(values: np.ndarray) -> list[int]:
    """Each user's value in whole thousandths, -1 where nothing was to be found: short in a file."""
    return np.where(np.isnan(values), -1, np.round(1000 * np.nan_to_num(values))).astype(int).tolist()


def of_lists(model: Any, split: Split, classes: np.ndarray, task: str) -> dict[str, float]:
    """What the lists of ten are besides right or wrong."""
    history = split.history()
    had, users = history.matrix(), np.arange(history.n_users)
    lists = top_k(model.score(users, history), K, exclude=had if task == "new" else None)
    counts = split.train.matrix().sum(axis=0)
    expected = top_k(np.tile(counts, (len(users), 1)), K, exclude=had if task == "new" else None)
    vectors = (split.train.matrix().T).toarray()
    return {
        "coverage": beyond.coverage(lists, history.n_items),
        "novelty": mean(beyond.novelty(lists, counts, history.n_users)),
        "diversity": mean(beyond.diversity(lists, vectors)),
        "serendipity": mean(beyond.serendipity(lists, split.wanted("test", task), expected)),
        "calibration": -mean(beyond.miscalibration(lists, had, classes)),
        "evenness": 1 - gini(beyond.exposure(lists, history.n_items)),
    }


def mean(values: np.ndarray) -> float:
    return float(np.nanmean(values))


MINUTES = 6
PACKAGES = ("numpy", "scipy", "torch", "gensim")
SETTINGS = {
    "shop": [VALID, TEST, BUYERS], "half-life": HALF_LIFE, "weeks": WEEKS, "k": K,
    "sequence": {"length": SEQUENCE.length, "epochs": SEQUENCE.epochs},
}  # fmt: skip
PARTS: dict[str, Any] = {
    "films": {name: partial(on_films, name) for name in ON_FILMS},
    "shop": {name: partial(in_shop, name) for name in IN_SHOP},
}
