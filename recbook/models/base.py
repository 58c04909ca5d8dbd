"""What the trained recommenders share, in whatever framework: settings, item features, a seed, a watcher."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, Self

import numpy as np

from recbook.data.interactions import Interactions


class TrainedRecommender(ABC):
    """A recommender trained by steps: from the items' identities, from their features, or from both.

    ``item_features`` ``(n_items, d)`` are what is known about an item before its first rating; ``settings`` say by
    ``text`` whether they are used (by default, where they are given). After `fit`, ``losses_`` holds the loss of each
    step. ``on_epoch(model, epoch)`` is called after each epoch, and stops the training by returning True.
    """

    default_settings: ClassVar[Callable[..., Any]]

    def __init__(
        self,
        item_features: np.ndarray | None = None,
        settings: Any = None,
        seed: int = 0,
        on_epoch: Callable[[Any, int], bool | None] | None = None,
    ) -> None:
        self.settings = self.default_settings(text=item_features is not None) if settings is None else settings
        if self.settings.text and item_features is None:
            raise ValueError("settings.text is True: give item_features, or set text=False.")
        self.item_features = item_features if self.settings.text else None
        self.seed, self.on_epoch = seed, on_epoch

    @abstractmethod
    def fit(self, interactions: Interactions) -> Self: ...

    @abstractmethod
    def score(self, users: np.ndarray, history: Interactions | None = None) -> np.ndarray: ...
