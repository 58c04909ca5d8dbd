"""Set RecBole, ranx and sentence-transformers up beside the course, in .venv-recbole: `make recbole`.

It needs about 2.5 GB and some minutes. RecBole's pins do not fit the course's own environment;
requirements-recbole.lock says which. A second run finds the stamp of the first and does nothing.
"""

import hashlib
import os
import sys
from pathlib import Path

from setup import ROOT, SetupError, make_venv, pip_install, say, torch_pin

LOCK = "requirements-recbole.lock"
VENV = ROOT / ".venv-recbole"
STAMP = VENV / "recbook-setup"
PYTHON = (3, 11)


def main() -> None:
    try:
        set_up(os.environ.get("TORCH_INDEX", ""))
    except SetupError as error:
        sys.exit(f"recbook: {error}.")
    except KeyboardInterrupt:
        sys.exit("\nrecbook: stopped. Run the same command again; it goes on from here.")


def set_up(torch_index: str) -> None:
    """Bring .venv-recbole to what its lock says. The stamp is written last, so that a broken run is done again."""
    if sys.version_info[:2] != PYTHON:
        raise SetupError(
            "RecBole's old libraries have wheels for Python 3.11 and not for {}.{}. Run: "
            "make recbole PYTHON=python3.11".format(*sys.version_info[:2])
        )
    wanted = hashlib.sha256((ROOT / LOCK).read_bytes() + os.fsencode(str(ROOT))).hexdigest()
    if STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted:
        return
    python = make_venv(VENV)
    if STAMP.exists():
        STAMP.unlink()
    say("installing RecBole and what it needs into .venv-recbole.")
    pip_install(python, torch_pin(LOCK), *(["--index-url", torch_index] if torch_index else []))
    pip_install(python, "-r", str(Path(ROOT) / LOCK))
    STAMP.write_text(wanted, encoding="utf-8")
    say(f"RecBole is set up in {VENV}.")


if __name__ == "__main__":
    main()
