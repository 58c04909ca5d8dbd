"""Figures of chapter 05 on fine-tuning, on choosing an encoder and on images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from recbook.plots.base import BLUE, CYCLE, GREY, ORANGE, figure, name, show
from recbook.session import text


def tuning_paths(tuning: Mapping[str, Any], looks: Sequence[int], aim: str = "warm") -> None:
    """NDCG@10 on known films and on hidden films against training steps, one line a depth.

    ``tuning[tower][aim]["curves"]`` holds "warm" and "hidden", one value a look, for the towers of ``tuning``.
    """
    drawn, panels = figure(10, 3.6, columns=2)
    ends = []
    for place, tower in enumerate(tuning):
        curves = tuning[tower][aim]["curves"]
        for axes, part in zip(panels, ("warm", "hidden"), strict=True):
            axes.plot(looks, curves[part], "o" + ("-", "--", ":")[place], ms=4, color=CYCLE[place], label=name(tower))
        ends.append(
            f"{name(tower)} {curves['warm'][0]:.3f} → {curves['warm'][-1]:.3f}"
            + text(en=", ", zh="，")
            + f"{curves['hidden'][0]:.3f} → {curves['hidden'][-1]:.3f}"
        )
    titles = (
        text(en="Known films: all three climb", zh="已有评分的电影：三种都上升"),
        text(
            en="Hidden films, a set used to choose:\ntwo of three end above their start",
            zh="隐藏的电影（挑选设置用的一组）：\n三种里有两种终点高于起点",
        ),
    )
    for axes, title in zip(panels, titles, strict=True):
        axes.set(title=title, xlabel=text(en="steps", zh="步数"), ylabel="NDCG@10")
        axes.set_ylim(bottom=0)
    panels[0].legend(loc="lower right")
    drawn.tight_layout()
    rows = text(en="; ", zh="；").join(ends)
    show(drawn, text(en=f"NDCG@10 over {looks[-1]} steps, on known and on hidden films: {rows}.",
                     zh=f"{looks[-1]} 步训练中的 NDCG@10，先是已有评分的电影，再是隐藏的电影：{rows}。"))  # fmt: skip


def posters(images: np.ndarray, genres: Sequence[str], size: int) -> None:
    """Drawn posters ``(n, height, width, 3)`` with their genres above, and the grid of patches of ``size`` on each."""
    drawn, panels = figure(1.7 * len(images), 2.1, columns=len(images), squeeze=False)
    side = images.shape[1]
    for axes, image, genre in zip(panels[0], images, genres, strict=True):
        axes.imshow(image)
        axes.set_title(name(genre), fontsize=10)
        axes.set_xticks(np.arange(0, side + 1, size) - 0.5, [])
        axes.set_yticks(np.arange(0, side + 1, size) - 0.5, [])
        axes.grid(color="white", lw=0.8)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
    drawn.suptitle(text(en="Six drawn posters, and where they are cut", zh="六张画出来的海报和切割线"), y=1.04)
    n = (side // size) ** 2
    listed = text(en=", ", zh="、").join(name(genre) for genre in genres)
    show(drawn, text(en=f"Squares of {side} pixels cut into {n} patches, each with a mark in another colour: {listed}.",
                     zh=f"边长 {side} 像素的方图，各切成 {n} 个图块，图上有一个另一种颜色的图案：{listed}。"))  # fmt: skip


_TREE = {
    "content": (0.42, 0.9, ("what is the task?", "任务是什么？")),
    "ViT": (0.02, 0.5, ("ViT", "ViT")),
    "sequence model": (0.3, 0.5, ("sequence model\n(chapter 08)", "序列模型\n（第 08 章）")),
    "GPT": (0.5, 0.5, ("GPT", "GPT")),
    "languages": (0.8, 0.6, ("all in English?", "全是英语？")),
    "multilingual encoder": (0.66, 0.12, ("multilingual\nencoder", "多语言\n编码器")),
    "speed": (0.94, 0.36, ("under 0.5 ms\nfor a text?", "每条的时间预算\n不到 0.5 毫秒？")),
    "static vectors": (0.84, -0.05, ("static\nvectors", "静态\n词向量")),
    "sentence encoder": (1.04, -0.05, ("sentence\nencoder", "句子\n编码器")),
}
_BRANCHES = (
    ("content", "ViT", ("vectors of\nimages", "图像变\n向量")),
    ("content", "sequence model", ("vectors of\nhistories", "历史变\n向量")),
    ("content", "GPT", ("writing\ntext", "生成\n文字")), ("content", "languages", ("vectors of\ntexts", "文字变\n向量")),
    ("languages", "multilingual encoder", ("no", "否")), ("languages", "speed", ("yes", "是")),
    ("speed", "static vectors", ("yes", "是")), ("speed", "sentence encoder", ("no", "否")),
)  # fmt: skip


def decision_tree() -> None:
    """Which kind of model to try first: the branches of `recbook.text.choice.advise`."""
    drawn, axes = figure(10, 4.6)
    for start, end, words in _BRANCHES:
        (x, y), (u, v) = _TREE[start][:2], _TREE[end][:2]
        axes.plot([x, u], [y, v], color=GREY, lw=1.5, zorder=1)
        aside = 0.06 * np.sign(u - x) * (abs(u - x) > 0.3)  # beside a line that lies flat, which the words would cut
        place = (x + u) / 2 + aside, (y + v) / 2 + abs(aside)
        axes.text(*place, text(en=words[0], zh=words[1]), fontsize=9, ha="center", va="center",
                  bbox={"color": "white", "pad": 1}, zorder=2)  # fmt: skip
    asked = {start for start, _, _ in _BRANCHES}
    for key, (x, y, words) in _TREE.items():
        box = {"boxstyle": "round,pad=0.4", "fc": "white", "ec": BLUE if key in asked else ORANGE, "lw": 1.8}
        axes.text(x, y, text(en=words[0], zh=words[1]), ha="center", va="center", bbox=box, zorder=3)
    axes.set(xlim=(-0.04, 1.14), ylim=(-0.2, 1.02), title=text(en="Which model to try first", zh="先试哪一类模型"))
    axes.axis("off")
    show(drawn, text(en="A tree. Vectors of images lead to a ViT, of histories to a sequence model, writing text to GPT. Vectors of texts: not all in English leads to a multilingual encoder; English to static vectors under 0.5 ms for a text, else to a sentence encoder.",
                     zh="一棵决策树。图像变向量用 ViT，历史变向量用序列模型，生成文字用 GPT。文字变向量：不全是英语就用多语言编码器；全是英语，每条的时间预算不到 0.5 毫秒用静态词向量，否则用句子编码器。"))  # fmt: skip
