"""Texts of authors and readers reach the page as they were meant, and never as markup of their own."""

from __future__ import annotations

import pytest

from recbook.learning.html import rich


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a < b & c", "a &lt; b &amp; c"),
        ("use `a * b * c`", "use <code>a * b * c</code>"),
        ("`a*b*c` and *so on*", "<code>a*b*c</code> and <em>so on</em>"),
        ("2 * 3 * 4, a lone * and a lone `", "2 * 3 * 4, a lone * and a lone `"),
        ("它们*在哪里*：用 `argsort`", "它们<em>在哪里</em>：用 <code>argsort</code>"),
        ("`<script>`\nnext", "<code>&lt;script&gt;</code><br>next"),
    ],
)
def test_rich(text, html):
    assert rich(text) == html
