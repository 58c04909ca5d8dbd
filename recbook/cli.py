"""The ``recbook`` command: what a reader, a teacher and a maintainer run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from recbook import __version__, paths
from recbook.authoring import commands as authoring
from recbook.data import commands as data
from recbook.grading import commands as grading
from recbook.models import commands as models
from recbook.serving import commands as serving

app = typer.Typer(
    help="A course on pretrained models for recommender systems.", no_args_is_help=True, add_completion=False
)
app.add_typer(data.app, name="data")
app.command()(models.evaluate)
app.command()(serving.serve)
app.command()(grading.grade)
app.add_typer(grading.teach, name="teach")
app.command()(authoring.build)
app.command()(authoring.lint)
app.command()(authoring.new)
app.command()(authoring.book)
app.command()(authoring.handout)

Lang = Annotated[str, typer.Option(envvar="COURSE_LANG", help="en or zh; without it, the language of your system.")]


@app.command()
def doctor() -> None:
    """Show what the course needs and has on this machine; exit 1 if a chapter could not run."""
    from recbook import doctor as examination

    if code := examination.main():
        raise typer.Exit(code)


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
def experiment(
    name: Annotated[str | None, typer.Argument(help="A file of experiments/; none lists them.")] = None,
    parts: Annotated[list[str] | None, typer.Argument(help="Parts of it; none means all.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Measure also what is stored.")] = False,
) -> None:
    """Measure the numbers that chapters show as stored; each is stored at once, so a stopped run can go on."""
    from recbook import experiments

    try:
        if name is None:
            _list_experiments()
            return
        status = experiments.run(name, parts or [], again)
    except (OSError, ValueError) as error:
        _stop(error)
    if status == experiments.STOPPED:
        typer.echo(f"Stopped. What was measured is stored: `recbook experiment {name}` goes on from there.")
    raise typer.Exit(status)


def _list_experiments() -> None:
    from recbook import experiments

    for name in experiments.names():
        found = experiments.outline(name)
        typer.echo(f"{name}, {_minutes(found.minutes)}: {found.about}\n    {'; '.join(found.parts)}")
    typer.echo("Measure one: recbook experiment NAME, or some parts of it: recbook experiment NAME PART ...")


@app.command()
def bench(
    names: Annotated[list[str] | None, typer.Argument(help="Files of benchmarks/; none means all.")] = None,
) -> None:
    """Run the benchmarks; they measure, and pass or fail nothing."""
    try:
        folder = paths.course_root() / "benchmarks"
        scripts = [_script(folder, name) for name in names] if names else sorted(folder.glob("*.py"))
        for script in scripts:
            typer.echo(f"benchmarks/{script.name} will take {_minutes(_declared_minutes(script))} at most")
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


def _declared_minutes(script: Path) -> float:
    """The number behind ``MINUTES =`` in a script, read without running it."""
    found = re.search(r"^MINUTES = ([\d.]+)$", script.read_text(encoding="utf-8"), re.MULTILINE)
    if not found:
        raise ValueError(f"benchmarks/{script.name} must say how long it takes: MINUTES = a number.")
    return float(found[1])


def _minutes(count: float) -> str:
    return f"about {count:g} minute{'' if count == 1 else 's'}"


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
