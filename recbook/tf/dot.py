"""The two-tower model in Keras: a user vector, an item vector, their dot product (Huang et al. 2013; Yi et al. 2019).

Its PyTorch twin is `recbook.models.dot`; what both share is in `recbook.models.towers`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from recbook.data.interactions import Interactions
from recbook.fitted import fitted
from recbook.models.towers import Batch, TowerRecommender, TowerSettings, batches, n_steps

EPSILON = 1e-8 * (1 - 0.999) ** 0.5
"""What Adam adds to its denominator. Keras does so before the correction for the first steps, PyTorch (1e-8) after it;
this number makes the first step the same, where gradients are small and it matters most. Keras's own is 1e-7."""


class Tower(keras.layers.Layer):
    """Rows of indices to vectors: a free vector for each index, plus a projection of its fixed features.

    ``identity`` is ``(n, width)`` or None, ``projection`` ``(d, width)`` or None, ``features`` ``(n, d)``.
    """

    def __init__(
        self, identity: np.ndarray | None, projection: np.ndarray | None, features: np.ndarray | None, name: str
    ) -> None:
        super().__init__(name=name)
        self.identity = None if identity is None else self._learned(identity, "identity")
        self.projection = None if projection is None else self._learned(projection, "projection")
        # No weight, so not saved: whoever loads the model brings the features of its own users and items.
        self.features = None if features is None else tf.constant(features, self.compute_dtype)

    def call(self, index: Any) -> Any:
        """int64 ``(n,)`` to ``(n, width)``."""
        parts = []
        if self.identity is not None:
            parts.append(tf.gather(self.identity, index))
        if self.projection is not None:
            parts.append(ops.matmul(tf.gather(self.features, index), self.projection))
        return parts[0] if len(parts) == 1 else parts[0] + parts[1]

    def _learned(self, start: np.ndarray, name: str) -> Any:
        return self.add_weight(name=name, shape=start.shape, initializer=lambda shape, dtype: tf.constant(start, dtype))


class TwoTower(keras.Model):
    """Scores ``u · v + b``: user tower, item tower, and a bias for each item.

    ``weights`` by the names of `towers.start_weights`; features ``(n_users, d)`` and ``(n_items, d)``, or None for a
    model without text. ``compile(optimizer, settings)`` prepares it for ``fit`` on batches of users, items, negatives;
    further options are those of `keras.Model.compile`.
    """

    def __init__(
        self, weights: Mapping[str, np.ndarray], users: np.ndarray | None = None, items: np.ndarray | None = None
    ) -> None:
        if "item_projection" in weights and (users is None or items is None):
            raise ValueError("These weights project text vectors: give the features of users and of items too.")
        super().__init__(name="two_tower")
        self.user = Tower(weights.get("user_identity"), weights.get("user_projection"), users, "user")
        self.item = Tower(weights.get("item_identity"), weights.get("item_projection"), items, "item")
        start = weights["item_bias"]
        self.bias = self.add_weight(name="bias", shape=start.shape, initializer="zeros")
        self.bias.assign(start)
        self.built = True  # all weights are there; fit need not find out their shapes

    def call(self, pairs: Any) -> Any:
        """The score of each pair: users ``(n,)`` and items ``(n,)`` to ``(n,)``."""
        users, items = pairs
        return ops.sum(self.user(users) * self.item(items), axis=1) + tf.gather(self.bias, items)

    def against(self, users: Any, items: Any) -> Any:
        """The score of each user with each item: ``(n,)`` and ``(m,)`` to ``(n, m)``."""
        scores = ops.matmul(self.user(users), ops.transpose(self.item(items)))
        return scores + ops.cast(tf.gather(self.bias, items), scores.dtype)

    def compile(self, optimizer: Any, settings: TowerSettings, **options: Any) -> None:
        super().compile(optimizer=optimizer, **options)
        self.settings = settings

    def train_step(self, batch: Any) -> dict[str, Any]:
        """One step of gradient descent on users, items and negatives; Keras calls it for each batch of ``fit``."""
        with tf.GradientTape() as tape:
            loss = batch_loss(self, batch, self.settings)
        self.optimizer.apply(whole(tape.gradient(loss, self.trainable_weights)), self.trainable_weights)
        return {"loss": loss}

    def weights_by_name(self) -> dict[str, np.ndarray]:
        """The weights as they are now, by the names of `towers.start_weights` (``weights`` is Keras's own list)."""
        named = {"item_bias": self.bias}
        for tower in (self.user, self.item):
            named |= {f"{tower.name}_{part}": getattr(tower, part) for part in ("identity", "projection")}
        return {name: value.numpy().copy() for name, value in named.items() if value is not None}


def softmax_loss(positive: Any, negative: Any) -> Any:
    """Sampled softmax: minus the mean log share of the positive among itself and its negatives.

    ``positive`` is ``(n,)``, ``negative`` ``(n, m)``; minus infinity takes no part (Bengio and Senécal 2008).
    """
    scores = ops.concatenate([positive[:, None], negative], axis=1)
    first = tf.zeros(tf.shape(positive)[0], tf.int32)
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(first, scores))


def sigmoid_loss(positive: Any, negative: Any, negative_weight: float) -> Any:
    """Binary cross-entropy from logits, the mean over the negatives weighing ``negative_weight`` times the positives.

    ``positive`` is ``(n,)``, ``negative`` ``(n, m)``; a negative of minus infinity costs nothing.
    """
    return tf.reduce_mean(tf.nn.softplus(-positive)) + negative_weight * tf.reduce_mean(tf.nn.softplus(negative))


def batch_loss(model: TwoTower, batch: Batch, settings: TowerSettings) -> Any:
    """The loss of one batch, a scalar. A sampled item that is a row's own positive is left out of that row."""
    users, items, negatives = batch
    positive = model((users, items))
    own = negatives[None, :] == items[:, None]
    scores = model.against(users, negatives)
    negative = tf.where(own, tf.constant(-np.inf, scores.dtype), scores)
    if settings.loss == "softmax":
        return softmax_loss(positive, negative)
    return sigmoid_loss(positive, negative, settings.negative_weight)


def whole(gradients: Sequence[Any]) -> list[Any]:
    """Gradients as full tensors, the pieces that belong to one row added up.

    A lookup's gradient comes as one piece for each time a row was looked up. Adam needs the square of their sum, and
    Keras's Adam squares piece by piece: a row met n times in a batch would take steps up to the root of n too long.
    """
    return [tf.convert_to_tensor(gradient) for gradient in gradients]


def adam(interactions: Interactions, settings: TowerSettings) -> keras.optimizers.Adam:
    """Adam with the rate falling linearly to 0 over all steps, and an epsilon that does as PyTorch's."""
    falling = keras.optimizers.schedules.PolynomialDecay(
        settings.learning_rate, n_steps(interactions, settings), end_learning_rate=0.0
    )
    return keras.optimizers.Adam(falling, epsilon=EPSILON)


def as_dataset(interactions: Interactions, settings: TowerSettings, seed: int = 0) -> tf.data.Dataset:
    """`towers.batches`, all epochs of them, as a tf.data pipeline: the batches that PyTorch sees, in their order."""
    signature = Batch(*(tf.TensorSpec((None,), tf.int64) for _ in Batch._fields))
    return tf.data.Dataset.from_generator(lambda: batches(interactions, settings, seed), output_signature=signature)


class DotRecommender(TowerRecommender):
    """The two-tower model in Keras as a recommender; see `towers.TowerRecommender` for what it takes."""

    _model = TwoTower

    @staticmethod
    def _weights_of(model: TwoTower) -> dict[str, np.ndarray]:
        return model.weights_by_name()

    def _train(self, interactions: Interactions) -> None:
        self.model_.compile(adam(interactions, self.settings), self.settings)
        steps = n_steps(interactions, self.settings) // self.settings.epochs
        data = as_dataset(interactions, self.settings, self.seed)
        # The data are shuffled already; Keras would warn that it leaves that to them.
        how = {"epochs": self.settings.epochs, "steps_per_epoch": steps, "verbose": 0, "shuffle": False}
        self.model_.fit(data, callbacks=[_Follow(self)], **how)

    def score(self, users: np.ndarray, history: Interactions | None = None) -> np.ndarray:
        """float32 ``(len(users), n_items)``."""
        fitted(self, "model_")
        users, items = np.asarray(users, np.int64), np.arange(self.model_.bias.shape[0])
        return self.model_.against(users, items).numpy()


class _Follow(keras.callbacks.Callback):
    """Keeps the loss of each step, and asks ``on_epoch`` after each epoch whether to stop."""

    def __init__(self, recommender: DotRecommender) -> None:
        super().__init__()
        self.recommender = recommender

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self.recommender.losses_.append(float((logs or {})["loss"]))

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        ask = self.recommender.on_epoch
        if ask is not None and ask(self.recommender, epoch + 1):
            self.model.stop_training = True
