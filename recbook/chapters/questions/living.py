"""Libraries, with what each adds to the course and how new it is."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from recbook import plots
from recbook.learning.content import Text
from recbook.plots import add_words
from recbook.results import stored

add_words(
    {
        "library": ("library", "库"),
        "adds": ("adds", "补充什么"),
        "last release": ("last release", "最近发布"),
        "version used here": ("version used here", "书中所用版本"),
    }
)

RECOMMENDERS = {
    "recbole": Text(en="dozens of models behind one configuration file", zh="一个配置文件调用几十个模型"),
    "cornac": Text(en="recommenders that read text, images and graphs", zh="能读取文本、图像和图的推荐模型"),
    "keras-rs": Text(en="layers for retrieval and ranking in Keras", zh="Keras 的召回与排序层"),
    "implicit": Text(en="fast factorisation of implicit feedback", zh="隐式反馈的快速矩阵分解"),
    "torchrec": Text(en="embedding tables over many GPUs", zh="分布在多块 GPU 上的嵌入表"),
    "lenskit": Text(en="experiments that can be repeated, with careful statistics", zh="可重复的实验和严谨的统计"),
    "rectools": Text(
        en="SASRec and BERT4Rec kept up to date, and many metrics", zh="持续更新的 SASRec、BERT4Rec 与许多指标"
    ),
    "replay-rec": Text(
        en="the whole way from a log to a service, on Spark as well", zh="从日志到服务的全流程，也支持 Spark"
    ),
}
"""Libraries of recommenders, by their names in pip's index; when each was last released is stored (chapter 13)."""

TOOLS = {
    "transformers": (
        lambda: stored("features"),
        Text(en="the code of most published text and image models", zh="多数公开的文本和图像模型的代码"),
    ),
    "torch": (lambda: stored("features"), Text(en="models that nobody has written yet", zh="写还没有人写过的模型")),
    "gensim": (lambda: stored("item2vec"), Text(en="Word2Vec that trains in seconds", zh="几秒钟训练完的 Word2Vec")),
    "faiss-cpu": (lambda: stored("serving"), Text(en="nearest neighbours among millions", zh="在百万向量里找近邻")),
    "onnxruntime": (
        lambda: stored("serving"),
        Text(en="a model as a file that needs no framework", zh="不依赖框架的模型文件"),
    ),
    "scikit-learn": (lambda: stored("libraries"), Text(en="the strong simple baselines", zh="简单而有力的基线")),
}
"""Tools of the course: the results that name their version, and what they add."""


@dataclass(frozen=True)
class Living:
    """A library: its name, what it adds, and how new it is ("2026-09")."""

    name: str
    adds: Text
    fresh: str


def recommenders() -> list[Living]:
    """Libraries of recommenders, the latest released first."""
    released = stored("libraries")["results"]["released"]
    found = [Living(name, adds, released[name]) for name, adds in RECOMMENDERS.items()]
    return sorted(found, key=lambda one: one.fresh, reverse=True)


def tools() -> list[Living]:
    """Tools with the versions under which the course's results were measured."""
    return [Living(name, adds, results()["made_with"][name].split("+")[0]) for name, (results, adds) in TOOLS.items()]


def show_living() -> None:
    """Two tables: libraries of recommenders with their last release, and tools with the version used here."""
    for found, fresh in ((recommenders(), "last release"), (tools(), "version used here")):
        rows = [(one.name, str(one.adds), one.fresh) for one in found]
        plots.table(pd.DataFrame(rows, columns=["library", "adds", fresh]))
