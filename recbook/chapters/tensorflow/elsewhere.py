"""Code that may fail, and code in another process, which knows nothing of the notebook."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable


def error_of(attempt: Callable[[], object]) -> str:
    """The first sentence of the error that a call ends with, after its kind; "" where it ends well."""
    try:
        attempt()
    except Exception as stopped:
        return f"{type(stopped).__name__}: {stopped}".partition(" Note")[0]
    return ""


def run_fresh(code: str, folder: str, **variables: str) -> str:
    """Run ``code`` in a new Python process that works in ``folder``; returns the last line that it wrote.

    ``variables`` are added to the environment, such as ``KERAS_BACKEND="torch"``. Where the code fails, the line is the
    last of its traceback, which names the error.
    """
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, env=os.environ | variables
    )
    written = done.stderr if done.returncode else done.stdout
    return written.strip().splitlines()[-1]
