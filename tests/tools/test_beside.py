"""tools/beside.py: environments beside the course are set up once, by their lock, for a Python that fits."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def tools(tmp_path, monkeypatch):
    """The module on a clone in ``tmp_path``; pip's arguments are kept instead of run."""
    monkeypatch.syspath_prepend(ROOT / "tools")
    for name in ("beside", "setup"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    module = importlib.import_module("beside")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "torch_pin", lambda lock: "torch==2.13.0")
    module.calls = []
    monkeypatch.setattr(module, "pip_install", lambda python, *arguments: module.calls.append(arguments))

    def made(folder: Path) -> Path:
        folder.mkdir(exist_ok=True)
        return folder / "bin" / "python"

    monkeypatch.setattr(module, "make_venv", made)
    yield module
    for name in ("beside", "setup"):
        sys.modules.pop(name, None)


def lock(tmp_path: Path, text: str = "ray==1.0\n") -> str:
    (tmp_path / "some.lock").write_text(f"# a lock\n{text}", encoding="utf-8")
    return str(tmp_path / "some.lock")


def test_a_second_run_does_nothing_until_the_lock_changes(tools, tmp_path):
    one, file = tools.Beside("Ray", "make ray", "some.lock", ".venv-some"), lock(tmp_path)
    one.set_up()
    one.set_up()
    assert tools.calls == [("-r", file)]
    lock(tmp_path, "ray==1.1\n")
    one.set_up()
    assert tools.calls == [("-r", file)] * 2


def test_a_run_that_broke_is_done_again(tools, tmp_path, monkeypatch):
    one, file = tools.Beside("Ray", "make ray", "some.lock", ".venv-some"), lock(tmp_path)
    one.set_up()
    lock(tmp_path, "ray==1.1\n")

    def broken(python, *arguments):
        raise tools.SetupError("pip stopped")

    with monkeypatch.context() as patch, pytest.raises(SystemExit, match="recbook: pip stopped"):
        patch.setattr(tools, "pip_install", broken)
        one.main()
    lock(tmp_path)  # even the lock of the first run is installed again
    one.set_up()
    assert tools.calls == [("-r", file)] * 2


def test_torch_comes_first_and_from_its_own_index(tools, tmp_path, monkeypatch):
    file = lock(tmp_path, "torch==2.13.0\nrecbole==1.2.1\n")
    monkeypatch.setenv("TORCH_INDEX", "https://example.org/cpu")
    tools.Beside("RecBole", "make recbole", "some.lock", ".venv-some").main()
    assert tools.calls == [("torch==2.13.0", "--index-url", "https://example.org/cpu"), ("-r", file)]


def test_another_python_than_the_lock_fits_is_refused(tools, tmp_path):
    one = tools.Beside("RecBole", "make recbole", "some.lock", ".venv-some", python=(3, 11))
    one.check_python((3, 11))
    with pytest.raises(tools.SetupError, match=r"for Python 3\.11 and not for 3\.12\. Run: make recbole PYTHON=python"):
        one.check_python((3, 12))


@pytest.mark.parametrize(("name", "venv"), [("recbole", ".venv-recbole"), ("ray", ".venv-ray")])
def test_each_command_has_its_lock_and_its_folder(tools, name, venv):
    code = (ROOT / "tools" / f"{name}.py").read_text(encoding="utf-8")
    made: dict = {"__name__": "tool"}
    exec(compile(code, name, "exec"), made)
    one = made[name.upper()]
    assert (one.lock, one.venv, one.command) == (f"requirements-{name}.lock", venv, f"make {name}")
    assert (ROOT / one.lock).exists()
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f"tools/{name}.py" in makefile and f"'{venv}'" in makefile
    assert venv in (ROOT / ".gitignore").read_text(encoding="utf-8").split()


def pins(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    found = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(one.name): str(one.specifier) for one in found}


def test_a_worker_of_ray_computes_with_the_course_s_releases():
    ray, course = pins("requirements-ray.lock"), pins("requirements.lock")
    assert {"ray", "numpy", "scipy", "onnxruntime", "tokenizers"} <= set(ray)
    assert "torch" not in ray and "pandas" not in ray
    both = set(ray) & set(course)
    assert len(both) > 20 and {name: ray[name] for name in both} == {name: course[name] for name in both}
