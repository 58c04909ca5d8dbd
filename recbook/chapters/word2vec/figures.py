"""Figures of chapter 03."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from recbook.plots.base import (
    BLUE,
    CYCLE,
    GREEN,
    GREY,
    ORANGE,
    RED,
    SKY,
    add_words,
    figure,
    film,
    ink,
    name,
    show,
    show_moving,
)
from recbook.plots.common import lines
from recbook.plots.networks import arrow
from recbook.session import phrase

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.patches import Patch

    from recbook.text.word2vec import HuffmanTree

add_words({
    "skip-gram": ("skip-gram", "Skip-gram"),
    "usual recipe": ("item2vec, usual recipe", "item2vec，常见做法"),
    "cosine": ("cosine", "余弦"),
    "product": ("product", "点积"),
    "product + count": ("product + α log count", "点积 + α log 次数"),
    "whole history": ("whole history", "整段历史"),
    "last films": ("last films", "近期加权"),
    "user 0": ("user 0", "用户 0"),
    "user 5": ("user 5", "用户 5"),
    "item2vec, whole history": ("item2vec, whole history", "item2vec（整段历史）"),
    "item2vec, recent": ("item2vec, last films", "item2vec（近期加权）"),
    "item-kNN, recent": ("item-kNN, last films", "item-kNN（近期加权）"),
    "EASE, recent": ("EASE, last films", "EASE（近期加权）"),
    "within a minute": ("hidden film within a minute", "一分钟之内"),
    "later": ("later", "更晚"),
    "item2vec": ("item2vec", "item2vec"),
    "co-rating": ("co-rating", "共同评分"),
    "same age": ("same age, at random", "年份相近，随机"),
    "five films by": ("five films by", "选取五部电影的依据"),
    "genres in common": ("genres in common", "共有的类型"),
    "words known": ("words", "词表大小"),
    "tokens": ("tokens", "词元数"),
    "tokens of known words": ("tokens of these words", "其中各词的词元数"),
    "pairs": ("pairs", "词对"),
    "analogies": ("analogies right", "答对的类比题"),
    "news": ("news", "新闻"),
    "Wikipedia, 10%": ("Wikipedia, 10%", "维基百科 10%"),
    "Wikipedia, 33%": ("Wikipedia, 33%", "维基百科 33%"),
    "Wikipedia, 100%": ("Wikipedia, 100%", "维基百科 100%"),
    "settings for words": ("settings for words", "为文本调的设置"),
    "20 epochs": ("20 epochs", "20 个轮次"),
    "… and no subsampling": ("… and no subsampling", "……并且不做下采样"),
    "change of NDCG@10": ("change of NDCG@10 (95% interval)", "NDCG@10 的变化（95% 区间）"),
    "chosen less shuffled": ("chosen settings: in order less shuffled", "选定的设置：按时间顺序比打乱高"),
    "chosen less settings by hand": ("chosen settings less 20 epochs, no subsampling", "选定的设置比“20 个轮次、不做下采样”高"),
    "users": ("users", "用户"),
    "under a minute": ("under a minute", "不到一分钟"),
    "under an hour": ("under an hour", "不到一小时"),
    "over an hour": ("over an hour", "一小时以上"),
    "paper": ("paper", "论文"),
    "code": ("program", "程序"),
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
            axes.text(column, -row, word, ha="center", va="center", color="black" if near else ink(GREY), fontsize=10)
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


def two_directions(sentence: Sequence[str], centre: int) -> None:
    """CBOW and skip-gram side by side: what is read stands below, what is guessed above, the centre in orange."""
    around = [place for place in range(len(sentence)) if place != centre]
    drawn, (cbow, skipgram) = figure(11, 3.5, columns=2)
    _network(cbow, sentence, around, [centre], phrase(en="mean", zh="平均"))
    _network(skipgram, sentence, [centre], around, "$v$")
    cbow.set_title(phrase(en="CBOW: all neighbours together guess the centre", zh="CBOW：全部邻居合起来猜中心词"))
    skipgram.set_title(phrase(en="Skip-gram: the centre guesses each neighbour", zh="Skip-gram：由中心词逐个猜邻居"))
    words, middle = " ".join(sentence), sentence[centre]
    show(
        drawn,
        phrase(en=f"Two networks over “{words}”. CBOW: arrows from every word but {middle} meet in a mean, one arrow leads to {middle}. "
             f"Skip-gram: one arrow from {middle}, then an arrow to every other word.",
             zh=f"句子 {words} 上的两个网络。CBOW：除 {middle} 外，每个词引出一条箭头，汇成平均，再由一条箭头指向 {middle}；"
             f"Skip-gram：{middle} 引出一条箭头，再分别指向其余各词。"),
    )  # fmt: skip


def _network(axes: Axes, sentence: Sequence[str], read: Sequence[int], guessed: Sequence[int], hidden: str) -> None:
    """From the words that are read, below, over the hidden vector to those that are guessed, above."""
    middle = (len(sentence) - 1) / 2
    for place in read:
        arrow(axes, (place, 0.2), (middle, 0.82))
    for place in guessed:
        arrow(axes, (middle, 1.2), (place, 1.8))
    _boxed(axes, middle, 1, hidden, "white")
    for height, used in ((0, read), (2, guessed)):
        for place, word in enumerate(sentence):
            if place in used:
                _boxed(axes, place, height, word, ORANGE if len(used) == 1 else SKY)
            else:
                axes.text(place, height, word, ha="center", va="center", fontsize=10, color=ink(GREY))
    axes.text(-0.85, 0.5, phrase(en="rows of $E$", zh="查表 $E$"), fontsize=9, color="0.4")
    axes.text(-0.85, 1.5, phrase(en="scores with $U$", zh="用 $U$ 打分"), fontsize=9, color="0.4")
    axes.set(xlim=(-0.9, len(sentence) - 0.1), ylim=(-0.35, 2.35))
    axes.axis("off")


def _boxed(axes: Axes, x: float, y: float, label: str, colour: str) -> None:
    box = {"boxstyle": "round,pad=0.35", "facecolor": colour, "edgecolor": "0.5"}
    axes.text(x, y, label, ha="center", va="center", fontsize=10, bbox=box)


def steps_downhill(
    words: Sequence[str], steps: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]], centre: int, target: int
) -> None:
    """How gradient steps on one pair move its vectors, moving: a frame for each ``(v (2,), U (words, 2), p (words,))``.

    The first step is what the text works out; the centre's own output row is red, that of the right word green.
    """
    colours = {centre: RED, target: GREEN}
    shades = [colours.get(word, GREY) for word in range(len(words))]
    frames = []
    for taken, (v, table, p) in enumerate(steps):
        drawn, (plane, bars) = figure(9, 3.9, columns=2, width_ratios=[1.25, 1])
        _vectors(plane, words, v, table, shades, words[centre])
        _probabilities(bars, words, p, shades)
        plane.set_title(phrase(en=f"{taken} steps taken" if taken != 1 else "1 step taken", zh=f"走了 {taken} 步"))
        drawn.subplots_adjust(left=0.06, right=0.97, bottom=0.13, top=0.9, wspace=0.3)
        frames.append(drawn)
    show_moving(frames, _stepped(words, [p for _, _, p in steps], centre, target))


def _vectors(
    axes: Axes, words: Sequence[str], v: np.ndarray, table: np.ndarray, shades: Sequence[str], centre: str
) -> None:
    """The reading vector in black and every output row, as arrows from the origin."""
    for word, row, shade in zip(words, table, shades, strict=True):
        _from_origin(axes, row, shade, f"$u$ {word}")
    _from_origin(axes, v, "black", f"$v$ {centre}")
    axes.set(xlim=(-1.5, 1.7), ylim=(-1.1, 2.5), xticks=[], yticks=[], aspect="equal")
    axes.axhline(0, color="0.85", zorder=0)
    axes.axvline(0, color="0.85", zorder=0)


def _from_origin(axes: Axes, end: np.ndarray, colour: str, label: str) -> None:
    x, y = map(float, end)
    beyond = 1 + 0.14 / max(float(np.hypot(x, y)), 0.1)
    style = {"arrowstyle": "-|>", "color": colour, "lw": 2, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", xy=(x, y), xytext=(0, 0), arrowprops=style)
    side = "left" if x > 0.05 else "right" if x < 0 else "center"
    axes.text(beyond * x, beyond * y, label, color=ink(colour), fontsize=9, ha=side, va="center")


def _probabilities(axes: Axes, words: Sequence[str], p: np.ndarray, shades: Sequence[str]) -> None:
    places = range(0, -len(words), -1)
    axes.barh(places, p, color=shades, height=0.6)
    for place, value in zip(places, p, strict=True):
        axes.text(value + 0.02, place, f"{value:.2f}", va="center", fontsize=9)
    axes.set_yticks(places, words)
    axes.set(xlim=(0, 1.12), xticks=[0, 0.5, 1])
    axes.grid(visible=False)
    axes.set_title(phrase(en="Which word stands beside it?", zh="旁边是哪个词？"))
    axes.set_xlabel(phrase(en="probability", zh="概率"))


def _stepped(words: Sequence[str], p: Sequence[np.ndarray], centre: int, target: int) -> str:
    """The alt text: what the first step does, and how it ends."""
    right, itself, last = words[target], words[centre], len(p) - 1
    first = f"{p[0][target]:.2f} → {p[1][target]:.2f}"
    return phrase(
        en=f"Moving picture: arrows and bars. The first step takes the probability of {right} {first}; after {last} steps "
        f"it is {p[-1][target]:.2f}, {itself} has {p[-1][centre]:.2f}, and the two vectors of the pair point the same way.",
        zh=f"动图：箭头和条形。第一步使 {right} 的概率 {first}；走了 {last} 步后为 {p[-1][target]:.2f}，"
        f"{itself} 只剩 {p[-1][centre]:.2f}，这一对词的两个向量指向同一方向。",
    )


def huffman(tree: HuffmanTree, words: Sequence[str], counts: Sequence[int]) -> None:
    """A Huffman tree drawn from the root: leaves with their word and count, inner nodes with their count."""
    total = {leaf: int(count) for leaf, count in enumerate(counts)}
    for inner, (left, right) in enumerate(tree.children, len(words)):
        total[inner] = total[left] + total[right]
    drawn, axes = figure(1.35 * len(words), 0.75 * int(max(tree.lengths)) + 0.9)
    _branch(axes, tree, words, total, node=2 * len(words) - 2, left=0, depth=0)
    axes.axis("off")
    axes.margins(0.12)
    axes.set_title(phrase(en="Common words hang high: few questions lead to them", zh="高频词离根近，几步就到"))
    depths = phrase(en=", ", zh="，").join(f"{word} {length}" for word, length in zip(words, tree.lengths, strict=True))
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

    All panels share their colours; the highest value of each is framed, and every cell that rounds to the same.
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
    panels[0, 0].set_ylabel(phrase(en="exponent of the noise", zh="负样本分布的指数"))
    drawn.suptitle(
        phrase(en="Validation NDCG@10 on the last films; framed: what rounds to the highest",
             zh="近期加权时的验证集 NDCG@10（框出与最高值相同的格子）"), y=1.04,
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


GENRES = {
    "Children's": "儿童", "Horror": "恐怖", "Sci-Fi": "科幻", "Action": "动作", "Comedy": "喜剧", "Drama": "剧情",
}  # fmt: skip
"""The genres that the map colours, in the order in which a film of several takes its colour."""


def film_map(places: np.ndarray, genres: Sequence[str], decades: Sequence[int], named: Mapping[int, str]) -> None:
    """Films on a plane ``(n, 2)`` twice, coloured by genre and by decade; ``named`` gives a few their titles.

    A genre is one of `GENRES` or "" (grey); the legends give every group with its number of films.
    """
    drawn, (by_genre, by_decade) = figure(13, 5.8, columns=2)
    groups = {phrase(en=genre, zh=zh): np.array(genres) == genre for genre, zh in GENRES.items()}
    groups[phrase(en="others", zh="其他")] = np.array(genres) == ""
    spans = _by_decade(np.array(decades))
    _coloured(by_genre, places, groups, (BLUE, RED, GREEN, "#B8860B", SKY, "#C9B8DC", "#DDDDDD"), "o^sDvPo", named)
    _coloured(by_decade, places, spans, (RED, ORANGE, BLUE, "#BBBBBB"), "^sDo", named)
    by_genre.set_title(phrase(en="Coloured by genre", zh="按类型着色"))
    by_decade.set_title(phrase(en="Coloured by decade", zh="按年代着色"))
    drawn.suptitle(phrase(en="Near on the map: rated in similar company", zh="图上相近：评分的前后文相似"))
    comma = phrase(en=", ", zh="、")
    counted = [comma.join(f"{label} {rows.sum()}" for label, rows in each.items()) for each in (groups, spans)]
    show(
        drawn,
        phrase(en=f"{len(places)} films on a plane, twice: coloured by genre ({counted[0]}) and by decade ({counted[1]}). "
             f"Titles stand at {len(named)} of them.",
             zh=f"{len(places)} 部电影画在平面上，两幅：按类型（{counted[0]}）和按年代着色（{counted[1]}），其中 {len(named)} 部标出片名。"),
    )  # fmt: skip


def _coloured(
    axes: Axes, places: np.ndarray, groups: Mapping[str, np.ndarray], colours: Sequence[str], markers: str,
    named: Mapping[int, str],
) -> None:  # fmt: skip
    """Groups of films, the first on top, and those with a title above all, so that each shows its own colour."""
    x, y = places.T
    for at, (colour, marker, (label, rows)) in enumerate(zip(colours, markers, groups.items(), strict=True)):
        axes.scatter(x[rows], y[rows], s=24, color=colour, marker=marker, linewidths=0, alpha=0.85, zorder=3 - 0.1 * at,
                     label=f"{label} ({rows.sum()})")  # fmt: skip
        titled = [one for one in named if rows[one]]
        axes.scatter(
            x[titled], y[titled], s=75, color=colour, marker=marker, edgecolor="black", linewidths=1.2, zorder=5
        )
    for place, title in named.items():
        axes.annotate(film(title), places[place], fontsize=8, xytext=(6, 5), textcoords="offset points", zorder=6,
                      bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.5})  # fmt: skip
    axes.set(xticks=[], yticks=[])
    axes.legend(fontsize=8, loc="upper left", bbox_to_anchor=(0, -0.01), ncols=4, frameon=False, handletextpad=0.1)


def _by_decade(decades: np.ndarray) -> dict[str, np.ndarray]:
    spans = {
        phrase(en="before 1970", zh="1970 年以前"): (0, 1970),
        phrase(en="1970s", zh="1970 年代"): (1970, 1980),
        phrase(en="1980s", zh="1980 年代"): (1980, 1990),
        phrase(en="1990s", zh="1990 年代"): (1990, 2000),
    }
    return {label: (first <= decades) & (decades < end) for label, (first, end) in spans.items()}


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
        axes.set_ylim(_deepest(ranks), -6)
        axes.set_yticks([1, 50, 100, 150])
    panels[0, 0].set_ylabel(phrase(en="mean rank of the words just read", zh="刚读到的词的平均名次"))
    panels[0, 0].legend(frameon=False)
    drawn.suptitle(
        phrase(en="With one table a model favours what it has just read", zh="只有一张表时，模型偏爱刚读到的词"), y=1.02
    )
    tables_of = {1: phrase(en=", one table: ", zh="，一张表："), 2: phrase(en=", two tables: ", zh="，两张表：")}
    told = phrase(en="; ", zh="；").join(
        f"{name(model)}{tables_of[tables]}{values[0]:.0f} → {values[-1]:.0f}"
        for (model, tables), values in ranks.items()
    )
    show(
        drawn,
        phrase(en=f"Mean rank of the words that a model has read, by number of tables. {told}.",
             zh=f"模型读到的词的平均名次，按表的张数。{told}。"),
    )  # fmt: skip


def _deepest(ranks: Mapping[tuple[str, int], Sequence[float]]) -> float:
    """Where the axis ends, below the lowest place, so that no line runs along the frame."""
    return max(160.0, 1.05 * max(map(max, ranks.values())))


def three_ways(curves: Mapping[str, Sequence[float]]) -> None:
    """The same loss after each epoch, trained by several implementations."""
    drawn, axes = figure(7, 3.4)
    told = lines(axes, {key: (np.arange(len(values)), np.asarray(values)) for key, values in curves.items()})
    axes.set_xlabel(phrase(en="epochs", zh="轮次"))
    axes.set_ylabel(phrase(en="our loss on 20,000 fixed pairs", zh="固定 20,000 对词上的损失"))
    axes.set_title(phrase(en="Three implementations, one curve", zh="三种实现，一条曲线"))
    show(drawn, phrase(en=f"Falling curves of the loss. {told}.", zh=f"损失的下降曲线。{told}。"))


def similarity_by_size(
    sizes: Mapping[str, int], results: Mapping[int, Mapping[str, tuple[float, float, float]]]
) -> None:
    """Agreement with people's judgements against the size of the corpus, each line on pairs that all its corpora know.

    ``results[n][corpus] = (rho, low, high)`` for a set of ``n`` pairs; ``sizes`` holds the corpora from small to large.
    """
    drawn, axes = figure(7.4, 3.6)
    for at, (n, found) in enumerate(results.items()):
        x = np.array([sizes[corpus] for corpus in found]) * (1 + 0.03 * (at - 1))
        rho, low, high = np.array(list(found.values())).T
        label = phrase(en=f"the same {n} pairs", zh=f"同样的 {n} 对")
        axes.errorbar(
            x, rho, yerr=[rho - low, high - rho], fmt="os^"[at] + "-", color=CYCLE[at], capsize=4, label=label
        )
    axes.margins(x=0.12)
    axes.axhline(0, color=GREY, lw=1)
    axes.set_xscale("log")
    axes.set_xticks(list(sizes.values()), [f"{size / 1000:,.0f}" for size in sizes.values()])
    axes.minorticks_off()
    axes.legend(frameon=False, loc="lower right")
    axes.set_xlabel(
        phrase(
            en="thousand tokens of Wikipedia to learn from (logarithmic)", zh="学习用的维基百科词元数（千，对数刻度）"
        )
    )
    axes.set_ylabel(phrase(en="Spearman's ρ with people (95% interval)", zh="与人工打分的 Spearman 相关 ρ（95% 区间）"))
    axes.set_title(
        phrase(
            en="More text, more agreement with people: each line asks the same pairs",
            zh="语料越大，与人工判断越一致：每条线考的是同样的词对",
        )
    )
    rising = phrase(en="; ", zh="；").join(
        phrase(en=f"{n} pairs ", zh=f"{n} 对词 ") + " → ".join(f"{rho:.2f}" for rho, *_ in found.values())
        for n, found in results.items()
    )
    pairs = phrase(en="the same pairs", zh="同样的词对")
    show(
        drawn,
        phrase(en=f"Correlations with people's judgements, with intervals, from a small to a large corpus: {rising}.",
               zh=f"与人工判断的相关系数及其区间，语料从小到大：{rising}。"),
        [{pairs: n, "tokens": f"{sizes[corpus]:,}", "ρ": f"{rho:.2f}", "low": f"{low:.2f}", "high": f"{high:.2f}"}
         for n, found in results.items() for corpus, (rho, low, high) in found.items()],
    )  # fmt: skip
