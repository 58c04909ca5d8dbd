"""A service for the length of a block, and a thin client of it: for notebooks and tests."""

from __future__ import annotations

import atexit
import json
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

_START_SECONDS, _END_SECONDS, _PATIENCE = 200.0, 12.0, 120.0


class ServiceError(RuntimeError):
    """The service could not start, or gave another answer than 200; ``status`` is that answer's, 0 for none."""

    def __init__(self, sentence: str, status: int = 0) -> None:
        super().__init__(sentence)
        self.status = status


@contextmanager
def running(
    folder: str | Path,
    port: int | None = None,
    *,
    warm: bool = False,
    encoder: str | None = None,
    backend: str | None = None,
    **limits: float,
) -> Iterator[Service]:
    """`recbook serve` on ``folder`` for the length of a ``with`` block, on any free port where none is given.

    ``warm`` prepares the search before the block begins. ``limits`` are those of `recbook.serving.Limits`. The service
    ends with the block, however that ends, and with this process, however that ends. ServiceError with the command's
    sentence where it cannot start.
    """
    words = [str(folder), "--port", str(port or 0), *(["--warm"] if warm else [])]
    words += [
        word for name, value in (("--encoder", encoder), ("--backend", backend)) if value for word in (name, value)
    ]
    words += [word for name, value in limits.items() for word in ("--limit", f"{name}={value}")]
    service = Service(words)
    try:
        yield service
    finally:
        service.stop()


class Service:
    """A running `recbook serve`: ``url``, ``pid`` (the supervisor's), and a client. Made by `running`."""

    def __init__(self, words: Sequence[str]) -> None:
        import httpx

        self._log = tempfile.NamedTemporaryFile(prefix="recbook-serve-", suffix=".log", delete=False)  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "recbook", "serve", *words, "--until-stdin-closes"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True, encoding="utf-8",
            start_new_session=sys.platform != "win32",  # an interrupted cell interrupts the cell alone
        )  # fmt: skip
        atexit.register(self.stop)
        self.pid = self._process.pid
        try:
            self.url = self._address()
        except BaseException:
            self.stop()
            raise
        # No proxy that the environment names: the service is on this machine.
        self.client: httpx.Client = httpx.Client(base_url=self.url, timeout=30, trust_env=False)

    def get(self, path: str) -> httpx.Response:
        """The answer, whatever its status."""
        return self.client.get(path)

    def post(self, path: str, body: Any) -> httpx.Response:
        """The answer to ``body`` as JSON, whatever its status."""
        return self.client.post(path, json=body)

    def health(self) -> dict[str, Any]:
        """What /health says. ServiceError for another answer than 200, as of all that follow."""
        return _good(self.get("/health"))

    def worker_pid(self) -> int:
        """The process that answers."""
        return int(self.health()["worker"])

    def recommend(self, user: Any = None, n: int = 10, *, history: Sequence[Any] | None = None) -> dict[str, Any]:
        """{"model": version, "items": [{"id", "title", "score"}]} for a user of the log, or for a history."""
        asked = {"user": user} if history is None else {"history": list(history)}
        return _good(self.post("/recommend", asked | {"n": n}))

    def similar(self, item: Any, n: int = 10) -> dict[str, Any]:
        """The items that are most like one; the answer is as `recommend`'s."""
        return _good(self.post("/similar", {"item": item, "n": n}))

    def search(self, query: str, n: int = 10) -> dict[str, Any]:
        """Items by what a sentence means; waits up to two minutes while the service prepares its search."""
        end = time.monotonic() + _PATIENCE
        while (answer := self.post("/search", {"query": query, "n": n})).status_code == 503:
            if time.monotonic() > end:
                break
            time.sleep(0.2)
        return _good(answer)

    def log(self) -> list[dict[str, Any]]:
        """The log so far: one dictionary a line."""
        found = []
        for line in Path(self._log.name).read_text(encoding="utf-8").splitlines():
            try:
                found.append(json.loads(line))
            except ValueError:  # a sentence for people, or a line that is being written
                continue
        return found

    def stop(self) -> None:
        """End supervisor and worker; a second call does nothing."""
        atexit.unregister(self.stop)
        if hasattr(self, "client"):
            self.client.close()
        _end(self._process)
        self._log.close()
        Path(self._log.name).unlink(missing_ok=True)

    def _address(self) -> str:
        """The address that the command announces."""
        line = _first_line(self._process.stdout, _START_SECONDS)
        if found := re.search(r"http://\S+:\d+", line):
            return found[0]
        if not line:
            self._process.wait(_END_SECONDS)
        said = Path(self._log.name).read_text(encoding="utf-8").splitlines()
        sentences = [each.removeprefix("recbook: ") for each in said if each.startswith("recbook: ")]
        raise ServiceError(sentences[-1] if sentences else "\n".join(["The service did not start.", *said[-5:]]))


def _good(answer: httpx.Response) -> dict[str, Any]:
    if answer.status_code != 200:
        raise ServiceError(answer.json()["detail"], answer.status_code)
    return answer.json()


def _first_line(stream: IO[str] | None, seconds: float) -> str:
    """What a process says first, "" where it ends without a word; what comes later is read and thrown away."""
    assert stream is not None
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()

    def read() -> None:
        lines.put(stream.readline())
        for _ in stream:
            pass

    threading.Thread(target=read, daemon=True).start()
    try:
        return lines.get(timeout=seconds)
    except queue.Empty:
        raise ServiceError(f"The service did not start in {seconds:g} seconds.") from None


def _end(process: subprocess.Popen[str]) -> None:
    """Ask by closing stdin; who does not end is ended."""
    if process.stdin is not None and not process.stdin.closed:
        process.stdin.close()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
