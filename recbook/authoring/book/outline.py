"""The sections of every chapter, read from the headings of the sources, and the map of the course made of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from recbook.authoring import headings
from recbook.authoring.language import LANGUAGES
from recbook.authoring.source import Chapter, begins_deeper, read_chapter, source_paths

_HEADING = re.compile(r"^(#{1,6}) +(.+?)(?: *<a id=\"([\w-]+)\"></a>)? *$")
_FENCED = re.compile(r"^ *(?:```|~~~).*?^ *(?:```|~~~) *$", re.MULTILINE | re.DOTALL)
_FRAME = ("Takeaways", "Quiz", "Your progress", "Deeper", "Further reading")
"""How the headings begin that every chapter has."""

HEAD = {"en": "| chapter | its sections | deeper |", "zh": "| 章 | 各节 | 选读 |"}


@dataclass(frozen=True)
class Section:
    """A heading of a chapter and the text below it, in both languages, up to the next heading.

    ``name`` leads to it in a built notebook and in the web book; ``anchor`` is the one that the source writes, or "".
    """

    chapter: str
    level: int
    heading: dict[str, str]
    anchor: str
    name: str
    deeper: bool
    text: dict[str, str] = field(repr=False)

    @property
    def framing(self) -> bool:
        """Whether it is one of those that every chapter has, such as its takeaways."""
        return self.level == 1 or self.heading["en"].startswith(_FRAME)

    def link(self, lang: str) -> str:
        """A link to it in Markdown, as seen from a notebook; a title's leads to the chapter."""
        words = self.heading[lang].replace("`", "")  # a link's text is words alone
        return f"[{words}]({self.chapter}.ipynb{f'#{self.name}' if self.level > 1 else ''})"


def of_chapter(chapter: Chapter) -> list[Section]:
    """The sections of a chapter in order; its title is the first. Raises ValueError where the languages differ."""
    cells = chapter.named("markdown")
    names = headings.names([cell.text["en"] for cell in cells])
    found: list[Section] = []
    deeper = False
    for cell in cells:
        parts = {lang: _parts(cell.text[lang]) for lang in LANGUAGES}
        if len({len(part) for part in parts.values()}) > 1:
            raise ValueError(f"{chapter.slug}: line {cell.lines['en']}: the languages have different headings.")
        deeper = deeper or begins_deeper(cell.text["en"], "en")
        for english, chinese in zip(*(parts[lang] for lang in LANGUAGES), strict=True):
            if english[0]:
                found.append(_section(chapter.slug, english, chinese, names[len(found)], deeper))
            elif found:
                for lang, part in zip(LANGUAGES, (english, chinese), strict=True):
                    found[-1].text[lang] += "\n\n" + part[3]
    return found


Part = tuple[int, str, str, str]
"""A heading's level (0 for text before any), its words, its anchor, and the text below."""


def _parts(text: str) -> list[Part]:
    parts: list[Part] = [(0, "", "", "")]
    for line in _FENCED.sub("", text).split("\n"):
        if match := _HEADING.match(line):
            parts.append((len(match[1]), match[2], match[3] or "", ""))
        else:
            parts[-1] = (*parts[-1][:3], f"{parts[-1][3]}\n{line}".strip("\n"))
    return parts


def _section(slug: str, english: Part, chinese: Part, name: str, deeper: bool) -> Section:
    both = dict(zip(LANGUAGES, (english, chinese), strict=True))
    heading = {lang: part[1] for lang, part in both.items()}
    return Section(slug, english[0], heading, english[2], name, deeper, {lang: part[3] for lang, part in both.items()})


def all_sections() -> list[Section]:
    """Those of every chapter that has a source, in the order of the course."""
    return [section for path in source_paths() for section in _read(path, path.stat().st_mtime_ns)]


@cache
def _read(path: Path, changed: int) -> list[Section]:
    """Read once as long as the file is the same: the four notebooks of a chapter ask for all sources each."""
    return of_chapter(read_chapter(path))


def course_map(lang: str) -> str:
    """A table in a language ("en" or "zh"): a row a chapter, with links to the sections of its core."""
    rows = [HEAD[lang], "|---|---|---|"]
    of: dict[str, list[Section]] = {}
    for section in all_sections():
        of.setdefault(section.chapter, []).append(section)
    for own in of.values():
        kept = [one for one in own if not one.framing]
        core = [one.link(lang) for one in kept if not one.deeper and one.level == 2]
        rows.append(f"| {_title(own[0], lang)} | {' · '.join(core)} | {_deeper(own, lang)} |")
    return "\n".join(rows)


def _title(section: Section, lang: str) -> str:
    """A chapter's number and name, without what follows the colon, as a link."""
    name = re.split(r"[:：]", section.heading[lang], maxsplit=1)[0].strip()
    return f"[{name}]({section.chapter}.ipynb)"


def _deeper(own: list[Section], lang: str) -> str:
    """How many deeper sections a chapter has, as a link to where they begin."""
    count = sum(one.deeper and not one.framing for one in own)
    begins = next((one.name for one in own if one.deeper), "")
    return f"[{count}{ {'en': ' more', 'zh': ' 节'}[lang] }]({own[0].chapter}.ipynb#{begins})" if count else "–"
