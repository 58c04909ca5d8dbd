"""benchmarks/peers.py: what a process cost, what is kept of two runs, and what is measured when."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys

import pytest

from recbook.paths import course_root


@pytest.fixture(scope="module")
def bench():
    before = dict(os.environ)  # the benchmark sets the number of threads as it is loaded
    spec = importlib.util.spec_from_file_location("peers_benchmark", course_root() / "benchmarks" / "peers.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    os.environ.clear()
    os.environ.update(before)
    return module


@pytest.fixture
def measured(bench, monkeypatch):
    """The benchmark with nothing stored and no process started: which models ran, and what was kept."""
    ran, kept = [], {}
    monkeypatch.setattr(bench, "kept", lambda: dict(kept))
    monkeypatch.setattr(bench, "keep", kept.update)
    monkeypatch.setattr(bench, "say", lambda what: None)
    monkeypatch.setattr(bench.peer, "available", lambda: True)
    monkeypatch.setattr(
        bench, "in_a_process", lambda name, n: (ran.append((name, n)) or {"ndcg": n / 10}, {"seconds": float(n)})
    )
    monkeypatch.setattr(bench, "SHORT", {name: lambda name=name: {"did": name} for name in bench.SHORT})
    return ran, kept


needs_wait4 = pytest.mark.skipif(not hasattr(os, "wait4"), reason="this system cannot tell what a process cost")


@needs_wait4
def test_a_process_is_measured_with_what_it_waited_for(bench):
    inner = "x = bytearray(200 * 2**20); x[::4096] = b'1' * len(x[::4096])"
    outer = (
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}]); print('warning'); print('{{}}')"
    )
    # In a process of its own: on Linux a child's peak begins with that of the process that starts it, here pytest's.
    measure = (
        f"import json, os, runpy, sys; bench = runpy.run_path({bench.__file__!r}); "
        f"said, costs = bench['run']([sys.executable, '-c', {outer!r}], dict(os.environ)); "
        "print(json.dumps([bench['peer'].last_json(said), costs]))"
    )
    ran = subprocess.run([sys.executable, "-c", measure], capture_output=True, text=True, check=True)
    said, costs = json.loads(ran.stdout.splitlines()[-1])
    assert said == {}
    assert 200 < costs["memory"] < 2000  # MiB
    assert 0 < costs["cpu"] and 0 < costs["seconds"] < 60


@needs_wait4
def test_a_process_that_fails_is_an_error(bench):
    with pytest.raises(subprocess.CalledProcessError, match="exit status 3"):
        bench.run([sys.executable, "-c", "raise SystemExit(3)"], dict(os.environ))


def test_two_threads_add_their_costs_and_leave_the_quality_of_one(bench):
    one = bench.merged({}, {"ndcg": 0.1}, {"seconds": 2.0}, 1)
    both = bench.merged(one, {"ndcg": 0.2}, {"seconds": 1.0}, 2)
    assert both == {"ndcg": 0.1, "threads": {"1": {"seconds": 2.0}, "2": {"seconds": 1.0}}}
    again = bench.merged(both, {"ndcg": 0.3}, {"seconds": 3.0}, 1)
    assert again == {"ndcg": 0.3, "threads": {"1": {"seconds": 3.0}, "2": {"seconds": 1.0}}}


@needs_wait4
def test_all_is_measured_once_and_in_order(bench, measured):
    ran, kept = measured
    bench.main([])
    assert ran == [(name, n) for name in bench.MODELS for n in (1, 2)]
    assert list(kept["models"]) == list(bench.MODELS)
    assert set(kept) == set(bench.PARTS)
    bench.main(["models"])
    assert len(ran) == 2 * len(bench.MODELS)


@needs_wait4
def test_named_models_alone_are_measured_again(bench, measured):
    ran, kept = measured
    bench.main(["SASRec", "EASE"])
    assert ran == [("EASE", 1), ("EASE", 2), ("SASRec", 1), ("SASRec", 2)] and set(kept) == {"models"}
    bench.main(["SASRec", "--again"])
    assert ran[4:] == [("SASRec", 1), ("SASRec", 2)]


@needs_wait4
def test_without_their_environment_the_peers_are_left_as_they_are(bench, measured, monkeypatch):
    ran, kept = measured
    monkeypatch.setattr(bench.peer, "available", lambda: False)
    bench.main([])
    assert {name for name, _ in ran} == set(bench.OURS)
    assert set(kept) == {"models", "word2vec"}


def test_a_name_that_is_unknown_says_what_there_is(bench, measured):
    with pytest.raises(SystemExit, match=r"no part or model 'EASY'.*metrics.*RecBole EASE"):
        bench.main(["metrics", "EASY"])
    assert measured == ([], {})
