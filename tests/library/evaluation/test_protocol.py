"""The protocol: the course's reference numbers, masking, and intervals that mean what they say."""

from __future__ import annotations

import time

import numpy as np
import pytest
from scipy import sparse

from recbook.data import leave_one_out
from recbook.evaluation import Report, bootstrap, evaluate, evaluate_scores, truth
from recbook.evaluation.protocol import evaluate_tasks, is_fitted, shuffled_ties
from recbook.models import EASE, FeatureRidge, ItemKNN, Popularity
from recbook.models.baselines import keep_largest
from recbook.vectors import cosine_of_columns


@pytest.fixture(scope="module")
def split():
    import recbook

    return leave_one_out(recbook.load("ml-100k"))


@pytest.mark.parametrize(("model", "ndcg", "hit"), [(Popularity(), 0.0449, 0.0859), (EASE(l2=250.0), 0.0718, 0.1400)])
def test_reference_numbers(split, model, ndcg, hit):
    report = evaluate(model.fit(split.train), split)
    assert report["ndcg@10"] == pytest.approx(ndcg, abs=0.0005)
    assert report["hit@10"] == pytest.approx(hit, abs=0.0005)
    low, high = report.interval("ndcg@10")
    assert low < report["ndcg@10"] < high


def test_the_rows_of_train_alone_give_what_other_libraries_report(split):
    report = evaluate(EASE().fit(split.train), split, reads="train")
    assert report["ndcg@10"] == pytest.approx(0.0698, abs=0.0005)
    assert "train alone" in repr(report) and "train alone" in report._repr_html_()


def test_a_report_says_when_a_model_reads_no_history(split):
    assert "Popularity does not read a history" in repr(evaluate(Popularity(), split))
    assert evaluate(EASE(), split).note == ""
    both = repr(evaluate_tasks(Popularity(), split, ("all", "new")))
    assert both.count("does not read a history") == 1


def test_what_a_model_reads_is_one_of_two(split):
    with pytest.raises(ValueError, match=r"reads must be one of 'history', 'train'; got 'test'"):
        evaluate(EASE(), split, reads="test")


def test_item_knn_beats_popularity(split):
    knn, popularity = evaluate(ItemKNN(), split), evaluate(Popularity(), split)
    assert knn.difference(popularity, "ndcg@10").low > 0


class Recorder:
    """Scores nothing, and remembers what it was given."""

    def fit(self, interactions):
        self.fitted_ = interactions
        return self

    def score(self, users, history=None):
        self.users, self.history = users, history
        return np.zeros((len(users), history.n_items), np.float32)


def test_a_model_is_fitted_on_train_and_reads_the_history(split):
    model = Recorder()
    evaluate(model, split)
    assert model.fitted_ is split.train
    assert model.history.n == split.train.n + split.valid.n
    assert len(model.users) == 943
    evaluate(model, split, on="valid")
    assert model.history is split.train


def test_the_history_is_masked_for_everybody(split):
    class Knowing(Recorder):
        def score(self, users, history=None):
            return history.matrix().toarray() * 100 + truth(split).toarray()

    assert evaluate(Knowing(), split)["mrr@10"] == 1


def test_a_fitted_model_is_not_fitted_again(split):
    part = split.train.take(np.arange(1000))
    model = Popularity().fit(part)
    evaluate(model, split)
    assert model.counts_.sum() == 1000


def test_scores_of_another_shape_are_refused(split):
    class Wrong(Recorder):
        def score(self, users, history=None):
            return np.zeros((3, 3))

    with pytest.raises(ValueError, match=r"Wrong.score must return \(943, 1682\).*got \(3, 3\)"):
        evaluate(Wrong(), split)


def test_valid_or_test_only(split):
    with pytest.raises(ValueError, match="valid"):
        evaluate(Popularity(), split, on="train")


def test_a_user_without_test_items_is_left_out(tiny):
    report = evaluate(Popularity(), leave_one_out(tiny), k=2)
    assert np.isnan(report.per_user["hit@2"]).tolist() == [False, False, True]
    assert 0 <= report["hit@2"] <= 1


def test_report_names_what_it_has():
    report = Report({"ndcg@10": np.array([0.0, 1.0])})
    with pytest.raises(KeyError, match=r"'ndcg@5' was not measured; this report has ndcg@10"):
        report["ndcg@5"]
    assert "ndcg@10" in repr(report)
    assert "<table" in report._repr_html_()


def test_the_interval_covers_the_mean_as_often_as_it_says():
    rng = np.random.default_rng(1)
    inside = 0
    for seed in range(200):
        low, high = bootstrap(rng.exponential(size=200), n_resamples=500, seed=seed)
        inside += low <= 1.0 <= high
    assert 0.88 <= inside / 200 <= 0.99


def test_a_difference_is_paired():
    easy = np.random.default_rng(0).random(300)
    a, b = Report({"m": easy + 0.01}), Report({"m": easy})
    low, high = a.difference(b, "m")
    assert low == pytest.approx(0.01) and high == pytest.approx(0.01)


def test_nothing_to_resample():
    with pytest.raises(ValueError, match="no user to resample"):
        bootstrap(np.array([np.nan]))


def test_evaluating_all_users_takes_milliseconds(split):
    scores = EASE().fit(split.train).score(np.arange(943))
    relevant, seen = truth(split), split.history().matrix()
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        evaluate_scores(scores, relevant, exclude=seen)
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.06


@pytest.mark.parametrize("model", [Popularity(), ItemKNN(), EASE()])
def test_an_unfitted_model_says_so(model):
    assert not is_fitted(model)
    with pytest.raises(RuntimeError, match=r"call \.fit"):
        model.score(np.arange(2))


@pytest.mark.parametrize(
    "make",
    [
        lambda: ItemKNN(k=0),
        lambda: ItemKNN(shrink=-1),
        lambda: EASE(l2=0),
        lambda: EASE(half_life=0),
        lambda: ItemKNN(half_life=-1),
    ],
)
def test_settings_out_of_range(make):
    with pytest.raises(ValueError, match="must be"):
        make()


def test_ease_solves_its_regression(tiny):
    """Each column of B is the ridge regression of that item on the others."""
    x = tiny.matrix().toarray()
    weights = EASE(l2=0.7).fit(tiny).weights_
    assert (np.diag(weights) == 0).all()
    for item in range(4):
        others = np.arange(4) != item
        gram = x[:, others].T @ x[:, others] + 0.7 * np.eye(3)
        expected = np.linalg.solve(gram, x[:, others].T @ x[:, item])
        np.testing.assert_allclose(weights[others, item], expected, atol=1e-5)


def test_cosine_of_columns_by_hand(tiny):
    similarity = cosine_of_columns(tiny.matrix())
    assert similarity[0, 3] == pytest.approx(2 / np.sqrt(3 * 2))
    assert similarity[2, 1] == 0
    assert (np.diag(similarity) == 0).all()
    assert cosine_of_columns(tiny.matrix(), shrink=10)[0, 3] < similarity[0, 3]


def test_keep_largest_keeps_k_a_column():
    kept = keep_largest(np.random.default_rng(0).random((6, 6)), 2)
    assert ((kept > 0).sum(axis=0) == 2).all()


def test_feature_ridge_solves_its_regression(tiny):
    features = np.random.default_rng(0).normal(size=(4, 2))
    model = FeatureRidge(features, l2=0.5).fit(tiny)
    x = features - features.mean(axis=0)
    y = tiny.matrix().toarray().T
    expected = np.linalg.solve(x.T @ x + 0.5 * np.eye(2), x.T @ (y - y.mean(axis=0)))
    np.testing.assert_allclose(model.score(np.arange(3)), (x @ expected + y.mean(axis=0)).T, atol=1e-6)


def test_feature_ridge_does_not_count_the_unrated_as_disliked(tiny):
    without_item_3 = tiny.take(tiny.item != 3)
    features = np.array([[0.0], [1.0], [2.0], [100.0]])
    known = FeatureRidge(features).fit(without_item_3)
    x = np.array([[-1.0], [0.0], [1.0]])  # of the three that were met, less their mean
    y = without_item_3.matrix().toarray().T[:3]
    assert known.weights_ == pytest.approx(((x.T @ y) / (2.0 + 50.0)).T)
    with pytest.raises(ValueError, match="4 items"):
        FeatureRidge(features[:3]).fit(tiny)


def test_shuffled_ties_make_a_lottery_of_equal_scores_alone():
    rng = np.random.default_rng(0)
    scores, relevant = rng.random((300, 40)), sparse.csr_array((rng.random((300, 40)) < 0.2).astype(np.float32))
    plain = evaluate_scores(scores, relevant)["ndcg@10"]
    assert evaluate_scores(*shuffled_ties(scores, relevant))["ndcg@10"] == pytest.approx(plain)
    first = sparse.csr_array(np.tile(np.arange(40) < 10, (300, 1)).astype(np.float32))
    noisy = rng.normal(size=(300, 40), scale=1e-12)  # all alike, but for rounding
    assert evaluate_scores(np.zeros((300, 40)), first)["ndcg@10"] == pytest.approx(1)
    drawn = [evaluate_scores(*shuffled_ties(noisy, first, seed))["ndcg@10"] for seed in range(200)]
    assert np.mean(drawn) == pytest.approx(0.25, abs=0.03)
