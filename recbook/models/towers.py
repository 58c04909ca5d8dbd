"""What a two-tower model is made of before any framework: settings, first weights, features, batches. NumPy only.

`recbook.models.dot` (PyTorch) and `recbook.tf.dot` (Keras) build the same model from these, so that one set of weights
and one order of batches serve both, and any difference between them is the framework's.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np

from recbook.data.interactions import Interactions
from recbook.models.base import TrainedRecommender
from recbook.vectors import unit

LOSSES = ("softmax", "sigmoid")


@dataclass(frozen=True)
class TowerSettings:
    """What can be chosen about a two-tower model and its training.

    ``identity`` gives each user and item a free vector of its own, ``text`` a projection of its text vector; both add
    up. ``loss`` is "softmax" (one positive against shared sampled negatives) or "sigmoid" (each pair on its own, the
    negatives together weighing ``negative_weight`` times a positive). The learning rate falls linearly to zero.
    """

    width: int = 64
    identity: bool = True
    text: bool = True
    loss: str = "softmax"
    negatives: int = 256
    negative_weight: float = 4.0
    batch_size: int = 1024
    epochs: int = 12
    learning_rate: float = 7e-3
    start_scale: float = 0.05

    def __post_init__(self) -> None:
        if not (self.identity or self.text):
            raise ValueError("A tower needs something to start from: set identity, text or both to True.")
        if self.loss not in LOSSES:
            raise ValueError(f"loss must be one of {', '.join(LOSSES)}; got {self.loss!r}.")
        for name in ("width", "negatives", "batch_size", "epochs", "learning_rate", "start_scale", "negative_weight"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be above 0; got {getattr(self, name)}.")


class Batch(NamedTuple):
    """Indices that one step sees: who met what ``(n,)``, and the sampled items that all rows share ``(negatives,)``."""

    users: np.ndarray
    items: np.ndarray
    negatives: np.ndarray


def start_weights(n_users: int, n_items: int, d: int, settings: TowerSettings, seed: int = 0) -> dict[str, np.ndarray]:
    """The weights before training, float32, by name; only those that ``settings`` asks for.

    "user_identity" ``(n_users, width)``, "item_identity" ``(n_items, width)``, "user_projection" and
    "item_projection" ``(d, width)``, drawn from a normal distribution with deviation ``start_scale``;
    "item_bias" ``(n_items,)`` zero.
    """
    shapes: dict[str, tuple[int, int]] = {}
    if settings.identity:
        shapes |= {"user_identity": (n_users, settings.width), "item_identity": (n_items, settings.width)}
    if settings.text:
        shapes |= {"user_projection": (d, settings.width), "item_projection": (d, settings.width)}
    rng = np.random.default_rng(seed)
    weights = {name: rng.normal(0, settings.start_scale, shape).astype(np.float32) for name, shape in shapes.items()}
    return weights | {"item_bias": np.zeros(n_items, np.float32)}


def centred(vectors: np.ndarray) -> np.ndarray:
    """The mean taken off, then unit length: float32 ``(n, d)``. Sentence vectors share a direction that says little."""
    vectors = np.asarray(vectors, np.float32)
    return unit(vectors - vectors.mean(axis=0))


def user_features(interactions: Interactions, item_features: np.ndarray) -> np.ndarray:
    """Mean of the item features that a user met, unit length, zero without any: float32 ``(n_users, d)``."""
    if len(item_features) != interactions.n_items:
        raise ValueError(f"item_features has {len(item_features)} rows, the log {interactions.n_items} items.")
    return unit(np.asarray(interactions.matrix() @ item_features, np.float32))


def batches(interactions: Interactions, settings: TowerSettings, seed: int = 0) -> Iterator[Batch]:
    """Every batch of every epoch in order: the log shuffled anew each epoch, negatives drawn evenly from known items.

    An item without any interaction is never a negative: nobody has had the chance to meet it.
    """
    rng = np.random.default_rng(seed)
    known = np.flatnonzero(interactions.item_counts())
    for _ in range(settings.epochs):
        order = rng.permutation(interactions.n)
        for start in range(0, interactions.n, settings.batch_size):
            rows = order[start : start + settings.batch_size]
            negatives = known[rng.integers(len(known), size=settings.negatives)]
            yield Batch(interactions.user[rows].astype(np.int64), interactions.item[rows].astype(np.int64), negatives)


def n_steps(interactions: Interactions, settings: TowerSettings) -> int:
    """How many batches `batches` yields in all."""
    return settings.epochs * -(-interactions.n // settings.batch_size)


def learning_rates(total: int, settings: TowerSettings) -> np.ndarray:
    """The learning rate of each step, falling linearly from ``learning_rate`` towards 0: float64 ``(total,)``."""
    return settings.learning_rate * (1 - np.arange(total) / total)


class TowerRecommender(TrainedRecommender):
    """A two-tower model as a recommender; each framework's `DotRecommender` trains its own.

    A user's features are the mean of those of the items met.
    """

    default_settings = TowerSettings
    settings: TowerSettings
    model_: Any

    @staticmethod
    @abstractmethod
    def _weights_of(model: Any) -> dict[str, np.ndarray]:
        """The model's weights by the names of `start_weights`."""

    def _state(self) -> dict[str, Any]:
        return dict(vars(self)) | {"model_": self._weights_of(self.model_)}

    def _restore(self, state: dict[str, Any]) -> None:
        weights = state.pop("model_")
        vars(self).update(state)
        features = self.item_features
        users = None if features is None else user_features(self.log_, features)
        self.model_ = self._model(weights, users, features)

    def fit(self, interactions: Interactions) -> Self:
        """Train new towers on one log."""
        self.model_, self.losses_ = self._start(interactions), list[float]()
        self._train(interactions)
        return self

    @abstractmethod
    def _train(self, interactions: Interactions) -> None:
        """Train ``model_``, and note each step's loss in ``losses_``."""

    @abstractmethod
    def _model(self, weights: Mapping[str, np.ndarray], users: np.ndarray | None, items: np.ndarray | None) -> Any: ...

    def _start(self, interactions: Interactions) -> Any:
        """The framework's model with its first weights and the features of users and items."""
        self.log_, features = self._with_rows(interactions), self.item_features
        d = 0 if features is None else features.shape[1]
        weights = start_weights(interactions.n_users, interactions.n_items, d, self.settings, self.seed)
        return self._model(weights, None if features is None else user_features(interactions, features), features)
