"""The ``recbook`` command: what a reader, a teacher and a maintainer run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from recbook import __version__, paths, session
from recbook.authoring import commands as authoring
from recbook.data import commands as data
from recbook.grading import commands as grading
from recbook.models import commands as models
from recbook.serving import commands as serving
from recbook.session import phrase

app = typer.Typer(
    help=phrase(
        en="A course on pretrained models for recommender systems.", zh="预训练模型在推荐系统中的应用：一门课程。"
    ),
    no_args_is_help=True,
    add_completion=False,
)
app.add_typer(data.app, name="data")
app.command(help=models.HELP)(models.evaluate)
app.command(help=serving.HELP)(serving.serve)
app.command(help=grading.HELP)(grading.grade)
app.add_typer(grading.teach, name="teach")
app.command(help=authoring.BUILD)(authoring.build)
app.command(help=authoring.LINT)(authoring.lint)
app.command(help=authoring.NEW)(authoring.new)
app.command(help=authoring.BOOK)(authoring.book)
app.command(help=authoring.HANDOUT)(authoring.handout)

Lang = Annotated[
    str,
    typer.Option(
        envvar="COURSE_LANG",
        help=phrase(en="en or zh; without it, the language of your system.", zh="en 或 zh；不写就用系统的语言。"),
    ),
]
Home = Annotated[
    Path | None,
    typer.Option(
        envvar="RECBOOK_HOME",
        help=phrase(
            en="Your own folder, for copies, progress and settings; else the clone.",
            zh="你自己的文件夹，存放副本、进度和设置；不写就用克隆的文件夹。",
        ),
    ),
]


@app.command(
    help=phrase(
        en="Show what the course needs and has on this machine; exit 1 if a chapter could not run.",
        zh="列出课程需要什么、这台机器上有什么；若有章节不能运行，以 1 退出。",
    )
)
def doctor() -> None:
    """Show what the course needs and has."""
    from recbook import doctor as examination

    if code := examination.main():
        raise typer.Exit(code)


_PORT = phrase(en="Without it, the first free one from 8888.", zh="不写就用从 8888 起第一个空闲的。")
_BROWSER = phrase(en="Without it, if there is a screen.", zh="不写就看有没有屏幕。")


@app.command(
    help=phrase(
        en="Open the course in JupyterLab, with your own copies of the chapters in my/<lang>.",
        zh="在 JupyterLab 里打开课程；各章是你自己的副本，在 my/<语言> 里。",
    )
)
def lab(
    lang: Lang = "",
    port: Annotated[int | None, typer.Option(help=_PORT)] = None,
    browser: Annotated[bool | None, typer.Option(help=_BROWSER)] = None,
    home: Home = None,
) -> None:
    """Copy the chapters that are missing, fetch what the first one reads, and run JupyterLab."""
    from recbook import lab as course
    from recbook.data import fetch

    try:
        lang, root = course.choose_language(lang), paths.course_root()
        place = course.choose_port(port) if not course.of_hub() else 0
        with session.speaking(lang):
            own = course.settle(home, root)
            course.copy_chapters(lang, root, own)
        for name in course.first_needs(lang):
            fetch.fetch(name)
    except (OSError, ValueError, RuntimeError) as error:
        _stop(error)
    _say_older(course.older_copies(lang, root, own))
    said = phrase(
        en=f"JupyterLab is about to open my/{lang} in {own}. Ctrl-C stops it.",
        zh=f"JupyterLab 即将打开 {own} 里的 my/{lang}。按 Ctrl-C 停止。",
    )
    typer.echo(f"recbook: {said}")
    course.open_lab(lang, own, place, browser=course.has_display() if browser is None else browser)


def _say_older(older: list[Path]) -> None:
    """Say which copies are older than their chapters, and how to read the new ones; the reader's stay as they are."""
    if not older:
        return
    numbers = [copy.name[:2] for copy in older]
    said = phrase(
        en=f"the course has a newer version of {', '.join(numbers)} than your copy. Yours stays as it is; "
        f"`recbook reset {numbers[0]} --beside` puts the new one beside it.",
        zh=f"课程里的 {'、'.join(numbers)} 章比你的副本新。你的副本保持不变；"
        f"`recbook reset {numbers[0]} --beside` 会把新的一份放在旁边。",
    )
    typer.echo(f"recbook: {said}")


_NUMBER = phrase(en="Its number, such as 01.", zh="章号，如 01。")
_BESIDE = phrase(
    en="Leave yours in its place, and put the fresh one beside it.", zh="不动你的副本，把新的一份放在旁边。"
)


@app.command(
    help=phrase(
        en="Put a fresh copy of a chapter in my/<lang>; yours is kept in my/<lang>/old.",
        zh="把一章的全新副本放进 my/<语言>；你的那份留在 my/<语言>/old。",
    )
)
def reset(
    chapter: Annotated[str, typer.Argument(help=_NUMBER)],
    lang: Lang = "",
    home: Home = None,
    beside: Annotated[bool, typer.Option("--beside", help=_BESIDE)] = False,
) -> None:
    """Put a fresh copy of a chapter into the reader's folder."""
    from recbook import lab as course

    try:
        lang, root = course.choose_language(lang), paths.course_root()
        with session.speaking(lang):
            fresh, kept = course.reset_chapter(chapter, lang, root, course.settle(home, root), beside=beside)
    except (OSError, ValueError) as error:
        _stop(error)
    yours = phrase(en=f" Your copy is now {kept}.", zh=f"你原来的那份现在是 {kept}。") if kept else ""
    typer.echo(phrase(en=f"{fresh} is fresh.", zh=f"{fresh} 是全新的一份。") + yours)


_EXPERIMENT = phrase(en="A file of experiments/; none lists them.", zh="experiments/ 里的文件名；不写就列出全部。")
_PARTS = phrase(en="Parts of it; none means all.", zh="其中的部分；不写就是全部。")
_AGAIN = phrase(en="Measure also what is stored.", zh="已经存好的也重新测量。")


@app.command(
    help=phrase(
        en="Measure the numbers that chapters show as stored; each is stored at once, so a stopped run can go on.",
        zh="重新测量各章里“存好的结果”；每测完一个就保存，中断后可以接着做。",
    )
)
def experiment(
    name: Annotated[str | None, typer.Argument(help=_EXPERIMENT)] = None,
    parts: Annotated[list[str] | None, typer.Argument(help=_PARTS)] = None,
    again: Annotated[bool, typer.Option("--again", help=_AGAIN)] = False,
) -> None:
    """Measure the numbers that chapters show as stored."""
    from recbook import experiments

    try:
        if name is None:
            _list_experiments()
            return
        status = experiments.run(name, parts or [], again)
    except (OSError, ValueError) as error:
        _stop(error)
    if status == experiments.STOPPED:
        typer.echo(
            phrase(
                en=f"Stopped. What was measured is stored: `recbook experiment {name}` goes on from there.",
                zh=f"已停止。测完的已经存好，`recbook experiment {name}` 会接着做。",
            )
        )
    raise typer.Exit(status)


def _list_experiments() -> None:
    from recbook import experiments

    for name in experiments.names():
        found = experiments.outline(name)
        typer.echo(f"{name}, {_minutes(found.minutes)}: {found.about}\n    {'; '.join(found.parts)}")
    typer.echo(
        phrase(
            en="Measure one: recbook experiment NAME, or some parts of it: recbook experiment NAME PART ...",
            zh="测量其中一个：recbook experiment NAME；只测某些部分：recbook experiment NAME PART ...",
        )
    )


_BENCHMARKS = phrase(en="Files of benchmarks/; none means all.", zh="benchmarks/ 里的文件名；不写就是全部。")


@app.command(
    help=phrase(
        en="Run the benchmarks; they measure, and pass or fail nothing.", zh="运行基准测试：只测量，不判断通过与否。"
    )
)
def bench(names: Annotated[list[str] | None, typer.Argument(help=_BENCHMARKS)] = None) -> None:
    """Run the benchmarks."""
    try:
        folder = paths.course_root() / "benchmarks"
        scripts = [_script(folder, name) for name in names] if names else sorted(folder.glob("*.py"))
        for script in scripts:
            most = _minutes(_declared_minutes(script))
            typer.echo(
                phrase(
                    en=f"benchmarks/{script.name} will take {most} at most", zh=f"benchmarks/{script.name}：最多{most}"
                )
            )
    except (OSError, ValueError) as error:
        _stop(error)
    for script in scripts:
        typer.echo(f"benchmarks/{script.name}")
        subprocess.run([sys.executable, str(script)], check=True)


def _script(folder: Path, name: str) -> Path:
    script = folder / f"{name.removesuffix('.py')}.py"
    if not script.is_file():
        known = ", ".join(sorted(path.stem for path in folder.glob("*.py")))
        raise ValueError(
            phrase(
                en=f"There is no benchmark {name!r}. Give one of: {known}.",
                zh=f"没有 {name!r} 这个基准测试。可选：{known}。",
            )
        )
    return script


def _declared_minutes(script: Path) -> float:
    """The number behind ``MINUTES =`` in a script, read without running it."""
    found = re.search(r"^MINUTES = ([\d.]+)$", script.read_text(encoding="utf-8"), re.MULTILINE)
    if not found:
        raise ValueError(
            phrase(
                en=f"benchmarks/{script.name} must say how long it takes: MINUTES = a number.",
                zh=f"benchmarks/{script.name} 必须写明要多久：MINUTES = 一个数。",
            )
        )
    return float(found[1])


def _minutes(count: float) -> str:
    return phrase(en=f"about {count:g} minute{'' if count == 1 else 's'}", zh=f"约 {count:g} 分钟")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


_SHOW_VERSION = phrase(en="Show the version.", zh="显示版本号。")


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help=_SHOW_VERSION)] = False,
) -> None:
    pass


def _stop(error: Exception) -> NoReturn:
    """Say what is wrong in one sentence, without a traceback."""
    typer.echo(f"recbook: {session.told(error)}", err=True)
    raise typer.Exit(1)


def main() -> None:
    """Run the command, in the language that `session.speak` was told before this module was imported."""
    command = typer.main.get_command(app)
    if session.language() == "zh":
        from recbook import in_chinese

        in_chinese.speak(command)
    command()
