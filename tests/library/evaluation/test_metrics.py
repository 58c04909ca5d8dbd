"""Metrics against definitions written out in full, against scikit-learn, and at their borders."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse
from sklearn.metrics import ndcg_score, roc_auc_score

from recbook.evaluation import evaluate_scores, gini, metrics

ALL = {
    "precision": metrics.precision_at_k,
    "recall": metrics.recall_at_k,
    "hit": metrics.hit_rate_at_k,
    "ndcg": metrics.ndcg_at_k,
    "mrr": metrics.reciprocal_rank_at_k,
    "map": metrics.average_precision_at_k,
}


def by_definition(scores, relevant, k, exclude):
    """The same for one user, with a sort and loops."""
    order = [i for i in sorted(range(len(scores)), key=lambda i: (-scores[i], i)) if not exclude[i]][:k]
    total = int(sum(relevant))
    if total == 0:
        return dict.fromkeys(ALL, np.nan)
    hits = [bool(relevant[i]) for i in order]
    ideal = sum(1 / np.log2(2 + place) for place in range(min(total, min(k, len(scores)))))
    precisions = [sum(hits[: place + 1]) / (place + 1) for place, hit in enumerate(hits) if hit]
    return {
        "precision": sum(hits) / max(len(order), 1),
        "recall": sum(hits) / total,
        "hit": float(any(hits)),
        "ndcg": sum(hit / np.log2(2 + place) for place, hit in enumerate(hits)) / ideal,
        "mrr": 1 / (1 + hits.index(True)) if any(hits) else 0.0,
        "map": sum(precisions) / min(k, total),
    }


@st.composite
def cases(draw):
    shape = draw(st.tuples(st.integers(1, 5), st.integers(1, 12)))
    scores = draw(hnp.arrays(np.float64, shape, elements=st.sampled_from([-2.0, 0.0, 0.5, 1.0, 3.0])))  # many ties
    relevant, exclude = (draw(hnp.arrays(np.bool_, shape)) for _ in range(2))
    return scores, relevant, draw(st.integers(1, 15)), exclude


@given(cases())
def test_metrics_are_their_definitions(case):
    scores, relevant, k, exclude = case
    for name, metric in ALL.items():
        expected = [by_definition(*row, k, e)[name] for *row, e in zip(scores, relevant, exclude, strict=True)]
        np.testing.assert_allclose(metric(scores, relevant, k, exclude), expected, rtol=1e-12)
        in_csr = metric(scores.astype(np.float32), sparse.csr_array(relevant), k, sparse.csr_array(exclude))
        np.testing.assert_allclose(in_csr, expected, rtol=1e-12)


@given(st.integers(1, 20), st.integers(0, 2**32 - 1))
def test_ndcg_agrees_with_scikit_learn(k, seed):
    rng = np.random.default_rng(seed)
    scores, relevant = rng.random((4, 20)), rng.random((4, 20)) < 0.3
    relevant[:, 0] = True
    assert metrics.ndcg_at_k(scores, relevant, k).mean() == pytest.approx(ndcg_score(relevant, scores, k=k))


def test_ties_go_to_the_lower_index():
    assert metrics.top_k(np.array([[1.0, 2.0, 2.0, 1.0, 1.0]]), 4).tolist() == [[1, 2, 0, 3]]
    assert metrics.top_k(np.zeros((1, 6)), 3).tolist() == [[0, 1, 2]]


def test_many_ties_are_no_more_work_and_the_same_list():
    """Mostly equal scores, as of a sparse model: the list is that of a stable sort."""
    rng = np.random.default_rng(0)
    scores = np.where(rng.random((40, 3000)) < 0.003, rng.integers(1, 4, (40, 3000)), 0).astype(np.float32)
    scores[0], scores[1], scores[2, :2990] = 0, -np.inf, -np.inf
    scores[3, rng.permutation(3000)[:2000]] = 2
    for k in (1, 10, 50):
        expected = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        expected = np.where(np.isneginf(np.take_along_axis(scores, expected, axis=1)), -1, expected)
        np.testing.assert_array_equal(metrics.top_k(scores, k), expected)
    zeros, start = np.zeros((100, 50_000), np.float32), time.perf_counter()
    assert (metrics.top_k(zeros, 10) == np.arange(10)).all()
    assert time.perf_counter() - start < 1


def test_k_above_what_can_be_ranked_ranks_it_all():
    scores, relevant = np.array([[3.0, 2.0, 1.0]]), np.array([[False, True, False]])
    exclude = np.array([[True, False, False]])
    assert metrics.top_k(scores, 5, exclude).tolist() == [[1, 2, -1]]
    assert metrics.precision_at_k(scores, relevant, 5, exclude) == 1 / 2


def test_minus_infinity_is_never_ranked():
    assert metrics.top_k(np.array([[-np.inf, 1.0]]), 2).tolist() == [[1, -1]]


def test_an_excluded_item_cannot_be_hit():
    one = np.ones((1, 1), bool)
    assert metrics.recall_at_k(np.ones((1, 1)), one, 1, exclude=one) == 0


def test_a_user_with_nothing_relevant_gets_nan():
    scores, relevant = np.ones((2, 3)), np.array([[0, 0, 0], [1, 0, 0]])
    for metric in ALL.values():
        assert np.isnan(metric(scores, relevant, 2)).tolist() == [True, False]


@pytest.mark.parametrize("form", [np.array, sparse.csr_array])
def test_relevant_is_what_is_above_0(form):
    grades = form([[-1.0, 0.5, 0.0]])
    assert metrics.recall_at_k(np.array([[3.0, 2, 1]]), grades, 1) == 0
    assert metrics.recall_at_k(np.array([[2.0, 3, 1]]), grades, 1) == 1
    assert metrics.auc(np.array([[2.0, 3, 1]]), grades) == 1
    assert metrics.confusion_at_k(np.array([[2.0, 3, 1]]), grades, 1).true_negative == 2


def test_whole_number_scores_are_welcome():
    assert metrics.top_k(np.array([[1, 3, 2]]), 2).tolist() == [[1, 2]]


@pytest.mark.parametrize("k", [0, -1, 2.5, "3", True])
def test_k_is_a_whole_number_from_1(k):
    with pytest.raises(ValueError, match="k must be a whole number"):
        metrics.ndcg_at_k(np.ones((1, 3)), np.ones((1, 3)), k)


@pytest.mark.parametrize(
    ("scores", "relevant", "exclude", "says"),
    [
        (np.ones(3), np.ones(3), None, r"scores must have shape \(n_users, n_items\); got \(3,\)"),
        (np.ones((2, 3)), np.ones((2, 4)), None, r"relevant must have the shape of scores, \(2, 3\); got \(2, 4\)"),
        (np.ones((2, 3)), np.ones((2, 3)), np.ones((3, 2)), r"exclude must have the shape of scores"),
        (np.array([[1.0], [np.nan]]), np.ones((2, 1)), None, "NaN in 1 of 2 rows, first in row 1"),
        (np.ones((1, 2)), np.array([[np.nan, 1]]), None, "relevant has NaN in 1 places"),
        (np.ones((1, 2)), sparse.csr_array([[np.nan, 1]]), None, "relevant has NaN in 1 places"),
        (np.ones((1, 2)), np.ones((1, 2)), np.array([[np.nan, 0]]), "exclude has NaN in 1 places"),
        (np.ones((1, 2)), np.ones((1, 2)), sparse.csr_array([[np.nan, 0]]), "exclude has NaN in 1 places"),
        (np.ones((3, 0)), np.ones((3, 0)), None, r"scores has no items, shape \(3, 0\): there is nothing to rank"),
    ],
)
def test_bad_input_says_what_was_wrong(scores, relevant, exclude, says):
    with pytest.raises(ValueError, match=says):
        metrics.ndcg_at_k(scores, relevant, 2, exclude)


def test_scores_are_not_changed():
    scores, exclude = np.ones((2, 3)), np.eye(2, 3, dtype=bool)
    metrics.top_k(scores, 2, exclude)
    assert (scores == 1).all()


def test_no_relevant_item_at_all_is_an_error():
    with pytest.raises(ValueError, match="No user has a relevant item"):
        evaluate_scores(np.ones((2, 3)), np.zeros((2, 3)))


def test_gini_by_hand():
    assert gini(np.array([1, 4, 1])) == pytest.approx(1 / 3)
    assert gini(np.full(7, 3)) == pytest.approx(0)
    assert gini(np.array([0, 0, 0, 8])) == pytest.approx(3 / 4)


@given(hnp.arrays(np.int64, st.integers(1, 30), elements=st.integers(0, 50)).filter(lambda a: a.sum() > 0))
def test_gini_is_the_mean_difference(counts):
    differences = np.abs(counts[:, None] - counts[None]).mean()
    assert gini(counts) == pytest.approx(differences / (2 * counts.mean()))


@pytest.mark.parametrize("counts", [[], [0, 0], [1, -1]])
def test_gini_refuses_what_has_no_share(counts):
    with pytest.raises(ValueError, match="at least one count"):
        gini(counts)


@st.composite
def graded_cases(draw):
    scores, _, k, exclude = draw(cases())
    grades = draw(hnp.arrays(np.float64, scores.shape, elements=st.sampled_from([0.0, 0.0, 1.0, 4.0, 5.0])))
    return scores, grades, k, exclude


def graded_by_definition(scores, grades, k, exclude):
    """Graded NDCG of one user, with a sort and loops."""
    order = [i for i in sorted(range(len(scores)), key=lambda i: (-scores[i], i)) if not exclude[i]][:k]
    best = sorted(grades, reverse=True)[:k]
    dcg, ideal = (sum(g / np.log2(2 + place) for place, g in enumerate(row)) for row in (grades[order], best))
    return dcg / ideal if ideal else np.nan


@given(graded_cases())
def test_graded_ndcg_is_its_definition(case):
    scores, grades, k, exclude = case
    expected = [graded_by_definition(*row, k, e) for *row, e in zip(scores, grades, exclude, strict=True)]
    np.testing.assert_allclose(metrics.graded_ndcg_at_k(scores, grades, k, exclude), expected, rtol=1e-12)
    in_csr = metrics.graded_ndcg_at_k(scores, sparse.csr_array(grades), k, sparse.csr_array(exclude))
    np.testing.assert_allclose(in_csr, expected, rtol=1e-12)


@given(cases())
def test_graded_ndcg_of_zeros_and_ones_is_ndcg(case):
    scores, relevant, k, exclude = case
    graded = metrics.graded_ndcg_at_k(scores, relevant.astype(float), k, exclude)
    np.testing.assert_allclose(graded, metrics.ndcg_at_k(scores, relevant, k, exclude), rtol=1e-12)


@given(st.integers(1, 20), st.integers(0, 2**32 - 1))
def test_graded_ndcg_agrees_with_scikit_learn(k, seed):
    rng = np.random.default_rng(seed)
    scores, grades = rng.random((4, 20)), rng.integers(0, 6, size=(4, 20))
    grades[:, 0] = 5
    assert metrics.graded_ndcg_at_k(scores, grades, k).mean() == pytest.approx(ndcg_score(grades, scores, k=k))


def test_grades_below_zero_are_refused():
    with pytest.raises(ValueError, match="grades"):
        metrics.graded_ndcg_at_k(np.zeros((1, 2)), np.array([[1.0, -1.0]]), 1)


@given(cases())
def test_auc_agrees_with_scikit_learn_over_what_can_be_ranked(case):
    scores, relevant, _, exclude = case
    for row, value in enumerate(metrics.auc(scores, relevant, exclude)):
        kept = ~exclude[row]
        good = relevant[row][kept]
        if good.any() and not good.all():
            assert value == pytest.approx(roc_auc_score(good, scores[row][kept]))
        else:
            assert np.isnan(value)


@given(cases())
def test_confusion_counts_every_item_once(case):
    scores, relevant, k, exclude = case
    found = metrics.confusion_at_k(scores, relevant, k, exclude)
    lists = metrics.top_k(scores, k, exclude)
    for row, listed in enumerate(lists):
        listed = set(listed[listed >= 0].tolist())
        universe = [i for i in range(scores.shape[1]) if not exclude[row, i] or relevant[row, i]]
        counts = [sum((i in listed) == shown and relevant[row, i] == good for i in universe)
                  for shown, good in ((True, True), (True, False), (False, True), (False, False))]  # fmt: skip
        assert [int(part[row]) for part in found] == counts
    defined = relevant.any(axis=1)
    precision = (found.true_positive / np.maximum(found.true_positive + found.false_positive, 1))[defined]
    np.testing.assert_allclose(precision, metrics.precision_at_k(scores, relevant, k, exclude)[defined])
    total = np.maximum(sum(found), 1)
    np.testing.assert_allclose(
        found.accuracy(),
        1 - (found.false_positive + found.false_negative) / total * (sum(found) > 0) - (sum(found) == 0),
    )
