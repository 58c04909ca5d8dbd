"""Figures of chapter 11."""

from __future__ import annotations

from recbook.plots.base import BLUE, add_words, figure, name, show
from recbook.session import phrase

add_words({"filled": ("filled", "已填"), "empty": ("empty", "空着")})


def how_full(density: float) -> None:
    """The share of a table that is filled, as a bar; ``density`` is between 0 and 1."""
    drawn, axes = figure(6, 1.6)
    axes.barh([0, 1], [1 - density, density], color=["0.8", BLUE])
    axes.set_yticks([0, 1], [name("empty"), name("filled")])
    axes.set(xlim=(0, 1), xlabel=phrase(en="share of all cells", zh="占全部格子的比例"))
    axes.set_title(phrase(en="Less than half of the table is filled", zh="表中填了不到一半"))
    show(
        drawn,
        phrase(
            en=f"Two bars: {density:.0%} of the cells are filled, {1 - density:.0%} are empty.",
            zh=f"两条横条：已填的格子占 {density:.0%}，空着的占 {1 - density:.0%}。",
        ),
    )
