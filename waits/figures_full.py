"""Figures of chapter 16."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from recbook.evaluation.compare import bootstrap_over_sets
from recbook.plots.base import BLUE, CYCLE, GREY, RED, add_words, ends, figure, film, name, show
from recbook.session import phrase

add_words({
    # Semantic IDs
    "codes of": ("codes made from", "编码来自"),
    "title, year, genres": ("title, year, genres", "片名、年份、类型"),
    "titles alone": ("titles alone", "只用片名"),
    "dealt at random": ("dealt out at random", "随机发放"),
    "prefix 1": ("first code equal", "第一码相同"),
    "prefix 2": ("first two equal", "前两码相同"),
    "prefix 3": ("first three equal", "前三码相同"),
    "semantic codes": ("generator, semantic codes", "生成模型，语义编码"),
    "shuffled codes": ("generator, codes at random", "生成模型，随机编码"),
    "title codes": ("generator, codes of titles", "生成模型，片名编码"),
    "behaviour codes": ("generator, codes from behaviour", "生成模型，行为编码"),
    "all its codes": ("generator, all codes", "生成模型，全部编码"),
    "first code alone": ("generator, first code alone", "生成模型，只用第一码"),
    "targets exchanged": ("generator, targets exchanged", "生成模型，交换目标"),
    "residual k-means": ("residual k-means", "残差 k-means"),
    "RQ-VAE": ("RQ-VAE", "RQ-VAE"),
    "first codes used": ("first codes used", "用到的第一码"),
    "films colliding": ("films colliding", "冲突的电影"),
    "attention: softmax": ("softmax (SASRec)", "softmax（SASRec）"),
    "attention: pointwise": ("pointwise, gated (HSTU)", "逐对加权，带门（HSTU）"),
    "attention: pointwise, same time": ("pointwise, gated, equal seconds", "逐对加权，带门，用时相同"),
    "kind of attention": ("attention", "注意力"),
    "validation NDCG@10": ("validation NDCG@10", "验证集 NDCG@10"),
    "95% interval": ("95% interval", "95% 区间"),
    "test NDCG@10": ("test NDCG@10", "测试集 NDCG@10"),
    "minus popularity": ("minus popularity of the last 4 weeks", "与最近四周流行度之差"),
    "semantic": ("generator, codes of texts", "生成模型，文本编码"),
    "behaviour": ("generator, behaviour codes", "生成模型，行为编码"),
    "ridge on texts": ("ridge on title, year, genres", "岭回归：片名、年份、类型"),
})  # fmt: skip


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
    told = "; ".join(f"{'-'.join(map(str, row))} {title}" for row, title in zip(codes.tolist(), titles, strict=True))
    show(drawn, phrase(en=f"A tree of codes with films at its leaves: {told}.", zh=f"编码的树，叶子是电影：{told}。"))


def sum_of_codes(codes: np.ndarray, titles: Sequence[str], seed: int = 0) -> None:
    """Films as sums, from vectors drawn at random: a strip for each code of ``codes`` ``(films, levels)``, below the sum."""
    tables = np.random.default_rng(seed).normal(size=(codes.shape[1], int(codes.max()) + 1, 24))
    vectors = {title: tables[np.arange(codes.shape[1]), one] for title, one in zip(titles, codes, strict=True)}
    shared = int((codes == codes[0]).all(axis=0).cumprod().sum())
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
    drawn.suptitle(phrase(en="A film is the sum of its codes; what is shared is learned together",
                          zh="一部电影是各码向量之和；共有的码一起学"))  # fmt: skip
    drawn.tight_layout()
    names = phrase(en=" and ", zh="、").join(told)
    show(drawn, phrase(
        en=f"Coloured strips, a row a code and their sum below the line: {names}. The first {shared} rows are equal.",
        zh=f"彩色条带，每行一个码，横线下是它们的和：{names}。前 {shared} 行相同。",
    ))  # fmt: skip


def where_new_films_lie(n_ratings: np.ndarray, log_p: np.ndarray) -> None:
    """Each film by its ratings in training ``(n,)`` and its mean log10-probability ``(n,)``; unrated ones in red."""
    new = n_ratings == 0
    drawn, axes = figure(7.5, 3.6)
    axes.scatter(n_ratings[~new], log_p[~new], s=8, color=BLUE, alpha=0.5, label=phrase(en="rated", zh="评过分"))
    axes.scatter(n_ratings[new], log_p[new], s=26, marker="D", color=RED, label=phrase(en="never rated", zh="从未评过"))
    axes.axhline(-np.log10(len(new)), color=GREY, linestyle="--", lw=1,
                 label=phrase(en="all films alike", zh="所有电影相同"))  # fmt: skip
    axes.set_xscale("symlog")
    axes.set(xlim=(-0.3, None), xlabel=phrase(en="ratings in training", zh="训练集中的评分数"))
    axes.set_ylabel(phrase(en="log10 of the mean chance", zh="平均概率的 log10"))
    axes.set_title(phrase(en="The fewer ratings in training, the more rarely said", zh="训练中评分越少，越难被生成"))
    axes.legend(frameon=False, fontsize=9, loc="upper left", bbox_to_anchor=(1.01, 1))
    drawn.tight_layout()
    low, all_alike = np.median(log_p[new]), -np.log10(len(new))
    show(drawn, phrase(
        en=f"Films by ratings and by the chance of being said: {int(new.sum())} never rated, median {low:.1f}; all alike {all_alike:.1f}.",
        zh=f"电影的评分数与被生成的概率：{int(new.sum())} 部从未评过，中位数 {low:.1f}；所有电影相同时为 {all_alike:.1f}。",
    ))  # fmt: skip


def among_hidden(per_user: Mapping[str, np.ndarray]) -> None:
    """NDCG@10 among hidden films: ``per_user[model]`` ``(sets, users)``, NaN where a user has nothing to find."""
    shown = {"random": "random", "as trained": "all its codes", "first code": "first code alone",
             "exchanged": "targets exchanged", "ridge on titles": "ridge on texts"}  # fmt: skip
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
    rows = phrase(en="; ", zh="；").join(f"{name(key)} {one[0]:.3f} ({ends(*one[1:])})" for key, one in levels.items())
    show(drawn, phrase(en=f"Dots with intervals: {rows}.", zh=f"带区间的点图：{rows}。"))
