"""Figures of chapter 16."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recbook.plots.base import BLUE, ORANGE, RED, add_words, figure, name, show
from recbook.session import phrase

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# LoRA

add_words({
    "frozen": ("frozen vectors", "冻结的向量"),
    "linear": ("linear head", "线性头"),
    "mlp": ("two-layer head", "两层头"),
    "layer": ("last layer", "最后一层"),
    "two layers": ("last two layers", "最后两层"),
    "lora": ("LoRA on the last two layers", "最后两层上的 LoRA"),
    "depth": ("depth", "深度"),
    "numbers that move": ("trainable numbers", "可训练参数"),
    "stored, kB": ("file, kB", "文件（kB）"),
    "optimiser, kB": ("Adam's memory, kB", "Adam 的内存（kB）"),
    "seconds a step": ("CPU seconds a step", "每步 CPU 秒"),
    "NDCG@10, new films": ("NDCG@10, new films", "NDCG@10，新电影"),
    "LoRA less it": ("LoRA less it (95% interval)", "LoRA 减去它（95% 区间）"),
    "LoRA ahead on": ("sets of 5 on which LoRA leads", "LoRA 领先的组数（共 5 组）"),
})  # fmt: skip


def thin_matrices(trained: Mapping[str, int], width: int = 384, rank: int = 8) -> None:
    """A square weight beside the two thin matrices of LoRA, true to scale, and how many numbers each depth trains.

    ``trained[depth]`` is that number; ``width`` and ``rank`` are those of the drawing.
    """
    from matplotlib.ticker import MaxNLocator

    drawn, (shapes, counts) = figure(10, 3.4, columns=2, width_ratios=(1, 1.1))
    _to_scale(shapes, width, rank)
    for row, (depth, number) in enumerate(reversed(list(trained.items()))):
        counts.barh(row, number, color=ORANGE if depth == "lora" else BLUE)
        counts.annotate(f"{number:,}", (number, row), (4, 0), textcoords="offset points", va="center", fontsize=9)
    counts.set_yticks(range(len(trained)), [name(depth) for depth in reversed(list(trained))])
    counts.set(xlim=(0, 1.25 * max(trained.values())), xlabel=name("numbers that move"))
    counts.xaxis.set_major_locator(MaxNLocator(3))
    counts.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    counts.set_title(phrase(en="Two layers, and fewer numbers than a head", zh="动两层，参数比一个头还少"))
    drawn.tight_layout()
    listed = ", ".join(f"{name(depth)} {number:,}" for depth, number in trained.items())
    show(
        drawn,
        phrase(
            en=f"Left, to scale: a grey square W of {width} by {width}, frozen; beside it two orange strips, B {rank} wide and A {rank} high. Right, bars of the numbers trained: {listed}.",
            zh=f"左图按比例：灰色方块 W，{width} 乘 {width}，冻结；旁边两条橙色细条，B 宽 {rank}，A 高 {rank}。右图是可训练参数的条形图：{listed}。",
        ),
    )


def _to_scale(axes: Axes, width: int, rank: int) -> None:
    """W, and beside it B standing and A lying, as in the product B A."""
    from matplotlib.patches import Rectangle

    left = 1.45 * width
    axes.add_patch(Rectangle((0, 0), width, width, fc="0.85", ec="0.5"))
    axes.add_patch(Rectangle((left, 0), rank, width, fc=ORANGE, ec=RED, lw=0.5))
    axes.add_patch(Rectangle((left + 0.12 * width, width - rank), width, rank, fc=ORANGE, ec=RED, lw=0.5))
    words = {
        (width / 2, width / 2): phrase(en=f"W\n{width} × {width}\nfrozen", zh=f"W\n{width} × {width}\n冻结"),
        (1.22 * width, width / 2): "+",
        (left + 0.26 * width, width / 2): f"B\n{width} × {rank}",
        (left + 0.62 * width, 0.86 * width): f"A  {rank} × {width}",
    }
    for place, word in words.items():
        axes.text(*place, word, ha="center", va="center", fontsize=10)
    axes.set(xlim=(-10, left + 1.15 * width), ylim=(-10, width + 10), aspect="equal")
    axes.set_axis_off()
    axes.set_title(phrase(en="Only orange is trained (to scale)", zh="只训练橙色部分（按比例）"))
