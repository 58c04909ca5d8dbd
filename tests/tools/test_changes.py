"""tools/changes.py: the text of a release, and what it refuses."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

import recbook

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "changes.py"
LOG = "# Changelog\n\n## 0.2.0, 2027-03-01\n\n- New.\n- Mended.\n\n## 0.1.0, unreleased\n\n- The first.\n"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("changes_script", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_changes_of_one_version_and_no_other(tool: ModuleType) -> None:
    assert tool.changes(LOG, "0.2.0") == "- New.\n- Mended.\n"


def test_a_version_without_a_date_or_without_changes_is_no_release(tool: ModuleType) -> None:
    with pytest.raises(ValueError, match=r"unreleased.*Write the date"):
        tool.changes(LOG, "0.1.0")
    with pytest.raises(ValueError, match=r"no section that begins: ## 0\.3\.0"):
        tool.changes(LOG, "0.3.0")


def test_the_tag_is_the_version_that_the_package_states(tool: ModuleType) -> None:
    assert tool.stated((SCRIPT.parents[1] / "recbook" / "__init__.py").read_text("utf-8")) == recbook.__version__
    with pytest.raises(ValueError, match=f"the tag would be v{recbook.__version__}"):
        tool.main("v9.9.9")
