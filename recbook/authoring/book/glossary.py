"""The glossary in both languages: every term of docs/TERMS.md with the section that explains it.

It fills ``{glossary}`` in a chapter, and is the web book's index.
"""

from __future__ import annotations

import re
from functools import cache

from recbook.authoring.book.outline import Section, all_sections
from recbook.authoring.drift import content
from recbook.authoring.terms import Term, Terms, read_terms
from recbook.paths import course_root

TITLE = {"en": "Glossary", "zh": "术语表"}
HEAD = {"en": "| English | Chinese | explained in |", "zh": "| 中文 | 英文 | 在哪里讲解 |"}
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)


def table(lang: str, *, in_book: bool = False) -> str:
    """All terms in a language ("en" or "zh"), in its alphabetical order, each linked to where it is explained."""
    places = explained()
    rows = [HEAD[lang], "|---|---|---|"]
    for term in sorted(places, key=lambda term: _order(term, lang)):
        words = term.english, term.accepted[0]
        first, second = words if lang == "en" else words[::-1]
        rows.append(f"| {first} | {second} | {_place(places[term], lang, in_book)} |")
    return "\n".join(rows)


def page(lang: str) -> str:
    """The glossary as a page of the book, its links those of a notebook."""
    return f"# {TITLE[lang]}\n\n{table(lang, in_book=True)}\n"


def explained() -> dict[Term, Section | None]:
    """Each term with the first section that says it in bold, in either language, else with the first that uses it.

    An everyday word has no bold one; a term that no chapter uses has None.
    """
    terms = read_terms(course_root() / "docs" / "TERMS.md")
    bold: dict[Term, Section] = {}
    used: dict[Term, Section] = {}
    for section in sorted(all_sections(), key=lambda section: section.framing):  # a chapter's title explains nothing
        in_bold = {lang: " · ".join(_BOLD.findall(text)) for lang, text in section.text.items()}
        prose = {lang: f"{section.heading[lang]}\n{_prose(text)}" for lang, text in section.text.items()}
        for texts, found in ((in_bold, bold), (prose, used)):
            for term in _in(texts, terms):
                found.setdefault(term, section)
    return {term: (not term.plain and bold.get(term)) or used.get(term) for term in terms.terms}


def _in(texts: dict[str, str], terms: Terms) -> list[Term]:
    """The terms that a text says, in English or by their first Chinese word."""
    said = [term for term in terms.terms if term.translated and term.accepted[0] in texts["zh"]]
    return [*terms.used_in(texts["en"]), *said]


@cache
def _prose(text: str) -> str:
    return content(text).prose


def _order(term: Term, lang: str) -> bytes:
    """Alphabetical; for Chinese by sound, which is how GB 2312 orders its characters."""
    return term.english.lower().encode() if lang == "en" else term.accepted[0].lower().encode("gb18030")


def _place(section: Section | None, lang: str, in_book: bool) -> str:
    return "–" if section is None else f"{section.chapter[:2]} · {section.link(lang, in_book=in_book)}"
