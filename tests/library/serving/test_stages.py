"""The three stages: each equals what it stands for, by hand and against the models' own scores."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from recbook.data import Interactions, leave_one_out
from recbook.data.histories import recency, sentences_in_time
from recbook.evaluation.metrics import rank, ranked_lists
from recbook.models import EASE, ItemKNN, LinearTowers
from recbook.serving import stages

NOTHING = np.zeros(0, np.int64)


@pytest.fixture(scope="module")
def log():
    """40 users and 60 items, in time."""
    rng = np.random.default_rng(0)
    taken = np.concatenate([rng.choice(60, 15, replace=False) for _ in range(40)])
    users = np.repeat(np.arange(40), 15)
    return Interactions(users, taken, None, np.arange(600), np.arange(40), np.arange(60))


@pytest.fixture(scope="module")
def towers(log):
    features = np.random.default_rng(1).standard_normal((60, 8)).astype(np.float32)
    return LinearTowers(features, dimensions=4, epochs=1).fit(log)


@pytest.fixture(scope="module")
def retriever(towers):
    return stages.Retriever(towers.user_side_, towers.item_side_, towers.bias_, towers.half_life)


def best(scores: np.ndarray, without: np.ndarray, n: int) -> np.ndarray:
    scores = scores.astype(float).copy()
    scores[without] = -np.inf
    return np.argsort(-scores, kind="stable")[:n]


# ---- Retrieval


def test_retrieval_is_the_model_that_it_is_made_from(log, towers, retriever):
    scores = towers.score(np.arange(40))
    for user, history in enumerate(sentences_in_time(log)):
        found = retriever(history, 12)
        np.testing.assert_allclose(scores[user][found], scores[user][best(scores[user], history, 12)], rtol=1e-4)
        assert not set(found) & set(history)


@pytest.mark.parametrize("kind", ["flat", "hnsw", "ivf"])
def test_any_index_will_do(log, towers, retriever, kind):
    more = {"effort": 60} if kind == "hnsw" else {"cells": 3, "effort": 3} if kind == "ivf" else {}
    other = stages.Retriever(towers.user_side_, towers.item_side_, towers.bias_, towers.half_life, kind, **more)
    for history in sentences_in_time(log)[:10]:
        assert len(set(other(history, 10)) & set(retriever(history, 10))) >= 9


def test_without_a_history_it_gives_what_has_the_largest_bias(towers, retriever):
    np.testing.assert_array_equal(retriever(NOTHING, 5), best(towers.bias_, NOTHING, 5))


def test_all_that_is_left_is_as_much_as_it_can_give(retriever):
    assert len(retriever(np.arange(50), 200)) == 10
    assert len(retriever(np.arange(60), 200)) == 0
    assert len(retriever(np.array([3, 3, 3]), 58)) == 58  # an item met three times is one item


@pytest.mark.parametrize(
    ("history", "says"),
    [([0, 60], "must lie in 0…59; got 0 to 60"), ([-1], "got -1"), ([[1, 2]], "item indices"), ([0.5], "item indices")],
)
def test_histories_that_are_none(retriever, history, says):
    with pytest.raises(ValueError, match=says):
        retriever(np.array(history))
    with pytest.raises(ValueError, match=says):
        stages.ItemWeights(np.eye(60))(np.array(history), np.arange(3))


def test_sides_that_do_not_fit_together():
    with pytest.raises(ValueError, match="must have one shape"):
        stages.Retriever(np.ones((3, 2)), np.ones((4, 2)))
    with pytest.raises(ValueError, match="bias has values that are no finite numbers"):
        stages.Retriever(np.ones((3, 2)), np.ones((3, 2)), np.array([0, np.nan, 1]))
    with pytest.raises(ValueError, match="half_life must be above 0"):
        stages.Retriever(np.ones((3, 2)), np.ones((3, 2)), half_life=0)


# ---- Ranking


@pytest.mark.parametrize(("model", "table"), [(EASE(), "weights_"), (ItemKNN(), "similarity_")])
def test_candidates_get_the_models_own_scores(log, model, table):
    score, candidates = model.fit(log).score(np.arange(40)), np.array([5, 3, 59, 20])
    ranker = stages.ItemWeights(getattr(model, table))
    for user, history in enumerate(sentences_in_time(log)):
        np.testing.assert_allclose(
            ranker(history, candidates) * len(history), score[user][candidates], rtol=1e-4, atol=1e-5
        )


def test_the_last_items_weigh_most_as_recency_has_it(log):
    weights = EASE().fit(log).weights_
    wanted, ranker = recency(log, 5.0) @ weights, stages.ItemWeights(weights, half_life=5.0)
    for user, history in enumerate(sentences_in_time(log)[:10]):
        np.testing.assert_allclose(ranker(history, np.arange(60)), wanted[user], rtol=1e-4, atol=1e-6)


def test_nobodys_history_ranks_all_alike():
    np.testing.assert_array_equal(stages.ItemWeights(np.eye(60))(NOTHING, np.arange(3)), [0, 0, 0])


# ---- Re-ranking


def test_the_second_place_goes_to_what_is_unlike_the_first():
    """Two films of war and one of love, by pencil: 0.5 * 0.9 - 0.5 * 1 against 0.5 * 0.5 - 0.5 * 0."""
    vectors = np.array([[1.0, 0], [1, 0], [0, 1], [1, 1]])
    candidates, scores = np.array([0, 1, 2, 3]), np.array([1.0, 0.9, 0.5, 0.0])
    np.testing.assert_array_equal(stages.diverse(candidates, scores, vectors, 3, weight=0.5), [0, 2, 1])
    np.testing.assert_array_equal(stages.diverse(candidates, scores, vectors, 3, weight=0), [0, 1, 2])


def test_diverse_lists_by_trying_every_candidate_at_every_place():
    rng = np.random.default_rng(2)
    vectors, candidates, scores = rng.standard_normal((30, 4)), rng.permutation(30)[:12], rng.random(12)
    cosine = (
        np.corrcoef(vectors) * 0
        + (vectors / np.linalg.norm(vectors, axis=1)[:, None]) @ (vectors / np.linalg.norm(vectors, axis=1)[:, None]).T
    )
    value = (scores - scores.min()) / (scores.max() - scores.min())
    taken: list[int] = []
    for _ in range(5):
        gain = [
            0.7 * v - (0.3 * max(cosine[c, t] for t in taken) if taken else 0) if c not in taken else -9
            for c, v in zip(candidates, value, strict=True)
        ]
        taken.append(int(candidates[int(np.argmax(gain))]))
    np.testing.assert_array_equal(stages.diverse(candidates, scores, vectors, 5, weight=0.3), taken)


def test_few_or_no_candidates_make_a_short_list():
    vectors = np.eye(4)
    assert len(stages.diverse(NOTHING, np.zeros(0), vectors)) == 0
    np.testing.assert_array_equal(stages.diverse(np.array([2, 1]), np.array([0.5, 0.5]), vectors), [2, 1])


@pytest.mark.parametrize(
    "settings", [{"weight": 1.5}, {"weight": -0.1}, {"k": 0}, {"scores": np.zeros(3)}], ids=lambda s: next(iter(s))
)
def test_diverse_refuses(settings):
    given = {"candidates": np.array([0, 1]), "scores": np.array([1.0, 0.5]), "vectors": np.eye(2)} | settings
    with pytest.raises(ValueError, match="diverse takes as many scores as candidates"):
        stages.diverse(**given)


# ---- All three


def test_each_stage_keeps_what_the_one_before_gave(log, retriever):
    rerank = partial(stages.diverse, vectors=np.random.default_rng(3).random((60, 3)), k=5, weight=0.3)
    whole = stages.Stages(partial(retriever, n=20), stages.ItemWeights(EASE().fit(log).weights_), rerank)
    for history in sentences_in_time(log)[:5]:
        answer = whole.answer(history)
        assert set(answer.ranked) == set(answer.retrieved) and len(answer.ranked) == 20
        assert set(answer.shown) <= set(answer.ranked) and len(set(answer.shown)) == 5
        assert answer.shown[0] == answer.ranked[0]
        assert tuple(answer.seconds) == stages.STAGES and min(answer.seconds.values()) > 0


def test_lists_are_judged_as_scores_are(log):
    split = leave_one_out(log)
    scores = np.random.default_rng(4).random((40, 60))
    wanted, masked = split.wanted("test"), split.masked("test")
    lists = [best(row, mask.nonzero()[0], 10) for row, mask in zip(scores, masked.toarray() > 0, strict=True)]
    by_lists, by_scores = ranked_lists(stages.lists_of(lists, 10), wanted, 10), rank(scores, wanted, 10, masked)
    np.testing.assert_array_equal(by_lists.ndcg(), by_scores.ndcg())
    np.testing.assert_array_equal(by_lists.recall(), by_scores.recall())
    np.testing.assert_array_equal(stages.lists_of([NOTHING, np.array([7, 8, 9])], 2), [[-1, -1], [7, 8]])
    with pytest.raises(ValueError, match="of 40 users"):
        ranked_lists(np.zeros((3, 10), int), wanted, 10)
