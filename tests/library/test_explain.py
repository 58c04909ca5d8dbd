"""Attributions: closed forms, what must add up, and captum."""

import numpy as np
import pytest
import torch

from recbook import explain

X = torch.from_numpy(np.random.default_rng(0).normal(size=(6, 5)))
W = torch.linspace(-1, 2, 5, dtype=torch.float64)
SUMS = (explain.integrated_gradients, explain.shapley, explain.exact_shapley)
WITH_BASELINE = (*SUMS, explain.input_x_gradient, explain.ablation)


def curved(x):
    return torch.tanh(x @ W) + x[:, 0] * x[:, 1] * x[:, 2] + x[:, 3] ** 2


@pytest.mark.parametrize("way", WITH_BASELINE, ids=lambda way: way.__name__)
def test_a_linear_score_is_owed_to_each_weight_times_input(way):
    start = torch.full((5,), 0.5, dtype=torch.float64)
    found = way(lambda x: x @ W, X, start)
    assert torch.allclose(found, (X - start) * W, atol=1e-9)


@pytest.mark.parametrize("way", SUMS, ids=lambda way: way.__name__)
def test_a_row_adds_up_to_the_score_above_the_baseline(way):
    gap = curved(X) - curved(torch.zeros_like(X))
    assert torch.allclose(way(curved, X).sum(dim=1), gap, atol=2e-3)


def test_of_a_product_both_get_half_and_ablation_counts_it_twice():
    x = torch.tensor([[2.0, 3.0]])
    product = lambda x: x[:, 0] * x[:, 1]  # noqa: E731
    assert explain.exact_shapley(product, x).tolist() == [[3, 3]]
    assert explain.ablation(product, x).tolist() == [[6, 6]]
    assert explain.gradient(product, x).tolist() == [[3, 2]]


def test_sampled_shapley_values_come_near_the_exact_ones():
    exact, sampled = explain.exact_shapley(curved, X), explain.shapley(curved, X, orders=400)
    assert (exact - sampled).abs().max() < 0.15 * exact.abs().max()


def test_the_same_seed_gives_the_same_values():
    assert torch.equal(explain.shapley(curved, X, seed=3), explain.shapley(curved, X, seed=3))


def test_methods_agree_with_captum():
    attr = pytest.importorskip("captum.attr")
    x = X.float()
    score = lambda x: torch.tanh(x @ W.float()) + x[:, 0] * x[:, 1]  # noqa: E731
    pairs = [
        (explain.saliency(score, x), attr.Saliency(score).attribute(x)),
        (explain.input_x_gradient(score, x), attr.InputXGradient(score).attribute(x)),
        (explain.integrated_gradients(score, x), attr.IntegratedGradients(score).attribute(x, method="riemann_middle")),
        (explain.ablation(score, x), attr.FeatureAblation(score).attribute(x)),
        (explain.exact_shapley(score, x), attr.ShapleyValues(score).attribute(x)),
    ]
    for ours, theirs in pairs:
        assert torch.allclose(ours, theirs.float(), atol=1e-5)


def test_marks_of_an_attribution():
    truth = np.array([[1.0, -2.0, 0.0, 0.0]])
    assert explain.agreement(truth * 3, truth) == pytest.approx([1.0])
    assert explain.agreement(-truth, truth) == pytest.approx([-1.0])
    assert np.isnan(explain.agreement(np.zeros((1, 4)), truth)).all()
    assert explain.share_found(np.array([[3.0, 0.1, -2.0, 0.0]]), np.array([0, 1])).tolist() == [0.5]
    assert explain.share_of(truth, 1) == pytest.approx([2 / 3])


def test_bad_arguments_are_told():
    with pytest.raises(ValueError, match="one score a row"):
        explain.ablation(lambda x: x, X)
    with pytest.raises(ValueError, match="baseline must have shape"):
        explain.ablation(curved, X, torch.zeros(4))
    with pytest.raises(ValueError, match="steps"):
        explain.integrated_gradients(curved, X, steps=0)
    with pytest.raises(ValueError, match="orders"):
        explain.shapley(curved, X, orders=0)
    with pytest.raises(ValueError, match="take shapley"):
        explain.exact_shapley(lambda x: x.sum(dim=1), torch.zeros(1, 15))
