"""Follow the Containerfile without a container: its commands one by one, in a bare environment in a temporary folder.

    python tools/container.py serve MODEL        the image that answers, tried on a folder with a model
    python tools/container.py classroom          the image with JupyterLab

Its absolute paths are put into the folder, COPY copies what git knows, RUN runs, and at the end the ENTRYPOINT is
started with its ENV and asked over its port. What needs another user or another root (useradd, USER) is left out, and
said. It installs everything anew, so it takes minutes. The weekly run on the code host builds the real images instead.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLACES = ("/opt/recbook", "/course", "/cache", "/home/reader", "/models")  # what the image has at its root
PORTS = {"serve": "8000", "classroom": "8888"}
PROBES = {"serve": "/health", "classroom": "/api"}
TRIED_ON = "18765"  # in place of the image's port, which may be busy here


@dataclass(frozen=True)
class Step:
    """One instruction of the Containerfile: its word and the rest of its line."""

    word: str
    rest: str


def stages(text: str) -> dict[str, list[Step]]:
    """The steps of each stage by its name; the first step of each is its FROM."""
    found: dict[str, list[Step]] = {}
    for line in _lines(text):
        word, _, rest = line.partition(" ")
        if word.upper() == "FROM":
            name = re.search(r" AS (\S+)$", rest)
            found[name[1] if name else rest] = []
        if not found:
            raise ValueError(f"The file begins with {word}; it should begin with FROM.")
        found[next(reversed(found))].append(Step(word.upper(), rest.strip()))
    return found


def steps_of(text: str, target: str) -> list[Step]:
    """All steps that lead to a target, those of the stages that it stands on first."""
    known = stages(text)
    own = known[target]
    base = own[0].rest.split(" ")[0]
    return [*(steps_of(text, base) if base in known else []), *own]


def _lines(text: str) -> Iterator[str]:
    """Instructions, each on one line, without comments."""
    joined = re.sub(r"\\\n\s*", " ", "\n".join(line for line in text.splitlines() if not line.startswith("#")))
    return (line for line in joined.splitlines() if line.strip())


def environment_of(steps: list[Step]) -> dict[str, str]:
    """What ENV sets, and ARG by default."""
    pairs = [pair for step in steps if step.word in ("ENV", "ARG") for pair in shlex.split(step.rest)]
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair)


def command_of(steps: list[Step]) -> list[str]:
    """ENTRYPOINT and CMD, as a container without arguments runs them."""
    last = {step.word: step.rest for step in steps}
    return [word for name in ("ENTRYPOINT", "CMD") if name in last for word in json.loads(last[name])]


def moved(text: str, root: Path) -> str:
    """``text`` with the image's places under ``root``."""
    return re.sub(rf"(?<![\w./-])({'|'.join(PLACES)})(?![\w-])", lambda place: f"{root}{place[1]}", text)


def follow(target: str, model: Path | None) -> None:
    """Everything that leads to ``target``, then its command. Raises where a step fails or nothing answers."""
    steps = steps_of((ROOT / "Containerfile").read_text(encoding="utf-8"), target)
    with tempfile.TemporaryDirectory(prefix="recbook-container-") as made:
        root = Path(made)
        for place in PLACES:
            (root / place[1:]).mkdir(parents=True)
        if model is not None:
            shutil.copytree(model, root / "models", dirs_exist_ok=True)
        environment = _bare(root, steps)
        where = root
        for step in steps:
            where = _do(step, root, where, environment)
        _try(target, command_of(steps), root, where, environment)


def _bare(root: Path, steps: list[Step]) -> dict[str, str]:
    """The image's environment, and of ours what reaches a package index."""
    kept = {
        name: value for name, value in os.environ.items() if re.search(r"^PIP_|proxy$|CERT|^TORCH_INDEX$", name, re.I)
    }
    path = f"{Path(sys.executable).resolve().parent}:/usr/bin:/bin"
    own = environment_of(steps) | ({"TORCH_INDEX": kept["TORCH_INDEX"]} if "TORCH_INDEX" in kept else {})
    given = {name: moved(value, root).replace("$PATH", path) for name, value in own.items()}
    return {"PATH": path, "HOME": str(root / "home/reader"), **kept, **given}


def _do(step: Step, root: Path, where: Path, environment: dict[str, str]) -> Path:
    """Follow one step; returns the working folder after it."""
    say(f"{step.word} {step.rest}")
    if step.word == "WORKDIR":
        return Path(moved(step.rest, root))
    if step.word == "COPY":
        *sources, to = step.rest.split()
        _copy(sources, where / to)
    if step.word == "RUN":
        command = re.sub(r"useradd [^&]+&& |-o reader ", "", moved(step.rest, root))
        subprocess.run(["sh", "-ec", command], cwd=where, env=environment, check=True)
    return where


def _copy(sources: list[str], to: Path) -> None:
    """What git knows of these files and folders, as COPY takes it: the content of a folder, a file by its name."""
    for source in sources:
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", source],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        for name in listed.stdout.splitlines():
            inside = Path(name).relative_to(source) if (ROOT / source).is_dir() else Path(Path(name).name)
            (to / inside).parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / name).is_file():
                shutil.copy(ROOT / name, to / inside)


def _try(target: str, command: list[str], root: Path, where: Path, environment: dict[str, str]) -> None:
    words = [TRIED_ON if word == PORTS[target] else moved(word, root) for word in command]
    say(f"starts {' '.join(words)}")
    # Not on all addresses: this is no container.
    words = ["127.0.0.1" if word == "0.0.0.0" else word for word in words]
    environment = {name: value for name, value in environment.items() if name != "RECBOOK_CONTAINER"}
    with subprocess.Popen(words, cwd=where, env=environment) as process:
        try:
            say(f"answers {_answer(f'http://127.0.0.1:{TRIED_ON}{PROBES[target]}', process)}")
        finally:
            process.terminate()
    if target == "serve" and process.returncode != 0:
        raise SystemExit(f"It did not end well: {process.returncode}.")


def _answer(url: str, process: subprocess.Popen[bytes], seconds: float = 120) -> str:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return answer.read().decode()
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise SystemExit(f"Nothing answered at {url}.")


def say(message: str) -> None:
    print(f"container: {message}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["classroom"] or len(sys.argv) == 3:
        follow(sys.argv[1], Path(sys.argv[2]) if len(sys.argv) == 3 else None)
    else:
        sys.exit(__doc__)
