"""Where the course can be had: the one address of which the links to Colab, Binder and the code host are made."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import recbook
from recbook.paths import course_root

PUBLISHED = "book"
"""The branch that holds the published book, with chapters that install what they need (`portable`)."""


@dataclass(frozen=True)
class Address:
    """A clone's public address, such as ``https://example.org/owner/course``; "" where there is none.

    ``ref`` is the branch or tag that is meant.
    """

    repository: str = ""
    ref: str = "main"

    def __post_init__(self) -> None:
        if self.repository and not re.fullmatch(r"https://[\w.-]+(/[\w.-]+)+", self.repository):
            raise ValueError(
                f"{self.repository!r} is no address of a clone. Give one such as https://example.org/owner/course, "
                "without .git and without a slash at its end; or none, and the links are left out."
            )

    @property
    def files(self) -> str:
        """What stands before a file's path where the code host shows it, or ""."""
        return f"{self.repository}/blob/{self.ref}" if self.repository else ""

    @property
    def wheel(self) -> str:
        """The package of the release with this version, or ""."""
        version = recbook.__version__
        base = f"{self.repository}/releases/download/v{version}"
        return f"{base}/recbook-{version}-py3-none-any.whl" if self.repository else ""

    def colab(self, lang: str, chapter: str) -> str:
        """The link that opens a chapter in Colab, or "": it reads notebooks of this one code host only."""
        owner = self._on_github()
        path = f"notebooks/{lang}/{chapter}.ipynb"
        return f"https://colab.research.google.com/github/{owner}/blob/{PUBLISHED}/{path}" if owner else ""

    def binder(self, lang: str, chapter: str) -> str:
        """The link that opens a chapter in Binder, or ""."""
        if not self.repository:
            return ""
        owner = self._on_github()
        where = f"gh/{owner}" if owner else f"git/{quote(self.repository, safe='')}"
        path = quote(f"lab/tree/notebooks/{lang}/{chapter}.ipynb", safe="")
        return f"https://mybinder.org/v2/{where}/{quote(self.ref, safe='')}?urlpath={path}"

    def _on_github(self) -> str:
        """``owner/name`` at that host, or ""."""
        host, _, owner = self.repository.removeprefix("https://").partition("/")
        return owner if host == "github.com" else ""


def configured() -> str:
    """The address in pyproject.toml's ``[project.urls]``, or "" while the course has none."""
    return stated(course_root() / "pyproject.toml")


def stated(pyproject: Path) -> str:
    """The address that a pyproject.toml states as ``Repository``, or ""."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    return str(project.get("urls", {}).get("Repository", "")).rstrip("/").removesuffix(".git")
