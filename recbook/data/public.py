"""Well-known public logs, read as they stand in the files that a reader has downloaded.

None of them comes with the course: each has terms of its own, named at its reader, and the reader accepts them by the
download. A function takes the unpacked folder, or the archive where it is a zip, and gives `Interactions`.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from recbook.data.interactions import Interactions
from recbook.data.movielens import display_title

if TYPE_CHECKING:
    import pandas as pd

_YEAR_AT_THE_END = r"^(?P<title>.*?)\s*\((?P<year>\d{4})(?:[-–]\d{0,4})?\)\s*$"
_PLAIN: dict[str, Any] = {"keep_default_na": False, "quoting": csv.QUOTE_NONE}
_FIRST_MILLISECONDS = 10**11  # as seconds this is the year 5138, as milliseconds 1973


# ---- MovieLens


def movielens(path: str | Path) -> Interactions:
    """MovieLens 1M, 10M, 20M, 25M or 32M: the folder or the zip from grouplens.org/datasets/movielens.

    Items have "title" (without its year), "display_title", "year" ("" where the title has none) and "genres" (parted by
    spaces), as "ml-100k" has them; 1M has users with gender, age, occupation and zip_code too. Terms: research use with
    the citation Harper and Konstan 2015 (doi:10.1145/2827872), no redistribution without permission.

    Raises FileNotFoundError for a folder or zip without the ratings.
    """
    old = _has(path, "ratings.dat")
    log = _double_colons(path, "ratings.dat") if old else _csv(path, "ratings.csv")
    log.columns = ["user_id", "item_id", "rating", "timestamp"]
    films = _fields(path, "movies.dat") if old else _csv(path, "movies.csv", str)
    films.columns = ["item_id", "title", "genres"]
    users = _movielens_users(path) if _has(path, "users.dat") else None
    return Interactions.from_frame(
        log, "user_id", "item_id", "timestamp", "rating", items=_films(films), users=users
    )  # fmt: skip


def _films(films: pd.DataFrame) -> pd.DataFrame:
    """The columns of "ml-100k": the year out of the title, genres parted by spaces."""
    found = films["title"].str.extract(_YEAR_AT_THE_END)
    title = found["title"].fillna(films["title"].str.strip())
    genres = films["genres"].replace("(no genres listed)", "").str.replace("|", " ", regex=False)
    shown = title.map(display_title)
    item_id = films["item_id"].astype(np.int64)
    year = found["year"].fillna("")
    return films.assign(item_id=item_id, title=title, display_title=shown, year=year, genres=genres)


def _movielens_users(path: str | Path) -> pd.DataFrame:
    users = _fields(path, "users.dat")
    users.columns = ["user_id", "gender", "age", "occupation", "zip_code"]
    return users.astype({"user_id": np.int64, "age": np.int64, "occupation": np.int64})


def _double_colons(path: str | Path, name: str) -> pd.DataFrame:
    """A file of numbers parted by "::", by the fast parser: with ":" between, every second column is empty."""
    import pandas as pd

    with _opened(path, name) as file:
        return pd.read_csv(file, sep=":", header=None, usecols=[0, 2, 4, 6])


def _fields(path: str | Path, name: str) -> pd.DataFrame:
    """A file of texts parted by "::". 1M is in Latin-1, 10M in UTF-8."""
    import pandas as pd

    with _opened(path, name) as file:
        raw = file.read()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return pd.DataFrame([line.split("::") for line in text.splitlines() if line])


# ---- Amazon Reviews 2023


def amazon_reviews(path: str | Path, meta: str | Path | None = None) -> Interactions:
    """A category of Amazon Reviews 2023 (Hou et al. 2024, arXiv:2403.03952), from amazon-reviews-2023.github.io.

    ``path`` is the file of ratings (``.csv``) or of reviews (``.jsonl``), packed (``.gz``) or not. Items are products
    by their ``parent_asin``, under which the sizes and colours of one product are counted as one. ``meta`` is the
    category's ``meta_….jsonl``: items then have "title", "store", "main_category" and "categories" (parted by " > "),
    "" where missing, also for products that the file lacks. The files count milliseconds, the log seconds.

    Terms: those of its page; cite the paper.
    """
    names = {"user_id": str, "parent_asin": str, "rating": float, "timestamp": np.int64}
    log = _amazon_csv(path, names) if ".csv" in Path(path).suffixes else _json_lines(path, names)
    milliseconds = bool((log["timestamp"] >= _FIRST_MILLISECONDS).all())
    items = None if meta is None else _amazon_products(meta, log["parent_asin"])
    return Interactions.from_frame(
        log, "user_id", "parent_asin", "timestamp", "rating", items=items, item_id="parent_asin", unlisted="add",
        duplicates="first", time_unit="ms" if milliseconds else "s",
    )  # fmt: skip


def _amazon_csv(path: str | Path, types: dict[str, Any]) -> pd.DataFrame:
    import pandas as pd

    return pd.read_csv(path, usecols=list(types), dtype=types, keep_default_na=False)


def _amazon_products(path: str | Path, bought: pd.Series) -> pd.DataFrame:
    """One row a product of the log: a category's file may hold millions that nobody in the log met."""
    texts = ["parent_asin", "title", "store", "main_category"]
    found = _json_lines(path, dict.fromkeys(texts, str) | {"categories": list})
    found = found.loc[found["parent_asin"].isin(bought.unique())]
    categories = [" > ".join(levels) if levels is not None else "" for levels in found["categories"]]
    return found[texts].fillna("").assign(categories=categories).reset_index(drop=True)


def _json_lines(path: str | Path, types: dict[str, Any]) -> pd.DataFrame:
    """The named fields of a file with one JSON object a line; all others are passed over unread."""
    import pyarrow as pa
    import pyarrow.json as json

    kinds = {str: pa.string(), float: pa.float64(), np.int64: pa.int64(), list: pa.list_(pa.string())}
    wanted = pa.schema([(name, kinds[kind]) for name, kind in types.items()])
    options = json.ParseOptions(explicit_schema=wanted, unexpected_field_behavior="ignore")
    blocks = json.ReadOptions(block_size=2**25)  # a line must fit into one block
    with pa.input_stream(str(path)) as stream:  # a .gz is unpacked on the way
        return json.read_json(stream, read_options=blocks, parse_options=options).to_pandas()


# ---- MIND


def mind(path: str | Path, history: bool = False) -> Interactions:
    """Clicks on news: a part of MIND or MIND-small (Wu et al. 2020, doi:10.18653/v1/2020.acl-main.331).

    ``path`` is the unpacked folder or the zip of one part, from msnews.github.io. A row is a click (an impression with
    ``-1``) at the time of its impression, without a rating; the news of one impression have one time. Items are all
    news of the part, with "title", "category", "subcategory" and "abstract". With ``history`` the clicks that the file
    lists before a user's first impression come too, in its order, one second after the other, the last of them one
    second before that impression: their true times are not in the file. The test part has no clicks to read.

    Terms: research without commerce only, under the licence that its page shows.
    """
    rows = _tsv(path, "behaviors.tsv", ["impression_id", "user_id", "time", "history", "impressions"])
    news = _tsv(path, "news.tsv", ["item_id", "category", "subcategory", "title", "abstract"])
    rows["time"] = _mind_times(rows["time"])
    shown = rows[["user_id", "time"]].assign(item_id=rows["impressions"].str.split()).explode("item_id")
    clicks = shown.loc[shown["item_id"].str.endswith("-1").fillna(False).astype(bool)]
    log = clicks.assign(item_id=clicks["item_id"].str.removesuffix("-1"))
    if history:
        import pandas as pd

        log = pd.concat([_before_the_first(rows), log])
    return Interactions.from_frame(
        log.reset_index(drop=True), "user_id", "item_id", "time", items=news, duplicates="first", unlisted="add"
    )


def _mind_times(texts: pd.Series) -> np.ndarray:
    from recbook.data.columns import seconds

    return seconds(texts, "time", layout="%m/%d/%Y %I:%M:%S %p")


def _before_the_first(rows: pd.DataFrame) -> pd.DataFrame:
    """The history that stands in each user's earliest row, at the seconds before it."""
    first = rows.sort_values("time", kind="stable").drop_duplicates("user_id")
    clicks = first[["user_id", "time"]].assign(item_id=first["history"].str.split()).explode("item_id")
    clicks = clicks.dropna(subset="item_id")
    from_end = clicks.groupby(level=0).cumcount(ascending=False) + 1
    return clicks.assign(time=clicks["time"] - from_end)


# ---- goodbooks-10k


def goodbooks(path: str | Path) -> Interactions:
    """goodbooks-10k (Zajac 2017, github.com/zygmuntz/goodbooks-10k): six million ratings of ten thousand books.

    ``path`` is the folder or zip with ``ratings.csv`` and ``books.csv``. The ratings stand in the order of time, but
    without times: so the log has none. Items have "title", "authors", "original_title", "year" and "language", "" where
    missing. Terms: CC BY-SA 4.0, as its repository says.
    """
    log = _csv(path, "ratings.csv")
    columns = {"original_publication_year": "year", "language_code": "language"}
    names = ["book_id", "title", "authors", "original_title", *columns]
    books = _csv(path, "books.csv", str)[names].rename(columns=columns)
    year = books["year"].str.removesuffix(".0")  # a column of floats, -720.0 for the Iliad
    books = books.assign(book_id=books["book_id"].astype(np.int64), year=year)
    return Interactions.from_frame(log, "user_id", "book_id", rating="rating", items=books)


# ---- Last.fm 360K


def lastfm(path: str | Path, plays: bool = False) -> Interactions:
    """Last.fm 360K (Celma 2010): how often each of 360,000 users played their best-liked artists.

    ``path`` is the unpacked folder (``usersha1-artmbid-artname-plays.tsv``, ``usersha1-profile.tsv``) from
    ocelma.net/MusicRecommendationDataset. An artist is known by the MusicBrainz id, or by the name where the id is
    missing; items have "title", the name most used with the id. No times. With ``plays`` the rating is the number of
    plays. Users have gender, age, country and signup, "" where missing. A user's second row of one artist adds its
    plays to the first. Terms: use without commerce, by permission of Last.fm.
    """
    names = ["user_id", "mbid", "title", "plays"]
    log = _tsv(path, "usersha1-artmbid-artname-plays.tsv", names)
    log = log.loc[(log["user_id"] != "") & (log["mbid"] + log["title"] != "")]
    log = log.assign(item_id=log["mbid"].where(log["mbid"] != "", log["title"]), plays=log["plays"].astype(np.int64))
    counts = log.groupby(["item_id", "title"], sort=False)["plays"].size().reset_index()
    artists = counts.sort_values("plays", ascending=False, kind="stable").drop_duplicates("item_id")
    log = log.groupby(["user_id", "item_id"], sort=False, as_index=False)["plays"].sum()
    users = None
    if _has(path, "usersha1-profile.tsv"):
        profile = _tsv(path, "usersha1-profile.tsv", ["user_id", "gender", "age", "country", "signup"])
        users = profile.loc[profile["user_id"].isin(log["user_id"])].reset_index(drop=True)
    return Interactions.from_frame(
        log, "user_id", "item_id", rating="plays" if plays else None, items=artists[["item_id", "title"]], users=users,
        duplicates="first", unlisted="add",
    )  # fmt: skip


# ---- Files in a folder or a zip


def _csv(path: str | Path, name: str, dtype: Any = None) -> pd.DataFrame:
    import pandas as pd

    with _opened(path, name) as file:
        return pd.read_csv(file, dtype=dtype, keep_default_na=dtype is None)


def _tsv(path: str | Path, name: str, columns: list[str]) -> pd.DataFrame:
    """The first columns of a tab-separated file without a header, as text; a quotation mark is a part of it."""
    import pandas as pd

    with _opened(path, name) as file:
        return pd.read_csv(
            file,
            sep="\t",
            header=None,
            names=columns,
            usecols=range(len(columns)),
            dtype=str,
            encoding="utf-8",
            **_PLAIN,
        )


def _has(path: str | Path, name: str) -> bool:
    return _member(path, name) is not None


def _member(path: str | Path, name: str) -> str | None:
    """Where a file lies: in the folder itself, or in any folder of the zip."""
    path = Path(path)
    if path.is_dir():
        return str(path / name) if (path / name).is_file() else None
    if not path.is_file() or not zipfile.is_zipfile(path):
        raise FileNotFoundError(f"{path} is neither a folder nor a zip; give the one that you downloaded.")
    with zipfile.ZipFile(path) as archive:
        held = [member for member in archive.namelist() if member.rsplit("/", 1)[-1] == name]
    return min(held, key=len, default=None)


@contextmanager
def _opened(path: str | Path, name: str) -> Iterator[IO[bytes]]:
    member = _member(path, name)
    if member is None:
        raise FileNotFoundError(f"{path} has no {name}: give the unpacked folder, or the zip, of this data set.")
    if Path(path).is_dir():
        with Path(member).open("rb") as file:
            yield file
    else:
        with zipfile.ZipFile(path) as archive, archive.open(member) as file:
            yield file
