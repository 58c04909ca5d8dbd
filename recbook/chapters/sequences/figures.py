"""Figures of chapter 08."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from recbook.plots.base import (
    BLUE,
    CYCLE,
    GREY,
    ORANGE,
    PINK,
    RED,
    SKY,
    add_words,
    extremes,
    figure,
    name,
    show,
    show_moving,
)
from recbook.session import phrase

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

add_words({
    "recommended": ("recommended", "推荐"),
    "epoch": ("epoch", "轮次"),
    "mean loss": ("mean loss", "平均损失"),
    "rated last": ("rated last", "最近评过"),
    "rank": ("rank", "名次"),
    "random codes": ("random vectors", "随机向量"),
    "trained": ("trained", "训练之后"),
    "test film": ("test film", "测试电影"),
    "EASE, all films alike": ("EASE, all films alike", "EASE，权重相同"),
    "EASE, random films": ("EASE, same weights at random", "EASE，权重随机分配"),
    "way": ("way", "办法"),
    "prefix expansion": ("prefix expansion", "前缀展开"),
    "every place": ("a target at every place", "逐位置预测"),
    "a row": ("a row", "一行"),
    "target at each place": ("target at each place", "各位置的目标"),
    "training loss": ("training loss", "训练损失"),
    "with the mask": ("with the causal mask", "有因果掩码"),
    "without the mask": ("without the mask", "没有掩码"),
    "length": ("length", "长度"),
    "users with a hit, in any seed": ("users with a hit, in any seed", "命中的用户数（任一种子）"),
    "dropout": ("dropout", "失活率"),
    "layers": ("layers", "层数"),
    "rows in a batch": ("rows in a batch", "每批的行数"),
    "output table": ("output table", "输出表"),
    "of its own": ("of its own", "单独一张"),
    "one negative": ("one negative", "一个负样本"),
    "100 negatives": ("100 negatives", "100 个负样本"),
    "averaging": ("averaging of the weights", "权重平均"),
    "none, falling rate": ("none, the rate falls to 0", "不用，学习率降到 0"),
    "SASRec": ("SASRec: identities", "SASRec：ID 嵌入"),
    "SASRec, text": ("SASRec: text", "SASRec：文本"),
    "SASRec, both": ("SASRec: identities + text", "SASRec：ID 嵌入＋文本"),
    "SASRec, random codes": ("SASRec: identities + random vectors", "SASRec：ID 嵌入＋随机向量"),
    "two towers": ("two towers", "双塔"),
    "BERT4Rec reads": ("BERT4Rec reads", "BERT4Rec 读"),
    "windows of 50, mask at an untrained place": ("50 films, mask at an untrained place", "50 部，掩码符在未训练的位置"),
    "windows of 50": ("50 films", "50 部"),
    "windows of 10": ("10 films", "10 部"),
    "windows of 10, 20 epochs": ("10 films, 20 epochs", "10 部，20 个轮次"),
    "setting": ("setting", "设置"),
    "identities + titles": ("identities + titles", "ID 嵌入＋片名"),
    "identities + random vectors": ("identities + random vectors", "ID 嵌入＋随机向量"),
    "SASRec: as it is": ("as it is: 50 films, two layers, dropout 0.1", "不变：50 部，两层，失活率 0.1"),
    "SASRec: length 10": ("10 films", "10 部"),
    "SASRec: length 20": ("20 films", "20 部"),
    "SASRec: dropout 0.2": ("dropout 0.2", "失活率 0.2"),
    "SASRec: one layer": ("one layer", "一层"),
    "SASRec: one layer, length 20": ("one layer, 20 films", "一层，20 部"),
    "all test films": ("all test films", "全部测试电影"),
    "rare test films": ("rare test films", "冷门的测试电影"),
    "seeds, lowest and highest": ("seeds, lowest and highest", "各种子的最低与最高"),
    "the rule": ("rule: half-life of 8 films", "规则：半衰期 8 部"),
    "random weights, layer 1": ("random weights, layer 1", "随机初始化，第 1 层"),
    "trained, layer 1": ("trained, layer 1", "训练之后，第 1 层"),
    "trained, layer 2": ("trained, layer 2", "训练之后，第 2 层"),
    "nearest to the test film": ("nearest to the test film", "离测试电影最近"),
    "pause before a film": ("pause before a film", "电影之前的间隔"),
    "of all ratings": ("of all ratings", "占全部评分"),
    "no second": ("the same second", "同一秒"),
    "under a minute": ("under a minute", "不到一分钟"),
    "under an hour": ("under an hour", "不到一小时"),
    "longer": ("longer", "更久"),
    "first film": ("none: a user's first film", "无：用户的第一部"),
    "mrr@10": ("MRR@10", "MRR@10"),
    "none": ("none", "不用"),
    "item-kNN, last films": ("item-kNN, last films", "item-kNN（近期加权）"),
    "a minute": ("within a minute", "一分钟之内"),
    "later than a minute": ("later than a minute", "超过一分钟"),
    "all users": ("all users", "全部用户"),
    "dealt anew": ("all, sittings dealt anew", "全部用户，打乱后"),
    "the same, dealt anew": ("later, sittings dealt anew", "超过一分钟，打乱后"),
    "an hour": ("within an hour", "一小时之内"),
    "later": ("later", "更晚"),
    "users": ("users", "用户"),
    "SASRec minus": ("SASRec, identities + text, minus", "SASRec（ID 嵌入＋文本）减去"),
    "five weeks": ("new in five weeks", "五周里的新商品"),
    "next basket": ("new in the next basket", "下一篮里的新商品"),
    "popularity, last 4 weeks": ("popularity, last 4 weeks", "流行度，最近四周"),
    "EASE, last products": ("EASE, last products", "EASE（近期加权）"),
    "item2vec, without an order": ("item2vec, order shuffled anew each epoch", "item2vec，每个轮次重新打乱"),
    "SASRec, file order": ("SASRec: lines in file order", "SASRec：按文件顺序"),
})  # fmt: skip

STYLES = ("-", "--", ":", "-.")


PADDING, MASK, UNKNOWN = "0", "[M]", "?"


def one_row(films: Sequence[str]) -> None:
    """What one row asks a causal model, moving: place after place, what it reads, what it is asked, what it may not read."""
    n = len(films) - 1
    frames = []
    for t in (*(place for place in range(n) for _ in range(2)), None, None):
        places = range(n) if t is None else [t]
        drawn, axes = figure(7.2, 3.6)
        targets = {place: films[place + 1] for place in places}
        later = [] if t is None else [(place, t) for place in range(t + 1, n)]
        _asked(axes, [*films[:-1], PADDING], targets, [(k, place) for place in places for k in range(place + 1)], later)
        axes.set_title(_question(films, t))
        drawn.subplots_adjust(left=0.01, right=0.99, bottom=0.02, top=0.9)
        frames.append(drawn)
    told = phrase(en="; ", zh="；").join(f"{' '.join(films[: t + 1])} → {films[t + 1]}" for t in range(n))
    show_moving(
        frames,
        phrase(
            en=f"Moving picture of one row. Place after place lights up: it reads itself and what stands on its left, not further right, and is asked for the next film. At the end all are asked at once: {told}. The padding is asked nothing.",
            zh=f"一行的动图。各个位置依次亮起：每个位置能看自己和左边，要预测下一部，不能看更右边的。最后所有位置一起预测：{told}。填充没有目标。",
        ),
    )


def _question(films: Sequence[str], t: int | None) -> str:
    if t is None:
        return phrase(en="One pass through the model asks all of it", zh="模型算一遍，这些目标就全预测了")
    past, following = " ".join(films[: t + 1]), films[t + 1]
    return phrase(
        en=f"Place {t + 1}: after {past}, what comes next? {following}",
        zh=f"位置 {t + 1}：{past} 之后是什么？{following}",
    )


def hidden_rows(films: Sequence[str], hidden: int) -> None:
    """What BERT4Rec is asked: in training a film in the middle is hidden, to recommend a mask stands behind the history."""
    drawn, both = figure(11.5, 3.4, columns=2)
    n = len(films)
    rows = {
        phrase(en="Training: a film is hidden among others", zh="训练：遮住中间的一部"): hidden,
        phrase(en="Recommending: the mask stands at the end", zh="推荐：掩码符在末尾"): n,
    }
    for axes, (title, place) in zip(both, rows.items(), strict=True):
        read = [MASK if k == place else film for k, film in enumerate(films)]
        read.append(MASK if place == n else PADDING)
        others = [(k, place) for k, film in enumerate(read) if film != PADDING]
        _asked(axes, read, {place: films[place] if place < n else UNKNOWN}, others)
        axes.set_title(title)
    drawn.subplots_adjust(left=0.01, right=0.99, bottom=0.02, top=0.88, wspace=0.04)
    row = " ".join(films)
    show(
        drawn,
        phrase(
            en=f"Two rows of the films {row}. Left, in training: film {films[hidden]} is replaced by the mask [M], its place reads the films on both sides and is asked for {films[hidden]}. Right, when it recommends: the mask stands behind the last film and has films on its left alone.",
            zh=f"电影 {row} 的两行。左（训练）：{films[hidden]} 换成掩码符 [M]，这个位置能看两边的电影，要预测 {films[hidden]}。右（推荐）：掩码符在最后一部后面，只有左边有电影。",
        ),
    )


def _asked(
    axes: Axes,
    read: Sequence[str],
    targets: Mapping[int, str],
    reads: Iterable[tuple[int, int]],
    forbidden: Iterable[tuple[int, int]] = (),
) -> None:
    """A row from below: what stands at each place, the vector of each place, and the film that the lit places are asked for.

    ``reads`` and ``forbidden`` are pairs (place that is read, place that reads).
    """
    for start, end in reads:
        axes.plot([start, end], [0.3, 1.1], color=BLUE, lw=2, alpha=0.7)
    for start, end in forbidden:
        axes.plot([start, end], [0.3, 1.1], color=RED, lw=1.4, ls=":")
        axes.text(0.5 * (start + end), 0.7, "×", color=RED, fontsize=15, ha="center", va="center")
    for place, film in enumerate(read):
        lit = place in targets
        _square(axes, place, 0, film, {PADDING: GREY, MASK: PINK}.get(film, SKY))
        axes.plot(place, 1.3, "o", ms=22, color=BLUE if lit else "0.85")
        axes.text(
            place, 1.3, f"$h_{place + 1}$", ha="center", va="center", color="white" if lit else "0.35", fontsize=11
        )
        if lit:
            axes.annotate("", (place, 2.3), (place, 1.6), arrowprops={"arrowstyle": "->", "color": ORANGE, "lw": 2})
            _square(axes, place, 2.6, targets[place], ORANGE)
    labels = {
        0: phrase(en="input", zh="输入"),
        1.3: phrase(en="vector", zh="向量"),
        2.6: phrase(en="target", zh="目标"),
    }
    for height, label in labels.items():
        axes.text(-0.55, height, label, ha="right", va="center", fontsize=10)
    axes.set(xlim=(-1.7, len(read) - 0.4), ylim=(-0.45, 3.05))
    axes.set_axis_off()


def _square(axes: Axes, x: float, y: float, text: str, colour: str) -> None:
    from matplotlib.patches import FancyBboxPatch

    axes.add_patch(FancyBboxPatch((x - 0.2, y - 0.2), 0.4, 0.4, "round,pad=0.06", fc=colour, ec="none", alpha=0.5))
    axes.text(x, y, text, ha="center", va="center", fontsize=13)


def leak(curves: Mapping[str, np.ndarray], smooth: int = 10) -> None:
    """The training loss of a few named runs, as means over ``smooth`` steps."""
    drawn, axes = figure(7, 3.4)
    ends = []
    for place, (key, losses) in enumerate(curves.items()):
        means = np.asarray(losses)[: len(losses) // smooth * smooth].reshape(-1, smooth).mean(axis=1)
        steps = (np.arange(len(means)) + 1) * smooth
        axes.plot(steps, means, STYLES[place % 4], color=CYCLE[place], lw=2, label=name(key))
        ends.append(f"{name(key)}: {means[0]:.1f} → {means[-1]:.1f}")
    axes.set(xlabel=phrase(en="steps", zh="步数"), ylabel=phrase(en="training loss", zh="训练损失"))
    axes.set_title(phrase(en="Without the mask the loss is too good to be true", zh="没有掩码，损失好得不像真的"))
    axes.legend(frameon=False)
    told = phrase(en="; ", zh="；").join(ends)
    show(drawn, phrase(en=f"Curves of the training loss. {told}.", zh=f"训练损失的曲线。{told}。"))


def changes(found: Mapping[str, Mapping[str, Sequence[float]]], base: Sequence[float], model: str) -> None:
    """One row a change: each seed's validation NDCG@10 less the base's mean, and the range of the base's own seeds.

    ``found`` maps what is changed to its values, each with one number a seed.
    """
    rows = [(what, value, np.asarray(seeds)) for what, of in found.items() for value, seeds in of.items()]
    drawn, axes = figure(8, 1.2 + 0.36 * len(rows))
    middle = float(np.mean(base))
    band = phrase(en="range of the base's seeds", zh="基准各种子的范围")
    axes.axvspan(min(base) - middle, max(base) - middle, color=GREY, alpha=0.3, lw=0, label=band)
    axes.axvline(0, color="black", lw=0.8)
    changed, apart_from = phrase(en="changed|mean difference", zh="改动|平均差").split("|")
    told, inside = [], 0
    for place, (what, value, seeds) in enumerate(rows):
        apart = seeds - middle
        inside += min(base) <= seeds.mean() <= max(base)
        label = phrase(en="a seed", zh="一个种子") if place == 0 else None
        axes.plot(apart, np.full(len(apart), -place), "o", color=BLUE, ms=5, alpha=0.75, label=label)
        label = phrase(en="mean", zh="平均") if place == 0 else None
        axes.plot(apart.mean(), -place, "|", color=RED, ms=15, mew=2.5, label=label)
        told.append({changed: _row(what, value), apart_from: f"{apart.mean():+.4f}".replace("-", "−")})
    axes.set_yticks(-np.arange(len(rows)), [_row(what, value) for what, value, _ in rows])
    axes.set_ylim(0.6 - len(rows), 0.6)
    axes.set_xlabel(phrase(en="validation NDCG@10 minus the base's mean", zh="验证集 NDCG@10 与基准平均值之差"))
    axes.set_title(phrase(en=f"{model}, one change at a time: what leaves the grey band?",
                        zh=f"{model}，每次只改一处：哪些改动超出随机波动？"))  # fmt: skip
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    show(
        drawn,
        phrase(en=f"A row of dots a change, one a seed: validation NDCG@10 of {model} less its base. Of {len(rows)} means {inside} lie in the band of the base's own seeds.",
               zh=f"每处改动一行点，每个种子一点：{model} 的验证集 NDCG@10 与基准之差。{len(rows)} 个平均值中有 {inside} 个落在基准自身各种子的范围内。"),
        told,
    )  # fmt: skip


def _row(what: str, value: str) -> str:
    return phrase(en=f"{name(what)}: {name(value)}", zh=f"{name(what)}：{name(value)}")


def gains(found: Mapping[tuple[tuple[str, str], str], tuple[float, float, float]]) -> None:
    """Differences of two models (mean, low, high) by the pair of models and the group of test films."""
    pairs = list(dict.fromkeys(pair for pair, _ in found))
    groups = list(dict.fromkeys(group for _, group in found))
    drawn, axes = figure(7.5, 1.2 + 0.65 * len(pairs))
    pairs_of, group_of = phrase(en="difference|test films", zh="差|测试电影").split("|")
    told, apart = [], 0
    for (pair, group), (mean, low, high) in found.items():
        which = groups.index(group)
        place = -pairs.index(pair) + 0.14 - 0.28 * which
        label = name(group) if pair == pairs[0] else None
        axes.errorbar(mean, place, xerr=[[mean - low], [high - mean]], fmt="os"[which % 2], capsize=4,
                      color=(BLUE, ORANGE)[which % 2], label=label)  # fmt: skip
        told.append({pairs_of: _less(pair), group_of: name(group)}
                    | {key: f"{end:+.4f}".replace("-", "−") for key, end in (("mean", mean), ("low", low), ("high", high))})  # fmt: skip
        apart += low > 0 or high < 0
    axes.axvline(0, color="black", lw=0.8)
    axes.set_yticks(-np.arange(len(pairs)), [_less(pair) for pair in pairs])
    axes.set_ylim(0.5 - len(pairs), 0.5)
    axes.set_xlabel(phrase(en="difference in test NDCG@10 (95% interval over users)", zh="测试集 NDCG@10 之差（对用户的 95% 区间）"))  # fmt: skip
    of = phrase(en=", ", zh="，").join(map(name, groups))
    axes.set_title(
        phrase(
            en="SASRec: is it the titles? Compare with random vectors", zh="SASRec：是片名的作用吗？与随机向量比一比"
        )
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    show(
        drawn,
        phrase(en=f"Dots with intervals, differences in NDCG@10 of {len(pairs)} pairs of models ({of}): {apart} of {len(found)} intervals lie off 0.",
               zh=f"带区间的点，{len(pairs)} 对模型的 NDCG@10 之差（{of}）：{len(found)} 个区间中有 {apart} 个不含 0。"),
        told,
    )  # fmt: skip


def _less(pair: tuple[str, str]) -> str:
    one, other = (name(key).removeprefix("SASRec: ").removeprefix("SASRec：") for key in pair)
    return f"{one} − {other}"


def on_average_and_later(values: Mapping[str, np.ndarray], later: np.ndarray, mark: str) -> None:
    """Each model's mean with its interval, over all users and over those whose test film came ``later`` (a bool array)."""
    from recbook.evaluation import bootstrap

    drawn, both = figure(11, 1.1 + 0.4 * len(values), columns=2, sharey=True)
    groups = [
        (phrase(en=f"All {len(later)} users", zh=f"全部 {len(later)} 位用户"), np.ones(len(later), bool)),
        (
            phrase(
                en=f"The {later.sum()} whose test film came later than a minute",
                zh=f"超过一分钟才评的 {later.sum()} 位用户",
            ),
            later,
        ),
    ]
    told = []
    for axes, (title, who) in zip(both, groups, strict=True):
        means = {}
        for place, (key, per_user) in enumerate(values.items()):
            mean, (low, high) = per_user[who].mean(), bootstrap(per_user[who])
            colour = RED if key == mark else BLUE
            axes.errorbar(mean, -place, xerr=[[mean - low], [high - mean]], fmt="o", color=colour, capsize=4)
            means[key] = float(mean)
        told.append(title + phrase(en=": ", zh="：") + extremes(means))
        axes.set_title(title, fontsize=11)
        axes.set_xlim(left=0)
        axes.set_xlabel(phrase(en="NDCG@10 on the test films (95% interval)", zh="测试电影上的 NDCG@10（95% 区间）"))
    both[0].set_yticks(-np.arange(len(values)), [name(key) for key in values])
    both[0].set_ylim(0.6 - len(values), 0.6)
    drawn.suptitle(phrase(en="On average, and later than a minute", zh="全部用户的平均，以及超过一分钟的用户"))
    drawn.tight_layout()
    listed = phrase(en=". ", zh="。").join(told)
    show(drawn, phrase(en=f"Dots with intervals. {listed}.", zh=f"带区间的点图。{listed}。"))


def dealt_table(
    values: Mapping[str, np.ndarray], later: np.ndarray, dealt: Mapping[str, Mapping[str, Any]], even: str
) -> pd.DataFrame:
    """Models as rated and with the order inside each sitting dealt anew, on all users and on those whose test film came later.

    ``values`` has each user's NDCG@10, ``dealt`` what `experiments/page_order.py` stored of it, by model. Below stands
    the model ``even``, which reads no order: a deal cannot change it.
    """
    import pandas as pd

    rows = [
        (
            name(model),
            values[model].mean(),
            f"{of['models']['all']['mean']:.3f}",
            values[model][later].mean(),
            f"{mean_later(of):.3f}",
        )
        for model, of in dealt.items()
    ]
    whole, part = values[even].mean(), values[even][later].mean()
    rows.append((name(even), whole, f"{whole:.3f}", part, f"{part:.3f}"))
    columns = ["model", "all users", "dealt anew", "later than a minute", "the same, dealt anew"]
    return pd.DataFrame(rows, columns=columns)


def mean_later(dealt: Mapping[str, Any]) -> float:
    """The mean NDCG@10 of those whose test film came later than a minute, from the two stored groups that they make up."""
    groups = [dealt["models"][group] for group in ("an hour", "later")]
    return float(np.average([group["mean"] for group in groups], weights=[group["n"] for group in groups]))


def by_distance(weights: Mapping[str, np.ndarray], influence: Mapping[int, np.ndarray]) -> None:
    """Left: shares of attention ``(length,)`` by distance from the end. Right: films that change without that film.

    ``influence`` maps a distance to the number of changed films for each user; its mean is drawn with a 95 % interval.
    """
    from recbook.evaluation import bootstrap

    drawn, (left, right) = figure(11, 3.8, columns=2)
    for place, (key, row) in enumerate(weights.items()):
        colour, width = (GREY, 1.0) if key.startswith("random") else (CYCLE[place], 1.8)
        left.plot(np.arange(len(row)), row, STYLES[place % 4], color=colour, lw=width, label=name(key))
    away = phrase(en="films back from the last one", zh="从最后一部往回数的部数")
    left.set(xlabel=away, ylabel=phrase(en="share of the attention", zh="注意力的占比"))
    left.set_title(phrase(en="What the last place attends to", zh="最后一个位置关注什么"))
    left.legend(frameon=False, fontsize=8)
    distances = list(influence)
    means = np.array([np.mean(values) for values in influence.values()])
    ends = np.array([bootstrap(values) for values in influence.values()])
    spots = np.arange(len(distances))
    right.errorbar(spots, means, yerr=[means - ends[:, 0], ends[:, 1] - means], fmt="o", color=BLUE, capsize=4)
    right.set_xticks(spots, [str(k) for k in distances])
    right.set_ylim(bottom=0)
    right.set(xlabel=away, ylabel=phrase(en="films of ten that change", zh="十部推荐中换掉的部数"))
    right.set_title(phrase(en="What changes when one film is taken out", zh="拿掉一部电影会改变什么"))
    drawn.tight_layout()
    shares = extremes({key: row[0] for key, row in weights.items()}, 2)
    told = ", ".join(f"{k}: {mean:.1f}" for k, mean in zip(distances, means, strict=True))
    some = [k for k in (0, 1, 8, 32) if k < min(map(len, weights.values()))]
    show(
        drawn,
        phrase(en=f"Left: shares of attention by distance, at distance 0 {shares}. Right: films that change by distance: {told}.",
             zh=f"左：各距离上注意力的占比，距离为 0 处{shares}。右：各距离上换掉的部数：{told}。"),
        [{away: k, **{name(key): f"{row[k]:.3f}" for key, row in weights.items()}} for k in some],
    )  # fmt: skip
