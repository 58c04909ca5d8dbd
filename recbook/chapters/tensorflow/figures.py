"""Figures of chapter 06."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from recbook.plots.base import BLUE, RED, add_words, figure, name, show
from recbook.plots.common import lines
from recbook.session import phrase

add_words({
    "times in the batch": ("times in the batch", "批内出现次数"),
    "plain dot product": ("plain dot product of title vectors", "片名向量的点积"),
    "films with ratings": ("films with ratings", "有评分的电影"),
    "films that nobody rated": ("films that nobody rated", "没人评过分的电影"),
    "optimizer": ("optimizer", "优化器"),
    "no switch": ("no switch", "不加开关"),
    "first epoch": ("first epoch", "第一个轮次"),
    "a later epoch": ("a later epoch", "后面的一个轮次"),
    "padding moves the vector by": ("padding moves the vector by", "填充使向量改变"),
    "mask by itself": ("mask passed by Keras, places added", "Keras 自动传掩码，加位置向量"),
    "mask by hand": ("mask passed by hand, places added", "手工传掩码，加位置向量"),
    "mask by itself, no places": ("mask passed by Keras, no places", "Keras 自动传掩码，不加位置向量"),
    "our BERT": ("our BERT, mask passed by hand", "上面的 BERT，手工传掩码"),
    "recommended": ("recommended", "推荐"),
    "drawn in map": ("drawn in map", "在 map 里抽样"),
    "a dataset of its own": ("a dataset of its own", "单独的数据集"),
    "same in both epochs": ("same negatives in both epochs", "两个轮次相同的负样本"),
    "best epoch": ("best epoch", "最好的轮次"),
    "gradient": ("gradient", "梯度"),
    "first step": ("first step", "第一步"),
    "in pieces": ("in pieces", "分片"),
    "added up": ("added up", "先加起来"),
    "softmax": ("sampled softmax", "采样 softmax"),
    "sigmoid": ("sigmoid cross-entropy", "sigmoid 交叉熵"),
    "identity, constant": ("identities, constant rate", "ID 嵌入，恒定学习率"),
    "identity, linear": ("identities, falling rate", "ID 嵌入，线性衰减"),
    "last epoch": ("last epoch", "最后一个轮次"),
    "patience 1": ("patience 1", "耐心值 1"),
    "patience 3": ("patience 3", "耐心值 3"),
    "patience 5": ("patience 5", "耐心值 5"),
    "identity": ("identities", "ID 嵌入"),
    "towers, both": ("towers: identities + text", "双塔：ID 嵌入＋文本"),
    "liked last": ("liked last", "最近喜欢的"),
    "both, planned": (
        "identities + text, rate 0.007, planned: 6 epochs",
        "ID 嵌入＋文本，学习率 0.007，计划 6 个轮次",
    ),
    "identity, careless": ("identities, rate 0.03, planned: 30 epochs", "ID 嵌入，学习率 0.03，计划 30 个轮次"),
    "both, constant": ("identities + text, constant rate", "ID 嵌入＋文本，恒定学习率"),
    "both, linear": ("identities + text, falling rate", "ID 嵌入＋文本，线性衰减"),
})  # fmt: skip


def ten_heads(weights: np.ndarray, auc: np.ndarray, plain: float) -> None:
    """The weight of each head by epoch, ``(epochs + 1, heads)``, and its ``auc`` ``(heads,)`` at the end.

    ``plain`` is the AUC of the dot product without a head.
    """
    drawn, (left, right) = figure(10, 3.8, columns=2)
    ended = {
        True: phrase(en="as the dot product ranks", zh="与点积的顺序相同"),
        False: phrase(en="upside down", zh="顺序颠倒"),
    }
    for up, colour, style, mark in ((True, BLUE, "-", "o"), (False, RED, "--", "s")):
        chosen = (weights[-1] > 0) == up
        left.plot(weights[:, chosen], style, color=colour, lw=1.8)
        right.plot(weights[0, chosen], auc[chosen], mark, color=colour, label=ended[up])
    left.axhline(0, color="black", lw=0.8)
    right.axhline(0.5, color="black", lw=0.8, label=phrase(en="chance", zh="随机猜测"))
    right.axhline(plain, color="black", lw=1.8, ls=":", label=phrase(en="dot product, no head", zh="点积，没有输出头"))
    upright, turned = int((weights[-1] > 0).sum()), int((weights[-1] <= 0).sum())
    left.set(title=phrase(en="Ten starts of one program", zh="同一个程序，十个起点"),
             xlabel=phrase(en="epochs", zh="轮次"), ylabel=phrase(en="weight w", zh="权重 w"))  # fmt: skip
    right.set(title=phrase(en=f"{upright} recommend upright, {turned} upside down",
                           zh=f"{upright} 个推荐顺序正常，{turned} 个颠倒"),
              xlabel=phrase(en="weight at the start", zh="起始权重"), ylabel="AUC", ylim=(0.3, 0.7))  # fmt: skip
    drawn.legend(frameon=False, fontsize=9, ncols=4, loc="outside lower center")
    drawn.set_layout_engine("constrained")
    ends = ", ".join(f"{start:.2f} → {end:.2f}" for start, end in zip(weights[0], weights[-1], strict=True))
    show(
        drawn,
        phrase(en=f"Weights of {weights.shape[1]} heads over {len(weights) - 1} epochs: {ends}. AUC at the end: "
                f"{auc.max():.3f} for positive weights, {auc.min():.3f} for negative ones.",
             zh=f"{weights.shape[1]} 个输出头的权重在 {len(weights) - 1} 个轮次里的变化：{ends}。最终 AUC："
                f"权重为正 {auc.max():.3f}，为负 {auc.min():.3f}。"),
    )  # fmt: skip


def loss_grids(grids: Mapping[str, Mapping[str, Any]]) -> None:
    """Validation NDCG@10 of both losses: a row a learning rate, a column a value of the loss's own setting."""
    drawn, panels = figure(9.5, 3.4, columns=2)
    drawn.set_layout_engine("constrained")
    tables = {loss: np.array(found["ndcg@10"]) for loss, found in grids.items()}
    # Below 0.05 all cells look alike: one very low value would leave no shades for the others.
    top = max(table.max() for table in tables.values())
    low = min(0.05, max(table.min() for table in tables.values()))
    settings = {
        "negatives": phrase(en="negatives", zh="负样本数"),
        "negative_weight": phrase(en="weight c of the negatives (256)", zh="负样本（256 个）的权重 c"),
    }
    for axes, (loss, found) in zip(panels, grids.items(), strict=True):
        own = next(key for key in found if key in settings)
        shades = axes.imshow(tables[loss], cmap="Blues", vmin=low, vmax=top, aspect="auto")
        axes.grid(visible=False)
        axes.set_xticks(range(len(found[own])), [f"{value:g}" for value in found[own]])
        axes.set_yticks(range(len(found["rates"])), [f"{rate:g}" for rate in found["rates"]])
        axes.set(title=name(loss), xlabel=settings[own], ylabel=phrase(en="learning rate", zh="学习率"))
        for (row, column), value in np.ndenumerate(tables[loss]):
            dark = value > low + 0.6 * (top - low)
            axes.text(column, row, f"{value:.4f}", ha="center", va="center", fontsize=9,
                      color="white" if dark else "black")  # fmt: skip
    drawn.suptitle(
        phrase(
            en="With 256 negatives the softmax is ahead at each rate (validation NDCG@10, identities only, one seed)",
            zh="同为 256 个负样本，softmax 在每个学习率上都领先（验证集 NDCG@10，只用 ID 嵌入，一个种子）",
        )
    )
    drawn.colorbar(shades, ax=panels, label="NDCG@10", extend="min")
    best = phrase(en="; ", zh="；").join(
        f"{name(loss)} {table.min():.4f}–{table.max():.4f}" for loss, table in tables.items()
    )
    show(drawn, phrase(en=f"Two tables of validation NDCG@10. {best}.", zh=f"两张验证集 NDCG@10 的表。{best}。"))


def stopping(runs: Mapping[str, tuple[Sequence[float], np.ndarray]], planned: Mapping[str, int]) -> None:
    """A few runs by name, each ``(validation NDCG@10, mean training loss)`` of its epochs; best and last are marked.

    ``planned`` has the number of epochs of each run's plan.
    """
    drawn, (left, right) = figure(10, 3.8, columns=2)
    epochs = {key: np.arange(1, len(seen) + 1) for key, (seen, _) in runs.items()}
    lines(left, {key: (epochs[key], np.array(seen)) for key, (seen, _) in runs.items()})
    lines(right, {key: (epochs[key], np.asarray(losses)) for key, (_, losses) in runs.items()})
    for number, (seen, _) in enumerate(runs.values()):
        label = None if number else phrase(en="best epoch, kept", zh="最好的轮次，保留")
        left.plot(int(np.argmax(seen)) + 1, max(seen), "*", color="black", ms=10, ls="", label=label)
    for key, (seen, _) in runs.items():
        ran, plan = len(seen), planned[key]
        ended = phrase(en="stopped, ", zh="停止，") if ran < plan else ""
        count = phrase(en=f"{ended}{ran} of {plan}", zh=f"{ended}{ran}/{plan}")
        left.annotate(count, (ran, seen[-1]), (4, -12), textcoords="offset points", ha="right", va="top", fontsize=9)
    left.margins(y=0.2)
    for axes in (left, right):
        axes.get_legend().remove()
    drawn.legend(*left.get_legend_handles_labels(), frameon=False, fontsize=9, ncols=3, loc="outside lower center")
    left.set(title=phrase(en="A run that gets no better is stopped", zh="不再提高就提前停止"),
             xlabel=phrase(en="epochs", zh="轮次"), ylabel=phrase(en="validation NDCG@10", zh="验证集 NDCG@10"))  # fmt: skip
    right.set(title=phrase(en="The training loss falls all the same", zh="训练损失却照样下降"),
              xlabel=phrase(en="epochs", zh="轮次"), ylabel=phrase(en="training loss", zh="训练损失"))  # fmt: skip
    drawn.set_layout_engine("constrained")
    run, best, loss = phrase(
        en="run|best validation NDCG@10|loss, first and last", zh="运行|最高的验证集 NDCG@10|损失，最初与最后"
    ).split("|")
    told = phrase(en="; ", zh="；").join(
        phrase(
            en=f"epoch {np.argmax(seen) + 1} of {len(seen)}", zh=f"{len(seen)} 个轮次中的第 {np.argmax(seen) + 1} 个"
        )
        for seen, _ in runs.values()
    )
    show(
        drawn,
        phrase(en=f"Two panels by epoch. Left, validation NDCG@10 of {len(runs)} runs; best at: {told}. Right, the training loss, which falls to the end.",
               zh=f"按轮次的两幅图。左：{len(runs)} 次运行的验证集 NDCG@10，最高点在：{told}。右：训练损失，一直下降。"),
        [{run: name(key), best: f"{max(seen):.4f}", "best epoch": f"{np.argmax(seen) + 1} / {len(seen)}", loss: f"{losses[0]:.2f} → {losses[-1]:.2f}"}
         for key, (seen, losses) in runs.items()],
    )  # fmt: skip
