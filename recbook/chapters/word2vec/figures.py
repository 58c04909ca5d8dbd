"""Figures of chapter 03."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from recbook.plots.base import BLUE, CYCLE, GREY, ORANGE, RED, SKY, add_words, figure, name, show
from recbook.plots.common import lines
from recbook.session import phrase

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.patches import Patch

    from recbook.text.word2vec import HuffmanTree

add_words({
    "skip-gram": ("skip-gram", "Skip-gram"),
    "µs a pair": ("µs a pair", "每对微秒"),
    "NumPy, alone": ("NumPy, a pair alone", "NumPy，单独一对"),
    "NumPy, batch of 256": ("NumPy, batch of 256", "NumPy，256 对一批"),
    "usual recipe": ("item2vec, usual recipe", "item2vec，常见做法"),
    "cosine": ("cosine", "余弦"),
    "product": ("input · output", "输入 · 输出"),
    "product + count": ("input · output + α log count", "输入 · 输出 + α log 次数"),
    "whole history": ("whole history", "整段历史"),
    "last films": ("last films", "看重最近"),
    "item2vec, last films": ("item2vec, last films", "item2vec，看重最近"),
    "settings for words": ("settings for words", "为文本调的设置"),
    "20 epochs": ("20 epochs", "20 个轮次"),
    "… and no subsampling": ("… and no subsampling", "……并且不做下采样"),
    "within a minute": ("hidden film within a minute", "一分钟之内"),
    "later": ("later", "更晚"),
    "words known": ("words", "词"),
    "tokens": ("tokens", "词元数"),
    "pairs": ("pairs", "词对"),
    "analogies": ("analogies right", "答对的类比题"),
    "WordSim pairs": ("WordSim pairs known", "认识的 WordSim 词对"),
    "seconds": ("seconds", "秒"),
    "pairs a second": ("pairs a second", "每秒词对数"),
    "news": ("news", "新闻"),
    "Wikipedia, 10%": ("Wikipedia, 10%", "维基百科 10%"),
    "Wikipedia, 33%": ("Wikipedia, 33%", "维基百科 33%"),
    "Wikipedia, 100%": ("Wikipedia, 100%", "维基百科 100%"),
    "item2vec, whole history": ("item2vec, whole history", "item2vec，整段历史"),
    "users": ("users", "用户"),
    "item-kNN, last films": ("item-kNN, last films", "item-kNN，看重最近"),
    "Horror": ("Horror", "恐怖"),
    "Sci-Fi": ("Sci-Fi", "科幻"),
    "none": ("none", "不用"),
    "under a minute": ("under a minute", "不到一分钟"),
    "under an hour": ("under an hour", "不到一小时"),
    "paper": ("paper", "论文"),
})  # fmt: skip


def windows(sentence: Sequence[str], radius: int) -> None:
    """Every position of the context window over a sentence: a row each, the centre dark, its neighbours light."""
    n = len(sentence)
    drawn, axes = figure(1.3 * n, 0.42 * n + 0.5)
    for row in range(n):
        for column, word in enumerate(sentence):
            near = abs(row - column) <= radius
            colour = ORANGE if row == column else SKY if near else "white"
            axes.add_patch(_cell(column, -row, colour))
            axes.text(column, -row, word, ha="center", va="center", color="black" if near else GREY, fontsize=10)
    axes.set(xlim=(-0.6, n - 0.4), ylim=(-n + 0.4, 0.6))
    axes.axis("off")
    axes.set_title(
        phrase(en="The window slides: centre in orange, context in blue", zh="窗口滑动：橙色是中心词，蓝色是上下文")
    )
    words = " ".join(sentence)
    show(
        drawn,
        phrase(en=f"“{words}” in {n} rows; in each the centre is marked and the words up to {radius} places away.",
             zh=f"句子 {words} 写成 {n} 行，每行标出中心词和距离不超过 {radius} 的词。"),
    )  # fmt: skip


def _cell(column: float, row: float, colour: str) -> Patch:
    from matplotlib.patches import Rectangle

    return Rectangle((column - 0.48, row - 0.42), 0.96, 0.84, facecolor=colour, alpha=0.6, edgecolor="0.7")


def huffman(tree: HuffmanTree, words: Sequence[str], counts: Sequence[int]) -> None:
    """A Huffman tree drawn from the root: leaves with their word and count, inner nodes with their count."""
    total = {leaf: int(count) for leaf, count in enumerate(counts)}
    for inner, (left, right) in enumerate(tree.children, len(words)):
        total[inner] = total[left] + total[right]
    drawn, axes = figure(1.35 * len(words), 0.75 * int(max(tree.lengths)) + 0.9)
    _branch(axes, tree, words, total, node=2 * len(words) - 2, left=0, depth=0)
    axes.axis("off")
    axes.margins(0.12)
    axes.set_title(
        phrase(en="Common words hang high: few questions lead to them", zh="常见的词挂得高：几个问题就能找到")
    )
    depths = ", ".join(f"{word} {length}" for word, length in zip(words, tree.lengths, strict=True))
    show(
        drawn,
        phrase(en=f"Huffman tree; questions to each word: {depths}.", zh=f"Huffman 树；到各词的问题数：{depths}。"),
    )


def _branch(
    axes: Axes, tree: HuffmanTree, words: Sequence[str], total: Mapping[int, int], node: int, left: float, depth: int
) -> tuple[float, float]:
    """Draw the subtree under ``node`` from the place ``left`` on; returns where its top stands and its right end."""
    if node < len(words):
        _node(axes, left, -depth, f"{words[node]}\n{total[node]}", SKY)
        return left, left + 1
    tops = []
    end = left
    for child in tree.children[node - len(words)]:
        top, end = _branch(axes, tree, words, total, int(child), end, depth + 1)
        tops.append(top)
    place = sum(tops) / 2
    for bit, top in enumerate(tops):
        axes.plot([place, top], [-depth, -depth - 1], color="0.5", zorder=1)
        axes.text((place + top) / 2, -depth - 0.5, str(bit), ha="center", va="center", fontsize=8,
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})  # fmt: skip
    _node(axes, place, -depth, str(total[node]), ORANGE)
    return place, end


def _node(axes: Axes, x: float, y: float, label: str, colour: str) -> None:
    box = {"boxstyle": "round,pad=0.3", "facecolor": colour, "edgecolor": "0.5"}
    axes.text(x, y, label, ha="center", va="center", fontsize=9, bbox=box)


def heat_maps(maps: Mapping[str, np.ndarray], exponents: Sequence[float], radii: Sequence[int]) -> None:
    """NDCG@10 ``(exponents, radii)`` as colours with the numbers in them, a panel for each way of asking.

    All panels share their colours; the highest value of each is framed, and every cell that reads the same.
    """
    drawn, panels = figure(4.9 * len(maps), 0.46 * len(exponents) + 1.3, columns=len(maps), squeeze=False)
    low, high = min(values.min() for values in maps.values()), max(values.max() for values in maps.values())
    best = {}
    for axes, (key, values) in zip(panels[0], maps.items(), strict=True):
        axes.imshow(values, cmap="cividis", aspect="auto", vmin=low, vmax=high)
        axes.grid(visible=False)
        for row, column in np.ndindex(values.shape):
            colour = "white" if values[row, column] < (low + high) / 2 else "black"
            number = f"{values[row, column]:.3f}"[1:]
            axes.text(column, row, number, ha="center", va="center", color=colour, fontsize=9)
        best[key] = divmod(int(values.argmax()), values.shape[1])
        for row, column in zip(*np.nonzero(values.round(3) == values.max().round(3)), strict=True):
            axes.add_patch(_frame(column, row))
        axes.set_xticks(range(len(radii)), [str(radius) for radius in radii])
        axes.set_yticks(range(len(exponents)), [f"{exponent:g}" for exponent in exponents])
        axes.set_xlabel(phrase(en="radius of the window", zh="窗口半径"))
        axes.set_title(name(key))
    panels[0, 0].set_ylabel(phrase(en="exponent of the noise", zh="噪声分布的指数"))
    drawn.suptitle(
        phrase(en="Validation NDCG@10 on the last films, by way of scoring (the best framed)",
             zh="看重最近时的验证集 NDCG@10，按打分方式（框出最好的）"), y=1.04,
    )  # fmt: skip
    rows = "; ".join(
        f"{name(key)} {values.min():.3f}–{values.max():.3f} ({exponents[best[key][0]]:g}, {radii[best[key][1]]})"
        for key, values in maps.items()
    )
    show(
        drawn,
        phrase(en=f"Heat maps of validation NDCG@10, range and best (exponent, radius): {rows}.",
             zh=f"验证集 NDCG@10 的热力图，范围和最佳（指数，半径）：{rows}。"),
    )  # fmt: skip


def _frame(column: float, row: float) -> Patch:
    from matplotlib.patches import Rectangle

    return Rectangle((column - 0.49, row - 0.48), 0.98, 0.96, fill=False, edgecolor=RED, lw=2)


GENRES = {"Children's": "儿童", "Film-Noir": "黑色电影", "Horror": "恐怖", "Musical": "歌舞", "Sci-Fi": "科幻"}


def film_map(
    places: np.ndarray, genres: Sequence[str], order: Sequence[str], decades: Sequence[int], named: Mapping[int, str]
) -> None:
    """Films on a plane ``(n, 2)`` twice, coloured by genre and by decade; ``named`` gives a few their titles.

    The legend lists genres in the given order, with "" (grey) first, and every group with its number of films.
    """
    drawn, (by_genre, by_decade) = figure(12, 5.6, columns=2)
    groups = [genre for genre in order if genre in genres]
    _by_genre(by_genre, places, np.array(genres), groups)
    counted = _by_decade(by_decade, places, np.array(decades))
    for axes, title in (
        (by_genre, phrase(en="Coloured by genre", zh="按类型着色")),
        (by_decade, phrase(en="Coloured by decade", zh="按年代着色")),
    ):
        axes.legend(fontsize=8, loc="best")
        axes.set(xticks=[], yticks=[], title=title)
        _name_films(axes, places, named)
    drawn.suptitle(phrase(en="Near on the map: rated in similar company", zh="图上相近：常在相似的电影旁边被评分"))
    numbers = ", ".join(f"{label} {count}" for label, count in counted.items())
    show(
        drawn,
        phrase(en=f"{len(places)} films on a plane, twice: coloured by genre ({', '.join(groups)}) and by decade ({numbers}).",
             zh=f"{len(places)} 部电影画在平面上，两幅：按类型（{'、'.join(groups)}）和按年代着色（{numbers}）。"),
    )  # fmt: skip


def _by_genre(axes: Axes, places: np.ndarray, genres: np.ndarray, groups: Sequence[str]) -> None:
    """Films without one of the genres in grey, below the others."""
    others = genres == ""
    label = phrase(en="others", zh="其他") + f" ({others.sum()})"
    axes.scatter(places[others, 0], places[others, 1], s=10, color="#CCCCCC", label=label)
    for colour, genre in zip(CYCLE, groups, strict=False):
        rows = genres == genre
        label = f"{phrase(en=genre, zh=GENRES.get(genre, genre))} ({rows.sum()})"
        axes.scatter(places[rows, 0], places[rows, 1], s=14, color=colour, label=label, alpha=0.8)


def _by_decade(axes: Axes, places: np.ndarray, decades: np.ndarray) -> dict[str, int]:
    """Draws the decades, and gives how many films each has."""
    spans = {
        phrase(en="before 1970", zh="1970 年以前"): (0, 1970),
        phrase(en="1970s", zh="1970 年代"): (1970, 1980),
        phrase(en="1980s", zh="1980 年代"): (1980, 1990),
        phrase(en="1990s", zh="1990 年代"): (1990, 2000),
    }
    counted = {}
    for colour, marker, (label, (first, end)) in zip((RED, ORANGE, BLUE, GREY), "^sDo", spans.items(), strict=True):
        rows = (first <= decades) & (decades < end)
        counted[label] = int(rows.sum())
        x, y = places[rows].T
        axes.scatter(x, y, s=14, marker=marker, color=colour, alpha=0.8, label=f"{label} ({rows.sum()})")
    return counted


def _name_films(axes: Axes, places: np.ndarray, named: Mapping[int, str]) -> None:
    for film, label in named.items():
        axes.scatter(places[film, 0], places[film, 1], s=45, facecolor="none", edgecolor="black", linewidth=1.2)
        axes.annotate(label, places[film], fontsize=8, xytext=(5, 4), textcoords="offset points",
                      bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 0.5})  # fmt: skip


def own_rank(ranks: Mapping[tuple[str, int], Sequence[float]], by_frequency: Mapping[str, float], every: int) -> None:
    """At which rank a model puts the words it has just read, as it trains: ``ranks[model, tables]``, a panel a model.

    ``by_frequency[model]`` is the rank that the words' frequency alone would give; ``every`` is steps between two values.
    """
    models = list(by_frequency)
    drawn, panels = figure(4.6 * len(models), 3.4, columns=len(models), sharey=True, squeeze=False)
    for axes, model in zip(panels[0], models, strict=True):
        for tables, colour, style in ((1, RED, "-"), (2, BLUE, "--")):
            values = ranks[model, tables]
            label = phrase(en=("one table", "two tables")[tables - 1], zh=("一张表", "两张表")[tables - 1])
            axes.plot(np.arange(len(values)) * every, values, style, color=colour, lw=2, label=label)
        axes.axhline(by_frequency[model], ls=":", color=GREY, label=phrase(en="by frequency alone", zh="只看词频"))
        axes.set_title(name(model))
        axes.set_xlabel(phrase(en="steps", zh="步数"))
        axes.set_ylim(bottom=0)
    panels[0, 0].set_ylabel(
        phrase(en="mean rank of the words just read (1 is top)", zh="刚读到的词的平均名次（1 为最高）")
    )
    panels[0, 0].legend(frameon=False)
    drawn.suptitle(
        phrase(en="With one table a model favours what it has just read", zh="只有一张表时，模型偏爱刚读到的词"), y=1.02
    )
    tables_of = phrase(en="{} tables", zh="{} 张表")
    ends = "; ".join(f"{name(m)}, {tables_of.format(t)}: {v[0]:.0f} → {v[-1]:.0f}" for (m, t), v in ranks.items())
    show(
        drawn,
        phrase(en=f"Mean rank of the words that a model has read, by number of tables. {ends}.",
             zh=f"模型读到的词的平均名次，按表的张数。{ends}。"),
    )  # fmt: skip


def three_ways(curves: Mapping[str, Sequence[float]]) -> None:
    """The same loss after each epoch, trained by several implementations."""
    drawn, axes = figure(7, 3.4)
    ends = lines(axes, {key: (np.arange(len(values)), np.asarray(values)) for key, values in curves.items()})
    axes.set_xlabel(phrase(en="epochs", zh="轮次"))
    axes.set_ylabel(phrase(en="our loss on 20,000 fixed pairs", zh="固定 20,000 对词上的损失"))
    axes.set_title(phrase(en="Three implementations, one curve", zh="三种实现，一条曲线"))
    show(drawn, phrase(en=f"Falling curves of the loss. {ends}.", zh=f"损失的下降曲线。{ends}。"))


def similarity_by_size(sizes: Mapping[str, int], results: Mapping[str, tuple[float, float, float]]) -> None:
    """Agreement with people's ratings against the size of the corpus: ``results[corpus] = (rho, low, high)``."""
    drawn, axes = figure(7, 3.4)
    for place, (corpus, (rho, low, high)) in enumerate(results.items()):
        axes.errorbar(sizes[corpus], rho, yerr=[[rho - low], [high - rho]], fmt="os^D"[place % 4], color=CYCLE[place],
                      capsize=4)  # fmt: skip
        axes.annotate(name(corpus), (sizes[corpus], high), (0, 5), textcoords="offset points", ha="center", fontsize=9)
    axes.margins(x=0.12, y=0.12)
    axes.axhline(0, color=GREY, lw=1)
    axes.set_xscale("log")
    axes.set_xticks(list(sizes.values()), [f"{size / 1000:,.0f}" for size in sizes.values()])
    axes.minorticks_off()
    axes.set_xlabel(phrase(en="thousand tokens to learn from (logarithmic)", zh="训练语料的词元数（千，对数刻度）"))
    axes.set_ylabel(phrase(en="Spearman's ρ with people (95% interval)", zh="与人工评分的 Spearman 相关 ρ（95% 区间）"))
    axes.set_title(phrase(en="More of Wikipedia, more sense of similarity", zh="维基百科读得越多，越懂得什么相似"))
    rows = "; ".join(f"{name(k)} ({sizes[k]:,}) {r:.2f} ({lo:.2f}–{hi:.2f})" for k, (r, lo, hi) in results.items())
    show(drawn, phrase(en=f"Correlations with intervals: {rows}.", zh=f"带区间的相关系数：{rows}。"))
