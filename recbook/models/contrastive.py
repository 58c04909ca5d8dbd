"""Fine-tuning item vectors on interactions with one contrastive loss, at three depths.

The loss is InfoNCE (van den Oord, Li and Vinyals 2018) with in-batch negatives, corrected for how likely a batch is to
hold an item (Yi et al. 2019, section 3). What it moves is a tower: a linear head, a two-layer head, or the last layer
of a transformer. All three begin as the pretrained vectors themselves, unchanged.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from recbook.data.interactions import Interactions
from recbook.fitted import fitted
from recbook.layers import EncoderLayer
from recbook.models.base import HistoryReader
from recbook.vectors import finite, unit


def info_nce(scores: Tensor, positive: Tensor, log_q: Tensor | None = None, allowed: Tensor | None = None) -> Tensor:
    """Mean of minus the log of the positive's share among a row's candidates, a scalar.

    ``scores`` ``(n, m)``, temperature already divided out, hold n users against m candidates; ``positive`` ``(n,)``
    says which column is the row's own. ``log_q`` ``(m,)``, the log of the probability that a batch holds the
    candidate, is taken off the scores (Yi et al. 2019, equation 3; Bengio and Senécal 2008). ``allowed`` ``(n, m)`` is
    False where a candidate takes no part; the positive always does.
    """
    if log_q is not None:
        scores = scores - log_q
    if allowed is not None:
        own = functional.one_hot(positive, scores.shape[1]).bool()
        scores = scores.masked_fill(~(allowed | own), -torch.inf)
    return functional.cross_entropy(scores, positive)


def log_inclusion(counts: np.ndarray, draws: int, n: int | None = None) -> np.ndarray:
    """Log of the probability that ``draws`` interactions, drawn with repetition, hold an item: float64 ``(n_items,)``.

    ``log(1 - (1 - p)^draws)`` with ``p`` the item's share of all ``n`` interactions (by default the sum of the
    ``counts``); minus infinity for an item without any.
    """
    share = np.asarray(counts, np.float64) / (np.sum(counts) if n is None else n)
    with np.errstate(divide="ignore"):
        return np.log(-np.expm1(draws * np.log1p(-share)))


# Towers: item indices (n,) to unit vectors (n, d)


class Frozen(nn.Module):
    """The vectors as they are: nothing to train. ``vectors`` ``(n_items, d)``."""

    vectors: Tensor

    def __init__(self, vectors: np.ndarray) -> None:
        super().__init__()
        self.register_buffer("vectors", torch.tensor(np.asarray(finite(vectors, "vectors"), np.float32)))

    def forward(self, items: Tensor) -> Tensor:
        return functional.normalize(self.change(self.vectors[items]), dim=1)

    def change(self, x: Tensor) -> Tensor:
        """What the head does to vectors ``(n, d)`` of any text, before they are brought to unit length."""
        return x


class LinearHead(Frozen):
    """``x + W x``, W zero at first: ``d * d`` numbers to train."""

    def __init__(self, vectors: np.ndarray) -> None:
        super().__init__(vectors)
        d = self.vectors.shape[1]
        self.weight = nn.Parameter(torch.zeros(d, d))

    def change(self, x: Tensor) -> Tensor:
        return x + x @ self.weight.T


class MLPHead(Frozen):
    """``x + B gelu(A x + a)``, B zero at first: one hidden layer of ``width``."""

    def __init__(self, vectors: np.ndarray, width: int = 384) -> None:
        super().__init__(vectors)
        d = self.vectors.shape[1]
        self.widen, self.narrow = nn.Linear(d, width), nn.Linear(width, d, bias=False)
        nn.init.zeros_(self.narrow.weight)

    def change(self, x: Tensor) -> Tensor:
        return x + self.narrow(functional.gelu(self.widen(x)))


class States(NamedTuple):
    """Token vectors of texts below the trained layer: ``tokens`` ``(n, length, d)``, ``real`` ``(n, length)``."""

    tokens: Tensor
    real: Tensor


class Stack(nn.Sequential):
    """Encoder layers one after the other, under one mask: ``(batch, n, width)`` to the same shape."""

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        for layer in self:
            x = layer(x, mask)
        return x


class TopLayer(nn.Module):
    """The last layer of a transformer on cached token vectors, mean over the tokens, unit length.

    The layers below are frozen, so they run once, not at every step. ``layer`` may be a `Stack`, the last few layers.
    ``centre`` ``(d,)`` is taken off the unit vectors, which are then brought to unit length again; None leaves them.
    """

    def __init__(
        self, layer: EncoderLayer | Stack, states: States, centre: np.ndarray | None = None, chunk: int = 64
    ) -> None:
        super().__init__()
        self.layer, self.states, self.chunk = copy.deepcopy(layer), states, chunk
        self.centre = None if centre is None else torch.tensor(np.asarray(centre, np.float32))

    def forward(self, items: Tensor) -> Tensor:
        return self.read(self.states, items)

    def read(self, states: States, rows: Tensor) -> Tensor:
        """Vectors of the texts ``rows`` of any ``states``, in pieces of like length to save padding."""
        order = torch.argsort(states.real[rows].sum(dim=1))
        pieces = [self._piece(states, rows[part]) for part in order.split(self.chunk)]
        return torch.cat(pieces)[torch.argsort(order)]

    def _piece(self, states: States, rows: Tensor) -> Tensor:
        real = states.real[rows]
        longest = int(real.sum(dim=1).max())
        real = real[:, :longest]
        tokens = self.layer(states.tokens[rows, :longest], real[:, None, None, :])
        vectors = functional.normalize((tokens * real[..., None]).sum(dim=1), dim=1)
        return vectors if self.centre is None else functional.normalize(vectors - self.centre, dim=1)


def lower_states(texts: Sequence[str], encoder: object, chunk: int = 64) -> tuple[States, EncoderLayer]:
    """Token vectors of ``texts`` before the last layer of a `TextEncoder`, and that layer (its own copy).

    Run `TopLayer` on both and the encoder's own vectors come out.
    """
    states, stack = states_below(texts, encoder, 1, chunk)
    return states, stack[0]  # type: ignore[return-value]


def states_below(texts: Sequence[str], encoder: object, n_layers: int, chunk: int = 64) -> tuple[States, Stack]:
    """What `lower_states` gives, below the last ``n_layers``; ValueError where the encoder has not that many."""
    tokenizer, model = encoder._loaded  # type: ignore[attr-defined]
    if not 1 <= n_layers <= model.config.num_hidden_layers:
        raise ValueError(f"n_layers must be 1 to {model.config.num_hidden_layers}, what it has; got {n_layers}.")
    read = tokenizer(list(texts), padding=True, truncation=True, max_length=256, return_tensors="pt")
    real = read["attention_mask"].bool()
    tokens = torch.zeros(*real.shape, model.config.hidden_size)
    for rows in torch.argsort(real.sum(dim=1)).split(chunk):
        longest = int(real[rows].sum(dim=1).max())
        short = {name: part[rows, :longest] for name, part in read.items()}
        with torch.inference_mode():
            tokens[rows, :longest] = model(**short, output_hidden_states=True).hidden_states[-1 - n_layers]
    return States(tokens, real), Stack(*map(EncoderLayer.from_bert, model.encoder.layer[-n_layers:]))


# Training


class Step(NamedTuple):
    """One batch: candidates ``(m,)``, each row's history among them ``(n, m)``, its positive's column ``(n,)``."""

    items: Tensor
    history: Tensor
    positive: Tensor
    met: Tensor  # (n, m) True where the user of the row has met the candidate


def steps_of(
    log: Interactions, batch_size: int, steps: int, seed: int = 0, partner: np.ndarray | None = None
) -> Iterator[Step]:
    """Batches of ``batch_size`` interactions drawn with repetition; their items are all that a step reads.

    A user's history is what the user met among those items, less the positive; rows without any are left out.
    ``partner`` ``(n_items,)`` names for each item one that becomes a candidate whenever that item is drawn: a hard
    negative, if it is easily taken for it.
    """
    rng, table = np.random.default_rng(seed), log.matrix()
    for _ in range(steps):
        rows = rng.integers(log.n, size=batch_size)
        drawn = log.item[rows]
        items = np.unique(drawn if partner is None else np.concatenate([drawn, partner[drawn]]))
        column = np.searchsorted(items, drawn)
        met = table[log.user[rows]][:, items].toarray() > 0
        history = met.copy()
        history[np.arange(batch_size), column] = False
        full = history.any(axis=1)
        yield Step(*(torch.tensor(part) for part in (items, history[full].astype(np.float32), column[full], met[full])))


class Contrastive(HistoryReader):
    """Item vectors tuned so that a user's other items point at the one left out; a recommender by itself.

    The user's vector is the mean of the unit vectors of the history, brought to unit length, and the score is
    ``cosine / temperature + prior * log(1 + count)``. ``make_tower`` builds the tower that is trained (`LinearHead`,
    `MLPHead`, `TopLayer`; `Frozen` trains nothing). ``correct`` takes the log of the inclusion probability off the
    training scores. The rate falls linearly to zero. ``partner`` ``(n_items,)`` adds negatives, as in `steps_of`;
    ``sizes`` trains beginnings of the vectors, as in `step_loss`. What it learns: ``tower_``, ``vectors_``
    ``(n_items, d)`` and ``losses_``, one number a step. Saved, it keeps the vectors and not the tower.
    """

    def __init__(
        self,
        make_tower: Callable[[], nn.Module],
        steps: int = 200,
        rate: float = 1e-3,
        temperature: float = 0.1,
        batch_size: int = 256,
        correct: bool = True,
        prior: float = 0.0,
        seed: int = 0,
        on_step: Callable[[Contrastive, int], None] | None = None,
        partner: np.ndarray | None = None,
        sizes: Sequence[int] | None = None,
    ) -> None:
        if min(rate, temperature) <= 0 or steps < 0 or batch_size < 2:
            raise ValueError(
                "rate and temperature must be above 0, steps not below, batch_size at least 2; "
                f"got {rate}, {temperature}, {steps}, {batch_size}."
            )
        self.make_tower, self.steps, self.rate, self.temperature = make_tower, steps, rate, temperature
        self.batch_size, self.correct, self.prior, self.seed, self.on_step = batch_size, correct, prior, seed, on_step
        self.partner, self.sizes = partner, sizes

    def fit(self, interactions: Interactions) -> Contrastive:
        torch.manual_seed(self.seed)
        self.log_ = self._with_rows(interactions)
        self.tower_ = self.make_tower()
        self.losses_: list[float] = []
        weights = [part for part in self.tower_.parameters() if part.requires_grad]
        if weights and self.steps:
            self._train(weights)
        self.refresh()
        return self

    def _train(self, weights: list[nn.Parameter]) -> None:
        optimizer = torch.optim.Adam(weights, lr=self.rate)
        log_q = torch.tensor(log_inclusion(self._chances(), self.batch_size, self.log_.n), dtype=torch.float32)
        for number, step in enumerate(steps_of(self.log_, self.batch_size, self.steps, self.seed, self.partner)):
            optimizer.param_groups[0]["lr"] = self.rate * (1 - number / self.steps)
            loss = step_loss(self.tower_, step, self.temperature, log_q if self.correct else None, self.sizes)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            self.losses_.append(loss.item())
            if self.on_step is not None:
                self.on_step(self, number + 1)

    def _chances(self) -> np.ndarray:
        """How many interactions make an item a candidate where one of them is drawn: ``(n_items,)``."""
        counts = self.log_.item_counts()
        if self.partner is None:
            return counts
        others = self.partner != np.arange(len(counts))  # an item that is its own partner is no more likely for it
        return counts + np.bincount(self.partner[others], counts[others], len(counts))

    @torch.inference_mode()
    def refresh(self) -> None:
        """Read all items with the tower as it is now."""
        self.vectors_ = self.tower_(torch.arange(self.log_.n_items)).numpy()

    def _state(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "tower_"}

    def _from_history(self, part: Interactions) -> np.ndarray:
        vectors = fitted(self, "vectors_")
        means = unit(part.matrix() @ vectors)
        prior = self.prior * np.log1p(self.log_.item_counts())
        return (means @ vectors.T / self.temperature + prior).astype(np.float32)


def step_loss(
    tower: nn.Module, step: Step, temperature: float, log_q: Tensor | None = None, sizes: Sequence[int] | None = None
) -> Tensor:
    """`info_nce` of one batch; what the user has met besides the positive is no negative. ``log_q`` ``(n_items,)``.

    With ``sizes`` the mean of it over the first ``k`` numbers of each vector, for every ``k`` of them (Kusupati et al.
    2022): then the vectors can be cut.
    """
    vectors = tower(step.items)
    mine = None if log_q is None else log_q[step.items]
    losses = []
    for k in sizes or (vectors.shape[1],):
        cut = vectors if k == vectors.shape[1] else functional.normalize(vectors[:, :k], dim=1)
        users = functional.normalize(step.history @ cut, dim=1)
        losses.append(info_nce(users @ cut.T / temperature, step.positive, mine, ~step.met))
    return torch.stack(losses).mean()


def n_trainable(tower: nn.Module) -> int:
    """How many numbers training may change."""
    return sum(part.numel() for part in tower.parameters() if part.requires_grad)
