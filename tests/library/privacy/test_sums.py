"""Secure sums: exact, and messages that say nothing alone."""

import numpy as np
import pytest

from recbook.privacy.sums import add_up, masked_messages


@pytest.mark.parametrize("n_clients", [2, 3, 10])
def test_messages_add_up_exactly_with_negative_numbers(n_clients):
    values = np.random.default_rng(0).integers(-(10**6), 10**6, size=(n_clients, 300))
    assert (add_up(masked_messages(values, seed=1)) == values.sum(axis=0)).all()


def test_a_message_is_uniform_whatever_it_carries():
    values = np.zeros((3, 20_000), int)
    values[0] = 5
    for message in masked_messages(values, seed=1):
        shares = np.bincount(message >> 28, minlength=16) / len(message)
        assert np.abs(shares - 1 / 16).max() < 0.01


def test_without_one_client_the_sum_is_worthless():
    values = np.ones((4, 1000), int)
    sent = masked_messages(values, seed=1)
    assert (add_up(sent[:3]) != 3).mean() > 0.99


def test_the_largest_sum_that_fits_is_exact():
    values = np.array([[2**31 - 2], [1]])
    assert add_up(masked_messages(values, 0)).tolist() == [2**31 - 1]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (np.ones((1, 3)), "two clients"),
        (np.ones(3), "two clients"),
        (np.full((2, 1), 0.5), "whole numbers"),
        (np.array([[np.nan], [1.0]]), "whole numbers"),
        (np.full((2, 1), 2**30), "wrap around"),
    ],
    ids=["one client", "no table", "a fraction", "NaN", "too large"],
)
def test_what_cannot_be_added_exactly_is_refused(values, said):
    with pytest.raises(ValueError, match=said):
        masked_messages(values, 0)


def test_only_messages_are_added():
    with pytest.raises(ValueError, match="uint32"):
        add_up(np.ones((2, 3)))
