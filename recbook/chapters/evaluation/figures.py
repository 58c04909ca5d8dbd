"""Figures of chapter 09."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from recbook.plots.base import BLUE, CYCLE, GREY, ORANGE, RED, add_words, ends, figure, name, show
from recbook.session import phrase

if TYPE_CHECKING:
    from matplotlib.axes import Axes

add_words({
    "timestamp": ("time", "时间"),
    "precision": ("precision", "精确率"),
    "recall": ("recall", "召回率"),
    "item-kNN, last films": ("item-kNN, last films", "item-kNN（近期加权）"),
    "mean difference": ("mean difference", "平均差"),
    "SASRec": ("SASRec: identities", "SASRec：ID 嵌入"),
    "recall@10": ("recall@10", "召回率@10"),
    "metric": ("metric", "指标"),
    "by pencil": ("by pencil", "笔算"),
    "in code": ("in code", "代码"),
    "hit rate": ("hit rate", "命中率"),
    "reciprocal rank": ("reciprocal rank", "倒数排名"),
    "average precision": ("average precision", "平均精确率"),
    "graded NDCG": ("graded NDCG", "分级 NDCG"),
    "accuracy": ("accuracy", "准确率"),
    "precision@10": ("precision@10", "精确率@10"),
    "mrr@10": ("MRR@10", "MRR@10"),
    "coverage": ("coverage", "覆盖率"),
    "Gini index": ("Gini index", "基尼系数"),
    "novelty": ("novelty", "新颖性"),
    "diversity": ("diversity", "多样性"),
    "serendipity": ("serendipity", "惊喜度"),
    "miscalibration": ("miscalibration", "失准度"),
    "popularity lift": ("popularity lift", "热度提升"),
    "F": ("F", "女"),
    "M": ("M", "男"),
    "F − M": ("F − M", "女 − 男"),
    "F − M, like histories": ("F − M, like histories", "女 − 男，历史长度相近"),
    "random split": ("random split", "随机划分"),
    "split by time": ("split by time", "按时间划分"),
    "only the past": ("only the past", "只用过去"),
    "as many, also later": ("as many ratings, also later ones", "评分同样多，含后来的"),
    "all but the hidden film": ("all but the hidden film", "留出的电影以外的全部"),
    "model, NDCG@10": ("model, NDCG@10", "模型（NDCG@10）"),
    "highest number last": ("the highest film number is the last", "编号最大的算最后"),
    "lowest number last": ("the lowest film number is the last", "编号最小的算最后"),
    "file order": ("file order (the course’s rule)", "文件顺序（课程的规则）"),
    "at random, 20 seeds": ("at random (range of 20 seeds)", "随机（20 个种子的范围）"),
    "popularity, NDCG@10": ("popularity, NDCG@10", "流行度（NDCG@10）"),
    "ties by film number": ("ties by number", "按编号处理并列"),
    "ranked among": ("ranked among", "对手范围"),
    "all films": ("all films", "全部电影"),
    "100 random films": ("100 random films", "100 部随机电影"),
    "EASE, last three films": ("EASE, half-life one film", "EASE，半衰期一部"),
    "100 sampled films": ("100 random rivals", "只排 100 个随机物品"),
    "history not masked": ("history not masked", "没有屏蔽历史"),
    "tuned on test": ("tuned on test", "在测试集上调参"),
    "best of three seeds": ("best of three seeds", "三个种子取最好"),
    "another paper's protocol": ("another paper’s protocol", "另一篇论文的协议"),
    "the same film twice": ("the same thing twice", "同一物品出现两次"),
    "the page's order": ("all users → the last group", "全部用户 → 最晚的一组"),
    "a minute": ("within a minute", "一分钟之内"),
    "to an hour": ("a minute to an hour", "一分钟到一小时"),
    "later": ("later", "更晚"),
    "two weeks": ("a week to two weeks", "一周到两周"),
    "a week": ("within a week", "一周之内"),
    "users": ("users", "用户"),
    "as it is": ("as it is", "原来的顺序"),
    "dealt out within a second": ("dealt out anew within a second", "同一秒之内重新排列"),
    "dealt out within a sitting": ("dealt out anew within a sitting", "同一次之内重新排列"),
    "the same second": ("the same second", "同一秒"),
    "model and order": ("model and order", "模型与顺序"),
    "time between two ratings": ("time between two ratings", "两条评分的间隔"),
    "one after the other": ("one after the other", "前后相接的两部"),
    "two at random": ("two of the user at random", "同一用户随机的两部"),
    "EASE, last products": ("EASE, last products", "EASE（近期加权）"),
    "the films": ("Films (MovieLens-100K)", "电影（MovieLens-100K）"),
    "the shop": ("Shop (groceries)", "商店（食品杂货）"),
    "own frequency": ("own frequency", "个人频率"),
    "what is asked": ("NDCG@10 of", "NDCG@10"),
    "anything": ("anything in the next basket", "下一篮里的任何商品"),
    "new only": ("what is new to the household", "这户没买过的商品"),
    "which world": ("world", "数据"),
    "no twins": ("no twins", "没有副本"),
    "with twins": ("with twins", "有副本"),
    "paper": ("paper", "论文"),
    "seed 0": ("seed 0", "种子 0"),
    "seed 1": ("seed 1", "种子 1"),
    "seed 2": ("seed 2", "种子 2"),
    "pair": ("pair", "模型对"),
    "paired": ("paired", "配对"),
    "unpaired": ("unpaired", "非配对"),
    "correlation": ("correlation", "相关系数"),
    "EASE, NDCG@10": ("EASE, NDCG@10", "EASE（NDCG@10）"),
    "like histories": ("like histories", "历史长度相近"),
    "correction": ("correction", "校正"),
    "uncorrected": ("uncorrected", "未校正"),
    "standard error from users": ("standard error from users", "用户带来的标准误"),
    "standard deviation over seeds": ("standard deviation over seeds", "种子间的标准差"),
    "EASE − item-kNN": ("EASE − item-kNN", "EASE − item-kNN"),
    "EASE, last films − EASE": ("EASE, last films − EASE", "EASE（近期加权）− EASE"),
    "candidate": ("candidate", "候选"),
    "most clicked": ("most clicked", "点击最多"),
    "taste, new films too": ("taste, new films too", "口味，含新片"),
    "mean weight": ("mean weight", "平均权重"),
    "taste": ("taste", "口味"),
    "offline: clicks met": ("offline: clicks met", "离线：命中的点击"),
    "online: clicks per list, true": ("online: expected clicks per list", "在线：每份列表的期望点击数"),
    "true value": ("true value", "真实价值"),
    "IPS, at most 30": ("IPS, at most 30", "IPS（权重截断到 30）"),
    "IPS, at most 10": ("IPS, at most 10", "IPS（权重截断到 10）"),
    "length of the list": ("length of the list", "列表长度"),
})  # fmt: skip

MARKS = "os^Dv*Pph"
BETTER = {"miscalibration": -1}  # the good side: up unless said


def beyond_accuracy(accuracy: Mapping[str, float], described: Mapping[str, Mapping[str, float]]) -> None:
    """NDCG@10 of each model against what else was measured of its lists, a panel each."""
    measures = list(next(iter(described.values())))
    drawn, grid = figure(11, 6.2, rows=2, columns=3)
    for axes, measure in zip(grid.flat, measures, strict=False):
        for place, model in enumerate(described):
            axes.plot(accuracy[model], described[model][measure], MARKS[place], color=CYCLE[place % len(CYCLE)],
                      ms=8, ls="", label=name(model))  # fmt: skip
        axes.set_title(f"{name(measure)}{_good_side(measure)}", fontsize=11)
        axes.set_xlabel("NDCG@10")
        axes.margins(0.15)
    for axes in grid.flat[len(measures) :]:
        axes.axis("off")
    handles, labels = grid.flat[0].get_legend_handles_labels()
    grid.flat[-1].legend(handles, labels, frameon=False, loc="center")
    drawn.suptitle(phrase(en="Among trained models coverage, novelty and serendipity mostly rise with NDCG@10, diversity falls", zh="在训练出来的模型中，覆盖率、新颖性和惊喜度大体随 NDCG@10 上升，多样性下降"))  # fmt: skip
    drawn.tight_layout()
    told = phrase(en=", ", zh="、").join(name(measure) for measure in measures)
    show(drawn, phrase(en=f"{len(measures)} panels of dots, one dot for each of {len(described)} models: {told} against NDCG@10. Coverage, novelty and serendipity mostly rise with it, diversity falls.",
                       zh=f"{len(measures)} 幅散点图，{len(described)} 个模型各一点：{told}，横轴是 NDCG@10。覆盖率、新颖性和惊喜度大体随它上升，多样性下降。"))  # fmt: skip


def _good_side(measure: str) -> str:
    if BETTER.get(measure, 1) > 0:
        return phrase(en=" (up is good)", zh="（越高越好）")
    return phrase(en=" (down is good)", zh="（越低越好）")


def trade_off(curve: Mapping[float, tuple[float, float]]) -> None:
    """What re-ranking gives and takes: (NDCG@10, miscalibration) by the weight of calibration."""
    points = np.array(list(curve.values()))
    drawn, axes = figure(6.5, 3.8)
    axes.plot(points[:, 1], points[:, 0], "o-", color=BLUE)
    for weight, (accuracy, far) in curve.items():
        axes.annotate(f"λ = {weight:g}", (far, accuracy), (5, -15), textcoords="offset points", fontsize=9)
    axes.margins(0.15)
    axes.set_ylim(bottom=0)
    axes.set_xlabel(phrase(en="miscalibration (left is closer to the history)", zh="失准度（越靠左越接近历史）"))
    axes.set_ylabel("NDCG@10")
    axes.set_title(phrase(en="Calibration: at first hardly any NDCG is lost, then more and more", zh="校准：起初 NDCG 几乎没有损失，后来损失越来越大"))  # fmt: skip
    told = "; ".join(f"λ = {weight:g}: {accuracy:.3f}, {far:.2f}" for weight, (accuracy, far) in curve.items())
    show(drawn, phrase(en=f"A curve of NDCG@10 against miscalibration; it falls towards the left. {told}.",
                     zh=f"NDCG@10 随失准度变化的曲线，越靠左越低。{told}。"))  # fmt: skip


def sampled_view(n_others: int, n_sampled: int = 100, k: int = 10) -> None:
    """The chance that a film at each place of the full ranking gets into the top ``k`` among ``n_sampled`` others."""
    from scipy.stats import hypergeom

    places = np.unique(np.round(np.geomspace(1, n_others, 300)).astype(int))
    chance = hypergeom.cdf(k - 1, n_others, places - 1, n_sampled)  # of the others places - 1 stand above
    half = int(places[chance >= 0.5][-1])
    drawn, axes = figure(7, 3.6)
    axes.plot(
        places, places <= k, "--", drawstyle="steps-mid", color=RED, lw=2, label=phrase(en="all films", zh="全量排序")
    )
    sampled = phrase(en=f"{n_sampled} random others", zh=f"{n_sampled} 部随机抽取的电影")
    axes.plot(places, chance, color=BLUE, lw=2, label=sampled)
    axes.set_xscale("log")
    axes.plot(half, 0.5, "o", color=BLUE)
    axes.annotate(str(half), (half, 0.5), (6, 4), textcoords="offset points")
    axes.set_xlabel(
        phrase(en="true place of the hidden film (logarithmic)", zh="留出的电影在全部电影中的真实位置（对数刻度）")
    )
    axes.set_ylabel(phrase(en=f"chance of a hit@{k}", zh=f"命中前 {k} 的概率"))
    axes.set_title(phrase(en=f"Among {n_sampled} random films true place {half} gets into the first {k} half of the time", zh=f"只与 {n_sampled} 部随机电影比，真实第 {half} 位也有一半的机会进前 {k}"))  # fmt: skip
    axes.legend(frameon=False)
    show(
        drawn,
        phrase(
            en=f"Two falling curves by true place: over all films the hit ends at place {k}; among {n_sampled} random films the chance is one half at place {half}.",
            zh=f"随真实位置下降的两条曲线：全量排序的命中止于第 {k} 位；在 {n_sampled} 部随机电影中，第 {half} 位仍有一半的概率命中。",
        ),
    )


def where_the_future_leaks(hidden: Mapping[str, int], n: int) -> None:
    """One user's ``n`` ratings from the oldest to the newest, a row a split: what it hides, and what it lets be known.

    ``hidden`` maps a split to the place, counted from 0, of the rating that it hides.
    """
    drawn, axes = figure(9, 0.9 + 0.75 * len(hidden))
    for row, place in enumerate(hidden.values()):
        at = np.arange(n)
        axes.plot(at[at < place], np.full(place, -row), "o", color=BLUE, ms=9)
        axes.plot(at[at > place], np.full(n - 1 - place, -row), "s", color=ORANGE, ms=9)
        axes.plot(place, -row, "o", mfc="none", mec=RED, mew=2.5, ms=15)
    axes.plot([], [], "o", color=BLUE, ms=9, label=phrase(en="known, from before", zh="已知，在此之前"))
    axes.plot([], [], "s", color=ORANGE, ms=9, label=phrase(en="known, from the future", zh="已知，来自未来"))
    axes.plot(
        [], [], "o", mfc="none", mec=RED, mew=2.5, ms=12, label=phrase(en="hidden, to be found", zh="留出的目标电影")
    )
    axes.set_yticks(-np.arange(len(hidden)), [name(split) for split in hidden])
    axes.set_ylim(0.5 - len(hidden), 0.5)
    axes.set_xticks([0, n - 1], [phrase(en="oldest", zh="最早"), phrase(en="newest", zh="最新")])
    axes.set_xlabel(phrase(en="one user’s ratings in order of time", zh="一位用户的评分，按时间排列"))
    axes.set_title(phrase(en="A random split shows the model what came after the film that it is asked for", zh="随机划分让模型看到了目标电影之后的评分"))  # fmt: skip
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    told = phrase(en="; ", zh="；").join(phrase(en=f"{name(split)}: {place} known before the hidden one, {n - 1 - place} after it", zh=f"{name(split)}：留出的一部之前已知 {place} 部，之后已知 {n - 1 - place} 部") for split, place in hidden.items())  # fmt: skip
    show(drawn, phrase(en=f"A user’s {n} ratings as dots in a row, one ring for the hidden one. {told}.", zh=f"一位用户的 {n} 条评分排成一行，圆圈是留出的一条。{told}。"))  # fmt: skip


def before_after(worlds: Mapping[str, Mapping[str, tuple[float, float]]]) -> None:
    """A panel a world ("films", "shop"), a row a trick: NDCG@10 as reported, and by this chapter's protocol."""
    rows = list(next(iter(worlds.values())))
    drawn, grid = figure(12.5, 1.6 + 0.45 * len(rows), columns=len(worlds), squeeze=False)
    for axes, (world, found) in zip(grid[0], worlds.items(), strict=True):
        _arrows(axes, found)
        axes.set_yticks(-np.arange(len(rows)), [name(key) for key in rows] if axes is grid[0][0] else [""] * len(rows))
        axes.set_title(name(f"the {world}"), fontsize=11)
    handles, labels = grid[0][0].get_legend_handles_labels()
    drawn.legend(handles, labels, frameon=False, loc="lower center", ncols=2)
    drawn.suptitle(phrase(en="Nine ways: what each does to one number", zh="九种做法：每种把一个数变成多少"))  # fmt: skip
    drawn.tight_layout(rect=(0, 0.05, 1, 1))
    colon, between = phrase(en=": ", zh="："), phrase(en="; ", zh="；")
    most = between.join(
        f"{name(f'the {world}')}{colon}" + _furthest(found) for world, found in worlds.items()
    )  # fmt: skip
    show(
        drawn,
        phrase(en=f"Pairs of dots, a row a trick: NDCG@10 as reported, and by this chapter’s protocol. Furthest off, {most}.",
               zh=f"成对的点，每种做法一行：报告的 NDCG@10，与按本章的协议得到的。相差最远的，{most}。"),
        [{phrase(en="trick", zh="做法"): name(key)} | {name(f"the {world}"): "{:.3f} → {:.3f}".format(*found[key]) for world, found in worlds.items()}
         for key in rows],
    )  # fmt: skip


def _furthest(found: Mapping[str, tuple[float, float]]) -> str:
    """The row whose two numbers lie furthest apart, with both."""
    key = max(found, key=lambda key: abs(found[key][0] - found[key][1]))
    return "{} {:.3f} → {:.3f}".format(name(key), *found[key])


def _arrows(axes: Axes, found: Mapping[str, tuple[float, float]]) -> None:
    rows, ticks = -np.arange(len(found)), [0.01, 0.02, 0.05, 0.1, 0.2, 0.5]
    before, after = np.array(list(found.values())).T
    for row, one, two in zip(rows, before, after, strict=True):
        axes.annotate(
            "", (two, row), (one, row), arrowprops={"arrowstyle": "->", "color": GREY, "lw": 1.5, "shrinkB": 6}
        )
        axes.annotate(f"{one:.3f} → {two:.3f}", (1.02, row), xycoords=("axes fraction", "data"), va="center", fontsize=9)  # fmt: skip
    axes.plot(before, rows, "o", mfc="none", mec=RED, mew=2, ms=10, label=phrase(en="as reported", zh="报告的数"))
    axes.plot(after, rows, "s", color=BLUE, ms=6, label=phrase(en="by this chapter’s protocol", zh="按本章的协议"))
    axes.set_xscale("log")
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.margins(y=0.1)
    axes.set_xlabel(phrase(en="NDCG@10 (logarithmic)", zh="NDCG@10（对数刻度）"))


def by_delay(found: Mapping[str, Mapping[str, Mapping[str, Sequence[float]]]]) -> None:
    """A model's lead by how long a user stayed away: one panel a log, one group of intervals a delay.

    ``found`` maps the log ("films", "shop") to the delays, these to the models, and these to mean, low and high of the
    difference to popularity.
    """
    titles = {
        "films": phrase(en="Films: NDCG@10 minus popularity", zh="电影：NDCG@10 减去流行度"),
        "shop": phrase(
            en="Shop: NDCG@10 minus the last four weeks (a finer scale)",
            zh="商店：NDCG@10 减去最近四周的流行度（刻度更细）",
        ),
    }
    drawn, grid = figure(11, 3.8, columns=len(found), squeeze=False)
    for axes, (log, delays) in zip(grid[0], found.items(), strict=True):
        _leads(axes, delays)
        axes.set_title(titles[log], fontsize=11)
    drawn.suptitle(phrase(en="Films: among those who came back later popularity led EASE; in the shop no such turn is seen", zh="电影：隔了很久才回来的用户，流行度领先 EASE；商店里看不到这样的反转"))  # fmt: skip
    drawn.tight_layout()
    away, log_of = phrase(en="time since the last visit", zh="离上次多久"), phrase(en="log", zh="日志")
    show(
        drawn,
        phrase(en="Two panels, films and a shop: each model’s NDCG@10 less popularity’s, with intervals, by the time since the last visit. Films: the lead shrinks from a minute on, and EASE’s turns negative; the shop: near 0 throughout.",
               zh="两幅图，电影与商店：各模型的 NDCG@10 与流行度之差及其区间，按离上次多久分组。电影：时间越长领先越小，EASE 变为落后；商店：始终接近 0。"),
        [{log_of: titles[log], away: name(delay), "model": name(model), "mean": f"{mean:+.3f}".replace("-", "−"), phrase(en="95% interval", zh="95% 区间"): ends(low, high, sign=True)}
         for log, delays in found.items() for delay, of in delays.items() for model, (mean, low, high) in of.items()],
    )  # fmt: skip


def _leads(axes: Axes, delays: Mapping[str, Mapping[str, Sequence[float]]]) -> None:
    models = list(next(iter(delays.values())))
    for place, model in enumerate(models):
        mean, low, high = np.array([of[model] for of in delays.values()]).T
        at = np.arange(len(delays)) + 0.16 * (place - (len(models) - 1) / 2)
        axes.errorbar(at, mean, yerr=[mean - low, high - mean], fmt=MARKS[place], color=CYCLE[place], capsize=3,
                      label=name(model))  # fmt: skip
    axes.axhline(0, color=GREY, lw=1)
    axes.set_xticks(range(len(delays)), [name(delay) for delay in delays])
    axes.legend(frameon=False, fontsize=8)


def power_curves(sizes: Sequence[int], curves: Mapping[str, Sequence[float]], here: int) -> None:
    """The chance of showing a true difference, by the number of users, for some pairs of models."""
    drawn, axes = figure(7, 3.6)
    told = []
    for place, (key, chances) in enumerate(curves.items()):
        axes.plot(sizes, chances, "o-" if place == 0 else "s--", color=CYCLE[place], lw=2, label=name(key))
        told.append(f"{name(key)}: {chances[0]:.2f} → {chances[-1]:.2f}")
    axes.axhline(0.8, color=GREY, lw=1, ls=":")
    axes.axvline(here, color=GREY, lw=1)
    axes.annotate(phrase(en=f"{here} users", zh=f"{here} 位用户"), (here, 0.97), (4, 0), textcoords="offset points", fontsize=9)  # fmt: skip
    axes.set_xscale("log")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.minorticks_off()
    axes.set_ylim(0, 1.03)
    axes.set_xlabel(phrase(en="users (logarithmic)", zh="用户数（对数刻度）"))
    axes.set_ylabel(phrase(en="chance of showing it", zh="测得出来的概率"))
    axes.set_title(phrase(en=f"A true difference of 0.005 NDCG@10 is mostly missed by {here} users", zh=f"真实存在的 0.005 NDCG@10 之差，{here} 位用户多半测不出来"))  # fmt: skip
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    listed = "; ".join(told)
    show(drawn, phrase(en=f"Rising curves of power from {sizes[0]} to {sizes[-1]:,} users. {listed}.",
                     zh=f"从 {sizes[0]} 到 {sizes[-1]:,} 位用户，功效上升的曲线。{listed}。"))  # fmt: skip


def clipping(found: Mapping[str, Sequence[float]], truth: float, logged: float) -> None:
    """Estimates of one policy from many logs, a row for each way of estimating; the truth as a line."""
    drawn, axes = figure(8, 1.3 + 0.45 * len(found))
    told = []
    for place, (key, values) in enumerate(found.items()):
        axes.plot(values, np.full(len(values), -place), "|", color=BLUE, ms=10, alpha=0.6)
        axes.plot(np.mean(values), -place, "D", color=ORANGE, ms=7)
        told.append(f"{name(key)} {np.mean(values):.3f} ({min(values):.3f}–{max(values):.3f})")
    axes.axvline(truth, color=RED, lw=2, label=phrase(en="true value", zh="真实价值"))
    axes.axvline(logged, color=GREY, lw=1.5, ls="--", label=phrase(en="the old policy", zh="旧策略"))
    axes.set_yticks(-np.arange(len(found)), [name(key) for key in found])
    axes.margins(y=0.15)
    axes.set_xlabel(phrase(en="clicks per visit (a stroke is a log, the diamond their mean)", zh="每次访问的点击数（每条短线是一份日志，菱形是平均）"))  # fmt: skip
    axes.set_title(phrase(en="Clipping: steadier, and further off", zh="截断：更稳，也更偏"))
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    listed = "; ".join(told)
    show(drawn, phrase(en=f"Strokes for estimates; true value {truth:.3f}. Means and ranges: {listed}.",
                     zh=f"短线是各次估计；真实价值 {truth:.3f}。平均与范围：{listed}。"))  # fmt: skip
