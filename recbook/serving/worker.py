"""The process that answers: run by `recbook.serving.supervisor`, which holds the port and starts it again.

``python -m recbook.serving.worker MODULE …`` imports what it will need, these modules too, and then waits for one line
on stdin: a `Task`, and where the listening socket is. So a spare worker can stand by, and answers as soon as it has
loaded a model. After that line nothing comes: when stdin closes, the supervisor is gone or wants an end, and the worker
ends. On stdout it tells the supervisor, a JSON object a line, what it serves or why it cannot. Its log goes to stderr.
"""

from __future__ import annotations

import importlib
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
_KEPT_SECONDS = 60  # longer than clients keep a connection: one that is closed while it is used looks like a failure
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

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_json(cls, given: dict[str, Any]) -> Task:
        return cls(**given | {"limits": Limits(**given["limits"])})


def main() -> None:
    tell, ending = _Teller(), _Ending()
    os.environ.setdefault(
        "OMP_NUM_THREADS", "1"
    )  # requests share the cores: one that takes them all keeps others waiting
    os.environ["TQDM_DISABLE"] = "1"
    warnings.simplefilter("ignore")
    try:
        _get_ready(sys.argv[1:])
        tell(stands_by=True)
        if not (line := sys.stdin.buffer.readline()):  # the supervisor needed no spare
            return
        given = json.loads(line)
        threading.Thread(target=ending.when_closed, args=(sys.stdin.buffer,), daemon=True).start()
        server = _server(Task.of_json(given["task"]), tell)
    except Exception as error:  # whatever is wrong with a folder, it is a sentence for whoever started the service
        tell(refused=_sentence(error))
        os._exit(REFUSED)
    ending.server = server
    server.run(sockets=[_listening(given)])
    sys.stderr.flush()
    os._exit(0)  # without waiting for titles that are still being encoded


def _get_ready(modules: list[str]) -> None:
    """Import what serving takes, which is most of the time of a start."""
    for module in ("uvicorn", "recbook.serving.service", "recbook.models.base", *modules):
        importlib.import_module(module)


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


def _listening(given: dict[str, Any]) -> socket.socket:
    """The socket that the supervisor holds: by its number, or on Windows by what ``share`` made of it."""
    if "share" in given:
        return socket.fromshare(bytes.fromhex(given["share"]))  # type: ignore[attr-defined, unused-ignore]
    return socket.socket(fileno=given["number"])


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
            engine = app.state.service.swapper.engine
            tell(ready=engine.version, modules=engine.modules)

    return Server(
        uvicorn.Config(
            app, http=Protocol, ws="none", loop="asyncio", log_config=None, access_log=False, server_header=False,
            limit_concurrency=limits.max_connections, timeout_graceful_shutdown=int(_GRACE),
            timeout_keep_alive=_KEPT_SECONDS,
        )
    )  # fmt: skip


def _sentence(error: Exception) -> str:
    if isinstance(error, ModuleNotFoundError):
        return f"{error.name} is not installed; `pip install 'recbook[serve]'` adds what the service needs."
    return " ".join(str(error).split()) or type(error).__name__


if __name__ == "__main__":
    main()
