"""The minutes that a built notebook takes to read, and what a divided chapter is refused for."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from recbook.authoring import reading
from recbook.authoring.notebook import HIDDEN, Said, takeaways
from recbook.authoring.source import Cell, Chapter

PROSE = new_markdown_cell("word " * 200)
DEEPER = new_markdown_cell("## Deeper")


def claim(text: str, takeaway: bool | str = True, **metadata: object) -> NotebookNode:
    output = new_output("display_data", metadata={"recbook": {"claim": True, "takeaway": takeaway, "text": text}})
    return new_code_cell("recbook.claim(True)\n" * 30, outputs=[output], metadata=HIDDEN | metadata)


def picture(kind: str, content: str) -> NotebookNode:
    return new_code_cell("draw()", outputs=[new_output("display_data", data={kind: content})])


def minutes(*cells: NotebookNode, language: str = "en") -> reading.Minutes:
    return reading.minutes(NotebookNode(cells=list(cells)), language)


def test_prose_takes_a_minute_for_200_words_or_300_chinese_characters() -> None:
    assert minutes(PROSE) == (1, 0)
    assert minutes(new_markdown_cell("一，二。" * 150), language="zh") == (1, 0)


def test_formulas_and_code_in_prose_are_no_words() -> None:
    assert reading.words("The <b>sum</b> $a + b$ of `x + y`: *two* — 3 films，与电影") == 9


def test_ten_lines_of_code_take_a_minute_and_empty_ones_nothing() -> None:
    assert minutes(new_code_cell("\n\n".join(["x = 1"] * 10))) == (1, 0)


@pytest.mark.parametrize(
    "stop",
    [
        new_markdown_cell("$$\na = b\n$$"),
        picture("image/png", "iVBO"),
        picture("text/html", '<img alt="two bars" src="data:">'),
    ],
)
def test_a_figure_or_a_formula_takes_half_a_minute(stop: NotebookNode) -> None:
    assert sum(minutes(stop)) == 0.5 + (stop.cell_type == "code") / 10


def test_of_a_claim_what_it_says_is_read() -> None:
    assert minutes(claim("so " * 200)) == (1, 0)


def test_exercises_and_their_checks_are_not_read() -> None:
    drawn = picture("image/png", "iVBO")
    for grading in ({"solution": True}, {"grade": True}):
        drawn.metadata["nbgrader"] = grading
        assert minutes(drawn) == (0, 0)


def test_the_core_ends_at_the_heading_deeper() -> None:
    heading = new_markdown_cell("## Deeper\n\n" + "word " * 198)
    assert minutes(PROSE, heading, PROSE) == (1, 2 - 1 / 200)
    assert minutes(PROSE, new_markdown_cell("## 选读"), PROSE, language="zh") == (200 / 300, 202 / 300)
    assert minutes(new_markdown_cell('## Deeper <a id="deeper"></a>')) == (0, 1 / 200)
    for other in ("### Deeper", "## Deeper networks", "Below: deeper", "## 选读"):
        assert minutes(PROSE, new_markdown_cell(other), PROSE).deeper == 0, other


@pytest.mark.parametrize(
    ("taken", "english", "chinese"),
    [
        (1.2, "under 5 minutes", "不到 5 分钟"),
        (6.9, "about 5 minutes", "约 5 分钟"),
        (38.1, "about 40 minutes", "约 40 分钟"),
    ],
)
def test_minutes_are_stated_to_the_nearest_five(taken: float, english: str, chinese: str) -> None:
    assert (reading.stated(taken, "en"), reading.stated(taken, "zh")) == (english, chinese)


@pytest.mark.parametrize(
    ("sentence", "count"),
    [
        ("1,682 films, 6.3% of them", 2),
        ("NDCG@10 rises by 0.018 to 0.050", 2),
        ("from -0.0006 to +0.0143", 2),
        ("用 5 部电影，升高 12%", 2),
        ("MiniLM-L6 and item2vec", 0),
    ],
)
def test_numbers_are_those_that_a_reader_meets(sentence: str, count: int) -> None:
    assert reading.numbers(sentence) == count


def test_takeaways_of_their_own_stand_alone() -> None:
    repeated = [claim("One."), claim("Two.", False), claim("Three.")]
    assert takeaways(NotebookNode(cells=repeated)) == [Said(0, "One."), Said(2, "Three.")]
    assert takeaways(NotebookNode(cells=[*repeated, claim("Four.", "Remember four.")])) == [Said(3, "Remember four.")]


def found(*cells: NotebookNode, language: str = "en") -> list[str]:
    """What a chapter of these cells is refused for; cell n of its source begins on line 10 n, in Chinese one later."""
    notebook = NotebookNode(cells=list(cells))
    source = [
        Cell(cell.cell_type, {"en": cell.source, "zh": cell.source}, {"en": 10 * n, "zh": 10 * n + 1})
        for n, cell in enumerate(cells, 1)
    ]
    return list(reading.problems(notebook, Chapter(Path("03_made.py"), tuple(source)), language))


def test_a_claim_has_at_most_four_numbers_also_in_the_deeper_part() -> None:
    assert found(PROSE, claim("1, 2, 3 and 4", "one"), DEEPER) == []
    message = "cell 3 (03_made.py:{}): a claim has 5 numbers, over 4; state one finding, and put the rest into a table"
    for language, line in (("en", 30), ("zh", 31)):
        (one,) = found(PROSE, DEEPER, claim("1, 2, 3, 4 and 5", "five"), language=language)
        assert one.startswith(message.format(line))


def test_a_takeaway_has_at_most_one_number() -> None:
    assert found(claim("1 of 2", "1 in all"), claim("3 of 4"), DEEPER) == []
    own, repeated = found(claim("1 of 2", "1 of 2"), DEEPER) + found(claim("3 of 4"), DEEPER)
    for message in (own, repeated):
        assert message.startswith("cell 1 (03_made.py:10): a takeaway has 2 numbers, over 1; keep the one")


def test_a_core_takes_at_most_forty_minutes() -> None:
    assert found(*[PROSE] * 40, DEEPER, *[PROSE] * 40) == []
    assert found(*[PROSE] * 40, new_code_cell("1"), DEEPER) == [
        'the core reads in 40.1 minutes, over 40; move sections behind the heading "Deeper"'
    ]


def test_a_chapter_that_is_not_divided_is_let_be() -> None:
    assert found(*[PROSE] * 41, claim("1, 2, 3, 4 and 5")) == []
