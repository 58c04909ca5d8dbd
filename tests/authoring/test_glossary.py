"""The map of the course and its glossary: every chapter, every term, and links that lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from recbook.authoring import headings
from recbook.authoring.book import glossary, outline
from recbook.authoring.notebook import assemble
from recbook.authoring.source import read_chapter, source_paths
from recbook.authoring.terms import read_terms
from recbook.paths import course_root

LINK = re.compile(r"\]\(([\w.-]+)\.ipynb(?:#([\w-]+))?\)")
CHAPTER = """# %% [markdown] lang="en"
# # 01 · A start: what is it?
#
# Words before.
#
# ## First <a id="one"></a>
#
# A **two-tower model** is used.
#
# ```python
# # no heading
# ```

# %% [markdown] lang="zh"
# # 01 · 开始：是什么？
#
# 前面的话。
#
# ## 第一节 <a id="one"></a>
#
# 用到**双塔模型**（two-tower model）。
#
# ```python
# # 不是标题
# ```

# %% [markdown] lang="en"
# More of the first.

# %% [markdown] lang="zh"
# 第一节的后半。

# %% [markdown] lang="en"
# ## Deeper <a id="deeper"></a>
#
# ### Behind

# %% [markdown] lang="zh"
# ## 选读 <a id="deeper"></a>
#
# ### 后面
"""


@pytest.fixture
def sections(tmp_path: Path) -> list[outline.Section]:
    path = tmp_path / "01_start.py"
    path.write_text(CHAPTER, encoding="utf-8")
    return outline.of_chapter(read_chapter(path))


def test_sections_have_both_headings_their_names_and_their_texts(sections):
    assert [one.heading["zh"] for one in sections] == ["01 · 开始：是什么？", "第一节", "选读", "后面"]
    assert [(one.anchor, one.name) for one in sections] == [
        ("", "01-a-start-what-is-it"), ("one", "one"), ("deeper", "deeper"), ("", "behind"),
    ]  # fmt: skip
    assert [one.deeper for one in sections] == [False, False, True, True]
    assert [one.framing for one in sections] == [True, False, True, False]
    assert "More of the first." in sections[1].text["en"]
    assert "第一节的后半。" in sections[1].text["zh"]


def test_a_link_leads_to_the_section_by_the_same_name_in_both_languages(sections):
    assert sections[0].link("zh") == "[01 · 开始：是什么？](01_start.ipynb)"
    assert sections[1].link("zh") == "[第一节](01_start.ipynb#one)"
    assert [sections[3].link(lang) for lang in ("en", "zh")] == [
        "[Behind](01_start.ipynb#behind)", "[后面](01_start.ipynb#behind)",
    ]  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_heading_of_a_built_notebook_can_be_linked_to(sections, tmp_path, lang):
    notebook = assemble(read_chapter(tmp_path / "01_start.py"), lang, solved=True)
    text = "\n".join(cell.source for cell in notebook.cells)
    assert re.findall(r'^#+ .*<a id="([\w-]+)"></a>$', text, re.MULTILINE) == [one.name for one in sections[1:]]
    assert text.count("<a id=") == 3
    assert headings.anchored("## Takeaways", iter(["takeaways"])) == "## Takeaways"


def test_languages_with_different_headings_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "01_start.py"
    path.write_text(CHAPTER.replace("# ### 后面\n", ""), encoding="utf-8")
    with pytest.raises(ValueError, match="different headings"):
        outline.of_chapter(read_chapter(path))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_map_has_every_chapter_and_its_links_lead_to_anchors(lang):
    made = outline.course_map(lang)
    chapters = [path.stem for path in source_paths()]
    assert [row.count("|") for row in made.split("\n")] == [4] * (len(chapters) + 2)
    assert list(dict.fromkeys(page for page, _ in LINK.findall(made))) == chapters
    names = {(one.chapter, one.name) for one in outline.all_sections()}
    assert {link for link in LINK.findall(made) if link[1]} <= names


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_term_that_a_chapter_uses_stands_in_the_glossary_with_a_section(lang):
    terms = read_terms(course_root() / "docs" / "TERMS.md").terms
    rows = glossary.table(lang).split("\n")[2:]
    cells = [row.strip("| ").split(" | ") for row in rows]
    words = {(term.english, term.accepted[0])[lang == "zh"] for term in terms}
    shown = {cell[0] for cell in cells}
    assert shown <= words
    assert words - shown <= {"vector representation", "表示向量"}  # which no chapter uses
    assert all(LINK.search(cell[2]) for cell in cells)


def test_a_term_leads_to_the_section_that_has_it_in_bold():
    places = {term.english: section for term, section in glossary.explained().items()}
    assert places["semantic ID"].chapter == "16_generative"
    assert places["semantic ID"].name == "semantic-ids"
    assert places["Thompson sampling"].chapter == "10_cold_start"


def test_the_books_page_links_to_sections():
    names = {(one.chapter, one.name) for one in outline.all_sections()}
    made = glossary.page("zh")
    assert made.startswith("# 术语表\n")
    assert {link for link in LINK.findall(made) if link[1]} <= names
