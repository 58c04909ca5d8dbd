"""The page "Your own data" runs from top to bottom in both languages, with one public log in miniature."""

from __future__ import annotations

import re
import zipfile
from typing import Any

import numpy as np
import pandas as pd
import pytest

import recbook
from recbook.paths import course_root

PAGES = ["docs/your-data.md", "docs/your-data.zh-CN.md"]
READMES = ["README.md", "README.zh-CN.md"]
FILMS = {
    "ml-32m/ratings.csv": "userId,movieId,rating,timestamp\n1,17,4.0,944249077\n1,25,1.5,944250228\n",
    "ml-32m/movies.csv": "movieId,title,genres\n17,Babe (1995),Children\n25,Heat (1995),Action|Crime\n",
}


def blocks(page: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", (course_root() / page).read_text(encoding="utf-8"), re.DOTALL)


def run(code: str, names: dict[str, Any]) -> None:
    exec(compile(code, "a block of the page", "exec"), names)


@pytest.fixture(scope="module")
def ran(tmp_path_factory) -> dict[str, Any]:
    """The names that the English page's code leaves behind; it runs in a folder with the zip that it reads."""
    folder, names = tmp_path_factory.mktemp("page"), {}
    with zipfile.ZipFile(folder / "ml-32m.zip", "w") as archive:
        for name, text in FILMS.items():
            archive.writestr(name, text)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for block in blocks(PAGES[0]):
            run(block, names)
    return names | {"folder_of_page": folder}


def test_both_pages_have_the_same_code() -> None:
    assert blocks(PAGES[0]) == blocks(PAGES[1]) and len(blocks(PAGES[0])) >= 10


def test_every_form_of_the_small_shop_is_the_same_log(ran: dict[str, Any]) -> None:
    for other in ("from_csv", "from_parquet", "named"):
        pd.testing.assert_frame_equal(ran[other].frame(), ran["log"].frame())
    assert ran["in_milliseconds"].timestamp.tolist() == [1_709_284_200, 1_709_370_000]
    assert dict(zip(ran["named"].item_ids, ran["named"].items["title"], strict=True))["pot"] == "Tea pot"
    assert ran["vectors"].shape == (4, 384)


def test_book_crossing_by_hand_is_the_log_that_the_course_loads(ran: dict[str, Any]) -> None:
    loaded = recbook.load("books")
    assert ran["books"].n == loaded.n and np.array_equal(ran["books"].item_ids, loaded.item_ids)
    assert ran["books"].items["title"].tolist() == loaded.items["title"].tolist()
    assert (ran["well_known"].n_items, ran["split"].test.n > 1_000) == (ran["well_known"].items.shape[0], True)


def test_the_command_at_its_head_reads_the_files_that_the_page_wrote(ran: dict[str, Any]) -> None:
    from typer.testing import CliRunner

    from recbook.cli import app

    page = (course_root() / PAGES[0]).read_text(encoding="utf-8")
    lines = re.findall(r"^recbook (evaluate .+)$", page, re.MULTILINE)
    assert len(lines) == 2
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ran["folder_of_page"])
        for line in lines:
            result = CliRunner().invoke(app, line.split())
            assert result.exit_code == 0 and "popularity" in result.output, result.output


def test_every_public_reader_stands_in_the_table() -> None:
    from recbook.data import public

    readers = {name for name, thing in vars(public).items() if callable(thing) and thing.__module__ == public.__name__}
    public_names = {name for name in readers if not name.startswith("_")}
    for page in PAGES:
        text = (course_root() / page).read_text(encoding="utf-8")
        assert {name for name in public_names if f"| `{name}`" in text} == public_names


def test_the_five_lines_of_the_readme_run_on_the_same_table(ran: dict[str, Any]) -> None:
    (code,) = blocks(READMES[0])
    assert blocks(READMES[1]) == [code]
    names = {"frame": ran["frame"]}
    run(code, names)
    assert np.array_equal(
        names["model"].weights_, ran["EASE"](250.0).fit(ran["leave_one_out"](ran["log"]).train).weights_
    )


def test_the_pages_are_where_readers_look() -> None:
    for readme, page in zip(READMES, PAGES, strict=True):
        assert f"]({page})" in (course_root() / readme).read_text(encoding="utf-8")
