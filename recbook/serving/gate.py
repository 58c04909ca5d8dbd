"""What stands between the network and the app: limits on sizes, times and numbers, the log, the metrics.

A request is read whole before it counts as one that is being answered, so that a slow client takes nobody's place.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from recbook.serving import journal
from recbook.serving.errors import RequestError
from recbook.serving.limits import Limits
from recbook.serving.metrics import Metrics

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

LOOPBACK = frozenset(("127.0.0.1", "localhost", "[::1]"))
ALWAYS = frozenset(("/health", "/metrics"))  # answered also when all places are taken
PATHS = frozenset(("/recommend", "/search", "/similar", "/openapi.json")) | ALWAYS
_DRAINED = 32  # times the limit of a body that are read and thrown away, so that the client comes to read why


class Gate:
    """ASGI middleware around ``app``. ``version()`` is the model in use, for the log.

    With ``loopback_only`` a request must name this machine as its host: a web page whose name was made to point here
    (DNS rebinding) is refused.
    """

    def __init__(
        self, app: App, limits: Limits, metrics: Metrics, version: Callable[[], str], loopback_only: bool = True
    ) -> None:
        self.app, self.limits, self.metrics, self.version = app, limits, metrics, version
        self.loopback_only, self.running = loopback_only, 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        started, answer = time.perf_counter(), _Answer(send)
        try:
            await self._answered(scope, receive, answer)
        except RequestError as error:
            await answer.refuse(error)
        except _GoneError:
            answer.status = 499  # nginx's number for a client that left
        except Exception as error:  # the app has said so to the client, or could not; the log gets no words of it
            journal.write("failure", **journal.failure(error))
            await answer.refuse(RequestError(500, "The service failed to answer this request; its log says where."))
        self._record(scope, answer.status, time.perf_counter() - started)

    async def _answered(self, scope: Message, receive: Receive, answer: _Answer) -> None:
        self._check_host(scope)
        replay = _replaying(await self._body(scope, receive), receive)
        if scope["path"] not in ALWAYS and self.running >= self.limits.max_concurrent:
            sentence = f"{self.running} requests are being answered, and no more are taken at a time. Ask again."
            raise RequestError(503, sentence, retry_after=1)
        self.running += 1
        self.metrics.running.set(self.running)
        try:
            await asyncio.wait_for(self.app(scope, replay, answer.send), self.limits.timeout)
        except TimeoutError:
            raise RequestError(504, f"The answer took longer than {self.limits.timeout:g} seconds.") from None
        finally:
            self.running -= 1
            self.metrics.running.set(self.running)

    def _check_host(self, scope: Message) -> None:
        host = _header(scope, b"host").rsplit(":", 1)[0] if not _header(scope, b"host").endswith("]") else "[::1]"
        if self.loopback_only and host not in LOOPBACK:
            raise RequestError(421, "This service answers to the names 127.0.0.1 and localhost alone.")

    async def _body(self, scope: Message, receive: Receive) -> bytes:
        if scope["method"] in ("GET", "HEAD"):
            return b""
        try:
            return await asyncio.wait_for(self._read(receive), self.limits.read_timeout)
        except TimeoutError:
            late = f"The request was not complete after {self.limits.read_timeout:g} seconds."
            raise RequestError(408, late) from None

    async def _read(self, receive: Receive) -> bytes:
        parts, size, more = [], 0, True
        while more and size <= _DRAINED * self.limits.max_body:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _GoneError
            part, more = message.get("body", b""), message.get("more_body", False)
            size += len(part)
            if size <= self.limits.max_body:
                parts.append(part)
        if size > self.limits.max_body:
            raise RequestError(413, f"The request is larger than {self.limits.max_body:,} bytes.")
        return b"".join(parts)

    def _record(self, scope: Message, status: int, seconds: float) -> None:
        path = scope["path"] if scope["path"] in PATHS else "other"  # a path may name somebody, and labels must be few
        self.metrics.requests.labels(path, str(status)).inc()
        self.metrics.seconds.labels(path).observe(seconds)
        milliseconds = round(1000 * seconds, 2)
        journal.write("request", path=path, status=status, milliseconds=milliseconds, model=self.version())


class _GoneError(Exception):
    """The client left before its request was complete."""


class _Answer:
    """Passes the app's answer on, and remembers its status; or says why there is none."""

    def __init__(self, send: Send) -> None:
        self._send, self.status = send, 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        await self._send(message)

    async def refuse(self, error: RequestError) -> None:
        if self.status:  # an answer has begun
            return
        body = json.dumps({"detail": error.sentence}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        if error.retry_after is not None:
            headers.append((b"retry-after", b"%d" % error.retry_after))
        if error.status in (408, 413):  # what is left of the request would be read as the next one
            headers.append((b"connection", b"close"))
        await self.send({"type": "http.response.start", "status": error.status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})


class CuttingProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, which also cuts off a client that takes too long for the head of a request."""

    seconds = Limits.read_timeout
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is None or self.cycle.response_complete:
            self._wait()
        else:
            self._waits_no_more()

    def connection_lost(self, exc: Exception | None) -> None:
        self._waits_no_more()
        super().connection_lost(exc)

    def _wait(self) -> None:
        """From the first byte, however slowly the others drip in."""
        if self._late is None:
            self._late = self.loop.call_later(self.seconds, self.transport.close)

    def _waits_no_more(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


def _replaying(body: bytes, receive: Receive) -> Receive:
    """``receive`` for the app: the body that was read, then whatever the server says."""
    read = False

    async def replay() -> Message:
        nonlocal read
        if read:
            return await receive()
        read = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _header(scope: Message, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")
