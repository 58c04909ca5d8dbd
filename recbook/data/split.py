"""Ways of hiding a part of the log. Every part keeps the id space of the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recbook.data.interactions import Interactions


@dataclass(frozen=True, eq=False)
class Split:
    """``train`` to fit on, ``valid`` to choose by, ``test`` to report: one id space, no row in two parts."""

    train: Interactions
    valid: Interactions
    test: Interactions

    def history(self, on: str = "test") -> Interactions:
        """What was known when the part ``on`` ("valid" or "test") happened: train, and for test also valid."""
        if on == "valid":
            return self.train
        if on != "test":
            raise ValueError(f'on must be "valid" or "test"; got {on!r}.')
        joined = (np.concatenate([getattr(self.train, f), getattr(self.valid, f)]) for f in _FIELDS)
        return Interactions(*joined, *_space(self.train))

    def __repr__(self) -> str:
        return f"Split(train={self.train.n:,}, valid={self.valid.n:,}, test={self.test.n:,})"


_FIELDS = ("user", "item", "rating", "timestamp")


def _space(log: Interactions) -> tuple:
    return log.user_ids, log.item_ids, log.users, log.items


def time_rank_from_end(interactions: Interactions) -> np.ndarray:
    """0 for the last interaction of each user, 1 for the one before…: int64 ``(n,)``.

    The course's rule for ties: a stable sort by whole-second timestamp, so equal times keep the file's order.
    """
    order = np.lexsort((interactions.timestamp, interactions.user))  # lexsort is stable
    counts = interactions.user_counts()
    ends = np.cumsum(counts)[interactions.user[order]]
    rank = np.empty(interactions.n, np.int64)
    rank[order] = ends - 1 - np.arange(interactions.n)
    return rank


def leave_one_out(interactions: Interactions) -> Split:
    """The last interaction of each user is for testing, the one before for validation, the rest for training.

    A user with fewer than three interactions stays whole in train: with nothing left to learn from, a test would say
    nothing.
    """
    rank = time_rank_from_end(interactions)
    enough = interactions.user_counts()[interactions.user] >= 3
    valid, test = enough & (rank == 1), enough & (rank == 0)
    return Split(interactions.take(~(valid | test)), interactions.take(valid), interactions.take(test))


def by_time(interactions: Interactions, valid: float = 0.1, test: float = 0.1) -> Split:
    """Cut the whole log at two moments: the last ``test`` share is to test on, the ``valid`` share before to choose by.

    Interactions with the timestamp of a cut fall behind it, so no moment stands on both sides.
    """
    if not (0 < test and 0 <= valid and valid + test < 1):
        raise ValueError(f"valid and test are shares, together below 1; got valid={valid}, test={test}.")
    times = np.sort(interactions.timestamp)
    start_test, start_valid = (times[int(len(times) * (1 - share))] for share in (test, test + valid))
    late = interactions.timestamp >= start_test
    middle = (interactions.timestamp >= start_valid) & ~late
    return Split(interactions.take(~(late | middle)), interactions.take(middle), interactions.take(late))


def cold_items(
    interactions: Interactions,
    fraction: float = 0.2,
    seed: int = 0,
    among: np.ndarray | None = None,
    names: Sequence[str] | np.ndarray | None = None,
) -> Split:
    """Hide every interaction of a random ``fraction`` of the items: ``test`` holds them, ``valid`` is empty.

    ``among`` is a bool mask ``(n_items,)`` of the items to draw from. Give it the items that an outer split left
    visible, and ``interactions`` its train part, to choose settings without a look at the outer hidden items.

    ``names`` ``(n_items,)``: a hidden item with the name of a visible one is the same item under a second number, not a
    new one, so its interactions are in no part. Raises ValueError for ``among`` or ``names`` of another length.
    """
    if among is None:
        hidden = _drawn(interactions.n_items, fraction, seed)
    else:
        among = np.asarray(among, bool)
        if among.shape != (interactions.n_items,):
            raise ValueError(f"among must have shape ({interactions.n_items},), one for an item; got {among.shape}.")
        hidden = among.copy()
        hidden[among] = _drawn(int(among.sum()), fraction, seed)
    if names is not None:
        interactions = _without_twins(interactions, hidden, np.asarray(names).astype(str))
    return _hide(interactions, hidden[interactions.item])


def cold_users(interactions: Interactions, fraction: float = 0.2, seed: int = 0) -> Split:
    """Hide every interaction of a random ``fraction`` of the users: ``test`` holds them, ``valid`` is empty."""
    hidden = _drawn(interactions.n_users, fraction, seed)[interactions.user]
    return _hide(interactions, hidden)


@dataclass(frozen=True, eq=False)
class NewUsers:
    """Users who are met for the first time: ``train`` is the log of all others.

    ``first`` holds the first ``horizon`` interactions of each new user, ``later`` what came after. What is to be found
    lies in ``later`` and what is masked is ``first``, however many of ``first`` a model may see: so the task is the
    same at every number of known interactions, and only the knowledge differs.
    """

    train: Interactions
    first: Interactions
    later: Interactions
    users: np.ndarray  # int64, the new users, ascending

    def known(self, n: int) -> Interactions:
        """The first ``n`` interactions of each new user, at most the horizon."""
        return self.first.take(time_rank_from_start(self.first) < n)


def new_users(
    interactions: Interactions, fold: int = 0, n_folds: int = 5, horizon: int = 20, seed: int = 0,
    among: np.ndarray | None = None,
) -> NewUsers:  # fmt: skip
    """One of ``n_folds`` parts of the users (of those in ``among``, a bool mask ``(n_users,)``) becomes new.

    Over all folds every user is new exactly once. Users outside ``among`` are left out altogether. Raises ValueError
    for a fold that does not exist or a horizon below 1.
    """
    if not 0 <= fold < n_folds or horizon < 1:
        raise ValueError(f"fold lies in 0…{n_folds - 1} and horizon is at least 1; got {fold} and {horizon}.")
    drawn_from = np.arange(interactions.n_users) if among is None else np.flatnonzero(among)
    order = drawn_from[np.random.default_rng(seed).permutation(len(drawn_from))]
    users = np.sort(order[fold::n_folds])
    is_new = np.isin(interactions.user, users)
    theirs = interactions.take(is_new)
    early = time_rank_from_start(theirs) < horizon
    others = np.isin(interactions.user, drawn_from) & ~is_new
    return NewUsers(interactions.take(others), theirs.take(early), theirs.take(~early), users)


def time_rank_from_start(interactions: Interactions) -> np.ndarray:
    """0 for the first interaction of each user, 1 for the next…, by the same rule for ties: int64 ``(n,)``."""
    return interactions.user_counts()[interactions.user] - 1 - time_rank_from_end(interactions)


def _without_twins(interactions: Interactions, hidden: np.ndarray, names: np.ndarray) -> Interactions:
    """The log without the hidden items that have the name of a visible one (of one with an interaction)."""
    if names.shape != hidden.shape:
        raise ValueError(f"names must have shape {hidden.shape}, one for an item; got {names.shape}.")
    visible = (interactions.item_counts() > 0) & ~hidden
    twins = hidden & np.isin(names, names[visible])
    return interactions.take(~twins[interactions.item])


def _hide(interactions: Interactions, hidden: np.ndarray) -> Split:
    nothing = np.zeros(interactions.n, bool)
    return Split(interactions.take(~hidden), interactions.take(nothing), interactions.take(hidden))


def _drawn(n: int, fraction: float, seed: int) -> np.ndarray:
    """Boolean ``(n,)``: the first ``fraction`` of a seeded permutation."""
    if not 0 < fraction < 1:
        raise ValueError(f"fraction must lie between 0 and 1; got {fraction}.")
    mask = np.zeros(n, bool)
    mask[np.random.default_rng(seed).permutation(n)[: int(n * fraction)]] = True
    return mask
