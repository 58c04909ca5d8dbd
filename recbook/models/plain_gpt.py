"""A plain GPT on semantic IDs: every code of every item is a word of its own.

What `recbook.models.generators.CodeGenerator` makes fast, in the form in which it is told: an item of four codes takes
four places, and each place predicts the code after it. Keys and values of a history are kept, so that all nodes of the
tree of addresses are read after it at once, each seeing the history and its own ancestors.
"""

from __future__ import annotations

import math
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from recbook.data.histories import sentences_in_time
from recbook.data.interactions import Interactions
from recbook.fitted import fitted
from recbook.models.generators import ReaderOfCodes, code_starts
from recbook.models.semantic_ids import Trie
from recbook.models.sequences import SequenceSettings


class Block(nn.Module):
    """One layer of a GPT, normalised at its start: attention, then a network of one hidden layer."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.before_attention, self.before_network = nn.LayerNorm(width), nn.LayerNorm(width)
        self.queries_keys_values, self.joined = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.network = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))
        self.dropout = nn.Dropout(dropout)

    def split(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values of places ``(…, n, width)``, each ``(…, heads, n, width / heads)``."""
        parts = self.queries_keys_values(self.before_attention(x)).unflatten(-1, (3, self.heads, -1))
        q, k, v = parts.movedim(-3, 0).transpose(-2, -3)
        return q, k, v

    def finish(self, x: Tensor, attended: Tensor) -> Tensor:
        """The layer's output from what its heads have read, ``(…, heads, n, width / heads)``."""
        x = x + self.dropout(self.joined(attended.transpose(-2, -3).flatten(-2)))
        return x + self.dropout(self.network(self.before_network(x)))

    def forward(self, x: Tensor) -> Tensor:
        """``(batch, n, width)`` to the same; a place reads itself and what came before."""
        q, k, v = self.split(x)
        return self.finish(x, functional.scaled_dot_product_attention(q, k, v, is_causal=True))


class PlainGPT(nn.Module):
    """A causal transformer over codes: a start, then ``levels`` codes an item."""

    def __init__(self, codes: np.ndarray, settings: SequenceSettings) -> None:
        super().__init__()
        self.trie, width = Trie(codes), settings.width
        words = torch.from_numpy(self.trie.codes + code_starts(self.trie.sizes))
        # Word 0 is the start, and what fills up short histories.
        self.register_buffer("words", torch.cat([torch.zeros_like(words[:1]), words + 1]), persistent=False)
        self.table = nn.Embedding(sum(self.trie.sizes) + 1, width)
        self.places = nn.Parameter(torch.randn((settings.length + 1) * self.trie.depth + 1, width) * 0.02)
        nn.init.normal_(self.table.weight, std=0.02)
        self.blocks = nn.ModuleList(Block(width, settings.heads, settings.dropout) for _ in range(settings.layers))
        self.norm, self.dropout = nn.LayerNorm(width), nn.Dropout(settings.dropout)
        self.say = nn.ModuleList(nn.Linear(width, size) for size in self.trie.sizes)

    def _layers(self) -> list[Block]:
        return [cast(Block, block) for block in self.blocks]

    def spelled(self, rows: Tensor) -> Tensor:
        """The words of items, given as rows of an item table ``(batch, n)``: ``(batch, 1 + n · levels)``."""
        words = cast(Tensor, self.words)[rows].flatten(1)
        return functional.pad(words, (1, 0))

    def forward(self, words: Tensor) -> Tensor:
        """``(batch, n)`` to ``(batch, n, width)``."""
        x = self.dropout(self.table(words) + self.places[: words.shape[1]])
        for block in self.blocks:
            x = block(x)
        return self.norm(x)

    def loss(self, rows: Tensor, targets: Tensor) -> Tensor:
        """Minus the log-probability of an item's codes, mean over those of ``rows`` ``(batch, n)`` that are targets."""
        depth = self.trie.depth
        vectors = self(self.spelled(rows)[:, :-1]).unflatten(1, (rows.shape[1], depth))[targets]
        codes = torch.from_numpy(self.trie.codes)[rows[targets] - 1]
        parts = [
            functional.cross_entropy(say(vectors[:, level]), codes[:, level]) for level, say in enumerate(self.say)
        ]
        return torch.stack(parts).sum()

    def log_probability(self, row: Tensor, codes: Tensor) -> Tensor:
        """The slow way: ``(n,)``, of each address ``(n, levels)`` after one history ``(items,)``, read anew."""
        levels, words = self.trie.depth, self.spelled(row[None])
        following = torch.from_numpy(code_starts(self.trie.sizes) + 1) + codes
        vectors = self(torch.cat([words.expand(len(codes), -1), following[:, :-1]], dim=1))[:, -levels:]
        parts = [
            say(vectors[:, level]).log_softmax(dim=-1).gather(1, codes[:, level, None])
            for level, say in enumerate(self.say)
        ]
        return torch.cat(parts, dim=1).sum(dim=1)

    def scores(self, row: Tensor) -> Tensor:
        """The log-probability of each item after one history ``(items,)``: ``(n_items,)``."""
        x, kept = self._read(self.spelled(row[None])[0])
        last = self.norm(x[-1:])
        nodes = self.norm(self._below(kept, len(x)))
        found, start = torch.zeros(1), 0
        for level, say in enumerate(self.say):
            n = len(self.trie.prefixes[level])
            vectors = last if not level else nodes[start : start + n]
            start += n if level else 0
            parent, code = self.trie.parents[level + 1], self.trie.prefixes[level + 1][:, -1]
            every = found[:, None] + say(vectors).log_softmax(dim=-1)
            found = every[torch.from_numpy(parent), torch.from_numpy(code)]
        return found[torch.from_numpy(self.trie.leaf)]

    def _read(self, words: Tensor) -> tuple[Tensor, list[tuple[Tensor, Tensor]]]:
        """A history's vectors ``(n, width)``, and each layer's keys and values of it."""
        x, kept = self.table(words) + self.places[: len(words)], []
        for block in self._layers():
            q, k, v = block.split(x)
            kept.append((k, v))
            x = block.finish(x, functional.scaled_dot_product_attention(q, k, v, is_causal=True))
        return x, kept

    def _below(self, kept: list[tuple[Tensor, Tensor]], n: int) -> Tensor:
        """The vector of each inner node after a history of ``n`` words: it reads that and its ancestors."""
        words, depths, ancestors, missing = self._inner()
        x = self.table(words) + self.places[n - 1 + depths]
        for block, (keys, values) in zip(self._layers(), kept, strict=True):
            q, k, v = block.split(x)  # (heads, nodes, width / heads)
            far = q @ keys.transpose(1, 2)
            near = torch.einsum("hnd,hnad->hna", q, k[:, ancestors]).masked_fill(missing, -torch.inf)
            share = (torch.cat([far, near], dim=2) / math.sqrt(q.shape[-1])).softmax(dim=-1)
            read = share[:, :, :n] @ values + torch.einsum("hna,hnad->hnd", share[:, :, n:], v[:, ancestors])
            x = block.finish(x, read)
        return x

    def _inner(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Of all nodes but root and leaves, level by level: word, depth, ancestors and itself, which of these lack."""
        trie, starts, first = self.trie, code_starts(self.trie.sizes), 0
        words, depths, above = [np.zeros(0, int)], [np.zeros(0, int)], [np.zeros((1, 0), int)]
        for depth in range(1, trie.depth):
            n = len(trie.prefixes[depth])
            words.append(trie.prefixes[depth][:, -1] + starts[depth - 1] + 1)
            depths.append(np.full(n, depth))
            above.append(np.hstack([above[-1][trie.parents[depth]], first + np.arange(n)[:, None]]))
            first += n
        table = np.full((first, trie.depth - 1), -1)
        for rows in above[1:]:
            table[rows[:, -1], : rows.shape[1]] = rows
        word, depth_of, ancestors, lacking = map(
            torch.from_numpy, (np.concatenate(words), np.concatenate(depths), np.maximum(table, 0), table < 0)
        )
        return word, depth_of, ancestors, lacking


class PlainCodeGenerator(ReaderOfCodes):
    """Says the next item's address as a GPT on codes alone; settings and training are as for `CodeGenerator`.

    It scores every item exactly, and takes several times as long.
    """

    model_: PlainGPT  # type: ignore[assignment]

    def _encoder(self) -> PlainGPT:  # type: ignore[override]
        return PlainGPT(self.codes, self.settings)

    def _loss(self, rows: Tensor, targets: Tensor) -> Tensor:
        return self.model_.loss(rows, targets)

    def _from_history(self, part: Interactions) -> np.ndarray:
        model: PlainGPT = fitted(self, "model_")
        rows = [torch.from_numpy(items[-self.settings.length :] + 1) for items in sentences_in_time(part)]
        with torch.inference_mode():
            return np.array([model.scores(row).numpy() for row in rows], np.float32).reshape(-1, part.n_items)
