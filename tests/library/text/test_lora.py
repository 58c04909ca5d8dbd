"""LoRA by hand against products written out, against peft, and through a file."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from recbook.data.store import ArtifactError
from recbook.layers import EncoderLayer
from recbook.models.contrastive import Stack, States, TopLayer, n_trainable
from recbook.text import lora


def two_layers(seed: int = 0) -> Stack:
    torch.manual_seed(seed)
    return Stack(*(EncoderLayer(12, 3, 20) for _ in range(2)))


def moved(model: nn.Module, seed: int = 1) -> nn.Module:
    """As after training: every thin matrix holds something."""
    torch.manual_seed(seed)
    for part in lora.adapter(model).values():
        part.normal_()
    return model


def tokens(seed: int = 2) -> torch.Tensor:
    return torch.randn(4, 5, 12, generator=torch.Generator().manual_seed(seed))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(1, 6), st.booleans(), st.data())
def test_a_layer_is_the_formula_written_out(seed, n_in, n_out, bias, data):
    rank = data.draw(st.integers(1, min(n_in, n_out)))
    torch.manual_seed(seed)
    layer = lora.LoRALinear(nn.Linear(n_in, n_out, bias, dtype=torch.float64), rank, alpha=3.0)
    layer.B.data.normal_()
    x = torch.randn(7, n_in, dtype=torch.float64)
    with torch.no_grad():
        weight = layer.frozen.weight + 3.0 / rank * sum(torch.outer(layer.B[:, k], layer.A[k]) for k in range(rank))
        wanted = torch.stack([weight @ row for row in x]) + (layer.frozen.bias if bias else 0)
        torch.testing.assert_close(layer(x), wanted)
        torch.testing.assert_close(layer.merged()(x), wanted)


def test_it_starts_as_the_frozen_model():
    plain = two_layers()
    with torch.inference_mode():
        before = plain(tokens())
        after = lora.add(plain, ["query", "value"], rank=3)(tokens())
    assert (before - after).abs().max() < 1e-6


def test_merged_computes_the_same_and_is_plain_again():
    model = moved(lora.add(two_layers(), ["query", "value"], rank=3, alpha=6.0))
    names = set(dict(two_layers().named_parameters()))
    with torch.inference_mode():
        before = model(tokens())
        lora.merge(model)
        assert (before - model(tokens())).abs().max() < 1e-5
        assert (before - two_layers()(tokens())).abs().max() > 0.1, "the thin matrices did nothing"
    assert set(dict(model.named_parameters())) == names
    assert not lora.adapter(model)


def test_merging_leaves_the_frozen_weight_alone():
    frozen = nn.Linear(4, 3)
    layer = lora.LoRALinear(frozen, 2)
    layer.B.data.fill_(1.0)
    kept = frozen.weight.clone()
    assert not torch.equal(layer.merged().weight, kept)
    assert torch.equal(frozen.weight, kept)


def test_only_the_thin_matrices_are_trained():
    model = lora.add(two_layers(), ["query", "value"], rank=3)
    before = {name: part.detach().clone() for name, part in model.named_parameters()}
    weights = [part for part in model.parameters() if part.requires_grad]
    assert n_trainable(model) == sum(part.numel() for part in weights) == 2 * 2 * 3 * (12 + 12)
    optimizer = torch.optim.Adam(weights, lr=0.1)
    for _ in range(2):
        optimizer.zero_grad()
        model(tokens()).square().mean().backward()
        optimizer.step()
    changed = {name for name, part in model.named_parameters() if not torch.equal(part, before[name])}
    assert changed == {name for name, part in model.named_parameters() if part.requires_grad}
    assert {name.rpartition(".")[2] for name in changed} == {"A", "B"}


def test_a_whole_name_means_one_layer_and_what_ends_alike_is_another():
    model = lora.add(two_layers(), ["1.value", "narrow"], rank=2)
    assert {name.rpartition(".")[0] for name in lora.adapter(model)} == {"0.narrow", "1.narrow", "1.value"}


def test_a_name_given_twice_is_wrapped_once():
    assert n_trainable(lora.add(two_layers(), ["query", "0.query"], rank=1)) == 2 * (12 + 12)


@pytest.mark.parametrize("rank", [0, -1, 13])
def test_a_rank_that_does_not_fit_is_refused_and_nothing_changes(rank):
    model = two_layers()
    with pytest.raises(ValueError, match=rf"rank must be between 1 and 12.*got {rank}\."):
        lora.add(model, ["query"], rank=rank)
    assert all(part.requires_grad for part in model.parameters())
    assert not lora.adapter(model)


def test_where_one_layer_is_too_thin_the_other_stays_plain_too():
    model = nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 3))
    with pytest.raises(ValueError, match="between 1 and 3"):
        lora.add(model, ["0", "1"], rank=5)
    assert all(part.requires_grad for part in model.parameters())
    assert not lora.adapter(model)


def test_the_smaller_side_limits_the_rank():
    with pytest.raises(ValueError, match="between 1 and 3"):
        lora.LoRALinear(nn.Linear(8, 3), rank=4)


@pytest.mark.parametrize("names", [["qery"], ["query", "norm_1"], ["uery"]])
def test_a_name_that_no_linear_layer_has_is_refused(names):
    with pytest.raises(ValueError, match=r"No linear layer is called '(qery|norm_1|uery)'.*query, value"):
        lora.add(two_layers(), names)


def test_one_name_as_a_text_is_refused_with_what_to_write():
    with pytest.raises(TypeError, match=r'\["query"\]'):
        lora.add(two_layers(), "query")


def test_twice_is_refused():
    model = lora.add(two_layers(), ["query"], rank=2)
    with pytest.raises(ValueError, match="already"):
        lora.add(model, ["value"], rank=2)


def test_an_adapter_comes_back_from_its_file(tmp_path):
    model = moved(lora.add(two_layers(), ["query", "value"], rank=3, alpha=6.0))
    lora.save(model, tmp_path)
    again = lora.load(lora.add(two_layers(), ["query", "value"], rank=3, alpha=6.0), tmp_path)
    with torch.inference_mode():
        assert torch.equal(again(tokens()), model(tokens()))
    (weights,) = tmp_path.glob("*.safetensors")
    assert weights.stat().st_size < 4 * n_trainable(model) + 2000, "the adapter alone, not the model"


@pytest.mark.parametrize(
    "other", [{"rank": 2, "alpha": 4.0}, {"rank": 3, "alpha": 3.0}, {"names": ["query"]}, {"names": ["query", "key"]}]
)
def test_an_adapter_of_another_shape_is_refused_and_nothing_changes(tmp_path, other):
    lora.save(moved(lora.add(two_layers(), ["query", "value"], rank=3, alpha=6.0)), tmp_path)
    model = lora.add(two_layers(), **({"names": ["query", "value"], "rank": 3, "alpha": 6.0} | other))
    before = {name: part.clone() for name, part in lora.adapter(model).items()}
    with pytest.raises(ValueError, match=r"does not fit.*Call add with the names, rank and alpha"):
        lora.load(model, tmp_path)
    assert all(torch.equal(part, before[name]) for name, part in lora.adapter(model).items())


def test_a_damaged_adapter_is_refused(tmp_path):
    lora.save(lora.add(two_layers(), ["query"], rank=1), tmp_path)
    (weights,) = tmp_path.glob("*.safetensors")
    weights.write_bytes(weights.read_bytes()[:-4])
    with pytest.raises(ArtifactError, match="damaged"):
        lora.load(lora.add(two_layers(), ["query"], rank=1), tmp_path)


def test_a_model_without_thin_matrices_has_nothing_to_save(tmp_path):
    with pytest.raises(ValueError, match="call add"):
        lora.save(two_layers(), tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_tower_of_fine_tuning_takes_it():
    states = States(tokens(), torch.ones(4, 5, dtype=torch.bool))
    tower = TopLayer(two_layers(), states)
    before = tower(torch.arange(4)).detach()
    lora.add(tower, ["query", "value"], rank=2)
    np.testing.assert_allclose(tower(torch.arange(4)).detach(), before, atol=1e-6)
    tower(torch.arange(4))[:, 0].sum().backward()
    assert all(part.grad is not None for part in tower.parameters() if part.requires_grad)


def test_peft_computes_the_same():
    peft = pytest.importorskip("peft")
    ours = moved(lora.add(two_layers(), ["query", "value"], rank=3, alpha=6.0))
    config = peft.LoraConfig(r=3, lora_alpha=6.0, target_modules=["query", "value"], lora_dropout=0.0)
    theirs = peft.inject_adapter_in_model(config, two_layers()).eval()
    trained = {name for name, part in theirs.named_parameters() if part.requires_grad}
    assert n_trainable(theirs) == n_trainable(ours)
    for name, part in lora.adapter(ours).items():
        layer, _, side = name.rpartition(".")
        (its_name,) = (one for one in trained if one.startswith(f"{layer}.lora_{side}"))
        theirs.get_parameter(its_name).data.copy_(part)
    with torch.inference_mode():
        torch.testing.assert_close(theirs(tokens()), ours(tokens()))
