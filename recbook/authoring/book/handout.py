"""What students are given where they have no clone: their notebooks, without solutions, and how to run them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import nbformat

from recbook.authoring.book import chapters, pages
from recbook.authoring.book.address import Address
from recbook.authoring.book.links import Links
from recbook.authoring.book.portable import portable
from recbook.authoring.language import LANGUAGES
from recbook.authoring.source import source_paths
from recbook.files import write_atomically
from recbook.paths import course_root

_DATE = (1980, 1, 1, 0, 0, 0)  # the same content gives the same file
_README = {"en": "README.md", "zh": "README.zh-CN.md"}


def write(out: Path, select: list[str] | None, languages: tuple[str, ...], address: Address) -> None:
    """Write the zip; ``select`` names chapters by number or slug.

    Raises ValueError for an unknown chapter or language, FileNotFoundError where a notebook is missing.
    """
    if unknown := set(languages) - set(LANGUAGES):
        raise ValueError(f"There is no course in {', '.join(map(repr, sorted(unknown)))}. Choose from: en, zh.")
    slugs = [path.stem for path in source_paths(select)]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for lang in languages:
            _add(packed, _README[lang], _how(lang, address))
            for slug in slugs:
                path = f"notebooks/{lang}/{slug}.ipynb"
                notebook = portable(chapters.read(course_root() / path), lang, address)
                _add(packed, path, nbformat.writes(notebook) + "\n")
    write_atomically(out, content.getvalue())


def _how(lang: str, address: Address) -> str:
    """The page on where the chapters run, its links led to the code host or taken out."""
    file = pages.file_of("anywhere", lang)
    return Links(file, "", (), address.files).rewritten((course_root() / file).read_text(encoding="utf-8"))


def _add(packed: zipfile.ZipFile, name: str, text: str) -> None:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    packed.writestr(entry, text)
