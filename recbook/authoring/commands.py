"""`recbook build`, `recbook lint`, `recbook book` and the like: what an author runs, and who publishes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recbook.authoring.language import LANGUAGES

Repository = Annotated[
    str, typer.Option(help="The clone's public address; without it, the one that pyproject.toml states.")
]


def build(
    chapters: Annotated[list[str] | None, typer.Argument(help="Numbers or slugs; none means all.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; name what the sources do not build.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Execute also what did not change.")] = False,
    execute: Annotated[bool, typer.Option(help="Execute what changed.")] = True,
) -> None:
    """Build the notebooks of each chapter from notebooks/source."""
    # Imported here: nbgrader and nbclient take a second that no other command should wait for.
    from recbook.authoring import build as builder

    try:
        if check:
            _finish(builder.check(chapters), "Every notebook is what its source builds.")
        elif not builder.build(chapters, force=force, execute=execute, report=typer.echo):
            raise typer.Exit(1)
    except (ValueError, FileNotFoundError) as error:
        _finish([str(error)], "")


def new(
    number: Annotated[str, typer.Argument(help="Two digits, such as 16.")],
    slug: Annotated[str, typer.Argument(help="Its name in lower case, such as generative.")],
) -> None:
    """Write a chapter that builds and passes: source, exercises, figures, right answers and a test."""
    from recbook.authoring.new import create
    from recbook.authoring.source import shown

    try:
        made = create(number, slug)
    except (ValueError, FileNotFoundError, OSError) as error:
        _finish([str(error)], "")
    _finish([], "\n".join([*(f"wrote {shown(path)}" for path in made), f"Build it: recbook build {number}"]))


def lint(
    files: Annotated[list[Path] | None, typer.Argument(help="Sources, figures or pages; none means all.")] = None,
) -> None:
    """Compare the two languages of every chapter, exercise, quiz, figure, message and page."""
    from recbook.authoring import drift

    try:
        _finish(drift.check(files), "The two languages agree.")
    except (ValueError, FileNotFoundError) as error:
        _finish([str(error)], "")


def book(
    out: Annotated[Path, typer.Option(help="An empty or a new folder, or an older book.")] = Path("build/book"),
    chapter: Annotated[list[str] | None, typer.Option(help="Its number; may be given again. None means all.")] = None,
    lang: Annotated[list[str] | None, typer.Option(help="en or zh; none means both.")] = None,
    repository: Repository = "",
    ref: Annotated[str, typer.Option(help="The branch or tag that links to files and Binder mean.")] = "main",
) -> None:
    """Build the web book from the built notebooks: nothing is executed, and readers need no other host."""
    from recbook.authoring.book import address, site  # Sphinx takes a second that no other command should wait for

    try:
        where = address.Address(repository or address.configured(), ref)
        site.build(out, chapter, tuple(lang or LANGUAGES), where, typer.echo)
    except ModuleNotFoundError as error:
        _finish([f"The book needs {error.name}. Install what authors use: make setup-dev"], "")
    except (ValueError, OSError) as error:
        _finish([str(error)], "")


def handout(
    out: Annotated[Path, typer.Option(help="The zip to write.")] = Path("build/students.zip"),
    chapter: Annotated[list[str] | None, typer.Option(help="Its number; may be given again. None means all.")] = None,
    lang: Annotated[list[str] | None, typer.Option(help="en or zh; none means both.")] = None,
    repository: Repository = "",
) -> None:
    """Pack the students' notebooks, without solutions, with a page that says how to run them anywhere."""
    from recbook.authoring.book import address
    from recbook.authoring.book import handout as packed

    try:
        where = address.Address(repository or address.configured())
        packed.write(out, chapter, tuple(lang or LANGUAGES), where)
    except (ValueError, OSError) as error:
        _finish([str(error)], "")
    _finish([], f"wrote {out}")


def _finish(messages: list[str], success: str) -> None:
    """Print what is wrong and leave with 1, or print that all is well."""
    for message in messages:
        typer.echo(message, err=True)
    if messages:
        raise typer.Exit(1)
    typer.echo(success)
