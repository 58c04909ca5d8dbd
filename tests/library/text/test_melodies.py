"""Melodies as sentences: by hand, and beside scikit-learn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from recbook.text import melodies

RNG = np.random.default_rng(0)
SENTENCES = [RNG.integers(-3, 4, size=n).tolist() for n in (12, 20, 9, 15)]


def test_steps_beyond_an_octave_are_cut():
    assert melodies.interval_sentences([np.array([60, 62, 80, 60])]) == [[2, 12, -12]]


@pytest.mark.parametrize("n", [1, 2, 3])
def test_runs_weigh_as_scikit_learn_weighs_them(n):
    texts = [" ".join(map(str, sentence)) for sentence in SENTENCES]
    peer = TfidfVectorizer(token_pattern=r"\S+", ngram_range=(n, n), sublinear_tf=True, smooth_idf=False, norm=None)
    theirs = peer.fit_transform(texts)
    counts = theirs.copy()
    counts.data = theirs.data / peer.idf_[theirs.indices] * (peer.idf_[theirs.indices] - 1)  # theirs adds 1 to the log
    ours, dense = melodies.gram_table(SENTENCES, n), counts.toarray()
    dense /= np.maximum(np.linalg.norm(dense, axis=1, keepdims=True), 1e-12)
    np.testing.assert_allclose((ours @ ours.T).toarray(), dense @ dense.T, atol=1e-9)


def test_a_transposed_melody_has_the_same_row():
    notes = RNG.integers(60, 75, size=(3, 20))
    table = melodies.gram_table(melodies.interval_sentences([*notes, notes[0] + 5]), 3)
    assert (table[[0]] @ table[[3]].T).toarray()[0, 0] == pytest.approx(1)


def test_word_vectors_are_the_same_for_the_same_seed():
    one, again = (melodies.word2vec_table(SENTENCES, dimensions=4, seed=1) for _ in range(2))
    np.testing.assert_array_equal(one, again)
    np.testing.assert_allclose(np.linalg.norm(one, axis=1), 1, rtol=1e-5)


def test_same_titles_stand_once_in_each_book():
    table = pd.DataFrame(
        {
            "title": ["The Boss", "Ivy Leaf", "Ivy Leaf", "Boss!", "Ivy Leaf", "Alone"],
            "book": ["ryan", "ryan", "ryan", "oneill", "oneill", "oneill"],
        }
    )
    assert melodies.same_titles(table).tolist() == [[0, 3]]


def test_partner_ranks_count_ties_against_the_partner():
    table = np.array([[1.0, 0], [1, 0], [0, 1], [1, 0.5]])
    pairs, among = np.array([[0, 3], [0, 2]]), np.array([1, 2, 3])
    assert melodies.partner_ranks(table, pairs, among).tolist() == [2, 3]


def test_families_are_chains_of_likeness():
    table = melodies.gram_table([[1, 2, 3, 4], [3, 4, 1, 2], [9, 9, 9], [8, 8]], 1)
    family = melodies.families(table, least=0.2)
    assert family[0] == family[1] and len(set(family)) == 3


def test_says_what_is_wrong():
    with pytest.raises(ValueError, match="n must"):
        melodies.gram_table(SENTENCES, 0)
