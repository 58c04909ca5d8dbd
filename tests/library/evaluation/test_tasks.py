"""Evaluation in batches of users: the same numbers, little memory, either task, and candidates alone where given."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

import recbook.evaluation.protocol as protocol
from recbook.data import Interactions, cold_items, leave_one_out, random_split
from recbook.data.split import Split
from recbook.evaluation import evaluate, evaluate_scores, evaluate_tasks
from recbook.models import Popularity


def log_of(user, item, time, n_users: int, n_items: int, rating=None) -> Interactions:
    user, item, time = (np.asarray(column, np.int64) for column in (user, item, time))
    return Interactions(user, item, rating, time, np.arange(n_users), np.arange(n_items))


@pytest.fixture(scope="module")
def log() -> Interactions:
    rng = np.random.default_rng(0)
    return log_of(rng.integers(40, size=600), rng.integers(25, size=600), np.arange(600), 40, 25)


class Counted:
    """Any scores, the same for the same user; remembers the batches."""

    def __init__(self, n_users: int, n_items: int) -> None:
        self.table_, self.asked = np.random.default_rng(1).random((n_users, n_items)).astype(np.float32), []

    def score(self, users, history=None):
        self.asked.append(len(users))
        return self.table_[users]


def test_batches_give_the_numbers_of_one_table(log, monkeypatch):
    split, model = leave_one_out(log), Counted(40, 25)
    whole = evaluate_scores(model.table_, split.wanted(), exclude=split.masked())
    monkeypatch.setattr(protocol, "CELLS", 3 * 25 + 1)
    report = evaluate(model, split)
    assert max(model.asked) == 3 and sum(model.asked) == 40
    for name, values in whole.per_user.items():
        np.testing.assert_array_equal(report.per_user[name], values)


def test_only_users_with_something_to_find_are_scored(tiny):
    split = leave_one_out(tiny)
    model = Counted(3, 4)
    report = evaluate(model, split, k=2)
    assert model.asked == [2] and report.n_users == 2
    assert np.isnan(report.per_user["ndcg@2"]).tolist() == [False, False, True]


def again_split() -> Split:
    """User 0 had items 0 and 1, then meets 1 and 2; user 1 had 3, then meets 3."""
    train = log_of([0, 0, 1], [0, 1, 3], [1, 2, 3], 2, 4)
    nothing = train.take(np.zeros(3, bool))
    return Split(train, nothing, log_of([0, 0, 1], [1, 2, 3], [4, 5, 6], 2, 4), repeats="keep")


class Fixed:
    scores_ = np.array([[4.0, 3, 2, 1], [4, 3, 2, 1]])

    def __init__(self) -> None:
        self.fitted_ = True

    def score(self, users, history=None):
        return self.scores_[users]


@pytest.mark.parametrize(
    ("task", "mrr"),
    [
        ("all", [1 / 2, 1 / 4]),  # lists 0 1 2 3: item 1 is second, item 3 fourth; nothing is masked
        ("again", [1 / 2, 1 / 4]),
        ("new", [1.0, np.nan]),  # items 0 and 1 are masked, so item 2 leads; user 1 meets nothing new
    ],
)
def test_what_a_task_asks_for_is_never_masked(task, mrr):
    np.testing.assert_allclose(evaluate(Fixed(), again_split(), task=task).per_user["mrr@10"], mrr)


def test_a_split_with_repeats_asks_for_all_and_masks_nothing():
    split = again_split()
    assert evaluate(Fixed(), split)["recall@10"] == 1
    assert evaluate(Fixed(), split)["mrr@10"] == evaluate(Fixed(), split, task="all")["mrr@10"]


def test_every_row_twice_changes_nothing(log):
    twice = log.take(np.repeat(np.arange(log.n), 2))
    once, doubled = (evaluate(Popularity(), leave_one_out(each)) for each in (log, twice))
    assert once["ndcg@10"] > 0 and doubled["ndcg@10"] == once["ndcg@10"]


def test_tasks_side_by_side_score_each_user_once():
    class Model(Fixed):
        calls = 0

        def score(self, users, history=None):
            Model.calls += 1
            return super().score(users, history)

    reports = evaluate_tasks(Model(), again_split())
    assert Model.calls == 1 and list(reports) == ["all", "again", "new"]
    for task in reports:
        np.testing.assert_array_equal(
            reports[task].per_user["ndcg@10"], evaluate(Fixed(), again_split(), task=task).per_user["ndcg@10"]
        )
    assert "new: what comes next and is new to the user; the history is masked (1 user)" in repr(reports)
    assert reports.frame().loc["mrr@10", ("again", "mean")] == pytest.approx(3 / 8)


def test_candidates_alone_are_ranked(movielens):
    split = cold_items(movielens, names=movielens.items["title"].to_numpy())
    model = Counted(movielens.n_users, movielens.n_items)
    liked = split.test.take(split.test.rating >= 4).matrix()[:, split.candidates]
    expected = evaluate_scores(model.table_[:, split.candidates], liked)
    np.testing.assert_array_equal(evaluate(model, split).per_user["ndcg@10"], expected.per_user["ndcg@10"])


def test_a_task_that_nobody_has_says_which():
    split = leave_one_out(log_of([0, 0, 0], [0, 1, 2], [1, 2, 3], 1, 3))
    with pytest.raises(ValueError, match="No user has a relevant item in test for the task 'again'"):
        evaluate(Popularity(), split, task="again")
    with pytest.raises(ValueError, match="No user has a relevant item in valid"):
        evaluate(Popularity(), random_split(split.train.take(np.arange(1)), valid=0.0, test=0.5), on="valid")
    with pytest.raises(ValueError, match="task must be one of"):
        evaluate(Popularity(), split, task="old")


def test_rows_of_users_come_in_their_order_and_in_time(tiny):
    part = tiny.of_users(np.array([2, 0, 2]))
    assert part.user.tolist() == [0, 0, 1, 1, 1, 2, 2]
    assert part.item_ids[part.item].tolist() == [2, 1, 1, 5, 2, 2, 1]
    assert part.user_ids.tolist() == [30, 10, 30]
    np.testing.assert_array_equal(part.matrix().toarray(), tiny.matrix().toarray()[[2, 0, 2]])
    with pytest.raises(IndexError, match="indices 0…2; got 3…3"):
        tiny.of_users(np.array([3]))
    assert tiny.of_users(np.array([], int)).n == 0


def test_a_few_users_of_an_unsorted_log_are_those_of_a_sorted_one(log):
    users = np.array([7, 3, 7, 39])
    few = log.take(np.arange(log.n)).of_users(users)
    log.of_users(np.arange(40))
    many = log.of_users(users)
    for name in ("user", "item", "timestamp", "user_ids"):
        np.testing.assert_array_equal(getattr(few, name), getattr(many, name))


@pytest.mark.parametrize("kind", ["user_ids", "item_ids"])
def test_a_model_of_other_ids_is_refused(log, kind):
    model = Popularity().fit(replace(log, **{kind: getattr(log, kind) + 1}))
    with pytest.raises(ValueError, match=f"fitted on a log with other {kind.replace('_', ' ')} than the split's"):
        evaluate(model, leave_one_out(log))
    assert evaluate(Popularity().fit(replace(log, **{kind: getattr(log, kind).copy()})), leave_one_out(log)).n_users


SCRIPT = """
import resource, sys
import numpy as np
from recbook.data import Interactions
from recbook.data.split import Split
from recbook.evaluation import evaluate
from recbook.models import ItemKNN, Popularity
rng = np.random.default_rng(0)
def log(n):
    user, item = rng.integers(20_000, size=n), rng.integers(50_000, size=n)
    return Interactions(user, item, None, np.arange(n), np.arange(20_000), np.arange(50_000))
train, test = log(100_000), log(3_000)
split = Split(train, train.take(np.zeros(0, int)), test)
model = Popularity() if sys.argv[1] == "popularity" else ItemKNN(sparse=True)
report = evaluate(model, split)
if sys.platform == "darwin":
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**30
else:  # Linux's ru_maxrss holds what the process that started this one took before
    peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 2**20
print(report.n_users, peak)
"""


@pytest.mark.scale
@pytest.mark.skipif(sys.platform == "win32", reason="resource is of Unix")
@pytest.mark.parametrize("model", ["popularity", "sparse"])
def test_a_long_table_of_scores_is_never_made(model):
    """20,000 users × 50,000 items are 3.7 GiB of float32, of which evaluation used to hold two."""
    run = subprocess.run([sys.executable, "-c", SCRIPT, model], capture_output=True, text=True, check=True)
    n_users, peak = run.stdout.split()
    assert 2_500 < int(n_users) < 3_000
    assert float(peak) < 1.2
