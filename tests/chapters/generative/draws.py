"""A small call of every figure of chapter 16: the tests look at its alt text and its glyphs."""

from __future__ import annotations

from recbook.chapters.generative import figures

DRAWS = {
    "thin_matrices": lambda: figures.thin_matrices({"lora": 24_576, "linear": 147_456, "layer": 1_774_464}),
}
