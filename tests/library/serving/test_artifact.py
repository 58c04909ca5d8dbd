"""A stored recommender: the same list in a process without torch; refused when cut, damaged or of another version."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recbook.data import Interactions, store
from recbook.data.histories import recency
from recbook.serving import artifact
from recbook.serving.artifact import Artifact, ArtifactError

IDS = np.array([5, 10, 2, 7, 30, 31])


def made(seed: int = 0) -> Artifact:
    rng = np.random.default_rng(seed)
    side = rng.normal(size=(2, 6, 3)).astype(np.float32)
    titles = ("Alien", "Léon", "“A”", "片名", "E", "F")
    return Artifact(IDS, titles, side[0], side[1], rng.normal(size=6).astype(np.float32), 2.0, {"encoder": "x"})


@pytest.fixture
def folder(tmp_path) -> Path:
    artifact.save(made(), tmp_path / "model")
    return tmp_path / "model"


def vectors_of(folder: Path) -> Path:
    (found,) = folder.glob("vectors-*.safetensors")
    return found


def test_what_was_saved_comes_back(folder):
    back, was = artifact.load(folder), made()
    for name in ("item_ids", "user_side", "item_side", "bias"):
        np.testing.assert_array_equal(getattr(back, name), getattr(was, name))
    assert (back.titles, back.half_life, dict(back.about)) == (was.titles, was.half_life, dict(was.about))


@given(st.lists(st.sampled_from(IDS.tolist()), min_size=1, max_size=6, unique=True))
def test_scores_are_those_of_recency(history):
    model = made()
    row = {int(item): place for place, item in enumerate(IDS)}
    items = np.array([row[item] for item in history])
    n = len(items)
    log = Interactions(np.zeros(n, np.int64), items, np.ones(n, np.float32), np.arange(n), np.arange(1), np.arange(6))
    wanted = (recency(log, 2.0) @ model.user_side @ model.item_side.T + model.bias)[0]
    np.testing.assert_allclose(model.scores(history), wanted, atol=1e-5)
    listed = [item for item, _, _ in model.recommend(history, n=6)]
    free = [int(IDS[place]) for place in np.argsort(-wanted, kind="stable") if int(IDS[place]) not in history]
    assert listed == free


def test_unknown_items_are_passed_over_and_a_new_user_gets_the_bias():
    model = made()
    np.testing.assert_array_equal(model.scores([999]), model.bias)
    np.testing.assert_array_equal(model.scores([]), model.bias)
    np.testing.assert_array_equal(model.scores([999, 10]), model.scores([10]))
    assert len(model.recommend([], n=10)) == 6


def test_a_new_process_needs_no_torch_and_gives_the_same_list(folder):
    program = (
        "import sys, json; from pathlib import Path; from recbook.serving import artifact;"
        f"found = artifact.load(Path({str(folder)!r})).recommend([10, 5], n=4);"
        "print(json.dumps([found, 'torch' in sys.modules, 'pandas' in sys.modules]))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    found, torch, pandas = json.loads(ran.stdout)
    assert not torch and not pandas
    assert [tuple(row) for row in found] == made().recommend([10, 5], n=4)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_byte_of_either_file_is_noticed(folder, data):
    path = data.draw(st.sampled_from([folder / "model.json", vectors_of(folder)]))
    was = path.read_bytes()
    place = data.draw(st.integers(0, len(was) - 1))
    changed = bytes([was[place] ^ data.draw(st.integers(1, 255))])
    path.write_bytes(was[:place] + changed + was[place + 1 :])
    try:
        same_json = path.suffix == ".json" and json.loads(path.read_bytes()) == json.loads(was)
    except ValueError:
        same_json = False
    try:
        if same_json:  # white space, say
            artifact.load(folder)
        else:
            with pytest.raises((ArtifactError, FileNotFoundError)):
                artifact.load(folder)
    finally:
        path.write_bytes(was)


@pytest.mark.parametrize("which", ["manifest", "vectors"])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_cut_file_is_refused(folder, which, share):
    path = folder / "model.json" if which == "manifest" else vectors_of(folder)
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    with pytest.raises(ArtifactError, match="cut"):
        artifact.load(folder)


@pytest.mark.parametrize("version", [0, 2, "1"])
def test_another_version_is_refused_by_its_number(folder, version):
    path = folder / "model.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"version": version}), "utf-8")
    with pytest.raises(ArtifactError, match=f"version {version}; this program reads .* version 1"):
        artifact.load(folder)


def test_a_missing_file_is_said_to_be_missing(folder):
    vectors_of(folder).unlink()
    with pytest.raises(FileNotFoundError, match="only a part of it"):
        artifact.load(folder)
    with pytest.raises(FileNotFoundError, match="no recommender was saved"):
        artifact.load(folder / "elsewhere")


def test_vectors_of_another_training_are_refused(folder, tmp_path):
    artifact.save(made(1), tmp_path / "other")
    vectors_of(folder).write_bytes(vectors_of(tmp_path / "other").read_bytes())
    with pytest.raises(ArtifactError, match="damaged"):
        artifact.load(folder)


def test_saving_again_replaces_the_model_and_leaves_nothing_old(folder):
    artifact.save(made(1), folder)
    np.testing.assert_array_equal(artifact.load(folder).bias, made(1).bias)
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize("stop_at", [1, 2])
def test_a_stop_while_saving_leaves_the_old_model(folder, monkeypatch, stop_at):
    put, calls = store.write_atomically, []

    def stopping(path, data):
        calls.append(path)
        if len(calls) == stop_at:
            raise OSError("the disk is full")
        put(path, data)

    monkeypatch.setattr(store, "write_atomically", stopping)
    with pytest.raises(OSError, match="full"):
        artifact.save(made(1), folder)
    np.testing.assert_array_equal(artifact.load(folder).bias, made(0).bias)


def test_a_failed_write_leaves_no_half_file(folder, monkeypatch):
    before = sorted(folder.iterdir())
    monkeypatch.setattr("os.fsync", lambda handle: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        artifact.save(made(1), folder)
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"titles": ("a",)}, "titles must have the shape"),
        ({"item_ids": np.array([1, 1, 2, 3, 4, 5])}, "holds an id twice"),
        ({"bias": np.full(6, np.nan, np.float32)}, "bias has values that are no finite numbers"),
        ({"item_side": np.zeros((6, 2), np.float32)}, "item_side must have the shape"),
        ({"half_life": 0.0}, "half_life must be above 0"),
    ],
)
def test_parts_that_do_not_fit_are_refused_when_made(change, message):
    with pytest.raises(ArtifactError, match=message):
        replace(made(), **change)
