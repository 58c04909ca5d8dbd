"""Run notebooks the way a reader would, two at a time, and keep only what a reader should see."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from traitlets.config import Config

from recbook import lab
from recbook.learning import variant

AT_A_TIME = 2
WIDGET = "application/vnd.jupyter.widget-view+json"
"""The kind of output that a live progress bar is."""

CELL_TIMEOUT = 900
"""Seconds after which a cell counts as stuck."""

ONE_THREAD = {"OMP_NUM_THREADS": "1"}
"""Two notebooks share two cores, and threads that wait for each other's core cost several times what they save."""


@dataclass(frozen=True)
class Run:
    """What became of one notebook: the seconds of CPU that it took, and the error that stopped it, if any.

    Seconds of the clock would be those of whatever else the machine was doing; on one thread and an idle machine both
    are the same.
    """

    path: Path
    seconds: float
    error: str = ""


def execute_all(notebooks: dict[Path, NotebookNode], report: Callable[[Run], None]) -> list[Run]:
    """Execute each notebook, in place, as the file that it becomes; ``report`` hears of each as it ends."""

    def execute(item: tuple[Path, NotebookNode]) -> Run:
        run = execute_one(*item)
        report(run)
        return run

    with ThreadPoolExecutor(AT_A_TIME) as pool:
        return list(pool.map(execute, notebooks.items()))


def execute_one(path: Path, notebook: NotebookNode) -> Run:
    """Execute one notebook, in place, in the folder of ``path``, with a reader's record of its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lab.own_kernel()
    with tempfile.TemporaryDirectory(prefix="recbook-state-") as state:
        client = _Client(
            notebook,
            timeout=CELL_TIMEOUT,
            kernel_name="python3",
            extra_arguments=["--log-level=ERROR"],
            record_timing=False,
            coalesce_streams=True,
            resources={"metadata": {"path": str(path.parent)}},
            config=_own_sockets(Path(state)),
        )
        metadata = dict(notebook.metadata)
        try:
            client.execute(env={**ONE_THREAD, **os.environ, "RECBOOK_STATE": state, variant.VARIABLE: variant.NONE})
            error = ""
        except (CellExecutionError, TimeoutError, RuntimeError) as failure:
            error = str(failure)
        notebook.metadata = NotebookNode(metadata)  # nbclient writes this machine's Python version into it
    return Run(path, client.seconds, error)


def _own_sockets(folder: Path) -> Config:
    """Sockets that are files of ``folder``: two kernels that start at once may draw the same free port, and one dies.

    Windows has no such sockets and keeps its ports.
    """
    if sys.platform == "win32":
        return Config()
    return Config({"KernelManager": {"transport": "ipc", "connection_file": str(folder / "kernel.json")}})


class _Client(NotebookClient):
    """Keeps progress bars and warnings out of the notebook; those that are text go to the terminal."""

    seconds = 0.0  # of CPU: the kernel's and that of the processes that it started

    async def async_execute_cell(self, *arguments: Any, **options: Any) -> NotebookNode:
        try:
            return await super().async_execute_cell(*arguments, **options)
        finally:
            pid = getattr(getattr(self.km, "provisioner", None), "pid", None)  # a local process has one
            self.seconds = sum(psutil.Process(pid).cpu_times()[:4]) if pid else self.seconds

    def output(
        self, outs: list[NotebookNode], msg: dict[str, Any], display_id: str | None, cell_index: int
    ) -> NotebookNode | None:
        if msg["msg_type"] == "stream" and msg["content"]["name"] == "stderr":
            sys.stderr.write(msg["content"]["text"])
            return None
        if WIDGET in msg["content"].get("data", {}):
            return None
        return super().output(outs, msg, display_id, cell_index)
