"""Figures of chapter 06."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from recbook.plots.base import BLUE, GREY, RED, figure, name, show
from recbook.plots.common import lines
from recbook.session import text


def ten_heads(weights: np.ndarray, auc: np.ndarray, reach: float) -> None:
    """The weight of each head by epoch, ``(epochs + 1, heads)``; ``auc`` ``(heads,)`` at the end, ``reach`` the way to go."""
    drawn, (left, right) = figure(10, 3.6, columns=2)
    for head, curve in enumerate(weights.T):
        colour, style = (BLUE, "-") if curve[-1] > 0 else (RED, "--")
        left.plot(curve, style, color=colour, lw=1.8)
        right.plot(curve[0], auc[head], "o" if curve[-1] > 0 else "s", color=colour)
    left.axhline(0, color="black", lw=0.8)
    left.axhline(-reach, color=GREY, ls=":")
    right.axvline(-reach, color=GREY, ls=":")
    right.axhline(0.5, color="black", lw=0.8)
    left.set(title=text(en="Who starts below 0 does not get out", zh="从 0 以下出发的走不出来"),
             xlabel=text(en="epochs", zh="轮次"), ylabel=text(en="weight w", zh="权重 w"))  # fmt: skip
    right.set(title=text(en="Two outcomes, one the reverse of the other", zh="只有两种结果，彼此颠倒"),
              xlabel=text(en="weight at the start", zh="起始权重"), ylabel="AUC")  # fmt: skip
    drawn.tight_layout()
    ends = ", ".join(f"{start:.2f} → {end:.2f}" for start, end in zip(weights[0], weights[-1], strict=True))
    show(
        drawn,
        text(en=f"Weights of {weights.shape[1]} heads over {len(weights) - 1} epochs: {ends}. AUC at the end: "
                f"{auc.max():.3f} for positive weights, {auc.min():.3f} for negative ones.",
             zh=f"{weights.shape[1]} 个输出头的权重在 {len(weights) - 1} 个轮次里的变化：{ends}。最终 AUC："
                f"权重为正 {auc.max():.3f}，为负 {auc.min():.3f}。"),
    )  # fmt: skip


def loss_grids(grids: Mapping[str, Mapping[str, Any]]) -> None:
    """Validation NDCG@10 of both losses: a row a learning rate, a column a value of the loss's own setting."""
    drawn, panels = figure(9, 3.2, columns=2)
    tables = {loss: np.array(found["ndcg@10"]) for loss, found in grids.items()}
    top = max(table.max() for table in tables.values())
    settings = {
        "negatives": text(en="negatives", zh="负样本数"),
        "negative_weight": text(en="weight c of the negatives", zh="负样本的权重 c"),
    }
    for axes, (loss, found) in zip(panels, grids.items(), strict=True):
        own = next(key for key in found if key in settings)
        axes.imshow(tables[loss], cmap="Blues", vmin=0, vmax=top, aspect="auto")
        axes.grid(visible=False)
        axes.set_xticks(range(len(found[own])), [f"{value:g}" for value in found[own]])
        axes.set_yticks(range(len(found["rates"])), [f"{rate:g}" for rate in found["rates"]])
        axes.set(title=name(loss), xlabel=settings[own], ylabel=text(en="learning rate", zh="学习率"))
        for (row, column), value in np.ndenumerate(tables[loss]):
            axes.text(column, row, f"{value:.4f}", ha="center", va="center", fontsize=9,
                      color="white" if value > 0.6 * top else "black")  # fmt: skip
    drawn.suptitle(text(en="Validation NDCG@10: 12 settings for each loss", zh="验证集 NDCG@10：两种损失各 12 组设置"))
    drawn.tight_layout()
    best = "; ".join(f"{name(loss)} {table.min():.4f}–{table.max():.4f}" for loss, table in tables.items())
    show(drawn, text(en=f"Two tables of validation NDCG@10. {best}.", zh=f"两张验证集 NDCG@10 的表。{best}。"))


def stopping(curves: Mapping[str, Sequence[float]]) -> None:
    """Validation NDCG@10 after each epoch for a few runs by name; the best of each is marked."""
    drawn, axes = figure(7, 3.8)
    ends = lines(axes, {key: (np.arange(1, len(seen) + 1), np.array(seen)) for key, seen in curves.items()})
    for seen in curves.values():
        axes.plot(int(np.argmax(seen)) + 1, max(seen), "k*", ms=10)
    axes.set(title=text(en="The callback keeps the best epoch (star)", zh="回调保留最好的轮次（星号）"),
             xlabel=text(en="epochs", zh="轮次"), ylabel=text(en="validation NDCG@10", zh="验证集 NDCG@10"))  # fmt: skip
    best = "; ".join(f"{name(key)} {max(seen):.4f} ({int(np.argmax(seen)) + 1})" for key, seen in curves.items())
    show(
        drawn,
        text(en=f"Curves by epoch, {ends}. Best value and its epoch: {best}.",
             zh=f"随轮次变化的曲线，{ends}。最好的值及其轮次：{best}。"),
    )  # fmt: skip


def warm_and_hidden(warm: Mapping[str, Sequence[float]], hidden: Mapping[str, Sequence[float]]) -> None:
    """NDCG@10 of kinds of towers: on warm films a dot a seed, on hidden films a dot a hidden set; the bar is the mean."""
    drawn, panels = figure(10, 3.4, columns=2)
    titles = (
        text(en="Warm films: identities carry most", zh="有交互的电影：主要靠身份"),
        text(en="Hidden films: only text helps", zh="藏起来的电影：只有文本有用"),
    )
    for axes, values, title in zip(panels, (warm, hidden), titles, strict=True):
        for place, (key, dots) in enumerate(values.items()):
            axes.plot(dots, [-place] * len(dots), "o", color=RED if key == "both" else BLUE, alpha=0.6)
            axes.plot([np.mean(dots)] * 2, [-place - 0.25, -place + 0.25], color="black", lw=2)
        axes.set_yticks(-np.arange(len(values)), [name(key) for key in values])
        axes.set(title=title, xlabel="NDCG@10", xlim=(0, None))
        axes.margins(y=0.2)
    drawn.tight_layout()
    said = ["; ".join(f"{name(key)} {np.mean(dots):.3f}" for key, dots in values.items()) for values in (warm, hidden)]
    show(
        drawn,
        text(en=f"Mean NDCG@10 on warm films: {said[0]}. On hidden films: {said[1]}.",
             zh=f"有交互的电影，NDCG@10 平均：{said[0]}。藏起来的电影：{said[1]}。"),
    )  # fmt: skip
