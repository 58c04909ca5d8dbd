"""What chapter 05's room adds to its figures: the texts of an item, and the tasks that judge vectors."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import recbook
from recbook.chapters.features.tasks import NEWS, Tasks, apart, every_pooling, summary, token_vectors, word_matching
from recbook.chapters.features.texts import item_texts
from recbook.text import TextEncoder
from recbook.vectors import unit


def test_the_six_texts_of_a_film():
    items = pd.DataFrame({
        "display_title": ["Toy Story", "Babe"], "year": [1995, 1995],
        "genres": ["Animation Children's Comedy", "Drama"],
    })  # fmt: skip
    found = item_texts(items)
    assert [lines[0] for lines in found.values()] == [
        "Toy Story",
        "Toy Story (1995)",
        "Toy Story: animation, children's, comedy",
        "Toy Story (1995): animation, children's, comedy",
        "Toy Story is an animation, children's and comedy film from 1995.",
        "It is an animation, children's and comedy film from 1995.",
    ]
    assert found["sentence"][1] == "Babe is a drama film from 1995."


@pytest.fixture(scope="module")
def tasks():
    return Tasks(recbook.load("ml-100k"))


def test_vectors_that_know_the_series_are_judged_perfect(tasks):
    n = len(tasks.jaccard)
    same = tasks.same["series, shared word"] | np.eye(n, dtype=bool)
    assert tasks.in_series(same.astype(float)).mean() == pytest.approx(1)
    assert tasks.in_series(np.zeros((n, n))).mean() < 0.1


def test_every_task_is_judged_film_by_film_or_draw_by_draw(tasks):
    rng = np.random.default_rng(0)
    films, news = (rng.normal(size=(tasks.sizes[task], 4)) for task in ("genres in common", NEWS))
    found = {"one": tasks.judge(films, news), "other": tasks.judge(films[::-1], news)}
    assert {task: len(values) for task, values in found["one"].items()} == tasks.sizes | {NEWS: 1000}
    assert apart(found, "one", "other", NEWS) == (0, 0)
    for value, low, high in summary(found["one"]).values():
        assert low <= value <= high


def test_a_text_is_pooled_alike_in_any_company():
    encoder, texts = TextEncoder("splade-tiny"), ["Alien", "Indiana Jones and the Last Crusade", "Babe"]
    together = every_pooling(texts, encoder, texts)
    alone = every_pooling(texts[:1], encoder, texts)
    for way in ("CLS", "mean", "maximum", "idf-weighted"):
        np.testing.assert_allclose(alone[way][0], together[way][0], atol=1e-5)
    assert not np.allclose(alone["padding counted"][0], together["padding counted"][0], atol=1e-2)
    np.testing.assert_allclose(unit(together["mean"]), encoder.encode(texts), atol=1e-5)
    tokens, real, ids = token_vectors(texts, encoder)
    assert tokens.shape[:2] == real.shape == ids.shape


def test_words_match_where_a_word_is_shared():
    texts = ["red planet", "red dawn", "the shining"]
    vectors = unit(word_matching(texts, texts, np.random.default_rng(0).normal(size=(3, 5))))
    cosine = vectors @ vectors.T
    assert cosine[0, 1] > 0.3 > 0.01 > abs(cosine[0, 2])
