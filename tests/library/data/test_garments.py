"""Drawn garments: pictures and texts tell what they should and no more; shoppers buy by the formula."""

from __future__ import annotations

import numpy as np
import pytest

from recbook.data import garments
from recbook.data.garments import CLOTHS, COLOURS, CUTS, KINDS, PATTERNS, PROPERTIES, SYNONYMS, Recipe

SMALL = Recipe(garments=60, shoppers=40, buys=5)


def test_patterns_and_silhouettes_differ():
    for drawn in (garments.patterns(), garments.silhouettes()):
        assert len({one.tobytes() for one in drawn}) == len(drawn)
    assert len(garments.patterns()) == len(PATTERNS)
    assert len(garments.silhouettes()) == len(KINDS)


def test_a_picture_shows_its_colour_its_pattern_and_its_kind():
    for colour, name in enumerate(COLOURS):
        for pattern in range(len(PATTERNS)):
            (picture,) = garments.draw(np.array([[colour, pattern, 0]]), np.random.default_rng(0), noise=0)
            ground = picture[0, 0]
            worn = picture[np.abs(picture - ground).max(axis=2) > 0.02]
            near = np.abs(worn - np.array(COLOURS[name])).max(axis=1) < 0.2
            assert near.mean() > 0.2
            assert near.all() == (pattern == 0)
    outlines = [(np.abs(p - p[0, 0]).max(axis=2) > 0.02).sum() for p in _plain_of_each_kind()]
    assert outlines == [shape.sum() for shape in garments.silhouettes()]


def _plain_of_each_kind():
    shown = np.array([[0, 0, kind] for kind in range(len(KINDS))])
    return garments.draw(shown, np.random.default_rng(1), noise=0)


def test_pictures_repeat_with_the_seed_and_lie_between_0_and_1():
    shown = np.array([[3, 4, 1], [7, 2, 2]])
    one, two = (garments.draw(shown, np.random.default_rng(2), noise=0.3) for _ in range(2))
    np.testing.assert_array_equal(one, two)
    assert one.shape == (2, 32, 32, 3)
    assert one.dtype == np.float32
    assert 0 <= one.min() < one.max() <= 1


def test_each_text_tells_its_half_and_both_tell_the_kind():
    some = garments.garments(50, np.random.default_rng(0))
    for row, description, caption in zip(some.properties, some.descriptions(), some.captions(), strict=True):
        colour, pattern, cloth, cut, kind = row
        assert caption.split() == [list(COLOURS)[colour], PATTERNS[pattern], KINDS[kind]]
        assert description.startswith(f"{CUTS[cut]} {CLOTHS[cloth]} {KINDS[kind]} for")
        assert not set(description.split()) & {*COLOURS, *PATTERNS}
        assert not set(caption.split()) & {*CLOTHS, *CUTS}


def test_synonyms_are_words_that_no_caption_has():
    assert set(SYNONYMS) == {*COLOURS, *PATTERNS, *KINDS}
    assert not {*" ".join(SYNONYMS.values()).split()} & {*COLOURS, *PATTERNS, *KINDS}


def test_the_same_seed_makes_the_same_world_and_another_seed_another():
    one, again, other = (garments.make(Recipe(garments=60, shoppers=40, buys=5, seed=seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.utility, again.utility)
    np.testing.assert_array_equal(one.log.item, again.log.item)
    assert not np.array_equal(one.utility, other.utility)


def test_shoppers_buy_different_garments_and_those_they_like():
    world = garments.make(SMALL)
    table = world.log.matrix().toarray()
    assert (table.sum(axis=1) == SMALL.buys).all()
    assert table.max() == 1
    assert world.utility[table > 0].mean() > world.utility[table == 0].mean() + 1


def test_who_does_not_care_buys_at_random():
    world = garments.make(Recipe(garments=20, shoppers=4000, buys=1, sharp=0))
    counts = world.log.item_counts()
    assert abs(counts - 200).max() < 5 * np.sqrt(200)


def test_choices_follow_the_softmax_of_the_utility():
    world = garments.make(Recipe(garments=6, shoppers=6000, buys=1, picture=0, text=0, kind=0, appeal=1))
    chances = np.exp(1.5 * world.utility[0])
    np.testing.assert_allclose(world.log.item_counts() / 6000, chances / chances.sum(), atol=0.03)


def test_without_a_pair_a_taste_is_a_sum_over_the_properties():
    world = garments.make(Recipe(garments=300, shoppers=3, buys=5, appeal=0))
    columns = np.hstack([np.eye(n)[world.garments.properties[:, j]] for j, n in enumerate(PROPERTIES.values())])
    for taste in world.utility:
        weights, *_ = np.linalg.lstsq(columns, taste, rcond=None)
        np.testing.assert_allclose(columns @ weights, taste, atol=1e-9)
    (paired,) = garments.make(Recipe(garments=300, shoppers=1, buys=5, appeal=0, pair=2)).utility
    weights, *_ = np.linalg.lstsq(columns, paired, rcond=None)
    assert np.abs(columns @ weights - paired).max() > 0.1


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_exchanged_pictures_are_wrong_ones_and_as_many_as_asked(share):
    shown = garments.exchanged(50, share, np.random.default_rng(0))
    assert (shown != np.arange(50)).sum() == round(50 * share)
    assert sorted(shown) == list(range(50))


def test_only_those_named_exchange_their_pictures():
    among = np.arange(20) < 8
    shown = garments.exchanged(20, 1.0, np.random.default_rng(0), among)
    assert (shown[~among] == np.flatnonzero(~among)).all()
    assert (shown[among] != np.flatnonzero(among)).all()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: garments.make(Recipe(picture=-1)), "picture must be at least 0"),
        (lambda: garments.make(Recipe(garments=5, buys=5)), "some and not all"),
        (lambda: garments.make(Recipe(shoppers=0)), "there is a shopper"),
        (lambda: garments.garments(0, np.random.default_rng(0)), "at least 1"),
        (lambda: garments.exchanged(5, 1.5, np.random.default_rng(0)), "between 0 and 1"),
    ],
    ids=["a share below 0", "everything bought", "no shopper", "no garment", "a share above 1"],
)
def test_an_impossible_world_is_refused(make, says):
    with pytest.raises(ValueError, match=says):
        make()
