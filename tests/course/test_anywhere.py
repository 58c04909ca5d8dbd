"""A chapter where there is no clone: the wheel alone, the students' notebook, another folder."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from recbook.authoring.book import portable
from recbook.authoring.book.address import Address
from recbook.paths import course_root


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as a release has it."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), "."]
    subprocess.run(command, cwd=course_root(), check=True)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_has_the_package_and_what_chapters_read_but_no_clone(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert wheel.name == Address("https://example.org/a/b").wheel.rsplit("/", 1)[1]
    assert {"recbook/_datasets/ml-100k/card.toml", "recbook/_results/sequences.json"} <= set(names)
    assert {"recbook/authoring/book/static/recbook.css", "recbook/authoring/book/templates/run.html"} <= set(names)
    assert [name for name in names if name.startswith(("notebooks/", "solutions/", "tests/"))] == []


def test_a_chapter_runs_outside_the_clone_by_the_wheel_alone(wheel: Path, tmp_path: Path, monkeypatch) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    monkeypatch.delenv("RECBOOK_ROOT", raising=False)
    source = course_root() / "notebooks" / "en" / "00_start.ipynb"
    notebook = portable.portable(nbformat.read(source, as_version=4), "en", Address("https://example.org/a/b"))
    notebook.cells.append(nbformat.v4.new_code_cell("import recbook; recbook.__file__"))
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert str(tmp_path / "site") in notebook.cells[-1].outputs[0]["data"]["text/plain"]
    assert next(cell for cell in notebook.cells if cell.id == "install").outputs == []
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
