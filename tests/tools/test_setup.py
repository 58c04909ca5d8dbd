"""tools/setup.py: what it refuses and says, and that a broken set-up is never taken for a whole one."""

from __future__ import annotations

import ast
import importlib.util
import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
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
    for name, place in (("ROOT", "."), ("VENV", ".venv")):
        monkeypatch.setattr(module, name, tmp_path / place)
    (tmp_path / "requirements.lock").write_text("# a lock\nnumpy==2.4.6\ntorch==2.13.0\n")
    (tmp_path / "requirements-dev.lock").write_text("pytest==9.2.0\n")
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
        ((3, 14), "Linux", "x86_64", True, "since gensim 4.4.0 and tensorflow 2.21.0 have no wheels for a newer one"),
        ((3, 9), "Windows", "AMD64", True, r"py -3.12 tools\setup.py"),
        ((3, 12), "Darwin", "x86_64", True, "Intel Macs"),
        ((3, 12), "Windows", "AMD64", False, "64-bit"),
    ],
)
def test_other_machines_are_told_what_to_do(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch, version, system, machine, is_64bit, words
) -> None:
    monkeypatch.setattr(setup.shutil, "which", lambda name: name if name == "python3.12" else None)
    (setup.ROOT / "requirements.lock").write_text('gensim==4.4.0\ntensorflow==2.21.0 ; os_name == "nt"\n')
    with pytest.raises(setup.SetupError) as refused:
        setup.check_machine(version, system, machine, is_64bit)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"COURSE_LANG": "zh-CN"}, "这是 32 位的 Python"),
        ({"COURSE_LANG": "", "LC_ALL": "zh_CN.UTF-8"}, "这是 32 位的 Python"),
        ({"COURSE_LANG": "en", "LC_ALL": "zh_CN.UTF-8"}, "32-bit"),
        ({"COURSE_LANG": "", "LC_ALL": "C"}, "32-bit"),
    ],
    ids=["asked", "system", "asked for English", "neither"],
)
def test_it_speaks_the_readers_language(setup: ModuleType, monkeypatch, environment: dict, says: str) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(setup.SetupError, match=says):
        setup.check_machine((3, 12), "Linux", "i686", False)


@pytest.mark.parametrize(
    ("argument", "says"),
    [("--help", "显示这份说明，然后退出"), ("--hlp", "不认识的参数：--hlp"), ("--torch-index", "后面要有一个值")],
)
def test_what_python_itself_says_of_options_is_chinese_too(argument: str, says: str) -> None:
    poor = {**os.environ, "COURSE_LANG": "zh", "PYTHONUTF8": "1"}
    command = [sys.executable, str(SCRIPT), argument]
    ran = subprocess.run(command, capture_output=True, encoding="utf-8", env=poor, check=False)
    shown = ran.stdout + ran.stderr
    assert says in shown and "用法：" in shown
    assert not re.search(r"usage|options|error|argument", shown)


def test_a_terminal_without_chinese_letters_gets_english(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_LANG", "zh")
    monkeypatch.setattr(setup.sys, "stdout", io.TextIOWrapper(io.BytesIO(), "ascii"))
    assert setup.phrase("English", "中文") == "English"


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


def test_a_reader_gets_the_course_and_who_tests_it_the_rest(setup: ModuleType, pip: list) -> None:
    setup.set_up("")
    assert not [arguments for arguments in pip if "requirements-dev.lock" in str(arguments)]
    pip.clear()
    setup.set_up("", dev=True)
    assert pip == [("-r", str(setup.ROOT / "requirements-dev.lock"))]
    pip.clear()
    setup.set_up("", dev=True)
    setup.set_up("")
    assert pip == []


def test_the_option_dev_asks_for_both(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(setup, "set_up", lambda *arguments: asked.append(arguments))
    monkeypatch.setattr(setup, "check_machine", lambda *machine: None)
    for options in ([], ["--dev"]):
        monkeypatch.setattr(sys, "argv", ["setup.py", "--torch-index", INDEX, *options])
        setup.main()
    assert asked == [(INDEX, False), (INDEX, True)]


def test_a_second_run_does_nothing(setup: ModuleType, pip: list) -> None:
    setup.set_up("")
    assert pip.pop(0) == ("torch==2.13.0",)
    pip.clear()
    setup.set_up("")
    assert pip == []


@pytest.mark.parametrize("file", ["requirements.lock", "pyproject.toml", "requirements-dev.lock"])
def test_a_changed_lock_or_package_is_set_up_again(setup: ModuleType, pip: list, file: str) -> None:
    setup.set_up("", dev=True)
    pip.clear()
    with (setup.ROOT / file).open("a") as changed:
        changed.write("# changed\n")
    setup.set_up("", dev=True)
    assert len(pip) == (1 if file == "requirements-dev.lock" else 4)


def test_a_folder_whose_name_is_not_utf_8(setup: ModuleType, pip: list, monkeypatch, capfd) -> None:
    odd = setup.ROOT / os.fsdecode(b"caf\xe9")
    monkeypatch.setattr(setup, "ROOT", odd)
    monkeypatch.setattr(setup, "VENV", odd / ".venv")
    try:
        setup.venv_python().parent.mkdir(parents=True)
    except (OSError, UnicodeError):
        pytest.skip("this file system has no such names")
    setup.venv_python().write_text("")
    for name in ("requirements.lock", "pyproject.toml"):
        (odd / name).write_text("torch==2.13.0\n")
    setup.set_up("")
    assert len(pip) == 3
    assert setup.is_current("requirements.lock")
    assert r"caf\udce9" in capfd.readouterr().out
    assert "rename" in setup.no_venv(odd / ".venv")  # CPython's own venv cannot write such a name down


@pytest.mark.parametrize("trouble", [KeyboardInterrupt, RuntimeError])
def test_a_broken_run_is_done_again(setup: ModuleType, pip: list, monkeypatch, trouble) -> None:
    setup.set_up("")
    before = (setup.ROOT / "requirements.lock").read_text()
    (setup.ROOT / "requirements.lock").write_text("torch==2.13.0\n")

    def break_off(python: Path, *arguments: str) -> None:
        raise trouble

    with monkeypatch.context() as patch, pytest.raises(trouble):
        patch.setattr(setup, "pip_install", break_off)
        setup.set_up("")
    assert not setup.is_current("requirements.lock")
    (setup.ROOT / "requirements.lock").write_text(before)
    assert not setup.is_current("requirements.lock")  # not even for who goes back to the old lock


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


@pytest.mark.parametrize(
    ("said", "settings", "meaning"),
    [
        ("No matching distribution found (from versions: none)", {"no-index": "1"}, "its setting no-index"),
        ("No matching distribution found (from versions: none)", {"no-index": "0"}, "could not reach"),
        ("The user requested (constraint) torch<2", {"constraint": "/etc/pins"}, "its setting constraint (/etc/pins)"),
    ],
)
def test_a_setting_of_pip_is_named_where_it_is_the_cause(setup, said: str, settings: dict, meaning: str) -> None:
    assert meaning in setup.pip_trouble(said, settings)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a virtual environment of its own."""
    folder = tmp_path_factory.mktemp("fresh") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


@pytest.fixture
def films(tmp_path: Path) -> Path:
    """A wheel of a package called films."""
    wheel = tmp_path / "films-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("films.py", "")
        archive.writestr("films-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: films\nVersion: 1.0\n")
        archive.writestr("films-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("films-1.0.dist-info/RECORD", "films.py,,\n")
    return wheel


def metadata_of_films(folder: Path) -> None:
    (folder / "films-1.0.dist-info").mkdir(parents=True)
    (folder / "films-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: films\nVersion: 1.0\n")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PIP_USER", "1"),
        ("PIP_TARGET", "elsewhere"),
        ("PYTHONPATH", "elsewhere"),
        ("PIP_CONFIG_FILE", "user = true"),
    ],
)
def test_no_setting_leads_pip_elsewhere(setup, fresh, films, tmp_path, monkeypatch, variable, value) -> None:
    for name in [name for name in os.environ if name.startswith(("PIP_", "PYTHON"))]:
        monkeypatch.delenv(name)
    place = str(tmp_path / "elsewhere")
    metadata_of_films(Path(place))  # where PYTHONPATH leads, pip would find it and install nothing
    (tmp_path / "pip.conf").write_text("[install]\n" + value.replace("elsewhere", place) + "\n")
    wanted = str(tmp_path / "pip.conf") if variable == "PIP_CONFIG_FILE" else value.replace("elsewhere", place)
    monkeypatch.setenv(variable, wanted)
    arguments = ["--no-index", "--find-links", str(films.parent), "films"]
    setup.pip_install(fresh, *arguments)
    code = "import sys, films; sys.exit(not films.__file__.startswith(sys.prefix))"
    assert subprocess.run([str(fresh), "-I", "-c", code]).returncode == 0
    for installed in fresh.parents[1].rglob("films*"):
        shutil.rmtree(installed, ignore_errors=True)
        installed.unlink(missing_ok=True)


@pytest.mark.parametrize("name", ["user", "target", "prefix", "root", "python", "dry-run"])
def test_what_would_lead_elsewhere_reaches_no_pip(setup: ModuleType, monkeypatch, name: str) -> None:
    monkeypatch.setenv("PIP_" + name.upper().replace("-", "_"), "1")
    child = setup.pip_environment({name: "1", "timeout": "3"})
    assert {key: value for key, value in child.items() if key.startswith("PIP_")} == {
        "PIP_TIMEOUT": "3",
        "PIP_CONFIG_FILE": os.devnull,
    }


def test_other_settings_of_pip_hold_from_a_file_as_from_a_variable(setup, fresh, tmp_path, monkeypatch) -> None:
    (tmp_path / "pip.conf").write_text("[global]\nretries = 7\ntimeout = 3\n[install]\ntimeout = 4\nuser = true\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    monkeypatch.setenv("PIP_RETRIES", "9")
    child = setup.pip_environment(setup.pip_settings(fresh))
    assert (child["PIP_RETRIES"], child["PIP_TIMEOUT"], child["PIP_CONFIG_FILE"]) == ("9", "4", os.devnull)
    assert "PIP_USER" not in child


def test_who_forbids_every_index_is_told_so_and_not_of_the_network(setup, fresh, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    with pytest.raises(setup.SetupError, match="PIP_NO_INDEX") as refused:
        setup.pip_install(fresh, "--dry-run", "no-such-package-of-ours")
    assert "network" not in str(refused.value)
