"""A class's own inputs: other ones for each seed, right answers right, mistakes wrong, and nothing new for others."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from handing import RIGHT, notebook
from typer.testing import CliRunner

from recbook import copies
from recbook.cli import app
from recbook.grading import variants
from recbook.grading.rooms import is_root
from recbook.learning import bank, variant
from recbook.learning.content import RANDOM_CASES
from recbook.paths import course_root

ROOT = course_root()
SEEDS = (1, 2, 2027)
TRIED = """
import json, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from all_answers import all_answers, wrong_answers
from recbook.grading import variants
from recbook.learning import bank
from recbook.learning.exercises import judge
from recbook.learning.variant import places

variants.make(Path(sys.argv[2]), int(sys.argv[3]), "", lambda said: None)
told = {"passes": list(variants.problems()), "refused": [], "let through": [], "first": {}}
for exercise in bank.exercises().values():
    answers = all_answers()[exercise.id]
    if exercise.numbered:
        at = places(exercise.id, exercise.numbered)
        answers = [{at[number] for number in answer} for answer in answers]
    told["refused"] += [exercise.id for answer in answers if judge(exercise, answer).outcome != "right"]
    for wrong in wrong_answers().get(exercise.id, []):
        told["let through"] += [exercise.id] * (judge(exercise, wrong).outcome == "right")
    told["first"][exercise.id] = repr(exercise.cases()[len(exercise.examples):])
print(json.dumps(told))
"""


def python(code: str, *arguments: str, place: str = "none", cwd: Path | None = None) -> subprocess.CompletedProcess:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), variant.VARIABLE: place, "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-W", "ignore", "-c", code, *arguments]
    return subprocess.run(command, env=environment, cwd=cwd, capture_output=True, text=True)


def written(folder: Path, seed: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / variant.FILE).write_text(variant.written(seed, "2027"), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> dict[int, dict]:
    """What became of every chapter's right and wrong answers, and the drawn inputs, by seed."""
    found = {}
    for seed in SEEDS:
        folder = tmp_path_factory.mktemp(f"class-{seed}")
        ran = python(TRIED, str(ROOT / "tests" / "chapters"), str(folder), str(seed))
        assert ran.returncode == 0, ran.stderr[-2000:]
        found[seed] = json.loads(ran.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_right_answers_of_every_chapter_pass_and_known_mistakes_do_not(tried: dict[int, dict], seed: int) -> None:
    assert tried[seed]["passes"] == tried[seed]["refused"] == tried[seed]["let through"] == []


def test_each_class_has_other_inputs_for_every_function(tried: dict[int, dict]) -> None:
    for id in variants.count().functions:
        exercise = bank.exercise(id)
        course = repr(exercise.cases()[len(exercise.examples) :])
        assert len({course, *(tried[seed]["first"][id] for seed in SEEDS)}) == 1 + len(SEEDS), id


def test_without_a_variant_the_inputs_are_those_of_the_course() -> None:
    import numpy as np

    assert variant.current() is None
    drawn, course = variant.generator("start-cosines"), np.random.default_rng(0)
    assert drawn.normal() == course.normal()
    assert variant.places("evaluation-report", 15) == {number: number for number in range(1, 16)}


def test_exercises_are_counted_by_what_a_variant_changes() -> None:
    counted = variants.count()
    assert len(counted.functions) + len(counted.renumbered) + len(counted.fixed) == len(bank.exercises())
    assert counted.renumbered == ("evaluation-report",)
    assert counted.fixed == ("pipeline-changed",)


@pytest.mark.parametrize("page", ["docs/teaching.md", "docs/teaching.zh-CN.md"])
def test_the_pages_for_teachers_count_them_as_they_are(page: str) -> None:
    counted, text = variants.count(), (ROOT / page).read_text(encoding="utf-8")
    values = len(counted.renumbered) + len(counted.fixed)
    said = (len(bank.exercises()), len(counted.functions), RANDOM_CASES, values)
    assert re.search(r"^- \D+{}\D+{}\D+{}\D+{} ".format(*said), text, re.MULTILINE)


REPORT = """
from pathlib import Path
from recbook.grading.variants import handed_out
from recbook.learning import bank
for lang in ("en", "zh"):
    for kind in ("notebooks", "solutions"):
        handed_out(Path(f"{kind}/{lang}/09_evaluation.ipynb"), Path(__import__("sys").argv[1]) / kind / f"{lang}.ipynb")
print(sorted(bank.exercise("evaluation-report").reference()))
"""


def test_the_report_s_sentences_move_with_their_numbers(tmp_path: Path) -> None:
    ran = python(REPORT, str(tmp_path / "out"), place=str(written(tmp_path, 7)), cwd=ROOT)
    assert ran.returncode == 0, ran.stderr
    answer = json.loads(ran.stdout)
    for lang in ("en", "zh"):
        before = sentences(ROOT / "notebooks" / lang / "09_evaluation.ipynb")
        after = sentences(tmp_path / "out" / "notebooks" / f"{lang}.ipynb")
        assert set(before.values()) == set(after.values()) and before != after
        assert [before[1], before[15]] == [after[1], after[15]]
        assert {after[number] for number in answer} == {before[number] for number in (3, 5, 7, 8, 11, 13)}
        solved = (tmp_path / "out" / "solutions" / f"{lang}.ipynb").read_text(encoding="utf-8")
        assert "answer = {" + ", ".join(map(str, answer)) + "}" in solved
        # A reader's copy of it is no older than the course's chapter, though it says the sentences in another order.
        copy = copies.write(tmp_path / "out" / "notebooks" / f"{lang}.ipynb", tmp_path / f"mine-{lang}.ipynb")
        assert not copies.is_older(copy, ROOT / "notebooks" / lang / "09_evaluation.ipynb")


def sentences(path: Path) -> dict[int, str]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    found = re.findall(r"^> (\d+)\. (.+)$", "\n".join("".join(cell["source"]) for cell in cells), re.MULTILINE)
    return {int(number): text for number, text in found}


FOUND = "from recbook.learning import variant; print(variant.current() and variant.current().seed)"


@pytest.mark.parametrize(("where", "seed"), [(".", "5"), ("en", "5"), ("en/old", "None")])
def test_a_check_finds_the_file_beside_the_notebook_or_one_folder_above(tmp_path: Path, where: str, seed: str) -> None:
    written(tmp_path, 5)
    (tmp_path / "en" / "old").mkdir(parents=True)
    ran = python(FOUND, place="", cwd=tmp_path / where)
    assert ran.stdout.strip() == seed, ran.stderr


@pytest.mark.parametrize(
    "content",
    [
        "",
        "seed = -1",
        'seed = "7"',
        "seed = true",
        "seed = 1.5",
        "no toml",
        "seed = 1\nname = 2",
        "seed = 1\nagain = 2",
    ],
)
def test_a_file_that_is_no_variant_is_named_and_not_ignored(tmp_path: Path, content: str) -> None:
    (tmp_path / variant.FILE).write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"variant\.toml is no variant"):
        variant.read(tmp_path)
    with pytest.raises(FileNotFoundError, match="recbook teach variant"):
        variant.read(tmp_path / "nowhere.toml")


def test_a_name_and_a_seed_come_back_as_they_were_given(tmp_path: Path) -> None:
    found = variant.read(written(tmp_path, 2**63 - 1))
    assert (found.seed, found.name, found.again) == (2**63 - 1, "2027", {})
    (tmp_path / variant.FILE).write_text(variant.written(1, "a", {"cold_start-ucb": 3}), encoding="utf-8")
    assert variant.read(tmp_path).again == {"cold_start-ucb": 3}
    for seed, name in ((-1, ""), (2**63, ""), (1, 'a"b'), (1, "a\nb")):
        with pytest.raises(ValueError):
            variant.written(seed, name)


def test_a_class_is_graded_on_its_own_inputs(tmp_path: Path) -> None:
    """A table of the course's results gets the points of the course, and none of the class's."""
    table = {
        "start-cosines": "from recbook.learning.values import normal\nimport numpy as np\n" + RIGHT["start-cosines"],
        "start-each-once": looked_up("start-each-once"),
    }
    folder = tmp_path / "handed" / "ada"
    folder.mkdir(parents=True)
    (folder / "00_start.ipynb").write_bytes(notebook(table))
    for place, points in (("none", "2"), (str(written(tmp_path / "class", 11)), "1")):
        out = tmp_path / f"grades-{points}.csv"
        words = ["grade", str(tmp_path / "handed"), "--chapter", "00", "--out", str(out)]
        words += [] if is_root() else ["--isolation", "none", "--trusted"]  # root may not go without
        words += [] if place == "none" else ["--variant", place]
        ran = python(f"import sys; from recbook.cli import app; sys.argv = ['recbook', *{words!r}]; app()")
        assert ran.returncode == 0, ran.stderr
        assert f"{points} of 2" in ran.stdout
        assert ("Variant '2027', seed 11" in ran.stdout) == (place != "none")


def looked_up(id: str) -> str:
    """An answer that knows the results of the course's inputs by heart."""
    exercise = bank.exercise(id)
    known = {repr(tuple(map(plain, case))): plain(exercise.reference(*case)) for case in exercise.cases()}
    name = exercise.reference.__name__
    return (
        f"KNOWN = {known!r}\n\n\ndef {name}(*given):\n"
        "    key = repr(tuple(getattr(each, 'tolist', lambda each=each: each)() for each in given))\n"
        "    return KNOWN.get(key)\n"
    )


def plain(value: object) -> object:
    return getattr(value, "tolist", lambda: value)()


def test_nothing_is_written_over_a_class_that_is_there(tmp_path: Path) -> None:
    written(tmp_path, 3)
    result = CliRunner().invoke(app, ["teach", "variant", "--seed", "4", "--out", str(tmp_path), "--lang", "zh"])
    assert result.exit_code == 1
    assert "已经存在" in result.stderr
    assert variant.read(tmp_path).seed == 3
