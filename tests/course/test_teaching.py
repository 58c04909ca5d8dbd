"""A teacher's round trip, as docs/teaching.md has it: hand out, collect, grade."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from recbook.grading.hub import make
from recbook.paths import course_root

ROOT = course_root()
CHAPTER = "00_start"


def nbgrader(folder: Path, *arguments: str) -> None:
    environment = {**os.environ, "RECBOOK_STATE": str(folder / "state"), "RECBOOK_ROOT": str(ROOT)}
    # nbgrader calls alembic by its bare name, which an active environment has on its path.
    environment["PATH"] = str(Path(sys.executable).parent) + os.pathsep + os.environ.get("PATH", "")
    command = [sys.executable, "-m", "nbgrader", *arguments]
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-3000:]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graded course: ada handed in the empty chapter, bob the solved one."""
    folder = tmp_path_factory.mktemp("nbgrader")
    solved = ROOT / "solutions" / "en" / f"{CHAPTER}.ipynb"
    make(folder, [CHAPTER], "en")
    nbgrader(folder, "generate_assignment", CHAPTER)
    put(folder / "release" / CHAPTER / solved.name, folder / "submitted" / "ada" / CHAPTER)
    put(solved, folder / "submitted" / "bob" / CHAPTER)
    nbgrader(folder, "autograde", CHAPTER)
    nbgrader(folder, "export")
    return folder


def put(file: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    shutil.copy(file, folder)


def test_students_get_no_solutions(course: Path) -> None:
    released = (course / "release" / CHAPTER / f"{CHAPTER}.ipynb").read_text(encoding="utf-8")
    assert "SOLUTION" not in released
    assert "NotImplementedError" not in released


def test_the_solved_chapter_gets_all_points_and_the_empty_one_none(course: Path) -> None:
    with (course / "grades.csv").open(encoding="utf-8") as table:
        grades = {row["student_id"]: row for row in csv.DictReader(table)}
    assert float(grades["bob"]["score"]) == float(grades["bob"]["max_score"]) > 0
    assert float(grades["ada"]["score"]) == 0
