"""Run a student's answers in a room, one after another, and take from it whatever comes within the limits."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from recbook.grading.rooms import House, is_root, stop, user_of

START_SECONDS = 300.0
"""How long Python and the libraries may take to come up, before an answer's time begins."""
LINE_BYTES = 8_000_000
"""The longest account of one answer that is read."""
KEPT_BYTES = 4_000
"""How much is kept of what a process prints."""


@dataclass(frozen=True)
class Limits:
    """What one process may take; ``seconds`` for each answer, on the wall clock."""

    seconds: float = 30.0
    megabytes: int = 6_000
    file_megabytes: int = 32
    processes: int = 256


@dataclass(frozen=True)
class Job:
    """One exercise to be tried: what runs before the cells, the cells, what runs after; then the name's cases."""

    id: str
    name: str
    function: bool
    before: Sequence[str]
    cells: Sequence[str]
    after: Sequence[str]
    cases: Sequence[Any]  # packed

    def as_json(self) -> dict[str, Any]:
        return dict(vars(self))


@dataclass(frozen=True)
class Told:
    """What a process said of one job, unread; or how it was lost: "time", "ended" or "start"."""

    line: dict[str, Any] | None = None
    lost: str = ""
    printed: str = ""


def tried(house: House, jobs: Sequence[Job], worker: int = 0, limits: Limits | None = None) -> dict[str, Told]:
    """Try every job. Where one ends its process, or has to be ended, the next ones get a new process."""
    limits, left = limits or Limits(), list(jobs)
    told: dict[str, Told] = {}
    while left:
        done = list(_tried_in_one(house, left, worker, limits))
        told.update(done)
        left = left[len(done) :]
    return told


def _tried_in_one(house: House, jobs: list[Job], worker: int, limits: Limits) -> Iterator[tuple[str, Told]]:
    """What one process says of the jobs, up to the first that it says nothing of, with how that was lost."""
    with _process(house, jobs, worker, limits) as talk:
        ready, lost = talk.line(START_SECONDS)
        if not ready.get("ready"):
            yield from ((job.id, Told(lost="start", printed=talk.printed())) for job in jobs)
            return
        for job in jobs:
            line, lost = talk.line(limits.seconds)
            if line.get("id") != job.id:
                yield job.id, Told(lost=lost or "ended", printed=talk.printed())
                return
            yield job.id, Told(line)


class _Talk:
    """The two pipes of a process, read by threads so that neither can fill up, and no more lines than are asked for."""

    def __init__(self, process: subprocess.Popen[bytes], lines: int) -> None:
        self.lines: queue.Queue[bytes] = queue.Queue()
        self.left = lines
        self.kept = bytearray()
        for target, pipe in ((self._read_lines, process.stdout), (self._drain, process.stderr)):
            threading.Thread(target=target, args=(pipe,), daemon=True).start()

    def _read_lines(self, pipe: IO[bytes]) -> None:
        with suppress(ValueError, OSError):  # closed while it is read
            while self.left and (line := pipe.readline(LINE_BYTES)).endswith(b"\n"):
                self.left -= 1
                self.lines.put(line)
        self.lines.put(b"")

    def _drain(self, pipe: IO[bytes]) -> None:
        with suppress(ValueError, OSError):
            while part := pipe.read1(65_536):  # type: ignore[attr-defined]
                self.kept += part[: KEPT_BYTES - len(self.kept)]

    def line(self, seconds: float) -> tuple[dict[str, Any], str]:
        """The next line as an object, or an empty one and why: "time" or "ended"."""
        try:
            line = self.lines.get(timeout=seconds)
        except queue.Empty:
            return {}, "time"
        try:
            found = json.loads(line) if line else {}
        except (ValueError, RecursionError):
            return {}, "ended"
        return (found, "") if isinstance(found, dict) and found else ({}, "ended")

    def printed(self) -> str:
        return bytes(self.kept).decode(errors="replace")


@contextmanager
def _process(house: House, jobs: list[Job], worker: int, limits: Limits) -> Iterator[_Talk]:
    with tempfile.TemporaryDirectory(prefix="recbook-scratch-", ignore_cleanup_errors=True) as name:
        process = subprocess.Popen(
            house.command(worker, Path(name)),
            cwd=name,
            env=house.environment(Path(name)),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip
        feeding = threading.Thread(target=_feed, args=(process.stdin, _input(house, jobs, worker, limits)), daemon=True)
        feeding.start()
        try:
            yield _Talk(process, 1 + len(jobs))
        finally:
            stop(process)


def _feed(pipe: IO[bytes], content: bytes) -> None:
    with suppress(OSError):  # the process may be gone before it has read
        pipe.write(content)
        pipe.close()


def _input(house: House, jobs: list[Job], worker: int, limits: Limits) -> bytes:
    walls = house.isolation != "none"
    asked = vars(limits) | {
        "jobs": [job.as_json() for job in jobs],
        "user": user_of(worker) if walls and is_root() else 0,
        "cpu_seconds": int(START_SECONDS + limits.seconds * len(jobs)),
        "processes": limits.processes + (0 if walls and is_root() else _running()),
    }
    return json.dumps(asked).encode()


def _running() -> int:
    """How many threads of this user's run now: the system counts them all against one limit."""
    count = 0
    for status in Path("/proc").glob("[0-9]*/task/[0-9]*"):
        with suppress(OSError):
            count += status.stat().st_uid == os.getuid()
    return count


def refused(house: House, limits: Limits | None = None) -> str:
    """Why answers cannot be tried in this house; empty where a trial run says that they can."""
    job = Job("trial", "answer", False, [], ["import os", "answer = [os.getpid()]"], [], [{"tuple": []}])
    (told,) = tried(house, [job], limits=replace(limits or Limits(), seconds=START_SECONDS)).values()
    if told.line and told.line.get("given"):
        return ""
    return (told.printed.strip().splitlines() or ["it does not start"])[-1][:300]
