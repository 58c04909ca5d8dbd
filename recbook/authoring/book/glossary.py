"""The glossary in both languages: every term of docs/TERMS.md with the section that explains it.

It fills ``{glossary}`` in a chapter, and is the web book's index.
"""

from __future__ import annotations

import re
from functools import cache

from recbook.authoring.book.outline import Section, all_sections
from recbook.authoring.drift import content
from recbook.authoring.terms import Term, read_terms
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
    """Each term with the first section that says it in bold, else the first that uses it, else None."""
    terms = read_terms(course_root() / "docs" / "TERMS.md")
    bold, used = {}, {}
    for section in all_sections():
        for term in terms.used_in(" · ".join(_BOLD.findall(section.text["en"]))):
            bold.setdefault(term, section)
        for term in terms.used_in(f"{section.heading['en']}\n{_prose(section.text['en'])}"):
            used.setdefault(term, section)
    return {term: bold.get(term, used.get(term)) for term in terms.terms}


@cache
def _prose(text: str) -> str:
    return content(text).prose


def _order(term: Term, lang: str) -> bytes:
    """Alphabetical; for Chinese by sound, which is how GB 2312 orders its characters."""
    return term.english.lower().encode() if lang == "en" else term.accepted[0].lower().encode("gb18030")


def _place(section: Section | None, lang: str, in_book: bool) -> str:
    return "–" if section is None else f"{section.chapter[:2]} · {section.link(lang, in_book=in_book)}"
