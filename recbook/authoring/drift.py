"""Compare the two languages of the course and name what one says and the other does not.

Compared are headings, numbers, formulas, links, images, code, lists, tables and the terms of docs/TERMS.md;
that the sentences mean the same is for a reader to judge.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from recbook.authoring.source import Cell, Chapter, Problem, read_chapter, source_paths
from recbook.authoring.terms import Term, Terms, read_terms
from recbook.authoring.wording import spoken_files, wordings
from recbook.learning import bank
from recbook.paths import course_root

# Displayed formulas are read inside their paragraph, as JupyterLab does: `$$…$$,` may end with a comma.
_MARKDOWN = MarkdownIt("commonmark").enable("table")
_MARKDOWN.use(dollarmath_plugin, double_inline=True).disable("math_block")
_DISPLAYED = re.compile(r"\$\$.+?\$\$", re.DOTALL)
_NUMBER = re.compile(r"(?<![A-Za-z0-9.])\d[\d,]*(?:\.\d+)?%?")
_DIGITS = re.compile(r"\d[\d,.]*\d|\d")
_FIELD = re.compile(r"\{[a-z_]\w*(?:[:!.\[][^{}]*)?\}")
_HAN = "\u4e00-\u9fff"
_CRAMPED = re.compile(rf"[{_HAN}][A-Za-z0-9]|[A-Za-z0-9%][{_HAN}]")
_HALF_WIDTH = re.compile(rf"[{_HAN}][,.;:?!()]|[,;:?!()][{_HAN}]")
_PAGE_ASPECTS = ("headings", "links", "images", "code", "code blocks")


@dataclass(frozen=True)
class Pair:
    """One text in both languages, and where its Chinese stands; ``name`` tells texts of one place apart."""

    path: Path
    line: int
    english: str
    chinese: str
    name: str = ""

    def problem(self, message: str) -> Problem:
        """A problem at the Chinese text."""
        return Problem(self.path, self.line, f"{self.name}: {message}" if self.name else message)


@dataclass(frozen=True)
class Content:
    """What a Markdown text holds, by aspect; its prose alone; and what is emphasised there, as titles are."""

    aspects: dict[str, Counter[str]]
    prose: str
    emphasised: frozenset[str]


def check(files: list[Path] | None = None) -> list[str]:
    """What differs between the languages, a line each; ``files`` are sources, figures or pages, by default all."""
    terms = read_terms(course_root() / "docs" / "TERMS.md")
    problems: list[Problem] = []
    for path in [path.resolve() for path in files] if files else [*source_paths(), *spoken_files(), *pages()]:
        problems += file_problems(path, terms)
    if not files:
        problems += [problem for pair in bank_pairs() for problem in pair_problems(pair, terms)]
    return [str(problem) for problem in problems]


def file_problems(path: Path, terms: Terms) -> list[Problem]:
    """What differs in one file: a chapter's source, other code that speaks to a reader, or a page."""
    if path.suffix != ".py":
        return page_problems(path)
    if path.is_relative_to(course_root() / "recbook"):
        return [problem for pair in wording_pairs(path) for problem in pair_problems(pair, terms)]
    return chapter_problems(read_chapter(path), terms)


def wording_pairs(path: Path) -> list[Pair]:
    """The texts of a file of code, such as a chapter's figures, each at its line."""
    return [Pair(path, line, english, chinese) for line, english, chinese in wordings(path)]


def chapter_problems(chapter: Chapter, terms: Terms) -> list[Problem]:
    """What differs in a chapter: its cells, the texts in its code, and the first uses of terms."""
    prose = [_cell_pair(chapter, cell) for cell in chapter.named("markdown")]
    code = [pair for cell in chapter.cells if cell.kind != "markdown" for pair in call_pairs(chapter, cell)]
    problems = [problem for pair in prose + code for problem in pair_problems(pair, terms)]
    problems += [
        problem for cell in chapter.cells if cell.kind != "markdown" for problem in claim_problems(chapter, cell)
    ]
    return sorted(problems + first_use_problems(prose, terms), key=lambda problem: problem.line)


def _cell_pair(chapter: Chapter, cell: Cell) -> Pair:
    return Pair(chapter.path, cell.lines["zh"], cell.text["en"], cell.text["zh"])


def call_pairs(chapter: Chapter, cell: Cell) -> list[Pair]:
    """The ``en=`` and ``zh=`` strings of a code cell, such as a claim's."""
    found = {language: _strings(source, language) for language, source in cell.text.items()}
    return [Pair(chapter.path, cell.lines["zh"], *texts) for texts in zip(found["en"], found["zh"], strict=True)]


def claim_problems(chapter: Chapter, cell: Cell) -> Iterator[Problem]:
    """Claims and takeaways whose digits differ, bare ones too: the notebooks are held to show the same numbers."""
    found = {language: _strings(source, language, "claim", "dict") for language, source in cell.text.items()}
    for english, chinese in zip(found["en"], found["zh"], strict=True):
        digits = [Counter(_DIGITS.findall(_FIELD.sub("", text))) for text in (english, chinese)]
        for message in aspect_differences(
            *(Content({"digits of a claim": count}, "", frozenset()) for count in digits)
        ):
            yield Problem(chapter.path, cell.lines["zh"], message)


def _strings(source: str, keyword: str, *functions: str) -> list[str]:
    """The values of an argument in all calls, or in those of some functions by their last names."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    calls = [call for call in calls if not functions or ast.unparse(call.func).split(".")[-1] in functions]
    values = [argument.value for call in calls for argument in call.keywords if argument.arg == keyword]
    return [str(value.value) if isinstance(value, ast.Constant) else ast.unparse(value) for value in values]


def bank_pairs() -> Iterator[Pair]:
    """The texts of the exercises and quizzes, each at the line that gives its id."""
    for name, text in bank.texts():
        path, before = _place(*name.split()[:2])
        yield Pair(path, before.count("\n") + 1, text.en, text.zh, name)


def _place(kind: str, item: str) -> tuple[Path, str]:
    """The file that holds a text of the bank, and what stands in it before the id that the text belongs to."""
    rooms = course_root() / "recbook" / "chapters"
    if kind == "chapter":
        return rooms / item / "__init__.py", ""
    id = item if kind == "quiz" else kind
    path = rooms / id.partition("-")[0] / "exercises.py"
    return path, path.read_text(encoding="utf-8").partition(f'"{id}"')[0]


def pair_problems(pair: Pair, terms: Terms) -> list[Problem]:
    """What the two texts do not share, and Chinese that is not written as Chinese."""
    english, chinese = content(pair.english), content(pair.chinese)
    messages = [*aspect_differences(english, chinese), *term_differences(english, chinese, terms)]
    return [pair.problem(message) for message in [*messages, *style_faults(chinese.prose)]]


def aspect_differences(english: Content, chinese: Content) -> Iterator[str]:
    """For each aspect what stands in one language only."""
    for aspect in english.aspects:
        missing = english.aspects[aspect] - chinese.aspects[aspect]
        extra = chinese.aspects[aspect] - english.aspects[aspect]
        if missing or extra:
            yield f"{aspect}: {_listed(missing)} in English, {_listed(extra)} in Chinese"


def _listed(items: Counter[str]) -> str:
    return ", ".join(items.elements()) or "nothing more"


def term_differences(english: Content, chinese: Content, terms: Terms) -> Iterator[str]:
    """Terms of the English text whose Chinese is missing, and words that the table refuses for them."""
    for term in _terms_used(english, chinese, terms):
        if not term.stands_in(chinese.prose):
            yield f"term: the English says {term.english!r}; say {' or '.join(term.accepted)}"
        for word in term.refused:
            if word in chinese.prose:
                yield f"term: {word} is not the word for {term.english!r}; say {term.accepted[0]}"


def _terms_used(english: Content, chinese: Content, terms: Terms) -> list[Term]:
    """The terms of the English prose; a paper's title, the same in both texts, and a field's name do not count."""
    prose = _FIELD.sub("", english.prose)
    for title in english.emphasised & chinese.emphasised:
        prose = prose.replace(title, "")
    return terms.used_in(prose)


def style_faults(chinese: str) -> Iterator[str]:
    """Half-width punctuation, Latin letters and digits without a space, bold that Markdown does not close."""
    for match in _HALF_WIDTH.finditer(chinese):
        yield f"style: half-width punctuation in {_around(chinese, match)!r}; use full-width"
    for match in _CRAMPED.finditer(chinese):
        yield f"style: put a space between Chinese and Latin letters or digits in {_around(chinese, match)!r}"
    if "**" in chinese:
        yield "style: `**` is not read as bold here; put the punctuation outside of it, or a space beside it"


def _around(text: str, match: re.Match[str]) -> str:
    return " ".join(text[max(0, match.start() - 6) : match.end() + 6].split())


def first_use_problems(prose: list[Pair], terms: Terms) -> list[Problem]:
    """Terms whose first cell in the chapter does not give their English in brackets."""
    problems, seen = [], set()
    for pair in prose:
        chinese = content(pair.chinese)
        for term in _terms_used(content(pair.english), chinese, terms):
            if term in seen or term.plain or not term.translated or not term.stands_in(chinese.prose):
                continue
            seen.add(term)
            if not term.is_introduced(chinese.prose):
                introduced = f"{term.accepted[0]}（{term.english}）"
                problems.append(pair.problem(f"term: first use in this chapter; write {introduced}"))
    return problems


def pages() -> list[Path]:
    """The English pages that have, or must have, a Chinese twin beside them."""
    root = course_root()
    twins = [*root.glob("*.zh-CN.md"), *(root / "docs").glob("*.zh-CN.md")]
    return sorted({root / "README.md", root / "CONTRIBUTING.md", *map(_english_page, twins)})


def _english_page(path: Path) -> Path:
    return path.with_name(path.name.replace(".zh-CN.md", ".md"))


def page_problems(path: Path) -> list[Problem]:
    """What differs between a page and its Chinese twin: headings, links, images and code."""
    english = _english_page(path)
    chinese = english.with_name(english.name.replace(".md", ".zh-CN.md"))
    if missing := [page for page in (english, chinese) if not page.is_file()]:
        return [Problem(page, 1, "is missing; its twin in the other language is here") for page in missing]
    contents = [content(page.read_text(encoding="utf-8")) for page in (english, chinese)]
    messages = [*aspect_differences(*map(_page_view, contents)), *style_faults(contents[1].prose)]
    return [Problem(chinese, 1, message) for message in messages]


def _page_view(page: Content) -> Content:
    return replace(page, aspects={aspect: page.aspects[aspect] for aspect in _PAGE_ASPECTS})


def content(text: str) -> Content:
    """Read a Markdown text."""
    one_line = _DISPLAYED.sub(lambda match: " ".join(match[0].split()), text)
    tokens = list(_flat(_MARKDOWN.parse(one_line)))
    prose = _prose(tokens)
    aspects = {
        "headings": Counter(token.tag for token in tokens if token.type == "heading_open"),
        "list items": _count(tokens, "list_item_open"),
        "table rows": _count(tokens, "tr_open"),
        "links": Counter(_same_place(_attribute(t, "href")) for t in tokens if t.type == "link_open"),
        "images": Counter(_same_place(_attribute(token, "src")) for token in tokens if token.type == "image"),
        "code": Counter({_same_place(token.content) for token in tokens if token.type == "code_inline"}),
        "code blocks": Counter(_commands(t.content) for t in tokens if t.type in ("fence", "code_block")),
        "formulas": Counter(_formula(token.content) for token in tokens if token.type.startswith("math")),
        "fields": Counter(_FIELD.findall(prose)),
        "numbers": Counter(_numbers(prose)),
    }
    return Content(aspects, prose, frozenset(_emphasised(tokens)))


def _numbers(prose: str) -> Iterator[str]:
    """The numbers written in digits; a bare digit does not count: what is "zero" here may be 0 there."""
    for number in _NUMBER.findall(_FIELD.sub("", prose)):
        digits = number.replace(",", "")
        if len(digits) > 1:
            yield digits


def _prose(tokens: list[Token]) -> str:
    return "".join(token.content if token.type == "text" else _BREAKS.get(token.type, "") for token in tokens)


def _emphasised(tokens: list[Token]) -> Iterator[str]:
    start = 0
    for index, token in enumerate(tokens):
        if token.type == "em_open":
            start = index
        elif token.type == "em_close":
            yield _prose(tokens[start:index])


_BREAKS = {
    "softbreak": " ",
    "hardbreak": "\n",
    "paragraph_close": "\n",
    "heading_close": "\n",
    "td_close": "\n",
    "th_close": "\n",
    "code_inline": " ",
    "math_inline": " ",
    "math_inline_double": " ",
}
"""What stands in the prose for a token that is not prose, so that its neighbours do not run together."""


def _flat(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _flat(token.children or [])


def _count(tokens: list[Token], kind: str) -> Counter[str]:
    """How many there are, as one entry, so that a message gives both totals."""
    return Counter([str(sum(token.type == kind for token in tokens))])


def _attribute(token: Token, name: str) -> str:
    return str(token.attrs[name])


def _same_place(link: str) -> str:
    """A link or path to a Chinese page, picture or notebook is the same as one to its English twin."""
    return re.sub(r"/zh\b", "/en", re.sub(r"\.zh-CN(?=\.(?:md|png)\b)", "", link))


def _commands(code: str) -> str:
    """The lines of a code block without their comments, which are in the reader's language, as is a lone ``zh``."""
    commands = _same_place(re.sub(r"(^|\s+)#.*$", "", code, flags=re.MULTILINE).strip())
    return re.sub(r"""(?<=[" ])zh(?=["\s]|$)""", "en", commands)


def _formula(tex: str) -> str:
    """Without white space, and without words that are written in the reader's language."""
    return re.sub(r"\s+", "", re.sub(r"\\text\{[^{}]*\}", r"\\text{}", tex))
