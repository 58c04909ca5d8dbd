"""The autoencoder of histories: it learns, is repeatable, and survives being saved."""

import numpy as np
import pytest

from recbook.data import Interactions
from recbook.models import load
from recbook.models.autoencoder import Autoencoder, AutoencoderSettings

SMALL = AutoencoderSettings(width=8, epochs=30, batch_size=16)


@pytest.fixture(scope="module")
def log():
    """Two kinds of users, each with items of its own."""
    rng = np.random.default_rng(0)
    table = np.zeros((60, 20), bool)
    table[:30, :10], table[30:, 10:] = rng.random((30, 10)) < 0.6, rng.random((30, 10)) < 0.6
    return Interactions.from_ids(*np.nonzero(table))


def test_it_learns_who_likes_what(log):
    model = Autoencoder(settings=SMALL).fit(log)
    assert np.mean(model.losses_[-4:]) < np.mean(model.losses_[:4]) - 0.5
    scores = model.score(np.arange(log.n_users))
    assert (scores[:30, :10].mean(axis=1) > scores[:30, 10:].mean(axis=1)).all()
    assert scores.dtype == np.float32


def test_one_seed_is_one_model_and_another_is_not(log):
    one, same, other = (Autoencoder(settings=SMALL, seed=seed).fit(log).score(np.arange(5)) for seed in (1, 1, 2))
    assert np.array_equal(one, same) and not np.array_equal(one, other)


def test_it_scores_as_before_when_loaded(log, tmp_path):
    model = Autoencoder(settings=SMALL).fit(log)
    model.save(tmp_path / "model")
    assert np.array_equal(load(tmp_path / "model").score(np.arange(9)), model.score(np.arange(9)))


def test_training_stops_when_asked(log):
    model = Autoencoder(settings=SMALL, on_epoch=lambda model, epoch: epoch == 2).fit(log)
    assert len(model.losses_) == 2 * 4


@pytest.mark.parametrize("wrong", [{"width": 0}, {"dropout": 1.0}, {"weight_decay": -1.0}], ids=str)
def test_bad_settings_are_told(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        AutoencoderSettings(**wrong)
