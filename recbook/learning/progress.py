"""Which exercises a reader has solved, kept in one small file on their own machine."""

from __future__ import annotations

import json
from pathlib import Path

from recbook.files import write_atomically
from recbook.learning import bank, html
from recbook.paths import state_dir
from recbook.session import phrase
from recbook.tables import as_html


def progress(chapter: str = "") -> None:
    """Show which exercises are solved: those of a chapter, by its slug ("cold_start"), or of the whole course.

    Raises ValueError for a chapter that there is not.
    """
    if chapter and chapter not in bank.chapters():
        raise ValueError(f"There is no chapter {chapter!r}; the course has {', '.join(bank.chapters())}.")
    done = set(solved())
    known = {id: exercise for id, exercise in bank.exercises().items() if chapter in ("", exercise.chapter)}
    total = phrase(
        en=f"{len(done & known.keys())} of {len(known)} exercises solved",
        zh=f"共 {len(known)} 道练习，已完成 {len(done & known.keys())} 道",
    )
    rows = [(number, title, id in done) for number, id, title in _listed(known)]
    html.show(html.box(f"<p><strong>{total}</strong></p>{_table(rows)}", html.BLUE), _lines(total, rows))


def solved() -> list[str]:
    """The ids of the solved exercises, sorted; none if there is no record yet.

    A record that cannot be read as one is set aside under another name, and said so.
    """
    path = _path()
    try:
        ids = json.loads(path.read_text(encoding="utf-8"))["solved"]
        if isinstance(ids, list) and all(isinstance(id, str) for id in ids):
            return sorted(ids)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except (ValueError, KeyError, TypeError):
        pass
    aside = path.with_name("progress.broken.json")
    path.replace(aside)
    print(
        phrase(
            en=f"The record of solved exercises cannot be read. It is kept as {aside}, and a new one begins.",
            zh=f"练习记录无法读取，已另存为 {aside}，现在重新开始记录。",
        )
    )
    return []


def record(id: str) -> None:
    """Note an exercise as solved. Where nothing can be written, says so and goes on."""
    from filelock import FileLock

    path = _path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock"), timeout=5):
            ids = solved()
            if id not in ids:
                write_atomically(path, json.dumps({"solved": sorted([*ids, id])}, indent=1) + "\n")
    except OSError as error:
        reason = error.strerror or error
        print(
            phrase(
                en=f"Your progress could not be saved in {path} ({reason}). "
                "Set RECBOOK_STATE to a folder that you can write to.",
                zh=f"无法把进度保存到 {path}（{reason}）。请把 RECBOOK_STATE 设为可以写入的文件夹。",
            )
        )


def _path() -> Path:
    return state_dir() / "progress.json"


def _listed(known: dict) -> list[tuple[str, str, str]]:
    chapters = bank.chapters()
    return [(chapters[exercise.chapter].number, id, str(exercise.title)) for id, exercise in known.items()]


def _table(rows: list[tuple[str, str, bool]]) -> str:
    import pandas as pd

    names = phrase(en="Chapter Exercise Solved", zh="章节 练习 完成").split()
    marked = [(chapter, html.rich(title), "✓" if done else "–") for chapter, title, done in rows]
    with pd.option_context("display.max_colwidth", None):  # a title is shown whole
        return as_html(pd.DataFrame(marked, columns=names), index=False, escape=False)


def _lines(total: str, rows: list[tuple[str, str, bool]]) -> str:
    lines = [f"{chapter}  {'✓' if done else '–'}  {title}" for chapter, title, done in rows]
    return "\n".join([total, *lines])
