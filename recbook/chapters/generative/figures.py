"""Figures of chapter 16."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from recbook.evaluation import bootstrap
from recbook.evaluation.compare import bootstrap_over_sets
from recbook.plots.base import (
    BLUE,
    CYCLE,
    GREY,
    ORANGE,
    RED,
    add_words,
    ends,
    extremes,
    figure,
    film,
    highest,
    name,
    show,
)
from recbook.plots.common import hidden_sets
from recbook.session import phrase

if TYPE_CHECKING:
    from matplotlib.axes import Axes

add_words({
    # The language model
    "asked": ("how it is asked", "提问方式"),
    "what is said": ("what it says", "回答"),
    "most probable": ("always the most probable", "每次取最可能的"),
    "most probable, as a question": ("as a question, the most probable", "作为问题提出，取最可能的"),
    "with history": ("likelihood, with history", "似然，有历史"),
    "without history": ("likelihood, without history", "似然，无历史"),
    "another user's history": ("likelihood, another user's history", "似然，换成另一位用户的历史"),
    "history reversed": ("likelihood, history reversed", "似然，历史倒序"),
    "with minus without": ("with minus without (PMI)", "PMI（有历史减无历史）"),
    "another user's minus without": ("PMI of another user's history", "PMI，换成另一位用户的历史"),
    "with history, per token": ("with history, per token", "有历史，按词元平均"),
    "with minus without, per token": ("with minus without, per token", "PMI，按词元平均"),
    "drawn evenly": ("49 others, drawn evenly", "另外 49 部均匀抽取"),
    "drawn by popularity": ("49 others, drawn by popularity", "另外 49 部按流行度抽取"),
    "wording": ("wording", "措辞"),
    "as a list": ("a list that goes on", "接着写列表"),
    "as a sentence": ("a sentence", "一句话"),
    "as a chat": ("a question", "一个问题"),
    "sum": ("NDCG@10, sum", "NDCG@10，求和"),
    "per token": ("NDCG@10, per token", "NDCG@10，按词元平均"),
    "much rated": ("much rated", "评分多"),
    "little rated": ("little rated", "评分少"),
    "much rated, invented": ("invented, as many words", "编造，词数相同"),
    "little rated, invented": ("invented, as many words as these", "编造，词数与评分少的相同"),
    "language model": ("language model, layer chosen", "语言模型，层已选定"),
    "raw": ("language model, raw mean of layer 15", "语言模型，第 15 层原始平均"),
    "all tokens": ("mean of all tokens", "所有词元的平均"),
    "first token": ("first token", "第一个词元"),
    "other tokens": ("mean of the others", "其余词元的平均"),
    # Semantic IDs
    "codes of": ("codes made from", "编码来自"),
    "title, year, genres": ("title, year, genres", "片名、年份、类型"),
    "titles alone": ("titles alone", "只用片名"),
    "dealt at random": ("dealt out at random", "随机分配"),
    "prefix 1": ("first code equal", "第一码相同"),
    "prefix 2": ("first two equal", "前两码相同"),
    "prefix 3": ("first three equal", "前三码相同"),
    "semantic codes": ("generator, semantic codes", "生成模型，语义 ID"),
    "shuffled codes": ("generator, codes at random", "生成模型，随机分配的 ID"),
    "title codes": ("generator, codes of titles", "生成模型，片名做的 ID"),
    "behaviour codes": ("generator, codes from behaviour", "生成模型，行为做的 ID"),
    "all its codes": ("generator, all codes", "生成模型，全部码"),
    "first code alone": ("generator, first code alone", "生成模型，只用第一码"),
    "as inner sets chose": ("generator, as inner sets chose", "生成模型，内层选出的设置"),
    "targets exchanged": ("generator, targets exchanged", "生成模型，替换目标"),
    "residual k-means": ("residual k-means", "残差 k-means"),
    "RQ-VAE": ("RQ-VAE", "RQ-VAE"),
    "first codes used": ("first codes used", "用到的第一码"),
    "films colliding": ("films colliding", "冲突的电影"),
    "ridge on codes": ("ridge on the three codes", "岭回归：三个码"),
    # Attention and the shop
    "kind of attention": ("attention", "注意力"),
    "attention: softmax": ("softmax, 8 epochs", "softmax，8 个轮次"),
    "attention: pointwise": ("HSTU's, 8 epochs", "HSTU，8 个轮次"),
    "attention: pointwise, 12 epochs": ("HSTU's, 12 epochs", "HSTU，12 个轮次"),
    "shop: semantic": ("codes of texts, 2 epochs", "文本的语义 ID，2 个轮次"),
    "shop: behaviour": ("codes from behaviour, 2 epochs", "行为的 ID，2 个轮次"),
    "shop: shuffled": ("codes at random, 2 epochs", "随机分配的 ID，2 个轮次"),
    "shop: semantic, 8 epochs": ("codes of texts, 8 epochs", "文本的语义 ID，8 个轮次"),
    "shop: behaviour, 8 epochs": ("codes from behaviour, 8 epochs", "行为的 ID，8 个轮次"),
    "shop: shuffled, 8 epochs": ("codes at random, 8 epochs", "随机分配的 ID，8 个轮次"),
    "shop: EASE": ("EASE", "EASE"),
    "minus popularity": ("minus popularity of the last 4 weeks (95% interval)", "高出最近四周的流行度（95% 区间）"),
    "95% interval": ("95% interval", "95% 区间"),
    "ridge on texts": ("ridge on title, year, genres", "岭回归：片名、年份、类型"),
    # LoRA
    "frozen": ("frozen vectors", "冻结的向量"),
    "linear": ("linear head", "线性头"),
    "mlp": ("two-layer head", "两层头"),
    "layer": ("last layer", "最后一层"),
    "two layers": ("last two layers", "最后两层"),
    "lora": ("LoRA on the last two layers", "最后两层上的 LoRA"),
    "tuned": ("what is trained", "微调方式"),
    "numbers that move": ("trainable numbers", "可训练参数"),
    "stored, kB": ("file, kB", "文件（kB）"),
    "optimiser, kB": ("Adam's memory, kB", "Adam 的内存（kB）"),
    "seconds a step": ("CPU seconds a step", "每步 CPU 时间（秒）"),
    "NDCG@10, new films": ("NDCG@10, new films", "NDCG@10，新电影"),
    "LoRA less it": ("LoRA less it (95% interval)", "LoRA 高出（95% 区间）"),
    "LoRA ahead on": ("sets of 5 on which LoRA leads", "LoRA 领先的组数（共 5 组）"),
})  # fmt: skip


MODEL = ("with", "without", "another", "history", "letters")
"""How the names of scores by the language model begin; they are drawn in another colour."""


def answers(said: Mapping[str, Sequence[str]], by_ease: Sequence[str]) -> pd.DataFrame:
    """What was said, a row an answer, and EASE's first films in the last row: a table's rows."""
    rows = []
    for way, found in said.items():
        drawn = phrase(en=f"drawn, temperature {way}", zh=f"采样，温度 {way}")
        asked = {"greedy": name("most probable"), "chat, greedy": name("most probable, as a question")}.get(way, drawn)
        rows += [(asked, answer or "–") for answer in found]
    rows.append((name("EASE"), phrase(en="; ", zh="；").join(map(film, by_ease))))
    return pd.DataFrame(rows, columns=["asked", "what is said"])


def next_tokens(shares: Mapping[str, Sequence[tuple[str, float]]]) -> None:
    """The most probable next tokens, a panel a temperature; ``shares[temperature]`` lists (token, probability)."""
    drawn, axes = figure(9, 3.4, 1, len(shares))
    told = []
    for one, (heat, found) in zip(axes, shares.items(), strict=True):
        words = [repr(word.strip() or word)[1:-1] for word, _ in found]
        places, heights = -np.arange(len(found)), np.array([share for _, share in found])
        one.barh(places, heights, color=BLUE)
        one.barh(-len(found), max(0.0, 1 - heights.sum()), color=GREY)
        one.set_yticks([*places, -len(found)], [*words, phrase(en="all others", zh="其余全部")], fontsize=8)
        one.set(xlim=(0, 1), xlabel=phrase(en="probability", zh="概率"))
        one.grid(axis="y", visible=False)
        one.set_title(phrase(en=f"temperature {heat}", zh=f"温度 {heat}"), fontsize=10)
        told.append(phrase(en=f"at {heat}: {words[0]} {heights[0]:.2f}, all others {max(0.0, 1 - heights.sum()):.2f}",
                           zh=f"温度 {heat}：{words[0]} {heights[0]:.2f}，其余全部 {max(0.0, 1 - heights.sum()):.2f}"))  # fmt: skip
    drawn.suptitle(phrase(en="The same model, sharpened and not: what may come next", zh="温度越低，分布越集中：接下来可能是什么"))  # fmt: skip
    drawn.tight_layout()
    show(drawn, phrase(en=f"Bars of the next token's probability; {'; '.join(told)}.",
                       zh=f"下一个词元的概率条形图；{'；'.join(told)}。"))  # fmt: skip


def candidates(panels: Mapping[str, Mapping[str, np.ndarray]], chance: float) -> None:
    """NDCG@10 of 50 candidates, a panel a way to draw them: means over users with 95% intervals, a row a score.

    ``chance`` is what a random order has on average; fewer users than the panel's most stand beside the number.
    """
    rows = list(dict.fromkeys(key for found in panels.values() for key in found))
    most = {kind: max(map(len, found.values())) for kind, found in panels.items()}
    drawn, axes = figure(10, 1.1 + 0.36 * len(rows), 1, len(panels), sharey=True, sharex=True)
    told = []
    for one, (kind, found) in zip(np.atleast_1d(axes), panels.items(), strict=True):
        for key, values in found.items():
            (low, high), mean, place = bootstrap(values), float(np.mean(values)), -rows.index(key)
            colour = RED if key.startswith(MODEL) else BLUE
            one.errorbar(mean, place, xerr=[[mean - low], [high - mean]], fmt="o", color=colour, capsize=3)
            fewer = (
                phrase(en=f" ({len(values)} users)", zh=f"（{len(values)} 位用户）") if len(values) < most[kind] else ""
            )
            one.annotate(f"{mean:.3f}{fewer}", (mean, place), (0, 5), textcoords="offset points", ha="center", fontsize=8)  # fmt: skip
        one.axvline(chance, color=GREY, lw=1, ls="--")
        one.set(xlim=(0, None), ylim=(0.6 - len(rows), 0.8), xlabel=phrase(en="NDCG@10 among 50 films (95% interval)", zh="50 部电影中的 NDCG@10（95% 区间）"))  # fmt: skip
        users = phrase(en=f"{name(kind)}: {most[kind]} users", zh=f"{name(kind)}：{most[kind]} 位用户")
        one.set_title(users, fontsize=10)
        told.append(f"{name(kind)}: {highest({key: float(np.mean(values)) for key, values in found.items()})}")
    np.atleast_1d(axes)[0].set_yticks(-np.arange(len(rows)), [name(key) for key in rows])
    drawn.suptitle(phrase(en=f"The language model's scores beside the usual ones; dashed: chance ({chance:.3f})", zh=f"语言模型的各种分数与常用模型；虚线：随机顺序的期望（{chance:.3f}）"))  # fmt: skip
    drawn.tight_layout()
    show(
        drawn,
        phrase(
            en=f"Dots with intervals, NDCG@10 among 50 films; chance {chance:.3f}. Highest, {'; '.join(told)}.",
            zh=f"带区间的点图，50 部电影中的 NDCG@10；随机期望 {chance:.3f}。最高的，{'；'.join(told)}。",
        ),
        [{phrase(en="score", zh="得分"): name(key)} | {name(kind): f"{np.mean(found[key]):.3f} ({ends(*bootstrap(found[key]))})" for kind, found in panels.items() if key in found} for key in rows],
    )  # fmt: skip


def letters(said: Sequence[int], right: Sequence[int]) -> None:
    """How often each letter was said, beside how often it was the right one."""
    drawn, axes = figure(7.5, 2.8)
    places = np.arange(len(said))
    axes.bar(places - 0.2, said, 0.4, color=RED, label=phrase(en="said", zh="模型的回答"))
    axes.bar(places + 0.2, right, 0.4, color=BLUE, label=phrase(en="was right", zh="正确答案"))
    axes.set_xticks(places, list("ABCDEFGHIJ"[: len(said)]))
    axes.set_ylabel(phrase(en="questions", zh="问题数"))
    axes.grid(axis="x", visible=False)
    axes.legend(frameon=False)
    axes.set_title(phrase(en="Ten films under ten letters: which was said, which was right", zh="十部电影编成十个字母：模型选了哪个，哪个正确"))  # fmt: skip
    counts = phrase(en=", ", zh="，").join(f"{letter} {a}/{b}" for letter, a, b in zip("ABCDEFGHIJ", said, right, strict=False))  # fmt: skip
    show(drawn, phrase(en=f"Bars for each letter, said and right: {counts}.", zh=f"每个字母的条形图，模型的回答/正确答案：{counts}。"))  # fmt: skip


def perplexities(groups: Mapping[str, np.ndarray]) -> None:
    """Perplexity of titles by group, on a logarithmic axis: a dot a title, and the geometric mean with its 95% interval."""
    drawn, axes = figure(8, 0.9 + 0.55 * len(groups))
    told = []
    for place, (key, logs) in enumerate(groups.items()):
        low, high = bootstrap(logs)
        jitter = np.random.default_rng(0).uniform(-0.18, 0.18, len(logs))
        axes.plot(np.exp(logs), jitter - place, "o", ms=3, color=GREY, alpha=0.7)
        axes.plot(np.exp([low, high]), [-place, -place], color=BLUE, lw=2)
        axes.plot(np.exp(np.mean(logs)), -place, "D", color=BLUE)
        axes.annotate(f"{np.exp(np.mean(logs)):.0f}", (np.exp(np.mean(logs)), -place), (0, 8), textcoords="offset points", ha="center", fontsize=8)  # fmt: skip
        told.append(f"{name(key)} {np.exp(np.mean(logs)):.0f} ({np.exp(low):.0f}–{np.exp(high):.0f})")
    axes.set_yticks(-np.arange(len(groups)), [name(key) for key in groups])
    axes.set_xscale("log")
    axes.set_xlabel(phrase(en="perplexity of the title (log scale; geometric mean, 95% interval)", zh="片名的困惑度（对数刻度；几何平均及其 95% 区间）"))  # fmt: skip
    axes.set_title(phrase(en="Known titles surprise the model least", zh="片名越有名，困惑度越低"))
    show(
        drawn,
        phrase(
            en=f"Dots for titles, geometric means: {'; '.join(told)}.", zh=f"片名的点，几何平均：{'；'.join(told)}。"
        ),
    )


def sink(layers: Sequence[int], cosines: Mapping[str, Sequence[float]], lengths: Mapping[str, Sequence[float]]) -> None:
    """By layer: the mean cosine of two titles, and how long the vectors are (log scale), by which tokens are taken."""
    drawn, axes = figure(9.5, 3.2, 1, 2)
    for one, curves in zip(axes, (cosines, lengths), strict=True):
        for place, (key, values) in enumerate(curves.items()):
            one.plot(layers, values, "os^"[place] + "-", color=CYCLE[place], label=name(key))
        one.set_xticks(list(layers))
        one.set_xlabel(phrase(en="layer", zh="层"))
        one.legend(frameon=False, fontsize=8)
    axes[0].set_title(phrase(en="mean cosine of two titles", zh="两个片名的平均余弦"), fontsize=10)
    axes[1].set_title(phrase(en="length of the vector", zh="向量的长度"), fontsize=10)
    axes[1].set_yscale("log")
    drawn.suptitle(phrase(en="One token outweighs all others, and it says nothing of the film", zh="一个词元压倒其余，而它与电影无关"))  # fmt: skip
    drawn.tight_layout()
    told = "; ".join(f"{name(key)} {', '.join(f'{value:.2f}' for value in values)}" for key, values in cosines.items())
    show(drawn, phrase(en=f"Two panels by layer {list(layers)}. Cosines: {told}.", zh=f"按层 {list(layers)} 的两幅图。余弦：{told}。"))  # fmt: skip


def hidden_films(ndcg: Mapping[str, Sequence[float]]) -> None:
    """NDCG@10 on the hidden sets of chapter 10, by vectors of titles: ``ndcg[name]`` has a number a set."""
    hidden_sets(
        {key: ndcg[key] for key in ("MiniLM", "language model", "raw")},
        phrase(en="Hidden films: which vectors of titles help (stored)", zh="隐藏的电影：哪种片名向量有用（预先存好）"),
    )


def address_tree(codes: np.ndarray, titles: Sequence[str]) -> None:
    """The tree of some films' codes ``(n, levels)`` from left to right, with the titles at its leaves."""
    order = np.lexsort(codes.T[::-1])
    codes, titles = codes[order], [film(titles[place]) for place in order]
    n, levels = codes.shape
    drawn, axes = figure(9, 0.6 + 0.29 * n)
    height = -np.arange(n, dtype=float)
    places = np.full(n, height.mean())
    for level in range(1, levels + 1):
        _, group = np.unique(codes[:, :level], axis=0, return_inverse=True)
        below = np.array([height[group == one].mean() for one in group])
        for start, end, code in sorted(set(zip(places, below, codes[:, level - 1].tolist(), strict=True))):
            axes.plot([level - 1, level], [start, end], color=GREY, lw=1, zorder=1)
            axes.text(level, end, str(code), ha="center", va="center", fontsize=8, zorder=3,
                      bbox={"boxstyle": "round,pad=0.25", "fc": "white", "ec": CYCLE[(level - 1) % len(CYCLE)]})  # fmt: skip
        places = below
    for y, end, title in zip(height, places, titles, strict=True):
        axes.plot([levels, levels + 0.45], [end, y], color=GREY, lw=0.7, zorder=1)
        axes.text(levels + 0.5, y, title, va="center", fontsize=8)
    axes.set(xlim=(-0.2, levels + 2.6), ylim=(-n + 0.3, 0.7))
    axes.axis("off")
    axes.set_title(phrase(en="An address, code by code: neighbours live together", zh="逐码读地址：相近的电影住在一起"))
    code, firsts = phrase(en="codes", zh="码"), len(np.unique(codes[:, 0]))
    show(
        drawn,
        phrase(en=f"A tree of codes, {levels} levels from left to right, with {n} films at its leaves. Films that begin with the same codes hang on one branch; {firsts} first codes are in it.",
               zh=f"码组成的树，从左到右 {levels} 层，叶子是 {n} 部电影。开头的码相同的电影在同一根枝上；第一码共有 {firsts} 种。"),
        [{code: "-".join(map(str, row)), phrase(en="film", zh="电影"): title} for row, title in zip(codes.tolist(), titles, strict=True)],
    )  # fmt: skip


def sum_of_codes(codes: np.ndarray, titles: Sequence[str], seed: int = 0) -> None:
    """Films as sums, from vectors drawn at random: a strip for each code of ``codes`` ``(films, levels)``, below the sum."""
    tables = np.random.default_rng(seed).normal(size=(codes.shape[1], int(codes.max()) + 1, 24))
    vectors = {title: tables[np.arange(codes.shape[1]), one] for title, one in zip(titles, codes, strict=True)}
    shared = ", ".join(map(str, 1 + np.flatnonzero((codes == codes[0]).all(axis=0))))
    drawn, panels = figure(9, 2.6, columns=len(vectors), squeeze=False)
    limit = max(np.abs(one.sum(axis=0)).max() for one in vectors.values())
    told = []
    for axes, (title, one) in zip(panels[0], vectors.items(), strict=True):
        rows = np.vstack([one, one.sum(axis=0)])
        axes.imshow(rows, aspect="auto", cmap="RdBu_r", vmin=-limit, vmax=limit)
        axes.axhline(len(one) - 0.5, color="black", lw=1.5)
        labels = [phrase(en=f"code {level + 1}", zh=f"第 {level + 1} 码") for level in range(len(one))]
        axes.set_yticks(range(len(rows)), [*labels, phrase(en="the film", zh="这部电影")], fontsize=8)
        axes.set_xticks([])
        axes.grid(visible=False)
        axes.set_title(film(title), fontsize=10)
        told.append(film(title))
    drawn.suptitle(phrase(en="A film is the sum of its codes' vectors; what is shared is learned together",
                          zh="一部电影是各码向量之和；共有的码一起学"))  # fmt: skip
    drawn.tight_layout()
    names = phrase(en=" and ", zh="、").join(told)
    show(drawn, phrase(
        en=f"Coloured strips, a row a code and their sum below the line: {names}. Equal rows: {shared}.",
        zh=f"彩色条带，每行一个码，横线下是它们的和：{names}。相同的行：{shared}。",
    ))  # fmt: skip


def where_new_films_lie(n_ratings: np.ndarray, log_p: np.ndarray) -> None:
    """Each film by its ratings in training ``(n,)`` and its mean log10-probability ``(n,)``; unrated ones in red."""
    new = n_ratings == 0
    drawn, axes = figure(7.5, 3.6)
    axes.scatter(n_ratings[~new], log_p[~new], s=8, color=BLUE, alpha=0.5, label=phrase(en="rated", zh="评过分"))
    axes.scatter(n_ratings[new], log_p[new], s=26, marker="D", color=RED, label=phrase(en="never rated", zh="从未评过"))
    axes.axhline(-np.log10(len(new)), color=GREY, linestyle="--", lw=1,
                 label=phrase(en="every film as often", zh="每部电影机会均等"))  # fmt: skip
    axes.set_xscale("symlog")
    axes.set(xlim=(-0.3, None), xlabel=phrase(en="ratings in training", zh="训练集中的评分数"))
    axes.set_ylabel(phrase(en="log10 of the mean chance", zh="平均概率的 log10"))
    axes.set_title(phrase(en="Films with few ratings in training are rarely said", zh="训练中评分少的电影，很少被生成"))
    axes.legend(frameon=False, fontsize=9, loc="upper left", bbox_to_anchor=(1.01, 1))
    drawn.tight_layout()
    once = n_ratings == 1
    low, of_once, all_alike = np.median(log_p[new]), np.median(log_p[once]), -np.log10(len(new))
    show(drawn, phrase(
        en=f"Films by ratings and by the chance of being said: {int(new.sum())} never rated, median {low:.1f}; {int(once.sum())} rated once, median {of_once:.1f}; every film as often {all_alike:.1f}.",
        zh=f"电影的评分数与被生成的概率：{int(new.sum())} 部从未评过，中位数 {low:.1f}；{int(once.sum())} 部只评过一次，中位数 {of_once:.1f}；机会均等时为 {all_alike:.1f}。",
    ))  # fmt: skip


def among_hidden(per_user: Mapping[str, np.ndarray]) -> None:
    """NDCG@10 among hidden films: ``per_user[model]`` ``(sets, users)``, NaN where a user has nothing to find."""
    shown = {"random": "random", "as trained": "all its codes", "first code": "first code alone",
             "chosen": "as inner sets chose", "exchanged": "targets exchanged", "ridge on codes": "ridge on codes",
             "ridge on titles": "ridge on texts"}  # fmt: skip
    levels = {
        key: (float(np.nanmean(per_user[kind])), *bootstrap_over_sets(per_user[kind], 0 * per_user[kind]))
        for kind, key in shown.items()
    }
    drawn, axes = figure(7.5, 0.9 + 0.42 * len(levels))
    for place, (key, (mean, low, high)) in enumerate(levels.items()):
        colour = GREY if key == "random" else RED if key == "targets exchanged" else BLUE
        axes.errorbar(mean, -place, xerr=[[mean - low], [high - mean]], fmt="o", color=colour, capsize=4)
        axes.annotate(f"{mean:.3f}", (mean, -place), (0, 6), textcoords="offset points", ha="center", fontsize=8)
    axes.set_yticks(-np.arange(len(levels)), [name(key) for key in levels])
    axes.set(
        xlim=(0, None),
        xlabel=phrase(en="NDCG@10 among the hidden films (95% interval)", zh="隐藏电影上的 NDCG@10（95% 区间）"),
    )
    axes.margins(x=0.1, y=0.2)
    axes.set_title(
        phrase(
            en="Hidden films: what an address finds, beside a regression", zh="隐藏的电影：靠地址能找到多少，对照岭回归"
        )
    )
    told = extremes({key: mean for key, (mean, *_) in levels.items()})
    show(
        drawn,
        phrase(en=f"Dots with intervals, NDCG@10 among the hidden films: {told}.", zh=f"带区间的点图，隐藏电影上的 NDCG@10：{told}。"),
        [{"model": name(key), "mean": mean, "low": low, "high": high} for key, (mean, low, high) in levels.items()],
    )  # fmt: skip


def thin_matrices(trained: Mapping[str, int], width: int = 384, rank: int = 8) -> None:
    """A square weight beside the two thin matrices of LoRA, true to scale, and how many numbers each depth trains.

    ``trained[depth]`` is that number; ``width`` and ``rank`` are those of the drawing.
    """
    from matplotlib.ticker import MaxNLocator

    drawn, (shapes, counts) = figure(10, 3.4, columns=2, width_ratios=(1, 1.1))
    _to_scale(shapes, width, rank)
    for row, (depth, number) in enumerate(reversed(list(trained.items()))):
        counts.barh(row, number, color=ORANGE if depth == "lora" else BLUE)
        counts.annotate(f"{number:,}", (number, row), (4, 0), textcoords="offset points", va="center", fontsize=9)
    counts.set_yticks(range(len(trained)), [name(depth) for depth in reversed(list(trained))])
    counts.set(xlim=(0, 1.25 * max(trained.values())), xlabel=name("numbers that move"))
    counts.xaxis.set_major_locator(MaxNLocator(3))
    counts.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    counts.set_title(phrase(en="Two layers, and fewer numbers than a head", zh="训练两层里的窄矩阵，参数比一个头还少"))
    drawn.tight_layout()
    listed = ", ".join(f"{name(depth)} {number:,}" for depth, number in trained.items())
    show(
        drawn,
        phrase(
            en=f"Left, to scale: a grey square W, {width} by {width}, frozen; two orange strips, B {rank} wide, A {rank} high. Right, bars of the numbers trained: {listed}.",
            zh=f"左图按比例：灰色方块 W，{width} × {width}，冻结；旁边两条橙色细条，B 宽 {rank}，A 高 {rank}。右图是可训练参数的条形图：{listed}。",
        ),
    )


def _to_scale(axes: Axes, width: int, rank: int) -> None:
    """W, and beside it B standing and A lying, as in the product B A."""
    from matplotlib.patches import Rectangle

    left = 1.45 * width
    axes.add_patch(Rectangle((0, 0), width, width, fc="0.85", ec="0.5"))
    axes.add_patch(Rectangle((left, 0), rank, width, fc=ORANGE, ec=RED, lw=0.5))
    axes.add_patch(Rectangle((left + 0.12 * width, width - rank), width, rank, fc=ORANGE, ec=RED, lw=0.5))
    words = {
        (width / 2, width / 2): phrase(en=f"W\n{width} × {width}\nfrozen", zh=f"W\n{width} × {width}\n冻结"),
        (1.22 * width, width / 2): "+",
        (left + 0.26 * width, width / 2): f"B\n{width} × {rank}",
        (left + 0.62 * width, 0.86 * width): f"A  {rank} × {width}",
    }
    for place, word in words.items():
        axes.text(*place, word, ha="center", va="center", fontsize=10)
    axes.set(xlim=(-10, left + 1.15 * width), ylim=(-10, width + 10), aspect="equal")
    axes.set_axis_off()
    axes.set_title(phrase(en="Only orange is trained (to scale)", zh="只训练橙色部分（按比例）"))
