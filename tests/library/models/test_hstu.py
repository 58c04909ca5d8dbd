"""HSTU's layer is its formula, reads nothing later, and learns."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from recbook.data import Interactions
from recbook.models import load
from recbook.models.hstu import HSTU, PointwiseLayer, PointwiseLayers
from recbook.models.sequences import SequenceSettings

SMALL = SequenceSettings(
    width=16, layers=1, length=8, dropout=0.0, epochs=60, batch_size=16, learning_rate=0.01, text=False
)


def layer() -> PointwiseLayer:
    torch.manual_seed(0)
    one = PointwiseLayer(8, 2, 6, 0.0)
    torch.nn.init.normal_(one.by_distance)
    return one


def test_a_layer_is_the_papers_formula_place_by_place():
    one, x = layer(), torch.randn(1, 4, 8)
    gate, v, q, k = functional.silu(one.gate_values_queries_keys(one.before(x)))[0].chunk(4, dim=1)
    rows = []
    for i in range(4):
        read = torch.zeros(8)
        for head in range(2):
            part = slice(4 * head, 4 * head + 4)
            for j in range(i + 1):
                weight = functional.silu(q[i, part] @ k[j, part] + one.by_distance[head, i - j]) / 4
                read[part] += weight * v[j, part]
        rows.append(x[0, i] + one.joined(one.after(read) * gate[i]))
    assert torch.allclose(one(x)[0], torch.stack(rows), atol=1e-5)


def test_it_reads_nothing_later_and_its_weights_do_not_sum_to_one():
    one, x = layer(), torch.randn(2, 5, 8)
    changed = x.clone()
    changed[:, 3:] += 1
    assert torch.allclose(one(x)[:, :3], one(changed)[:, :3], atol=1e-6)
    q = torch.randn(1, 2, 5, 4)
    assert (one.weights(q, q).sum(dim=-1) - 1).abs().min() > 0.01


def test_layers_for_both_directions_are_refused():
    with pytest.raises(ValueError, match="left to right only"):
        PointwiseLayers(SMALL)(torch.randn(1, 4, 16), mask=torch.zeros(4, 4), is_causal=False)


def test_the_next_item_of_a_circle_is_learned_and_saved(tmp_path):
    walks = [[(start + step) % 12 for step in range(5 + start % 4)] for start in range(48)]
    user = np.repeat(np.arange(48), [len(walk) for walk in walks])
    time = np.concatenate([np.arange(len(walk)) for walk in walks])
    log = Interactions(user, np.concatenate(walks), None, time, np.arange(48), np.arange(12))
    model = HSTU(settings=SMALL).fit(log)
    best = model.score(np.arange(48)).argmax(axis=1)
    assert (best == [(start + 5 + start % 4) % 12 for start in range(48)]).mean() > 0.8
    model.save(tmp_path)
    assert np.allclose(load(tmp_path).score(np.arange(48)), model.score(np.arange(48)), atol=1e-5)
