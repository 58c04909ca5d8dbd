"""Figures of chapter 14 on explaining, privacy, wrong data and measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from recbook.plots.base import BLACK, BLUE, CYCLE, GREY, ORANGE, RED, add_words, figure, name, show
from recbook.session import phrase

add_words({
    # Explaining
    "method": ("method", "方法"),
    "saliency": ("saliency", "显著性"),
    "gradient": ("gradient", "梯度"),
    "input x gradient": ("input × gradient", "输入×梯度"),
    "integrated gradients": ("integrated gradients", "积分梯度"),
    "ablation": ("ablation", "消融"),
    "Shapley values": ("Shapley values", "Shapley 值"),
    "agreement of methods": ("agreement with the true reasons", "与真实原因的相关"),
    "causes found": ("of the three causes found", "找到三个原因的比例"),
    "crime": ("crime", "犯罪"),
    "thriller": ("thriller", "惊悚"),
    "romance": ("romance", "爱情"),
    "other features": ("each other feature", "其余每个特征"),
    "its cause": ("crime (decides)", "犯罪（起决定作用）"),
    "bystander": ("thriller (only correlates)", "惊悚（只是相关）"),
    "explained part": ("what the network got right", "网络解释的方差"),
    "its own terms": ("its own terms", "模型自己的各项"),
    "left out one by one": ("left out one by one", "逐部去掉"),
    "latest films": ("the latest films", "最近的电影"),
    "most rated films": ("the most rated films", "评分最多的电影"),
    "random films": ("random films", "随机的电影"),
    "attention, layer 1": ("attention, layer 1", "注意力，第 1 层"),
    "attention, layer 2": ("attention, layer 2", "注意力，第 2 层"),
    "attention rolled out": ("attention, rolled out", "注意力逐层相乘"),
    "autoencoder": ("autoencoder", "自编码器"),
    "Action": ("Action", "动作"), "Adventure": ("Adventure", "冒险"), "Animation": ("Animation", "动画"),
    "Children's": ("Children's", "儿童"), "Comedy": ("Comedy", "喜剧"), "Crime": ("Crime", "犯罪"),
    "Documentary": ("Documentary", "纪录"), "Drama": ("Drama", "剧情"), "Fantasy": ("Fantasy", "奇幻"),
    "Film-Noir": ("Film-Noir", "黑色电影"), "Horror": ("Horror", "恐怖"), "Musical": ("Musical", "歌舞"),
    "Mystery": ("Mystery", "悬疑"), "Romance": ("Romance", "爱情"), "Sci-Fi": ("Sci-Fi", "科幻"),
    "Thriller": ("Thriller", "惊悚"), "War": ("War", "战争"), "Western": ("Western", "西部"),
    # Privacy
    "EASE, little penalty": ("EASE, little penalty", "EASE（正则化很弱）"),
    "attack": ("the attack", "攻击"),
    "control": ("its control", "对照"),
    "in promise": ("ε", "ε"),
    "analytic": ("analytic", "解析公式"),
    "classical": ("classical", "经典公式"),
    "its delta": ("δ of the classical one", "经典公式的 δ"),
    "private popularity": ("popularity with noise", "加噪声的流行度"),
    "private EASE": ("EASE with noise", "加噪声的 EASE"),
    "central": ("all rows in one place", "数据集中在一处"),
    "alike": ("ten clients, alike", "十个客户端，彼此相似"),
    "unlike": ("ten clients, unlike", "十个客户端，各不相同"),
    "alike, each alone": ("each alone, alike", "各自训练，彼此相似"),
    "unlike, each alone": ("each alone, unlike", "各自训练，各不相同"),
    "rows deleted, model kept": ("rows deleted, model kept", "删了数据，模型照旧"),
    "trained on with the rest": ("trained on with the rest", "用其余的人继续训练"),
    "trained anew": ("trained anew", "重新训练"),
    "as promised": ("as promised", "噪声与承诺相符"),
    "half the noise": ("half the noise", "噪声减半"),
    "a quarter of the noise": ("a quarter of the noise", "噪声只有四分之一"),
    "deleted users": ("users deleted", "删除的用户数"),
    "seconds to delete": ("seconds", "秒"),
    "differs by": ("largest difference to a new fit", "与重新拟合的最大差"),
    "moved by deletion": ("largest change by deleting", "删除带来的最大变化"),
    # Wrong data
    "random items": ("random items", "随机物品"),
    "popular items": ("popular items", "热门物品"),
    "ten items pushed": ("ten items pushed", "刷十件物品"),
    "accounts mixed": ("accounts mixed", "账号混用"),
    "rows lost": ("rows lost (control)", "数据丢失（对照）"),
    "half, dirty": ("half the users, dirty", "一半用户，有噪声"),
    "half, cleaned": ("half, cleaned by doubt", "一半用户，按可疑程度清洗"),
    "half, perfect": ("half, perfectly cleaned", "一半用户，完全清洗"),
    "all, dirty": ("twice the users, dirty", "两倍用户，有噪声"),
    "all, perfect": ("twice the users, clean", "两倍用户，干净"),
    # Measures
    "ndcg@10": ("NDCG@10", "NDCG@10"), "hit@10": ("hit rate@10", "命中率@10"), "mrr@10": ("MRR@10", "MRR@10"),
    "map@10": ("MAP@10", "MAP@10"), "precision@10": ("precision@10", "精确率@10"), "recall@10": ("recall@10", "召回率@10"),
    "groceries": ("the shop", "商店"),
    "evenness": ("evenness", "均匀程度"),
    "item2vec": ("item2vec", "item2vec"),
    "two towers": ("two towers", "双塔"),
    "SASRec": ("SASRec: identities", "SASRec：ID 嵌入"),
    "popularity, last weeks": ("popularity of the last 4 weeks", "最近四周的流行度"),
    "own frequency": ("own frequency", "个人频率"),
    "recency frequency": ("own frequency, recent first", "个人频率（近期加权）"),
})  # fmt: skip

Numbers = Mapping[str, Sequence[float]]


def methods(stored: Mapping[str, Any]) -> None:
    """Each method's agreement with the truth and how many causes it finds, a dot a seed: ``stored`` by seed."""
    worlds = [one["methods"] for one in stored.values()]
    names, parts = list(worlds[0]), {"agreement": "agreement of methods", "found": "causes found"}
    drawn, axes = figure(9.5, 0.9 + 0.42 * len(names), 1, 2, sharey=True)
    told = []
    for one, (part, said) in zip(axes, parts.items(), strict=True):
        values = {key: [world[key][part] for world in worlds] for key in names}
        told.append(f"{name(said)}: {_rows(one, values, BLUE)}")
        one.set_xlabel(name(said))
        one.axvline(0, color=GREY, lw=1)
    axes[0].set_yticks(-np.arange(len(names)), [name(key) for key in names])
    drawn.suptitle(
        phrase(en="Who finds the true reasons? Five worlds (stored)", zh="谁找到了真实原因？五个世界（预先存好）")
    )
    _done(drawn, told)


def bystander(stored: Mapping[str, Any], method: str = "Shapley values") -> None:
    """The share of a score that the cause, the bystander and each other feature get, by the rows that were learned from."""
    worlds = list(stored.values())
    rows = [int(n) for n in worlds[0]]
    shares = {
        key: np.array([[one[str(n)]["methods"][method][key] for n in rows] for one in worlds]) for key in ("its cause", "bystander")
    }  # fmt: skip
    shares["other features"] = np.array([[one[str(n)]["other features"][method] for n in rows] for one in worlds])
    drawn, axes = figure(7.5, 3.4)
    told = []
    for (key, values), colour, style in zip(shares.items(), (BLUE, RED, GREY), ("o-", "s--", "^:"), strict=True):
        mean = values.mean(axis=0)
        axes.plot(rows, mean, style, color=colour, label=name(key))
        axes.fill_between(rows, values.min(axis=0), values.max(axis=0), color=colour, alpha=0.15)
        told.append(f"{name(key)} {', '.join(f'{value:.2f}' for value in mean)}")
    axes.set_xscale("log")
    axes.set_xticks(rows, [str(n) for n in rows])
    axes.set_ylim(bottom=0)
    axes.set(xlabel=phrase(en="films learned from (log scale)", zh="训练用的电影数（对数刻度）"),
             ylabel=phrase(en="share of the attribution", zh="归因所占的份额"))  # fmt: skip
    axes.legend(frameon=False)
    axes.set_title(
        phrase(en="With few rows the bystander is credited for its neighbour", zh="数据少时，旁观者替邻居担了功")
    )
    _done(drawn, [phrase(en=f"at {rows} films", zh=f"电影数 {rows}"), *told])


def lost(stored: Mapping[str, Any]) -> None:
    """How many first recommendations are lost without the films that an explanation names: a panel a model."""
    drawn, axes = figure(10, 6.2, 2, 2, sharex=True, sharey=True)
    told = []
    for one in axes.flat[len(stored) :]:
        one.set_visible(False)
    for one, (model, found) in zip(axes.flat, stored.items(), strict=False):
        ways = found["lost"]
        for place, (way, shares) in enumerate(sorted(ways.items(), key=lambda item: -max(item[1].values()))):
            chance = way == "random films"
            colour = GREY if chance else CYCLE[place % len(CYCLE)]
            one.plot(
                [int(k) for k in shares],
                list(shares.values()),
                "s:" if chance else "o-",
                color=colour,
                ms=4,
                label=name(way),
            )
        one.set_xscale("log", base=2)
        counts = [int(k) for k in next(iter(ways.values()))]
        one.set_xticks(counts, [str(k) for k in counts])
        one.set_ylim(0, 1)
        one.set_title(name(model), fontsize=10)
        one.legend(frameon=False, fontsize=7, loc="upper left")
        told.append(f"{name(model)}: " + ", ".join(f"{name(way)} {shares['4']:.2f}" for way, shares in ways.items()))
    for one in axes[1]:
        one.set_xlabel(phrase(en="films taken out", zh="去掉的电影数"))
    for one in axes[:, 0]:
        one.set_ylabel(phrase(en="first places lost", zh="首位推荐消失的比例"))
    drawn.suptitle(phrase(en="A reason is worth what is lost without it", zh="一条理由值多少，看去掉它会失去多少"))
    _done(drawn, [phrase(en="share lost without 4 films", zh="去掉 4 部电影时消失的比例"), *told])


def members(stored: Mapping[str, Any]) -> None:
    """How well an attack tells who was in the training, beside its control: AUC, a dot a seed."""
    drawn, axes = figure(8, 0.9 + 0.5 * len(stored))
    told = []
    for part, colour, off in (("attack", RED, 0.1), ("control", GREY, -0.1)):
        values = {key: one[part] for key, one in stored.items()}
        told.append(f"{name(part)}: {_rows(axes, values, colour, off, name(part))}")
    axes.axvline(0.5, color=BLACK, lw=1, ls="--")
    axes.set_yticks(-np.arange(len(stored)), [name(key) for key in stored])
    axes.set_xlabel(phrase(en="AUC of the attack (0.5: a coin)", zh="攻击的 AUC（0.5 等于抛硬币）"))
    axes.legend(frameon=False)
    axes.set_title(
        phrase(en="Was this user in the training data? Some models say so", zh="这位用户在训练数据里吗？有的模型会泄露")
    )
    _done(drawn, told)


def promises(popularity: Mapping[str, Any], ease: Mapping[str, Any], exact: Mapping[str, float]) -> None:
    """NDCG@10 against ε: means and intervals with noise, and lines for the models without."""
    drawn, axes = figure(7.5, 3.8)
    told = []
    for (key, found), colour, mark in zip((("private popularity", popularity), ("private EASE", ease)), (BLUE, RED), "os", strict=True):  # fmt: skip
        epsilon = np.array(sorted(float(e) for e in found))
        rows = [found[f"{e:g}"] for e in epsilon]
        mean = np.array([np.mean(one["seeds"]) for one in rows])
        ends = np.array([one["interval"] for one in rows])
        axes.errorbar(epsilon, mean, yerr=[mean - ends[:, 0], ends[:, 1] - mean], fmt=mark + "-", color=colour, capsize=3, label=name(key))  # fmt: skip
        told.append(f"{name(key)} {', '.join(f'ε {e:g} {m:.3f}' for e, m in zip(epsilon, mean, strict=True))}")
    for (key, value), colour in zip(exact.items(), (BLUE, RED), strict=True):
        axes.axhline(value, color=colour, lw=1, ls="--")
        axes.annotate(phrase(en=f"{name(key)}, no noise", zh=f"{name(key)}，无噪声"), (0.99, value), (0, 3), xycoords=("axes fraction", "data"), textcoords="offset points", ha="right", fontsize=8)  # fmt: skip
        told.append(f"{name(key)} {value:.3f}")
    axes.set_xscale("log")
    axes.set_xticks(epsilon, [f"{e:g}" for e in epsilon])
    axes.set_ylim(bottom=0)
    axes.set(
        xlabel=phrase(en="ε (log scale): smaller promises more", zh="ε（对数刻度）：越小，保护越强"), ylabel="NDCG@10"
    )
    axes.legend(frameon=False, loc="lower right")
    axes.set_title(
        phrase(en="What a promise costs on 943 users (95% interval)", zh="943 位用户时，一个承诺的代价（95% 区间）")
    )
    _done(drawn, told)


def federated(stored: Mapping[str, Any], popular: float) -> None:
    """NDCG@10 of one model by where it was trained, a dot a seed; popularity as a line."""
    kinds = ("central", "alike", "unlike", "alike, each alone", "unlike, each alone")
    values = {kind: [one["test"] for one in stored[kind].values()] for kind in kinds}
    drawn, axes = figure(7.5, 3.0)
    told = [_rows(axes, values, BLUE)]
    axes.axvline(popular, color=ORANGE, lw=1.5, ls="--", label=name("popularity"))
    axes.set_yticks(-np.arange(len(kinds)), [name(kind) for kind in kinds])
    axes.set_xlim(left=0)
    axes.set_xlabel("NDCG@10")
    axes.legend(frameon=False, loc="lower right")
    axes.set_title(
        phrase(
            en="Ten clients together, apart, and as one (five seeds)",
            zh="十个客户端：合训、各训与集中训练（五个随机种子）",
        )
    )
    _done(drawn, [*told, f"{name('popularity')} {popular:.3f}"])


def costs(worlds: Mapping[str, Any], model: str = "EASE") -> None:
    """By how much NDCG@10 falls with planted noise, as a share of the clean log's: a panel a world, a line a kind."""
    drawn, axes = figure(9.5, 3.6, 1, len(worlds), sharey=True, squeeze=False)
    told = []
    for one, (world, found) in zip(axes[0], worlds.items(), strict=True):
        clean = found["clean"][model]["ndcg"]
        for place, (kind, shares) in enumerate(found["cost"].items()):
            points = {0.0: 0.0} | {float(share): rows[model]["ndcg"] / clean - 1 for share, rows in shares.items()}
            one.plot(list(points), list(points.values()), "os^Dv"[place] + ("--" if kind == "rows lost" else "-"), color=CYCLE[place], label=name(kind))  # fmt: skip
            told.append(f"{_world(world)}, {name(kind)}: {', '.join(f'{share:.0%} {value:+.0%}' for share, value in points.items())}")  # fmt: skip
        one.axhline(0, color=GREY, lw=1)
        one.set_title(_world(world), fontsize=10)
        one.set_xlabel(phrase(en="wrong rows for each right one", zh="每条正确数据对应的错误数据"))
        one.yaxis.set_major_formatter(lambda value, _: f"{value:+.0%}".replace("-", "−"))
    axes[0, 0].set_ylabel(
        phrase(en=f"NDCG@10 of {name(model)} against clean", zh=f"{name(model)} 的 NDCG@10 与干净数据相比")
    )
    axes[0, 0].legend(frameon=False, fontsize=8)
    drawn.suptitle(phrase(en="Which kind of noise hurts (stored)", zh="哪种噪声伤害大（预先存好）"))
    _done(drawn, told)


def bought(worlds: Mapping[str, Any], kind: str) -> None:
    """What cleaning and what twice the users buy, on the same users: differences to half of them, dirty, intervals."""
    rows = ("half, cleaned", "half, perfect", "all, dirty", "all, perfect")
    drawn, axes = figure(9.5, 2.6, 1, len(worlds), sharey=True, squeeze=False)
    told = []
    for one, (world, found) in zip(axes[0], worlds.items(), strict=True):
        measured = found["bought"][kind]
        base = measured["half, dirty"]["ndcg"]
        for place, row in enumerate(rows):
            mean, (low, high) = measured[row]["ndcg"] - base, measured[row]["more than half, dirty"]
            one.errorbar(mean, -place, xerr=[[max(mean - low, 0)], [max(high - mean, 0)]], fmt="o", color=RED if row == "all, dirty" else BLUE, capsize=4)  # fmt: skip
            told.append(f"{_world(world)}, {name(row)} {mean:+.4f}")
        one.axvline(0, color=GREY, lw=1)
        one.set_title(phrase(en=f"{_world(world)} (half, dirty: {base:.3f})", zh=f"{_world(world)}（一半用户，有噪声：{base:.3f}）"), fontsize=10)  # fmt: skip
        one.set_xlabel(phrase(en="gain in NDCG@10 (95% interval)", zh="NDCG@10 的提高（95% 区间）"))
    axes[0, 0].set_yticks(-np.arange(len(rows)), [name(row) for row in rows])
    _done(drawn, told)


def ranks(tables: Mapping[str, Mapping[str, Mapping[str, float]]]) -> None:
    """The place of each model by each measure, 1 is best, a panel a table: ``tables[title][model][measure]``."""
    tall = max(len(one) for one in tables.values())
    drawn, axes = figure(5.6 * len(tables), 1.9 + 0.36 * tall, 1, len(tables), squeeze=False)
    told = []
    for one, (title, table) in zip(axes[0], tables.items(), strict=True):
        models, measures = list(table), list(next(iter(table.values())))
        values = np.array([[table[model][measure] for measure in measures] for model in models])
        place = 1 + (values[None] > values[:, None] + 1e-12).sum(axis=1)
        one.imshow(place, cmap="Blues_r", aspect="auto", vmin=1, vmax=len(models) + 3)
        for (row, column), number in np.ndenumerate(place):
            one.text(column, row, str(number), ha="center", va="center", fontsize=9, color="white" if number <= len(models) / 3 else "black")  # fmt: skip
        one.set_xticks(
            np.arange(len(measures)), [name(measure) for measure in measures], rotation=45, ha="right", fontsize=8
        )
        one.set_yticks(np.arange(len(models)), [name(model) for model in models], fontsize=8)
        one.grid(visible=False)
        one.set_title(title, fontsize=10)
        told.append(f"{title}: " + "; ".join(f"{name(model)} {' '.join(map(str, row))}" for model, row in zip(models, place, strict=True)))  # fmt: skip
    drawn.suptitle(
        phrase(
            en="The same models, ranked by each measure: 1 is best (stored)",
            zh="同样的模型，按各个指标排名：1 最好（预先存好）",
        )
    )
    _done(drawn, told)


def _rows(axes: Any, values: Numbers, colour: str, off: float = 0.0, label: str | None = None) -> str:
    """A row of dots a key, with its mean as a bar; returns the means for the alt text."""
    for place, found in enumerate(values.values()):
        axes.plot(
            found,
            np.full(len(found), off - place),
            "o",
            color=colour,
            alpha=0.6,
            ms=5,
            label=label if not place else None,
        )
        axes.plot(np.mean(found), off - place, "|", color=colour, ms=16, mew=2.5)
    return "; ".join(f"{name(key)} {np.mean(found):.3f}" for key, found in values.items())


def _world(key: str) -> str:
    return phrase(en={"films": "films", "shop": "the shop"}[key], zh={"films": "电影", "shop": "商店"}[key])


def _done(drawn: Any, told: Sequence[str]) -> None:
    drawn.tight_layout()
    show(drawn, phrase(en=". ", zh="。").join(told) + phrase(en=".", zh="。"))
