"""Recommenders: each has ``fit(interactions)`` and ``score(users, history=None)``."""

from recbook.models.baselines import EASE, ItemKNN, Popularity
from recbook.models.cold_start import FeatureRidge

__all__ = ["EASE", "FeatureRidge", "ItemKNN", "Popularity"]
