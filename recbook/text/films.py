"""What is known about a film before its first rating, as features and as kernels: genres, year, title vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from recbook.text.controls import random_vectors, word_vectors
from recbook.text.pooling import center
from recbook.vectors import gaussian_kernel, unit

if TYPE_CHECKING:
    import pandas as pd

    from recbook.text import TextEncoder

TEXT_WIDTH, FACT_WIDTHS = 0.8, (1.0, 1.5)


def years(items: pd.DataFrame) -> np.ndarray:
    """The year of each film, float64 ``(n_items,)``; where the table has none, the median of the others."""
    import pandas as pd

    found = pd.to_numeric(items["year"], errors="coerce").to_numpy(np.float64, na_value=np.nan)
    return np.where(np.isnan(found), np.nanmedian(found), found)


def decade_table(items: pd.DataFrame) -> np.ndarray:
    """1 in the column of a film's decade, else 0: float64 ``(n_items, decades)``."""
    decades = years(items) // 10
    return (decades[:, None] == np.unique(decades)).astype(np.float64)


def film_texts(items: pd.DataFrame) -> dict[str, list[str]]:
    """Three texts for each film: the title, the title with its year, and both with the genres."""
    titles, whole = items["display_title"].astype(str), years(items).astype(int)
    genres = [", ".join(str(genre).split()) for genre in items["genres"]]
    return {
        "title": list(titles),
        "title, year": [f"{title} ({year})" for title, year in zip(titles, whole, strict=True)],
        "title, year, genres": [f"{t}, {y}, {g}" for t, y, g in zip(titles, whole, genres, strict=True)],
    }


def title_features(items: pd.DataFrame, encoder: TextEncoder | None = None) -> np.ndarray:
    """Title vectors as a model that trains reads them: centred, of length 1, float32 ``(n_items, d)``."""
    from recbook.text import TextEncoder

    encoder = encoder or TextEncoder()
    return unit(center(encoder.encode(list(items["display_title"]))))


def film_features(items: pd.DataFrame, encoder: TextEncoder | None = None) -> dict[str, np.ndarray]:
    """Features by name, each float64 ``(n_items, d)`` and centred.

    Text vectors have length 1 after centring. "genres, decade" and "genres, year" hold zeros and ones, and the year in
    decades, scaled so that the mean squared length of a film's genres (and of its decade) is 1.
    """
    from recbook.data.prepare import genre_table
    from recbook.text import TextEncoder

    encoder = encoder or TextEncoder()
    genres = genre_table(items).to_numpy().astype(np.float64)
    found = {name: unit(center(encoder.encode(texts).astype(np.float64))) for name, texts in film_texts(items).items()}
    found["genres, decade"] = _scaled(np.hstack([genres, decade_table(items)]))
    year = years(items)
    found["genres, year"] = np.hstack([_scaled(genres), 0.07 * (year - year.mean())[:, None]])
    return found


def film_kernels(items: pd.DataFrame, encoder: TextEncoder | None = None) -> dict[str, np.ndarray]:
    """Kernels by name, each float64 ``(n_items, n_items)``: what `recbook.models.KernelRidge` reads.

    Linear ones (dot products) of "genres, decade", "title", "title, year" and, as "both", of genres, decade, title and
    year. "gaussian" is the sum of three Gaussian kernels, of two texts and of genres with the year; "gaussian, title"
    and "gaussian, genres" are the ones of title with year and of genres with year alone. "…, wide" has a wider kernel
    of genres with the year.
    """
    features = film_features(items, encoder)
    kernels = {name: features[name] @ features[name].T for name in ("genres, decade", "title", "title, year")}
    kernels["both"] = kernels["genres, decade"] + kernels["title, year"]
    kernels["gaussian, title"] = gaussian_kernel(features["title, year"], TEXT_WIDTH)
    texts = kernels["gaussian, title"] + gaussian_kernel(features["title, year, genres"], TEXT_WIDTH)
    for width, suffix in zip(FACT_WIDTHS, ("", ", wide"), strict=True):
        kernels[f"gaussian, genres{suffix}"] = gaussian_kernel(features["genres, year"], width)
        kernels[f"gaussian{suffix}"] = kernels[f"gaussian, genres{suffix}"] + texts
    return kernels


def shuffled_among_alike(items: pd.DataFrame, seed: int = 0) -> np.ndarray:
    """A random order ``(n_items,)`` of the films that trades places only within a decade and a first genre."""
    import pandas as pd

    first = items["genres"].astype(str).str.split().str[0].fillna("")
    strata = pd.Series(years(items) // 10, index=items.index).astype(str) + first
    rng, moved = np.random.default_rng(seed), np.arange(len(items))
    for rows in strata.groupby(strata).indices.values():
        moved[rows] = rng.permutation(rows)
    return moved


def invented_titles(items: pd.DataFrame, seed: int = 0) -> list[str]:
    """Each word of a title exchanged for a word of a random title; the year in brackets stays."""
    rng, words = np.random.default_rng(seed), [str(title).split() for title in items["display_title"]]
    every = np.array([word for title in words for word in title])
    return [
        f"{' '.join(rng.choice(every, size=max(len(title), 1)))} ({int(when)})"
        for title, when in zip(words, years(items), strict=True)
    ]


def film_controls(items: pd.DataFrame, encoder: TextEncoder | None = None, seed: int = 0) -> dict[str, np.ndarray]:
    """Kernels by name, each float64 ``(n_items, n_items)``: what "title, year" must beat before it is praised.

    "decade" alone; "words", tf-idf of the title's words beside the decade; "shuffled", the vectors of title and year
    dealt out among films of one decade and one first genre; "invented titles", of other words with the right year; and
    "random vector a title", which knows only whether two films have the same title.
    """
    from recbook.text import TextEncoder

    encoder, texts = encoder or TextEncoder(), film_texts(items)
    decade = linear_kernel(decade_table(items))
    return {
        "decade": decade,
        "words": linear_kernel(word_vectors(texts["title"], min_df=2)) + decade,
        "shuffled": linear_kernel(encoder.encode(texts["title, year"])[shuffled_among_alike(items, seed)]),
        "invented titles": linear_kernel(encoder.encode(invented_titles(items, seed))),
        "random vector a title": linear_kernel(random_vectors(texts["title"], seed=seed)),
    }


def linear_kernel(vectors: np.ndarray) -> np.ndarray:
    """Dot products of the rows, centred and brought to length 1: float64 ``(n, n)``."""
    rows = unit(center(np.asarray(vectors, np.float64)))
    return rows @ rows.T


def _scaled(table: np.ndarray) -> np.ndarray:
    table = center(table)
    return table / np.sqrt((table**2).sum(axis=1).mean())
