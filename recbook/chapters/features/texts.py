"""The texts of an item that chapter 05 compares."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def article(words: str) -> str:
    """``"an animation, comedy film"``: the words with "a" or "an" in front."""
    return ("an " if words[0] in "aeiou" else "a ") + words


def spoken(genres: str) -> str:
    """``"Animation Children's Comedy"`` as ``"an animation, children's and comedy"``."""
    words = genres.lower().split()
    return article(" and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0])


def item_texts(items: pd.DataFrame) -> dict[str, list[str]]:
    """Six texts for each film ``(n_items,)`` by name, from its title, year and genres; the last is without the title."""
    columns = (items[name].astype(str) for name in ("display_title", "year", "genres"))
    known = [
        (title, year, genres, ", ".join(genres.lower().split())) for title, year, genres in zip(*columns, strict=True)
    ]
    return {
        "title": [title for title, *_ in known],
        "title, year": [f"{title} ({year})" for title, year, *_ in known],
        "title, genres": [f"{title}: {listed}" for title, _, _, listed in known],
        "title, year, genres": [f"{title} ({year}): {listed}" for title, year, _, listed in known],
        "sentence": [f"{title} is {spoken(genres)} film from {year}." for title, year, genres, _ in known],
        "sentence, no title": [f"It is {spoken(genres)} film from {year}." for _, year, genres, _ in known],
    }
