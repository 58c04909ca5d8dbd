"""Reading a chapter's source, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from recbook.authoring.source import MAX_CODE_LINES, SourceError, read_chapter, source_paths

PROSE = '# %% [markdown] lang="en"\n# One.\n\n# %% [markdown] lang="zh"\n# 一。\n\n'
EXERCISE = """# %% exercise="small-sum" points=2
answer = ...
### BEGIN SOLUTION
answer = 4
### END SOLUTION

"""
DEEPER = PROSE.replace("One.", "## Deeper").replace("一。", "## 选读")
CHECK = '# %% check="small-sum"\nrecbook.check("small-sum", answer)\n\n'


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "notebooks" / "source"
    folder.mkdir(parents=True)
    monkeypatch.setenv("RECBOOK_ROOT", str(tmp_path))
    return folder / "07_small.py"


def test_a_chapter_pairs_its_twins_and_knows_its_lines(path: Path) -> None:
    path.write_text(PROSE + '# %% tags=["nbval-ignore-output"]\nx = 1\n\n' + EXERCISE + CHECK, encoding="utf-8")
    chapter = read_chapter(path)
    assert chapter.slug == "07_small"
    assert chapter.named("exercise")[0].points == 2
    assert [cell.kind for cell in chapter.cells] == ["markdown", "code", "exercise", "check"]
    assert chapter.cells[0].text == {"en": "One.", "zh": "一。"}
    assert chapter.cells[0].lines == {"en": 2, "zh": 5}
    assert chapter.cells[1].tags == ("nbval-ignore-output",)
    assert chapter.cells[2].name == "small-sum"


def test_a_chapter_is_divided_by_the_heading_deeper(path: Path) -> None:
    for text, divided in ((PROSE, False), (PROSE + DEEPER + PROSE, True), (DEEPER.replace("## ", "### "), False)):
        path.write_text(text, encoding="utf-8")
        assert read_chapter(path).divided == divided


def test_chinese_lines_are_joined_within_a_sentence_only(path: Path) -> None:
    chinese = [
        "## 标题",
        "第一行，",
        "第二行",
        "MiniLM 在",
        "第四行。",
        "- 一条",
        "  接着",
        "- 两条",
        "```",
        "甲",
        "乙",
        "```",
    ]
    text = PROSE.replace("# 一。", "\n".join(f"# {line}" for line in chinese))
    path.write_text(text, encoding="utf-8")
    assert read_chapter(path).cells[0].text["zh"].split("\n") == [
        "## 标题",
        "第一行，第二行",
        "MiniLM 在第四行。",
        "- 一条接着",
        *chinese[-5:],
    ]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('# %% [markdown] lang="en"\n# One.\n', 1, 'add `# %% [markdown] lang="zh"` after it'),
        ('# %% [markdown] lang="zh"\n# 一。\n', 1, 'add `# %% [markdown] lang="en"` before it'),
        (PROSE + "# %% [markdown]\n# One.\n", 7, 'lang="en"'),
        (PROSE + '# %% [markdown] lang="fr"\n# Un.\n', 7, 'lang="en"'),
        (PROSE + EXERCISE, 7, 'add a cell `# %% check="small-sum"`'),
        (CHECK, 1, 'no exercise="small-sum" stands above'),
        (CHECK + EXERCISE, 1, 'no exercise="small-sum" stands above'),
        (EXERCISE + CHECK + EXERCISE, 10, "stands twice"),
        (EXERCISE.replace(" points=2", "") + CHECK, 1, "points=1"),
        (EXERCISE.replace("points=2", "points=0") + CHECK, 1, "points=1"),
        (EXERCISE.replace("### END SOLUTION\n", "") + CHECK, 1, "### END SOLUTION"),
        (EXERCISE.replace("### BEGIN SOLUTION\n", "") + CHECK, 1, "### BEGIN SOLUTION"),
        (EXERCISE + CHECK + PROSE.replace("One", "{points}"), 10, "no exercise below"),
        (DEEPER.replace("选读", "进阶"), 1, "`## Deeper` in English and `## 选读` in Chinese"),
        (DEEPER.replace("Deeper", "More"), 1, "`## Deeper` in English and `## 选读` in Chinese"),
        (DEEPER + '# %% quiz="small"\nrecbook.quiz("small")\n', 7, 'put it above the heading "Deeper"'),
        (PROSE.replace("One", "{deeper}"), 1, 'no heading "Deeper"'),
        ("# %%\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION\n", 1, "only a cell with exercise"),
        (
            EXERCISE + '# %% check="small-sum"\nrecbook.check("other", answer)\n',
            7,
            'recbook.check("small-sum", answer)',
        ),
        ('# %% quiz="small"\nrecbook.quiz("other")\n', 1, 'recbook.quiz("small")'),
        ('# %% quiz="Small one"\nrecbook.quiz("Small one")\n', 1, "lower-case words"),
        ('# %% hidden="yes"\nx = 1\n', 1, "not hidden"),
        ('# %% tags=["skip"]\nx = 1\n', 1, "unknown tags"),
        ("# %%\n" + "x = 1\n" * (MAX_CODE_LINES + 1), 1, "split it"),
        ("# %%\nx = 1\ny = (\n", 3, "plain Python"),
        ('# %%\nx = 1\nclaim(x, en="a")\n', 3, "give both"),
        ("x = 1\n\n# %%\ny = 1\n", 1, "begin the file"),
    ],
)
def test_what_is_refused_names_file_line_and_remedy(path: Path, text: str, line: int, message: str) -> None:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        read_chapter(path)
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"notebooks/source/07_small.py:{line}: ")


def test_every_problem_is_named_at_once(path: Path) -> None:
    path.write_text(CHECK + "# %% [markdown]\n# One.\n", encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        read_chapter(path)
    assert [problem.line for problem in caught.value.problems] == [1, 4]


def test_chapters_are_chosen_by_number_or_slug(path: Path) -> None:
    for name in ("07_small.py", "08_other.py", "notes.py"):
        (path.parent / name).touch()
    assert slugs() == ["07_small", "08_other"]
    assert slugs("08") == slugs("08_other") == ["08_other"]
    with pytest.raises(ValueError, match=r"No chapter is called '09'.*07_small, 08_other"):
        source_paths(["09"])


def slugs(*select: str) -> list[str]:
    return [path.stem for path in source_paths(list(select))]
