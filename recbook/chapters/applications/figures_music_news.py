"""Figures of chapter 11's sections on music and news."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from recbook.evaluation import bootstrap
from recbook.plots.base import BLUE, CYCLE, GREY, RED, add_words, ends, figure, name, show
from recbook.session import phrase

if TYPE_CHECKING:
    import pandas as pd

add_words({
    "runs of notes": ("runs of notes", "音高片段"),
    "runs of intervals": ("runs of intervals", "音程片段"),
    "Word2Vec mean": ("Word2Vec mean", "Word2Vec 平均"),
    "random vectors": ("random vectors", "随机向量"),
    "own plays": ("own plays", "自己的播放次数"),
    "own plays, recent first": ("own plays, recent first", "自己的播放次数（近期加权）"),
    "newest": ("newest first", "最新优先"),
    "clicks so far": ("all clicks so far", "累计点击"),
    "recent clicks": ("clicks of the last hours", "最近几小时的点击"),
    "EASE, nightly": ("EASE, fitted at midnight", "EASE（零点拟合）"),
    "EASE, hourly": ("EASE, fitted at the visit", "EASE（访问时拟合）"),
    "fresh, clicked": ("fresh and clicked", "新鲜度＋点击"),
    "with a random profile": ("the same + random profile", "同上＋随机画像"),
    "with a MiniLM profile": ("the same + MiniLM profile", "同上＋MiniLM 画像"),
    "with a section profile": ("the same + section profile", "同上＋版面画像"),
    "own taste": ("a profile from its own clicks", "由自己的点击得到的画像"),
    "two places open": ("the same, two places open", "同上，留出两个位置"),
    "labels of the recipe": ("labels of the recipe", "设定所用的标签"),
    "metre": ("metre", "拍号"),
    "single intervals": ("single intervals", "单个音程"),
    "runs of three intervals": ("runs of three intervals", "三个音程的片段"),
    "metre, runs of three": ("metre + runs of three intervals", "拍号＋三个音程的片段"),
    "outlet": ("outlet", "媒体"),
    "headline": ("headline", "标题"),
    "headline_zh": ("in Chinese", "中文意思"),
    "least cosine": ("least cosine", "最低余弦"),
    "precision": ("precision", "精确率"),
    "recall": ("recall", "召回率"),
    "weight of taste": ("weight of taste", "口味的权重"),
    "ranked": ("ranked", "排序依据"),
    "clicks a list": ("clicks a list", "每张列表的点击"),
    "read a list": ("read a list", "每张列表读完"),
    "by clicks": ("by clicks", "按点击"),
    "by reading": ("by articles read", "按读完"),
    "greedy, flat": ("greedy, flat start", "贪心，均匀起步"),
    "greedy, sections": ("greedy, start from sections", "贪心，从版面起步"),
    "thompson, flat": ("Thompson, flat start", "Thompson，均匀起步"),
    "thompson, sections": ("Thompson, start from sections", "Thompson，从版面起步"),
    "everything known": ("every chance known", "已知全部概率"),
})  # fmt: skip


# ---- Music


def scores(tunes: pd.DataFrame, quarters: float = 12.0) -> None:
    """The beginnings of melodies, one above the other: a bar for each note, as high as it sounds and as long.

    ``tunes`` has title, key, notes and lengths, as `recbook.load("tunes")`; ``quarters`` is how much of each is drawn.
    """
    drawn, panels = figure(8, 1.9 * len(tunes), rows=len(tunes), sharex=True, squeeze=False)
    told = []
    for axes, (_, tune) in zip(panels[:, 0], tunes.iterrows(), strict=True):
        start = np.cumsum(tune["lengths"]) - tune["lengths"]
        inside = start < quarters
        axes.barh(tune["notes"][inside], tune["lengths"][inside] * 0.92, left=start[inside], height=0.8, color=BLUE)
        axes.set_title(f"{tune['title']}  ({tune['key']})", fontsize=10, loc="left")
        axes.set_ylabel(phrase(en="pitch", zh="音高"))
        told.append(f"{tune['title']}: {' '.join(map(str, tune['notes'][inside][:12]))}")
    panels[-1, 0].set(xlim=(0, quarters), xlabel=phrase(en="time, in quarter notes", zh="时间（以四分音符计）"))
    drawn.suptitle(phrase(en="One shape at two heights", zh="形状相同，高度不同"))
    drawn.tight_layout()
    show(drawn, phrase(
        en=f"Piano rolls, one above the other; the first pitches as MIDI numbers. {'; '.join(told)}.",
        zh=f"上下排列的钢琴卷帘图；开头的音高（MIDI 编号）：{'；'.join(told)}。",
    ))  # fmt: skip


def partners(found: Mapping[str, Mapping[int, np.ndarray]], flat: Mapping[str, np.ndarray]) -> None:
    """How often a tune finds its namesake in the other book at once, by the length of a run.

    ``found[kind][n]`` and ``flat[kind]`` are ranks, int ``(pairs,)``, from 1; ``flat`` has no runs.
    """
    drawn, axes = figure(7, 3.6)
    told = []
    for (kind, ranks), colour, marker in zip(found.items(), CYCLE, "os^D", strict=False):
        share = [float(np.mean(of == 1)) for of in ranks.values()]
        ends_of = np.array([bootstrap(of == 1) for of in ranks.values()])
        axes.plot(list(ranks), share, marker=marker, color=colour, label=name(kind))
        axes.fill_between(list(ranks), *ends_of.T, color=colour, alpha=0.15, linewidth=0)
        told.append(f"{name(kind)}: " + ", ".join(f"{one:.2f}" for one in share))
    for (kind, of), style in zip(flat.items(), ("--", ":"), strict=False):
        axes.axhline(np.mean(of == 1), color="0.3", linestyle=style, label=name(kind))
        told.append(f"{name(kind)}: {np.mean(of == 1):.2f}")
    axes.set(ylim=(0, 1), xlabel=phrase(en="notes or steps in a run", zh="片段中音或音程的个数"))
    axes.set_xticks(sorted({n for ranks in found.values() for n in ranks}))
    axes.set_ylabel(phrase(en="namesake found first", zh="首位即为同名曲的比例"))
    axes.set_title(phrase(en="In another key only the steps are left", zh="换了调，只有音程不变"))
    axes.legend(frameon=False, fontsize=9, loc="upper left", bbox_to_anchor=(1.01, 1))
    drawn.tight_layout()
    show(drawn, phrase(
        en="Share of tunes whose namesake in another key comes first, by length of run: " + "; ".join(told) + ".",
        zh="另一个调上的同名曲排在首位的比例，按片段长度：" + "；".join(told) + "。",
    ))  # fmt: skip


def two_tasks(found: Mapping[str, Mapping[str, np.ndarray]]) -> None:
    """Models on two tasks: ``found[model]["all"]`` is NDCG@10 a listener, ``["new"]`` how many of ten are heard out."""
    heads = {
        "all": (phrase(en="whatever is played next", zh="接下来播放的任何曲子"), "NDCG@10"),
        "new": (
            phrase(en="only what is new to the listener", zh="只推荐没听过的曲子"),
            phrase(en="heard to the end, of ten", zh="十首中听完的首数"),
        ),
    }
    drawn, panels = figure(10, 1.2 + 0.42 * len(found), columns=2, sharey=True)
    told = []
    for axes, (task, (head, scale)) in zip(panels, heads.items(), strict=True):
        _dots(axes, {model: tasks[task] for model, tasks in found.items()})
        axes.set_title(head, fontsize=10)
        axes.set_xlabel(scale)
        axes.margins(x=0.1)
        told.append(f"{head} ({scale}): " + _means({model: tasks[task] for model, tasks in found.items()}))
    drawn.suptitle(phrase(en="Two tasks, two winners", zh="任务不同，胜者不同"))
    drawn.tight_layout()
    show(drawn, ". ".join(told) + ".")


def rhythm_guess(found: Mapping[str, np.ndarray], majority: float) -> None:
    """Right guesses of a tune's kind, ``found[features]`` bool ``(tunes,)``, beside always guessing the commonest."""
    drawn, axes = figure(7.5, 0.9 + 0.42 * len(found))
    _dots(axes, found)
    axes.axvline(majority, color=RED, linestyle="--", label=phrase(en="always the commonest", zh="总猜最常见的一类"))
    axes.set(xlim=(0, 1), xlabel=phrase(en="share of right guesses", zh="猜对的比例"))
    axes.set_title(phrase(en="Much of a tune's kind stands in its metre", zh="曲种的大部分信息就在拍号里"))
    axes.legend(frameon=False, fontsize=9, loc="upper left", bbox_to_anchor=(1.01, 1))
    drawn.tight_layout()
    show(drawn, phrase(
        en=f"Right guesses: {_means(found)}; always the commonest: {majority:.3f}.",
        zh=f"猜对的比例：{_means(found)}；总猜最常见的一类：{majority:.3f}。",
    ))  # fmt: skip


# ---- News


def ages(age: np.ndarray, clicks: np.ndarray, showings: np.ndarray) -> None:
    """Clicks per showing by an article's age: ``clicks`` and ``showings`` ``(bins,)`` at the ``age`` hours of each bin."""
    drawn, axes = figure(7, 3.2)
    rate = clicks / np.maximum(showings, 1)
    axes.bar(age, rate, width=0.85 * (age[1] - age[0]), color=BLUE)
    axes.set(xlabel=phrase(en="age of the article, hours", zh="文章发布后的小时数"))
    axes.set_ylabel(phrase(en="clicks per showing", zh="每次展示的点击数"))
    axes.set_title(phrase(en="News ages by the hour", zh="新闻一小时比一小时旧"))
    drawn.tight_layout()
    pairs = ", ".join(f"{hour:.0f} h: {one:.3f}" for hour, one in zip(age, rate, strict=True))
    show(drawn, phrase(en=f"Clicks per showing by age. {pairs}.", zh=f"按发布后的小时数，每次展示的点击数：{pairs}。"))


def policies(found: Mapping[str, np.ndarray]) -> None:
    """Expected clicks on a list of five, ``found[policy]`` ``(readers,)`` with NaN for who did not come."""
    drawn, axes = figure(8, 0.9 + 0.36 * len(found))
    _dots(axes, found)
    axes.set(xlim=(0, None), xlabel=phrase(en="expected clicks on a list of five", zh="五条列表的期望点击数"))
    axes.set_title(phrase(en="Fresh first, then taste", zh="先看新鲜，再看口味"))
    drawn.tight_layout()
    show(drawn, phrase(en=f"Expected clicks: {_means(found)}.", zh=f"期望点击数：{_means(found)}。"))


def price_of_opening(opened: Sequence[int], clicks: np.ndarray, sections: np.ndarray) -> None:
    """What places kept for other sections cost: mean ``clicks`` and number of ``sections`` a list, one a setting."""
    drawn, axes = figure(6.5, 3.4)
    axes.plot(sections, clicks, color=BLUE, marker="o")
    for places, x, y in zip(opened, sections, clicks, strict=True):
        axes.annotate(str(places), (x, y), textcoords="offset points", xytext=(6, 5))
    axes.set(xlabel=phrase(en="different sections in a list of five", zh="五条列表中不同版面的数目"))
    axes.set_ylabel(phrase(en="expected clicks", zh="期望点击数"))
    axes.set_title(phrase(en="A wider list has a price, and it is known", zh="列表变宽要付代价，代价可以量出"))
    axes.margins(0.1)
    drawn.tight_layout()
    told = "; ".join(f"{p}: {x:.2f}, {y:.3f}" for p, x, y in zip(opened, sections, clicks, strict=True))
    show(drawn, phrase(
        en=f"Places kept for other sections: sections in the list, expected clicks. {told}.",
        zh=f"留给其他版面的位置数：列表中的版面数、期望点击数。{told}。",
    ))  # fmt: skip


def chamber(found: Mapping[str, np.ndarray]) -> None:
    """How a list closes, day by day: ``found[rule]`` ``(days,)``, the share of its places with the reader's first section."""
    drawn, axes = figure(7.5, 3.2)
    told = []
    for (rule, share), colour, style in zip(found.items(), CYCLE, ("-", "--", ":"), strict=False):
        axes.plot(np.arange(1, len(share) + 1), share, color=colour, linestyle=style, label=name(rule))
        told.append(f"{name(rule)}: {share[0]:.2f} → {share[-5:].mean():.2f}")
    axes.set(ylim=(0, None), xlabel=phrase(en="day", zh="天"))
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_ylabel(phrase(en="places with the\nreader's first section", zh="最偏爱的版面\n所占位置"))
    axes.set_title(
        phrase(en="A list that learns from its own clicks closes", zh="只从自己的点击中学习，列表会越来越窄")
    )
    axes.legend(frameon=False, fontsize=9, loc="upper left", bbox_to_anchor=(1.01, 1))
    drawn.tight_layout()
    show(drawn, phrase(
        en=f"Share of places with the reader's first section, first day and last five days. {'; '.join(told)}.",
        zh=f"最偏爱的版面所占位置的比例，第一天和最后五天。{'；'.join(told)}。",
    ))  # fmt: skip


def front_page(found: Mapping[str, np.ndarray]) -> None:
    """Clicks lost on the front page: ``found[policy]`` ``(worlds, steps)``, cumulative regret."""
    drawn, axes = figure(7, 3.2)
    told = []
    for (policy, lost), colour, style in zip(found.items(), CYCLE, ("-", "--", ":", "-."), strict=False):
        axes.plot(lost.mean(axis=0), color=colour, linestyle=style, label=name(policy))
        told.append(f"{name(policy)}: {lost[:, -1].mean():.1f}")
    axes.set(xlabel=phrase(en="showings", zh="展示次数"), ylabel=phrase(en="clicks lost so far", zh="累计损失的点击"))
    axes.set_title(phrase(en="A story dies before it is known", zh="还没试清楚，新闻已经过期"))
    axes.legend(frameon=False, fontsize=9, loc="upper left", bbox_to_anchor=(1.01, 1))
    drawn.tight_layout()
    show(drawn, phrase(
        en=f"Clicks lost at the end: {'; '.join(told)}.", zh=f"到最后损失的点击：{'；'.join(told)}。"
    ))  # fmt: skip


def _dots(axes: Any, found: Mapping[str, np.ndarray]) -> None:
    """A dot with its 95 % interval for each key, the first on top."""
    places = np.arange(len(found))[::-1]
    mean = np.array([np.nanmean(values) for values in found.values()])
    low, high = np.array([bootstrap(values) for values in found.values()]).T
    axes.errorbar(mean, places, xerr=[mean - low, high - mean], fmt="o", color=BLUE, ecolor=GREY, capsize=3)
    axes.set_yticks(places, [name(key) for key in found])
    axes.set_ylim(-0.6, len(found) - 0.4)


def _means(found: Mapping[str, np.ndarray]) -> str:
    return "; ".join(
        f"{name(key)} {np.nanmean(values):.3f} ({ends(*bootstrap(values))})" for key, values in found.items()
    )
