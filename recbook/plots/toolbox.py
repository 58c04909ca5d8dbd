"""Figures of chapter 13."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from recbook.plots.base import BLUE, CYCLE, ORANGE, figure, name, show
from recbook.session import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from recbook.evaluation import Report

MARKERS = "osD^v"


def recall_cost(curves: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> None:
    """Recall@10 of an approximate index by the share of the catalogue that a query is compared with, a curve each."""
    drawn, axes = figure(7.5, 4)
    told = []
    for place, (key, (share, recall)) in enumerate(curves.items()):
        axes.plot(share, recall, f"{MARKERS[place % 5]}-", color=CYCLE[place], lw=1.8, ms=5, label=name(key))
        told.append(f"{name(key)}: " + ", ".join(f"{s:.1%} → {r:.2f}" for s, r in zip(share, recall, strict=True)))
    axes.plot(1, 1, "*", color="black", ms=14, label=text(en="exact search", zh="精确检索"))
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(lambda share, _: f"{share:.1%}" if share < 0.01 else f"{share:.0%}")
    axes.set_ylim(0, 1.05)
    axes.set_xlabel(text(en="products computed for a query, as a share of exact search", zh="每次查询计算的点积数，占精确检索的比例"))  # fmt: skip
    axes.set_ylabel(text(en="recall@10", zh="召回率@10"))
    axes.set_title(text(en="What recall costs: little with many clustered points, much otherwise",
                        zh="召回率的代价：点多而成簇时小，其他情形大"), fontsize=11)  # fmt: skip
    axes.legend(frameon=False, loc="lower right")
    listed = "; ".join(told)
    show(drawn, text(en=f"Curves of recall by share of products computed. {listed}.",
                     zh=f"召回率随计算比例变化的曲线。{listed}。"))  # fmt: skip


def beside(pairs: Mapping[str, tuple[Report, Report]], metric: str = "ndcg@10") -> None:
    """Left: recbook and RecBole, mean and 95 % interval by model. Right: the paired difference, recbook less RecBole."""
    drawn, (left, right) = figure(10, 1.3 + 0.55 * len(pairs), columns=2, sharey=True)
    told = []
    for place, (key, reports) in enumerate(pairs.items()):
        for which, report in enumerate(reports):
            _dot(left, report[metric], report.interval(metric), 0.12 - 0.24 * which - place, which, place == 0)
        ends, apart = reports[0].difference(reports[1], metric), reports[0][metric] - reports[1][metric]
        right.errorbar(apart, -place, xerr=[[apart - ends.low], [ends.high - apart]], fmt="D", color="black", capsize=4)
        told.append(f"{name(key)} {reports[0][metric]:.4f}, {reports[1][metric]:.4f}, {apart:+.4f} ({ends.low:+.4f}, {ends.high:+.4f})")  # fmt: skip
    left.set_yticks(-np.arange(len(pairs)), [name(key) for key in pairs])
    left.set_xlim(left=0)
    left.margins(y=0.15)
    right.axvline(0, color="black", lw=0.8)
    left.set_xlabel(text(en="NDCG@10 on the test films (95% interval)", zh="测试电影上的 NDCG@10（95% 区间）"))
    right.set_xlabel(text(en="paired difference (95% interval)", zh="配对差（95% 区间）"))
    left.set_title(text(en="The same split, the same protocol", zh="同样的划分，同样的评测方式"), fontsize=11)
    right.set_title(
        text(en="recbook minus RecBole: does it leave 0?", zh="recbook 减 RecBole：区间不含 0 吗？"), fontsize=11
    )
    left.legend(frameon=False, loc="best")
    drawn.tight_layout()
    listed = "; ".join(told)
    show(drawn, text(en=f"Left: NDCG@10 of recbook and of RecBole; right: the difference. {listed}.",
                     zh=f"左：recbook 与 RecBole 的 NDCG@10；右：两者之差。{listed}。"))  # fmt: skip


def _dot(axes: Axes, mean: float, ends: tuple[float, float], y: float, which: int, labelled: bool) -> None:
    label = ("recbook", "RecBole")[which] if labelled else None
    xerr = [[mean - ends[0]], [ends[1] - mean]]
    axes.errorbar(mean, y, xerr=xerr, fmt="os"[which], color=(BLUE, ORANGE)[which], capsize=4, label=label)
