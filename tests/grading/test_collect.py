"""Whatever form the submissions come in: trees, folders, zips of platforms."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

import pytest

from recbook.grading import collect
from recbook.grading.collect import collected, student_of

NAMES = {
    "submitted/ada/00_start/00_start.ipynb": "ada",
    "course/submitted/bob/10_cold_start/x.ipynb": "bob",
    "ada/00_start/00_start.ipynb": "ada",
    "00_start/ada.ipynb": "ada",
    "ada/00_start-Copy1.ipynb": "ada",
    "ada_00_start.ipynb": "ada",
    "00_start_ada.ipynb": "ada",
    "10_cold_start-ada.ipynb": "ada",
    "ada 00_start (1).ipynb": "ada",
    "ada_00_start (new).ipynb": "ada",
    "ada_00_start (new 2).ipynb": "ada",
    "李雷_00_start.ipynb": "李雷",
    "ada.ipynb": "ada",
    "Ada Lovelace_123_assignsubmission_file_/00_start.ipynb": "Ada Lovelace",
    "Ada Lovelace_123_assignsubmission_file_00_start.ipynb": "Ada Lovelace",
    "lovelaceada_1234_56789_00_start-1.ipynb": "lovelaceada",
    "lovelaceada_LATE_1234_56789_10_cold_start.ipynb": "lovelaceada",
    "../../evil.ipynb": "evil",
    "a\x1b[2Jda.ipynb": "a�[2Jda",
    "a\ud800da\nb.ipynb": "a�da b",
}


@pytest.mark.parametrize(("name", "student"), NAMES.items())
def test_a_path_names_its_student(name: str, student: str) -> None:
    assert student_of(PurePosixPath(name)) == student


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("submitted/ada/00_start/00_start.ipynb", "submitted/ada/00_start/.ipynb_checkpoints/00_start.ipynb"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"ada")
    (tmp_path / "notes.txt").write_text("no notebook")
    return tmp_path


def test_a_tree_is_read_and_copies_of_the_editor_are_not(folder: Path) -> None:
    assert [(each.student, each.content) for each in collected(folder)] == [("ada", b"ada")]


def test_a_link_is_not_followed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = tmp_path_factory.mktemp("elsewhere") / "another.ipynb"
    secret.write_bytes(b"of another student")
    (folder / "submitted" / "bob").mkdir()
    (folder / "submitted" / "bob" / "00_start.ipynb").symlink_to(secret)
    (folder / "submitted" / "cy").symlink_to(secret.parent)
    found = {each.student: each for each in collected(folder)}
    assert found["bob"].problem == "link" and found["bob"].content == b""
    assert b"of another student" not in {each.content for each in found.values()}


def test_a_zip_is_read_where_it_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collect, "MOST_BYTES", 100)
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Ada Lovelace_1_assignsubmission_file_/00_start.ipynb", b"ada")
        archive.writestr("../../bomb.ipynb", b"0" * 10_000)
        archive.writestr("__MACOSX/._00_start.ipynb", b"")
        archive.writestr("readme.txt", b"")
    for place in (tmp_path / "all.zip", tmp_path):  # a folder may hold the zip
        found = [(each.student, each.content, each.problem) for each in collected(place)]
        assert found == [("bomb", b"", "large"), ("Ada Lovelace", b"ada", "")]
    assert [path.name for path in tmp_path.iterdir()] == ["all.zip"]


def test_a_broken_zip_stops_nobody(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("ada.ipynb", b"ada" * 100)
        archive.writestr("bob.ipynb", b"bob" * 100)
    data = (tmp_path / "all.zip").read_bytes()
    (tmp_path / "all.zip").write_bytes(data.replace(b"ada" * 100, b"bad" * 100, 1))
    assert [(each.student, each.problem) for each in collected(tmp_path / "all.zip")] == [
        ("ada", "unreadable"),
        ("bob", ""),
    ]


def test_what_is_neither_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("text")
    with pytest.raises(ValueError, match="neither a folder nor a zip"):
        list(collected(tmp_path / "a.txt"))
    with pytest.raises(FileNotFoundError, match="no folder or zip"):
        list(collected(tmp_path / "b"))
