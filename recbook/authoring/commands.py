"""`recbook build`, `recbook lint`, `recbook book` and the like: what an author runs, and who publishes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recbook.authoring.language import LANGUAGES
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
BOOK = phrase(
    en="Build the web book from the built notebooks: nothing is executed, and readers need no other host.",
    zh="由构建好的笔记本生成网页版：什么也不运行，读者不必访问其他网站。",
)
HANDOUT = phrase(
    en="Pack the students' notebooks, without solutions, with a page that says how to run them anywhere.",
    zh="打包学生用的笔记本（不含解答），附一页说明怎样在别处运行。",
)
_CHAPTERS = phrase(en="Numbers or slugs; none means all.", zh="章号或章名；不写就是全部。")
_CHECK = phrase(en="Write nothing; name what the sources do not build.", zh="什么也不写，只列出与源文件不符的。")
_FORCE = phrase(en="Execute also what did not change.", zh="没有改动的也重新运行。")
_EXECUTE = phrase(en="Execute what changed.", zh="运行改动过的。")
_NUMBER = phrase(en="Two digits, such as 16.", zh="两位数，如 16。")
_SLUG = phrase(en="Its name in lower case, such as generative.", zh="小写的章名，如 generative。")
_FILES = phrase(en="Sources, figures or pages; none means all.", zh="源文件、图或页面；不写就是全部。")
_PLACE = phrase(en="An empty or a new folder, or an older book.", zh="空的或新的文件夹，或者旧的网页版。")
_ZIP = phrase(en="The zip to write.", zh="要写的 zip 文件。")
_ONE = phrase(en="Its number; may be given again. None means all.", zh="章号，可以写多次；不写就是全部。")
_LANGS = phrase(en="en or zh; none means both.", zh="en 或 zh；不写就是两种。")
_REF = phrase(en="The branch or tag that links to files and Binder mean.", zh="文件链接和 Binder 所指的分支或标签。")
Repository = Annotated[
    str,
    typer.Option(
        help=phrase(
            en="The clone's public address; without it, the one that pyproject.toml states.",
            zh="仓库的公开地址；不写就用 pyproject.toml 里的。",
        )
    ),
]


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


def book(
    out: Annotated[Path, typer.Option(help=_PLACE)] = Path("build/book"),
    chapter: Annotated[list[str] | None, typer.Option(help=_ONE)] = None,
    lang: Annotated[list[str] | None, typer.Option(help=_LANGS)] = None,
    repository: Repository = "",
    ref: Annotated[str, typer.Option(help=_REF)] = "main",
) -> None:
    """Build the web book from the built notebooks."""
    from recbook.authoring.book import address, site  # Sphinx takes a second that no other command should wait for

    try:
        where = address.Address(repository or address.configured(), ref)
        site.build(out, chapter, tuple(lang or LANGUAGES), where, typer.echo)
    except ModuleNotFoundError as error:
        needs = phrase(
            en=f"The book needs {error.name}. Install what authors use: make setup-dev",
            zh=f"生成网页版需要 {error.name}。请安装作者用的库：make setup-dev",
        )
        _finish([needs], "")
    except (ValueError, OSError) as error:
        _finish([told(error)], "")


def handout(
    out: Annotated[Path, typer.Option(help=_ZIP)] = Path("build/students.zip"),
    chapter: Annotated[list[str] | None, typer.Option(help=_ONE)] = None,
    lang: Annotated[list[str] | None, typer.Option(help=_LANGS)] = None,
    repository: Repository = "",
) -> None:
    """Pack the students' notebooks, without solutions."""
    from recbook.authoring.book import address
    from recbook.authoring.book import handout as packed

    try:
        where = address.Address(repository or address.configured())
        packed.write(out, chapter, tuple(lang or LANGUAGES), where)
    except (ValueError, OSError) as error:
        _finish([told(error)], "")
    _finish([], phrase(en=f"wrote {out}", zh=f"已写入 {out}"))


def _finish(messages: list[str], success: str) -> None:
    """Print what is wrong and leave with 1, or print that all is well."""
    for message in messages:
        typer.echo(message, err=True)
    if messages:
        raise typer.Exit(1)
    typer.echo(success)
