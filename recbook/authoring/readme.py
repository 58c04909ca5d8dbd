"""The READMEs' section on other libraries, written from benchmarks/results/peers.json (`recbook bench peers`).

It stands between ``<!-- benchmark -->`` and ``<!-- /benchmark -->`` and gives ratios, which another machine changes
less than seconds. What was not measured is left out, a single number as a dash.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from recbook.authoring import pages

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
    ("SASRec", "SASRec", "SASRec", "RecBole SASRec"),
)
COLUMNS = {
    "en": ["model", "recbook", "RecBole", "time, 1 thread", "time, 2 threads", "memory"],
    "zh": ["模型", "recbook", "RecBole", "时间，1 个线程", "时间，2 个线程", "内存"],
}
TEXTS = {
    "en": {
        "heading": "## Beside other libraries",
        "models": "NDCG@10 on the test films, with its 95% interval; same split, same protocol, one seed. Time and "
        "memory are those of RecBole's whole process over ours: 2.0 means twice as much. Settings and seconds: "
        "[peers.json](benchmarks/results/peers.json).",
        "pop": "RecBole's Pop counts the training batches in which a film occurs, and not its ratings.",
        "sequential": "RecBole's BERT4Rec and SASRec train for two epochs, where its validation was best in "
        "trial runs; more made it worse or took too long.",
        "metrics": "Six metrics for all users, from the same scores; time over ours: {ratios}. {equal}",
        "equal": "All values are equal to 1e-9.",
        "unequal": "Values differ by up to {difference:.1g}.",
        "encoding": "Titles encoded with the same weights; time over ours: {ratios}.",
        "word2vec": "Word2Vec on 300 news stories; time over that of our NumPy: {ratios}.",
    },
    "zh": {
        "heading": "## 与其他库对比",
        "models": "表中是测试电影上的 NDCG@10 及其 95% 置信区间；数据划分和评测方法相同，只用一个随机种子。"
        "时间和内存是 RecBole 整个进程与本课程的比值，2.0 表示两倍。"
        "各项设置和秒数见 [peers.json](benchmarks/results/peers.json)。",
        "pop": "RecBole 的 Pop 统计的是电影在多少个训练批次里出现过，而不是评分数。",
        "sequential": "RecBole 的 BERT4Rec 和 SASRec 训练两个轮次：试跑时验证集上的结果在这里最好，"
        "再训练下去，要么变差，要么太慢。",
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
