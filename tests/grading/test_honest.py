"""The course's own solutions get every point, and chapters as they are handed out get none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from handing import whole_class

from recbook.grading.tasks import assignments
from recbook.paths import course_root


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("course")
    for student, source in {"solved": "solutions/en", "empty": "notebooks/en", "leer": "notebooks/zh"}.items():
        shutil.copytree(course_root() / source, made / "submitted" / student)
    return made


def test_solutions_get_every_point_and_untouched_chapters_none(folder: Path) -> None:
    graded = whole_class(folder, "auto", seconds=300).graded
    points = {(each.student, each.assignment.number): each.points for each in graded if each.assignment}
    assert points == {
        (student, number): each.points if student == "solved" else 0
        for number, each in assignments().items()
        for student in ("solved", "empty", "leer")
    }
