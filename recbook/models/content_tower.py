"""A tower for items from their content and a vector for each user, trained together (PyTorch)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from recbook.data.interactions import Interactions
from recbook.fitted import fitted
from recbook.models.base import BaseRecommender
from recbook.models.cold_start import item_targets
from recbook.vectors import finite

if TYPE_CHECKING:
    from torch import nn


class ContentTower(BaseRecommender):
    """``score = u · tower(x)``: a two-layer tower on item features beside one vector for each user.

    ``features`` is ``(n_items, d)``. The loss is the cross-entropy of the softmax over all known items, one term for
    each interaction, in batches of 128 users (AdamW; Loshchilov and Hutter 2019). An item without interactions is
    scored as any other, since its tower output needs features only.
    """

    def __init__(self, features: np.ndarray, epochs: int = 10, width: int = 64, seed: int = 0) -> None:
        features = np.asarray(features, np.float32)
        if features.ndim != 2 or epochs < 1 or width < 1:
            raise ValueError(
                f"features must be (n_items, d), epochs and width above 0; got {features.shape}, {epochs}."
            )
        self.features, self.epochs, self.width, self.seed = finite(features, "features"), epochs, width, seed

    def fit(
        self, interactions: Interactions, known: np.ndarray | None = None, values: np.ndarray | None = None
    ) -> ContentTower:
        """As `recbook.models.KernelRidge.fit`."""
        import torch

        self.log_ = self._with_rows(interactions)
        known, rows = item_targets(interactions, len(self.features), known, values)
        wanted = torch.tensor(rows.T, dtype=torch.float32)  # (n_users, n_known)
        features, shown = torch.tensor(self.features), torch.tensor(self.features[known])
        torch.manual_seed(self.seed)
        tower = _tower(self.features.shape[1], self.width)
        users = torch.nn.Parameter(0.1 * torch.randn(interactions.n_users, self.width))
        optimiser = torch.optim.AdamW([*tower.parameters(), users], lr=0.01, weight_decay=1.0)
        order = np.random.default_rng(self.seed)
        batches = [torch.tensor(order.permutation(len(wanted))).split(128) for _ in range(self.epochs)]
        for rows_of in (batch for epoch in batches for batch in epoch):
            scores = users[rows_of] @ tower(shown).T
            loss = -(wanted[rows_of] * scores.log_softmax(dim=1)).sum() / wanted[rows_of].sum()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        with torch.inference_mode():
            self.scores_ = (tower.eval()(features) @ users.T).numpy()  # (n_items, n_users)
        return self

    def score(self, users: np.ndarray, history: Interactions | None = None) -> np.ndarray:
        """float32 ``(len(users), n_items)``, for every item that has features."""
        return fitted(self, "scores_")[:, users].T


def _tower(d: int, width: int) -> nn.Module:
    from torch import nn

    return nn.Sequential(nn.Linear(d, width), nn.ReLU(), nn.Dropout(0.5), nn.Linear(width, width))
