"""Look at what the course needs on this machine, and say what to do about what is missing.

Only the standard library is imported before a row needs more: the doctor also comes where nothing else can.
"""

from __future__ import annotations

import importlib
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from recbook import session, surroundings
from recbook.session import phrase

if TYPE_CHECKING:
    from packaging.requirements import Requirement
    from rich.table import Table

ROOM = 5e8  # bytes that the chapters write beside the cards: encoded texts
MEMORY = 4e9  # bytes
QUICK = ("matplotlib", "numpy", "pandas", "pyarrow", "requests", "scipy")  # imported to see whether they can be
_STYLE = {"ok": "green", "warning": "yellow", "wrong": "bold red"}


def again() -> str:
    """What to do about a package that is missing or has another version."""
    return phrase(
        en="delete .venv/recbook-setup, then: make lab (it installs what requirements.lock names)",
        zh="删除 .venv/recbook-setup，再运行 make lab（会按 requirements.lock 安装）",
    )


def anew() -> str:
    """What to do about a package that is there and broken."""
    return phrase(
        en="make clean, then: make lab (it installs everything again)", zh="先 make clean，再 make lab（会全部重装）"
    )


@dataclass(frozen=True)
class Row:
    """One line of the table; ``state`` is "ok", "warning" (chapters run all the same) or "wrong"."""

    what: str
    found: str
    wanted: str = ""
    state: str = "ok"
    advice: str = ""


def examine() -> list[Row]:
    """Every row, in the order in which it is shown."""
    looks: dict[str, Callable[[], Row | Iterable[Row]]] = {
        "Python": python_row,
        phrase(en="surroundings", zh="周围的文件"): surroundings_rows,
        phrase(en="packages", zh="软件包"): package_rows,
        phrase(en="kernel python3", zh="内核 python3"): kernel_row,
        phrase(en="data and models", zh="数据与模型"): card_rows,
        phrase(en="free space", zh="磁盘空间"): disk_row,
        phrase(en="memory", zh="内存"): memory_row,
        phrase(en="Chinese font", zh="中文字体"): font_row,
        phrase(en="solved exercises", zh="练习记录"): records_row,
    }
    return [row for what, look in looks.items() for row in look_at(what, look)]


def look_at(what: str, look: Callable[[], Row | Iterable[Row]]) -> list[Row]:
    """The rows of one look; where it cannot be taken, a row that says why."""
    try:
        found = look()
        return [found] if isinstance(found, Row) else list(found)
    except Exception as error:  # a broken library may raise anything
        why = phrase(en=f"not looked at: {_in_short(error)}", zh=f"没能检查：{_in_short(error)}")
        return [Row(what, why, state="wrong", advice=anew())]


def show(rows: list[Row]) -> None:
    """Print the rows: as a table, or line by line where even that library cannot be imported."""
    try:
        from rich.console import Console

        Console().print(table(rows))
    except ImportError:
        states = {"ok": "正常", "warning": "注意", "wrong": "有误"}
        for row in rows:
            state = phrase(en=f"{row.state:8}", zh=f"{states[row.state]}  ")
            print(f"{state}{row.what}: {row.found}" + (f". {row.advice}" if row.advice else ""))


def table(rows: list[Row]) -> Table:
    """The rows as a table for the terminal."""
    from rich.markup import escape
    from rich.table import Table

    heads = phrase(en="what|found|wanted|what to do", zh="项目|现状|要求|怎么办").split("|")
    shown = Table(*heads, title="recbook doctor")
    for column in shown.columns:
        column.overflow = "fold"  # Chinese has no spaces to be broken at
    for row in rows:
        found = f"[{_STYLE[row.state]}]{escape(row.found)}[/]"
        shown.add_row(escape(row.what), found, row.wanted, escape(row.advice))
    return shown


def main() -> int:
    """The command where `recbook.cli` cannot be imported; the exit code."""
    rows = examine()
    show(rows)
    return int(any(row.state == "wrong" for row in rows))


def python_row() -> Row:
    """This Python against the range that the lock is tested with."""
    machine = f"{platform.system()} {platform.machine()}"
    found = phrase(en=f"{platform.python_version()} on {machine}", zh=f"{platform.python_version()}，{machine}")
    good = (3, 11) <= sys.version_info[:2] <= (3, 13)
    install = phrase(
        en="Install Python 3.12, then: make lab PYTHON=python3.12",
        zh="请安装 Python 3.12，再运行 make lab PYTHON=python3.12",
    )
    wanted = phrase(en="3.11 to 3.13", zh="3.11 到 3.13")
    return Row("Python", found, wanted, "ok" if good else "wrong", "" if good else install)


def surroundings_rows() -> Iterator[Row]:
    """What hides modules from the notebooks: files beside them, folders in PYTHONPATH."""
    wanted = phrase(en="nothing that hides a module", zh="没有遮住模块的文件")
    for hidden in (found for folder in _notebook_folders() for found in surroundings.beside(folder)):
        advice = phrase(
            en=f"Rename it: in that folder Python takes it for {hidden.name}",
            zh=f"请改名：在那个文件夹里，Python 会把它当成 {hidden.name}",
        )
        yield Row(str(hidden.by), _hides(hidden), wanted, "wrong", advice)
    for hidden in surroundings.on_pythonpath():
        advice = phrase(
            en=f"Take {hidden.by.parent} out of the variable PYTHONPATH: it comes before the course's own",
            zh=f"请从环境变量 PYTHONPATH 里去掉 {hidden.by.parent}：它排在课程自己的库之前",
        )
        yield Row(f"{hidden.by} (PYTHONPATH)", _hides(hidden), wanted, "wrong", advice)


def _hides(hidden: surroundings.Hidden) -> str:
    return phrase(en=f"hides {hidden.name}", zh=f"遮住了 {hidden.name}")


def _notebook_folders() -> list[Path]:
    """The working folder, and the folders of notebooks of the clone and of the reader's own folder."""
    root = Path(os.environ.get("RECBOOK_ROOT") or Path(__file__).resolve().parents[1])
    places = [root / part / lang for part in ("my", "notebooks", "solutions") for lang in session.LANGUAGES]
    from recbook import paths  # needs a library, which the doctor may find missing

    if own := paths.own_folder():
        places += [own, *(own / "my" / lang for lang in session.LANGUAGES)]
    return [folder for folder in dict.fromkeys([Path.cwd(), root, *places]) if folder.is_dir()]


def package_rows() -> Iterator[Row]:
    """One row for each package that the chapters import. What loads slowly (TensorFlow, PyTorch) is not imported."""
    from packaging.requirements import Requirement

    for line in metadata.requires("recbook") or []:
        requirement = Requirement(line)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("course", "serve")):
            yield package_row(requirement)


def package_row(requirement: Requirement) -> Row:
    """The installed version of a package against the range in pyproject.toml."""
    name, wanted = requirement.name, str(requirement.specifier)
    try:
        found = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Row(name, phrase(en="missing", zh="没有安装"), wanted, "wrong", again())
    if not requirement.specifier.contains(found, prereleases=True):
        return Row(name, found, wanted, "wrong", again())
    try:
        if name in QUICK:
            importlib.import_module(name)
    except Exception as error:  # a broken library may raise anything
        why = phrase(en=", which cannot be imported: ", zh="，但无法导入：") + _in_short(error)
        return Row(name, found + why, wanted, "wrong", anew())
    return Row(name, found, wanted)


def kernel_row() -> Row:
    """Which Python runs the notebooks: the kernel called python3, in the course's JupyterLab and in any other."""
    from recbook import lab

    ours, theirs = _kernel(lab.kernel_path()), _kernel(os.environ.get("JUPYTER_PATH", ""))
    what = phrase(en="kernel python3", zh="内核 python3")
    if not _is_this_python(ours):
        advice = phrase(en="Reinstall the course: its own kernel is not found", zh="请重装课程：找不到它自己的内核")
        return Row(what, ours, sys.executable, "wrong", advice)
    if _is_this_python(theirs):
        return Row(what, ours, sys.executable)
    advice = phrase(
        en=f"Open the course with recbook lab or make lab: another JupyterLab would run {theirs}",
        zh=f"请用 recbook lab 或 make lab 打开课程：别的 JupyterLab 会运行 {theirs}",
    )
    return Row(what, ours, sys.executable, "warning", advice)


def _kernel(jupyter_path: str) -> str:
    """The program that the kernel python3 runs where JUPYTER_PATH has this value."""
    from jupyter_client.kernelspec import KernelSpecManager

    before = os.environ.get("JUPYTER_PATH")
    os.environ["JUPYTER_PATH"] = jupyter_path
    try:
        program = KernelSpecManager().get_kernel_spec("python3").argv[0]
    finally:
        if before is None:
            del os.environ["JUPYTER_PATH"]
        else:
            os.environ["JUPYTER_PATH"] = before
    # Jupyter takes a bare name for the Python that it runs in itself.
    return sys.executable if program in ("python", "python3", _python_name()) else program


def _python_name() -> str:
    return f"python{sys.version_info[0]}.{sys.version_info[1]}"


def _is_this_python(program: str) -> bool:
    """Whether a program lies where this Python does: links are not followed, since environments share their target."""
    return Path(program).absolute().parent == Path(sys.executable).absolute().parent


def card_rows() -> Iterator[Row]:
    """One row for each dataset, model and font: in the cache, or to be fetched on first use."""
    from recbook.data import cards, fetch

    cached, absent = phrase(en="cached", zh="已缓存"), phrase(en="not cached", zh="未缓存")
    for card in cards.all_cards():
        command = f"recbook data fetch {card.name}"
        if fetch.is_cached(card.name):
            yield Row(card.name, cached, cached)
        elif card.optional:
            advice = phrase(en=f"{command}, if you want it", zh=f"需要时运行 {command}")
            yield Row(card.name, absent, phrase(en="optional", zh="可选"), "ok", advice)
        else:
            advice = phrase(en=f"{command} (else fetched on first use)", zh=f"{command}（否则第一次用到时下载）")
            yield Row(card.name, absent, cached, "warning", advice)


def disk_row() -> Row:
    """Free space where the cache is, or will be, against what is still to be fetched and staged."""
    from recbook import paths
    from recbook.data import cards, fetch

    folder = next(place for place in [paths.cache_dir(), *paths.cache_dir().parents] if place.exists())
    missing = [card for card in cards.all_cards() if not (card.optional or fetch.is_cached(card.name))]
    needed = ROOM + 2 * sum(card.bytes for card in missing)
    free = shutil.disk_usage(folder).free
    good = free >= needed
    advice = phrase(
        en="Free some space, or set RECBOOK_CACHE to a folder on a larger disk",
        zh="请腾出空间，或把 RECBOOK_CACHE 设为更大磁盘上的文件夹",
    )
    what = phrase(en=f"free in {folder}", zh=f"{folder} 的可用空间")
    return Row(what, _gigabytes(free), _gigabytes(needed), "ok" if good else "wrong", "" if good else advice)


def memory_row() -> Row:
    """All memory of the machine: what is free now changes by the minute."""
    import psutil

    total = psutil.virtual_memory().total
    good = total >= MEMORY
    advice = phrase(en="Close other programs before you run a chapter", zh="运行章节之前，请关掉其他程序")
    what = phrase(en="memory", zh="内存")
    return Row(what, _gigabytes(total), _gigabytes(MEMORY), "ok" if good else "warning", "" if good else advice)


def font_row() -> Row:
    """A font for Chinese figures: one of the machine's, or the course's own."""
    from recbook.data import fetch

    what, wanted = phrase(en="Chinese font", zh="中文字体"), phrase(en="any", zh="任意一种")
    if font := session.cjk_font():
        return Row(what, font, wanted)
    if fetch.is_cached("noto-sans-sc"):
        return Row(what, "noto-sans-sc", wanted)
    advice = phrase(
        en="recbook data fetch noto-sans-sc (chapters in Chinese fetch it on first use)",
        zh="recbook data fetch noto-sans-sc（中文章节第一次用到时会下载）",
    )
    return Row(what, phrase(en="none", zh="没有"), wanted, "warning", advice)


def records_row() -> Row:
    """Where it is recorded which exercises the reader has solved."""
    from recbook import paths

    where = paths.state_dir()
    return Row(phrase(en="solved exercises", zh="练习记录"), phrase(en=f"recorded in {where}", zh=f"保存在 {where}"))


def _gigabytes(size: float) -> str:
    return f"{size / 1e9:.1f} GB"


def _in_short(error: Exception) -> str:
    """An error's kind and its first line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
