"""JupyterLab, started as a reader starts it, and Debian's (or the reader's own) Chromium in front of it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from recbook import paths

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# No window, no sandbox (root has none), and none of the background connections of a desktop browser.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MINUTE = 60_000  # in milliseconds
ALL_CELLS_ON_PAGE = {"@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"}}


def chromium() -> str | None:
    """The first Chromium on this machine, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@contextmanager
def opened(executable: str) -> Iterator[Browser]:
    """A headless Chromium with an empty profile."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def started(lang: str, root: Path) -> Iterator[Lab]:
    """A running JupyterLab in one language, on a course of its own: the clone's `my/` stays as it is."""
    shutil.copytree(paths.course_root() / "notebooks", root / "notebooks")
    lab = Lab(lang, root)
    try:
        yield lab
    finally:
        lab.stop()


def wait_for_kernel(page: Page) -> None:
    """Wait until the notebook has a kernel that answers: before, Run All is dropped, though the light says idle."""
    expect(page.locator(".jp-NotebookPanel .jp-KernelName")).to_contain_text("Python 3", timeout=MINUTE)
    light = page.locator(".jp-NotebookPanel .jp-Notebook-ExecutionIndicator")
    expect(light).to_have_attribute("data-status", "idle", timeout=MINUTE)


class Lab:
    """`recbook lab` as a process; ``url(chapter)`` is a chapter's address, token included."""

    def __init__(self, lang: str, root: Path) -> None:
        self.lang, self.root = lang, root
        command = [sys.executable, "-m", "recbook", "lab", "--lang", lang, "--no-browser"]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=_environment(root))
        self.log: list[str] = []
        self.address = self._wait_for_address()
        threading.Thread(target=self.log.extend, args=(self.process.stderr,), daemon=True).start()

    def _wait_for_address(self) -> str:
        for line in self.process.stderr:
            self.log.append(line)
            if found := re.search(r"http://127\.0\.0\.1:\S+", line):
                return found[0]
        raise RuntimeError("JupyterLab did not start:\n" + "".join(self.log))

    def url(self, chapter: str) -> str:
        """A chapter's address; the tabs of an earlier visit are closed."""
        return self.address.replace("00_start", chapter) + "&reset"

    def saved(self, chapter: str) -> Path:
        return self.root / "my" / self.lang / f"{chapter}.ipynb"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)


def _environment(root: Path) -> dict[str, str]:
    """This environment, with a reader's folders and settings that are new and empty."""
    settings = root / "settings" / "labconfig"
    settings.mkdir(parents=True)
    (settings / "default_setting_overrides.json").write_text(json.dumps(ALL_CELLS_ON_PAGE))
    return {
        **os.environ,
        "RECBOOK_ROOT": str(root),
        "RECBOOK_STATE": str(root / "state"),
        "JUPYTER_CONFIG_PATH": str(settings.parent),
        "JUPYTER_CONFIG_DIR": str(root / "config"),
        "JUPYTER_DATA_DIR": str(root / "data"),
    }
