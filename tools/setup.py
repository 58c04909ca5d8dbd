"""Set the course up: .venv, PyTorch, requirements.lock, the package. `make lab` begins so.

With --dev also requirements-dev.lock, which builds, grades and tests: `make test` begins so. Only the standard
library, in words that Python 3.6 can read, so that an old Python gets a sentence rather than a syntax error.
A second run finds the stamp of the first and does nothing.
On Windows: py -3.12 tools\\setup.py
"""

import argparse
import ast
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
COURSE, DEV = "requirements.lock", "requirements-dev.lock"
SUPPORTED = ((3, 11), (3, 12), (3, 13))
# What of the course's lock has no wheel for a newer Python. The weekly run on the host looks whether it still is so.
BLOCKING = ("gensim", "h5py", "tensorflow")
GIGABYTE = 10**9

# Pip's own settings (without --, PIP_ and its file's section) that would send the course elsewhere than to .venv.
ASIDE = ("user", "target", "prefix", "root", "python", "dry-run")
# What sends a Python elsewhere for its modules: another numpy there would count as installed already.
ELSEWHERE = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP")

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
    parser.add_argument("--dev", action="store_true", help="add what builds, grades and tests the course")
    asked = parser.parse_args()
    try:
        check_machine(sys.version_info[:2], platform.system(), platform.machine(), sys.maxsize > 2**32)
        set_up(asked.torch_index, asked.dev)
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
    because = f", since {blocking()} have no wheels for a newer one" if version > SUPPORTED[-1] else ""
    return f"this is Python {version[0]}.{version[1]}, and the course needs 3.11, 3.12 or 3.13{because}. {advice}"


def blocking() -> str:
    """The releases in the course's lock that keep it from a newer Python, as "gensim 4.4.0, h5py 3.14.0 and ..."."""
    pins = [line.split(" ;")[0].split("==") for line in (ROOT / COURSE).read_text(encoding="utf-8").splitlines()]
    *first, last = [" ".join(pin) for pin in pins if pin[0] in BLOCKING] or BLOCKING
    return ", ".join(first) + " and " + last


def set_up(torch_index: str, dev: bool = False) -> None:
    """Bring .venv to what the locks say. A stamp is written last, so that a broken run is done again."""
    locks = (COURSE, DEV) if dev else (COURSE,)
    if all(is_current(lock) for lock in locks):
        return
    check_disk(shutil.disk_usage(str(ROOT)).free, platform.system(), torch_index)
    python = make_venv()
    for lock in locks:
        if not is_current(lock):
            install(python, lock, torch_index)
    say(f"set up in {VENV}.")


def install(python: Path, lock: str, torch_index: str) -> None:
    """Install one lock, and with the course's the package."""
    if stamp(lock).exists():
        stamp(lock).unlink()
    if lock == COURSE:
        say(f"installing PyTorch, then everything in {lock}. The first time this takes some minutes.")
        pip_install(python, torch_pin(), *(["--index-url", torch_index] if torch_index else []))
    else:
        say(f"adding what builds, grades and tests the course: {lock}.")
    pip_install(python, "-r", str(ROOT / lock))
    if lock == COURSE:
        pip_install(python, "--no-deps", "-e", str(ROOT))
    stamp(lock).write_text(fingerprint(lock), encoding="utf-8")


def stamp(lock: str) -> Path:
    """The file that says from which state of a lock .venv was set up."""
    return VENV / ("recbook-setup" if lock == COURSE else "recbook-setup-dev")


def fingerprint(lock: str = COURSE) -> str:
    """Changes with the locks that are installed, the package's metadata and the clone's place."""
    names = (COURSE, "pyproject.toml") if lock == COURSE else (COURSE, "pyproject.toml", lock)
    files = [(ROOT / name).read_bytes() for name in names]
    return hashlib.sha256(b"\0".join([*files, os.fsencode(str(ROOT))])).hexdigest()


def is_current(lock: str) -> bool:
    """Whether the last set-up of this lock ended well and nothing that it depends on has changed."""
    if not (venv_python().exists() and stamp(lock).exists()):
        return False
    return stamp(lock).read_text(encoding="utf-8") == fingerprint(lock)


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
        if subprocess.call([sys.executable, "-P", "-m", "venv", "--clear", str(folder)], env=own_environment()) != 0:
            raise SetupError(no_venv(folder))
    return venv_python(folder)


def no_venv(folder: Path) -> str:
    """Why this Python could not create a virtual environment, and what to do."""
    try:
        str(folder).encode("utf-8")
    except UnicodeEncodeError:
        return "Python cannot create a virtual environment in a folder whose name is not UTF-8: rename " + printable(
            str(folder.parent)
        )
    return (
        "this Python could not create a virtual environment. On Debian and Ubuntu, "
        "sudo apt install python3-venv adds what is missing"
    )


def own_environment() -> dict:
    """The environment without what makes a Python look elsewhere for its modules."""
    return {name: value for name, value in os.environ.items() if name not in ELSEWHERE}


def runs(python: Path) -> bool:
    """Whether there is a working, supported Python with pip at this path."""
    if not python.exists():
        return False
    code = f"import sys, pip; sys.exit(sys.version_info[:2] not in {SUPPORTED!r})"
    return subprocess.call([str(python), "-P", "-c", code], stderr=subprocess.DEVNULL, env=own_environment()) == 0


def torch_pin(lock: str = "requirements.lock") -> str:
    """PyTorch's line in a lock: installed first and alone, since it may come from an index of its own."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith("torch=="))


def pip_install(python: Path, *arguments: str) -> None:
    """Run pip with its own output shown; where it fails, add one sentence on what to do."""
    settings = pip_settings(python)
    command = [str(python), "-P", "-m", "pip", "install", "--disable-pip-version-check", *arguments]
    pip = subprocess.Popen(command, stderr=subprocess.PIPE, universal_newlines=True, env=pip_environment(settings))
    errors = []
    for line in pip.stderr:
        sys.stderr.write(line)
        errors.append(line)
    if pip.wait() != 0:
        raise SetupError("pip stopped: " + pip_trouble("".join(errors), settings))


def pip_settings(python: Path) -> "dict | None":
    """The reader's settings for `pip install`, from files and variables; None where pip cannot read them."""
    command = [str(python), "-P", "-m", "pip", "--disable-pip-version-check", "config", "list"]
    listed = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8", env=own_environment()
    )
    if listed.returncode != 0:
        return None
    found = dict(line.split("=", 1) for line in listed.stdout.splitlines() if "=" in line)
    settings = {}
    for section in ("global.", "install.", ":env:."):  # a later one goes before an earlier one
        named = {name[len(section) :]: value for name, value in found.items() if name.startswith(section)}
        settings.update({name: ast.literal_eval(value) for name, value in named.items()})
    return settings


def pip_environment(settings: "dict | None") -> dict:
    """The environment of pip and of every pip that it starts: these settings without those in `ASIDE`.

    Pip reads no file of its own then, since no option on its command line reaches the pips that it starts.
    """
    environment = own_environment()
    if settings is None:
        return environment
    kept = {name: value for name, value in environment.items() if not name.startswith("PIP_")}
    for name, value in settings.items():
        if name not in ASIDE:
            kept["PIP_" + name.upper().replace("-", "_")] = value
    return dict(kept, PIP_CONFIG_FILE=os.devnull)


def pip_trouble(errors: str, settings: "dict | None" = None) -> str:
    """What pip's messages mean under these settings, and what to do."""
    settings = settings or {}
    if is_on(settings.get("no-index")) and "No matching distribution" in errors:
        return (
            "its setting no-index (PIP_NO_INDEX=1, or no-index in its configuration; `pip config debug` names the "
            "file) keeps it from every package index. Take that setting away, or name a folder that has all wheels "
            "(PIP_FIND_LINKS=...)"
        )
    if settings.get("constraint") and "(constraint)" in errors:
        return (
            f"its setting constraint ({settings['constraint']}) forbids a release that the course is tested with. "
            "Take that setting away (PIP_CONSTRAINT, or constraint in its configuration)"
        )
    for signs, meaning in PIP_TROUBLES:
        if any(sign in errors for sign in signs):
            return meaning
    return "its messages above say why. Put that right and run the same command again"


def is_on(setting: "str | None") -> bool:
    """Whether pip takes the value of a setting for true."""
    return str(setting).lower() in ("1", "y", "yes", "t", "true", "on")


def say(message: str) -> None:
    print(f"recbook: {printable(message)}", flush=True)


def printable(message: str) -> str:
    """A message that any terminal can show, also with the name of a folder that is not UTF-8."""
    return message.encode(sys.stdout.encoding or "utf-8", "backslashreplace").decode(sys.stdout.encoding or "utf-8")


if __name__ == "__main__":
    main()
