"""Invented listeners: the recipe is kept, its knobs turn what they say, and one seed is one log."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from recbook.data.listeners import PLAIN_RHYTHMS, Recipe, features, listen

SMALL = Recipe(listeners=40, evenings=6, tunes=5)


@pytest.fixture(scope="module")
def tunes() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame({
        "title": [f"Tune {i}" for i in range(90)], "rhythm": np.resize(PLAIN_RHYTHMS, 90),
        "mode": np.resize(["major", "major", "minor"], 90), "notes": [rng.integers(57, 80, size=20) for _ in range(90)],
    })  # fmt: skip


def rhythms(heard, tunes):
    return tunes["rhythm"].to_numpy(dtype=object)[heard.log.item].reshape(-1, SMALL.tunes)


def test_a_log_has_a_row_a_play_in_the_order_of_time(tunes):
    heard = listen(tunes, SMALL)
    assert heard.log.n == 40 * 6 * 5 and set(heard.log.rating) == {0.0, 1.0}
    assert (np.diff(heard.log.timestamp.reshape(40, -1), axis=1) > 0).all()
    assert (heard.evening.reshape(40, 6, 5) == np.arange(6)[:, None]).all()


def test_features_are_shares(tunes):
    table = features(tunes)
    np.testing.assert_allclose(table.sum(axis=1), 1)
    assert (table[:, :6].argmax(axis=1) == np.resize(np.arange(6), 90)).all()


def test_the_same_seed_is_the_same_log_and_another_is_not(tunes):
    one, again, other = (listen(tunes, replace(SMALL, seed=seed)).log.item for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert (one != other).any()


def test_again_turns_how_much_is_repeated(tunes):
    never, often = (listen(tunes, replace(SMALL, again=again)).log.repeats().mean() for again in (0.0, 0.9))
    assert often > never + 0.2


def test_stay_keeps_a_set_in_one_rhythm(tunes):
    kept = rhythms(listen(tunes, replace(SMALL, stay=1.0)), tunes)
    assert (kept == kept[:, :1]).all()
    free = rhythms(listen(tunes, replace(SMALL, stay=0.0)), tunes)
    assert (free != free[:, :1]).any()


def test_what_is_heard_to_the_end_follows_the_known_chances(tunes):
    heard = listen(tunes, replace(SMALL, listeners=400))
    chance = heard.world.click_probabilities()[heard.log.user, heard.log.item]
    assert heard.log.rating.mean() == pytest.approx(chance.mean(), abs=0.02)


def test_says_what_is_wrong(tunes):
    with pytest.raises(ValueError, match="rhythm"):
        listen(tunes.assign(rhythm=""), SMALL)
    with pytest.raises(ValueError, match="again"):
        listen(tunes, replace(SMALL, again=1.5))
