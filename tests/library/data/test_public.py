"""Readers of well-known public logs, on small files of the same format."""

from __future__ import annotations

import gzip
import json
import zipfile

import pytest

from recbook.data import leave_one_out, prepare, public, random_split

ONE_M = {
    "ml-1m/ratings.dat": "1::1193::5::978300760\n1::661::3::978302109\n2::661::4::978298413\n",
    "ml-1m/movies.dat": "661::James and the Giant Peach (1996)::Animation|Children's|Musical\n"
    "1193::One Flew Over the Cuckoo's Nest (1975)::Drama\n2::Misérables, Les (1995)::Drama|Musical\n"
    "3::Seven: The Movie (1995)::Crime\n",
    "ml-1m/users.dat": "1::F::1::10::48067\n2::M::56::16::02138\n",
}


def folder_of(tmp_path, files, encoding="utf-8"):
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode(encoding))
    return tmp_path / next(iter(files)).split("/")[0]


# ---- MovieLens


def test_movielens_1m_with_its_colons_and_latin_1(tmp_path):
    log = public.movielens(folder_of(tmp_path, ONE_M, "latin-1"))
    assert log.frame().to_numpy().tolist() == [
        [1, 1193, 5, 978300760], [1, 661, 3, 978302109], [2, 661, 4, 978298413],
    ]  # fmt: skip
    films = log.items.set_index("item_id")
    assert films.loc[661].tolist() == [
        "James and the Giant Peach", "Animation Children's Musical", "James and the Giant Peach", "1996"
    ]  # fmt: skip
    assert films.loc[2, "display_title"] == "Les Misérables" and films.loc[3, "title"] == "Seven: The Movie"
    assert log.users["zip_code"].tolist() == ["48067", "02138"] and log.users["age"].tolist() == [1, 56]
    assert prepare.genre_table(log.items)["Musical"].tolist() == [1, 0, 1, 0]


def test_movielens_10m_has_halves_no_users_and_utf_8(tmp_path):
    files = {"ml-10M100K/ratings.dat": "7::2::4.5::838985046\n", "ml-10M100K/movies.dat": ONE_M["ml-1m/movies.dat"]}
    log = public.movielens(folder_of(tmp_path, files))
    assert log.rating.tolist() == [4.5] and log.users is None and log.n_items == 4
    assert log.items["display_title"].tolist()[0] == "Les Misérables"


@pytest.mark.parametrize("as_zip", [False, True])
def test_movielens_20m_to_32m_as_folder_and_zip(tmp_path, as_zip):
    files = {
        "ml-32m/ratings.csv": "userId,movieId,rating,timestamp\n1,17,4.0,944249077\n1,25,1.5,944250228\n",
        "ml-32m/movies.csv": 'movieId,title,genres\n17,"American President, The (1995)",Comedy|Drama\n'
        '25,Babylon 5,(no genres listed)\n99,"NA (2011-)",Drama\n',
    }
    path = folder_of(tmp_path, files)
    if as_zip:
        path = tmp_path / "ml-32m.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in files.items():
                archive.writestr(name, text)
    log = public.movielens(path)
    assert log.rating.tolist() == [4, 1.5] and log.timestamp.tolist() == [944249077, 944250228]
    assert log.items["title"].tolist() == ["American President, The", "Babylon 5", "NA"]
    assert log.items["display_title"].tolist()[0] == "The American President"
    assert log.items["year"].tolist() == ["1995", "", "2011"]
    assert log.items["genres"].tolist() == ["Comedy Drama", "", "Drama"]


def test_a_folder_of_something_else_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no ratings.csv: give the unpacked folder"):
        public.movielens(tmp_path)
    with pytest.raises(FileNotFoundError, match="neither a folder nor a zip"):
        public.goodbooks(tmp_path / "nothing.zip")


# ---- Amazon

REVIEWS = [
    {"rating": 5.0, "title": "Great", "text": 'He said "go"\n', "images": [], "asin": "B1-red", "parent_asin": "B1",
     "user_id": "AEYO", "timestamp": 1588687728923, "helpful_vote": 0, "verified_purchase": True},
    {"rating": 4.0, "title": "", "text": "", "images": [{"small": "u"}], "asin": "0012", "parent_asin": "0012",
     "user_id": "AEYO", "timestamp": 1588615855070, "helpful_vote": 2, "verified_purchase": False},
]  # fmt: skip
META = [
    {"main_category": "All Beauty", "title": "Soap", "average_rating": 4.8, "rating_number": 10, "features": [],
     "description": [], "price": None, "images": [], "videos": [], "store": None, "categories": ["Beauty", "Bath"],
     "details": {"Brand": "x"}, "parent_asin": "B1", "bought_together": None},
    {"main_category": None, "title": "Nobody's", "store": "S", "categories": [], "details": {}, "parent_asin": "B2"},
]  # fmt: skip


def lines(records):
    return "".join(json.dumps(record) + "\n" for record in records)


@pytest.mark.parametrize("packed", [False, True])
def test_amazon_reviews_as_json_lines(tmp_path, packed):
    path, meta = tmp_path / "All_Beauty.jsonl", tmp_path / "meta_All_Beauty.jsonl"
    path.write_text(lines(REVIEWS))
    meta.write_text(lines(META))
    if packed:
        path, plain = tmp_path / "All_Beauty.jsonl.gz", path
        path.write_bytes(gzip.compress(plain.read_bytes()))
    log = public.amazon_reviews(path, meta)
    assert log.item_ids.tolist() == ["0012", "B1"] and log.user_ids.tolist() == ["AEYO"]
    assert log.timestamp.tolist() == [1588687728, 1588615855] and log.rating.tolist() == [5, 4]
    assert log.items.drop(columns="item_id").to_numpy().tolist() == [
        ["", "", "", ""], ["Soap", "", "All Beauty", "Beauty > Bath"],
    ]  # fmt: skip


@pytest.mark.parametrize("packed", [False, True])
def test_amazon_ratings_as_csv(tmp_path, packed):
    text = "user_id,parent_asin,rating,timestamp\nAEYO,0012,5.0,1588687728923\nNA,12,3.0,1588687728924\n"
    path = tmp_path / ("Toys.csv.gz" if packed else "Toys.csv")
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    log = public.amazon_reviews(path)
    assert log.item_ids.tolist() == ["0012", "12"] and log.user_ids.tolist() == ["AEYO", "NA"]
    assert log.timestamp.tolist() == [1588687728] * 2 and log.items is None


# ---- MIND


def test_mind_clicks_with_their_impressions_times(tmp_path):
    files = {
        "MINDsmall_train/behaviors.tsv": "1\tU2\t11/11/2019 9:05:58 AM\tN1 N2\tN3-1 N4-0 N1-1\n"
        "2\tU1\t11/12/2019 6:11:30 PM\t\tN4-0\n3\tU2\t11/10/2019 12:00:05 AM\tN1\tN2-1 N3-0\n"
        "4\tU3\t11/12/2019 6:11:30 PM\tN9\tN3-1\n",
        "MINDsmall_train/news.tsv": "".join(
            f'{n}\tnews\tus\tThe "{n}\tNA\thttps://x\t[]\t[]\n' for n in ("N1", "N2", "N3", "N4")
        ),
    }
    folder = folder_of(tmp_path, files)
    log = public.mind(folder)
    assert log.frame().to_numpy().tolist() == [
        ["U2", "N3", 1573463158], ["U2", "N1", 1573463158], ["U2", "N2", 1573344005], ["U3", "N3", 1573582290],
    ]  # fmt: skip
    assert log.rating is None and log.n_items == 4
    assert log.items.iloc[0].tolist() == ["N1", "news", "us", 'The "N1', "NA"]
    longer = public.mind(folder, history=True)
    before = longer.take(longer.user == 0).frame().to_numpy().tolist()
    assert before[:1] == [["U2", "N1", 1573344004]]  # the history of the earliest impression, not of the first row
    assert longer.n == 6 and longer.items["title"].tolist()[-1] == ""  # N9 is in no row of news.tsv


# ---- goodbooks, Last.fm


def test_goodbooks_has_no_times(tmp_path):
    header = (
        "book_id,goodreads_book_id,best_book_id,work_id,books_count,isbn,isbn13,authors,original_publication_year,"
        "original_title,title,language_code,average_rating"
    )
    files = {
        "goodbooks-10k/ratings.csv": "user_id,book_id,rating\n1,258,5\n2,4081,4\n2,258,5\n",
        "goodbooks-10k/books.csv": f'{header}\n258,1,1,1,9,,9.78,"A, B",-720.0,,The Iliad,eng,3.8\n'
        "4081,2,2,2,9,1,1,C,2008.0,Original,Title,,4.3\n",
    }
    log = public.goodbooks(folder_of(tmp_path, files))
    assert log.timestamp is None and log.rating.tolist() == [5, 4, 5]
    assert log.items.to_dict("records")[0] == {
        "item_id": 258, "title": "The Iliad", "authors": "A, B", "original_title": "", "year": "-720", "language": "eng"
    }  # fmt: skip
    with pytest.raises(ValueError, match="needs times"):
        leave_one_out(log)
    assert random_split(log, 0, 0.4).test.n == 1


def test_lastfm_knows_an_artist_by_id_or_by_name(tmp_path):
    files = {
        "lastfm/usersha1-artmbid-artname-plays.tsv": "u1\tm1\tbetty blowtorch\t2137\nu1\t\tno id\t3\n"
        'u2\tm1\tBetty "B"\t5\nu2\tm1\tbetty blowtorch\t7\nu2\t\t\t1\n',
        "lastfm/usersha1-profile.tsv": "u1\tf\t22\tGermany\tFeb 1, 2007\nu3\t\t\t\t\n",
    }
    folder = folder_of(tmp_path, files)
    log = public.lastfm(folder)
    assert log.item_ids.tolist() == ["m1", "no id"] and log.items["title"].tolist() == ["betty blowtorch", "no id"]
    assert log.rating is None and log.timestamp is None and log.n == 3
    assert public.lastfm(folder, plays=True).rating.tolist() == [2137, 3, 12]
    assert log.users.to_numpy().tolist() == [["u1", "f", "22", "Germany", "Feb 1, 2007"], ["u2", "", "", "", ""]]
