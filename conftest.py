"""What nbval needs to run a committed notebook the way a reader would (`make test` names the notebooks)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from nbformat import NotebookNode
from nbval.plugin import IPyNbCell

from recbook import lab
from recbook.authoring.execute import WIDGET

# The same examples at every run: what failed once fails again. No deadline: a busy machine is not an error.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

# Notebooks are run by this Python, whatever else here is a kernel called python3.
lab.own_kernel()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Each notebook's kernel starts with no exercise solved, and never sees the reader's own record."""
    if not isinstance(item, IPyNbCell):
        return (yield)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RECBOOK_STATE", str(_state_of(item)))
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Progress bars and warnings are not compared: the builder keeps them out of the notebooks."""
    if not isinstance(item, IPyNbCell):
        return (yield)
    compare = item.compare_outputs
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(item, "compare_outputs", lambda test, ref: compare(list(filter(_is_kept, test)), ref))
        return (yield)


def _is_kept(output: NotebookNode) -> bool:
    return output.get("name") != "stderr" and WIDGET not in output.get("data", {})


def _state_of(item: IPyNbCell) -> Path:
    factory: pytest.TempPathFactory = item.config._tmp_path_factory
    folder = factory.getbasetemp().joinpath("state", *item.path.with_suffix("").parts[-3:])
    folder.mkdir(parents=True, exist_ok=True)
    return folder
