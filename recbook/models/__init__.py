"""Recommenders: each has ``fit``, ``score``, ``recommend``, ``save`` and ``load`` (`recbook.models.base`)."""

from recbook.models.base import BaseRecommender, load
from recbook.models.baselines import EASE, ItemKNN, Popularity
from recbook.models.cold_start import FeatureRidge, GroupPopularity, KernelEASE, KernelRidge, ProfileRidge
from recbook.models.habits import OwnFrequency
from recbook.models.item2vec import Item2Vec

__all__ = [
    "EASE",
    "BaseRecommender",
    "FeatureRidge",
    "GroupPopularity",
    "Item2Vec",
    "ItemKNN",
    "KernelEASE",
    "KernelRidge",
    "OwnFrequency",
    "Popularity",
    "ProfileRidge",
    "load",
]
