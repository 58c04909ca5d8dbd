"""Write the two locks from pyproject.toml: one exact set of versions for every supported system.

requirements.lock is what a reader runs, requirements-dev.lock what building, grading and testing add to it.
`make lock` runs this; with --keep (`make lock KEEP=1`) every release that is pinned already stays, so that a new
requirement adds its own packages and moves no other. pip resolves the requirements for this system; packages that
only another system needs (pywinpty on Windows, say) are found by reading the same metadata with that system's
markers. A pin that not every system needs gets a marker.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PYTHONS = ("3.11", "3.12", "3.13")
# Each lock and the extras of pyproject.toml that it adds; other extras are for a single measurement each.
LOCKS = {"requirements.lock": ("course", "serve"), "requirements-dev.lock": ("dev",)}
EXTRAS = tuple(extra for extras in LOCKS.values() for extra in extras)
# (platform_system, sys_platform, os_name, platform_machine, wheel platform)
SYSTEMS = {
    "Linux x86-64": ("Linux", "linux", "posix", "x86_64", "manylinux_2_28_x86_64"),
    "Linux arm64": ("Linux", "linux", "posix", "aarch64", "manylinux_2_28_aarch64"),
    "macOS arm64": ("Darwin", "darwin", "posix", "arm64", "macosx_14_0_arm64"),
    "Windows": ("Windows", "win32", "nt", "AMD64", "win_amd64"),
}
# Tried in this order: the first marker that is true on just the systems that need a package is written.
MARKERS = (
    'sys_platform == "win32"',
    'sys_platform != "win32"',
    'sys_platform == "darwin"',
    'sys_platform != "darwin"',
    'sys_platform == "linux"',
    'platform_system == "Linux" and platform_machine == "x86_64"',
    'platform_system != "Linux" or platform_machine != "x86_64"',
    'python_version < "3.12"',
    'python_version < "3.13"',
    'python_version >= "3.12"',
    'python_version >= "3.13"',
)
# Held back by hand, with the reason: the chapters' stored numbers were made with this release.
HOLD = ("torch==2.13.0",)
# One release of TensorFlow under two names: the lock gives both the same version.
SAME_RELEASE = {"tensorflow": "tensorflow-cpu"}
HEADERS = {
    "requirements.lock": """\
# The exact versions that the course is tested with, for Python 3.11 to 3.13 on Linux, macOS (Apple silicon)
# and Windows. Written from pyproject.toml by `make lock`; do not edit by hand. On Linux torch brings along its
# own CUDA libraries, which it pins itself.
""",
    "requirements-dev.lock": """\
# What building, grading and testing the course add to requirements.lock, and nothing that is pinned there.
# Written from pyproject.toml by `make lock`; do not edit by hand.
""",
}

Environment = dict[str, str]
Metadata = dict[str, dict]


def environments() -> Iterator[Environment]:
    """The marker variables of each supported system and Python."""
    for system, platform, os_name, machine, _ in SYSTEMS.values():
        for python in PYTHONS:
            yield {
                "platform_system": system,
                "sys_platform": platform,
                "os_name": os_name,
                "platform_machine": machine,
                "python_version": python,
                "python_full_version": f"{python}.9",
                "implementation_name": "cpython",
                "platform_python_implementation": "CPython",
            }


def wanted(extras_wanted: Iterable[str] = EXTRAS) -> list[str]:
    """The requirements of pyproject.toml with these extras (those of both locks unless told)."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = (project["optional-dependencies"][extra] for extra in extras_wanted)
    return [*project["dependencies"], *(line for extra in extras for line in extra)]


def held() -> list[str]:
    """The pins of the locks as they are, without markers."""
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in LOCKS if (ROOT / name).exists()]
    lines = [line for text in texts for line in text.splitlines() if line and not line.startswith("#")]
    return [line.split(" ;")[0] for line in lines]


def pip_report(requirements: Iterable[str], *options: str, hold: Iterable[str] = HOLD) -> Metadata:
    """What pip would install for ``requirements``, with the pins of ``hold``: metadata by canonical name."""
    with tempfile.TemporaryDirectory() as folder:
        wants, pinned, report = (Path(folder) / name for name in ("in.txt", "hold.txt", "report.json"))
        wants.write_text("\n".join(requirements), encoding="utf-8")
        pinned.write_text("\n".join(hold), encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--dry-run",
            "--ignore-installed",
            "--quiet",
            "--report",
            str(report),
            "-r",
            str(wants),
            "-c",
            str(pinned),
            *options,
        ]
        subprocess.run(command, check=True)
        items = json.loads(report.read_text(encoding="utf-8"))["install"]
    return {canonicalize_name(item["metadata"]["name"]): item["metadata"] for item in items}


def needed(metadata: Metadata, environment: Environment, extras: Iterable[str] = EXTRAS) -> set[str]:
    """Names of all packages that ``wanted(extras)`` needs in one environment."""
    queue, seen = [(Requirement(line), ("",)) for line in wanted(extras)], set()
    while queue:
        requirement, extras = queue.pop()
        marker = requirement.marker
        if marker and not any(marker.evaluate({**environment, "extra": extra}) for extra in extras):
            continue
        name = canonicalize_name(requirement.name)
        key = (name, frozenset(requirement.extras))
        if key not in seen:
            seen.add(key)
            children = metadata.get(name, {}).get("requires_dist", [])
            queue += [(Requirement(child), ("", *requirement.extras)) for child in children]
    return {name for name, _ in seen}


def resolve(hold: Iterable[str]) -> Metadata:
    """Metadata of every package that any supported environment needs."""
    metadata = pip_report(wanted(), hold=hold)
    while missing := {name: e for e in environments() for name in needed(metadata, e) if name not in metadata}:
        for name, environment in sorted(missing.items(), key=lambda item: item[0]):
            metadata |= elsewhere(name, metadata, environment, hold)
    return metadata


def elsewhere(name: str, metadata: Metadata, user: Environment, hold: Iterable[str]) -> Metadata:
    """Metadata of a package that only other systems need, taken from the wheel for one of them."""
    wheel_platform = next(s[-1] for s in SYSTEMS.values() if s[3] == user["platform_machine"])
    twin = SAME_RELEASE.get(name)
    line = f"{name}=={metadata[twin]['version']}" if twin else name
    with tempfile.TemporaryDirectory() as target:
        return pip_report(
            [line],
            "--no-deps",
            "--only-binary=:all:",
            "--target",
            target,
            "--python-version",
            PYTHONS[0],
            "--platform",
            wheel_platform,
            hold=hold,
        )


def marker_for(users: list[Environment]) -> str:
    """The marker that holds in ``users`` and nowhere else; empty when every environment is among them."""
    everywhere = list(environments())
    if len(users) == len(everywhere):
        return ""
    for text in MARKERS:
        if [e for e in everywhere if Marker(text).evaluate(e)] == users:
            return text
    raise ValueError(f"No marker in tools/lock.py fits these environments: {users}. Add one to MARKERS.")


def users_by_lock(metadata: Metadata) -> dict[str, dict[str, list[Environment]]]:
    """For each lock its packages, and the environments that need one and do not have it from a lock before."""
    locks: dict[str, dict[str, list[Environment]]] = {lock: {} for lock in LOCKS}
    for environment in environments():
        extras, before = (), set()
        for lock, added in LOCKS.items():
            extras += added
            names = needed(metadata, environment, extras) - before
            for name in names:
                locks[lock].setdefault(name, []).append(environment)
            before |= names
    return locks


def pins(metadata: Metadata, users: dict[str, list[Environment]]) -> list[str]:
    """The lines of a lock, by name. A local version (torch's +cpu) is cut: it names a build, no release."""
    lines = []
    for name in sorted(users):
        version, marker = Version(metadata[name]["version"]).public, marker_for(users[name])
        lines.append(f"{name}=={version}" + (f" ; {marker}" if marker else ""))
    return lines


def main() -> None:
    """Write both locks; a failure leaves the old ones as they are."""
    parser = argparse.ArgumentParser(description="Write the locks again, from pyproject.toml.")
    parser.add_argument("--keep", action="store_true", help="move no release that is pinned already")
    metadata = resolve([*HOLD, *(held() if parser.parse_args().keep else [])])
    texts = {
        lock: "\n".join([HEADERS[lock], *pins(metadata, users)]) + "\n"
        for lock, users in users_by_lock(metadata).items()
    }
    for lock, text in texts.items():
        (ROOT / lock).write_text(text, encoding="utf-8")
    print(f"Wrote {' and '.join(LOCKS)}. Now: make test, and commit them with pyproject.toml.")


if __name__ == "__main__":
    main()
