"""The ways of fooling oneself that chapter 09 imports, on logs small enough to count."""

from __future__ import annotations

import numpy as np
import pytest

from recbook.chapters.evaluation import deceptions
from recbook.data import Interactions, leave_one_out
from recbook.evaluation import evaluate_scores, truth


@pytest.fixture
def log() -> Interactions:
    """Twenty users with 12 to 18 of 40 items each, each once, at times of their own."""
    rng = np.random.default_rng(0)
    rows = [(user, item) for user in range(20) for item in rng.permutation(40)[: rng.integers(12, 19)]]
    user, item = np.array(rows).T
    return Interactions.from_ids(user, item, timestamp=rng.permutation(len(user)))


def test_a_random_split_hides_one_row_of_each_user(log):
    split = deceptions.at_random(log)
    assert sorted(split.test.user) == sorted(split.valid.user) == list(range(20))
    assert split.train.n + 40 == log.n
    assert not np.array_equal(split.test.item, leave_one_out(log).test.item)


def test_as_many_others_are_left_as_asked_and_none_of_them_is_known(log):
    split = leave_one_out(log)
    out = deceptions.among_sampled(split, 5, seed=0)
    wanted, seen = truth(split).toarray() > 0, split.history().matrix().toarray() > 0
    assert ((~out & ~wanted).sum(axis=1) == 5).all()
    assert not (~out & seen).any() and not (out & wanted).any()
    with pytest.raises(ValueError, match="fewer than 39"):
        deceptions.among_sampled(split, 39, seed=0)


def test_among_all_the_others_a_sample_is_the_full_ranking(log):
    split, scores = leave_one_out(log), np.random.default_rng(1).random((20, log.n_items))
    least = int((log.n_items - split.history().matrix().sum(axis=1) - 1).min())
    found = deceptions.sampled_report(scores, split, n_sampled=least, draws=3)
    full = evaluate_scores(scores, truth(split), exclude=split.history().matrix())
    assert (found.per_user["hit@10"] >= full.per_user["hit@10"]).all()


def test_the_arms_know_the_past_as_many_and_all(log):
    target, arms = deceptions.hide_one(log, seed=0)
    past, as_many, every = (arms[name] for name in deceptions.KNOWN)
    for user in range(20):
        own = log.user == user
        (row,) = np.flatnonzero(target & own)
        np.testing.assert_array_equal(past[own], log.timestamp[own] < log.timestamp[row])
        assert past[own].sum() == as_many[own].sum() >= 10
        assert every[own].sum() == own.sum() - 1 and not as_many[row]


def test_merging_the_twins_gives_the_log_back(log):
    doubled, mended = deceptions.twinned(log, share=0.5)
    assert doubled.n > log.n and doubled.n_items == log.n_items + log.n_items // 2
    assert sorted(zip(mended.user, mended.item, mended.timestamp, strict=True)) == sorted(
        zip(log.user, log.item, log.timestamp, strict=True)
    )


@pytest.mark.filterwarnings("ignore:leave_one_out")
def test_a_rule_for_ties_says_which_row_is_last():
    log = Interactions.from_ids(np.ones(4, int), np.array([10, 30, 20, 40]), timestamp=np.array([1, 5, 5, 5]))
    assert log.item_ids[deceptions.tied_by(log, log.item).test.item] == [40]
    assert log.item_ids[deceptions.tied_by(log, -log.item).test.item] == [20]


def test_a_winner_by_luck_keeps_nothing_and_one_by_merit_all():
    luck = np.random.default_rng(0).normal(size=(50, 200))
    chosen, fresh = deceptions.chosen_on_test(luck)
    assert chosen > 0.1 > abs(fresh)
    merit = np.zeros((3, 200))
    merit[1] = 1
    assert deceptions.chosen_on_test(merit) == (1.0, 1.0)


def test_corrections_leave_few_findings_among_equal_models():
    found = deceptions.rounds_with_a_finding(np.random.default_rng(0).random((21, 100)), rounds=100)
    assert found["uncorrected"] > 0.2 > 0.1 > found["Holm"]


def test_nine_ways_and_each_with_two_numbers():
    ease = {"ndcg@10": 0.1}
    found = {
        "as it is": {"EASE": ease}, "ties": {"at random": [0.1, 0.3], "lowest number last": 0.5},
        "random split": {"fooled": {"EASE": 0.2}}, "sampled": {"models": {"EASE": {"ndcg@10": 0.4}}},
        "unmasked": {"EASE": 0.01}, "a fifth": {"EASE": 0.5}, "seeds": [0.1, 0.2, 0.3],
        "twins": {"with twins": {"EASE": 0.3}, "mended": {"EASE": 0.1}},
        "tuned": {"plain": 0.1, "chosen on": 0.02, "fresh": 0.01},
    }  # fmt: skip
    rows = deceptions.nine(found, {"all": 0.1, "later": 0.05}, "lowest number last")
    assert len(rows) == 9
    assert rows["ties by film number"] == (0.5, 0.2)
    assert rows["best of three seeds"] == pytest.approx((0.3, 0.2))
