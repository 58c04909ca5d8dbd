from .autoencoder import Autoencoder, AutoencoderSettings
from .base import BaseRecommender, load
from .baselines import EASE, ItemKNN, Popularity
from .cold_start import FeatureRidge, GroupPopularity, KernelEASE, KernelRidge, ProfileRidge
from .content_tower import ContentTower
from .contrastive import Contrastive
from .dot import DotRecommender
from .erasable import ErasableEASE
from .fusion import LateFusion
from .fusion_tower import FusionTower
from .generators import CodeGenerator
from .habits import OwnFrequency
from .hstu import HSTU
from .item2vec import Item2Vec
from .linear_towers import LinearTowers
from .plain_gpt import PlainCodeGenerator
from .sequences import BERT4Rec, SASRec, SequenceSettings
from .towers import TowerSettings

__all__ = [
    "EASE",
    "HSTU",
    "Autoencoder",
    "AutoencoderSettings",
    "BERT4Rec",
    "BaseRecommender",
    "CodeGenerator",
    "ContentTower",
    "Contrastive",
    "DotRecommender",
    "ErasableEASE",
    "FeatureRidge",
    "FusionTower",
    "GroupPopularity",
    "Item2Vec",
    "ItemKNN",
    "KernelEASE",
    "KernelRidge",
    "LateFusion",
    "LinearTowers",
    "OwnFrequency",
    "PlainCodeGenerator",
    "Popularity",
    "ProfileRidge",
    "SASRec",
    "SequenceSettings",
    "TowerSettings",
    "load",
]
