"""Keeps one worker running: holds the port, starts the worker again when it dies, and lets none outlive itself.

The port stays open while a worker is started, so a client that asks meanwhile waits in the queue of the listening
socket; what a dead worker had in hand gets a connection error. A spare stands by, all imported, and takes over as soon
as it has loaded the model. Both end when the pipe to them closes, however this process ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from recbook.bilingual import Both
from recbook.serving import journal
from recbook.serving.worker import REFUSED, Task

MOST_DEATHS = 5  # at the start, one after another
START_SECONDS = 180.0  # with an encoder that is fetched first
LONG_LIFE = 10.0  # seconds; a worker that lived shorter is started again more slowly each time
_FIRST_DELAY, _LAST_DELAY = 0.1, 4.0  # seconds
_END_SECONDS = 6.0
_ON_WINDOWS = sys.platform == "win32"


class ServeError(ValueError):
    """The service cannot start, or cannot go on; the message says why."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on the port (any free one for 0). ServeError where that cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    if not _ON_WINDOWS:  # there it would let two programs have one port
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(1024)
    except (OSError, OverflowError) as error:
        listening.close()
        busy = Both(en="another program has it", zh="另一个程序正在使用")
        why = busy if getattr(error, "errno", None) in _BUSY else Both(en=f"{error}", zh=f"{error}")
        raise ServeError(
            Both(
                en=f"Port {port} cannot be had: {why}. Choose another with --port.",
                zh=f"端口 {port} 用不了：{why.zh}。请用 --port 换一个。",
            )
        ) from None
    return listening


_BUSY = {98, 48, 10048}  # EADDRINUSE of Linux, macOS, Windows


class Supervisor:
    """Serves ``task`` on ``listening`` until `stop`. ``announce(address, version)`` is called once, when it answers."""

    def __init__(self, task: Task, listening: socket.socket, announce: Callable[[str, str], None]) -> None:
        self.task, self.listening, self.announce = task, listening, announce
        self._end = threading.Event()
        self._answered = False  # ever
        self._good: str | None = None  # the folder that was served last
        self._spare: _Worker | None = None
        self._spare_since = -LONG_LIFE
        self._modules: list[str] = []

    def stop(self, *_: object) -> None:
        """End the worker and return from `run`; a signal handler, too."""
        self._end.set()

    def run(self) -> None:
        """Returns when stopped. ServeError where the first worker refuses the folder, or workers die at the start."""
        try:
            self._run()
        finally:
            if self._spare is not None:
                self._spare.end()

    def _run(self) -> None:
        deaths, short_lives = 0, 0
        while not self._end.is_set():
            began = time.monotonic()
            refusal, became_ready = self._one_life()
            deaths = 0 if became_ready else deaths + 1
            short_lives = 0 if time.monotonic() - began > LONG_LIFE else short_lives + 1
            if refusal and not self._answered:
                raise ServeError(refusal)
            if deaths >= MOST_DEATHS:
                why = refusal.rstrip(".") or "its log says how"
                raise ServeError(
                    f"The worker died {deaths} times at its start, the last time: {why}. No more is tried."
                )
            self._end.wait(min(_FIRST_DELAY * 2 ** max(short_lives - 1, 0), _LAST_DELAY))

    def _one_life(self) -> tuple[str, bool]:
        """Start a worker and wait for its end; why it refused, if it did, and whether it had been ready."""
        worker, self._spare = self._spare or _Worker(self.listening, self._modules), None
        journal.write("worker started", pid=worker.process.pid)
        try:
            worker.serve(replace(self.task, fallback=self._good))
            refusal, ready = self._follow(worker)
        finally:
            code = worker.end()
        journal.write("worker ended", pid=worker.process.pid, code=code, wanted=self._end.is_set())
        return refusal, ready

    def _follow(self, worker: _Worker) -> tuple[str, bool]:
        refusal, ready, deadline = "", False, time.monotonic() + START_SECONDS
        while not self._end.is_set() and (ready or time.monotonic() < deadline):
            said = worker.said(0.1)
            if said is None:
                break
            refusal = said.get("refused", refusal)
            self._good = said.get("serves", self._good)
            if "ready" in said:
                ready, self._modules = True, said["modules"]
                self._ready(said["ready"])
            if ready:
                self._have_a_spare()
        return refusal, ready

    def _have_a_spare(self) -> None:
        """One that died is replaced, but not at once: where none can live, it would go on and on."""
        if self._spare is not None and self._spare.lives:
            if (self._spare.said(0) or {}).get("stands_by"):
                journal.write("spare stands by", pid=self._spare.process.pid)
        elif time.monotonic() - self._spare_since > LONG_LIFE or self._spare is None:
            self._spare_since = time.monotonic()
            self._spare = _Worker(self.listening, self._modules)

    def _ready(self, version: str) -> None:
        if not self._answered:
            self._answered = True
            self.announce(_address(self.listening), version)


class _Worker:
    """A worker process, and what it says. It imports, and then waits for `serve`."""

    def __init__(self, listening: socket.socket, modules: list[str]) -> None:
        number = listening.fileno()
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "recbook.serving.worker", *modules],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, **_apart(number),
        )  # fmt: skip
        self._said: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()
        self._where: dict[str, Any] = {"number": number}
        if _ON_WINDOWS:
            self._where = {"share": listening.share(self.process.pid).hex()}  # type: ignore[attr-defined, unused-ignore]

    @property
    def lives(self) -> bool:
        return self.process.poll() is None

    def serve(self, task: Task) -> None:
        """What it is to do from now on."""
        assert self.process.stdin is not None
        line = json.dumps({"task": task.as_json(), **self._where})
        with contextlib.suppress(OSError):  # it has died already: `said` tells
            self.process.stdin.write(line.encode() + b"\n")
            self.process.stdin.flush()

    def said(self, seconds: float) -> dict[str, Any] | None:
        """The next thing that it says, {} for nothing in these seconds, None when it has ended."""
        try:
            return self._said.get(timeout=seconds)
        except queue.Empty:
            return {} if self.lives else None

    def end(self) -> int:
        """Let it end, make it end if it does not, and return its exit status."""
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):  # it had died
            self.process.stdin.close()
        try:
            return self.process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            try:
                self._said.put(json.loads(line))
            except ValueError:  # cut by its death
                continue
        self._said.put(None)


def _apart(number: int) -> dict[str, Any]:
    """So that Ctrl-C reaches this process alone, which then ends the worker; and the worker gets the socket."""
    if _ON_WINDOWS:
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}  # type: ignore[attr-defined, unused-ignore]
    return {"start_new_session": True, "pass_fds": (number,)}


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def stop_on_signals(stop: Callable[..., None]) -> None:
    """Ctrl-C, and what a service manager or a closed terminal sends."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
        if (number := getattr(signal, name, None)) is not None:
            signal.signal(number, stop)


def stop_when_closed(stop: Callable[..., None]) -> None:
    """Stop when stdin closes: whoever holds its other end is gone."""

    def wait() -> None:
        while os.read(0, 1024):
            pass
        stop()

    threading.Thread(target=wait, daemon=True).start()


__all__ = ["REFUSED", "ServeError", "Supervisor", "listen", "stop_on_signals", "stop_when_closed"]
