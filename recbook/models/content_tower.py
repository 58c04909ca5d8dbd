"""A tower for items from their content and a vector for each user, trained together (PyTorch)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from recbook.data.interactions import Interactions
from recbook.fitted import fitted
from recbook.models.base import BaseRecommender
from recbook.models.cold_start import item_targets
from recbook.vectors import finite

if TYPE_CHECKING:
    from torch import Tensor, nn


class ContentTower(BaseRecommender):
    """``score = u · tower(x)``: a two-layer tower on item features beside one vector for each user.

    ``features`` is ``(n_items, d)``. The loss is the cross-entropy of the softmax over all known items, one term for
    each interaction, in batches of 128 users (AdamW with ``weight_decay``; Loshchilov and Hutter 2019). An item without
    interactions is scored as any other, since its tower output needs features only.

    ``on_epoch(model, epoch)`` is called after each epoch, from 1, with the scores as they are then; they are those of
    a model with so many epochs, so one fit judges every number of them.
    """

    def __init__(
        self,
        features: np.ndarray,
        epochs: int = 10,
        width: int = 64,
        seed: int = 0,
        weight_decay: float = 1.0,
        on_epoch: Callable[[ContentTower, int], None] | None = None,
    ) -> None:
        features = np.asarray(features, np.float32)
        if features.ndim != 2 or epochs < 1 or width < 1 or weight_decay < 0:
            raise ValueError(
                "features must be (n_items, d), epochs and width above 0, weight_decay not below; "
                f"got {features.shape}, {epochs}, {width}, {weight_decay}."
            )
        self.features, self.epochs, self.width, self.seed = finite(features, "features"), epochs, width, seed
        self.weight_decay, self.on_epoch = weight_decay, on_epoch

    def fit(
        self, interactions: Interactions, known: np.ndarray | None = None, values: np.ndarray | None = None
    ) -> ContentTower:
        """As `recbook.models.KernelRidge.fit`."""
        import torch

        self.log_ = self._with_rows(interactions)
        known, rows = item_targets(interactions, len(self.features), known, values)
        torch.manual_seed(self.seed)
        tower = self._tower()
        users = torch.nn.Parameter(0.1 * torch.randn(interactions.n_users, self.width))
        wanted = torch.tensor(rows.T, dtype=torch.float32)  # (n_users, n_known)
        self._train(tower, users, torch.tensor(self.features[known]), wanted)
        self._refresh(tower, users)
        return self

    def _train(self, tower: nn.Module, users: Tensor, shown: Tensor, wanted: Tensor) -> None:
        import torch

        optimiser = torch.optim.AdamW([*tower.parameters(), users], lr=0.01, weight_decay=self.weight_decay)
        order = np.random.default_rng(self.seed)
        for epoch in range(1, self.epochs + 1):
            for batch in torch.tensor(order.permutation(len(wanted))).split(128):
                scores = users[batch] @ tower(shown).T
                loss = -(wanted[batch] * scores.log_softmax(dim=1)).sum() / wanted[batch].sum()
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
            if self.on_epoch is not None:
                self._refresh(tower, users)
                self.on_epoch(self, epoch)

    def _refresh(self, tower: nn.Module, users: Tensor) -> None:
        """Score all items with the tower as it is now: ``scores_`` ``(n_items, n_users)``."""
        import torch

        with torch.inference_mode():
            self.scores_ = (tower.eval()(torch.tensor(self.features)) @ users.T).numpy()
        tower.train()

    def score(self, users: np.ndarray, history: Interactions | None = None) -> np.ndarray:
        """float32 ``(len(users), n_items)``, for every item that has features."""
        return fitted(self, "scores_")[:, users].T

    def _tower(self) -> nn.Module:
        """The network from features ``(n, d)`` to ``(n, width)``."""
        from torch import nn

        d, width = self.features.shape[1], self.width
        return nn.Sequential(nn.Linear(d, width), nn.ReLU(), nn.Dropout(0.5), nn.Linear(width, width))
