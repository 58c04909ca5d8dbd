"""Anybody's table as a log: ids, times and ratings of every kind, tables with their own names, and what is refused."""

from __future__ import annotations

import datetime as dt
import decimal
import time as clock

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import recbook
from recbook.data import Interactions, cold_items, cold_users, leave_one_out, random_split
from recbook.data.columns import seconds
from recbook.models.baselines import EASE


def shop(**columns):
    table = {
        "customer": ["c-2", "c-1", "c-2", "c-3"],
        "sku": ["b", "a", "a", "c"],
        "when": ["2017-03-31T21:05:00Z", "2017-03-31", "2017-04-01 00:00:01", "2017-04-01T02:00:00+02:00"],
    }
    return pd.DataFrame(table | columns, index=[7, 5, 7, 1])  # an index of the table's own says nothing


def read(frame, **options):
    return Interactions.from_frame(frame, user="customer", item="sku", time="when", **options)


# ---- The five lines


def test_a_table_with_its_own_names_becomes_a_log():
    log = read(shop())
    assert log.user_ids.tolist() == ["c-1", "c-2", "c-3"] and log.item_ids.tolist() == ["a", "b", "c"]
    assert log.user.tolist() == [1, 0, 1, 2] and log.item.tolist() == [1, 0, 0, 2]
    assert log.timestamp.tolist() == [1490994300, 1490918400, 1491004801, 1491004800]
    assert log.rating is None
    assert log.matrix().toarray().tolist() == [[1, 0, 0], [1, 1, 0], [0, 0, 1]]
    assert list(log.frame()) == ["user_id", "item_id", "timestamp"]


def test_a_log_without_ratings_is_split_and_learned_from():
    frame = pd.DataFrame({"u": np.repeat(["x", "y", "z"], 4), "i": list("abcdabdcbacd"), "t": range(12)})
    split = leave_one_out(Interactions.from_frame(frame, "u", "i", "t"))
    assert (split.train.n, split.valid.n, split.test.n) == (6, 3, 3)
    assert split.history().rating is None
    assert EASE(1.0).fit(split.train).score(np.arange(3)).shape == (3, 4)


def test_ratings_come_along_and_missing_ones_are_named():
    assert read(shop(stars=[1, 2.5, 3, 4]), rating="stars").rating.tolist() == [1, 2.5, 3, 4]
    for bad in (np.nan, None, np.inf, "good"):
        with pytest.raises(ValueError, match="stars: row 2 has"):
            read(shop(stars=pd.Series([1, 2, bad, 4], dtype=object, index=[7, 5, 7, 1])), rating="stars")


def test_what_needs_ratings_says_so():
    with pytest.raises(ValueError, match="needs ratings, and this log has none"):
        read(shop()).need_ratings("A like")


# ---- Times

MOMENT = 1_490_994_301  # 2017-03-31 21:05:01 UTC
AS_TIMES = {
    **{f"datetime64[{unit}]": np.array([MOMENT], "datetime64[s]").astype(f"datetime64[{unit}]") for unit in
       ("s", "ms", "us", "ns")},
    "Timestamp": [pd.Timestamp("2017-03-31T21:05:01.999")],
    "Timestamps with a zone": pd.Series(pd.to_datetime(["2017-04-01T05:05:01+08:00"])),
    "Timestamps with a zone, as objects": pd.Series([pd.Timestamp("2017-04-01T05:05:01+08:00")], dtype=object),
    "datetime": pd.Series([dt.datetime(2017, 3, 31, 21, 5, 1, 500_000)], dtype=object),
    "ISO": ["2017-03-31T21:05:01"], "ISO with parts": ["2017-03-31 21:05:01.25"], "ISO Z": ["2017-03-31T21:05:01Z"],
    "ISO as numpy": np.array(["2017-03-31T21:05:01"]), "categories": pd.Categorical(["2017-03-31T21:05:01"]),
    "int": [MOMENT], "int32": np.array([MOMENT], np.int32), "uint64": np.array([MOMENT], np.uint64),
    "float": [MOMENT + 0.75], "Int64": pd.array([MOMENT], dtype="Int64"), "decimal": [decimal.Decimal(MOMENT)],
    "objects of int": np.array([MOMENT], object), "arrow": pd.Series([MOMENT], dtype="int64[pyarrow]"),
    "arrow time": pd.Series(pd.to_datetime(["2017-03-31T21:05:01"])).astype("timestamp[us][pyarrow]"),
}  # fmt: skip


@pytest.mark.parametrize("kind", AS_TIMES)
def test_times_of_every_kind_are_right_to_the_second(kind):
    assert seconds(AS_TIMES[kind]).tolist() == [MOMENT]
    assert seconds(AS_TIMES[kind]).dtype == np.int64
    frame = pd.DataFrame({"u": [1], "i": [1], "t": AS_TIMES[kind]})
    assert Interactions.from_frame(frame, "u", "i", "t").timestamp.tolist() == [MOMENT]
    assert Interactions.from_ids([1], [1], None, AS_TIMES[kind]).timestamp.tolist() == [MOMENT]


def test_days_begin_at_midnight_utc():
    day = MOMENT // 86_400 * 86_400
    for days in (np.array(["2017-03-31"], "datetime64[D]"), [dt.date(2017, 3, 31)], ["2017-03-31"], ["20170331"]):
        assert seconds(days).tolist() == [day]


@given(st.integers(0, 7_258_118_399))
def test_any_second_survives_every_way_of_writing_it(second):
    assume(not 19_700_101 <= second <= 22_001_231)  # may be a date, and is refused
    stamp = pd.Timestamp(second, unit="s")
    for written in ([stamp.isoformat()], [stamp], np.array([second], "datetime64[s]"), [second], [float(second)]):
        assert seconds(written).tolist() == [second]


def test_other_units_and_forms_are_named():
    assert seconds([MOMENT * 1000 + 999], unit="ms").tolist() == [MOMENT]
    assert seconds(["3/31/2017 9:05:01 PM"], layout="%m/%d/%Y %I:%M:%S %p").tolist() == [MOMENT]
    log = read(shop(when=[MOMENT * 10**6] * 4), time_unit="us")
    assert log.timestamp.tolist() == [MOMENT] * 4
    with pytest.raises(ValueError, match="time_unit must be one of"):
        read(shop(when=[MOMENT] * 4), time_unit="minutes")


@pytest.mark.parametrize(
    ("times", "said"),
    [
        (np.array([MOMENT, "NaT", MOMENT], "datetime64[s]"), "row 1 has no time"),
        (pd.Series([pd.Timestamp(0), pd.NaT]), "row 1 has no time"),
        ([1.0, np.nan], "row 1 has no time"),
        (["2017-01-01", None], "row 1 has no time"),
        (pd.array([1, None], dtype="Int64"), "row 1 has no time"),
        ([0, -1], "row 1 has -1, which lies outside 1970 to 2200"),
        (["2017-01-01", "1969-12-31T23:59:59"], "row 1 .* outside 1970 to 2200"),
        (["2200-01-01"], "row 0 .* outside 1970 to 2200"),
        ([MOMENT, MOMENT * 1000], 'row 1 .* outside .*Milliseconds are read with time_unit="ms"'),
        ([1.0, np.inf], "row 1 is no finite number"),
        (["2017-01-01", "31.12.2017"], "row 1 has '31.12.2017', which is no time .*time_format="),
        (["2017-01-01", ""], "row 1 has '', which is no time"),
        ([20170131, 20170201], "looks like a date"),
        (np.array([MOMENT], np.float32), "float32 cannot hold seconds"),
        (pd.Series(["2017-01-01", 3], dtype=object), "must all be"),
        ([True, False], "must all be"),
    ],
)
def test_times_that_cannot_be_right_are_refused_with_their_row(times, said):
    with pytest.raises(ValueError, match=said):
        seconds(times)
    if not (isinstance(times, np.ndarray) and times.dtype.kind in "iu"):
        with pytest.raises(ValueError, match=said):
            Interactions.from_ids(np.arange(len(times)), np.arange(len(times)), None, times)


# ---- Ids


@pytest.mark.parametrize(
    "ids",
    [[30, 4, 30], np.array([30, 4, 30], np.uint8), pd.array([30, 4, 30], dtype="Int64"), [30.0, 4.0, 30.0],
     np.array([30, 4, 30], object), pd.Categorical([30, 4, 30]), pd.Series([30, 4, 30], dtype="int64[pyarrow]")],
)  # fmt: skip
def test_ids_that_are_numbers_are_ordered_as_numbers(ids):
    log = Interactions.from_ids(ids, [1, 1, 1])
    assert log.user_ids.tolist() == [4, 30] and log.user_ids.dtype == np.int64
    assert log.user.tolist() == [1, 0, 1]


@pytest.mark.parametrize(
    "ids",
    [["30", "4", "30"], np.array(["30", "4", "30"]), np.array(["30", "4", "30"], object), pd.Categorical(list("ABA")),
     pd.Series(["30", "4", "30"], dtype="string"), pd.Series(["é", "z", "é"])],
)  # fmt: skip
def test_ids_that_are_text_are_ordered_as_text(ids):
    log = Interactions.from_ids(ids, [1, 1, 1])
    held = [str(value) for value in ids]
    assert log.user_ids.tolist() == sorted(set(held)) and log.user_ids.dtype == object
    assert log.user_ids[log.user].tolist() == held


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=3), min_size=1, max_size=30))
def test_the_index_of_an_id_is_its_rank(ids):
    log = Interactions.from_ids(ids, np.zeros(len(ids), int))
    assert log.user_ids.tolist() == sorted(set(ids))
    assert log.user_ids[log.user].tolist() == ids


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        ([1, "a", 2], "row 1 has 'a', a text where row 0 has a number"),
        (["a", "b", 2], "row 2 has 2, a number where row 0 has a text"),
        (["a", None], "row 1 has none"),
        (["a", np.nan], "row 1 has none"),
        ([1, None], "row 1 has none"),
        ([1.0, np.nan], "row 1 has none"),
        (pd.array(["a", pd.NA], dtype="string"), "row 1 has none"),
        (["a", ""], "row 1 has an empty text"),
        ([1.0, 1.5], "row 1 has 1.5"),
        ([1.0, np.inf], "row 1 has inf"),
        ([True, False], "row 0 has True, a bool"),
        (["a", b"b"], "row 1 has b'b', a bytes"),
        (["a", ["b"]], "row 1 has a list"),
        ([1, 2**70], "row 1 has a number beyond 64 bits"),
    ],
)
def test_ids_that_are_missing_or_of_another_kind_are_named_by_their_row(ids, said):
    column = ids if isinstance(ids, pd.api.extensions.ExtensionArray) else pd.Series(ids, dtype=object)
    other = np.arange(len(ids))
    for user, item, kind in ((column, other, "user"), (other, column, "item")):
        with pytest.raises(ValueError, match=f"{kind} ids.*{said}"):
            Interactions.from_ids(user, item)
        with pytest.raises(ValueError, match=f"{kind} ids.*{said}"):
            Interactions.from_frame(pd.DataFrame({"u": user, "i": item}), "u", "i")


def test_a_million_rows_of_text_take_at_most_two_seconds():
    rng = np.random.default_rng(0)
    users = np.char.add("c-", rng.integers(0, 200_000, 1_000_000).astype(str)).astype(object)
    items = np.char.add("sku-", rng.integers(0, 50_000, 1_000_000).astype(str)).astype(object)
    start = clock.process_time()  # not the wall clock: other programs may run
    log = Interactions.from_ids(users, items, timestamp=np.arange(1_000_000))
    assert clock.process_time() - start < 2
    assert (log.item_ids[log.item[:1000]] == items[:1000]).all() and (log.item_ids[:-1] < log.item_ids[1:]).all()


# ---- The tables of users and items


def test_tables_keep_their_own_names_but_for_ids_and_titles():
    items = pd.DataFrame({"sku": ["c", "a", "b", "d"], "name": ["C", "A", "B", "D"], "price": [3, 1, 2, 4]})
    users = pd.DataFrame({"nr": ["c-3", "c-2", "c-1"], "age": [3, 2, 1]})
    log = read(shop(), items=items, users=users, user_id="nr", title="name")  # item_id: the log's name is tried too
    assert log.items.to_dict("list") == {"item_id": list("abcd"), "title": list("ABCD"), "price": [1, 2, 3, 4]}
    assert log.users.to_dict("list") == {"user_id": ["c-1", "c-2", "c-3"], "age": [1, 2, 3]}
    assert log.n_items == 4 and log.item_ids.tolist() == list("abcd")
    assert list(items) == ["sku", "name", "price"]  # the table that was given stays as it was


def test_an_id_in_two_rows_of_its_table_is_refused_or_the_first_kept():
    items = pd.DataFrame({"item_id": ["b", "a", "b", "c", "a"], "title": ["B", "A", "B2", "C", "A2"]})
    with pytest.raises(ValueError, match=r'item table has 2 id\(s\) in more than one row: b, a.*duplicates="first"'):
        read(shop(), items=items)
    assert read(shop(), items=items, duplicates="first").items["title"].tolist() == ["A", "B", "C"]
    users = pd.DataFrame({"user_id": ["c-1", "c-2", "c-3", "c-3"], "age": [1, 2, 3, 4]})
    with pytest.raises(ValueError, match=r"user table has 1 .*: c-3"):
        read(shop(), users=users)
    with pytest.raises(ValueError, match=r"item table has 1 .*: 7"):
        Interactions.from_ids([1, 2], [7, 900], items=pd.DataFrame({"item_id": [7, 900, 7]}))


def test_an_id_that_the_table_lacks_is_refused_or_added():
    items = pd.DataFrame({"item_id": ["b", "a"], "title": ["B", "A"], "price": [2.0, 1.0]})
    with pytest.raises(KeyError, match="item c is in the log but not in the item table"):
        read(shop(), items=items)
    log = read(shop(), items=items, unlisted="add")
    assert log.items["title"].tolist() == ["A", "B", ""] and np.isnan(log.items["price"].iloc[2])
    assert log.item_ids.tolist() == ["a", "b", "c"]


def test_numbers_in_the_log_and_text_in_the_table_are_refused():
    with pytest.raises(ValueError, match="item ids are numbers in the log and text in the item table"):
        Interactions.from_ids([1], [7], items=pd.DataFrame({"item_id": ["7"]}))


def test_columns_that_do_not_exist_are_named_with_those_that_do():
    with pytest.raises(KeyError, match="no column 'customer_id' for the user; the table has 'customer', 'sku', 'when'"):
        Interactions.from_frame(shop(), user="customer_id", item="sku")
    with pytest.raises(KeyError, match=r"none of the columns 'item_id', 'sku'; it has 'code'.*item_id= names"):
        read(shop(), items=pd.DataFrame({"code": ["a"]}))
    with pytest.raises(KeyError, match="no column 'nr' for the item ids"):
        read(shop(), items=pd.DataFrame({"code": ["a"]}), item_id="nr")
    with pytest.raises(ValueError, match="both 'sku' and 'item_id'"):
        read(shop(), items=pd.DataFrame({"sku": ["a"], "item_id": [1]}), item_id="sku")
    doubled = shop()
    doubled.columns = ["customer", "sku", "sku"]
    with pytest.raises(ValueError, match="2 columns called 'sku'"):
        Interactions.from_frame(doubled, "customer", "sku")


def test_what_is_no_table_is_refused():
    with pytest.raises(TypeError, match="pandas DataFrame; got dict"):
        Interactions.from_frame({"u": [1]}, "u", "i")
    with pytest.raises(TypeError, match="item table must be a pandas DataFrame; got str"):
        read(shop(), items="items.csv")


def test_a_table_that_does_not_fit_the_ids_is_refused():
    index = np.array([0])
    with pytest.raises(ValueError, match="item table must have one row for each of 2 ids; got 3"):
        Interactions(index, index, None, None, np.arange(1), np.arange(2), items=pd.DataFrame({"item_id": [1, 1, 2]}))


# ---- Empty logs, and logs without times


def test_an_empty_log_is_refused_in_one_sentence():
    with pytest.raises(ValueError, match="The log is empty"):
        read(shop().iloc[:0])
    nothing = read(shop()).take(np.zeros(4, bool))
    for split in (leave_one_out, recbook.data.by_time, cold_items, cold_users, random_split):
        with pytest.raises(ValueError, match="the log is empty"):
            split(nothing)


def test_without_times_a_log_says_what_can_be_split():
    log = Interactions.from_frame(shop(), user="customer", item="sku")
    assert log.timestamp is None
    for split in (leave_one_out, recbook.data.by_time):
        with pytest.raises(ValueError, match=r"needs times.*random_split, cold_items and cold_users"):
            split(log)
    for split in (random_split(log, 0.25, 0.25), cold_items(log, 0.4), cold_users(log, 0.4)):
        assert split.train.n + split.valid.n + split.test.n == 4 and split.test.n


# ---- Files


@pytest.fixture
def files(tmp_path):
    (tmp_path / "log.csv").write_text(
        "customer;sku;when;stars;note\nc-2;0012;2017-03-31;4;x\nc-1;12;2017-04-01;5;\nNA;0012;2017-04-02;3;z\n"
    )
    (tmp_path / "items.csv").write_text("sku;name\n12;Twelve\n0012;Dozen\n")
    return tmp_path


def test_a_csv_keeps_ids_as_they_are_written(files):
    log = Interactions.from_csv(
        files / "log.csv", "customer", "sku", "when", "stars", items=files / "items.csv", title="name", sep=";"
    )
    assert log.item_ids.tolist() == ["0012", "12"] and log.items["title"].tolist() == ["Dozen", "Twelve"]
    assert log.user_ids.tolist() == ["NA", "c-1", "c-2"]  # a customer may be called NA
    assert log.rating.tolist() == [4, 5, 3]
    assert log.timestamp.tolist() == [1490918400, 1491004800, 1491091200]


def test_whole_numbers_in_a_csv_are_numbers(tmp_path):
    (tmp_path / "log.csv").write_text("u,i\n10,2\n9,30\n")
    (tmp_path / "items.csv").write_text("i,name\n30,c\n2,b\n")
    log = Interactions.from_csv(str(tmp_path / "log.csv"), "u", "i", items=str(tmp_path / "items.csv"))
    assert log.user_ids.tolist() == [9, 10] and log.item_ids.tolist() == [2, 30]
    assert log.items["name"].tolist() == ["b", "c"]
    table = pd.DataFrame({"i": ["2", "30", "4x"]})  # one id that is no number makes all of them text
    assert Interactions.from_csv(tmp_path / "log.csv", "u", "i", items=table).item_ids.tolist() == ["2", "30", "4x"]


def test_a_csv_with_a_hole_names_the_row(tmp_path):
    (tmp_path / "log.csv").write_text("u,i,t\n10,2,5\n,30,6\n")
    with pytest.raises(ValueError, match="user ids: row 1 has none"):
        Interactions.from_csv(tmp_path / "log.csv", "u", "i", "t")
    with pytest.raises(KeyError, match="no column 'when' for the log; the table has 'u', 'i', 't'"):
        Interactions.from_csv(tmp_path / "log.csv", "u", "i", "when")


def test_options_of_read_csv_reach_a_file_that_nobody_tidied(tmp_path):
    lines = ['"User-ID";"ISBN"', '"1";"034545104X"', '"2";"0155\\"061224"', '"3";"a";"b"', '"4";"caf\xe9"']
    (tmp_path / "log.csv").write_bytes("\n".join(lines).encode("latin-1"))
    log = Interactions.from_csv(
        tmp_path / "log.csv", "User-ID", "ISBN", sep=";", encoding="latin-1", escapechar="\\", on_bad_lines="skip"
    )
    assert log.user_ids.tolist() == [1, 2, 4]
    assert log.item_ids.tolist() == ['0155"061224', "034545104X", "café"]


def test_parquet_reads_the_named_columns(tmp_path):
    frame = shop(other=[1, 2, 3, 4])
    frame["when"] = pd.to_datetime(frame["when"], utc=True, format="ISO8601")
    frame.to_parquet(tmp_path / "log.parquet")
    pd.DataFrame({"sku": list("abc"), "title": list("ABC")}).to_parquet(tmp_path / "items.parquet")
    log = Interactions.from_parquet(
        tmp_path / "log.parquet", "customer", "sku", "when", items=tmp_path / "items.parquet"
    )
    assert log.timestamp.tolist() == read(shop()).timestamp.tolist()
    assert log.items["title"].tolist() == list("ABC")
    with pytest.raises(KeyError, match="no column 'nobody' for the log"):
        Interactions.from_parquet(tmp_path / "log.parquet", "nobody", "sku")


# ---- What stays as it was


def test_times_that_are_integers_may_be_wrong_in_from_ids_so_that_flaws_can_be_planted():
    assert Interactions.from_ids([1], [1], [1], np.array([-5])).timestamp.tolist() == [-5]


def test_movielens_through_from_frame_is_the_same_log(movielens):
    again = Interactions.from_frame(
        movielens.frame(), "user_id", "item_id", "timestamp", "rating", items=movielens.items, users=movielens.users
    )
    for name in ("user", "item", "rating", "timestamp", "user_ids", "item_ids"):
        np.testing.assert_array_equal(getattr(again, name), getattr(movielens, name))
    pd.testing.assert_frame_equal(again.items, movielens.items)
