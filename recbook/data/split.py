"""Ways of hiding a part of the log. Every part keeps the id space of the whole."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from recbook.bilingual import Both
from recbook.data.interactions import FIELDS, Interactions

TASKS = ("new", "all", "again")
MOST = 0.6  # MovieLens-100K has 44%, a log of baskets 80%
LIKED = 4.0  # in cold-item work relevant means a rating of 4 or more


@dataclass(frozen=True, eq=False)
class Split:
    """``train`` to fit on, ``valid`` to choose by, ``test`` to report: one id space, no row in two parts.

    ``repeats`` says what the parts ask for. "first": items that are new to the user; the history is masked. "keep": a
    user may meet an item again, so nothing is masked. `wanted` and `masked` give both for evaluation, and what is
    masked is never wanted.
    """

    train: Interactions
    valid: Interactions
    test: Interactions
    repeats: str = "first"
    left_out: int = 0  # rows of the log that repeated an earlier one and are in no part
    candidates: np.ndarray | None = None  # int64 ascending: the items that are ranked; None: all
    relevant_from: float | None = None  # the lowest rating that counts as relevant; None: every row counts

    def __post_init__(self) -> None:
        _check_repeats(self.repeats)

    def history(self, on: str = "test") -> Interactions:
        """What was known when the part ``on`` ("valid" or "test") happened: train, and for test also valid."""
        self._part(on)  # refuses what is neither
        return self.train if on == "valid" else joined(self.train, self.valid)

    @property
    def task(self) -> str:
        """What is asked for unless told otherwise: "new" with ``repeats="first"``, "all" with "keep"."""
        return "new" if self.repeats == "first" else "all"

    @cached_property
    def n_repeats(self) -> int:
        """Rows whose user had met the item before: those that were left out, and those that the parts hold."""
        return self.left_out + int(joined(joined(self.train, self.valid), self.test).repeats().sum())

    def wanted(self, on: str = "test", task: str | None = None) -> sparse.csr_array:
        """What is to be found, CSR ``(n_users, n_items)``, float32, 1 for a relevant item.

        The task "all" wants every item of the part ``on``, "new" those that the history lacks, "again" those that it
        has. With ``relevant_from`` only rows rated so high count.
        """
        task = self._known(task)
        log, history = self._part(on), self.history(on).matrix()
        if self.relevant_from is not None:
            log = log.take(log.need_ratings("relevant_from") >= self.relevant_from)
        found = log.matrix()
        if task != "all":
            again = found.multiply(history).tocsr()
            found = again if task == "again" else (found - again).tocsr()
        found.eliminate_zeros()
        return sparse.csr_array(found)

    def masked(self, on: str = "test", task: str | None = None) -> sparse.csr_array | None:
        """What no list may hold, CSR ``(n_users, n_items)``: history for the task "new", None (nothing) otherwise."""
        return self.history(on).matrix() if self._known(task) == "new" else None

    def _part(self, on: str) -> Interactions:
        if on not in ("valid", "test"):
            raise ValueError(f'on must be "valid" or "test"; got {on!r}.')
        return self.valid if on == "valid" else self.test

    def _masked_rows(self) -> int:
        """Rows of valid and test whose item the history masks: none where the split left the repeats out."""
        if self.task != "new":
            return 0
        pairs = [(self.valid, self.history("valid")), (self.test, self.history("test"))]
        return sum(int(np.isin(_pair(part), _pair(history)).sum()) for part, history in pairs if part.n)

    def _known(self, task: str | None) -> str:
        task = self.task if task is None else task
        if task not in TASKS:
            raise ValueError(f"task must be one of {', '.join(map(repr, TASKS))}; got {task!r}.")
        return task

    def __repr__(self) -> str:
        said = f"Split(train={self.train.n:,}, valid={self.valid.n:,}, test={self.test.n:,}"
        if self.n_repeats:
            said += f"; {self.n_repeats:,} repeats {'left out' if self.left_out else 'kept'}"
            if met := self._masked_rows():
                said += f", {met:,} of them masked and not asked for"
        if self.candidates is not None:
            said += f"; {len(self.candidates):,} items ranked"
        return said + ")"


def joined(first: Interactions, second: Interactions) -> Interactions:
    """The rows of both, those of the first before those of the second."""
    held = {f: (getattr(first, f), getattr(second, f)) for f in FIELDS}
    columns: dict[str, Any] = {
        f: None if a is None or b is None else np.concatenate([a, b]) for f, (a, b) in held.items()
    }
    return replace(first, **columns)


def _pair(log: Interactions) -> np.ndarray:
    """One number for each row's user and item, int64 ``(n,)``."""
    return log.user.astype(np.int64) * log.n_items + log.item


def time_rank_from_end(interactions: Interactions) -> np.ndarray:
    """0 for the last interaction of each user, 1 for the one before…: int64 ``(n,)``.

    The course's rule for ties: a stable sort by whole-second timestamp, so equal times keep the file's order.
    ValueError for a log without times.
    """
    times = interactions.need_times("The order of a history")
    order = np.lexsort((times, interactions.user))  # lexsort is stable
    counts = interactions.user_counts()
    ends = np.cumsum(counts)[interactions.user[order]]
    rank = np.empty(interactions.n, np.int64)
    rank[order] = ends - 1 - np.arange(interactions.n)
    return rank


def shuffle_within_second(interactions: Interactions, seed: int = 0) -> Interactions:
    """The log with the rows of each (user, second) in an order drawn by ``seed``; all others stay where they are.

    What happens in one second, such as the lines of one basket, has no order. A file has one all the same, often that
    of the item numbers, and a sequence model learns it. ValueError for a log without times.
    """
    return shuffle_within_sitting(interactions, 0, seed)


def shuffle_within_sitting(interactions: Interactions, pause: int, seed: int = 0) -> Interactions:
    """The log with what each user met in one sitting dealt anew, by ``seed``, to the times of that sitting.

    A sitting is a run of a user's rows, each at most ``pause`` seconds after the one before. Who met what in which
    sitting stays, the order inside is gone: what a model loses by it, it had from that order. ValueError for a log
    without times.
    """
    times = interactions.need_times("The order of a sitting")
    drawn = np.random.default_rng(seed).random(interactions.n)
    places = np.lexsort((times, interactions.user))  # stable: of each second, in the file's order
    begins = (np.diff(interactions.user[places]) != 0) | (np.diff(times[places]) > pause)
    rows = np.empty(interactions.n, np.int64)
    rows[places] = places[np.lexsort((drawn, np.cumsum(np.r_[False, begins])[: interactions.n]))]
    return replace(interactions.take(rows), timestamp=times)


def seconds_since(split: Split, on: str = "test") -> np.ndarray:
    """How long each user stayed away: from the last row of the history to the first of the part ``on``, in seconds.

    float64 ``(n_users,)``, NaN where a user has no row on one of the sides. ValueError for a log without times.
    """
    known, found = split.history(on), split._part(on)
    last, first = np.full(known.n_users, -np.inf), np.full(known.n_users, np.inf)
    np.maximum.at(last, known.user, known.need_times("seconds_since"))
    np.minimum.at(first, found.user, found.need_times("seconds_since"))
    away = first - last
    return np.where(np.isfinite(away), away, np.nan)


def leave_one_out(interactions: Interactions, repeats: str = "first", seed: int | None = None) -> Split:
    """The last interaction of each user is for testing, the one before for validation, the rest for training.

    A user with fewer than three interactions stays whole in train: with nothing left to learn from, a test would say
    nothing. ``repeats="first"`` keeps the first row of each user and item only, so that the test asks for items that
    are new to the user; "keep" keeps all rows, and the last one may be an item that the user already has.

    Equal times keep the file's order, or, with a ``seed``, an order drawn anew (`shuffle_within_second`); warns where
    that decides most of the test and no seed is given. ValueError for a log without times or without rows.
    """
    interactions, left_out = _prepared(interactions, repeats, "leave_one_out")
    interactions.need_times("leave_one_out")
    if seed is not None:
        interactions = shuffle_within_second(interactions, seed)
    rank = time_rank_from_end(interactions)
    enough = interactions.user_counts()[interactions.user] >= 3
    valid, test = enough & (rank == 1), enough & (rank == 0)
    split = _parts(interactions, valid, test, ~(valid | test), repeats, left_out)
    if seed is None:
        _warn_of_ties(split)
    return split


def by_time(interactions: Interactions, valid: float = 0.1, test: float = 0.1, repeats: str = "first") -> Split:
    """Cut the whole log at two moments: the last ``test`` share is to test on, the ``valid`` share before to choose by.

    Interactions with the timestamp of a cut fall behind it, so no moment stands on both sides. ``repeats="first"``
    keeps the first row of each user and item only, before the cut; "keep" keeps all. ValueError for a log without
    times or without rows.
    """
    _check_shares(valid, test)
    interactions, left_out = _prepared(interactions, repeats, "by_time")
    moments = interactions.need_times("by_time")
    times = np.sort(moments)
    start_test, start_valid = (times[int(len(times) * (1 - share))] for share in (test, test + valid))
    late = moments >= start_test
    middle = (moments >= start_valid) & ~late
    return _parts(interactions, middle, late, ~(late | middle), repeats, left_out)


def by_week(interactions: Interactions, valid: int, test: int, end: int | None = None, repeats: str = "first") -> Split:
    """Cut at two weeks: train before week ``valid``, validation up to week ``test``, test from there on.

    Weeks are those of ``interactions.week``: 1 holds the log's first row, and each begins on Monday at 00:00 UTC, or on
    the clock of another zone (`Interactions.in_zone`). With ``end``, rows from that week on are in no part. ``valid``
    may equal ``test``: then nothing is for validation. ``repeats`` as in `by_time`. ValueError for weeks out of order,
    or a training or test part without a row.
    """
    if not valid <= test or (end is not None and end <= test):
        raise ValueError(f"Weeks must be in the order valid <= test < end; got {valid}, {test}, {end}.")
    interactions, left_out = _prepared(interactions, repeats, "by_week")
    week = interactions.week
    late = (week >= test) & (True if end is None else week < end)
    train, middle = week < valid, (week >= valid) & (week < test)
    if not train.any() or not late.any():
        raise ValueError(
            f"by_week: weeks {valid} and {test} leave {train.sum():,} rows to train and {late.sum():,} to test; "
            f"the log has weeks {week.min()} to {week.max()}."
        )
    return _parts(interactions, middle, late, train, repeats, left_out)


def next_basket(split: Split) -> Split:
    """The split with valid and test cut down to each user's first basket there: the rows of the earliest second.

    For the question "what will the household buy when it comes next?". ValueError for a log without times.
    """
    return replace(split, valid=_first_seconds(split.valid), test=_first_seconds(split.test))


def _first_seconds(log: Interactions) -> Interactions:
    times = log.need_times("next_basket")
    first = np.full(log.n_users, np.iinfo(np.int64).max)
    np.minimum.at(first, log.user, times)
    return log.take(times == first[log.user])


def random_split(
    interactions: Interactions, valid: float = 0.1, test: float = 0.1, repeats: str = "first", seed: int = 0
) -> Split:
    """A random ``test`` share of the rows is to test on, a ``valid`` share to choose by; needs no times.

    Easier than any split in time, since a model learns from what came later: compare its numbers with no other split's.
    ``repeats`` as in `by_time` (without times, the first row in the file). ValueError for a log without rows.
    """
    _check_shares(valid, test)
    interactions, left_out = _prepared(interactions, repeats, "random_split")
    place = np.random.default_rng(seed).permutation(interactions.n)
    n_test, n_valid = int(interactions.n * test), int(interactions.n * valid)
    late, middle = place < n_test, (place >= n_test) & (place < n_test + n_valid)
    return _parts(interactions, middle, late, ~(late | middle), repeats, left_out)


def bought_by(interactions: Interactions, n: int, before: int | None = None) -> Interactions:
    """The log of the items that at least ``n`` users met before week ``before`` (None: at any time).

    Rows of all weeks stay, item indices are counted anew. Counting only the weeks that are to train on keeps the later
    ones out of the choice. ValueError for ``n`` below 1, or where no item has so many.
    """
    if n < 1:
        raise ValueError(f"n must be at least 1 user; got {n}.")
    early = interactions if before is None else interactions.take(interactions.week < before)
    users_of = np.bincount(early.take(~early.repeats()).item, minlength=interactions.n_items)
    if not (users_of >= n).any():
        raise ValueError(f"No item was met by {n} users{'' if before is None else f' before week {before}'}; "
                         f"the most is {users_of.max() if len(users_of) else 0}.")  # fmt: skip
    return interactions.keep_items(users_of >= n)


def _check_repeats(repeats: str) -> None:
    if repeats not in ("first", "keep"):
        raise ValueError(
            Both(
                en=f'repeats must be "first" or "keep"; got {repeats!r}.',
                zh=f'repeats 只能是 "first" 或 "keep"；收到 {repeats!r}。',
            )
        )


def _check_shares(valid: float, test: float) -> None:
    if not (0 < test and 0 <= valid and valid + test < 1):
        raise ValueError(f"valid and test are shares, together below 1; got valid={valid}, test={test}.")


def _prepared(interactions: Interactions, repeats: str, what: str) -> tuple[Interactions, int]:
    """The rows to split, and how many repeats were left out. Refuses an empty log."""
    _check_repeats(repeats)
    _check_rows(interactions, what)
    if repeats == "keep":
        return interactions, 0
    again = interactions.repeats()
    return (interactions.take(~again), int(again.sum())) if again.any() else (interactions, 0)


def _check_rows(interactions: Interactions, what: str) -> None:
    if not interactions.n:
        raise ValueError(
            Both(
                en=f"{what}: the log is empty, so there is nothing to split.",
                zh=f"{what}：日志是空的，没有可划分的行。",
            )
        )


def _parts(log: Interactions, valid: np.ndarray, test: np.ndarray, train: np.ndarray, repeats: str, n: int) -> Split:
    return Split(log.take(train), log.take(valid), log.take(test), repeats=repeats, left_out=n)


def _warn_of_ties(split: Split) -> None:
    """Most last rows share their second with the row before: then the file's order says which one is the test."""
    last, before = (np.full(split.test.n_users, -1, np.int64) for _ in range(2))
    last[split.test.user] = split.test.need_times("leave_one_out")
    before[split.valid.user] = split.valid.need_times("leave_one_out")
    tied = (last == before)[split.test.user].mean() if split.test.n else 0.0
    if tied >= MOST:
        warnings.warn(
            f"leave_one_out: {tied:.0%} of the last rows have the same second as the row before, so the file's order "
            "decides what is tested. Pass seed=0 to shuffle rows of one second, or cut with by_time or by_week.",
            stacklevel=3,
        )


def cold_items(
    interactions: Interactions,
    fraction: float = 0.2,
    seed: int = 0,
    among: np.ndarray | None = None,
    names: Sequence[str] | np.ndarray | None = None,
    relevant_from: float = LIKED,
    groups: Sequence[str] | np.ndarray | None = None,
) -> Split:
    """Hide every interaction of a random ``fraction`` of the items: ``test`` holds them, ``valid`` is empty.

    The split's ``candidates`` are the hidden items that have an interaction: they are ranked among each other. Relevant
    are those rated ``relevant_from`` or more; in a log without ratings, all that the user met.

    ``among`` is a bool mask ``(n_items,)`` of the items to draw from. Give it the items that an outer split left
    visible, and ``interactions`` its train part, to choose settings without a look at the outer hidden items.

    ``names`` ``(n_items,)``: a hidden item with the name of a visible one is the same item under a second number, not a
    new one, so its interactions are in no part.

    ``groups`` ``(n_items,)``, such as the genre or the category of each item: whole groups are hidden, ``fraction`` of
    them, so that nothing of a hidden item's kind is left to learn from.

    Raises ValueError for ``among``, ``names`` or ``groups`` of another length, and for an empty log. Needs no times.
    """
    _check_rows(interactions, "cold_items")
    n = interactions.n_items
    hidden = np.ones(n, bool) if among is None else _for_each_item(np.asarray(among, bool), "among", n).copy()
    kinds = np.arange(n) if groups is None else _for_each_item(np.asarray(groups), "groups", n)
    _, kind = np.unique(kinds[hidden], return_inverse=True)
    hidden[hidden] = _drawn(int(kind.max(initial=-1)) + 1, fraction, seed)[kind]
    if names is not None:
        interactions = _without_twins(interactions, hidden, _for_each_item(np.asarray(names).astype(str), "names", n))
    split = _hide(interactions, hidden[interactions.item])
    candidates = np.flatnonzero(split.test.item_counts())
    return replace(split, candidates=candidates, relevant_from=None if interactions.rating is None else relevant_from)


def cold_users(interactions: Interactions, fraction: float = 0.2, seed: int = 0) -> Split:
    """Hide every interaction of a random ``fraction`` of the users: ``test`` holds them, ``valid`` is empty.

    ValueError for an empty log. Needs no times.
    """
    _check_rows(interactions, "cold_users")
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


def _for_each_item(values: np.ndarray, name: str, n_items: int) -> np.ndarray:
    if values.shape != (n_items,):
        raise ValueError(f"{name} must have shape ({n_items},), one for an item; got {values.shape}.")
    return values


def _without_twins(interactions: Interactions, hidden: np.ndarray, names: np.ndarray) -> Interactions:
    """The log without the hidden items that have the name of a visible one (of one with an interaction)."""
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
