"""Static vectors against the table itself, hits against loops, advice against the tree, names against the films."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import recbook
from recbook.chapters.features import advice
from recbook.data import film_names
from recbook.text import TextEncoder, retrieval


def test_static_vectors_do_not_depend_on_the_context():
    encoder = TextEncoder("splade-tiny")
    bad, film, both, turned, nothing = retrieval.static_vectors(["bad", "film", "bad film", "film bad", ""], encoder)
    np.testing.assert_allclose(both, turned, atol=1e-6)
    assert np.linalg.norm(both) == pytest.approx(1, abs=1e-5)
    assert not nothing.any()
    # The mean of two vectors lies in their plane.
    assert np.linalg.matrix_rank(np.array([bad, film, both]), tol=1e-4) == 2


@given(st.integers(0, 999), st.integers(1, 6))
def test_hits_are_those_with_fewer_than_k_above(seed, k):
    rng = np.random.default_rng(seed)
    queries, items = rng.normal(size=(4, 3)), rng.normal(size=(9, 3))
    wanted = rng.integers(9, size=4)
    for query, own, hit in zip(queries, wanted, retrieval.hits_at_k(queries, items, wanted, k), strict=True):
        order = sorted(range(9), key=lambda j, query=query: -(query @ items[j]))
        assert hit == (own in order[:k])


def test_a_tie_does_not_count_as_a_hit():
    assert retrieval.hits_at_k(np.ones((1, 2)), np.ones((5, 2)), np.array([0]), k=3).tolist() == [False]


@given(st.integers(0, 999), st.integers(1, 4))
def test_neighbours_leave_the_item_itself_out(seed, k):
    rng = np.random.default_rng(seed)
    vectors, same = rng.normal(size=(8, 3)), np.triu(rng.random((8, 8)) < 0.2, 1)
    same = same | same.T
    expected = []
    for i in range(8):
        if same[i].any():
            others = sorted((j for j in range(8) if j != i), key=lambda j, i=i: -(vectors[i] @ vectors[j]))
            expected.append(any(same[i, j] for j in others[:k]))
    assert retrieval.neighbour_hits(vectors, same, k).tolist() == expected


def test_advice_has_one_leaf_for_each_answer():
    speeds = (100, 5_000)
    found = {advice.advise(advice.Needs(*answers)) for answers in product(advice.CONTENT, advice.LANGUAGES, speeds)}
    wanted = {"ViT", "GPT", "sequence model", "static vectors", "multilingual encoder", "sentence encoder"}
    assert found == wanted
    assert advice.advise(advice.Needs(languages="several", microseconds=1)) == "multilingual encoder"


@pytest.mark.parametrize("needs", [advice.Needs(content="smell"), advice.Needs(languages="latin")])
def test_unknown_needs_are_refused(needs):
    with pytest.raises(ValueError, match="one of"):
        advice.advise(needs)


@pytest.fixture(scope="module")
def titles():
    return list(recbook.load("ml-100k").items["display_title"])


def test_every_chinese_title_has_its_film(titles):
    queries, wanted, translated = film_names.chinese_queries(titles)
    assert len(set(queries)) == len(queries) == len(set(wanted)) == 50
    assert titles[wanted[queries.index("七宗罪")]] == "Seven (Se7en)"
    assert not translated[queries.index("七宗罪")]
    assert translated.sum() == len(film_names.TRANSLATED)
    with pytest.raises(ValueError, match="lacks"):
        film_names.chinese_queries(["Fargo"])


def test_a_film_has_one_chinese_title_and_no_two_have_the_same(titles):
    named = film_names.TRANSLATED | film_names.RENAMED | film_names.SHOWN
    assert len(named) == sum(map(len, (film_names.TRANSLATED, film_names.RENAMED, film_names.SHOWN)))
    assert set(named) <= set(titles)
    assert len(set(named.values())) == len(named)
    assert [film_names.in_chinese(title) for title in ("Titanic", "Fargo", "Dumbo", "No such film")] == [
        "泰坦尼克号", "冰血暴", "小飞象", "",
    ]  # fmt: skip


def test_series_are_symmetric_and_never_a_film_with_itself(titles):
    for groups in (film_names.SERIES, film_names.SERIES_WITHOUT_SHARED_WORDS):
        same = film_names.series(titles, groups)
        assert (same == same.T).all()
        assert not same.diagonal().any()
        assert same.any(axis=1).sum() >= sum(map(len, groups))
    with pytest.raises(ValueError, match="lacks"):
        film_names.series(["Fargo"])


def test_shared_words_are_what_the_two_lists_differ_in():
    def words(title):
        return {word.strip("():,.").lower() for word in title.split()} - {"the", "a", "of", "and", "in", "ii"}

    for group in film_names.SERIES_WITHOUT_SHARED_WORDS:
        assert not set.intersection(*map(words, group))
    for group in film_names.SERIES:
        stems = [{word[:5] for word in words(title)} for title in group]
        assert all(any(one & other for other in stems if other is not one) for one in stems), group
