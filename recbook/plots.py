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
    "numbers": ("film number", "电影编号"),
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
        (1, 25, text(en="texts of films\n(title, genres …)", zh="电影的文字\n（片名、类型……）"), "00 01", SKY),
        (
            1,
            5,
            text(en="what users did\n(ratings, clicks …)", zh="用户的行为\n（评分、点击……）"),
            "01 02",
            SKY,
        ),
        (28, 25, text(en="pretrained model\nreads the text", zh="预训练模型\n读文字"), "03 04 05", ORANGE),
        (28, 5, text(en="model learns\nfrom the log", zh="模型从日志\n中学习"), "01 08", ORANGE),
        (55, 15, text(en="recommender\njoins the two", zh="推荐模型\n把两者合起来"), "02 06 07 10", GREEN),
        (81, 15, text(en="a list for you:\nis it any good?", zh="给你的列表\n它好不好？"), "09 11 12", PINK),
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
    below = text(en="13 tools · 14 trends · 15 questions and answers", zh="13 工具 · 14 趋势 · 15 问答")
    axes.text(99, 5, below, ha="right", va="center", fontsize=9, color="0.3", weight="bold")
    axes.set_title(
        text(
            en="From texts and traces to a list: the numbers are chapters",
            zh="从文字与行为到一张列表：数字是章号",
        )
    )
    show(
        figure,
        text(
            en="Diagram: texts of films (chapters 00, 01) go through a pretrained model (03 to 05), what users did (01, 02) "
            "goes through a model of the log (01, 08); a recommender joins the two (02, 06, 07, 10) and makes a list, which "
            "is judged and served (09, 11, 12). Chapters 13 to 15: tools, trends, questions and answers.",
            zh="示意图：电影的文字（第 00、01 章）经过预训练模型（第 03 至 05 章），用户的行为（第 01、02 章）经过从日志学习的模型"
            "（第 01、08 章）；推荐模型把两者合起来（第 02、06、07、10 章），得到一张列表，再评判、上线（第 09、11、12 章）。"
            "第 13 至 15 章：工具、趋势、问答。",
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
        text(en=f"Nearly all titles are far from “{query}”; a few stand out on the right",
             zh=f"与 {query} 相比，绝大多数片名都离得远，只有右端几个突出")
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
    """Ratings of each film, most rated first: the most rated tenth and the films with under ``few`` are shaded."""
    ordered = np.sort(counts)[::-1]
    films, head, start = len(ordered), len(ordered) // 10, int((ordered >= few).sum())
    figure, axes = _figure(8, 3)
    axes.plot(np.arange(1, films + 1), ordered, color=BLUE, lw=2)
    axes.axvspan(0, head, color=SKY, alpha=0.35)
    axes.axvspan(start, films, color=ORANGE, alpha=0.35)
    high = ordered[0] * 0.9
    axes.text(head + 10, high, text(en="the most rated tenth", zh="评分数最多的十分之一"), va="top")
    axes.text(
        (start + films) / 2, high, text(en=f"under {few}\nratings", zh=f"少于 {few} 条\n评分"), ha="center", va="top"
    )
    axes.set_xlabel(text(en="films, most rated first", zh="电影（评分数从多到少）"))
    axes.set_ylabel(text(en="ratings", zh="评分数"))
    axes.set_title(text(en="A few films on the left, a long tail to the right", zh="左边是少数热门，往右是一条长尾"))
    show(
        figure,
        text(
            en=f"Steeply falling curve from {ordered[0]} ratings to {ordered[-1]}; the last {films - start} films have under {few}.",
            zh=f"急剧下降的曲线：从 {ordered[0]} 条评分降到 {ordered[-1]} 条；最后 {films - start} 部电影少于 {few} 条。",
        ),
    )


def lorenz(counts: np.ndarray, gini: float) -> None:
    """The Lorenz curve: which share of the ratings the least rated share of the films holds together."""
    films = np.linspace(0, 1, len(counts) + 1)
    ratings = np.concatenate([[0], np.cumsum(np.sort(counts))]) / counts.sum()
    figure, axes = _figure(4.4, 4)
    axes.plot([0, 1], [0, 1], "--", color=GREY, label=text(en="all films equal", zh="每部电影一样多"))
    axes.plot(films, ratings, color=BLUE, lw=2, label=text(en="these films", zh="这里的电影"))
    axes.fill_between(films, ratings, films, color=SKY, alpha=0.4)
    axes.text(0.5, 0.33, text(en=f"Gini {gini:.2f}", zh=f"基尼系数 {gini:.2f}"), ha="center")
    half = ratings[len(counts) // 2]
    axes.plot(0.5, half, "o", color=RED)
    axes.annotate(f"50% → {half:.0%}", (0.5, half), (0.6, half - 0.05), color=RED)
    axes.set_xlabel(text(en="share of the films, least rated first", zh="电影占比（评分最少的在前）"))
    axes.set_ylabel(text(en="share of the ratings", zh="评分占比"))
    axes.set_title(text(en="The deeper the curve sags, the less equal", zh="曲线越往下坠，分布越不均"))
    axes.legend(frameon=False, loc="upper left")
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
    axes.set_title(
        text(en="As ratings get scarce, the personal models lose their lead", zh="评分越来越少，个性化模型失去优势")
    )
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
        axes.errorbar(mean, -place, xerr=[[mean - low], [high - mean]], fmt="o", color=BLUE, capsize=4)
    axes.set_yticks(-np.arange(len(rows)), [name(key) for key in rows])
    axes.set_xlim(left=0)
    axes.margins(y=0.2)
    axes.set_xlabel(
        text(
            en="genres in common with the five nearest films (95% interval)",
            zh="与五个最近邻居的类型重合度（95% 区间）",
        )
    )
    axes.set_title(
        text(en="All three ways beat random order, co-rating by most", zh="三种办法都胜过随机，共同评分最强")
    )
    values = "; ".join(f"{name(k)} {m:.3f} ({lo:.3f}–{hi:.3f})" for k, (m, lo, hi) in rows.items())
    show(
        figure, text(en=f"Dots with intervals, genres in common: {values}.", zh=f"带区间的点图，类型重合度：{values}。")
    )


def reasons(contributions: np.ndarray, titles: Sequence[str], recommended: str, most: int = 12) -> None:
    """What share of one recommended film's score each film of a history gives ``(n,)``: the largest, then all others."""
    order = np.argsort(-contributions, kind="stable")[:most]
    shares = contributions / contributions.sum()
    others = len(contributions) - most
    labels = [
        *(titles[i] for i in order),
        text(en=f"the other {others} films together", zh=f"其余 {others} 部电影合计"),
    ]
    values = [*shares[order], 1 - shares[order].sum()]
    figure, axes = _figure(7, 3.8)
    bars = axes.barh(-np.arange(most + 1), values, color=[RED, *[SKY] * (most - 1), "#CCCCCC"])
    axes.bar_label(bars, [f"{value:.0%}" for value in values], padding=3, fontsize=8)
    axes.set_yticks(-np.arange(most + 1), labels, fontsize=8)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.set_xlabel(text(en="share of the score", zh="占得分的比例"))
    axes.set_title(
        text(
            en=f"Why “{recommended}”? No film of the history carries it alone",
            zh=f"为什么推荐 {recommended}？历史里没有一部电影能独自撑起它",
        )
    )
    first = titles[order[0]]
    show(
        figure,
        text(
            en=f"Bars: {first} gives the largest part, {values[0]:.0%} of the score; {others} films together give {values[-1]:.0%}.",
            zh=f"条形图：{first} 的贡献最大，占得分的 {values[0]:.0%}；其余 {others} 部合计 {values[-1]:.0%}。",
        ),
    )


def personal_part(personal: Mapping[str, Sequence[float]], shared: Mapping[str, Sequence[float]]) -> None:
    """NDCG@10 on the same draws of new films: one list for everybody (hollow) joined to a list for each user (full).

    ``personal[key]`` and ``shared[key]`` hold one number a draw; a key that ``shared`` lacks has no list for everybody.
    """
    figure, axes = _figure(8, 3.6)
    for place, (key, values) in enumerate(personal.items()):
        for draw, value in enumerate(values):
            colour, marker, across = CYCLE[draw], "os^Dv"[draw], place + 0.05 * (draw - 2)
            label = text(en=f"draw {draw + 1}", zh=f"第 {draw + 1} 次") if place == 0 else None
            if key in shared:
                axes.plot([across - 0.2, across + 0.2], [shared[key][draw], value], color=colour, alpha=0.5)
                axes.plot(across - 0.2, shared[key][draw], marker, color=colour, mfc="white")
            axes.plot(across + 0.2 * (key in shared), value, marker, color=colour, label=label)
    axes.set_xticks(np.arange(len(personal)), [name(key).replace(" + ", "\n+ ") for key in personal])
    axes.set_ylim(bottom=0)
    axes.grid(axis="x", visible=False)
    axes.set_ylabel(text(en="NDCG@10 among the new films", zh="新电影中的 NDCG@10"))
    axes.set_title(
        text(
            en="Hollow: one list for everybody. Full: a list for each user",
            zh="空心：所有人共用一张列表；实心：每位用户各有一张",
        )
    )
    axes.legend(fontsize=8, loc="upper left")
    rows = "; ".join(_means(key, personal, shared) for key in personal)
    show(figure, text(en=f"Five draws, means of NDCG@10: {rows}.", zh=f"五次随机划分，NDCG@10 的平均值：{rows}。"))


def _means(key: str, personal: Mapping[str, Sequence[float]], shared: Mapping[str, Sequence[float]]) -> str:
    words = f"{name(key)} {np.mean(personal[key]):.3f}"
    if key not in shared:
        return words
    return f"{words} ({text(en='one list for everybody', zh='所有人共用')} {np.mean(shared[key]):.3f})"


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
    axes.set_xlabel(
        text(
            en="films with known genres to learn from (band: lowest to highest of the draws)",
            zh="可供学习的已知类型的电影数（色带：各次划分的最低到最高）",
        )
    )
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
