"""Figures of chapter 04."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from recbook.plots.base import BLUE, figure, show
from recbook.session import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def who_reads_whom(words: Sequence[str]) -> None:
    """BERT's full square beside GPT's triangle: row i may read column j where the cell is filled."""
    n = len(words)
    drawn, both = figure(2.0 * n, 0.62 * n + 0.6, columns=2)
    everyone = np.ones((n, n), dtype=bool)
    for axes, allowed, title in (
        (both[0], everyone, text(en="BERT: everyone reads everyone", zh="BERT：谁都可以读谁")),
        (
            both[1],
            np.tri(n, dtype=bool),
            text(en="GPT: only itself and what came before", zh="GPT：只读自己和前面的词"),
        ),
    ):
        _grid(axes, allowed.astype(float) * 0.55, words, words)
        axes.set_title(title)
        axes.set_ylabel(text(en="reads …", zh="读的词"))
    show(
        drawn,
        text(en=f"Two squares of {n} by {n} words: for BERT all cells are filled, for GPT the lower triangle with the diagonal.",
             zh=f"两个 {n} 乘 {n} 的方格：BERT 全部填满，GPT 只填对角线和左下三角。"),
    )  # fmt: skip


def attention_maps(maps: Mapping[str, np.ndarray], tokens: Sequence[str]) -> None:
    """Attention weights of a few heads, ``(n, n)`` each, side by side: row reads column, dark is much."""
    n = len(tokens)
    drawn, panels = figure(max(3.2, 0.5 * n) * len(maps), max(3.2, 0.48 * n), columns=len(maps), squeeze=False)
    for axes, (title, weights) in zip(panels[0], maps.items(), strict=True):
        _grid(axes, weights, tokens, tokens)
        axes.set_title(title)
    panels[0, 0].set_ylabel(text(en="reads …", zh="读的词"))
    strongest = "; ".join(f"{title}: {_strongest(weights, tokens)}" for title, weights in maps.items())
    show(
        drawn,
        text(en=f"Attention of {len(maps)} heads over “{' '.join(tokens)}”. Strongest: {strongest}.",
             zh=f"{len(maps)} 个注意力头在 {' '.join(tokens)} 上的权重。最强的：{strongest}。"),
    )  # fmt: skip


def _strongest(weights: np.ndarray, tokens: Sequence[str]) -> str:
    row, column = divmod(int(weights.argmax()), weights.shape[1])
    return f"{tokens[row]} → {tokens[column]} {weights[row, column]:.2f}"


def _grid(axes: Axes, weights: np.ndarray, rows: Sequence[str], columns: Sequence[str]) -> None:
    axes.imshow(weights, cmap="Blues", vmin=0, vmax=1)
    axes.grid(visible=False)
    axes.set_xticks(range(len(columns)), columns, rotation=60, ha="right", rotation_mode="anchor", fontsize=9)
    axes.set_yticks(range(len(rows)), rows, fontsize=9)
    axes.set_xticks(np.arange(-0.5, len(columns)), minor=True)
    axes.set_yticks(np.arange(-0.5, len(rows)), minor=True)
    axes.grid(which="minor", color="white", lw=1)
    axes.tick_params(which="minor", length=0)
    for spine in axes.spines.values():
        spine.set_color(BLUE)
