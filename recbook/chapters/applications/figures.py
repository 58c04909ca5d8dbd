"""Figures of chapter 11."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from recbook.evaluation import bootstrap
from recbook.plots.base import BLUE, CYCLE, GREY, RED, add_words, ends, extremes, figure, name, show
from recbook.session import phrase

if TYPE_CHECKING:
    import pandas as pd

add_words({
    "shop": ("shop", "商店"),
    "music": ("music", "音乐"),
    "news": ("news", "新闻"),
    "own frequency": ("own frequency", "个人频率"),
    "recency frequency": ("own frequency, recent first", "个人频率（近期加权）"),
    "popularity, last weeks": ("popularity of the last 4 weeks", "最近四周的流行度"),
    "the next basket": ("the next basket", "下一篮"),
    "discovery": ("new to the household", "没有买过的商品"),
    "repeats kept": ("repeats kept", "保留复购"),
    "history masked": ("history masked", "屏蔽历史"),
    "character n-grams": ("pieces of 3 to 5 letters", "3 到 5 个字母的片段"),
    "MiniLM": ("MiniLM", "MiniLM"),
    "multilingual": ("multilingual E5", "多语言 E5"),
    "multilingual, capitals": ("multilingual encoder, products in capitals", "多语言编码器，商品名大写"),
    "multilingual, lower case": ("multilingual encoder, products in lower case", "多语言编码器，商品名小写"),
    "Chinese queries": ("Chinese queries", "中文查询"),
    "66 Chinese queries": ("66 Chinese queries", "66 条中文查询"),
    "world": ("world", "领域"),
    "repeats": ("repeats", "重复"),
    "half-life, days": ("half-life of an item, days", "物品的半衰期（天）"),
    "half-life of log": ("half-life ÷ length of the log", "半衰期 ÷ 日志长度"),
    "unknown": ("of the last tenth, on new items", "新物品占比（最后十分之一）"),
    "first try": ("begin with", "先试"),
    "text": ("text", "文本"),
    "text added": ("what text added", "文本的作用"),
    "fitting metric": ("the metric that fits", "合适的指标"),
    "trap": ("the trap", "陷阱"),
    "next basket, repeats kept": ("NDCG@10 of the next basket, repeats kept", "下一篮的 NDCG@10，保留复购"),
    "masking the history": ("masking the history", "屏蔽历史"),
    "what is played next, repeats kept": ("NDCG@10 of what is played next, repeats kept", "接下来播放什么的 NDCG@10，保留重复"),
    "a skip counted as a play": ("a skip counted as a play", "把跳过算成播放"),
    "hour by hour, in time": ("clicks a list, hour by hour", "每张列表的点击数，逐小时"),
    "a model fitted last night": ("a model fitted last night", "昨晚拟合的模型"),
    "66 English queries": ("66 English queries", "66 条英文查询"),
    "what is new to the user": ("NDCG@10 of what is new to the user", "用户没看过的电影的 NDCG@10"),
    "one sitting split in two": ("one sitting split in two", "把同一次会话切成两半"),
    "query": ("query", "查询"),
    "found first": ("found first", "排在最前的五个"),
    "features of a new product": ("features of a new product", "新商品的特征"),
    "random fifth": ("a random fifth hidden", "随机藏五分之一"),
    "truly new": ("first sold after week 30", "第 30 周后才上架"),
    "labels": ("department, category, type", "部门、大类、小类"),
    "labels, brand, size": ("all five labels", "全部五种标签"),
    "random vector a text": ("a random vector a text", "每段文字一个随机向量"),
    "random order": ("random order", "随机顺序"),
    "way": ("way", "办法"),
    "said": ("said to be one work", "判为同一作品"),
    "right": ("of them right", "其中正确"),
    "rule": ("rule: title without brackets, author", "规则：去掉括号的书名＋作者"),
    "NDCG, hidden works": ("NDCG@10, hidden works", "NDCG@10，隐藏的作品"),
    "random vector a book": ("a random vector a book", "每本书一个随机向量"),
    "publisher": ("publisher", "出版社"),
    "author": ("author", "作者"),
    "author, publisher": ("author, publisher", "作者、出版社"),
    "author, MiniLM": ("author, MiniLM of the title", "作者、书名的 MiniLM"),
    "words, title": ("words of the title", "书名的词"),
    "words, title and author": ("words of title and author", "书名和作者的词"),
    "MiniLM, title": ("MiniLM, title", "MiniLM，书名"),
    "MiniLM, title by author": ('MiniLM, "title by author"', "MiniLM，“书名 by 作者”"),
    "recency frequency + popularity": ("the same, with popularity", "同上，加流行度"),
    "recency frequency + EASE": ("the same, with EASE", "同上，加 EASE"),
    "EASE, log counts": ("EASE on counts", "EASE，读次数"),
    "universal": ("universal encoder, in NumPy", "通用句子编码器（NumPy）"),
    "Chinese titles found": ("Chinese titles found", "找到的中文片名"),
    "NDCG, hidden films": ("NDCG@10, hidden films", "NDCG@10，隐藏的电影"),
    "log, days": ("length of the log, days", "日志长度（天）"),
    "looks and quality agree": ("looks and quality agree", "好看与好用的一致程度"),
    "viewed": ("most viewed", "浏览最多"),
    "kept for later": ("most kept for later", "收藏最多"),
    "bought": ("most bought", "购买最多"),
    "bought of viewed": ("most bought of viewed", "购买与浏览之比最高"),
    "set 1": ("first set", "第一组"),
    "set 2": ("second set", "第二组"),
    "precision": ("precision", "精确率"),
    "recall": ("recall", "召回率"),
    "runs of notes": ("runs of notes", "音高片段"),
    "runs of intervals": ("runs of intervals", "音程片段"),
    "Word2Vec mean": ("Word2Vec mean", "Word2Vec 平均"),
    "random vectors": ("random vectors", "随机向量"),
    "own plays": ("own frequency", "个人频率"),
    "own plays, recent first": ("own frequency, recent first", "个人频率（近期加权）"),
    "newest": ("newest first", "最新优先"),
    "clicks so far": ("all clicks so far", "累计点击"),
    "recent clicks": ("clicks of the last hours", "最近几小时的点击"),
    "EASE, nightly": ("EASE, fitted at midnight", "EASE（零点拟合）"),
    "EASE, hourly": ("EASE, fitted at the visit", "EASE（访问时拟合）"),
    "fresh, clicked": ("fresh and clicked", "新鲜度＋点击"),
    "with EASE": ("the same + EASE", "同上＋EASE"),
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
    "weight of taste": ("weight of taste", "口味的权重"),
    "ranked": ("ranked", "排序依据"),
    "clicks a list": ("clicks a list", "每张列表的点击"),
    "read a list": ("read a list", "每张列表读完"),
    "by clicks": ("by clicks", "按点击"),
    "by reading": ("by articles read", "按读完"),
    "greedy, flat": ("greedy, flat start", "贪心，均匀起步"),
    "greedy, sections": ("greedy, start from sections", "贪心，从版面起步"),
    "thompson, flat": ("Thompson, flat start", "Thompson 采样，均匀起步"),
    "thompson, sections": ("Thompson, start from sections", "Thompson 采样，从版面起步"),
    "everything known": ("every chance known", "已知全部概率"),
})  # fmt: skip


def text_row(world: str, number: float) -> str:
    """What a text gave in a world, for the table of four; ``number`` is the chapter's own result."""
    return {
        "shop": phrase(
            en=f"search: {number:+.2f} NDCG over letters; new products: nothing over labels",
            zh=f"搜索：NDCG 与字母片段之差 {number:+.2f}；新商品：不比标签强",
        ),
        "films": phrase(
            en=f"search, also in Chinese: {number:.0f} of 50 titles; new films: as much as genres",
            zh=f"搜索，中文也行：50 个片名找到 {number:.0f} 个；新电影：与类型相当",
        ),
        "music": phrase(
            en=f"steps, not notes: {100 * number:.0f} percentage points more namesakes found (no text, but sound)",
            zh=f"用音程，不用音高：找到的同名曲多 {100 * number:.0f} 个百分点（不是文本，是声音）",
        ),
        "news": phrase(
            en=f"{number:+.2f} clicks a list over fresh and clicked; a random vector: see above",
            zh=f"每张列表与“新鲜度＋点击”相比 {number:+.2f} 次点击；随机向量见上",
        ),
    }[world]


Level = tuple[float, float, float]
"""A mean and the ends of its interval."""


def panels(levels: Mapping[str, Mapping[str, Level]], *, en: str = "", zh: str = "", mark: Sequence[str] = ()) -> None:
    """NDCG@10 of models side by side, a panel a task: dots with 95% intervals; those in ``mark`` in another colour."""
    names = list(dict.fromkeys(key for panel in levels.values() for key in panel))
    drawn, axes = figure(9.5, 1.0 + 0.42 * len(names), 1, len(levels), sharey=True)
    for one, (task, found) in zip(np.atleast_1d(axes), levels.items(), strict=True):
        for key, (mean, low, high) in found.items():
            place, colour = -names.index(key), RED if key in mark else BLUE
            one.errorbar(mean, place, xerr=[[mean - low], [high - mean]], fmt="o", color=colour, capsize=4)
            one.annotate(f"{mean:.3f}", (mean, place), (0, 6), textcoords="offset points", ha="center", fontsize=8)
        one.set_title(name(task), fontsize=10)
        one.set_xlim(left=0)
        one.margins(x=0.12)
        one.set_ylim(0.6 - len(names), 0.75)
        one.set_xlabel(phrase(en="NDCG@10 (95% interval)", zh="NDCG@10（95% 区间）"))
    np.atleast_1d(axes)[0].set_yticks(-np.arange(len(names)), [name(key) for key in names])
    drawn.suptitle(phrase(en=en, zh=zh))
    drawn.tight_layout()
    told = phrase(en="; ", zh="；").join(
        name(task) + phrase(en=": ", zh="：") + extremes({key: mean for key, (mean, *_) in found.items()})
        for task, found in levels.items()
    )
    show(
        drawn,
        phrase(en=f"Dots with intervals, NDCG@10. {told}.", zh=f"带区间的点图，NDCG@10。{told}。"),
        [{"way": name(key)} | {task: found[key][0] for task, found in levels.items() if key in found} for key in names],
    )  # fmt: skip


def household(products: Sequence[str], weeks: Sequence[np.ndarray], following: np.ndarray, cut: int) -> None:
    """A household's purchases of some products over the weeks, a row a product, most bought on top.

    ``following`` says which products are in the basket that comes next, after week ``cut``.
    """
    drawn, axes = figure(9, 0.9 + 0.34 * len(products))
    for place, (bought, again) in enumerate(zip(weeks, following, strict=True)):
        axes.plot(bought, np.full(len(bought), -place), "o", ms=5, color=BLUE)
        axes.plot(cut + 2, -place, "o", ms=9, mfc=RED if again else "white", mec=RED if again else GREY)
    axes.axvline(cut + 0.5, color="0.6", lw=1)
    axes.set_yticks(-np.arange(len(products)), [product.lower()[:34] for product in products], fontsize=8)
    axes.set(xlim=(0, cut + 4), xlabel=phrase(en="week; right of the line, the next basket", zh="周；竖线右边是下一篮"))
    axes.grid(axis="y", visible=False)
    axes.set_title(phrase(en="One household: what it bought often and lately, it buys again", zh="一户人家：买得多、最近还在买的，会再买"))  # fmt: skip
    hits = int(np.sum(following))
    show(drawn, phrase(
        en=f"Rows of dots: the weeks in which one household bought each of {len(products)} products. {hits} of them are in its next basket.",
        zh=f"一排排的点：一户人家在哪些周买了这 {len(products)} 种商品。其中 {hits} 种出现在下一篮里。",
    ))  # fmt: skip


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
        level = {model: float(np.nanmean(tasks[task])) for model, tasks in found.items()}
        told.append(f"{head}: {extremes(level)}")
    drawn.suptitle(phrase(en="Two tasks, two winners", zh="任务不同，胜者不同"))
    drawn.tight_layout()
    listed = phrase(en="; ", zh="；").join(told)
    show(
        drawn,
        phrase(en=f"Two panels of dots with intervals. {listed}.", zh=f"两幅带区间的点图。{listed}。"),
        [{"model": name(model)} | {head: _level(tasks[task]) for task, (head, _) in heads.items()} for model, tasks in found.items()],
    )  # fmt: skip


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
        en=f"Dots with intervals, share of right guesses: {_extremes(found)}; a line for always the commonest at {majority:.3f}.",
        zh=f"带区间的点图，猜对的比例：{_extremes(found)}；总猜最常见的一类画成直线，{majority:.3f}。",
    ), _levels(found))  # fmt: skip


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
    told = _extremes(found)
    show(
        drawn,
        phrase(en=f"Dots with intervals, expected clicks by {len(found)} rules: {told}.", zh=f"带区间的点图，{len(found)} 种排法的期望点击数：{told}。"),
        _levels(found),
    )  # fmt: skip


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
    axes.set_ylabel(phrase(en="places with the\nreader's first section", zh="最偏爱的版面所占位置"))
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


def _extremes(found: Mapping[str, np.ndarray]) -> str:
    return extremes({key: float(np.nanmean(values)) for key, values in found.items()})


def _levels(found: Mapping[str, np.ndarray]) -> list[dict[str, str]]:
    value = phrase(en="mean (95% interval)", zh="平均（95% 区间）")
    return [{"way": name(key), value: _level(values)} for key, values in found.items()]


def _level(values: np.ndarray) -> str:
    return f"{np.nanmean(values):.3f} ({ends(*bootstrap(values))})"
