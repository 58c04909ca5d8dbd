"""Wrong rows planted into a log of who met what, as a share of its rows, and one way of finding them again.

`recbook.data.simulate` plants the flaws of a file, each row of which can be mended by rule. Here the rows look like
any other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from recbook.data.interactions import Interactions
from recbook.data.split import joined

Noise = Callable[[Interactions, float, np.random.Generator], Interactions]


def random_items(log: Interactions, share: float, rng: np.random.Generator) -> Interactions:
    """``share`` times as many rows more: a random row's user and time, an item drawn evenly (a slip of the hand)."""
    like = _drawn(log, share, rng)
    return _with(log, like, rng.integers(log.n_items, size=len(like)))


def popular_items(log: Interactions, share: float, rng: np.random.Generator) -> Interactions:
    """The same with an item drawn as often as it is met: what stands on every page is clicked by mistake, too."""
    like = _drawn(log, share, rng)
    return _with(log, like, log.item[rng.integers(log.n, size=len(like))])


PUSHED = 10
"""Items that a seller pushes."""


def fake_accounts(log: Interactions, share: float, rng: np.random.Generator) -> Interactions:
    """Users more, behind those of the log, until theirs are ``share`` times as many rows: a seller's accounts.

    Each is a copy of a user drawn at random and has ten items besides, the same for all, drawn from those that few met.
    The table of users is left out, since nothing is known of the new ones.
    """
    wanted, counts = round(share * _checked(log, share).n), log.user_counts()
    copied = rng.choice(np.flatnonzero(counts), size=1 + wanted // PUSHED)
    copied = copied[: np.searchsorted(np.cumsum(counts[copied] + PUSHED), wanted)]
    rare = np.argsort(log.item_counts(), kind="stable")[: max(PUSHED, log.n_items // 2)]
    own = np.split(np.argsort(log.user, kind="stable"), np.cumsum(counts)[:-1])
    rows = [own[user] for user in copied]
    account = log.n_users + np.arange(len(copied))
    like = np.concatenate([*rows, *(part[rng.integers(len(part), size=PUSHED)] for part in rows), np.empty(0, int)])
    pushed = np.tile(rng.choice(rare, PUSHED, replace=False), len(copied))
    fakes = replace(
        log.take(like.astype(np.int64)),
        user=np.concatenate([np.repeat(account, counts[copied]), np.repeat(account, PUSHED)]),
        item=np.concatenate([log.item[like[: counts[copied].sum()]], pushed]),
        user_ids=(ids := _with_ids(log.user_ids, len(copied))), users=None,
    )  # fmt: skip
    return joined(replace(log, user_ids=ids, users=None), fakes)


def _with_ids(ids: np.ndarray, more: int) -> np.ndarray:
    """The ids and, behind them in their order, as many new ones."""
    if ids.dtype.kind in "iu":
        return np.concatenate([ids, ids[-1] + 1 + np.arange(more)])
    return np.concatenate([ids, np.array([f"{ids[-1]}~{place:06d}" for place in range(more)], object)])


def accounts_mixed(log: Interactions, share: float, rng: np.random.Generator) -> Interactions:
    """Rows copied to another user drawn at random: two people with one account."""
    like = _drawn(log, share, rng)
    partner = rng.permutation(log.n_users)
    more = log.take(like)
    return joined(log, replace(more, user=partner[more.user]))


def rows_lost(log: Interactions, share: float, rng: np.random.Generator) -> Interactions:
    """``share / (1 + share)`` of the rows left out: as many right rows are left for each as with the kinds above.

    The control of noise: what is missing, without anything wrong.
    """
    return log.take(rng.random(_checked(log, share).n) >= share / (1 + share))


KINDS: dict[str, Noise] = {
    "random items": random_items, "popular items": popular_items, "accounts mixed": accounts_mixed,
    "fake accounts": fake_accounts, "rows lost": rows_lost,
}  # fmt: skip


def _drawn(log: Interactions, share: float, rng: np.random.Generator) -> np.ndarray:
    return rng.integers(_checked(log, share).n, size=round(share * log.n))


def _checked(log: Interactions, share: float) -> Interactions:
    if not log.n:
        raise ValueError("The log is empty: there is no row to plant noise beside.")
    if not (share >= 0 and np.isfinite(share)):
        raise ValueError(f"share must be a finite number, not below 0; got {share}.")
    return log


def _with(log: Interactions, like: np.ndarray, items: np.ndarray) -> Interactions:
    """The log and, behind it, the rows ``like`` again with other items."""
    return joined(log, replace(log.take(like), item=items.astype(np.int64)))
