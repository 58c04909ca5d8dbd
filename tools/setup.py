"""Set the course up: .venv, PyTorch, requirements.lock, the package. `make lab` and `make test` begin so.

Only the standard library, in words that Python 3.6 can read, so that an old Python gets a sentence rather
than a syntax error. A second run finds the stamp of the first and does nothing.
On Windows: py -3.12 tools\\setup.py
"""

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
STAMP = VENV / "recbook-setup"
SUPPORTED = ((3, 11), (3, 12), (3, 13))
GIGABYTE = 10**9

# What pip says on stderr, and what it means; the first that fits is told. A failed look-up also makes pip say
# that there is no such release, so the network comes first.
PIP_TROUBLES = (
    (("No space left", "Errno 28"), "the disk is full. Free some space and run the same command again"),
    (
        ("CERTIFICATE_VERIFY_FAILED",),
        "pip does not trust the certificate of its package index. Set PIP_CERT to your network's certificate",
    ),
    (
        ("onnection", "timed out", "resolve", "unreachable", "ProxyError", "from versions: none"),
        "pip could not reach its package index. Check the network, or name a mirror that you can reach "
        "(PIP_INDEX_URL=...), and run the same command again: what is there already is kept",
    ),
    (
        ("No matching distribution", "Could not find a version"),
        "the package index that pip uses lacks that release. Name one that has it (PIP_INDEX_URL=...)",
    ),
)


class SetupError(Exception):
    """Set-up cannot go on; the message says why and what to do."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Set the course up in .venv, if that is not done yet.")
    parser.add_argument(
        "--torch-index",
        default=os.environ.get("TORCH_INDEX", ""),
        metavar="URL",
        help="take PyTorch from this package index, such as PyTorch's own one for CPU builds",
    )
    torch_index = parser.parse_args().torch_index
    try:
        check_machine(sys.version_info[:2], platform.system(), platform.machine(), sys.maxsize > 2**32)
        set_up(torch_index)
    except SetupError as error:
        sys.exit(f"recbook: {error}.")
    except KeyboardInterrupt:
        sys.exit("\nrecbook: stopped. Run the same command again; it goes on from here.")


def check_machine(version: tuple, system: str, machine: str, is_64bit: bool) -> None:
    """Refuse what PyTorch and TensorFlow have no wheels for."""
    if version not in SUPPORTED:
        raise SetupError(wrong_python(version, system))
    if not is_64bit:
        raise SetupError("this Python is a 32-bit one; PyTorch and TensorFlow need a 64-bit Python")
    if (system, machine) == ("Darwin", "x86_64"):
        raise SetupError(
            "this is a Python for Intel Macs, for which PyTorch and TensorFlow no longer publish wheels. "
            "On Apple silicon install a native Python; an Intel Mac can run the course in a Linux container"
        )


def wrong_python(version: tuple, system: str) -> str:
    """The sentence for a Python that is too old or too new, naming a fitting one where there is one."""
    names = ["python{}.{}".format(*good) for good in reversed(SUPPORTED)]
    found = [name for name in names if shutil.which(name)]
    if system == "Windows":
        advice = "Install Python 3.12 from python.org and run: py -3.12 tools\\setup.py"
    elif found:
        advice = f"You have {found[0]}; run: make lab PYTHON={found[0]}"
    else:
        advice = "Install Python 3.12, from python.org for instance, and run: make lab PYTHON=python3.12"
    return f"this is Python {version[0]}.{version[1]}, and the course needs 3.11, 3.12 or 3.13. {advice}"


def set_up(torch_index: str) -> None:
    """Bring .venv to what the lock says. The stamp is written last, so that a broken run is done again."""
    wanted = fingerprint()
    if is_current(wanted):
        return
    check_disk(shutil.disk_usage(str(ROOT)).free, platform.system(), torch_index)
    python = make_venv()
    if STAMP.exists():
        STAMP.unlink()
    say("installing PyTorch, then everything in requirements.lock. The first time this takes some minutes.")
    pip_install(python, torch_pin(), *(["--index-url", torch_index] if torch_index else []))
    pip_install(python, "-r", str(ROOT / "requirements.lock"))
    pip_install(python, "--no-deps", "-e", str(ROOT))
    STAMP.write_text(wanted, encoding="utf-8")
    say(f"set up in {VENV}.")


def fingerprint() -> str:
    """Changes with the lock, the package's metadata and the clone's place."""
    files = [(ROOT / name).read_bytes() for name in ("requirements.lock", "pyproject.toml")]
    return hashlib.sha256(b"\0".join([*files, str(ROOT).encode()])).hexdigest()


def is_current(wanted: str) -> bool:
    """Whether the last set-up ended well and nothing that it depends on has changed."""
    return venv_python().exists() and STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted


def check_disk(free: int, system: str, torch_index: str) -> None:
    """Refuse to begin what cannot end. On Linux pip's own index adds CUDA libraries: 3 GB, unpacked 6."""
    needed = (10 if system == "Linux" and not torch_index else 5) * GIGABYTE
    if free < needed and not VENV.exists():
        raise SetupError(
            f"{ROOT} has {free / GIGABYTE:.1f} GB free, and the first set-up needs about "
            f"{needed / GIGABYTE:.0f} GB. Free some space, or move the clone to a larger disk"
        )


def venv_python(folder: "Path | None" = None) -> Path:
    """The Python of a virtual environment (.venv unless told), there or not."""
    return (folder or VENV) / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def make_venv(folder: "Path | None" = None) -> Path:
    """Create a virtual environment (.venv unless told), unless its Python runs and is a supported one; return it."""
    folder = folder or VENV
    if not runs(venv_python(folder)):
        say(f"creating {folder} with Python {platform.python_version()}.")
        if subprocess.call([sys.executable, "-m", "venv", "--clear", str(folder)]) != 0:
            raise SetupError(
                "this Python could not create a virtual environment. On Debian and Ubuntu, "
                "sudo apt install python3-venv adds what is missing"
            )
    return venv_python(folder)


def runs(python: Path) -> bool:
    """Whether there is a working, supported Python with pip at this path."""
    if not python.exists():
        return False
    code = f"import sys, pip; sys.exit(sys.version_info[:2] not in {SUPPORTED!r})"
    return subprocess.call([str(python), "-c", code], stderr=subprocess.DEVNULL) == 0


def torch_pin(lock: str = "requirements.lock") -> str:
    """PyTorch's line in a lock: installed first and alone, since it may come from an index of its own."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith("torch=="))


def pip_install(python: Path, *arguments: str) -> None:
    """Run pip with its own output shown; where it fails, add one sentence on what to do."""
    command = [str(python), "-m", "pip", "install", "--disable-pip-version-check", *arguments]
    pip = subprocess.Popen(command, stderr=subprocess.PIPE, universal_newlines=True)
    errors = []
    for line in pip.stderr:
        sys.stderr.write(line)
        errors.append(line)
    if pip.wait() != 0:
        raise SetupError("pip stopped: " + pip_trouble("".join(errors)))


def pip_trouble(errors: str) -> str:
    """What pip's messages mean, and what to do."""
    for signs, meaning in PIP_TROUBLES:
        if any(sign in errors for sign in signs):
            return meaning
    return "its messages above say why. Put that right and run the same command again"


def say(message: str) -> None:
    print(f"recbook: {message}", flush=True)


if __name__ == "__main__":
    main()
