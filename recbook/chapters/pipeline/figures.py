"""Figures of chapter 02."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from recbook.pipeline import Part, Pipeline, shape_of
from recbook.plots.base import BLUE, CYCLE, GREY, ORANGE, RED, SKY, add_words, figure, name, show
from recbook.plots.networks import WHITE, arrow, box
from recbook.session import phrase

if TYPE_CHECKING:
    from matplotlib.axes import Axes

add_words({
    "titles + genres": ("title vectors + genres", "片名向量＋类型"),
    "towers": ("linear towers", "线性双塔"),
    "towers, titles + genres": ("towers: titles + genres", "双塔：片名＋类型"),
    "towers, words + genres": ("towers: words + genres", "双塔：词＋类型"),
    "towers, random + genres": ("towers: random + genres", "双塔：随机数＋类型"),
    "bots": ("bots", "机器人"),
    "wrong_times": ("wrong times", "时间错误"),
    "copies": ("copies", "重复行"),
    "broken_titles": ("broken titles", "片名乱码"),
    "missing_genres": ("missing genres", "类型缺失"),
    "all": ("all together", "全部一起"),
    "flawed": ("flawed", "有缺陷"),
    "mended": ("mended", "修复后"),
    "what MiniLM reads": ("what MiniLM reads", "切分成的词元"),
    "step": ("step", "步骤"),
    "changed": ("changed", "改动处"),
    "move_year_out_of_title": ("year moved out of the title", "把年份从片名中移出"),
    "blank_unknown": ("“unkonwn” blanked", "清空“unkonwn”"),
    "number_years": ("years made numbers", "年份改为数字"),
    "merge_repeated_titles": ("repeated films merged", "合并重复的电影"),
    "user_id": ("user id", "用户编号"),
    "item_id": ("film id", "电影编号"),
    "rating": ("rating", "评分"),
    "timestamp": ("time", "时间"),
    "rank": ("rank", "名次"),
    "score": ("score", "得分"),
    "flaw": ("flaw", "缺陷"),
    "rows": ("rows", "行"),
    "users": ("users", "用户"),
    "planted": ("planted", "植入"),
    "found": ("found", "找到"),
    "precision": ("precision", "精确率"),
    "recall": ("recall", "召回率"),
    "found on the clean log": ("found on the clean log", "干净日志上的误报"),
    "over the seeds": ("lowest – highest seed", "最低 – 最高（各种子）"),
    "stored, same seed": ("stored, same seed", "存好的（同一种子）"),
    "state": ("state", "状态"),
    "difference": ("difference (95% interval)", "差（95% 区间）"),
    "random codes": ("random vectors", "随机向量"),
    "random codes + genres": ("random vectors + genres", "随机向量＋类型"),
    "random codes, as narrow": ("random vectors as wide as the genres", "随机向量（与类型同宽）"),
    "validation films": ("validation films", "验证集"),
    "examples": ("examples", "样本数"),
    "examples from": ("examples from", "样本来自"),
    "trained": ("trained", "训练之后"),
    "training": ("training", "训练集"),
    "users shown a pushed film": ("share of users whose list holds a pushed film", "列表中有刷榜电影的用户比例"),
    "words + genres": ("words + genres", "词＋类型"),
    "right order": ("right order", "正确顺序"),
    "from A to Z": ("from A to Z", "按字母顺序"),
    "cosine with “Toy Story”": ("cosine with “Toy Story”", "与 “Toy Story” 的余弦"),
    "test film": ("test film", "测试电影"),
    "Horror": ("Horror", "恐怖"),
    "Action": ("Action", "动作"),
    "Adventure": ("Adventure", "冒险"),
    "Romance": ("Romance", "爱情"),
    "Comedy": ("Comedy", "喜剧"),
    "Crime": ("Crime", "犯罪"),
    "Drama": ("Drama", "剧情"),
    "Sci-Fi": ("Sci-Fi", "科幻"),
    "Thriller": ("Thriller", "惊悚"),
    "vectors": ("vectors", "向量"),
})  # fmt: skip


def funnel() -> None:
    """The stages of a large recommender from all items to one list, and the chapters that are about each."""
    stages = [
        (
            7,
            "10,000,000",
            phrase(en="all items", zh="全部物品"),
            phrase(en="vectors: 03, 04, 05", zh="向量：03、04、05"),
        ),
        (
            3,
            "1,000",
            phrase(en="retrieval: what is near?", zh="召回：哪些相近？"),
            phrase(en="02, 07, 12", zh="02、07、12"),
        ),
        (
            2,
            "100",
            phrase(en="ranking: which are best?", zh="精排：哪些最好？"),
            phrase(en="01, 06, 08", zh="01、06、08"),
        ),
        (1, "10", phrase(en="re-ranking: a good mixture?", zh="重排：搭配好不好？"), phrase(en="09, 12", zh="09、12")),
    ]
    drawn, axes = figure(8.5, 3.3)
    for place, (size, left, stage, chapters) in enumerate(stages):
        _narrowing(axes, -place, size, stages[min(place + 1, 3)][0], left)
        axes.text(-4.1, -place, stage, ha="right", va="center", fontsize=10)
        axes.text(4.1, -place, chapters, ha="left", va="center", fontsize=10, color=BLUE)
    for x, side, word in ((-4.1, "right", phrase(en="stage", zh="级")), (0, "center", phrase(en="left over", zh="留下")),
                          (4.1, "left", phrase(en="chapters", zh="章"))):  # fmt: skip
        axes.text(x, 0.75, word, ha=side, va="center", fontsize=9, color="0.4")
    axes.set(xlim=(-8.6, 7.4), ylim=(-3.5, 1.0))
    axes.axis("off")
    axes.set_title(
        phrase(en="Fewer items at each stage, and more work for each item", zh="越往下，物品越少，每个物品算得越细")
    )
    rows = phrase(en="; ", zh="；").join(f"{stage} {left} ({chapters})" for _, left, stage, chapters in stages)
    show(
        drawn,
        phrase(
            en=f"Funnel of four bars, what each leaves over and its chapters: {rows}.",
            zh=f"四层的漏斗，每层留下的数目和相应的章：{rows}。",
        ),
    )


def _narrowing(axes: Axes, y: float, size: int, below: int, label: str) -> None:
    """One stage of the funnel: as wide on top as ``size`` (powers of ten), at the bottom as ``below``."""
    top, bottom = 0.5 * size + 0.4, 0.5 * below + 0.4
    axes.fill([-top, top, bottom, -bottom], [y + 0.4, y + 0.4, y - 0.4, y - 0.4], color=BLUE)
    axes.text(0, y, label, ha="center", va="center", fontsize=9, color="white")


def two_towers(d: int, m: int) -> None:
    """From a history and from a film to one score: ``d`` features on either side become ``m`` numbers."""
    drawn, axes = figure(8.5, 3.1)
    met = phrase(en="films that the user met,\nthe last weigh most", zh="用户评过的电影，\n越近权重越大")
    one = phrase(en="one film:\ntitle and genres", zh="一部电影：\n片名和类型")
    score = phrase(en="dot product + $b_i$:\nthe score", zh="点积 + $b_i$：\n得分")
    for y, given, vector, matrix in ((1, met, "p_u", "A"), (-1, one, "f_i", "B")):
        box(axes, 0, y, given, WHITE, 3.4, 0.84)
        for x, symbol, size in ((3.6, vector, d), (6.8, f"{vector} {matrix}", m)):
            label = f"${symbol}$\n" + phrase(en=f"{size} numbers", zh=f"{size} 个数")
            box(axes, x, y, label, BLUE, 1.8, 0.84)
        for start, end in ((1.75, 2.65), (4.55, 5.85)):
            arrow(axes, (start, y), (end, y), BLUE)
        axes.text(5.2, y + 0.15, f"${matrix}$", ha="center", fontsize=12, color=RED)
        arrow(axes, (7.75, 0.8 * y), (8.75, 0.25 * y), BLUE)
    box(axes, 10.2, 0, score, BLUE, 2.8, 0.84)
    axes.set(xlim=(-1.9, 11.8), ylim=(-1.7, 1.7))
    axes.axis("off")
    axes.set_title(
        phrase(
            en="Two towers, one score: what training moves is $A$, $B$ and $b_i$",
            zh="两座塔，一个得分：训练调整 $A$、$B$ 和 $b_i$",
        )
    )
    show(
        drawn,
        phrase(
            en=f"Two lanes: films met, user vector ({d} numbers), its product with A ({m} numbers); one film, its features ({d}), "
            f"their product with B ({m}). Both end in a dot product plus a bias: the score.",
            zh=f"两条路：评过的电影，用户向量（{d} 个数），乘以 A（{m} 个数）；一部电影，特征（{d} 个数），乘以 B（{m} 个数）。"
            "两边汇成点积，加上偏置，就是得分。",
        ),
    )


def architecture(pipeline: Pipeline, values: Mapping[str, Any], changed: Sequence[str] = ()) -> None:
    """The parts of a pipeline as boxes and what they hand on as arrows, both read off the objects themselves.

    ``values`` is what `Pipeline.run` returned: its shapes are written beside the boxes. The functions that make the values in ``changed``
    are marked, and every value that can change with them.
    """
    places = {value: row for row, value in enumerate([*pipeline.inputs, *pipeline.parts])}
    drawn, axes = figure(9, 0.72 * len(places) + 0.5)
    new = pipeline.after(*changed)
    for value, row in places.items():
        _row(axes, row, value, pipeline.parts.get(value), _said(values[value]), (value in changed, value in new))
    _arrows(axes, pipeline, places)
    axes.set_xlim(0.6, 12)
    axes.set_ylim(-len(places) + 0.4, 0.6)
    axes.axis("off")
    if changed:
        title = phrase(
            en="In colour: the new function, and all that it can change", zh="彩色：换上的函数，和可能随之改变的值"
        )
    else:
        title = phrase(
            en="Each box is a function; each arrow is a value that it reads",
            zh="每个方框是一个函数，每个箭头是它读取的一个值",
        )
    axes.set_title(title)
    of, start, end = len(pipeline.parts), ", ".join(pipeline.inputs), list(pipeline.parts)[-1]
    function, reads, makes, shape = phrase(en="function|reads|makes|shape", zh="函数|输入|输出|形状").split("|")
    show(
        drawn,
        phrase(en=f"Diagram of {of} functions from {start} to {end}, and arrows for what each reads.",
               zh=f"从 {start} 到 {end} 的 {of} 个函数的示意图，箭头表示各自的输入。")
        + _in_colour(pipeline, changed),
        [{function: part.name, reads: ", ".join(part.reads), makes: part.makes, shape: _said(values[part.makes])}
         for part in pipeline.parts.values()],
    )  # fmt: skip


def _in_colour(pipeline: Pipeline, changed: Sequence[str]) -> str:
    """What the colour says, in words: the new functions and the values that can change; "" without any."""
    if not changed:
        return ""
    functions = ", ".join(pipeline.parts[value].name for value in changed)
    reached = pipeline.after(*changed)
    can_change = ", ".join(value for value in pipeline.parts if value in reached)
    return phrase(
        en=f" In colour: the new function {functions}; values that can change: {can_change}.",
        zh=f"彩色：换上的函数 {functions}；可能随之改变的值：{can_change}。",
    )


def _row(axes: Axes, row: int, value: str, part: Part | None, shape: str, changed: tuple[bool, bool]) -> None:
    """One row of the diagram: a rounded box for a function, an open one for what is given, its value on the right.

    ``changed`` says whether the function is another, and whether the value can be another.
    """
    function_changed, value_changed = changed
    colour = RED if function_changed else BLUE if part else WHITE
    label = f"{part.name}({', '.join(part.reads)})" if part else phrase(en=f"{value} (given)", zh=f"{value}（给定）")
    box(axes, 4.8, -row, label, colour, 4.8, 0.54, size=8)
    made = value if part else ""
    axes.text(7.4, -row, f"{made}\n{shape}".strip(), ha="left", va="center", fontsize=8,
              color=RED if value_changed else "#333333")  # fmt: skip


def _said(value: Any) -> str:
    """`shape_of`, with a unit for a log."""
    return shape_of(value) + (phrase(en=" ratings", zh=" 条评分") if hasattr(value, "item_counts") else "")


def _arrows(axes: Axes, pipeline: Pipeline, places: Mapping[str, int]) -> None:
    """What goes to the next row goes straight down; each value read further down has a lane of its own on the left."""
    far: dict[str, list[int]] = {}
    for part in pipeline.parts.values():
        for value in part.reads:
            start, end = places[value], places[part.makes]
            if end - start == 1:
                arrow(axes, (4.8, -start - 0.32), (4.8, -end + 0.32), CYCLE[0])
            else:
                far.setdefault(value, []).append(end)
    # Short lanes run nearest to the boxes and arrive highest: so lanes that end at one box do not cross.
    lanes = sorted(far, key=lambda value: max(far[value]) - places[value])
    for lane, value in enumerate(lanes):
        x, top = 2.05 - 0.36 * lane, -0.2 - places[value]
        heights = [-end + 0.22 - 0.36 * lane / max(len(lanes) - 1, 1) for end in far[value]]
        axes.plot([2.36, x, x], [top, top, min(heights)], color=ORANGE, lw=1.3, solid_joinstyle="round")
        for height in heights:
            arrow(axes, (x, height), (2.36, height), ORANGE)


def loss_curve(losses: np.ndarray, steps_an_epoch: int, start: float) -> None:
    """The loss of each step (pale), its running mean, the ends of the epochs, and the loss of popularity, ``start``."""
    drawn, axes = figure(7, 3.2)
    steps = np.arange(1, len(losses) + 1)
    width = min(15, len(losses))
    smooth = np.convolve(losses, np.full(width, 1 / width), mode="valid")
    axes.plot(steps, losses, color=SKY, lw=1, label=phrase(en="one batch", zh="一批"))
    axes.plot(steps[width - 1 :], smooth, color=BLUE, lw=2, label=phrase(en=f"mean of {width}", zh=f"{width} 批的平均"))
    axes.axhline(start, ls="--", color=RED, label=phrase(en="popularity, all examples", zh="流行度，全部样本"))
    for end in range(steps_an_epoch, len(losses), steps_an_epoch):
        axes.axvline(end, color=GREY, lw=0.8, ls=":")
    axes.set_xlabel(phrase(en="step (dotted: an epoch ends)", zh="步数（点线处一个轮次结束）"))
    axes.set_ylabel(phrase(en="cross-entropy", zh="交叉熵"))
    axes.set_title(
        phrase(
            en="Training begins at the loss of popularity and goes down from there", zh="训练损失从流行度的水平开始下降"
        )
    )
    axes.legend(fontsize=8)
    ends = f"{losses[0]:.2f} → {smooth[-1]:.2f}"
    show(
        drawn,
        phrase(
            en=f"Falling loss curve over {len(losses)} steps: {ends}; popularity alone {start:.2f}.",
            zh=f"{len(losses)} 步的损失下降曲线：{ends}；只有流行度时是 {start:.2f}。",
        ),
    )


def minute_speed(people: np.ndarray, bots: np.ndarray, fastest: int) -> None:
    """How many films users rated within their quickest 60 seconds, people against planted bots, and the border."""
    drawn, axes = figure(7, 3.2)
    # One bin a number up to the border, or the bins themselves would make gaps and peaks where numbers are small.
    far = max(bots.max(), people.max(), fastest + 2)
    bins = np.r_[np.arange(0.5, fastest + 1), np.geomspace(fastest + 0.5, far * 1.05, 14)[1:]]
    axes.hist(people, bins, color=BLUE, alpha=0.75, label=phrase(en="people", zh="真实用户"))
    axes.hist(bots, bins, color=RED, alpha=0.75, label=phrase(en="planted bots", zh="植入的机器人"))
    axes.axvline(fastest + 0.5, color="#000000", ls="--")
    border = phrase(
        en=f"over {fastest}: bot\nfastest person: {people.max()}",
        zh=f"超过 {fastest}：机器人\n最快的真人：{people.max()}",
    )
    axes.text(fastest * 1.1, 55, border, fontsize=8.5)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks([1, 3, 10, 30, 100, 300, 1000], ["1", "3", "10", "30", "100", "300", "1000"])
    axes.minorticks_off()
    axes.set_xlabel(phrase(en="ratings within a user's quickest minute", zh="用户最快的一分钟内的评分数"))
    axes.set_ylabel(phrase(en="users (logarithmic)", zh="用户数（对数刻度）"))
    axes.set_title(phrase(en="Slow bots hide among quick people", zh="慢的机器人混在快的人当中"))
    axes.legend()
    missed = int((bots <= fastest).sum())
    show(
        drawn,
        phrase(
            en=f"Histograms: people up to {people.max()} a minute; {missed} of {len(bots)} bots are no faster than {fastest}.",
            zh=f"直方图：真实用户最多每分钟 {people.max()} 条；{len(bots)} 个机器人中有 {missed} 个不超过 {fastest} 条。",
        ),
    )


def flaw_costs(rows: Sequence[Mapping[str, Any]], models: Sequence[str] = ("towers", "EASE", "popularity")) -> None:
    """NDCG@10 minus that of the clean log, with its interval: one panel a model, flawed and mended side by side.

    Each row has ``flaw``, ``state`` ("flawed" or "mended"), ``model``, ``difference``, ``low`` and ``high``.
    """
    flaws = list(dict.fromkeys(row["flaw"] for row in rows if row["flaw"] != "clean"))
    drawn, panels = figure(9, 0.5 * len(flaws) + 1.2, 1, len(models), sharey=True, sharex=True)
    parts: dict[tuple[str, str], dict[str, str]] = {
        (flaw, state): {"flaw": name(flaw), "state": name(state)} for flaw in flaws for state in ("flawed", "mended")
    }
    for axes, model in zip(np.atleast_1d(panels), models, strict=True):
        for row in (row for row in rows if row["model"] == model and row["flaw"] in flaws):
            mended = row["state"] == "mended"
            place = -flaws.index(row["flaw"]) - (0.15 if mended else -0.15)
            error = [[row["difference"] - row["low"]], [row["high"] - row["difference"]]]
            axes.errorbar(row["difference"], place, xerr=error, fmt="s" if mended else "o",
                          color=BLUE if mended else RED, capsize=3, ms=5)  # fmt: skip
            parts[row["flaw"], row["state"]][name(model)] = f"{row['difference']:+.3f}".replace("-", "−")
        axes.axvline(0, color="#000000", lw=0.8)
        axes.set_title(name(model), fontsize=10)
        axes.set_yticks(-np.arange(len(flaws)), [name(flaw) for flaw in flaws])
    label = phrase(en="NDCG@10 minus that of the clean log (95% interval)", zh="NDCG@10 与干净日志之差（95% 区间）")
    drawn.text(0.5, 0, label, ha="center", va="top", fontsize=10)
    last = np.atleast_1d(panels)[-1]
    for state, colour, marker in (("flawed", RED, "o"), ("mended", BLUE, "s")):
        last.plot([], [], marker, color=colour, label=name(state))
    drawn.legend(*last.get_legend_handles_labels(), loc="upper left", bbox_to_anchor=(0.0, 0.02), fontsize=8, ncols=2)
    drawn.suptitle(
        phrase(en="Models that read times lose by wrong times and by copies", zh="用到时间的模型，会因时间错误和重复行变差"),
        y=1.02, fontsize=11,
    )  # fmt: skip
    show(
        drawn,
        phrase(
            en=f"Dots with intervals: what {len(flaws)} flaws cost {len(models)} models in NDCG@10, before and after they are mended. Models that read times lose most, and get nearly all of it back.",
            zh=f"带区间的点图：{len(flaws)} 种缺陷使 {len(models)} 个模型损失多少 NDCG@10，修复前后各一点。用到时间的模型损失最大，修复后几乎全部恢复。",
        ),
        list(parts.values()),
    )
