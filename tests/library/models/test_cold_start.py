"""Cold start: kernels, shrinkage, profiles, curated lists, and the closed form of dropout against drawing it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.kernel_ridge import KernelRidge as Peer

from recbook.chapters.cold_start.choices import content_model, like_values
from recbook.data import Interactions, new_users
from recbook.models import EASE, FeatureRidge, GroupPopularity, KernelEASE, KernelRidge, ProfileRidge
from recbook.models import cold_start as cold
from recbook.models.content_tower import ContentTower
from recbook.vectors import gaussian_kernel


def log_of(table, ratings=None):
    user, item = np.nonzero(table)
    rating = np.ones(len(user), np.float32) if ratings is None else np.asarray(ratings)[user, item]
    ids = (np.arange(table.shape[0]), np.arange(table.shape[1]))
    return Interactions(user, item, rating.astype(np.float32), np.arange(len(user)), *ids)


def random_log(rng, users=12, items=9):
    table = rng.random((users, items)) < 0.4
    table[0] = table[:, 0] = True
    return log_of(table)


@given(st.integers(0, 2**32 - 1), st.floats(0.1, 5.0))
@settings(max_examples=25, deadline=None)
def test_gaussian_kernel_by_its_definition(seed, width):
    x = np.random.default_rng(seed).normal(size=(6, 3))
    kernel = gaussian_kernel(x, width)
    for i in range(6):
        for j in range(6):
            assert kernel[i, j] == pytest.approx(np.exp(-((x[i] - x[j]) ** 2).sum() / (2 * width**2)))


@given(st.integers(0, 2**32 - 1), st.floats(0.1, 20.0))
@settings(max_examples=20, deadline=None)
def test_kernel_ridge_is_scikit_learns_on_centred_targets(seed, l2):
    rng = np.random.default_rng(seed)
    log, features = random_log(rng), rng.normal(size=(9, 4))
    known = np.arange(9) < 6
    kernel = gaussian_kernel(features, 1.0)
    targets = log.matrix().T.toarray()[known]
    mean = targets.mean(axis=0)
    peer = Peer(alpha=l2, kernel="precomputed").fit(kernel[np.ix_(known, known)], targets - mean)
    wanted = peer.predict(kernel[:, known]) + mean
    got = KernelRidge(kernel, l2).fit(log, known).score(np.arange(12))
    np.testing.assert_allclose(got, wanted.T, atol=1e-5)


def test_kernel_ridge_on_a_linear_kernel_is_feature_ridge():
    rng = np.random.default_rng(1)
    log, features = random_log(rng), rng.normal(size=(9, 4))
    features -= features[log.item_counts() > 0].mean(axis=0)
    one = KernelRidge(features @ features.T, 2.0).fit(log).score(np.arange(12))
    other = FeatureRidge(features, 2.0).fit(log).score(np.arange(12))
    np.testing.assert_allclose(one, other, atol=1e-5)


def test_a_hidden_items_own_targets_teach_nothing():
    rng = np.random.default_rng(2)
    table = rng.random((12, 9)) < 0.5
    other = table.copy()
    other[:, 7:] = ~table[:, 7:]
    kernel, known = gaussian_kernel(rng.normal(size=(9, 3)), 1.0), np.arange(9) < 7
    setting = {"l2": 1.0, "rank": 3, "even": 0.5, "lift": 0.5}
    one, two = (KernelRidge(kernel, **setting).fit(log_of(t), known).scores_ for t in (table, other))
    np.testing.assert_array_equal(one, two)


def test_full_rank_changes_nothing_and_low_rank_projects():
    rng = np.random.default_rng(3)
    log, kernel = random_log(rng), gaussian_kernel(rng.normal(size=(9, 3)), 1.0)
    plain = KernelRidge(kernel, 1.0).fit(log).scores_
    np.testing.assert_allclose(KernelRidge(kernel, 1.0, rank=12).fit(log).scores_, plain, atol=1e-9)
    low = KernelRidge(kernel, 1.0, rank=2).fit(log).scores_
    centred = low - log.matrix().T.toarray().mean(axis=0)
    assert np.linalg.matrix_rank(centred, tol=1e-5) <= 2


def test_lift_multiplies_by_the_power_of_predicted_popularity():
    rng = np.random.default_rng(4)
    log, kernel = random_log(rng), gaussian_kernel(rng.normal(size=(9, 3)), 1.0)
    plain, lifted = (KernelRidge(kernel, 1.0, lift=lift).fit(log) for lift in (0.0, 0.7))
    counts = log.item_counts().astype(float)
    popularity = cold.kernel_predictions(kernel, counts > 0, np.log1p(counts[counts > 0])[:, None], 1.0)
    np.testing.assert_allclose(lifted.scores_, plain.scores_ * np.exp(0.7 * popularity))


@pytest.mark.parametrize(
    "setting", [{}, {"rank": 3}, {"even": 0.5}, {"lift": 0.5}, {"rank": 2, "even": 0.3, "lift": 1}]
)
def test_one_decomposition_gives_what_each_fit_does(setting):
    rng = np.random.default_rng(5)
    log, kernel = random_log(rng), gaussian_kernel(rng.normal(size=(9, 3)), 1.0)
    known, wanted = np.arange(9) < 7, np.arange(9) >= 7
    rows = cold.item_targets(log, 9, known, None)[1]
    tastes = cold.tastes(rows, setting.get("even", 0.0), setting.get("rank"))
    for mask in (wanted, np.ones(9, bool)):
        decomposed = cold.DecomposedKernel(kernel, known, mask)
        for l2 in (0.3, 3.0):
            model = KernelRidge(kernel, l2, **setting).fit(log, known)
            got = cold.ridge_scores(decomposed, tastes, l2, setting.get("lift", 0.0))
            np.testing.assert_allclose(got, model.scores_[mask], rtol=1e-9, atol=1e-9)
            got = decomposed(cold.ease_scores(rows, 2.0), l2)
            model = KernelEASE(kernel, l2, 2.0).fit(log, known)
            np.testing.assert_allclose(got, model.scores_[mask], rtol=1e-9, atol=1e-9)


def test_values_are_targets_and_zero_is_no_rating():
    rng = np.random.default_rng(6)
    log, kernel = random_log(rng), gaussian_kernel(rng.normal(size=(9, 3)), 1.0)
    some = rng.random(log.n) < 0.6
    known = log.item_counts() > 0
    setting = {"l2": 1.0, "even": 0.5, "lift": 0.5}
    weighed = KernelRidge(kernel, **setting).fit(log, known, values=some.astype(float)).scores_
    np.testing.assert_allclose(weighed, KernelRidge(kernel, **setting).fit(log.take(some), known).scores_)


def test_kernel_ease_predicts_the_columns_of_ease():
    rng = np.random.default_rng(7)
    table = rng.random((12, 9)) < 0.5
    table[:, 7:] = False
    log, kernel, known = log_of(table), gaussian_kernel(rng.normal(size=(9, 3)), 1.0), np.arange(9) < 7
    columns = EASE(2.0).fit(log).weights_.T.astype(float)  # row j: the weights that predict item j
    mean = columns[known].mean(axis=0)
    inner = np.linalg.inv(kernel[np.ix_(known, known)] + 3.0 * np.eye(7))
    predicted = kernel[:, known] @ inner @ (columns[known] - mean) + mean
    got = KernelEASE(kernel, l2=3.0, ease_l2=2.0).fit(log, known).score(np.arange(12))
    np.testing.assert_allclose(got, table @ predicted.T, atol=1e-5)


def test_with_hardly_any_penalty_kernel_ease_is_ease_on_known_items():
    log = random_log(np.random.default_rng(8))
    got = KernelEASE(np.eye(9), l2=1e-9, ease_l2=2.0).fit(log).score(np.arange(12))
    np.testing.assert_allclose(got, EASE(2.0).fit(log).score(np.arange(12)), atol=1e-5)


def test_a_tower_learns_a_taste_that_the_features_tell():
    likes = np.zeros((20, 12), bool)
    likes[:10, :6], likes[10:, 6:] = True, True
    features = np.repeat(np.eye(2, dtype=np.float32), 6, axis=0)
    features += np.random.default_rng(9).normal(size=features.shape, scale=0.05)
    shown = likes.copy()
    shown[:, [5, 11]] = False  # one item of each kind is new
    scores = ContentTower(features, epochs=60).fit(log_of(shown)).score(np.arange(20))
    assert ((scores[:, 5] > scores[:, 11]) == likes[:, 5]).all()
    again = ContentTower(features, epochs=60).fit(log_of(shown)).score(np.arange(20))
    np.testing.assert_array_equal(scores, again)


def test_a_choice_names_its_model():
    kernels, features = {"both": np.eye(3)}, {"title, year": np.eye(3), "genres, decade": np.ones((3, 1))}
    ridge = content_model("ridge", {"kernel": "both", "l2": 2.0, "rank": 1, "other": 0.3}, features, kernels)
    ease = content_model("ease", {"kernel": "both", "l2": 2.0, "ease_l2": 5.0, "other": 0.0}, features, kernels)
    tower = content_model("tower", {"kernel": "both", "epochs": 3, "other": 0.0}, features, kernels)
    assert (ridge.l2, ridge.rank, ease.ease_l2, tower.epochs) == (2.0, 1, 5.0, 3)
    assert tower.features.shape == (3, 4)
    log = log_of(np.ones((1, 3)), np.array([[5, 4, 3]]))
    assert like_values(log, 0.3).tolist() == [1.0, 1.0, 0.3]


def test_directions_are_those_of_the_singular_values():
    table = np.random.default_rng(5).normal(size=(8, 5))
    _, _, right = np.linalg.svd(table)
    np.testing.assert_allclose(np.abs(right[:3] @ cold.directions(table, 3)), np.eye(3), atol=1e-8)


@given(st.integers(0, 50), st.integers(1, 50), st.floats(0.01, 1), st.floats(0.1, 100))
def test_shrunken_lies_between_the_mean_and_the_prior(total, n, prior, kappa):
    total = min(total, n)
    value = float(cold.shrunken(total, n, prior, kappa))
    assert min(total / n, prior) - 1e-9 <= value <= max(total / n, prior) + 1e-9
    weight = float(cold.known_share(n, kappa))
    assert value == pytest.approx(weight * total / n + (1 - weight) * prior)


def test_group_popularity_by_pencil():
    # Users 0 and 1 in group 0, user 2 in group 1; user 3 is new, in group 1, and so is group 2, which has no user.
    log = log_of(np.array([[1, 1], [1, 0], [0, 1], [0, 0], [0, 0]]))
    scores = GroupPopularity(np.array([0, 0, 1, 1, 2]), kappa=2.0).fit(log).score(np.arange(5))
    rate = 2 / 3
    np.testing.assert_allclose(scores[0], [(2 + 2 * rate) / 4, (1 + 2 * rate) / 4], rtol=1e-6)
    np.testing.assert_allclose(scores[3], [(0 + 2 * rate) / 3, (1 + 2 * rate) / 3], rtol=1e-6)
    np.testing.assert_allclose(scores[4], [rate, rate], rtol=1e-6)


def test_profile_ridge_is_feature_ridge_turned_round():
    rng = np.random.default_rng(6)
    table = rng.random((9, 12)) < 0.4
    table[:7, 0], table[7:] = True, False  # two users are new
    profiles = rng.normal(size=(9, 3))
    got = ProfileRidge(profiles, 2.0).fit(log_of(table)).score(np.arange(9))
    other = FeatureRidge(profiles, 2.0).fit(log_of(table.T)).score(np.arange(12)).T
    np.testing.assert_allclose(got, other, atol=1e-5)


def test_dropout_map_minimises_what_drawing_estimates():
    rng = np.random.default_rng(7)
    content, factors = rng.normal(size=(30, 4)), rng.normal(size=(30, 3))
    dropout, l2 = 0.4, 0.5
    a, b = cold.dropout_map(content, factors, dropout, l2)

    def expected(a, b):
        kept, cold_items = factors - factors @ a - content @ b, factors - content @ b
        return (1 - dropout) * (kept**2).sum() + dropout * (cold_items**2).sum() + l2 * ((a**2).sum() + (b**2).sum())

    least = expected(a, b)
    for _ in range(20):
        assert expected(a + 0.01 * rng.normal(size=a.shape), b + 0.01 * rng.normal(size=b.shape)) > least


def test_dropout_map_at_both_ends():
    rng = np.random.default_rng(8)
    content, factors = rng.normal(size=(30, 4)), rng.normal(size=(30, 3))
    a, b = cold.dropout_map(content, factors, 0.0, 1e-6)
    np.testing.assert_allclose(a, np.eye(3), atol=1e-4)
    np.testing.assert_allclose(b, 0, atol=1e-4)
    a, b = cold.dropout_map(content, factors, 1.0, 0.3)
    np.testing.assert_allclose(a, 0, atol=1e-12)
    np.testing.assert_allclose(b, np.linalg.solve(content.T @ content + 0.3 * np.eye(4), content.T @ factors))


def test_best_of_groups_keeps_the_best_with_enough_votes():
    stars = np.array([[5, 3, 5, 4], [4, 3, 0, 4], [5, 4, 0, 2]])
    log = log_of(stars > 0, stars)
    groups = np.array([[1, 0], [1, 0], [1, 1], [0, 1]])
    got = cold.best_of_groups(log, groups, size=1, votes=2)
    np.testing.assert_allclose(got, [14 / 3, 0, 0, 10 / 3], rtol=1e-6)  # item 2 has one vote only


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_careful_raters_against_numpys_correlation(seed):
    rng = np.random.default_rng(seed)
    stars = rng.integers(1, 6, size=(8, 12)) * (rng.random((8, 12)) < 0.8)
    log = log_of(stars > 0, stars)
    agreement = np.full(8, -np.inf)
    for u in range(8):
        seen = [i for i in range(12) if stars[u, i] and (stars[:, i] > 0).sum() > 1]
        others = [np.mean([stars[v, i] for v in range(8) if v != u and stars[v, i]]) for i in seen]
        own = stars[u, seen].astype(float)
        if (stars[u] > 0).sum() >= 5 and len(seen) > 1 and np.std(own) > 1e-9 and np.std(others) > 1e-9:
            agreement[u] = np.corrcoef(own, others)[0, 1]
    wanted = [u for u in np.argsort(-agreement, kind="stable")[:3] if np.isfinite(agreement[u])]
    got = cold.careful_raters(log, most=3, ratings=5)
    np.testing.assert_allclose(agreement[got], agreement[wanted], atol=1e-9)


def test_new_users_over_all_folds_are_everybody_once(movielens):
    folds = [new_users(movielens, fold) for fold in range(5)]
    assert sorted(np.concatenate([part.users for part in folds])) == list(range(movielens.n_users))
    for part in folds:
        assert part.train.n + part.first.n + part.later.n == movielens.n
        assert not np.isin(part.train.user, part.users).any()


def test_new_users_first_films_come_before_the_later_ones(movielens):
    part = new_users(movielens, 2, horizon=7)
    assert part.known(0).n == 0
    assert (part.known(3).user_counts()[part.users] == 3).all()
    last = np.zeros(movielens.n_users)
    np.maximum.at(last, part.first.user, part.first.timestamp)
    assert (part.later.timestamp >= last[part.later.user]).all()


def test_new_users_among_some_only(movielens):
    outer = new_users(movielens, 0)
    among = ~np.isin(np.arange(movielens.n_users), outer.users)
    inner = new_users(movielens, 1, among=among)
    for log in (inner.train, inner.first, inner.later):
        assert not np.isin(log.user, outer.users).any()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: gaussian_kernel(np.eye(2), 0.0),
        lambda: KernelRidge(np.zeros((2, 3))),
        lambda: KernelRidge(np.eye(2), rank=0),
        lambda: KernelEASE(np.zeros((2, 3))),
        lambda: KernelEASE(np.eye(2), ease_l2=0.0),
        lambda: KernelEASE(np.eye(2)).fit(log_of(np.eye(3))),
        lambda: ContentTower(np.zeros(3)),
        lambda: ContentTower(np.eye(3), weight_decay=-1.0),
        lambda: content_model("forest", {}, {}, {}),
        lambda: GroupPopularity(np.array([0.5])),
        lambda: GroupPopularity(np.array([0]), kappa=0.0),
        lambda: ProfileRidge(np.zeros(3)),
        lambda: cold.shrunken(np.array(1.0), 0, 0.5, 0.0),
        lambda: cold.known_share(1, 0.0),
        lambda: cold.dropout_map(np.eye(2), np.eye(2), 1.5, 1.0),
    ],
)
def test_says_what_is_wrong(wrong):
    with pytest.raises(ValueError):
        wrong()


def test_a_look_after_an_epoch_sees_the_model_of_so_many_epochs():
    log = random_log(np.random.default_rng(10))
    features = np.random.default_rng(11).normal(size=(9, 4))
    seen = {}
    ContentTower(features, epochs=4, on_epoch=lambda model, epoch: seen.update({epoch: model.scores_})).fit(log)
    assert list(seen) == [1, 2, 3, 4]
    for epochs in (1, 3):
        np.testing.assert_array_equal(seen[epochs], ContentTower(features, epochs=epochs).fit(log).scores_)
    assert not np.array_equal(seen[1], ContentTower(features, epochs=1, weight_decay=20.0).fit(log).scores_)
