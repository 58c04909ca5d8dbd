"""Transformers that read a user's history: SASRec (causal) and BERT4Rec (masked), trained at every position at once.

A history is a sentence and an item a word. SASRec (Kang and McAuley 2018) lets each position read what came before and
predicts what comes next, as GPT does; BERT4Rec (Sun et al. 2019) hides items and predicts them from both sides, as BERT
does. Both train by cross-entropy over all items. RecBole gets SASRec's targets by a row for each prefix of a history;
here one row gives a target at each of its positions, which costs a fraction of the time for the same targets. The
weights are averaged over the last epochs (Izmailov et al. 2018), with PyTorch's own ``AveragedModel``.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel

from recbook.data.histories import sentences_in_time
from recbook.data.interactions import Interactions
from recbook.fitted import fitted
from recbook.models.base import HistoryReader, TrainedRecommender

PADDING = 0  # as a row of the item table; item index i is row i + 1, and the last row is the mask


@dataclass(frozen=True)
class SequenceSettings:
    """What can be chosen about a transformer on histories and its training.

    ``length`` is how many items it reads, ``masked`` the share of items that BERT4Rec hides, ``last`` the share of its
    rows that end at a random item, the only one hidden, as when it recommends. ``identity`` gives each item a free
    vector, ``text`` a projection of its features; both add up. ``tied`` scores by the table read, else by another.
    ``negatives`` 0 is cross-entropy over all items; above 0, each target against so many random items, a yes or a no
    each, as the original SASRec has it with one. The learning rate rises over ``warm_up`` of the steps and, with
    ``falls``, goes down to zero. The model kept is the mean of the weights at the end of each epoch in the last
    ``averaged`` of the epochs; with 0 it is the one that the last step left.
    """

    width: int = 64
    layers: int = 2
    heads: int = 2
    length: int = 50
    dropout: float = 0.1
    epochs: int = 20
    batch_size: int = 64
    learning_rate: float = 3e-3
    warm_up: float = 0.1
    identity: bool = True
    text: bool = True
    masked: float = 0.3
    last: float = 0.5
    tied: bool = True
    negatives: int = 0
    falls: bool = False
    averaged: float = 0.5

    def __post_init__(self) -> None:
        if not (self.identity or self.text):
            raise ValueError("An item needs a vector to start from: set identity, text or both to True.")
        for name in ("width", "layers", "heads", "length", "epochs", "batch_size", "learning_rate"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be above 0; got {getattr(self, name)}.")
        for name in ("dropout", "warm_up", "masked", "last", "averaged"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must lie between 0 and 1; got {getattr(self, name)}.")
        if self.negatives < 0:
            raise ValueError(f"negatives must not be below 0; got {self.negatives}.")
        if self.width % self.heads:
            raise ValueError(f"width must be a multiple of heads; got {self.width} and {self.heads}.")


class Windows(NamedTuple):
    """Pieces of histories, oldest item first, padded on the right."""

    items: np.ndarray  # (n, width) int64: rows of the item table, 0 is padding
    targets: np.ndarray  # (n, width) bool: what this window is to predict


def windows(
    sequences: list[np.ndarray], length: int, context: int = 0, rng: np.random.Generator | None = None
) -> Windows:
    """Cut histories into windows of at most ``length`` targets, each item a target in one window only.

    The first ``context`` items of a history are read and never predicted. A window also holds the items before its
    targets, as many as fit into ``length + context``, so that no target goes without its past because of a cut. The
    cuts begin at the end of the history or, with ``rng``, at a random place. ``sequences`` holds item indices.
    """
    spans = [(items, *span) for items in sequences for span in _spans(len(items), length, context, rng)]
    shape = (len(spans), length + context)
    found = Windows(np.full(shape, PADDING, np.int64), np.zeros(shape, bool))
    for row, (items, start, first, end) in enumerate(spans):
        found.items[row, : end - start] = items[start:end] + 1
        found.targets[row, first - start : end - start] = True
    return found


def _spans(n: int, length: int, context: int, rng: np.random.Generator | None) -> list[tuple[int, int, int]]:
    """For a history of ``n`` items: where each window starts, where its targets start, and where both end."""
    n_targets = n - context
    if n_targets < 1:
        return []
    shortest = (n_targets - 1) % length + 1
    if rng is not None and n_targets > length:
        shortest = int(rng.integers(1, length + 1))
    ends = [*range(context + shortest, n, length), n]
    firsts = [context, *ends[:-1]]
    return [(max(0, end - length - context), first, end) for first, end in zip(firsts, ends, strict=True)]


class HistoryEncoder(nn.Module):
    """Rows of the item table to vectors: a transformer over places, with one table for what goes in and comes out.

    ``features`` is ``(n_items, d)`` or None. With ``causal`` a place reads itself and what came before it, else all
    places. The table has a row for padding, ``n_items`` rows, and one for the mask.
    """

    features: Tensor | None
    later: Tensor

    def __init__(
        self, n_items: int, settings: SequenceSettings, causal: bool, features: np.ndarray | None = None
    ) -> None:
        super().__init__()
        width, places = settings.width, settings.length + (not causal)
        self.causal = causal
        # With text, the free vectors start at zero: the model starts from what the texts say.
        scale = 0.02 if features is None else 0.0
        self.identity = nn.Parameter(torch.randn(n_items, width) * scale) if settings.identity else None
        self.special = nn.Parameter(torch.randn(2, width) * 0.02)  # padding and mask
        self.places = nn.Parameter(torch.randn(places, width) * 0.02)
        self.projection = None if features is None else nn.Parameter(_principal(features, width))
        self.register_buffer(
            "features", None if features is None else torch.tensor(features, dtype=torch.float32), persistent=False
        )
        layer = nn.TransformerEncoderLayer(
            width, settings.heads, 4 * width, settings.dropout, "gelu", batch_first=True, norm_first=True
        )
        self.layers = nn.TransformerEncoder(layer, settings.layers, nn.LayerNorm(width), enable_nested_tensor=False)
        self.dropout = nn.Dropout(settings.dropout)
        self.bias = nn.Parameter(torch.zeros(n_items))
        self.output = None if settings.tied else nn.Parameter(torch.randn(n_items, width) * 0.02)
        self.register_buffer("later", torch.ones(places, places, dtype=torch.bool).triu(1), persistent=False)

    def items(self) -> Tensor:
        """The vector of each item, ``(n_items, width)``."""
        parts: list[Tensor] = [] if self.identity is None else [self.identity]
        if self.projection is not None and self.features is not None:
            parts.append(self.features @ self.projection)
        return parts[0] if len(parts) == 1 else parts[0] + parts[1]

    def forward(self, rows: Tensor) -> Tensor:
        """int64 ``(batch, n)`` to ``(batch, n, width)``; ``n`` at most the number of places."""
        n = rows.shape[1]
        table = torch.cat([self.special[:1], self.items(), self.special[1:]])
        vectors = self.dropout(functional.embedding(rows, table) + self.places[:n])
        # Padding stands on the right, where a causal place never looks.
        hidden = {"mask": self.later[:n, :n], "is_causal": True} if self.causal else {"src_key_padding_mask": rows == 0}
        return self.layers(vectors, **hidden)

    def scores(self, vectors: Tensor) -> Tensor:
        """``(m, width)`` to the score of each item, ``(m, n_items)``."""
        table = self.items() if self.output is None else self.output
        return vectors @ table.T + self.bias


def _principal(features: np.ndarray, width: int) -> Tensor:
    """The first ``width`` principal directions of ``features``, ``(d, width)``, scaled to give vectors of size 0.02."""
    _, _, directions = np.linalg.svd(features - features.mean(axis=0), full_matrices=False)
    start = np.zeros((features.shape[1], width), np.float32)
    start[:, : len(directions)] = directions[:width].T
    return torch.from_numpy(start * (0.02 / max(float((features @ start).std()), 1e-12)))


class _HistoryRecommender(HistoryReader, TrainedRecommender):
    """What SASRec and BERT4Rec share: windows, the loop, and scores of the place after the last item."""

    default_settings = SequenceSettings
    settings: SequenceSettings
    causal: bool

    def fit(self, interactions: Interactions) -> Self:
        """Train on one log. Raises ValueError where its items are not those of the features, or none has a past."""
        self._check(interactions)
        torch.manual_seed(self.seed)
        rng = np.random.default_rng(self.seed)
        self.log_, sequences = interactions, sentences_in_time(interactions)
        self.model_ = self._encoder()
        self.losses_: list[float] = []
        optimizer, schedule = self._optimizer(len(self._windows(sequences, rng).items))
        mean, first = AveragedModel(self.model_), self.settings.epochs * (1 - self.settings.averaged)
        for epoch in range(1, self.settings.epochs + 1):
            for rows, targets in self._batches(self._windows(sequences, rng), rng):
                self.losses_.append(_step(self.model_, optimizer, self._loss(rows, targets)))
                schedule.step()
            if epoch > first:
                mean.update_parameters(self.model_)
            if self.on_epoch is not None and self.on_epoch(self, epoch):
                break
        if mean.n_averaged:
            self.model_.load_state_dict(mean.module.state_dict())
        self.model_.eval()
        return self

    def _encoder(self) -> HistoryEncoder:
        """The network, not yet trained, for the items of ``log_``."""
        return HistoryEncoder(self.log_.n_items, self.settings, self.causal, self.item_features)

    def _from_history(self, part: Interactions) -> np.ndarray:
        """A user without a history gets the scores of an empty one."""
        model, sequences = fitted(self, "model_"), sentences_in_time(part)
        was_training = model.training
        model.eval()
        with torch.inference_mode():
            pieces = [sequences[start : start + 256] for start in range(0, len(sequences), 256)]
            parts = [model.scores(self._read(piece)).numpy() for piece in pieces]
        model.train(was_training)
        return np.concatenate([np.empty((0, part.n_items), np.float32), *parts])

    def _state(self) -> dict[str, Any]:
        weights = {name: value.cpu().numpy() for name, value in self.model_.state_dict().items()}
        return dict(vars(self)) | {"model_": weights}

    def _restore(self, state: dict[str, Any]) -> None:
        weights = {name: torch.from_numpy(value.copy()) for name, value in state.pop("model_").items()}
        vars(self).update(state)
        with torch.random.fork_rng([]):  # building draws weights that are replaced
            self.model_ = self._encoder()
        self.model_.load_state_dict(weights)
        self.model_.eval()

    def _against_others(self, vectors: Tensor, targets: Tensor) -> Tensor:
        """The loss of ``m`` places: vectors ``(m, width)``, item indices ``(m,)``."""
        scores = self.model_.scores(vectors)
        if not self.settings.negatives:
            return functional.cross_entropy(scores, targets)
        drawn = torch.randint(scores.shape[1], (len(targets), self.settings.negatives))
        positive = scores.gather(1, targets.unsqueeze(1))
        return functional.softplus(-positive).mean() + functional.softplus(scores.gather(1, drawn)).mean()

    def _read(self, sequences: list[np.ndarray]) -> Tensor:
        """The vector of the place that predicts the next item, ``(len(sequences), width)``."""
        rows, last = self._as_read(sequences)
        n = int(last.max()) + 1
        return self.model_(torch.from_numpy(rows[:, :n]))[torch.arange(len(rows)), torch.from_numpy(last)]

    def _batches(self, found: Windows, rng: np.random.Generator) -> Iterator[tuple[Tensor, Tensor]]:
        """The windows of an epoch in random order, each batch as narrow as its longest window."""
        for chosen in _parts(rng.permutation(len(found.items)), self.settings.batch_size):
            items, targets = found.items[chosen], found.targets[chosen]
            n = int((items != PADDING).sum(axis=1).max())
            yield torch.from_numpy(items[:, :n]), torch.from_numpy(targets[:, :n])

    def _optimizer(self, n_windows: int) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
        settings = self.settings
        optimizer = torch.optim.Adam(self.model_.parameters(), lr=settings.learning_rate, betas=(0.9, 0.98))
        # The number of windows differs a little from epoch to epoch with the place of the cuts.
        total = settings.epochs * (-(-n_windows // settings.batch_size) + 1)
        rise = max(1, round(settings.warm_up * total))
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer,
            lambda step: min(
                1.0, (step + 1) / rise, max(0.0, (total - step) / max(1, total - rise)) if settings.falls else 1.0
            ),
        )
        return optimizer, schedule

    def _check(self, interactions: Interactions) -> None:
        self._with_rows(interactions)
        features = self.item_features
        if features is not None and len(features) != interactions.n_items:
            raise ValueError(f"item_features has {len(features)} rows, the log {interactions.n_items} items.")
        if not (interactions.user_counts() > 1).any():
            raise ValueError("No user has two items: there is no next item to learn from.")

    @abstractmethod
    def _windows(self, sequences: list[np.ndarray], rng: np.random.Generator) -> Windows: ...

    @abstractmethod
    def _loss(self, rows: Tensor, targets: Tensor) -> Tensor: ...

    @abstractmethod
    def _as_read(self, sequences: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]: ...


class SASRec(_HistoryRecommender):
    """Reads a history from left to right; each place predicts the item after it (Kang and McAuley 2018).

    ``item_features`` ``(n_items, d)``, where given, are projected and added to the items' own vectors. After `fit`,
    ``losses_`` holds the loss of each step. ``on_epoch(model, epoch)`` stops the training by returning True.
    Unlike the original, the loss is cross-entropy over all items, not one negative an item (Klenitskiy and Vasilev
    2023), and layers are normalised at their start.
    """

    causal = True

    def _windows(self, sequences: list[np.ndarray], rng: np.random.Generator) -> Windows:
        return windows(sequences, self.settings.length, context=1, rng=rng)

    def _loss(self, rows: Tensor, targets: Tensor) -> Tensor:
        read, following, asked = rows[:, :-1], rows[:, 1:], targets[:, 1:]
        return self._against_others(self.model_(read)[asked], following[asked] - 1)

    def _as_read(self, sequences: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        return _last_items(sequences, self.settings.length)


class BERT4Rec(_HistoryRecommender):
    """Reads a history in both directions; hidden items are predicted from all others (Sun et al. 2019).

    It recommends what fits a mask put behind the history. A share of the rows is cut short at a random item, and only
    that last one is hidden, since that is what it will be asked. Rows are one place longer than what is read, as the
    place of that mask has to be trained too. The rest is as for `SASRec`.
    """

    causal = False

    def _windows(self, sequences: list[np.ndarray], rng: np.random.Generator) -> Windows:
        return windows(sequences, self.settings.length + 1, rng=rng)

    def _loss(self, rows: Tensor, targets: Tensor) -> Tensor:
        rows, hidden = self._hidden(rows, targets)
        masked = rows.masked_fill(hidden, self._mask)
        return self._against_others(self.model_(masked)[hidden], rows[hidden] - 1)

    def _hidden(self, rows: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        """The rows, some of them cut short, and which places are masked, both ``(batch, n)``.

        Either each target with the chosen probability; or one target only, and the row ends there.
        """
        places = torch.arange(rows.shape[1])
        end = (torch.rand(rows.shape) * targets).argmax(dim=1, keepdim=True)  # a random target of each row
        drawn = (torch.rand(rows.shape) < self.settings.masked) & targets
        # A row in which nothing was drawn would teach nothing.
        ends = (torch.rand(len(rows), 1) < self.settings.last) | ~drawn.any(dim=1, keepdim=True)
        return rows.masked_fill(ends & (places > end), PADDING), torch.where(ends, places == end, drawn)

    def _as_read(self, sequences: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        masked = [np.append(items[-self.settings.length :], self._mask - 1) for items in sequences]
        return _last_items(masked, self.settings.length + 1)

    @property
    def _mask(self) -> int:
        return len(self.model_.bias) + 1


def _last_items(sequences: list[np.ndarray], length: int) -> tuple[np.ndarray, np.ndarray]:
    """The last items of each history as rows of the table, ``(n, length)``, and the place of the last, ``(n,)``."""
    rows = np.full((len(sequences), length), PADDING, np.int64)
    for row, items in enumerate(sequences):
        kept = items[-length:]
        rows[row, : len(kept)] = kept + 1
    return rows, np.maximum((rows != PADDING).sum(axis=1) - 1, 0)


def _step(model: nn.Module, optimizer: torch.optim.Optimizer, loss: Tensor) -> float:
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return loss.item()


def _parts(values: np.ndarray, size: int) -> list[np.ndarray]:
    return [values[start : start + size] for start in range(0, len(values), size)]
