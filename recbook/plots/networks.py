"""Drawings of networks that several chapters explain, and the boxes and arrows that chapters draw theirs with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recbook.plots.base import BLUE, GREEN, GREY, ORANGE, figure, show
from recbook.session import phrase

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WHITE = "#FFFFFF"


def identity_towers(d: int, width: int) -> None:
    """Two towers of ``width`` numbers from an identity and a text of ``d``; beside them a film that nobody has rated."""
    drawn, axes = figure(9.5, 4.3)
    user = phrase(en="user $i$", zh="用户 $i$")
    film = phrase(en="film $j$", zh="电影 $j$")
    new = phrase(en="a film that nobody has rated", zh="没人评过分的电影")
    _tower(axes, 4.9, user, ("P", "x", "A", "u"), (d, width), BLUE)
    _tower(axes, 0, film, ("Q", "y", "B", "v"), (d, width), GREEN)
    _tower(axes, 9.8, new, ("Q", "y", "B", "v"), (d, width), GREY)
    score = phrase(en="dot product + bias = score", zh="点积 + 偏置 = 得分")
    for middle, side in ((2.45, -1), (7.35, 1)):
        box(axes, middle, 4.3, score, ORANGE, 3.9)
        for x in (4.9, 4.9 + side * 4.9):
            arrow(axes, (x, 3.35), (middle + (0.9 if x > middle else -0.9), 4.0))
    axes.set(xlim=(-2.3, 12.1), ylim=(-1.25, 4.75))
    axes.axis("off")
    axes.set_title(
        phrase(
            en="An identity and a text on each side; for a new film the identity was never trained",
            zh="两边各有 ID 嵌入和文本；新电影的 ID 嵌入没有训练过",
        )
    )
    show(
        drawn,
        phrase(
            en=f"Three towers. User: u ({width} numbers) is a row of P plus x times A, x the mean title vector ({d}). "
            "Film: v is a row of Q plus its title vector y times B. The score is their dot product plus a bias. "
            "A film nobody has rated: its row of Q is still random.",
            zh=f"三座塔。用户：u（{width} 个数）是 P 的一行加上 x 乘以 A，x 是片名向量的平均（{d} 个数）。"
            "电影：v 是 Q 的一行加上片名向量 y 乘以 B。得分是两者的点积加上偏置。没人评过分的电影：Q 的那一行仍是随机数。",
        ),
    )


def _tower(
    axes: Axes, x: float, above: str, symbols: tuple[str, str, str, str], sizes: tuple[int, int], colour: str
) -> None:
    """One tower, read upwards: identity on the left, text on the right, their sum on top."""
    table, text, projection, vector = symbols
    d, width = sizes
    untrained = colour == GREY
    learned = phrase(en="still random", zh="仍是随机数") if untrained else phrase(en="learned", zh="要学")
    row = phrase(en=f"row of ${table}$\n{width} numbers\n{learned}", zh=f"${table}$ 的一行\n{width} 个数\n{learned}")
    given = phrase(en=f"text ${text}$\n{d} numbers\ngiven", zh=f"文本 ${text}$\n{d} 个数\n给定")
    box(axes, x - 1.08, 0, row, colour, 1.95, 1.3, dashed=untrained)
    box(axes, x + 1.08, 0, given, WHITE, 1.95, 1.3)
    box(
        axes,
        x + 1.05,
        1.65,
        phrase(en=f"times ${projection}$", zh=f"乘以 ${projection}$"),
        GREEN if untrained else colour,
        1.5,
    )
    arrow(axes, (x + 1.05, 0.7), (x + 1.05, 1.32))
    box(axes, x, 3.0, f"${vector}$ = " + phrase(en="sum", zh="两者之和"), GREEN if untrained else colour, 1.9)
    arrow(axes, (x - 1.05, 0.7), (x - 0.45, 2.68), GREY if untrained else "0.4", dashed=untrained)
    arrow(axes, (x + 1.05, 1.98), (x + 0.45, 2.68))
    axes.text(x, -1.0, above, ha="center", va="center", fontsize=10)


def box(
    axes: Axes, x: float, y: float, text: str, colour: str, width: float = 1.9, height: float = 0.6, *,
    dashed: bool = False, size: float = 9,
) -> None:  # fmt: skip
    """A rounded box around its middle, pale in its colour; `WHITE` for what is given. ``size`` is that of the text."""
    from matplotlib.colors import to_rgba
    from matplotlib.patches import FancyBboxPatch

    face, edge = (WHITE, GREY) if colour == WHITE else (to_rgba(colour, 0.25), colour)
    corner = (x - width / 2, y - height / 2)
    style = "--" if dashed else "-"
    axes.add_patch(FancyBboxPatch(corner, width, height, "round,pad=0.04", fc=face, ec=edge, lw=1.2, ls=style))
    axes.text(x, y, text, ha="center", va="center", fontsize=size)


def arrow(
    axes: Axes, start: tuple[float, float], end: tuple[float, float], colour: str = "0.4", *, lw: float = 1.3,
    dashed: bool = False,
) -> None:  # fmt: skip
    """A straight arrow from point to point."""
    style = {"arrowstyle": "-|>", "color": colour, "lw": lw, "ls": "--" if dashed else "-", "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", end, start, arrowprops=style)
