"""Write requirements.lock from pyproject.toml: one exact set of versions for every supported system.

`make lock` runs this. pip resolves the requirements for this system; packages that only another system needs
(pywinpty on Windows, say) are found by reading the same metadata with that system's markers. A pin that not
every system needs gets a marker.
"""

from __future__ import annotations

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
INSTALLED = ("course", "dev")  # other extras are for a single measurement each
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
HEADER = """\
# The exact versions that the course is tested with, for Python 3.11 to 3.13 on Linux, macOS (Apple silicon)
# and Windows. Written from pyproject.toml by `make lock`; do not edit by hand. On Linux torch brings along its
# own CUDA libraries, which it pins itself.
"""

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


def wanted() -> list[str]:
    """The requirements of pyproject.toml with the extras that `make setup` installs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = (project["optional-dependencies"][extra] for extra in INSTALLED)
    return [*project["dependencies"], *(line for extra in extras for line in extra)]


def pip_report(requirements: Iterable[str], *options: str) -> Metadata:
    """What pip would install for ``requirements``: metadata by canonical name."""
    with tempfile.TemporaryDirectory() as folder:
        wants, hold, report = (Path(folder) / name for name in ("in.txt", "hold.txt", "report.json"))
        wants.write_text("\n".join(requirements), encoding="utf-8")
        hold.write_text("\n".join(HOLD), encoding="utf-8")
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
            str(hold),
            *options,
        ]
        subprocess.run(command, check=True)
        items = json.loads(report.read_text(encoding="utf-8"))["install"]
    return {canonicalize_name(item["metadata"]["name"]): item["metadata"] for item in items}


def needed(metadata: Metadata, environment: Environment) -> set[str]:
    """Names of all packages that ``wanted()`` needs in one environment."""
    queue, seen = [(Requirement(line), ("",)) for line in wanted()], set()
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


def resolve() -> tuple[Metadata, dict[str, list[Environment]]]:
    """Metadata of every package, and the environments that need each one."""
    metadata, missing = pip_report(wanted()), set()
    while True:
        users: dict[str, list[Environment]] = {}
        for environment in environments():
            for name in needed(metadata, environment):
                users.setdefault(name, []).append(environment)
        missing = set(users) - set(metadata)
        if not missing:
            return metadata, users
        for name in sorted(missing):
            metadata |= elsewhere(name, metadata, users[name])


def elsewhere(name: str, metadata: Metadata, users: list[Environment]) -> Metadata:
    """Metadata of a package that only other systems need, taken from the wheel for one of them."""
    wheel_platform = next(s[-1] for s in SYSTEMS.values() if s[3] == users[-1]["platform_machine"])
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


def pins() -> list[str]:
    """The lines of the lock, by name. A local version (torch's +cpu) is cut: it names a build, no release."""
    metadata, users = resolve()
    lines = []
    for name in sorted(users):
        version, marker = Version(metadata[name]["version"]).public, marker_for(users[name])
        lines.append(f"{name}=={version}" + (f" ; {marker}" if marker else ""))
    return lines


def main() -> None:
    """Write the lock; a failure leaves the old one as it is."""
    lock = ROOT / "requirements.lock"
    lock.write_text("\n".join([HEADER, *pins()]) + "\n", encoding="utf-8")
    print(f"Wrote {lock.name}. Now: make test, and commit it with pyproject.toml.")


if __name__ == "__main__":
    main()
