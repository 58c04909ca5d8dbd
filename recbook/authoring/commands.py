"""`recbook build` and `recbook lint`: what an author runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recbook.session import phrase, told

BUILD = phrase(
    en="Build the notebooks of each chapter from notebooks/source.", zh="由 notebooks/source 构建各章的笔记本。"
)
NEW = phrase(
    en="Write a chapter that builds and passes: source, exercises, figures, right answers and a test.",
    zh="写出能构建、能通过检查的一章：源文件、练习、图、正确答案和测试。",
)
LINT = phrase(
    en="Compare the two languages of every chapter, exercise, quiz, figure, message and page.",
    zh="比较每一章、练习、小测、图、提示和页面的两种语言。",
)
_CHAPTERS = phrase(en="Numbers or slugs; none means all.", zh="章号或章名；不写就是全部。")
_CHECK = phrase(en="Write nothing; name what the sources do not build.", zh="什么也不写，只列出与源文件不符的。")
_FORCE = phrase(en="Execute also what did not change.", zh="没有改动的也重新运行。")
_EXECUTE = phrase(en="Execute what changed.", zh="运行改动过的。")
_NUMBER = phrase(en="Two digits, such as 16.", zh="两位数，如 16。")
_SLUG = phrase(en="Its name in lower case, such as generative.", zh="小写的章名，如 generative。")
_FILES = phrase(en="Sources, figures or pages; none means all.", zh="源文件、图或页面；不写就是全部。")


def build(
    chapters: Annotated[list[str] | None, typer.Argument(help=_CHAPTERS)] = None,
    check: Annotated[bool, typer.Option("--check", help=_CHECK)] = False,
    force: Annotated[bool, typer.Option("--force", help=_FORCE)] = False,
    execute: Annotated[bool, typer.Option(help=_EXECUTE)] = True,
) -> None:
    """Build the notebooks of each chapter."""
    # Imported here: nbgrader and nbclient take a second that no other command should wait for.
    from recbook.authoring import build as builder

    try:
        if check:
            well = phrase(en="Every notebook is what its source builds.", zh="每个笔记本都与源文件一致。")
            _finish(builder.check(chapters), well)
        elif not builder.build(chapters, force=force, execute=execute, report=typer.echo):
            raise typer.Exit(1)
    except (ValueError, FileNotFoundError) as error:
        _finish([told(error)], "")


def new(
    number: Annotated[str, typer.Argument(help=_NUMBER)],
    slug: Annotated[str, typer.Argument(help=_SLUG)],
) -> None:
    """Write a chapter that builds and passes."""
    from recbook.authoring.new import create
    from recbook.authoring.source import shown

    try:
        made = create(number, slug)
    except (ValueError, FileNotFoundError, OSError) as error:
        _finish([told(error)], "")
    wrote, then = phrase(en="wrote", zh="已写入"), phrase(en="Build it:", zh="构建：")
    _finish([], "\n".join([*(f"{wrote} {shown(path)}" for path in made), f"{then} recbook build {number}"]))


def lint(files: Annotated[list[Path] | None, typer.Argument(help=_FILES)] = None) -> None:
    """Compare the two languages."""
    from recbook.authoring import drift

    try:
        _finish(drift.check(files), phrase(en="The two languages agree.", zh="两种语言一致。"))
    except (ValueError, FileNotFoundError) as error:
        _finish([told(error)], "")


def _finish(messages: list[str], success: str) -> None:
    """Print what is wrong and leave with 1, or print that all is well."""
    for message in messages:
        typer.echo(message, err=True)
    if messages:
        raise typer.Exit(1)
    typer.echo(success)
