"""The glossary in both languages: every term of docs/TERMS.md that a chapter uses, with the section that explains it.

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
_SOUNDS_AS = {"重排": "虫排", "校准": "叫准"}
"""Terms that begin with a character of two sounds, and the same with one of the right sound."""
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)


def table(lang: str) -> str:
    """All terms that chapters use, in a language ("en" or "zh") and its alphabetical order, with links."""
    places = {term: section for term, section in explained().items() if section}
    rows = [HEAD[lang], "|---|---|---|"]
    for term in sorted(places, key=lambda term: _order(term, lang)):
        words = term.english, term.accepted[0]
        first, second = words if lang == "en" else words[::-1]
        rows.append(f"| {first} | {second} | {_place(places[term], lang)} |")
    return "\n".join(rows)


def page(lang: str) -> str:
    """The glossary as a page of the book, its links those of a notebook."""
    return f"# {TITLE[lang]}\n\n{table(lang)}\n"


def explained() -> dict[Term, Section | None]:
    """Each term with the chapter named by it, else the first section that says it in bold, else that uses it.

    Any of the two languages counts. Of an everyday word only the use does; a term that no chapter uses has None.
    """
    terms = read_terms(course_root() / "docs" / "TERMS.md")
    named: dict[Term, Section] = {}
    bold: dict[Term, Section] = {}
    used: dict[Term, Section] = {}
    for section in all_sections():
        if section.level == 1:
            for term in _in({lang: re.split("[:：]", words)[0] for lang, words in section.heading.items()}, terms):
                named.setdefault(term, section)
        in_bold = {lang: " · ".join(_BOLD.findall(text)) for lang, text in section.text.items()}
        prose = {lang: f"{section.heading[lang]}\n{_prose(text)}" for lang, text in section.text.items()}
        for texts, found in ((in_bold, bold), (prose, used)):
            for term in _in(texts, terms):
                if term not in found or (found[term].framing and not section.framing):
                    found[term] = section
    return {
        term: (None if term.plain else named.get(term)) or _best(None if term.plain else bold.get(term), used.get(term))
        for term in terms.terms
    }


def _best(*found: Section | None) -> Section | None:
    """The first that is there, if possible one that is no chapter's title or the like, which explains nothing."""
    return min((one for one in found if one), key=lambda one: one.framing, default=None)


def _in(texts: dict[str, str], terms: Terms) -> list[Term]:
    """The terms that a text says, in English or by their first Chinese word."""
    said = [term for term in terms.terms if term.translated and term.accepted[0] in texts["zh"]]
    return [*terms.used_in(texts["en"]), *said]


@cache
def _prose(text: str) -> str:
    return content(text).prose


def _order(term: Term, lang: str) -> bytes:
    """Alphabetical; for Chinese by sound, which is how GB 2312 orders its characters."""
    if lang == "en":
        return term.english.lower().encode()
    chinese = term.accepted[0]
    return (_SOUNDS_AS.get(chinese[:2], chinese[:2]) + chinese[2:]).lower().encode("gb18030")


def _place(section: Section, lang: str) -> str:
    return f"{section.chapter[:2]} · {section.link(lang)}"
