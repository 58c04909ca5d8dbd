"""Figures of chapter 10."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from recbook.plots.base import BLUE, CYCLE, RED, add_words, extremes, figure, highest, name, show, show_moving
from recbook.plots.common import hidden_sets
from recbook.session import phrase

add_words({
    "rank": ("rank", "名次"),
    "age": ("age", "年龄"),
    "gender": ("gender", "性别"),
    "occupation": ("occupation", "职业"),
    "features of": ("features of", "特征"),
    "NDCG@10, hidden films": ("NDCG@10, hidden films", "NDCG@10，隐藏的电影"),
    "dropout of factors": ("dropout of factors", "因子的丢弃率"),
    "user A": ("user A", "用户 A"),
    "user D": ("user D", "用户 D"),
    "inner set 0": ("inner set 0", "内层第 0 组"),
    "inner set 1": ("inner set 1", "内层第 1 组"),
    "inner set 2": ("inner set 2", "内层第 2 组"),
    "settings tried": ("settings tried", "试过的参数"),
    "penalty chosen, sets 0 to 4": ("penalty chosen, sets 0 to 4", "选出的正则化系数，第 0 到 4 组"),
    "genres + decade": ("genres + decade", "类型＋年代"),
    "title (year)": ("title (year)", "片名（年份）"),
    "title (year) + genres + decade": ("title (year) + genres + decade", "片名（年份）＋类型＋年代"),
    "both: tastes": ("both: tastes", "两者：主要偏好方向"),
    "both: tower, 48 settings": ("both: tower, 48 settings", "两者：双塔，48 组参数"),
    "both: EASE's columns": ("both: EASE's columns", "两者：EASE 的列"),
    "genres + decade: EASE's columns": ("genres + decade: EASE's columns", "类型＋年代：EASE 的列"),
    "title (year): EASE's columns": ("title (year): EASE's columns", "片名（年份）：EASE 的列"),
    "Gaussian kernels, EASE's columns": ("Gaussian kernels, EASE's columns", "高斯核，EASE 的列"),
    "Gaussian kernels, tastes, evened, lifted": (
        "Gaussian kernels, tastes, evened, lifted",
        "高斯核，主要偏好方向，频次校正，流行度加权",
    ),
    "target of a rating below 4": ("target of a rating below 4", "低于 4 的评分的目标值"),
    "ratings alone": ("ratings alone", "只靠评分"),
    "content, then ratings": ("content, then ratings", "内容与评分混合"),
    "start from content": ("start from content", "内容先验"),
    "content, dealt out wrongly": ("the same, dealt out wrongly", "同样的猜测，随机错配"),
    "the same, genres + year only": ("the same, genres + year only", "同样的模型，只用类型＋年份"),
    "the same, title (year) only": ("the same, title (year) only", "同样的模型，只用片名（年份）"),
    "less genres + decade": ("less genres + decade", "与“类型＋年代”之差"),
    "sets won of 5": ("sets won of 5", "5 组中胜出"),
    "offset": ("offset", "偏移"),
    "NDCG@10, new among all": ("NDCG@10, new among all", "NDCG@10，新电影在全部电影中"),
    "places for new films": ("places for new films", "新电影占的位置"),
    "shuffled": ("shuffled title vectors", "打乱的片名向量"),
    "invented titles": ("invented titles", "编造的片名"),
    "before 1980": ("AUC, before 1980", "AUC，1980 年以前"),
    "1980 to 1992": ("AUC, 1980 to 1992", "AUC，1980 到 1992 年"),
    "from 1993": ("AUC, from 1993", "AUC，1993 年起"),
    "source": ("source", "来源"),
    "profile": ("profile", "画像"),
    "critics": ("critics", "影评人"),
    "best of genre, decade": ("best of genre and decade", "各类型与各年代的最佳"),
    "NDCG@10, new users": ("NDCG@10, new users", "NDCG@10，新用户"),
    "less popularity": ("less popularity", "与流行度之差"),
    "EASE, users with a like": ("EASE, users with a like only", "EASE，只计有“喜欢”记录的用户"),
    "content, users with a like": ("content, users with a like only", "内容，只计有“喜欢”记录的用户"),
    "blend": ("blend of prior and history", "先验与历史的混合"),
    "known ratings": ("known ratings", "已知评分数"),
    "best single source": ("best single source", "最好的单一来源"),
    "its NDCG@10": ("its NDCG@10", "该来源的 NDCG@10"),
    "blend less the best": ("blend less the best", "混合与最好的之差"),
    "NDCG@10, new users and films": ("NDCG@10, new users and films", "NDCG@10，新用户与新电影"),
    "error on known films": ("error on known films", "已知电影上的误差"),
    "greedy": ("greedy", "贪心"),
    "all heavy raters": ("all with 100 ratings", "评分满 100 条的用户"),
    "thompson": ("Thompson", "Thompson"),
    "ucb": ("UCB", "UCB"),
    "flat start": ("flat start", "均匀先验"),
    "start from old films": ("start from old films", "老片先验"),
    "film": ("film", "电影"),
    "guessed likes": ("guessed likes", "由文本猜测的“喜欢”数"),
    "real likes": ("real likes", "实际的“喜欢”数"),
    "chapter": ("chapter", "章"),
    "texts of": ("titles", "片名"),
    "learns from": ("learns from", "学习的对象"),
    "twins": ("copies", "重复条目"),
    "twins stay": ("left in", "保留"),
    "merged": ("merged", "合并"),
    "twins out": ("left out", "去掉"),
    "repaired": ("repaired", "修复后"),
    "as they are": ("as they are", "原样"),
    "centred, length 1": ("centred, length 1", "中心化，长度为 1"),
    "likes of rated films": ("likes, films with a rating", "“喜欢”，有评分的电影"),
    "likes of liked films": ("likes, films with a like", "“喜欢”，有人喜欢的电影"),
    "watched or not": ("rated or not", "评过与否"),
    "likes, the rest 0.3": ("likes, other ratings 0 or 0.3", "“喜欢”，其余评分取 0 或 0.3"),
    "chosen": ("chosen, nested", "嵌套选择"),
    "NDCG@10, inner hidden sets": ("NDCG@10, inner hidden sets", "NDCG@10，内层隐藏集"),
    "users without a like": ("users without a like", "没有“喜欢”记录的用户"),
    "epsilon": ("epsilon-greedy", "ε-贪心"),
    "decade": ("decade alone", "只有年代"),
    "random vector a title": ("a random vector a title", "每个片名一个随机向量"),
    "films": ("films", "电影"),
    "products": ("products", "商品"),
    "items": ("items", "物品"),
    "number": ("number", "数目"),
    "different texts": ("different texts", "不同的文本"),
    "hidden items with the text of a visible one": (
        "hidden items with the text of a visible one",
        "与可见物品文本相同的隐藏物品",
    ),
    "random order": ("random order", "随机顺序"),
    "department": ("department", "部门"),
    "labels": ("department, category, type", "部门、大类、小类"),
    "labels, brand, size": ("all five labels", "全部五种标签"),
    "random vector a text": ("a random vector a text", "每段文字一个随机向量"),
    "labels, MiniLM": ("department, category, type + MiniLM", "部门、大类、小类＋MiniLM"),
    "labels, words": ("department, category, type + words", "部门、大类、小类＋词"),
    "labels, brand, size, MiniLM": ("all five labels + MiniLM", "全部五种标签＋MiniLM"),
})  # fmt: skip

STYLES = ("-", "--", ":", "-.")


def methods_on_sets(found: Mapping[str, np.ndarray]) -> None:
    """Content models side by side: ``found[way]`` is ``(sets, users)``, NaN for a user with nothing to find."""
    hidden_sets(
        found,
        title=phrase(
            en="Among content models the sets differ more than the models",
            zh="在内容模型之中，隐藏集之间的差别大于模型之间的差别",
        ),
    )


def title_controls(found: Mapping[str, np.ndarray]) -> None:
    """The title's vector beside its controls, as in `methods_on_sets`."""
    hidden_sets(found, title=phrase(en="What is lost without the film's own name", zh="换掉电影自己的片名，损失多少"))


def new_products(found: Mapping[str, Mapping[str, Any]]) -> None:
    """A shop's hidden products: a panel for each way of hiding, a dot with its 95 % interval for each kind of features.

    ``found[way]["models"][features]`` has "ndcg" and "interval", as `experiments/new_products.py` stores them.
    """
    heads = {
        "random": phrase(en="a fifth of the products hidden", zh="藏起五分之一的商品"),
        "types": phrase(en="a fifth of the types hidden", zh="藏起五分之一的小类"),
        "categories": phrase(en="a fifth of the categories hidden", zh="藏起五分之一的大类"),
    }
    keys = list(next(iter(found.values()))["models"])
    drawn, panels = figure(11, 0.9 + 0.4 * len(keys), columns=len(found), sharex=True, sharey=True)
    told, numbers = [], {}
    for axes, (way, one) in zip(np.atleast_1d(panels), found.items(), strict=True):
        values = [(one["models"][key]["ndcg"], *one["models"][key]["interval"]) for key in keys]
        for place, (key, (mean, low, high)) in enumerate(zip(keys, values, strict=True)):
            colour = RED if key.startswith("random") else BLUE
            axes.errorbar(mean, -place, xerr=[[mean - low], [high - mean]], fmt="o", color=colour, capsize=3)
            axes.annotate(f"{mean:.3f}", (mean, -place), (0, 5), textcoords="offset points", ha="center", fontsize=8)
        axes.set(title=heads[way], xlabel=phrase(en="NDCG@10 (red: controls)", zh="NDCG@10（红色为对照）"))
        axes.set_yticks(-np.arange(len(keys)), [name(key) for key in keys])
        axes.margins(x=0.08, y=0.1)
        axes.set_xlim(left=0)
        means = {key: mean for key, (mean, *_) in zip(keys, values, strict=True)}
        told.append(f"{heads[way]}: {highest(means)}")
        numbers[heads[way]] = means
    drawn.suptitle(
        phrase(
            en="Whether a text is shared matters more than what it means",
            zh="文本是否相同，比文本的意思更要紧",
        )
    )
    drawn.tight_layout()
    parts = phrase(en="; ", zh="；").join(told)
    show(
        drawn,
        phrase(en=f"Dots with intervals, NDCG@10 of hidden products. Highest with {parts}.", zh=f"带区间的点图，隐藏商品的 NDCG@10。最高的，{parts}。"),
        [{"features": name(key)} | {way: means[key] for way, means in numbers.items()} for key in keys],
    )  # fmt: skip


def click_curves(curves: Mapping[str, Mapping[int, np.ndarray]]) -> None:
    """NDCG@10 by the number of known ratings: ``curves[source][n]`` is ``(users,)``; the last one with its interval."""
    _by_known_ratings(
        curves,
        phrase(en="known ratings of the new user (steps not to scale)", zh="新用户已知的评分数（间隔不按比例）"),
        phrase(en="The blend is never clearly below its prior; history alone starts far below",
             zh="混合始终不明显低于它的先验；单靠历史，起点低得多"),
    )  # fmt: skip


def gate_curves(curves: Mapping[str, Mapping[int, np.ndarray]]) -> None:
    """The same for new films, by the number of their known ratings."""
    _by_known_ratings(
        curves,
        phrase(en="known ratings of the new film (steps not to scale)", zh="新电影已知的评分数（间隔不按比例）"),
        phrase(en="Ten ratings alone are worth less than content without a rating",
             zh="光靠十条评分，不如光靠内容"),
    )  # fmt: skip


def _by_known_ratings(curves: Mapping[str, Mapping[int, np.ndarray]], xlabel: str, title: str) -> None:
    from recbook.evaluation import bootstrap

    drawn, axes = figure(7.5, 4)
    told, starts, levels = [], {}, sorted({n for values in curves.values() for n in values})
    for place, (key, values) in enumerate(curves.items()):
        means = np.array([np.nanmean(one) for one in values.values()])
        spots = np.array([levels.index(n) for n in values])
        last = place == len(curves) - 1
        axes.plot(spots, means, STYLES[place % 4], marker="os^DvP"[place % 6], color=CYCLE[place % 7], ms=5,
                  lw=2.5 if last else 1.6, label=name(key))  # fmt: skip
        if last:
            ends = np.array([bootstrap(one) for one in values.values()])
            band = phrase(en="its 95% band, over users", zh="它的 95% 区间（按用户）")
            axes.fill_between(spots, ends[:, 0], ends[:, 1], color=CYCLE[place % 7], alpha=0.15, label=band)
        told.append({"source": name(key)} | {f"n = {n}": mean for n, mean in zip(values, means, strict=True)})
        starts[key] = float(means[0])
    axes.set_xticks(np.arange(len(levels)), [str(n) for n in levels])
    axes.set_ylim(bottom=0)
    axes.set_xlabel(xlabel)
    axes.set_ylabel("NDCG@10")
    axes.set_title(title)
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    known = ", ".join(str(n) for n in levels)
    show(
        drawn,
        phrase(en=f"{len(curves)} lines of NDCG@10 at {known} known ratings. Where they begin: {extremes(starts)}.",
               zh=f"已知 {known} 条评分时的 {len(curves)} 条 NDCG@10 折线。起点：{extremes(starts)}。"),
        told,
    )  # fmt: skip


def beliefs(chances: np.ndarray, stages: Mapping[int, tuple[np.ndarray, np.ndarray]], titles: Sequence[str]) -> None:
    """What is believed of a few films' chances, moving: a frame for each number of showings, a curve for each film.

    ``chances`` ``(films,)`` are the true ones, drawn as ticks; ``stages[showings]`` is ``(a, b)`` of the Beta curves.
    """
    from scipy.stats import beta

    at, start = np.linspace(0, 1, 401)[1:-1], np.add(*next(iter(stages.values())))
    frames, told, last = [], [], list(stages)[-1]
    ended = (": the best film's curve is narrow, the others stay wide", "：最好的电影曲线很窄，其余的仍然宽")
    for showings, (a, b) in stages.items():
        drawn, rows = figure(8, 0.9 + 0.62 * len(chances), rows=len(chances), sharex=True)
        shown = np.round(a + b - start).astype(int)
        for axes, film_a, film_b, chance, times, label, colour in zip(
            rows, a, b, chances, shown, titles, CYCLE, strict=False
        ):
            curve = beta.pdf(at, film_a, film_b)
            axes.fill_between(at, curve / curve.max(), color=colour, alpha=0.35, lw=0)
            axes.plot([chance, chance], [0, 1.1], color="black", lw=1.5)
            axes.set(xlim=(-0.02, 1), ylim=(0, 1.15), yticks=[])
            axes.grid(visible=False)
            axes.set_ylabel(label, rotation=0, ha="right", va="center", fontsize=9)
            count = phrase(en=f"shown {times}×", zh=f"展示 {times} 次")
            axes.text(0.99, 0.6, count, transform=axes.transAxes, ha="right", fontsize=9)
        rows[0].set_title(
            phrase(
                en=f"After {showings:,} showings in all" + ended[0] * (showings == last),
                zh=f"共展示 {showings:,} 次之后" + ended[1] * (showings == last),
            ),
            fontsize=10,
        )
        rows[-1].set_xlabel(phrase(en="chance of a click (black: the truth)", zh="点击概率（黑线为真值）"))
        drawn.subplots_adjust(left=0.27, right=0.98, bottom=0.13, top=0.92, hspace=0.12)
        frames.append(drawn)
        told = [f"{label} {times}" for label, times in zip(titles, shown, strict=True)]
    each = phrase(en="; ", zh="；").join(told)
    show_moving(
        frames,
        phrase(
            en=f"Moving picture: Beta curves of {len(chances)} films. How often each was shown after {last:,} showings: {each}. The best one's curve is narrow, at its true chance.",
            zh=f"动图：{len(chances)} 部电影的 Beta 曲线。共展示 {last:,} 次之后，各部电影的展示次数：{each}。最好的电影曲线很窄，落在真实概率上。",
        ),
    )


def regret_curves(regret: Mapping[tuple[str, str], np.ndarray]) -> None:
    """Mean cumulative regret by step, a panel for each start: ``regret[policy, start]`` is ``(worlds, steps)``."""
    from recbook.evaluation import bootstrap

    policies, starts = (list(dict.fromkeys(key[place] for key in regret)) for place in (0, 1))
    drawn, panels = figure(3.1 * len(starts), 3.7, columns=len(starts), sharey=True)
    lost: dict[str, dict[str, float]] = {name(policy): {} for policy in policies}
    for axes, start in zip(np.atleast_1d(panels), starts, strict=True):
        for place, policy in enumerate(policies):
            paths = regret[policy, start]
            steps = np.linspace(0, paths.shape[1] - 1, 21).astype(int)
            ends = np.array([bootstrap(paths[:, step], 300) for step in steps])
            axes.plot(
                steps + 1, paths[:, steps].mean(axis=0), STYLES[place % 4], color=CYCLE[place], label=name(policy)
            )
            axes.fill_between(steps + 1, ends[:, 0], ends[:, 1], color=CYCLE[place], alpha=0.2)
            lost[name(policy)][name(start)] = paths[:, -1].mean()
        axes.set_title(name(start))
        axes.set(xlabel=phrase(en="showings", zh="展示次数"))
    left = np.atleast_1d(panels)[0]
    left.set_ylabel(phrase(en="clicks lost (95% band)", zh="累积遗憾（95% 区间）"))
    left.set_ylim(bottom=0)
    np.atleast_1d(panels)[-1].legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    drawn.suptitle(
        phrase(
            en="Thompson sampling uses what is known; greedy loses least from a flat start",
            zh="Thompson 采样用得上已知的信息；均匀先验下贪心损失最少",
        )
    )
    drawn.tight_layout()
    least = phrase(en="; ", zh="；").join(
        f"{name(start)}: {min(lost, key=lambda policy: lost[policy][name(start)])}" for start in starts
    )
    show(
        drawn,
        phrase(en=f"Curves of regret by showings, a panel for each of {len(starts)} starts. Least at the end, {least}.",
               zh=f"遗憾随展示次数变化的曲线，{len(starts)} 种起点各一幅。终点最低的，{least}。"),
        [{phrase(en="policy", zh="策略"): policy} | {start: f"{value:.0f}" for start, value in ends.items()} for policy, ends in lost.items()],
    )  # fmt: skip
