"""Build a chapter's four notebooks from its source, and tell whether the stored ones are what it builds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import zip_longest
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from recbook.authoring import contents, reading, routes, untouched
from recbook.authoring.book import glossary, outline
from recbook.authoring.execute import Run, execute_all
from recbook.authoring.language import LANGUAGES
from recbook.authoring.notebook import assemble, fill_fields, takeaways
from recbook.authoring.reads import changed, fingerprints, result_problems
from recbook.authoring.source import Chapter, Problem, SourceError, read_chapter, shown, source_paths
from recbook.authoring.timings import minutes, read_timings, store_timings
from recbook.files import write_atomically
from recbook.learning import bank, quiz
from recbook.paths import course_root
from recbook.session import speaking

MAX_BYTES = 1_500_000
"""A larger notebook is slow to open, and code hosts refuse to show it."""

Report = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Variant:
    """One of a chapter's four notebooks."""

    chapter: Chapter
    language: str
    solved: bool

    @property
    def path(self) -> Path:
        """Where it is committed."""
        folder = "solutions" if self.solved else "notebooks"
        return course_root() / folder / self.language / f"{self.chapter.slug}.ipynb"

    def notebook(self) -> NotebookNode:
        """The notebook as the source gives it: not executed, fields unfilled, and the stored results that it reads."""
        notebook = assemble(self.chapter, self.language, solved=self.solved)
        if results := fingerprints(self.chapter):
            notebook.metadata["recbook"] = {"results": results}
        return notebook

    def filled(self, outputs: dict[str, NotebookNode], timings: dict[str, float]) -> NotebookNode:
        """The notebook with the given executed code cells (by id) and with its fields written from them."""
        notebook = self.notebook()
        for cell in notebook.cells:
            if run := outputs.get(cell.id):
                cell.outputs, cell.execution_count = run.outputs, run.execution_count
        fields = {
            "minutes": minutes(timings.get(self.chapter.slug), self.language),
            "takeaways": "\n".join(f"- {sentence.text}" for sentence in takeaways(notebook)),
        }
        for name, made in OVERVIEWS.items():  # each opens every chapter
            if any(f"{{{name}}}" in cell.source for cell in notebook.cells):
                fields[name] = made(self.language).strip()
        fill_fields(notebook, self.language, fields)
        taken = reading.minutes(notebook, self.language)._asdict()
        times = {part: reading.stated(count, self.language) for part, count in taken.items()}
        fill_fields(notebook, self.language, times)
        return notebook

    def refusals(self, notebook: NotebookNode) -> list[str]:
        """Why its `filled` notebook is more than a reader can take in; a solution reads as the reader's notebook."""
        found = [] if self.solved else reading.problems(notebook, self.chapter, self.language)
        return [f"{shown(self.path)}: {problem}" for problem in found]


OVERVIEWS = {"paths": routes.table, "map": outline.course_map, "glossary": glossary.table}
"""What tells of the whole course, by the field that it fills: a table in a language."""

_QUIZ = re.compile(r'recbook\.quiz\("([\w-]+)"\)')

Outputs = dict[Variant, dict[str, NotebookNode] | None]
"""For each notebook its executed code cells by id; None where it has to be executed."""


def variants(chapter: Chapter) -> list[Variant]:
    """The four notebooks of a chapter."""
    return [Variant(chapter, language, solved) for solved in (False, True) for language in LANGUAGES]


def build(
    select: list[str] | None = None,
    *,
    force: bool = False,
    execute: bool = True,
    report: Report = print,
) -> bool:
    """Write the notebooks of the selected chapters (all by default); True when all ran and none is refused.

    A notebook is executed when its code differs from the stored one's, when that has not run, when a stored result
    that it reads has changed, or with ``force``. A change of prose or metadata alone keeps the outputs. One that
    fails is not written: the stored one stays. One that is refused (`reading.problems`) is, so that a shorter text
    does not have to run it again.
    """
    built = [variant for path in source_paths(select) for variant in variants(read_for_build(path))]
    outputs = {variant: stored_outputs(variant) for variant in built}
    stale = [variant for variant in built if force or outputs[variant] is None]
    failed = _execute(stale, outputs, report) if execute else set()
    filled = {v: v.filled(outputs[v] or {}, read_timings()) for v in built if v not in failed}
    for variant, notebook in filled.items():
        _write(variant, notebook, report)
    refused = [f"refused  {message}" for variant, notebook in filled.items() for message in variant.refusals(notebook)]
    pages = [f"wrote    {shown(page)}" for page in contents.write(course_root(), read_timings())]
    for line in [*pages, *refused]:
        report(line)
    return not failed and not refused


def read_for_build(path: Path) -> Chapter:
    """Read a chapter and hold its ids against the exercises, quizzes and stored results. Raises SourceError."""
    chapter = read_chapter(path)
    if problems := [*bank_problems(chapter), *result_problems(chapter)]:
        raise SourceError(problems)
    return chapter


def bank_ids() -> dict[str, set[str]]:
    """The ids that ``recbook.chapters`` defines, by the kind of cell that uses them."""
    return {"exercise": set(bank.exercises()), "quiz": set(bank.quizzes())}


def bank_problems(chapter: Chapter) -> Iterator[Problem]:
    """The exercises and quizzes that the chapter uses and ``recbook.chapters`` does not have."""
    for kind, names in bank_ids().items():
        for cell in chapter.named(kind):
            if cell.name not in names:
                close = get_close_matches(cell.name, names, n=3) or sorted(names)
                message = f'{kind}="{cell.name}" is not in recbook/chapters/*/exercises.py; it has {", ".join(close)}'
                yield Problem(chapter.path, cell.lines["en"] - 1, message)


def stored_outputs(variant: Variant) -> dict[str, NotebookNode] | None:
    """The code cells of the committed notebook, by id; None where code or results differ, or it has not run."""
    if not variant.path.is_file():
        return None
    notebook = nbformat.read(variant.path, as_version=4)
    stored = code_cells(notebook)
    if changed(notebook, variant.chapter):
        return None
    if [_runs(cell) for cell in stored] != [_runs(cell) for cell in code_cells(variant.notebook())]:
        return None
    return None if any(unfinished(cell, variant.language) for cell in stored) else {cell.id: cell for cell in stored}


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Its code cells, in order."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def shape(cell: NotebookNode) -> tuple[str, str, str, dict]:
    """All of a cell that its source decides: everything but its outputs."""
    return cell.cell_type, cell.id, cell.source, cell.metadata


def _runs(cell: NotebookNode) -> tuple[str, str, dict | None]:
    """All of a code cell that decides what it shows; how viewers show it is no part of that."""
    return cell.id, cell.source, cell.metadata.get("nbgrader")


def unfinished(cell: NotebookNode, language: str) -> str:
    """Why a stored code cell does not count as run ("" when it does)."""
    if cell.execution_count is None:
        return "has not been run"
    kinds = {(output.output_type, output.get("name")) for output in cell.outputs}
    if ("error", None) in kinds:
        return "ended with an error"
    if ("stream", "stderr") in kinds:
        return "holds a warning or a progress bar"
    if outdated_quiz(cell, language):
        return "shows an older text of its quiz"
    return "shows a map without the chapters of now" if outdated_map(cell, language) else ""


def outdated_quiz(cell: NotebookNode, language: str) -> bool:
    """Whether a cell shows a quiz that the bank now words otherwise: its source does not tell."""
    asked = _QUIZ.fullmatch(cell.source.strip())
    if not asked:
        return False
    with speaking(language):
        wanted = quiz.as_html(quiz.shuffled(asked[1], bank.quiz(asked[1]).questions))
    return wanted not in [output.get("data", {}).get("text/html") for output in cell.outputs]


def outdated_map(cell: NotebookNode, language: str) -> bool:
    """Whether a cell shows a map of the course that the rooms of the chapters now draw otherwise."""
    if cell.source.strip() != "figures.course_map()":
        return False
    from recbook.chapters.start.figures import map_in_words  # only chapter 00 has one

    with speaking(language):
        wanted = map_in_words()
    return wanted not in [output.get("data", {}).get("text/plain") for output in cell.outputs]


def _execute(stale: list[Variant], outputs: Outputs, report: Report) -> set[Variant]:
    """Run the stale notebooks, put their cells into ``outputs``, keep their time; give those that failed.

    The solutions are run whole; of a reader's notebook only what differs from its solution (`untouched`).
    """
    solved = [variant for variant in stale if variant.solved]
    runs = _run({variant: variant.notebook() for variant in solved}, outputs, report)
    timed = [variant for variant in solved if variant.language == "en" and not runs[variant].error]
    store_timings({variant.chapter.slug: runs[variant].seconds for variant in timed})
    failed = {variant for variant in solved if runs[variant].error}
    return failed | _execute_untouched([variant for variant in stale if not variant.solved], failed, outputs, report)


def _execute_untouched(stale: list[Variant], failed: set[Variant], outputs: Outputs, report: Report) -> set[Variant]:
    """Fill the readers' notebooks from their solutions'; give those that failed, themselves or in their solution."""
    twins = {variant: _twin(variant, outputs) for variant in stale}
    ready = [variant for variant in stale if twins[variant] not in failed]
    short = {variant: untouched.shortened(variant.notebook()) for variant in ready}
    runs = _run(short, {}, report)
    for variant in ready:
        notebook = variant.notebook()
        untouched.completed(notebook, short[variant], outputs[twins[variant]] or {})
        outputs[variant] = {cell.id: cell for cell in code_cells(notebook)}
    return {variant for variant in stale if variant not in ready or runs[variant].error}


def _twin(variant: Variant, outputs: Outputs) -> Variant:
    """The solution of a reader's notebook."""
    wanted = replace(variant, solved=True).path
    return next(other for other in outputs if other.path == wanted)


def _run(notebooks: dict[Variant, NotebookNode], outputs: Outputs, report: Report) -> dict[Variant, Run]:
    """Execute notebooks in place and put their code cells into ``outputs``."""
    by_path = {variant.path: notebook for variant, notebook in notebooks.items()}
    runs = {run.path: run for run in execute_all(by_path, lambda run: report(_describe(run)))}
    for variant, notebook in notebooks.items():
        outputs[variant] = {cell.id: cell for cell in code_cells(notebook)}
    return {variant: runs[variant.path] for variant in notebooks}


def _describe(run: Run) -> str:
    if run.error:
        return f"failed   {shown(run.path)}\n{run.error}"
    return f"executed {shown(run.path)} in {run.seconds:.0f} s"


def _write(variant: Variant, notebook: NotebookNode, report: Report) -> None:
    text = nbformat.writes(notebook) + "\n"
    if not variant.path.is_file() or variant.path.read_text(encoding="utf-8") != text:
        write_atomically(variant.path, text)
        report(f"wrote    {shown(variant.path)}")


def check(select: list[str] | None = None) -> list[str]:
    """Where the committed notebooks are not what the sources build, one message each; nothing is written."""
    built = [variant for path in source_paths(select) for variant in variants(read_for_build(path))]
    messages = [message for variant in built for message in notebook_problems(variant)]
    return messages + (orphans() if not select else [])


def notebook_problems(variant: Variant) -> list[str]:
    """What is wrong with one committed notebook."""
    name, again = shown(variant.path), f"run `recbook build {variant.chapter.slug[:2]}`"
    if not variant.path.is_file():
        return [f"{name}: is missing; {again}"]
    stored = nbformat.read(variant.path, as_version=4)
    wanted = variant.filled({cell.id: cell for cell in code_cells(stored)}, read_timings())
    messages = [f"{name}: {message}; {again}" for message in _differences(stored, wanted, variant)]
    for number, cell in enumerate(stored.cells, 1):
        if cell.cell_type == "code" and (reason := unfinished(cell, variant.language)):
            messages.append(f"{name}: cell {number} {reason}; {again}")
            break  # one is enough: a build runs the whole notebook
    messages += variant.refusals(wanted)
    if (size := variant.path.stat().st_size) >= MAX_BYTES:
        messages.append(f"{name}: {size:,} bytes, over {MAX_BYTES:,}: make its figures smaller")
    return messages


def _differences(stored: NotebookNode, wanted: NotebookNode, variant: Variant) -> Iterator[str]:
    """The first cell that is not as its source builds it, and notebook metadata that is not."""
    source = shown(variant.chapter.path)
    pairs = zip_longest(stored.cells, wanted.cells, variant.chapter.cells)
    for number, (cell, wanted_cell, origin) in enumerate(pairs, 1):
        if wanted_cell is None:
            yield f"cell {number} is not in {source}"
        elif cell is None or shape(cell) != shape(wanted_cell):
            yield f"cell {number} differs from {source}:{origin.lines[variant.language]}"
        else:
            continue
        break
    if results := changed(stored, variant.chapter):
        yield f"stored results that it reads have changed since it was built: {', '.join(results)}"
    elif stored.metadata != wanted.metadata:
        yield f"its metadata is {dict(stored.metadata)}, not {dict(wanted.metadata)}"


def orphans() -> list[str]:
    """Committed notebooks that no source builds."""
    wanted = {path.stem for path in source_paths()}
    folders = [course_root() / kind / language for kind in ("notebooks", "solutions") for language in LANGUAGES]
    found = [path for folder in folders for path in sorted(folder.glob("*.ipynb"))]
    return [f"{shown(path)}: no source builds it; delete it" for path in found if path.stem not in wanted]
