"""`recbook grade` and `recbook teach`: what a teacher runs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from recbook import session

teach = typer.Typer(help="For teachers.", no_args_is_help=True)

Lang = Annotated[str, typer.Option(envvar="COURSE_LANG", help="en or zh, of the tables.")]
Class = Annotated[Path | None, typer.Option("--variant", help="The class's variant.toml, or the folder that holds it.")]


def grade(
    folder: Annotated[Path, typer.Argument(help="A folder or a zip with what was handed in.")],
    chapter: Annotated[list[str] | None, typer.Option(help="Its number; may be given again. None means all.")] = None,
    out: Annotated[Path, typer.Option(help="The table of points; all else is written beside it.")] = Path("grades.csv"),
    roster: Annotated[Path | None, typer.Option(help="CSV of the class, as Moodle or Canvas exports it.")] = None,
    isolation: Annotated[str, typer.Option(help="auto, bwrap, user or none.")] = "auto",
    trusted: Annotated[
        bool, typer.Option("--trusted", help="Run students' code where it can reach your files.")
    ] = False,
    seconds: Annotated[float, typer.Option(min=1, help="What an exercise may take.")] = 30,
    workers: Annotated[int, typer.Option(min=0, max=64, help="Students graded side by side; 0: one a core.")] = 0,
    variant: Class = None,
    lang: Lang = "en",
) -> None:
    """Grade what a class handed in: points, a page for each student, and which mistakes were made."""
    from recbook.grading import report
    from recbook.grading import roster as rosters
    from recbook.grading.grade import Asked, grade
    from recbook.grading.runs import Limits
    from recbook.grading.tasks import chosen

    try:
        _language(lang)
        _take(variant, lang)
        people = rosters.read_roster(roster) if roster else []
        chapters, count = chosen(chapter or []), workers or os.cpu_count() or 1
        asked = Asked(folder, chapters, isolation, trusted, lang, count, Limits(seconds=seconds))
        with session.speaking(lang):
            done = grade(asked, typer.echo)
            written = report.write(done, out, people, chapters)
            typer.echo(str(report.PROMISES[done.isolation]))
    except (OSError, ValueError) as error:
        typer.echo(f"recbook: {error}", err=True)
        raise typer.Exit(1) from None
    if not done.graded:
        typer.echo(f"recbook: there is no notebook in {folder}.", err=True)
        raise typer.Exit(1)
    for path in written:
        typer.echo(f"wrote {path}")


@teach.command()
def init(
    folder: Annotated[Path, typer.Argument(help="A new folder for nbgrader.")] = Path("recsys"),
    chapter: Annotated[list[str] | None, typer.Option(help="Its number; may be given again. None means all.")] = None,
    variant: Class = None,
    lang: Lang = "en",
) -> None:
    """Make a folder for nbgrader: its settings, and the chapters to hand out."""
    from recbook.grading.hub import make

    try:
        _language(lang)
        _take(variant, lang)
        made = make(folder, chapter or [], lang)
    except (OSError, ValueError) as error:
        typer.echo(f"recbook: {error}", err=True)
        raise typer.Exit(1) from None
    for path in made:
        typer.echo(f"wrote {path}")


@teach.command()
def variant(
    seed: Annotated[int, typer.Option(help="A whole number from 0; another one for each class.")],
    out: Annotated[Path, typer.Option(help="A new folder for what you hand out.")] = Path("class"),
    name: Annotated[str, typer.Option(help="What the class is called.")] = "",
    lang: Lang = "en",
) -> None:
    """Give a class its own inputs: a folder with its variant and its notebooks, to hand out."""
    from recbook.grading import variants

    try:
        _language(lang)
        with session.speaking(lang):
            made = variants.make(out, seed, name, typer.echo)
            typer.echo(str(variants.count()))
    except (OSError, ValueError) as error:
        typer.echo(f"recbook: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"wrote {made[0]}")
    typer.echo(f"wrote {len(made) - 1} notebooks")


@teach.command()
def slides(
    chapter: Annotated[list[str] | None, typer.Argument(help="Numbers or slugs; none means all.")] = None,
    out: Annotated[Path, typer.Option(help="The folder of the decks.")] = Path("slides"),
    lang: Lang = "en",
) -> None:
    """Make a deck of a chapter, one HTML file: how it begins, its pictures, its takeaways."""
    from recbook.authoring import slides as decks

    try:
        with session.speaking(lang):
            made = decks.make(chapter or [], out, lang)
    except (OSError, ValueError) as error:
        typer.echo(f"recbook: {error}", err=True)
        raise typer.Exit(1) from None
    for path in made:
        typer.echo(f"wrote {path}")


def _language(lang: str) -> None:
    if lang not in session.LANGUAGES:
        raise ValueError(f"There is no course in {lang!r}. Give --lang en or --lang zh.")


def _take(place: Path | None, lang: str) -> None:
    """Take the class's variant, where there is one, and say so."""
    from recbook.learning.variant import choose

    with session.speaking(lang):
        if chosen := choose(place):
            name = f" {chosen.name!r}" if chosen.name else ""
            typer.echo(
                session.phrase(
                    en=f"Variant{name}, seed {chosen.seed}: {chosen.path}",
                    zh=f"变体{name}，种子 {chosen.seed}：{chosen.path}",
                )
            )
