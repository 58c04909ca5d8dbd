"""Scores for items that nobody has rated yet and for users who have rated nothing, from what is known about them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
from scipy import linalg, sparse

from recbook.data.interactions import Interactions
from recbook.fitted import fitted
from recbook.memory import check_memory
from recbook.models.base import BaseRecommender
from recbook.models.baselines import ease_weights
from recbook.vectors import finite


class FeatureRidge(BaseRecommender):
    """For each user a ridge regression from item features to "met or not" (Hoerl and Kennard 1970), all users at once.

    ``features`` is ``(n_items, d)``: genres, title vectors, anything known before the first rating. An item without any
    interaction in the log takes no part in the fit: not yet rated is not the same as not liked.
    """

    def __init__(self, features: np.ndarray, l2: float = 50.0) -> None:
        features = np.asarray(features, np.float64)
        if features.ndim != 2:
            raise ValueError(f"features must have shape (n_items, d); got {features.shape}.")
        if l2 <= 0:
            raise ValueError(f"l2 must be above 0; got {l2}.")
        self.features, self.l2 = finite(features, "features"), l2

    def fit(self, interactions: Interactions) -> FeatureRidge:
        if len(self.features) != interactions.n_items:
            raise ValueError(f"features has {len(self.features)} rows, the log {interactions.n_items} items.")
        self.log_ = self._with_rows(interactions)
        known = interactions.item_counts() > 0
        check_table(self, int(known.sum()), interactions.n_users)
        liked = interactions.matrix().T[known].toarray().astype(np.float64)  # (n_known, n_users)
        self.weights_, self.offset_ = _ridge(self.features[known], liked, self.l2)  # (n_users, d), (n_users,)
        return self

    def score(self, users: np.ndarray, history: Interactions | None = None) -> np.ndarray:
        """float32 ``(len(users), n_items)``, for every item that has features."""
        weights = fitted(self, "weights_")
        return (weights[users] @ self.features.T + self.offset_[users, None]).astype(np.float32)


class KernelRidge(BaseRecommender):
    """Ridge regression for each user on a kernel between items (Saunders et al. 1998), with three refinements.

    ``kernel`` is ``(n_items, n_items)``, symmetric and positive semidefinite: how alike any two items are by what is
    known about them before the first rating. ``l2`` is the penalty. The refinements, each off by default:

    - ``rank``: predictions keep only the main directions of taste, the first ``rank`` right singular vectors of the
      targets (items × users, less the mean).
    - ``even``: the targets of an item with ``c`` interactions are divided by ``(c + 3) ** even``, so that the most
      popular items do not decide everything.
    - ``lift``: a second kernel ridge, with the penalty ``head_l2``, predicts ``p = log(1 + c)`` of an item, and its
      scores are multiplied by ``exp(lift * p)``.

    Where the interactions have values, ``c`` is their sum.
    """

    def __init__(
        self,
        kernel: np.ndarray,
        l2: float = 1.0,
        rank: int | None = None,
        even: float = 0.0,
        lift: float = 0.0,
        head_l2: float = 1.0,
    ) -> None:
        self.kernel = _square(kernel)
        if l2 <= 0 or head_l2 <= 0 or (rank is not None and rank < 1):
            raise ValueError(f"l2 and head_l2 must be above 0, rank at least 1; got {l2}, {head_l2}, {rank}.")
        self.l2, self.rank, self.even = l2, rank, even
        self.lift, self.head_l2 = lift, head_l2

    def fit(
        self, interactions: Interactions, known: np.ndarray | None = None, values: np.ndarray | None = None
    ) -> KernelRidge:
        """Learn from the items of the mask ``known`` ``(n_items,)``; default: those with an interaction in the log.

        Where ``interactions`` holds likes only, give ``known``: an item that was met but not liked teaches as well.
        ``values`` ``(n,)`` are the targets of the interactions, 1 by default; all other targets are 0.
        """
        self.log_ = self._with_rows(interactions)
        known, rows = item_targets(interactions, len(self.kernel), known, values)
        predict = partial(kernel_predictions, self.kernel, known)
        targets = tastes(rows, self.even, self.rank)
        self.scores_ = ridge_scores(predict, targets, self.l2, self.lift, self.head_l2)  # (n_items, n_users)
        return self

    def score(self, users: np.ndarray, history: Interactions | None = None) -> np.ndarray:
        """float32 ``(len(users), n_items)``, for every item of the kernel."""
        return fitted(self, "scores_")[:, users].T.astype(np.float32)


class KernelEASE(BaseRecommender):
    """EASE for items that nobody has met: their columns of weights are predicted from what is known about them.

    EASE (Steck 2019) scores item j with the sum of ``B_ij`` over the items i of a user's row. For a new item j there
    is no ``B_ij``. A kernel ridge regression with the columns of ``B`` of the known items as targets predicts one.
    Predictions are linear in the targets, so that is the same as to predict EASE's scores of the new item from its
    scores of the known ones, which is what is computed.
    ``kernel`` and ``l2`` are those of `KernelRidge`, ``ease_l2`` is the penalty of EASE.
    """

    def __init__(self, kernel: np.ndarray, l2: float = 3.0, ease_l2: float = 100.0) -> None:
        self.kernel = _square(kernel)
        if l2 <= 0 or ease_l2 <= 0:
            raise ValueError(f"l2 and ease_l2 must be above 0; got {l2} and {ease_l2}.")
        self.l2, self.ease_l2 = l2, ease_l2

    def fit(
        self, interactions: Interactions, known: np.ndarray | None = None, values: np.ndarray | None = None
    ) -> KernelEASE:
        """As `KernelRidge.fit`: ``known`` ``(n_items,)`` items teach, ``values`` ``(n,)`` weigh the interactions."""
        self.log_ = self._with_rows(interactions)
        known, rows = item_targets(interactions, len(self.kernel), known, values)
        self.scores_ = kernel_predictions(self.kernel, known, ease_scores(rows, self.ease_l2), self.l2)
        return self

    def score(self, users: np.ndarray, history: Interactions | None = None) -> np.ndarray:
        """float32 ``(len(users), n_items)``, for every item of the kernel."""
        return fitted(self, "scores_")[:, users].T.astype(np.float32)


def kernel_predictions(kernel: np.ndarray, known: np.ndarray, targets: np.ndarray, l2: float) -> np.ndarray:
    """Kernel ridge predictions of ``targets`` ``(n_known, t)`` for all items: ``(n_items, t)``."""
    mean = targets.mean(axis=0)
    among = kernel[np.ix_(known, known)] + l2 * np.eye(int(known.sum()))
    return kernel[:, known] @ linalg.solve(among, targets - mean, assume_a="pos") + mean


class DecomposedKernel:
    """`kernel_predictions` for many penalties and targets of the same known items, from one decomposition.

    With ``K = V diag(w) V'`` among the known items, ``(K + l2 I)⁻¹ = V diag(1 / (w + l2)) V'``: a further penalty costs
    two products of matrices in place of a system. ``wanted`` ``(n_items,)`` are the items to predict, all by default.
    """

    def __init__(self, kernel: np.ndarray, known: np.ndarray, wanted: np.ndarray | None = None) -> None:
        self.values, self.vectors = np.linalg.eigh(kernel[np.ix_(known, known)])
        self.across = (kernel if wanted is None else kernel[wanted])[:, known] @ self.vectors

    def __call__(self, targets: np.ndarray, l2: float) -> np.ndarray:
        """Predictions of ``targets`` ``(n_known, t)``: ``(n_wanted, t)``."""
        mean = targets.mean(axis=0)
        return self.across @ ((self.vectors.T @ (targets - mean)) / (self.values + l2)[:, None]) + mean


class Tastes(NamedTuple):
    """What `KernelRidge` learns from: targets ``(n_known, n_users)``, counts ``(n_known,)``, directions or None."""

    targets: np.ndarray
    counts: np.ndarray
    axes: np.ndarray | None


def tastes(rows: np.ndarray, even: float = 0.0, rank: int | None = None) -> Tastes:
    """The rows of `item_targets`, evened, and the ``rank`` main directions of taste ``(n_users, rank)`` in them."""
    counts = rows.sum(axis=1)
    targets = rows / (counts[:, None] + 3.0) ** even
    return Tastes(targets, counts, None if rank is None else directions(targets - targets.mean(axis=0), rank))


def ridge_scores(
    predict: Callable[[np.ndarray, float], np.ndarray],
    known: Tastes,
    l2: float,
    lift: float = 0.0,
    head_l2: float = 1.0,
) -> np.ndarray:
    """What `KernelRidge` scores, ``(n, n_users)``; ``predict(targets, l2)`` is a `DecomposedKernel` or does as one."""
    targets, counts, axes = known
    mean = targets.mean(axis=0)
    # Predictions are linear in the targets, so these may be projected first, which is less work.
    scores = predict(targets, l2) if axes is None else predict((targets - mean) @ axes, l2) @ axes.T + mean
    return scores * np.exp(lift * predict(np.log1p(counts)[:, None], head_l2)) if lift else scores


def ease_scores(rows: np.ndarray, ease_l2: float) -> np.ndarray:
    """What EASE scores the items of ``rows`` ``(n_known, n_users)``, targets of `KernelEASE`: same shape."""
    return ease_weights(rows @ rows.T, ease_l2).T @ rows


def _square(kernel: np.ndarray) -> np.ndarray:
    kernel = np.asarray(kernel, np.float64)
    if kernel.ndim != 2 or kernel.shape[0] != kernel.shape[1]:
        raise ValueError(f"kernel must have shape (n_items, n_items); got {kernel.shape}.")
    return finite(kernel, "kernel")


def check_table(model: object, rows: int, columns: int) -> None:
    """MemoryError where there is no room for a few tables of items × users in float64."""
    what = f"{type(model).__name__} on {max(rows, 0):,} × {columns:,} items and users"
    check_memory(32 * rows * columns, what, "Fit it on a part of the users.")


def item_targets(
    interactions: Interactions, n_items: int, known: np.ndarray | None, values: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """The mask of the known items ``(n_items,)`` and their rows of targets, float64 ``(n_known, n_users)``.

    Raises ValueError if the model's ``n_items`` is not the log's.
    """
    if n_items != interactions.n_items:
        raise ValueError(f"The model is for {n_items} items, the log has {interactions.n_items}.")
    known = interactions.item_counts() > 0 if known is None else np.asarray(known, bool)
    n_known, n_users = int(known.sum()), interactions.n_users
    check_memory(32 * n_known * n_users, f"A model of {n_known:,} items × {n_users:,} users", "Take fewer users.")
    return known, interactions.matrix(values).T[known].toarray().astype(np.float64)


def directions(table: np.ndarray, rank: int) -> np.ndarray:
    """The first ``rank`` right singular vectors of ``table`` ``(n, m)`` as columns: ``(m, min(rank, m))``."""
    m = table.shape[1]
    _, vectors = linalg.eigh(table.T @ table, subset_by_index=[m - min(rank, m), m - 1])
    return vectors[:, ::-1]


def shrunken(total: np.ndarray, n: np.ndarray | float, prior: np.ndarray | float, kappa: float) -> np.ndarray:
    """A mean that few observations do not throw: ``(total + kappa * prior) / (n + kappa)``.

    The same as ``w * total / n + (1 - w) * prior`` with ``w = n / (n + kappa)``. Raises ValueError where ``n + kappa``
    is not above 0.
    """
    weight = np.asarray(n, np.float64) + kappa
    if kappa < 0 or (weight <= 0).any():
        raise ValueError(f"kappa must be at least 0, and above 0 where n is 0; got {kappa}.")
    return (np.asarray(total, np.float64) + kappa * np.asarray(prior, np.float64)) / weight


class GroupPopularity(BaseRecommender):
    """Popularity within the user's group, shrunken towards popularity with everybody.

    ``groups`` ``(n_users,)`` holds a whole number for each user, from 0. A group of ``n`` users of the log, ``t`` of
    whom met the item, scores it ``(t + kappa * rate) / (n + kappa)``, ``rate`` being the share of all users of the log.
    """

    def __init__(self, groups: np.ndarray, kappa: float = 50.0) -> None:
        groups = np.asarray(groups)
        if groups.ndim != 1 or not np.issubdtype(groups.dtype, np.integer) or (len(groups) and groups.min() < 0):
            raise ValueError("groups must be whole numbers from 0, one for each user.")
        if kappa <= 0:
            raise ValueError(f"kappa must be above 0, or a group without users has no score; got {kappa}.")
        self.groups, self.kappa = groups, kappa

    def fit(self, interactions: Interactions) -> GroupPopularity:
        if len(self.groups) != interactions.n_users:
            raise ValueError(f"groups is for {len(self.groups)} users, the log has {interactions.n_users}.")
        self.log_ = self._with_rows(interactions)
        table, present = interactions.matrix(), interactions.user_counts() > 0
        members = sparse.csr_array(
            (present.astype(float), (self.groups, np.arange(len(self.groups)))),
            shape=(int(self.groups.max()) + 1, len(self.groups)),
        )
        rate = table.sum(axis=0) / max(int(present.sum()), 1)
        totals = (members @ table).toarray()
        self.rates_ = shrunken(totals, members.sum(axis=1)[:, None], rate, self.kappa)  # (n_groups, n_items)
        return self

    def score(self, users: np.ndarray, history: Interactions | None = None) -> np.ndarray:
        """float32 ``(len(users), n_items)``, also for users without any interaction."""
        return fitted(self, "rates_")[self.groups[users]].astype(np.float32)


class ProfileRidge(BaseRecommender):
    """One ridge regression from a user's profile to all items: what `FeatureRidge` does, with users for items.

    ``profiles`` is ``(n_users, d)``: age, gender, occupation as numbers. Users without an interaction take no part in
    the fit, and are scored from their profile alone.
    """

    def __init__(self, profiles: np.ndarray, l2: float = 50.0) -> None:
        profiles = np.asarray(profiles, np.float64)
        if profiles.ndim != 2 or l2 <= 0:
            raise ValueError(f"profiles must have shape (n_users, d), l2 be above 0; got {profiles.shape}, {l2}.")
        self.profiles, self.l2 = finite(profiles, "profiles"), l2

    def fit(self, interactions: Interactions) -> ProfileRidge:
        if len(self.profiles) != interactions.n_users:
            raise ValueError(f"profiles has {len(self.profiles)} rows, the log {interactions.n_users} users.")
        self.log_ = self._with_rows(interactions)
        known = interactions.user_counts() > 0
        check_table(self, interactions.n_items, int(known.sum()))
        met = interactions.matrix()[known].toarray().astype(np.float64)  # (n_known, n_items)
        self.weights_, self.offset_ = _ridge(self.profiles[known], met, self.l2)  # (n_items, d), (n_items,)
        return self

    def score(self, users: np.ndarray, history: Interactions | None = None) -> np.ndarray:
        """float32 ``(len(users), n_items)``, also for users without any interaction."""
        weights = fitted(self, "weights_")
        return (self.profiles[users] @ weights.T + self.offset_).astype(np.float32)


def _ridge(known: np.ndarray, targets: np.ndarray, l2: float) -> tuple[np.ndarray, np.ndarray]:
    """Weights ``(t, d)`` and offsets ``(t,)``; solved for the features or for the rows, whichever are fewer."""
    from sklearn.linear_model import Ridge

    model = Ridge(l2).fit(known, targets)
    return model.coef_, model.intercept_


def known_share(n: np.ndarray | float, kappa: float) -> np.ndarray:
    """How much history counts after ``n`` interactions: ``n / (n + kappa)``, 0 at 0, one half at ``kappa``."""
    if kappa <= 0:
        raise ValueError(f"kappa must be above 0; got {kappa}.")
    n = np.asarray(n, np.float64)
    return n / (n + kappa)


def dropout_map(content: np.ndarray, factors: np.ndarray, dropout: float, l2: float) -> tuple[np.ndarray, np.ndarray]:
    """Linear maps ``(A, B)`` with which ``m * factors @ A + content @ B`` gives ``factors`` back, ``m`` drawn 0 or 1.

    The idea of DropoutNet (Volkovs et al. 2017) for a linear model: ``m`` is 0 with the chance ``dropout``, as for an
    item without ratings. For a linear map the expected squared error has a closed form, so nothing is drawn:
    ``content`` ``(n, d)`` and ``factors`` ``(n, r)`` give ``A`` ``(r, r)`` and ``B`` ``(d, r)``.
    """
    if not 0 <= dropout <= 1 or l2 <= 0:
        raise ValueError(f"dropout lies between 0 and 1 and l2 above 0; got {dropout} and {l2}.")
    kept, r = 1 - dropout, factors.shape[1]
    both = kept * factors.T @ content
    gram = np.block([[kept * factors.T @ factors, both], [both.T, content.T @ content]])
    right = np.vstack([kept * factors.T @ factors, content.T @ factors])
    weights = np.linalg.solve(gram + l2 * np.eye(len(gram)), right)
    return weights[:r], weights[r:]


def best_of_groups(log: Interactions, groups: np.ndarray, size: int = 10, votes: int = 20) -> np.ndarray:
    """A curated list by rule: of each group of items the ``size`` best rated with at least ``votes`` ratings.

    ``groups`` is ``(n_items, n_groups)``, true where an item belongs to a group (a genre, a decade). Returns float64
    ``(n_items,)``: the mean rating for an item on a list, 0 for all others. Equal means go to the lower item index.
    """
    counts = log.item_counts()
    means = np.bincount(log.item, log.need_ratings("best_of_groups"), minlength=log.n_items) / np.maximum(counts, 1)
    listed = np.zeros(log.n_items, bool)
    for members in np.asarray(groups, bool).T:
        able = np.flatnonzero(members & (counts >= votes))
        listed[able[np.argsort(-means[able], kind="stable")[:size]]] = True
    return np.where(listed, means, 0.0)


def careful_raters(log: Interactions, most: int = 20, ratings: int = 100) -> np.ndarray:
    """Users whose ratings agree best with the other users' mean ratings of the same items: up to ``most`` indices.

    Only users with at least ``ratings`` ratings; agreement is Pearson's correlation, the user's own rating taken out
    of the mean. Equal agreement goes to the lower user index.
    """
    counts, stars = log.item_counts()[log.item], log.need_ratings("careful_raters")
    totals = np.bincount(log.item, stars, minlength=log.n_items)[log.item]
    shared = counts > 1
    others = (totals - stars)[shared] / (counts[shared] - 1)
    user, own = log.user[shared], stars[shared].astype(np.float64)
    agreement = _correlation(user, own, others, log.n_users)
    able = np.flatnonzero((log.user_counts() >= ratings) & np.isfinite(agreement))
    return able[np.argsort(-agreement[able], kind="stable")[:most]]


def _correlation(group: np.ndarray, x: np.ndarray, y: np.ndarray, n_groups: int) -> np.ndarray:
    """Pearson's correlation of x and y within each group, NaN where one of them does not vary: ``(n_groups,)``."""

    def mean(values: np.ndarray) -> np.ndarray:
        return np.bincount(group, values, minlength=n_groups) / np.maximum(np.bincount(group, minlength=n_groups), 1)

    x, y = x - mean(x)[group], y - mean(y)[group]
    spread = np.sqrt(mean(x * x) * mean(y * y))
    return np.where(spread > 1e-12, mean(x * y) / np.where(spread > 1e-12, spread, 1.0), np.nan)
