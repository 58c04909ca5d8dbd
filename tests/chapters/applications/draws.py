"""A small call of every figure of chapter 11: the tests look at its alt text and its glyphs."""

from __future__ import annotations

from recbook.chapters.applications import figures

DRAWS = {"how_full": lambda: figures.how_full(0.4)}
