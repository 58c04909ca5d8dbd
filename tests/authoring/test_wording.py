"""What code says in two languages is found where it stands, and what it only works with is not taken for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from recbook.authoring import drift
from recbook.authoring.terms import read_terms
from recbook.authoring.wording import spoken_files, strings_of, wordings, words_of
from recbook.paths import course_root

CODE = '''
add_words({
    "rank": ("rank", "名次"),
    "MRR": ("MRR", "MRR"),
})
GENRES = {"Horror": "恐怖", "zero": 0}
BOX = (1, 25, ("texts", "文字"), "00 01")


def draw(ways, n, low):
    """A docstring that says phrase(en, zh)."""
    title = phrase(en=f"{n:,} films " "from {" + "}", zh=f"{n:,} 部电影")
    label = phrase(en=("one", "two")[n - 1], zh=("一", "二")[n - 1])
    ranking(ways["EASE"], en=title, zh=title)
    return phrase(en=f"from {low[0]:.2f}", zh=f"从 {low[0]:.2f} 起")
'''


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "figures.py"
    file.write_text(CODE, encoding="utf-8")
    return file


def test_texts_are_found_at_their_line(path):
    assert [tuple(one) for one in wordings(path)] == [
        (3, "rank", "名次"),
        (6, "Horror", "恐怖"),
        (7, "texts", "文字"),
        (12, "{n:,} films from { }", "{n:,} 部电影"),
        (13, "one two", "一 二"),
        (15, "from {}", "从 {} 起"),
    ]


def test_the_words_of_a_file(path):
    assert words_of(path) == {"rank": 3, "MRR": 4}


def test_strings_leave_out_what_is_said(path):
    found = strings_of(CODE)
    assert {"EASE", "Horror", "00 01"} <= found
    assert found & {"rank", "MRR", "one", " films from {"} == set()


def test_a_wrong_term_in_a_figure_is_named_with_its_line(tmp_path, monkeypatch):
    monkeypatch.setattr(drift, "course_root", lambda: tmp_path)
    file = tmp_path / "recbook" / "figures.py"
    file.parent.mkdir()
    file.write_text('x = 1\nprint(phrase(en="accuracy of {hint}", zh="{hint} 的正确率"))\n', encoding="utf-8")
    (problem,) = drift.file_problems(file, read_terms(course_root() / "docs" / "TERMS.md"))
    assert str(problem).endswith("figures.py:2: term: the English says 'accuracy'; say 准确率")


def test_figures_messages_and_notices_are_read():
    names = {"/".join(path.parts[-3:]) for path in spoken_files()}
    assert {"chapters/bert/figures.py", "recbook/learning/messages.py", "recbook/plots/base.py"} <= names
    assert not [name for name in names if "authoring" in name]
    assert sum(len(wordings(path)) for path in spoken_files()) > 900
