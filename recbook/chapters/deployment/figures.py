"""Figures of chapter 12."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from recbook.plots.base import BLUE, CYCLE, GREY, ORANGE, RED, add_words, figure, ink, name, show
from recbook.session import phrase

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from recbook.serving.load import Load

add_words({
    "id": ("id", "编号"),
    "score": ("score", "得分"),
    "request": ("request", "请求"),
    "status": ("status", "状态码"),
    "detail": ("sentence", "说明"),
    "search": ("search", "搜索"),
    "recommend": ("recommend", "推荐"),
    "parse": ("parse", "解析"),
    "encode": ("encode", "编码"),
    "look up": ("look up", "查历史"),
    "score all": ("score", "打分"),
    "mask": ("mask", "屏蔽"),
    "sort": ("sort", "排序"),
    "answer": ("answer", "响应"),
    "stage": ("stage", "阶段"),
    "retrieval": ("retrieval", "召回"),
    "ranking": ("ranking", "精排"),
    "re-ranking": ("re-ranking", "重排"),
    "sees": ("films it sees", "输入（部）"),
    "hands on": ("hands on", "输出（部）"),
    "NDCG of ten": ("NDCG@10 then", "此时的 NDCG@10"),
    "diversity of genres": ("diversity of the ten", "前十部的多样性"),
    "ms a user": ("ms a user", "毫秒/用户"),
    "leaves": ("leaves", "去掉"),
    "comes in": ("comes in", "换上"),
    "its genres": ("its genres", "类型"),
    "genres of that": ("genres of that", "换上的类型"),
    "retrieved by": ("retrieved by", "召回方式"),
    "co-rating: 200": ("co-rating, 200 films", "共同评分，200 部"),
    "titles: 200": ("titles, 200 films", "片名，200 部"),
    "nothing left out": ("nothing left out", "全部精排"),
    "NDCG, retrieved": ("NDCG@10, retrieved", "NDCG@10，召回后"),
    "NDCG, ranked": ("NDCG@10, ranked", "NDCG@10，精排后"),
    "retrieval, ms": ("retrieval, ms a user", "召回（毫秒/用户）"),
    "ranking, ms": ("ranking, ms a user", "精排（毫秒/用户）"),
    "encoder": ("encoder", "编码器"),
    "MB": ("MB", "MB"),
    "texts a second": ("titles per CPU second", "每 CPU 秒的片名数"),
    "mean cosine": ("mean cosine", "平均余弦"),
    "neighbours kept": ("of ten neighbours, kept", "十近邻保留率"),
    "less float32": ("less float32 (95% interval)", "与 float32 之差（95% 区间）"),
    "NDCG, hidden films": ("NDCG@10, hidden films", "NDCG@10，隐藏的电影"),
    "onnx": ("float32", "float32"),
    "onnx-int8": ("int8, a scale for each column", "int8，每列一个缩放因子"),
    "onnx-int8-tensor": ("int8, one scale a matrix", "int8，每个矩阵一个缩放因子"),
    "matrix": ("matrix", "矩阵"),
    "our titles": ("1,682 titles", "1,682 个片名"),
    "20,000 clustered": ("20,000 clustered points", "20,000 个成簇的点"),
    "20,000 random": ("20,000 points without clusters", "20,000 个不成簇的点"),
    "flat": ("exact search", "精确检索"),
    "hnsw": ("graph of neighbours (HNSW)", "近邻图（HNSW）"),
    "ivf": ("inverted lists (IVF)", "倒排文件（IVF）"),
    "what went wrong": ("what went wrong", "哪里出了问题"),
    "in its log": ("what the service writes in its log", "服务在日志里写的"),
    "cut": ("vectors cut in half", "向量文件只剩一半"),
    "altered": ("one byte changed", "改动了一个字节"),
    "age of the model": ("age of the model, months", "模型的年龄（月）"),
    "households": ("households", "家庭数"),
    "paired, worse found": ("paired: found worse", "配对：判断为更差"),
    "apart, worse found": ("apart: found worse", "分开：判断为更差"),
    "apart, looks better": ("apart: looks better", "分开：看上去更好"),
    "looks better": ("paired: looks better", "配对：看上去更好"),
    "first purchases": ("first purchases", "第一次购买"),
    "every purchase": ("every purchase", "每次购买"),
    "items": ("items", "物品"),
    "formula, MB": ("formula, MB", "公式（MB）"),
    "measured, MB": ("written by faiss, MB", "faiss 写出（MB）"),
    "process, MB": ("process grew by, MB", "进程增加（MB）"),
    "index": ("index", "索引"),
    "GB": ("GB", "GB"),
    "machines of 64 GiB": ("machines of 64 GiB, two copies", "64 GiB 的机器数（两份副本）"),
    "384": (", 384 numbers", "，384 维"),
    "64": (", 64 numbers", "，64 维"),
    "clients": ("clients", "客户端数"),
    "rate": ("answers a second", "每秒响应数"),
    "max": ("slowest, ms", "最慢（毫秒）"),
    "p50": ("p50, ms", "p50（毫秒）"),
    "p90": ("p90, ms", "p90（毫秒）"),
    "p99": ("p99, ms", "p99（毫秒）"),
    "lost": ("lost", "丢失的请求"),
})  # fmt: skip

STEPS = {"score": "score all"}  # "score" alone is a film's


def _step(key: str) -> str:
    return name(STEPS.get(key, key))


def request_path(spent: Mapping[str, Mapping[str, float]], transport: float) -> None:
    """The steps of a request as boxes, one row a kind of request, the darker the larger the share of its time.

    ``spent[kind][step]`` and ``transport``, what HTTP adds to each request, are in seconds.
    """
    drawn, axes = figure(9.5, 2.9)
    told: list[str] = []
    rows: list[dict[str, str]] = []
    for row, (kind, seconds) in enumerate(spent.items()):
        axes.text(-0.45, -row, name(kind), ha="right", va="center")
        steps = {_step(step): took for step, took in seconds.items()} | {"HTTP": transport}
        total = sum(steps.values())
        for place, (step, took) in enumerate(steps.items()):
            _box(axes, place, -row, f"{step}\n{_milliseconds(took)}", took / total, ORANGE if step == "HTTP" else BLUE)
            if place:
                axes.annotate("", (place - 0.37, -row), (place - 0.63, -row), arrowprops={"arrowstyle": "-|>"})
        longest = sorted(steps, key=lambda step: -steps[step])[:2]
        told.append(f"{name(kind)}: " + ", ".join(f"{step} {_milliseconds(steps[step])}" for step in longest))
        rows += [{"request": name(kind), phrase(en="step", zh="步骤"): step, phrase(en="time", zh="时间"): _milliseconds(took)}
                 for step, took in steps.items()]  # fmt: skip
    _bare(axes, (-1.4, 6.5), (-len(spent) + 0.45, 0.55))
    axes.set_title(
        phrase(
            en="Where the time of a request goes: what is computed (blue), and the way there and back (orange)",
            zh="一个请求的时间花在哪里：计算（蓝）和往返传输（橙）",
        ),
        fontsize=11,
    )
    listed = _punctuated("; ".join(told))
    show(
        drawn,
        phrase(en=f"Boxes joined by arrows, a row a kind of request, with the time of each step. The longest, {listed}.",
               zh=f"用箭头相连的方框，每种请求一行，写有各步的时间。最长的，{listed}。"),
        rows,
    )  # fmt: skip


def _milliseconds(seconds: float) -> str:
    shown = "<0.1" if seconds < 1e-4 else f"{1000 * seconds:.1f}"
    return phrase(en=f"{shown} ms", zh=f"{shown} 毫秒")


def _punctuated(told: str) -> str:
    """An enumeration with the marks of the reader's language."""
    return phrase(en=told, zh=told.replace(", ", "，").replace(": ", "：").replace("; ", "；"))


def _box(axes: Axes, x: float, y: float, label: str, share: float, colour: str) -> None:
    from matplotlib.colors import to_rgba
    from matplotlib.patches import FancyBboxPatch

    rounded = FancyBboxPatch((x - 0.33, y - 0.3), 0.66, 0.6, boxstyle="round,pad=0.02", lw=1.2, ec=colour,
                             fc=to_rgba(colour, 0.06 + 0.9 * share))  # fmt: skip
    axes.add_patch(rounded)
    dark = share > 0.45 and colour == BLUE
    axes.text(x, y, label, ha="center", va="center", fontsize=9, color="white" if dark else "black")


def _bare(axes: Axes, xlim: tuple[float, float], ylim: tuple[float, float]) -> None:
    axes.set(xlim=xlim, ylim=ylim)
    axes.axis("off")


def funnel(n_items: int, retrieved: int, shown: int) -> None:
    """How many items each stage sees: a large system, in orders of magnitude, beside ours."""
    stages = [phrase(en="all", zh="全部"), phrase(en="retrieval", zh="召回"), phrase(en="pre-ranking", zh="粗排"),
              phrase(en="ranking", zh="精排"), phrase(en="re-ranking", zh="重排")]  # fmt: skip
    large: list[int | None] = [10**8, 10**4, 10**3, 10**2, 10]
    ours: list[int | None] = [n_items, retrieved, None, retrieved, shown]
    drawn, panels = figure(9.5, 3.4, columns=2)
    titles = (
        phrase(en="A large system (orders of magnitude)", zh="大型系统（数量级）"),
        phrase(en="Ours", zh="我们的"),
    )
    for axes, counts, colour, title in zip(panels, (large, ours), (BLUE, ORANGE), titles, strict=True):
        for place, (stage, n) in enumerate(zip(stages, counts, strict=True)):
            if n is None:
                continue
            width = np.log10(n) + 0.4
            axes.barh(-place, width, left=-width / 2, height=0.72, color=colour)
            axes.text(0, -place, f"{n:,}", ha="center", va="center", color="white" if colour == BLUE else "black")
            axes.text(-7.2, -place, stage, ha="left", va="center")
        _bare(axes, (-7.4, 4.4), (-4.6, 0.6))
        axes.set_title(title, fontsize=11)
    drawn.suptitle(
        phrase(
            en="Each stage hands fewer items to the next, which looks longer at each",
            zh="每一级交给下一级的物品更少，下一级看得更仔细",
        )
    )
    drawn.tight_layout()
    listed = ", ".join(f"{stage} {n:,}" for stage, n in zip(stages, large, strict=True))
    mine = ", ".join(f"{stage} {n:,}" for stage, n in zip(stages, ours, strict=True) if n)
    show(drawn, phrase(en=f"Two funnels: how much leaves each stage. A large system: {listed}. Ours: {mine}.",
                     zh=f"两个漏斗，画出各级留下多少。大型系统：{listed}。我们的：{mine}。"))  # fmt: skip


def ten_latencies(latencies: np.ndarray) -> None:
    """Latencies in milliseconds, sorted, a bar each, with the mean and three percentiles by nearest rank."""
    values, n = np.sort(latencies), len(latencies)
    ranks = {q: int(np.ceil(q * n / 100)) for q in (50, 90, 99)}
    drawn, axes = figure(7.5, 3.2)
    colours = dict(zip(ranks.values(), (BLUE, ORANGE, RED), strict=True))
    bars = axes.bar(np.arange(1, n + 1), values, color=[colours.get(place, "0.8") for place in range(1, n + 1)])
    axes.bar_label(bars, [f"{value:g}" for value in values], fontsize=8)
    for q, rank in ranks.items():
        above = 13 if values[rank - 1] > values.mean() else 30  # not across the line of the mean
        axes.annotate(f"p{q}", (rank, values[rank - 1]), (0, above), textcoords="offset points", ha="center", color=ink(colours[rank]))  # fmt: skip
    axes.axhline(values.mean(), color="black", ls="--", lw=1)
    axes.text(
        0.5, values.mean() + 4, phrase(en=f"mean {values.mean():.1f}", zh=f"平均 {values.mean():.1f}"), fontsize=9
    )
    axes.set_xticks(np.arange(1, n + 1))
    axes.set_ylim(0, values.max() * 1.2)
    axes.set_xlabel(phrase(en="place, from fast to slow", zh="第几个，从快到慢"))
    axes.set_ylabel(phrase(en="latency, ms", zh="延迟（毫秒）"))
    axes.set_title(
        phrase(
            en="No request is as slow as the mean says: eight are faster, two far slower",
            zh="没有一次请求像平均值那样：八次快得多，两次慢得多",
        )
    )
    listed = ", ".join(f"{value:g}" for value in values)
    show(drawn, phrase(en=f"Bars of {n} sorted latencies in milliseconds: {listed}; the mean {values.mean():.1f} as a line.",
                     zh=f"{n} 个排好序的延迟的柱形图，单位毫秒：{listed}；平均值 {values.mean():.1f} 画成横线。"))  # fmt: skip


def load_curves(loads: Sequence[Load]) -> None:
    """Answers a second, and p50 and p99 in milliseconds, by the number of clients of a closed loop."""
    clients = np.array([one.clients for one in loads])
    drawn, (left, right) = figure(10, 3.6, columns=2)
    left.plot(clients, [one.rate for one in loads], "o-", color=BLUE, lw=2)
    left.set_ylim(bottom=0)
    left.set_title(phrase(en="The throughput soon reaches its limit …", zh="吞吐量很快到了上限……"), fontsize=11)
    left.set_ylabel(phrase(en="answers a second", zh="每秒响应数"))
    for q, colour, style in ((50, BLUE, "o-"), (99, RED, "s--")):
        right.plot(clients, [one.percentile(q) for one in loads], style, color=colour, lw=2, label=f"p{q}")
    right.set_ylim(bottom=0)
    right.set_title(
        phrase(en="… and from there on every client makes all wait longer", zh="……此后每多一个客户端，大家都等得更久"),
        fontsize=11,
    )
    right.set_ylabel(phrase(en="latency, ms", zh="延迟（毫秒）"))
    right.legend(frameon=False)
    for axes in (left, right):
        axes.set_xlabel(phrase(en="clients", zh="客户端数"))
        axes.set_xticks([n for n in clients if n != 2])  # 1 and 2 would touch
    drawn.tight_layout()
    rows = "; ".join(f"{one.clients}: {one.rate:.0f}/s, p50 {one.percentile(50):.0f} ms, p99 {one.percentile(99):.0f} ms" for one in loads)  # fmt: skip
    show(drawn, phrase(en=f"Throughput and latency by clients. {rows}.", zh=f"吞吐量和延迟随客户端数的变化。{rows}。"))


def queue_by_pencil(arrivals: np.ndarray, waited: np.ndarray, service: float) -> None:
    """Each request as a row: when it came, how long it waits (light), when it is served (dark); in milliseconds."""
    drawn, axes = figure(8, 0.8 + 0.38 * len(arrivals))
    for place, (came, wait) in enumerate(zip(arrivals, waited, strict=True)):
        label = place == 0
        axes.barh(-place, wait, left=came, height=0.6, color=ORANGE, alpha=0.45, hatch="//", ec=ORANGE, label=phrase(en="waits", zh="等待") if label else None)  # fmt: skip
        axes.barh(-place, service, left=came + wait, height=0.6, color=BLUE, label=phrase(en="is served", zh="处理") if label else None)  # fmt: skip
        if wait:
            axes.text(came + wait / 2, -place, f"{wait:g}", ha="center", va="center", fontsize=8)
    axes.set_yticks(-np.arange(len(arrivals)), [f"{place + 1}" for place in range(len(arrivals))])
    axes.set_ylabel(phrase(en="request", zh="请求"))
    axes.set_xlabel(phrase(en="milliseconds", zh="毫秒"))
    axes.set_title(
        phrase(
            en="One every 8 ms, 10 ms for each: every request waits longer than the one before",
            zh="每 8 毫秒来一个，每个要 10 毫秒：后来的总比先来的等得久",
        ),
        fontsize=11,
    )
    axes.legend(frameon=False, loc="lower left")
    listed = ", ".join(f"{wait:g}" for wait in waited)
    show(drawn, phrase(en=f"Bars by request; they wait {listed} ms.", zh=f"每个请求一条横条；等待 {listed} 毫秒。"))


def waiting(busy: np.ndarray, means: Sequence[float], slowest: Sequence[float]) -> None:
    """Mean wait and its p99, in service times, by utilisation; beside the mean the formula of M/D/1."""
    drawn, axes = figure(7.5, 3.6)
    line = np.linspace(0.05, 0.955, 200)
    axes.plot(
        line, line / (2 * (1 - line)), "-", color=BLUE, lw=2, label=phrase(en="mean, by the formula", zh="平均，按公式")
    )
    axes.plot(busy, means, "o", color=BLUE, ms=7, mfc="white", label=phrase(en="mean, simulated", zh="平均，模拟"))
    axes.plot(busy, slowest, "s--", color=RED, label=phrase(en="p99, simulated", zh="p99，模拟"))
    axes.set_ylim(0, max(slowest) * 1.05)
    axes.set_xlabel(
        phrase(en="utilisation: share of the time in which the service is busy", zh="利用率：服务忙的时间所占比例")
    )
    axes.set_ylabel(phrase(en="wait, in service times", zh="等待（处理时间的倍数）"))
    axes.set_title(phrase(en="The last tenth of the capacity is the expensive one", zh="最后一成的容量最昂贵"))
    axes.legend(frameon=False)
    rows = "; ".join(f"{rho:.0%}: {m:.1f}, p99 {s:.1f}" for rho, m, s in zip(busy, means, slowest, strict=True))
    show(drawn, phrase(en=f"Waits by utilisation, in service times. {rows}.", zh=f"等待随利用率的变化，单位是处理时间。{rows}。"))  # fmt: skip


def batch_cost(sizes: Sequence[int], shares: Sequence[float]) -> None:
    """CPU time for one text by the size of the batch, as a share of its time alone."""
    drawn, axes = figure(6.5, 3)
    bars = axes.bar([str(size) for size in sizes], shares, color=BLUE)
    axes.bar_label(bars, [f"{share:.2f}" for share in shares], fontsize=9)
    axes.axhline(1, color="black", ls="--", lw=1)
    axes.set_ylim(0, max(shares) * 1.15)
    axes.set_xlabel(phrase(en="texts in a batch", zh="每批文本数"))
    axes.set_ylabel(phrase(en="CPU time a text, alone = 1", zh="每个文本的 CPU 时间（单独 = 1）"))
    axes.set_title(
        phrase(
            en="On one core a batch saves something, a large one not more", zh="单核上分批能省一些，批次再大也不会更省"
        )
    )
    rows = ", ".join(f"{size}: {share:.2f}" for size, share in zip(sizes, shares, strict=True))
    show(drawn, phrase(en=f"Bars by batch size: {rows}.", zh=f"各批次大小的柱形图：{rows}。"))


def rounding(column: np.ndarray, scales: Mapping[str, float]) -> None:
    """The numbers of one column on the grids of two scales: ``scales[key]`` is what one step is worth."""
    drawn, panels = figure(8.5, 3, rows=2, sharex=True)
    reach = 1.15 * float(np.abs(column).max())
    told = []
    for axes, (key, scale) in zip(np.atleast_1d(panels), scales.items(), strict=True):
        steps = np.arange(-np.floor(reach / scale), np.floor(reach / scale) + 1) * scale
        axes.vlines(steps if len(steps) < 400 else steps[:: len(steps) // 400 + 1], 0, 0.25, color=GREY, lw=0.7)
        rounded = np.round(column / scale) * scale
        for number, place in zip(column, rounded, strict=True):
            axes.annotate("", (place, 0.28), (number, 0.78), arrowprops={"arrowstyle": "->", "color": RED, "lw": 1})
        axes.plot(column, np.full(len(column), 0.8), "o", color=BLUE, ms=5)
        axes.set(ylim=(0, 1.05), xlim=(-reach, reach), yticks=[])
        axes.set_title(name(key), fontsize=10, loc="left")
        told.append(f"{name(key)}: {len(np.unique(rounded))}")
    panels[-1].set_xlabel(
        phrase(
            en="the numbers (dots), and the steps that they are rounded to (lines)",
            zh="原来的数（点），以及取整后落到的格点（线）",
        )
    )
    drawn.suptitle(
        phrase(
            en="With the matrix's one scale a small column loses its numbers",
            zh="整个矩阵共用一个缩放因子，小数值的列就分辨不清了",
        )
    )
    drawn.tight_layout()
    listed = _punctuated("; ".join(told))
    show(drawn, phrase(en=f"Two number lines with arrows from each number to its step. Different values left: {listed}.",
                     zh=f"两条数轴，箭头从每个数指向它的格点。剩下的不同取值：{listed}。"))  # fmt: skip


def graph_walk(
    points: np.ndarray, links: Sequence[set[int]], path: Sequence[int], looked: set[int], query: np.ndarray
) -> None:
    """Points of the plane and their links, and a walk along these: ``path`` and all that was ``looked`` at."""
    drawn, axes = figure(6.5, 4.2)
    for one, others in enumerate(links):
        for other in others:
            if one < other:
                axes.plot(*points[[one, other]].T, color="0.85", lw=0.8, zorder=1)
    axes.plot(*points.T, "o", color="0.7", ms=4, zorder=2)
    seen = sorted(looked)
    axes.plot(*points[seen].T, "o", color=ORANGE, ms=6, zorder=3, label=phrase(en="looked at", zh="看过"))
    axes.plot(*points[list(path)].T, "o-", color=BLUE, lw=2, ms=6, zorder=4, label=phrase(en="walked", zh="走过"))
    axes.plot(*query, "*", color=RED, ms=15, zorder=5, label=phrase(en="query", zh="查询"))
    axes.legend(frameon=False, fontsize=9, loc="center left", bbox_to_anchor=(1, 0.5))
    axes.axis("off")
    n, some = len(points), len(looked)
    axes.set_title(
        phrase(en=f"A walk along the links looks at {some} of {n} points", zh=f"沿着连线走，{n} 个点只看了 {some} 个")
    )
    show(drawn, phrase(en=f"{n} linked points; a walk over {len(path)} of them, which looks at {some}, ends beside the query.",
                     zh=f"{n} 个相连的点；一条路线经过其中 {len(path)} 个，看过 {some} 个，终点在查询旁边。"))  # fmt: skip


MARKERS = "osD^v"


def recall_cost(curves: Mapping[str, Mapping[str, tuple[np.ndarray, np.ndarray]]]) -> None:
    """Recall by time, a panel for each catalogue: ``curves[catalogue][kind]`` is (times, recalls), exact search = 1."""
    drawn, panels = figure(11, 3.6, columns=len(curves), sharey=True)
    catalogue_of, time_of, recall_of = phrase(
        en="catalogue|time, exact = 1|recall@10", zh="物品库|时间（精确 = 1）|召回率@10"
    ).split("|")
    told: list[str] = []
    rows: list[dict[str, str]] = []
    for axes, (catalogue, kinds) in zip(np.atleast_1d(panels), curves.items(), strict=True):
        for place, (kind, (times, recalls)) in enumerate(kinds.items()):
            axes.plot(times, recalls, f"{MARKERS[place]}-", color=CYCLE[place], lw=1.8, ms=5, label=name(kind))
            rows += [{catalogue_of: name(catalogue), "index": name(kind), time_of: f"{t:.2f}", recall_of: f"{r:.2f}"} for t, r in zip(times, recalls, strict=True)]  # fmt: skip
        good = [kind for kind, found in kinds.items() if any(r >= 0.95 for t, r in zip(*found, strict=True) if t < 1)]
        told.append(f"{name(catalogue)} {len(good)} / {len(kinds)}")
        axes.plot(1, 1, "*", color="black", ms=13, label=name("flat"))
        axes.axvline(1, color="black", lw=0.8, ls=":")
        axes.set_xscale("log")
        axes.set(xlim=(0.1, 5), ylim=(0, 1.05))
        axes.set_title(name(catalogue), fontsize=10)
        axes.set_xticks([0.125, 0.25, 0.5, 1, 2, 4], ["1/8", "1/4", "1/2", "1", "2", "4"])
        axes.set_xticks([], minor=True)
    panels[0].set_ylabel(phrase(en="recall@10", zh="召回率@10"))
    panels[1].set_xlabel(phrase(en="time of a search, exact search = 1", zh="一次检索的时间（精确检索 = 1）"))
    panels[-1].legend(frameon=False, fontsize=8, loc="lower right")
    drawn.suptitle(phrase(en="An index pays in large catalogues that have clusters", zh="物品库大而且成簇，索引才划算"))
    drawn.tight_layout()
    listed = _punctuated("; ".join(told))
    show(
        drawn,
        phrase(en=f"Curves of recall by time, a panel a catalogue. Indexes that reach recall 0.95 in less time than exact search: {listed}.",
               zh=f"召回率随时间的曲线，每个物品库一幅。比精确检索快而召回率达到 0.95 的索引：{listed}。"),
        rows,
    )  # fmt: skip


def crossing(rows: Sequence[Mapping[str, Any]], wide: Sequence[Mapping[str, Any]]) -> None:
    """Microseconds of a search by the size of the catalogue: exact, and each index at the recall that is asked for.

    ``rows`` are of 64 numbers a point; of ``wide``, of 384, exact search alone is drawn.
    """
    n = np.array([row["n"] for row in rows])
    drawn, axes = figure(7, 3.8)
    curves: dict[str, dict[int, float]] = {}
    for place, kind in enumerate(("flat", "hnsw", "ivf")):
        times = np.array([row[kind] if kind == "flat" else row[kind]["microseconds"] for row in rows])
        axes.plot(n, times, f"{MARKERS[place]}-", color=CYCLE[place], lw=2, label=name(kind))
        curves[name(kind)] = dict(zip(n, times, strict=True))
    sizes, times = (np.array([row[key] for row in wide]) for key in ("n", "flat"))
    label = name("flat") + name("384")
    axes.plot(sizes, times, "s--", color=CYCLE[0], lw=1.5, label=label)
    curves[label] = dict(zip(sizes, times, strict=True))
    axes.set(xscale="log", yscale="log")
    axes.set_xlabel(phrase(en="points in the catalogue", zh="物品库里的点数"))
    axes.set_ylabel(phrase(en="µs a search", zh="一次检索（微秒）"))
    axes.set_title(
        phrase(en="Exact search grows with the catalogue, an index hardly", zh="精确检索随物品库增长，索引几乎不变")
    )
    axes.legend(frameon=False)

    def ended(curve: Mapping[int, float]) -> str:
        """Where a curve ends that does not go to the end."""
        return "" if max(curve) == n[-1] else phrase(en=f" (at {max(curve):,})", zh=f"（{max(curve):,} 个点处）")

    listed = _punctuated(
        "; ".join(
            f"{kind} {curve[min(curve)]:.0f} → {curve[max(curve)]:.0f}{ended(curve)}" for kind, curve in curves.items()
        )
    )
    show(
        drawn,
        phrase(en=f"Lines, microseconds of a search from {min(n):,} to {max(n):,} points: {listed}.",
               zh=f"折线，从 {min(n):,} 到 {max(n):,} 个点，一次检索的微秒数：{listed}。"),
        [{phrase(en="points", zh="点数"): f"{size:,}"} | {kind: f"{curve[size]:.0f}" for kind, curve in curves.items() if size in curve} for size in n],
    )  # fmt: skip


def killed(found: Load, second: float) -> None:
    """Answers in each quarter of a second of a load in which the worker was killed at ``second``."""
    ends = (found.start + found.latency)[found.answered]
    edges = np.arange(0, found.seconds + 0.25, 0.25)
    drawn, axes = figure(8, 3)
    axes.bar(edges[:-1], np.histogram(ends, edges)[0], width=0.22, align="edge", color=BLUE)
    axes.axvline(second, color=RED, lw=2, ls="--")
    axes.text(second, axes.get_ylim()[1] * 0.95, phrase(en=" killed", zh=" 被杀掉"), color=RED, va="top")
    axes.set_xlabel(phrase(en="seconds since the start", zh="开始之后的秒数"))
    axes.set_ylabel(phrase(en="answers in a quarter second", zh="每四分之一秒的响应数"))
    axes.set_title(
        phrase(
            en="A killed worker is replaced; clients that ask again lose nothing",
            zh="被杀掉的工作进程会被替换；会重试的客户端什么都没有丢",
        )
    )
    show(drawn, phrase(en=f"Bars of answers over time; killed after {second:g} s, the longest gap is {found.gap:.1f} s.",
                     zh=f"响应数随时间的柱形图；{second:g} 秒时被杀掉，最长的间隔是 {found.gap:.1f} 秒。"))  # fmt: skip


def rotting(curves: Mapping[str, Sequence[Mapping[str, float]]]) -> None:
    """What a model loses by its age in months, as a share of a fresh one's NDCG: ``curves[model][age - 1]``."""
    drawn, axes = figure(7.5, 3.6)
    told = []
    for place, (key, ages) in enumerate(curves.items()):
        months = np.arange(1, len(ages) + 1)
        share = np.array([one["share"] for one in ages])
        ends = np.array([[one["low"], one["high"]] for one in ages]) / np.array([[one["fresh"]] for one in ages])
        axes.plot(months, share, f"{MARKERS[place]}-", color=CYCLE[place], lw=2, label=name(key))
        axes.fill_between(months, ends[:, 0], ends[:, 1], color=CYCLE[place], alpha=0.18)
        told.append(f"{name(key)}: " + ", ".join(f"{value:.0%}" for value in share))
    axes.axhline(0, color="black", lw=0.8)
    axes.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    axes.set_xlabel(name("age of the model"))
    axes.set_ylabel(phrase(en="NDCG@10 lost", zh="损失的 NDCG@10"))
    axes.set_title(
        phrase(
            en="A list of best sellers ages for first purchases, less over all",
            zh="畅销榜对第一次购买会过时，对全部购买影响较小",
        )
    )
    axes.legend(frameon=False)
    listed = _punctuated("; ".join(told))
    show(
        drawn,
        phrase(en=f"Share of NDCG lost by the model's age. {listed}.", zh=f"损失的 NDCG 随模型年龄的变化。{listed}。"),
    )
