"""What a cell needs of the others, found by names."""

from __future__ import annotations

import pytest

from recbook.grading.needs import needs_of, plain_python, statements

CELLS = [
    "import numpy as np, math\nrecbook.setup('en')",
    "EPS = 1e-9\nratings = recbook.load('ml-100k')\ntable = {}\ntable['a'] = 1\nseen = []\nseen.append(2)",
    "def helper(a):\n    return late(a) + EPS",
]
BELOW = ["def late(b):\n    return shift + b\n\ndef unused():\n    pass"]


def test_imports_constants_and_helpers_are_found_and_nothing_heavy_is():
    own = "def f(ratings):\n    return np.sum([helper(value) for value in ratings])"
    needs = needs_of([*CELLS, "shift = 3"], [own], BELOW)
    assert needs.before == [
        "import numpy as np, math", "EPS = 1e-09", "def helper(a):\n    return late(a) + EPS", "shift = 3",
    ]  # fmt: skip
    assert needs.after == ["def late(b):\n    return shift + b"]


def test_a_value_comes_with_what_was_done_to_it():
    assert needs_of(CELLS, ["x = table, seen"], []).before == [
        "table = {}", "table['a'] = 1", "seen = []", "seen.append(2)",
    ]  # fmt: skip


def test_a_name_that_the_cell_gives_itself_is_not_looked_for():
    own = "def f(n):\n    return 1 if n == 0 else f(n - 1)"
    assert needs_of(["def f(n):\n    return 0"], [own], ["def f(n):\n    return 2"]).before == []
    assert needs_of([], [own], ["def f(n):\n    return 2"]).after == []


def test_a_function_that_stands_in_another_cell_is_found_by_its_name():
    assert needs_of(["def f(): pass"], ["# moved up"], [], "f").before == ["def f():\n    pass"]


def test_classes_decorators_globals_and_stars_are_followed():
    cells = ["from math import *", "from functools import cache", "class Base: pass", "count = 0"]
    own = "@cache\ndef f():\n    global count\n    class Own(Base): pass\n    count += 1\n    return Own"
    assert needs_of(cells, [own], []).before[:3] == [
        "from math import *", "from functools import cache", "class Base:\n    pass",
    ]  # fmt: skip


@pytest.mark.parametrize("source", ["def f(:", "x = (", "\0", "(" * 5_000])
def test_what_is_no_python_has_no_statements(source):
    assert statements(source) == ()


def test_ipythons_own_lines_become_nothing():
    source = "%matplotlib inline\n!ls\nx = 1\nlen?\nif x:\n    %time x\n    y = 5 % 2"
    assert plain_python(source).splitlines() == ["pass", "pass", "x = 1", "pass", "if x:", "    pass", "    y = 5 % 2"]
    assert plain_python("x = (7\n% 2)") == "x = (7\n% 2)"
