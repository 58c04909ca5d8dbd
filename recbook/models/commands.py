"""``recbook evaluate``: what simple models reach on a log of the reader's own, and how sure that is."""

from __future__ import annotations

import re
import time as clock
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import numpy as np
import typer

from recbook.data.interactions import Interactions
from recbook.data.split import Split, by_time, leave_one_out, random_split
from recbook.evaluation.protocol import Interval, Recommender, Report
from recbook.evaluation.protocol import evaluate as measure
from recbook.session import phrase, told

if TYPE_CHECKING:
    import pandas as pd

SPLITS = ("last", "time", "random")
FIRST, LAST = "popularity", "EASE"  # the two whose difference is shown
DENSE = 20_000  # items up to which item-kNN makes a table of all pairs, 8 GB at this many; beyond, of neighbours alone

_PARQUET = {".parquet", ".pq"}
_OPTIONS = {
    '让 from_frame 用 unlisted="add" 补上': "给出含有全部物品的 --items", "让 from_frame 用": "用",
    'unlisted="add"': "--items with all of them", 'duplicates="first"': "--duplicates first",
    'time_unit="ms"': "--time-unit ms", "time_format=": "--time-format", "time_unit ": "--time-unit ",
    "time=": "--time", "rating=": "--rating", "from_frame": "this command",
}  # fmt: skip


class Row(NamedTuple):
    """One line of the table: a model's report and the seconds it took, or why it was not run."""

    model: str
    report: Report | None
    seconds: float
    why_not: str = ""


HELP = phrase(
    en="Rank all items by popularity, item-kNN and EASE on a log of your own, with 95% intervals.",
    zh="在你自己的日志上，用流行度、item-kNN 和 EASE 给全部物品排序，并给出 95% 置信区间。",
)
_LOG = phrase(en="CSV or Parquet with one row an interaction.", zh="CSV 或 Parquet，每次交互一行。")
_USER = phrase(en="Its column of user ids.", zh="用户 id 所在的列。")
_ITEM = phrase(en="Its column of item ids.", zh="物品 id 所在的列。")
_TIME = phrase(en="Its column of times, if it has one.", zh="时间所在的列，没有可以不写。")
_RATING = phrase(en="Its column of ratings; every row counts all the same.", zh="评分所在的列；评分高低，每行都算。")
_ITEMS = phrase(en="A table of the items, CSV or Parquet.", zh="物品表，CSV 或 Parquet。")
_ITEM_ID = phrase(en="That table's column of ids, if called otherwise.", zh="物品表里 id 的列名，与日志不同时才写。")
_TITLE = phrase(en="That table's column of titles.", zh="物品表里标题的列名。")
_K = phrase(en="Length of the lists.", zh="列表的长度。")
_SPLIT = phrase(en="last, time, or random where there are no times.", zh="last、time；没有时间的用 random。")
_REPEATS = phrase(
    en="first: ask for what is new to a user; keep: for all.", zh="first：只考用户没见过的；keep：全部都考。"
)
_SEED = phrase(en="Draw the order of rows of one second anew.", zh="重新抽签决定同一秒内各行的次序。")
_SEP = phrase(en="What parts the fields; a tab for .tsv, else a comma.", zh="分隔符；.tsv 默认制表符，其余默认逗号。")
_ENCODING = phrase(en="Of CSV files.", zh="CSV 文件的编码。")
_TIME_UNIT = phrase(
    en="Of times that are numbers: s, ms, us or ns since 1970.",
    zh="时间为数字时的单位：从 1970 年起的 s、ms、us 或 ns。",
)
_TIME_FORMAT = phrase(en="Of times as text, as in strptime.", zh="时间为文本时的格式，写法同 strptime。")
_DUPLICATES = phrase(
    en="An item in two rows of its table: refuse, or first.",
    zh="物品表里同一物品有两行时：refuse 拒绝，first 取第一行。",
)


def evaluate(
    log: Annotated[Path, typer.Argument(help=_LOG)],
    user: Annotated[str, typer.Option(help=_USER)],
    item: Annotated[str, typer.Option(help=_ITEM)],
    time: Annotated[str | None, typer.Option(help=_TIME)] = None,
    rating: Annotated[str | None, typer.Option(help=_RATING)] = None,
    items: Annotated[Path | None, typer.Option(help=_ITEMS)] = None,
    item_id: Annotated[str | None, typer.Option(help=_ITEM_ID)] = None,
    title: Annotated[str | None, typer.Option(help=_TITLE)] = None,
    k: Annotated[int, typer.Option(help=_K)] = 10,
    split: Annotated[str | None, typer.Option(help=_SPLIT)] = None,
    repeats: Annotated[str, typer.Option(help=_REPEATS)] = "first",
    seed: Annotated[int | None, typer.Option(help=_SEED)] = None,
    sep: Annotated[str | None, typer.Option(help=_SEP)] = None,
    encoding: Annotated[str, typer.Option(help=_ENCODING)] = "utf-8",
    time_unit: Annotated[str, typer.Option(help=_TIME_UNIT)] = "s",
    time_format: Annotated[str | None, typer.Option(help=_TIME_FORMAT)] = None,
    duplicates: Annotated[str, typer.Option(help=_DUPLICATES)] = "refuse",
) -> None:
    """Say what simple models reach on a log."""
    columns = {"user": user, "item": item, "time": time, "rating": rating, "item_id": item_id, "title": title}
    reading = {"time_unit": time_unit, "time_format": time_format, "duplicates": duplicates}
    try:
        _check_k(k)
        found = read(log, items, columns, reading, sep, encoding)
        _say(describe(found, log.name, items))
        hidden = hide(found, split, repeats, seed)
        _say([*describe_ties(found, hidden, split, seed), *describe_split(found, hidden, split)])
        _show(list(rows(hidden, k)), k)
    except (OSError, ValueError, KeyError, ImportError) as error:
        typer.echo(f"recbook: {_sentence(error)}", err=True)
        raise typer.Exit(1) from None


# ---- Reading


def read(
    log: Path, items: Path | None, columns: Mapping[str, str | None], reading: Mapping[str, Any],
    sep: str | None = None, encoding: str = "utf-8",
) -> Interactions:  # fmt: skip
    """The log of a CSV or Parquet file; items that their table lacks are added to it without a title.

    Raises what `Interactions.from_csv` and `from_parquet` raise.
    """
    if items is None and (columns.get("item_id") or columns.get("title")):
        raise ValueError(
            phrase(
                en="--item-id and --title name columns of an item table: give it with --items.",
                zh="--item-id 和 --title 是物品表的列名：请用 --items 给出物品表。",
            )
        )
    for path in filter(None, (log, items)):
        if not path.exists():
            raise FileNotFoundError(phrase(en=f"There is no file {path}.", zh=f"没有 {path} 这个文件。"))
    named: dict[str, Any] = dict(columns) | dict(reading) | {"unlisted": "add"}
    if _is_parquet(log):
        return Interactions.from_parquet(log, items=_table(items, sep, encoding), **named)
    return Interactions.from_csv(
        log, items=_table(items, sep, encoding) if items and _is_parquet(items) else items,
        sep=sep or ("\t" if ".tsv" in log.suffixes else ","), encoding=encoding, **named,
    )  # fmt: skip


def _table(path: Path | None, sep: str | None, encoding: str) -> pd.DataFrame | None:
    """An item table of either form, for a log of the other."""
    import pandas as pd

    if path is None:
        return None
    if _is_parquet(path):
        return pd.read_parquet(path)
    return pd.read_csv(path, sep=sep or ("\t" if ".tsv" in path.suffixes else ","), encoding=encoding)


def _is_parquet(path: Path) -> bool:
    return path.is_dir() or path.suffix.lower() in _PARQUET


# ---- Splitting


def hide(log: Interactions, split: str | None, repeats: str, seed: int | None) -> Split:
    """The log split as asked: ``last`` (each user's last row, the default), ``time``, or ``random`` rows.

    Without times the default is ``random``. ValueError for another word, or a test without a row.
    """
    split = split or ("last" if log.timestamp is not None else "random")
    if split not in SPLITS:
        known = ", ".join(SPLITS)
        raise ValueError(
            phrase(
                en=f"--split must be one of {known}; got {split!r}.",
                zh=f"--split 只能是 {known} 之一；收到 {split!r}。",
            )
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # ties are said anyway
        if split == "last":
            hidden = leave_one_out(log, repeats, seed)
        else:
            hidden = (
                by_time(log, repeats=repeats) if split == "time" else random_split(log, repeats=repeats, seed=seed or 0)
            )
    if not hidden.test.n or not hidden.train.n:
        missing = ("test", "测试") if not hidden.test.n else ("learn from", "训练")
        enough = f"{(log.user_counts() >= 3).sum():,}"
        raise ValueError(
            phrase(
                en=f"Nothing is left to {missing[0]}: the log has {log.n:,} rows of {log.n_users:,} users, of whom "
                f"{enough} have three rows or more.",
                zh=f"没有剩下可用于{missing[1]}的行：日志有 {log.n:,} 行、{log.n_users:,} 位用户，"
                f"其中 {enough} 位有三行或更多。",
            )
        )
    return hidden


# ---- What is said


def describe(log: Interactions, name: str, items: Path | None = None) -> Iterator[str]:
    """What was read: size, times, ratings, what has most rows, and how much the item table covers."""
    said = phrase(
        en=f"{name}: {log.n:,} rows of {log.n_users:,} users and {log.n_items:,} items",
        zh=f"{name}：{log.n:,} 行，{log.n_users:,} 位用户，{log.n_items:,} 件物品",
    )
    if log.timestamp is not None:
        moments = (np.datetime64(int(moment), "s") for moment in (log.timestamp.min(), log.timestamp.max()))
        first, last = (np.datetime_as_string(moment, "D") for moment in moments)
        said += phrase(en=f", {first} to {last}", zh=f"，{first} 至 {last}")
    yield said + phrase(en=".", zh="。")
    if log.rating is not None:
        low, high = f"{log.rating.min():g}", f"{log.rating.max():g}"
        yield phrase(
            en=f"Ratings from {low} to {high}; every row counts, whatever its rating.",
            zh=f"评分从 {low} 到 {high}；评分高低，每行都算。",
        )
    counts = log.item_counts()
    most = np.argsort(-counts, kind="stable")[:3]
    named = zip(_names(log, most), counts[most], strict=True)
    yield phrase(en="Most rows: {}.", zh="行数最多的：{}。").format(
        "; ".join(f"{name} ({count:,})" for name, count in named)
    )
    if items is not None and log.items is not None and "title" in log.items:
        without = int((log.items["title"].fillna("") == "").to_numpy()[counts > 0].sum())
        yield phrase(
            en=f"{without:,} items of the log have no title in {items.name}.",
            zh=f"日志里有 {without:,} 件物品在 {items.name} 里没有标题。",
        )
    again = int(log.repeats().sum())
    yield phrase(
        en=f"Repeats: {again:,} rows ({again / log.n:.1%}) are of an item that the user had met before.",
        zh=f"重复：{again:,} 行（{again / log.n:.1%}）的物品是该用户见过的。",
    )


def describe_ties(log: Interactions, hidden: Split, split: str | None, seed: int | None) -> Iterator[str]:
    """How many rows share user and second, and what decides their order."""
    if log.timestamp is None:
        return
    moment = log.timestamp - log.timestamp.min()
    _, counts = np.unique(log.user * (moment.max() + 1) + moment, return_counts=True)
    tied = int(counts[counts > 1].sum())
    yield phrase(
        en=f"Ties: {tied:,} rows ({tied / log.n:.1%}) share their second with another row of the user.",
        zh=f"并列：{tied:,} 行（{tied / log.n:.1%}）与该用户的另一行在同一秒。",
    )
    if tied and split in (None, "last"):
        order = phrase(en="the file's order, for want of a --seed", zh="文件里的次序（没有给 --seed）")
        if seed is not None:
            order = phrase(en=f"an order drawn by seed {seed}", zh=f"种子 {seed} 抽出的次序")
        share = f"{_share_of_tied_tests(hidden):.1%}"
        yield phrase(
            en=f"{share} of the tests are chosen by {order}: the row before has their second.",
            zh=f"{share} 的测试行由{order}决定：前一行与它同秒。",
        )


def _share_of_tied_tests(hidden: Split) -> float:
    """The share of users whose test row has the second of the row before."""
    before = np.full(hidden.test.n_users, -1, np.int64)
    before[hidden.valid.user] = hidden.valid.need_times("a tie")
    return float((before[hidden.test.user] == hidden.test.need_times("a tie")).mean())


def describe_split(log: Interactions, hidden: Split, split: str | None) -> Iterator[str]:
    """How the split was made, how large its parts are, and what becomes of repeats."""
    how = {
        "last": phrase(
            en="each user's last row is for testing, the one before for validation; users with fewer than three stay "
            "in train",
            zh="每位用户的最后一行用于测试，倒数第二行用于验证；不足三行的用户留在训练集",
        ),
        "time": phrase(
            en="the last 10% of the rows are for testing, the 10% before for validation, whoever they are of",
            zh="不分用户，最后 10% 的行用于测试，再往前 10% 用于验证",
        ),
        "random": phrase(
            en="10% of the rows, drawn at random, are for testing, 10% for validation; a model learns from what "
            "came later, so compare these numbers with no split in time",
            zh="随机抽 10% 的行用于测试，10% 用于验证；模型会学到之后发生的事，这些数不能与按时间划分的相比",
        ),
    }[split or ("last" if log.timestamp is not None else "random")]
    train, valid, test = (f"{part.n:,}" for part in (hidden.train, hidden.valid, hidden.test))
    yield phrase(
        en=f"Split: {how}: {train} to train, {valid} for validation, {test} to test.",
        zh=f"划分：{how}。训练 {train} 行，验证 {valid} 行，测试 {test} 行。",
    )
    if without := len(np.setdiff1d(hidden.test.user, hidden.train.user)):
        yield phrase(
            en=f"{without:,} users of the test have no row to train: item-kNN and EASE know nothing of them.",
            zh=f"测试中有 {without:,} 位用户没有训练行：item-kNN 和 EASE 对他们一无所知。",
        )
    if hidden.repeats == "first":
        yield phrase(
            en=f"Repeats left out: {hidden.left_out:,}; the test asks for items that are new to the user.",
            zh=f"去掉的重复：{hidden.left_out:,} 行；测试只考用户没见过的物品。",
        )
    else:
        yield phrase(
            en="Repeats kept: the test may ask for items that the user has.",
            zh="保留重复：测试可能考到用户已有的物品。",
        )


def _names(log: Interactions, items: np.ndarray) -> list[str]:
    """What items are called: their titles, or their ids where these are missing."""
    titled = log.items["title"] if log.items is not None and "title" in log.items else None
    return [str((titled is not None and titled.iloc[item]) or log.item_ids[item]) for item in items]


# ---- Measuring


def rows(hidden: Split, k: int) -> Iterator[Row]:
    """One row a model, in the order of the table; a model whose tables do not fit into memory says so."""
    from recbook.models.baselines import EASE, ItemKNN, Popularity

    knn = partial(ItemKNN, sparse=hidden.train.n_items > DENSE)
    makers: dict[str, Callable[[], Recommender]] = {"popularity": Popularity, "item-kNN": knn, "EASE": EASE}
    for name, maker in makers.items():
        start = clock.perf_counter()
        try:
            report = measure(maker(), hidden, k=k)
        except MemoryError as error:  # its fit says what it needs before it starts
            why = str(error).removesuffix(".") or phrase(en="it ran out of memory", zh="内存不够")
            yield Row(name, None, 0.0, why)
            continue
        yield Row(name, report, clock.perf_counter() - start)


# ---- Showing


def _show(table: list[Row], k: int) -> None:
    from rich.console import Console
    from rich.table import Table

    done = {row.model: row.report for row in table if row.report is not None}
    metrics = [f"ndcg@{k}", f"hit@{k}"]
    n_users = int((~np.isnan(done[FIRST].per_user[metrics[0]])).sum())
    typer.echo(
        phrase(
            en=f"All items ranked for {n_users:,} users; means and, in brackets, 95% intervals over users:",
            zh=f"为 {n_users:,} 位用户给全部物品排序；均值，括号里是按用户计算的 95% 置信区间：",
        )
    )
    first, last = phrase(en="model|seconds", zh="模型|秒").split("|")
    shown = Table(first, *(name.upper().replace("HIT", "hit") for name in metrics), last)
    for row in table:
        if row.report is not None:
            shown.add_row(_called(row.model), *(_cell(row.report, metric) for metric in metrics), f"{row.seconds:.1f}")
    Console(markup=False, highlight=False).print(shown)
    left_out = [row for row in table if row.report is None]
    _say(
        phrase(en=f"{row.model} was not run: {row.why_not}.", zh=f"{_called(row.model)} 没有运行：{row.why_not}。")
        for row in left_out
    )
    if LAST in done:
        typer.echo(_difference(done[LAST].difference(done[FIRST], metrics[0]), metrics[0].upper()))


def _called(model: str) -> str:
    return phrase(en=model, zh={FIRST: "流行度"}.get(model, model))


def _cell(report: Report, metric: str) -> str:
    low, high = report.interval(metric)
    return f"{report[metric]:.4f} ({low:.4f}–{high:.4f})"


def _difference(interval: Interval, metric: str) -> str:
    clear = interval.low > 0 or interval.high < 0
    low, high = f"{interval.low:+.4f}", f"{interval.high:+.4f}"
    return phrase(
        en=f"{LAST} less {FIRST}, user by user: {metric} {low} to {high}"
        f"{'' if clear else ', so which is better is not clear'}.",
        zh=f"{LAST} 减去{_called(FIRST)}，逐个用户相比：{metric} {low} 到 {high}"
        f"{'' if clear else '，差异不显著（区间包含 0）'}。",
    )


def _say(lines: Any) -> None:
    for line in lines:
        typer.echo(line)


def _check_k(k: int) -> None:
    if k < 1:
        raise ValueError(phrase(en=f"--k must be at least 1; got {k}.", zh=f"--k 至少是 1；收到 {k}。"))


def _sentence(error: Exception) -> str:
    """An error's text on one line, with the names of this command's options in place of Python's arguments."""
    if isinstance(error, UnicodeDecodeError):
        return phrase(
            en=f"The file is not in {error.encoding} (byte {error.start:,} cannot be read); name it with --encoding.",
            zh=f"文件的编码不是 {error.encoding}（第 {error.start:,} 个字节读不了）；请用 --encoding 指定。",
        )
    said = told(error)
    for argument, option in _OPTIONS.items():
        said = said.replace(argument, option)
    return re.sub(r"\s*\n\s*", " ", said).strip()
