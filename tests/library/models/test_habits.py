"""What a shop's models do by hand, and on the shop's log: the planning runs' numbers (weeks 49 to 53, W50)."""

from __future__ import annotations

import numpy as np
import pytest

import recbook
from recbook.data import Interactions, bought_by, by_week, next_basket, prepare
from recbook.data.interactions import WEEK
from recbook.data.split import Split
from recbook.evaluation import evaluate
from recbook.models import EASE, ItemKNN, OwnFrequency, Popularity

DAY = WEEK // 7


def log_of(rows: list[tuple[int, int, int]], n_items: int = 4) -> Interactions:
    user, item, day = (np.array(column) for column in zip(*rows, strict=True))
    return Interactions(user, item, None, day * DAY, np.arange(3), np.arange(n_items))


@pytest.fixture
def log() -> Interactions:
    """User 0 bought item 0 twice long ago and item 1 once, 14 days later; user 1 item 2; user 2 nothing."""
    return log_of([(0, 0, 0), (0, 0, 0), (0, 1, 14), (1, 2, 14), (1, 1, 3)])


def test_own_frequency_by_hand(log):
    scores = OwnFrequency(popularity=0.1).fit(log).score(np.arange(3))
    shares = np.array([1, 2, 1, 0]) / 2  # of the two users who bought anything
    np.testing.assert_allclose(scores, 0.1 * shares + [[2, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0]], rtol=1e-6)


def test_older_rows_weigh_less_by_the_half_life(log):
    scores = OwnFrequency(half_life=1, popularity=0).fit(log).score(np.array([0]))
    np.testing.assert_allclose(scores, [[2 * 0.25, 1, 0, 0]], rtol=1e-6)


def test_a_list_of_habits_holds_what_the_user_has(log):
    model = OwnFrequency(half_life=1).fit(log)
    assert model.recommend(0, n=3)["item_id"].tolist() == [1, 0, 2]
    assert model.recommend(0, n=3, task="new")["item_id"].tolist() == [2, 3]
    assert model.recommend(history=[3, 3, 0], n=2)["item_id"].tolist() == [3, 0]


def test_habits_without_times(log):
    timeless = Interactions(log.user, log.item, None, None, log.user_ids, log.item_ids)
    assert OwnFrequency().fit(timeless).score(np.array([0])).argmax() == 0
    with pytest.raises(ValueError, match="A half-life needs times"):
        OwnFrequency(2).fit(timeless)
    with pytest.raises(ValueError, match="The last weeks needs times"):
        Popularity(weeks=2).fit(timeless)


@pytest.mark.parametrize("make", [lambda: OwnFrequency(0), lambda: OwnFrequency(popularity=-1), lambda: Popularity(0)])
def test_settings_out_of_range(make):
    with pytest.raises(ValueError, match="must be"):
        make()


def test_popularity_of_the_last_weeks_and_of_users(log):
    counts = {
        "rows": Popularity().fit(log).counts_,
        "users": Popularity(per_user=True).fit(log).counts_,
        "last": Popularity(weeks=1).fit(log).counts_,
        "two weeks, 11 days": Popularity(weeks=2).fit(log).counts_,
    }
    assert {name: found.tolist() for name, found in counts.items()} == {
        "rows": [2, 2, 1, 0],
        "users": [1, 2, 1, 0],
        "last": [0, 1, 1, 0],
        "two weeks, 11 days": [0, 2, 1, 0],
    }


def test_the_next_basket_is_the_first_second(log):
    later = log_of([(0, 3, 20), (0, 2, 20), (0, 1, 21), (2, 0, 30)])
    split = Split(log, log.take(np.zeros(log.n, bool)), later, repeats="keep")
    basket = next_basket(split)
    assert basket.test.frame()[["user_id", "item_id"]].to_numpy().tolist() == [[0, 3], [0, 2], [2, 0]]
    assert basket.train is split.train and basket.valid.n == 0 and basket.repeats == "keep"


# The shop


@pytest.fixture(scope="module")
def weeks() -> Split:
    """W50: products bought by 50 households in weeks 1 to 48, fitted on these and tested on weeks 49 to 53."""
    log, _ = prepare.repair(recbook.load("shop"), prepare.SHOP_STEPS)
    return by_week(bought_by(log.in_zone("America/New_York"), 50, before=49), 49, 49, repeats="keep")


@pytest.mark.parametrize(
    ("model", "ndcg", "recall"),
    [
        (Popularity(per_user=True), 0.086, 0.068),
        (Popularity(4, per_user=True), 0.097, 0.078),
        (ItemKNN(), 0.078, 0.061),
        (EASE(300.0), 0.120, 0.114),
        (OwnFrequency(), 0.231, 0.214),
        (OwnFrequency(16), 0.243, 0.222),
    ],
    ids=["popularity", "last four weeks", "item-kNN", "EASE", "own frequency", "recency frequency"],
)
def test_the_next_basket_of_the_shop(weeks, model, ndcg, recall):
    report = evaluate(model, next_basket(weeks))
    assert report.n_users == 2006
    assert report["ndcg@10"] == pytest.approx(ndcg, abs=0.001)
    assert report["recall@10"] == pytest.approx(recall, abs=0.001)


@pytest.mark.parametrize(
    ("model", "ndcg"),
    [
        (Popularity(per_user=True), 0.044),
        (Popularity(4, per_user=True), 0.057),
        (ItemKNN(), 0.055),
        (EASE(1000.0), 0.063),
        (OwnFrequency(16), 0.044),  # what is new to a household comes by popularity
    ],
    ids=["popularity", "last four weeks", "item-kNN", "EASE", "recency frequency"],
)
def test_what_is_new_to_a_household(weeks, model, ndcg):
    report = evaluate(model, weeks, task="new")
    assert report.n_users == 1958
    assert report["ndcg@10"] == pytest.approx(ndcg, abs=0.001)
