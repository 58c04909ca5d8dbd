"""A folder for nbgrader, for those who want its hub: settings that fit the course, and the chapters to hand out."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from recbook.authoring.timings import read_timings
from recbook.files import write_atomically
from recbook.grading.tasks import chosen
from recbook.grading.variants import handed_out
from recbook.learning import variant
from recbook.paths import course_root
from recbook.session import phrase

SETTINGS = "nbgrader_config.py"
LEAST_SECONDS, SLOWER = 120, 4
"""A cell may take as long as its whole chapter took when it was built, on a machine so many times slower."""


def make(folder: Path, chapters: Sequence[str], lang: str) -> list[Path]:
    """Write nbgrader's settings and the chapters' sources; what is there already stays. Returns what was written.

    The chapters are those of the variant of this process, if it has one. ``lang`` is "en" or "zh". Raises ValueError
    for a chapter that there is not, FileExistsError where there are settings.
    """
    own = variant.current()
    picked = chosen(chapters)
    if (folder / SETTINGS).exists():
        raise FileExistsError(
            phrase(
                en=f"{folder / SETTINGS} exists already. Delete it for a fresh one, or name another folder.",
                zh=f"{folder / SETTINGS} 已经存在。要换新的，请先删除它；也可以另指定一个文件夹。",
            )
        )
    files = [
        (course_root() / "solutions" / lang / f"{each.file}.ipynb", folder / "source" / each.file) for each in picked
    ]
    write_atomically(folder / SETTINGS, settings([each.file for each in picked]))
    made = [handed_out(source, target / source.name) for source, target in files]
    if own:  # nbgrader hands it out with the chapter, and puts it beside what it grades
        for _, target in files:
            shutil.copyfile(own.path, target / variant.FILE)
    return [folder / SETTINGS, *made]


def settings(chapters: Sequence[str]) -> str:
    """The settings file: the stub, a cell's time by the slowest of these chapters, and cells that come back."""
    seconds = max([LEAST_SECONDS, *(SLOWER * round(read_timings().get(chapter, 0)) for chapter in chapters)])
    return (
        "# Written by `recbook teach init`.\n"
        "c = get_config()  # noqa: F821 - nbgrader defines it\n"
        'c.ClearSolutions.code_stub = {"python": "..."}  # what a check takes for not answered\n'
        f"c.ExecutePreprocessor.timeout = {seconds}  # seconds a cell; nbgrader's own 30 end some cells of the course\n"
        "c.OverwriteCells.add_missing_cells = True  # a check cell that was deleted comes back\n"
    )
