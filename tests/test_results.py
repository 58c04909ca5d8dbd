"""Stored results: found in a clone and in a wheel, written whole or not at all."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import numpy as np
import pytest

import recbook
from recbook import results


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "folders", lambda: dict.fromkeys(["experiments"], tmp_path / "results"))
    return tmp_path / "results"


def test_what_is_stored_is_read(folder):
    results.store("speed", {"epochs": 3}, {"seconds": [0.123456789, 12345.6789]}, packages=("numpy",), threads=2)
    read = recbook.stored("speed")
    assert read["settings"] == {"epochs": 3}
    assert read["results"] == {"seconds": [0.12346, 12346.0]}
    assert read["made_with"]["numpy"] == np.__version__ and read["made_with"]["threads"] == 2
    assert [file.name for file in folder.iterdir()] == ["speed.json"]


def test_an_unknown_name_says_what_there_is(folder):
    with pytest.raises(ValueError, match="nothing yet"):
        recbook.stored("speed")
    results.store("speed", {}, {})
    results.store("item2vec", {}, {})
    with pytest.raises(ValueError, match=r"'itemvec'. Did you mean 'item2vec'\? There is: item2vec, speed"):
        recbook.stored("itemvec")
    with pytest.raises(ValueError, match=r"There is: item2vec, speed"):
        recbook.stored("../speed")


def test_a_file_that_is_not_a_result(folder):
    folder.mkdir()
    folder.joinpath("bad.json").write_text("{")
    with pytest.raises(ValueError, match=r"not JSON.*recbook experiment bad"):
        recbook.stored("bad")
    folder.joinpath("bad.json").write_text('{"settings": {}}')
    with pytest.raises(ValueError, match="lacks made_with, results"):
        recbook.stored("bad")


@pytest.mark.parametrize("impossible", [float("nan"), object()])
def test_what_json_cannot_hold_leaves_the_old_file(folder, impossible):
    results.store("speed", {}, {"old": 1})
    with pytest.raises((ValueError, TypeError)):
        results.store("speed", {}, {"new": impossible})
    assert recbook.stored("speed")["results"] == {"old": 1}
    assert [file.name for file in folder.iterdir()] == ["speed.json"]


def test_numpy_becomes_plain():
    plain = results.rounded({1: np.float32(0.1), "a": np.arange(2), "b": (np.int64(3), True, None, "x", 1234567)})
    assert plain == {"1": 0.1, "a": [0, 1], "b": [3, True, None, "x", 1234567]}
    json.dumps(plain)


def test_a_wheel_brings_the_results(monkeypatch, tmp_path):
    project = tomllib.loads(Path(results.__file__).parents[1].joinpath("pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    for kind in results.folders():
        assert wheel["sources"][f"{kind}/results"] == "recbook/_results"
        assert f"{kind}/results" in wheel["only-include"]
    monkeypatch.setattr(results, "__file__", str(tmp_path / "results.py"))
    tmp_path.joinpath("_results").mkdir()
    assert set(results.folders().values()) == {tmp_path / "_results"}


def test_every_committed_file_can_be_read():
    names = results.stored_names()
    assert "item2vec" in names
    for name in names:
        assert {"made_with", "settings", "results"} <= set(recbook.stored(name))
