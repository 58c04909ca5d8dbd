"""The guide by hand, the queries and the judged pairs against the catalogues that they speak of."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import recbook
from recbook.chapters.applications import editions, rules
from recbook.chapters.applications.guide import ADVICE, DAY, Facts, facts, guide, half_life, median_half_life
from recbook.chapters.applications.queries import QUERIES, Query, right_answers
from recbook.data import Interactions, newsroom
from recbook.data.prepare import SHOP_STEPS, repair


@pytest.mark.parametrize(
    "days, expected", [([3, 1, 1, 9], 0), ([10, 20, 40], 10), ([5], 0), ([0, 0, 0, 30, 60, 90], 0)]
)
def test_half_life_is_that_of_the_pencil(days, expected):
    assert half_life(np.array(days)) == expected


def log_of(rows: list[tuple[int, int, int]]) -> Interactions:
    who, what, when = map(np.array, zip(*rows, strict=True))
    return Interactions.from_ids(who, what, timestamp=when)


def test_facts_of_a_small_log():
    days = [0, 0, 5, 10]
    log = log_of([(0, 0, days[0]), (0, 1, days[1]), (0, 0, days[2] * DAY), (1, 2, days[3] * DAY)])
    found = facts(log)
    assert found.repeats == pytest.approx(1 / 4)
    assert found.together == pytest.approx(1 / 2), "of two pairs of neighbours one shares its second"
    assert found.days == 10
    assert found.unknown == 1, "the only event of the last tenth is the first on its item"
    assert np.isnan(found.half_life), "no item has twenty events"
    assert median_half_life(log, enough=2) == 0


def test_facts_refuse_a_log_without_rows_or_times():
    log = log_of([(0, 0, 0), (0, 1, 3)])
    with pytest.raises(ValueError, match="empty"):
        facts(log.take(np.zeros(2, bool)))
    with pytest.raises(ValueError, match="time"):
        facts(Interactions.from_ids(np.array([0]), np.array([0])))


@pytest.mark.parametrize(
    "repeats, age, together, like",
    [(0.4, 150, 0.9, "shop"), (0.4, 150, 0.0, "music"), (0.4, 1, 0.0, "news"), (0.0, 90, 0.5, "films")],
)
def test_the_guide_takes_the_nearest_of_four(repeats, age, together, like):
    assert guide(Facts(repeats, age, 365, 0.1, together)) == ADVICE[like]


def test_a_log_whose_items_are_too_few_to_age_is_still_advised():
    assert guide(Facts(0.5, float("nan"), 30, 0.0, 0.0)).like == "music"


def test_every_query_has_a_right_answer_that_the_shop_sells():
    items = repair(recbook.load("shop"), SHOP_STEPS)[0].items
    right = right_answers(items)
    assert len(QUERIES) >= 60
    assert right.any(axis=1).all()
    assert right.mean(axis=1).max() < 0.2, "no query is answered by everything"
    assert all(query.en.isascii() and any("\u4e00" <= letter <= "\u9fff" for letter in query.zh) for query in QUERIES)
    assert len({query.en for query in QUERIES}) == len({query.zh for query in QUERIES}) == len(QUERIES)


def test_a_pattern_is_a_category_or_the_beginning_of_a_type():
    items = pd.DataFrame({"category": ["EGGS", "EGGS", "BACON"], "type": ["EGGS - LARGE", "SUBSTITUTE", "EGGS"]})
    queries = (Query("eggs", "鸡蛋", ("EGGS > EGGS",)), Query("breakfast", "早餐", ("EGGS", "BACON")))
    assert right_answers(items, queries).tolist() == [[True, False, False], [True, True, True]]
    with pytest.raises(ValueError, match="No product answers 'tofu'"):
        right_answers(items, (Query("tofu", "豆腐", ("TOFU",)),))


def test_the_judged_pairs_are_books_of_the_log():
    known = set(recbook.load("books").item_ids.tolist())
    pairs = [*editions.SAME, *editions.OTHER]
    assert (len(editions.SAME), len(pairs)) == (24, 160)
    assert len({frozenset(pair) for pair in pairs}) == 160
    assert {book for pair in pairs for book in pair} <= known


@pytest.fixture(scope="module")
def press():
    return newsroom.publish(newsroom.Recipe(days=3, readers=30, events=30))


def test_a_model_of_the_night_knows_nothing_of_the_morning(press):
    hour = 2 * 24 + 12
    scores = rules.nightly(press, 10.0)(hour, np.arange(5))
    born = press.articles["hour"].to_numpy()[press.alive(hour)]
    assert scores.shape == (5, len(born))
    assert (born >= 48).any()
    assert not scores[:, born >= 48].any()


def test_the_scorer_worth_most_clicks_is_chosen(press):
    hours = np.unique(press.visits[:, 1])[-10:]

    def best(hour, readers):
        return press.world(hour).click_probabilities()[readers]

    def worst(hour, readers):
        return -best(hour, readers)

    assert rules.chosen(press, hours, [worst, best]) is best
