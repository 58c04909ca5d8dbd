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

if TYPE_CHECKING:
    import pandas as pd

SPLITS = ("last", "time", "random")
FIRST, LAST = "popularity", "EASE"  # the two whose difference is shown
DENSE = 20_000  # items up to which item-kNN makes a table of all pairs, 8 GB at this many; beyond, of neighbours alone

_PARQUET = {".parquet", ".pq"}
_OPTIONS = {
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


def evaluate(
    log: Annotated[Path, typer.Argument(help="CSV or Parquet with one row an interaction.")],
    user: Annotated[str, typer.Option(help="Its column of user ids.")],
    item: Annotated[str, typer.Option(help="Its column of item ids.")],
    time: Annotated[str | None, typer.Option(help="Its column of times, if it has one.")] = None,
    rating: Annotated[str | None, typer.Option(help="Its column of ratings; every row counts all the same.")] = None,
    items: Annotated[Path | None, typer.Option(help="A table of the items, CSV or Parquet.")] = None,
    item_id: Annotated[str | None, typer.Option(help="That table's column of ids, if called otherwise.")] = None,
    title: Annotated[str | None, typer.Option(help="That table's column of titles.")] = None,
    k: Annotated[int, typer.Option(help="Length of the lists.")] = 10,
    split: Annotated[str | None, typer.Option(help="last, time, or random where there are no times.")] = None,
    repeats: Annotated[str, typer.Option(help="first: ask for what is new to a user; keep: for all.")] = "first",
    seed: Annotated[int | None, typer.Option(help="Draw the order of rows of one second anew.")] = None,
    sep: Annotated[str | None, typer.Option(help="What parts the fields; a tab for .tsv, else a comma.")] = None,
    encoding: Annotated[str, typer.Option(help="Of CSV files.")] = "utf-8",
    time_unit: Annotated[str, typer.Option(help="Of times that are numbers: s, ms, us or ns since 1970.")] = "s",
    time_format: Annotated[str | None, typer.Option(help="Of times as text, as in strptime.")] = None,
    duplicates: Annotated[str, typer.Option(help="An item in two rows of its table: refuse, or first.")] = "refuse",
) -> None:
    """Rank all items by popularity, item-kNN and EASE on a log of your own, with 95% intervals."""
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
        raise ValueError("--item-id and --title name columns of an item table: give it with --items.")
    for path in filter(None, (log, items)):
        if not path.exists():
            raise FileNotFoundError(f"There is no file {path}.")
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
        raise ValueError(f"--split must be one of {', '.join(SPLITS)}; got {split!r}.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # ties are said anyway
        if split == "last":
            hidden = leave_one_out(log, repeats, seed)
        else:
            hidden = (
                by_time(log, repeats=repeats) if split == "time" else random_split(log, repeats=repeats, seed=seed or 0)
            )
    if not hidden.test.n or not hidden.train.n:
        raise ValueError(
            f"Nothing is left to {'test' if not hidden.test.n else 'learn from'}: the log has {log.n:,} rows of "
            f"{log.n_users:,} users, of whom {(log.user_counts() >= 3).sum():,} have three rows or more."
        )
    return hidden


# ---- What is said


def describe(log: Interactions, name: str, items: Path | None = None) -> Iterator[str]:
    """What was read: size, times, ratings, what has most rows, and how much the item table covers."""
    said = f"{name}: {log.n:,} rows of {log.n_users:,} users and {log.n_items:,} items"
    if log.timestamp is not None:
        first, last = (np.datetime64(int(moment), "s") for moment in (log.timestamp.min(), log.timestamp.max()))
        said += f", {np.datetime_as_string(first, 'D')} to {np.datetime_as_string(last, 'D')}"
    yield said + "."
    if log.rating is not None:
        yield f"Ratings from {log.rating.min():g} to {log.rating.max():g}; every row counts, whatever its rating."
    counts = log.item_counts()
    most = np.argsort(-counts, kind="stable")[:3]
    named = zip(_names(log, most), counts[most], strict=True)
    yield "Most rows: " + "; ".join(f"{name} ({count:,})" for name, count in named) + "."
    if items is not None and log.items is not None and "title" in log.items:
        without = int((log.items["title"].fillna("") == "").to_numpy()[counts > 0].sum())
        yield f"{without:,} items of the log have no title in {items.name}."
    again = int(log.repeats().sum())
    yield f"Repeats: {again:,} rows ({again / log.n:.1%}) are of an item that the user had met before."


def describe_ties(log: Interactions, hidden: Split, split: str | None, seed: int | None) -> Iterator[str]:
    """How many rows share user and second, and what decides their order."""
    if log.timestamp is None:
        return
    moment = log.timestamp - log.timestamp.min()
    _, counts = np.unique(log.user * (moment.max() + 1) + moment, return_counts=True)
    tied = int(counts[counts > 1].sum())
    yield f"Ties: {tied:,} rows ({tied / log.n:.1%}) share their second with another row of the user."
    if tied and split in (None, "last"):
        order = "the file's order, for want of a --seed" if seed is None else f"an order drawn by seed {seed}"
        yield f"{_share_of_tied_tests(hidden):.1%} of the tests are chosen by {order}: the row before has their second."


def _share_of_tied_tests(hidden: Split) -> float:
    """The share of users whose test row has the second of the row before."""
    before = np.full(hidden.test.n_users, -1, np.int64)
    before[hidden.valid.user] = hidden.valid.need_times("a tie")
    return float((before[hidden.test.user] == hidden.test.need_times("a tie")).mean())


def describe_split(log: Interactions, hidden: Split, split: str | None) -> Iterator[str]:
    """How the split was made, how large its parts are, and what becomes of repeats."""
    how = {
        "last": "each user's last row is for testing, the one before for validation; users with fewer than three stay "
        "in train",
        "time": "the last 10% of the rows are for testing, the 10% before for validation, whoever they are of",
        "random": "10% of the rows, drawn at random, are for testing, 10% for validation; a model learns from what "
        "came later, so compare these numbers with no split in time",
    }[split or ("last" if log.timestamp is not None else "random")]
    yield f"Split: {how}: {hidden.train.n:,} to train, {hidden.valid.n:,} for validation, {hidden.test.n:,} to test."
    if without := len(np.setdiff1d(hidden.test.user, hidden.train.user)):
        yield f"{without:,} users of the test have no row to train: item-kNN and EASE know nothing of them."
    if hidden.repeats == "first":
        yield f"Repeats left out: {hidden.left_out:,}; the test asks for items that are new to the user."
    else:
        yield "Repeats kept: the test may ask for items that the user has."


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
            yield Row(name, None, 0.0, str(error).removesuffix(".") or "it ran out of memory")
            continue
        yield Row(name, report, clock.perf_counter() - start)


# ---- Showing


def _show(table: list[Row], k: int) -> None:
    from rich.console import Console
    from rich.table import Table

    done = {row.model: row.report for row in table if row.report is not None}
    metrics = [f"ndcg@{k}", f"hit@{k}"]
    n_users = int((~np.isnan(done[FIRST].per_user[metrics[0]])).sum())
    typer.echo(f"All items ranked for {n_users:,} users; means and, in brackets, 95% intervals over users:")
    shown = Table("model", *(name.upper().replace("HIT", "hit") for name in metrics), "seconds")
    for row in table:
        if row.report is not None:
            shown.add_row(row.model, *(_cell(row.report, metric) for metric in metrics), f"{row.seconds:.1f}")
    Console(markup=False, highlight=False).print(shown)
    _say(f"{row.model} was not run: {row.why_not}." for row in table if row.report is None)
    if LAST in done:
        typer.echo(_difference(done[LAST].difference(done[FIRST], metrics[0]), metrics[0].upper()))


def _cell(report: Report, metric: str) -> str:
    low, high = report.interval(metric)
    return f"{report[metric]:.4f} ({low:.4f}–{high:.4f})"


def _difference(interval: Interval, metric: str) -> str:
    clear = "" if interval.low > 0 or interval.high < 0 else ", so which is better is not clear"
    return f"{LAST} less {FIRST}, user by user: {metric} {interval.low:+.4f} to {interval.high:+.4f}{clear}."


def _say(lines: Any) -> None:
    for line in lines:
        typer.echo(line)


def _check_k(k: int) -> None:
    if k < 1:
        raise ValueError(f"--k must be at least 1; got {k}.")


def _sentence(error: Exception) -> str:
    """An error's text on one line, with the names of this command's options in place of Python's arguments."""
    if isinstance(error, UnicodeDecodeError):
        return f"The file is not in {error.encoding} (byte {error.start:,} cannot be read); name it with --encoding."
    said = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    for argument, option in _OPTIONS.items():
        said = said.replace(argument, option)
    return re.sub(r"\s*\n\s*", " ", said).strip()
