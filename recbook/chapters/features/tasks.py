"""Four tasks that tell good text vectors from bad ones, and the poolings that chapter 05 lets them judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from recbook.data import Interactions, prepare
from recbook.data.film_names import SERIES_WITHOUT_SHARED_WORDS, series
from recbook.evaluation import bootstrap, evaluate_scores
from recbook.evaluation.metrics import top_k
from recbook.text import lee, pooling
from recbook.vectors import unit

SHARED, FAR, GENRES, NEWS = "series, shared word", "series, no shared word", "genres in common", "agreement on news"

Found = dict[str, np.ndarray]
"""By task a value for each film or, for the news, for each draw of the texts."""


class Tasks:
    """The films of ``ratings`` and 50 news, asked in four ways how good their vectors are.

    ``same[task]`` ``(films, films)`` is True for two films of a series, ``news`` are the texts, ``people``
    ``(texts, texts)`` how alike people judged them, ``background`` 300 other news to learn from, ``sizes[task]`` over
    how many films or texts each runs.
    """

    def __init__(self, ratings: Interactions) -> None:
        if ratings.items is None:
            raise ValueError(
                "The tasks ask for titles and genres: give films with a table of items, as ml-100k has it."
            )
        names = ratings.items["display_title"].to_numpy()
        self.same = {SHARED: series(names), FAR: series(names, SERIES_WITHOUT_SHARED_WORDS)}
        # A film with the same title is no neighbour but itself: some stand in the table twice.
        self._repeated = names[:, None] == names
        genres = prepare.genre_table(ratings.items).to_numpy()
        common, size = genres @ genres.T, genres.sum(axis=1)
        self.jaccard = common / np.maximum(size[:, None] + size - common, 1)
        self.news, self.people = lee.read()
        self.background = lee.background()
        self.sizes = {task: int(partner.any(axis=1).sum()) for task, partner in self.same.items()}
        self.sizes |= {GENRES: len(names), NEWS: len(self.news)}

    def judge(self, film_vectors: np.ndarray, news_vectors: np.ndarray) -> Found:
        """All four tasks: vectors ``(films, d)`` and ``(texts, d)``; higher is better."""
        cosine = unit(film_vectors) @ unit(film_vectors).T
        found = {task: self.in_series(cosine, task) for task in self.same}
        nearest = top_k(cosine, 5, exclude=self._repeated)
        found[GENRES] = np.take_along_axis(self.jaccard, nearest, axis=1).mean(axis=1)
        return found | {NEWS: lee.resampled_agreement(news_vectors, self.people, n_resamples=1000)}

    def in_series(self, cosine: np.ndarray, task: str = SHARED) -> np.ndarray:
        """NDCG@10 of each film of a series that looks for the others, ``(films of a series,)``."""
        rows = self.same[task].any(axis=1)
        report = evaluate_scores(cosine[rows], self.same[task][rows], exclude=self._repeated[rows])
        return report.per_user["ndcg@10"]


def interval(task: str, values: np.ndarray) -> tuple[float, float]:
    """95% interval of a task's mean: over films, or of the draws of the news."""
    low, high = np.quantile(values, [0.025, 0.975]) if task == NEWS else bootstrap(values)
    return float(low), float(high)


def summary(found: Found) -> dict[str, tuple[float, float, float]]:
    """By task the mean and its interval, as `figures.judged` draws them."""
    return {task: (float(values.mean()), *interval(task, values)) for task, values in found.items()}


def apart(table: Mapping[str, Found], one: str, other: str, task: str) -> tuple[float, float]:
    """95% interval of the paired difference of two ways of ``table`` on one task."""
    return interval(task, table[one][task] - table[other][task])


@torch.inference_mode()
def token_vectors(texts: Sequence[str], encoder: Any, limit: int = 256) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What a `TextEncoder`'s model says of a batch: ``(batch, n, d)``, which tokens are real ``(batch, n)``, their ids."""
    tokenizer, model = encoder._loaded
    batch = tokenizer(list(texts), padding=True, truncation=True, max_length=limit, return_tensors="pt")
    tokens = model(**batch).last_hidden_state.numpy()
    return tokens, batch["attention_mask"].numpy() == 1, batch["input_ids"].numpy()


def every_pooling(texts: Sequence[str], encoder: Any, learned_from: Sequence[str], limit: int = 256) -> Found:
    """Five poolings of every text, of which at most ``limit`` tokens are read: by name ``(texts, d)``.

    The idf of a token is learned from other texts, ``learned_from``.
    """
    tokenizer, _ = encoder._loaded
    idf = pooling.inverse_document_frequency(tokenizer(list(learned_from))["input_ids"], len(tokenizer))
    order = np.argsort([len(text) for text in texts], kind="stable")
    parts = []
    for rows in np.array_split(order, -(-len(order) // 64)):
        tokens, real, ids = token_vectors([texts[i] for i in rows], encoder, limit)
        parts.append({
            "CLS": pooling.cls(tokens, real), "mean": pooling.mean(tokens, real),
            "idf-weighted": pooling.weighted(tokens, real, idf[ids]), "maximum": pooling.maximum(tokens, real),
            "padding counted": tokens.mean(axis=1),
        })  # fmt: skip
    back = np.argsort(order)
    return {way: np.concatenate([part[way] for part in parts])[back] for way in parts[0]}


def word_matching(texts: Sequence[str], learned_from: Sequence[str], noise: np.ndarray) -> np.ndarray:
    """TF-IDF: counts of words times their idf, ``(texts, words + d)``.

    Without a shared word all texts are tied; a trace of ``noise`` ``(texts, d)`` puts ties in a random order.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    table = TfidfVectorizer(stop_words="english").fit(learned_from).transform(texts).toarray()
    return np.hstack([table, 1e-3 * noise])
