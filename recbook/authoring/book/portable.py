"""Chapters that can be opened without a clone: their first cell installs what the place lacks."""

from __future__ import annotations

import re
import tomllib
from copy import deepcopy

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from packaging.requirements import Requirement

from recbook.authoring.book.address import Address
from recbook.paths import course_root
from recbook.session import phrase, speaking

DATA = ("ml-100k", "all-MiniLM-L6-v2")
FONT = "noto-sans-sc"
# What such a place brings along itself, and would only be harmed by another release of.
_OWN = {"ipykernel", "ipywidgets", "jupyterlab", "jupyterlab-language-pack-zh-CN", "nbformat"}
_TENSORFLOW = {"tensorflow", "tensorflow-cpu"}
_USES_TENSORFLOW = re.compile(r"^\s*(?:import|from) (?:tensorflow|keras|recbook\.tf)\b", re.MULTILINE)


def portable(notebook: NotebookNode, lang: str, address: Address) -> NotebookNode:
    """A copy whose first code cell installs the course where it is missing; as it is where no release is known."""
    copy = deepcopy(notebook)
    if address.wheel:
        place = next((at for at, cell in enumerate(copy.cells) if cell.cell_type == "code"), len(copy.cells))
        copy.cells.insert(place, new_code_cell(first_cell(copy, lang, address.wheel), id="install"))
    return copy


def first_cell(notebook: NotebookNode, lang: str, wheel: str) -> str:
    """The code: pip for the package at ``wheel`` (an address or a path) and what the chapter imports, then the data."""
    with speaking(lang):
        why = phrase(
            en="Where the course is not installed, on Colab say, this installs it; elsewhere it does nothing.",
            zh="在没有安装本课程的地方（例如 Colab），这一格会安装它；已安装时什么也不做。",
        )
    wanted = " ".join(f'"{line}"' for line in [f"recbook[serve] @ {wheel}", *needs(notebook)])
    data = " ".join([*DATA, *([FONT] if lang == "zh" else [])])
    return (
        f"# {why}\nimport importlib.util\n\n"
        'if importlib.util.find_spec("recbook") is None:\n'
        f"    %pip install --quiet {wanted}\n"
        f"    !recbook data fetch {data}"
    )


def needs(notebook: NotebookNode) -> list[str]:
    """What a chapter imports beyond the package's own requirements, as pyproject.toml asks for it.

    TensorFlow, by far the largest, only where the chapter uses it.
    """
    project = tomllib.loads((course_root() / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    left_out = _OWN | _TENSORFLOW
    asked = [Requirement(line) for line in project["optional-dependencies"]["course"]]
    kept = [f"{requirement.name}{requirement.specifier}" for requirement in asked if requirement.name not in left_out]
    if _USES_TENSORFLOW.search(code):
        kept += [f"tensorflow{requirement.specifier}" for requirement in asked if requirement.name == "tensorflow"]
    return kept
