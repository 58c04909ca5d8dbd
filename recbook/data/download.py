"""Download one file from a list of mirrors: streamed, resumed, retried, checked."""

from __future__ import annotations

import time
from itertools import chain
from pathlib import Path

import requests
from tqdm import tqdm

from recbook.bilingual import Both
from recbook.data.cards import UrlSource
from recbook.data.hashes import sha256_of

ROUNDS = 4
"""How often the list of mirrors is gone through."""

PAUSE = 1.0
"""Seconds before the second round; each later pause is twice as long."""

TIMEOUT = (10.0, 30.0)
"""Seconds to wait for a connection, and for the next bytes."""

_BLOCK = 1 << 14  # what has arrived of a block is lost when the connection breaks off


class _UselessError(ValueError):
    """A mirror does not have the file: asking it again is of no use."""


def download(source: UrlSource, part: Path, bar: tqdm) -> None:
    """Complete the file ``part``, going on from what an earlier try left there; ``bar`` moves along.

    Raises ConnectionError where no mirror delivers (``part`` stays for the next try); ValueError where
    none has the file, and OSError where ``part`` cannot be written (then it is deleted).
    """
    mirrors, reasons = list(source.urls), {}
    for round_ in range(ROUNDS):
        time.sleep(PAUSE * 2 ** (round_ - 1) if round_ and mirrors else 0)
        for url in list(mirrors):
            try:
                _continue(url, source, part, bar)
                return _check(source, part)
            except _UselessError as error:
                mirrors.remove(url)
                reasons[url] = str(error)
            except requests.RequestException as error:
                reasons[url] = _in_words(error)
            except OSError:
                part.unlink(missing_ok=True)
                raise
    if not mirrors:
        part.unlink(missing_ok=True)
    raise _failure(reasons, some_left=bool(mirrors))


def _failure(reasons: dict[str, str], some_left: bool) -> Exception:
    said = " ".join(f"{url}: {reason}." for url, reason in reasons.items())
    if some_left:
        return ConnectionError(
            Both(
                en=f"Could not download the file. {said} What has arrived is kept for the next try.",
                zh=f"文件没有下载成功。{said}已经下载的部分会留到下次接着用。",
            )
        )
    return ValueError(
        Both(
            en=f"No mirror has the file that the course was made with. {said}",
            zh=f"各个镜像都没有本课程所用的文件。{said}",
        )
    )


def _continue(url: str, source: UrlSource, part: Path, bar: tqdm) -> None:
    have = part.stat().st_size if part.exists() else 0
    if have == source.bytes:  # complete, but stopped before it was checked
        return
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT) as response:
        mode = "ab" if _goes_on(response, have) else "wb"
        blocks = response.iter_content(_BLOCK)
        first = next(blocks, b"")
        if first.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
            raise _UselessError("sent a web page, not the file (in a network with a login page, log in first)")
        with part.open(mode) as out:
            bar.update(out.tell() - bar.n)
            for block in chain([first], blocks):
                bar.update(out.write(block))
                if out.tell() > source.bytes:
                    return  # another file: its hash will tell
    if part.stat().st_size < source.bytes:
        raise requests.ConnectionError("the answer was too short")


def _goes_on(response: requests.Response, have: int) -> bool:
    """Whether the answer goes on after the first ``have`` bytes; raises where it is of no use."""
    if 400 <= response.status_code < 500 and response.status_code not in (408, 429):
        raise _UselessError(f"answered {response.status_code} {response.reason}")
    response.raise_for_status()
    if response.status_code != 206:
        return False
    if not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
        raise _UselessError("sent another part of the file than was asked for")
    return True


def _check(source: UrlSource, part: Path) -> None:
    got = sha256_of(part)
    if got != source.sha256:
        part.unlink()
        raise _UselessError(f"sent a file with SHA-256 {got}, where {source.sha256} was expected")


def _in_words(error: requests.RequestException) -> str:
    if isinstance(error, requests.HTTPError):
        return str(error).split(" for url")[0]  # "503 Server Error: Service Unavailable"
    if isinstance(error, requests.Timeout):
        return "did not answer in time"
    return f"could not be reached, or the connection broke off ({type(error).__name__})"
