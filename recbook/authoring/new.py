"""`recbook new NN slug`: a chapter that builds and passes, from docs/template; nothing has to be registered."""

from __future__ import annotations

import keyword
import re
from pathlib import Path

from recbook.authoring.source import source_paths
from recbook.paths import course_root

NUMBER, SLUG = "90", "template"
"""What the templates are called; `create` puts a chapter's own number and slug in their place."""

PLACES = {
    "chapter.py": "notebooks/source/{number}_{slug}.py",
    "about.py": "recbook/chapters/{slug}/__init__.py",
    "exercises.py": "recbook/chapters/{slug}/exercises.py",
    "figures.py": "recbook/chapters/{slug}/figures.py",
    "answers.py": "tests/chapters/{slug}/answers.py",
    "draws.py": "tests/chapters/{slug}/draws.py",
}
"""Each file of docs/template, and where a new chapter has it."""


def create(number: str, slug: str) -> list[Path]:
    """Write a chapter's files and return their paths.

    ``number`` is two digits, ``slug`` a lower-case Python name. Raises ValueError, before anything is written, for
    another number or slug, and for one that a chapter has.
    """
    _refuse(number, slug)
    root, made = course_root(), []
    for name, place in PLACES.items():
        path = root / place.format(number=number, slug=slug)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_filled(root / "docs" / "template" / name, number, slug), encoding="utf-8", newline="\n")
        made.append(path)
    return made


def _refuse(number: str, slug: str) -> None:
    if not re.fullmatch(r"\d\d", number):
        raise ValueError(f"A chapter's number has two digits, such as 16; got {number!r}.")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", slug) or keyword.iskeyword(slug):
        raise ValueError(f"A slug is a Python name in lower case, such as cold_start; got {slug!r}.")
    for path in source_paths():
        if path.stem[:2] == number or path.stem[3:] == slug:
            raise ValueError(f"There is a chapter {path.stem} already: take another number and slug.")


def _filled(template: Path, number: str, slug: str) -> str:
    text = template.read_text(encoding="utf-8").replace(NUMBER, number)
    title = slug.replace("_", " ").capitalize()
    return text.replace(SLUG, slug).replace("Template", title)
