"""A service under load while its model is replaced and its worker killed: nothing lost, nothing mixed."""

from __future__ import annotations

import os
import shutil
import signal
import time

import psutil
import pytest

from recbook import serving
from recbook.data.store import ArtifactError
from recbook.models import EASE
from recbook.serving import load
from recbook.serving.engine import open_engine
from recbook.serving.limits import Limits
from recbook.serving.swap import Swapper, resolve

from .conftest import wait_until

USERS = [f"c-{user:02}" for user in range(39)]
REQUESTS = [("/recommend", {"user": user}) for user in USERS]


def right_answers(*folders):
    """The lists of each version, by user: whatever is answered has to be one of them, whole."""
    engines = [open_engine(folder) for folder in folders]
    return {
        engine.version: {user: [[*item] for item in engine.recommend(10, user=user)] for user in USERS}
        for engine in engines
    }


def checker(right):
    def check(request, answer):
        found = [[item["id"], item["title"], item["score"]] for item in answer["items"]]
        return found == right[answer["model"]][request[1]["user"]]

    return check


@pytest.fixture(scope="module")
def started(models, tmp_path_factory):
    """One service for all tests here, and the folder that it looks at."""
    folder = shutil.copytree(models, tmp_path_factory.mktemp("served") / "models")
    with serving.running(folder, poll=0.2) as found:
        yield found, folder


@pytest.fixture
def served(started):
    return started[1]


@pytest.fixture
def service(started):
    """The service with the first version, and a spare that stands by."""
    found, folder = started
    serving.publish(folder, "v1")
    (version,) = right_answers(folder / "v1")
    wait_until(lambda: found.health()["model"] == version)
    wait_until(lambda: spares(found) - {found.worker_pid()})
    return found


def spares(service) -> set[int]:
    """The living workers that have said that they stand by."""
    said = {line["pid"] for line in service.log() if line["event"] == "spare stands by"}
    return {pid for pid in said if psutil.pid_exists(pid)}


def refusals(service) -> list[dict]:
    return [line for line in service.log() if line["event"] == "model refused"]


def test_two_thousand_requests_while_the_model_is_replaced(service, served):
    right = right_answers(served / "v1", served / "v2")
    one, two = right
    assert one != two and all(right[one][user] != right[two][user] for user in USERS[:3])
    found = load.closed_loop(
        service.url, REQUESTS, clients=8, n=2000, check=checker(right),
        at={0.3: lambda: serving.publish(served, "v2"), 1.2: lambda: serving.publish(served, "v1"),
            2.0: lambda: serving.publish(served, "v2")},
    )  # fmt: skip
    assert (found.lost, found.wrong, len(found.status), found.errors) == (0, 0, 2000, {})
    assert set(found.versions) == {one, two} and sum(found.versions.values()) == 2000


def test_a_new_model_answers_within_two_seconds_and_in_the_same_process(service, served):
    worker, (_, two) = service.worker_pid(), right_answers(served / "v1", served / "v2")
    serving.publish(served, "v2")
    assert wait_until(lambda: service.health()["model"] == two) < 2 * _slowness()
    assert service.worker_pid() == worker


def test_what_is_broken_is_refused_and_the_old_model_goes_on_even_in_a_new_worker(service, served):
    right = right_answers(served / "v1")
    shutil.copytree(served / "v2", served / "v3")
    (vectors,) = (served / "v3").glob("vectors-*")
    vectors.write_bytes(vectors.read_bytes()[:-1])
    serving.publish(served, "v3")
    wait_until(lambda: refusals(service))
    time.sleep(1)
    (refusal,) = refusals(service)  # said once
    assert "cut or damaged" in refusal["why"]
    assert service.health()["model"] in right

    worker = service.worker_pid()
    os.kill(worker, signal.SIGKILL)
    found = load.closed_loop(service.url, REQUESTS, clients=2, n=20, retry=True, check=checker(right))
    assert (found.lost, found.wrong) == (0, 0) and set(found.versions) == set(right)
    assert service.worker_pid() != worker

    serving.publish(served, "v2")  # and what is in order is taken again
    wait_until(lambda: service.health()["model"] == next(iter(right_answers(served / "v2"))))


def test_a_worker_that_is_killed_under_load_is_back_and_a_client_that_retries_loses_nothing(service, served):
    right = right_answers(served / "v1", served / "v2")
    workers = [service.worker_pid()]

    def kill():
        os.kill(workers[0], signal.SIGKILL)

    found = load.closed_loop(
        service.url, REQUESTS, clients=8, seconds=6, retry=True, check=checker(right),
        at={0.5: lambda: serving.publish(served, "v2"), 2.0: kill},
    )  # fmt: skip
    assert (found.lost, found.wrong) == (0, 0)
    assert found.errors["connection"] >= 1 and found.retries >= 1  # what the dead worker had in hand
    assert found.gap < 10
    assert service.worker_pid() not in workers
    assert not psutil.pid_exists(workers[0])


def test_without_retries_a_kill_loses_what_was_in_hand_and_nothing_is_answered_wrongly(service, served):
    right = right_answers(served / "v1")
    worker = service.worker_pid()
    found = load.closed_loop(
        service.url, REQUESTS, clients=8, n=600, check=checker(right), at={0.5: lambda: os.kill(worker, signal.SIGKILL)}
    )
    assert found.wrong == 0 and set(found.errors) <= {"connection", "503"}
    assert 1 <= found.lost <= 8  # one a client: the next ones wait until the port is served again


# ---- In this process


def said():
    lines = []
    return lines, lambda event, **fields: lines.append((event, fields))


def test_what_current_names(parent, tmp_path):
    assert resolve(parent) == parent / "v1"
    assert resolve(parent / "v2") == parent / "v2"
    (parent / "current").write_text(f"{parent / 'v2'}\n", encoding="utf-8")
    assert resolve(parent) == parent / "v2"
    (parent / "current").write_text("\n", encoding="utf-8")
    with pytest.raises(ArtifactError, match="is empty"):
        resolve(parent)
    (parent / "current").unlink()
    (parent / "current").symlink_to(parent / "v2")
    assert resolve(parent).samefile(parent / "v2")
    with pytest.raises(FileNotFoundError, match="save the model there before"):
        serving.publish(parent, "v9")


def test_a_model_that_is_saved_again_into_its_folder_is_swapped_too(parent, purchases):
    lines, report = said()
    swapper = Swapper(parent / "v1", Limits(), report)
    before = swapper.engine
    assert not swapper.look()
    EASE(7.0).fit(purchases).save(parent / "v1")
    assert swapper.look() and swapper.engine is not before
    assert [event for event, _ in lines] == ["model loaded"] * 2


def test_a_manifest_that_was_changed_by_hand_is_refused(parent):
    lines, report = said()
    swapper = Swapper(parent, Limits(), report)
    before, path = swapper.engine, parent / "v2" / "model.json"
    path.write_text(path.read_text("utf-8").replace("red tea 0", "red tea 9"), "utf-8")
    serving.publish(parent, "v2")
    assert not swapper.look() and swapper.engine is before
    assert "was changed after it was written: its SHA-256 does not fit" in lines[-1][1]["why"]


def test_a_half_copied_folder_is_taken_when_it_is_whole(parent):
    lines, report = said()
    swapper = Swapper(parent, Limits(), report)
    (parent / "v3").mkdir()
    (parent / "current").write_text("v3", encoding="utf-8")
    assert not swapper.look()
    shutil.copy(parent / "v2" / "model.json", parent / "v3")
    assert not swapper.look() and not swapper.look()
    (vectors,) = (parent / "v2").glob("vectors-*")
    shutil.copy(vectors, parent / "v3")
    assert swapper.look()
    assert [event for event, _ in lines] == ["model loaded", "model refused", "model refused", "model loaded"]


def _slowness() -> float:
    """How many times slower than alone this machine is: a busy one may take its time."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)) if hasattr(os, "getloadavg") else 1.0
