"""One worker that runs, whatever becomes of it; none that outlives its supervisor; a sentence for what cannot start."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import textwrap

import psutil
import pytest
from typer.testing import CliRunner

from recbook import serving
from recbook.cli import app
from recbook.serving import ServiceError, supervisor
from recbook.serving.limits import Limits
from recbook.serving.supervisor import ServeError, Supervisor, listen
from recbook.serving.worker import Task

from .conftest import wait_until

ON_POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals")


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def family(pid: int) -> list[int]:
    """The process and all that it started."""
    return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]


# ---- What cannot start


def refused(*words: object) -> str:
    """What `recbook serve` says where it does not start."""
    result = CliRunner().invoke(app, ["serve", *map(str, words)], env={"RECBOOK_CONTAINER": ""})
    assert result.exit_code == 1
    (line,) = [line for line in result.output.splitlines() if not line.startswith("{")]
    assert line.startswith("recbook: ")
    return line


def test_a_missing_folder(tmp_path):
    assert f"There is no folder {tmp_path / 'nowhere'}." in refused(tmp_path / "nowhere")


def test_a_busy_port(models):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = refused(models, "--port", port)
    assert f"Port {port} cannot be had: another program has it. Choose another with --port." in said


def test_a_port_that_is_none(models):
    assert "Port 70000 cannot be had" in refused(models, "--port", 70_000)


def test_another_address_than_loopback_only_in_a_container(models):
    assert "would let other machines ask" in refused(models, "--host", "0.0.0.0")


@pytest.mark.parametrize(
    ("limit", "says"),
    [
        ("patience=3", "There is no limit 'patience'; the limits are max_n, max_history"),
        ("timeout=soon", "The limit timeout must be a number; got 'soon'."),
        ("max_n=2.5", "The limit max_n must be a whole number; got '2.5'."),
        ("max_n=0", "The limit max_n must be above 0; got 0."),
        ("timeout=nan", "The limit timeout must be above 0; got nan."),
    ],
)
def test_a_limit_that_is_none(models, limit, says):
    assert says in refused(models, "--limit", limit)


def newer(folder):
    path = folder / "model.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"version": 2}), "utf-8")


def cut(folder):
    (path,) = folder.glob("vectors-*")
    path.write_bytes(path.read_bytes()[:-100])


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (newer, "version 2; this program reads 'recbook.model', version 1"),
        (cut, "is cut or damaged"),
    ],
)
def test_a_folder_that_is_not_in_order_is_refused_by_a_real_command(parent, spoil, says):
    spoil(parent / "v1")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "recbook", "serve", str(parent), "--port", "0"],
        capture_output=True, text=True, timeout=200,
    )  # fmt: skip
    (sentence,) = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    assert done.returncode == 1 and done.stdout == ""
    assert sentence.startswith("recbook: ") and says in sentence


def test_current_that_names_nothing_is_refused(parent):
    (parent / "current").write_text("v7\n", encoding="utf-8")
    with pytest.raises(ServiceError, match="names 'v7', but there is no folder"), serving.running(parent):
        pass


def test_workers_that_die_at_their_start_are_given_up(monkeypatch, tmp_path):
    """Every worker is a process that fails: tried again a few times, more slowly each time, and then no more."""
    monkeypatch.setattr(supervisor.sys, "executable", shutil.which("false") or "false")
    announced = []
    with listen("127.0.0.1", 0) as listening:
        supervised = Supervisor(Task(str(tmp_path), Limits()), listening, lambda *said: announced.append(said))
        with pytest.raises(ServeError, match="died 5 times at its start"):
            supervised.run()
    assert not announced


# ---- Ends


@ON_POSIX
@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT"])
def test_a_signal_ends_everything_cleanly(models, number):
    with serving.running(models) as service:
        wait_until(lambda: len(family(service.pid)) == 3)  # the supervisor, its worker, and the spare
        pids = family(service.pid)
        os.kill(service.pid, getattr(signal, number))
        assert service._process.wait(15) == 0
        assert all(gone(pid) for pid in pids)


@ON_POSIX
def test_no_worker_outlives_a_supervisor_that_is_killed(models):
    with serving.running(models) as service:
        wait_until(lambda: len(family(service.pid)) == 3)
        _, *workers = family(service.pid)
        os.kill(service.pid, signal.SIGKILL)
        wait_until(lambda: all(gone(pid) for pid in workers), 20)


def test_a_failing_cell_leaves_no_process(models):
    with pytest.raises(ZeroDivisionError), serving.running(models) as service:
        pids = family(service.pid)
        assert len(pids) >= 2
        1 / 0  # noqa: B018
    assert all(gone(pid) for pid in pids)
    service.stop()  # once more does nothing


@ON_POSIX
def test_a_kernel_that_is_killed_takes_its_service_along(models):
    cell = f"""
        from recbook import serving
        with serving.running({str(models)!r}) as service:
            print(service.pid, service.worker_pid(), flush=True)
            input()
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(cell)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as kernel:
        pids = list(map(int, kernel.stdout.readline().split()))
        assert len(pids) == 2
        kernel.kill()
    wait_until(lambda: all(gone(pid) for pid in pids), 20)
