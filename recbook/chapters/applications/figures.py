"""Figures of chapter 11: the shop, films and the table of four."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from recbook.plots.base import BLUE, GREY, RED, add_words, figure, name, show
from recbook.session import phrase

add_words({
    "shop": ("shop", "商店"),
    "music": ("music", "音乐"),
    "news": ("news", "新闻"),
    "own frequency": ("what was bought before", "以前买过什么"),
    "recency frequency": ("what was bought before, recent first", "以前买过什么，近期加权"),
    "popularity, last weeks": ("popularity of the last 4 weeks", "最近四周的流行度"),
    "popularity of the last hours": ("popularity of the last hours", "最近几小时的流行度"),
    "what follows what": ("what follows what", "什么接着什么"),
    "the next basket": ("the next basket", "下一篮"),
    "discovery": ("new to the household", "没有买过的商品"),
    "repeats kept": ("repeats kept", "保留复购"),
    "history masked": ("history masked", "屏蔽历史"),
    "character n-grams": ("pieces of 3 to 5 letters", "3 到 5 个字母的片段"),
    "MiniLM": ("MiniLM", "MiniLM"),
    "multilingual": ("multilingual E5", "多语言 E5"),
    "multilingual, capitals": ("multilingual encoder, products in capitals", "多语言编码器，商品名大写"),
    "multilingual, lower case": ("multilingual encoder, products in lower case", "多语言编码器，商品名小写"),
    "English queries": ("66 English queries", "66 条英文查询"),
    "Chinese queries": ("Chinese queries", "中文查询"),
    "66 Chinese queries": ("66 Chinese queries", "66 条中文查询"),
    "signal": ("signal", "信号"),
    "where": ("where it is real here", "本课程里的真实来源"),
    "says": ("says", "能说明"),
    "hides": ("hides", "说不清"),
    "world": ("world", "领域"),
    "repeats": ("repeats", "重复"),
    "half-life, days": ("half-life of an item, days", "物品的半衰期（天）"),
    "unknown": ("of the last tenth, on new items", "最后十分之一里，新物品上的"),
    "first try": ("begin with", "先试"),
    "text": ("text", "文本"),
    "text added": ("what text added", "文本的作用"),
    "fitting metric": ("the metric that fits", "合适的指标"),
    "trap": ("the trap", "陷阱"),
    "next basket, repeats kept": ("next basket, repeats kept", "下一篮，保留复购"),
    "masking the history": ("masking the history", "屏蔽历史"),
    "what is played next, repeats kept": ("what is played next, repeats kept", "接下来播放什么，保留重复"),
    "a skip counted as a play": ("a skip counted as a play", "把跳过算成播放"),
    "hour by hour, in time": ("hour by hour, in time", "按时间逐小时"),
    "testing on articles that are dead": ("testing on articles that are dead", "用已经过时的文章测试"),
    "what is new to the user": ("what is new to the user", "用户没看过的"),
    "one sitting split in two": ("one sitting split in two", "把同一次会话切成两半"),
    "query": ("query", "查询"),
    "found first": ("found first", "排在第一的"),
    "features of a new product": ("features of a new product", "新商品的特征"),
    "random fifth": ("a random fifth hidden", "随机藏五分之一"),
    "truly new": ("first sold after week 30", "第 30 周后才上架"),
    "labels": ("department, category, type", "部门、类别、品类"),
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
    "author, publisher, MiniLM": ("author, publisher, MiniLM", "作者、出版社、MiniLM"),
    "words, title": ("words of the title", "书名的词"),
    "words, title and author": ("words of title and author", "书名和作者的词"),
    "MiniLM, title": ("MiniLM, title", "MiniLM，书名"),
    "MiniLM, title by author": ('MiniLM, "title by author"', "MiniLM，“书名 by 作者”"),
    "recency frequency + popularity": ("the same, with popularity", "同上，加流行度"),
    "recency frequency + EASE": ("the same, with EASE", "同上，加 EASE"),
    "EASE, log counts": ("EASE on counts", "EASE，读次数"),
    "universal": ("universal encoder, in NumPy", "通用句子编码器（NumPy）"),
    "Chinese titles found": ("Chinese titles found", "找到的中文片名"),
    "penalty": ("penalty", "惩罚"),
    "log, days": ("length of the log, days", "日志长度（天）"),
    "looks and quality agree": ("looks and quality agree", "好看与好用的一致程度"),
    "viewed": ("most viewed", "浏览最多"),
    "kept for later": ("most kept for later", "收藏最多"),
    "bought": ("most bought", "购买最多"),
    "set 1": ("first set", "第一组"),
    "set 2": ("second set", "第二组"),
    "precision": ("precision", "精确率"),
    "recall": ("recall", "召回率"),
})  # fmt: skip


def text_row(world: str, number: float) -> str:
    """What a text gave in a world, for the table of four; ``number`` is the chapter's own result."""
    return {
        "shop": phrase(
            en=f"search: {number:+.2f} NDCG over letters; new products: nothing over labels",
            zh=f"搜索：NDCG 比字母片段高 {number:.2f}；新商品：不比标签强",
        ),
        "films": phrase(
            en=f"search, also in Chinese: {number:.0f} of 50 titles; new films: as much as genres",
            zh=f"搜索，中文也行：50 个片名找到 {number:.0f} 个；新电影：与类型相当",
        ),
    }[world]


Level = tuple[float, float, float]
"""A mean and the ends of its interval."""


def panels(levels: Mapping[str, Mapping[str, Level]], *, en: str, zh: str, mark: Sequence[str] = ()) -> None:
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
        one.margins(x=0.12, y=0.15)
        one.set_xlabel(phrase(en="NDCG@10 (95% interval)", zh="NDCG@10（95% 区间）"))
    np.atleast_1d(axes)[0].set_yticks(-np.arange(len(names)), [name(key) for key in names])
    drawn.suptitle(phrase(en=en, zh=zh))
    drawn.tight_layout()
    rows = "; ".join(
        f"{name(task)}: " + ", ".join(f"{name(key)} {one[0]:.3f}" for key, one in found.items())
        for task, found in levels.items()
    )
    show(drawn, phrase(en=f"Dots with intervals, NDCG@10. {rows}.", zh=f"带区间的点图，NDCG@10。{rows}。"))


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
