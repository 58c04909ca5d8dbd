"""The invented press: what is alive, what a list is worth, and that its knobs turn what they say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recbook.data import newsroom
from recbook.data.newsroom import Recipe

SMALL = Recipe(readers=60, days=6, events=8, shown=8)
NOON = 4 * 24 + 13


@pytest.fixture(scope="module")
def press():
    return newsroom.publish(SMALL)


def everybody(press):
    return np.arange(press.recipe.readers)


def test_articles_are_dated_and_told_in_words_of_their_own(press):
    articles = press.articles
    assert articles["hour"].is_monotonic_increasing and articles["event"].nunique() == 48
    assert not articles["headline"].str.contains(r"[{}]").any()
    assert (articles.groupby("event")["outlet"].nunique() == articles.groupby("event").size()).all()


def test_every_frame_says_the_same_in_both_languages():
    for frames in newsroom._words()["frames"].values():
        assert len(frames) == 5
        for frame in frames:
            assert len(frame["en"]) == 3 and any("\u4e00" <= letter <= "\u9fff" for letter in frame["zh"])


def test_nothing_is_shown_before_it_is_published_or_after_it_is_dead(press):
    age = press.visits[:, 1:] - press.articles["hour"].to_numpy()[press.shown]
    assert age.min() >= 0 and age.max() < SMALL.alive


def test_a_reader_opens_an_event_once(press):
    clicks = press.clicks()
    event = press.articles["event"].to_numpy()[clicks[:, 1].astype(int)]
    pairs = np.column_stack([clicks[:, 0], event])
    assert len(np.unique(pairs, axis=0)) == len(pairs)


def test_the_odds_of_a_click_halve_in_fades_hours(press):
    one = press.world(NOON).click_probabilities()
    now = press.alive(NOON)
    later = press.alive(NOON + 6)
    kept = np.intersect1d(now, later)
    before, after = (
        one[:, np.searchsorted(now, kept)],
        press.world(NOON + 6).click_probabilities()[:, np.searchsorted(later, kept)],
    )
    np.testing.assert_allclose((after / (1 - after)) / (before / (1 - before)), 0.5 ** (6 / SMALL.fades))


def test_a_list_counts_an_event_once(press):
    alive = press.alive(NOON)
    event = press.articles["event"].to_numpy()[alive]
    twins = alive[event == np.bincount(event).argmax()][:2]
    assert len(twins) == 2
    chance = press.world(NOON).click_probabilities()[:, np.searchsorted(alive, twins)]
    lists = np.tile(twins, (SMALL.readers, 1))
    np.testing.assert_allclose(newsroom.list_value(press, NOON, everybody(press), lists), chance.max(axis=1))
    worth = np.full(len(press.articles), 0.5)
    np.testing.assert_allclose(newsroom.list_value(press, NOON, everybody(press), lists, worth), chance.max(axis=1) / 2)


def test_no_list_is_worth_more_than_the_best(press):
    best = newsroom.best_lists(press, NOON, everybody(press), 5)
    alive, rng = press.alive(NOON), np.random.default_rng(0)
    top = newsroom.list_value(press, NOON, everybody(press), best)
    for _ in range(20):
        any_list = np.array([rng.choice(alive, 5, replace=False) for _ in everybody(press)])
        assert (newsroom.list_value(press, NOON, everybody(press), any_list) <= top + 1e-12).all()


@pytest.mark.parametrize("kept", [0, 1, 3, 5])
def test_open_lists_keep_places_for_other_sections(press, kept):
    scores = press.world(NOON).click_probabilities()
    lists = newsroom.open_lists(press, NOON, scores, 5, kept)
    plain = newsroom.top_of_events(press, NOON, scores, 5)
    np.testing.assert_array_equal(lists[:, : 5 - kept], plain[:, : 5 - kept])
    event = press.articles["event"].to_numpy()[lists]
    assert all(len(set(row)) == 5 for row in event)
    assert (newsroom.different_sections(press, lists) >= newsroom.different_sections(press, plain)).mean() > 0.9


def test_replay_gives_what_a_list_is_worth_to_who_came(press):
    hours = np.unique(press.visits[:, 1])[-3:]
    truth = newsroom.replay(press, hours, lambda hour, readers: press.world(hour).click_probabilities()[readers], k=3)
    came = np.isin(everybody(press), press.visits[np.isin(press.visits[:, 1], hours), 0])
    np.testing.assert_array_equal(np.isnan(truth.clicks), ~came)
    by_age = newsroom.replay(press, hours, lambda hour, readers: np.tile(press.ages(hour), (len(readers), 1)), k=3)
    assert np.nanmean(truth.clicks) > np.nanmean(by_age.clicks)


def test_clicks_before_an_hour_and_what_was_read(press):
    assert (press.clicks(before=72)[:, 2] < 72).all()
    assert 0 < len(press.clicks(read=True)) < len(press.clicks())
    assert press.log(72).n == len(press.clicks(72))


def test_shout_lifts_the_loud_outlet():
    quiet, loud = (newsroom.publish(replace(SMALL, shout=shout, readers=200)) for shout in (0.0, 2.0))
    share = [p.clicked[p.articles["loud"].to_numpy()[p.shown]].mean() for p in (quiet, loud)]
    assert share[1] > 2 * share[0]


def test_a_loop_without_pull_leaves_readers_as_they_are(press):
    def by_age(past, hour):
        return np.tile(-press.ages(hour), (SMALL.readers, 1))

    told = newsroom.live(press, by_age, pull=0.0)
    assert told.shape == (5, 2)
    np.testing.assert_allclose(told[:, 1], press.leanings[0].max(axis=1).mean())
    np.testing.assert_array_equal(newsroom.live(press, by_age, seed=3), newsroom.live(press, by_age, seed=3))


def test_drifting_readers_change_once():
    press = newsroom.publish(replace(SMALL, drifts=1.0))
    changes = (np.abs(np.diff(press.leanings, axis=0)).sum(axis=2) > 0).sum(axis=0)
    assert (changes <= 1).all() and changes.sum() > 30
    still = newsroom.publish(replace(SMALL, drifts=0.0)).leanings
    assert (still == still[0]).all()


def test_says_what_is_wrong(press):
    with pytest.raises(ValueError, match="no hour, first"):
        newsroom.dated(press.articles.assign(hour=np.nan))
    with pytest.raises(ValueError, match="kept"):
        newsroom.open_lists(press, NOON, press.world(NOON).click_probabilities(), 5, 6)
    with pytest.raises(ValueError, match="days"):
        newsroom.publish(replace(SMALL, days=1))
