"""item2vec: who stands near whom, what it reads, and that it is the same every time."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recbook.data import Interactions, leave_one_out
from recbook.data.histories import recency, sentences_in_time
from recbook.evaluation import evaluate
from recbook.models import Item2Vec, Popularity

SMALL = {"dimensions": 16, "radius": 5, "epochs": 20, "rate": 0.05}
USERS, NOBODYS = np.arange(200), 50


def log_of(lists: list[list[int]], n_items: int) -> Interactions:
    """Each list is a user's items, oldest first, written last user first: the file is not in order of time."""
    rows = [(user, item, when) for user, items in enumerate(lists) for when, item in enumerate(items)][::-1]
    user, item, time = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    return Interactions(user, item, np.ones(len(user), np.float32), time, np.arange(len(lists)), np.arange(n_items))


@pytest.fixture(scope="module")
def two_groups() -> Interactions:
    """Users of even number have 8 of items 0…24, the others 8 of items 25…49; nobody has item 50."""
    rng = np.random.default_rng(0)
    return log_of([(rng.permutation(25)[:8] + 25 * (user % 2)).tolist() for user in USERS], 51)


def leaning(scores: np.ndarray) -> np.ndarray:
    """How much higher a row scores the items of the first group on average than those of the second."""
    return scores[:, :25].mean(axis=1) - scores[:, 25:50].mean(axis=1)


@pytest.mark.parametrize("skip_gram", [True, False])
@pytest.mark.parametrize("ordered", [True, False])
def test_neighbours_come_from_the_same_group(two_groups, skip_gram, ordered):
    model = Item2Vec(**SMALL, skip_gram=skip_gram, ordered=ordered).fit(two_groups)
    assert model.vectors_.shape == model.output_vectors_.shape == (51, 16)
    unit = model.vectors_[:50] / np.linalg.norm(model.vectors_[:50], axis=1, keepdims=True)
    cosine = unit @ unit.T
    np.fill_diagonal(cosine, -1)
    assert (cosine.argmax(axis=1) // 25 == np.arange(50) // 25).all()


@pytest.mark.parametrize("scoring", ["output", "cosine"])
def test_users_are_given_what_their_group_has(two_groups, scoring):
    scores = Item2Vec(**SMALL, scoring=scoring, half_life=None).fit(two_groups).score(USERS)
    assert scores.shape == (200, 51) and scores.dtype == np.float32
    assert ((leaning(scores) > 0) == (USERS % 2 == 0)).all()


@pytest.mark.parametrize("scoring", ["output", "cosine"])
def test_an_item_that_nobody_had_comes_last(two_groups, scoring):
    model = Item2Vec(**SMALL, scoring=scoring).fit(two_groups)
    scores = model.score(USERS)
    assert (scores[:, NOBODYS] < scores[:, :50].min(axis=1)).all() and np.isfinite(scores).all()
    assert not model.vectors_[NOBODYS].any() and not model.output_vectors_[NOBODYS].any()


def test_scores_by_hand(two_groups):
    model = Item2Vec(**SMALL, half_life=1.0, prior=0.5).fit(two_groups)
    read = log_of([[3, 7, NOBODYS]], 51)  # the last one is unknown: 7 is one step from the end, 3 two
    mean = (0.5 * model.vectors_[7] + 0.25 * model.vectors_[3]) / 0.75
    want = model.output_vectors_[:50] @ mean + 0.5 * np.log(two_groups.item_counts()[:50])
    np.testing.assert_allclose(model.score(np.array([0]), read)[0, :50], want, rtol=1e-4, atol=1e-5)


def test_the_prior_is_the_exponent_of_the_negatives(two_groups):
    scores = [Item2Vec(**SMALL, ns_exponent=0.75, prior=p).fit(two_groups).score(USERS) for p in (None, 0.75, 0.0)]
    np.testing.assert_array_equal(scores[0], scores[1])
    assert not np.allclose(scores[0], scores[2])


def test_the_history_is_read(two_groups):
    model = Item2Vec(**SMALL).fit(two_groups)
    swapped = replace(two_groups, item=(two_groups.item + 25) % 50)
    np.testing.assert_array_equal(model.score(USERS), model.score(USERS, two_groups))
    assert ((leaning(model.score(USERS, swapped)) > 0) == (USERS % 2 == 1)).all()
    # A product of other shape may add up in another order.
    np.testing.assert_allclose(model.score(USERS[5:9], swapped), model.score(USERS, swapped)[5:9], atol=1e-5)


def test_a_user_without_history_gets_the_items_by_count(two_groups):
    scores = Item2Vec(**SMALL).fit(two_groups).score(np.array([0]), two_groups.take(two_groups.user > 0))[0]
    counts = two_groups.item_counts()
    np.testing.assert_array_equal(counts[np.argsort(-scores, kind="stable")], np.sort(counts)[::-1])


def test_only_the_order_that_counts_is_read():
    """The same lists with other timestamps, and equal times in the file's order."""
    log = log_of([[4, 2, 0], [1, 3]], 5)
    assert [items.tolist() for items in sentences_in_time(log)] == [[4, 2, 0], [1, 3]]
    same_time = replace(log, timestamp=np.zeros(5, np.int64))
    assert [items.tolist() for items in sentences_in_time(same_time)] == [[0, 2, 4], [3, 1]]


@given(st.lists(st.lists(st.integers(0, 6), min_size=1, max_size=6), min_size=1, max_size=5), st.floats(0.5, 9))
def test_recency_is_a_weighted_share(lists, half_life):
    log = log_of(lists, 8)
    weights = recency(log, half_life).toarray()
    for user, items in enumerate(lists):
        want = np.zeros(8)
        for age, item in enumerate(reversed(items)):
            want[item] += 0.5 ** (age / half_life)
        np.testing.assert_allclose(weights[user], want / want.sum(), rtol=1e-5)
    alike = recency(log, None, known=np.arange(8) != 6)
    np.testing.assert_allclose(alike.sum(axis=1), [float(any(i != 6 for i in items)) for items in lists], rtol=1e-5)
    assert not alike.toarray()[:, 6].any()


PROGRAM = """
import numpy as np
from recbook.data import Interactions
from recbook.models import Item2Vec
rng = np.random.default_rng(0)
user, item = np.repeat(np.arange(40), 6), rng.integers(0, 30, 240)
log = Interactions(user, item, np.ones(240, np.float32), np.arange(240), np.arange(40), np.arange(30))
for ordered in (True, False):
    model = Item2Vec(dimensions=8, epochs=3, ordered=ordered, sample=0.01).fit(log)
    print(model.vectors_.tobytes().hex(), model.output_vectors_.tobytes().hex())
"""


def test_two_processes_learn_the_same():
    """Python hashes text differently in every process; nothing may hang on that."""
    environment = os.environ | {"PYTHONHASHSEED": "20"}
    other = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, check=True, text=True)
    with contextlib.redirect_stdout(io.StringIO()) as here:
        exec(PROGRAM, {})
    assert here.getvalue().split() == other.stdout.split()
    assert len(set(other.stdout.split())) == 4


def test_every_setting_reaches_gensim():
    settings = {"radius": 3, "ns_exponent": -0.5, "negative": 4, "sample": 0.01, "shrink_windows": False, "seed": 9}
    model = Item2Vec(dimensions=7, rate=0.2, skip_gram=True, **settings)._untrained()
    want = {"vector_size": 7, "alpha": 0.2, "sg": 1, "window": 3, "workers": 1} | settings
    want.pop("radius")
    assert {name: getattr(model, name) for name in want} == want


def test_another_seed_learns_something_else(two_groups):
    a, b = (Item2Vec(**SMALL | {"epochs": 1}, seed=seed).fit(two_groups).vectors_ for seed in (0, 1))
    assert not np.allclose(a, b)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"radius": 0}, "at least 1; got radius=0"),
        ({"dimensions": 0, "negative": 0}, "got dimensions=0, negative=0"),
        ({"rate": 0}, "rate must be above 0"),
        ({"sample": -1}, "sample at least 0"),
        ({"half_life": 0}, "half_life must be above 0, or None"),
        ({"scoring": "dot"}, "'output', 'cosine'; got 'dot'"),
    ],
)
def test_wrong_settings(wrong, message):
    with pytest.raises(ValueError, match=message):
        Item2Vec(**wrong)


def test_wrong_logs(two_groups):
    with pytest.raises(RuntimeError, match="learned nothing yet"):
        Item2Vec().score(np.arange(3))
    with pytest.raises(ValueError, match="No user has two items"):
        Item2Vec().fit(log_of([[0], [1]], 2))
    with pytest.raises(ValueError, match="the log is empty"):
        Item2Vec().fit(two_groups.take(np.zeros(two_groups.n, bool)))
    model = Item2Vec(**SMALL | {"epochs": 1}).fit(two_groups)
    with pytest.raises(ValueError, match="history has 5 items, the log of fit 51"):
        model.score(np.arange(2), log_of([[0, 1], [2, 3]], 5))


def test_sentences_longer_than_gensim_reads_are_cut():
    from recbook.models.item2vec import _Sentences

    pieces = list(_Sentences([np.arange(25_000), np.arange(0), np.arange(3)], seed=None))
    assert max(map(len, pieces)) <= 10_000 and sum(map(len, pieces)) == 25_003


def test_the_live_setting_beats_popularity(movielens):
    """The settings that a chapter trains live, on validation, with an interval that excludes zero."""
    split = leave_one_out(movielens)
    item2vec, popularity = evaluate(Item2Vec(), split, on="valid"), evaluate(Popularity(), split, on="valid")
    assert item2vec.difference(popularity, "ndcg@10").low > 0.05
    assert item2vec["ndcg@10"] > 0.115
