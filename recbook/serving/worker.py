"""The process that answers: run by `recbook.serving.supervisor`, which holds the port and starts it again.

``python -m recbook.serving.worker TASK`` with a `Task` as JSON. On stdin comes a line that says where the listening
socket is, and then nothing: when it closes, the supervisor is gone or wants an end, and the worker ends. On stdout it
tells the supervisor, a JSON object a line, what it serves or why it cannot. Its log goes to stderr.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import warnings
from dataclasses import asdict, dataclass
from typing import IO, Any

from recbook.serving.limits import Limits

REFUSED = 3  # the exit status of a worker that cannot serve what it was given
_GRACE = 3.0  # seconds for the requests that are being answered when the end comes


@dataclass(frozen=True)
class Task:
    """What a worker is to serve."""

    folder: str
    limits: Limits
    encoder: str | None = None
    backend: str | None = None
    warm: bool = False  # whether the search is prepared before anything is answered
    loopback_only: bool = True
    fallback: str | None = None  # a folder that worked before

    def dumps(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def loads(cls, text: str) -> Task:
        given = json.loads(text)
        return cls(**given | {"limits": Limits(**given["limits"])})


def main() -> None:
    tell = _Teller()
    threads = "OMP_NUM_THREADS"
    os.environ.setdefault(threads, "1")  # requests share the cores; one that takes them all makes the others wait
    os.environ["TQDM_DISABLE"] = "1"
    warnings.simplefilter("ignore")
    ending = _Ending()
    listening = _listening(sys.stdin.buffer)
    threading.Thread(target=ending.when_closed, args=(sys.stdin.buffer,), daemon=True).start()
    try:
        server = _server(Task.loads(sys.argv[1]), tell)
    except Exception as error:  # whatever is wrong with a folder, it is a sentence for whoever started the service
        tell(refused=_sentence(error))
        os._exit(REFUSED)
    ending.server = server
    server.run(sockets=[listening])
    sys.stderr.flush()
    os._exit(0)  # without waiting for titles that are still being encoded


class _Teller:
    """Stdout as the way to the supervisor; what anything else prints goes to stderr."""

    def __init__(self) -> None:
        self._to: IO[str] = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)

    def __call__(self, **said: Any) -> None:
        self._to.write(json.dumps(said) + "\n")
        self._to.flush()


class _Ending:
    """Ends the server when stdin closes, and the process when the server does not end."""

    server: Any = None

    def when_closed(self, stdin: IO[bytes]) -> None:
        stdin.read()
        threading.Timer(_GRACE + 1, os._exit, (0,)).start()
        if self.server is None:
            os._exit(0)
        self.server.should_exit = True


def _listening(stdin: IO[bytes]) -> socket.socket:
    """The socket that the supervisor holds: by its number, or on Windows by what ``share`` made of it."""
    where = json.loads(stdin.readline())
    if "share" in where:
        return socket.fromshare(bytes.fromhex(where["share"]))  # type: ignore[attr-defined, unused-ignore]
    return socket.socket(fileno=where["number"])


def _server(task: Task, tell: _Teller) -> Any:
    import uvicorn

    from recbook.serving import journal
    from recbook.serving.gate import CuttingProtocol
    from recbook.serving.service import create_app

    journal.take_over()
    limits = task.limits
    app = create_app(
        task.folder, limits, encoder=task.encoder, backend=task.backend, fallback=task.fallback,
        on_load=lambda version, path: tell(serves=path, model=version), loopback_only=task.loopback_only,
    )  # fmt: skip
    if task.warm:
        service = app.state.service
        service.search.prepare(service.swapper.engine).result()

    class Protocol(CuttingProtocol):
        seconds = limits.read_timeout

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            tell(ready=app.state.service.swapper.engine.version)

    return Server(
        uvicorn.Config(
            app, http=Protocol, ws="none", loop="asyncio", log_config=None, access_log=False, server_header=False,
            limit_concurrency=limits.max_connections, timeout_graceful_shutdown=int(_GRACE),
        )
    )  # fmt: skip


def _sentence(error: Exception) -> str:
    if isinstance(error, ModuleNotFoundError):
        return f"{error.name} is not installed; `pip install 'recbook[serve]'` adds what the service needs."
    return " ".join(str(error).split()) or type(error).__name__


if __name__ == "__main__":
    main()
