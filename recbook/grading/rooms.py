"""Where a student's answers are tried: a process that sees a Python, a package without exercises, and scratch.

Three isolations. ``bwrap`` (bubblewrap, also for an ordinary user) and ``user`` (another user id in namespaces of its
own; needs root on Linux) show the process these folders alone, read-only, with no network and a scratch that is gone
afterwards. ``none`` is the same process without walls: it can read and write whatever you can. To root it is refused:
as root a student's code could mount over the machine's folders, and leave them so.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from recbook import paths
from recbook.session import QUIET, phrase

ISOLATIONS = ("bwrap", "user", "none")
SCRATCH_MEGABYTES = 64
FIRST_USER = 61_000
"""Each worker tries answers as a user of its own, so that one's processes do not count against another's limit."""

SYSTEM = (
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/etc/alternatives",
    "/etc/ld.so.cache",
    "/etc/localtime",
)
DEVICES = ("null", "zero", "full", "random", "urandom")


@dataclass(frozen=True)
class Mount:
    """A folder or file that the process sees, read-only, and where; or what hides it."""

    source: Path
    target: Path


@dataclass(frozen=True)
class House:
    """What all rooms of one run share: the package without exercises, an empty folder, and where things are hidden."""

    package: Path
    empty: Path
    isolation: str
    hidden: Sequence[Path] = ()
    fonts: Path | None = None
    read: list[Path] = field(default_factory=list)

    def mounts(self) -> list[Mount]:
        """What the process sees, outer folders first. A hidden folder inside a shown one becomes an empty one."""
        shown = [Mount(path, path) for path in self.read]
        hidden = [path for path in self.hidden if any(path.is_relative_to(mount.target) for mount in shown)]
        every = [*shown, *(Mount(self.empty, path) for path in hidden)]
        cache = paths.cache_dir()
        course = [Mount(self.package, Path("/course")), *([Mount(cache, Path("/cache"))] if cache.is_dir() else [])]
        return [*sorted(every, key=lambda mount: len(mount.target.parts)), *course]

    def command(self, worker: int, scratch: Path) -> list[str]:
        """The command line of a process that tries answers; ``scratch`` is an empty folder for it."""
        python = [sys.executable, "-P", "-s", "-B", "-m", "recbook.grading.attempt"]
        if self.isolation == "bwrap":
            return [*_bwrap(self.mounts()), *python]
        if self.isolation == "user":
            return _unshared(self.mounts(), scratch, user_of(worker), python)
        return python

    def environment(self, scratch: Path) -> dict[str, str]:
        """The variables of that process: none of yours."""
        walls = self.isolation != "none"
        course, home = (Path("/course"), Path("/tmp")) if walls else (self.package, scratch)
        cache = Path("/cache") if walls else paths.cache_dir()
        own = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": str(home), "USER": "student", "LOGNAME": "student", "TMPDIR": str(home), "LANG": "C.UTF-8",
            "PYTHONPATH": str(course), "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1",
            "MPLBACKEND": "Agg", "MPLCONFIGDIR": str(home / "matplotlib"),
            "RECBOOK_CACHE": str(cache), "RECBOOK_STATE": str(home / "state"),
        }  # fmt: skip
        if self.fonts:
            own["RECBOOK_FONTS"] = str(course / "fonts")
        kept = {name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
        return {**QUIET, **kept, **own}


def user_of(worker: int) -> int:
    """The user id that a worker's answers are tried as."""
    return FIRST_USER + worker


@contextmanager
def house(isolation: str, hidden: Sequence[Path] = ()) -> Iterator[House]:
    """A house for one run: makes the package's copy, and removes it at the end."""
    with tempfile.TemporaryDirectory(prefix="recbook-grade-") as name:
        folder = Path(name).resolve()
        package, empty = folder / "course", folder / "empty"
        empty.mkdir()
        _copy_package(package)
        fonts = _copy_fonts(package / "fonts")
        _let_others_read(folder)
        read = [*_system(), *_python()]
        yield House(package, empty, isolation, [*_secrets(), *(path.resolve() for path in hidden)], fonts, read)


def _copy_package(folder: Path) -> None:
    """The package as a wheel holds it, without any ``exercises.py`` and without what was compiled from one."""
    home = Path(__file__).resolve().parents[1]
    shutil.copytree(home, folder / "recbook", ignore=shutil.ignore_patterns("exercises.py", "__pycache__"))
    for name, source in (("_datasets", paths.datasets_dir()), ("_results", _results())):
        if source.is_dir() and not (folder / "recbook" / name).exists():
            shutil.copytree(source, folder / "recbook" / name)


def _results() -> Path:
    return Path(__file__).resolve().parents[2] / "experiments" / "results"


def _copy_fonts(folder: Path) -> Path | None:
    """Matplotlib's list of this machine's fonts, which it would otherwise make anew for every student."""
    import matplotlib

    if found := sorted(Path(matplotlib.get_cachedir()).glob("fontlist-*.json")):
        folder.mkdir()
        shutil.copy(found[-1], folder)
        return folder
    return None


def _let_others_read(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _secrets() -> list[Path]:
    """What holds right answers: the package itself, and the clone."""
    found = [Path(__file__).resolve().parents[1]]
    try:
        return [*found, paths.course_root().resolve()]
    except FileNotFoundError:
        return found


def _system() -> list[Path]:
    return [Path(name) for name in SYSTEM if Path(name).exists()]


def _python() -> list[Path]:
    """The environment, the Python that it was made from, and the links between the two."""
    links, link = [], Path(sys.executable)
    while link.is_symlink():
        link = link.parent / link.readlink()
        links.append(link)
    folders = [Path(sys.prefix), Path(sys.base_prefix).resolve(), Path(sys.base_prefix)]
    outside = [link for link in links if not any(link.is_relative_to(folder) for folder in folders)]
    return list(dict.fromkeys([*folders, *outside]))


def _bwrap(mounts: Sequence[Mount]) -> list[str]:
    size = str(SCRATCH_MEGABYTES * 2**20)
    command = ["bwrap", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--die-with-parent"]
    command += ["--new-session", "--proc", "/proc", "--dev", "/dev"]
    command += ["--perms", "1777", "--size", size, "--tmpfs", "/tmp"]  # first: what is shown may lie in it
    for folder in _folders_to_make(mounts):  # bubblewrap makes them for their owner alone
        command += ["--perms", "0755", "--dir", str(folder)]
    for mount in mounts:
        if mount.source.is_symlink() and mount.source == mount.target:
            command += ["--symlink", str(mount.source.readlink()), str(mount.target)]
        else:
            command += ["--ro-bind", str(mount.source), str(mount.target)]
    command += ["--size", size, "--tmpfs", "/dev/shm", "--remount-ro", "/dev"]
    command += ["--remount-ro", "/", "--chdir", "/tmp"]
    if is_root():  # the process becomes another user before it runs anything of a student's
        return [*command, "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    return [*command, "--unshare-user"]


def _folders_to_make(mounts: Sequence[Mount]) -> list[Path]:
    """The folders above what is shown that are not shown themselves, outer ones first."""
    above = {folder for mount in mounts for folder in mount.target.parents if folder != folder.parent}
    inside = {folder for folder in above if any(folder.is_relative_to(mount.target) for mount in mounts)}
    return sorted(above - inside)


def _unshared(mounts: Sequence[Mount], root: Path, user: int, python: Sequence[str]) -> list[str]:
    """Namespaces of their own, in which the mounts make up a root that the process is then shut into."""
    quoted = shlex.quote
    made = [f"mount --make-rprivate / && mount -t tmpfs -o size=8m,mode=755 tmpfs {quoted(str(root))}"]
    made += [f"mkdir -p {quoted(f'{root}/{name}')}" for name in ("proc", "dev/shm", "tmp")]
    made += [_scratch(root, name) for name in ("tmp", "dev/shm")]  # first: what is shown may lie in it
    made += [line for mount in mounts for line in _bound(mount, root)]
    made += [f"mount -t proc -o nosuid,nodev,noexec proc {quoted(f'{root}/proc')}"]
    for device in (f"dev/{name}" for name in DEVICES):
        made.append(f"touch {quoted(f'{root}/{device}')} && mount --bind /{device} {quoted(f'{root}/{device}')}")
    made.append(f"mount -o remount,ro {quoted(str(root))}")
    enter = [
        "chroot",
        f"--userspec={user}:{user}",
        "--groups=",
        str(root),
        "/bin/sh",
        "-c",
        'cd /tmp && exec "$@"',
        "sh",
    ]
    made.append(f"exec {shlex.join([*enter, *python])}")
    unshare = ["unshare", "--mount", "--net", "--pid", "--ipc", "--uts", "--fork", "--kill-child"]
    return [*unshare, "/bin/sh", "-c", " &&\n".join(made)]


def _scratch(root: Path, name: str) -> str:
    options = f"nosuid,nodev,size={SCRATCH_MEGABYTES}m,mode=1777"
    return f"mount -t tmpfs -o {options} tmpfs {shlex.quote(f'{root}/{name}')}"


def _bound(mount: Mount, root: Path) -> list[str]:
    source, target = shlex.quote(str(mount.source)), shlex.quote(f"{root}{mount.target}")
    parent = shlex.quote(f"{root}{mount.target.parent}")
    if mount.source.is_symlink() and mount.source == mount.target:
        return [f"mkdir -p {parent} && ln -s {shlex.quote(str(mount.source.readlink()))} {target}"]
    place = f"mkdir -p {target}" if mount.source.is_dir() else f"mkdir -p {parent} && touch {target}"
    return [f"{place} && mount --bind {source} {target} && mount -o remount,bind,ro,nosuid,nodev {target}"]


def lacking(isolation: str) -> str:
    """Why an isolation cannot be had here at all; empty where it may be."""
    if isolation == "none":
        return ""
    if sys.platform != "linux":
        return phrase(en="it needs Linux", zh="需要 Linux")
    if isolation == "bwrap":
        return "" if shutil.which("bwrap") else phrase(
            en="bubblewrap is not installed (its package is called bubblewrap)",
            zh="没有安装 bubblewrap（软件包名就是 bubblewrap）",
        )  # fmt: skip
    return "" if is_root() else phrase(en="it needs root", zh="需要 root")


def is_root() -> bool:
    """Whether this process may do anything to its machine: then what it starts without walls may as well."""
    return sys.platform != "win32" and os.geteuid() == 0


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started in its group; in a room nothing else is left either."""
    if sys.platform == "win32":
        process.kill()
    else:
        import signal

        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
