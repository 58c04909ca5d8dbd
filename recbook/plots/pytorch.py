"""Figures of chapter 07."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from recbook.plots.base import BLUE, CYCLE, ORANGE, RED, figure, name, show
from recbook.plots.common import lines
from recbook.session import text


def step_losses(curves: Mapping[str, np.ndarray], smooth: int = 8) -> None:
    """The loss of each step for a few named runs, as means over ``smooth`` steps."""
    drawn, axes = figure(7, 3.4)
    ends = lines(axes, {key: _smoothed(losses, smooth) for key, losses in curves.items()})
    mean = text(en=f"loss, mean of {smooth} steps", zh=f"损失（每 {smooth} 步取平均）")
    axes.set(xlabel=text(en="steps", zh="步数"), ylabel=mean)
    axes.set_title(
        text(en="Gradients that are never cleared: the loss falls, then climbs", zh="梯度从不清零：损失先降，后升")
    )
    show(drawn, text(en=f"Curves of the loss of each step. {ends}.", zh=f"每一步损失的曲线。{ends}。"))


def sameness(curves: Mapping[str, np.ndarray], drifts: Mapping[str, np.ndarray]) -> None:
    """Two curves of the loss on top of each other; beside them relative differences step by step, on a log scale."""
    drawn, (left, right) = figure(11, 4.4, columns=2)
    (first, losses), (second, others) = curves.items()
    steps = np.arange(1, len(losses) + 1)
    left.plot(steps, losses, color=ORANGE, lw=5, alpha=0.6, label=name(first))
    left.plot(steps, others, "--", color=BLUE, lw=1.5, label=name(second))
    left.set(xlabel=text(en="steps", zh="步数"), ylabel=text(en="loss", zh="损失"))
    left.set_title(
        text(en="Keras's epsilon in the same place: one curve", zh="用 Keras 的 epsilon、位置相同：曲线重合")
    )
    left.legend()
    for place, (key, drift) in enumerate(drifts.items()):
        # A difference of exactly 0 has no place on a logarithmic axis: a gap in the line.
        seen = np.where(np.asarray(drift) > 0, drift, np.nan)
        right.plot(np.arange(1, len(seen) + 1), seen, ("-", "--", ":", "-.")[place % 4], color=CYCLE[place], lw=1.4,
                   label=name(key))  # fmt: skip
    right.set_yscale("log")
    right.set(xlabel=text(en="steps", zh="步数"), ylabel=text(en="relative difference of the loss", zh="损失的相对差"))
    right.set_title(text(en="How far apart, by where epsilon stands", zh="差多少：看 epsilon 放在哪里"))
    gap = text(en="a gap in a line: no difference at all", zh="线条中断处：完全没有差异")
    right.legend(loc="upper center", bbox_to_anchor=(0.45, -0.16), ncols=2, frameon=False, title=gap)
    drawn.tight_layout()
    ends = "; ".join(f"{name(key)}: {drift[0]:.0e} → {drift[-1]:.0e}" for key, drift in drifts.items())
    show(
        drawn,
        text(en=f"Left: two falling curves of the loss that coincide. Right: relative differences, gaps where there is none. {ends}.",
             zh=f"左：两条下降的损失曲线，重合在一起。右：相对差，没有差异处中断。{ends}。"),
    )  # fmt: skip


def rate_finder(
    rates: np.ndarray, losses: np.ndarray, marks: Mapping[str, float], tried: Sequence[float], found: Sequence[float]
) -> None:
    """Above: the loss as the learning rate grows step by step, with marked rates. Below: NDCG@10 of whole trainings."""
    drawn, (above, below) = figure(7.5, 5.2, rows=2, sharex=True)
    above.plot(rates, losses, color=BLUE, lw=2)
    above.set_ylim(losses.min() - 0.1, losses[0] + 0.5)
    above.set_ylabel(text(en="loss, smoothed\n(cut off at the top)", zh="损失，平滑后\n（上端截断）"))
    above.set_title(
        text(
            en="A tenth of the lowest point: too small a rate for the whole training",
            zh="最低点的十分之一：对完整训练来说，学习率偏小",
        )
    )
    below.plot(tried, found, "o-", color=RED)
    below.set_ylim(0, 1.15 * max(found))
    below.set_ylabel(text(en="validation NDCG@10\n(stored, one seed)", zh="验证集 NDCG@10\n（存好的，一个种子）"))
    below.set_xlabel(text(en="learning rate (logarithmic)", zh="学习率（对数刻度）"))
    below.set_xscale("log")
    for place, (key, rate) in enumerate(marks.items()):
        for axes in (above, below):
            axes.axvline(rate, ls=(":", "--", "-.")[place % 3], color=CYCLE[place + 2], label=name(key))
    above.legend(fontsize=8)
    marked = "; ".join(f"{name(key)} {rate:.4f}" for key, rate in marks.items())
    whole = ", ".join(f"{rate:g}: {value:.3f}" for rate, value in zip(tried, found, strict=True))
    show(
        drawn,
        text(en=f"Loss against a growing rate: flat, falling, then shooting up. Marked: {marked}. NDCG@10 by rate: {whole}.",
             zh=f"损失随学习率增大：先平，再降，然后急剧上升。标出：{marked}。各学习率的 NDCG@10：{whole}。"),
    )  # fmt: skip


def schedules(curves: Mapping[str, Sequence[Sequence[float]]]) -> None:
    """Validation NDCG@10 after each epoch: a thin line for each seed and a thick one for their mean, by schedule."""
    drawn, axes = figure(7, 3.6)
    for place, (key, seeds) in enumerate(curves.items()):
        runs = np.asarray(seeds)
        epochs = np.arange(1, runs.shape[1] + 1)
        style = ("-", "--")[place % 2]
        axes.plot(epochs, runs.T, style, color=CYCLE[place], lw=0.8, alpha=0.5)
        axes.plot(epochs, runs.mean(axis=0), style, color=CYCLE[place], lw=2.5, label=name(key))
    axes.set(xlabel=text(en="epochs", zh="轮次"), ylabel=text(en="validation NDCG@10", zh="验证集 NDCG@10"))
    axes.set_title(text(en="A rate that falls to zero ends higher", zh="学习率降到零，终点更高"))
    axes.legend(title=text(en="thick: mean of the seeds; thin: a seed", zh="粗线：种子的平均；细线：各个种子"))
    ends = "; ".join(f"{name(key)}: {min(r[-1] for r in runs):.3f}–{max(r[-1] for r in runs):.3f}" for key, runs in curves.items())  # fmt: skip
    show(
        drawn,
        text(en=f"NDCG@10 by epoch, thin lines are seeds. At the end: {ends}.",
             zh=f"各轮次的 NDCG@10，细线是各个种子。终点：{ends}。"),
    )  # fmt: skip


def hidden_sets(results: Mapping[str, Sequence[float] | np.ndarray], title: str = "") -> None:
    """NDCG@10 among hidden films for each model: a dot for each hidden set, joined across models, and the mean.

    A model has one number a set, or one row of users a set (NaN left out). ``title`` takes the place of chapter 07's.
    """
    drawn, axes = figure(7.5, 0.9 + 0.48 * len(results))
    values = np.array([_set_means(np.asarray(one)) for one in results.values()])  # (models, sets)
    places = -np.arange(len(values))
    for column, one in enumerate(values.T):
        label = text(en=f"set {column}", zh=f"第 {column} 组")
        axes.plot(one, places, "-" + "os^Dv"[column % 5], color=CYCLE[column % 5], lw=1.2, ms=5, alpha=0.8, label=label)
    mean = text(en="mean of the sets", zh="各组平均")
    axes.plot(values.mean(axis=1), places, "|", color="black", ms=18, mew=2.5, label=mean)
    axes.set_yticks(places, [name(key) for key in results])
    axes.margins(y=0.08)
    axes.set_xlim(left=0)
    axes.set_xlabel(text(en="NDCG@10 among the hidden films", zh="隐藏的电影中的 NDCG@10"))
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False, labelspacing=0.7)
    axes.set_title(title or text(en="Films whose ratings were hidden: titles help, identities alone do not", zh="评分被藏起来的电影：片名有用，仅靠 ID 嵌入不行"))  # fmt: skip
    rows = "; ".join(f"{name(k)} {row.mean():.3f} ({row.min():.3f}–{row.max():.3f})" for k, row in zip(results, values, strict=True))  # fmt: skip
    show(
        drawn,
        text(en=f"Dots for {values.shape[1]} hidden sets; mean and range: {rows}.",
             zh=f"{values.shape[1]} 组隐藏电影的点；平均与范围：{rows}。"),
    )  # fmt: skip


def _set_means(values: np.ndarray) -> np.ndarray:
    return np.nanmean(values, axis=1) if values.ndim == 2 else values


def gradient_norms(norms: Mapping[str, np.ndarray], limit: float) -> None:
    """The norm of the gradient at each step, and the limit at which clipping would begin."""
    drawn, axes = figure(7, 3.2)
    for place, (key, values) in enumerate(norms.items()):
        axes.plot(np.arange(1, len(values) + 1), values, ("-", "--")[place % 2], color=CYCLE[place], lw=1, label=name(key))  # fmt: skip
    axes.axhline(limit, ls=":", color="black", label=text(en=f"usual limit, {limit:g}", zh=f"常用的上限 {limit:g}"))
    axes.set_ylim(0, 1.15 * limit)
    axes.set(xlabel=text(en="steps", zh="步数"), ylabel=text(en="norm of the gradient", zh="梯度的范数"))
    axes.set_title(text(en="The gradient never exceeds the usual limit", zh="梯度的范数从未超过常用的上限"))
    axes.legend(loc="upper right", bbox_to_anchor=(1, 0.85), frameon=False)
    rows = "; ".join(f"{name(key)} {values.min():.2f}–{values.max():.2f}" for key, values in norms.items())
    show(drawn, text(en=f"Norms of the gradient by step: {rows}; limit {limit:g}.",
                     zh=f"每一步梯度的范数：{rows}；上限 {limit:g}。"))  # fmt: skip


def _smoothed(losses: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray]:
    means = np.asarray(losses)[: len(losses) // width * width].reshape(-1, width).mean(axis=1)
    return (np.arange(len(means)) + 1) * width, means
