"""Private gradients: clipped user by user, beside a loop and opacus."""

import numpy as np
import pytest
import torch

from recbook.models.autoencoder import history_loss, made
from recbook.privacy.gradients import clipped_sum, private_gradient, step_multiplier
from recbook.privacy.mechanism import Budget, gaussian_delta

ROWS = torch.from_numpy((np.random.default_rng(0).random((20, 12)) < 0.4).astype(np.float32))
ROWS[:, 0] = 1  # nobody has an empty row


def loss(forward, row):
    return history_loss(forward, row, row)


def by_loop(model, clip):
    total = [torch.zeros_like(value) for value in model.parameters()]
    for row in ROWS:
        model.zero_grad()
        history_loss(model, row[None], row[None]).sum().backward()
        length = torch.sqrt(sum((value.grad**2).sum() for value in model.parameters()))
        for place, value in enumerate(model.parameters()):
            total[place] += value.grad * min(1.0, clip / float(length))
    return total


def test_each_users_gradient_is_cut_as_in_a_loop():
    model = made(12, 4, 0)
    for found, expected in zip(
        clipped_sum(model, ROWS, loss, 0.3, batch_size=7).values(), by_loop(model, 0.3), strict=True
    ):
        assert torch.allclose(found, expected, atol=1e-5)


def test_the_noise_of_all_steps_together_keeps_the_promise():
    multiplier = step_multiplier(Budget(1.0, 1e-5), 25)
    assert gaussian_delta(multiplier / 5, 1.0) == pytest.approx(1e-5, rel=1e-6)


def test_noise_is_added_to_the_sum():
    model, seeded = made(12, 4, 0), torch.Generator().manual_seed(0)
    noisy, plain = private_gradient(model, ROWS, loss, 0.3, 2.0, seeded), clipped_sum(model, ROWS, loss, 0.3)
    apart = torch.cat([(noisy[name] - plain[name]).flatten() for name in plain])
    assert float(apart.std()) == pytest.approx(0.6, rel=0.2)


@pytest.mark.parametrize(("clip", "multiplier"), [(0.0, 1.0), (1.0, 0.0), (float("nan"), 1.0), (1.0, float("inf"))])
def test_no_gradient_comes_without_noise(clip, multiplier):
    with pytest.raises(ValueError, match="finite number above 0"):
        private_gradient(made(12, 4, 0), ROWS, loss, clip, multiplier, torch.Generator())


def test_the_sum_is_that_of_opacus():
    opacus = pytest.importorskip("opacus")
    wrapped = opacus.GradSampleModule(made(12, 4, 0), loss_reduction="sum")
    history_loss(wrapped, ROWS, ROWS).sum().backward()
    parts = {name.removeprefix("_module."): value.grad_sample for name, value in wrapped.named_parameters()}
    lengths = torch.sqrt(sum(part.flatten(1).square().sum(dim=1) for part in parts.values()))
    factor = (0.3 / lengths).clamp(max=1.0)
    ours = clipped_sum(made(12, 4, 0), ROWS, loss, 0.3)
    for name, part in parts.items():
        assert torch.allclose(torch.einsum("u,u...->...", factor, part), ours[name], atol=1e-5)
