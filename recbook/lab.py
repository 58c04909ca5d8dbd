"""Open the course: the reader's own copies of the chapters, in JupyterLab, in the reader's language."""

from __future__ import annotations

import os
import platform
import socket
import sys
import sysconfig
import tempfile
from pathlib import Path

from recbook import copies, paths, session, surroundings
from recbook.files import write_atomically
from recbook.learning import variant
from recbook.session import phrase

LANGUAGES = ("en", "zh")
FIRST_CHAPTER = "00_start"
PORTS = range(8888, 8988)
# JupyterLab settings of this package, layered under the reader's own ones.
_SETTINGS = Path(__file__).parent / "lab_settings"
# Where Jupyter and the libraries keep a reader's settings, inside a folder of the reader's own.
_KEPT_IN = {
    "JUPYTER_CONFIG_DIR": "jupyter", "JUPYTER_DATA_DIR": "data", "IPYTHONDIR": "ipython",
    "MPLCONFIGDIR": "matplotlib", "KERAS_HOME": "keras",
}  # fmt: skip
# Outputs that JupyterLab shows also where it does not trust a notebook.
_HARMLESS = ("text/plain", "image/png", "image/jpeg")


def choose_language(asked: str = "") -> str:
    """The language that ``asked`` names, else the language of the reader's system, else English: "en" or "zh".

    Raises ValueError for a language in which there is no course.
    """
    return session.language_named(asked) if asked else session.system_language()


def settle(folder: Path | None, root: Path) -> Path:
    """Where the reader's copies go: ``folder``, else `paths.own_folder`, else the clone at ``root``; made and tried.

    With a folder of the reader's own, records and settings go there as well, for all that this process starts, and the
    pages that chapters link to are copied. Raises OSError, and says what to do, where nothing can be written.
    """
    if folder is not None:
        os.environ["RECBOOK_HOME"] = str(folder.expanduser().absolute())
    home = paths.own_folder() or root
    try:
        (home / "my").mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home / "my"):
            pass
    except OSError as error:
        raise OSError(_not_yours(home / "my", error)) from None
    if home != root:
        for name, kept in _KEPT_IN.items():
            os.environ.setdefault(name, str(home / ".recbook" / kept))
        _copy_pages(root / "docs", home / "docs")
    return home


def _copy_pages(pages: Path, folder: Path) -> None:
    """The pages that chapters link to, where they are not there as they are now."""
    for page in pages.glob("*.*"):
        copy, content = folder / page.name, page.read_bytes()
        if not copy.is_file() or copy.read_bytes() != content:
            write_atomically(copy, content)


def _not_yours(folder: Path, error: OSError) -> str:
    reason = error.strerror or error
    return session.phrase(
        en=f"Nothing can be written in {folder} ({reason}). Name a folder of your own: recbook lab --home ~/recbook",
        zh=f"无法写入 {folder}（{reason}）。请指定一个你自己的文件夹：recbook lab --home ~/recbook",
    )


def chapters(lang: str, root: Path) -> list[Path]:
    """The built chapters in one language, in order: a class's own, beside its variant, if it has them.

    Raises FileNotFoundError where there are none.
    """
    chosen = variant.current()
    if chosen and (own := sorted((chosen.path.parent / lang).glob("[0-9][0-9]_*.ipynb"))):
        return own
    found = sorted((root / "notebooks" / lang).glob("[0-9][0-9]_*.ipynb"))
    if not found:
        folder = root / "notebooks" / lang
        raise FileNotFoundError(
            phrase(
                en=f"No chapters in {folder}. Restore them with: git checkout -- notebooks",
                zh=f"{folder} 里没有章节。请用这条命令恢复：git checkout -- notebooks",
            )
        )
    return found


def first_needs(lang: str) -> list[str]:
    """The cards that the first chapter reads; the Chinese font only where the machine has none."""
    needs = ["ml-100k", "all-MiniLM-L6-v2"]
    return [*needs, "noto-sans-sc"] if lang == "zh" and session.cjk_font() is None else needs


def copy_chapters(lang: str, root: Path, home: Path | None = None) -> list[Path]:
    """Copy the chapters that ``my/<lang>`` of ``home`` (the clone) lacks; what is there is the reader's and stays so.

    A file that is no notebook, as a copy is that was interrupted, is set aside, and said so. Those that show no more
    than the course's own outputs are trusted, also where that failed at an earlier start.
    """
    mine = (home or root) / "my" / lang
    known = {mine / chapter.name: chapter for chapter in chapters(lang, root)}
    for copy in known:
        if copy.exists() and copies.is_broken(copy):
            _say_broken(copy, copies.set_aside(copy))
    made = [copies.write(chapter, copy) for copy, chapter in known.items() if not copy.exists()]
    _trust(known)
    return made


def _say_broken(copy: Path, kept: Path) -> None:
    said = phrase(
        en=f"{copy.name} was no whole notebook. It is kept as {kept}, and a fresh copy takes its place.",
        zh=f"{copy.name} 不是完整的笔记本，已移到 {kept}，并换上了一份全新的副本。",
    )
    print(f"recbook: {said}", file=sys.stderr)


def older_copies(lang: str, root: Path, home: Path | None = None) -> list[Path]:
    """The reader's copies whose chapter has changed since they were made, as after ``git pull``."""
    mine = (home or root) / "my" / lang
    return [mine / chapter.name for chapter in chapters(lang, root) if copies.is_older(mine / chapter.name, chapter)]


def reset_chapter(
    number: str, lang: str, root: Path, home: Path | None = None, *, beside: bool = False
) -> tuple[Path, Path | None]:
    """Put a fresh copy of a chapter in ``my/<lang>`` of ``home`` (the clone).

    Returns it, and where the reader's copy was moved to. With ``beside`` that stays in its place, and the fresh one
    gets a name of its own. Raises ValueError for a number that no chapter has.
    """
    known = {chapter.name[:2]: chapter for chapter in chapters(lang, root)}
    if number.zfill(2) not in known:
        numbers = ", ".join(known)
        raise ValueError(
            phrase(
                en=f"There is no chapter {number!r}. Give one of: {numbers}.",
                zh=f"没有 {number!r} 这一章。可选：{numbers}。",
            )
        )
    chapter = known[number.zfill(2)]
    place, kept = (home or root) / "my" / lang / chapter.name, None
    if place.exists():
        place, kept = (copies.beside(place), None) if beside else (place, copies.set_aside(place))
    copy = copies.write(chapter, place)
    _trust({copy: chapter})
    return copy, kept


def _trust(copies: dict[Path, Path]) -> None:
    """Sign each copy whose outputs are its chapter's own, so that JupyterLab shows them; say where that fails.

    A failure stops nobody: the chapter opens, is called "not trusted", and is signed at a later start.
    """
    ours = [copy for copy, chapter in copies.items() if _shows_no_more(copy, chapter)]
    try:
        if not _sign(ours):
            raise OSError(phrase(en="the store of signatures cannot be written", zh="无法写入保存签名的文件"))
    except Exception as error:  # the store is a database: what it raises is its own matter
        said = phrase(
            en=f"JupyterLab will call chapters not trusted, since signing them failed: {error}.",
            zh=f"签名失败，JupyterLab 会把各章显示为“不受信任”：{error}。",
        )
        print(f"recbook: {said}", file=sys.stderr)


def _sign(notebooks: list[Path]) -> bool:
    """Sign those that are not signed; whether all are, as another process sees it."""
    import nbformat
    from nbformat.sign import NotebookNotary

    read = [nbformat.read(notebook, as_version=4) for notebook in notebooks]
    notary = NotebookNotary()
    unsigned = [notebook for notebook in read if not notary.check_signature(notebook)]
    for notebook in unsigned:
        notary.sign(notebook)
    # A notary that cannot open its store keeps signatures in memory without a word; a second one has not got them.
    return not unsigned or all(map(NotebookNotary().check_signature, unsigned))


def _shows_no_more(copy: Path, chapter: Path) -> bool:
    """Whether every output of a copy that a browser could run stands in the chapter as well."""
    try:
        return _rich_outputs(copy) <= _rich_outputs(chapter)
    except Exception:  # a reader's file may hold anything, or not be there
        return False


def _rich_outputs(notebook: Path) -> set[tuple[str, str]]:
    """Kind and content of the outputs that are neither plain text nor pixels."""
    import nbformat

    cells = nbformat.read(notebook, as_version=4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    shown = [(kind, str(data)) for output in outputs for kind, data in output.get("data", {}).items()]
    return {(kind, data) for kind, data in shown if kind not in _HARMLESS}


def choose_port(asked: int | None = None) -> int:
    """``asked``, else the first free port from 8888. Raises OSError where none is free."""
    free = next(filter(_is_free, [asked] if asked else PORTS), None)
    if free is None:
        raise OSError(_taken(asked))
    return free


def _taken(asked: int | None) -> str:
    first, last = PORTS[0], PORTS[-1]
    if asked:
        taken = phrase(en=f"Port {asked} is in use.", zh=f"端口 {asked} 已被占用。")
    else:
        taken = phrase(en=f"Ports {first} to {last} are in use.", zh=f"端口 {first} 到 {last} 都已被占用。")
    return taken + phrase(
        en=" Give another one with PORT (--port), or leave it out to get a free one.",
        zh="请用 PORT（--port）另指定一个；不指定，就会自动选一个空闲的。",
    )


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        if os.name != "nt":  # on Windows this option would let two programs share the port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def has_display() -> bool:
    """Whether a browser opened here would be seen by the reader."""
    if os.environ.get("SSH_CONNECTION"):
        return False
    shown = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return platform.system() != "Linux" or bool(shown)


def lab_arguments(lang: str, home: Path, port: int, *, browser: bool) -> list[str]:
    """JupyterLab's arguments: serve the reader's folder, to this machine only, and open the first chapter."""
    return [
        f"--ServerApp.ip={'0.0.0.0' if surroundings.in_container() else '127.0.0.1'}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.open_browser={browser}",
        # Root may be all that a container has; only this machine is served, and only to who holds the token.
        "--ServerApp.allow_root=True",
        *_arguments_anywhere(lang, home),
    ]


def _arguments_anywhere(lang: str, home: Path) -> list[str]:
    return [
        f"--ServerApp.root_dir={home}",
        "--Application.log_level=WARN",  # leaves the address to open
        f"--LabApp.default_url=/lab/tree/my/{lang}/{FIRST_CHAPTER}.ipynb",
        # Not the reader's default workspace, whose tabs belong to other work.
        f"--LabApp.workspaces_dir={home / 'my' / '.workspaces' / lang}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]


def config_path(lang: str) -> str:
    """JUPYTER_CONFIG_PATH with the course's settings behind what the reader has in it."""
    folders = [os.environ.get("JUPYTER_CONFIG_PATH"), str(_SETTINGS / lang), str(_SETTINGS / "course")]
    return os.pathsep.join(folder for folder in folders if folder)


def own_kernel() -> None:
    """Make "python3", the kernel that every notebook names, this Python, for all that this process starts.

    Jupyter takes the first kernel of that name that it finds, and looks in JUPYTER_PATH and in the reader's own folder
    before it looks in this environment.
    """
    os.environ["JUPYTER_PATH"] = kernel_path()


def kernel_path() -> str:
    """JUPYTER_PATH with the course's kernel before what the reader has in it."""
    own = str(_SETTINGS / "data")
    rest = [folder for folder in os.environ.get("JUPYTER_PATH", "").split(os.pathsep) if folder not in ("", own)]
    return os.pathsep.join([own, *rest])


def own_terminal(lang: str) -> None:
    """Let what this process starts, JupyterLab's terminal among it, find ``recbook``, and answer in the lab's language.

    The shell there is no login shell (`lab_settings`): one would set PATH anew.
    """
    programs = sysconfig.get_path("scripts")
    rest = [folder for folder in os.environ.get("PATH", "").split(os.pathsep) if folder not in ("", programs)]
    os.environ["PATH"] = os.pathsep.join([programs, *rest])
    os.environ["COURSE_LANG"] = lang


def open_lab(lang: str, home: Path, port: int, *, browser: bool) -> None:
    """Run JupyterLab until the reader stops it; as a server of the hub's where JupyterHub has started this."""
    own_kernel()
    own_terminal(lang)
    os.environ["JUPYTER_CONFIG_PATH"] = config_path(lang)  # read when jupyterlab is imported
    if of_hub():
        from jupyterhub.singleuser import main  # in the environment of the hub's servers alone

        main(_arguments_anywhere(lang, home))
        return
    from jupyterlab.labapp import LabApp

    LabApp.launch_instance(lab_arguments(lang, home, port, browser=browser))


def of_hub() -> bool:
    """Whether JupyterHub has started this process, to be somebody's server: it names address and port."""
    return bool(os.environ.get("JUPYTERHUB_SERVICE_URL"))
