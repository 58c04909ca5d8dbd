"""The parts of a Transformer (Vaswani et al. 2017): attention, masks, the encoder layer, embeddings; in PyTorch.

Texts, histories and images use them alike. What chapter 04 writes by hand stands here tested against Transformers.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn


def attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Scaled dot-product attention, ``softmax(Q K^T / sqrt(d)) V`` (Vaswani et al. 2017, equation 1).

    ``query`` ``(..., n, d)``, ``key`` ``(..., m, d)`` and ``value`` ``(..., m, d_v)`` give the output ``(..., n, d_v)``
    and the weights ``(..., n, m)``, whose rows add up to 1. ``mask`` is boolean and broadcasts to ``(..., n, m)``:
    True where a query may attend to a key. Raises TypeError for a mask that is not boolean, ValueError for a query that
    may attend to nothing (softmax has no answer there; torch's own function gives zeros).
    """
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~_checked(mask), -math.inf)
    weights = scores.softmax(dim=-1)
    return weights @ value, weights


def _checked(mask: Tensor) -> Tensor:
    if mask.dtype != torch.bool:
        raise TypeError(f"mask must be boolean, True where a query may attend; got {mask.dtype}. Write mask.bool().")
    if not mask.any(dim=-1).all():
        raise ValueError("mask leaves a query nothing to attend to: each of its rows needs at least one True.")
    return mask


def causal_mask(n: int) -> Tensor:
    """Boolean ``(n, n)``, True on and below the diagonal: a token sees itself and what stands before it, as in GPT."""
    return torch.ones(n, n, dtype=torch.bool).tril()


def split_heads(x: Tensor, n_heads: int) -> Tensor:
    """``(..., n, d)`` to ``(..., n_heads, n, d / n_heads)``: each head gets consecutive numbers of every token."""
    if x.shape[-1] % n_heads:
        raise ValueError(f"A width of {x.shape[-1]} cannot be cut into {n_heads} equal heads.")
    return x.unflatten(-1, (n_heads, -1)).transpose(-3, -2)


def merge_heads(x: Tensor) -> Tensor:
    """``(..., n_heads, n, d)`` to ``(..., n, n_heads * d)``: what `split_heads` cut, side by side again."""
    return x.transpose(-3, -2).flatten(-2)


class EncoderLayer(nn.Module):
    """One layer of BERT without dropout: multi-head attention and a feed-forward network, each added and normed.

    ``width`` is the length of a token's vector, ``inner`` that of the feed-forward network's middle. The norm comes
    after the sum, as in Vaswani et al. (2017, figure 1), and the activation is the exact GELU.
    """

    def __init__(self, width: int, n_heads: int, inner: int, eps: float = 1e-12) -> None:
        super().__init__()
        if width % n_heads:
            raise ValueError(f"A width of {width} cannot be cut into {n_heads} equal heads.")
        self.n_heads = n_heads
        self.query, self.key, self.value, self.mix = (nn.Linear(width, width) for _ in range(4))
        self.widen, self.narrow = nn.Linear(width, inner), nn.Linear(inner, width)
        self.norm_1, self.norm_2 = (nn.LayerNorm(width, eps=eps) for _ in range(2))

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """``(batch, n, width)`` to the same shape; ``mask`` broadcasts to ``(batch, n_heads, n, n)``."""
        x = self.norm_1(x + self.attend(x, mask)[0])
        return self.norm_2(x + self.narrow(nn.functional.gelu(self.widen(x))))

    def attend(self, x: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """What attention adds to each token, ``(batch, n, width)``, and its weights ``(batch, n_heads, n, n)``."""
        query, key, value = (split_heads(make(x), self.n_heads) for make in (self.query, self.key, self.value))
        output, weights = attention(query, key, value, mask)
        return self.mix(merge_heads(output)), weights

    @classmethod
    def from_bert(cls, layer: Any) -> EncoderLayer:
        """A copy of the weights of a ``BertLayer`` of Transformers; ValueError if its activation is not the GELU."""
        seen, wide = layer.attention.self, layer.intermediate.dense
        if seen.config.hidden_act != "gelu":
            raise ValueError(f"EncoderLayer has the exact GELU; this layer has {seen.config.hidden_act!r}.")
        built = cls(wide.in_features, seen.num_attention_heads, wide.out_features, seen.config.layer_norm_eps)
        output = layer.attention.output
        return _copied(
            built,
            query=seen.query, key=seen.key, value=seen.value, mix=output.dense, norm_1=output.LayerNorm,
            widen=wide, narrow=layer.output.dense, norm_2=layer.output.LayerNorm,
        )  # fmt: skip


class Embeddings(nn.Module):
    """What a token starts from: the sum of its own, its position's and its segment's vector, normed (no dropout)."""

    def __init__(self, n_tokens: int, n_positions: int, n_segments: int, width: int, eps: float = 1e-12) -> None:
        super().__init__()
        self.token, self.position = nn.Embedding(n_tokens, width), nn.Embedding(n_positions, width)
        self.segment, self.norm = nn.Embedding(n_segments, width), nn.LayerNorm(width, eps=eps)

    def forward(self, ids: Tensor, segments: Tensor | None = None) -> Tensor:
        """Token ids ``(batch, n)`` to vectors ``(batch, n, width)``; without ``segments`` all are segment 0.

        Raises ValueError where there are more tokens than positions.
        """
        n, longest = ids.shape[-1], self.position.num_embeddings
        if n > longest:
            raise ValueError(f"A text of {n} tokens is too long: there are vectors for {longest} positions. Cut it.")
        segments = torch.zeros_like(ids) if segments is None else segments
        places = torch.arange(n, device=ids.device)
        return self.norm(self.token(ids) + self.position(places) + self.segment(segments))

    @classmethod
    def from_bert(cls, embeddings: Any) -> Embeddings:
        """A copy of the weights of the ``BertEmbeddings`` of Transformers."""
        token, position = embeddings.word_embeddings, embeddings.position_embeddings
        segment, norm = embeddings.token_type_embeddings, embeddings.LayerNorm
        n_tokens, n_positions, n_segments = (table.num_embeddings for table in (token, position, segment))
        built = cls(n_tokens, n_positions, n_segments, token.embedding_dim, norm.eps)
        return _copied(built, token=token, position=position, segment=segment, norm=norm)


def _copied(built: Any, **parts: Any) -> Any:
    """``built`` with the weights of ``parts`` in its parts of those names, in their number format and place."""
    built.to(next(iter(parts.values())).weight)  # before copying: float64 would be rounded to float32
    for name, part in parts.items():
        getattr(built, name).load_state_dict(part.state_dict())
    return built
