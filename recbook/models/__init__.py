"""Recommenders: each has ``fit(interactions)`` and ``score(users, history=None)``."""

from recbook.models.baselines import EASE, ItemKNN, Popularity
from recbook.models.cold_start import FeatureRidge, GroupPopularity, KernelEASE, KernelRidge, ProfileRidge
from recbook.models.item2vec import Item2Vec

__all__ = [
    "EASE",
    "FeatureRidge",
    "GroupPopularity",
    "Item2Vec",
    "ItemKNN",
    "KernelEASE",
    "KernelRidge",
    "Popularity",
    "ProfileRidge",
]
