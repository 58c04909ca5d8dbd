"""A bounded load on a service of this machine: how long answers take, and what becomes of requests when things fail.

Closed loop: each of ``clients`` sends its next request when it has the answer to the one before, so that a slower
service is asked less often. The clients share the machine's cores with the service.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

Request = tuple[str, Mapping[str, Any] | None]  # a path, and what is posted there as JSON; None asks by GET
LOOPBACK = frozenset(("127.0.0.1", "localhost", "::1"))
MOST_CLIENTS, MOST_SECONDS, MOST_REQUESTS = 64, 120.0, 200_000
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)  # seconds before a request is sent again; the last one from then on
_PATIENCE = 30.0  # seconds after which a client that retries gives a request up


@dataclass(frozen=True, eq=False)
class Load:
    """What a load found. Of ``n`` requests in the order of their ends:"""

    clients: int
    seconds: float  # from the first request to the last answer
    start: np.ndarray  # (n,) float64, seconds after the first
    latency: np.ndarray  # (n,) float64, seconds, with all that a retry took
    status: np.ndarray  # (n,) int64, HTTP's; 0 for no answer
    errors: Counter[str]  # by kind, tries that were sent again included: a status, "connection" or "timeout"
    versions: Counter[str]  # of the model, over the answers
    retries: int
    wrong: int  # answers that ``check`` did not accept

    @property
    def answered(self) -> np.ndarray:
        """Which requests got a 200: bool ``(n,)``."""
        return self.status == 200

    @property
    def lost(self) -> int:
        """Requests without a 200."""
        return int((~self.answered).sum())

    @property
    def rate(self) -> float:
        """Answers a second."""
        return float(self.answered.sum() / self.seconds)

    @property
    def gap(self) -> float:
        """The longest time without an answer, in seconds."""
        ends = np.sort((self.start + self.latency)[self.answered])
        return float(np.diff(ends, prepend=0.0, append=max(self.seconds, 0.0)).max())

    def percentile(self, percent: float) -> float:
        """Milliseconds within which that share of the answers came; NaN where none did."""
        return float(1000 * np.percentile(self.latency[self.answered], percent)) if self.answered.any() else np.nan

    def row(self) -> dict[str, float]:
        """Clients, answers a second, percentiles in milliseconds, and requests without an answer."""
        times = {f"p{percent}": self.percentile(percent) for percent in (50, 90, 99)}
        return {"clients": self.clients, "rate": self.rate, **times, "max": self.percentile(100), "lost": self.lost}

    def table(self) -> pd.DataFrame:
        """`row` as a table."""
        import pandas as pd

        return pd.DataFrame([self.row()])


def closed_loop(
    url: str,
    requests: Sequence[Request],
    clients: int = 8,
    seconds: float | None = None,
    n: int | None = None,
    *,
    retry: bool = False,
    timeout: float = 15.0,
    at: Mapping[float, Callable[[], object]] | None = None,
    check: Callable[[Request, dict[str, Any]], bool] | None = None,
) -> Load:
    """Send ``requests`` in turn, again from the first after the last, for ``seconds`` or ``n`` of them.

    With ``retry`` a client sends a request again that met a connection error or a 503, for up to half a minute. ``at``
    are things to be done meanwhile, by the second after the start; what they raise is raised at the end. ``check``
    says whether an answer is right for its request.

    Raises ValueError for an address that is not of this machine, or more than 64 clients, 120 seconds or 200,000
    requests.
    """
    _check(url, requests, clients, seconds, n)
    run = _Run(url, requests, MOST_SECONDS if seconds is None else seconds, MOST_REQUESTS if n is None else n,
               retry, timeout, check)  # fmt: skip
    threads = [threading.Thread(target=run.client, daemon=True) for _ in range(clients)]
    events = [threading.Timer(second, run.event, (what,)) for second, what in (at or {}).items()]
    for thread in [*threads, *events]:
        thread.start()
    try:
        for thread in threads:
            thread.join()
    finally:
        run.over.set()
        for event in events:
            event.cancel()
            event.join()
    return run.found(clients)


class _Run:
    """One load while it runs; each client is a thread that calls `client`."""

    def __init__(
        self, url: str, requests: Sequence[Request], seconds: float, n: int, retry: bool, timeout: float,
        check: Callable[[Request, dict[str, Any]], bool] | None,
    ) -> None:  # fmt: skip
        self.host, self.port = urlsplit(url).hostname or "", urlsplit(url).port
        self.requests, self.n, self.retry, self.timeout, self.check = requests, n, retry, timeout, check
        self.over = threading.Event()
        self.began = time.perf_counter()
        self.end = self.began + seconds
        self._turn = count()
        self._rows: list[tuple[float, float, int]] = []
        self._errors, self._versions = Counter[str](), Counter[str]()
        self._retries = self._wrong = 0
        self._failed: BaseException | None = None
        self._lock = threading.Lock()

    def client(self) -> None:
        """Send one request after the other until there are no more, or time is over."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout)
        try:
            while not self.over.is_set() and time.perf_counter() < self.end and (turn := next(self._turn)) < self.n:
                self._one(connection, self.requests[turn % len(self.requests)])
        except BaseException as error:  # of ``check``: to be raised where the load was started
            self._failed = error
            self.over.set()
        finally:
            connection.close()

    def event(self, what: Callable[[], object]) -> None:
        try:
            what()
        except BaseException as error:
            self._failed = error
            self.over.set()

    def found(self, clients: int) -> Load:
        if self._failed is not None:
            raise self._failed
        start, latency, status = np.array(self._rows, np.float64).reshape(-1, 3).T
        seconds = float((start + latency).max(initial=0.0))
        return Load(clients, seconds, start, latency, status.astype(np.int64), self._errors, self._versions,
                    self._retries, self._wrong)  # fmt: skip

    def _one(self, connection: http.client.HTTPConnection, request: Request) -> None:
        start = time.perf_counter()
        for again in count():
            status, body, kind = _sent(connection, request)
            if kind:
                with self._lock:
                    self._errors[kind] += 1
            if not self._worth_another(status, start):
                break
            with self._lock:
                self._retries += 1
            self.over.wait(_PAUSES[min(again, len(_PAUSES) - 1)])
        self._keep(request, (start - self.began, time.perf_counter() - start, status), body)

    def _worth_another(self, status: int, start: float) -> bool:
        return self.retry and status in (0, 503) and not self.over.is_set() and time.perf_counter() < start + _PATIENCE

    def _keep(self, request: Request, row: tuple[float, float, int], body: bytes) -> None:
        answer = json.loads(body) if row[2] == 200 and request[0] != "/metrics" else {}
        right = self.check is None or row[2] != 200 or self.check(request, answer)
        with self._lock:
            self._rows.append(row)
            self._wrong += not right
            if "model" in answer:
                self._versions[answer["model"]] += 1


def _sent(connection: http.client.HTTPConnection, request: Request) -> tuple[int, bytes, str]:
    """The status (0 for no answer), the answer, and what kind of error it was, "" for none."""
    path, body = request
    try:
        if body is None:
            connection.request("GET", path)
        else:
            connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        status, content = answer.status, answer.read()
    except (OSError, http.client.HTTPException) as error:
        connection.close()  # the next request opens it again
        return 0, b"", "timeout" if isinstance(error, TimeoutError) else "connection"
    return status, content, "" if status == 200 else str(status)


def _check(url: str, requests: Sequence[Request], clients: int, seconds: float | None, n: int | None) -> None:
    if urlsplit(url).scheme != "http" or urlsplit(url).hostname not in LOOPBACK:
        raise ValueError(f"A load is for a service of this machine, such as http://127.0.0.1:8000; got {url}.")
    if not len(requests):
        raise ValueError("There is no request to send.")
    if (seconds is None) == (n is None):
        raise ValueError("Give either seconds or n, the number of requests.")
    for name, value, most in (("clients", clients, MOST_CLIENTS), ("seconds", seconds, MOST_SECONDS),
                              ("n", n, MOST_REQUESTS)):  # fmt: skip
        if value is not None and not 0 < value <= most:
            raise ValueError(f"{name} must be above 0 and at most {most:,}; got {value:,}.")
