"""Cards: those of the course are whole, and a card that is not well formed says what is wrong with it."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import pytest
from typer.testing import CliRunner

from recbook import paths
from recbook.data import cards, fetch
from recbook.data.commands import app

NAMES = [
    "all-MiniLM-L6-v2", "books", "clothing-reviews", "ml-100k", "noto-sans-sc", "shop", "smollm2",
    "splade-tiny", "tunes", "use-multilingual",
]  # fmt: skip

MINIMAL = """
title = "T"
kind = "dataset"
origin = "O"
licence = "L"
terms = "T"
citation = "C"
[licence_line]
en = "E"
zh = "中"
[source]
urls = ["https://example.org/a.csv", "https://example.net/a.csv"]
sha256 = "{sha}"
bytes = 4
[members."a.csv"]
path = ""
sha256 = "{sha}"
bytes = 4
[columns."a.csv"]
x = "int64"
""".replace("{sha}", "0" * 64)


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(paths, "datasets_dir", lambda: tmp_path)

    def write_(text: str) -> None:
        (tmp_path / "made-up").mkdir()
        (tmp_path / "made-up" / "card.toml").write_text(text, encoding="utf-8")

    return write_


def test_the_course_has_its_cards() -> None:
    assert [card.name for card in cards.all_cards()] == NAMES, "NAMES, above, lists every folder of datasets/."


@pytest.mark.parametrize("name", NAMES)
def test_a_card_says_all_that_a_reader_needs(name: str) -> None:
    card = cards.card(name)
    for field in ("title", "kind", "origin", "licence", "terms", "citation"):
        assert getattr(card, field).strip()
    assert isinstance(card.source, cards.WheelSource)
    assert card.bytes_while_fetching >= 2 * card.source.bytes
    assert not any(member.endswith((".py", ".pkl", ".pt", ".bin")) for member in card.members), "nothing that runs"
    assert set(card.zh) == {"origin", "terms"} and card.licence_line["zh"].count("：") >= 1


def test_what_the_licences_ask_for_is_said() -> None:
    movielens, minilm, noto = (cards.card(name) for name in ("ml-100k", "all-MiniLM-L6-v2", "noto-sans-sc"))
    assert "10.1145/2827872" in movielens.citation
    assert "without permission" in movielens.terms and "redistribute" in movielens.licence_line["en"]
    assert "Apache-2.0" in minilm.licence and "MIT" in minilm.licence
    assert "LICENSE" in noto.members and not noto.optional, "figures in Chinese need it where the network is off"


def test_the_language_model_is_optional_and_says_what_it_takes() -> None:
    smollm2 = cards.card("smollm2")
    assert smollm2.optional and smollm2.conversion is not None and "Apache-2.0" in smollm2.licence
    assert f"{smollm2.source.bytes / 1e6:.0f}" == "93"
    assert smollm2.bytes > smollm2.conversion.bytes > 2 * smollm2.source.bytes
    assert cards.card("ml-100k").conversion is None


def test_the_columns_are_those_of_the_files() -> None:
    for member, columns in cards.card("ml-100k").columns.items():
        with (fetch.ensure("ml-100k") / member).open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file, delimiter="\t"))
        assert [column.split(":")[0] for column in header] == list(columns)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ml100k", r"'ml100k'\. Did you mean ml-100k\?"),
        ("ML-100K", "Did you mean ml-100k"),
        ("minilm", "Did you mean all-MiniLM-L6-v2"),
        ("zzz", r"'zzz'\. `recbook"),
    ],
)
def test_an_unknown_name_is_told_the_close_ones(name: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        cards.card(name)
    assert "`recbook data list`" in str(caught.value)


def test_a_card_with_mirrors(write) -> None:
    write(MINIMAL)
    card = cards.card("made-up")
    assert card.source == cards.UrlSource(("https://example.org/a.csv", "https://example.net/a.csv"), "0" * 64, 4)
    assert card.columns == {"a.csv": {"x": "int64"}}
    assert not card.optional


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ('title = "T"', "", "title"),
        ('title = "T"', 'title = "T"\ncolour = "red"', "colour"),
        ('title = "T"', "title = T", "line 2"),
        ("[source]", "[sauce]", "source"),
        ("bytes = 4", "size = 4", "size"),
        ('zh = "中"', "", "licence_line needs both en and zh"),
        ("[source]", '[zh]\norigin = "中"\n[source]', "zh needs both origin and terms"),
        ("0" * 64, "0" * 63 + "g", "is not a SHA-256"),
        ('[members."a.csv"]', '[members."../a.csv"]', "relative path"),
        ('[members."a.csv"]', '[members."/a.csv"]', "relative path"),
        ('[members."a.csv"]', "[members.'C:\\a.csv']", "relative path"),
        ('[columns."a.csv"]', '[columns."b.csv"]', "b.csv, which is no member"),
        (
            "[source]",
            '[conversion]\nkind = "gguff"\nbytes = 4\n[source]',
            "conversion must be one of gguf; got 'gguff'",
        ),
        ("[source]", '[conversion]\nkind = "gguf"\n[source]', "bytes"),
    ],
)
def test_a_card_that_is_not_well_formed(right: str, wrong: str, words: str, write) -> None:
    write(MINIMAL.replace(right, wrong, 1))
    with pytest.raises(ValueError, match=r"card\.toml is not well formed") as caught:
        cards.card("made-up")
    assert words in str(caught.value)


def test_the_cache_folder_follows_the_content_and_not_the_mirror(write) -> None:
    write(MINIMAL)
    card = cards.card("made-up")
    moved = dataclasses.replace(card, source=dataclasses.replace(card.source, urls=("https://example.com/a.csv",)))
    changed = dataclasses.replace(card, members={"a.csv": dataclasses.replace(card.members["a.csv"], sha256="1" * 64)})
    assert moved.digest == card.digest != changed.digest
    assert dataclasses.replace(card, conversion=cards.Conversion("gguf", 4)).digest != card.digest


def test_list_and_info() -> None:
    listed = CliRunner().invoke(app, ["list"])
    assert listed.exit_code == 0 and all(name in listed.stdout for name in NAMES)
    shown = CliRunner().invoke(app, ["info", "ml-100k"])
    assert shown.exit_code == 0 and "10.1145/2827872" in shown.stdout and "zip_code (str)" in shown.stdout


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("info ml100k", "Did you mean ml-100k"),
        ("fetch ml100k", "Did you mean ml-100k"),
        ("fetch", "or --all"),
        ("fetch ml-100k --all", "or --all"),
        ("clear", "or --all"),
    ],
)
def test_a_command_that_cannot_be_done_says_so_in_a_sentence(command: str, words: str) -> None:
    result = CliRunner().invoke(app, command.split())
    assert result.exit_code == 1
    assert words in result.stderr and "Traceback" not in result.output
