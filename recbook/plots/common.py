"""Figures that several chapters draw."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from recbook.plots.base import BLUE, CYCLE, RED, extremes, figure, name, show
from recbook.session import phrase

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
    interval_rows(axes, values, [RED if key == mark else BLUE for key in values], digits=4)
    axes.margins(y=0.25)
    axes.set_xlabel(
        phrase(
            en=f"{_metric(metric)} on the test films (95% interval)", zh=f"测试电影上的 {_metric(metric)}（95% 区间）"
        )
    )
    axes.set_title(
        phrase(
            en=en or "Same users, same ranking of all films: who finds the hidden one?",
            zh=zh or "同样的用户，同样的全量排序：谁找得到留出的那部？",
        )
    )
    told = extremes({key: mean for key, (mean, *_) in values.items()}, 4)
    show(
        drawn,
        phrase(en=f"Dots with intervals, {_metric(metric)} of {len(values)} models: {told}.",
               zh=f"带区间的点图，{len(values)} 个模型的 {_metric(metric)}：{told}。"),
        [{"model": name(k), "mean": f"{m:.4f}", "low": f"{lo:.4f}", "high": f"{hi:.4f}"} for k, (m, lo, hi) in values.items()],
    )  # fmt: skip


def interval_rows(
    axes: Axes, values: Mapping[str, tuple[float, float, float]], colours: Sequence[str], digits: int = 3
) -> None:
    """A dot with its interval and its number a row, the first on top: ``values[key]`` is (mean, low, high), from 0 on."""
    for place, ((mean, low, high), colour) in enumerate(zip(values.values(), colours, strict=True)):
        axes.errorbar(mean, -place, xerr=[[mean - low], [high - mean]], fmt="o", color=colour, capsize=4)
        # Beside the left edge a centred number would run over the axis.
        aligned = "left" if mean < 0.04 * max(top for _, _, top in values.values()) else "center"
        axes.annotate(f"{mean:.{digits}f}", (mean, -place), (0, 6), textcoords="offset points", ha=aligned, fontsize=8)
    axes.set_yticks(-np.arange(len(values)), [name(key) for key in values])
    axes.set_xlim(left=0)


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


def hidden_sets(results: Mapping[str, Sequence[float] | np.ndarray], title: str) -> None:
    """NDCG@10 among hidden films for each model: a mark for each hidden set, and the mean.

    No line joins the models, which have no order; the marks of one set are a little off the row's middle.

    A model has one number a set, or one row of users a set (NaN left out). ``title`` says what is to be seen.
    """
    drawn, axes = figure(7.5, 0.9 + 0.48 * len(results))
    values = np.array([_set_means(np.asarray(one)) for one in results.values()])  # (models, sets)
    places = -np.arange(len(values))
    for column, one in enumerate(values.T):
        label = phrase(en=f"set {column}", zh=f"第 {column} 组")
        off = 0.12 * (values.shape[1] // 2 - column)
        axes.plot(one, places + off, "os^Dv"[column % 5], color=CYCLE[column % 5], ms=5, alpha=0.8, label=label)
    mean = phrase(en="mean of the sets", zh="各组平均")
    axes.plot(values.mean(axis=1), places, "|", color="black", ms=18, mew=2.5, label=mean)
    axes.set_yticks(places, [name(key) for key in results])
    axes.margins(y=0.08)
    axes.set_xlim(left=0)
    axes.set_xlabel(phrase(en="NDCG@10 among the hidden films", zh="隐藏的电影中的 NDCG@10"))
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False, labelspacing=0.7)
    axes.set_title(title)
    told = extremes(dict(zip(results, values.mean(axis=1), strict=True)))
    low, high = phrase(en="lowest set", zh="最低一组"), phrase(en="highest set", zh="最高一组")
    show(
        drawn,
        phrase(en=f"A row of dots a model, one for each of {values.shape[1]} hidden sets; by their mean: {told}.",
               zh=f"每个模型一行点，{values.shape[1]} 组隐藏电影各一点；按平均：{told}。"),
        [{"model": name(key), "mean": row.mean(), low: row.min(), high: row.max()} for key, row in zip(results, values, strict=True)],
    )  # fmt: skip


def personal_part(personal: Mapping[str, Sequence[float]], shared: Mapping[str, Sequence[float]]) -> None:
    """NDCG@10 on the same draws of new films: one list for everybody (hollow) joined to a list for each user (full).

    ``personal[key]`` and ``shared[key]`` hold one number a draw; a key that ``shared`` lacks has no list for everybody.
    """
    crowded = len(personal) > 6
    drawn, axes = figure(9.5 if crowded else 8, 3.6)
    for place, (key, values) in enumerate(personal.items()):
        for draw, value in enumerate(values):
            colour, marker, across = CYCLE[draw], "os^Dv"[draw], place + 0.05 * (draw - 2)
            label = phrase(en=f"draw {draw + 1}", zh=f"第 {draw + 1} 次") if place == 0 else None
            if key in shared:
                axes.plot([across - 0.2, across + 0.2], [shared[key][draw], value], color=colour, alpha=0.5)
                axes.plot(across - 0.2, shared[key][draw], marker, color=colour, mfc="white")
            axes.plot(across + 0.2 * (key in shared), value, marker, color=colour, label=label)
    axes.set_xticks(
        np.arange(len(personal)), [_tick(name(key), crowded) for key in personal], fontsize=8.5 if crowded else None
    )
    axes.set_ylim(bottom=0)
    axes.grid(axis="x", visible=False)
    axes.set_ylabel(phrase(en="NDCG@10 among the new films", zh="新电影中的 NDCG@10"))
    axes.set_title(
        phrase(
            en="Hollow: one list for everybody. Full: a list for each user",
            zh="空心：所有人共用一张列表；实心：每位用户各有一张",
        )
    )
    axes.legend(fontsize=8, loc="upper left")
    rows = phrase(en="; ", zh="；").join(_means(key, personal, shared) for key in personal)
    show(drawn, phrase(en=f"Five draws, means of NDCG@10: {rows}.", zh=f"五次随机划分，NDCG@10 的平均值：{rows}。"))


def _tick(label: str, crowded: bool) -> str:
    """Where there are many labels, a line for each part of one."""
    label = label.replace(" + ", "\n+ ")
    return re.sub(r"、|, | (?=without)|(?=[（＋])", lambda sign: sign[0] + "\n", label) if crowded else label


def _means(key: str, personal: Mapping[str, Sequence[float]], shared: Mapping[str, Sequence[float]]) -> str:
    words = f"{name(key)} {np.mean(personal[key]):.3f}"
    if key not in shared:
        return words
    together = f"{np.mean(shared[key]):.3f}"
    return words + phrase(en=f" (one list for everybody {together})", zh=f"（所有人共用 {together}）")


def _set_means(values: np.ndarray) -> np.ndarray:
    return np.nanmean(values, axis=1) if values.ndim == 2 else values
