"""Models that say the next item code by code, in the semantic IDs of `recbook.models.semantic_ids`.

`CodeGenerator` is TIGER's idea (Rajput et al. 2023) for two cores: a transformer reads a history of items, each the
sum of its codes, and a small network says one code after another. `PlainCodeGenerator` is a GPT on the codes
themselves, four places an item, and takes several times as long. Both score every item exactly, by walking the tree of
addresses once, and generate by beam search, in the tree or free of it.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from recbook.data.histories import sentences_in_time
from recbook.data.interactions import Interactions
from recbook.fitted import fitted
from recbook.models.semantic_ids import Trie, code_sizes
from recbook.models.sequences import HistoryEncoder, SASRec, SequenceSettings

USERS_AT_ONCE = 64
"""So many users' scores of all nodes of a tree fit into the cache of a processor."""

SETTINGS = SequenceSettings(length=10, epochs=8, identity=False)


class Generated(NamedTuple):
    """What a beam search said for ``m`` users, most probable first."""

    codes: np.ndarray  # (m, n, levels) int64
    items: np.ndarray  # (m, n) int64; -1 for codes that no item has
    scores: np.ndarray  # (m, n) float32: natural logarithms of probabilities


class CodeEncoder(HistoryEncoder):
    """Reads items as sums of the vectors of their codes, and says an item code by code.

    With ``settings.identity`` an item also has a free vector of its own.

    ``codes`` ``(n_items, levels)`` are unique addresses. The code of level ``l`` is drawn from a network of one hidden
    layer, of twice the width, that gets the history's vector and the vectors of the codes said before.
    """

    codes: Tensor
    starts: Tensor

    def __init__(self, codes: np.ndarray, settings: SequenceSettings) -> None:
        super().__init__(len(codes), settings, causal=True, features=one_hot(codes))
        self.trie, width, hidden = Trie(codes), settings.width, 2 * settings.width
        # The table of codes starts at random: what a code means is to be learned.
        self.projection = nn.Parameter(torch.randn(sum(self.trie.sizes), width) * 0.02)
        self.register_buffer("codes", torch.from_numpy(self.trie.codes), persistent=False)
        starts = code_starts(self.trie.sizes)
        self.register_buffer("starts", torch.from_numpy(starts), persistent=False)
        self.listen = nn.ModuleList(nn.Linear(width, hidden) for _ in self.trie.sizes)
        self.said = nn.ParameterList(torch.randn(int(start), hidden) * 0.02 for start in starts)
        self.say = nn.ModuleList(nn.Linear(hidden, size) for size in self.trie.sizes)

    def logits(self, level: int, heard: Tensor, before: Tensor) -> Tensor:
        """``(…, size)``: of a level's codes, from what it heard ``(…, hidden)`` and the codes before ``(…, level)``."""
        state = heard
        if level:
            state = state + functional.embedding(before + self.starts[:level], self.said[level]).sum(dim=-2)
        return self.say[level](functional.gelu(state))

    def loss(self, vectors: Tensor, items: Tensor) -> Tensor:
        """Mean over ``m`` places of minus the log-probability of the next item: ``(m, width)``, indices ``(m,)``."""
        codes = self.codes[items]
        return sum(
            (
                functional.cross_entropy(self.logits(level, hear(vectors), codes[:, :level]), codes[:, level])
                for level, hear in enumerate(self.listen)
            ),
            torch.zeros(()),
        )

    def log_probability(self, vectors: Tensor, codes: Tensor) -> Tensor:
        """The slow way: ``(m, n)``, of each address ``(n, levels)`` on its own after each history ``(m, width)``."""
        found = torch.zeros(len(vectors), len(codes))
        for level, hear in enumerate(self.listen):
            heard = hear(vectors)[:, None].expand(-1, len(codes), -1)
            logits = self.logits(level, heard, codes[:, :level].expand(len(vectors), -1, -1))
            found += logits.log_softmax(dim=-1)[:, torch.arange(len(codes)), codes[:, level]]
        return found

    def scores(self, vectors: Tensor) -> Tensor:
        """The log-probability of each item, ``(m, n_items)``: each node of the tree is visited once."""
        return torch.cat([self._walked(part) for part in vectors.split(USERS_AT_ONCE)])

    def at_depth(self, vectors: Tensor, depth: int) -> Tensor:
        """The log-probability of each node at ``depth``, ``(m, nodes)``, in the order of ``trie.prefixes[depth]``."""
        trie, found = self.trie, torch.zeros(len(vectors), 1)
        for level in range(depth):
            prefixes = torch.from_numpy(trie.prefixes[level])
            logits = self.logits(level, self.listen[level](vectors)[:, None], prefixes)
            every = found[:, :, None] + logits.log_softmax(dim=-1)
            node, code = trie.parents[level + 1], trie.prefixes[level + 1][:, -1]
            found = every[:, torch.from_numpy(node), torch.from_numpy(code)]
        return found

    def _walked(self, vectors: Tensor) -> Tensor:
        return self.at_depth(vectors, self.trie.depth)[:, torch.from_numpy(self.trie.leaf)]

    def beam(self, vectors: Tensor, width: int, constrained: bool) -> tuple[Tensor, Tensor]:
        """The ``width`` best addresses that a beam search finds: codes ``(m, width, levels)`` and log-probabilities."""
        m = len(vectors)
        codes, found = torch.zeros((m, 1, 0), dtype=torch.long), torch.zeros(m, 1)
        for level, size in enumerate(self.trie.sizes):
            logits = self.logits(level, self.listen[level](vectors)[:, None], codes)
            every = found[:, :, None] + logits.log_softmax(dim=-1)
            if constrained:
                every = every.masked_fill(~self._on_the_way(codes), -torch.inf)
            found, best = every.flatten(1).topk(min(width, every[0].numel()))
            kept = codes.gather(1, (best // size)[:, :, None].expand(-1, -1, level))
            codes = torch.cat([kept, (best % size)[:, :, None]], dim=2)
        return codes, found

    def _on_the_way(self, codes: Tensor) -> Tensor:
        """Which next codes ``(m, beam, size)`` lead to an item after ``codes`` ``(m, beam, level)``."""
        m, beam, level = codes.shape
        place = self.trie.place(codes.reshape(m * beam, level).numpy())
        return torch.from_numpy(self.trie.onward(place, level)).reshape(m, beam, -1)


def code_starts(sizes: Sequence[int]) -> np.ndarray:
    """Where each level's codes begin in a table of all levels: int64 ``(levels,)``."""
    return np.cumsum((0, *sizes[:-1]))


def one_hot(codes: np.ndarray) -> np.ndarray:
    """float32 ``(n_items, codes of all levels)``: 1 where an item has a code. Times a table it sums the codes."""
    sizes = code_sizes(codes)
    found = np.zeros((len(codes), sum(sizes)), np.float32)
    np.put_along_axis(found, codes + code_starts(sizes), 1, axis=1)
    return found


class ReaderOfCodes(SASRec):
    """A `SASRec` on items that have an address: ``codes`` ``(n_items, levels)``, no two alike."""

    def __init__(
        self,
        codes: np.ndarray,
        settings: SequenceSettings = SETTINGS,
        seed: int = 0,
        on_epoch: Callable[[Any, int], bool | None] | None = None,
    ) -> None:
        self.codes = Trie(codes).codes
        self.settings, self.seed, self.on_epoch, self.item_features = settings, seed, on_epoch, None

    @abstractmethod
    def _encoder(self) -> Any: ...

    def _check(self, interactions: Interactions) -> None:
        super()._check(interactions)
        given, needed = len(self.codes), interactions.n_items
        if given != needed:
            raise ValueError(f"There are codes for {given} items, and the log has {needed}: give each item an address.")


class CodeGenerator(ReaderOfCodes):
    """Says the next item's address after a history (the idea of TIGER, Rajput et al. 2023, decoder only).

    What is read, how it is trained and how the weights are averaged is as for `SASRec`, with cross-entropy over the
    codes of each level in place of all items. ``exchanged`` is the share of the targets that training exchanges for
    another item of the same first ``exchanged_depth`` codes, whether anybody has met it or not; by default none.
    `score` gives log-probabilities.
    """

    model_: CodeEncoder

    def __init__(
        self,
        codes: np.ndarray,
        settings: SequenceSettings = SETTINGS,
        seed: int = 0,
        on_epoch: Callable[[Any, int], bool | None] | None = None,
        exchanged: float = 0.0,
        exchanged_depth: int = 2,
    ) -> None:
        super().__init__(codes, settings, seed, on_epoch)
        if not 0 <= exchanged <= 1:
            raise ValueError(f"exchanged is a share of the targets, between 0 and 1; got {exchanged}.")
        if not 0 <= exchanged_depth <= self.codes.shape[1]:
            raise ValueError(f"exchanged_depth must lie between 0 and {self.codes.shape[1]}; got {exchanged_depth}.")
        self.exchanged, self.exchanged_depth = exchanged, exchanged_depth

    def history_vectors(self, users: np.ndarray, history: Interactions | None = None) -> Tensor:
        """What each history is read as, float32 ``(len(users), width)``: all that the next item is said from."""
        fitted(self, "model_")
        with torch.inference_mode():
            return self._vectors(self._histories(users, history))

    def score_by_prefix(self, users: np.ndarray, depth: int, history: Interactions | None = None) -> np.ndarray:
        """As `score`, by the first ``depth`` codes alone: their probability, shared alike by all items that have them.

        float32 ``(len(users), n_items)``. Items of one prefix have one score, whether met in training or not.
        """
        model: CodeEncoder = fitted(self, "model_")
        if not 1 <= depth <= model.trie.depth:
            raise ValueError(f"depth must lie between 1 and {model.trie.depth}, the codes of an address; got {depth}.")
        nodes = model.trie.place(self.codes[:, :depth])
        with torch.inference_mode():
            vectors = self.history_vectors(users, history)
            parts = [model.at_depth(part, depth).numpy()[:, nodes] for part in vectors.split(USERS_AT_ONCE)]
        shared = np.log(model.trie.items_below(depth)).astype(np.float32)
        return np.concatenate([np.empty((0, len(nodes)), np.float32), *parts]) - shared

    def generate(
        self,
        users: np.ndarray,
        n: int = 10,
        *,
        width: int = 50,
        constrained: bool = True,
        history: Interactions | None = None,
    ) -> Generated:
        """The ``n`` most probable addresses that a beam search of ``width`` finds for each user.

        ``constrained`` keeps to the tree, so that each address is an item's; otherwise it may be nobody's. ``users``
        and ``history`` are as in `score`. Raises ValueError for a user with no history, and a beam wider than the
        catalogue or narrower than ``n``.
        """
        model = fitted(self, "model_")
        _check_beam(n, width, len(self.codes))
        sequences = self._histories(users, history)
        for user, items in zip(users, sequences, strict=True):
            if not len(items):
                raise ValueError(f"User {user} has an empty history, and a generator goes on from one: give an item.")
        with torch.inference_mode():
            codes, scores = model.beam(self._vectors(sequences), width, constrained)
        codes = codes[:, :n].numpy()
        items = model.trie.find(codes.reshape(-1, model.trie.depth)).reshape(codes.shape[:2])
        return Generated(codes, items, scores[:, :n].numpy())

    def _histories(self, users: np.ndarray, history: Interactions | None) -> list[np.ndarray]:
        return sentences_in_time(self._known_history(history).of_users(users))

    def _vectors(self, sequences: list[np.ndarray]) -> Tensor:
        return self._read(sequences) if sequences else torch.zeros(0, self.settings.width)

    def _encoder(self) -> CodeEncoder:
        return CodeEncoder(self.codes, self.settings)

    def _against_others(self, vectors: Tensor, targets: Tensor) -> Tensor:
        return self.model_.loss(vectors, self._exchanged(targets) if self.exchanged else targets)

    def _exchanged(self, targets: Tensor) -> Tensor:
        """Some of the targets exchanged for an item that shares their first codes, at random."""
        place = self.model_.trie.place(self.codes[:, : self.exchanged_depth])
        order = np.argsort(place, kind="stable")
        start, end = (torch.from_numpy(np.searchsorted(place[order], place, side)) for side in ("left", "right"))
        drawn = start[targets] + (torch.rand(len(targets)) * (end - start)[targets]).long()
        return torch.where(torch.rand(len(targets)) < self.exchanged, torch.from_numpy(order)[drawn], targets)


def _check_beam(n: int, width: int, n_items: int) -> None:
    if width > n_items:
        raise ValueError(f"A beam of {width} is wider than the catalogue of {n_items} items: take at most {n_items}.")
    if not 1 <= n <= width:
        raise ValueError(f"A beam of {width} holds between 1 and {width} addresses; n is {n}.")
