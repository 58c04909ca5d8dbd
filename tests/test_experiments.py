"""Long measurements: stored part by part, gone on with, refused in one sentence, on one thread."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from recbook import experiments, results
from recbook.cli import app

SMALL = '''"""Two numbers and a pair.

More is said here.
"""

from recbook.experiments import CannotMeasureError, measured

CALLS = []


def called(name, value):
    CALLS.append(name)
    return value


def impossible():
    raise CannotMeasureError("it needs a telescope")


MINUTES = 2.5
PACKAGES = ("numpy",)
SETTINGS = {"seeds": [0, 1], "rates": (0.1, 0.2)}
PARTS = {
    "first": lambda: called("first", 1),
    "pair": {"left": lambda: called("left", {"x": 2.0}), "right": lambda: called("right", 3)},
    "sum": lambda: called("sum", measured("small", "first") + measured("small", "pair/right")),
    "far": impossible,
}
'''


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Writes experiments/small.py into a course that has nothing else, with texts of `SMALL` replaced."""
    monkeypatch.setenv("RECBOOK_ROOT", str(tmp_path))
    monkeypatch.setenv("RECBOOK_RESULTS", str(tmp_path / "results"))
    (tmp_path / "notebooks" / "source").mkdir(parents=True)
    (tmp_path / "experiments").mkdir()
    monkeypatch.setitem(sys.modules, "experiment_small", None)  # so that it is forgotten at the end

    def written(**changes: str) -> Path:
        text = SMALL
        for old, new in changes.items():
            assert old in text
            text = text.replace(old, new)
        file = tmp_path / "experiments" / "small.py"
        file.write_text(text, encoding="utf-8")
        sys.modules.pop("experiment_small", None)
        return file

    return written


def measure(*parts: str, again: bool = False) -> list[str]:
    """Measure in this process; returns which functions were called."""
    calls = experiments.load("small").CALLS
    calls.clear()
    experiments.measure("small", experiments.asked("small", parts), again)
    return list(calls)


def found() -> dict:
    return results.stored("small")["results"]


def test_each_part_is_stored_in_order_and_kept(write):
    write()
    assert measure("sum", "pair/right", "first") == ["first", "right", "sum"]
    assert found() == {"first": 1, "pair": {"right": 3}, "sum": 4}
    assert measure() == ["left"]
    assert json.dumps(found()) == '{"first": 1, "pair": {"left": {"x": 2.0}, "right": 3}, "sum": 4}'
    assert measure("pair") == []
    assert measure("pair", again=True) == ["left", "right"]
    assert results.stored("small")["settings"] == {"seeds": [0, 1], "rates": [0.1, 0.2]}


def test_a_run_that_stops_goes_on_where_it_was(write):
    write(**{'called("right", 3)': 'called("right", 1 // 0)'})
    with pytest.raises(ZeroDivisionError):
        measure()
    assert found() == {"first": 1, "pair": {"left": {"x": 2.0}}}
    write()
    assert measure() == ["right", "sum"]


def test_other_settings_make_all_of_it_stale_and_nothing_mixed(write):
    write()
    measure()
    write(**{"[0, 1]": "[0, 1, 2]"})
    assert experiments.changed_settings("small") == ["seeds"]
    with pytest.raises(ValueError, match=r"under other settings \(seeds\).*`recbook experiment small`"):
        measure("first")
    assert found()["sum"] == 4
    assert measure() == ["first", "left", "right", "sum"]
    assert measure("first") == []


def test_a_file_that_is_broken_is_measured_again(write, tmp_path):
    write()
    measure("first")
    (tmp_path / "results" / "small.json").write_text("{")
    assert measure("first") == ["first"]


def test_a_part_that_lacks_something_is_left_out_and_says_what(write, capsys):
    write()
    assert experiments.measure("small", experiments.asked("small", ["far", "sum"])) == ["sum", "far"]
    said = capsys.readouterr().out
    assert "far: left out, it needs a telescope" in said
    assert "begins from the part first; run `recbook experiment small 'first'`" in said
    assert experiments.main(["small"]) == 0
    assert experiments.main(["small", "first"]) == 0
    assert experiments.main(["small", "far"]) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["smal"], "There is no experiment 'smal'. Did you mean 'small'? Give one of: small."),
        (["small", "pai"], "small has no part 'pai'. Did you mean 'pair'? It has: first; pair; sum; far."),
        (["small", "fir/st"], "small has no part 'fir/st'"),
    ],
)
def test_a_wrong_name_gets_one_sentence(write, arguments, words):
    write()
    result = CliRunner().invoke(app, ["experiment", *arguments])
    assert result.exit_code == 1
    assert words in result.stderr and "Traceback" not in result.output


def test_a_wrong_inner_name_gets_its_siblings(write, capsys):
    write()
    assert experiments.main(["small", "pair/lef"]) == 1
    said = capsys.readouterr().err
    assert said == "recbook: small has no part 'pair/lef'. Did you mean 'pair/left'? It has: pair/left; pair/right.\n"


def test_without_a_name_all_are_listed_and_none_is_loaded(write):
    write(**{"CALLS = []": "1 / 0"})
    result = CliRunner().invoke(app, ["experiment"])
    assert result.exit_code == 0, result.output
    assert "small, about 2.5 minutes: Two numbers and a pair.\n    first; pair; sum; far\n" in result.output


@pytest.mark.parametrize(
    "change", [{"MINUTES = ": "HOURS = "}, {'"first": lambda': "first(): lambda"}, {"PARTS = {": "PARTS = None or {"}]
)
def test_a_file_that_declares_too_little_is_named(write, change):
    write(**change)
    with pytest.raises(ValueError, match=r"experiments/small\.py must declare MINUTES = a number, PARTS"):
        experiments.outline("small")


def test_the_process_has_one_thread_and_the_result_says_so(write, monkeypatch):
    write(**{'("first", 1)': '("first", __import__("numpy").ones(1).sum())'})
    for name in experiments.ONE_THREAD:
        monkeypatch.setenv(name, "2")
    ran = subprocess.run(
        [sys.executable, "-m", "recbook", "experiment", "small", "first"],
        env=dict(os.environ), capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert "first: stored in" in ran.stdout and "all 5 take about 2.5 minutes" in ran.stdout
    assert results.stored("small")["made_with"]["threads"] == 1


def test_the_threads_that_are_counted_are_those_that_are_used():
    code = "import numpy, torch; from recbook.results import threads_used as n; torch.set_num_threads({}); print(n())"
    for asked in (1, 3):
        ran = subprocess.run(
            [sys.executable, "-c", code.format(asked)],
            env={**os.environ, **experiments.ONE_THREAD}, capture_output=True, encoding="utf-8", check=True,
        )  # fmt: skip
        assert int(ran.stdout) == asked


def test_what_is_committed_is_what_the_experiments_declare():
    """Every part is stored, under the settings of now, and nothing else is."""
    code = """
import json
from recbook import experiments, results
for name in experiments.names():
    stored, parts = results.stored(name)["results"], experiments.load(name).PARTS
    print("found", json.dumps([name, experiments.changed_settings(name), list(stored) , list(parts),
                      sorted(set(experiments.leaves(parts)) - set(experiments.kept(name))),
                      list(experiments.outline(name).parts)]))
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert ran.returncode == 0, ran.stderr
    rows = [json.loads(line[6:]) for line in ran.stdout.splitlines() if line.startswith("found ")]
    assert len(rows) == len(experiments.names()) >= 8
    for name, changed, stored, parts, missing, outlined in rows:
        assert (changed, missing) == ([], []), f"SETTINGS or PARTS are others: `recbook experiment {name}` measures it."
        assert set(stored) == set(parts) and outlined == parts, name


def test_bench_says_how_long_it_will_take(tmp_path, monkeypatch):
    monkeypatch.setenv("RECBOOK_ROOT", str(tmp_path))
    (tmp_path / "notebooks" / "source").mkdir(parents=True)
    (tmp_path / "benchmarks").mkdir()
    script = tmp_path / "benchmarks" / "quick.py"
    script.write_text("MINUTES = 3\n")
    result = CliRunner().invoke(app, ["bench"])
    assert result.exit_code == 0 and result.output.startswith("benchmarks/quick.py will take about 3 minutes at most\n")
    script.write_text("raise SystemExit(7)\n")
    result = CliRunner().invoke(app, ["bench"])
    assert result.exit_code == 1 and "benchmarks/quick.py must say how long it takes" in result.stderr
