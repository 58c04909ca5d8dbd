"""What every committed notebook is to a reader: it ran, it opens fast, both languages show the same."""

from __future__ import annotations

import ast
import re
from collections import Counter
from copy import deepcopy
from dataclasses import replace
from html import unescape
from pathlib import Path

import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator
from sanitizing import sanitized

from recbook.authoring.build import Variant, notebook_problems, variants
from recbook.authoring.notebook import Said, said, takeaways
from recbook.authoring.source import Chapter, read_chapter, source_paths
from recbook.plots.base import ALT

VARIANTS = [variant for path in source_paths() for variant in variants(read_chapter(path))]
PAIRS = list(zip(VARIANTS[::2], VARIANTS[1::2], strict=True))


def name(variant: Variant) -> str:
    return "/".join(variant.path.parts[-3:])


def read(variant: Variant) -> nbformat.NotebookNode:
    return nbformat.read(variant.path, as_version=4)


def outputs(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def test_there_are_chapters() -> None:
    assert VARIANTS


@pytest.mark.parametrize("variant", VARIANTS, ids=name)
def test_it_is_built_and_has_run(variant: Variant) -> None:
    assert notebook_problems(variant) == []


@pytest.mark.parametrize("variant", VARIANTS, ids=name)
def test_it_is_a_valid_notebook_and_assignment(variant: Variant) -> None:
    notebook = read(variant)
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)
    assert "SOLUTION" not in variant.path.read_text(encoding="utf-8") or variant.solved


@pytest.mark.parametrize("variant", VARIANTS, ids=name)
def test_its_figures_have_alt_text(variant: Variant) -> None:
    """As HTML, and beside it as an image with the same alt text, for pages that take no HTML; not too long to hear."""
    for output in outputs(read(variant)):
        data = output.get("data", {})
        images = re.findall(r"<img\b[^>]*>", data.get("text/html", ""))
        assert len(images) == ("image/png" in data), str(data)[:200]
        for image in images:
            alt = unescape(re.search(r'\balt="([^"]{10,})"', image)[1])
            assert len(alt) <= ALT, alt
            assert data["text/plain"] == output.metadata["image/png"]["alt"] == alt
            assert data["image/png"].strip() in image


@pytest.mark.parametrize("variant", VARIANTS, ids=name)
def test_what_it_shows_can_be_read_without_html(variant: Variant) -> None:
    assert not [str(output)[:200] for output in outputs(read(variant)) if "display.HTML object" in str(output)]


@pytest.mark.parametrize("variant", VARIANTS, ids=name)
def test_it_shows_no_path_of_the_machine_that_built_it(variant: Variant) -> None:
    shown = str(outputs(read(variant)))
    for path in (str(Path.home()), "site-packages", str(variant.path.parents[2])):
        assert path not in shown


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: name(pair[0]))
def test_both_languages_show_the_same(pair: tuple[Variant, Variant]) -> None:
    english, chinese = map(read, pair)
    assert [shape(cell) for cell in english.cells] == [shape(cell) for cell in chinese.cells]
    timed = {at for at, cell in enumerate(english.cells) if "timed" in cell.metadata.get("tags", [])}
    for sentences in (said, takeaways):
        ours, theirs = ([numbers_told(one, timed) for one in sentences(notebook)] for notebook in (english, chinese))
        assert ours == theirs


@pytest.mark.parametrize("variant", VARIANTS, ids=name)
def test_the_source_of_its_claims_is_hidden_and_nothing_else(variant: Variant) -> None:
    """In JupyterLab, in Colab and in a book of MyST-NB; what they say is shown."""
    for cell in read(variant).cells:
        marks = [
            cell.metadata.get("jupyter") == {"source_hidden": True},
            cell.metadata.get("cellView") == "form",
            "hide-input" in cell.metadata.get("tags", []),
        ]
        assert marks == ["recbook.claim(" in cell.source and "nbgrader" not in cell.metadata] * 3


@pytest.mark.parametrize("variant", VARIANTS, ids=name)
def test_its_links_within_it_lead_somewhere(variant: Variant) -> None:
    prose = "\n".join(cell.source for cell in read(variant).cells if cell.cell_type == "markdown")
    assert set(re.findall(r"\]\(#([^)]*)\)", prose)) <= set(re.findall(r'<a id="([a-z0-9-]+)"></a>', prose))


@pytest.mark.parametrize("solved", [variant for variant in VARIANTS if variant.solved], ids=name)
def test_a_reader_sees_what_the_solutions_show(solved: Variant) -> None:
    """The solutions' outputs are compared by running them (make test); those of the reader's notebook by this."""
    unsolved = replace(solved, solved=False)
    assert compared(read(unsolved)) == compared(read(solved))


def compared(notebook: nbformat.NotebookNode) -> dict[str, list]:
    """The outputs that hold on any machine and for any answer, by the cell's id; figures by their alt texts."""
    notebook = deepcopy(notebook)
    for output in outputs(notebook):
        output.get("data", {}).pop("image/png", None)
    skipped = {"nbval-ignore-output", "nbval-skip"}
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and not cell.metadata.get("nbgrader")]
    return {
        cell.id: [sanitized(str(output)) for output in cell.outputs]
        for cell in cells
        if not skipped & set(cell.metadata.get("tags", []))
    }


def shape(cell: nbformat.NotebookNode) -> tuple:
    """What does not depend on the language: the cell, its grading, and the kinds of its outputs."""
    kinds = [(output.output_type, sorted(output.get("data", {}))) for output in cell.get("outputs", [])]
    grading = {key: value for key, value in cell.metadata.get("nbgrader", {}).items() if key != "checksum"}
    return cell.id, cell.cell_type, grading, kinds


def numbers_told(sentence: Said, timed: set[int]) -> tuple[int, Counter[str] | int]:
    """The numbers of a sentence; of one that tells times only how many, since each language is run by itself."""
    cell, found = numbers(sentence)
    return cell, found.total() if cell in timed else found


def numbers(sentence: Said) -> tuple[int, Counter[str]]:
    return sentence.cell, Counter(re.findall(r"\d[\d,.]*\d|\d", sentence.text))


CHAPTERS = [read_chapter(path) for path in source_paths()]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug)
def test_the_lesson_never_depends_on_an_answer(chapter: Chapter) -> None:
    """No cell but an exercise's check reads a name that exercises alone make, so Run All works untouched."""
    lesson = [cell for cell in chapter.cells if cell.kind == "code"]
    answers = set().union(*(bound(cell.text["en"]) for cell in chapter.named("exercise")), set())
    own = set().union(*(bound(cell.text["en"]) for cell in lesson))
    used = {name for cell in lesson for name in read_names(cell.text["en"])}
    assert (answers - own) & used == set()


def bound(code: str) -> set[str]:
    """The names that a cell makes, its functions' parameters among them."""
    nodes = list(ast.walk(ast.parse(code)))
    made = {node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return made | stored | {node.arg for node in nodes if isinstance(node, ast.arg)} | imported(code)


def imported(code: str) -> set[str]:
    statements = [node for node in ast.walk(ast.parse(code)) if isinstance(node, (ast.Import, ast.ImportFrom))]
    return {(alias.asname or alias.name).split(".")[0] for node in statements for alias in node.names}


def read_names(code: str) -> set[str]:
    names = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)]
    return {node.id for node in names if isinstance(node.ctx, ast.Load)}


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug)
def test_the_numbers_of_a_claim_have_names_that_say_what_they_are(chapter: Chapter) -> None:
    """A reader sees them. One letter says nothing, but for k and n; nor do `lo`, `hi2` or `a1`."""
    names = {name for cell in chapter.named("code") for name in claim_keywords(cell.text["en"])}
    assert {name for name in names if re.fullmatch(r"(?![kn]$)[a-z]|lo|hi|[a-z]{1,2}\d", name)} == set()


def claim_keywords(code: str) -> set[str]:
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    claims = [call for call in calls if ast.unparse(call.func) == "recbook.claim"]
    return {keyword.arg for call in claims for keyword in call.keywords if keyword.arg}
