"""What is known about films: years, texts, features and kernels, with an encoder that needs no weights."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recbook.text import films as film_kernels

FILMS = pd.DataFrame(
    {
        "display_title": ["Toy Story", "Heat", "Unknown", "Alien"],
        "year": ["1995", "1995", "V", "1979"],
        "genres": ["Animation Comedy", "Action", "", "Horror Action"],
    }
)


class Lengths:
    """A stand-in for the encoder: a few numbers from the letters."""

    def encode(self, texts):
        return np.array([[len(text), text.count("a"), text.count("e"), 1.0] for text in texts], np.float32)


def test_a_missing_year_is_the_median():
    assert film_kernels.years(FILMS).tolist() == [1995, 1995, 1995, 1979]
    assert film_kernels.decade_table(FILMS).tolist() == [[0, 1], [0, 1], [0, 1], [1, 0]]


def test_texts_by_hand():
    texts = film_kernels.film_texts(FILMS)
    assert texts["title, year"][0] == "Toy Story (1995)"
    assert texts["title, year, genres"][3] == "Alien, 1979, Horror, Action"


def test_features_are_centred_and_text_has_length_one():
    features = film_kernels.film_features(FILMS, Lengths())
    np.testing.assert_allclose(np.linalg.norm(features["title"], axis=1), 1)
    for name in ("genres, decade", "genres, year"):
        np.testing.assert_allclose(features[name].mean(axis=0), 0, atol=1e-12)


def test_title_features_are_the_titles_for_models_that_train():
    made, titles = (make(FILMS, Lengths()) for make in (film_kernels.title_features, film_kernels.film_features))
    assert made.dtype == np.float32
    np.testing.assert_allclose(made, titles["title"], atol=1e-6)


def test_kernels_are_symmetric_and_positive():
    kernels = film_kernels.film_kernels(FILMS, Lengths())
    for name, kernel in kernels.items():
        assert np.linalg.eigvalsh(kernel).min() > -1e-9, name
        np.testing.assert_allclose(kernel, kernel.T)
    np.testing.assert_allclose(np.diag(kernels["gaussian"]), 3)
    assert (kernels["gaussian, wide"] >= kernels["gaussian"] - 1e-12).all()
    np.testing.assert_allclose(kernels["both"], kernels["genres, decade"] + kernels["title, year"])


def test_a_shuffle_stays_within_decade_and_first_genre():
    many = pd.concat([FILMS] * 5, ignore_index=True)
    kind = (many["year"].str[:3] + many["genres"].str.split().str[0].fillna("")).replace("V", "199")
    moved = film_kernels.shuffled_among_alike(many, seed=1)
    assert sorted(moved) == list(range(20)) and (moved != np.arange(20)).any()
    assert (kind.to_numpy()[moved] == kind.to_numpy()).all()


def test_invented_titles_keep_the_year_and_use_words_of_films():
    invented = film_kernels.invented_titles(FILMS, seed=0)
    assert [title[-6:] for title in invented] == ["(1995)", "(1995)", "(1995)", "(1979)"]
    words = {word for title in invented for word in title[:-7].split()}
    assert words <= {"Toy", "Story", "Heat", "Unknown", "Alien"}
    assert len(invented[0].split()) == 3 and invented == film_kernels.invented_titles(FILMS, seed=0)


def test_controls_know_what_they_say_and_no_more():
    films = pd.concat([FILMS, FILMS.iloc[:1].assign(year="1950")], ignore_index=True)  # a second Toy Story
    found = film_kernels.film_controls(films, Lengths())
    assert found["decade"][0, 1] == pytest.approx(1) and found["decade"][0, 3] < 0.5
    assert found["random vector a title"][0, 4] == pytest.approx(1)
    assert abs(found["random vector a title"][0, 1]) < 0.7
    words = found["words"] - found["decade"]
    assert words[0, 4] == pytest.approx(1) and words[0, 1] < 0.5
    for name, kernel in found.items():
        np.testing.assert_allclose(kernel, kernel.T, err_msg=name)
