"""Figures of chapter 14's sections on several modalities and on the size of models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from recbook.plots.base import BLUE, CYCLE, GREY, RED, add_words, ends, figure, name, show
from recbook.plots.common import lines
from recbook.session import phrase

add_words({
    "text alone": ("text alone", "只用文本"),
    "picture alone": ("picture alone", "只用图片"),
    "early": ("both, early", "两者，前期融合"),
    "late": ("both, late", "两者，后期融合"),
    "both, as they are": ("both, as they are", "两者，不调整"),
    "equal voice": ("both, at an equal voice", "两者，音量相同"),
    "raw sum": ("both, late, plain sum of scores", "两者，后期融合，分数直接相加"),
    "all products": ("both, all products", "两者，全部乘积"),
    "among new garments": ("NDCG@10 among new garments (95% interval)", "新服装中的 NDCG@10（95% 区间）"),
    "among all garments": ("NDCG@10 among all garments not yet bought (95% interval)", "该顾客未买过的全部服装中的 NDCG@10（95% 区间）"),
    "share without picture": ("share of garments without a picture", "没有图片的服装比例"),
    "share with a wrong picture": ("share of garments with a wrong picture", "图片有误的服装比例"),
    "picture times": ("picture features times", "图片特征乘以"),
    "share right": ("share right", "正确比例"),
    "tower, concatenate": ("tower, side by side", "塔，并排"),
    "tower, gate": ("tower, gate", "塔，门控"),
    "tower, product": ("tower, products", "塔，乘积"),
    "pixels": ("pixels alone", "只用像素"),
    "untrained": ("an untrained tower's picture", "未训练的图片塔"),
    "true, early": ("the true properties, early", "真实属性，前期融合"),
    "true, product": ("the true properties, all products", "真实属性，全部乘积"),
    "utility": ("the shoppers' true tastes", "顾客的真实口味"),
    "late, text for both": ("both, late, text speaks for both", "两者，后期融合，缺图时文本代言"),
    "late, by agreement": ("both, late, by agreement", "两者，后期融合，按一致程度加权"),
    "early, by agreement": ("both, early, by agreement", "两者，前期融合，只信一致的"),
    "early, lies known": ("both, early, lies known", "两者，前期融合，已知哪些是错图"),
    "EASE and early": ("EASE and both, late", "EASE 与两者，后期融合"),
    "seen words": ("words of the captions", "说明文字里的词"),
    "other words": ("other words", "别的词"),
    "asked for": ("asked for", "问的是"),
    "by chance": ("by chance", "随机"),
    "colour": ("colour", "颜色"),
    "pattern": ("pattern", "花纹"),
    "kind": ("kind", "种类"),
    "met pairs": ("pairs met in training", "训练中见过的组合"),
    "pairs never met": ("pairs never met", "没见过的组合"),
    "words from scratch": ("words learned from scratch, other words", "从零学的词，别的词"),
    "MiniLM's words": ("words read by MiniLM, other words", "MiniLM 读的词，别的词"),
    "frames": ("frames", "帧数"),
    "pooled": ("vectors pooled", "向量取平均"),
    "one blurred picture": ("frames averaged, pixel by pixel", "逐像素平均各帧"),
    "size: random": ("random vectors", "随机向量"),
    "size: words": ("word counts (TF-IDF)", "词频（TF-IDF）"),
    "size: static": ("static vectors", "静态词向量"),
    "size: splade-tiny": ("SPLADE-tiny", "SPLADE-tiny"),
    "size: student": ("student of MiniLM", "MiniLM 的学生"),
    "size: MiniLM, int8": ("MiniLM, int8", "MiniLM，int8"),
    "size: MiniLM": ("MiniLM", "MiniLM"),
    "size: multilingual": ("multilingual USE", "多语言 USE"),
    "size: SmolLM2": ("SmolLM2-135M", "SmolLM2-135M"),
    "encoder": ("encoder", "编码器"),
    "MB": ("MB", "MB"),
    "ms a title": ("CPU ms a title", "每个片名的 CPU 毫秒"),
    "Wh a million": ("Wh for a million titles", "一百万个片名的瓦时"),
    "on new films": ("new films, NDCG@10", "新电影，NDCG@10"),
    "less MiniLM": ("less MiniLM (95% interval)", "高出 MiniLM（95% 区间）"),
    "series": ("series, no shared word, hit@10", "系列（无相同词），hit@10"),
    "on news": ("agreement on news", "新闻相似度与人的一致性"),
})  # fmt: skip


def cards(
    pictures: np.ndarray, texts: Sequence[str], title: str = "", columns: int = 6, *, en: str = "", zh: str = ""
) -> None:
    """Pictures ``(n, 32, 32, 3)``, a text under each, ``columns`` in a row.

    ``en`` and ``zh`` say what is to be seen, or ``title`` where that is the same in both languages.
    """
    title = title or phrase(en=en, zh=zh)
    rows = -(-len(pictures) // columns)
    drawn, panels = figure(1.75 * columns, 2.05 * rows + 0.3, rows, columns, squeeze=False)
    for axes in panels.ravel():
        axes.set_axis_off()
    for axes, picture, text in zip(panels.ravel(), pictures, texts, strict=False):
        axes.imshow(picture)
        axes.set_title(_broken(text), fontsize=7.5, y=-0.34, va="bottom")
    drawn.suptitle(title)
    drawn.tight_layout()
    listed = phrase(en="; ", zh="；").join(text.replace("\n", phrase(en=", ", zh="，即")) for text in texts)
    show(drawn, phrase(en=f"{title}. Drawn garments with their texts: {listed}.", zh=f"{title}。画出的服装和文字：{listed}。"))  # fmt: skip


def _broken(text: str) -> str:
    """A text on two lines, broken at the space nearest to its middle."""
    spaces = [place for place, letter in enumerate(text) if letter == " "]
    if len(text) < 20 or not spaces or "\n" in text:
        return text
    middle = min(spaces, key=lambda place: abs(place - len(text) / 2))
    return f"{text[:middle]}\n{text[middle + 1 :]}"


def levels(
    rows: Mapping[str, tuple[float, float, float]],
    mark: Sequence[str] = (),
    metric: str = "among new garments",
    *,
    en: str = "",
    zh: str = "",
) -> None:
    """A dot and an interval a row: ``rows[key]`` is (mean, low, high); keys in ``mark`` are grey bounds, not models.

    ``en`` and ``zh`` are the title, ``metric`` is the word that says among which items NDCG@10 was measured.
    """
    title = phrase(en=en, zh=zh)
    drawn, axes = figure(7.5, 0.8 + 0.42 * len(rows))
    for place, (key, (mean, low, high)) in enumerate(rows.items()):
        colour = GREY if key in mark else BLUE
        axes.errorbar(mean, -place, xerr=[[mean - low], [high - mean]], fmt="o", color=colour, capsize=4)
        axes.annotate(f"{mean:.3f}", (mean, -place), (0, 6), textcoords="offset points", ha="center", fontsize=8)
    axes.set_yticks(-np.arange(len(rows)), [name(key) for key in rows])
    axes.set_xlim(left=0)
    axes.margins(y=0.2)
    axes.set_xlabel(
        metric or phrase(en="NDCG@10 among new garments (95% interval)", zh="新服装中的 NDCG@10（95% 区间）")
    )
    axes.set_title(title)
    told = phrase(en="; ", zh="；").join(
        f"{name(key)} {m:.3f} ({ends(low, high)})" for key, (m, low, high) in rows.items()
    )
    show(drawn, phrase(en=f"Dots with intervals. {title}: {told}.", zh=f"带区间的点图。{title}：{told}。"))


def curves(
    found: Mapping[str, tuple[np.ndarray, np.ndarray]],
    x: str,
    y: str = "NDCG@10",
    logarithmic: bool = False,
    *,
    en: str = "",
    zh: str = "",
) -> None:
    """Lines ``found[key]`` = (x, y) in one figure; ``x`` and ``y`` are the words at the axes, ``en`` and ``zh`` the title."""
    title, x, y = phrase(en=en, zh=zh), name(x), name(y)
    drawn, axes = figure(7.5, 3.6)
    told = lines(axes, found)
    if logarithmic:
        axes.set_xscale("log")
    axes.set(xlabel=x, ylabel=y, ylim=(0, None))
    axes.set_title(title)
    show(drawn, phrase(en=f"Lines over {x}. {title}: {told}.", zh=f"折线图，横轴为{x}。{title}：{told}。"))


def price(rows: Mapping[str, Mapping[str, Any]]) -> None:
    """Quality on new films against CPU time a title, an encoder a dot with its interval.

    ``rows[key]`` holds ``ms``, ``ndcg``, ``low``, ``high`` and ``mb``; the area of a dot grows with the megabytes.
    """
    drawn, axes = figure(8, 4)
    told = []
    for place, (key, row) in enumerate(rows.items()):
        colour = CYCLE[place % len(CYCLE)]
        axes.errorbar(row["ms"], row["ndcg"], yerr=[[row["ndcg"] - row["low"]], [row["high"] - row["ndcg"]]],
                      fmt="none", color=colour, capsize=3)  # fmt: skip
        axes.scatter(row["ms"], row["ndcg"], s=20 + 2 * row["mb"], color=colour, alpha=0.6)
        axes.annotate(name(key), (row["ms"], row["high"]), (0, 4), textcoords="offset points", ha="center", fontsize=8)
        told.append(f"{name(key)} {row['ms']:.2g} ms, {row['mb']:.0f} MB, {row['ndcg']:.3f} ({ends(row['low'], row['high'])})")  # fmt: skip
    axes.set_xscale("log")
    axes.margins(x=0.12, y=0.15)
    axes.set_xlabel(
        phrase(en="CPU milliseconds a title, one thread (log scale)", zh="每个片名的 CPU 毫秒，单线程（对数刻度）")
    )
    axes.set_ylabel(phrase(en="NDCG@10, new films", zh="NDCG@10，新电影"))
    axes.set_title(
        phrase(en="What an encoder costs and what it gives (area: megabytes)", zh="编码器的成本与效果（面积表示 MB）")
    )
    show(
        drawn, phrase(en=f"Dots of cost and quality: {'; '.join(told)}.", zh=f"成本与效果的散点图：{'；'.join(told)}。")
    )


def losses(values: Sequence[float], chance: float) -> None:
    """The loss of each step, and what vectors that say nothing would lose."""
    drawn, axes = figure(7, 2.8)
    axes.plot(np.arange(1, len(values) + 1), values, color=BLUE, lw=1)
    axes.axhline(chance, color=RED, ls="--", lw=1)
    axes.set(xlabel=name("steps"), ylabel=name("loss"), ylim=(0, None))
    first, last = float(np.mean(values[:10])), float(np.mean(values[-10:]))
    axes.set_title(
        phrase(en="The loss falls far below that of vectors that say nothing", zh="损失远低于毫无信息的向量")
    )
    show(drawn, phrase(en=f"A line of losses from {first:.2f} to {last:.2f}; dashed: {chance:.2f}.",
                       zh=f"损失曲线，从 {first:.2f} 到 {last:.2f}；虚线：{chance:.2f}。"))  # fmt: skip
