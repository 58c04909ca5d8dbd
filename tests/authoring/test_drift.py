"""What the comparison of two languages finds, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from recbook.authoring.drift import (
    Pair,
    call_pairs,
    chapter_problems,
    content,
    first_use_problems,
    page_problems,
    pair_problems,
)
from recbook.authoring.source import read_chapter
from recbook.authoring.terms import Terms, read_terms

TABLE = """# Terms
| English | 中文 | note |
|---|---|---|
| cold start | 冷启动 | |
| item | 物品 | plain; not 项目; also 商品 where it is goods |
| precision / recall | 精确率 / 召回率 | |
| average precision / NDCG | 平均精确率 / NDCG | |
| masked language model (MLM) | 掩码语言模型（MLM） | |
"""


@pytest.fixture
def terms(tmp_path: Path) -> Terms:
    path = tmp_path / "TERMS.md"
    path.write_text(TABLE, encoding="utf-8")
    return read_terms(path)


def found(english: str, chinese: str, terms: Terms) -> list[str]:
    return [problem.message for problem in pair_problems(Pair(Path("x.py"), 1, english, chinese), terms)]


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("## Cold start\n\nIt *fails*.", "## 冷启动（cold start）\n\n它*失败*了。"),
        ("1,682 films, 10% of them", "1682 部电影中的 10%"),
        ("A formula $x_1 + y$ is\n$$\nz = \\text{if new}\n$$,", "公式 $x_1+y$ 为\n$$z = \\text{若为新}$$，"),
        ("See [the page](https://example.org/en/a).", "见[此页](https://example.org/zh/a)。"),
        ('## Now <a id="now"></a>\n\nSee [now](#now).', '## 现在 <a id="now"></a>\n\n见[现在](#now)。'),
        ("Run `fit`:\n```sh\nls  # list\n```", "运行 `fit`：\n```sh\nls  # 列出\n```"),
        ("{n:,} ratings, {share:.1%}", "{n:,} 条评分，占 {share:.1%}"),
        ("item-based, itemised", "基于邻居"),
        ("Goods are items.", "商品也算。"),
        ("*Item lists.* A paper", "*Item lists.* 一篇论文"),
        ("The row of zeros, task 1", "全是 0 的那一行，任务一"),
        ("MiniLM-L6-v2 has 6 layers", "MiniLM-L6-v2 有 6 层"),
    ],
)
def test_equal_texts_pass(english: str, chinese: str, terms: Terms) -> None:
    assert found(english, chinese, terms) == []


@pytest.mark.parametrize(
    ("english", "chinese", "message"),
    [
        ("## One", "### 一", "headings: h2 in English, h3 in Chinese"),
        ("1,682 films", "1683 部电影", "numbers: 1682 in English, 1683 in Chinese"),
        ("10% of", "10 个", "numbers: 10% in English, 10 in Chinese"),
        ("$x_1$", "$x_2$", "formulas: x_1 in English, x_2 in Chinese"),
        ("[a](http://b)", "甲", "links: http://b in English, nothing more in Chinese"),
        ("![a](b.png)", "![甲](c.png)", "images: b.png in English, c.png in Chinese"),
        ("`fit`", "`score`", "code: fit in English, score in Chinese"),
        ("```\nls\n```", "```\ncd\n```", "code blocks: ls in English, cd in Chinese"),
        ("- a\n- b", "- 甲", "list items: 2 in English, 1 in Chinese"),
        ("{n:,} films", "{m:,} 部", "fields: {n:,} in English, {m:,} in Chinese"),
        ("{n:.1%} films", "{n:.2%} 部", "fields: {n:.1%} in English, {n:.2%} in Chinese"),
        ("Cold-start problems", "新用户的问题", "term: the English says 'cold start'; say 冷启动"),
        ("Items", "项目", "term: the English says 'item'; say 物品 or 商品"),
        ("Items", "物品或项目", "term: 项目 is not the word for 'item'; say 物品"),
        (
            "The MLM, a masked language model",
            "它",
            "term: the English says 'masked language model'; say 掩码语言模型",
        ),
        ("One, two", "一,二", "style: half-width punctuation in '一,二'; use full-width"),
        ("The GPU", "用GPU", "style: put a space between Chinese and Latin letters or digits in '用GPU'"),
        ("**Bold.** Text", "**粗体。**文字", "style: `**` is not read as bold here"),
    ],
)
def test_what_differs_is_named(english: str, chinese: str, message: str, terms: Terms) -> None:
    assert any(problem.startswith(message) for problem in found(english, chinese, terms))


def test_the_longer_term_is_meant(terms: Terms) -> None:
    assert [term.english for term in terms.used_in("Average precision, recall; NDCG")] == [
        "average precision",
        "recall",
        "NDCG",
    ]


def test_a_row_with_unequal_halves_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "TERMS.md"
    path.write_text(TABLE + "| a / b | 甲 | |\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"'a / b'.*2 English and 1 Chinese"):
        read_terms(path)


@pytest.mark.parametrize("chinese", ["冷启动（cold start）", "**冷启动**（cold start）", "“冷启动”（Cold-start 问题）"])
def test_a_first_use_gives_the_english(chinese: str, terms: Terms) -> None:
    later = Pair(Path("x.py"), 9, "cold start again", "又是冷启动")
    assert first_use_problems([Pair(Path("x.py"), 1, "Cold start", chinese), later], terms) == []


def test_a_first_use_without_the_english_is_named(terms: Terms) -> None:
    pairs = [Pair(Path("x.py"), 1, "Cold start of items, NDCG", "物品的冷启动，NDCG")]
    assert [problem.message for problem in first_use_problems(pairs, terms)] == [
        "term: first use in this chapter; write 冷启动（cold start）"
    ]


def test_prose_leaves_out_code_and_formulas() -> None:
    assert content("Use `x1` and $y_2$ now").prose.split() == ["Use", "and", "now"]
    assert content("`12` 3 34").aspects["numbers"] == {"34": 1}


def test_problems_of_a_chapter_stand_at_their_line(tmp_path: Path, terms: Terms) -> None:
    path = tmp_path / "07_small.py"
    path.write_text(
        '# %% [markdown] lang="en"\n# 30 films\n\n# %% [markdown] lang="zh"\n# 40 部电影\n\n'
        '# %%\nrecbook.claim(True, en="{n} films", zh="{m} 部电影", n=1, m=2)\n',
        encoding="utf-8",
    )
    chapter = read_chapter(path)
    assert [(problem.line, problem.message[:7]) for problem in chapter_problems(chapter, terms)] == [
        (5, "numbers"),
        (8, "fields:"),
    ]
    assert [pair.english for pair in call_pairs(chapter, chapter.cells[1])] == ["{n} films"]


def test_in_a_claim_every_digit_counts(tmp_path: Path, terms: Terms) -> None:
    path = tmp_path / "01_x.py"
    claim = '# %%\nrecbook.claim(True, en="Better in {a:.2f} of 3 draws.", zh="CHINESE", a=0.5)\n'
    for chinese, wrong in (("3 次中有 {a:.2f} 更好。", False), ("三次中有 {a:.2f} 更好。", True)):
        path.write_text(claim.replace("CHINESE", chinese), encoding="utf-8")
        messages = [problem.message for problem in chapter_problems(read_chapter(path), terms)]
        assert messages == (["digits of a claim: 3 in English, nothing more in Chinese"] if wrong else [])


def test_so_it_does_in_a_takeaway(tmp_path: Path, terms: Terms) -> None:
    path = tmp_path / "01_x.py"
    claim = '# %%\nrecbook.claim(True, en="Better.", zh="更好。", takeaway=dict(en="Take 3.", zh="CHINESE"))\n'
    for chinese, wrong in (("取 3。", []), ("取三。", ["digits of a claim: 3 in English, nothing more in Chinese"])):
        path.write_text(claim.replace("CHINESE", chinese), encoding="utf-8")
        assert [problem.message for problem in chapter_problems(read_chapter(path), terms)] == wrong


def test_pages_hold_the_same_commands(tmp_path: Path) -> None:
    page = tmp_path / "README.md"
    page.write_text("# A\n[中文](README.zh-CN.md)\n```sh\nmake lab\n```\n", encoding="utf-8")
    assert "is missing" in str(page_problems(page)[0])
    twin = tmp_path / "README.zh-CN.md"
    twin.write_text("# 甲\n[English](README.md)\n```sh\nmake test\n```\n", encoding="utf-8")
    assert [problem.message for problem in page_problems(twin)] == [
        "code blocks: make lab in English, make test in Chinese"
    ]


def test_a_page_may_have_a_picture_and_comments_of_its_own_language(tmp_path: Path) -> None:
    page, twin = tmp_path / "README.md", tmp_path / "README.zh-CN.md"
    page.write_text("# A\n![a](docs/a.png)\n```sh\nmake lab  # opens it\n```\n", encoding="utf-8")
    for picture, wrong in (("docs/a.zh-CN.png", 0), ("docs/b.zh-CN.png", 1)):
        twin.write_text(f"# 甲\n![甲]({picture})\n```sh\nmake lab  # 打开\n```\n", encoding="utf-8")
        assert len(page_problems(twin)) == wrong
