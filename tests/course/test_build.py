"""The committed notebooks are what the sources build; a first chapter builds as CONTRIBUTING says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat import v4
from nbgrader.validator import Validator

from recbook import results
from recbook.authoring import build as builder
from recbook.authoring import pages
from recbook.authoring.build import MAX_BYTES, unfinished
from recbook.authoring.timings import minutes, read_timings, store_timings
from recbook.chapters.start.figures import map_in_words
from recbook.learning import bank, quiz
from recbook.paths import course_root
from recbook.session import speaking

ROOT = course_root()
SMALL = """# %% [markdown] lang="en"
# Six takes {minutes}.

# %% [markdown] lang="zh"
# 六只要{minutes}。

# %%
x = 6
x
"""
FOUR = ["notebooks/en", "notebooks/zh", "solutions/en", "solutions/zh"]


def test_the_committed_notebooks_are_what_the_sources_build() -> None:
    assert builder.check() == []


def recbook(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command of the copy in ``root``."""
    return module(root, "recbook", *arguments)


def module(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``python -m`` in ``root``, where ``recbook`` is the copy there."""
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, encoding="utf-8", check=False)


@pytest.fixture(scope="module")
def authored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the course in which an author has followed CONTRIBUTING up to `recbook build`."""
    root = tmp_path_factory.mktemp("authored")
    shutil.copytree(ROOT / "recbook", root / "recbook", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.rmtree(root / "recbook" / "chapters")
    (root / "recbook" / "chapters").mkdir()
    shutil.copy(ROOT / "recbook" / "chapters" / "__init__.py", root / "recbook" / "chapters")
    for folder in ("docs", "datasets"):
        shutil.copytree(ROOT / folder, root / folder)
    for page in ROOT.glob("*.md"):
        shutil.copy(page, root)
    (root / "notebooks" / "source").mkdir(parents=True)
    (root / "tests" / "course").mkdir(parents=True)
    made = recbook(root, "new", "16", "template")
    assert made.returncode == 0, made.stderr
    built = recbook(root, "build", "16")
    assert built.returncode == 0, built.stderr + built.stdout
    return root


def read(root: Path, folder: str, name: str = "16_template") -> nbformat.NotebookNode:
    return nbformat.read(root / folder / f"{name}.ipynb", as_version=4)


def sources(notebook: nbformat.NotebookNode) -> str:
    return "\n".join(cell.source for cell in notebook.cells)


def test_the_template_passes_what_contributing_asks(authored: Path) -> None:
    for arguments in (["build", "--check"], ["lint", "notebooks/source/16_template.py"]):
        done = recbook(authored, *arguments)
        assert done.returncode == 0, done.stderr + done.stdout


def test_the_template_passes_what_every_chapter_must(authored: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", authored)
    for folder in ("", "chapters", "course"):
        for file in (ROOT / "tests" / folder).glob("*.py"):
            shutil.copy(file, authored / "tests" / folder)
    shutil.copytree(ROOT / "tests" / "notebooks", authored / "tests" / "notebooks")
    held_to = ["chapters/test_figures.py", "course/test_exercises.py", "course/test_notebooks.py"]
    tests = ["pytest", "-q", "-k", "template", "-p", "no:cacheprovider", *(f"tests/{file}" for file in held_to)]
    for command in (["ruff", "check", "--no-cache", "docs", "notebooks", "recbook"], tests):
        done = module(authored, *command)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_second_build_does_nothing_and_a_forced_one_gives_the_same_bytes(authored: Path) -> None:
    before = {folder: (authored / folder / "16_template.ipynb").read_bytes() for folder in FOUR}
    assert recbook(authored, "build").stdout == ""
    forced = recbook(authored, "build", "--force").stdout
    assert forced.count("executed") == 4
    assert {folder: (authored / folder / "16_template.ipynb").read_bytes() for folder in FOUR} == before


def test_the_readers_copy_holds_no_solution(authored: Path) -> None:
    for folder in ("notebooks/en", "notebooks/zh"):
        text = sources(read(authored, folder))
        assert "SOLUTION" not in text
        assert "return n_ratings / (n_users * n_items)" not in text
        assert '"""\n    ...' in text or '."""\n    ...' in text or '。"""\n    ...' in text
    assert "### BEGIN SOLUTION" in sources(read(authored, "solutions/en"))


def test_each_language_holds_its_own_words_only(authored: Path) -> None:
    english, chinese = (sources(read(authored, f"notebooks/{language}")) for language in ("en", "zh"))
    assert re.search("[\u4e00-\u9fff]", english) is None
    assert "Share of" not in chinese
    assert 'recbook.setup("zh")' in chinese
    assert "### Exercise (1 point)" in english
    assert "### 练习（1 分）" in chinese
    assert "under 1 minute" in english
    assert "不到 1 分钟" in chinese
    assert "under 5 minutes" in english
    assert "不到 5 分钟" in chinese
    assert "{" not in english.split("import recbook")[0] + chinese.split("import recbook")[0]


def test_the_takeaways_are_the_sentences_that_claims_have_for_them(authored: Path) -> None:
    for language, start in (("en", "## Takeaways\n\n- Count the cells"), ("zh", "## 要点\n\n- 要数格子")):
        (cell,) = (cell for cell in read(authored, f"notebooks/{language}").cells if cell.source.startswith(start))
        assert len(cell.source.splitlines()) == 3  # nothing of the deeper claim


@pytest.mark.parametrize("folder", FOUR)
def test_cells_and_metadata_are_fixed(authored: Path, folder: str) -> None:
    notebook = read(authored, folder)
    assert [cell.id for cell in notebook.cells] == [cell.id for cell in read(authored, "notebooks/en").cells]
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))
    assert not any("execution" in cell.metadata for cell in notebook.cells)


def test_nbgrader_accepts_the_solved_notebook_and_not_the_untouched_one(
    authored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(authored))
    validator = Validator()
    solved = validator.validate(str(authored / "solutions" / "en" / "16_template.ipynb"))
    untouched = validator.validate(str(authored / "notebooks" / "en" / "16_template.ipynb"))
    assert solved == {}
    assert "failed" in untouched


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course of one chapter that needs nothing."""
    source = tmp_path / "notebooks" / "source" / "07_small.py"
    source.parent.mkdir(parents=True)
    source.write_text(SMALL, encoding="utf-8")
    (tmp_path / "docs").mkdir()
    for page in (*pages.READMES.values(), *pages.TEACHING.values()):
        marks = "".join(f"<!-- {mark} -->\n<!-- /{mark} -->\n" for mark in ("chapters", "paths", "time", "weeks"))
        (tmp_path / page).write_text(marks, encoding="utf-8")
    monkeypatch.setenv("RECBOOK_ROOT", str(tmp_path))
    return source


@pytest.fixture
def built(small: Path) -> Path:
    """That course, built without executing it: its outputs are written by hand."""
    builder.build(execute=False, report=lambda line: None)
    for folder in FOUR:
        notebook = read(small.parents[2], folder, "07_small")
        notebook.cells[1].execution_count = 1
        nbformat.write(notebook, small.parents[2] / folder / "07_small.ipynb")
    builder.build(report=lambda line: None)
    assert builder.check() == []
    return small


def test_a_stored_result_that_changed_makes_its_chapter_stale(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECBOOK_RESULTS", str(tmp_path / "results"))
    results.store("speed", {}, {"x": 6})
    built.write_text(SMALL.replace("x = 6", 'import recbook\nx = recbook.stored("speed")["results"]["x"]'), "utf-8")
    assert builder.build(report=lambda line: None)
    assert builder.check() == []
    assert read(built.parents[2], "solutions/zh", "07_small").cells[1].outputs[0].data["text/plain"] == "6"
    results.store("speed", {}, {"x": 7})
    assert builder.check() == [
        f"{folder}/07_small.ipynb: stored results that it reads have changed since it was built: speed; "
        "run `recbook build 07`"
        for folder in FOUR
    ]
    assert builder.build(report=lambda line: None)
    assert builder.check() == []
    assert read(built.parents[2], "solutions/zh", "07_small").cells[1].outputs[0].data["text/plain"] == "7"


def test_prose_alone_costs_no_execution(built: Path) -> None:
    built.write_text(SMALL.replace("Six takes", "It takes"), encoding="utf-8")
    lines: list[str] = []
    assert builder.build(report=lines.append)
    assert lines == [f"wrote    {folder}/07_small.ipynb" for folder in FOUR]
    assert read(built.parents[2], "notebooks/en", "07_small").cells[1].execution_count == 1


def test_a_change_of_how_a_cell_is_shown_costs_no_execution(built: Path) -> None:
    built.write_text(SMALL.replace("# %%\nx", '# %% tags=["nbval-ignore-output"]\nx'), encoding="utf-8")
    assert len(builder.check()) == 4
    lines: list[str] = []
    assert builder.build(report=lines.append)
    assert lines == [f"wrote    {folder}/07_small.ipynb" for folder in FOUR]
    assert builder.check() == []


CLAIM = """
# %%
import recbook
kept = dict(en="One.", zh="一。")
recbook.claim(True, en="Of {n} films 1, 2, 3, 4.", zh="{n} 部电影中的 1、2、3、4。", takeaway=kept, n=9)

# %% [markdown] lang="en"
# ## Deeper

# %% [markdown] lang="zh"
# ## 选读
"""


def test_what_is_more_than_a_reader_can_take_in_is_refused_and_runs_once(built: Path) -> None:
    built.write_text(SMALL + CLAIM, encoding="utf-8")
    lines: list[str] = []
    assert not builder.build(report=lines.append)
    message = "{}/07_small.ipynb: cell 3 (notebooks/source/07_small.py:12): a claim has 5 numbers, over 4; "
    assert [line.split("state")[0] for line in lines if line.startswith("refused")] == [
        "refused  " + message.format(folder) for folder in FOUR[:2]
    ]
    assert [line.split("state")[0] for line in builder.check()] == [message.format(folder) for folder in FOUR[:2]]
    built.write_text(SMALL + CLAIM.split("# %% [markdown]")[0], encoding="utf-8")
    assert builder.build(report=lines.append)
    assert sum(line.startswith("executed") for line in lines) == 4
    assert builder.check() == []


def test_a_failing_chapter_is_named_and_not_written(built: Path) -> None:
    before = (built.parents[2] / "solutions" / "en" / "07_small.ipynb").read_bytes()
    built.write_text(SMALL.replace("x = 6", "x = 6 / 0"), encoding="utf-8")
    lines: list[str] = []
    assert not builder.build(report=lines.append)
    # A reader's notebook is made from its solution, so it is not tried.
    assert sorted(line.splitlines()[0] for line in lines) == [
        f"failed   {folder}/07_small.ipynb" for folder in FOUR[2:]
    ]
    assert "ZeroDivisionError" in lines[0]
    assert (built.parents[2] / "solutions" / "en" / "07_small.ipynb").read_bytes() == before
    assert "6 / 0" not in (built.parents[2] / "notebooks" / "en" / "07_small.ipynb").read_text(encoding="utf-8")


def test_changed_code_runs_again_and_bars_stay_out(built: Path, capfd: pytest.CaptureFixture[str]) -> None:
    bar = "from tqdm.notebook import trange\nfor x in trange(8, leave=False):\n    pass"
    code = f'import sys\nprint("50%", file=sys.stderr)\n{bar}'
    built.write_text(SMALL.replace("x = 6", code), encoding="utf-8")
    lines: list[str] = []
    assert builder.build(report=lines.append)
    assert sum(line.startswith("executed") for line in lines) == 4
    outputs = read(built.parents[2], "notebooks/zh", "07_small").cells[1].outputs
    assert [output.output_type for output in outputs] == ["execute_result"]
    assert outputs[0].data["text/plain"] == "7"
    assert "50%" in capfd.readouterr().err


def nbval(root: Path) -> subprocess.CompletedProcess[str]:
    """Test one built notebook of a course as `make test` does."""
    shutil.copy(ROOT / "conftest.py", root)
    shutil.copy(ROOT / "tests" / "notebooks" / "sanitize.cfg", root)
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-sanitize-with", "sanitize.cfg"]
    return subprocess.run(
        [*command, "notebooks/zh/07_small.ipynb"], cwd=root, capture_output=True, encoding="utf-8", check=False
    )


def test_nbval_compares_all_but_bars_and_figure_bytes(built: Path) -> None:
    code = """from base64 import b64encode
from os import urandom
from tqdm.auto import tqdm
from IPython.display import display
x, png = sum(tqdm(range(4))), b64encode(urandom(9)).decode()
shown = f'<img alt="{x}" src="data:image/png;base64,{png}">'
display({"text/html": shown, "text/plain": f"drawn {x}", "image/png": png}, raw=True)
"""
    built.write_text(SMALL.replace("x = 6\nx\n", code), encoding="utf-8")
    assert builder.build(report=lambda line: None)
    passed = nbval(built.parents[2])
    assert passed.returncode == 0, passed.stdout
    path = built.parents[2] / "notebooks" / "zh" / "07_small.ipynb"
    for seen in ('alt=\\"6', "drawn 6"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(seen, seen.replace("6", "7")), encoding="utf-8")
        assert nbval(built.parents[2]).returncode == 1, seen
        path.write_text(text, encoding="utf-8")


def damage(built: Path, change: str) -> None:
    path = built.parents[2] / "notebooks" / "en" / "07_small.ipynb"
    notebook = nbformat.read(path, as_version=4)
    cell = notebook.cells[1]
    if change == "source":
        cell.source = "x = 8"
    elif change == "id":
        cell.id = "other"
    elif change == "tags":
        cell.metadata["tags"] = ["skip"]
    elif change == "prose":
        notebook.cells[0].source += "!"
    elif change == "not run":
        cell.execution_count = None
    elif change == "error":
        cell.outputs = [nbformat.v4.new_output("error", ename="E", evalue="", traceback=[])]
    elif change == "warning":
        cell.outputs = [nbformat.v4.new_output("stream", name="stderr", text="careful")]
    elif change == "size":
        cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text="x" * MAX_BYTES)]
    elif change == "cell":
        notebook.cells.append(nbformat.v4.new_markdown_cell("More."))
    elif change == "metadata":
        notebook.metadata.kernelspec.name = "conda"
    nbformat.write(notebook, path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("source", "cell 2 differs from notebooks/source/07_small.py:8"),
        ("id", "cell 2 differs from"),
        ("tags", "cell 2 differs from"),
        ("prose", "cell 1 differs from notebooks/source/07_small.py:2"),
        ("not run", "cell 2 has not been run"),
        ("error", "cell 2 ended with an error"),
        ("warning", "cell 2 holds a warning or a progress bar"),
        ("size", "bytes, over 1,500,000"),
        ("cell", "cell 3 is not in notebooks/source/07_small.py"),
        ("metadata", "its metadata is"),
    ],
)
def test_check_names_file_and_cell(built: Path, change: str, message: str) -> None:
    damage(built, change)
    (found,) = builder.check()
    assert found.startswith("notebooks/en/07_small.ipynb: ")
    assert message in found


def test_check_names_files_that_are_missing_or_that_no_source_builds(built: Path) -> None:
    path = built.parents[2] / "solutions" / "zh" / "07_small.ipynb"
    path.rename(path.with_name("08_gone.ipynb"))
    assert builder.check() == [
        "solutions/zh/07_small.ipynb: is missing; run `recbook build 07`",
        "solutions/zh/08_gone.ipynb: no source builds it; delete it",
    ]


def test_an_id_that_the_bank_lacks_is_named(small: Path) -> None:
    small.write_text(SMALL + '\n# %% quiz="smal"\nrecbook.quiz("smal")\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r'^notebooks/source/07_small.py:11: quiz="smal" is not in recbook/chapters'):
        builder.check()


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (3, "under 1 minute", "不到 1 分钟"),
        (70, "about 1 minute", "约 1 分钟"),
        (81, "about 1.5 minutes", "约 1.5 分钟"),
        (110, "about 2 minutes", "约 2 分钟"),
        (None, "not measured yet", "尚未测量"),
    ],
)
def test_minutes(seconds: float | None, english: str, chinese: str) -> None:
    assert (minutes(seconds, "en"), minutes(seconds, "zh")) == (english, chinese)


def test_a_stored_time_changes_only_when_it_says_something_new(small: Path) -> None:
    store_timings({"07_small": 40})
    store_timings({"07_small": 54})
    assert read_timings() == {"07_small": 40}
    store_timings({"07_small": 56})
    assert read_timings() == {"07_small": 56}


def test_a_quiz_that_the_bank_words_otherwise_is_outdated():
    id = sorted(bank.quizzes())[0]
    questions = quiz.shuffled(id, bank.quiz(id).questions)
    with speaking("zh"):
        shown = v4.new_output("display_data", data={"text/html": quiz.as_html(questions)})
    cell = v4.new_code_cell(f'recbook.quiz("{id}")', execution_count=1, outputs=[shown])
    assert unfinished(cell, "zh") == ""
    assert "older text" in unfinished(cell, "en")
    shown["data"]["text/html"] = quiz.as_html(questions[1:])
    assert "older text" in unfinished(cell, "zh")


def test_a_map_without_the_chapters_of_now_is_outdated():
    with speaking("zh"):
        output = v4.new_output("display_data", {"text/plain": map_in_words()})
    cell = v4.new_code_cell("figures.course_map()", outputs=[output], execution_count=1)
    assert unfinished(cell, "zh") == ""
    cell.outputs[0].data["text/plain"] = "an older map"
    assert unfinished(cell, "zh") == "shows a map without the chapters of now"
