"""Run everything with the newest releases that pyproject.toml allows, and say what broke: `make newest`.

They go into .venv-newest, beside the course's own environment. The report is printed, and on the host added to the
run's summary. With --wheels it only says which releases in requirements.lock have no wheel for this Python.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from setup import COURSE, DEV, ROOT, SetupError, make_venv, own_environment, pip_install, say

VENV = ROOT / ".venv-newest"
NBVAL = [
    "-m",
    "pytest",
    "--nbval",
    "--nbval-sanitize-with",
    "tests/notebooks/sanitize.cfg",
    "-n",
    "2",
    "--dist",
    "loadscope",
]
# Each part of `make test-all`, and what this Python runs. Here the lock is not what is installed, which is the point.
PARTS = {
    "data": ["-m", "recbook", "data", "fetch", "--all"],
    "style": ["-m", "ruff", "check"],
    "types": ["-m", "mypy"],
    "tests": [
        "-m",
        "pytest",
        "tests",
        "--ignore=tests/browser",
        "--ignore=tests/notebooks",
        "--ignore=tests/twice",
        "-k",
        "not the_lock_is_what",
    ],
    "notebooks": [*NBVAL, "solutions/en", "solutions/zh"],
}
BROKE = re.compile(r"^(?:FAILED|ERROR) .+|^.+: error: .+|^\S+:\d+:\d+: .+", re.MULTILINE)


def main() -> None:
    parser = argparse.ArgumentParser(description="Run everything with the newest releases that pyproject.toml allows.")
    parser.add_argument("--wheels", action="store_true", help="only say what has no wheel for this Python")
    try:
        if parser.parse_args().wheels:
            tell(missing_wheels())
        else:
            sys.exit(run_everything())
    except SetupError as error:
        tell(f"The newest releases cannot be installed together: {error}.")
        sys.exit(1)


def run_everything() -> int:
    """Install, run each part whatever became of the others, and report; 1 if anything broke."""
    python = make_venv(VENV)
    index = os.environ.get("TORCH_INDEX", "")
    if index:
        pip_install(python, "--upgrade", "torch", "--index-url", index)
    pip_install(python, "--upgrade", "--upgrade-strategy", "eager", "-e", f"{ROOT}[course,serve,dev]")
    broken = {part: what for part, what in ((part, broke(python, PARTS[part])) for part in PARTS) if what}
    tell(report(newer(pins(), installed(python)), broken))
    return int(bool(broken))


def pins() -> dict:
    """The releases of both locks, by name."""
    lines = [line for lock in (COURSE, DEV) for line in (ROOT / lock).read_text(encoding="utf-8").splitlines()]
    return dict(line.split(" ;")[0].split("==") for line in lines if "==" in line)


def installed(python: Path) -> dict:
    """The releases that a Python has, by name as the locks write it."""
    command = [str(python), "-P", "-m", "pip", "--disable-pip-version-check", "list", "--format", "json"]
    rows = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, env=own_environment()).stdout)
    return {re.sub("[-_.]+", "-", row["name"]).lower(): row["version"].split("+")[0] for row in rows}


def newer(locked: dict, found: dict) -> list:
    """(name, in the lock, installed) of each release that is not the lock's."""
    return sorted((name, locked[name], found[name]) for name in locked if found.get(name, locked[name]) != locked[name])


def broke(python: Path, command: list) -> list:
    """The lines that say what failed in one part; its last line where none does; empty where it passed."""
    ran = subprocess.Popen(
        [str(python), "-P", *command], cwd=str(ROOT), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        universal_newlines=True, encoding="utf-8", errors="replace",
        env=dict(own_environment(), OMP_NUM_THREADS="1"),
    )  # fmt: skip
    lines = []
    for line in ran.stdout:
        sys.stdout.write(line)
        lines.append(line)
    if ran.wait() == 0:
        return []
    return BROKE.findall("".join(lines)) or [
        next((line.strip() for line in reversed(lines) if line.strip()), "no word")
    ]


def report(changed: list, broken: dict) -> str:
    """Markdown: what broke, and which releases are not the lock's."""
    lines = ["## What broke" if broken else "## Nothing broke", ""]
    for part, what in broken.items():
        lines += [f"**{part}**", "", *[f"- `{line}`" for line in what], ""]
    lines += ["## Releases that the lock does not have", "", "| package | lock | newest |", "|---|---|---|"]
    return "\n".join([*lines, *["| {} | {} | {} |".format(*row) for row in changed]])


def missing_wheels() -> str:
    """Markdown: which releases of the course's lock have no wheel for this Python."""
    lines = (ROOT / COURSE).read_text(encoding="utf-8").splitlines()
    lacking = [line.split(" ;")[0] for line in lines if "==" in line and not has_wheel(line)]
    version = "{}.{}".format(*sys.version_info[:2])
    if not lacking:
        return f"Every release in {COURSE} has a wheel for Python {version}: it can be supported."
    return f"No wheel for Python {version}: {', '.join(lacking)}. BLOCKING in tools/setup.py names these to readers."


def has_wheel(requirement: str) -> bool:
    """Whether pip finds a wheel for this Python, or needs none on this system; nothing is installed."""
    command = [sys.executable, "-P", "-m", "pip", "install", "--dry-run", "--ignore-installed", "--no-deps"]
    command += ["--only-binary=:all:", "--quiet", requirement]
    return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0


def tell(text: str) -> None:
    """Print a report; on the host also add it to the run's summary."""
    say("the report follows.\n" + text)
    if os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(os.environ["GITHUB_STEP_SUMMARY"]).open("a", encoding="utf-8") as summary:
            summary.write(text + "\n")


if __name__ == "__main__":
    main()
