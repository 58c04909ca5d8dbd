"""Which stored results a chapter reads, from its cells and its room."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat.v4 import new_notebook

from recbook import results
from recbook.authoring import reads
from recbook.authoring.source import Chapter, read_chapter, source_paths

CELLS = """# %%
import recbook

speed = recbook.stored("speed")["results"]
speed["x"]

# %%
recbook.stored("speed")["settings"]
"""


@pytest.fixture
def chapter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Chapter:
    """A chapter whose cells read "speed" twice, and whose room reads "quality"."""
    monkeypatch.setenv("RECBOOK_ROOT", str(tmp_path))
    monkeypatch.setenv("RECBOOK_RESULTS", str(tmp_path / "results"))
    for name in ("speed", "quality", "unread"):
        results.store(name, {}, {"x": 1})
    source = tmp_path / "notebooks" / "source" / "07_small.py"
    room = tmp_path / "recbook" / "chapters" / "small" / "figures.py"
    for file, text in {source: CELLS, room: 'from recbook.results import stored\n\nQ = stored("quality")\n'}.items():
        file.parent.mkdir(parents=True)
        file.write_text(text, encoding="utf-8")
    return read_chapter(source)


def test_cells_and_room_are_read(chapter):
    now = reads.fingerprints(chapter)
    assert list(now) == ["quality", "speed"]
    assert all(len(digits) == 12 for digits in now.values())
    assert list(reads.result_problems(chapter)) == []


def test_a_change_is_seen_where_it_is_read_alone(chapter):
    built = new_notebook(metadata={"recbook": {"results": reads.fingerprints(chapter)}})
    assert reads.changed(built, chapter) == []
    results.store("unread", {}, {"x": 2})
    assert reads.changed(built, chapter) == []
    results.store("quality", {}, {"x": 2})
    assert reads.changed(built, chapter) == ["quality"]
    assert reads.changed(new_notebook(), chapter) == ["quality", "speed"]


def test_what_is_no_longer_read_is_a_change_too(chapter, tmp_path):
    built = new_notebook(metadata={"recbook": {"results": reads.fingerprints(chapter)}})
    (tmp_path / "recbook" / "chapters" / "small" / "figures.py").write_text("")
    assert reads.changed(built, chapter) == ["quality"]


def test_line_ends_of_another_checkout_change_nothing(chapter, tmp_path):
    before = results.fingerprint("speed")
    file = tmp_path / "results" / "speed.json"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert results.fingerprint("speed") == before


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ('recbook.stored("sped")', "No results are stored as 'sped'. Did you mean 'speed'?"),
        ("recbook.stored(name)", "write the name of a stored result out"),
        ("recbook.stored()", "write the name of a stored result out"),
    ],
)
def test_a_call_that_reads_nothing_known_is_named_with_its_line(chapter, call, message):
    chapter.path.write_text(CELLS.replace('recbook.stored("speed")["settings"]', call), encoding="utf-8")
    (problem,) = reads.result_problems(read_chapter(chapter.path))
    assert str(problem).startswith("notebooks/source/07_small.py:8: ") and message in str(problem)


def test_the_chapters_read_what_is_known_of_them():
    read = {path.stem[:2]: list(reads.fingerprints(read_chapter(path))) for path in source_paths()}
    assert read["06"] == ["towers", "two_towers"]
    assert read["10"] == ["cold_controls", "cold_start", "new_products"]
    assert read["13"] == ["libraries", "peers", "sequences"]
    assert read["00"] == []
