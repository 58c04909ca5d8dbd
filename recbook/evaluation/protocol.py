"""The course's protocol: rank all items, mask what the user already has, report with an interval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

import numpy as np
from scipy import sparse

from recbook.data.interactions import Interactions
from recbook.data.split import Split
from recbook.evaluation.metrics import Matrix, Ranked, rank
from recbook.fitted import is_fitted

METRICS = {
    "ndcg": Ranked.ndcg,
    "hit": Ranked.hit_rate,
    "mrr": Ranked.reciprocal_rank,
    "map": Ranked.average_precision,
    "precision": Ranked.precision,
    "recall": Ranked.recall,
}


class Recommender(Protocol):
    """What every model of the course can do."""

    def fit(self, interactions: Interactions) -> Recommender:
        """Learn from the log; returns the model itself."""

    def score(self, users: np.ndarray, history: Interactions | None = None) -> np.ndarray:
        """float32 ``(len(users), n_items)``, higher is better. ``history`` is what a sequential model reads."""


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
    """Metrics of one model by name ("ndcg@10"): ``report[name]`` is the mean, ``report.per_user[name]`` the values."""

    def __init__(self, per_user: Mapping[str, np.ndarray]) -> None:
        self.per_user = dict(per_user)

    def __getitem__(self, metric: str) -> float:
        return float(np.nanmean(self._values(metric)))

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
        return self.frame().to_html(float_format="{:.4f}".format, border=0)

    def __repr__(self) -> str:
        return self.frame().to_string(float_format="{:.4f}".format)


def evaluate_scores(scores: Matrix, relevant: Matrix, k: int = 10, exclude: Matrix | None = None) -> Report:
    """All metrics at ``k`` for one score matrix, by the rules of `recbook.evaluation.metrics`.

    Raises ValueError if no user has anything relevant.
    """
    ranked = rank(scores, relevant, k, exclude)
    if not ranked.n_relevant.any():
        raise ValueError("No user has a relevant item: there is nothing to measure.")
    return Report({f"{name}@{k}": metric(ranked) for name, metric in METRICS.items()})


def evaluate(model: Recommender, split: Split, on: str = "test", k: int = 10) -> Report:
    """Rank all items for every user and compare with the part ``on`` of the split (``"valid"`` for choosing anything).

    The history (train; for test also valid) is masked for everybody, and given to the model. A model that has not
    been fitted yet is fitted on ``split.train`` first. A user with nothing in that part gets NaN.
    """
    history = split.history(on)
    if not is_fitted(model):
        model.fit(split.train)
    scores = model.score(np.arange(history.n_users), history)
    wanted = (history.n_users, history.n_items)
    if np.shape(scores) != wanted:
        raise ValueError(f"{type(model).__name__}.score must return {wanted} (users, items); got {np.shape(scores)}.")
    return evaluate_scores(scores, truth(split, on), k, exclude=history.matrix())


def truth(split: Split, on: str = "test") -> sparse.csr_array:
    """What really came next: CSR ``(n_users, n_items)``."""
    return (split.valid if on == "valid" else split.test).matrix()
