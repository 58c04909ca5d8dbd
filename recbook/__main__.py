"""``python -m recbook`` and ``recbook``: the command, and the doctor also where the command cannot be imported."""

from __future__ import annotations

import sys
from typing import NoReturn

from recbook import surroundings


def main() -> None:
    """Run the command. What hides a module from it, in the working folder or in PYTHONPATH, is stepped around."""
    surroundings.step_around()
    try:
        from recbook import cli
    except Exception as error:  # a broken library may raise anything
        _without_the_command(error)
    try:
        cli.main()
    except ModuleNotFoundError as error:
        sys.exit(
            f"recbook: {error.name} is not installed. `make setup-dev` adds what only authors and teachers use; "
            "`recbook doctor` shows what else is missing."
        )


def _without_the_command(error: Exception) -> NoReturn:
    """The doctor, where it is asked for; else one sentence that sends there."""
    if sys.argv[1:2] != ["doctor"]:
        sys.exit(f"recbook: this command cannot start ({type(error).__name__}: {error}). Run: recbook doctor")
    from recbook import doctor

    sys.exit(doctor.main())


if __name__ == "__main__":
    main()
