"""A log small enough to follow by hand, and the real one, read once."""

from __future__ import annotations

import os
import re

import numpy as np
import pytest

import recbook
from recbook.data import Interactions

# What commands say is compared in English, whatever the language of this machine; tests of the Chinese ask for it.
os.environ["COURSE_LANG"] = "en"


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two processes share the tests file by file; the longest, the exercises' checks, in halves: a language each."""
    for item in items:
        half = re.search(r"\[(en|zh)-", item.nodeid) if item.path.name == "test_exercises.py" else None
        item.add_marker(pytest.mark.xdist_group(f"{item.path}{half[1] if half else ''}"))


@pytest.fixture
def tiny() -> Interactions:
    """Users 10, 20, 30 and items 1, 2, 3, 5. User 10's last two interactions have the same time."""
    rows = [  # user, item, rating, time; not sorted by time
        (20, 3, 4, 50), (10, 5, 3, 9), (10, 1, 5, 7), (10, 2, 1, 9),
        (20, 1, 2, 40), (30, 2, 5, 1), (20, 5, 4, 30), (30, 1, 3, 2),
    ]  # fmt: skip
    user, item, rating, time = (np.array(column) for column in zip(*rows, strict=True))
    return Interactions.from_ids(user, item, rating, time)


@pytest.fixture(scope="session")
def movielens() -> Interactions:
    return recbook.load("ml-100k")


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> list[tuple[dict, dict]]:
    """What a cell of a notebook would show: the data and the metadata of each display."""
    shown: list[tuple[dict, dict]] = []
    monkeypatch.setattr("IPython.get_ipython", object)
    monkeypatch.setattr("IPython.display.display", lambda data, raw, metadata: shown.append((data, metadata)))
    return shown
