"""Figures of chapter 05 on pooling, on the shape of the space and on its dimensions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from recbook.plots.base import BLUE, CYCLE, GREY, RED, figure, name, show
from recbook.session import text

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
            value, low, high = found[judge]
            colour = RED if way == mark else BLUE
            edge = _TASKS.get(judge, (-np.inf,))[0]
            if value < edge:
                axes.plot(edge + 0.006, -place, "<", color=colour)
                axes.annotate(f"{value:.2f}", (edge + 0.006, -place), (8, 0), textcoords="offset points", va="center",
                              fontsize=8)  # fmt: skip
                continue
            axes.errorbar(value, -place, xerr=[[value - low], [high - value]], fmt="o", color=colour, capsize=3)
        axes.set_title(name(judge) + (f"\n(n = {sizes[judge]})" if sizes else ""), fontsize=10)
        starts = _TASKS.get(judge, (0.0,))[0]
        after_zero = text(en=f"\n(axis from {starts:.2f})", zh=f"\n（横轴从 {starts:.2f} 起）") if starts > 0 else ""
        axes.set_xlabel(_measure(judge) + after_zero, fontsize=9)
        axes.margins(y=0.08)
        if judge in _TASKS:
            axes.set_xlim(_TASKS[judge])
    panels[0, 0].set_yticks(-np.arange(len(results)), [name(way) for way in results])
    drawn.suptitle(
        text(
            en=en or "Each panel is a task; further right is better (95% interval)",
            zh=zh or "每格一项任务，越靠右越好（95% 区间）",
        )
    )
    drawn.tight_layout()
    rows = "; ".join(
        f"{name(way)}: " + ", ".join(f"{name(judge)} {found[judge][0]:.3f}" for judge in judges)
        for way, found in results.items()
    )
    show(drawn, text(en=f"Dots with intervals, one panel a task. {rows}.", zh=f"带区间的点图，每项任务一格。{rows}。"))


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
        axes.set_xlabel(text(en="cosine of two random titles", zh="随机两个片名的余弦"))
    panels[0, 0].set_ylabel(text(en="density", zh="密度"))
    panels[0, 0].legend(frameon=False, loc="upper left")
    drawn.suptitle(text(en="Centring moves every heap to 0", zh="中心化把每一堆都移到 0 附近"))
    drawn.tight_layout()
    rows = "; ".join(
        f"{name(panel)}: " + ", ".join(f"{name(key)} {pairs.mean():.2f}" for key, pairs in curves.items())
        for panel, curves in values.items()
    )
    show(drawn, text(en=f"Histograms; mean cosine: {rows}.", zh=f"直方图，平均余弦：{rows}。"))


def fewer_numbers(
    sizes: Sequence[int], results: Mapping[str, Mapping[str, np.ndarray]], full: int, whole: Mapping[str, float]
) -> None:
    """Quality against the numbers kept: ``results[judge][way]`` is ``(sizes,)``, ``whole[judge]`` with all ``full``."""
    drawn, panels = figure(10, 3.4, columns=len(results), squeeze=False)
    for axes, (judge, curves) in zip(panels[0], results.items(), strict=True):
        for place, (way, values) in enumerate(curves.items()):
            style = ("-", "--", ":")[place % 3]
            axes.plot(sizes, values, style, marker="os^"[place % 3], color=CYCLE[place], lw=2, label=name(way))
        axes.axhline(whole[judge], color=GREY, lw=1, label=text(en=f"all {full}", zh=f"全部 {full} 维"))
        axes.set_xscale("log", base=2)
        axes.set_xticks(sizes, [str(size) for size in sizes])
        axes.minorticks_off()
        axes.set_ylim(bottom=0)
        axes.set_title(name(judge))
        axes.set_xlabel(text(en=f"numbers kept of {full} (log scale)", zh=f"保留的维数（共 {full}，对数刻度）"))
        axes.set_ylabel(_measure(judge))
    panels[0, 0].legend(frameon=False, loc="lower right")
    drawn.suptitle(text(en="With few numbers, principal directions keep most", zh="维数很少时，主成分方向保留得最多"))
    drawn.tight_layout()
    rows = "; ".join(
        f"{name(judge)}: "
        + ", ".join(f"{name(way)} {values[0]:.2f} → {values[-1]:.2f}" for way, values in c.items())
        + f" ({full}: {whole[judge]:.2f})"
        for judge, c in results.items()
    )
    ends = f"{sizes[0]} → {sizes[-1]}"
    show(drawn, text(en=f"Curves over {ends} numbers. {rows}.", zh=f"保留 {ends} 维的折线。{rows}。"))


def _measure(judge: str) -> str:
    """What is counted in a task of the chapter."""
    others = {
        "genres in common": text(en="share of genres", zh="类型重合度"),
        "agreement on news": text(en="rank correlation", zh="秩相关"),
    }
    return others.get(judge, "NDCG@10")
