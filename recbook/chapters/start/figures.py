"""Figures of chapter 00."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from recbook.plots.base import GREEN, ORANGE, PINK, RED, SKY, add_words, figure, show
from recbook.session import phrase

if TYPE_CHECKING:
    from matplotlib.axes import Axes

add_words({
    "cosine": ("cosine", "余弦"),
    "sentence": ("sentence", "句子"),
    "english": ("English", "英语"),
})  # fmt: skip


# left, bottom, English, Chinese, chapters, colour; widths and heights are equal, so that the eye compares words only.
_BOXES = (
    (1, 25, ("texts of films\n(title, genres …)", "电影的文字\n（片名、类型……）"), "00 01", SKY),
    (1, 5, ("what users did\n(ratings, clicks …)", "用户的行为\n（评分、点击……）"), "01 02", SKY),
    (28, 25, ("pretrained model\nreads the text", "预训练模型\n读文字"), "03 04 05", ORANGE),
    (28, 5, ("model learns\nfrom the log", "模型从日志\n中学习"), "01 08", ORANGE),
    (55, 15, ("recommender\njoins the two", "推荐模型\n把两者合起来"), "02 06 07 10", GREEN),
    (81, 15, ("a list for you:\nis it any good?", "给你的列表\n它好不好？"), "09 11 12", PINK),
)
_ARROWS = (
    ((19, 30), (28, 30)), ((19, 10), (28, 10)), ((46, 30), (55, 22)), ((46, 10), (55, 18)), ((73, 20), (81, 20)),
)  # fmt: skip


def course_map() -> None:
    """The course in one picture: what flows where, and which chapter is about which arrow or box."""
    drawn, axes = figure(9, 3.5)
    axes.set(xlim=(0, 100), ylim=(0, 40))
    axes.axis("off")
    for left, bottom, (english, chinese), chapters, colour in _BOXES:
        _box(axes, left, bottom, phrase(en=english, zh=chinese), chapters, colour)
    for start, end in _ARROWS:
        axes.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": "0.3", "lw": 1.5})
    below = phrase(en="13 tools · 14 trends · 15 questions and answers", zh="13 工具 · 14 趋势 · 15 问答")
    axes.text(99, 5, below, ha="right", va="center", fontsize=9, color="0.3", weight="bold")
    axes.set_title(
        phrase(
            en="From texts and traces to a list: the numbers are chapters",
            zh="从文字与行为到一张列表：数字是章号",
        )
    )
    show(drawn, _map_in_words())


def _map_in_words() -> str:
    return phrase(
        en="Diagram: texts of films (chapters 00, 01) go through a pretrained model (03 to 05), what users did (01, 02) "
        "goes through a model of the log (01, 08); a recommender joins the two (02, 06, 07, 10) and makes a list, which "
        "is judged and served (09, 11, 12). Chapters 13 to 15: tools, trends, questions and answers.",
        zh="示意图：电影的文字（第 00、01 章）经过预训练模型（第 03 至 05 章），用户的行为（第 01、02 章）经过从日志学习的模型"
        "（第 01、08 章）；推荐模型把两者合起来（第 02、06、07、10 章），得到一张列表，再评判、上线（第 09、11、12 章）。"
        "第 13 至 15 章：工具、趋势、问答。",
    )


def _box(axes: Axes, left: float, bottom: float, label: str, chapters: str, colour: str) -> None:
    from matplotlib.patches import FancyBboxPatch

    axes.add_patch(
        FancyBboxPatch((left, bottom), 18, 10, boxstyle="round,pad=0.2", facecolor=colour, alpha=0.35, edgecolor="0.3")
    )
    axes.text(left + 9, bottom + 5, label, ha="center", va="center", fontsize=10)
    axes.text(left + 9, bottom + 12, chapters, ha="center", va="center", fontsize=9, color="0.3", weight="bold")


def similarities(query: str, similarity: np.ndarray, titles: Sequence[str], mark: int = 3) -> None:
    """How one sentence stands to every title: a histogram of cosines ``(n,)`` with the ``mark`` nearest named."""
    drawn, axes = figure(8, 3)
    axes.hist(similarity, bins=60, color=SKY)
    best = _distinct(np.argsort(-similarity, kind="stable"), titles)[:mark]
    top = axes.get_ylim()[1]
    for place, item in enumerate(best):
        height = top * (0.75 - 0.22 * place)  # the best one highest, so that no arrow crosses a name
        axes.annotate(
            titles[item], (similarity[item], 0), (similarity[item], height), ha="center", fontsize=9,
            arrowprops={"arrowstyle": "-|>", "color": RED},
        )  # fmt: skip
    axes.set_xlabel(phrase(en="cosine between the sentence and a title", zh="句子与片名的余弦相似度"))
    axes.set_ylabel(phrase(en="titles", zh="片名数"))
    axes.set_title(
        phrase(en=f"Nearly all titles are far from “{query}”; a few stand out on the right",
             zh=f"与 {query} 相比，绝大多数片名都离得远，只有右端几个突出")
    )  # fmt: skip
    names = "; ".join(f"{titles[i]} {similarity[i]:.2f}" for i in best)
    show(
        drawn,
        phrase(en=f"Histogram of {len(titles):,} cosines around {np.mean(similarity):.2f}; nearest: {names}.",
             zh=f"{len(titles):,} 个余弦相似度的直方图，平均 {np.mean(similarity):.2f}；最近的是：{names}。"),
    )  # fmt: skip


def _distinct(order: np.ndarray, titles: Sequence[str]) -> list[int]:
    """The order without the second film of the same title: its label would cover the first."""
    first: dict[str, int] = {}
    for item in order:
        first.setdefault(titles[item], item)
    return list(first.values())
