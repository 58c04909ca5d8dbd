"""Print what changed in a version, from CHANGELOG.md: the text of a release. ``python tools/changes.py v0.1.0``

Ends with a sentence where the tag is not the version that the package states, or where its changes are not written
down under a date.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def changes(changelog: str, version: str) -> str:
    """The section of a version, without its heading. Raises ValueError where there is none, or one without a date."""
    found = re.search(rf"^## {re.escape(version)}, ([^\n]+)\n(.*?)(?=^## |\Z)", changelog, re.DOTALL | re.MULTILINE)
    if not found:
        raise ValueError(f"CHANGELOG.md has no section that begins: ## {version}, and then a date.")
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", found[1]):
        raise ValueError(f"CHANGELOG.md calls {version} “{found[1]}”. Write the date of the release in its place.")
    return found[2].strip() + "\n"


def stated(package: str) -> str:
    """The version that recbook/__init__.py states."""
    found = re.search(r'^__version__ = "(.+)"$', package, re.MULTILINE)
    return found[1] if found else ""


def main(tag: str) -> str:
    """The changes of a tag such as v0.1.0."""
    version = stated((ROOT / "recbook" / "__init__.py").read_text(encoding="utf-8"))
    if tag != f"v{version}":
        raise ValueError(f"The tag is {tag}, but recbook/__init__.py states {version}: the tag would be v{version}.")
    return changes((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), version)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Give one tag: python tools/changes.py v0.1.0")
    try:
        sys.stdout.write(main(sys.argv[1]))
    except ValueError as error:
        sys.exit(str(error))
