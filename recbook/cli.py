"""The ``recbook`` command: what a reader, a teacher and a maintainer run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from recbook import __version__, paths
from recbook.authoring import commands as authoring
from recbook.data import commands as data
from recbook.evaluation import commands as evaluation

app = typer.Typer(
    help="A course on pretrained models for recommender systems.", no_args_is_help=True, add_completion=False
)
app.add_typer(data.app, name="data")
app.command()(evaluation.evaluate)
app.command()(authoring.build)
app.command()(authoring.lint)
app.command()(authoring.new)

Lang = Annotated[str, typer.Option(envvar="COURSE_LANG", help="en or zh; without it, the language of your system.")]


@app.command()
def doctor() -> None:
    """Show what the course needs and has on this machine; exit 1 if a chapter could not run."""
    from rich.console import Console

    from recbook import doctor as examination

    rows = examination.examine()
    Console().print(examination.table(rows))
    if any(row.state == "wrong" for row in rows):
        raise typer.Exit(1)


@app.command()
def lab(
    lang: Lang = "",
    port: Annotated[int | None, typer.Option(help="Without it, the first free one from 8888.")] = None,
    browser: Annotated[bool | None, typer.Option(help="Without it, if there is a screen.")] = None,
) -> None:
    """Open the course in JupyterLab, with your own copies of the chapters in my/<lang>."""
    from recbook import lab as course
    from recbook.data import fetch

    try:
        lang, root, port = course.choose_language(lang), paths.course_root(), course.choose_port(port)
        course.copy_chapters(lang, root)
        for name in course.first_needs(lang):
            fetch.fetch(name)
    except (OSError, ValueError, RuntimeError) as error:
        _stop(error)
    typer.echo(f"recbook: JupyterLab is about to open my/{lang} in {root}. Ctrl-C stops it.")
    course.open_lab(lang, root, port, browser=course.has_display() if browser is None else browser)


@app.command()
def reset(chapter: Annotated[str, typer.Argument(help="Its number, such as 01.")], lang: Lang = "") -> None:
    """Put a fresh copy of a chapter in my/<lang>; yours is kept in my/<lang>/old."""
    from recbook import lab as course

    try:
        fresh, kept = course.reset_chapter(chapter, course.choose_language(lang), paths.course_root())
    except (OSError, ValueError) as error:
        _stop(error)
    typer.echo(f"{fresh} is fresh." + (f" Your copy is now {kept}." if kept else ""))


@app.command()
def bench(
    names: Annotated[list[str] | None, typer.Argument(help="Files of benchmarks/; none means all.")] = None,
) -> None:
    """Run the benchmarks; they measure, and pass or fail nothing."""
    try:
        folder = paths.course_root() / "benchmarks"
        scripts = [_script(folder, name) for name in names] if names else sorted(folder.glob("*.py"))
    except (OSError, ValueError) as error:
        _stop(error)
    for script in scripts:
        typer.echo(f"benchmarks/{script.name}")
        subprocess.run([sys.executable, str(script)], check=True)


def _script(folder: Path, name: str) -> Path:
    script = folder / f"{name.removesuffix('.py')}.py"
    if not script.is_file():
        known = ", ".join(sorted(path.stem for path in folder.glob("*.py")))
        raise ValueError(f"There is no benchmark {name!r}. Give one of: {known}.")
    return script


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


def _stop(error: Exception) -> NoReturn:
    """Say what is wrong in one sentence, without a traceback."""
    typer.echo(f"recbook: {error}", err=True)
    raise typer.Exit(1)


def main() -> None:
    app()
