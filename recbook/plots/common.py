"""Figures that several chapters draw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from recbook.plots.base import BLUE, CYCLE, RED, figure, name, show
from recbook.session import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from recbook.evaluation import Report


def ranking(
    reports: Mapping[str, Report], metric: str = "ndcg@10", mark: str = "", *, en: str = "", zh: str = ""
) -> None:
    """Models side by side: the mean of a metric with its 95 % interval, a dot each; ``mark`` is drawn in another colour.

    ``en`` and ``zh`` are a title that says what is to be seen, in place of the question that every chapter asks.
    """
    drawn, axes = figure(7, 0.7 + 0.45 * len(reports))
    values = {key: (report[metric], *report.interval(metric)) for key, report in reports.items()}
    for place, (key, (mean, low, high)) in enumerate(values.items()):
        colour = RED if key == mark else BLUE
        axes.errorbar(mean, -place, xerr=[[mean - low], [high - mean]], fmt="o", color=colour, capsize=4)
        # Beside the left edge a centred number would run over the axis.
        aligned = "left" if mean < 0.04 * max(top for _, _, top in values.values()) else "center"
        axes.annotate(f"{mean:.4f}", (mean, -place), (0, 6), textcoords="offset points", ha=aligned, fontsize=8)
    axes.set_yticks(-np.arange(len(values)), [name(key) for key in values])
    axes.set_xlim(left=0)
    axes.margins(y=0.25)
    axes.set_xlabel(
        text(en=f"{_metric(metric)} on the test films (95% interval)", zh=f"测试电影上的 {_metric(metric)}（95% 区间）")
    )
    axes.set_title(
        text(
            en=en or "Same users, same ranking of all films: who finds the hidden one?",
            zh=zh or "同样的用户，同样的全量排序：谁找得到留出的那部？",
        )
    )
    rows = "; ".join(f"{name(k)} {m:.4f} ({lo:.4f}–{hi:.4f})" for k, (m, lo, hi) in values.items())
    show(
        drawn,
        text(en=f"Dots with intervals, {_metric(metric)}: {rows}.", zh=f"带区间的点图，{_metric(metric)}：{rows}。"),
    )


def _metric(key: str) -> str:
    """ "ndcg@10" as it is written in text."""
    kind, k = key.split("@")
    return f"{'Hit' if kind == 'hit' else kind.upper()}@{k}"


def lines(axes: Axes, curves: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> str:
    """Draw named curves (x, y) into ``axes`` with a legend; returns where each begins and ends, for the alt text."""
    styles = ("-", "--", ":", "-.")
    for place, (key, (x, y)) in enumerate(curves.items()):
        axes.plot(x, y, styles[place % 4], color=CYCLE[place], lw=2, label=name(key))
    axes.legend(frameon=False)
    return "; ".join(f"{name(key)}: {y[0]:.2f} → {y[-1]:.2f}" for key, (_, y) in curves.items())
