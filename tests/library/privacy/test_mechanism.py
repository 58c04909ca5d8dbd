"""The Gaussian mechanism: its noise against an independent integral, and no value without noise."""

import numpy as np
import pytest
from scipy import integrate, sparse, stats

from recbook.privacy.mechanism import (
    Budget,
    classical_sigma,
    clip_rows,
    gaussian_delta,
    gaussian_sigma,
    private_counts,
    private_gram,
)

GRID = [(epsilon, delta) for epsilon in (0.01, 0.1, 0.5, 1.0, 3.0, 10.0, 50.0) for delta in (1e-9, 1e-5, 1e-2, 0.3)]


def worst_delta(sigma, epsilon):
    """δ by its definition: the integral of what the density with the user is above e^ε times the one without."""
    with_user, without = stats.norm(1, sigma), stats.norm(0, sigma)
    start = 0.5 + epsilon * sigma**2  # from here on the density with the user is larger

    def excess(x):
        return with_user.pdf(x) - np.exp(epsilon + without.logpdf(x))

    found, _ = integrate.quad(excess, start, start + 12 * sigma, epsabs=0, epsrel=1e-8, limit=500)
    return found


@pytest.mark.parametrize(("epsilon", "delta"), GRID)
def test_the_noise_gives_the_delta_that_an_integral_finds(epsilon, delta):
    sigma = gaussian_sigma(epsilon, delta)
    assert gaussian_delta(sigma, epsilon) <= delta
    assert gaussian_delta(sigma * 0.9999, epsilon) > delta
    assert worst_delta(sigma, epsilon) == pytest.approx(delta, rel=1e-3)


def test_noise_grows_with_the_sensitivity_alone():
    assert gaussian_sigma(1, 1e-5, 7.0) == pytest.approx(7 * gaussian_sigma(1, 1e-5))


def test_the_classical_formula_is_too_large_below_1_and_refused_above():
    assert classical_sigma(1, 1e-5) > gaussian_sigma(1, 1e-5)
    with pytest.raises(ValueError, match="up to 1"):
        classical_sigma(1.1, 1e-5)


def test_shares_of_a_budget_together_are_the_budget():
    budget = Budget(2.0, 1e-6)
    parts = [budget.multiplier(share) for share in (0.1, 0.3, 0.6)]
    assert 1 / np.sqrt(sum(1 / part**2 for part in parts)) == pytest.approx(budget.multiplier())


ROWS = sparse.csr_array(np.array([[1, 1, 1, 1], [1, 0, 0, 0], [0, 0, 0, 0]], float))


def test_rows_are_cut_and_never_stretched():
    found = clip_rows(ROWS, 1.0).toarray()
    assert found.tolist() == [[0.5] * 4, [1, 0, 0, 0], [0] * 4]


def test_counts_have_the_noise_that_was_asked_for():
    budget, rng = Budget(1.0, 1e-5), np.random.default_rng(0)
    wide = sparse.csr_array(np.ones((1, 20_000)))
    noise = private_counts(wide, 2.0, budget, rng) - 2.0 / np.sqrt(20_000)
    assert noise.std() == pytest.approx(2 * gaussian_sigma(1.0, 1e-5), rel=0.03)
    assert abs(noise.mean()) < 0.2


def test_a_private_gram_is_symmetric_with_less_noise_off_the_diagonal():
    budget, rng = Budget(1.0, 1e-5), np.random.default_rng(0)
    wide = sparse.csr_array((2, 400))
    noise = private_gram(wide, 2.0, budget, rng)
    sigma = 4 * gaussian_sigma(1.0, 1e-5)
    assert (noise == noise.T).all()
    assert np.diag(noise).std() == pytest.approx(sigma, rel=0.15)
    assert noise[np.triu_indices(400, 1)].std() == pytest.approx(sigma / np.sqrt(2), rel=0.02)


def test_a_user_moves_a_gram_by_no_more_than_the_square_of_the_clip():
    clipped = clip_rows(ROWS, 1.5).toarray()
    assert max(np.linalg.norm(np.outer(row, row)) for row in clipped) <= 1.5**2 + 1e-12


NAN, INF = float("nan"), float("inf")
BAD = [(0.0, 1e-5), (-1.0, 1e-5), (NAN, 1e-5), (INF, 1e-5), (1.0, 0.0), (1.0, 1.0), (1.0, 2.0), (1.0, NAN)]


@pytest.mark.parametrize(("epsilon", "delta"), BAD)
def test_a_bad_promise_is_refused_before_anything_is_computed(epsilon, delta):
    for made in (gaussian_sigma, classical_sigma, Budget):
        with pytest.raises(ValueError, match=r"epsilon|delta"):
            made(epsilon, delta)


@pytest.mark.parametrize("clip", [0.0, -1.0, float("nan"), float("inf")])
def test_a_bad_clip_gives_no_value(clip):
    for private in (private_counts, private_gram):
        with pytest.raises(ValueError, match="clip must be"):
            private(ROWS, clip, Budget(1.0, 1e-5), np.random.default_rng(0))


@pytest.mark.parametrize("share", [0.0, -0.1, 1.1, float("nan")])
def test_a_bad_share_gives_no_value(share):
    with pytest.raises(ValueError, match="share"):
        private_counts(ROWS, 1.0, Budget(1.0, 1e-5), np.random.default_rng(0), share=share)


def test_rows_that_are_not_finite_give_no_value():
    rows = sparse.csr_array(np.array([[np.inf, 1.0]]))
    with pytest.raises(ValueError, match="not finite"):
        private_counts(rows, 1.0, Budget(1.0, 1e-5), np.random.default_rng(0))
