"""tools/setup.py: what it refuses and says, and that a broken set-up is never taken for a whole one."""

from __future__ import annotations

import ast
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "setup.py"
INDEX = "https://example.org/cpu"


@pytest.fixture
def setup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, on a clone in ``tmp_path`` with a virtual environment that seems to be there."""
    spec = importlib.util.spec_from_file_location("setup_script", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, place in (("ROOT", "."), ("VENV", ".venv"), ("STAMP", ".venv/recbook-setup")):
        monkeypatch.setattr(module, name, tmp_path / place)
    (tmp_path / "requirements.lock").write_text("# a lock\nnumpy==2.4.6\ntorch==2.13.0\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    module.venv_python().parent.mkdir(parents=True)
    module.venv_python().write_text("")
    monkeypatch.setattr(module, "runs", lambda python: True)
    return module


@pytest.fixture
def pip(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The arguments of every call of pip, which does nothing."""
    calls: list[tuple[str, ...]] = []
    monkeypatch.setattr(setup, "pip_install", lambda python, *arguments: calls.append(arguments))
    return calls


def test_it_reads_on_an_old_python_and_needs_nothing_installed() -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 6))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    modules |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert modules <= sys.stdlib_module_names


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
@pytest.mark.parametrize(
    ("system", "machine"),
    [("Linux", "x86_64"), ("Linux", "aarch64"), ("Darwin", "arm64"), ("Windows", "AMD64")],
)
def test_supported_machines_are_let_through(setup: ModuleType, version: tuple, system: str, machine: str) -> None:
    setup.check_machine(version, system, machine, True)


@pytest.mark.parametrize(
    ("version", "system", "machine", "is_64bit", "words"),
    [
        ((3, 10), "Linux", "x86_64", True, "You have python3.12; run: make lab PYTHON=python3.12"),
        ((3, 14), "Darwin", "arm64", True, "this is Python 3.14, and the course needs 3.11, 3.12 or 3.13"),
        ((3, 9), "Windows", "AMD64", True, r"py -3.12 tools\setup.py"),
        ((3, 12), "Darwin", "x86_64", True, "Intel Macs"),
        ((3, 12), "Windows", "AMD64", False, "64-bit"),
    ],
)
def test_other_machines_are_told_what_to_do(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch, version, system, machine, is_64bit, words
) -> None:
    monkeypatch.setattr(setup.shutil, "which", lambda name: name if name == "python3.12" else None)
    with pytest.raises(setup.SetupError) as refused:
        setup.check_machine(version, system, machine, is_64bit)
    assert words in str(refused.value)


def test_without_a_fitting_python_it_says_where_to_get_one(setup: ModuleType, monkeypatch) -> None:
    monkeypatch.setattr(setup.shutil, "which", lambda name: None)
    assert "python.org" in setup.wrong_python((3, 8), "Linux")


def test_torch_comes_first_and_alone(setup: ModuleType, pip: list) -> None:
    setup.set_up(INDEX)
    assert pip == [
        ("torch==2.13.0", "--index-url", INDEX),
        ("-r", str(setup.ROOT / "requirements.lock")),
        ("--no-deps", "-e", str(setup.ROOT)),
    ]


def test_a_second_run_does_nothing(setup: ModuleType, pip: list) -> None:
    setup.set_up("")
    assert pip.pop(0) == ("torch==2.13.0",)
    pip.clear()
    setup.set_up("")
    assert pip == []


@pytest.mark.parametrize("file", ["requirements.lock", "pyproject.toml"])
def test_a_changed_lock_or_package_is_set_up_again(setup: ModuleType, pip: list, file: str) -> None:
    setup.set_up("")
    pip.clear()
    with (setup.ROOT / file).open("a") as changed:
        changed.write("# changed\n")
    setup.set_up("")
    assert len(pip) == 3


@pytest.mark.parametrize("trouble", [KeyboardInterrupt, RuntimeError])
def test_a_broken_run_is_done_again(setup: ModuleType, pip: list, monkeypatch, trouble) -> None:
    setup.set_up("")
    whole = setup.fingerprint()
    (setup.ROOT / "requirements.lock").write_text("torch==2.13.0\n")

    def break_off(python: Path, *arguments: str) -> None:
        raise trouble

    with monkeypatch.context() as patch, pytest.raises(trouble):
        patch.setattr(setup, "pip_install", break_off)
        setup.set_up("")
    assert not setup.is_current(setup.fingerprint())
    assert not setup.is_current(whole)  # not even for who goes back to the old lock


def test_too_little_disk_is_said_before_anything_is_made(setup: ModuleType, pip: list, monkeypatch) -> None:
    monkeypatch.setattr(setup, "VENV", setup.ROOT / "none")
    with pytest.raises(setup.SetupError, match=r"has 3\.0 GB free.*needs about 10 GB"):
        setup.check_disk(3 * 10**9, "Linux", "")
    with pytest.raises(setup.SetupError, match="needs about 5 GB"):
        setup.check_disk(3 * 10**9, "Linux", INDEX)
    setup.check_disk(6 * 10**9, "Windows", "")


def test_a_dead_index_is_told_from_a_missing_release(setup: ModuleType, monkeypatch, tmp_path: Path) -> None:
    for name, value in {
        "PIP_CONFIG_FILE": str(tmp_path / "none"),
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_FIND_LINKS": "",
        "PIP_RETRIES": "0",
    }.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(setup.SetupError, match="could not reach its package index"):
        setup.pip_install(Path(sys.executable), "--dry-run", "no-such-package-of-ours")


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]", "PIP_CERT"),
        ("NewConnectionError: Failed to establish a new connection", "could not reach"),
        ("Could not find a version that satisfies torch==2.13.0 (from versions: 2.9.0)", "lacks that release"),
        ("error: metadata-generation-failed", "messages above"),
    ],
)
def test_pip_troubles_become_one_sentence(setup: ModuleType, said: str, meaning: str) -> None:
    assert meaning in setup.pip_trouble(said)
