"""``python -m recbook`` and ``recbook``: the command, and the doctor also where the command cannot be imported."""

from __future__ import annotations

import sys
from typing import NoReturn

from recbook import surroundings


def main() -> None:
    """Run the command. What hides a module from it, in the working folder or in PYTHONPATH, is stepped around."""
    surroundings.step_around()
    from recbook import session

    session.speak(session.language_of_command(sys.argv[1:]))  # before the command's texts are read
    try:
        from recbook import cli
    except Exception as error:  # a broken library may raise anything
        _without_the_command(error)
    try:
        cli.main()
    except ModuleNotFoundError as error:
        said = session.phrase(
            en=f"{error.name} is not installed. `make setup-dev` adds what only authors and teachers use; "
            "`recbook doctor` shows what else is missing.",
            zh=f"没有安装 {error.name}。`make setup-dev` 会装上只有作者和教师才用的库；"
            "`recbook doctor` 会列出还缺什么。",
        )
        sys.exit(f"recbook: {said}")


def _without_the_command(error: Exception) -> NoReturn:
    """The doctor, where it is asked for; else one sentence that sends there."""
    from recbook import session

    if sys.argv[1:2] != ["doctor"]:
        why = f"{type(error).__name__}: {error}"
        said = session.phrase(
            en=f"this command cannot start ({why}). Run: recbook doctor",
            zh=f"这个命令无法启动（{why}）。请运行：recbook doctor",
        )
        sys.exit(f"recbook: {said}")
    from recbook import doctor

    sys.exit(doctor.main())


if __name__ == "__main__":
    main()
