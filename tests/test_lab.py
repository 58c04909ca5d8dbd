"""recbook lab and reset: the reader's copies, language, port, and a JupyterLab that answers."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import MagicMock

import nbformat
import pytest
import requests
from jupyter_client.kernelspec import KernelSpecManager
from nbformat.sign import NotebookNotary
from nbformat.v4 import new_code_cell, new_notebook, new_output
from requests.adapters import HTTPAdapter
from typer.testing import CliRunner
from urllib3.util import Retry
from websocket import create_connection

from recbook import copies, doctor, lab, paths, session
from recbook.authoring.execute import execute_one
from recbook.cli import app
from recbook.learning import variant

CHAPTERS = ("00_start.ipynb", "01_challenges.ipynb")
LOCALE = ("COURSE_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone with two small chapters in each language, and a reader without any Jupyter folders."""
    for lang in lab.LANGUAGES:
        folder = tmp_path / "notebooks" / lang
        folder.mkdir(parents=True)
        for name in CHAPTERS:
            nbformat.write(new_notebook(cells=[new_code_cell(f"'{lang}'")]), folder / name)
    (tmp_path / "notebooks" / "source").mkdir()
    monkeypatch.setenv("RECBOOK_ROOT", str(tmp_path))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


@pytest.fixture
def no_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in LOCALE:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(session.locale, "getlocale", lambda: (None, None))


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "C", "LC_MESSAGES": "zh_TW"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
    ],
)
def test_language_follows_the_system(no_locale: None, monkeypatch, environment: dict, lang: str) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert lab.choose_language() == lang


def test_language_of_windows(no_locale: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session.locale, "getlocale", lambda: ("Chinese (Simplified)_China", "936"))
    assert lab.choose_language() == "zh"
    assert lab.choose_language("en") == "en"


@pytest.mark.parametrize(
    ("asked", "lang"),
    [
        *[
            (name, "zh")
            for name in ("zh", "ZH", "zh-CN", "zh_CN", "zh_CN.UTF-8", "zh-Hans", "zh-Hans-CN", "Chinese", "中文")
        ],
        *[(name, "en") for name in ("en", "EN", "en_US.UTF-8", "en-GB", "English", " en ")],
    ],
)
def test_usual_names_of_the_two_languages_are_understood(asked: str, lang: str) -> None:
    assert lab.choose_language(asked) == lang


@pytest.mark.parametrize("asked", ["fr", "zhong", "ench", "-", "C.UTF-8"])
def test_unknown_language_is_refused(asked: str) -> None:
    with pytest.raises(ValueError, match="to en or zh; zh_CN"):
        lab.choose_language(asked)


@pytest.mark.parametrize(
    ("arguments", "environment", "lang"),
    [
        (["lab", "--lang", "zh-CN"], {"COURSE_LANG": "en"}, "zh"),
        (["reset", "00", "--lang=EN"], {"COURSE_LANG": "zh"}, "en"),
        (["doctor"], {"COURSE_LANG": "ZH", "LANG": "de_DE"}, "zh"),
        (["doctor"], {"LANG": "zh_CN.UTF-8"}, "zh"),
        (["lab", "--lang", "fr"], {"LANG": "zh_CN.UTF-8"}, "zh"),
        (["lab", "--lang"], {}, "en"),
    ],
)
def test_a_command_answers_in_the_language_asked_for(
    no_locale: None, monkeypatch, arguments: list[str], environment: dict, lang: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert session.language_of_command(arguments) == lang


def test_copies_are_made_once_and_trusted(root: Path) -> None:
    assert [copy.name for copy in lab.copy_chapters("zh", root)] == list(CHAPTERS)
    mine = root / "my" / "zh" / CHAPTERS[0]
    assert NotebookNotary().check_signature(nbformat.read(mine, as_version=4))
    nbformat.write(new_notebook(cells=[new_code_cell("my work")]), mine)
    (root / "my" / "zh" / CHAPTERS[1]).unlink()
    assert [copy.name for copy in lab.copy_chapters("zh", root)] == [CHAPTERS[1]]
    assert sources(mine) == ["my work"]
    assert not (root / "my" / "en").exists()


def sources(notebook: Path) -> list[str]:
    return [cell.source for cell in nbformat.read(notebook, as_version=4).cells]


def test_a_copy_that_is_interrupted_leaves_nothing_behind(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(path: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("recbook.files._as_usual", stop)  # written, not yet in its place
        with pytest.raises(KeyboardInterrupt):
            lab.copy_chapters("en", root)
    assert list((root / "my" / "en").iterdir()) == []


@pytest.mark.parametrize("half", ['{"cells": [{"cell_type": "code", "sou', "", "[]", '{"cells": [1]}', "\0\0\0"])
def test_a_half_written_copy_is_set_aside_and_made_anew(root: Path, capsys, half: str) -> None:
    lab.copy_chapters("en", root)
    mine = root / "my" / "en" / CHAPTERS[0]
    mine.write_text(half)
    assert lab.copy_chapters("en", root) == [mine]
    assert sources(mine) == ["'en'"]
    (kept,) = (root / "my" / "en" / "old").iterdir()
    assert kept.read_text() == half
    assert f"It is kept as {kept}" in capsys.readouterr().err


def test_a_copy_holds_what_jupyterlab_would_note_in_it(root: Path) -> None:
    """Else a chapter is marked as unsaved as soon as its kernel has started."""
    chapter = nbformat.read(root / "notebooks" / "en" / CHAPTERS[0], as_version=4)
    chapter.metadata["recbook"] = {"results": {"a": "1"}}
    nbformat.write(chapter, root / "notebooks" / "en" / CHAPTERS[0])
    lab.copy_chapters("en", root)
    mine = nbformat.read(root / "my" / "en" / CHAPTERS[0], as_version=4)
    assert mine.metadata.recbook.results == {"a": "1"}, "what the builder noted is kept"
    spec = KernelSpecManager(kernel_dirs=[str(lab._SETTINGS / "data" / "kernels")]).get_kernel_spec("python3")
    assert mine.metadata.kernelspec == {"name": "python3", "display_name": spec.display_name, "language": spec.language}
    assert mine.metadata.language_info.version == ".".join(map(str, sys.version_info[:3]))


def change(chapter: Path, id: str) -> None:
    """What `git pull` may bring: the chapter with another exercise."""
    cell = new_code_cell("...", metadata={"nbgrader": {"grade_id": id}})
    nbformat.write(new_notebook(cells=[cell]), chapter)


def test_a_copy_older_than_its_chapter_is_named_and_stays(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.copy_chapters("en", root)
    mine = root / "my" / "en" / CHAPTERS[1]
    before = mine.read_bytes()
    assert lab.older_copies("en", root) == []
    change(root / "notebooks" / "en" / CHAPTERS[1], "challenges-new")
    assert lab.older_copies("en", root) == [mine]
    assert lab.copy_chapters("en", root) == []
    assert mine.read_bytes() == before
    monkeypatch.setenv("JPY_SESSION_NAME", str(mine))
    assert copies.older_than_course("en") == mine
    monkeypatch.setenv("JPY_SESSION_NAME", str(mine.with_name(CHAPTERS[0])))
    assert copies.older_than_course("en") is None


def test_a_copy_that_does_not_say_what_it_was_made_from_is_told_by_its_exercises(root: Path) -> None:
    chapter, mine = (root / folder / "en" / CHAPTERS[0] for folder in ("notebooks", "my"))
    mine.parent.mkdir(parents=True)
    for id, older in {"start-old": True, "start-new": False}.items():
        change(mine, id)
        change(chapter, "start-new")
        assert lab.older_copies("en", root) == ([mine] if older else [])
    mine.write_text('{"cells": 3, "metadata": {}}')
    assert lab.older_copies("en", root) == []


def test_running_it_or_writing_in_it_makes_no_copy_older(root: Path) -> None:
    lab.copy_chapters("en", root)
    mine = root / "my" / "en" / CHAPTERS[0]
    notebook = nbformat.read(mine, as_version=4)
    notebook.cells[0].source = "my work"
    nbformat.write(notebook, mine)
    chapter = root / "notebooks" / "en" / CHAPTERS[0]
    built = nbformat.read(chapter, as_version=4)
    built.cells[0].outputs = [new_output("stream", text="another figure")]
    nbformat.write(built, chapter)
    assert lab.older_copies("en", root) == []


def test_the_new_chapter_can_be_put_beside_the_old_copy(root: Path) -> None:
    lab.copy_chapters("en", root)
    mine = root / "my" / "en" / CHAPTERS[1]
    before = mine.read_bytes()
    change(root / "notebooks" / "en" / CHAPTERS[1], "challenges-new")
    for name in ("01_challenges (new).ipynb", "01_challenges (new 2).ipynb"):
        result = CliRunner().invoke(app, ["reset", "01", "--beside", "--lang", "en"])
        assert result.exit_code == 0 and name in result.output, result.output
        assert sources(mine.with_name(name)) == ["..."]
        assert is_trusted(mine.with_name(name))
    assert mine.read_bytes() == before
    assert not (root / "my" / "en" / "old").exists()
    mine.unlink()
    assert lab.reset_chapter("1", "en", root, beside=True) == (mine, None)


def is_trusted(notebook: Path) -> bool:
    return NotebookNotary().check_signature(nbformat.read(notebook, as_version=4))


def test_signing_that_failed_is_done_again_at_the_next_start(root: Path, monkeypatch, capsys) -> None:
    def fail(self: NotebookNotary, notebook: object) -> None:
        raise PermissionError("no right to write there")

    with monkeypatch.context() as patch:
        patch.setattr(NotebookNotary, "sign", fail)
        assert len(lab.copy_chapters("en", root)) == 2
    assert "no right to write there" in capsys.readouterr().err
    mine = root / "my" / "en" / CHAPTERS[0]
    assert not is_trusted(mine)
    assert lab.copy_chapters("en", root) == []
    assert is_trusted(mine)
    assert capsys.readouterr().err == ""


def test_signatures_that_nothing_keeps_are_no_signatures(root: Path, monkeypatch, capsys) -> None:
    with monkeypatch.context() as patch:  # what nbformat does where its store cannot be opened
        patch.setattr(NotebookNotary, "_db_file_default", lambda self: ":memory:")
        patch.setattr(NotebookNotary, "db_file", ":memory:")
        lab.copy_chapters("en", root)
    assert "cannot be written" in capsys.readouterr().err
    lab.copy_chapters("en", root)
    assert is_trusted(root / "my" / "en" / CHAPTERS[0])


@pytest.mark.parametrize(
    ("kind", "shown", "trusted"),
    [
        ("text/html", "<b>the course's</b>", True),
        ("text/plain", "a reader's", True),
        ("text/html", "<script>somebody's</script>", False),
        ("application/javascript", "somebody's", False),
    ],
)
def test_only_what_the_course_shows_is_trusted_later(root: Path, kind: str, shown: str, trusted: bool) -> None:
    def cell(kind: str, data: str):
        return new_code_cell("1", outputs=[new_output("display_data", {kind: data})])

    chapter = root / "notebooks" / "en" / CHAPTERS[0]
    nbformat.write(new_notebook(cells=[cell("text/html", "<b>the course's</b>")]), chapter)
    mine = root / "my" / "en" / CHAPTERS[0]
    mine.parent.mkdir(parents=True)
    nbformat.write(new_notebook(cells=[new_code_cell("my work"), cell(kind, shown)]), mine)
    lab.copy_chapters("en", root)
    assert is_trusted(mine) == trusted


@pytest.fixture
def other_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A kernel called python3 that runs another Python, where Jupyter looks first."""
    folder = tmp_path / "others" / "kernels" / "python3"
    folder.mkdir(parents=True)
    spec = {"argv": ["/opt/other/bin/python", "-m", "ipykernel_launcher", "-f", "{connection_file}"]}
    (folder / "kernel.json").write_text(json.dumps({**spec, "display_name": "Other", "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "others"))
    return folder


def program(name: str = "python3") -> str:
    return KernelSpecManager().get_kernel_spec(name).argv[0]


@pytest.mark.parametrize("place", ["JUPYTER_PATH", "JUPYTER_DATA_DIR"])
def test_our_python_runs_the_notebooks(other_kernel: Path, monkeypatch, tmp_path: Path, place: str) -> None:
    monkeypatch.delenv("JUPYTER_PATH")
    monkeypatch.setenv(place, str(tmp_path / "others"))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    assert program() == "/opt/other/bin/python"
    lab.own_kernel()
    lab.own_kernel()  # once more adds nothing
    assert os.environ["JUPYTER_PATH"].count("lab_settings") == 1
    notebook = new_notebook(cells=[new_code_cell("import sys; print(sys.executable)")])
    run = execute_one(tmp_path / "which.ipynb", notebook)
    assert run.error == ""
    assert notebook.cells[0].outputs[0].text.strip() == sys.executable


def test_the_doctor_shows_which_python_runs_the_notebooks(other_kernel: Path, monkeypatch) -> None:
    row = doctor.kernel_row()
    assert (row.found, row.state) == (sys.executable, "warning")
    assert "/opt/other/bin/python" in row.advice
    monkeypatch.delenv("JUPYTER_PATH")
    assert doctor.kernel_row().state == "ok"
    monkeypatch.setattr(lab, "kernel_path", lambda: str(other_kernel.parents[1]))
    assert doctor.kernel_row().state == "wrong"
    assert "JUPYTER_PATH" not in os.environ


def test_a_clone_without_chapters_says_how_to_get_them_back(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="git checkout"):
        lab.copy_chapters("en", tmp_path)


def test_reset_gives_a_fresh_copy_and_keeps_the_old_one(root: Path) -> None:
    lab.copy_chapters("en", root)
    mine = root / "my" / "en" / CHAPTERS[1]
    mine.write_text("my work")
    result = CliRunner().invoke(app, ["reset", "1", "--lang", "en"])
    assert result.exit_code == 0, result.output
    assert sources(mine) == sources(root / "notebooks" / "en" / CHAPTERS[1])
    assert [old.read_text() for old in (root / "my" / "en" / "old").iterdir()] == ["my work"]


def test_two_copies_set_aside_in_one_second_are_both_kept(root: Path) -> None:
    place = root / "my" / "en" / CHAPTERS[0]
    place.parent.mkdir(parents=True)
    for work in ("first", "second", "third"):
        place.write_text(work)
        copies.set_aside(place)
    assert {kept.read_text() for kept in (place.parent / "old").iterdir()} == {"first", "second", "third"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["reset", "7", "--lang", "en"], "Give one of: 00, 01"),
        (["reset", "01", "--lang", "fr"], "to en or zh"),
        (["lab", "--lang", "fr"], "to en or zh"),
        (["bench", "no-such"], "no benchmark"),
    ],
)
def test_mistakes_get_one_sentence(root: Path, arguments: list[str], words: str) -> None:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1
    assert words in result.stderr
    assert "Traceback" not in result.output


@pytest.fixture
def busy() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_a_busy_port_is_refused_or_passed_over(busy: int, root: Path, monkeypatch) -> None:
    result = CliRunner().invoke(app, ["lab", "--lang", "en", "--port", str(busy)])
    assert result.exit_code == 1
    assert f"Port {busy} is in use" in result.stderr
    monkeypatch.setattr(lab, "PORTS", [busy])
    with pytest.raises(OSError, match="are in use"):
        lab.choose_port()
    monkeypatch.setattr(lab, "PORTS", [busy, free_port()])
    assert lab.choose_port() == lab.PORTS[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize(
    ("system", "environment", "shown"),
    [
        ("Linux", {}, False),
        ("Linux", {"DISPLAY": ":0"}, True),
        ("Linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("Linux", {"DISPLAY": ":0", "SSH_CONNECTION": "1 2 3 4"}, False),
        ("Darwin", {}, True),
        ("Windows", {}, True),
    ],
)
def test_a_browser_opens_where_it_is_seen(monkeypatch, system: str, environment: dict, shown: bool) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(lab.platform, "system", lambda: system)
    assert lab.has_display() == shown


def test_opening_the_course_fetches_neither_the_shop_nor_the_books() -> None:
    assert not {"shop", "books"} & {*lab.first_needs("en"), *lab.first_needs("zh")}


def test_a_reader_without_a_chinese_font_gets_the_course_s_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab.session, "cjk_font", lambda: None)
    assert "noto-sans-sc" in lab.first_needs("zh")
    assert "noto-sans-sc" not in lab.first_needs("en")
    monkeypatch.setattr(lab.session, "cjk_font", lambda: "SimHei")
    assert "noto-sans-sc" not in lab.first_needs("zh")


def test_settings_of_the_reader_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "mine")
    first, language, course = lab.config_path("zh").split(os.pathsep)
    assert first == "mine"
    assert Path(language).is_dir()
    assert Path(course).is_dir()


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the reader's own, and a process without any variable that says where things go."""
    for name in ("RECBOOK_HOME", "RECBOOK_STATE", *lab._KEPT_IN):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    return tmp_path / "reader" / "recbook"


def test_a_folder_of_one_s_own_takes_copies_progress_and_settings(root: Path, own: Path) -> None:
    (root / "docs").mkdir()
    (root / "docs" / "reference.md").write_text("the outline")
    home = lab.settle(own, root)
    assert home == own
    copies = lab.copy_chapters("en", root, home)
    assert {copy.parent for copy in copies} == {own / "my" / "en"}
    assert all(is_trusted(copy) for copy in copies)
    assert not (root / "my").exists()
    assert (own / "my" / "en" / "../../docs/reference.md").read_text() == "the outline"
    assert paths.state_dir().is_relative_to(own)
    assert all(Path(os.environ[name]).is_relative_to(own) for name in lab._KEPT_IN)
    assert f"--ServerApp.root_dir={own}" in lab.lab_arguments("en", home, 8888, browser=False)


def test_a_terminal_in_the_lab_resets_the_copy_in_the_reader_s_folder(root: Path, own: Path, monkeypatch) -> None:
    lab.copy_chapters("en", root, lab.settle(own, root))  # sets RECBOOK_HOME, which a terminal inherits
    mine = own / "my" / "en" / CHAPTERS[1]
    mine.write_text("my work")
    result = CliRunner().invoke(app, ["reset", "1", "--lang", "en"])
    assert result.exit_code == 0, result.output
    assert [old.read_text() for old in (own / "my" / "en" / "old").iterdir()] == ["my work"]


@pytest.mark.parametrize(("lang", "said"), [("en", "recbook lab --home ~/recbook"), ("zh", "请指定一个你自己的文件夹")])
def test_a_clone_that_cannot_be_written_says_what_to_do(root: Path, own: Path, monkeypatch, lang, said) -> None:
    (root / "my").write_text("no folder")  # as little can be made there as on a disk without the right to write
    for words in (["lab"], ["reset", "01"]):
        result = CliRunner().invoke(app, [*words, "--lang", lang])
        assert result.exit_code == 1
        assert said in result.stderr
        assert "Traceback" not in result.output


def test_the_notebooks_of_a_class_are_copied_where_its_variant_is_named(root: Path, own: Path, monkeypatch) -> None:
    folder = root / "class"
    (folder / "en").mkdir(parents=True)
    nbformat.write(new_notebook(cells=[new_code_cell("'the class'")]), folder / "en" / CHAPTERS[0])
    (folder / variant.FILE).write_text(variant.written(7), encoding="utf-8")
    monkeypatch.setenv(variant.VARIABLE, str(folder))
    variant.current.cache_clear()
    try:
        (copy,) = lab.copy_chapters("en", root, lab.settle(own, root))
        assert "the class" in copy.read_text()
    finally:
        monkeypatch.undo()
        variant.current.cache_clear()


def test_a_hub_s_server_takes_the_course_s_settings_and_the_hub_s_address(own: Path, root: Path, monkeypatch) -> None:
    started: list[list[str]] = []
    hub = types.ModuleType("jupyterhub.singleuser")
    hub.main = started.append
    monkeypatch.setitem(sys.modules, "jupyterhub", types.ModuleType("jupyterhub"))
    monkeypatch.setitem(sys.modules, "jupyterhub.singleuser", hub)
    monkeypatch.setenv("JUPYTERHUB_SERVICE_URL", "http://127.0.0.1:40000/user/ada/")
    monkeypatch.setattr(lab, "first_needs", lambda lang: [])
    monkeypatch.setenv("JUPYTER_PATH", "")
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "")
    result = CliRunner().invoke(app, ["lab", "--lang", "en", "--home", str(own)])
    assert result.exit_code == 0, result.output
    (arguments,) = started
    assert f"--ServerApp.root_dir={own}" in arguments
    assert not [each for each in arguments if re.search(r"\.(ip|port|open_browser)=", each)]
    assert "lab_settings" in os.environ["JUPYTER_CONFIG_PATH"]


@pytest.mark.parametrize("page", ["teaching.md", "teaching.zh-CN.md"])
def test_the_hub_s_configuration_in_the_pages_is_one_of_ours_with_options_that_exist(page: str) -> None:
    from typer.main import get_command

    text = (Path(__file__).parents[1] / "docs" / page).read_text(encoding="utf-8")
    c = MagicMock()
    exec(re.search(r"```python\n(.+?)```", text, re.DOTALL)[1], {"get_config": lambda: c})
    program, name, *words = c.Spawner.cmd
    options = {option for parameter in get_command(app).commands[name].params for option in parameter.opts}
    assert Path(program).name == "recbook" and {word for word in words if word.startswith("-")} <= options
    assert c.JupyterHub.bind_url.startswith("http://127.0.0.1:")
    lang = c.Spawner.environment["COURSE_LANG"]
    assert c.Spawner.default_url == f"/lab/tree/my/{lang}/{lab.FIRST_CHAPTER}.ipynb"


@pytest.fixture
def server(root: Path) -> Iterator[tuple[str, str]]:
    """A JupyterLab in Chinese without a screen: its address, and the token in it."""
    port = free_port()
    code = f"from pathlib import Path; from recbook import lab; root = Path({str(root)!r})\n"
    code += f"lab.copy_chapters('zh', root); lab.open_lab('zh', root, {port}, browser=False)"
    poor = {**os.environ, "PATH": "/usr/bin:/bin", "LANG": "C", "COURSE_LANG": ""}  # nothing of this environment
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True, env=poor)
    lines = iter(process.stderr.readline, "")
    address = next(found[0] for line in lines if (found := re.search(r"http://127\.0\.0\.1:\S+", line)))
    try:
        yield address, address.split("token=")[1]
    finally:
        process.terminate()
        process.communicate(timeout=20)


def test_lab_answers_at_its_address_in_chinese_and_to_nobody_without_the_token(server, root: Path) -> None:
    address, token = server
    base = address.split("/lab")[0]
    assert "/lab/tree/my/zh/00_start.ipynb" in address
    page = get(address, token)
    assert page.ok
    assert requests.get(f"{base}/api/contents", timeout=10).status_code == 403
    assert "@jupyter/nbgrader" in re.search(r'"disabledExtensions": \[[^]]*\]', page.text)[0]
    assert setting(base, token, "translation-extension:plugin", "locale") == "zh_CN"
    assert setting(base, token, "apputils-extension:notification", "fetchNews") == "false"
    assert get(f"{base}/api/contents/my/zh/00_start.ipynb?content=0", token).ok
    assert setting(base, token, "notebook-extension:tracker", "scrollPastEnd") is False
    assert get(f"{base}/api/contents/notebooks/en?content=0", token).ok  # solutions/ is as near
    assert re.search(r"没有 '9' 这一章。可选：00, 01", typed_in_a_terminal(base, token, "recbook reset 9"))


def get(address: str, token: str) -> requests.Response:
    """What the server answers; it prints its address a moment before it listens."""
    with requests.Session() as browser:
        browser.mount("http://", HTTPAdapter(max_retries=Retry(connect=8, backoff_factor=0.05)))
        return browser.get(address, headers={"Authorization": f"token {token}"}, timeout=10)


def typed_in_a_terminal(base: str, token: str, command: str) -> str:
    """What JupyterLab's terminal shows for a command."""
    headers = {"Authorization": f"token {token}"}
    name = requests.post(f"{base}/api/terminals", headers=headers, timeout=10).json()["name"]
    terminal = create_connection(f"ws{base[4:]}/terminals/websocket/{name}?token={token}", timeout=60)
    terminal.send(json.dumps(["stdin", f"{command}; echo en''d\r"]))
    shown = ""
    while not re.search(r"^end", shown, re.MULTILINE):
        kind, *said = json.loads(terminal.recv())
        shown += said[0] if kind == "stdout" else ""
    terminal.close()
    return shown


def setting(base: str, token: str, plugin: str, name: str) -> object:
    schema = get(f"{base}/lab/api/settings/@jupyterlab/{plugin}", token).json()["schema"]
    return schema["properties"][name]["default"]
