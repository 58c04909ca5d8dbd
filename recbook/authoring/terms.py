"""The table of terms, docs/TERMS.md, as rules for a Chinese text that stands beside an English one.

A row gives an English term and the Chinese one; `` / `` separates several terms of one row. Its note can hold
rules, separated by ``;``: ``also 检查`` accepts another word, ``not 项目`` refuses one, ``plain`` marks an
everyday word that needs no English in brackets at its first use.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_BRACKETS = re.compile(r"\s*[(（][^)）]*[)）]")
_HAN = re.compile(r"[\u4e00-\u9fff]+")


@dataclass(frozen=True)
class Term:
    """One English term, the Chinese words accepted for it (the preferred one first) and those refused."""

    english: str
    accepted: tuple[str, ...]
    refused: tuple[str, ...]
    plain: bool

    @property
    def translated(self) -> bool:
        """False for words that both languages write alike, such as NDCG."""
        return self.accepted[0].lower() != self.english.lower()

    def stands_in(self, chinese: str) -> bool:
        """Whether one of the accepted words occurs."""
        return any(_compact(word) in _compact(chinese) for word in self.accepted)

    def is_introduced(self, chinese: str) -> bool:
        """Whether an accepted word stands with its English in full-width brackets: 冷启动（cold start）."""
        english = re.escape(_compact(self.english))
        words = "|".join(re.escape(_compact(word)) for word in self.accepted)
        return re.search(rf"({words})[”」]?（[^）]*{english}", _compact(chinese)) is not None


class Terms:
    """The table, in order."""

    def __init__(self, terms: list[Term]) -> None:
        self.terms = terms
        self._by_name = {_compact(term.english): term for term in terms}
        # The longest first, so that "average precision" is not taken for "precision".
        names = sorted((re.escape(term.english).replace(r"\ ", "[ -]") for term in terms), key=len, reverse=True)
        self._pattern = re.compile(rf"(?<![\w-])({'|'.join(names)})(?:s|es)?(?![\w-])", re.IGNORECASE)

    def used_in(self, english: str) -> list[Term]:
        """The terms that an English text uses, each once, in order of appearance."""
        names = [_compact(match[1]) for match in self._pattern.finditer(english)]
        return [self._by_name[name] for name in dict.fromkeys(names)]


def read_terms(path: Path) -> Terms:
    """Read the table. Raises ValueError for a row whose two languages do not hold equally many terms."""
    rows = [line.strip().strip("|").split("|") for line in path.read_text(encoding="utf-8").splitlines()]
    table = [[cell.strip() for cell in row] for row in rows if len(row) == 3]
    return Terms([term for row in table[2:] for term in _row_terms(*row)])  # [:2] is the header and its rule


def _row_terms(english: str, chinese: str, note: str) -> list[Term]:
    names = [_BRACKETS.sub("", name) for name in english.split(" / ")]
    words = [_BRACKETS.sub("", word) for word in chinese.split(" / ")]
    if len(names) != len(words):
        raise ValueError(
            f"The row {english!r} of docs/TERMS.md has {len(names)} English and {len(words)} Chinese terms."
        )
    rules = [rule.strip() for rule in note.split(";")]
    also = [word for rule in rules if rule.startswith("also ") for word in _HAN.findall(rule)]
    refused = [word for rule in rules if rule.startswith("not ") for word in _HAN.findall(rule)]
    return [
        Term(name, (word, *also), tuple(refused), "plain" in rules) for name, word in zip(names, words, strict=True)
    ]


def _compact(text: str) -> str:
    """Without the differences that do not count: case, spaces and hyphens."""
    return re.sub(r"[\s-]", "", text).lower()
