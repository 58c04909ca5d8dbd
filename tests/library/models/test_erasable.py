"""EASE that forgets: as a new fit, user by user."""

import numpy as np
import pytest

from recbook.data import Interactions
from recbook.models import EASE
from recbook.models.erasable import ErasableEASE


@pytest.fixture
def log():
    rng = np.random.default_rng(0)
    user, item = np.nonzero(rng.random((60, 25)) < 0.3)
    return Interactions.from_ids(user, item)


def test_it_is_ease_before_anybody_is_forgotten(log):
    assert np.allclose(ErasableEASE(20.0).fit(log).weights_, EASE(20.0).fit(log).weights_, atol=1e-6)


@pytest.mark.parametrize("users", [[3], [0, 59, 17], list(range(40))], ids=["one", "three", "most"])
def test_forgetting_is_a_new_fit_without_them(log, users):
    model = ErasableEASE(20.0).fit(log)
    before = model.weights_.copy()
    after = model.forget(np.array(users))
    again = EASE(20.0).fit(log.take(~np.isin(log.user, users)))
    assert np.allclose(after.weights_, again.weights_, atol=1e-6)
    assert np.abs(after.weights_ - before).max() > 1e-4
    assert np.array_equal(model.weights_, before)
    assert not np.isin(after.log_.user, users).any()


def test_it_forgets_again_what_is_left(log):
    one = ErasableEASE(20.0).fit(log).forget(np.array([1])).forget(np.array([2]))
    both = ErasableEASE(20.0).fit(log).forget(np.array([1, 2]))
    assert np.allclose(one.weights_, both.weights_, atol=1e-6)


def test_who_is_not_there_cannot_be_forgotten(log):
    model = ErasableEASE(20.0).fit(log)
    with pytest.raises(IndexError, match="0…59"):
        model.forget(np.array([60]))
    with pytest.raises(ValueError, match="User 5 has no rows"):
        model.forget(np.array([5])).forget(np.array([5]))
