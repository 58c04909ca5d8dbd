"""A browser for all tests here, and a JupyterLab for those of one language."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from driving import BROWSERS, Lab, chromium, opened, started
from playwright.sync_api import Browser

from recbook.lab import LANGUAGES


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = chromium()
    if executable is None:
        pytest.skip(f"none of {', '.join(BROWSERS)} is installed")
    with opened(executable) as browser:
        yield browser


@pytest.fixture(scope="session", params=LANGUAGES)
def lab(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with started(request.param, tmp_path_factory.mktemp(f"course-{request.param}")) as lab:
        yield lab
