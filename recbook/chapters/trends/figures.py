"""Figures of chapter 14."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from recbook.plots.base import (
    BLACK,
    BLUE,
    CYCLE,
    GREEN,
    GREY,
    ORANGE,
    PINK,
    RED,
    add_words,
    extremes,
    figure,
    highest,
    ink,
    name,
    show,
)
from recbook.plots.common import interval_rows, lines
from recbook.session import phrase

if TYPE_CHECKING:
    from matplotlib.axes import Axes

add_words({
    # Modalities
    "text alone": ("text alone", "只用文本"), "picture alone": ("picture alone", "只用图片"),
    "early": ("both, early", "两者，前期融合"), "late": ("both, late", "两者，后期融合"),
    "both, as they are": ("both, as they are", "两者，不调整"),
    "equal voice": ("both, at an equal voice", "两者，音量相同"),
    "raw sum": ("both, late, plain sum of scores", "两者，后期融合，分数直接相加"),
    "all products": ("both, all products", "两者，全部乘积"),
    "among new garments": ("NDCG@10 among new garments (95% interval)", "新服装中的 NDCG@10（95% 区间）"),
    "among all garments": ("NDCG@10 among all garments not yet bought (95% interval)", "该顾客未买过的全部服装中的 NDCG@10（95% 区间）"),
    "share without picture": ("share of garments without a picture", "没有图片的服装比例"),
    "share with a wrong picture": ("share of garments with a wrong picture", "图片有误的服装比例"),
    "picture times": ("picture features times (log scale)", "图片特征乘以（对数刻度）"),
    "share right": ("share right", "正确比例"), "tower, concatenate": ("tower, side by side", "塔，并排"),
    "tower, gate": ("tower, gate", "塔，门控"), "tower, product": ("tower, products", "塔，乘积"),
    "pixels": ("pixels alone", "只用像素"), "untrained": ("an untrained tower's picture", "未训练的图片塔"),
    "true, early": ("the true properties, early", "真实属性，前期融合"),
    "true, product": ("the true properties, all products", "真实属性，全部乘积"),
    "utility": ("the shoppers' true tastes", "顾客的真实口味"),
    "late, text for both": ("both, late, text speaks for both", "两者，后期融合，缺图时文本代言"),
    "late, by agreement": ("both, late, by agreement", "两者，后期融合，按一致程度加权"),
    "early, by agreement": ("both, early, by agreement", "两者，前期融合，只信一致的"),
    "early, lies known": ("both, early, lies known", "两者，前期融合，已知哪些是错图"),
    "EASE and early": ("EASE and both, late", "EASE 与两者，后期融合"), "asked for": ("asked for", "问的是"),
    "by chance": ("by chance", "随机"), "colour": ("colour", "颜色"), "pattern": ("pattern", "花纹"),
    "kind": ("kind", "种类"), "met pairs": ("pairs met in training", "训练中见过的组合"),
    "pairs never met": ("pairs never met", "没见过的组合"), "seen words": ("words of the captions", "说明文字里的词"),
    "words from scratch": ("words learned from scratch, other words", "从零学的词，别的词"),
    "MiniLM's words": ("words read by MiniLM, other words", "MiniLM 读的词，别的词"),
    "frames": ("frames (log scale)", "帧数（对数刻度）"), "pooled": ("vectors pooled", "向量取平均"),
    "one blurred picture": ("frames averaged, pixel by pixel", "逐像素平均各帧"),
    # Sizes
    "size: random": ("random vectors", "随机向量"), "size: words": ("word counts (TF-IDF)", "词频（TF-IDF）"),
    "size: static": ("static vectors", "静态词向量"), "size: splade-tiny": ("SPLADE-tiny", "SPLADE-tiny"),
    "size: student": ("student of MiniLM", "MiniLM 的学生"), "size: MiniLM, int8": ("MiniLM, int8", "MiniLM，int8"),
    "size: MiniLM": ("MiniLM", "MiniLM"), "size: multilingual": ("multilingual USE", "多语言 USE"),
    "size: SmolLM2": ("SmolLM2-135M", "SmolLM2-135M"), "encoder": ("encoder", "编码器"), "MB": ("MB", "MB"),
    "ms a title": ("CPU ms a title", "每个片名的 CPU 毫秒"),
    "Wh a million": ("Wh for a million titles", "一百万个片名的瓦时"),
    "on new films": ("new films, NDCG@10", "新电影，NDCG@10"),
    "less MiniLM": ("less MiniLM (95% interval)", "高出 MiniLM（95% 区间）"),
    "series": ("series, no shared word, hit@10", "系列（无相同词），hit@10"),
    "on news": ("agreement on news", "新闻相似度与人的一致性"),
    # Reasons
    "method": ("method", "方法"), "saliency": ("saliency", "显著性"), "gradient": ("gradient", "梯度"),
    "input x gradient": ("input × gradient", "输入×梯度"),
    "integrated gradients": ("integrated gradients", "积分梯度"), "ablation": ("ablation", "消融"),
    "Shapley values": ("Shapley values", "Shapley 值"),
    "agreement of methods": ("agreement with the true reasons", "与真实原因的相关"),
    "causes found": ("of the three causes found", "找到三个原因的比例"),
    "other features": ("each other feature", "其余每个特征"), "its cause": ("crime (decides)", "犯罪（起决定作用）"),
    "bystander": ("thriller (only correlates)", "惊悚（只是相关）"),
    "its own terms": ("its own terms", "模型自己的各项"), "left out one by one": ("left out one by one", "逐部去掉"),
    "latest films": ("the latest films", "最近的电影"),
    "most rated films": ("the most rated films", "评分最多的电影"), "random films": ("random films", "随机的电影"),
    "attention, layer 1": ("attention, layer 1", "注意力，第 1 层"),
    "attention, layer 2": ("attention, layer 2", "注意力，第 2 层"),
    "attention rolled out": ("attention, rolled out", "注意力逐层相乘"), "autoencoder": ("autoencoder", "自编码器"),
    "Action": ("Action", "动作"), "Drama": ("Drama", "剧情"),
    # Privacy
    "EASE, little penalty": ("EASE, little penalty", "EASE（正则化很弱）"), "attack": ("the attack", "攻击"),
    "control": ("its control", "对照"), "in promise": ("ε", "ε"), "analytic": ("analytic", "解析公式"),
    "classical": ("classical", "经典公式"), "its delta": ("δ of the classical one", "经典公式的 δ"),
    "private popularity": ("popularity with noise", "加噪声的流行度"),
    "private EASE": ("EASE with noise", "加噪声的 EASE"), "trained where": ("where it is trained", "在哪里训练"),
    "central": ("all rows in one place", "数据集中在一处"), "alike": ("ten clients, alike", "十个客户端，彼此相似"),
    "unlike": ("ten clients, unlike", "十个客户端，各不相同"),
    "alike, each alone": ("each alone, alike", "各自训练，彼此相似"),
    "unlike, each alone": ("each alone, unlike", "各自训练，各不相同"),
    "rows deleted, model kept": ("rows deleted, model kept", "删了数据，模型照旧"),
    "trained on with the rest": ("trained on with the rest", "用其余的人继续训练"),
    "trained anew": ("trained anew", "重新训练"), "as promised": ("as promised", "噪声与承诺相符"),
    "half the noise": ("half the noise", "噪声减半"),
    "a quarter of the noise": ("a quarter of the noise", "噪声只有四分之一"),
    # Wrong data
    "log": ("log", "日志"), "noise": ("wrong rows", "错误数据"),
    "tastes that add up": ("tastes that add up", "口味可以相加"), "tastes for pairs too": ("tastes for pairs, too", "对组合也有口味"),
    "exact count": ("exact count", "精确计数"), "noisy count": ("with noise", "加噪后"), "random items": ("random items", "随机物品"),
    "popular items": ("popular items", "热门物品"), "fake accounts": ("fake accounts", "虚假账号"),
    "accounts mixed": ("accounts mixed", "账号混用"), "rows lost": ("rows lost (control)", "数据丢失（对照）"),
    "half, dirty": ("half the users, dirty", "一半用户，有噪声"),
    "half, cleaned": ("half, cleaned by doubt", "一半用户，按可疑程度清洗"),
    "half, perfect": ("half, perfectly cleaned", "一半用户，完全清洗"),
    "all, dirty": ("twice the users, dirty", "两倍用户，有噪声"),
    "all, perfect": ("twice the users, clean", "两倍用户，干净"),
    # Measures
    "ndcg@10": ("NDCG@10", "NDCG@10"), "hit@10": ("hit rate@10", "命中率@10"), "mrr@10": ("MRR@10", "MRR@10"),
    "map@10": ("MAP@10", "MAP@10"), "precision@10": ("precision@10", "精确率@10"),
    "recall@10": ("recall@10", "召回率@10"), "coverage": ("coverage", "覆盖率"), "novelty": ("novelty", "新颖性"),
    "diversity": ("diversity", "多样性"), "serendipity": ("serendipity", "惊喜度"),
    "calibration": ("calibration", "校准"), "evenness": ("evenness", "均匀程度"), "groceries": ("the shop", "商店"),
    "item2vec": ("item2vec", "item2vec"), "two towers": ("two towers", "双塔"), "SASRec": ("SASRec: identities", "SASRec：ID 嵌入"),
    "item-kNN, last films": ("item-kNN, last films", "item-kNN（近期加权）"),
    "popularity, last weeks": ("popularity of the last 4 weeks", "最近四周的流行度"),
    "own frequency": ("own frequency", "个人频率"),
    "recency frequency": ("own frequency, recent first", "个人频率（近期加权）"),
    "the other": ("the other", "另一个模型"),
    "again, less the other": ("buying again: less the other", "再次购买：高出另一个"),
    "new, less the other": ("new products: less the other", "新商品：高出另一个"),
})  # fmt: skip


# Modalities and sizes


def cards(
    pictures: np.ndarray, texts: Sequence[str], title: str = "", columns: int = 6, *, en: str = "", zh: str = ""
) -> None:
    """Pictures ``(n, 32, 32, 3)``, a text under each, ``columns`` in a row.

    ``en`` and ``zh`` say what is to be seen, or ``title`` where that is the same in both languages.
    """
    title = title or phrase(en=en, zh=zh)
    rows = -(-len(pictures) // columns)
    drawn, panels = figure(1.75 * columns, 2.05 * rows + 0.3, rows, columns, squeeze=False)
    for axes in panels.ravel():
        axes.set_axis_off()
    for axes, picture, text in zip(panels.ravel(), pictures, texts, strict=False):
        axes.imshow(picture)
        axes.text(
            0.5, -0.06, _broken(text), transform=axes.transAxes, fontsize=7.5, ha="center", va="top", linespacing=1.3
        )
    drawn.suptitle(title)
    drawn.tight_layout()
    card, n = phrase(en="card", zh="卡片"), len(pictures)
    show(
        drawn,
        phrase(en=f"{title}. {n} pictures of drawn garments, each with its text below it.", zh=f"{title}。{n} 张画出的服装图片，文字在图片下方。"),
        [{card: place, "text": text.replace("\n", phrase(en=", ", zh="："))} for place, text in enumerate(texts, 1)],
    )  # fmt: skip


def _broken(text: str) -> str:
    """A text with its first line on two, broken at the space nearest to its middle."""
    line, *below = text.split("\n")
    spaces = [place for place, letter in enumerate(line) if letter == " "]
    if len(line) >= 20 and spaces:
        middle = min(spaces, key=lambda place: abs(place - len(line) / 2))
        line = f"{line[:middle]}\n{line[middle + 1 :]}"
    return "\n".join([line, *below])


def levels(
    rows: Mapping[str, tuple[float, float, float]],
    mark: Sequence[str] = (),
    metric: str = "among new garments",
    *,
    en: str = "",
    zh: str = "",
) -> None:
    """A dot and an interval a row: ``rows[key]`` is (mean, low, high); keys in ``mark`` are grey bounds, not models.

    ``en`` and ``zh`` are the title, ``metric`` is the word that says among which items NDCG@10 was measured.
    """
    title = phrase(en=en, zh=zh)
    drawn, axes = figure(7.5, 0.8 + 0.42 * len(rows))
    interval_rows(axes, rows, [GREY if key in mark else BLUE for key in rows])
    axes.set_ylim(0.4 - len(rows), 0.9)
    axes.set_xlabel(name(metric))
    axes.set_title(title)
    means = {key: mean for key, (mean, *_) in rows.items()}
    told = extremes({key: mean for key, mean in means.items() if key not in mark})
    if mark:
        bound = highest({key: means[key] for key in mark})
        told += phrase(en=f"; grey bounds up to {bound}", zh=f"；灰色上下限最高为 {bound}")
    show(
        drawn,
        phrase(en=f"Dots: {name(metric)}. {title}: {told}.", zh=f"点图：{name(metric)}。{title}：{told}。"),
        [{"model": name(key), "mean": mean, "low": low, "high": high} for key, (mean, low, high) in rows.items()],
    )


def curves(
    found: Mapping[str, tuple[np.ndarray, np.ndarray]],
    x: str,
    y: str = "NDCG@10",
    logarithmic: bool = False,
    *,
    en: str = "",
    zh: str = "",
) -> None:
    """Lines ``found[key]`` = (x, y) over one x; ``x`` and ``y`` are the words at the axes, ``en`` and ``zh`` the title.

    A logarithmic axis has its ticks at the values of x.
    """
    title, places = phrase(en=en, zh=zh), next(iter(found.values()))[0]
    drawn, axes = figure(7.5, 3.6)
    lines(axes, found)
    axes.legend(frameon=False, loc="lower left")
    if logarithmic:
        axes.set_xscale("log")
        axes.set_xticks(places, [f"{place:g}" for place in places])
        axes.minorticks_off()
    axes.set(xlabel=name(x), ylabel=name(y), ylim=(0, None))
    axes.set_title(title)
    stop = "" if title.endswith(("?", "？")) else phrase(en=".", zh="。")
    last = extremes({key: float(height[-1]) for key, (_, height) in found.items()}, 2)
    show(
        drawn,
        phrase(en=f"{len(found)} lines, {name(y)} over {name(x)}. {title}{stop} On the right, {last}.",
               zh=f"{len(found)} 条折线，{name(x)}与{name(y)}。{title}{stop}右端{last}。"),
        [{x: f"{place:g}"} | {key: height[row] for key, (_, height) in found.items()} for row, place in enumerate(places)],
    )  # fmt: skip


def methods(stored: Mapping[str, Any]) -> None:
    """Each method's agreement with the truth and how many causes it finds, a dot a seed: ``stored`` by seed."""
    worlds = [one["methods"] for one in stored.values()]
    names, parts = list(worlds[0]), {"agreement": "agreement of methods", "found": "causes found"}
    drawn, axes = figure(9.5, 0.9 + 0.42 * len(names), 1, 2, sharey=True)
    means = {}
    for one, (part, said) in zip(axes, parts.items(), strict=True):
        means[said] = _dots(one, {key: [world[key][part] for world in worlds] for key in names}, BLUE)
        one.set_xlabel(name(said))
        one.axvline(0, color=GREY, lw=1)
    drawn.suptitle(
        phrase(
            en=f"Who finds the true reasons? {len(worlds)} worlds (stored)",
            zh=f"谁找到了真实原因？{len(worlds)} 个世界（预先存好）",
        )
    )
    drawn.tight_layout()
    told = _listed({name(said): extremes(found, 2) for said, found in means.items()})
    show(
        drawn,
        phrase(en=f"Two panels, a row of dots a method, one a world. {told}.", zh=f"两幅图，每种方法一行点，每个世界一点。{told}。"),
        [{"method": name(key)} | {said: found[key] for said, found in means.items()} for key in names],
    )  # fmt: skip


def bystander(stored: Mapping[str, Any], method: str = "Shapley values") -> None:
    """The share of a score that the cause, the bystander and each other feature get, by the rows that were learned from."""
    worlds = list(stored.values())
    rows = [int(n) for n in worlds[0]]
    shares = {
        key: np.array([[one[str(n)]["methods"][method][key] for n in rows] for one in worlds]) for key in ("its cause", "bystander")
    }  # fmt: skip
    shares["other features"] = np.array([[one[str(n)]["other features"][method] for n in rows] for one in worlds])
    drawn, axes = figure(7.5, 3.4)
    for (key, values), colour, style in zip(shares.items(), (BLUE, RED, GREY), ("o-", "s--", "^:"), strict=True):
        axes.plot(rows, values.mean(axis=0), style, color=colour, label=name(key))
        axes.fill_between(rows, values.min(axis=0), values.max(axis=0), color=colour, alpha=0.15)
    learned = phrase(en="films learned from (log scale)", zh="训练用的电影数（对数刻度）")
    axes.set_xscale("log")
    axes.set_xticks(rows, [f"{n:,}" for n in rows])
    axes.minorticks_off()
    axes.set_ylim(bottom=0)
    axes.set(xlabel=learned, ylabel=phrase(en="share of the attribution", zh="归因所占的份额"))
    axes.legend(frameon=False)
    title = phrase(
        en="With few rows the bystander takes some of its neighbour's credit", zh="数据少时，旁观者分走邻居的功劳"
    )
    axes.set_title(title)
    told = phrase(en="; ", zh="；").join(
        f"{name(key)} {values.mean(axis=0)[0]:.2f} → {values.mean(axis=0)[-1]:.2f}" for key, values in shares.items()
    )
    show(
        drawn,
        phrase(en=f"Lines by films learned from, {rows[0]} to {rows[-1]:,}. {title}: {told}.", zh=f"折线图，横轴为训练用的电影数（{rows[0]} 到 {rows[-1]:,}）。{title}：{told}。"),
        [{learned: f"{n:,}"} | {key: values.mean(axis=0)[place] for key, values in shares.items()} for place, n in enumerate(rows)],
    )  # fmt: skip


FROM_OUTSIDE = {"random films": (GREY, "s:"), "latest films": (ORANGE, "^--"), "most rated films": (GREEN, "v--"), "left out one by one": (BLACK, "o-")}  # fmt: skip
"""Reasons that need no look inside a model, and how they are drawn in every panel."""


def lost(stored: Mapping[str, Any]) -> None:
    """How many first recommendations are lost without the films that an explanation names: a panel a model."""
    drawn, axes = figure(12, 6.2, -(-len(stored) // 2), 2, sharex=True, sharey=True, squeeze=False)
    told, numbers = {}, []
    for one in axes.flat[len(stored) :]:
        one.set_visible(False)
    for one, (model, found) in zip(axes.flat, stored.items(), strict=False):
        ways = found["lost"]
        own = [way for way in ways if way not in FROM_OUTSIDE]
        looks = FROM_OUTSIDE | {way: (colour, "D-") for way, colour in zip(own, (BLUE, RED, PINK), strict=False)}
        for way in sorted(ways, key=lambda way: -ways[way]["4"]):
            colour, style = looks[way]
            # The ceiling is hollow: in a linear model the terms lie on it.
            hollow = {"ms": 8, "mfc": "none"} if way == "left out one by one" else {"ms": 4}
            one.plot([int(k) for k in ways[way]], list(ways[way].values()), style, color=colour, label=name(way), **hollow)  # fmt: skip
            numbers.append({"model": name(model), "method": name(way)} | {_out(k): share for k, share in ways[way].items()})  # fmt: skip
        counts = list(next(iter(ways.values())))
        one.set_xscale("log", base=2)
        one.set_xticks([int(k) for k in counts], counts)
        one.set_ylim(0, 1.04)
        one.set_title(name(model), fontsize=10)
        one.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
        told[name(model)] = f"{highest({way: ways[way]['4'] for way in own}, 2)} ({ways['random films']['4']:.2f})"
    for one in axes[-1]:
        one.set_xlabel(phrase(en="films taken out (log scale)", zh="去掉的电影数（对数刻度）"))
    for one in axes[:, 0]:
        one.set_ylabel(phrase(en="first places lost", zh="首位推荐消失的比例"))
    drawn.suptitle(phrase(en="A reason is worth what is lost without it", zh="一条理由值多少，看去掉它会失去多少"))
    drawn.tight_layout()
    show(
        drawn,
        phrase(en=f"Lines of first places lost. Without its best 4 films (4 random ones): {_listed(told)}.",
               zh=f"首位推荐消失比例的折线，每个模型一幅。去掉最好的 4 条理由（随机 4 部）：{_listed(told)}。"),
        numbers,
    )  # fmt: skip


def _out(k: str) -> str:
    return phrase(en=f"{k} out", zh=f"去掉 {k} 部")


# Privacy


def members(stored: Mapping[str, Any]) -> None:
    """How well an attack tells who was in the training, beside its control: AUC, a dot a seed."""
    drawn, axes = figure(8, 0.9 + 0.5 * len(stored))
    means = {}
    for part, colour, off in (("attack", RED, 0.1), ("control", GREY, -0.1)):
        means[part] = _dots(axes, {key: one[part] for key, one in stored.items()}, colour, off, name(part))
    axes.axvline(0.5, color=BLACK, lw=1, ls="--")
    axes.set_xlabel(phrase(en="AUC of the attack (0.5: a coin)", zh="攻击的 AUC（0.5 等于抛硬币）"))
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    title = phrase(
        en="Was this user in the training data? Some models say so", zh="这位用户在训练数据里吗？有的模型会泄露"
    )
    axes.set_title(title)
    told = _listed({name(part): extremes(found, 2) for part, found in means.items()})
    show(
        drawn,
        phrase(en=f"Rows of dots, AUC by model. {title}. {told}.", zh=f"每个模型一行点，AUC。{title}。{told}。"),
        [{"model": name(key)} | {part: found[key] for part, found in means.items()} for key in stored],
    )


def promises(popularity: Mapping[str, Any], ease: Mapping[str, Any], exact: Mapping[str, float]) -> None:
    """NDCG@10 against ε: means and intervals with noise, and lines for the models without."""
    drawn, axes = figure(7.5, 3.8)
    told, numbers = [], []
    kinds = (("private popularity", popularity, "popularity"), ("private EASE", ease, "EASE"))
    for (key, found, plain), colour, mark in zip(kinds, (BLUE, RED), "os", strict=True):
        epsilon = np.array(sorted(float(e) for e in found))
        rows = [found[f"{e:g}"] for e in epsilon]
        mean = np.array([np.mean(one["seeds"]) for one in rows])
        low, high = np.array([one["interval"] for one in rows]).T
        axes.errorbar(epsilon, mean, yerr=[mean - low, high - mean], fmt=mark + "-", color=colour, capsize=3, label=name(key))  # fmt: skip
        axes.axhline(exact[plain], color=colour, lw=1, ls="--")
        axes.annotate(phrase(en=f"{name(plain)}, no noise", zh=f"{name(plain)}，无噪声"), (0.01, exact[plain]), (0, 3), xycoords=("axes fraction", "data"), textcoords="offset points", fontsize=8, color=ink(colour))  # fmt: skip
        told.append(f"{name(key)} {mean[0]:.3f} → {mean[-1]:.3f}" + phrase(en=f" (none: {exact[plain]:.3f})", zh=f"（无噪声 {exact[plain]:.3f}）"))  # fmt: skip
        ends = zip(epsilon, mean, low, high, strict=True)
        numbers += [{"model": name(key), "in promise": f"{e:g}", "mean": m, "low": lo, "high": hi} for e, m, lo, hi in ends]  # fmt: skip
    axes.set_xscale("log")
    axes.set_xticks(epsilon, [f"{e:g}" for e in epsilon])
    axes.minorticks_off()
    axes.set_ylim(bottom=0)
    axes.set(
        xlabel=phrase(en="ε (log scale): smaller promises more", zh="ε（对数刻度）：越小，保护越强"), ylabel="NDCG@10"
    )
    axes.legend(frameon=False, loc="lower right")
    title = phrase(en="What a promise costs on 943 users (95% interval)", zh="943 位用户时，一个承诺的代价（95% 区间）")
    axes.set_title(title)
    both = phrase(en="; ", zh="；").join(told)
    show(
        drawn,
        phrase(en=f"Lines of NDCG@10 by ε, {epsilon[0]:g} to {epsilon[-1]:g}. {title}: {both}.", zh=f"NDCG@10 随 ε 变化的折线（{epsilon[0]:g} 到 {epsilon[-1]:g}）。{title}：{both}。"),
        numbers,
    )  # fmt: skip


def federated(stored: Mapping[str, Any], popular: float) -> None:
    """NDCG@10 of one model by where it was trained, a dot a seed; popularity as a line."""
    kinds = ("central", "alike", "unlike", "alike, each alone", "unlike, each alone")
    values = {kind: [one["test"] for one in stored[kind].values()] for kind in kinds}
    drawn, axes = figure(7.5, 3.0)
    means = _dots(axes, values, BLUE)
    axes.axvline(popular, color=ORANGE, lw=1.5, ls="--", label=name("popularity"))
    axes.set_xlim(left=0)
    axes.set_xlabel("NDCG@10")
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    title = phrase(en="Ten clients together, apart, and as one", zh="十个客户端：合训、各训与集中训练")
    axes.set_title(title)
    show(
        drawn,
        phrase(en=f"Rows of dots, one a seed, NDCG@10. {title}: {extremes(means)}; dashed, popularity {popular:.3f}.",
               zh=f"每行的点各是一个随机种子，NDCG@10。{title}：{extremes(means)}；虚线为流行度 {popular:.3f}。"),
        [{"trained where": name(kind), "mean": means[kind], "low": min(found), "high": max(found)} for kind, found in values.items()],
    )  # fmt: skip


# Wrong data


def costs(worlds: Mapping[str, Any], model: str = "EASE") -> None:
    """By how much NDCG@10 falls with planted noise, as a share of the clean log's: a panel a world, a line a kind."""
    drawn, axes = figure(10.5, 3.6, 1, len(worlds), sharey=True, squeeze=False)
    told, numbers = {}, []
    for one, (world, found) in zip(axes[0], worlds.items(), strict=True):
        clean, last = found["clean"][model]["ndcg"], {}
        for place, (kind, shares) in enumerate(found["cost"].items()):
            points = {0.0: 0.0} | {float(share): rows[model]["ndcg"] / clean - 1 for share, rows in shares.items()}
            one.plot(list(points), list(points.values()), "os^Dv"[place] + ("--" if kind == "rows lost" else "-"), color=CYCLE[place], label=name(kind))  # fmt: skip
            last[kind] = 100 * list(points.values())[-1]
            numbers.append({"log": _world(world), "noise": name(kind)} | {f"{share:.0%}": _percent(points[float(share)]) for share in map(float, shares)})  # fmt: skip
        one.axhline(0, color=GREY, lw=1)
        one.set_title(_world(world), fontsize=10)
        one.set_xlabel(phrase(en="wrong rows for each right one", zh="每条正确数据对应的错误数据"))
        one.yaxis.set_major_formatter(lambda value, _: _percent(value))
        told[_world(world)] = extremes(last, 0)
    axes[0, 0].set_ylabel(
        phrase(en=f"NDCG@10 of {name(model)} against clean", zh=f"{name(model)}：NDCG@10 与干净数据相比")
    )
    axes[0, -1].legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    drawn.suptitle(
        phrase(en=f"Which wrong rows hurt: {name(model)} (stored)", zh=f"哪种错误数据伤害大：{name(model)}（预先存好）")
    )
    drawn.tight_layout()
    parts = _listed(told)
    show(
        drawn,
        phrase(en=f"Falling lines, a panel a log: change of NDCG@10, {name(model)}, by kind of wrong rows. At the right end, in percent, {parts}.",
               zh=f"下降的折线，每份日志一幅：各种错误数据使 NDCG@10 变化多少，模型：{name(model)}。右端（百分比），{parts}。"),
        numbers,
    )  # fmt: skip


def _percent(value: float) -> str:
    return f"{value:+.0%}".replace("-", "−") if value else "0%"


def bought(worlds: Mapping[str, Any], kind: str) -> None:
    """What cleaning and what twice the users buy, on the same users: differences to half of them, dirty, intervals."""
    rows = ("half, cleaned", "half, perfect", "all, dirty", "all, perfect")
    drawn, axes = figure(9.5, 3.0, 1, len(worlds), sharey=True, squeeze=False)
    told, numbers = {}, []
    for one, (world, found) in zip(axes[0], worlds.items(), strict=True):
        measured = found["bought"][kind]
        base = measured["half, dirty"]["ndcg"]
        gains = {row: measured[row]["ndcg"] - base for row in rows}
        for place, (row, mean) in enumerate(gains.items()):
            low, high = measured[row]["more than half, dirty"]
            one.errorbar(mean, -place, xerr=[[max(mean - low, 0)], [max(high - mean, 0)]], fmt="o", color=RED if row == "all, dirty" else BLUE, capsize=4)  # fmt: skip
            numbers.append({"log": _world(world), "method": name(row), "mean": mean, "low": low, "high": high})
        one.axvline(0, color=GREY, lw=1)
        start = f"{name('half, dirty')}{phrase(en=': ', zh='：')}{base:.3f}"
        one.set_title(phrase(en=f"{_world(world)} ({start})", zh=f"{_world(world)}（{start}）"), fontsize=10)
        one.set_xlabel(phrase(en="gain in NDCG@10 (95% interval)", zh="NDCG@10 的提高（95% 区间）"))
        told[_world(world)] = extremes(gains)
    axes[0, 0].set_yticks(-np.arange(len(rows)), [name(row) for row in rows])
    axes[0, 0].set_ylim(0.5 - len(rows), 0.5)
    drawn.suptitle(
        phrase(
            en="What cleaning buys, and what more rows buy (stored)", zh="清洗换来什么，更多数据换来什么（预先存好）"
        )
    )
    drawn.tight_layout()
    parts = _listed(told)
    show(
        drawn,
        phrase(en=f"Dots with intervals: gains over {name('half, dirty')}. {parts}.", zh=f"带区间的点图：比“{name('half, dirty')}”高多少。{parts}。"),
        numbers,
    )  # fmt: skip


def _world(key: str) -> str:
    return name({"shop": "groceries"}.get(key, key))


# Measures


def ranks(tables: Mapping[str, Mapping[str, Mapping[str, float]]]) -> None:
    """The place of each model by each measure, 1 is best, a panel a table: ``tables[title][model][measure]``."""
    tall = max(len(one) for one in tables.values())
    drawn, axes = figure(5.6 * len(tables), 1.9 + 0.36 * tall, 1, len(tables), squeeze=False)
    told, numbers = [], []
    for one, (title, table) in zip(axes[0], tables.items(), strict=True):
        models, measures = list(table), list(next(iter(table.values())))
        values = np.array([[table[model][measure] for measure in measures] for model in models])
        place = 1 + (values[None] > values[:, None] + 1e-12).sum(axis=1)
        one.imshow(place, cmap="Blues_r", aspect="auto", vmin=1, vmax=len(models) + 3)
        for (row, column), number in np.ndenumerate(place):
            one.text(column, row, str(number), ha="center", va="center", fontsize=9, color="white" if number < 1.5 + len(models) / 4 else "black")  # fmt: skip
        one.set_xticks(
            np.arange(len(measures)), [name(measure) for measure in measures], rotation=45, ha="right", fontsize=8
        )
        one.set_yticks(np.arange(len(models)), [name(model) for model in models], fontsize=8)
        one.grid(visible=False)
        one.set_title(title, fontsize=10)
        first, leaders = name(models[int(place[:, 0].argmin())]), int((place == 1).any(axis=1).sum())
        told.append(phrase(en=f"{title}: first by {name(measures[0])} {first}; {leaders} of {len(models)} models are first by some measure",
                           zh=f"{title}：{name(measures[0])} 最高的是 {first}；{len(models)} 个模型中有 {leaders} 个在某个指标上居首"))  # fmt: skip
        log = phrase(en="log", zh="日志")
        numbers += [{log: title, "model": name(model)} | dict(zip(measures, row, strict=True)) for model, row in zip(models, place.tolist(), strict=True)]  # fmt: skip
    drawn.suptitle(
        phrase(
            en="The same models, ranked by each measure: 1 is best (stored)",
            zh="同样的模型，按各个指标排名：1 最好（预先存好）",
        )
    )
    drawn.tight_layout()
    parts = phrase(en=". ", zh="。").join(told)
    show(
        drawn,
        phrase(en=f"Grids of places, a row a model, a column a measure. {parts}.", zh=f"名次的表格图，每行一个模型，每列一个指标。{parts}。"),
        numbers,
    )  # fmt: skip


def _dots(
    axes: Axes, values: Mapping[str, Sequence[float]], colour: str, off: float = 0.0, label: str | None = None
) -> dict[str, float]:
    """A row of dots a key, with its mean as a bar; returns the means."""
    means = {key: float(np.mean(found)) for key, found in values.items()}
    for place, (key, found) in enumerate(values.items()):
        shown = label if not place else None
        axes.plot(found, np.full(len(found), off - place), "o", color=colour, alpha=0.6, ms=5, label=shown)
        axes.plot(means[key], off - place, "|", color=colour, ms=16, mew=2.5)
    axes.set_yticks(-np.arange(len(values)), [name(key) for key in values])
    axes.set_ylim(0.5 - len(values), 0.5)
    return means


def _listed(parts: Mapping[str, str]) -> str:
    """What an alt text says of each part: ``films: highest EASE 0.072; the shop: …``."""
    return phrase(en="; ", zh="；").join(part + phrase(en=": ", zh="：") + told for part, told in parts.items())
