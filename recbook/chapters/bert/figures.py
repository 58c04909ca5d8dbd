"""Figures of chapter 04."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from recbook.plots.base import BLUE, GREY, RED, add_words, figure, show
from recbook.session import phrase

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.image import AxesImage

add_words({
    "history as one text": ("history as one text", "历史当作一段文字"),
    "mean of its titles": ("mean of its titles", "各片名向量的平均"),
    "films, “It” for the title": ("films, “It” for the title", "电影，片名换成 It"),
    "reviews, random weights": ("reviews, random weights", "评论，随机初始化"),
    "reviews, published weights": ("reviews, published weights", "评论，预训练权重"),
    "reviews, order of two sentences": ("reviews, order of two sentences", "评论，两句的顺序"),
    "pairs told right": ("pairs told right", "判对的句对"),
    "gaps filled": ("gaps filled", "填对的空"),
    "with NSP": ("with NSP", "有 NSP"),
    "without NSP": ("without NSP", "没有 NSP"),
    "films, live": ("films, live", "电影，现场"),
    "films, stored": ("films, stored", "电影，存好的"),
    "reviews, stored": ("reviews, stored", "评论，存好的"),
    "left neighbour": ("left neighbour", "左邻规则"),
    "frame": ("frame", "框架"),
    "genre": ("genre", "类型"),
    "at a [MASK]": ("at a [MASK]", "[MASK] 处"),
    "at a right word": ("at a right word", "原词处"),
    "at a wrong word": ("at a wrong word", "换错处"),
    "wrong word kept": ("wrong word kept", "照抄错词"),
    "mask only": ("[MASK] only", "只用 [MASK]"),
    "no random": ("no random word", "没有随机词"),
    "no kept": ("no kept word", "没有保留词"),
    "loss everywhere": ("scored everywhere", "处处计分"),
    "ours": ("ours", "我们"),
    "library": ("library", "库"),
    "asked": ("asked", "被提问"),
    "kept": ("kept", "保留"),
    "a random word": ("random", "随机"),
    "largest weight": ("largest weight", "最大权重"),
    "largest weight, divided": ("largest weight, divided", "最大权重（除后）"),
    "how bad reads: head": ("how “bad” reads: head", "bad 的注意力：头"),
    "numbers to learn": ("numbers to learn", "可学习的参数"),
    "step": ("step", "步骤"),
    "training": ("training", "训练集"),
})  # fmt: skip


def who_reads_whom(words: Sequence[str]) -> None:
    """BERT's full square beside GPT's triangle: row i may read column j where the cell is filled."""
    n = len(words)
    drawn, both = figure(2.3 * n, 0.62 * n + 0.6, columns=2)
    everyone = np.ones((n, n), dtype=bool)
    for axes, allowed, title in (
        (both[0], everyone, phrase(en="BERT: everyone reads everyone", zh="BERT：谁都看得到谁")),
        (
            both[1],
            np.tri(n, dtype=bool),
            phrase(en="GPT: only itself and what came before", zh="GPT：只看自己和前面的词"),
        ),
    ):
        _grid(axes, allowed.astype(float) * 0.55, words, words)
        axes.set_title(title)
        axes.set_ylabel(phrase(en="reads …", zh="查询词"))
    show(
        drawn,
        phrase(en=f"Two squares of {n} by {n} words: for BERT all cells are filled, for GPT the lower triangle with the diagonal.",
             zh=f"两个 {n} 乘 {n} 的方格：BERT 全部填满，GPT 只填对角线和左下三角。"),
    )  # fmt: skip


def attention_maps(maps: Mapping[str, np.ndarray], tokens: Sequence[str]) -> None:
    """Attention weights of a few heads, ``(n, n)`` each, side by side: row reads column, dark is much."""
    n = len(tokens)
    drawn, panels = figure(max(3.6, 0.62 * n) * len(maps), max(3.2, 0.48 * n), columns=len(maps), squeeze=False)
    for axes, (title, weights) in zip(panels[0], maps.items(), strict=True):
        shown = _grid(axes, weights, tokens, tokens)
        axes.set_title(title)
    drawn.colorbar(shown, ax=list(panels[0]), label=phrase(en="weight", zh="权重"), fraction=0.02, pad=0.02)
    panels[0, 0].set_ylabel(phrase(en="reads …", zh="查询词"))
    strongest = "; ".join(f"{title}: {_strongest(weights, tokens)}" for title, weights in maps.items())
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
    axes.set_xlabel(phrase(en="… is read", zh="被关注的词"))
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
        phrase(en="MLM: a steep fall, then slowly", zh="MLM：先陡降，再慢慢来"),
        phrase(en="NSP: a plateau, then a fall (dotted: a coin)", zh="NSP：先是平台，再下落（点线：随机猜测）"),
        phrase(en="NSP: pairs told right (grey: other seeds)", zh="NSP：判对的句对（灰线：其他种子）"),
    )
    labels = (phrase(en="loss", zh="损失"), phrase(en="loss", zh="损失"), phrase(en="share", zh="判对的比例"))
    for place, key in enumerate(("mlm_loss", "nsp_loss", "nsp_accuracy")):
        axes = panels[place]
        for run in others:
            axes.plot(run["step"], run[key], color=GREY, lw=0.7, alpha=0.7)
        axes.plot(steps, means[:, place], color=(BLUE, RED, RED)[place], lw=2)
        axes.set(title=titles[place], xlabel=phrase(en="steps", zh="步数"), ylabel=labels[place])
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
                f"{last[1]:.2f}；判对的句对从 {first[2]:.0%} 到 {last[2]:.0%}。细线：{len(others)} 次存好的运行。"),
    )  # fmt: skip


def published_against_scratch(live: Mapping[tuple[str, int], Sequence[float]], stored: Mapping[str, Any]) -> None:
    """Gaps filled right against training steps: stored curves (mean of the seeds), live points with their intervals.

    ``live[start, step] = (share, low, high)`` for the starts "published" and "scratch"; ``stored[start]`` is a list of
    runs with a ``held_out`` curve, ``stored["scratch_long"]`` one longer run; ``stored["baselines"]`` holds the share that
    counting what follows the left neighbour gets.
    """
    drawn, axes = figure(7.5, 3.8)
    names = {
        "published": phrase(en="published weights", zh="预训练权重"),
        "scratch": phrase(en="random weights", zh="随机初始化"),
    }
    for start, colour, style in (("published", BLUE, "-"), ("scratch", RED, "--")):
        _stored_curve(axes, [run["held_out"] for run in stored[start]], names[start], colour, style)
        points = {step: value for (key, step), value in live.items() if key == start}
        _live_points(axes, points, names[start], colour)
    longer = stored["scratch_long"]["held_out"]
    axes.plot(longer["step"], longer["mlm_accuracy"], "-", lw=1, color=RED, alpha=0.5,
              label=names["scratch"] + phrase(en=", longer run, stored", zh="，更长的一次，存好的"))  # fmt: skip
    axes.axhline(
        stored["baselines"]["left_neighbour"], ls=":", color=GREY, label=phrase(en="left neighbour", zh="左邻规则")
    )
    _label_gaps(axes)
    ends = "; ".join(f"{names[start]} {step}: {share:.0%}" for (start, step), (share, _, _) in live.items())
    show(
        drawn,
        phrase(
            en=f"Accuracy on held-out masks against steps, live: {ends}.",
            zh=f"留出的填空上的准确率随步数变化，现场：{ends}。",
        ),
    )


def _stored_curve(axes: Axes, curves: Sequence[Mapping[str, Any]], label: str, colour: str, style: str) -> None:
    """The mean of stored runs."""
    mean = np.mean([curve["mlm_accuracy"] for curve in curves], axis=0)
    label += phrase(en=", stored", zh="，存好的")
    axes.plot(curves[0]["step"], mean, style, color=colour, alpha=0.6, label=label)


def _live_points(axes: Axes, points: Mapping[int, Sequence[float]], label: str, colour: str) -> None:
    """The share, low and high that were measured just now, by step."""
    share, low, high = np.array(list(points.values())).T
    axes.errorbar(list(points), share, yerr=[share - low, high - share], fmt="o", color=colour, capsize=4,
                  label=label + phrase(en=", live", zh="，现场"))  # fmt: skip


def _label_gaps(axes: Axes) -> None:
    axes.set(
        xlabel=phrase(en="training steps", zh="训练步数"),
        ylabel=phrase(en="gaps filled right", zh="填对的空"),
        ylim=(0, None),
    )
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.set_title(phrase(en="At equal steps the published weights are far ahead", zh="同样的步数，预训练权重遥遥领先"))
    axes.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
