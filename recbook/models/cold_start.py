"""Scores for items that nobody has rated yet, from what is known about the item itself."""

from __future__ import annotations

import numpy as np

from recbook.data.interactions import Interactions
from recbook.models.baselines import _fitted


class FeatureRidge:
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
        self.features, self.l2 = features, l2

    def fit(self, interactions: Interactions) -> FeatureRidge:
        if len(self.features) != interactions.n_items:
            raise ValueError(f"features has {len(self.features)} rows, the log {interactions.n_items} items.")
        known = interactions.item_counts() > 0
        liked = interactions.matrix().T[known].toarray().astype(np.float64)  # (n_known, n_users)
        self.mean_ = self.features[known].mean(axis=0)
        known_features = self.features[known] - self.mean_
        # The dual form solves a system as large as the number of known items, whatever the number of features.
        kernel = known_features @ known_features.T
        kernel[np.diag_indices_from(kernel)] += self.l2
        self.offset_ = liked.mean(axis=0)
        self.weights_ = known_features.T @ np.linalg.solve(kernel, liked - self.offset_)  # (d, n_users)
        return self

    def score(self, users: np.ndarray, history: Interactions | None = None) -> np.ndarray:
        """float32 ``(len(users), n_items)``, for every item that has features."""
        weights = _fitted(self, "weights_")
        scores = (self.features - self.mean_) @ weights[:, users] + self.offset_[users]
        return scores.T.astype(np.float32)
