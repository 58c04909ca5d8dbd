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

from recbook.bilingual import Both
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
        Both(
            en="pip is told to ask no package index: take its setting no-index away (PIP_NO_INDEX, or in its "
            "configuration; `pip config debug` names the file), or name a folder that has the wheel (PIP_FIND_LINKS).",
            zh="pip 被设成不访问任何软件包索引：请去掉设置 no-index（环境变量 PIP_NO_INDEX，或配置文件里的；"
            "`pip config debug` 会指出是哪个文件），或指定一个存有这个 wheel 的文件夹（PIP_FIND_LINKS）。",
        ),
    ),
    (
        r"certificate verify failed|CERTIFICATE_VERIFY",
        Both(
            en="the certificate of the package index was refused. Behind the proxy of a company or school, give pip "
            "its certificate: `pip config set global.cert FILE`.",
            zh="软件包索引的证书没有通过验证。在公司或学校的代理后面，请把代理的证书告诉 pip："
            "`pip config set global.cert FILE`。",
        ),
    ),
    (
        r"ProxyError|407 Proxy",
        Both(
            en="the proxy did not let pip through. Check HTTPS_PROXY, or `pip config set global.proxy ADDRESS`.",
            zh="代理没有放行 pip。请检查 HTTPS_PROXY，或运行 `pip config set global.proxy ADDRESS`。",
        ),
    ),
    (
        r"not a trusted or secure host",
        Both(
            en=f"pip takes nothing from an index whose address begins with http:. Give one with https: {_MIRROR}.",
            zh=f"地址以 http: 开头的索引，pip 不会从那里下载。请换成 https 的：{_MIRROR}。",
        ),
    ),
    (
        r"NewConnectionError|ConnectTimeout|Read timed out|Max retries|refused|Failed to establish"
        r"|name resolution|Name or service|getaddrinfo|nodename nor servname|unreachable|RemoteDisconnected"
        r"|Connection aborted",
        Both(
            en="the package index could not be reached. Check the network, or point pip to a mirror near you: "
            f"{_MIRROR}.",
            zh=f"连不上软件包索引。请检查网络，或让 pip 使用就近的镜像：{_MIRROR}。",
        ),
    ),
    (
        r"No matching distribution",
        Both(
            en="the package index that pip uses does not offer it. In a network with a login page, log in first; "
            f"else use an index that has it: {_MIRROR}.",
            zh=f"pip 所用的软件包索引里没有它。网络有登录页面的，请先登录；否则换一个有它的索引：{_MIRROR}。",
        ),
    ),
    (
        r"",
        Both(
            en=f"the package index answered with an error. Try later, or use another mirror: {_MIRROR}.",
            zh=f"软件包索引返回了错误。请稍后再试，或换一个镜像：{_MIRROR}。",
        ),
    ),
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
        Both(
            en=f"Could not download {source}: the connection broke off {ATTEMPTS} times. Nothing is kept of it, so "
            f"a steadier network is needed, or a mirror near you: {_MIRROR}.",
            zh=f"{source} 没有下载成功：连接断了 {ATTEMPTS} 次。已下载的部分没有保留，"
            f"需要更稳定的网络，或就近的镜像：{_MIRROR}。",
        )
    )


def _check_pip() -> None:
    if importlib.util.find_spec("pip") is None:
        raise ModuleNotFoundError(
            Both(
                en=f"{sys.executable} has no pip, which does the downloading. Run "
                f"`{sys.executable} -m ensurepip --upgrade` (`uv pip install pip` in an environment made by uv).",
                zh=f"{sys.executable} 没有 pip，而下载要用它。请运行 "
                f"`{sys.executable} -m ensurepip --upgrade`（由 uv 建立的环境用 `uv pip install pip`）。",
            )
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
    return ConnectionError(
        Both(
            en=f"Could not download {source}: {advice} (pip: {last})",
            zh=f"{source} 没有下载成功：{advice.zh}（pip：{last}）",
        )
    )
