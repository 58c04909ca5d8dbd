"""`recbook build` and `recbook lint`: what an author runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


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


def _finish(messages: list[str], success: str) -> None:
    """Print what is wrong and leave with 1, or print that all is well."""
    for message in messages:
        typer.echo(message, err=True)
    if messages:
        raise typer.Exit(1)
    typer.echo(success)
