"""One function a figure: labels in the reader's language, colours that most colour-blind readers can tell apart, alt text.

Figures reach the page as HTML images, because a plain PNG output cannot carry the alt text. Every function returns None.
"""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from recbook.session import COLOURS, text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, PINK, SKY, RED, _, BLACK = COLOURS
GREY = "#999999"
CYCLE = (BLUE, RED, GREEN, ORANGE, PINK, SKY, BLACK)

# What the figures call the models and the kinds of features.
NAMES = {
    "popularity": ("popularity", "流行度"),
    "item-kNN": ("item-kNN", "item-kNN"),
    "EASE": ("EASE", "EASE"),
    "random": ("random order", "随机顺序"),
    "words": ("word matching", "词匹配"),
    "titles": ("title vectors", "片名向量"),
    "genres": ("genres", "类型"),
    "titles + genres": ("title vectors + genres", "片名向量＋类型"),
    "co-rating": ("co-rating", "共同评分"),
}


def name(key: str) -> str:
    """The reader's word for a model or a kind of features; a key without one stays as it is."""
    en, zh = NAMES.get(key, (key, key))
    return text(en=en, zh=zh)


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    """A figure that pyplot does not know of: it would show it a second time, without alt text."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    return figure, figure.subplots()


def show(figure: Figure, alt: str) -> None:
    """Put a figure on the page with its alt text."""
    from IPython.display import HTML, display

    buffer = io.BytesIO()
    # The version of Matplotlib in the file would make every upgrade look like a change.
    figure.savefig(buffer, format="png", dpi=110, bbox_inches="tight", metadata={"Software": None})
    data = base64.b64encode(buffer.getvalue()).decode()
    display(HTML(f'<img class="recbook" alt="{html.escape(alt)}" src="data:image/png;base64,{data}">'))


def course_map() -> None:
    """The course in one picture: what flows where, and which chapter is about which arrow or box."""
    figure, axes = _figure(9, 3.5)
    axes.set(xlim=(0, 100), ylim=(0, 40))
    axes.axis("off")
    # (left, bottom, label, chapters, colour); widths and heights are equal, so that the eye compares words only.
    boxes = [
        (1, 25, text(en="texts of films\n(title, genres …)", zh="电影的文字\n（片名、类型……）"), "02", SKY),
        (
            1,
            5,
            text(en="what users did\n(ratings, clicks …)", zh="用户的行为\n（评分、点击……）"),
            "01 02",
            SKY,
        ),
        (28, 25, text(en="pretrained model\nreads the text", zh="预训练模型\n读文字"), "03 04 05", ORANGE),
        (28, 5, text(en="model learns\nfrom the log", zh="模型从日志\n中学习"), "01 08", ORANGE),
        (55, 15, text(en="recommender\njoins the two", zh="推荐模型\n把两者合起来"), "06 07 10", GREEN),
        (81, 15, text(en="a list for you\n– is it any good?", zh="给你的列表\n——好不好？"), "09 11 12", PINK),
    ]
    for left, bottom, label, chapters, colour in boxes:
        _box(axes, left, bottom, label, chapters, colour)
    for start, end in (
        ((19, 30), (28, 30)),
        ((19, 10), (28, 10)),
        ((46, 30), (55, 22)),
        ((46, 10), (55, 18)),
        ((73, 20), (81, 20)),
    ):
        axes.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": "0.3", "lw": 1.5})
    axes.set_title(
        text(
            en="From texts and traces to a list: the numbers are chapters",
            zh="从文字与行为到一张列表：数字是章号",
        )
    )
    show(
        figure,
        text(
            en="Diagram: texts of films go through a pretrained model (chapters 03 to 05), what users did goes through "
            "a model of the log (01, 08); a recommender joins the two (06, 07, 10) and makes a list, which is judged (09, 11, 12).",
            zh="示意图：电影的文字经过预训练模型（第 03 至 05 章），用户的行为经过从日志学习的模型（第 01、08 章）；"
            "推荐模型把两者合起来（第 06、07、10 章），得到一张列表，再评判它的好坏（第 09、11、12 章）。",
        ),
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
    figure, axes = _figure(8, 3)
    axes.hist(similarity, bins=60, color=SKY)
    best = _distinct(np.argsort(-similarity, kind="stable"), titles)[:mark]
    top = axes.get_ylim()[1]
    for place, item in enumerate(best):
        height = top * (0.75 - 0.22 * place)  # the best one highest, so that no arrow crosses a name
        axes.annotate(
            titles[item], (similarity[item], 0), (similarity[item], height), ha="center", fontsize=9,
            arrowprops={"arrowstyle": "-|>", "color": RED},
        )  # fmt: skip
    axes.set_xlabel(text(en="cosine between the sentence and a title", zh="句子与片名的余弦相似度"))
    axes.set_ylabel(text(en="titles", zh="片名数"))
    axes.set_title(
        text(en=f"“{query}”: nearly all titles pile up on the left, the answers stand apart",
             zh=f"“{query}”：绝大多数片名挤在左边，答案远远站在右边")
    )  # fmt: skip
    names = "; ".join(f"{titles[i]} {similarity[i]:.2f}" for i in best)
    show(
        figure,
        text(en=f"Histogram of {len(titles):,} cosines around {np.mean(similarity):.2f}; nearest: {names}.",
             zh=f"{len(titles):,} 个余弦相似度的直方图，平均 {np.mean(similarity):.2f}；最近的是：{names}。"),
    )  # fmt: skip


def _distinct(order: np.ndarray, titles: Sequence[str]) -> list[int]:
    """The order without the second film of the same title: its label would cover the first."""
    first: dict[str, int] = {}
    for item in order:
        first.setdefault(titles[item], item)
    return list(first.values())


def long_tail(counts: np.ndarray, few: int = 5) -> None:
    """Ratings of each film, most rated first, on a logarithmic scale; the films with under ``few`` are shaded."""
    ordered = np.sort(counts)[::-1]
    start = int((ordered >= few).sum())
    figure, axes = _figure(8, 3)
    axes.plot(np.arange(1, len(ordered) + 1), ordered, color=BLUE, lw=2)
    axes.axvspan(start, len(ordered), color=ORANGE, alpha=0.35)
    axes.text(
        (start + len(ordered)) / 2,
        ordered[0] * 0.5,
        text(en=f"under {few}\nratings", zh=f"少于 {few} 条\n评分"),
        ha="center",
        va="top",
    )
    axes.set_yscale("log")
    axes.set_xlabel(text(en="films, most rated first", zh="电影（评分最多的在前）"))
    axes.set_ylabel(text(en="ratings (log scale)", zh="评分数（对数坐标）"))
    axes.set_title(text(en="A few films on the left, a long tail on the right", zh="左边是少数热门，右边是一条长尾"))
    show(
        figure,
        text(en=f"Falling curve from {ordered[0]} ratings to {ordered[-1]}; the last {len(ordered) - start} films have under {few}.",
             zh=f"下降的曲线：从 {ordered[0]} 条评分降到 {ordered[-1]} 条；最后 {len(ordered) - start} 部电影少于 {few} 条。"),
    )  # fmt: skip


def lorenz(counts: np.ndarray, gini: float) -> None:
    """The Lorenz curve: which share of the ratings the least rated share of the films holds together."""
    films = np.linspace(0, 1, len(counts) + 1)
    ratings = np.concatenate([[0], np.cumsum(np.sort(counts))]) / counts.sum()
    figure, axes = _figure(4.4, 4)
    axes.plot([0, 1], [0, 1], "--", color=GREY, label=text(en="all films equal", zh="每部电影一样多"))
    axes.plot(films, ratings, color=BLUE, lw=2, label=text(en="these films", zh="这里的电影"))
    axes.fill_between(films, ratings, films, color=SKY, alpha=0.4)
    axes.text(0.56, 0.4, f"Gini {gini:.2f}", ha="center")
    axes.set_xlabel(text(en="share of the films, least rated first", zh="电影占比（评分最少的在前）"))
    axes.set_ylabel(text(en="share of the ratings", zh="评分占比"))
    axes.set_title(text(en="The deeper the curve sags, the less equal", zh="曲线越往下坠，分布越不均"))
    axes.legend(frameon=False, loc="upper left")
    half = ratings[len(counts) // 2]
    show(
        figure,
        text(en=f"Lorenz curve far below the diagonal: the less rated half of the films holds {half:.0%} of the ratings.",
             zh=f"洛伦兹曲线远低于对角线：评分较少的一半电影只占 {half:.0%} 的评分。"),
    )  # fmt: skip


def thinning(shares: Sequence[float], results: Mapping[str, np.ndarray], ends: Mapping[str, np.ndarray]) -> None:
    """NDCG@10 against the share of the ratings kept. ``results[model]`` is ``(levels,)``, ``ends[model]`` ``(levels, 2)``."""
    figure, axes = _figure(7, 3.6)
    places = np.arange(len(shares))
    for i, (model, means) in enumerate(results.items()):
        low, high = ends[model].T
        axes.errorbar(
            places + 0.06 * (i - 1), means, yerr=[means - low, high - means], color=CYCLE[i], marker="os^"[i % 3],
            lw=2, elinewidth=1, capsize=3, label=name(model),
        )  # fmt: skip
    axes.set_xticks(places, [f"{share:.0%}" for share in shares])
    axes.set_ylim(bottom=0)
    axes.set_xlabel(text(en="share of the training ratings kept", zh="保留的训练评分占比"))
    axes.set_ylabel("NDCG@10")
    axes.set_title(text(en="Who falls fastest as ratings get scarce?", zh="评分越来越少时，谁跌得最快？"))
    axes.legend(frameon=False)
    rows = "; ".join(f"{name(m)}: {', '.join(f'{v:.3f}' for v in values)}" for m, values in results.items())
    levels = ", ".join(f"{share:.0%}" for share in shares)
    show(
        figure,
        text(
            en=f"Lines of NDCG@10 at {levels} of the ratings. {rows}.",
            zh=f"保留 {levels} 评分时的 NDCG@10 折线。{rows}。",
        ),
    )


def genre_agreement(rows: Mapping[str, tuple[float, float, float]]) -> None:
    """How much of its genres a film shares with its neighbours: ``rows[way] = (mean, low, high)``, one dot a way."""
    figure, axes = _figure(7, 0.5 + 0.5 * len(rows))
    for place, (mean, low, high) in enumerate(rows.values()):
        axes.errorbar(mean, -place, xerr=[[mean - low], [high - mean]], fmt="o", color=CYCLE[place], capsize=4)
    axes.set_yticks(-np.arange(len(rows)), [name(key) for key in rows])
    axes.set_xlim(left=0)
    axes.margins(y=0.2)
    axes.set_xlabel(text(en="share of genres in common with the five nearest films", zh="与五个最近邻居共有的类型占比"))
    axes.set_title(
        text(en="Each way knows something of genre; ratings know most", zh="每种办法都懂一点类型，评分懂得最多")
    )
    values = "; ".join(f"{name(k)} {m:.3f} ({lo:.3f}–{hi:.3f})" for k, (m, lo, hi) in rows.items())
    show(
        figure,
        text(en=f"Dots with intervals, genres in common: {values}.", zh=f"带区间的点图，共有类型占比：{values}。"),
    )


def reasons(contributions: np.ndarray, titles: Sequence[str], recommended: str, most: int = 12) -> None:
    """What each film of a history adds to one recommended film's score ``(n,)``: the largest, then all others together."""
    order = np.argsort(-contributions, kind="stable")[:most]
    rest = contributions.sum() - contributions[order].sum()
    labels = [titles[i] for i in order]
    others = len(contributions) - most
    labels.append(text(en=f"the other {others} films", zh=f"其余 {others} 部电影"))
    figure, axes = _figure(7, 3.8)
    axes.barh(-np.arange(most + 1), [*contributions[order], rest], color=[RED, *[SKY] * (most - 1), GREY])
    axes.set_yticks(-np.arange(most + 1), labels, fontsize=8)
    axes.set_xlabel(text(en="part of the score", zh="对得分的贡献"))
    axes.set_title(text(en=f"Why “{recommended}”? The red bar is the reason one would name",
                        zh=f"为什么推荐“{recommended}”？红色那条就是会被点名的理由"))  # fmt: skip
    first = contributions[order[0]] / contributions.sum()
    show(
        figure,
        text(en=f"Bars: {titles[order[0]]} gives the largest part, {first:.0%} of the score; {others} films give the grey rest.",
             zh=f"条形图：{titles[order[0]]} 的贡献最大，占得分的 {first:.0%}；其余 {others} 部合为灰色条。"),
    )  # fmt: skip


def paired_sets(results: Mapping[str, Sequence[float]]) -> None:
    """NDCG@10 of several methods on the same hidden sets: one line a set, so that the eye compares within a line."""
    table = np.array(list(results.values()))  # (methods, sets)
    figure, axes = _figure(7, 3.6)
    for i, values in enumerate(table.T):
        axes.plot(values, marker="os^Dv"[i % 5], color=CYCLE[i % len(CYCLE)], alpha=0.8, label=str(i))
    axes.set_xticks(np.arange(len(table)), [name(key).replace(" + ", "\n+ ") for key in results])
    axes.set_ylim(bottom=0)
    axes.margins(x=0.1)
    axes.set_ylabel(text(en="NDCG@10 among the hidden films", zh="隐藏电影中的 NDCG@10"))
    axes.set_title(
        text(en="One line is one draw of hidden films: compare along a line", zh="一条线是一次抽取：沿着线比较")
    )
    axes.legend(title=text(en="draw", zh="抽取"), frameon=False, fontsize=8)
    rows = "; ".join(f"{name(k)} {np.mean(v):.3f} ({min(v):.3f}–{max(v):.3f})" for k, v in results.items())
    show(
        figure,
        text(
            en=f"Five lines over the methods, mean and range: {rows}.",
            zh=f"各方法的折线，平均值与范围：{rows}。",
        ),
    )


def probe(labelled: Sequence[int], results: Mapping[str, np.ndarray], chance: float = 0.5) -> None:
    """Quality against the number of labelled films: ``results[key]`` is ``(sizes, draws)``; the band spans the draws."""
    figure, axes = _figure(7, 3.4)
    for i, (key, values) in enumerate(results.items()):
        axes.plot(labelled, values.mean(axis=1), marker="os"[i % 2], color=CYCLE[i], lw=2, label=name(key))
        axes.fill_between(labelled, values.min(axis=1), values.max(axis=1), color=CYCLE[i], alpha=0.2)
    axes.axhline(chance, ls="--", color=GREY, label=text(en="guessing", zh="瞎猜"))
    axes.set_xscale("log")
    axes.set_xticks(labelled, [str(n) for n in labelled])
    axes.minorticks_off()
    axes.set_xlabel(text(en="films with a known genre to learn from", zh="可供学习的已知类型的电影数"))
    axes.set_ylabel(text(en="AUC, mean over genres", zh="AUC（各类型平均）"))
    axes.set_title(text(en="How much of the genre can be read off a title?", zh="光看片名能读出多少类型？"))
    axes.legend(frameon=False)
    rows = "; ".join(
        f"{name(k)}: {', '.join(f'{v:.2f}' for v in values.mean(axis=1))}" for k, values in results.items()
    )
    show(figure, text(en=f"AUC rising with labelled films. {rows}.", zh=f"AUC 随已标注电影数上升。{rows}。"))


def table(rows: Any, caption: str = "") -> None:
    """A small table as plain HTML: ``rows`` is a DataFrame. No styling ids, so that two runs give the same page."""
    from IPython.display import HTML, display

    body = rows.to_html(border=0, index=False, escape=True, float_format="{:.3f}".format)
    display(HTML((f"<p><b>{html.escape(caption)}</b></p>" if caption else "") + body))
