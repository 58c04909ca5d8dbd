"""Figures of chapter 07."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from recbook.plots.base import BLUE, CYCLE, GREEN, ORANGE, RED, add_words, figure, name, show
from recbook.plots.common import hidden_sets, lines
from recbook.plots.networks import WHITE, arrow, box
from recbook.session import phrase

add_words({
    "softmax": ("sampled softmax", "采样 softmax"),
    "sigmoid": ("sigmoid cross-entropy", "sigmoid 交叉熵"),
    "softmax loss": ("softmax loss", "softmax 损失"),
    "sigmoid loss": ("sigmoid loss", "sigmoid 损失"),
    "ridge": ("ridge on title vectors", "片名向量的岭回归"),
    "parameter": ("parameter", "参数"),
    "shape": ("shape", "形状"),
    "with zero_grad": ("with zero_grad", "有 zero_grad"),
    "without zero_grad": ("without zero_grad", "没有 zero_grad"),
    "largest difference": ("largest difference", "最大差"),
    "by default": ("by default", "默认情况下"),
    "defaults": ("each library's own", "各用各的"),
    "same number": ("1e-8 in both", "两边都是 1e-8"),
    "same place": ("Keras's, same effect", "用 Keras 的，效果相同"),
    "same place, float64": ("the same, float64", "同上，float64"),
    "float64, exact betas": ("float64, betas exact", "float64，beta 精确"),
    "difference, 5 steps": ("loss differs by, 5 steps", "前 5 步损失的相对差"),
    "largest drift": ("… at most, all steps", "全部步数的最大值"),
    "equal lists": ("equal lists", "完全相同的列表"),
    "films shared": ("films in common", "相同的电影"),
    "a tenth of the lowest": ("a tenth of the lowest", "最低点的十分之一"),
    "steepest": ("steepest fall", "下降最快处"),
    "always 0.007": ("always 0.007", "始终 0.007"),
    "falling to 0": ("falling to 0", "降到 0"),
    "a step": ("a step", "方式"),
    "ms, stored": ("CPU ms, stored", "CPU 毫秒（存好的）"),
    "seconds to compile": ("CPU seconds to compile", "编译的 CPU 秒数"),
    "compiled": ("compiled", "编译后"),
    "identities only": ("identities only", "仅 ID 嵌入"),
    "titles only": ("titles only", "仅片名"),
    "identities + titles": ("identities + titles", "ID 嵌入＋片名"),
    "identities only, rate 0.012": ("identities only, rate 0.012", "仅 ID 嵌入，学习率 0.012"),
    "how many numbers": ("numbers in it", "参数个数"),
    "epoch": ("epoch", "轮次"),
    "mean loss": ("mean loss", "平均损失"),
    "mode": ("mode", "模式"),
    "ten ones become": ("ten ones become", "十个 1 变成"),
    "recorded": ("computation recorded", "记录计算"),
    "operation": ("operation", "运算"),
    "framework": ("framework", "框架"),
    "validation, seeds 0 1 2": ("validation NDCG@10, seeds 0, 1, 2", "验证集 NDCG@10，种子 0、1、2"),
    "test, seeds 0 1 2": ("test NDCG@10, seeds 0, 1, 2", "测试集 NDCG@10，种子 0、1、2"),
    "as often rated": ("as often rated", "评分数最接近"),
    "in the tower": ("in the tower", "物品塔里"),
    "by title": ("by title", "按片名"),
    "always 0.0035": ("always 0.0035", "始终 0.0035"),
    "different draws": ("different draws of negatives", "不同的负样本"),
    "resumed with": ("restored", "恢复的内容"),
    "all three": ("weights, optimizer, random state", "权重、优化器、随机状态"),
    "no optimizer": ("weights, random state", "权重、随机状态"),
    "no random state": ("weights, optimizer", "权重、优化器"),
    "relative difference of the loss": ("largest relative difference of the loss", "损失的最大相对差"),
    "device": ("device", "设备"),
    "batches": ("batches", "批次"),
    "identities + titles, less": ("identities + titles, less", "ID 嵌入＋片名，比下列模型高"),
    "test NDCG@10, 95% interval": ("test NDCG@10, 95% interval", "测试集 NDCG@10，95% 区间"),
    "learning rate": ("learning rate", "学习率"),
    "arguments swapped": ("arguments swapped", "参数写反"),
    "loss, step 1": ("loss, step 1", "损失，第 1 步"),
    "loss, step 10": ("loss, step 10", "损失，第 10 步"),
})  # fmt: skip


def step_losses(curves: Mapping[str, np.ndarray], smooth: int = 8) -> None:
    """The loss of each step for a few named runs, as means over ``smooth`` steps."""
    drawn, axes = figure(7, 3.4)
    ends = lines(axes, {key: _smoothed(losses, smooth) for key, losses in curves.items()})
    mean = phrase(en=f"loss, mean of {smooth} steps", zh=f"损失（每 {smooth} 步取平均）")
    axes.set(xlabel=phrase(en="steps", zh="步数"), ylabel=mean)
    axes.set_title(
        phrase(en="Gradients that are never cleared: the loss falls, then climbs", zh="梯度从不清零：损失先降，后升")
    )
    show(drawn, phrase(en=f"Curves of the loss of each step. {ends}.", zh=f"每一步损失的曲线。{ends}。"))


def sameness(drifts: Mapping[str, np.ndarray]) -> None:
    """Relative differences of the loss, step by step, on a log scale; the first named lies on top."""
    drawn, axes = figure(8, 4.4)
    for place, (key, drift) in enumerate(drifts.items()):
        # A difference of exactly 0 has no place on a logarithmic axis: a gap in the line.
        seen = np.where(np.asarray(drift) > 0, drift, np.nan)
        axes.plot(np.arange(1, len(seen) + 1), seen, ("-", "--", ":", "-.")[place % 4], color=CYCLE[place],
                  lw=1.2 + 0.5 * place, zorder=9 - place, label=name(key))  # fmt: skip
    axes.set_yscale("log")
    axes.set(
        xlabel=phrase(en="steps", zh="步数"), ylabel=phrase(en="relative difference of the loss", zh="损失的相对差")
    )
    axes.set_title(
        phrase(en="How far apart, by Adam's epsilon and the number format", zh="差多少：看 Adam 的 epsilon 与数值精度")
    )
    gap = phrase(en="a gap in a line: no difference at all", zh="线条中断处：完全没有差异")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False, title=gap)
    drawn.tight_layout()
    ends = "; ".join(f"{name(key)}: {drift[0]:.0e} → {drift[-1]:.0e}" for key, drift in drifts.items())
    show(
        drawn,
        phrase(en=f"Relative differences of the loss, gaps where there is none. {ends}.",
             zh=f"损失的相对差，没有差异处中断。{ends}。"),
    )  # fmt: skip


def rate_finder(
    rates: np.ndarray, losses: np.ndarray, marks: Mapping[str, float], tried: Sequence[float], found: Sequence[float]
) -> None:
    """Above: the loss as the learning rate grows step by step, with marked rates. Below: NDCG@10 of whole trainings."""
    drawn, (above, below) = figure(7.5, 5.2, rows=2, sharex=True)
    above.plot(rates, losses, color=BLUE, lw=2)
    lowest = losses.argmin()
    above.plot(rates[lowest], losses[lowest], "v", color=BLUE, ms=9, label=phrase(en="lowest point", zh="最低点"))
    above.set_ylim(losses.min() - 0.1, losses[0] + 0.5)
    above.set_ylabel(phrase(en="loss, smoothed\n(cut off at the top)", zh="损失（平滑，上端截断）"))
    above.set_title(
        phrase(
            en="A tenth of the lowest point: too small a rate for the whole training",
            zh="最低点的十分之一：对完整训练来说，学习率偏小",
        )
    )
    below.plot(tried, found, "o-", color=RED)
    below.set_ylim(0, 1.15 * max(found))
    below.set_ylabel(phrase(en="validation NDCG@10\n(stored, one seed)", zh="验证集 NDCG@10"))
    below.set_xlabel(phrase(en="learning rate (logarithmic)", zh="学习率（对数刻度）"))
    below.set_xscale("log")
    for place, (key, rate) in enumerate(marks.items()):
        for axes in (above, below):
            axes.axvline(rate, ls=(":", "--", "-.")[place % 3], color=CYCLE[place + 2], label=name(key))
    above.legend(fontsize=8)
    marked = "; ".join(f"{name(key)} {rate:.4f}" for key, rate in marks.items())
    whole = ", ".join(f"{rate:g}: {value:.3f}" for rate, value in zip(tried, found, strict=True))
    show(
        drawn,
        phrase(en=f"Loss against a growing rate: flat, falling, then shooting up. Marked: {marked}. NDCG@10 by rate: {whole}.",
             zh=f"损失随学习率增大：先平，再降，然后急剧上升。标出：{marked}。各学习率的 NDCG@10：{whole}。"),
    )  # fmt: skip


def schedules(curves: Mapping[str, Sequence[Sequence[float]]]) -> None:
    """Validation NDCG@10 after each epoch, by schedule: a line for the mean of the seeds, a band from lowest to highest."""
    drawn, axes = figure(7, 3.6)
    for place, (key, seeds) in enumerate(curves.items()):
        runs = np.asarray(seeds)
        epochs = np.arange(1, runs.shape[1] + 1)
        style = ("-", "--", ":")[place % 3]
        axes.fill_between(epochs, runs.min(axis=0), runs.max(axis=0), color=CYCLE[place], alpha=0.2, lw=0)
        axes.plot(epochs, runs.mean(axis=0), style, color=CYCLE[place], lw=2.5, label=name(key))
    axes.set(xlabel=phrase(en="epochs", zh="轮次"), ylabel=phrase(en="validation NDCG@10", zh="验证集 NDCG@10"))
    axes.set_title(phrase(en="A rate that falls to 0 ends highest", zh="学习率降到 0，终点最高"))
    axes.legend(
        title=phrase(en="line: mean of the seeds; band: lowest to highest", zh="线：种子的平均；色带：最低到最高")
    )
    ends = "; ".join(f"{name(key)}: {min(r[-1] for r in runs):.3f}–{max(r[-1] for r in runs):.3f}" for key, runs in curves.items())  # fmt: skip
    show(
        drawn,
        phrase(en=f"NDCG@10 by epoch, mean and range of the seeds. At the end: {ends}.",
             zh=f"各轮次的 NDCG@10，种子的平均与范围。终点：{ends}。"),
    )  # fmt: skip


def towers_drawn() -> None:
    """The two towers from left to right: identity and projected titles add up on each side, and meet in a dot product."""
    drawn, axes = figure(9.5, 3.6)
    sides = (
        (0.9, phrase(en="user", zh="用户"), phrase(en="mean of the titles\nof the films rated", zh="评过的电影的\n片名平均"), "$u$"),
        (-0.9, phrase(en="film", zh="电影"), phrase(en="title of the film", zh="电影的片名"), "$v$"),
    )  # fmt: skip
    for y, whose, text, letter in sides:
        axes.text(-1.35, y, whose, ha="center", va="center", fontsize=12)
        box(axes, 0.3, y + 0.38, phrase(en="number", zh="编号"), WHITE, height=0.54)
        box(axes, 0.3, y - 0.38, text, WHITE, height=0.54)
        box(axes, 3.0, y + 0.38, phrase(en="row of identities $I$", zh="ID 嵌入表 $I$ 的一行"), BLUE, height=0.54)
        box(axes, 3.0, y - 0.38, phrase(en="times projection $P$", zh="乘投影矩阵 $P$"), ORANGE, height=0.54)
        box(axes, 5.2, y, f"{letter}", GREEN, width=0.5)
        for up in (0.38, -0.38):
            arrow(axes, (1.3, y + up), (2.0, y + up))
            arrow(axes, (4.0, y + up), (4.9, y + up / 4))
        axes.text(4.45, y, "+", ha="center", va="center", fontsize=13)
        arrow(axes, (5.5, y), (6.35, y / 4))
    box(axes, 7.2, 0, r"$u \cdot v + b$", RED, width=1.6)
    axes.text(7.2, -0.6, phrase(en="score", zh="得分"), ha="center", va="center")
    axes.set(xlim=(-1.8, 8.2), ylim=(-1.75, 1.75))
    axes.set_axis_off()
    axes.set_title(phrase(en="Two towers that meet in one dot product", zh="两座塔，只在一次点积中相遇"))
    show(
        drawn,
        phrase(
            en="Above the user tower: a row of identities plus the mean title vector times a projection gives u. Below the item tower: a row of identities plus the title vector times a projection gives v. The score is u · v + b.",
            zh="上面是用户塔：ID 嵌入表的一行，加上片名向量的平均乘投影矩阵，得 u。下面是物品塔：ID 嵌入表的一行，加上片名向量乘投影矩阵，得 v。得分是 u · v + b。",
        ),
    )


def new_films(results: Mapping[str, np.ndarray]) -> None:
    """NDCG@10 among films that nobody has rated, a row a model: ``results[model]`` has one number a drawn set."""
    hidden_sets(
        results,
        title=phrase(en="Films that nobody has rated: titles do the work", zh="没有人评过的电影：起作用的是片名"),
    )


def _smoothed(losses: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray]:
    means = np.asarray(losses)[: len(losses) // width * width].reshape(-1, width).mean(axis=1)
    return (np.arange(len(means)) + 1) * width, means
