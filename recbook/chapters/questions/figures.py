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
    "where it stands": ("where it stands", "出处"),
    "encoder": ("encoder", "编码器"),
    "ms a headline": ("ms a Chinese headline, one core", "每条中文标题的毫秒数（单核）"),
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

ROW, GAP, TITLE = 0.46, 0.17, 0.35
SMALL, LARGE = 7.5, 8.5


@dataclass
class _Place:
    """A fork or a leaf, the answers that lead to it from the fork above it, its column and its height, in inches."""

    node: Fork | Leaf
    told: str
    above: _Place | None
    column: int
    y: float = 0.0

    @property
    def text(self) -> str:
        if isinstance(self.node, Leaf):
            return f"{self.node.name} · {self.node.proof.chapter[:2]}"
        return str(self.node.question.asks)


def reader(key: str) -> str:
    """What `READERS` calls an encoder, in the reader's language."""
    return str(READERS[key])


def tree(guide: str) -> None:
    """A guide of `recbook.chapters.questions.guides` from left to right: questions in blue, advice in orange.

    Behind each advice stands the chapter that shows its result; advice that its proof has turned away from is red.
    """
    chosen = GUIDES[guide]
    placed = _placed(chosen.root, _depth(chosen.root), count())
    begins, stops = _columns(placed)
    lowest = min(one.y for one in placed)
    height = ROW - lowest
    drawn, axes = figure(stops[-1] + 0.4, height + TITLE)
    drawn.subplots_adjust(left=0, right=1, bottom=0, top=height / (height + TITLE))  # so that a unit is an inch
    for one in placed:
        if one.above:
            corner = stops[one.above.column] + GAP
            axes.plot([begins[one.above.column], corner, corner, begins[one.column]],
                      [one.above.y, one.above.y, one.y, one.y], color=GREY, lw=1.3, zorder=1)  # fmt: skip
            axes.text(corner + 0.05, one.y + 0.05, one.told, fontsize=SMALL, va="bottom", color="0.25")
        _box(axes, one, begins[one.column])
    axes.set(xlim=(-0.2, stops[-1] + 0.2), ylim=(lowest - ROW / 2, ROW / 2), title=str(chosen.title))
    axes.axis("off")
    ends = [(path, advice(leaf, path)) for path, leaf in chosen.leaves()]
    turned = sum(not told.holds for _, told in ends)
    numbers = [{"answers": " → ".join(chosen.told(path)), "advice": told.says, "result": told.proof,
                "where it stands": told.where} for path, told in ends]  # fmt: skip
    changed = phrase(en=f"{turned} have turned", zh=f"其中 {turned} 条因重测而改变")
    if not turned:
        changed = phrase(en="none has turned", zh="没有一条因重测而改变")
    show(drawn, phrase(
        en=f"A tree from left to right. First: {chosen.root.question.asks} It ends in {len(ends)} pieces of advice, each with the number of the chapter that shows its result; {changed}. The table below has them in full.",
        zh=f"从左到右的一棵树，先问“{chosen.root.question.asks}”，末端是 {len(ends)} 条建议，各附依据所在的章号；{changed}。下方的表格有建议全文。",
    ), numbers)  # fmt: skip


def _placed(
    node: Fork | Leaf, deepest: int, rows: Iterator[int], told: str = "", above: _Place | None = None
) -> list[_Place]:
    """A fork or leaf and all below it: leaves in one column, a row each; a fork beside the middle of its ways."""
    own = _Place(node, told, above, 0 if above is None else above.column + 1)
    if isinstance(node, Leaf):
        own.column, own.y = deepest, -ROW * next(rows)
        return [own]
    ways = [_placed(after, deepest, rows, node.told(keys), own) for keys, after in node.ways.items()]
    own.y = sum(way[0].y for way in ways) / len(ways)
    return [own, *chain.from_iterable(ways)]


def _depth(node: Fork | Leaf) -> int:
    return 0 if isinstance(node, Leaf) else 1 + max(map(_depth, node.ways.values()))


def _columns(placed: list[_Place]) -> tuple[list[float], list[float]]:
    """Where the boxes of each column begin, and where the widest of them stops: the answers stand in between."""
    begins, stops = [0.0], []
    for column in range(max(one.column for one in placed) + 1):
        stops.append(begins[-1] + max(_width(one.text, LARGE) for one in placed if one.column == column))
        below = [one for one in placed if one.above and one.above.column == column]
        begins.append(stops[-1] + GAP + max((_width(one.told, SMALL) for one in below), default=0) + 0.2)
    return begins[:-1], stops


def _width(text: str, size: float) -> float:
    """About how many inches a line of text takes; a Chinese character is a square."""
    return sum(1.0 if character > "\u2e80" else 0.53 for character in text) * size / 72


def _box(axes: Axes, one: _Place, x: float) -> None:
    turned = isinstance(one.node, Leaf) and not one.node.side()[0]
    edge = BLUE if isinstance(one.node, Fork) else RED if turned else ORANGE
    box = {"boxstyle": "round,pad=0.35", "fc": WHITE, "ec": edge, "lw": 1.6}
    axes.text(x, one.y, one.text, va="center", fontsize=LARGE, bbox=box, zorder=3)
