"""HSTU's attention in SASRec's place: pointwise, gated, without a softmax (Zhai et al. 2024).

In "Actions Speak Louder than Words: Trillion-Parameter Sequential Transducers for Generative Recommendations" a place
does not share one unit of attention among what it reads: each pair of places has a weight of its own, SiLU of the dot
product of query and key, so that ten signs of one taste weigh more than one. What was read is normalised, and a gate
that the place itself computes multiplies it. There is no feed-forward network. Here with positions in place of times.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from recbook.models.sequences import HistoryEncoder, SASRec, SequenceSettings


class PointwiseLayer(nn.Module):
    """One layer (the paper's equations 1 to 3): weights ``SiLU(q · k + b)``, ``b`` by distance, and a gate."""

    def __init__(self, width: int, heads: int, places: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.before, self.after = nn.LayerNorm(width), nn.LayerNorm(width)
        self.gate_values_queries_keys, self.joined = nn.Linear(width, 4 * width), nn.Linear(width, width)
        self.by_distance = nn.Parameter(torch.zeros(heads, places))
        self.dropout = nn.Dropout(dropout)

    def weights(self, q: Tensor, k: Tensor) -> Tensor:
        """Of queries and keys ``(batch, heads, n, d)``: ``(batch, heads, n, n)``, 0 for what comes later."""
        n = q.shape[2]
        back = torch.arange(n)[:, None] - torch.arange(n)
        found = functional.silu(q @ k.transpose(2, 3) + self.by_distance[:, back.clamp(min=0)]) / n
        return found.masked_fill(back < 0, 0.0)

    def forward(self, x: Tensor) -> Tensor:
        """``(batch, n, width)`` to the same."""
        parts = functional.silu(self.gate_values_queries_keys(self.before(x))).chunk(4, dim=2)
        gate, (v, q, k) = parts[0], (part.unflatten(2, (self.heads, -1)).transpose(1, 2) for part in parts[1:])
        read = (self.weights(q, k) @ v).transpose(1, 2).flatten(2)
        return x + self.dropout(self.joined(self.after(read) * gate))


class PointwiseLayers(nn.Module):
    """Layers one after another, and a norm at the end: what `HistoryEncoder` calls its layers."""

    def __init__(self, settings: SequenceSettings) -> None:
        super().__init__()
        self.each = nn.ModuleList(
            PointwiseLayer(settings.width, settings.heads, settings.length, settings.dropout)
            for _ in range(settings.layers)
        )
        self.norm = nn.LayerNorm(settings.width)

    def forward(self, x: Tensor, mask: Tensor, is_causal: bool) -> Tensor:
        """As `torch.nn.TransformerEncoder`; each layer knows the causal mask itself, and there is no other."""
        if not is_causal or mask.shape[0] != x.shape[1]:
            raise ValueError("Pointwise layers read from left to right only, with a causal mask of the input's length.")
        for layer in self.each:
            x = layer(x)
        return self.norm(x)


class HSTU(SASRec):
    """`SASRec` with HSTU's layers, all else alike: the paper's attention on a log of two cores' size."""

    def _encoder(self) -> HistoryEncoder:
        encoder = super()._encoder()
        encoder.layers = PointwiseLayers(self.settings)  # type: ignore[assignment]
        return encoder
