"""Figures of chapter 15: the guides as trees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count
from typing import TYPE_CHECKING

from recbook.chapters.questions.guides import GUIDES
from recbook.chapters.questions.trees import Fork, Leaf, advice
from recbook.learning.content import Text
from recbook.plots.base import BLUE, GREY, ORANGE, RED, add_words, figure, show
from recbook.plots.networks import WHITE
from recbook.session import phrase

if TYPE_CHECKING:
    from matplotlib.axes import Axes

add_words({
    "answers": ("answers", "回答"),
    "advice": ("advice", "建议"),
    "result": ("result", "依据"),
    "where it stands": ("where it stands", "位置"),
    "encoder": ("encoder", "编码器"),
    "news, English": ("clicks a list, English news", "英文新闻，每张列表的点击"),
    "news, Chinese": ("clicks a list, Chinese news", "中文新闻，每张列表的点击"),
    "search, English": ("NDCG@10, English queries", "NDCG@10，英文查询"),
    "search, Chinese": ("NDCG@10, Chinese queries", "NDCG@10，中文查询"),
})  # fmt: skip

READERS = {
    "fresh": Text("no profile", "没有画像"),
    "random": Text("random vectors", "随机向量"),
    "words": Text("counted words (Chinese: characters)", "词计数（中文为字）"),
    "static": Text("static vectors", "静态词向量"),
    "MiniLM": Text("MiniLM", "MiniLM"),
    "multilingual": Text("multilingual encoder", "多语言编码器"),
}
"""What reads headlines and queries in the stored results called "languages"."""

ROW = 0.62


@dataclass
class _Place:
    """Where a fork or a leaf stands, and the answers that lead to it from the fork above it."""

    node: Fork | Leaf
    told: str
    above: _Place | None
    x: float
    y: float = 0.0


def reader(key: str) -> str:
    """What `READERS` calls an encoder, in the reader's language."""
    return str(READERS[key])


def tree(guide: str) -> None:
    """A guide of `recbook.chapters.questions.guides` from left to right: questions in blue, advice in orange.

    Behind each advice stands the chapter that proves it; advice that its proof has turned away from is red.
    """
    chosen = GUIDES[guide]
    deepest = _depth(chosen.root)
    placed = _placed(chosen.root, deepest, count())
    lowest = min(one.y for one in placed)
    drawn, axes = figure(2.4 + 2.1 * deepest, 0.9 + ROW * (1 - lowest))
    for one in placed:
        if one.above:
            _branch(axes, one, one.above)
        _box(axes, one)
    axes.set(xlim=(-0.35, deepest + 0.62), ylim=(lowest - 0.6, 0.8), title=str(chosen.title))
    axes.axis("off")
    ends = [(path, advice(leaf, path)) for path, leaf in chosen.leaves()]
    turned = sum(not told.holds for _, told in ends)
    numbers = [{"answers": " → ".join(chosen.told(path)), "advice": told.says, "result": told.proof,
                "where it stands": told.where} for path, told in ends]  # fmt: skip
    show(drawn, phrase(
        en=f"A tree from left to right. First: {chosen.root.question.asks} It ends in {len(ends)} pieces of advice, each with the number of the chapter that proves it; {turned} have turned. The table below has them in full.",
        zh=f"从左到右的一棵树，先问“{chosen.root.question.asks}”，末端是 {len(ends)} 条建议，各附证明它的章号；其中 {turned} 条已经转向。下方的表格有建议全文。",
    ), numbers)  # fmt: skip


def _placed(
    node: Fork | Leaf, deepest: int, rows: Iterator[int], told: str = "", above: _Place | None = None
) -> list[_Place]:
    """A fork or leaf and all below it: leaves in one column, a row each; a fork beside the middle of its ways."""
    own = _Place(node, told, above, 0 if above is None else above.x + 1)
    if isinstance(node, Leaf):
        own.x, own.y = deepest, -next(rows)
        return [own]
    ways = [_placed(after, deepest, rows, node.told(keys), own) for keys, after in node.ways.items()]
    own.y = sum(way[0].y for way in ways) / len(ways)
    return [own, *chain.from_iterable(ways)]


def _depth(node: Fork | Leaf) -> int:
    return 0 if isinstance(node, Leaf) else 1 + max(map(_depth, node.ways.values()))


def _branch(axes: Axes, one: _Place, above: _Place) -> None:
    """A line with a corner from the fork to what follows, its answers above the last stretch."""
    corner = above.x + 0.36
    axes.plot([above.x, corner, corner, one.x], [above.y, above.y, one.y, one.y], color=GREY, lw=1.3, zorder=1)
    axes.text(corner + 0.02, one.y + 0.08, one.told, fontsize=7.5, ha="left", va="bottom", color="0.25")


def _box(axes: Axes, one: _Place) -> None:
    if isinstance(one.node, Leaf):
        text, edge = f"{one.node.name} · {one.node.proof.chapter[:2]}", ORANGE if one.node.side()[0] else RED
    else:
        text, edge = str(one.node.question.asks), BLUE
    box = {"boxstyle": "round,pad=0.35", "fc": WHITE, "ec": edge, "lw": 1.6}
    axes.text(one.x, one.y, text, ha="center", va="center", fontsize=8.5, bbox=box, zorder=3)
