"""A tower that reads several modalities of an item and joins them inside (PyTorch)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from recbook.models.content_tower import ContentTower
from recbook.models.fusion import check_lengths, equal_voice

WAYS = ("concatenate", "gate", "product")


class FusionTower(ContentTower):
    """`ContentTower` on several modalities: each is brought to one width, and they are joined inside the tower.

    ``parts`` are features ``(n_items, d_m)``, brought to an `equal_voice`. ``way`` says how they are joined, as in
    `Joining`. ``present`` bool ``(n_items, n_parts)`` says what each item has, by default everything.
    """

    def __init__(
        self,
        parts: Sequence[np.ndarray],
        way: str = "concatenate",
        present: np.ndarray | None = None,
        blank: float = 0.0,
        epochs: int = 20,
        width: int = 64,
        seed: int = 0,
        weight_decay: float = 1.0,
        on_epoch: Callable[[ContentTower, int], None] | None = None,
    ) -> None:
        check_lengths(parts)
        shape = (len(parts[0]), len(parts))
        held = np.ones(shape, bool) if present is None else np.asarray(present, bool)
        if held.shape != shape:
            raise ValueError(f"present must be {shape}, a row an item and a column a modality; got {held.shape}.")
        quiet = [equal_voice(part, held[:, place]) for place, part in enumerate(parts)]
        self.sizes, self.way, self.blank = [part.shape[1] for part in quiet], way, blank
        Joining(self.sizes, width, way, blank)  # refuses now what it would refuse at fit
        super().__init__(np.hstack([*quiet, held]), epochs, width, seed, weight_decay, on_epoch)

    def _tower(self) -> nn.Module:
        return Joining(self.sizes, self.width, self.way, self.blank)


class Joining(nn.Module):
    """Features of all modalities and which are present, ``(n, sum(sizes) + n_parts)``, to ``(n, width)``.

    Each modality goes through a layer of its own. ``way`` "concatenate" lays the outputs side by side; "gate" takes a
    mean of them, whose weights are read off the item itself (Arevalo et al. 2017; here a softmax over the modalities);
    "product" lays their product, number by number, beside them. One more linear layer follows, after dropout.

    ``blank`` is the chance with which, in training, an item's modality is taken away for a step, so that the tower has
    met items that lack one (ModDrop; Neverova et al. 2016). The last that an item has is never taken.
    """

    def __init__(self, sizes: Sequence[int], width: int, way: str = "concatenate", blank: float = 0.0) -> None:
        super().__init__()
        if way not in WAYS:
            raise ValueError(f"way must be one of {', '.join(map(repr, WAYS))}; got {way!r}.")
        if not 0 <= blank < 1:
            raise ValueError(f"blank is a chance, from 0 to below 1; got {blank}.")
        self.sizes, self.way, self.blank = list(sizes), way, blank
        joined = {"gate": 1, "concatenate": len(sizes), "product": len(sizes) + 1}[way] * width
        self.read = nn.ModuleList(nn.Linear(size, width) for size in sizes)
        self.gate = nn.Linear(sum(sizes) + len(sizes), len(sizes)) if way == "gate" else None
        self.head = nn.Sequential(nn.Dropout(0.5), nn.Linear(joined, width))

    def forward(self, x: Tensor) -> Tensor:
        present = self._left(x[:, -len(self.sizes) :])
        columns = present.split(1, dim=1)
        features = x[:, : -len(self.sizes)].split(self.sizes, dim=1)
        parts = [part * column for part, column in zip(features, columns, strict=True)]
        made = [read(part).relu() * column for read, part, column in zip(self.read, parts, columns, strict=True)]
        return self.head(self._joined(made, parts, present))

    def weights(self, x: Tensor) -> Tensor:
        """How much a gate lets each modality of each item speak: ``(n, n_parts)``, rows adding up to 1."""
        if self.gate is None:
            raise ValueError(f"Only a gate has weights; this tower joins by {self.way!r}.")
        present = x[:, -len(self.sizes) :]
        return self.gate(x).masked_fill(present == 0, -1e9).softmax(dim=1)

    def _joined(self, made: list[Tensor], parts: list[Tensor], present: Tensor) -> Tensor:
        if self.gate is not None:
            weights = self.weights(torch.cat([*parts, present], dim=1))
            return (torch.stack(made, dim=2) * weights[:, None]).sum(dim=2)
        products = [torch.stack(made).prod(dim=0)] if self.way == "product" else []
        return torch.cat([*made, *products], dim=1)

    def _left(self, present: Tensor) -> Tensor:
        """Which modalities are left for this step: in training, some are taken away."""
        if not self.training or not self.blank:
            return present
        kept = present * (torch.rand_like(present) >= self.blank)
        return torch.where(kept.sum(dim=1, keepdim=True) > 0, kept, present)
