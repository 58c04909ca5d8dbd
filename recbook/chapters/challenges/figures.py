"""Figures of chapter 01."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from recbook.plots.base import BLUE, CYCLE, GREY, ORANGE, RED, SKY, add_words, figure, film, name, show, show_moving
from recbook.session import phrase

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from scipy import sparse

add_words({
    "a list for each user": ("a list for each user", "每位用户各有一张列表"),
    "lowest draw": ("lowest draw", "最低一次"),
    "highest draw": ("highest draw", "最高一次"),
    "weights from": ("weights learned from", "学习权重的评分比例"),
    "history kept": ("history kept", "历史保留比例"),
    "numbers": ("film number", "电影编号"),
    "co-rating": ("co-rating", "共同评分"),
    "users": ("users", "用户"),
    "one list for everybody": ("one list for everybody", "所有人共用一张列表"),
    "english": ("English", "英语"),
})  # fmt: skip


def long_tail(counts: np.ndarray, few: int = 5) -> None:
    """Ratings of each film, most rated first: the most rated tenth and the films with under ``few`` are shaded."""
    ordered = np.sort(counts)[::-1]
    films, head, start = len(ordered), len(ordered) // 10, int((ordered >= few).sum())
    drawn, axes = figure(8, 3)
    axes.plot(np.arange(1, films + 1), ordered, color=BLUE, lw=2)
    axes.axvspan(0, head, color=SKY, alpha=0.35)
    axes.axvspan(start, films, color=ORANGE, alpha=0.35)
    high = ordered[0] * 0.9
    axes.text(head + 10, high, phrase(en="the most rated tenth", zh="评分数最多的十分之一"), va="top")
    axes.text(
        (start + films) / 2, high, phrase(en=f"under {few}\nratings", zh=f"少于 {few} 条\n评分"), ha="center", va="top"
    )
    axes.set_xlabel(phrase(en="films, most rated first", zh="电影（评分数从多到少）"))
    axes.set_ylabel(phrase(en="ratings", zh="评分数"))
    axes.set_title(phrase(en="A few films on the left, a long tail to the right", zh="左边是少数热门，往右是一条长尾"))
    show(
        drawn,
        phrase(
            en=f"Steeply falling curve from {ordered[0]} ratings to {ordered[-1]}; the last {films - start} films have under {few}.",
            zh=f"急剧下降的曲线：从 {ordered[0]} 条评分降到 {ordered[-1]} 条；最后 {films - start} 部电影少于 {few} 条。",
        ),
    )


def lorenz(counts: np.ndarray, gini: float) -> None:
    """The Lorenz curve: which share of the ratings the least rated share of the films holds together."""
    films = np.linspace(0, 1, len(counts) + 1)
    ratings = np.concatenate([[0], np.cumsum(np.sort(counts))]) / counts.sum()
    drawn, axes = figure(4.4, 4)
    axes.plot([0, 1], [0, 1], "--", color=GREY, label=phrase(en="all films equal", zh="每部电影一样多"))
    axes.plot(films, ratings, color=BLUE, lw=2, label=phrase(en="these films", zh="这里的电影"))
    axes.fill_between(films, ratings, films, color=SKY, alpha=0.4)
    axes.text(0.5, 0.33, phrase(en=f"Gini {gini:.2f}", zh=f"基尼系数 {gini:.2f}"), ha="center")
    half = ratings[len(counts) // 2]
    axes.plot(0.5, half, "o", color=RED)
    axes.annotate(f"50% → {half:.0%}", (0.5, half), (0.6, half - 0.05), color=RED)
    axes.set_xlabel(phrase(en="share of the films, least rated first", zh="电影占比（评分最少的在前）"))
    axes.set_ylabel(phrase(en="share of the ratings", zh="评分占比"))
    axes.set_title(phrase(en="The deeper the curve sags, the less equal", zh="曲线越往下坠，分布越不均"))
    axes.legend(frameon=False, loc="upper left")
    show(
        drawn,
        phrase(en=f"Lorenz curve far below the diagonal: the less rated half of the films holds {half:.0%} of the ratings.",
             zh=f"洛伦兹曲线远低于对角线：评分较少的一半电影只占 {half:.0%} 的评分。"),
    )  # fmt: skip


def thinning(shares: Sequence[float], results: Mapping[str, np.ndarray], ends: Mapping[str, np.ndarray]) -> None:
    """NDCG@10 against the share of the ratings kept. ``results[model]`` is ``(levels,)``, ``ends[model]`` ``(levels, 2)``."""
    drawn, axes = figure(7, 3.6)
    places = np.arange(len(shares))
    for i, (model, means) in enumerate(results.items()):
        low, high = ends[model].T
        axes.errorbar(
            places + 0.06 * (i - 1), means, yerr=[means - low, high - means], color=CYCLE[i], marker="os^"[i % 3],
            lw=2, elinewidth=1, capsize=3, label=name(model),
        )  # fmt: skip
    axes.set_xticks(places, [f"{share:.0%}" for share in shares])
    axes.set_ylim(bottom=0)
    axes.set_xlabel(phrase(en="share of the training ratings kept", zh="保留的训练评分占比"))
    axes.set_ylabel("NDCG@10")
    axes.set_title(
        phrase(en="As ratings get scarce, the personal models lose their lead", zh="评分越来越少，个性化模型失去优势")
    )
    axes.legend(frameon=False)
    rows = _listed({m: [f"{v:.3f}" for v in values] for m, values in results.items()})
    levels = phrase(en=", ", zh="、").join(f"{share:.0%}" for share in shares)
    show(
        drawn,
        phrase(
            en=f"Lines of NDCG@10 at {levels} of the ratings. {rows}.",
            zh=f"保留 {levels} 评分时的 NDCG@10 折线。{rows}。",
        ),
    )


def _listed(rows: Mapping[str, Sequence[str]]) -> str:
    """Rows of values in an alt text, each behind its name, with the marks of the reader's language."""
    colon, comma, semicolon = (phrase(en=en, zh=zh) for en, zh in ((": ", "："), (", ", "、"), ("; ", "；")))
    return semicolon.join(name(key) + colon + comma.join(values) for key, values in rows.items())


def emptying(
    tables: Mapping[float, sparse.csr_array], scores: Mapping[float, np.ndarray], titles: Sequence[str], most: int = 5
) -> None:
    """How a table empties and one user's list falls apart, moving: a frame for each share of the ratings, in order.

    ``tables[share]`` is ``(users, films)``; of these, 60 users and the 80 most rated films are drawn.
    ``scores[share]`` ``(films,)`` makes the list of the ``most`` best. Films of the first list are blue, others grey.
    """
    whole = next(iter(tables.values()))
    films = np.argsort(-np.asarray(whole.sum(axis=0)).ravel(), kind="stable")[:80]
    people = np.linspace(0, whole.shape[0] - 1, min(60, whole.shape[0])).astype(int)
    best = {share: np.argsort(-values, kind="stable")[:most] for share, values in scores.items()}
    first, last = (best[share] for share in (next(iter(best)), list(best)[-1]))
    longest = max(float(values[best[share]].max()) for share, values in scores.items())
    frames = []
    for share, table in tables.items():
        drawn, axes = figure(9, 3.4, columns=2, width_ratios=[1, 1.1])
        _dots(axes[0], table[people][:, films].toarray() > 0, share)
        _list(axes[1], [film(titles[i]) for i in best[share]], scores[share][best[share]], np.isin(best[share], first))
        axes[1].set_xlim(0, longest * 1.05)
        frames.append(_framed(drawn))
    before, after = phrase(en="the first list", zh="最初的列表"), phrase(en="the last list", zh="最后的列表")
    pairs = zip(first, last, strict=True)
    show_moving(frames, _emptied(first, last), [{before: film(titles[i]), after: film(titles[j])} for i, j in pairs])


def _dots(axes: Axes, rated: np.ndarray, share: float) -> None:
    """One dot for each rating, users down, films across."""
    user, item = np.nonzero(rated)
    axes.plot(item, -user, ".", color=BLUE, ms=2.5)
    axes.set(xlim=(-1, rated.shape[1]), ylim=(-rated.shape[0], 1), xticks=[], yticks=[])
    axes.set_xlabel(phrase(en=f"{rated.shape[1]} much rated films", zh=f"{rated.shape[1]} 部评分多的电影"))
    axes.set_ylabel(phrase(en=f"{rated.shape[0]} users", zh=f"{rated.shape[0]} 位用户"))
    axes.set_title(phrase(en=f"{share:.0%} of the ratings are left", zh=f"评分还剩 {share:.0%}"))


def _list(axes: Axes, names: Sequence[str], scores: np.ndarray, kept: np.ndarray) -> None:
    """A list, best on top: the names above bars as long as the scores."""
    places = -np.arange(len(names))
    axes.barh(places, np.maximum(scores, 0), height=0.35, color=[BLUE if one else GREY for one in kept])
    for place, label, one in zip(places, names, kept, strict=True):
        axes.text(0, place + 0.27, label, va="bottom", fontsize=9, color="black" if one else "0.45")
    axes.set(ylim=(-len(names) + 0.6, 0.8), yticks=[])
    axes.set_xlabel(phrase(en="EASE's score", zh="EASE 的得分"))
    left, of = int(kept.sum()), len(kept)
    axes.set_title(
        phrase(
            en=f"One user's list: {left} of the first {of} films are left",
            zh=f"一位用户的列表：最初 {of} 部还剩 {left} 部",
        )
    )


def _framed(drawn: Figure) -> Figure:
    """With margins that are the same in every frame."""
    drawn.subplots_adjust(left=0.05, right=0.98, bottom=0.14, top=0.9, wspace=0.08)
    return drawn


def _emptied(first: np.ndarray, last: np.ndarray) -> str:
    """The alt text: how much is left of a list."""
    of, stayed = len(first), len(np.intersect1d(first, last))
    return phrase(
        en=f"Moving picture. As the dots of a rating table vanish, the scores of one user's list of {of} films sink to near 0, and the films are exchanged: {stayed} of the first {of} stay.",
        zh=f"动图：评分表里的点逐渐消失，一位用户的 {of} 部电影得分降到接近 0，电影也被换掉：最初的 {of} 部还剩 {stayed} 部。",
    )


def genre_agreement(rows: Mapping[str, tuple[float, float, float]]) -> None:
    """How much of its genres a film shares with its neighbours: ``rows[way] = (mean, low, high)``, one dot a way."""
    drawn, axes = figure(7, 0.5 + 0.5 * len(rows))
    for place, (mean, low, high) in enumerate(rows.values()):
        axes.errorbar(mean, -place, xerr=[[mean - low], [high - mean]], fmt="o", color=BLUE, capsize=4)
    axes.set_yticks(-np.arange(len(rows)), [name(key) for key in rows])
    axes.set_xlim(left=0)
    axes.margins(y=0.2)
    axes.set_xlabel(
        phrase(
            en="genres in common with the five nearest films (95% interval)",
            zh="与五个最近邻居的类型重合度（95% 区间）",
        )
    )
    axes.set_title(
        phrase(en="All three ways beat random order, co-rating by most", zh="三种办法都胜过随机，共同评分最强")
    )
    values = _listed({k: [f"{m:.3f}", f"{lo:.3f}–{hi:.3f}"] for k, (m, lo, hi) in rows.items()})
    show(
        drawn,
        phrase(en=f"Dots with intervals, genres in common: {values}.", zh=f"带区间的点图，类型重合度：{values}。"),
    )


def reasons(contributions: np.ndarray, titles: Sequence[str], recommended: str, most: int = 12) -> None:
    """What share of one recommended film's score each film of a history gives ``(n,)``: the largest as bars.

    What all others give together stands beside them in words: as a bar it would dwarf the rest.
    """
    order = np.argsort(-contributions, kind="stable")[:most]
    shares = contributions / contributions.sum()
    others, rest = len(contributions) - len(order), 1 - shares[order].sum()
    drawn, axes = figure(7, 3.8)
    places = -np.arange(len(order))
    bars = axes.barh(places, shares[order], color=[RED, *[SKY] * (len(order) - 1)])
    axes.bar_label(bars, [f"{value:.1%}" for value in shares[order]], padding=3, fontsize=8)
    axes.set_yticks(places, [film(titles[i]) for i in order], fontsize=8)
    axes.set_xlim(0, shares.max() * 1.45)
    together = phrase(en=f"The other {others} films\ntogether: {rest:.0%}", zh=f"其余 {others} 部电影\n合计 {rest:.0%}")
    axes.text(0.98, 0.06, together, transform=axes.transAxes, ha="right", color="0.3")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.set_xlabel(phrase(en="share of the score", zh="占得分的比例"))
    asked, first = film(recommended), film(titles[order[0]])
    axes.set_title(
        phrase(en=f"Why “{asked}”? No film carries it alone", zh=f"为什么推荐 {asked}？没有一部电影能独自撑起它")
    )
    show(
        drawn,
        phrase(
            en=f"Bars: {first} gives the largest part, {shares[order[0]]:.0%} of the score; the next {len(order) - 1} bars give {shares[order[1:]].sum():.0%}, the other {others} films {rest:.0%}.",
            zh=f"条形图：{first} 的贡献最大，占得分的 {shares[order[0]]:.0%}；后面 {len(order) - 1} 条合计 {shares[order[1:]].sum():.0%}，其余 {others} 部合计 {rest:.0%}。",
        ),
    )


def probe(labelled: Sequence[int], results: Mapping[str, np.ndarray], chance: float = 0.5) -> None:
    """Quality against the number of labelled films: ``results[key]`` is ``(sizes, draws)``; the band spans the draws."""
    drawn, axes = figure(7, 3.4)
    for i, (key, values) in enumerate(results.items()):
        axes.plot(labelled, values.mean(axis=1), marker="os"[i % 2], color=CYCLE[i], lw=2, label=name(key))
        axes.fill_between(labelled, values.min(axis=1), values.max(axis=1), color=CYCLE[i], alpha=0.2)
    axes.axhline(chance, ls="--", color=GREY, label=phrase(en="guessing", zh="瞎猜"))
    axes.set_xscale("log")
    axes.set_xticks(labelled, [str(n) for n in labelled])
    axes.minorticks_off()
    axes.set_xlabel(
        phrase(
            en="films with known genres to learn from (band: lowest to highest of the draws)",
            zh="可供学习的已知类型的电影数（色带：各次划分的最低到最高）",
        )
    )
    axes.set_ylabel(phrase(en="AUC, mean over genres", zh="AUC（各类型平均）"))
    axes.set_title(phrase(en="How much of the genre can be read off a title?", zh="光看片名能读出多少类型？"))
    axes.legend(frameon=False)
    rows = _listed({k: [f"{v:.2f}" for v in values.mean(axis=1)] for k, values in results.items()})
    show(drawn, phrase(en=f"AUC rising with labelled films. {rows}.", zh=f"AUC 随已标注电影数上升。{rows}。"))
