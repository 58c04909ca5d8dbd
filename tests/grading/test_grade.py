"""`recbook grade` from what was handed in to points, pages and tables, and `recbook teach init`."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from handing import (
    CHAPTER,
    COSINES,
    FIRST,
    RIGHT,
    SECOND,
    TOP_N,
    check_copied,
    code,
    notebook,
    place_of,
    put,
    split,
    walled,
    whole_class,
    without_checks,
)
from typer.testing import CliRunner

from recbook.authoring.timings import read_timings
from recbook.cli import app
from recbook.grading import grade as grading
from recbook.grading import report
from recbook.grading.notebooks import Unreadable, Work, read
from recbook.grading.report import _file_of, _harmless
from recbook.grading.rooms import is_root
from recbook.grading.roster import canvas, find, moodle, read_roster
from recbook.grading.tasks import assignments, chosen
from recbook.learning import bank
from recbook.session import speaking

EVERY = list(assignments().values())
TURNED = "def cosines(a, rows):\n    return rows @ a\n"
HELPED = "def cosines(a, rows):\n    return np.array([one(a, row) for row in rows])\n"
HELPER = (
    "def one(a, b):\n    length = np.linalg.norm(a) * np.linalg.norm(b)\n    return a @ b / length if length else 0\n"
)


def run(*arguments: object):
    return CliRunner().invoke(app, ["grade", *map(str, arguments)])


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as table:
        return list(csv.DictReader(table))


def answers(work: Work) -> dict[str, str]:
    return {each.task.id: "\n".join(each.cells) for each in work.answers}


def own_cell(source: str, last: bool = False):
    def change(cells):
        at = len(cells) if last else place_of(cells, FIRST)
        return [*cells[:at], code(source), *cells[at:]]

    return change


def lost_marks(cells):
    return [{**cell, "metadata": {}} for cell in cells]


def lost_ids_too(cells):
    return [{name: value for name, value in cell.items() if name != "id"} for cell in lost_marks(cells)]


def copied_stub_below(cells):
    at = place_of(cells, FIRST)
    stub = "def cosines(a, rows):\n    ...\n"
    return [*cells[: at + 1], {**cells[at], "source": assignments()["00"].tasks[0].stubs[0] or stub}, *cells[at + 1 :]]


@pytest.mark.parametrize("change", [without_checks, check_copied, split(True), split(False), copied_stub_below])
def test_a_disordered_notebook_is_read_by_its_exercise_cells(change) -> None:
    work = read(notebook(RIGHT, change), EVERY)
    assert answers(work) == {
        id: source.rstrip("\n") if "split" in repr(change) else source for id, source in RIGHT.items()
    } or ("".join(answers(work)[FIRST].split()) == "".join(COSINES.split()))
    assert work.repairs


def test_cells_that_lost_their_marks_are_found_by_their_own_ids() -> None:
    assert answers(read(notebook(RIGHT, lost_marks), EVERY)) == RIGHT


def test_a_notebook_without_any_id_is_said_to_be_none_of_the_course() -> None:
    with pytest.raises(Unreadable, match="No exercise"):
        read(notebook(RIGHT, lost_ids_too), EVERY)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff\xfe", b'{"cells": 3}', b'{"cells": [1]}', b"[" * 10_000])
def test_what_is_no_notebook_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read(content, EVERY)


def test_odd_cells_are_read_as_far_as_they_go() -> None:
    odd = {"cell_type": "code", "metadata": {"nbgrader": [1]}, "source": [1, None, "x"]}
    assert read(notebook(RIGHT, lambda cells: [odd, *cells]), EVERY).assignment.file == CHAPTER


def test_more_code_than_a_hand_can_write_is_not_taken_apart() -> None:
    for cells in ([code("x = 1")] * 4_000, [code("x = 1\n" * 10_000)] * 60):
        with pytest.raises(Unreadable, match="more code"):
            read(notebook(RIGHT, lambda own, cells=cells: [*own, *cells]), EVERY)
    long = code("x = [" + "1, " * 100_000 + "]")
    assert answers(read(notebook(RIGHT, lambda own: [long, *own]), EVERY)) == RIGHT


def test_half_a_character_stops_no_page(tmp_path: Path) -> None:
    put(
        tmp_path,
        "ada",
        notebook({FIRST: COSINES + "# \ud800", SECOND: "def top_n(scores, titles, n): return '\\ud800'"}),
    )
    done = whole_class(tmp_path, "auto")
    assert done.graded[0].points == 1
    assert report.write(done, tmp_path / "grades.csv", [], EVERY)


def test_every_chapter_tells_its_tasks() -> None:
    assert {task.id for each in EVERY for task in each.tasks} == set(bank.exercises())
    assert all(each.points > 0 and all(task.cell_id and len(task.stubs) == 2 for task in each.tasks) for each in EVERY)
    assert [each.file for each in chosen(["00", "cold_start"])] == ["00_start", "10_cold_start"]
    with pytest.raises(ValueError, match="no chapter 99"):
        chosen(["99"])


@pytest.fixture(scope="module")
def handed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("honest")
    for student, content in {
        "ada": notebook(RIGHT),
        "bob": notebook(lang="zh"),
        "cy": notebook({FIRST: TURNED}, lang="zh"),
        "di": notebook({FIRST: HELPED, SECOND: TOP_N}, own_cell(HELPER)),
        "eve": notebook({FIRST: HELPED, SECOND: "def top_n(:"}, own_cell(HELPER, last=True)),
        "flo": notebook({FIRST: "cosine = 3\n", SECOND: TOP_N.replace("top_n", "best")}),
        "=HYPERLINK(0)": notebook({FIRST: COSINES.replace("return", "print('<b>seen</b>')\n    return", 1)}),
    }.items():
        put(folder, student, content)
    put(folder, "bob", notebook({FIRST: COSINES}, lang="zh"), "00_start-Copy1.ipynb")
    return folder


@pytest.fixture(scope="module")
def roster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("roster") / "class.csv"
    path.write_text(
        "student,name,email\nada,Ada Lovelace,ada@x.org\nbob,李雷,bob@x.org\nzoe,Zoe Zed,zoe@x.org\n", "utf-8"
    )
    return path


@pytest.fixture(scope="module")
def out(handed: Path, roster: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of an honest class."""
    if is_root() and not walled():
        pytest.skip("the command grades nothing as root where there is no isolation")
    out = tmp_path_factory.mktemp("out") / "grades.csv"
    ran = run(handed, "--out", out, "--roster", roster, "--trusted", "--workers", 2, "--seconds", 120)
    assert ran.exit_code == 0, ran.output
    assert ("no file of yours" if walled() else "nothing kept students' code from your files") in ran.output
    return out


def test_points_are_given_for_what_is_right(out: Path) -> None:
    points = {row["student"]: row["points"] for row in rows_of(out)}
    assert points == {
        "ada": "2", "bob": "1", "cy": "0", "di": "2", "eve": "1", "flo": "0", "zoe": "", "'=HYPERLINK(0)": "1",
    }  # fmt: skip


def test_the_roster_gives_names_and_says_who_is_missing(out: Path) -> None:
    rows = {row["student"]: row for row in rows_of(out)}
    assert (rows["ada"]["name"], rows["ada"]["email"]) == ("Ada Lovelace", "ada@x.org")
    assert rows["zoe"]["note"] == "handed nothing in"
    assert "the one with most points counts" in rows["bob"]["note"]


def test_moodle_and_canvas_get_their_columns(out: Path) -> None:
    first = rows_of(out.with_name("grades-moodle.csv"))[0]
    assert first == {
        "First name": "Ada", "Last name": "Lovelace", "ID number": "ada", "Email address": "ada@x.org", CHAPTER: "2",
    }  # fmt: skip
    rows = rows_of(out.with_name("grades-canvas.csv"))
    assert list(rows[0]) == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", CHAPTER]
    assert rows[0]["Student"].strip() == "Points Possible" and rows[0][CHAPTER] == "2"
    assert [row[CHAPTER] for row in rows[1:]] == ["2", "1", ""]


def test_mistakes_are_counted_by_name(out: Path) -> None:
    rows = [row for row in rows_of(out.with_name("grades-mistakes.csv")) if row["exercise"] == FIRST]
    found = {row["what"]: (row["students"], bool(row["hint"])) for row in rows}
    named = [what for what, (_, hint) in found.items() if hint]
    assert len(named) == 1 and found[named[0]][0] == "1", "cy multiplied without dividing by the lengths"
    assert found["right"] == ("5", False)
    assert all(row["of"] == "7" for row in rows)


def test_a_page_says_what_the_check_would_in_the_readers_language(out: Path) -> None:
    page = (out.with_name("grades-feedback") / "cy.html").read_text(encoding="utf-8")
    assert '<html lang="zh-CN">' in page and "还差一点" in page and "没有作答" not in page.split("还差一点")[0]
    broken = (out.with_name("grades-feedback") / "eve.html").read_text(encoding="utf-8")
    assert "The cell stops with <code>SyntaxError" in broken and "before there is a <code>top_n</code>" in broken
    missing = (out.with_name("grades-feedback") / "flo.html").read_text(encoding="utf-8")
    assert "The cell makes no <code>cosines</code>" in missing and "The cell makes no <code>top_n</code>" in missing


def test_a_page_shows_what_was_printed_and_runs_nothing_of_it(out: Path) -> None:
    page = (out.with_name("grades-feedback") / "HYPERLINK_0.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;seen&lt;/b&gt;" in page and "<b>seen" not in page


def test_one_chapter_can_be_picked(handed: Path, tmp_path: Path) -> None:
    if is_root() and not walled():
        pytest.skip("the command grades nothing as root where there is no isolation")
    ran = run(handed, "--chapter", "01", "--out", tmp_path / "g.csv", "--trusted")
    assert ran.exit_code == 1 and "there is no notebook" in ran.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--isolation", "none"], "--trusted"),
        (["--isolation", "jail"], "no isolation 'jail'"),
        (["--chapter", "99"], "no chapter 99"),
        (["--lang", "fr"], "no course in 'fr'"),
        (["--roster", "no-such.csv"], "no-such.csv"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(handed: Path, tmp_path: Path, arguments: list[str], says: str) -> None:
    ran = run(handed, "--out", tmp_path / "g.csv", *arguments)
    assert ran.exit_code == 1 and says in ran.output and "Traceback" not in ran.output
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def no_walls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grading, "lacking", lambda name: "" if name == "none" else "it is not here")


def test_without_any_isolation_nothing_runs_unless_the_students_are_trusted(
    no_walls: None, monkeypatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(grading, "is_root", lambda: False)
    asked = grading.Asked(tmp_path, EVERY)
    with pytest.raises(ValueError, match=r"bwrap: it is not here; user: it is not here.*--trusted"):
        grading.choose(asked)
    assert grading.choose(grading.Asked(tmp_path, EVERY, trusted=True)) == "none"
    with pytest.raises(ValueError, match="cannot be had here"):
        grading.choose(grading.Asked(tmp_path, EVERY, "bwrap", trusted=True))


@pytest.mark.parametrize(
    ("isolation", "says"),
    [("auto", r"None can be had here \(bwrap: it is not here; user"), ("none", "Leave --isolation out")],
)
def test_root_runs_nothing_without_isolation_whoever_is_trusted(
    no_walls: None, monkeypatch, tmp_path: Path, isolation: str, says: str
) -> None:
    monkeypatch.setattr(grading, "is_root", lambda: True)
    with pytest.raises(ValueError, match=says):
        grading.choose(grading.Asked(tmp_path, EVERY, isolation, trusted=True))
    with speaking("zh"), pytest.raises(ValueError, match="没有隔离就不运行"):
        grading.choose(grading.Asked(tmp_path, EVERY, isolation, trusted=True))
    asked = grading.Asked(tmp_path, EVERY, isolation, trusted=True, even_as_root=True)
    assert grading.choose(asked) == "none"
    assert "even" not in run("--help").output, "no option of the command lets root do it"


def test_whatever_reading_raises_the_next_student_is_graded(monkeypatch, tmp_path: Path) -> None:
    put(tmp_path, "ada", b"{}")
    put(tmp_path, "bob", notebook())
    plain = grading.read
    monkeypatch.setattr(grading, "read", lambda content, *rest: plain(content, *rest) if len(content) > 2 else 1 / 0)
    done = {each.student: each for each in whole_class(tmp_path, "auto").graded}
    assert done["ada"].problem and done["bob"].points == 0 and done["bob"].assignment


ROSTERS = {
    "moodle": "First name,Last name,ID number,Email address\nAda,Lovelace,7,ada@x.org\n",
    "canvas": 'Student,ID,SIS User ID,SIS Login ID,Section\n"    Points Possible",,,,\n"Lovelace, Ada",12,7,ada,One\n',
    "semicolons": "name;email\nAda Lovelace;ada@x.org\n",
    "chinese": "学号,姓名,邮箱\nada,Ada Lovelace,ada@x.org\n",
    "ids": "student\nada\n",
}


@pytest.mark.parametrize("kind", ROSTERS)
def test_a_roster_is_read_as_platforms_write_it(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "class.csv"
    path.write_text("\ufeff" + ROSTERS[kind], encoding="utf-8")
    people = read_roster(path)
    assert len(people) == 1
    called = ["ada"] if kind in ("canvas", "ids", "chinese", "moodle", "semicolons") else []
    called += [] if kind == "ids" else ["Ada Lovelace", "lovelaceada"]
    assert all(find(name, people) is people[0] for name in called), people[0].called()
    assert find("bob", people) is None and find("Ada Lovelace", people * 2) is None


def test_canvas_gets_its_own_columns_back(tmp_path: Path) -> None:
    path = tmp_path / "class.csv"
    path.write_text(ROSTERS["canvas"], encoding="utf-8")
    rows = canvas(read_roster(path), {0: {CHAPTER: 1.0}}, chosen(["00"]))
    assert rows[2] == ["Lovelace, Ada", "12", "7", "ada", "One", "1"]
    assert moodle(read_roster(path), {}, chosen(["00"]))[1] == ["Ada", "Lovelace", "7", "", ""]


def test_a_roster_of_nobody_is_refused(tmp_path: Path) -> None:
    (tmp_path / "class.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ValueError, match="names nobody"):
        read_roster(tmp_path / "class.csv")


def test_names_make_neither_formulas_nor_paths() -> None:
    texts = {"=1+1": "'=1+1", "-2": "-2", "-2.5": "-2.5", "-a": "'-a", "@x": "'@x", "ada": "ada"}
    assert {text: _harmless(text) for text in texts} == texts
    used: set[str] = set()
    names = {"../../etc": "etc", "李雷": "李雷", "a/b": "a_b", "A b": "A_b-2", "...": "student"}
    assert {name: _file_of(name, used) for name in names} == names


def test_teach_init_makes_a_folder_for_nbgrader(tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, ["teach", "init", str(tmp_path / "recsys"), "--chapter", "00", "--chapter", "04"])
    assert ran.exit_code == 0, ran.output
    settings = (tmp_path / "recsys" / "nbgrader_config.py").read_text(encoding="utf-8")
    seconds = int(re.search(r"timeout = (\d+)", settings)[1])
    assert seconds >= 4 * read_timings()["04_bert"] and "add_missing_cells = True" in settings
    compile(settings, "nbgrader_config.py", "exec")
    made = sorted(path.name for path in (tmp_path / "recsys" / "source").iterdir())
    assert made == ["00_start", "04_bert"]
    assert json.loads((tmp_path / "recsys" / "source" / "00_start" / "00_start.ipynb").read_text(encoding="utf-8"))[
        "cells"
    ]
    again = CliRunner().invoke(app, ["teach", "init", str(tmp_path / "recsys")])
    assert again.exit_code == 1 and "exists already" in again.output
