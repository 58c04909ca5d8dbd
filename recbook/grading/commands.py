"""`recbook grade` and `recbook teach`: what a teacher runs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from recbook import session
from recbook.session import phrase

HELP = phrase(
    en="Grade what a class handed in: points, a page for each student, and which mistakes were made.",
    zh="给全班交来的作业评分：分数、每位学生一页反馈，以及出现了哪些错误。",
)
INIT = phrase(
    en="Make a folder for nbgrader: its settings, and the chapters to hand out.",
    zh="建立 nbgrader 的文件夹：它的设置，以及要发给学生的章节。",
)
_LANG = phrase(
    en="en or zh, of the tables; without it, the language of your system.", zh="表格用 en 或 zh；不写就用系统的语言。"
)
_FOLDER = phrase(en="A folder or a zip with what was handed in.", zh="存放作业的文件夹或 zip 文件。")
_CHAPTER = phrase(en="Its number; may be given again. None means all.", zh="章号，可以写多次；不写就是全部。")
_OUT = phrase(en="The table of points; all else is written beside it.", zh="分数表；其余文件写在它旁边。")
_ROSTER = phrase(
    en="CSV of the class, as Moodle or Canvas exports it.", zh="全班名单的 CSV，即 Moodle 或 Canvas 导出的文件。"
)
_ISOLATION = phrase(
    en="`auto`, `bwrap`, `user` or `none` (not for root).", zh="`auto`、`bwrap`、`user` 或 `none`（root 不能用）。"
)
_TRUSTED = phrase(en="Run students' code where it can reach your files.", zh="让学生的代码在碰得到你的文件的地方运行。")
_SECONDS = phrase(en="What an exercise may take.", zh="每道练习最多用多少秒。")
_WORKERS = phrase(
    en="Students graded side by side; 0: one a core.", zh="同时给几位学生评分；0 表示每个处理器核心一位。"
)
_HUB = phrase(en="A new folder for nbgrader.", zh="给 nbgrader 用的新文件夹。")

_VARIANT = phrase(
    en="The class's variant.toml, or the folder that holds it.", zh="班级的 variant.toml，或者它所在的文件夹。"
)
_SEED = phrase(en="A whole number from 0; another one for each class.", zh="从 0 起的整数；每个班用不同的数。")
_CLASS = phrase(en="A new folder for what you hand out.", zh="用来存放发给学生的内容的新文件夹。")
_NAME = phrase(en="What the class is called.", zh="班级的名称。")
_DECKS = phrase(en="The folder of the decks.", zh="幻灯片的文件夹。")
_CHAPTERS = phrase(en="Numbers or slugs; none means all.", zh="章号或名称；不写就是全部。")
VARIANT = phrase(
    en="Give a class its own inputs: a folder with its variant and its notebooks, to hand out.",
    zh="给一个班自己的输入：一个文件夹，内有它的变体和要发的笔记本。",
)
SLIDES = phrase(
    en="Make a deck of a chapter, one HTML file: how it begins, its pictures, its takeaways.",
    zh="把一章做成幻灯片，一个 HTML 文件：开头、图和小结。",
)

teach = typer.Typer(help=phrase(en="For teachers.", zh="教师用的命令。"), no_args_is_help=True)

Lang = Annotated[str, typer.Option(envvar="COURSE_LANG", help=_LANG)]
Class = Annotated[Path | None, typer.Option("--variant", help=_VARIANT)]


def grade(
    folder: Annotated[Path, typer.Argument(help=_FOLDER)],
    chapter: Annotated[list[str] | None, typer.Option(help=_CHAPTER)] = None,
    out: Annotated[Path, typer.Option(help=_OUT)] = Path("grades.csv"),
    roster: Annotated[Path | None, typer.Option(help=_ROSTER)] = None,
    isolation: Annotated[str, typer.Option(help=_ISOLATION)] = "auto",
    trusted: Annotated[bool, typer.Option("--trusted", help=_TRUSTED)] = False,
    seconds: Annotated[float, typer.Option(min=1, help=_SECONDS)] = 30,
    workers: Annotated[int, typer.Option(min=0, max=64, help=_WORKERS)] = 0,
    variant: Class = None,
    lang: Lang = "",
) -> None:
    """Grade what a class handed in."""
    from recbook.grading import report
    from recbook.grading import roster as rosters
    from recbook.grading.grade import Asked, grade
    from recbook.grading.runs import Limits
    from recbook.grading.tasks import chosen

    try:
        lang = _language(lang)
        _take(variant, lang)
        people = rosters.read_roster(roster) if roster else []
        chapters, count = chosen(chapter or []), workers or os.cpu_count() or 1
        asked = Asked(folder, chapters, isolation, trusted, lang, count, Limits(seconds=seconds))
        with session.speaking(lang):
            done = grade(asked, typer.echo)
            written = report.write(done, out, people, chapters)
            typer.echo(str(report.PROMISES[done.isolation]))
    except (OSError, ValueError) as error:
        typer.echo(f"recbook: {session.told(error)}", err=True)
        raise typer.Exit(1) from None
    if not done.graded:
        said = phrase(en=f"there is no notebook in {folder}.", zh=f"{folder} 里没有笔记本。")
        typer.echo(f"recbook: {said}", err=True)
        raise typer.Exit(1)
    for path in written:
        typer.echo(phrase(en=f"wrote {path}", zh=f"已写入 {path}"))


@teach.command(help=INIT)
def init(
    folder: Annotated[Path, typer.Argument(help=_HUB)] = Path("recsys"),
    chapter: Annotated[list[str] | None, typer.Option(help=_CHAPTER)] = None,
    variant: Class = None,
    lang: Lang = "",
) -> None:
    """Make a folder for nbgrader."""
    from recbook.grading.hub import make

    try:
        lang = _language(lang)
        _take(variant, lang)
        made = make(folder, chapter or [], lang)
    except (OSError, ValueError) as error:
        typer.echo(f"recbook: {session.told(error)}", err=True)
        raise typer.Exit(1) from None
    for path in made:
        typer.echo(phrase(en=f"wrote {path}", zh=f"已写入 {path}"))


@teach.command(help=VARIANT)
def variant(
    seed: Annotated[int, typer.Option(help=_SEED)],
    out: Annotated[Path, typer.Option(help=_CLASS)] = Path("class"),
    name: Annotated[str, typer.Option(help=_NAME)] = "",
    lang: Lang = "",
) -> None:
    """Give a class its own inputs."""
    from recbook.grading import variants

    try:
        with session.speaking(_language(lang)):
            made = variants.make(out, seed, name, typer.echo)
            typer.echo(str(variants.count()))
    except (OSError, ValueError) as error:
        typer.echo(f"recbook: {session.told(error)}", err=True)
        raise typer.Exit(1) from None
    typer.echo(phrase(en=f"wrote {made[0]}", zh=f"已写入 {made[0]}"))
    typer.echo(phrase(en=f"wrote {len(made) - 1} notebooks", zh=f"已写入 {len(made) - 1} 个笔记本"))


@teach.command(help=SLIDES)
def slides(
    chapter: Annotated[list[str] | None, typer.Argument(help=_CHAPTERS)] = None,
    out: Annotated[Path, typer.Option(help=_DECKS)] = Path("slides"),
    lang: Lang = "",
) -> None:
    """Make a deck of a chapter, one HTML file."""
    from recbook.authoring import slides as decks

    try:
        lang = _language(lang)
        with session.speaking(lang):
            made = decks.make(chapter or [], out, lang)
    except (OSError, ValueError) as error:
        typer.echo(f"recbook: {session.told(error)}", err=True)
        raise typer.Exit(1) from None
    for path in made:
        typer.echo(phrase(en=f"wrote {path}", zh=f"已写入 {path}"))


def _language(lang: str) -> str:
    """The language that was asked for, else the reader's."""
    return session.language_named(lang) if lang else session.language()


def _take(place: Path | None, lang: str) -> None:
    """Take the class's variant, where there is one, and say so."""
    from recbook.learning.variant import choose

    with session.speaking(lang):
        if chosen := choose(place):
            name = f" {chosen.name!r}" if chosen.name else ""
            typer.echo(
                phrase(
                    en=f"Variant{name}, seed {chosen.seed}: {chosen.path}",
                    zh=f"变体{name}，种子 {chosen.seed}：{chosen.path}",
                )
            )
