"""What lies around the course and gets into its way: files and folders that hide a module from it.

Python takes a module from the first folder of ``sys.path`` that has it. A reader's ``torch.py`` beside the
notebook, or another NumPy in a folder that PYTHONPATH names, therefore comes before the course's own. Only the
standard library is imported here, so that the doctor can always say so.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from importlib.machinery import BuiltinImporter, FrozenImporter, PathFinder, all_suffixes
from pathlib import Path

# What the chapters import that is not Python's own. A test compares it with pyproject.toml.
LIBRARIES = frozenset(
    (
        *("PIL", "faiss", "fastapi", "filelock", "ftfy", "gensim", "httpx", "ipykernel", "ipywidgets", "jupyterlab"),
        *("keras", "lazy_loader", "matplotlib", "nbformat", "numpy", "onnx", "onnxruntime", "onnxscript"),
        *("packaging", "pandas", "platformdirs", "prometheus_client", "psutil", "pyarrow", "requests", "rich"),
        *("safetensors", "scipy", "sklearn", "tensorflow", "threadpoolctl", "tokenizers", "torch", "tqdm"),
        *("transformers", "typer", "uvicorn"),
    )
)
# Modules of Python that nothing imports: a reader's test.py does no harm.
UNUSED = frozenset(("antigravity", "idlelib", "test", "this", "turtle", "turtledemo"))
_FIRST = sys.path[0] if sys.path else ""
WORRYING = LIBRARIES | sys.stdlib_module_names - UNUSED


@dataclass(frozen=True)
class Hidden:
    """A module, or a library's metadata, and the file or folder that comes before the course's own."""

    name: str
    by: Path


def in_container() -> bool:
    """Whether an image of the Containerfile runs this: whoever starts it then decides who reaches its port."""
    return bool(os.environ.get("RECBOOK_CONTAINER"))


def beside(folder: str | Path) -> list[Hidden]:
    """What hides modules from a notebook or a command that runs in ``folder``."""
    return _hidden_by(Path(folder))


def on_pythonpath() -> list[Hidden]:
    """What hides modules by a folder that the variable PYTHONPATH names."""
    return [hidden for folder in pythonpath() for hidden in _hidden_by(folder)]


def pythonpath() -> list[Path]:
    """The folders that the variable PYTHONPATH names."""
    return [Path(entry).absolute() for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]


def step_around() -> None:
    """Look in the folders that hide something only after all others, so that this process has the course's own.

    They stay on the path: one of them may offer a library that is nowhere else.
    """
    places = [_started_in(), *pythonpath()]
    for look in (_hiding_modules, _hidden_by):  # reading metadata imports random, which may be what is hidden
        folders = {hidden.by.parent for folder in places for hidden in look(folder)}
        late = [entry for entry in sys.path if Path(entry or ".").absolute() in folders]
        sys.path[:] = [entry for entry in sys.path if entry not in late] + late


def _started_in() -> Path:
    """The folder that Python put first on its path: with ``python -m`` and in a notebook the working folder."""
    return Path(_FIRST).absolute()


def _hidden_by(folder: Path) -> list[Hidden]:
    """The modules and the metadata that this folder offers although the course has its own."""
    found = [*_hiding_modules(folder), *_old_metadata(folder.absolute())]
    return sorted(found, key=lambda hidden: (hidden.name, hidden.by))


def _hiding_modules(folder: Path) -> list[Hidden]:
    """The course's and Python's modules that this folder offers although a later one has them as well."""
    folder = folder.absolute()
    found = {name: by for name, by in _modules(folder).items() if name in WORRYING and _is_elsewhere(name, folder)}
    return [Hidden(name, by) for name, by in found.items()]


def _modules(folder: Path) -> dict[str, Path]:
    """The modules and packages that Python would find in a folder, by name."""
    try:
        entries = list(folder.iterdir())
    except OSError:  # PYTHONPATH may name what is not there, or a zip file
        return {}
    suffixes = tuple(all_suffixes())
    files = {entry.name.split(".")[0]: entry for entry in entries if entry.name.endswith(suffixes)}
    packages = {entry.name: entry for entry in entries if any((entry / f"__init__{end}").is_file() for end in suffixes)}
    return files | packages


def _is_elsewhere(name: str, folder: Path) -> bool:
    """Whether the course would have this module without the folder, and with it takes another."""
    if BuiltinImporter.find_spec(name) or FrozenImporter.find_spec(name):
        return False  # these come before every folder
    return PathFinder.find_spec(name, _path_without(folder)) is not None


def _old_metadata(folder: Path) -> list[Hidden]:
    """Metadata of installed libraries that lies in this folder and comes before their own."""
    entries = [*folder.glob("*.dist-info"), *folder.glob("*.egg-info")]
    names = {entry: entry.stem.split("-")[0].lower().replace("_", "-") for entry in entries}
    return [Hidden(name, entry) for entry, name in names.items() if _is_installed(name, _path_without(folder))]


def _is_installed(name: str, path: list[str]) -> bool:
    from importlib.metadata import distributions

    return any(True for _ in distributions(name=name, path=path))


def _path_without(folder: Path) -> list[str]:
    """``sys.path`` as it is without the folder that a program was started in, PYTHONPATH and ``folder``."""
    left_out = {Path.cwd(), _started_in(), folder, *pythonpath()}
    return [entry for entry in sys.path if entry and Path(entry).absolute() not in left_out]
