"""Filling one language into code."""

from __future__ import annotations

import ast
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recbook.authoring.language import fill_language


def both(source: str) -> tuple[str, str]:
    return fill_language(source, "en"), fill_language(source, "zh")


def test_setup_takes_the_language() -> None:
    assert both('recbook.setup("en")') == ('recbook.setup("en")', 'recbook.setup("zh")')


def test_a_keyword_on_a_line_of_its_own_goes_with_its_line() -> None:
    source = 'claim(\n    ok,\n    en="{n} films",\n    zh="{n} 部电影",\n    n=n,\n)'
    english, chinese = both(source)
    assert english == 'claim(\n    ok,\n    en="{n} films",\n    n=n,\n)'
    assert chinese == 'claim(\n    ok,\n    zh="{n} 部电影",\n    n=n,\n)'


def test_keywords_on_one_line() -> None:
    assert both('f("影", en="a", zh="甲")') == ('f("影", en="a")', 'f("影", zh="甲")')
    assert both('f(en="a", zh="甲", n=1)') == ('f(en="a", n=1)', 'f(zh="甲", n=1)')


def test_the_last_keyword_without_a_comma() -> None:
    assert both('f(\n    x,\n    en="a",\n    zh="甲"\n)')[0] == 'f(\n    x,\n    en="a"\n)'


def test_a_text_over_several_lines() -> None:
    source = 'f(\n    en=(\n        "one "\n        "two"\n    ),\n    zh="一二",\n)'
    assert both(source)[1] == 'f(\n    zh="一二",\n)'


def test_calls_inside_calls() -> None:
    source = 'plot(x, title=text(en="a", zh="甲"), y=text(en="b", zh="乙"))'
    assert both(source)[1] == 'plot(x, title=text(zh="甲"), y=text(zh="乙"))'


def test_comments() -> None:
    source = "# both\n# en: one\n# en: two\n# zh: 一\nx = 1"
    assert both(source) == ("# both\n# one\n# two\nx = 1", "# both\n# 一\nx = 1")


@pytest.mark.parametrize(
    ("docstring", "english", "chinese"),
    [
        ('"""en: One.\n    zh: 一。\n    """', '"""One."""', '"""一。"""'),
        ('"""\n    en: One.\n    zh: 一。"""', '"""One."""', '"""一。"""'),
        (
            '"""en: One.\n\n    en: More.\n    zh: 一。\n\n    zh: 多。\n    """',
            '"""One.\n\n    More.\n    """',
            '"""一。\n\n    多。\n    """',
        ),
        ('"""Same."""', '"""Same."""', '"""Same."""'),
    ],
)
def test_docstrings(docstring: str, english: str, chinese: str) -> None:
    frame = "def f():\n    {}\n    ..."
    assert both(frame.format(docstring)) == (frame.format(english), frame.format(chinese))


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        ('x = 1\nclaim(ok, en="a")', 2, "give both en= and zh="),
        ("x = 1\n# zh: 一", 2, "one language only"),
        ("x = 1  # en: one", 1, "line of its own"),
        ('def f():\n    """en: One."""', 2, "one language only"),
        ('recbook.setup("zh")', 1, 'recbook.setup("en")'),
        ("x = 1\n%time x", 2, "invalid syntax"),
    ],
)
def test_what_is_refused_names_its_line(source: str, line: int, message: str) -> None:
    with pytest.raises(SyntaxError, match=re.escape(message)) as caught:
        fill_language(source, "en")
    assert caught.value.lineno == line


texts = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=8)


@given(texts, texts, texts, st.sampled_from([", ", ",\n    "]), st.sampled_from(["", ",", ",\n"]))
def test_any_texts_leave_the_same_call_but_for_the_language(
    before: str, english: str, chinese: str, between: str, end: str
) -> None:
    arguments = [repr(before), f"en={english!r}", f"zh={chinese!r}"]
    filled = both(f"f({between.join(arguments)}{end})")
    wanted = (f"f({before!r}, en={english!r})", f"f({before!r}, zh={chinese!r})")
    assert [ast.unparse(ast.parse(source)) for source in filled] == list(map(ast.unparse, map(ast.parse, wanted)))
