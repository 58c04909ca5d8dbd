"""Run by RecBole's Python, not by the course's: the course's metrics by RecBole's evaluator and by ranx.

``python metrics.py '{"file": …, "k": 10, "repeats": 5}'``: the file holds scores ``(n_users, n_items)`` and the cells
``(2, n)`` that are relevant and those that are never ranked. Prints one line of JSON: for each library the values of
each user and the shortest of several times, on one thread.

All are given the same scores, and the masks in the form that suits each best, made before the clock starts. From there
the clock runs until all six metrics are there:

* RecBole: its collector and evaluator, batch by batch as its trainer calls them: scores are masked, the collector
  ranks, the evaluator measures. Its ``eval_batch_size`` counts pairs of a user and an item, so its default of 4,096
  makes batches of two users here; and it joins a growing table to each of them. The second time all users are one
  batch. Its data loader and its model, which the trainer calls as well, are not timed.
* ranx takes ranked lists and not scores. NumPy makes them (`argpartition`, then a sort of k), and ranx gets them as
  arrays, its fastest way in. Time without the ranking, and time of a `Run` made of a dict of every film that may be
  ranked, as its documentation has it, are told apart among the facts.

Where definitions differ:

* ties: the course ranks the lower item index first. RecBole takes `torch.topk`, which promises no order among equal
  scores. ranx keeps the order of the lists that it is given as arrays; here that is `argpartition`'s, which promises
  none either. So values may differ for users whose k-th score, or whose relevant item's, is that of another item;
* average precision: ranx divides by the number of relevant items, the course and RecBole by min(k, that number); the
  same while no user has more than k;
* precision: the course divides by the items that could be ranked where these are fewer than k; both others by k;
* items at ``-inf``: the course never ranks them; RecBole and ranx rank them last, so they count where a list is longer
  than what is left to rank.
"""

from __future__ import annotations

import json
import sys
import timeit
from collections.abc import Callable
from importlib import metadata
from typing import Any

import numba
import numpy as np
import ranx
import torch
from recbole.config import Config
from recbole.evaluator import Collector, Evaluator

DEFAULT_BATCH = 4096  # RecBole's eval_batch_size: pairs of a user and an item
RECBOLE = {"ndcg": "ndcg", "hit": "hit", "mrr": "mrr", "map": "map", "precision": "precision", "recall": "recall"}
RANX = RECBOLE | {"hit": "hit_rate"}
Values = dict[str, np.ndarray]


def main() -> None:
    task = json.loads(sys.argv[1])
    torch.set_num_threads(1)
    numba.set_num_threads(1)
    with np.load(task["file"]) as file:
        scores, relevant, exclude = file["scores"], file["relevant"], file["exclude"]
    k, repeats = task["k"], task["repeats"]
    two_users = max(DEFAULT_BATCH // (scores.shape[1] + 1), 1)
    found = {
        "RecBole, its default batch": recbole(scores, relevant, exclude, k, two_users, repeats),
        "RecBole, one batch": recbole(scores, relevant, exclude, k, len(scores), repeats),
        "ranx": by_ranx(scores, relevant, exclude, k, repeats),
    }
    print(json.dumps(found))


def shortest(step: Callable[[], Any], repeats: int) -> float:
    return min(timeit.repeat(step, number=1, repeat=repeats))


# RecBole


def recbole(
    scores: np.ndarray, relevant: np.ndarray, exclude: np.ndarray, k: int, size: int, repeats: int
) -> dict[str, Any]:
    """RecBole counts items from 1, 0 is its padding; so a column stands before the scores."""
    config = Config(
        model="Pop", dataset="course",
        config_dict={"metrics": list(RECBOLE.values()), "topk": [k], "metric_decimal_place": 15, "use_gpu": False,
                     "eval_args": {"mode": "full"}, "state": "ERROR"},
    )  # fmt: skip
    collector, evaluator = Collector(config), Evaluator(config)
    table = torch.from_numpy(np.pad(scores, ((0, 0), (1, 0))))
    positive, history = in_batches(relevant, len(scores), size), in_batches(exclude, len(scores), size)
    parts = list(zip(table.split(size), history, positive, strict=True))

    def collected() -> Any:
        for whole, masked, wanted in parts:
            batch = whole.clone()  # the model's output, which RecBole masks in place
            batch[:, 0] = -np.inf
            batch[masked] = -np.inf
            collector.eval_batch_collect(batch, None, *wanted)
        return collector.get_data_struct()

    values = {name: per_user(evaluator, metric, collected()) for name, metric in RECBOLE.items()}
    seconds = shortest(lambda: evaluator.evaluate(collected()), repeats)
    return answer(values, seconds, k, {"users a batch": size, "recbole": metadata.version("recbole")})


def in_batches(cells: np.ndarray, n_users: int, size: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """For each batch its rows and RecBole's item numbers."""
    found = []
    for start in range(0, n_users, size):
        users, items = cells[:, (cells[0] >= start) & (cells[0] < start + size)]
        found.append((torch.from_numpy(users - start), torch.from_numpy(items + 1)))
    return found


def per_user(evaluator: Any, metric: str, collected: Any) -> np.ndarray:
    """RecBole prints means alone; each user's value at k is the last column of what they are means of."""
    of = evaluator.metric_class[metric]
    hits, n_relevant = of.used_info(collected)
    needs = (hits,) if metric in ("hit", "mrr", "precision") else (hits, n_relevant)
    return np.asarray(of.metric_info(*needs)[:, -1], np.float64)


# ranx


def by_ranx(scores: np.ndarray, relevant: np.ndarray, exclude: np.ndarray, k: int, repeats: int) -> dict[str, Any]:
    names = [f"{metric}@{k}" for metric in RANX.values()]
    qrels = truth(relevant, len(scores))

    def measured(lists: np.ndarray) -> Any:
        return ranx.evaluate(qrels, lists, names, return_mean=False, threads=1)

    lists = ranked(scores, exclude, k)
    values = measured(lists)  # compiles, too
    facts = {
        "without the ranking": shortest(lambda: measured(lists), repeats),
        "from dicts of every film": from_dicts(scores, relevant, exclude, names),
        "ranx": metadata.version("ranx"),
    }
    seconds = shortest(lambda: measured(ranked(scores, exclude, k)), repeats)
    return answer({name: values[f"{metric}@{k}"] for name, metric in RANX.items()}, seconds, k, facts)


def truth(relevant: np.ndarray, n_users: int) -> Any:
    """Each user's relevant items, ``(n, 2)`` item and 1, as ranx holds them."""
    found = numba.typed.List()
    for user in range(n_users):
        items = relevant[1, relevant[0] == user]
        found.append(np.column_stack([items, np.ones(len(items))]).astype(np.float64))
    return found


def ranked(scores: np.ndarray, exclude: np.ndarray, k: int) -> np.ndarray:
    """Each user's k best items and their scores, best first: float64 ``(n_users, k, 2)``."""
    masked = scores.copy()
    masked[exclude[0], exclude[1]] = -np.inf
    best = np.argpartition(-masked, k - 1, axis=1)[:, :k]
    values = np.take_along_axis(masked, best, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    return np.stack([np.take_along_axis(part, order, axis=1).astype(np.float64) for part in (best, values)], axis=2)


def from_dicts(scores: np.ndarray, relevant: np.ndarray, exclude: np.ndarray, names: list[str]) -> float:
    """Seconds by `Qrels` and `Run`, the way that ranx's documentation shows; the second run, when it is compiled."""
    masked = scores.copy()
    masked[exclude[0], exclude[1]] = -np.inf
    users = [str(user) for user in range(len(scores))]
    films = np.array([str(item) for item in range(scores.shape[1])])
    qrels = ranx.Qrels({users[user]: {} for user in range(len(users))} | _wanted(relevant))

    def step() -> Any:
        run = {}
        for user, row in zip(users, masked, strict=True):
            rankable = np.isfinite(row)
            run[user] = dict(zip(films[rankable].tolist(), row[rankable].tolist(), strict=True))
        return ranx.evaluate(qrels, ranx.Run(run), names, threads=1)

    return shortest(step, 2)


def _wanted(relevant: np.ndarray) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for user, item in relevant.T.tolist():
        found.setdefault(str(user), {})[str(item)] = 1
    return found


def answer(values: Values, seconds: float, k: int, facts: dict[str, Any]) -> dict[str, Any]:
    per_user = {f"{name}@{k}": np.asarray(value).tolist() for name, value in values.items()}
    return {"per_user": per_user, "seconds": seconds, "facts": facts}


if __name__ == "__main__":
    main()
