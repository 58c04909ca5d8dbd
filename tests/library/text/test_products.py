"""What is known about products, and the two controls for their texts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recbook.text.controls import random_vectors, word_vectors
from recbook.text.products import label_table, product_features

PRODUCTS = pd.DataFrame(
    {
        "department": ["GROCERY", "GROCERY", "GROCERY", "PRODUCE"],
        "category": ["BREAD", "BREAD", "TEA", "FRUIT"],
        "type": ["WHITE BREAD", "WHITE BREAD", "GREEN TEA", "APPLES"],
        "brand": ["National", "Private", "National", "National"],
        "size": ["20 OZ", "20 OZ", "", "3 LB"],
    }
)


class Lengths:
    """A stand-in for the encoder: a few numbers from the letters."""

    def encode(self, texts):
        return np.array([[len(text), text.count("A"), text.count("E"), 1.0] for text in texts], np.float32)


def test_each_kind_of_label_weighs_the_same():
    table = label_table(PRODUCTS, ["department", "type"])
    assert table.shape == (4, 2 + 3)
    np.testing.assert_allclose(table.mean(axis=0), 0, atol=1e-12)
    for columns in (table[:, :2], table[:, 2:]):
        assert (columns**2).sum(axis=1).mean() == pytest.approx(1)
    assert not label_table(PRODUCTS.assign(brand="National"), ["brand"]).any()  # what all share says nothing


def test_features_tell_apart_what_they_say():
    found = product_features(PRODUCTS, Lengths())
    for name, table in found.items():
        assert len(table) == 4, name
        same = np.allclose(table[0], table[1])
        assert same == ("brand" not in name), name  # two white breads of two brands
        assert not np.allclose(table[0], table[2]) or name == "department", name
    both = found["labels, MiniLM"]
    np.testing.assert_allclose(both @ both.T, sum(found[one] @ found[one].T for one in ("labels", "MiniLM")), atol=1e-9)


def test_equal_texts_share_a_random_vector_and_no_others_are_near():
    drawn = random_vectors(["a", "b", "a", "c"], seed=3)
    np.testing.assert_array_equal(drawn[0], drawn[2])
    np.testing.assert_allclose(np.linalg.norm(drawn, axis=1), 1)
    cosines = drawn @ drawn.T
    assert np.abs(cosines[np.ix_([0], [1, 3])]).max() < 0.25
    assert not np.array_equal(drawn, random_vectors(["a", "b", "a", "c"], seed=4))


def test_words_meet_in_texts_that_share_them():
    vectors = word_vectors(["green tea", "tea bags", "apples"])
    cosines = vectors @ vectors.T
    assert 0 < cosines[0, 1] < 1 and cosines[0, 2] == 0
    assert word_vectors(["green tea", "tea bags", "apples"], min_df=2).shape == (3, 1)
