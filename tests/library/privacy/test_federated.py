"""Federated averaging: one client is training in one place, secret sums change nothing but the rounding."""

import numpy as np
import pytest
import torch

from recbook.models.autoencoder import AutoencoderSettings, made, train
from recbook.privacy.federated import clients_of, federated_average

SMALL = AutoencoderSettings(width=4, batch_size=8)
ROWS = (np.random.default_rng(0).random((30, 12)) < 0.4).astype(np.float32)


def at_home(model, rows, number):
    train(model, rows, SMALL, 1, number)


def weights(model):
    return torch.cat([value.flatten() for value in model.state_dict().values()])


def test_one_client_is_training_in_one_place():
    together = federated_average(made(12, 4, 0), [ROWS], at_home, rounds=2)
    alone = made(12, 4, 0)
    for number in (1, 2):
        at_home(alone, ROWS, number)
    assert torch.equal(weights(together), weights(alone))


def test_a_round_is_the_mean_of_the_clients_weighted_by_their_rows():
    parts, copies = [ROWS[:20], ROWS[20:]], []
    for rows in parts:
        model = made(12, 4, 0)
        at_home(model, rows, 1)
        copies.append(weights(model))
    expected = (20 * copies[0] + 10 * copies[1]) / 30
    assert torch.allclose(weights(federated_average(made(12, 4, 0), parts, at_home, 1)), expected, atol=1e-6)


def test_secret_sums_change_nothing_but_the_rounding():
    parts = [ROWS[:10], ROWS[10:20], ROWS[20:]]
    open_, secret = (federated_average(made(12, 4, 0), parts, at_home, 1, secret=s) for s in (None, 5))
    assert 0 < (weights(open_) - weights(secret)).abs().max() < 3 / 2**12


def test_a_client_without_rows_is_refused():
    with pytest.raises(ValueError, match="Client 1 has no rows"):
        federated_average(made(12, 4, 0), [ROWS, ROWS[:0]], at_home, 1)
    with pytest.raises(ValueError, match="at least a user each"):
        clients_of(np.arange(3), 4)
