"""Figures of chapter 06."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from recbook.plots.base import BLUE, GREY, RED, add_words, figure, name, show
from recbook.plots.common import lines
from recbook.session import phrase

add_words({
    "value": ("value", "值"),
    "tokens": ("tokens", "词元数"),
    "one rectangle": ("one rectangle", "一个矩形"),
    "batches by length": ("batches by length", "按长度分批"),
    "places": ("places worked through", "计算的位置数"),
    "padding moves the vector by": ("padding moves the vector by", "填充使向量改变"),
    "mask by itself": ("mask passed by Keras, places added", "Keras 自动传掩码，加位置向量"),
    "mask by hand": ("mask passed by hand, places added", "手工传掩码，加位置向量"),
    "mask by itself, no places": ("mask passed by Keras, no places", "Keras 自动传掩码，不加位置向量"),
    "our BERT": ("our BERT, mask passed by hand", "上面的 BERT，手工传掩码"),
    "output": ("output", "输出"),
    "recommended": ("recommended", "推荐"),
    "drawn in map": ("drawn in map", "在 map 里抽样"),
    "a dataset of its own": ("a dataset of its own", "单独的数据集"),
    "same in both epochs": ("same negatives in both epochs", "两个轮次相同的负样本"),
    "best epoch": ("best epoch", "最好的轮次"),
    "both, untrained at 0": ("… untrained at 0", "……未训练的置 0"),
    "identity, own rate": ("identities, rate 0.012", "ID 嵌入，学习率 0.012"),
    "identities + text, less": ("identities + text, less", "ID 嵌入＋文本，减去"),
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
    "ridge": ("ridge on title vectors", "片名向量的岭回归"),
    "the text's head": ("the text's head, w > 0", "文章的输出头，w > 0"),
    "towers, both": ("towers: identities + text", "双塔：ID 嵌入＋文本"),
    "shape": ("shape", "形状"),
    "validation NDCG@10": ("validation NDCG@10", "验证集 NDCG@10"),
    "liked last": ("liked last", "最近喜欢的"),
    "both, planned": (
        "identities + text, rate 0.007, planned: 12 epochs",
        "ID 嵌入＋文本，学习率 0.007，计划 12 个轮次",
    ),
    "seconds, all titles": ("seconds, all titles", "秒，全部片名"),
    "identity, careless": ("identities, rate 0.03, planned: 30 epochs", "ID 嵌入，学习率 0.03，计划 30 个轮次"),
    "difference": ("difference (95% interval)", "差（95% 区间）"),
    "training loss": ("training loss", "训练损失"),
    "both, constant": ("identities + text, constant rate", "ID 嵌入＋文本，恒定学习率"),
    "both, linear": ("identities + text, falling rate", "ID 嵌入＋文本，线性衰减"),
})  # fmt: skip


def ten_heads(weights: np.ndarray, auc: np.ndarray, plain: float, reach: float) -> None:
    """The weight of each head by epoch, ``(epochs + 1, heads)``, and its ``auc`` ``(heads,)`` at the end.

    ``plain`` is the AUC of the dot product without a head, ``reach`` the longest way that a weight can go.
    """
    drawn, (left, right) = figure(10, 3.8, columns=2)
    ended = {True: phrase(en="ends above 0", zh="最终大于 0"), False: phrase(en="ends below 0", zh="最终小于 0")}
    for up, colour, style, mark in ((True, BLUE, "-", "o"), (False, RED, "--", "s")):
        chosen = (weights[-1] > 0) == up
        for number, curve in enumerate(weights.T[chosen]):
            left.plot(curve, style, color=colour, lw=1.8, label=None if number else ended[up])
        right.plot(weights[0, chosen], auc[chosen], mark, color=colour, label=ended[up])
    left.axhline(0, color="black", lw=0.8)
    reached = phrase(en=f"−{reach:g}: no start below this can arrive", zh=f"−{reach:g}：更低的起点走不到 0")
    left.axhline(-reach, color=GREY, ls=":", label=reached)
    right.axvline(-reach, color=GREY, ls=":")
    right.axhline(plain, color=BLUE, lw=0.8, label=phrase(en="dot product, no head", zh="点积，没有输出头"))
    stuck = int(((weights[0] < 0) & (weights[-1] < 0)).sum())
    left.set(title=phrase(en=f"{stuck} starts below 0 have not crossed it in {len(weights) - 1} epochs",
                        zh=f"{len(weights) - 1} 个轮次之后，{stuck} 个小于 0 的起点仍小于 0"),
             xlabel=phrase(en="epochs", zh="轮次"), ylabel=phrase(en="weight w", zh="权重 w"))  # fmt: skip
    right.set(title=phrase(en="Two outcomes, one the reverse of the other", zh="只有两种结果，彼此颠倒"),
              xlabel=phrase(en="weight at the start", zh="起始权重"), ylabel="AUC")  # fmt: skip
    for axes, below in ((left, -0.2), (right, -0.2)):
        axes.legend(frameon=False, fontsize=8, ncols=3, loc="upper center", bbox_to_anchor=(0.5, below))
    drawn.tight_layout()
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
    low, top = min(table.min() for table in tables.values()), max(table.max() for table in tables.values())
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
            dark = value > low + 0.68 * (top - low)
            axes.text(column, row, f"{value:.4f}", ha="center", va="center", fontsize=9,
                      color="white" if dark else "black")  # fmt: skip
    drawn.suptitle(
        phrase(
            en="With 256 negatives the softmax is ahead at each rate (validation NDCG@10, identities only, one seed)",
            zh="同为 256 个负样本，softmax 在每个学习率上都领先（验证集 NDCG@10，只用 ID 嵌入，一个种子）",
        )
    )
    drawn.colorbar(shades, ax=panels, label="NDCG@10")
    best = "; ".join(f"{name(loss)} {table.min():.4f}–{table.max():.4f}" for loss, table in tables.items())
    show(drawn, phrase(en=f"Two tables of validation NDCG@10. {best}.", zh=f"两张验证集 NDCG@10 的表。{best}。"))


def stopping(runs: Mapping[str, tuple[Sequence[float], np.ndarray]]) -> None:
    """A few runs by name, each ``(validation NDCG@10, mean training loss)`` of its epochs; the best epoch is marked."""
    drawn, (left, right) = figure(10, 3.8, columns=2)
    epochs = {key: np.arange(1, len(seen) + 1) for key, (seen, _) in runs.items()}
    lines(left, {key: (epochs[key], np.array(seen)) for key, (seen, _) in runs.items()})
    ends = lines(right, {key: (epochs[key], np.asarray(losses)) for key, (_, losses) in runs.items()})
    for number, (seen, _) in enumerate(runs.values()):
        label = None if number else phrase(en="best epoch, kept", zh="最好的轮次，保留")
        left.plot(int(np.argmax(seen)) + 1, max(seen), "*", color="black", ms=10, ls="", label=label)
    right.get_legend().remove()
    left.legend(frameon=False, loc="upper left", bbox_to_anchor=(0, -0.16), fontsize=9)
    left.set(title=phrase(en="A run that gets no better is stopped", zh="不再变好的训练被停掉"),
             xlabel=phrase(en="epochs", zh="轮次"), ylabel=phrase(en="validation NDCG@10", zh="验证集 NDCG@10"))  # fmt: skip
    right.set(title=phrase(en="The training loss falls all the same", zh="训练损失却照样下降"),
              xlabel=phrase(en="epochs", zh="轮次"), ylabel=phrase(en="training loss", zh="训练损失"))  # fmt: skip
    drawn.tight_layout()
    best = "; ".join(
        f"{name(key)} {max(seen):.4f} ({np.argmax(seen) + 1}/{len(seen)})" for key, (seen, _) in runs.items()
    )
    show(
        drawn,
        phrase(en=f"Left: validation NDCG@10 by epoch, best value and its epoch: {best}. Right: training loss. {ends}.",
             zh=f"左：各轮次的验证集 NDCG@10，最好的值及其轮次：{best}。右：训练损失。{ends}。"),
    )  # fmt: skip


def warm_and_hidden(warm: Mapping[str, Sequence[float]], hidden: Mapping[str, Sequence[float]]) -> None:
    """NDCG@10 of kinds of towers: on warm films a dot a seed, on hidden films a dot a hidden set; the bar is the mean."""
    drawn, panels = figure(11, 3.6, columns=2)
    titles = (
        phrase(en="Warm films: no better with text", zh="有交互的电影：加上文本并不更好"),
        phrase(en="Hidden films: identities alone are at chance", zh="隐藏的电影：只用 ID 嵌入，与随机相当"),
    )
    marks = (
        phrase(en="NDCG@10 (a dot a seed; bar: mean)", zh="NDCG@10（一点一个种子；竖线：平均）"),
        phrase(en="NDCG@10 (a dot a hidden set; bar: mean)", zh="NDCG@10（一点一组隐藏的电影；竖线：平均）"),
    )
    for axes, values, title, mark in zip(panels, (warm, hidden), titles, marks, strict=True):
        for place, (key, dots) in enumerate(values.items()):
            axes.plot(dots, [-place] * len(dots), "o", color=RED if key == "both" else BLUE, alpha=0.6)
            axes.plot([np.mean(dots)] * 2, [-place - 0.25, -place + 0.25], color="black", lw=2)
        axes.set_yticks(-np.arange(len(values)), [name(key) for key in values])
        axes.set(title=title, xlabel=mark, xlim=(0, 1.08 * max(max(dots) for dots in values.values())))
        axes.margins(y=0.2)
    drawn.tight_layout()
    said = ["; ".join(f"{name(key)} {np.mean(dots):.3f}" for key, dots in values.items()) for values in (warm, hidden)]
    show(
        drawn,
        phrase(en=f"Mean NDCG@10 on warm films: {said[0]}. On hidden films: {said[1]}.",
             zh=f"有交互的电影，NDCG@10 平均：{said[0]}。隐藏的电影：{said[1]}。"),
    )  # fmt: skip
