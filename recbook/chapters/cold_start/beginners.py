"""Where a new user can start without a click, and what the first ratings add: chapter 10's five folds of new users."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse

from recbook.data import Interactions, new_users
from recbook.data.prepare import genre_table
from recbook.data.split import NewUsers
from recbook.evaluation import evaluate_scores
from recbook.models.baselines import EASE
from recbook.models.cold_start import GroupPopularity, ProfileRidge, best_of_groups, careful_raters, shrunken
from recbook.text.films import decade_table

CLICKS = (0, 1, 2, 5, 10, 20)
"""How many of a new user's first ratings may be known; the last one is the horizon of the folds."""
SOURCES = ("popularity", "profile", "best of genre, decade", "critics", "all heavy raters")


def liked(log: Interactions) -> Interactions:
    """The ratings of 4 or more."""
    return log.take(log.need_ratings("A like") >= 4)


def age_and_gender(users: pd.DataFrame) -> np.ndarray:
    """A whole number for each user, int64 ``(n_users,)``: one of six age bands, men before women."""
    age = np.digitize(users["age"].astype(int), [18, 25, 35, 45, 55])
    return 2 * age + (users["gender"] == "F").to_numpy().astype(int)


def profile_table(users: pd.DataFrame) -> np.ndarray:
    """What a profile says as 0 and 1, float64 ``(n_users, d)``: age band, occupation, gender."""
    group = age_and_gender(users)
    table = pd.get_dummies(pd.DataFrame({"age": group // 2, "job": users["occupation"]}).astype(str)).astype(float)
    return np.column_stack([table, group % 2])


@dataclass(frozen=True, eq=False)
class Fold:
    """New users and all that is known for them: ``starts[source]`` is ``(n_new, n_items)``, from the others' ratings."""

    part: NewUsers
    starts: dict[str, np.ndarray]
    weights: np.ndarray  # (n_items, n_items): EASE on the other users' likes

    def judge(self, scores: np.ndarray) -> np.ndarray:
        """NDCG@10 of each new user ``(n_new,)`` from scores ``(n_new, n_items)``; the first ratings are masked."""
        wanted, seen = self._later_and_first
        return evaluate_scores(scores, wanted, exclude=seen).per_user["ndcg@10"]

    def likes(self, n: int) -> sparse.csr_array:
        """The likes among the first ``n`` ratings, one of `CLICKS`: CSR ``(n_new, n_items)``."""
        return self._likes[n]

    @cached_property
    def _later_and_first(self) -> list[sparse.csr_array]:
        return [log.matrix()[self.part.users] for log in (liked(self.part.later), self.part.first)]

    @cached_property
    def _likes(self) -> dict[int, sparse.csr_array]:
        return {n: liked(self.part.known(n)).matrix()[self.part.users] for n in CLICKS}

    def blend(self, n: int, kappa: float, critics: float) -> np.ndarray:
        """Scores ``(n_new, n_items)``: a prior of profile and ``critics`` that fades as likes come in."""
        rows = self.likes(n)
        prior = (1 - critics) * self.starts["profile"] + critics * self.starts["critics"]
        return shrunken(rows @ self.weights, rows.sum(axis=1)[:, None], prior, kappa)


def folds_of(ratings: Interactions) -> tuple[list[Fold], list[Fold]]:
    """Five folds of new users, and for each a practice fold: a fifth of its other users in their place.

    Whatever is chosen, is chosen in the practice fold: the profile's model here, the blend's numbers by the caller.
    """
    models = profile_models(ratings.users)
    outer, practice = [], []
    for fold in range(5):
        part = new_users(ratings, fold, horizon=CLICKS[-1])
        others = np.isin(np.arange(ratings.n_users), part.train.user)
        trial = new_users(ratings, 0, horizon=CLICKS[-1], seed=fold + 1, among=others)
        practice.append(_fold(trial, models))
        outer.append(_fold(part, [models[practice[-1][1]]]))
    return [fold for fold, _ in outer], [fold for fold, _ in practice]


def profile_models(users: pd.DataFrame) -> list[GroupPopularity | ProfileRidge]:
    """The five ways to read a profile that the practice fold chooses from."""
    groups = [GroupPopularity(age_and_gender(users), kappa) for kappa in (20.0, 100.0)]
    return [*groups, *(ProfileRidge(profile_table(users), l2) for l2 in (50.0, 100.0, 200.0))]


def _fold(part: NewUsers, models: list[GroupPopularity | ProfileRidge]) -> tuple[Fold, int]:
    """A fold with the profile's best model of these, and which one that is."""
    likes = liked(part.train)
    found = Fold(part, _lists(part, likes), EASE(250.0).fit(likes).weights_)
    scores = [copy(model).fit(likes).score(part.users) for model in models]
    best = int(np.argmax([np.nanmean(found.judge(one)) for one in scores])) if len(scores) > 1 else 0
    found.starts["profile"] = scores[best]
    return found, best


def _lists(part: NewUsers, likes: Interactions) -> dict[str, np.ndarray]:
    """One list for everybody, by source."""
    train, items = part.train, part.train.items
    share = likes.item_counts() / len(np.unique(train.user))
    critics, heavy = careful_raters(train, most=30, ratings=100), train.user_counts() >= 100
    groups = np.hstack([genre_table(items), decade_table(items)]) > 0
    lists = {
        "popularity": share,
        "best of genre, decade": best_of_groups(train, groups, size=10, votes=20),
        "critics": likes.take(np.isin(likes.user, critics)).item_counts() / len(critics) + 1e-3 * share,
        "all heavy raters": likes.take(heavy[likes.user]).item_counts() / heavy.sum() + 1e-3 * share,
    }
    return {source: np.broadcast_to(row, (len(part.users), likes.n_items)) for source, row in lists.items()}


def over_folds(folds: list[Fold], n_users: int, score: Callable[[Fold], np.ndarray]) -> np.ndarray:
    """NDCG@10 of every user ``(n_users,)``, each as a new one."""
    values = np.full(n_users, np.nan)
    for fold in folds:
        values[fold.part.users] = fold.judge(score(fold))
    return values
