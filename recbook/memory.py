"""How much memory a table would take, asked before it is made: a sentence instead of a process that is killed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

GIB = 2**30


def check_memory(n_bytes: float, what: str, instead: str = "") -> None:
    """MemoryError where ``what`` needs more bytes than are free; ``instead`` says what to do then."""
    free = available()
    if n_bytes > free:
        wanted, left = (f"{size / GIB:.1f} GiB" for size in (n_bytes, free))
        raise MemoryError(f"{what} needs about {wanted} of memory, and {left} are free. {instead}".strip())


def available() -> float:
    """Bytes that this process may still take: what the machine, its control group and its own limit leave."""
    return max(0.0, min(_of_machine(), _of_group(), _of_process()))


def _of_machine() -> float:
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        return next(float(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration):
        pass
    try:
        import psutil  # comes with the course, not with the library

        return float(psutil.virtual_memory().available)
    except ImportError:
        return float("inf")


def _of_group() -> float:
    """What a container's limit leaves (control groups, version 2)."""
    try:
        most, used = (Path(f"/sys/fs/cgroup/memory.{name}").read_text().strip() for name in ("max", "current"))
        return float(most) - float(used) if most != "max" else float("inf")
    except (OSError, ValueError):
        return float("inf")


def _of_process() -> float:
    """What `ulimit -v` leaves."""
    if sys.platform == "win32":
        return float("inf")
    import resource

    most = resource.getrlimit(resource.RLIMIT_AS)[0]
    if most == resource.RLIM_INFINITY:
        return float("inf")
    try:
        used = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        used = 0
    return float(most - used)
