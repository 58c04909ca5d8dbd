"""Two linear towers on what is known about the items: the smallest model that learns on top of pretrained vectors.

The user's profile is the mean of the features of the items met, the last ones weighing most; one matrix maps profiles,
another maps items, and their dot product plus a bias for each item is the score. torch is imported when one is fitted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from recbook.data.histories import recency, sentences_in_time
from recbook.data.interactions import Interactions
from recbook.fitted import fitted
from recbook.models.base import HistoryReader
from recbook.vectors import finite

if TYPE_CHECKING:
    import torch


class LinearTowers(HistoryReader):
    """``score = (profile @ A) · (features @ B) + bias``, trained to tell the next item from all others.

    ``features`` is ``(n_items, d)``, row i for item index i. A profile weighs the k-th item from the end
    ``0.5 ** (k / half_life)``. Training predicts each of a user's ``last`` items from the profile before it, by
    cross-entropy over all items (full softmax), with Adam (Kingma and Ba 2015). ``A`` begins at random, ``B`` at zero
    and the bias at ``log(1 + count)``: the untrained model is popularity.

    What it learns: ``user_side_`` ``(n_items, dimensions)``, the rows ``features @ A`` whose mean is the user's
    vector; ``item_side_``, same shape, ``features @ B``; ``bias_`` ``(n_items,)``; and ``losses_``, one number a step.
    """

    user_side_: np.ndarray
    item_side_: np.ndarray
    bias_: np.ndarray
    losses_: np.ndarray

    def __init__(
        self,
        features: np.ndarray,
        dimensions: int = 64,
        half_life: float = 4.0,
        last: int = 30,
        epochs: int = 4,
        rate: float = 1e-2,
        batch_size: int = 512,
        seed: int = 0,
    ) -> None:
        features = np.asarray(features, np.float32)
        if features.ndim != 2:
            raise ValueError(f"features must have shape (n_items, d); got {features.shape}.")
        finite(features, "features")
        whole = {"dimensions": dimensions, "last": last, "batch_size": batch_size}
        if small := [f"{name}={value}" for name, value in whole.items() if value < 1]:
            raise ValueError(f"dimensions, last and batch_size must be at least 1; got {', '.join(small)}.")
        if half_life <= 0 or rate <= 0 or epochs < 0:
            raise ValueError(
                f"half_life and rate must be above 0, epochs not below; got {half_life}, {rate}, {epochs}."
            )
        self.features, self.dimensions, self.half_life, self.last = features, dimensions, half_life, last
        self.epochs, self.rate, self.batch_size, self.seed = epochs, rate, batch_size, seed

    def fit(self, interactions: Interactions) -> LinearTowers:
        """Train on one log. Raises ValueError where its items are not those of the features, or none has a past."""
        import torch

        if len(self.features) != interactions.n_items:
            raise ValueError(f"features has {len(self.features)} rows, the log {interactions.n_items} items.")
        before, following = examples(self._with_rows(interactions), self.features, self.half_life, self.last)
        if not len(following):
            raise ValueError("No user has two items: there is no next item to learn from.")
        a, b, bias = self._start(interactions)
        items = torch.from_numpy(self.features)
        optimiser = torch.optim.Adam([a, b, bias], lr=self.rate)
        losses = []
        for rows in self._batches(len(following)):
            scores = (before[rows] @ a) @ (items @ b).T + bias  # (batch, n_items)
            loss = torch.nn.functional.cross_entropy(scores, following[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
        self.log_, self.losses_, self.bias_ = interactions, np.array(losses), bias.detach().numpy()
        self.user_side_, self.item_side_ = ((items @ side).detach().numpy() for side in (a, b))
        return self

    def _from_history(self, part: Interactions) -> np.ndarray:
        bias = fitted(self, "bias_")
        user = recency(part, self.half_life) @ self.user_side_
        return np.asarray(user @ self.item_side_.T + bias, np.float32)

    def _start(self, interactions: Interactions) -> tuple[torch.Tensor, ...]:
        import torch

        d = self.features.shape[1]
        a = torch.randn(d, self.dimensions, generator=torch.Generator().manual_seed(self.seed)) / d**0.5
        counts = torch.from_numpy(interactions.item_counts()).float()
        return tuple(start.requires_grad_() for start in (a, torch.zeros_like(a), torch.log1p(counts)))

    def _batches(self, n: int) -> list[torch.Tensor]:
        import torch

        rng = torch.Generator().manual_seed(self.seed)
        epochs = [torch.randperm(n, generator=rng).split(self.batch_size) for _ in range(self.epochs)]
        return [rows for epoch in epochs for rows in epoch]


def examples(
    interactions: Interactions, features: np.ndarray, half_life: float, last: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Each of a user's ``last`` items that has one before it, and the profile at that moment.

    Returns profiles, float32 ``(n, d)``, and item indices, int64 ``(n,)``, users in order and each in time order. The
    profile is the running mean ``(decay * sum + feature) / (decay * weight + 1)`` with ``decay = 0.5 ** (1 /
    half_life)``: what `recbook.data.histories.recency` gives at the end of the history.
    """
    import torch

    decay = np.float32(0.5 ** (1 / half_life))
    profiles, following = [], []
    for items in sentences_in_time(interactions):
        total, weight = np.zeros(features.shape[1], np.float32), np.float32(0)
        for place, item in enumerate(items):
            if place and place >= len(items) - last:
                profiles.append(total / weight)
                following.append(item)
            total, weight = decay * total + features[item], decay * weight + 1
    shape = (len(following), features.shape[1])
    return torch.from_numpy(np.array(profiles, np.float32).reshape(shape)), torch.tensor(following, dtype=torch.int64)


def joined_features(*blocks: np.ndarray) -> np.ndarray:
    """Feature blocks side by side, float32 ``(n_items, sum of widths)``: each centred, then scaled to the same size.

    The scale makes the mean squared length of a block's rows 1, so that no block counts for more because its numbers
    are larger. A block without any difference between its rows becomes zeros.
    """
    tables = [np.asarray(block, np.float64) for block in blocks]
    centred = [table - table.mean(axis=0) for table in tables]
    sizes = [np.sqrt((block**2).sum(axis=1).mean()) for block in centred]
    return np.hstack([block / max(size, 1e-12) for block, size in zip(centred, sizes, strict=True)]).astype(np.float32)
