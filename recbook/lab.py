"""Open the course: the reader's own copies of the chapters, in JupyterLab, in the reader's language."""

from __future__ import annotations

import locale
import os
import platform
import shutil
import socket
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from recbook import paths, session, surroundings
from recbook.files import write_atomically
from recbook.learning import variant

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
    """``asked`` ("en" or "zh"), else the language of the reader's system, else English.

    Raises ValueError for a language in which there is no course.
    """
    if asked:
        if asked not in LANGUAGES:
            raise ValueError(f"There is no course in {asked!r}. Set COURSE_LANG (or --lang) to en or zh.")
        return asked
    named = [os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    system = next(filter(None, named), locale.getlocale()[0] or "")
    # Windows says "Chinese (Simplified)_China".
    return "zh" if system.lower().startswith(("zh", "chinese")) else "en"


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
        raise FileNotFoundError(
            f"No chapters in {root / 'notebooks' / lang}. Restore them with: git checkout -- notebooks"
        )
    return found


def first_needs(lang: str) -> list[str]:
    """The cards that the first chapter reads; the Chinese font only where the machine has none."""
    needs = ["ml-100k", "all-MiniLM-L6-v2"]
    return [*needs, "noto-sans-sc"] if lang == "zh" and session.cjk_font() is None else needs


def copy_chapters(lang: str, root: Path, home: Path | None = None) -> list[Path]:
    """Copy the chapters that ``my/<lang>`` of ``home`` (the clone) lacks; what is there is the reader's and stays so.

    Those that show no more than the course's own outputs are trusted, also where that failed at an earlier start.
    """
    mine = (home or root) / "my" / lang
    copies = [_copy(chapter, mine) for chapter in chapters(lang, root) if not (mine / chapter.name).exists()]
    _trust({mine / chapter.name: chapter for chapter in chapters(lang, root)})
    return copies


def reset_chapter(number: str, lang: str, root: Path, home: Path | None = None) -> tuple[Path, Path | None]:
    """Put a fresh copy of a chapter in ``my/<lang>`` of ``home`` (the clone).

    Returns it, and where the reader's copy was moved to. Raises ValueError for a number that no chapter has.
    """
    known = {chapter.name[:2]: chapter for chapter in chapters(lang, root)}
    if number.zfill(2) not in known:
        raise ValueError(f"There is no chapter {number!r}. Give one of: {', '.join(known)}.")
    chapter = known[number.zfill(2)]
    mine = (home or root) / "my" / lang
    kept = _set_aside(mine / chapter.name) if (mine / chapter.name).exists() else None
    copy = _copy(chapter, mine)
    _trust({copy: chapter})
    return copy, kept


def _set_aside(notebook: Path) -> Path:
    """Move the reader's notebook to ``old/``, with the time in its name; returns its new place."""
    kept = notebook.parent / "old" / f"{notebook.stem}-{datetime.now():%Y%m%d-%H%M%S}.ipynb"
    kept.parent.mkdir(exist_ok=True)
    return notebook.rename(kept)


def _copy(chapter: Path, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copyfile(chapter, folder / chapter.name))


def _trust(copies: dict[Path, Path]) -> None:
    """Sign each copy whose outputs are its chapter's own, so that JupyterLab shows them; say where that fails.

    A failure stops nobody: the chapter opens, is called "not trusted", and is signed at a later start.
    """
    ours = [copy for copy, chapter in copies.items() if _shows_no_more(copy, chapter)]
    try:
        if not _sign(ours):
            raise OSError("the store of signatures cannot be written")
    except Exception as error:  # the store is a database: what it raises is its own matter
        print(
            f"recbook: JupyterLab will call chapters not trusted, since signing them failed: {error}.", file=sys.stderr
        )


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
        taken = f"Port {asked} is" if asked else f"Ports {PORTS[0]} to {PORTS[-1]} are"
        raise OSError(f"{taken} in use. Give another one with PORT (--port), or leave it out to get a free one.")
    return free


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


def open_lab(lang: str, home: Path, port: int, *, browser: bool) -> None:
    """Run JupyterLab until the reader stops it; as a server of the hub's where JupyterHub has started this."""
    own_kernel()
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
