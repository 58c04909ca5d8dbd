"""A small autoencoder of histories: what a user met goes in, scores of all items come out (Liang et al. 2018).

It holds nothing of any user, only item weights: so it can be trained where the rows are, and one row is one user.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import torch
from scipy import sparse
from torch import Tensor, nn
from torch.nn import functional

from recbook.data.interactions import Interactions
from recbook.fitted import fitted
from recbook.models.base import HistoryReader, TrainedRecommender


@dataclass(frozen=True)
class AutoencoderSettings:
    """``dropout`` hides that share of each history while training; ``weight_decay`` is Adam's, decoupled."""

    width: int = 64
    dropout: float = 0.5
    epochs: int = 60
    batch_size: int = 64
    learning_rate: float = 3e-3
    weight_decay: float = 0.01
    text: bool = False  # what `TrainedRecommender` asks: it reads no features

    def __post_init__(self) -> None:
        for name in ("width", "epochs", "batch_size", "learning_rate"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be above 0; got {getattr(self, name)}.")
        if not 0 <= self.dropout < 1 or self.weight_decay < 0:
            raise ValueError("dropout must lie in 0…1 (below 1), and weight_decay must not be below 0.")


class HistoryAutoencoder(nn.Module):
    """Histories of unit length ``(batch, n_items)`` to scores of all items, same shape, through ``width`` numbers."""

    def __init__(self, n_items: int, width: int) -> None:
        super().__init__()
        self.encode, self.decode = nn.Linear(n_items, width), nn.Linear(width, n_items)
        nn.init.normal_(self.encode.weight, std=1 / width**0.5)
        nn.init.normal_(self.decode.weight, std=0.02)
        nn.init.zeros_(self.encode.bias)
        nn.init.zeros_(self.decode.bias)

    def forward(self, histories: Tensor) -> Tensor:
        return self.decode(torch.tanh(self.encode(histories)))


class Autoencoder(HistoryReader, TrainedRecommender):
    """Mult-DAE of Liang et al. (2018) with one hidden layer. After `fit`, ``losses_`` holds the loss of each step.

    It scores any history of the same items. ``on_epoch(model, epoch)`` stops the training by returning True.
    """

    default_settings = AutoencoderSettings
    settings: AutoencoderSettings

    def fit(self, interactions: Interactions) -> Self:
        """Train on the users who have rows."""
        self.log_ = self._with_rows(interactions)
        self.model_ = made(interactions.n_items, self.settings.width, self.seed)
        rows = with_something(interactions.matrix())
        self.losses_ = train(self.model_, rows, self.settings, self.settings.epochs, self.seed, self._epoch_ended)
        return self

    def _epoch_ended(self, epoch: int) -> bool:
        return self.on_epoch is not None and bool(self.on_epoch(self, epoch))

    def _from_history(self, part: Interactions) -> np.ndarray:
        return scores_of(fitted(self, "model_"), part.matrix())

    def _state(self) -> dict[str, Any]:
        return dict(vars(self)) | {"model_": {name: w.numpy() for name, w in self.model_.state_dict().items()}}

    def _restore(self, state: dict[str, Any]) -> None:
        weights = {name: torch.from_numpy(value.copy()) for name, value in state.pop("model_").items()}
        vars(self).update(state)
        self.model_ = made(self.log_.n_items, self.settings.width, self.seed)
        self.model_.load_state_dict(weights)


def made(n_items: int, width: int, seed: int) -> HistoryAutoencoder:
    """An autoencoder with the first weights of this seed; the caller's random numbers stay as they are."""
    with torch.random.fork_rng([]):
        torch.manual_seed(seed)
        return HistoryAutoencoder(n_items, width)


def with_something(rows: sparse.csr_array) -> np.ndarray:
    """The rows that are not empty, dense float32."""
    return rows[np.flatnonzero(np.diff(rows.indptr))].toarray().astype(np.float32)


def train(
    model: HistoryAutoencoder,
    rows: np.ndarray,
    settings: AutoencoderSettings,
    epochs: int,
    seed: int,
    epoch_ended: Any = None,
) -> list[float]:
    """Train ``model`` in place on dense 0/1 ``rows`` ``(n_users, n_items)``; returns the loss of each step.

    ``epoch_ended(epoch)`` may stop it by returning True.
    """
    rng, losses = np.random.default_rng(seed), []
    optimizer = torch.optim.AdamW(model.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay)
    for epoch in range(1, epochs + 1):
        order = rng.permutation(len(rows))
        for start in range(0, len(rows), settings.batch_size):
            batch = rows[order[start : start + settings.batch_size]]
            kept = rng.random(batch.shape, dtype=np.float32) >= settings.dropout
            loss = history_loss(model, torch.from_numpy(batch * kept), torch.from_numpy(batch)).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        if epoch_ended is not None and epoch_ended(epoch):
            break
    return losses


def history_loss(model: nn.Module, given: Tensor, wanted: Tensor) -> Tensor:
    """Each user's loss ``(batch,)``: mean of ``-log P(item)`` over what the user met; both ``(batch, n_items)``."""
    log_p = functional.log_softmax(model(functional.normalize(given, dim=1)), dim=1)
    return -(log_p * wanted).sum(dim=1) / wanted.sum(dim=1).clamp(min=1)


def scores_of(model: nn.Module, rows: sparse.csr_array) -> np.ndarray:
    """float32 ``(n_users, n_items)`` for sparse histories."""
    with torch.inference_mode():
        given = torch.from_numpy(rows.toarray().astype(np.float32))
        return model(functional.normalize(given, dim=1)).numpy()
