"""The process in which a student's answers are tried: ``python -m recbook.grading.attempt``.

It reads one JSON object from its input, gives up what it must not have, and writes a line of JSON for each answer. Its
package has no exercises (`recbook.grading.rooms`), so nothing here knows what is right; and as everything below shares
a process with the answer, whoever reads the lines trusts none of them.
"""

from __future__ import annotations

import json
import linecache
import os
import shutil
import sys
from contextlib import suppress
from typing import IO, Any

from recbook.grading.needs import plain_python

SLOW = ("numpy", "scipy", "pandas", "matplotlib", "sklearn", "torch", "tensorflow", "keras", "gensim", "transformers")
"""What takes seconds to import: done before an answer's time begins to run, where its source names it."""

MEGABYTE = 1_000_000


def main() -> None:
    """Try every job of the input; see `recbook.grading.runs` for what goes in and comes out."""
    asked = json.loads(sys.stdin.buffer.read())
    out = _own_output()
    _give_up(asked)
    _prepare(asked["jobs"])
    _write(out, {"ready": True})
    for job in asked["jobs"]:
        _write(out, {"id": job["id"], **_tried(job)})


def _own_output() -> IO[bytes]:
    """The pipe that results go into; what anything prints from now on goes where errors go."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    return out


def _give_up(asked: dict[str, Any]) -> None:
    """Become another user where one is named, and take limits that cannot be raised again."""
    if asked.get("user") and os.geteuid() == 0:
        os.setgroups([])
        os.setgid(asked["user"])
        os.setuid(asked["user"])
    try:
        import resource
    except ImportError:  # Windows has none
        return
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_DATA: asked["megabytes"] * MEGABYTE,
        resource.RLIMIT_FSIZE: asked["file_megabytes"] * MEGABYTE,
        resource.RLIMIT_NOFILE: 256,
        resource.RLIMIT_NPROC: asked["processes"],
        resource.RLIMIT_CPU: asked["cpu_seconds"],
    }
    for kind, value in limits.items():
        _, hard = resource.getrlimit(kind)
        least = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (least, least))


def _prepare(jobs: list[dict[str, Any]]) -> None:
    """Import what the jobs will, make the course's own words harmless, and start where only scratch lies."""
    import builtins

    from IPython.utils import capture  # noqa: F401 - takes a moment, which would count as the first answer's

    import recbook
    from recbook.learning import trials  # noqa: F401

    if given := os.environ.get("RECBOOK_FONTS"):
        shutil.copytree(given, os.environ["MPLCONFIGDIR"], dirs_exist_ok=True)
    for name in ("check", "claim", "quiz", "progress", "setup"):
        setattr(recbook, name, _nothing)
    setattr(builtins, "display", _nothing)  # noqa: B010 - a notebook has it, and no type checker knows it
    sources = "\n".join(part for job in jobs for part in (*job["before"], *job["cells"], *job["after"]))
    for name in SLOW:
        if name in sources:
            _import(name)
    if "torch" in sources and "optim" in sources:
        _import("torch._dynamo")  # which the first optimizer imports


def _nothing(*values: Any, **options: Any) -> None:
    """Stands for what only a notebook needs."""


def _import(name: str) -> None:
    with suppress(ImportError):
        __import__(name)


def _tried(job: dict[str, Any]) -> dict[str, Any]:
    """What came of one exercise: the error of its cell, whether it gave the name asked for, and the account."""
    from recbook.grading.plain import packed_account, packed_error, unpacked
    from recbook.learning.trials import account_of

    names: dict[str, Any] = {"__name__": "__main__"}
    _run(job["before"], names, "before")
    error, line = _run(job["cells"], names, "answer")
    _run(job["after"], names, "after")
    told = {"error": packed_error(error) if error else None, "line": line, "given": job["name"] in names}
    if not told["given"]:
        return told
    cases = [unpacked(case) for case in job["cases"]]
    return told | {"account": packed_account(account_of(names[job["name"]], cases, job["function"]))}


def _run(sources: list[str], names: dict[str, Any], called: str) -> tuple[BaseException | None, str]:
    """Run sources one after another, each whatever became of the others; the first error, and the line it is at."""
    first: tuple[BaseException | None, str] = (None, "")
    for at, source in enumerate(sources):
        if (found := _error_of(source, names, f"<{called} {at}>")) and not first[0]:
            first = found
    return first


def _error_of(source: str, names: dict[str, Any], file: str) -> tuple[BaseException, str] | None:
    source = plain_python(source)
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    try:
        exec(compile(source, file, "exec", dont_inherit=True), names)
    except SyntaxError as error:
        return error, (error.text or "").strip()
    except (Exception, SystemExit) as error:
        return error, _line_in(file, error)
    return None


def _line_in(file: str, error: BaseException) -> str:
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.line or "" for frame in reversed(frames) if frame.filename == file), "")


def _write(out: IO[bytes], told: dict[str, Any]) -> None:
    out.write(json.dumps(told).encode() + b"\n")
    out.flush()


if __name__ == "__main__":
    main()
