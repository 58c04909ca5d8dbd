from .base import BaseRecommender, load
from .baselines import EASE, ItemKNN, Popularity
from .cold_start import FeatureRidge, GroupPopularity, KernelEASE, KernelRidge, ProfileRidge
from .content_tower import ContentTower
from .contrastive import Contrastive
from .dot import DotRecommender
from .habits import OwnFrequency
from .item2vec import Item2Vec
from .linear_towers import LinearTowers
from .sequences import BERT4Rec, SASRec, SequenceSettings
from .towers import TowerSettings

__all__ = [
    "EASE",
    "BERT4Rec",
    "BaseRecommender",
    "ContentTower",
    "Contrastive",
    "DotRecommender",
    "FeatureRidge",
    "GroupPopularity",
    "Item2Vec",
    "ItemKNN",
    "KernelEASE",
    "KernelRidge",
    "LinearTowers",
    "OwnFrequency",
    "Popularity",
    "ProfileRidge",
    "SASRec",
    "SequenceSettings",
    "TowerSettings",
    "load",
]
