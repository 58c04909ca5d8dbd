"""One function alone and by Ray: the same rows, also where a worker is killed; and what is refused without it."""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest

from recbook.data import Interactions, fetch
from recbook.data.split import Split
from recbook.evaluation import evaluate
from recbook.models import EASE
from recbook.peer import PeerError, beside, jobs, many
from recbook.text import TextEncoder

needs_ray = pytest.mark.skipif(not many.available(), reason="make ray has not been run")
needs_weights = pytest.mark.skipif(not fetch.is_cached("all-MiniLM-L6-v2"), reason="the weights have not been fetched")


def split_of(repeats: str) -> Split:
    rng = np.random.default_rng(0)
    user, item = rng.integers(40, size=900), rng.integers(30, size=900)
    log = Interactions(user, item, None, np.arange(900), np.arange(40), np.arange(30))
    part = np.repeat([0, 1, 2], [700, 100, 100])
    return Split(*(log.take(part == n) for n in range(3)), repeats=repeats)


@pytest.mark.parametrize("repeats", ["first", "keep"])
def test_users_in_parts_are_judged_as_all_at_once(repeats, tmp_path):
    split = split_of(repeats)
    model = EASE(10.0).fit(split.train)
    users = jobs.write_judge(model, split, tmp_path)
    found = many.alone(jobs.judge, many.parts_of(users.tolist(), 7), folder=str(tmp_path))
    whole = evaluate(model, split).per_user["ndcg@10"]
    np.testing.assert_array_equal(found, whole[users])
    assert np.isnan(np.delete(whole, users)).all() and found.std() > 0


@needs_weights
def test_an_encoder_in_onnx_gives_the_course_s_vectors():
    texts = ["Toy Story (1995)", "", "a film " * 300, "Amélie", "Alien"]
    found = many.alone(jobs.embed, many.parts_of(texts, 2), file=jobs.encoder_file())
    with pytest.warns(UserWarning, match="more than 256 tokens"):
        assert np.allclose(found, TextEncoder().encode(texts), atol=1e-5)


def test_parts_hold_every_entry_once():
    assert many.parts_of([1, 2, 3, 4, 5], 2) == [[1, 2], [3, 4], [5]]
    assert many.parts_of([], 2) == []


def test_without_its_environment_the_error_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(beside, "course_root", lambda: tmp_path)
    assert not many.available()
    with pytest.raises(PeerError, match="Ray has no environment yet"):
        many.run(jobs.judge, [[1]])


@pytest.mark.parametrize(("parts", "workers"), [([], 2), ([[1]], 0)])
def test_nothing_to_do_or_nobody_to_do_it_is_refused(parts, workers):
    with pytest.raises(ValueError, match="at least one worker and one part"):
        many.run(jobs.judge, parts, workers)


def test_a_function_that_no_worker_can_import_is_refused():
    with pytest.raises(ValueError, match="a function of a module"):
        many._path(lambda part: np.array(part))


def test_a_start_that_takes_too_long_is_tried_again(monkeypatch, tmp_path):
    tries: list[int] = []

    def asked(self, worker, task, folder, what, variables):
        tries.append(1)
        if len(tries) < 3:
            raise PeerError("The current node timed out during startup.")
        np.savez(folder / "values.npz", part0=np.ones(2), part1=np.zeros(1))
        return '{"seconds": 2.5, "begun_by": [[1, 2], [2]], "killed": 1}'

    monkeypatch.setattr(beside.Environment, "python", lambda self: tmp_path)
    monkeypatch.setattr(beside.Environment, "ask", asked)
    spread = many.run(jobs.judge, [[1, 2], [3]])
    assert (spread.values.tolist(), spread.seconds, spread.again, len(tries)) == ([1, 1, 0], 2.5, [0], 3)


def test_what_is_no_late_start_is_not_tried_again(monkeypatch, tmp_path):
    tries: list[int] = []

    def asked(*task):
        tries.append(1)
        raise PeerError("2 workers stopped:\nTypeError: no text")

    monkeypatch.setattr(beside.Environment, "python", lambda self: tmp_path)
    monkeypatch.setattr(beside.Environment, "ask", asked)
    with pytest.raises(PeerError, match="TypeError: no text"):
        many.run(jobs.judge, [[1, 2], [3]])
    assert len(tries) == 1


def of_ray() -> set[int]:
    """Processes of Ray's environment; Ray gives some of its own a name that begins with "ray::"."""
    home, found = str(many.python().parents[1]), set()
    for process in psutil.process_iter(["cmdline", "status"]):
        words = process.info["cmdline"] or [""]
        if process.info["status"] != psutil.STATUS_ZOMBIE and (words[0][:5] == "ray::" or home in " ".join(words)):
            found.add(process.pid)
    return found


def wait_for(condition: Callable[[], bool], seconds: float = 120) -> bool:
    end = time.monotonic() + seconds
    while not (met := condition()) and time.monotonic() < end:
        time.sleep(0.2)
    return met


@needs_ray
def test_a_worker_is_killed_and_the_rows_are_the_same(tmp_path):
    split = split_of("first")
    users = jobs.write_judge(EASE(10.0).fit(split.train), split, tmp_path)
    parts = many.parts_of(users.tolist() * 400, 1000)
    before = of_ray()
    spread = many.run(jobs.judge, parts, workers=2, kill=True, folder=str(tmp_path))
    np.testing.assert_array_equal(spread.values, many.alone(jobs.judge, parts, folder=str(tmp_path)))
    (part,) = spread.again
    killed, began = spread.facts["killed"], spread.facts["begun_by"][part]
    assert killed in began and set(began) - {killed}  # another one did it over
    assert wait_for(lambda: of_ray() <= before)


@needs_ray
@pytest.mark.skipif(os.name == "nt", reason="Windows tells no process that its parent is gone")
def test_nothing_outlives_who_asked():
    before, folders = of_ray(), set(Path("/tmp").glob("ray*"))
    code = "from recbook.peer import many; import time; many.run(time.sleep, [600] * 2)"
    asking = subprocess.Popen([sys.executable, "-c", code])
    assert wait_for(lambda: len(of_ray() - before) > 5 or asking.poll() is not None)
    assert asking.poll() is None
    asking.kill()
    asking.wait()
    assert wait_for(lambda: of_ray() <= before)
    for left in set(Path("/tmp").glob("ray*")) - folders:  # who was killed cleans nothing up
        shutil.rmtree(left, ignore_errors=True)


@needs_ray
def test_what_stops_a_job_is_passed_on_and_no_process_stays():
    before, folders = of_ray(), set(Path("/tmp").glob("ray*"))
    with pytest.raises(PeerError, match="must be real number, not str"):
        many.run(math.fsum, [["no number"]], workers=1)
    assert wait_for(lambda: of_ray() <= before)
    assert set(Path("/tmp").glob("ray*")) <= folders
