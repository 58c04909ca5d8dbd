"""A package index and file server on this machine that misbehaves as a test asks, and what it serves."""

from __future__ import annotations

import hashlib
import io
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

RATINGS = b"user\titem\n" + b"".join(b"%d\t%d\n" % (user, 7 * user) for user in range(20_000))
TITLES = "1\tThe Birdcage\n2\t霸王别姬\n".encode()
LOGIN_PAGE = b"<!DOCTYPE html><html><body>Please log in to the network.</body></html>"


class Server(ThreadingHTTPServer):
    """Serves ``files`` by path. ``faults[path]`` is a list of faults, one a request (the last one stays).

    A fault is "cut 3" or "stall 3" (a third of the body, then the end or silence), "lie", "login page",
    "vanish", "busy", "no ranges" or "redirect PATH".
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, bytes] = {}
        self.faults: dict[str, list[str]] = {}
        self.requests: list[tuple[str, str | None]] = []  # path, Range header
        self.closing = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def offer(self, file: str, content: bytes) -> None:
        """Put a distribution on the index."""
        package = file.split("-")[0].replace("_", "-")
        self.files[f"/files/{file}"] = content
        self.files[f"/simple/{package}/"] = f'<!DOCTYPE html><a href="/files/{file}">{file}</a>'.encode()

    def count(self, path: str) -> int:
        return sum(1 for requested, _ in self.requests if requested == path)

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        self.server.requests.append((self.path, self.headers.get("Range")))
        faults = self.server.faults.get(self.path, ["none"])
        fault = faults.pop(0) if len(faults) > 1 else faults[0]
        content = self.server.files.get(self.path)
        if fault.startswith("redirect "):
            self._answer(302, b"", Location=fault.removeprefix("redirect "))
        elif fault == "busy":
            self._answer(503, b"")
        elif fault == "login page":
            self._answer(200, LOGIN_PAGE)
        elif fault == "vanish" or content is None:
            self._answer(404, b"")
        else:
            self._send(content if fault != "lie" else bytes(reversed(content)), fault)

    def _send(self, content: bytes, fault: str) -> None:
        start = int((self.headers.get("Range") or "bytes=0-")[len("bytes=") : -1])
        if start and fault != "no ranges":
            if start >= len(content):
                return self._answer(416, b"")
            span = f"bytes {start}-{len(content) - 1}/{len(content)}"
            return self._answer(206, content[start:], fault, **{"Content-Range": span})
        self._answer(200, content, fault)

    def _answer(self, status: int, body: bytes, fault: str = "none", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "text/html" if body.startswith(b"<!DOCTYPE") else "application/octet-stream")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        broken = fault.startswith(("cut", "stall"))
        self.wfile.write(body[: len(body) // int(fault.split()[1])] if broken else body)
        self.wfile.flush()
        if fault.startswith("stall"):
            self.server.closing.wait(30)
        self.close_connection = broken

    def log_message(self, *_: object) -> None:
        pass


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def wheel(members: dict[str, bytes], package: str = "films") -> bytes:
    """A made-up wheel that pip accepts."""
    metadata = f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n".encode()
    tags = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    about = {"METADATA": metadata, "WHEEL": tags, "RECORD": b""}
    files = members | {f"{package}-1.0.dist-info/{name}": content for name, content in about.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def leftovers(cache: Path) -> list[str]:
    """What stands in the cache besides locks: nothing, after a failure."""
    return sorted(file.name for file in (cache / "data").rglob("*") if file.suffix != ".lock")
