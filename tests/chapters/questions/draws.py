"""A small call of every figure of chapter 15: the tests look at its alt text and its glyphs."""

from __future__ import annotations

from recbook.chapters.questions import figures

DRAWS = {"tree": lambda: figures.tree("start")}
