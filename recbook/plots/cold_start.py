"""Figures of chapter 10."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from recbook.plots.base import CYCLE, figure, name, show
from recbook.plots.pytorch import hidden_sets
from recbook.session import text

STYLES = ("-", "--", ":", "-.")


def methods_on_sets(found: Mapping[str, np.ndarray]) -> None:
    """Content models side by side: ``found[way]`` is ``(sets, users)``, NaN for a user with nothing to find."""
    hidden_sets(
        found,
        title=text(
            en="Among content models the sets differ more than the models",
            zh="在内容模型之中，隐藏集之间的差别大于模型之间的差别",
        ),
    )


def title_controls(found: Mapping[str, np.ndarray]) -> None:
    """The title's vector beside its controls, as in `methods_on_sets`."""
    hidden_sets(found, title=text(en="What is lost without the film's own name", zh="没有电影自己的名字，会失去什么"))


def click_curves(curves: Mapping[str, Mapping[int, np.ndarray]]) -> None:
    """NDCG@10 by the number of known ratings: ``curves[source][n]`` is ``(users,)``; the last one with its interval."""
    _by_known_ratings(
        curves,
        text(en="known ratings of the new user", zh="新用户已知的评分数"),
        text(en="A prior that fades is never clearly below; history alone starts far below",
             zh="混合始终不逊于最好的单一来源；单靠历史，起点低得多"),
    )  # fmt: skip


def gate_curves(curves: Mapping[str, Mapping[int, np.ndarray]]) -> None:
    """The same for new films, by the number of their known ratings."""
    _by_known_ratings(
        curves,
        text(en="known ratings of the new film", zh="新电影已知的评分数"),
        text(en="Ten ratings alone are worth less than content without a rating",
             zh="只有十条评分，还不如一条评分都没有的内容"),
    )  # fmt: skip


def _by_known_ratings(curves: Mapping[str, Mapping[int, np.ndarray]], xlabel: str, title: str) -> None:
    from recbook.evaluation import bootstrap

    drawn, axes = figure(7.5, 4)
    told, levels = [], sorted({n for values in curves.values() for n in values})
    for place, (key, values) in enumerate(curves.items()):
        means = np.array([np.nanmean(one) for one in values.values()])
        spots = np.array([levels.index(n) for n in values])
        last = place == len(curves) - 1
        axes.plot(spots, means, STYLES[place % 4], marker="os^DvP"[place % 6], color=CYCLE[place % 7], ms=5,
                  lw=2.5 if last else 1.6, label=name(key))  # fmt: skip
        if last:
            ends = np.array([bootstrap(one) for one in values.values()])
            axes.fill_between(spots, ends[:, 0], ends[:, 1], color=CYCLE[place % 7], alpha=0.15)
        listed = ", ".join(f"{mean:.3f}" for mean in means)
        told.append(f"{name(key)}: {listed}")
    axes.set_xticks(np.arange(len(levels)), [str(n) for n in levels])
    axes.set_ylim(bottom=0)
    axes.set_xlabel(xlabel)
    axes.set_ylabel("NDCG@10")
    axes.set_title(title)
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    known, rows = ", ".join(str(n) for n in levels), "; ".join(told)
    show(drawn, text(en=f"Lines of NDCG@10 at {known} known ratings, each up to the last. {rows}.",
                     zh=f"已知 {known} 条评分时的 NDCG@10 折线。{rows}。"))  # fmt: skip


def regret_curves(regret: Mapping[tuple[str, str], np.ndarray]) -> None:
    """Mean cumulative regret by step, a panel for each start: ``regret[policy, start]`` is ``(worlds, steps)``."""
    from recbook.evaluation import bootstrap

    policies, starts = (list(dict.fromkeys(key[place] for key in regret)) for place in (0, 1))
    drawn, panels = figure(10, 3.6, columns=len(starts))
    told = []
    for axes, start in zip(np.atleast_1d(panels), starts, strict=True):
        for place, policy in enumerate(policies):
            paths = regret[policy, start]
            steps = np.linspace(0, paths.shape[1] - 1, 21).astype(int)
            ends = np.array([bootstrap(paths[:, step], 300) for step in steps])
            axes.plot(
                steps + 1, paths[:, steps].mean(axis=0), STYLES[place % 4], color=CYCLE[place], label=name(policy)
            )
            axes.fill_between(steps + 1, ends[:, 0], ends[:, 1], color=CYCLE[place], alpha=0.2)
            told.append(f"{name(policy)}, {name(start)}: {paths[:, -1].mean():.0f}")
        axes.set_title(name(start))
        axes.set(xlabel=text(en="showings", zh="展示次数"), ylabel=text(en="clicks lost (95% band)", zh="损失的点击（95% 带）"))  # fmt: skip
        axes.legend(frameon=False)
    high = max(axes.get_ylim()[1] for axes in np.atleast_1d(panels))
    for axes in np.atleast_1d(panels):
        axes.set_ylim(0, high)
    drawn.suptitle(
        text(
            en="A start from old films helps Thompson sampling and hurts greedy; a guess helps both",
            zh="从老片起步有利于 Thompson 采样，不利于贪心；有了猜测，两者都更好",
        )
    )
    drawn.tight_layout()
    rows = "; ".join(told)
    show(drawn, text(en=f"Regret by showings; at the end: {rows}.", zh=f"遗憾随展示次数的变化；终点：{rows}。"))
