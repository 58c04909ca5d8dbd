"""A class's own inputs: write its variant and the notebooks to hand out, once every mistake is told apart by them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from recbook import copies
from recbook.files import write_atomically
from recbook.learning import bank, variant
from recbook.learning.content import Exercise
from recbook.learning.exercises import agree, known_trials
from recbook.paths import course_root
from recbook.session import LANGUAGES, phrase

MOST_DRAWS = 50
_SENTENCE = re.compile(r"^> (\d+)\. (.*)$", re.MULTILINE)
_NUMBERS = re.compile(r"\{\d+(?:, \d+)*\}")


@dataclass(frozen=True)
class Count:
    """The ids of the exercises by what a variant changes: inputs of functions, numbered values, nothing."""

    functions: tuple[str, ...]
    renumbered: tuple[str, ...]
    fixed: tuple[str, ...]

    def __str__(self) -> str:
        every = sum(map(len, (self.functions, self.renumbered, self.fixed)))
        functions, values = len(self.functions), len(self.renumbered) + len(self.fixed)
        fixed = ", ".join(self.fixed)
        return phrase(
            en=f"{every} exercises: {functions} ask for a function, tried on other inputs than in other classes; "
            f"{values} ask for a value, of which {len(self.renumbered)} has another answer here and "
            f"{len(self.fixed)} the same ({fixed}).",
            zh=f"共 {every} 道练习：{functions} 道要求写函数，测试输入与其他班不同；{values} 道要求给出值，其中 "
            f"{len(self.renumbered)} 道的答案不同，{len(self.fixed)} 道的答案不变（{fixed}）。",
        )


def count() -> Count:
    """The course's exercises by what a variant changes."""
    every = list(bank.exercises().values())
    values = [each for each in every if not each.asks_for_function]
    return Count(
        tuple(each.id for each in every if each.asks_for_function),
        tuple(each.id for each in values if each.numbered),
        tuple(each.id for each in values if not each.numbered),
    )


def make(folder: Path, seed: int, name: str, report: Callable[[str], None] = print) -> list[Path]:
    """Write a new folder for a class: `variant.FILE`, and its chapters in both languages. Returns what was written.

    The variant becomes that of this process. Where its inputs let a known mistake pass they are drawn anew. Raises
    FileExistsError where the folder has a variant, ValueError for a seed of which no inputs will do.
    """
    file = folder / variant.FILE
    if file.exists():
        raise FileExistsError(
            phrase(
                en=f"{file} exists already, and a class may work with it. Name another folder.",
                zh=f"{file} 已经存在，可能正有班级在用。请换一个文件夹。",
            )
        )
    report(phrase(en="Trying every exercise on its new inputs …", zh="正在用新的输入检查每道练习……"))
    _put(file, seed, name, {})
    again: dict[str, int] = {}
    try:
        for exercise in bank.exercises().values():
            while _passing(exercise):
                again[exercise.id] = again.get(exercise.id, 0) + 1
                _refuse(exercise, seed, again[exercise.id])
                _put(file, seed, name, again)
                exercise.forget()
    except ValueError:
        file.unlink()
        raise
    sources = [path for lang in LANGUAGES for path in sorted((course_root() / "notebooks" / lang).glob("*.ipynb"))]
    return [file, *(handed_out(source, folder / source.parent.name / source.name) for source in sources)]


def _put(file: Path, seed: int, name: str, again: Mapping[str, int]) -> None:
    write_atomically(file, variant.written(seed, name, again))
    variant.choose(file)


def _refuse(exercise: Exercise, seed: int, times: int) -> None:
    if times > MOST_DRAWS or exercise.numbered:  # where its sentences stand was read when it was loaded
        raise ValueError(
            phrase(
                en=f"With the seed {seed} a wrong answer would pass ({exercise.id}). Take another seed.",
                zh=f"种子 {seed} 会让错误答案通过（{exercise.id}）。请换一个种子。",
            )
        )


def problems() -> Iterator[str]:
    """What is wrong with the inputs of the variant of this process: a mistake that passes, an answer that stays."""
    return (problem for exercise in bank.exercises().values() for problem in _passing(exercise))


def _passing(exercise: Exercise) -> list[str]:
    """The wrong answers that pass, by name, and the id of a numbered exercise whose answer is as in the source."""
    expected = known_trials(exercise, exercise.reference)
    found = [each.name for each in exercise.mistakes if agree(exercise, known_trials(exercise, each.wrong), expected)]
    stays = exercise.numbered and exercise.reference() == _as_in_the_source(exercise)
    return [f"{exercise.id}: {name}" for name in found] + ([exercise.id] if stays else [])


def _as_in_the_source(exercise: Exercise) -> set[int]:
    """The answer to a numbered exercise without a variant."""
    back = {place: number for number, place in variant.places(exercise.id, exercise.numbered).items()}
    return {back[place] for place in exercise.reference()}


def handed_out(source: Path, target: Path) -> Path:
    """Copy a chapter, from notebooks/ or solutions/, as the variant of this process has it; returns ``target``."""
    target.parent.mkdir(parents=True, exist_ok=True)
    text = source.read_text(encoding="utf-8")
    asked = [each for each in bank.exercises().values() if each.numbered and f'"grade_id": "{each.id}"' in text]
    if variant.current() is None or not asked:
        return Path(shutil.copyfile(source, target))
    notebook = nbformat.reads(text, as_version=4)
    notebook.metadata["recbook"] = {**notebook.metadata.get("recbook", {}), "chapter": copies.digest(json.loads(text))}
    for exercise in asked:
        _renumber(notebook.cells, exercise)
    write_atomically(target, nbformat.writes(notebook) + "\n")
    return target


def _renumber(cells: Sequence[NotebookNode], exercise: Exercise) -> None:
    """Put the numbered sentences above an exercise in the variant's order, and fit its solution where it stands."""
    at = next(at for at, cell in enumerate(cells) if cell.metadata.get("nbgrader", {}).get("grade_id") == exercise.id)
    text = cells[at - 1]
    sentences = {int(number): sentence for number, sentence in _SENTENCE.findall(text.source)}
    if sorted(sentences) != list(range(1, exercise.numbered + 1)):
        raise ValueError(f"{exercise.id} needs {exercise.numbered} numbered sentences in the cell above it.")
    places = variant.places(exercise.id, exercise.numbered)
    placed = iter(sorted((places[number], sentence) for number, sentence in sentences.items()))
    text.source = _SENTENCE.sub(lambda _: "> {}. {}".format(*next(placed)), text.source)
    cells[at].source = _NUMBERS.sub(lambda _: _as_set(exercise.reference()), cells[at].source)


def _as_set(numbers: set[int]) -> str:
    return "{" + ", ".join(map(str, sorted(numbers))) + "}"
