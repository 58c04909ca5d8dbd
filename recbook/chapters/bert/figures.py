"""Figures of chapter 04."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from recbook.plots import base
from recbook.plots.base import BLUE, GREEN, GREY, ORANGE, RED, SKY, add_words, ends, figure, name, show, show_moving
from recbook.plots.networks import arrow, box
from recbook.session import phrase

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.image import AxesImage

add_words({
    "films, “It” for the title": ("films, “It” for the title", "电影，片名换成 It"),
    "reviews, random weights": ("reviews, random weights", "评论，随机初始化"),
    "reviews, published weights": ("reviews, published weights", "评论，预训练权重"),
    "reviews, order of two sentences": ("reviews, order of two sentences", "评论，两句的顺序"),
    "pairs told right": ("pairs told right", "判对的句对"),
    "sentence": ("sentence", "句子"),
    "at the entrance": ("at the entrance", "入口处"),
    "at the exit": ("at the exit", "出口处"),
    "agreement": ("agreement with influence (95% interval)", "与影响的秩相关系数（95% 区间）"),
    "most attended": ("most attended = most influential", "第一名就是影响最大的词元"),
    "attention": ("attention, mean of all heads", "注意力（所有头平均）"),
    "rarity": ("rarity of the token", "词元的罕见程度"),
    "attention less rarity": ("attention less rarity (difference)", "注意力减罕见程度（差）"),
    "best head": ("best single head (mean)", "最好的单个头（平均）"),
    "worst head": ("worst single head (mean)", "最差的单个头（平均）"),
    "guessing": ("guessing", "随机猜测"),
    "head": ("head", "注意力头"),
    "reads": ("token read", "看向的词元"),
    "word before": ("the word before", "前一个词"),
    "word after": ("the word after", "后一个词"),
    "its weight": ("weight given", "给出的权重"),
    "token": ("token", "词元"),
    "influence": ("influence", "影响"),
    "attention received": ("attention received", "得到的注意力"),
    "nothing taken out": ("nothing taken out", "什么都不除去"),
    "place in the title": ("place in the title", "在片名中的位置"),
    "letters": ("letters", "字母数"),
    "the gap": ("the gap", "空"),
    "right answer": ("right", "正确答案"),
    "films, with NSP": ("films, with NSP", "电影，有 NSP"),
    "films, without NSP": ("films, without NSP", "电影，没有 NSP"),
    "reviews, with NSP": ("reviews, with NSP", "评论，有 NSP"),
    "reviews, without NSP": ("reviews, without NSP", "评论，没有 NSP"),
    "gaps told right": ("gaps filled right", "填对的空"),
    "left neighbour": ("left-neighbour rule", "左邻规则"),
    "frame": ("frame", "框架"),
    "genre": ("genre", "类型"),
    "all gaps": ("all gaps", "所有的空"),
    "at a [MASK]": ("at a [MASK]", "[MASK] 处"),
    "at a right word": ("at a right word", "原词处"),
    "at a wrong word": ("at a wrong word", "换错处"),
    "wrong word kept": ("wrong word kept", "照抄错词"),
    "mask only": ("[MASK] only (100/0/0)", "只用 [MASK]（100/0/0）"),
    "no random": ("no random word (90/0/10)", "没有随机词（90/0/10）"),
    "no kept": ("no kept word (90/10/0)", "没有保留词（90/10/0）"),
    "loss everywhere": ("80/10/10, all places scored", "80/10/10，所有位置都计分"),
    "largest weight": ("largest weight", "最大权重"),
    "largest weight, divided": ("largest weight, divided by √d", "最大权重（除以 √d）"),
    "how bad reads: head": ("how “bad” reads: head", "bad 的注意力：头"),
    "step": ("step", "步骤"),
    "training": ("training", "训练集"),
})  # fmt: skip


def who_feeds_whom(words: Sequence[str], asker: int, scores: np.ndarray, values: np.ndarray, dropped: int) -> None:
    """What one word takes in, moving: lines as thick as its weights, and its output among the values.

    ``scores`` ``(n,)`` are the asker's in units of log 2, ``values`` is ``(n, 2)``. From frame to frame the score of the
    ``dropped`` word is turned down, to minus infinity at last, and the output slides away from where it was.
    """
    powers = 2.0 ** np.asarray(scores, float)
    whole = powers / powers.sum() @ values
    frames = []
    for left in (1, 1, 0.6, 0.35, 0.18, 0.06, 0, 0):
        now = powers.copy()
        now[dropped] *= left
        weights = now / now.sum()
        drawn, both = figure(9, 3.3, columns=2, width_ratios=[1, 1.15])
        _lines_in(both[0], words, asker, weights, dropped)
        _among_values(both[1], words, values, whole, weights @ values)
        drawn.subplots_adjust(left=0.02, right=0.97, bottom=0.17, top=0.88, wspace=0.16)
        frames.append(drawn)
    out, gone, asks = weights @ values, words[dropped], words[asker]
    show_moving(
        frames,
        phrase(
            en=f"Moving picture. “{asks}” takes in “{gone}” with weight {powers[dropped] / powers.sum():.2f}, and its output is {_point(whole)}. As the score of “{gone}” falls, its line grows thin and vanishes, and the output slides to {_point(out)}.",
            zh=f"动图：{asks} 从 {gone} 汇集信息的权重是 {powers[dropped] / powers.sum():.2f}，输出在 {_point(whole)}。{gone} 的得分不断降低，连线变细直到消失，输出滑到 {_point(out)}。",
        ),
    )


def _point(place: np.ndarray) -> str:
    return f"({place[0]:.0f}, {place[1]:.0f})".replace("-", "−")


def _lines_in(axes: Axes, words: Sequence[str], asker: int, weights: np.ndarray, dropped: int) -> None:
    """The words on the left, the asker on the right, and between them lines as thick as the weights."""
    heights = -np.arange(len(words), dtype=float)
    middle = heights.mean()
    for k, (word, height, weight) in enumerate(zip(words, heights, weights, strict=True)):
        colour = RED if k == dropped else BLUE
        if weight > 0:
            axes.plot([0.32, 1.15], [height, middle], color=colour, lw=22 * weight, alpha=0.55, solid_capstyle="butt")
        axes.text(
            0.28, height, word, ha="right", va="center", fontsize=13, color="black" if weight > 0 else base.ink(GREY)
        )
        shade = colour if weight > 0 else base.ink(GREY)
        axes.text(0.28, height - 0.24, f"{weight:.2f}", ha="right", va="center", fontsize=10, color=shade)
    axes.text(1.2, middle, words[asker], va="center", fontsize=13)
    axes.set(xlim=(0, 1.6), ylim=(heights[-1] - 0.45, 0.5))
    axes.set_axis_off()
    axes.set_title(phrase(en=f"What “{words[asker]}” takes in", zh=f"{words[asker]} 从哪里汇集信息"))


def _among_values(axes: Axes, words: Sequence[str], values: np.ndarray, whole: np.ndarray, now: np.ndarray) -> None:
    """The values as points, the output among them, and a ring where it was with every word read."""
    round_trip = np.vstack([values, values[:1]])
    axes.plot(*round_trip.T, color=GREY, lw=0.8, ls=":")
    axes.plot(*values.T, "s", color=BLUE)
    for word, value in zip(words, values, strict=True):
        axes.annotate(word, value, (6, 6), textcoords="offset points", color=BLUE)
    axes.plot(*whole, "o", mfc="none", mec=RED, ms=12)
    axes.plot([whole[0], now[0]], [whole[1], now[1]], color=RED, lw=1)
    axes.plot(*now, "o", color=RED, ms=9)
    axes.axhline(0, color=GREY, lw=0.6)
    axes.set_xlim(values[:, 0].min() - 1, values[:, 0].max() + 1.2)
    axes.set_ylim(values[:, 1].min() - 1, values[:, 1].max() + 1.5)
    axes.set_xlabel(phrase(en="is about films", zh="与电影有关"))
    axes.set_ylabel(phrase(en="praise", zh="夸奖"))
    axes.set_title(phrase(en="Its output: a weighted mean of the values", zh="它的输出：各个值的加权平均"))


def one_layer() -> None:
    """A layer of BERT drawn from left to right, with the side road on which each vector passes attention by."""
    drawn, axes = figure(11, 3.3)
    boxes = {
        "in": (0.0, phrase(en="token +\nposition +\nsegment", zh="词元＋\n位置＋\n片段"), SKY),
        "attention": (
            3.5,
            phrase(en="attention:\neach word reads\nthe others", zh="注意力：\n每个词\n看其他词"),
            ORANGE,
        ),
        "norm 1": (5.6, phrase(en="add,\nnorm", zh="相加，\n归一化"), GREY),
        "alone": (7.6, phrase(en="feed-forward:\neach word\nby itself", zh="前馈网络：\n每个词\n单独计算"), GREEN),
        "norm 2": (9.7, phrase(en="add,\nnorm", zh="相加，\n归一化"), GREY),
    }
    for key, (place, text, colour) in boxes.items():
        box(axes, place, 0, text, colour, 0.9 if key.startswith("norm") else 1.7, 1.2)
    for row, letter in zip((0.85, 0, -0.85), "QKV", strict=True):
        box(axes, 2.0, row, letter, ORANGE, width=0.5)
        arrow(axes, (0.9, 0), (1.72, row))
        arrow(axes, (2.28, row), (2.6, row * 0.4))
    for start, end in ((4.4, 5.1), (6.1, 6.7), (8.5, 9.2), (10.2, 11.0)):
        arrow(axes, (start, 0), (end, 0))
    for start, end in ((1.15, 5.6), (6.35, 9.7)):
        axes.plot([start, start, end], [0, 1.75, 1.75], color=BLUE, lw=2.5)
        arrow(axes, (end, 1.75), (end, 0.62), BLUE, lw=2.5)
    axes.text(
        3.3,
        1.83,
        phrase(en="side road: what the word knew", zh="旁路：词原有的信息"),
        ha="center",
        color=BLUE,
        va="bottom",
    )
    axes.text(8.05, 1.83, phrase(en="side road", zh="旁路"), ha="center", color=BLUE, va="bottom")
    axes.text(11.05, 0, phrase(en="to the\nnext layer", zh="进入\n下一层"), va="center")
    axes.set(xlim=(-0.9, 12.1), ylim=(-1.35, 2.3))
    axes.set_axis_off()
    show(
        drawn,
        phrase(
            en="A layer from left to right: the sum of token, position and segment makes queries, keys and values; attention; added to what came past on a side road, and normalised; feed-forward; added and normalised again; on to the next layer.",
            zh="从左到右的一层：词元、位置、片段之和生成查询、键和值；注意力；与旁路送来的向量相加，再归一化；前馈网络；再次相加并归一化；进入下一层。",
        ),
    )


def what_goes_in(tokens: Sequence[str], segments: Sequence[int]) -> None:
    """Token + position + segment: one column a token, three boxes that are added up to what the first layer reads."""
    n = len(tokens)
    drawn, axes = figure(0.85 * n + 1.2, 2.7)
    for k, (token, segment) in enumerate(zip(tokens, segments, strict=True)):
        special = token.startswith("[")
        box(axes, k, 2, token, GREY if special else SKY, 0.8, 0.48)
        box(axes, k, 1, str(k), GREEN, 0.8, 0.48)
        box(axes, k, 0, str(segment), ORANGE if segment else BLUE, 0.8, 0.48)
        for y in (1.5, 0.5):
            axes.text(k, y, "+", ha="center", va="center", fontsize=9)
    rows = phrase(en="token", zh="词元"), phrase(en="position", zh="位置"), phrase(en="segment", zh="片段")
    for y, label in zip((2, 1, 0), rows, strict=True):
        axes.text(-0.65, y, label, ha="right", va="center", fontsize=10)
    axes.set(xlim=(-1.9, n - 0.4), ylim=(-0.5, 2.5))
    axes.set_axis_off()
    axes.set_title(
        phrase(
            en="Each box is a learned vector; the three of a column are added up",
            zh="每个方格是一个学出来的向量；同一列的三个相加",
        )
    )
    border = list(segments).index(1)
    show(
        drawn,
        phrase(
            en=f"{n} columns for the tokens {' '.join(tokens)}; below each its position, 0 to {n - 1}, and its segment: 0 for the first {border}, then 1.",
            zh=f"{n} 列，词元依次是 {' '.join(tokens)}；每列下面是位置（0 到 {n - 1}）和片段：前 {border} 个是 0，其余是 1。",
        ),
    )


def who_reads_whom(words: Sequence[str]) -> None:
    """BERT's full square beside GPT's triangle: row i may read column j where the cell is filled."""
    n = len(words)
    drawn, both = figure(2.3 * n, 0.62 * n + 0.6, columns=2)
    everyone = np.ones((n, n), dtype=bool)
    for axes, allowed, title in (
        (both[0], everyone, phrase(en="BERT: everyone reads everyone", zh="BERT：每个词都能看到所有的词")),
        (
            both[1],
            np.tri(n, dtype=bool),
            phrase(en="GPT: only itself and what came before", zh="GPT：只看自己和前面的词"),
        ),
    ):
        _grid(axes, allowed.astype(float) * 0.55, words, words)
        axes.set_title(title)
        axes.set_ylabel(phrase(en="this word reads …", zh="这个词能看到……"))
    show(
        drawn,
        phrase(en=f"Two squares of {n} by {n} words: for BERT all cells are filled, for GPT the lower triangle with the diagonal.",
             zh=f"两个 {n} 乘 {n} 的方格：BERT 全部填满，GPT 只填对角线和左下三角。"),
    )  # fmt: skip


def guesses(
    gaps: Mapping[tuple[str, str], str], said: Mapping[int, Sequence[Sequence[tuple[str, float]]]]
) -> pd.DataFrame:
    """A table of what was put into each gap: ``said[step]`` holds, for each of ``gaps``, tokens with probabilities."""
    import pandas as pd

    rows = [
        (" ".join(pair), right, *(_in_words(tokens[number]) for tokens in said.values()))
        for number, (pair, right) in enumerate(gaps.items())
    ]
    at = [phrase(en=f"at step {step}", zh=f"第 {step} 步") for step in said]
    return pd.DataFrame(rows, columns=["the gap", "right answer", *at])


def _in_words(tokens: Sequence[tuple[str, float]]) -> str:
    return ", ".join(f"{token} {share:.0%}" for token, share in tokens)


def agreements(attention: np.ndarray, rarity: np.ndarray, heads: np.ndarray, guess: float) -> pd.DataFrame:
    """A table of what agrees with influence: 95% intervals of the rank correlation, and how often both orders begin alike.

    ``attention`` and ``rarity`` are ``(titles, 2)``, correlation and 1 or 0; ``heads`` holds a mean correlation each.
    """
    import pandas as pd

    from recbook.evaluation import bootstrap

    rows = [
        (name(key), ends(*bootstrap(found[:, 0]), digits=2), f"{np.nanmean(found[:, 1]):.0%}")
        for key, found in {"attention": attention, "rarity": rarity}.items()
    ]
    apart = bootstrap(attention[:, 0] - rarity[:, 0])
    rows.append((name("attention less rarity"), ends(*apart, digits=2, sign=True), "–"))
    for key, value in {"best head": heads.max(), "worst head": heads.min()}.items():
        rows.append((name(key), f"{value:.2f}".replace("-", "−"), "–"))
    rows.append((name("guessing"), "0.00", f"{guess:.0%}"))
    return pd.DataFrame(rows, columns=["", "agreement", "most attended"])


def attention_maps(maps: Mapping[str, np.ndarray], tokens: Sequence[str]) -> None:
    """Attention weights of a few heads, ``(n, n)`` each, side by side: row reads column, dark is much."""
    n = len(tokens)
    drawn, panels = figure(max(3.6, 0.62 * n) * len(maps), max(3.2, 0.48 * n), columns=len(maps), squeeze=False)
    for axes, (title, weights) in zip(panels[0], maps.items(), strict=True):
        shown = _grid(axes, weights, tokens, tokens)
        axes.set_title(title)
    drawn.colorbar(shown, ax=list(panels[0]), label=phrase(en="weight", zh="权重"), fraction=0.02, pad=0.02)
    panels[0, 0].set_ylabel(phrase(en="this word reads …", zh="这个词看……"))
    colon = phrase(en=": ", zh="：")
    strongest = phrase(en="; ", zh="；").join(
        f"{title}{colon}{_strongest(weights, tokens)}" for title, weights in maps.items()
    )
    show(
        drawn,
        phrase(en=f"Attention of {len(maps)} heads over “{' '.join(tokens)}”. Strongest: {strongest}.",
             zh=f"{len(maps)} 个注意力头在 {' '.join(tokens)} 上的权重。最强的：{strongest}。"),
    )  # fmt: skip


def _strongest(weights: np.ndarray, tokens: Sequence[str]) -> str:
    row, column = divmod(int(weights.argmax()), weights.shape[1])
    return f"{tokens[row]} → {tokens[column]} {weights[row, column]:.2f}"


def _grid(axes: Axes, weights: np.ndarray, rows: Sequence[str], columns: Sequence[str]) -> AxesImage:
    shown = axes.imshow(weights, cmap="Blues", vmin=0, vmax=1)
    axes.grid(visible=False)
    axes.set_xticks(range(len(columns)), columns, rotation=60, ha="right", rotation_mode="anchor", fontsize=9)
    axes.set_yticks(range(len(rows)), rows, fontsize=9)
    axes.set_xticks(np.arange(-0.5, len(columns)), minor=True)
    axes.set_yticks(np.arange(-0.5, len(rows)), minor=True)
    axes.grid(which="minor", color="white", lw=1)
    axes.set_xlabel(phrase(en="… this one", zh="……这个词"))
    axes.tick_params(which="minor", length=0)
    for spine in axes.spines.values():
        spine.set_color(BLUE)
    return shown


def pretraining(losses: np.ndarray, every: int, others: Sequence[Mapping[str, Sequence[float]]] = ()) -> None:
    """Both tasks as they are learned: ``losses`` ``(steps, 3)`` holds MLM loss, NSP loss and share of pairs told right.

    Drawn as means over ``every`` steps; ``others`` are stored runs with other seeds (``step``, ``mlm_loss`` …), thin.
    """
    means = losses[: len(losses) // every * every].reshape(-1, every, 3).mean(axis=1)
    steps = np.arange(1, len(means) + 1) * every
    drawn, panels = figure(11, 3.2, columns=3)
    titles = (
        phrase(en="MLM: a steep fall, then slowly", zh="MLM：先陡降，后缓降"),
        phrase(en="NSP: a plateau, then a fall (dotted: a coin)", zh="NSP：先是平台，再下落（点线：随机猜测）"),
        phrase(en="NSP: pairs told right (grey: other seeds)", zh="NSP：判对的句对（灰线：其他种子）"),
    )
    labels = (phrase(en="loss", zh="损失"), phrase(en="loss", zh="损失"), phrase(en="share", zh="判对的比例"))
    for place, key in enumerate(("mlm_loss", "nsp_loss", "nsp_accuracy")):
        axes = panels[place]
        for run in others:
            axes.plot(run["step"], run[key], color=GREY, lw=0.7, alpha=0.7)
        axes.plot(steps, means[:, place], color=(BLUE, RED, RED)[place], lw=2)
        axes.set(title=titles[place], xlabel=phrase(en="steps", zh="步数"))
        axes.set_ylabel(labels[place], labelpad=9)
    panels[1].axhline(np.log(2), ls=":", color="black")
    panels[2].axhline(0.5, ls=":", color="black")
    panels[0].set_ylim(bottom=0)
    drawn.tight_layout()
    first, last = means[0], means[-1]
    show(
        drawn,
        phrase(en=f"Three curves over {len(losses)} steps: MLM loss {first[0]:.1f} to {last[0]:.1f}; NSP loss {first[1]:.2f} to "
                f"{last[1]:.2f}; pairs told right {first[2]:.0%} to {last[2]:.0%}. Thin lines: {len(others)} stored runs.",
             zh=f"{len(losses)} 步的三条曲线：MLM 损失从 {first[0]:.1f} 到 {last[0]:.1f}；NSP 损失从 {first[1]:.2f} 到 "
                f"{last[1]:.2f}；判对的句对从 {first[2]:.0%} 到 {last[2]:.0%}。细线：{len(others)} 次运行的保存结果。"),
    )  # fmt: skip


def published_against_scratch(live: Mapping[tuple[str, int], Sequence[float]], stored: Mapping[str, Any]) -> None:
    """Gaps filled right against training steps: on the left the live steps, on the right how the stored runs go on.

    ``live[start, step] = (share, low, high)`` for the starts "published" and "scratch"; ``stored[start]`` is a list of
    runs with a ``held_out`` curve, ``stored["scratch_long"]`` one longer run; ``stored["baselines"]`` holds the share that
    counting what follows the left neighbour gets.
    """
    drawn, (near, far) = figure(10, 3.6, columns=2, sharey=True, width_ratios=[1, 1.3])
    names = {
        "published": phrase(en="published weights", zh="预训练权重"),
        "scratch": phrase(en="random weights", zh="随机初始化"),
    }
    for start, colour, marker in (("published", BLUE, "o"), ("scratch", RED, "s")):
        points = {step: value for (key, step), value in live.items() if key == start}
        _live_points(near, points, names[start], colour, marker)
        curves = [run["held_out"] for run in stored[start]]
        steps, mean = np.array(curves[0]["step"]), np.mean([curve["mlm_accuracy"] for curve in curves], axis=0)
        far.plot(steps, mean, color=colour, lw=2)
        few = steps <= max(points)
        near.plot(steps[few], mean[few], color=colour, lw=1, alpha=0.6)
    longer = stored["scratch_long"]["held_out"]
    far.plot(longer["step"], longer["mlm_accuracy"], color=RED, lw=1)
    for axes in (near, far):
        axes.axhline(stored["baselines"]["left_neighbour"], ls=":", color="black")
        axes.set_xlabel(phrase(en="training steps", zh="训练步数"))
    _label_gaps(near, far, longer)
    drawn.tight_layout()
    show(drawn, _gaps_told(live, names, longer))


def _live_points(axes: Axes, points: Mapping[int, Sequence[float]], label: str, colour: str, marker: str) -> None:
    """The share, low and high that were measured just now, by step."""
    share, low, high = np.array(list(points.values())).T
    axes.errorbar(list(points), share, yerr=[share - low, high - share], marker=marker, ls="", color=colour, capsize=4,
                  label=label)  # fmt: skip


def _label_gaps(near: Axes, far: Axes, longer: Mapping[str, Any]) -> None:
    near.set_title(phrase(en="Live (points): at equal steps, far apart", zh="现场（点）：步数相同，差距很大"))
    near.set(ylabel=phrase(en="gaps filled right", zh="填对的空"), ylim=(-0.01, None))
    near.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    near.legend(frameon=False, loc="upper left", bbox_to_anchor=(0, 0.92))
    far.set_title(
        phrase(en="Stored: the random start is slow, and still rising", zh="保存的结果：随机初始化学得慢，仍在上升")
    )
    far.annotate(phrase(en="counting the left neighbour", zh="左邻规则"), (560, 0.225), va="bottom", fontsize=9)
    end = longer["step"][-1], longer["mlm_accuracy"][-1]
    far.annotate(f"{end[1]:.0%}", end, (-4, 6), textcoords="offset points", ha="right", color=RED)


def _gaps_told(
    live: Mapping[tuple[str, int], Sequence[float]], names: Mapping[str, str], longer: Mapping[str, Any]
) -> str:
    """The alt text: what was measured live, and how far the longer run came."""
    ends = phrase(en="; ", zh="；").join(
        phrase(en=f"{names[start]} {step}: {share:.0%}", zh=f"{names[start]}第 {step} 步：{share:.0%}")
        for (start, step), (share, _, _) in live.items()
    )
    steps, last = longer["step"][-1], longer["mlm_accuracy"][-1]
    return phrase(
        en=f"Gaps filled right against training steps. Live: {ends}. Stored: random weights rise to {last:.0%} at {steps:.0f} steps, and still climb.",
        zh=f"填对的空随训练步数变化。现场：{ends}。保存的结果：随机初始化到 {steps:.0f} 步升到 {last:.0%}，仍在上升。",
    )
