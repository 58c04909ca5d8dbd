"""recbook doctor: red rows for what stops a chapter, with what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from packaging.requirements import Requirement
from typer.testing import CliRunner

from recbook import doctor, session
from recbook.cli import app


def test_what_the_chapters_import_is_looked_at() -> None:
    rows = {row.what: row for row in doctor.package_rows()}
    assert {"numpy", "torch", "transformers", "gensim", "jupyterlab"} <= set(rows)
    assert {"tensorflow", "tensorflow-cpu"} & set(rows)
    assert "pytest" not in rows
    assert {row.state for row in rows.values()} == {"ok"}


@pytest.mark.parametrize(
    ("requirement", "found"), [("no-such-package>=1", "missing"), ("numpy>=999", None), ("numpy<1", None)]
)
def test_a_missing_or_unfitting_package_is_wrong(requirement: str, found: str | None) -> None:
    row = doctor.package_row(Requirement(requirement))
    assert row.state == "wrong"
    assert "make lab" in row.advice
    assert found is None or row.found == found


@pytest.mark.parametrize(("version", "state"), [((3, 10), "wrong"), ((3, 11), "ok"), ((3, 14), "wrong")])
def test_python_outside_the_range_is_wrong(monkeypatch, version: tuple, state: str) -> None:
    monkeypatch.setattr(doctor, "sys", SimpleNamespace(version_info=version))
    assert doctor.python_row().state == state


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RECBOOK_CACHE", str(tmp_path / "not" / "there"))
    return tmp_path


def test_an_empty_cache_is_a_warning_with_the_command(empty_cache: Path) -> None:
    rows = {row.what: row for row in doctor.card_rows()}
    assert rows["ml-100k"].state == "warning"
    assert "recbook data fetch ml-100k" in rows["ml-100k"].advice


def test_too_little_disk_for_what_is_not_fetched_exits_1(empty_cache: Path, monkeypatch) -> None:
    assert doctor.disk_row().state == "ok"
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda folder: SimpleNamespace(free=6e8))
    row = doctor.disk_row()
    assert row.state == "wrong"
    assert str(empty_cache) in row.what
    result = CliRunner().invoke(app, ["doctor"], env={"COLUMNS": "200"})
    assert result.exit_code == 1
    assert "RECBOOK_CACHE" in result.output


def test_a_font_of_the_course_s_own_will_do(empty_cache: Path, monkeypatch) -> None:
    monkeypatch.setattr(session, "cjk_font", lambda: None)
    assert doctor.font_row().state == "warning"
    monkeypatch.setattr("recbook.data.fetch.is_cached", lambda name: True)
    assert doctor.font_row().state == "ok"


def test_nothing_heavy_is_imported() -> None:
    code = "import sys; from recbook import doctor; doctor.examine(); print({'torch', 'tensorflow'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"


BROKEN = """
import sys

class Broken:
    def find_spec(self, name, path=None, target=None):
        if name in {broken!r}:
            raise ImportError("broken " + name)

sys.meta_path.insert(0, Broken())
sys.argv = ["recbook", {command!r}]
from recbook.__main__ import main
main()
"""


@pytest.mark.parametrize("broken", [["numpy"], ["typer", "rich", "packaging", "platformdirs", "numpy", "psutil"]])
def test_the_doctor_comes_where_nothing_can_be_imported(broken: list[str]) -> None:
    code = BROKEN.format(broken=broken, command="doctor")
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ | {"COLUMNS": "200"}
    )
    assert ran.returncode == 1
    assert ran.stderr == ""
    assert "broken numpy" in ran.stdout
    assert "make clean, then: make lab" in ran.stdout
    assert "memory" in ran.stdout


def test_another_command_sends_to_the_doctor() -> None:
    code = BROKEN.format(broken=["typer"], command="lab")
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.returncode == 1
    assert ran.stderr.strip() == "recbook: this command cannot start (ImportError: broken typer). Run: recbook doctor"


def test_authors_commands_say_what_a_reader_lacks() -> None:
    code = BROKEN.format(broken=[], command="build").replace(
        "import sys\n", "import sys\nsys.modules['nbgrader'] = None\n", 1
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.returncode == 1
    assert "nbgrader" in ran.stderr and "make setup-dev" in ran.stderr and "Traceback" not in ran.stderr


def test_what_is_missing_although_set_up_says_all_is_there_has_a_cure() -> None:
    row = doctor.package_row(Requirement("no-such-package>=1"))
    assert ".venv/recbook-setup" in row.advice  # else make lab finds its stamp and does nothing


def test_what_rich_would_read_as_its_own_marks_is_shown(capsys: pytest.CaptureFixture) -> None:
    doctor.show([doctor.Row("a [folder]", "[Errno 13] no right", state="wrong")])
    shown = capsys.readouterr().out
    assert "a [folder]" in shown
    assert "[Errno 13]" in shown
