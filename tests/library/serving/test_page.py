"""The page about the service: its code runs in both languages, and names limits, statuses and fields that exist."""

from __future__ import annotations

import re
from typing import Any

import pytest

from recbook.models import EASE
from recbook.paths import course_root
from recbook.serving.limits import Limits

PAGES = {
    page: (course_root() / "docs" / page).read_text(encoding="utf-8") for page in ("serving.md", "serving.zh-CN.md")
}


def blocks(page: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", PAGES[page], re.DOTALL)


def test_both_pages_have_the_same_code_the_same_paths_and_the_same_statuses():
    english, chinese = PAGES.values()
    assert blocks("serving.md") == blocks("serving.zh-CN.md") and len(blocks("serving.md")) == 2
    for pattern in (r"```sh\n.*?```", r"\b[45]\d\d\b", r"`(?:GET|POST) [^`]+`", r"--[a-z]+"):
        assert sorted(re.findall(pattern, english, re.DOTALL)) == sorted(re.findall(pattern, chinese, re.DOTALL))


def test_the_code_runs_from_top_to_bottom(movielens, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"model": EASE().fit(movielens)}
    for block in blocks("serving.md"):
        exec(compile(block, "a block of the page", "exec"), names)
    assert [item["id"] for item in names["answer"]["items"]] == names["model"].recommend(history=[50, 181], n=5)[
        "item_id"
    ].tolist()
    assert names["found"].lost == 0 and "p99" in capsys.readouterr().out


@pytest.mark.parametrize("page", PAGES)
def test_limits_and_fields_that_the_page_names_exist(page):
    named = re.findall(r"--limit (\w+)=", PAGES[page]) + re.findall(r"`(max_\w+|timeout)`", PAGES[page])
    assert named and set(named) <= set(Limits.__dataclass_fields__)
