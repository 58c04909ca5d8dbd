"""One space for pictures and sentences: the loss against its formula, training against chance."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from recbook import image_text
from recbook.data.garments import COLOURS, draw
from recbook.image_text import OneSpace, Pairs, WordBag, clip_loss


def _unit(n, d, seed):
    return functional.normalize(torch.tensor(np.random.default_rng(seed).normal(size=(n, d))), dim=1)


def test_the_loss_is_the_mean_of_two_cross_entropies():
    pictures, sentences = _unit(6, 4, 0), _unit(6, 4, 1)
    total = 0.0
    for i in range(6):
        row = [float(pictures[i] @ sentences[j]) / 0.2 for j in range(6)]
        column = [float(pictures[j] @ sentences[i]) / 0.2 for j in range(6)]
        total -= np.log(np.exp(row[i]) / np.sum(np.exp(row))) + np.log(np.exp(column[i]) / np.sum(np.exp(column)))
    assert float(clip_loss(pictures, sentences, 0.2)) == pytest.approx(total / 12)


def test_it_does_not_matter_which_side_comes_first():
    pictures, sentences = _unit(5, 3, 2), _unit(5, 3, 3)
    assert float(clip_loss(pictures, sentences, 0.1)) == pytest.approx(float(clip_loss(sentences, pictures, 0.1)))


def test_vectors_that_say_nothing_lose_the_logarithm_of_the_batch():
    same = functional.normalize(torch.ones(8, 4), dim=1)
    assert float(clip_loss(same, same, 0.1)) == pytest.approx(np.log(8), rel=1e-6)


def test_a_pair_that_says_the_same_is_no_wrong_answer():
    pictures = torch.eye(3)[[0, 0, 1]]
    twins = torch.tensor([[True, True, False], [True, True, False], [False, False, True]])
    assert float(clip_loss(pictures, pictures, 0.01)) > 0.4
    assert float(clip_loss(pictures, pictures, 0.01, twins)) == pytest.approx(0, abs=1e-6)


def test_pictures_and_sentences_of_other_numbers_are_refused():
    with pytest.raises(ValueError, match="pairs in one space"):
        clip_loss(_unit(3, 4, 0), _unit(2, 4, 0), 0.1)


def test_a_word_that_no_text_had_is_left_out():
    bag = WordBag(["red shirt", "blue long shirt"])
    np.testing.assert_array_equal(bag.read(["Red shirt"]), bag.read(["red scarlet shirt"]))
    assert (bag.read(["scarlet"]) == 0).all()
    assert bag.read(["blue long shirt"]).shape == (1, 3)


def test_every_encoder_ends_at_unit_length_and_in_one_width():
    space = OneSpace(nn.Linear(10, 6), d=6, width=16)
    pictures = np.random.default_rng(0).random((3, 32, 32, 3)).astype(np.float32)
    seen, told = space.encode_pictures(pictures, batch=2), space.encode_sentences(np.ones((2, 10), np.float32))
    assert seen.shape == (3, 6)
    assert told.shape == (2, 6)
    np.testing.assert_allclose(np.linalg.norm(np.vstack([seen, told]), axis=1), 1, rtol=1e-5)
    assert space.picture_features(pictures).shape == (3, 16)


def test_the_temperature_goes_no_lower_than_its_bound():
    space = OneSpace(nn.Linear(10, 6))
    with torch.no_grad():
        space.log_temperature.fill_(-50)
    assert float(space.temperature.detach()) == pytest.approx(image_text.LEAST_TEMPERATURE)


def test_training_finds_a_colour_by_its_word():
    words = list(COLOURS)[:3]
    torch.manual_seed(0)
    bag = WordBag(words)
    space, told = OneSpace(bag, width=32), bag.read(words)

    def batch(rng, n):
        colour = rng.integers(3, size=n)
        return Pairs(_coloured(colour, rng), told[colour], colour[:, None] == colour)

    losses = image_text.train(space, batch, steps=60, batch=24)
    assert np.mean(losses[-10:]) < 0.5 * np.mean(losses[:5])
    colour = np.arange(60) % 3
    scores = space.encode_pictures(_coloured(colour, np.random.default_rng(9))) @ space.encode_sentences(told).T
    assert (scores.argmax(axis=1) == colour).mean() > 0.9


def _coloured(colour, rng):
    return draw(np.column_stack([colour, 0 * colour, rng.integers(4, size=len(colour))]), rng)


def test_a_batch_of_one_pair_is_refused():
    with pytest.raises(ValueError, match="at least 2"):
        image_text.train(OneSpace(nn.Linear(10, 6)), lambda rng, n: None, batch=1)
