"""What answers can and cannot do: a class of hostile and of clumsy students, graded once in each isolation."""

from __future__ import annotations

import getpass
import sqlite3
import sys
from pathlib import Path

import pytest
from handing import (
    COSINES,
    FIRST,
    RIGHT,
    SECOND,
    TOP_N,
    check_copied,
    graded_in,
    notebook,
    put,
    split,
    to_be_had,
    with_cell,
    without_checks,
)

from recbook.grading import report
from recbook.grading.grade import Asked, Class, choose
from recbook.grading.rooms import ISOLATIONS, house, lacking
from recbook.grading.tasks import assignments
from recbook.paths import course_root

SECONDS = 20  # what an answer may take here; the endless ones below cost as much

WRONG_COSINES = "def cosines(a, rows):\n    return rows @ a\n"
FRAMES = """\
import sys, gc
def cosines(a, rows):
    frame = sys._getframe()
    while frame:
        for value in [*frame.f_locals.values(), *frame.f_globals.values()]:
            if hasattr(value, "reference"):
                return value.reference(a, rows)
        frame = frame.f_back
    for value in gc.get_objects():
        if type(value).__name__ == "Exercise":
            return value.reference(a, rows)
    raise LookupError("no right answer anywhere")
"""
BANK = """\
def cosines(a, rows):
    from recbook.learning import bank
    return bank.exercise("start-cosines").reference(a, rows)
"""
FILES = """\
def cosines(a, rows):
    from pathlib import Path
    place = {{}}
    for root in ({root!r}, {package!r}):
        for name in ("recbook/chapters/start/exercises.py", "chapters/start/exercises.py"):
            file = Path(root, name)
            if file.exists():
                exec(file.read_text(), place)
    return place["cosines"](a, rows)
"""
DATABASE = """\
import sqlite3
def cosines(a, rows):
    for name in ["../../../gradebook.db", {name!r}]:
        try:
            with sqlite3.connect(name) as table:
                table.execute("UPDATE grade SET score = 99")
        except Exception:
            pass
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(a)
    return rows @ a / np.where(lengths > 0, lengths, 1)
"""
WRITES = """\
import os
from pathlib import Path
for place in {places!r}:
    try:
        Path(place, "written-by-a-student").write_text("here")
    except OSError:
        pass
"""
NETWORK = """\
import socket
def cosines(a, rows):
    with socket.create_connection({address!r}, timeout=5) as there:
        there.sendall(b"hello")
    return {body}
"""
SWALLOWS = """\
def cosines(a, rows):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
"""
FORGES = """\
import json, os
line = {"id": "start-cosines", "given": True, "account": {"trials": [], "value": None, "callable": True}}
for id in ("start-cosines", "start-each-once"):
    for number in range(3, 20):
        try:
            os.write(number, (json.dumps(line | {"id": id}) + "\\n").encode())
        except OSError:
            pass
def cosines(a, rows):
    return rows @ a
"""
LINES = """\
import os
while True:
    for number in range(3, 20):
        try:
            os.write(number, b'{"id": 1}\\n' * 1000)
        except OSError:
            pass
"""
ONE_LINE = LINES.replace("\\n", "")
DEEP = """\
def cosines(a, rows):
    nested = []
    for _ in range(100_000):
        nested = [nested]
    return nested
"""
PICKLED = """\
class Trap:
    def __reduce__(self):
        return (print, ("run where it is judged",))
    def __eq__(self, other):
        return True
def cosines(a, rows):
    return np.array([Trap() for _ in rows], dtype=object)
"""
FORKS = """\
import os, time
def cosines(a, rows):
    for _ in range(100_000):
        if os.fork() == 0:
            time.sleep(3600)
"""

HOSTILE = {
    "environment": notebook({FIRST: WRONG_COSINES}, with_cell('import os\nos.environ.pop("NBGRADER_EXECUTION", None)')),
    "no check": notebook({FIRST: WRONG_COSINES}, with_cell("import recbook\nrecbook.check = lambda *a, **k: None")),
    "bank": notebook({FIRST: BANK, SECOND: TOP_N}),
    "frames": notebook({FIRST: FRAMES, SECOND: TOP_N}),
    "flood": notebook({FIRST: 'print("x" * 30_000_000)\n' + COSINES.replace("\n", '\n    print("y" * 10**6)\n', 1)}),
    "sleeps": notebook({FIRST: "import time\ndef cosines(a, rows):\n    time.sleep(3600)\n", SECOND: TOP_N}),
    "sleeps at once": notebook({FIRST: "import time\ntime.sleep(3600)\n" + COSINES, SECOND: TOP_N}),
    "exits": notebook({FIRST: "import os\nos._exit(0)\n" + COSINES, SECOND: TOP_N}),
    "exits late": notebook({FIRST: "import os\ndef cosines(a, rows):\n    os._exit(0)\n", SECOND: TOP_N}),
    "swallows": notebook({FIRST: SWALLOWS, SECOND: TOP_N}),
    "forges": notebook({FIRST: FORGES}),
    "lines": notebook({FIRST: LINES, SECOND: TOP_N}),
    "one line": notebook({FIRST: ONE_LINE, SECOND: TOP_N}),
    "deep": notebook({FIRST: DEEP, SECOND: TOP_N}),
    "pickled": notebook({FIRST: PICKLED, SECOND: TOP_N}),
    "memory": notebook({FIRST: "def cosines(a, rows):\n    return np.ones(10**11)\n", SECOND: TOP_N}),
    "forks": notebook({FIRST: FORKS, SECOND: TOP_N}),
    "huge": notebook({FIRST: "def cosines(a, rows):\n    return np.zeros((4000, 4000))\n", SECOND: TOP_N}),
    "no notebook": b"{}",
    "binary": bytes(range(256)) * 10,
}
CLUMSY = {
    "checks deleted": notebook(RIGHT, without_checks),
    "check copied": notebook(RIGHT, check_copied),
    "split": notebook(RIGHT, split(keep_mark=True)),
    "split, mark lost": notebook(RIGHT, split(keep_mark=False)),
}


@pytest.fixture(scope="module", params=to_be_had() or ["none at all"])
def isolation(request: pytest.FixtureRequest) -> str:
    if reason := lacking(request.param) if request.param in ISOLATIONS else "no isolation can be had here":
        pytest.skip(reason)
    try:
        return choose(Asked(Path(), [], request.param))
    except ValueError as error:
        if sys.executable in str(error):  # the room is there and lacks its Python: our fault, not the machine's
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A teacher's folder with the gradebook beside what was handed in; others may read and write it, which is worst."""
    made = tmp_path_factory.mktemp("class")
    with sqlite3.connect(made / "gradebook.db") as table:
        table.execute("CREATE TABLE grade (score REAL)")
        table.execute("INSERT INTO grade VALUES (1)")
    for path in (made, *made.parents[:2], made / "gradebook.db"):
        path.chmod(0o777)
    return made


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("outside")
    made.chmod(0o777)
    return made


@pytest.fixture(scope="module")
def places(outside: Path, folder: Path) -> list[str]:
    return [
        str(place) for place in (outside, folder, Path.home(), Path(sys.prefix), course_root(), "/", "/var/tmp", "/usr")
    ]


@pytest.fixture(scope="module")
def graded(isolation: str, folder: Path, places: list[str], listening: tuple[str, int]) -> dict:
    package = str(Path(report.__file__).resolve().parents[1])
    own = {
        "files": notebook({FIRST: FILES.format(root=str(course_root()), package=package), SECOND: TOP_N}),
        "database": notebook({FIRST: DATABASE.format(name=str(folder / "gradebook.db"))}),
        "writes": notebook({FIRST: WRITES.format(places=places) + COSINES}),
        "network": notebook({FIRST: NETWORK.format(address=listening, body="rows @ a"), SECOND: TOP_N}),
    }
    for student, content in {**HOSTILE, **CLUMSY, **own}.items():
        put(folder, student, content)
    put(folder, "copy", notebook(RIGHT), "00_start-Copy1.ipynb")
    put(folder, "last", notebook(RIGHT))
    return graded_in(folder, isolation, SECONDS)


@pytest.fixture(scope="module")
def listening():
    """An address of this machine that takes connections."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()


def outcome(graded: dict, student: str) -> dict[str, str]:
    return {result.task.id: result.verdict.outcome for result in graded[student].results}


@pytest.mark.parametrize("student", ["environment", "no check"])
def test_a_check_that_is_switched_off_gives_no_points(graded: dict, student: str) -> None:
    assert graded[student].points == 0
    assert outcome(graded, student) == {FIRST: "mistake", SECOND: "unattempted"}


@pytest.mark.parametrize("student", ["bank", "frames", "files"])
def test_the_right_answers_are_not_there_to_be_read(graded: dict, student: str) -> None:
    assert outcome(graded, student) == {FIRST: "wrong", SECOND: "right"}


@pytest.mark.parametrize(
    ("student", "look"), [("bank", "right answers"), ("frames", "caller"), ("database", "outside")]
)
def test_who_looks_for_them_is_named_to_the_teacher(graded: dict, student: str, look: str) -> None:
    found = [str(text) for result in graded[student].results for text in result.worth_a_look]
    assert any(look in text for text in found), found


def test_the_gradebook_cannot_be_reached(graded: dict, folder: Path) -> None:
    assert graded["database"].points == 1, "the answer itself is right"
    with sqlite3.connect(folder / "gradebook.db") as table:
        assert table.execute("SELECT score FROM grade").fetchall() == [(1.0,)]
    assert not list(folder.parent.glob("gradebook.db"))


def test_nothing_is_written_outside(graded: dict, places: list[str]) -> None:
    assert outcome(graded, "writes")[FIRST] == "right"
    assert [place for place in places if Path(place, "written-by-a-student").exists()] == []


def test_there_is_no_network(graded: dict) -> None:
    assert outcome(graded, "network") == {FIRST: "wrong", SECOND: "right"}
    message = graded["network"].results[0].verdict.message
    assert "unreachable" in message or "refused" in message, message


def test_a_flood_is_cut(graded: dict) -> None:
    result = graded["flood"].results[0]
    assert result.verdict.outcome == "right" and 0 < len(result.verdict.printed) <= 2_000


@pytest.mark.parametrize(
    ("student", "says"),
    [
        ("sleeps", "still running after 10 seconds"),
        ("sleeps at once", f"still running after {SECONDS} seconds"),
        ("swallows", f"still running after {SECONDS} seconds"),
        ("exits", "ended in the middle"),
        ("exits late", "ended in the middle"),
        ("lines", "ended in the middle"),
        ("one line", "ended in the middle"),
        ("deep", ""),
        ("pickled", ""),
        ("memory", ""),
        ("forks", ""),
        ("huge", "(4000, 4000)"),
    ],
)
def test_that_exercise_gets_nothing_and_the_other_its_point(graded: dict, student: str, says: str) -> None:
    assert outcome(graded, student)[SECOND] == "right" and graded[student].points == 1
    assert says in graded[student].results[0].verdict.message


def test_made_up_accounts_are_worth_nothing(graded: dict) -> None:
    assert graded["forges"].points == 0


@pytest.mark.parametrize("student", ["no notebook", "binary"])
def test_what_is_no_notebook_is_said_and_the_others_are_graded(graded: dict, student: str) -> None:
    assert graded[student].assignment is None and graded[student].problem
    assert graded["last"].points == 2


@pytest.mark.parametrize("student", [*CLUMSY, "copy"])
def test_right_answers_in_a_disordered_notebook_get_their_points(graded: dict, student: str) -> None:
    assert graded[student].points == 2, [result.verdict for result in graded[student].results]


@pytest.mark.parametrize(
    ("student", "says"),
    [
        ("checks deleted", "is gone"),
        ("check copied", "2 times"),
        ("split", "put together"),
        ("split, mark lost", "put together"),
    ],
)
def test_what_was_put_right_is_told(graded: dict, student: str, says: str) -> None:
    assert any(says in note.en for note in graded[student].notes)


def test_pages_hold_no_path_of_this_machine_and_no_traceback(graded: dict, isolation: str, tmp_path: Path) -> None:
    done = Class(list(graded.values()), isolation)
    written = report.write(done, tmp_path / "grades.csv", [], [assignments()["00"]])
    pages = [page for path in written for page in (path.glob("*.html") if path.is_dir() else [path])]
    assert len(pages) == len(graded) + 3
    for page in pages:
        text = page.read_text(encoding="utf-8")
        said = "".join(part.split("</pre>")[-1] for part in text.split("<pre>"))  # without the students' own code
        assert not any(place in said for place in (sys.prefix, str(course_root()), "site-packages", "recbook-grade-"))
        assert "Traceback" not in text and len(text) < 200_000
        assert getpass.getuser() not in said or getpass.getuser() == "root"


def test_answers_run_as_nobody_of_this_machine(isolation: str) -> None:
    with house(isolation) as built:
        package = {path.name for path in built.package.rglob("*")}
    assert "exercises.py" not in package and "bank.py" in package
    assert not any(name.startswith("exercises.") for name in package)
