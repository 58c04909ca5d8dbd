"""Search: the cosine by hand, and a sentence for what cannot be answered."""

from __future__ import annotations

import numpy as np
import pytest

from recbook.text.search import LetterSearch, VectorSearch, WordSearch

TEXTS = ["FROZEN PIZZA", "PIZZA SAUCE", "TOMATOES"]


class Lengths:
    """An encoder that knows nothing but how long a text is."""

    def encode(self, texts):
        return np.array([[np.cos(len(text)), np.sin(len(text))] for text in texts])


def test_words_are_compared_whatever_their_case():
    scores = WordSearch(TEXTS).score(["frozen pizza", "tomato"])
    assert scores[0].argmax() == 0
    assert scores[0, 0] == pytest.approx(1)
    assert not scores[1].any(), "tomato is no word of the texts"


def test_letters_find_the_plural():
    assert LetterSearch(TEXTS).best("tomato", n=1) == ["TOMATOES"]


def test_vectors_are_those_of_the_encoder():
    search = VectorSearch(TEXTS, Lengths())
    vectors = Lengths().encode(TEXTS)
    np.testing.assert_allclose(search.score(["abc", "x"]), Lengths().encode(["abc", "x"]) @ vectors.T)
    assert search.best("8letters", n=2)[0] == "TOMATOES"


@pytest.mark.parametrize("kind, said", [(WordSearch, "No word of"), (LetterSearch, "No piece of a word of")])
def test_a_query_of_which_nothing_is_known_is_refused(kind, said):
    with pytest.raises(ValueError, match=f"{said} '冷冻'.*3 texts"):
        kind(TEXTS).best("冷冻")


def test_an_empty_query_and_a_lone_text_are_refused():
    with pytest.raises(ValueError, match="empty"):
        WordSearch(TEXTS).best("  ")
    with pytest.raises(TypeError, match="brackets"):
        WordSearch("PIZZA")
    with pytest.raises(ValueError, match="no text"):
        WordSearch(TEXTS).score([])
