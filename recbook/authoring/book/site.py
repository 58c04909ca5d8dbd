"""Build the book: lay the sources of both languages out, let Sphinx make the pages."""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stderr
from dataclasses import dataclass, field
from importlib import metadata
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import nbformat

import recbook
from recbook.authoring.book import chapters, pages
from recbook.authoring.book.address import Address
from recbook.authoring.book.extension import HTML_LANGUAGE
from recbook.authoring.book.links import Links
from recbook.authoring.book.portable import portable
from recbook.authoring.language import LANGUAGES
from recbook.authoring.source import source_paths
from recbook.learning.content import Text
from recbook.paths import course_root
from recbook.session import speaking

HERE = Path(__file__).parent
TITLE = Text("Pretrained models for recommender systems", "预训练模型在推荐系统中的应用")
MATHJAX = "mathjax/tex-chtml.js"
_MATHJAX_FONTS = "mathjax/output/chtml/fonts/woff-v2"

Report = Callable[[str], None]


@dataclass(frozen=True)
class Book:
    """What is built: chapters by page name (``08_sequences``), the languages, and the clone's public address."""

    slugs: tuple[str, ...]
    languages: tuple[str, ...] = LANGUAGES
    address: Address = field(default_factory=Address)

    @property
    def pages(self) -> tuple[str, ...]:
        """The names of all pages."""
        return (pages.START, *self.slugs, pages.GLOSSARY, *pages.AROUND)


def build(
    out: Path,
    select: list[str] | None = None,
    languages: tuple[str, ...] = LANGUAGES,
    address: Address | None = None,
    report: Report = print,
) -> None:
    """Write the book into ``out``, which is emptied first; ``select`` names chapters by number or slug.

    Raises ValueError for an unknown chapter or language, for a folder that is no book, and where Sphinx finds
    fault with a page; FileNotFoundError where a notebook is missing.
    """
    if unknown := set(languages) - set(LANGUAGES):
        raise ValueError(f"There is no course in {', '.join(map(repr, sorted(unknown)))}. Choose from: en, zh.")
    book = Book(tuple(path.stem for path in source_paths(select)), tuple(languages), address or Address())
    _empty(out)
    if not book.address.repository:
        report("No public address is set, so the book has no links to Colab, Binder and the code host. Set Repository")
        report("under [project.urls] in pyproject.toml, or give --repository.")
    with tempfile.TemporaryDirectory() as folder, _workers(len(book.languages)) as pool:
        jobs = [pool.submit(_language, book, lang, Path(folder), out) for lang in book.languages]
        for job in jobs:
            report(job.result())
    (out / "index.html").write_text((HERE / "templates" / "start.html").read_text("utf-8"), "utf-8")
    (out / ".nojekyll").touch()  # else a host that runs Jekyll leaves out every folder named _static
    report(f"{out / 'index.html'} is the book.")


def _workers(languages: int) -> ProcessPoolExecutor:
    """A process for each language: Sphinx keeps its translations for a whole process."""
    return ProcessPoolExecutor(languages, mp_context=get_context("spawn"))


def _empty(out: Path) -> None:
    """Make room for the book; a folder with something else in it is left as it is."""
    if out.exists() and any(out.iterdir()) and not (out / ".nojekyll").is_file():
        raise ValueError(f"{out} holds something that is no book. Give an empty or a new folder with --out.")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)


def _language(book: Book, lang: str, folder: Path, out: Path) -> str:
    """Build one language; gives the line to report."""
    made = folder / f"{lang}-made" / lang  # MyST-NB writes beside this folder as well
    lay_out(book, lang, folder / lang)
    _sphinx(book, lang, folder / lang, made)
    for left in (made / "_static").glob("*macros.html"):  # templates of the theme, no pages
        left.unlink()
    shutil.move(made, out / lang)
    for slug in book.slugs:
        _offer(book, lang, slug, out)
    return f"built {len(book.pages)} pages in {lang}"


def _notebook(lang: str, slug: str) -> Path:
    return course_root() / "notebooks" / lang / f"{slug}.ipynb"


def _offer(book: Book, lang: str, slug: str, out: Path) -> None:
    """Put a chapter's notebook beside the book, to download and for Colab."""
    notebook = portable(chapters.read(_notebook(lang, slug)), lang, book.address)
    place = out / "notebooks" / lang / f"{slug}.ipynb"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")


def lay_out(book: Book, lang: str, folder: Path) -> None:
    """Write the sources of one language: a notebook or a Markdown file for each page, figures, look."""
    shutil.copytree(HERE / "static", folder / "_static")
    _mathjax(folder / "_static")
    titles, picture = {}, ""
    for slug in book.slugs:
        notebook = chapters.read(_notebook(lang, slug))
        titles[slug] = chapters.short_title(notebook)
        links = _links(book, f"notebooks/{lang}/{slug}.ipynb", slug)
        english = chapters.names(chapters.read(_notebook("en", slug)))
        ready = chapters.as_page(notebook, english, links, folder)
        nbformat.write(ready, folder / f"{slug}.ipynb")
        picture = picture or chapters.first_figure(ready)
    for page in pages.AROUND:
        text = pages.around(course_root(), page, _links(book, pages.file_of(page, lang), page))
        (folder / f"{page}.md").write_text(text, encoding="utf-8")
    # Its links are those of a notebook: they stand beside the chapters.
    text = pages.terms(lang, _links(book, f"notebooks/{lang}/{pages.GLOSSARY}.md", pages.GLOSSARY))
    (folder / f"{pages.GLOSSARY}.md").write_text(text, encoding="utf-8")
    text = pages.start(course_root(), lang, titles, _links(book, f"docs/{pages.START}.md", pages.START), picture)
    (folder / f"{pages.START}.md").write_text(text, encoding="utf-8")


def _links(book: Book, file: str, page: str) -> Links:
    return Links(file, page, book.pages, book.address.files)


def _mathjax(static: Path) -> None:
    """Copy MathJax's one file and its fonts out of the wheel that brings them."""
    wheel = Path(str(metadata.distribution("sphinx-mathjax-offline").locate_file("sphinx-mathjax-offline/static")))
    (static / MATHJAX).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(wheel / MATHJAX, static / MATHJAX)
    shutil.copytree(wheel / _MATHJAX_FONTS, static / _MATHJAX_FONTS)


def configuration(book: Book, lang: str) -> dict[str, Any]:
    """Sphinx's settings for one language."""
    with speaking(lang):
        title = str(TITLE)
    return {
        "project": title,
        "html_title": title,
        "author": "The recbook maintainers",
        "project_copyright": "The recbook maintainers. Apache-2.0 (code), CC BY 4.0 (text)",
        "release": recbook.__version__,
        "language": {"en": "en", "zh": "zh_CN"}[lang],
        "extensions": ["myst_nb", "sphinx.ext.mathjax", "recbook.authoring.book.extension"],
        "exclude_patterns": ["_static"],
        "templates_path": [str(HERE / "templates")],
        "recbook_lang": lang,
        "recbook_repository": book.address.repository,
        "recbook_ref": book.address.ref,
        "recbook_twin": len(book.languages) == len(LANGUAGES),
        **_markdown(lang),
        **_look(lang),
    }


def _markdown(lang: str) -> dict[str, Any]:
    return {
        "nb_execution_mode": "off",
        "nb_code_prompt_show": {"en": "Show the code", "zh": "显示代码"}[lang],
        "nb_code_prompt_hide": {"en": "Hide the code", "zh": "隐藏代码"}[lang],
        "myst_enable_extensions": ["dollarmath"],
        "myst_dmath_double_inline": True,
        "mathjax_path": MATHJAX,
        # The menu and what reads formulas aloud would be loaded on demand, from files that the book leaves out.
        "mathjax3_config": {"options": {"enableMenu": False, "menuOptions": {"settings": {"assistiveMml": True}}}},
    }


def _look(lang: str) -> dict[str, Any]:
    search = {"en": "Search", "zh": "搜索"}[lang]
    return {
        "html_theme": "sphinx_book_theme",
        "html_theme_options": {
            "search_bar_text": search,
            "toc_title": {"en": "On this page", "zh": "本页目录"}[lang],
            "use_download_button": False,
            "use_fullscreen_button": False,
            "show_toc_level": 2,
            "navbar_persistent": [],
            "article_header_end": [
                "run.html",
                "language.html",
                "theme-switcher.html",
                "search-button.html",
                "toggle-secondary-sidebar.html",
            ],
            "pygments_light_style": "a11y-high-contrast-light",
            "pygments_dark_style": "a11y-high-contrast-dark",
        },
        "html_static_path": ["_static"],
        "html_favicon": "_static/icon.svg",
        "html_css_files": ["recbook.css"],
        "html_js_files": [("recbook.js", {"defer": "defer"})],
        "html_additional_pages": {"search": "search.html"},
        "html_copy_source": False,
        "html_show_sourcelink": False,
        "html_use_index": False,
        "html_context": {"default_mode": "auto", "html_language": HTML_LANGUAGE[lang]},
    }


def _sphinx(book: Book, lang: str, source: Path, out: Path) -> None:
    """Run Sphinx; a warning (a link that leads nowhere, a heading out of order) is a fault of the page."""
    from sphinx.application import Sphinx
    from sphinx.util.console import nocolor

    nocolor()
    said = io.StringIO()
    app = Sphinx(
        str(source),
        None,
        str(out),
        str(source.with_name(f"{lang}-doctrees")),
        "html",
        confoverrides=configuration(book, lang),
        status=None,
        warning=said,
    )
    with redirect_stderr(said):
        app.build()
    shown = said.getvalue().replace(f"{source}/", "").strip()
    if shown or app.statuscode:
        raise ValueError(f"Sphinx finds fault with the pages in {lang}:\n{shown}")
