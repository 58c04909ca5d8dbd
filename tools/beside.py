"""Set a library up beside the course, in a virtual environment of its own with a lock of its own.

What cannot share the course's environment, or is too large for every reader, goes there: `tools/recbole.py`,
`tools/ray.py`. The variable TORCH_INDEX names another package index for PyTorch, as for the course itself.
"""

import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from setup import ROOT, STOPPED, SetupError, make_venv, phrase, pip_install, say, torch_pin


@dataclass(frozen=True)
class Beside:
    """An environment beside the course. ``python`` is the only version that its lock fits, None where all do."""

    name: str
    command: str
    lock: str
    venv: str
    python: "tuple[int, int] | None" = None

    def main(self) -> None:
        """Set up as `setup.main` does: a sentence in place of a traceback."""
        try:
            self.set_up(os.environ.get("TORCH_INDEX", ""))
        except SetupError as error:
            sys.exit(f"recbook: {error}" + phrase(".", "。"))
        except KeyboardInterrupt:
            sys.exit("\nrecbook: " + phrase("stopped. Run the same command again; it goes on from here.", STOPPED))

    def set_up(self, torch_index: str = "") -> None:
        """Bring the environment to what the lock says. The stamp is written last, so that a broken run is done again.

        Raises SetupError for a Python that the lock does not fit, and where pip stops.
        """
        self.check_python(sys.version_info[:2])
        stamp, wanted = ROOT / self.venv / "recbook-setup", self.fingerprint()
        if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
            return
        python = make_venv(ROOT / self.venv)
        stamp.unlink(missing_ok=True)
        say(
            phrase(
                f"installing {self.name} and what it needs into {self.venv}.",
                f"正在把 {self.name} 及其所需的库安装到 {self.venv}。",
            )
        )
        self.install(python, torch_index)
        stamp.write_text(wanted, encoding="utf-8")
        say(phrase(f"{self.name} is set up in {ROOT / self.venv}.", f"{self.name} 已安装到 {ROOT / self.venv}。"))

    def check_python(self, version: "tuple[int, int]") -> None:
        if self.python and version != self.python:
            fitting, here = ("{}.{}".format(*each) for each in (self.python, version))
            raise SetupError(
                phrase(
                    f"{self.name} has wheels for Python {fitting} and not for {here}. Run: {self.command} "
                    f"PYTHON=python{fitting}",
                    f"{self.name} 只为 Python {fitting} 发布了安装包，没有 {here} 的。请运行 {self.command} "
                    f"PYTHON=python{fitting}",
                )
            )

    def fingerprint(self) -> str:
        """Changes with the lock and with the clone's place."""
        return hashlib.sha256((ROOT / self.lock).read_bytes() + os.fsencode(str(ROOT))).hexdigest()

    def install(self, python: Path, torch_index: str) -> None:
        lock = ROOT / self.lock
        if "\ntorch==" in lock.read_text(encoding="utf-8"):
            pip_install(python, torch_pin(self.lock), *(["--index-url", torch_index] if torch_index else []))
        pip_install(python, "-r", str(lock))
