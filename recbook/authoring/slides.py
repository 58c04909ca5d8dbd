"""A deck of a chapter for a teacher to show: how it begins, its pictures, its takeaways, in one HTML file.

The file holds all that it shows. It asks no host for anything, and its policy lets the browser ask for nothing.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from nbformat import NotebookNode

from recbook.files import write_atomically
from recbook.paths import course_root
from recbook.session import LANGUAGES, phrase, speaking

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

MOST_WORDS = {"en": 90, "zh": 150}
"""What a slide holds of prose, in words or Chinese characters, where it can be cut at a paragraph."""

_TAKEAWAYS = {"en": "## Takeaways", "zh": "## 小结"}
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_MATH = re.compile(r"\$\$(.+?)\$\$|(?<![\\$])\$([^$\n]+)\$", re.DOTALL)
_LINK = re.compile(r'<a href="(?!https?:)[^"]*">(.*?)</a>', re.DOTALL)
_ANCHOR = re.compile(r'<a (?:id|name)="[^"]*"></a>')
_IMAGE = re.compile(r"<img\b[^>]*>")


@dataclass
class Slide:
    """One slide: the section that it belongs to, what stands on it, in HTML, and the kind for its style."""

    section: str
    parts: list[str] = field(default_factory=list)
    kind: str = "text"


def make(chapters: Sequence[str], folder: Path, lang: str) -> list[Path]:
    """Write a deck for each chapter ("08", or its slug; all for none) into ``folder``. Returns the files.

    Raises ValueError for a language or a chapter that there is not, FileNotFoundError where notebooks are missing.
    """
    notebooks = _chosen(chapters, lang)
    return [_write(path, folder / f"{path.stem}.{lang}.html", lang) for path in notebooks]


def _chosen(chapters: Sequence[str], lang: str) -> list[Path]:
    if lang not in LANGUAGES:
        raise ValueError(f"There is no course in {lang!r}. Give --lang en or --lang zh.")
    every = sorted((course_root() / "notebooks" / lang).glob("[0-9][0-9]_*.ipynb"))
    known = {name: path for path in every for name in (path.stem[:2], path.stem[3:], path.stem)}
    if unknown := [name for name in chapters if name not in known]:
        numbers = ", ".join(path.stem[:2] for path in every)
        raise ValueError(
            phrase(
                en=f"There is no chapter {', '.join(unknown)}. Give numbers, such as {numbers}.",
                zh=f"没有 {', '.join(unknown)} 这一章。请给出编号：{numbers}。",
            )
        )
    return [known[name] for name in chapters] or every


def _write(notebook: Path, file: Path, lang: str) -> Path:
    with speaking(lang):
        write_atomically(file, deck(nbformat.read(notebook, as_version=4), lang))
    return file


def deck(notebook: NotebookNode, lang: str) -> str:
    """The page of a chapter's notebook as it is built, in its language."""
    found = slides(notebook, lang)
    title = re.sub(r"^# ", "", notebook.cells[0].source.splitlines()[0])
    count = len(found)
    body = "\n".join(_section(slide, at, count) for at, slide in enumerate(found, 1))
    hint = phrase(en="Arrow keys turn the pages; print the page for a PDF.", zh="用方向键翻页；打印本页可得 PDF。")
    return _PAGE.format(lang=_TAGS[lang], title=escape(title), body=body, hint=escape(hint))


def slides(notebook: NotebookNode, lang: str) -> list[Slide]:
    """What the deck of a chapter holds: all before its first section, then its pictures, then its takeaways."""
    cells = notebook.cells
    first = next((at for at, cell in enumerate(cells) if _headings(cell)), len(cells))
    opening = [*_title(cells[0], lang), *_opening(cells[1:first], lang)]
    return [*opening, *_pictures(cells[first:], lang), *_takeaways(cells, lang)]


def _title(cell: NotebookNode, lang: str) -> Iterator[Slide]:
    head, _, rest = cell.source.partition("\n")
    yield Slide("", [f"<h1>{_inline(head.removeprefix('# '))}</h1>", markdown(rest)], "title")


def _opening(cells: Iterable[NotebookNode], lang: str) -> Iterator[Slide]:
    """A slide for each portion of prose and each code cell; what a claim says stands below what it is about."""
    last: Slide | None = None
    for cell in cells:
        if cell.cell_type == "markdown":
            for portion in _portions(cell.source, MOST_WORDS[lang], lang):
                last = Slide("", [markdown(portion)])
                yield last
        elif "recbook.setup(" not in cell.source:
            shown = [*_code(cell), *_outputs(cell)]
            if last is not None and last.kind == "code" and _is_hidden(cell):
                last.parts += shown
            elif shown:
                last = Slide("", shown, "code")
                yield last


def _pictures(cells: Iterable[NotebookNode], lang: str) -> Iterator[Slide]:
    """A slide for each picture, under the heading of its section, with the claim right behind it."""
    section, last = "", None
    for cell in cells:
        if found := _headings(cell):
            section, last = found[-1], None
        if cell.cell_type != "code":
            continue
        images = [image for output in cell.outputs for image in _images(output)]
        if last is not None and _is_hidden(cell):
            last.parts += _outputs(cell)
            last = None
        for image in images:
            last = Slide(section, [image], "picture")
            yield last
        if not images:
            last = None


def _takeaways(cells: Iterable[NotebookNode], lang: str) -> Iterator[Slide]:
    heading = _TAKEAWAYS[lang]
    for cell in cells:
        if cell.cell_type == "markdown" and (begins := re.search(rf"^{heading}\n", cell.source, re.MULTILINE)):
            text = re.split(r"^## ", cell.source[begins.end() :], maxsplit=1, flags=re.MULTILINE)[0]
            yield Slide(heading.removeprefix("## "), [markdown(text)], "takeaways")


def _headings(cell: NotebookNode) -> list[str]:
    return _HEADING.findall(cell.source) if cell.cell_type == "markdown" else []


def _portions(text: str, most: int, lang: str) -> Iterator[str]:
    """A text cut between paragraphs, so that a slide holds no more than ``most`` words where that can be."""
    portion: list[str] = []
    held = 0
    for block in re.split(r"\n\s*\n", text.strip()):
        size = _words(block, lang)
        if portion and held + size > most:
            yield "\n\n".join(portion)
            portion, held = [], 0
        portion.append(block)
        held += size
    if portion:
        yield "\n\n".join(portion)


def _words(text: str, lang: str) -> int:
    return len(re.findall(r"[\u4e00-\u9fff]", text)) if lang == "zh" else len(text.split())


def _is_hidden(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("jupyter", {}).get("source_hidden"))


def _code(cell: NotebookNode) -> Iterator[str]:
    if _is_hidden(cell):
        return
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    yield highlight(cell.source, PythonLexer(), HtmlFormatter(noclasses=True, style="default", nobackground=True))


def _outputs(cell: NotebookNode) -> list[str]:
    return [part for output in cell.outputs for part in _shown(output)]


def _shown(output: NotebookNode) -> list[str]:
    """An output as a slide shows it: its pictures, else its HTML, else its text."""
    data = output.get("data", {})
    if images := _images(output):
        return images
    if "text/html" in data:
        return [f'<div class="output">{_unlinked(data["text/html"])}</div>']
    text = output.get("text") or data.get("text/plain", "")
    return [f"<pre>{escape(text)}</pre>"] if text.strip() else []


def _images(output: NotebookNode) -> list[str]:
    data = output.get("data", {})
    found = [image for image in _IMAGE.findall(data.get("text/html", "")) if 'src="data:' in image]
    if not found and "image/png" in data:
        alt = escape(data.get("text/plain", ""), quote=True)
        found = [f'<img alt="{alt}" src="data:image/png;base64,{data["image/png"].strip()}">']
    return found


def markdown(text: str) -> str:
    """A chapter's Markdown as HTML: formulas drawn, links to other pages of the course as plain text."""
    return _unlinked(_markdown().render(_MATH.sub(_formula, text)))


def _inline(text: str) -> str:
    return _unlinked(_markdown().renderInline(_MATH.sub(_formula, text)))


def _unlinked(html: str) -> str:
    return _LINK.sub(r"\1", _ANCHOR.sub("", html))


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": True}).enable("table")


def _formula(match: re.Match[str]) -> str:
    """A formula as a drawing that needs no script; what Matplotlib cannot set stays as TeX."""
    tex = (match[1] or match[2]).strip()
    try:
        drawn = base64.b64encode(_drawn(tex)).decode()
    except ValueError:
        return f"`{tex}`"
    kind = "display" if match[1] else "inline"
    return f'<img class="{kind}" alt="{escape(tex, quote=True)}" src="data:image/svg+xml;base64,{drawn}">'


@cache
def _drawn(tex: str) -> bytes:
    from matplotlib import mathtext

    picture = io.BytesIO()
    mathtext.math_to_image(f"${tex}$", picture, format="svg")
    return picture.getvalue()


def _section(slide: Slide, at: int, count: int) -> str:
    heading = f"<h2>{_inline(slide.section)}</h2>\n" if slide.section else ""
    body = "\n".join(slide.parts)
    return (
        f'<section id="{at}" class="{slide.kind}"><div class="page">\n{heading}{body}\n</div>'
        f"<footer>{at} / {count}</footer></section>"
    )


_TAGS = {"en": "en", "zh": "zh-CN"}

_PAGE = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
html {{ scroll-snap-type: y mandatory; background: #fff; color: #1a1a1a; }}
body {{ margin: 0; font-family: system-ui, "Noto Sans", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; }}
section {{ box-sizing: border-box; height: 100vh; padding: 5vh 7vw; scroll-snap-align: start; overflow: hidden;
 position: relative; display: flex; align-items: center; font-size: 3.4vh; line-height: 1.45; }}
.page {{ width: 100%; max-height: 100%; }}
.picture .page, .code .page {{ text-align: center; }}
.picture .page > *, .code .page > :not(img) {{ text-align: left; }}
h1 {{ font-size: 1.9em; line-height: 1.2; margin: 0 0 .6em; }}
h2 {{ font-size: 1.25em; margin: 0 0 .5em; color: #00507c; }}
p, ul, ol {{ margin: 0 0 .6em; }}
li {{ margin-bottom: .5em; }}
img {{ max-width: 100%; max-height: 62vh; }}
.picture img {{ height: 62vh; object-fit: contain; }}
img.inline {{ height: 1.1em; vertical-align: -.2em; }}
img.display {{ display: block; height: 2.2em; margin: .4em auto; }}
pre, .highlight pre {{ font-size: .72em; line-height: 1.35; margin: 0 0 .8em; padding: .6em .8em; overflow: hidden;
 white-space: pre-wrap; background: #f5f6f8; border-radius: 4px; text-align: left; }}
code {{ font-family: ui-monospace, "DejaVu Sans Mono", "Noto Sans SC", monospace; font-size: .92em; }}
table {{ border-collapse: collapse; font-size: .7em; margin: 0 0 .8em; }}
th, td {{ padding: .15em .7em; border-bottom: 1px solid #ccc; text-align: left; }}
footer {{ position: absolute; right: 2vw; bottom: 1.5vh; font-size: 1.8vh; color: #666; }}
#hint {{ position: fixed; left: 2vw; bottom: 1.5vh; margin: 0; font-size: 1.8vh; color: #666; }}
@page {{ size: 320mm 180mm; margin: 0; }}
@media print {{ #hint {{ display: none; }} section {{ break-after: page; height: 180mm; font-size: 6mm; }}
 img, .picture img {{ max-height: 110mm; }} .picture img {{ height: 110mm; }} }}
</style>
</head>
<body>
{body}
<p id="hint">{hint}</p>
<script>
const pages = [...document.querySelectorAll("section")];
const now = () => Math.round(scrollY / innerHeight);
const show = at => pages[Math.max(0, Math.min(pages.length - 1, at))].scrollIntoView();
const turns = {{ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1}};
function fit() {{
  for (const section of pages) {{
    const page = section.firstElementChild, room = section.clientHeight * 0.9;
    page.style.zoom = 1;
    for (let size = 1; page.scrollHeight * size > room && size > 0.4; ) page.style.zoom = size -= 0.04;
  }}
}}
addEventListener("keydown", event => {{
  const to = event.key in turns ? now() + turns[event.key] : {{Home: 0, End: pages.length - 1}}[event.key];
  if (to !== undefined && !event.ctrlKey && !event.metaKey) {{ event.preventDefault(); show(to); }}
}});
addEventListener("scroll", () => {{ document.getElementById("hint").hidden = now() > 0; }});
addEventListener("resize", fit);
addEventListener("load", () => {{ fit(); if (location.hash) show(Number(location.hash.slice(1)) - 1); }});
</script>
</body>
</html>
"""
