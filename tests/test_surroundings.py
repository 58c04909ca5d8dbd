"""What hides a module from the course is named: files beside the notebook, folders in PYTHONPATH, old metadata."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import recbook
from recbook import doctor, session, surroundings
from recbook.paths import course_root

METADATA = "Metadata-Version: 2.1\nName: numpy\nVersion: 1.20.0\n"


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A folder with another NumPy, built for another Python, and with the metadata of an old one."""
    (tmp_path / "other" / "numpy").mkdir(parents=True)
    (tmp_path / "other" / "numpy" / "__init__.py").write_text("raise ImportError('built for another Python')")
    (tmp_path / "other" / "numpy-1.20.0.dist-info").mkdir()
    (tmp_path / "other" / "numpy-1.20.0.dist-info" / "METADATA").write_text(METADATA)
    return tmp_path / "other"


def run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess:
    """Run this Python in ``cwd``, with a terminal wide enough for whole sentences."""
    path = os.pathsep.join(filter(None, [environment.get("PYTHONPATH"), str(course_root())]))
    env = os.environ | {"COLUMNS": "500"} | environment | {"PYTHONPATH": path}
    return subprocess.run([sys.executable, *arguments], cwd=cwd, env=env, capture_output=True, text=True)


@pytest.mark.parametrize("name", ["random", "torch", "email"])
@pytest.mark.parametrize("ending", [".py", "/__init__.py"])
def test_a_file_that_hides_a_module_is_found(tmp_path: Path, name: str, ending: str) -> None:
    file = tmp_path / (name + ending)
    file.parent.mkdir(exist_ok=True)
    file.write_text("")
    (found,) = surroundings.beside(tmp_path)
    assert (found.name, found.by) == (name, tmp_path / (name + ending.partition("/__")[0]))


@pytest.mark.parametrize(
    "name", ["mine.py", "test.py", "torch.ipynb", "torch.txt", "sys.py", "os.py", "numpy/notes.txt"]
)
def test_what_hides_nothing_is_let_be(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("")
    assert surroundings.beside(tmp_path) == []


def test_only_what_the_course_would_have_otherwise_is_hidden(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "tensorflow.py").write_text("")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert surroundings.beside(tmp_path) == []


@pytest.mark.parametrize(("lang", "words"), [("en", "Rename it"), ("zh", "请给它改名")])
def test_a_notebook_names_the_file_beside_it(tmp_path: Path, monkeypatch, lang: str, words: str) -> None:
    (tmp_path / "torch.py").write_text("")
    monkeypatch.chdir(tmp_path)
    with session.speaking(lang), pytest.raises(ImportError, match=words) as refused:
        recbook.setup(lang)
    assert str(tmp_path / "torch.py") in str(refused.value)


def test_a_program_names_the_file_before_it_stumbles_over_it(tmp_path: Path) -> None:
    (tmp_path / "random.py").write_text("x = 1")
    ran = run("-c", "import recbook; recbook.setup('en')", cwd=tmp_path)
    assert ran.stderr.splitlines()[-1].startswith("ImportError: ")
    assert f"{tmp_path / 'random.py'} lies beside this notebook" in ran.stderr


def test_a_notebook_names_the_variable(other: Path, tmp_path: Path) -> None:
    ran = run("-c", "import recbook; recbook.setup('en')", cwd=tmp_path, PYTHONPATH=str(other))
    assert f"PYTHONPATH names {other}" in ran.stderr
    assert "numpy" in ran.stderr.splitlines()[0]


@pytest.mark.parametrize("file", ["random.py", "rich.py", "typer.py", "tempfile.py"])
def test_the_doctor_comes_beside_such_a_file_and_names_it(tmp_path: Path, file: str) -> None:
    (tmp_path / file).write_text("x = 1")
    ran = run("-m", "recbook", "doctor", cwd=tmp_path)
    assert "Traceback" not in ran.stderr
    assert ran.returncode == 1
    assert str(tmp_path / file) in ran.stdout
    assert "Rename it" in ran.stdout


def test_the_doctor_comes_with_such_a_variable_and_names_it(other: Path, tmp_path: Path) -> None:
    ran = run("-m", "recbook", "doctor", cwd=tmp_path, PYTHONPATH=str(other))
    assert "Traceback" not in ran.stderr
    assert ran.returncode == 1
    assert str(other / "numpy") in ran.stdout
    assert str(other / "numpy-1.20.0.dist-info") in ran.stdout
    assert f"Take {other} out of the variable PYTHONPATH" in ran.stdout
    assert "1.20.0 " not in ran.stdout  # the version in the row of NumPy is that of the course's own


def test_the_doctor_looks_where_the_reader_s_notebooks_lie(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "my" / "zh").mkdir(parents=True)
    (tmp_path / "my" / "zh" / "torch.py").write_text("")
    monkeypatch.setenv("RECBOOK_ROOT", str(tmp_path))
    assert str(tmp_path / "my" / "zh" / "torch.py") in [row.what for row in doctor.surroundings_rows()]


def test_a_hiding_folder_stays_on_the_path_behind_all_others(other: Path, monkeypatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(other))
    before = [entry for entry in sys.path if entry != str(other)]
    monkeypatch.setattr(sys, "path", [str(other), *before])
    surroundings.step_around()
    assert sys.path == [*before, str(other)]


def test_every_library_of_the_course_is_looked_at() -> None:
    project = tomllib.loads((course_root() / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    lines = [*project["dependencies"], *extras["course"], *extras["serve"]]
    wanted = {canonicalize_name(Requirement(line).name) for line in lines}
    offered = {
        module: {canonicalize_name(name) for name in names}
        for module, names in metadata.packages_distributions().items()
    }
    here = {name for name in wanted if name in {each for names in offered.values() for each in names}}
    seen = {name for module in surroundings.LIBRARIES for name in offered.get(module, ())}
    assert here - seen <= {"jupyterlab-language-pack-zh-cn"}
