"""`recbook evaluate`: a file of anybody's in, a table with intervals out, or one sentence that says what is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from recbook.cli import app
from recbook.data import Interactions, by_time, leave_one_out
from recbook.evaluation import evaluate
from recbook.models import EASE, Popularity
from recbook.vectors import nearest_columns

NAMED = ["--user", "customer", "--item", "sku"]


def purchases(n_users: int = 60, n_items: int = 25, seed: int = 0) -> pd.DataFrame:
    """Customers of two kinds, who buy from two halves of the range, some things twice; times are ISO texts."""
    rng = np.random.default_rng(seed)
    rows = []
    for user in range(n_users):
        bought = rng.integers(n_items // 2, size=12) + (user % 2) * (n_items // 2)
        moments = np.sort(rng.integers(1_700_000_000, 1_710_000_000, size=12))
        rows += [(f"c-{user:03}", f"{item:04}", int(moment)) for item, moment in zip(bought, moments, strict=True)]
    frame = pd.DataFrame(rows, columns=["customer", "sku", "second"])
    return frame.assign(when=pd.to_datetime(frame["second"], unit="s").dt.strftime("%Y-%m-%dT%H:%M:%SZ"), stars=4.5)


@pytest.fixture
def log(tmp_path) -> Path:
    purchases().to_csv(tmp_path / "log.csv", index=False)
    return tmp_path / "log.csv"


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["evaluate", *map(str, words)], env={"COLUMNS": "120"})


def shown(result: Result) -> dict[str, list[float]]:
    """The numbers of each row of the table: mean, low, high for NDCG and hit rate, and seconds."""
    assert result.exit_code == 0, result.output
    lines = [line.strip("│ ").split("│") for line in result.output.splitlines() if line.startswith("│")]
    return {cells[0].strip(): [float(x) for x in re.findall(r"\d+\.\d+", "│".join(cells[1:]))] for cells in lines}


def test_the_table_is_what_the_library_measures(log):
    split = leave_one_out(Interactions.from_csv(log, user="customer", item="sku", time="when"))
    found = shown(run(log, *NAMED, "--time", "when"))
    assert list(found) == ["popularity", "item-kNN", "EASE"]
    for name, model in (("popularity", Popularity()), ("EASE", EASE())):
        report = evaluate(model, split)
        expected = [x for m in ("ndcg@10", "hit@10") for x in (report[m], *report.interval(m))]
        np.testing.assert_allclose(found[name][:6], expected, atol=6e-5)


def test_parquet_gives_the_same_and_k_and_the_split_are_obeyed(log, tmp_path):
    frame = purchases()
    frame.to_parquet(tmp_path / "log.parquet")
    words = [*NAMED, "--time", "second", "--split", "time", "--k", 5]
    from_csv, from_parquet = run(log, *words), run(tmp_path / "log.parquet", *words)
    for name, numbers in shown(from_csv).items():
        assert shown(from_parquet)[name][:6] == numbers[:6]
    assert "NDCG@5" in from_csv.output and "the last 10% of the rows are for testing" in from_csv.output
    split = by_time(Interactions.from_frame(frame, user="customer", item="sku", time="second"))
    np.testing.assert_allclose(shown(from_csv)["EASE"][0], evaluate(EASE(), split, k=5)["ndcg@5"], atol=6e-5)


def test_repeats_ties_and_parts_are_counted(log):
    frame = purchases()
    frame["day"] = frame["when"].str[:10]
    frame.to_csv(log, index=False)
    said = run(log, *NAMED, "--time", "day").output
    again = int(frame.duplicated(["customer", "sku"]).sum())
    tied = int(frame.duplicated(["customer", "day"], keep=False).sum())
    assert again and tied
    assert f"Repeats: {again:,} rows ({again / 720:.1%})" in said and f"Repeats left out: {again:,};" in said
    assert f"Ties: {tied:,} rows ({tied / 720:.1%})" in said
    assert f"{720 - again - 120:,} to train, 60 for validation, 60 to test" in said
    assert "chosen by the file's order" in said
    assert "drawn by seed 3" in run(log, *NAMED, "--time", "day", "--seed", 3).output


def test_repeats_may_be_kept(log):
    said = run(log, *NAMED, "--time", "when", "--repeats", "keep")
    assert (
        said.exit_code == 0 and "600 to train" in said.output and "may ask for items that the user has" in said.output
    )


def test_without_times_rows_are_drawn_and_the_reader_is_told(log):
    said = run(log, *NAMED)
    assert "drawn at random" in said.output and "Ties" not in said.output
    assert set(shown(said)) == {"popularity", "item-kNN", "EASE"}


def test_users_who_come_only_later_are_counted(log):
    frame = purchases()
    late = frame.iloc[:3].assign(customer="new", second=1_720_000_000)
    pd.concat([frame, late]).to_csv(log, index=False)
    assert "1 users of the test have no row to train" in run(log, *NAMED, "--time", "second", "--split", "time").output


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_titles_come_from_a_table_of_items(log, form):
    table = pd.DataFrame({"number": [f"{n:04}" for n in range(20)], "name": [f"Thing {n}" for n in range(20)]})
    path = log.with_name(f"items.{form}")
    table.to_csv(path, index=False) if form == "csv" else table.to_parquet(path)
    said = run(log, *NAMED, "--items", path, "--item-id", "number", "--title", "name", "--rating", "stars").output
    frame = purchases()
    missing = (frame["sku"].drop_duplicates() >= "0020").sum()
    assert f"{missing} items of the log have no title in items.{form}." in said
    most = frame["sku"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    names = [f"Thing {int(sku)}" if sku < "0020" else sku for sku in most.index[:3]]
    assert names[0] == "0020", "an item without a title goes by its id"
    assert "Most rows: " + "; ".join(f"{name} ({n})" for name, n in zip(names, most, strict=False)) in said
    assert "Ratings from 4.5 to 4.5" in said


@pytest.mark.parametrize("model", ["EASE", "ItemKNN"])
def test_a_model_that_needs_too_much_memory_is_left_out_and_said_to_be(log, monkeypatch, model):
    def fit(*_):
        raise MemoryError("68,509 items need about 17.5 GiB of memory, and 3.9 GiB are free.")

    monkeypatch.setattr(f"recbook.models.baselines.{model}.fit", fit)
    said = run(log, *NAMED, "--time", "when")
    name = "item-kNN" if model == "ItemKNN" else model
    assert [*shown(said), name] == [other for other in ("popularity", "item-kNN", "EASE") if other != name] + [name]
    assert f"{name} was not run: 68,509 items need about 17.5 GiB of memory, and 3.9 GiB are free." in said.output
    assert ("EASE less popularity" in said.output) == (model != "EASE")


def test_beyond_so_many_items_item_knn_keeps_neighbours_alone_and_says_the_same(log, monkeypatch):
    made = []
    monkeypatch.setattr("recbook.models.baselines.nearest_columns", lambda *a: made.append(a) or nearest_columns(*a))
    tables = {}
    for most in (24, 25):  # the log has 24 items
        monkeypatch.setattr("recbook.models.commands.DENSE", most - 1)
        tables[most] = shown(run(log, *NAMED, "--time", "when"))["item-kNN"][:6]
        assert len(made) == 1
    assert tables[24] == tables[25]


def broken(text: str):
    return lambda path: path.write_text(text)


@pytest.mark.parametrize(
    ("change", "words", "says"),
    [
        (
            None,
            ["--user", "buyer", "--item", "sku"],
            "There is no column 'buyer' for the log; the table has 'customer'",
        ),
        (None, [*NAMED, "--time", "sku"], "sku: row 0 has"),
        (None, [*NAMED, "--split", "last"], "name their column with --time."),
        (None, [*NAMED, "--split", "week"], "--split must be one of last, time, random; got 'week'."),
        (None, [*NAMED, "--repeats", "all"], 'repeats must be "first" or "keep"'),
        (None, [*NAMED, "--k", "0"], "--k must be at least 1; got 0."),
        (None, [*NAMED, "--title", "name"], "give it with --items"),
        (None, [*NAMED, "--items", "nowhere.csv"], "There is no file nowhere.csv."),
        (broken("customer,sku\n"), NAMED, "The log is empty"),
        (broken("customer,sku,when\na,b,1\n"), [*NAMED, "--time", "when"], "Nothing is left to test"),
        (broken("customer,sku\na,b\n,c\n"), NAMED, "user ids: row 1 has none"),
        (broken("customer,sku\na,b\na,b,c,d\n"), NAMED, "Expected 2 fields in line 3, saw 4"),
        (
            lambda path: path.write_bytes("customer,sku\nMüller,b\n".encode("latin-1")),
            NAMED,
            "name it with --encoding.",
        ),
        (lambda path: path.unlink(), NAMED, "There is no file"),
        (lambda path: path.rename(path.with_suffix(".parquet")), NAMED, "Parquet"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(log, change, words, says):
    if change:
        change(log)
    path = log.with_suffix(".parquet") if log.with_suffix(".parquet").exists() else log
    result = run(path, *words)
    assert result.exit_code == 1 and says in result.stderr
    assert result.stderr.startswith("recbook: ") and result.stderr.count("\n") == 1


def test_an_item_in_two_rows_is_refused_or_its_first_kept(log):
    table = pd.DataFrame({"sku": ["0001", "0001"], "name": ["first", "second"]})
    table.to_csv(log.with_name("items.csv"), index=False)
    words = [*NAMED, "--items", log.with_name("items.csv"), "--title", "name"]
    assert "this command keep the first with --duplicates first." in run(log, *words).stderr
    assert run(log, *words, "--duplicates", "first").exit_code == 0


def test_a_tab_between_the_fields(tmp_path):
    purchases().to_csv(tmp_path / "log.tsv", sep="\t", index=False)
    assert run(tmp_path / "log.tsv", *NAMED, "--time", "when").exit_code == 0
