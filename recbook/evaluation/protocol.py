"""The course's protocol: rank all items, mask what the user already has, report with an interval.

Users are ranked in batches, so that no table of all users and all items is ever made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from scipy import sparse

from recbook.data.interactions import Interactions
from recbook.data.split import Split
from recbook.evaluation.metrics import Matrix, Ranked, rank
from recbook.fitted import is_fitted
from recbook.tables import as_html

METRICS = {
    "ndcg": Ranked.ndcg,
    "hit": Ranked.hit_rate,
    "mrr": Ranked.reciprocal_rank,
    "map": Ranked.average_precision,
    "precision": Ranked.precision,
    "recall": Ranked.recall,
}

CELLS = 1 << 22
"""At most so many scores are held at once, 16 MB of float32; a model and the ranking take a few times as much. Four
times as many take twice as long: memory is then fetched anew for each batch."""


class Recommender(Protocol):
    """What every model of the course can do."""

    def fit(self, interactions: Interactions) -> Recommender:
        """Learn from the log; returns the model itself."""

    def score(self, users: np.ndarray, history: Interactions | None = None) -> np.ndarray:
        """float32 ``(len(users), n_items)``, higher is better, from ``history`` where the model can fold it in.

        A model that cannot says so by ``reads_history = False``.
        """


class Interval(NamedTuple):
    """The ends of a 95 % interval."""

    low: float
    high: float


def bootstrap(values: np.ndarray, n_resamples: int = 2000, seed: int = 0) -> Interval:
    """95 % percentile interval of the mean of ``values`` ``(n,)`` over resampled users (Efron 1979), NaN left out."""
    values = np.asarray(values, float)
    values = values[~np.isnan(values)]
    if not len(values):
        raise ValueError("There is no user to resample: every value is NaN.")
    # How often each user is drawn says as much as who is drawn, and makes the means one matrix product.
    counts = np.random.default_rng(seed).multinomial(len(values), np.full(len(values), 1 / len(values)), n_resamples)
    low, high = np.quantile(counts @ values / len(values), [0.025, 0.975])
    return Interval(float(low), float(high))


class Report:
    """Metrics of one model by name ("ndcg@10"): ``report[name]`` is the mean, ``report.per_user[name]`` the values.

    ``note`` is what a reader of the numbers has to know about how they were made, and stands below them.
    """

    def __init__(self, per_user: Mapping[str, np.ndarray], note: str = "") -> None:
        self.per_user, self.note = dict(per_user), note

    def __getitem__(self, metric: str) -> float:
        return float(np.nanmean(self._values(metric)))

    @property
    def n_users(self) -> int:
        """How many users were measured: those with something to find."""
        return int((~np.isnan(next(iter(self.per_user.values())))).sum())

    def interval(self, metric: str) -> Interval:
        """95 % bootstrap interval of the mean over users."""
        return bootstrap(self._values(metric))

    def difference(self, other: Report, metric: str) -> Interval:
        """95 % interval of this mean minus the other's, user by user: far narrower than comparing two intervals."""
        return bootstrap(self._values(metric) - other._values(metric))

    def _values(self, metric: str) -> np.ndarray:
        if metric not in self.per_user:
            raise KeyError(f"{metric!r} was not measured; this report has {', '.join(self.per_user)}.")
        return self.per_user[metric]

    def frame(self) -> Any:
        """A table with one row a metric: mean and the ends of its interval."""
        import pandas as pd

        rows = {name: (self[name], *self.interval(name)) for name in self.per_user}
        return pd.DataFrame.from_dict(rows, orient="index", columns=["mean", "low", "high"])

    def _repr_html_(self) -> str:
        return as_html(self.frame(), float_format="{:.4f}".format) + (self.note and f"<p>{self.note}</p>")

    def __repr__(self) -> str:
        return "\n".join(filter(None, (self.frame().to_string(float_format="{:.4f}".format), self.note)))


def evaluate_scores(scores: Matrix, relevant: Matrix, k: int = 10, exclude: Matrix | None = None) -> Report:
    """All metrics at ``k`` for one score matrix, by the rules of `recbook.evaluation.metrics`.

    Raises ValueError if no user has anything relevant.
    """
    ranked = rank(scores, relevant, k, exclude)
    if not ranked.n_relevant.any():
        raise ValueError("No user has a relevant item: there is nothing to measure.")
    return Report({f"{name}@{k}": metric(ranked) for name, metric in METRICS.items()})


READS = ("history", "train")


def shuffled_ties(scores: np.ndarray, relevant: Any, seed: int = 0) -> tuple[np.ndarray, Any]:
    """The columns of both ``(n_users, n_items)`` in one random order, the scores rounded to 9 digits.

    For `evaluate_scores` where items share all that a model knows of them: their scores are equal but for rounding, and
    then neither rounding nor the item's number decides, which in many logs tells how popular it is.
    """
    order = np.random.default_rng(seed).permutation(scores.shape[1])
    return scores[:, order].round(9), relevant[:, order]


def evaluate(
    model: Recommender, split: Split, on: str = "test", k: int = 10, task: str | None = None, reads: str = "history"
) -> Report:
    """Rank items for every user and compare with the part ``on`` of the split (``"valid"`` for choosing anything).

    All items are ranked, or the split's ``candidates``. ``task`` says what is to be found: "new", items that the user
    does not have; "again", those that the user has; "all", either; by default what the split asks for. With "new" the
    history (train; for test also valid) is masked for everybody.

    One rule for what a list is made from: every model is given that history, and all that can fold one in (EASE,
    item-kNN, item2vec, sequences) score from it. The others say ``reads_history = False``, and the report says so.
    ``reads="train"`` gives the rows of train alone, to compare with a library that scores from these.

    A model that has not been fitted yet is fitted on ``split.train`` first. It is asked for the users who have
    something to find, in batches of at most `CELLS` scores; all others get NaN. ValueError if there is no such user,
    or for a model that was fitted on a log with other ids.
    """
    task = split.task if task is None else task
    return evaluate_tasks(model, split, (task,), on, k, reads)[task]


def evaluate_tasks(
    model: Recommender,
    split: Split,
    tasks: Sequence[str] = ("all", "again", "new"),
    on: str = "test",
    k: int = 10,
    reads: str = "history",
) -> TaskReports:
    """`evaluate` for several tasks at once, each user scored once: one report a task, shown side by side."""
    if reads not in READS:
        raise ValueError(f"reads must be one of {', '.join(map(repr, READS))}; got {reads!r}.")
    history = split.history(on) if reads == "history" else split.train
    tables = {task: (split.wanted(on, task), split.masked(on, task)) for task in tasks}
    for task, (wanted, _) in tables.items():
        if not wanted.nnz:
            raise ValueError(f"No user has a relevant item in {on} for the task {task!r}: there is nothing to measure.")
    if not is_fitted(model):
        model.fit(split.train)
    _check_ids(model, history)
    found = {task: _Values(history.n_users) for task in tasks}
    for users in _batches(_with_something(wanted for wanted, _ in tables.values()), history.n_items):
        scores = _scores_of(model, users, history)
        for task, (wanted, masked) in tables.items():
            found[task].add(users, _ranked(scores, users, wanted, masked, split.candidates, k))
    return TaskReports({task: Report(found[task].at(k), _note(model, reads)) for task in tasks})


class _Values:
    """Every metric of every user, NaN where nothing was measured."""

    def __init__(self, n_users: int) -> None:
        self.of = {name: np.full(n_users, np.nan) for name in METRICS}

    def add(self, users: np.ndarray, ranked: Ranked) -> None:
        for name, metric in METRICS.items():
            self.of[name][users] = metric(ranked)

    def at(self, k: int) -> dict[str, np.ndarray]:
        return {f"{name}@{k}": values for name, values in self.of.items()}


def _note(model: Recommender, reads: str) -> str:
    if not getattr(model, "reads_history", True):
        return f"{type(model).__name__} does not read a history: it scores users as they were when it was fitted."
    return "Scored from the rows of train alone." if reads == "train" else ""


def _check_ids(model: Recommender, history: Interactions) -> None:
    """Indices mean what the ids of fit say: as many items with other ids would be scored without a word."""
    log = getattr(model, "log_", None)
    if not isinstance(log, Interactions):
        return
    for kind in ("item_ids", "user_ids"):
        ours, theirs = getattr(log, kind), getattr(history, kind)
        if ours is not theirs and not np.array_equal(ours, theirs):
            raise ValueError(
                f"This {type(model).__name__} was fitted on a log with other {kind.replace('_', ' ')} than the split's "
                f"({len(ours):,} and {len(theirs):,} of them). Fit it on split.train."
            )


def _with_something(wanted: Iterator[sparse.csr_array]) -> np.ndarray:
    """Users who have something to find in at least one of the tables: int64, ascending."""
    return np.flatnonzero(np.sum([np.diff(table.indptr) for table in wanted], axis=0))


def _batches(users: np.ndarray, n_items: int) -> list[np.ndarray]:
    size = max(1, CELLS // max(1, n_items))
    return [users[start : start + size] for start in range(0, len(users), size)]


def _scores_of(model: Recommender, users: np.ndarray, history: Interactions) -> np.ndarray:
    scores = model.score(users, history)
    if np.shape(scores) != (asked := (len(users), history.n_items)):
        raise ValueError(f"{type(model).__name__}.score must return {asked} (users, items); got {np.shape(scores)}.")
    return scores


def _ranked(
    scores: np.ndarray,
    users: np.ndarray,
    wanted: sparse.csr_array,
    masked: sparse.csr_array | None,
    candidates: np.ndarray | None,
    k: int,
) -> Ranked:
    wanted = wanted[users]
    masked = None if masked is None else masked[users]
    if candidates is not None:
        scores, wanted = scores[:, candidates], wanted[:, candidates]
        masked = None if masked is None else masked[:, candidates]
    return rank(scores, wanted, k, masked)


def truth(split: Split, on: str = "test") -> sparse.csr_array:
    """What really came next: CSR ``(n_users, n_items)``. What `evaluate` looks for is `Split.wanted`."""
    return (split.valid if on == "valid" else split.test).matrix()


_SAID = {
    "all": "what comes next, new or not",
    "again": "what comes next and the user had before",
    "new": "what comes next and is new to the user; the history is masked",
}


class TaskReports(Mapping[str, Report]):
    """One report a task: ``reports["new"]["ndcg@10"]``; shown as one table with the tasks side by side."""

    def __init__(self, reports: Mapping[str, Report]) -> None:
        self._reports = dict(reports)

    def __getitem__(self, task: str) -> Report:
        return self._reports[task]

    def __iter__(self) -> Iterator[str]:
        return iter(self._reports)

    def __len__(self) -> int:
        return len(self._reports)

    def frame(self) -> Any:
        """A table with one row a metric; of each task the mean and the ends of its interval."""
        import pandas as pd

        return pd.concat({task: report.frame() for task, report in self.items()}, axis=1)

    def _repr_html_(self) -> str:
        return "<br>".join(self._said()) + as_html(self.frame(), float_format="{:.4f}".format)

    def __repr__(self) -> str:
        return "\n".join([*self._said(), self.frame().to_string(float_format="{:.4f}".format)])

    def _said(self) -> list[str]:
        return [
            f"{task}: {_SAID[task]} ({report.n_users:,} user{'' if report.n_users == 1 else 's'})"
            for task, report in self.items()
        ] + sorted({report.note for report in self.values() if report.note})
