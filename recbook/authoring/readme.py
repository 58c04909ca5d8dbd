"""The READMEs' section on other libraries, written from benchmarks/results/peers.json (`recbook bench peers`).

Where a model of ours draws random numbers, its quality is the mean of three seeds (`recbook experiment sequences`).
It stands between ``<!-- benchmark -->`` and ``<!-- /benchmark -->`` and gives ratios, which another machine changes
less than seconds. What was not measured is left out, a single number as a dash.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from recbook.authoring import pages
from recbook.results import stored, stored_names

MARK = "benchmark"
DASH = "—"
Results = Mapping[str, Any]

# A row of the table: its name in both languages, the course's model, RecBole's.
ROWS = (
    ("popularity", "流行度", "popularity", "RecBole Pop"),
    ("item-kNN", "item-kNN", "item-kNN", "RecBole ItemKNN"),
    ("EASE", "EASE", "EASE", "RecBole EASE"),
    ("item2vec", "item2vec", "item2vec", ""),
    ("two towers", "双塔模型", "two towers", ""),
    ("BPR", "BPR", "", "RecBole BPR"),
    ("BERT4Rec", "BERT4Rec", "BERT4Rec", "RecBole BERT4Rec"),
    ("GRU4Rec", "GRU4Rec", "", "RecBole GRU4Rec"),
    ("SASRec", "SASRec", "SASRec", "RecBole SASRec"),
    ("SASRec, with titles", "SASRec，加片名", "SASRec, with titles", ""),
)
# Models that draw random numbers: their names in `experiments/results/sequences.json`. The benchmark's SASRec reads
# titles, RecBole's has none: beside RecBole's stands ours with identities alone.
BY_SEEDS = {
    "item2vec": "item2vec", "two towers": "two towers", "BERT4Rec": "BERT4Rec", "SASRec": "SASRec",
    "SASRec, with titles": "SASRec, both",
}  # fmt: skip
COLUMNS = {
    "en": ["model", "recbook", "RecBole", "time, 1 thread", "time, 2 threads", "memory"],
    "zh": ["模型", "recbook", "RecBole", "时间，1 个线程", "时间，2 个线程", "内存"],
}
TEXTS = {
    "en": {
        "heading": "## Beside other libraries",
        "models": "NDCG@10 on the test films, with its 95% interval; same split, same protocol. Ours that draw random "
        "numbers are means of three seeds, RecBole's one seed. Time and memory are those of RecBole's whole process "
        "over ours: 2.0 means twice as much. Settings and seconds: [peers.json](benchmarks/results/peers.json).",
        "pop": "RecBole's Pop counts the training batches in which a film occurs, and not its ratings.",
        "sequential": "How much was tuned: ours by hand, about thirty settings on the validation films, then 20 epochs "
        "(BERT4Rec in windows of 10 films). "
        "RecBole's BERT4Rec and SASRec had a few trial runs and two epochs: in those runs SASRec's "
        "validation was best after two of five, BERT4Rec's still rose when the time was over. Neither SASRec of that "
        "row reads titles; the time and memory of ours are those of the run that does.",
        "metrics": "Six metrics for all users, from the same scores; time over ours: {ratios}. {equal}",
        "equal": "All values are equal to 1e-9.",
        "unequal": "Values differ by up to {difference:.1g}.",
        "encoding": "Titles encoded with the same weights; time over ours: {ratios}.",
        "word2vec": "Word2Vec on 300 news stories; time over that of our NumPy: {ratios}.",
    },
    "zh": {
        "heading": "## 与其他库对比",
        "models": "表中是测试电影上的 NDCG@10 及其 95% 置信区间；数据划分和评测方法相同。"
        "本课程中用到随机数的模型取三个种子的平均，RecBole 的只用一个种子。"
        "时间和内存是 RecBole 整个进程与本课程的比值，2.0 表示两倍。"
        "各项设置和秒数见 [peers.json](benchmarks/results/peers.json)。",
        "pop": "RecBole 的 Pop 统计的是电影在多少个训练批次里出现过，而不是评分数。",
        "sequential": "调了多少：我们的在验证集上手工试了大约三十组设置，再训练 20 个轮次"
        "（BERT4Rec 的窗口为 10 部电影）。"
        "RecBole 的 BERT4Rec 和 SASRec 只试跑了几次，训练两个轮次：试跑时，SASRec 跑了五个轮次，验证集上第二个最好；"
        "BERT4Rec 到时间用完时还在上升。SASRec 这一行，两边都不用片名；我们的时间和内存，是用了片名的那次运行的。",
        "metrics": "由同一份得分算出全部用户的六个指标，时间与本课程的比值：{ratios}。{equal}",
        "equal": "所有数值在 1e-9 以内相等。",
        "unequal": "数值最多相差 {difference:.1g}。",
        "encoding": "用同一份权重编码片名，时间与本课程的比值：{ratios}。",
        "word2vec": "在 300 条新闻上训练 Word2Vec，时间与本课程 NumPy 实现的比值：{ratios}。",
    },
}  # fmt: skip
# Which models ask for which sentence below the table.
NOTES = {"pop": {"RecBole Pop"}, "sequential": {"RecBole BERT4Rec", "RecBole SASRec"}}
# What stands beside its ratio in a line; names of libraries need no translation.
LABELS = {
    "RecBole, its default batch": ("RecBole (default batch)", "RecBole（默认批次）"),
    "RecBole, one batch": ("RecBole (one batch)", "RecBole（一个批次）"),
}
SEPARATOR = {"en": ", ", "zh": "，"}


def stored_results() -> dict[str, Any]:
    """What is stored of the benchmark, its models that draw random numbers with the quality of three seeds."""
    results = stored("peers")["results"] if "peers" in stored_names() else {}
    return over_seeds(results, stored("sequences")["results"]["test"] if "sequences" in stored_names() else {})


def over_seeds(results: Results, tested: Results) -> dict[str, Any]:
    """Results with the means over seeds in place of one seed's quality, wherever ``tested`` has the model.

    ``tested`` maps a model to its ``per_user``: each user's NDCG@10, the mean over the seeds. Costs stay as they are.
    """
    from recbook.evaluation import bootstrap

    models = dict(results.get("models", {}))
    for name, called in BY_SEEDS.items():
        if models and called in tested:
            values = np.array(tested[called]["per_user"])
            quality = {"ndcg": float(values.mean()), "interval": [float(end) for end in bootstrap(values)]}
            models[name] = models.get(name, {}) | quality
    return {**results, "models": models} if models else dict(results)


def section(results: Results, lang: str) -> str:
    """The section in a language ("en" or "zh"), with a blank line around it; "\\n" where nothing was measured."""
    parts = [_table(results, lang), _lines(results, lang)]
    body = [part for part in parts if part]
    return "\n" + "\n\n".join([TEXTS[lang]["heading"], *body]) + "\n\n" if body else "\n"


def with_section(page: str, results: Results, lang: str) -> str:
    """A page with its section as the results have it. Raises ValueError for a page without the two marks, in order."""
    return pages.with_section(page, MARK, section(results, lang))


def write(root: Path, results: Results) -> None:
    """Put the section into both READMEs of the clone at ``root``; a page that already has it is not touched."""
    pages.write_section(root, MARK, lambda lang: section(results, lang))


def _table(results: Results, lang: str) -> str:
    models = results.get("models", {})
    rows = [row for row in ROWS if row[2] in models or row[3] in models]
    if not rows:
        return ""
    text = TEXTS[lang]
    lines = [COLUMNS[lang], ["---"] * len(COLUMNS[lang]), *(_row(models, row, lang) for row in rows)]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return "\n\n".join([text["models"], table, *(text[key] for key, names in NOTES.items() if names & set(models))])


def _row(models: Results, row: tuple[str, str, str, str], lang: str) -> list[str]:
    english, chinese, ours, theirs = row
    numbers = [("1", "seconds"), ("2", "seconds"), ("1", "memory")]
    ratios = [
        _ratio(_divided(*(_number(models, name, "threads", threads, what) for name in (theirs, ours))))
        for threads, what in numbers
    ]
    return [english if lang == "en" else chinese, _quality(models, ours), _quality(models, theirs), *ratios]


def _quality(models: Results, name: str) -> str:
    mean = _number(models, name, "ndcg")
    low, high = (_number(models, name, "interval", end) for end in (0, 1))
    if mean is None:
        return DASH
    return f"{mean:.3f}" + ("" if low is None or high is None else f" ({low:.3f}–{high:.3f})")


def _lines(results: Results, lang: str) -> str:
    text, lines = TEXTS[lang], []
    for part in ("metrics", "encoding", "word2vec"):
        found = {name: _number(results, part, name, "ratio") for name in results.get(part, {})}
        ratios = SEPARATOR[lang].join(
            f"{_label(name, lang)}{_ratio(ratio)}" for name, ratio in found.items() if ratio is not None
        )
        if ratios:
            lines.append("- " + text[part].format(ratios=ratios, equal=_agreement(results, lang)))
    return "\n".join(line.rstrip() for line in lines)


def _label(name: str, lang: str) -> str:
    label = LABELS[name][lang == "zh"] if name in LABELS else name
    return label if label.endswith("）") else f"{label} "


def _agreement(results: Results, lang: str) -> str:
    """Whether all libraries found the same values; nothing where that was not measured."""
    found = [_number(results, "metrics", name, "largest difference") for name in results.get("metrics", {})]
    differences = [difference for difference in found if difference is not None]
    if not differences:
        return ""
    key = "equal" if max(differences) <= 1e-9 else "unequal"
    return TEXTS[lang][key].format(difference=max(differences))


def _number(results: Any, *path: str | int) -> float | None:
    """What stands at a path, None where the path ends early or leads to something that is no finite number."""
    for step in path:
        try:
            results = results[step]
        except (KeyError, IndexError, TypeError):
            return None
    is_number = isinstance(results, int | float) and not isinstance(results, bool)
    return float(results) if is_number and math.isfinite(results) else None


def _divided(above: float | None, below: float | None) -> float | None:
    return above / below if above is not None and below else None


def _ratio(value: float | None) -> str:
    """Two digits or three: 0.084, 0.95, 3.3, 41, 1,200."""
    if value is None:
        return DASH
    if value >= 9.95:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 0.995 else f"{value:.2g}"
