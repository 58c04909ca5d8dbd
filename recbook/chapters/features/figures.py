"""Figures of chapter 05."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from recbook.plots.base import BLUE, CYCLE, GREY, ORANGE, RED, add_words, extremes, figure, name, show, show_moving
from recbook.plots.networks import WHITE, arrow, box
from recbook.session import phrase

if TYPE_CHECKING:
    from matplotlib.axes import Axes

add_words({
    "step": ("step", "步骤"),
    "way": ("way", "办法"),
    "random codes": ("random vectors", "随机向量"),
    "item-kNN, last films": ("item-kNN, last films", "item-kNN（近期加权）"),
    "CLS": ("[CLS]", "[CLS]"),
    "maximum": ("maximum", "最大池化"),
    "weighted": ("weighted mean", "加权平均池化"),
    "idf-weighted": ("mean weighted by idf", "idf 加权平均池化"),
    "padding counted": ("mean, padding counted", "平均池化（算进填充）"),
    "genres in common": ("genres in common", "共有的类型"),
    "less the mean": ("less the mean (95% interval)", "与平均池化之差（95% 区间）"),
    "less as they are": ("less “as they are” (95% interval)", "与“原样”之差（95% 区间）"),
    "as they are": ("as they are", "原样"),
    "centred": ("centred", "中心化"),
    "mean, as they are": ("mean, as they are", "平均池化，原样"),
    "mean, centred": ("mean, centred", "平均池化，中心化"),
    "mean, whitened": ("mean, whitened", "平均池化，白化"),
    "mean, whitened, first 64": ("mean, whitened, first 64", "平均池化，白化，前 64 维"),
    "maximum, as they are": ("maximum, as they are", "最大池化，原样"),
    "maximum, centred": ("maximum, centred", "最大池化，中心化"),
    "maximum, whitened": ("maximum, whitened", "最大池化，白化"),
    "maximum, whitened, first 64": ("maximum, whitened, first 64", "最大池化，白化，前 64 维"),
    "mean cosine": ("mean cosine", "平均余弦"),
    "principal": ("principal directions", "主成分方向"),
    "random projection": ("random projection", "随机投影"),
    "first coordinates": ("first coordinates", "前几个坐标"),
    "half-life": ("half-life (films)", "半衰期（部）"),
    "all alike": ("all alike", "等权"),
    "met": ("met", "看过的"),
    "liked": ("liked", "喜欢的"),
    "met, not centred": ("met, not centred", "看过的，不中心化"),
    "mean of all met": ("mean of all titles met", "看过的全部片名的平均"),
    "last five as one text": ("last 5 titles as one text", "最近 5 部片名连成一段文本"),
    "mean of the last five": ("mean of the last 5 titles", "最近 5 部片名的平均"),
    "decayed mean": ("mean with half-life", "按半衰期的加权平均"),
    "interests": ("clustered interests", "多个兴趣"),
    "ratings of the film in the middle": ("ratings of the median film", "列表里评分条数的中位数"),
    "titles + popularity, less": ("titles + popularity, less (95% interval)", "片名＋流行度，与之相比（95% 区间）"),
    "beats equals": ("test film beats its equals", "胜过与它热度相近的电影"),
    "title, year": ("title, year", "片名、年份"),
    "title, genres": ("title, genres", "片名、类型"),
    "title, year, genres": ("title, year, genres", "片名、年份、类型"),
    "sentence": ("sentence", "句子"),
    "sentence, no title": ("sentence without title", "句子（无片名）"),
    "columns": ("title vector + 0/1 columns", "片名向量＋多热特征"),
    "one list for everybody": ("one list for everybody", "所有人共用一张列表"),
    "sets won": ("better on", "胜出的组数"),
    "frozen": ("frozen vectors", "冻结的向量"),
    "linear": ("linear head", "线性头"),
    "mlp": ("two-layer head", "两层头"),
    "layer": ("last layer", "最后一层"),
    "lora": ("LoRA on the last two layers", "最后两层上的 LoRA"),
    "depth": ("depth", "深度"),
    "numbers that move": ("trainable numbers", "可训练参数"),
    "learning rate": ("learning rate", "学习率"),
    "NDCG@10, new films": ("NDCG@10, new films", "NDCG@10，新电影"),
    "NDCG@10, known films": ("NDCG@10, known films", "NDCG@10，已有评分的电影"),
    "agreement on news": ("agreement on news", "与人工判断的一致性"),
    "static": ("static vectors", "静态词向量"),
    "splade-tiny": ("SPLADE-tiny", "SPLADE-tiny"),
    "multilingual": ("multilingual E5", "多语言 E5"),
    "series, shared word": ("series, shared word", "系列，有相同的词"),
    "series, no shared word": ("series, no shared word", "系列，无相同的词"),
    "hit@10, shared word": ("series, hits in 10, shared word", "系列，前 10 命中数，有相同的词"),
    "hit@10, no shared word": ("series, hits in 10, no shared word", "系列，前 10 命中数，无相同的词"),
    "Chinese queries, hits": ("Chinese queries, hits in 10", "中文查询，前 10 命中数"),
    "parameters": ("parameters", "参数"),
    "MB on disk": ("MB on disk", "磁盘占用（MB）"),
    "titles a second": ("titles a second", "每秒片名数"),
    "content": ("what is given", "给出的内容"),
    "language": ("language", "语言"),
    "images": ("images", "图像"),
    "english": ("English", "英语"),
    "static vectors": ("static vectors", "静态词向量"),
    "multilingual encoder": ("multilingual encoder", "多语言编码器"),
    "sentence encoder": ("sentence encoder", "句子编码器"),
    "Action": ("Action", "动作"),
    "Comedy": ("Comedy", "喜剧"),
    "Drama": ("Drama", "剧情"),
    "Romance": ("Romance", "爱情"),
    "item text": ("text", "文本"),
    "film": ("film", "电影"),
    "film with the nearest title": ("film with the nearest title", "片名最近的电影"),
    "negatives": ("negatives", "负样本"),
    "scale": ("scale of the columns", "多热特征的缩放"),
    "ridge penalty": ("penalty", "正则化系数"),
    "list less this": ("the list less this (95% interval)", "罗列与之相比（95% 区间）"),
    "by title": ("by title", "按片名"),
    "by title, year, genres": ("by title, year, genres", "按片名、年份、类型"),
    "no more": ("batch alone", "只用批次"),
    "by lot": ("a film by lot added", "各加一部随机抽的电影"),
    "nearest title": ("the nearest title added", "各加片名最近的电影"),
    "new, less batch alone": ("new films, less the batch alone (95% interval)", "新电影，与只用批次之差（95% 区间）"),
    "known, less batch alone": ("known films, less the batch alone (95% interval)", "已有评分的电影，与只用批次之差（95% 区间）"),
    "watched by the same user": ("partner met by the same user", "同一用户也看过该负例"),
    "frozen, first": ("frozen, first coordinates", "冻结，前几个坐标"),
    "frozen, principal": ("frozen, principal directions", "冻结，主成分方向"),
    "plain, first": ("head, first coordinates", "普通头，前几个坐标"),
    "plain, principal": ("head, principal directions", "普通头，主成分方向"),
    "nested": ("nested head", "嵌套头"),
    "nested, principal": ("nested head on turned vectors", "嵌套头（先转轴）"),
    "difference, five sets": ("less the frozen, five sets", "与冻结向量之差，五组"),
    "pooling": ("pooling", "池化"),
    "ridge, untrained": ("ridge, untrained", "岭回归，不训练"),
    "how titles are scored": ("how titles are scored", "怎样打分"),
    "new films": ("new films", "新电影"),
    "by cosine": ("cosine with the mean of the history", "与历史平均的余弦"),
    "ridge, 50": ("ridge, penalty 50", "岭回归，正则化系数 50"),
    "ridge, chosen": ("ridge, penalty chosen", "岭回归，正则化系数另选"),
    "ridge, centred": ("ridge, penalty chosen, vectors centred", "岭回归，正则化系数另选，向量中心化"),
    "one set": ("one set", "一组"),
    "five sets": ("five sets", "五组"),
    "a set to choose on": ("a set used to choose", "选超参数用的一组"),
    "yes": ("yes", "能"),
    "no": ("no", "不能"),
    "Horror": ("Horror", "恐怖"),
    "Sci-Fi": ("Sci-Fi", "科幻"),
})  # fmt: skip

# The axes of the tasks, the same in every figure of `judged`, so that two can be compared by eye. A way below the axis is
# a triangle at its edge, with its value.
_TASKS = {
    "series, shared word": (0.78, 1.01), "series, no shared word": (-0.03, 0.6),
    "genres in common": (0.16, 0.27), "agreement on news": (-0.25, 0.68),
}  # fmt: skip


def judged(
    results: Mapping[str, Mapping[str, tuple[float, float, float]]],
    mark: str = "",
    sizes: Mapping[str, int] | None = None,
    *,
    en: str = "",
    zh: str = "",
) -> None:
    """Ways of making vectors, one panel a judge: ``results[way][judge] = (value, low, high)``, a dot each.

    ``sizes[judge]`` is over how many films or texts the interval runs; ``en`` and ``zh`` are the title.
    """
    judges = list(next(iter(results.values())))
    drawn, panels = figure(11, 0.9 + 0.34 * len(results), columns=len(judges), sharey=True, squeeze=False)
    for axes, judge in zip(panels[0], judges, strict=True):
        for place, (way, found) in enumerate(results.items()):
            _judgement(axes, -place, found[judge], _TASKS.get(judge, (-np.inf,))[0], RED if way == mark else BLUE)
        axes.set_title(name(judge) + (f"\n(n = {sizes[judge]})" if sizes else ""), fontsize=10)
        _task_axis(axes, judge)
    panels[0, 0].set_yticks(-np.arange(len(results)), [name(way) for way in results])
    drawn.suptitle(
        phrase(
            en=en or "Each panel is a task; further right is better (95% interval)",
            zh=zh or "每格一项任务，越靠右越好（95% 区间）",
        )
    )
    drawn.tight_layout()
    best = phrase(en="; ", zh="；").join(
        name(judge) + phrase(en=": ", zh="：") + name(max(results, key=lambda way: results[way][judge][0]))
        for judge in judges
    )
    show(
        drawn,
        phrase(en=f"Dots with intervals, {len(results)} ways, a panel a task. Highest: {best}.",
               zh=f"带区间的点图，{len(results)} 种办法，每项任务一格。各格最高的：{best}。"),
        [{"way": name(way)} | {judge: found[judge][0] for judge in judges} for way, found in results.items()],
    )  # fmt: skip


def _judgement(axes: Axes, row: int, found: tuple[float, float, float], edge: float, colour: str) -> None:
    """A dot with its interval; a value below the ``edge`` of the axis as a triangle there."""
    value, low, high = found
    if value < edge:
        axes.plot(edge + 0.006, row, "<", color=colour)
        axes.annotate(f"{value:.2f}", (edge + 0.006, row), (8, 0), textcoords="offset points", va="center", fontsize=8)
    else:
        axes.errorbar(value, row, xerr=[[value - low], [high - value]], fmt="o", color=colour, capsize=3)


def _task_axis(axes: Axes, judge: str) -> None:
    """What is measured, and where the axis begins if that is above 0."""
    start = _TASKS.get(judge, (0.0,))[0]
    after_zero = phrase(en=f"\n(axis from {start:.2f})", zh=f"\n（横轴从 {start:.2f} 起）") if start > 0 else ""
    axes.set_xlabel(_measure(judge) + after_zero, fontsize=9)
    axes.margins(y=0.08)
    if judge in _TASKS:
        axes.set_xlim(_TASKS[judge])


def texts_matter(
    own: Mapping[str, float], shared: Mapping[str, float], gaps: Mapping[str, tuple[float, float]], chance: float
) -> None:
    """What each item text is worth: NDCG@10 with a list for each user and with one for all, and the gap to the title.

    ``own[text]`` and ``shared[text]`` are means over the draws, ``gaps[text]`` is a 95% interval over the users,
    ``chance`` what vectors without text reach.
    """
    drawn, (levels, beside) = figure(10, 0.9 + 0.42 * len(own), columns=2, sharey=True)
    for place, text in enumerate(own):
        row = -place
        levels.plot(
            shared[text], row, "o", mfc="white", mec=GREY, label=phrase(en="one list for all", zh="所有人共用一张列表")
        )
        levels.plot(own[text], row, "o", color=BLUE, label=phrase(en="a list for each", zh="每人一张列表"))
        if text in gaps:
            beside.plot(gaps[text], [row, row], color=BLUE, lw=2, solid_capstyle="butt")
            beside.plot(np.mean(gaps[text]), row, "o", color=BLUE)
    levels.axvline(chance, color=RED, ls=":", label=phrase(en="no text: random vectors", zh="无文本：随机向量"))
    beside.axvline(0, color=GREY, lw=1)
    levels.set_yticks(-np.arange(len(own)), [name(text) for text in own])
    levels.set(
        xlabel="NDCG@10",
        xlim=(0, None),
        title=phrase(en="New films: year and genres help most", zh="新电影：年份加类型提高最多"),
    )
    handles, labels = levels.get_legend_handles_labels()
    once = dict(zip(labels, handles, strict=True))
    levels.legend(
        list(once.values()), list(once), fontsize=8, loc="lower left", frameon=True, framealpha=1, edgecolor="none"
    )
    beside.set(xlabel=phrase(en="NDCG@10, less the bare title", zh="NDCG@10，与只用片名之差"),
               title=phrase(en="Gain over the bare title (95% interval)", zh="比只用片名提高多少（95% 区间）"))  # fmt: skip
    drawn.tight_layout()
    each, one = phrase(en="a list for each", zh="每人一张列表"), phrase(en="one list for all", zh="所有人共用一张列表")
    show(
        drawn,
        phrase(en=f"Dots, NDCG@10 on new films by item text; a list for each: {extremes(own)}; random vectors {chance:.3f}. Beside them the gain over the bare title, with its interval.",
               zh=f"点图，各种物品文本在新电影上的 NDCG@10；每人一张列表：{extremes(own)}；随机向量 {chance:.3f}。旁边是比只用片名提高多少及其区间。"),
        [{"item text": name(text), each: own[text], one: shared[text]} for text in own],
    )  # fmt: skip


def centring(vectors: np.ndarray, pair: tuple[int, int] = (0, 1)) -> None:
    """Arrows that lie to one side, moving: their mean slides to the origin, and the cosine of a ``pair`` changes.

    ``vectors`` is ``(n, 2)``. The pair is red, the mean a cross.
    """
    vectors, frames = np.asarray(vectors, float), []
    mean, found = vectors.mean(axis=0), []
    for share in (0, 0, 0.2, 0.4, 0.6, 0.8, 0.9, 1, 1):
        moved = vectors - share * mean
        one, other = moved[list(pair)]
        found.append(float(one @ other / np.linalg.norm(one) / np.linalg.norm(other)))
        drawn, axes = figure(7, 3.6)
        for place, end in enumerate(moved):
            style = {"arrowstyle": "-|>", "color": RED if place in pair else BLUE, "lw": 2, "shrinkA": 0, "shrinkB": 0}
            axes.annotate("", xy=tuple(end), xytext=(0, 0), arrowprops=style)
        axes.plot(*((1 - share) * mean), "X", color="black", ms=9)
        axes.text(*((1 - share) * mean + (0.08, -0.32)), phrase(en="mean", zh="均值"), fontsize=9)
        axes.axhline(0, color="0.85", zorder=0)
        axes.axvline(0, color="0.85", zorder=0)
        axes.set(xlim=(-1.8, 4.6), ylim=(-1.5, 1.5), xticks=[], yticks=[], aspect="equal")
        cosine = f"{found[-1]:.2f}".replace("-", "−")
        axes.set_title(phrase(en=f"cosine of the red pair: {cosine}", zh=f"红色两个向量的余弦：{cosine}"))
        drawn.subplots_adjust(left=0.03, right=0.97, bottom=0.04, top=0.9)
        frames.append(drawn)
    ends = [f"{value:.2f}".replace("-", "−") for value in (found[0], found[-1])]
    show_moving(
        frames,
        phrase(
            en=f"Moving picture: arrows in a narrow cone to the right. As their mean slides to the origin they spread in all directions, and the cosine of the red pair goes from {ends[0]} to {ends[1]}.",
            zh=f"动图：几个箭头挤在右侧一个窄锥里。均值移到原点后，箭头散向各个方向，红色两个向量的余弦从 {ends[0]} 变成 {ends[1]}。",
        ),
    )


_DEPTHS = (
    ("frozen", ("frozen", "冻结"), 0, ()),
    ("head", ("a head on top", "加一个头"), 0, ("head",)),
    ("layer", ("last layer", "最后一层"), 1, ()),
)


def depths(layers: int = 6) -> None:
    """Where training may change numbers: in nothing, in a head on top of the vector, or in the last layer."""
    drawn, axes = figure(8.5, 4.2)
    for column, (_, title, free, above) in enumerate(_DEPTHS):
        x = 2.6 * column
        parts = [(phrase(en="title", zh="片名"), False)]
        parts += [(phrase(en=f"layer {k}", zh=f"第 {k} 层"), k > layers - free) for k in range(1, layers + 1)]
        parts += [(phrase(en="mean of the tokens", zh="词元的平均"), False)]
        parts += [(phrase(en="head", zh="头"), True) for _ in above]
        parts += [(phrase(en="vector", zh="向量"), False)]
        for y, (label, trained) in enumerate(parts):
            box(axes, x, 0.8 * y, label, ORANGE if trained else WHITE, 1.6, 0.54)
            if y:
                arrow(axes, (x, 0.8 * y - 0.49), (x, 0.8 * y - 0.31))
        axes.text(x, -0.85, phrase(en=title[0], zh=title[1]), ha="center", fontsize=11, fontweight="bold")
    axes.set(xlim=(-1.2, 2.6 * len(_DEPTHS) - 1.2), ylim=(-1.2, 0.8 * (layers + 3) + 0.6))
    axes.set_axis_off()
    axes.set_title(phrase(en="Orange may change in training", zh="训练中可变的部分为橙色"))
    show(
        drawn,
        phrase(
            en=f"Three columns from a title through {layers} layers and the mean to a vector. Frozen: nothing is orange. A head on top: the added head is orange. Last layer: layer {layers} is orange.",
            zh=f"三列，都是片名经过 {layers} 层，取平均，得到向量。冻结：没有橙色；加一个头：加上的头是橙色；最后一层：第 {layers} 层是橙色。",
        ),
    )


def two_aims(
    tuning: Mapping[str, Any], frozen: tuple[float, float], known: Mapping[str, float], chance: float, richer: float
) -> None:
    """Every depth, with settings chosen for either aim: NDCG@10 on known films across, on new films up.

    ``tuning[depth][aim]`` holds the two levels, ``frozen`` those of the vectors as they are; models of ratings in
    ``known`` have a level on known films only, ``chance`` is a random order of new films, and ``richer`` the
    ridge regression on title, year and genres, which knows new films only.
    """
    drawn, axes = figure(8.5, 4.2)
    axes.plot(*frozen, "s", color="black", ms=8)
    axes.annotate(name("frozen"), frozen, (-8, -14), textcoords="offset points", fontsize=9, ha="left")
    labels = {
        "hidden": phrase(en="for new films", zh="按新电影选"),
        "warm": phrase(en="for known films", zh="按已有评分的电影选"),
    }
    for place, (depth, found) in enumerate(tuning.items()):
        for aim, (x, y) in found.items():
            axes.plot(x, y, "o^D"[place], color=CYCLE[place], mfc=CYCLE[place] if aim == "hidden" else "white", ms=8,
                      label=name(depth) + phrase(en=", ", zh="，") + labels[aim])  # fmt: skip
    axes.axhline(chance, color=GREY, ls=":")
    axes.text(
        0.085, chance + 0.004, phrase(en="random order of the new films", zh="新电影随机排序"), fontsize=8.5, ha="right"
    )
    axes.axhline(richer, color=GREY, ls="-.", lw=1)
    axes.text(0.0705, richer + 0.004, phrase(en="ridge on title, year, genres: nothing trained", zh="岭回归，片名、年份、类型：不训练"),
              fontsize=8.5, ha="right")  # fmt: skip
    for model, level in known.items():
        axes.axvline(level, color=GREY, ls="--", lw=1)
        axes.text(level + 0.0008, 0.075, name(model), fontsize=9, rotation=90, va="bottom")
    axes.set(xlim=(0, 0.086), ylim=(0, 0.26), xlabel=phrase(en="NDCG@10, known films", zh="NDCG@10，已有评分的电影"),
             ylabel=phrase(en="NDCG@10, new films", zh="NDCG@10，新电影"))  # fmt: skip
    axes.set_title(
        phrase(
            en="Each aim gains from training; on known films popularity stays ahead",
            zh="各按目标选超参数，两边都有提高；有评分时仍不如流行度",
        )
    )
    axes.legend(fontsize=8, loc="lower left", bbox_to_anchor=(0.0, 0.18))
    aim_of, known_at, new_at = (
        phrase(en="settings chosen", zh="超参数的选法"),
        "NDCG@10, known films",
        "NDCG@10, new films",
    )
    rows = [
        {"depth": name(depth), aim_of: labels[aim], known_at: x, new_at: y}
        for depth, found in tuning.items()
        for aim, (x, y) in found.items()
    ]
    best = {at: max(row[at] for row in rows) for at in (known_at, new_at)}
    show(
        drawn,
        phrase(en=f"Points: NDCG@10 on known films across, on new films up. Frozen {frozen[0]:.3f}, {frozen[1]:.3f}; trained at most {best[known_at]:.3f} on known, {best[new_at]:.3f} on new films.",
               zh=f"散点图：横轴是已有评分的电影上的 NDCG@10，纵轴是新电影。冻结的向量 {frozen[0]:.3f}、{frozen[1]:.3f}；训练之后最高 {best[known_at]:.3f}（已有评分）和 {best[new_at]:.3f}（新电影）。"),
        [{"depth": name("frozen"), aim_of: "–", known_at: frozen[0], new_at: frozen[1]}, *rows],
    )  # fmt: skip


def cosines(values: Mapping[str, Mapping[str, np.ndarray]]) -> None:
    """Cosines of random pairs of texts: ``values[panel][key]`` is ``(pairs,)``, one outline a key."""
    drawn, panels = figure(10, 3.2, columns=len(values), sharex=True, sharey=True, squeeze=False)
    bins = np.linspace(-0.6, 1, 65)
    for axes, (panel, curves) in zip(panels[0], values.items(), strict=True):
        for place, (key, pairs) in enumerate(curves.items()):
            style = ("-", "--", ":")[place % 3]
            axes.hist(pairs, bins, histtype="step", density=True, color=CYCLE[place], ls=style, lw=2, label=name(key))
        axes.axvline(0, color=GREY, lw=1)
        axes.set_title(name(panel))
        axes.set_xlabel(phrase(en="cosine of two random titles", zh="随机两个片名的余弦"))
    panels[0, 0].set_ylabel(phrase(en="density", zh="密度"))
    panels[0, 0].legend(frameon=False, loc="upper left")
    drawn.suptitle(phrase(en="Centring moves each distribution to 0", zh="中心化之后，各分布都移到 0 附近"))
    drawn.tight_layout()
    rows = "; ".join(
        f"{name(panel)}: " + ", ".join(f"{name(key)} {round(pairs.mean(), 2) + 0:.2f}" for key, pairs in curves.items())
        for panel, curves in values.items()
    )
    show(drawn, phrase(en=f"Histograms; mean cosine: {rows}.", zh=f"直方图，平均余弦：{rows}。"))


def fewer_numbers(
    sizes: Sequence[int], results: Mapping[str, Mapping[str, np.ndarray]], full: int, whole: Mapping[str, float]
) -> None:
    """Quality against the numbers kept: ``results[judge][way]`` is ``(sizes,)``, ``whole[judge]`` with all ``full``."""
    drawn, panels = figure(10, 3.4, columns=len(results), squeeze=False)
    for axes, (judge, curves) in zip(panels[0], results.items(), strict=True):
        for place, (way, values) in enumerate(curves.items()):
            style = ("-", "--", ":")[place % 3]
            axes.plot(sizes, values, style, marker="os^"[place % 3], color=CYCLE[place], lw=2, label=name(way))
        axes.axhline(whole[judge], color=GREY, lw=1, label=phrase(en=f"all {full}", zh=f"全部 {full} 维"))
        axes.set_xscale("log", base=2)
        axes.set_xticks(sizes, [str(size) for size in sizes])
        axes.minorticks_off()
        axes.set_ylim(bottom=0)
        axes.set_title(name(judge))
        axes.set_xlabel(phrase(en=f"numbers kept of {full} (log scale)", zh=f"保留的维数（共 {full}，对数刻度）"))
        axes.set_ylabel(_measure(judge))
    panels[0, 0].legend(frameon=False, loc="lower right")
    drawn.suptitle(phrase(en="With few numbers, principal directions keep most", zh="维数很少时，主成分方向保留得最多"))
    drawn.tight_layout()
    kept, task = phrase(en="numbers kept", zh="保留的维数"), phrase(en="task", zh="任务")
    ahead = phrase(en="; ", zh="；").join(
        f"{name(judge)} {extremes({way: values[0] for way, values in curves.items()}, 2)}"
        for judge, curves in results.items()
    )
    show(
        drawn,
        phrase(en=f"Curves that rise with the numbers kept, {sizes[0]} to {sizes[-1]} of {full}. With {sizes[0]}: {ahead}.",
               zh=f"折线随保留的维数上升，从 {sizes[0]} 到 {sizes[-1]}（共 {full} 维）。{sizes[0]} 维时：{ahead}。"),
        [{task: name(judge), kept: size} | {way: values[at] for way, values in curves.items()}
         for judge, curves in results.items() for at, size in enumerate(sizes)],
    )  # fmt: skip


def nested(sizes: Sequence[int], levels: Mapping[str, Sequence[float]], best: str) -> None:
    """NDCG@10 on new films with the first numbers of each vector alone, a line a way; ``best`` is drawn thick."""
    drawn, axes = figure(8.5, 4)
    styles = ("-", "--", ":", "-.", "-", "--")
    for place, (way, values) in enumerate(levels.items()):
        axes.plot(
            sizes,
            values,
            styles[place],
            marker="os^DvX"[place],
            color=CYCLE[place],
            label=name(way),
            lw=3 if way == best else 1.5,
        )
    axes.set_xscale("log", base=2)
    axes.set_xticks(sizes, [str(size) for size in sizes])
    axes.minorticks_off()
    axes.set(ylim=(0, None), ylabel=phrase(en="NDCG@10, new films", zh="NDCG@10，新电影"),
             xlabel=phrase(en=f"numbers kept of {sizes[-1]} (log scale)", zh=f"保留的维数（共 {sizes[-1]}，对数刻度）"))  # fmt: skip
    axes.set_title(phrase(en="Best to cut: an ordinary head, turned afterwards", zh="最经得起截断的：普通头，事后转轴"))
    axes.legend(fontsize=8, loc="lower right")
    told = extremes({way: values[0] for way, values in levels.items()})
    kept = phrase(en="numbers kept", zh="保留的维数")
    show(
        drawn,
        phrase(en=f"{len(levels)} curves that rise from {sizes[0]} to {sizes[-1]} numbers. With {sizes[0]}: {told}.",
               zh=f"{len(levels)} 条折线，从 {sizes[0]} 维到 {sizes[-1]} 维上升。{sizes[0]} 维时：{told}。"),
        [{"way": name(way)} | {f"{kept}: {size}": v for size, v in zip(sizes, values, strict=True)} for way, values in levels.items()],
    )  # fmt: skip


def _measure(judge: str) -> str:
    """What is counted in a task of the chapter."""
    others = {
        "genres in common": phrase(en="share of genres", zh="类型重合度"),
        "agreement on news": phrase(en="rank correlation", zh="秩相关"),
    }
    return others.get(judge, "NDCG@10")


def tuning_paths(tuning: Mapping[str, Any], looks: Sequence[int], aim: str = "warm") -> None:
    """NDCG@10 on known films and on new films against training steps, one line a depth.

    ``tuning[tower][aim]["curves"]`` holds "warm" and "hidden", one value a look, for the towers of ``tuning``.
    """
    drawn, panels = figure(10, 3.6, columns=2)
    ends = []
    for place, tower in enumerate(tuning):
        curves = tuning[tower][aim]["curves"]
        for axes, part in zip(panels, ("warm", "hidden"), strict=True):
            axes.plot(looks, curves[part], "o" + ("-", "--", ":")[place], ms=4, color=CYCLE[place], label=name(tower))
        ends.append(
            f"{name(tower)} {curves['warm'][0]:.3f} → {curves['warm'][-1]:.3f}"
            + phrase(en=", ", zh="，")
            + f"{curves['hidden'][0]:.3f} → {curves['hidden'][-1]:.3f}"
        )
    titles = (
        phrase(en="Known films: all three climb", zh="已有评分的电影：三种都上升"),
        phrase(
            en="New films, a set used to choose:\ntwo of three end above their start",
            zh="新电影（选超参数用的一组）：\n三种里有两种终点高于起点",
        ),
    )
    for axes, title in zip(panels, titles, strict=True):
        axes.set(title=title, xlabel=phrase(en="steps", zh="步数"), ylabel="NDCG@10")
        axes.set_ylim(bottom=0)
    panels[0].legend(loc="lower right")
    drawn.tight_layout()
    rows = phrase(en="; ", zh="；").join(ends)
    show(drawn, phrase(en=f"NDCG@10 over {looks[-1]} steps, on known and on new films: {rows}.",
                     zh=f"{looks[-1]} 步训练中的 NDCG@10，先是已有评分的电影，再是新电影：{rows}。"))  # fmt: skip


def posters(images: np.ndarray, genres: Sequence[str], size: int) -> None:
    """Drawn posters ``(n, height, width, 3)`` with their genres above, and the grid of patches of ``size`` on each."""
    drawn, panels = figure(1.7 * len(images), 2.1, columns=len(images), squeeze=False)
    side = images.shape[1]
    for axes, image, genre in zip(panels[0], images, genres, strict=True):
        axes.imshow(image)
        axes.set_title(name(genre), fontsize=10)
        axes.set_xticks(np.arange(0, side + 1, size) - 0.5, [])
        axes.set_yticks(np.arange(0, side + 1, size) - 0.5, [])
        axes.grid(color="white", lw=0.8)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
    drawn.suptitle(phrase(en="Six drawn posters, and where they are cut", zh="六张合成海报及其图块划分"), y=1.04)
    n = (side // size) ** 2
    listed = phrase(en=", ", zh="、").join(name(genre) for genre in genres)
    show(drawn, phrase(en=f"Squares of {side} pixels cut into {n} patches, each with a mark in another colour: {listed}.",
                     zh=f"边长 {side} 像素的方图，各切成 {n} 个图块，图上有一个另一种颜色的图案：{listed}。"))  # fmt: skip


_TREE = {
    "content": (0.42, 0.9, ("what is the task?", "任务是什么？")),
    "ViT": (0.02, 0.5, ("ViT", "ViT")),
    "sequence model": (0.3, 0.5, ("sequence model\n(chapter 08)", "序列模型\n（第 08 章）")),
    "GPT": (0.5, 0.5, ("GPT", "GPT")),
    "languages": (0.8, 0.6, ("all in English?", "全是英语？")),
    "multilingual encoder": (0.66, 0.12, ("multilingual\nencoder", "多语言\n编码器")),
    "speed": (0.94, 0.36, ("must a text take\nunder 0.5 ms?", "每条的时间预算\n不到 0.5 毫秒？")),
    "static vectors": (0.84, -0.05, ("static\nvectors", "静态\n词向量")),
    "sentence encoder": (1.04, -0.05, ("sentence\nencoder", "句子\n编码器")),
}
_BRANCHES = (
    ("content", "ViT", ("vectors of\nimages", "图像\n→ 向量")),
    ("content", "sequence model", ("vectors of\nhistories", "历史\n→ 向量")),
    ("content", "GPT", ("writing\ntext", "生成\n文本")), ("content", "languages", ("vectors of\ntexts", "文本\n→ 向量")),
    ("languages", "multilingual encoder", ("no", "否")), ("languages", "speed", ("yes", "是")),
    ("speed", "static vectors", ("yes", "是")), ("speed", "sentence encoder", ("no", "否")),
)  # fmt: skip


def decision_tree() -> None:
    """Which kind of model to try first: the branches of `recbook.chapters.features.advice.advise`."""
    drawn, axes = figure(10, 4.6)
    for start, end, words in _BRANCHES:
        (x, y), (u, v) = _TREE[start][:2], _TREE[end][:2]
        axes.plot([x, u], [y, v], color=GREY, lw=1.5, zorder=1)
        aside = 0.06 * np.sign(u - x) * (abs(u - x) > 0.3)  # beside a line that lies flat, which the words would cut
        place = (x + u) / 2 + aside, (y + v) / 2 + abs(aside)
        axes.text(*place, phrase(en=words[0], zh=words[1]), fontsize=9, ha="center", va="center",
                  bbox={"color": "white", "pad": 1}, zorder=2)  # fmt: skip
    asked = {start for start, _, _ in _BRANCHES}
    for key, (x, y, words) in _TREE.items():
        box = {"boxstyle": "round,pad=0.4", "fc": "white", "ec": BLUE if key in asked else ORANGE, "lw": 1.8}
        axes.text(x, y, phrase(en=words[0], zh=words[1]), ha="center", va="center", bbox=box, zorder=3)
    axes.set(xlim=(-0.04, 1.14), ylim=(-0.2, 1.02), title=phrase(en="Which model to try first", zh="先试哪一类模型"))
    axes.axis("off")
    show(drawn, phrase(en="A tree. Vectors of images: ViT; of histories: sequence model; writing text: GPT. Vectors of texts: not all in English, a multilingual encoder; English, static vectors under 0.5 ms for a text, else a sentence encoder.",
                     zh="一棵决策树。图像编码成向量用 ViT，历史编码成向量用序列模型，生成文本用 GPT。文本编码成向量：不全是英语就用多语言编码器；全是英语，每条的时间预算不到 0.5 毫秒用静态词向量，否则用句子编码器。"))  # fmt: skip
