"""Figures of chapter 13."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from recbook.plots.base import BLUE, ORANGE, add_words, figure, name, show
from recbook.session import phrase

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from recbook.evaluation import Report

add_words({
    "value": ("value", "值"),
    "library": ("library", "库"),
    "largest difference": ("largest difference", "最大差"),
    "score": ("score", "得分"),
    "no error": ("none, but the gap is still there", "没有报错，但缺失值还在"),
    "changed from RecBole's defaults": ("changed from RecBole's defaults", "与 RecBole 默认值不同的设置"),
    "SASRec": ("SASRec: identities", "SASRec：ID 嵌入"),
    "SASRec, both": ("SASRec: identities + text", "SASRec：ID 嵌入＋文本"),
    "version": ("version", "版本"),
    "newest of": ("newest released", "最新版发布于"),
    "adds, packages": ("adds, besides itself", "除自身外新增几个包"),
    "changes, on Python 3.11": ("changes of the course's, Python 3.11", "改动课程的哪些包（Python 3.11）"),
    "Cornac EASE, as it comes": ("Cornac's EASE, as it comes", "Cornac 的 EASE，默认设置"),
    "… ones in place of stars": ("… with ones in place of stars", "……用 1 代替星级"),
    "… and penalty 250": ("… and our penalty", "……再换成我们的正则化系数"),
    "… and negative weights kept": ("… and negative weights kept", "……再保留负的权重"),
    "our EASE, from train": ("our EASE, from the training films", "我们的 EASE，只读训练集"),
    "users found by either": ("users whom either finds", "至少一方命中的用户数"),
    "of these, our NDCG@10": ("of these, with our NDCG@10", "其中 NDCG@10 与我们相同的"),
    "Cornac BPR": ("Cornac's BPR", "Cornac 的 BPR"),
    "its own score": ("its own score", "自己的得分"),
    "plain mean": ("its vectors, plain mean", "它的向量，普通平均"),
    "half-life 2": ("its vectors, half-life 2", "它的向量，半衰期 2 部"),
    "Keras: last five": ("identities of the last five (Keras)", "最后五部的电影编号（Keras）"),
    "tool": ("tool", "工具"),
    "package": ("package", "包"),
    "packages in all": ("packages in all", "共几个包"),
    "MB, itself": ("MB, itself", "自身（MB）"),
    "MB, all": ("MB, with all it needs", "连同依赖（MB）"),
    "SciPy: co-rating": ("SciPy: co-rating", "SciPy：共同评分"),
    "scikit-learn: words": ("scikit-learn: words of titles", "scikit-learn：片名的词"),
    "MiniLM: titles": ("Transformers: MiniLM titles", "Transformers：MiniLM 片名"),
    "gensim: item2vec": ("gensim: item2vec, cosines", "gensim：item2vec，余弦"),
    "PyTorch: learned": ("titles, trained (PyTorch)", "训练过的片名（PyTorch）"),
    "item2vec: own score": ("item2vec, its own score (gensim)", "item2vec，自己的得分（gensim）"),
    "SciPy: half-life 2": ("co-rating, half-life of 2 (SciPy)", "共同评分，半衰期 2 部（SciPy）"),
    "SASRec: epochs": ("SASRec: identities (20; 2 epochs)", "SASRec：ID 嵌入（20；2 个轮次）"),
    "BERT4Rec: epochs": ("BERT4Rec (20; 2 epochs)", "BERT4Rec（20；2 个轮次）"),
    "words a second, stored": ("words a second (stored)", "每秒词数（已存结果）"),
    "threads": ("threads", "线程数"),
    "of ten neighbours, shared": ("of ten neighbours, shared by both runs", "十个近邻中两次相同的"),
    "RecBole asks for": ("RecBole asks for", "RecBole 的要求"),
    "here": ("here", "课程环境里的版本"),
    "in RecBole's environment": ("in RecBole's environment", "RecBole 环境里的版本"),
    "error": ("error", "错误"),
    "time, EASE here = 1": ("time, our EASE = 1", "用时，我们的 EASE = 1"),
    "evaluator": ("evaluator", "评测器"),
    "RecBole, its default batch": ("RecBole, its default batch", "RecBole，默认批次"),
    "RecBole, one batch": ("RecBole, one batch", "RecBole，一个批次"),
    "its time, recbook = 1": ("its time, recbook = 1", "用时，recbook = 1"),
    "NDCG@10 that RecBole prints": ("NDCG@10 that RecBole prints", "RecBole 打印的 NDCG@10"),
    "NDCG@10, history left out": ("NDCG@10, history left out", "NDCG@10，去掉历史"),
    "two towers": ("two towers", "双塔"),
})  # fmt: skip


def weightings(tools: Mapping[str, tuple[Report, Report]], base: Report, metric: str = "ndcg@10") -> None:
    """Vectors of several tools, each with the plain mean of the history and with the half-life, beside a baseline."""
    drawn, axes = figure(8, 1.4 + 0.6 * len(tools))
    labels = phrase(en="plain mean", zh="普通平均"), phrase(en="half-life of 2 films", zh="半衰期 2 部")
    told = []
    for place, (key, reports) in enumerate(tools.items()):
        axes.plot([report[metric] for report in reports], [-place + 0.1, -place - 0.1], color="0.75", lw=1, zorder=0)
        for which, report in enumerate(reports):
            low, high = report.interval(metric)
            axes.errorbar(
                report[metric], 0.1 - 0.2 * which - place, xerr=[[report[metric] - low], [high - report[metric]]],
                fmt="os"[which], color=(BLUE, ORANGE)[which], capsize=4, label=None if place else labels[which],
            )  # fmt: skip
        told.append(
            {"tool": name(key)} | {label: report[metric] for label, report in zip(labels, reports, strict=True)}
        )
    axes.axvline(base[metric], color="black", lw=0.8, ls="--", label=name("popularity"))
    axes.set_yticks(-np.arange(len(tools)), [name(key) for key in tools])
    axes.set_xlim(left=0)
    axes.margins(y=0.15)
    axes.set_xlabel(phrase(en="NDCG@10 on the test films (95% interval)", zh="测试电影上的 NDCG@10（95% 区间）"))
    axes.set_title(phrase(en="One set of vectors, two weightings", zh="同样的向量，两种权重"))
    axes.legend(frameon=False, loc="lower right")
    higher = sum(later[metric] > plain[metric] for plain, later in tools.values())
    show(drawn, phrase(
        en=f"Two dots with intervals for each of {len(tools)} tools, NDCG@10 by plain mean of the history and by half-life of 2 films: the second is higher in {higher}. Popularity, a line, {base[metric]:.3f}.",
        zh=f"{len(tools)} 个工具各两个带区间的点，历史的普通平均与半衰期 2 部的 NDCG@10：后者较高的有 {higher} 个。流行度画成直线，{base[metric]:.3f}。",
    ), told)  # fmt: skip


def beside(pairs: Mapping[str, tuple[Report, Report]], metric: str = "ndcg@10") -> None:
    """Left: recbook and RecBole, mean and 95 % interval by model. Right: the paired difference, recbook less RecBole."""
    drawn, (left, right) = figure(10, 1.3 + 0.55 * len(pairs), columns=2, sharey=True)
    heads = phrase(en="difference", zh="差"), "low", "high"
    told, off = [], 0
    for place, (key, reports) in enumerate(pairs.items()):
        for which, report in enumerate(reports):
            _dot(left, report[metric], report.interval(metric), 0.12 - 0.24 * which - place, which, place == 0)
        ends, apart = reports[0].difference(reports[1], metric), reports[0][metric] - reports[1][metric]
        right.errorbar(apart, -place, xerr=[[apart - ends.low], [ends.high - apart]], fmt="D", color="black", capsize=4)
        told.append({"model": name(key), "recbook": f"{reports[0][metric]:.4f}", "RecBole": f"{reports[1][metric]:.4f}"}
                    | {key: f"{one:+.4f}".replace("-", "−") for key, one in zip(heads, (apart, *ends), strict=True)})  # fmt: skip
        off += ends.low > 0 or ends.high < 0
    left.set_yticks(-np.arange(len(pairs)), [name(key) for key in pairs])
    left.set_xlim(left=0)
    left.margins(y=0.15)
    right.axvline(0, color="black", lw=0.8)
    right.locator_params(axis="x", nbins=5)
    left.set_xlabel(phrase(en="NDCG@10 on the test films (95% interval)", zh="测试电影上的 NDCG@10（95% 区间）"))
    right.set_xlabel(phrase(en="paired difference of NDCG@10 (95% interval)", zh="NDCG@10 的配对差（95% 区间）"))
    left.set_title(phrase(en="The same split, the same protocol", zh="同样的划分，同样的评测方式"), fontsize=11)
    right.set_title(
        phrase(en="recbook minus RecBole: does it leave 0?", zh="recbook 减 RecBole：区间不含 0 吗？"), fontsize=11
    )
    left.legend(frameon=False, loc="best")
    drawn.tight_layout()
    show(
        drawn,
        phrase(en=f"Dots with intervals. Left: NDCG@10 of recbook and of RecBole, {len(pairs)} models; right: the paired difference, off 0 for {off} of them.",
               zh=f"带区间的点图。左：recbook 与 RecBole 的 NDCG@10，{len(pairs)} 个模型；右：配对差，其中 {off} 个不含 0。"),
        told,
    )  # fmt: skip


def _dot(axes: Axes, mean: float, ends: tuple[float, float], y: float, which: int, labelled: bool) -> None:
    label = ("recbook", "RecBole")[which] if labelled else None
    xerr = [[mean - ends[0]], [ends[1] - mean]]
    axes.errorbar(mean, y, xerr=xerr, fmt="os"[which], color=(BLUE, ORANGE)[which], capsize=4, label=label)
