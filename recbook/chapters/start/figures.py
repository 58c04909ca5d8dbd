"""Figures of chapter 00."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from recbook.learning import bank
from recbook.plots.base import GREEN, ORANGE, PINK, RED, SKY, add_words, figure, film, show
from recbook.session import phrase

if TYPE_CHECKING:
    from matplotlib.axes import Axes

add_words({
    "cosine": ("cosine", "余弦"),
    "sentence": ("sentence", "句子"),
    "film": ("film", "电影"),
    "place": ("place", "名次"),
    "english": ("English", "英语"),
})  # fmt: skip


# place: left, bottom, English, Chinese, colour; widths and heights are equal, so that the eye compares words only.
_BOXES = {
    "texts": (1, 25, ("texts of films\n(title, genres …)", "电影的文字\n（片名、类型……）"), SKY),
    "traces": (1, 5, ("what users did\n(ratings, clicks …)", "用户的行为\n（评分、点击……）"), SKY),
    "encoder": (28, 25, ("pretrained model\nreads the text", "预训练模型\n读文字"), ORANGE),
    "learner": (28, 5, ("model learns\nfrom the log", "模型从日志\n中学习"), ORANGE),
    "recommender": (55, 15, ("recommender\njoins the two", "推荐模型\n把两者合起来"), GREEN),
    "list": (81, 15, ("a list for you:\nis it any good?", "给你的列表\n好不好？"), PINK),
}
_KINDS = {
    "encoder": ("content-based", "基于内容"),
    "learner": ("collaborative", "协同过滤"),
    "recommender": ("hybrid", "混合推荐"),
}
_ARROWS = (
    ((19, 30), (28, 30)), ((19, 10), (28, 10)), ((46, 30), (55, 22)), ((46, 10), (55, 18)), ((73, 20), (81, 20)),
)  # fmt: skip


def course_map() -> None:
    """The course in one picture: what flows where, and which chapter is about which arrow or box."""
    drawn, axes = figure(9, 3.5)
    axes.set(xlim=(0, 100), ylim=(0, 40))
    axes.axis("off")
    for place, (left, bottom, (english, chinese), colour) in _BOXES.items():
        _box(axes, left, bottom, phrase(en=english, zh=chinese), " ".join(_numbers(place)), colour)
        if place in _KINDS:
            english, chinese = _KINDS[place]
            axes.text(left + 9, bottom - 2, phrase(en=english, zh=chinese), ha="center", va="center", fontsize=9)
    for start, end in _ARROWS:
        axes.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": "0.3", "lw": 1.5})
    axes.text(99, 5, _around(), ha="right", va="center", fontsize=9, color="0.3", weight="bold")
    axes.set_title(
        phrase(
            en="From texts and traces to a list: the numbers are chapters",
            zh="从文字与行为到一张列表：数字是章号",
        )
    )
    show(drawn, map_in_words())


def map_in_words() -> str:
    """The map's alt text: every box by the first line of its label, with the numbers of its chapters."""
    told = {place: (labels, " ".join(_numbers(place))) for place, (_, _, labels, _) in _BOXES.items()}
    boxes = phrase(
        en="; ".join(f"{en.splitlines()[0].rstrip(':')} {numbers}" for (en, _), numbers in told.values()),
        zh="；".join(f"{zh.replace(chr(10), '')}：{numbers}" for (_, zh), numbers in told.values()),
    )
    return phrase(
        en=f"Map from two sources to a list: {boxes}. {_around()}.",
        zh=f"从两个来源到一张列表的示意图，附章号：{boxes}。{_around()}。",
    )


def _numbers(place: str) -> list[str]:
    """The numbers of the chapters that stand in a place of the map."""
    return [about.number for about in bank.chapters().values() if place in about.places]


def _around() -> str:
    """The chapters that stand beside the map, with their titles."""
    beside = [about for about in bank.chapters().values() if "around" in about.places]
    return " · ".join(f"{about.number} {about.title}" for about in beside)


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
            film(titles[item]), (similarity[item], 0), (similarity[item], height), ha="right", fontsize=9,
            arrowprops={"arrowstyle": "-|>", "color": RED, "relpos": (1, 0)},
        )  # fmt: skip
    axes.set_xlabel(phrase(en="cosine between the sentence and a title", zh="句子与片名的余弦相似度"))
    axes.set_ylabel(phrase(en="titles", zh="片名数"))
    axes.set_title(
        phrase(en=f"Nearly all titles are far from “{query}”; a few stand out on the right",
             zh=f"绝大多数片名都离“{query}”很远，只有右端几个突出")
    )  # fmt: skip
    names = phrase(en="; ", zh="；").join(f"{film(titles[i])} {similarity[i]:.2f}" for i in best)
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
