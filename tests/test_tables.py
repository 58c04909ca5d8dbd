"""Tables that say what their heads head."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from recbook.tables import as_html

FRAME = pd.DataFrame({"": ["EASE", "popularity"], "NDCG@10": [0.07, 0.04]})


def test_the_heads_of_a_table_say_what_they_head():
    shown = as_html(FRAME, "A & B", index=False)
    assert "<caption><b>A &amp; B</b></caption>\n  <thead>" in shown
    assert re.findall(r"<th\b.*?</th>|<td></td>", shown) == [
        "<td></td>", '<th scope="col">NDCG@10</th>', '<th scope="row">EASE</th>', '<th scope="row">popularity</th>',
    ]  # fmt: skip


def test_an_index_heads_rows_and_a_group_of_columns_is_one():
    shown = as_html(pd.concat({"all films": FRAME, "new films": FRAME}, axis=1).loc[[1]])
    assert re.findall(r'<th scope="(\w+)', shown) == ["colgroup"] * 2 + ["col"] * 2 + ["row"]


@pytest.mark.parametrize("rows", [{"Alien": ["Aliens"], "Babe": ["Antz"]}, {"user": [3, 3], "film": [1, 2]}])
def test_lists_side_by_side_and_numbers_head_no_row(rows):
    assert 'scope="row"' not in as_html(pd.DataFrame(rows), index=False)
