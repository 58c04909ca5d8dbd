"""The two-tower model in PyTorch: a user vector, an item vector, their dot product (Huang et al. 2013; Yi et al. 2019).

Its Keras twin is `recbook.tf.dot`; what both share is in `recbook.models.towers`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from recbook.data.interactions import Interactions
from recbook.fitted import fitted
from recbook.models.towers import (
    Batch,
    TowerRecommender,
    TowerSettings,
    batches,
    learning_rates,
    n_steps,
)


class Tower(nn.Module):
    """Rows of indices to vectors: a free vector for each index, plus a projection of its fixed features.

    ``identity`` is ``(n, width)`` or None, ``projection`` ``(d, width)`` or None, ``features`` ``(n, d)``.
    """

    features: Tensor | None

    def __init__(self, identity: Tensor | None, projection: Tensor | None, features: Tensor | None) -> None:
        super().__init__()
        self.identity = None if identity is None else nn.Parameter(identity)
        self.projection = None if projection is None else nn.Parameter(projection)
        # Not saved with the weights: whoever loads the model brings the features of its own users and items.
        self.register_buffer("features", features, persistent=False)

    def forward(self, index: Tensor) -> Tensor:
        """int64 ``(n,)`` to ``(n, width)``."""
        parts = []
        if self.identity is not None:
            parts.append(functional.embedding(index, self.identity))
        if self.projection is not None and self.features is not None:
            parts.append(functional.embedding(index, self.features) @ self.projection)
        return parts[0] if len(parts) == 1 else parts[0] + parts[1]


class TwoTower(nn.Module):
    """Scores ``u · v + b``: user tower, item tower, and a bias for each item.

    ``weights`` by the names of `towers.start_weights`; features ``(n_users, d)`` and ``(n_items, d)``, or None for a
    model without text.
    """

    def __init__(
        self, weights: Mapping[str, np.ndarray], users: np.ndarray | None = None, items: np.ndarray | None = None
    ) -> None:
        super().__init__()
        if "item_projection" in weights and (users is None or items is None):
            raise ValueError("These weights project text vectors: give the features of users and of items too.")
        tensors = {name: torch.tensor(value) for name, value in weights.items()}
        self.user = Tower(tensors.get("user_identity"), tensors.get("user_projection"), _tensor(users))
        self.item = Tower(tensors.get("item_identity"), tensors.get("item_projection"), _tensor(items))
        self.bias = nn.Parameter(tensors["item_bias"])

    def forward(self, users: Tensor, items: Tensor) -> Tensor:
        """The score of each pair: int64 ``(n,)`` and ``(n,)`` to ``(n,)``."""
        return (self.user(users) * self.item(items)).sum(dim=1) + self.bias[items]

    def against(self, users: Tensor, items: Tensor) -> Tensor:
        """The score of each user with each item: ``(n,)`` and ``(m,)`` to ``(n, m)``."""
        return self.user(users) @ self.item(items).T + self.bias[items]

    def weights(self) -> dict[str, np.ndarray]:
        """The weights as they are now, by the names of `towers.start_weights`."""
        named = {"item_bias": self.bias}
        for name, tower in (("user", self.user), ("item", self.item)):
            named |= {f"{name}_{part}": getattr(tower, part) for part in ("identity", "projection")}
        return {name: value.detach().cpu().numpy().copy() for name, value in named.items() if value is not None}


def softmax_loss(positive: Tensor, negative: Tensor) -> Tensor:
    """Sampled softmax: minus the mean log share of the positive among itself and its negatives.

    ``positive`` is ``(n,)``, ``negative`` ``(n, m)``; minus infinity takes no part (Bengio and Senécal 2008).
    """
    scores = torch.cat([positive.unsqueeze(1), negative], dim=1)
    return functional.cross_entropy(scores, torch.zeros(len(scores), dtype=torch.long, device=scores.device))


def sigmoid_loss(positive: Tensor, negative: Tensor, negative_weight: float) -> Tensor:
    """Binary cross-entropy from logits, the mean over the negatives weighing ``negative_weight`` times the positives.

    ``positive`` is ``(n,)``, ``negative`` ``(n, m)``; a negative of minus infinity costs nothing.
    """
    return functional.softplus(-positive).mean() + negative_weight * functional.softplus(negative).mean()


def batch_loss(model: TwoTower, batch: Batch, settings: TowerSettings) -> Tensor:
    """The loss of one batch, a scalar. A sampled item that is a row's own positive is left out of that row."""
    device = model.bias.device
    users, items, negatives = (torch.as_tensor(part, device=device) for part in batch)
    positive = model(users, items)
    negative = model.against(users, negatives).masked_fill(negatives == items.unsqueeze(1), -torch.inf)
    if settings.loss == "softmax":
        return softmax_loss(positive, negative)
    return sigmoid_loss(positive, negative, settings.negative_weight)


class DotRecommender(TowerRecommender):
    """The two-tower model in PyTorch as a recommender; see `towers.TowerRecommender` for what it takes."""

    _model = TwoTower

    @staticmethod
    def _weights_of(model: TwoTower) -> dict[str, np.ndarray]:
        return model.weights()

    def _train(self, interactions: Interactions) -> None:
        total = n_steps(interactions, self.settings)
        rates = learning_rates(total, self.settings)
        optimizer = torch.optim.Adam(self.model_.parameters())
        for step, batch in enumerate(batches(interactions, self.settings, self.seed)):
            optimizer.param_groups[0]["lr"] = rates[step]
            self.losses_.append(train_step(self.model_, optimizer, batch, self.settings))
            if self._epoch_ends_and_stops(step + 1, total // self.settings.epochs):
                break

    def score(self, users: np.ndarray, history: Interactions | None = None) -> np.ndarray:
        """float32 ``(len(users), n_items)``."""
        fitted(self, "model_")
        model = self.model_
        with torch.inference_mode():
            index = torch.as_tensor(np.asarray(users, np.int64), device=model.bias.device)
            return model.against(index, torch.arange(len(model.bias), device=model.bias.device)).cpu().numpy()

    def _epoch_ends_and_stops(self, done: int, steps_an_epoch: int) -> bool:
        if self.on_epoch is None or done % steps_an_epoch:
            return False
        return bool(self.on_epoch(self, done // steps_an_epoch))


def train_step(model: TwoTower, optimizer: torch.optim.Optimizer, batch: Batch, settings: TowerSettings) -> float:
    """One step of gradient descent; returns the loss before it."""
    loss = batch_loss(model, batch, settings)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def _tensor(features: np.ndarray | None) -> Tensor | None:
    return None if features is None else torch.tensor(np.asarray(features, np.float32))
