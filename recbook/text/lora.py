"""LoRA by hand (Hu et al. 2022): a frozen linear layer, and beside it two thin matrices that are trained.

A layer's weight ``W`` ``(out, in)`` stays as it is; what it has to learn is ``(alpha / rank) B A`` with ``A``
``(rank, in)`` and ``B`` ``(out, rank)``. ``B`` begins at zero, so the layer begins as it was.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from recbook.data import store

KIND = "recbook-lora"


class LoRALinear(nn.Module):
    """``W x + b + (alpha / rank) B A x``, with ``W`` and ``b`` of a frozen layer (Hu et al. 2022, equation 3).

    ``A`` ``(rank, in)`` begins as the weight of a linear layer does in torch, ``B`` ``(out, rank)`` at zero. Raises
    ValueError for a rank below 1 or above the smaller side of ``W``.
    """

    def __init__(self, frozen: nn.Linear, rank: int = 8, alpha: float = 8.0) -> None:
        super().__init__()
        _refuse(frozen, rank)
        self.frozen, self.scale = frozen.requires_grad_(False), alpha / rank
        self.A = nn.Parameter(frozen.weight.new_empty(rank, frozen.in_features))
        self.B = nn.Parameter(frozen.weight.new_zeros(frozen.out_features, rank))
        nn.init.kaiming_uniform_(self.A, a=math.sqrt(5))

    def forward(self, x: Tensor) -> Tensor:
        """``(..., in)`` to ``(..., out)``; through the two thin matrices, never through their product."""
        return self.frozen(x) + self.scale * (x @ self.A.T @ self.B.T)

    @torch.no_grad()
    def merged(self) -> nn.Linear:
        """One plain layer that computes the same: its weight is ``W + (alpha / rank) B A``."""
        plain = copy.deepcopy(self.frozen)
        plain.weight += self.scale * self.B @ self.A
        return plain


def _refuse(layer: nn.Linear, rank: int) -> None:
    thinnest = min(layer.in_features, layer.out_features)
    if not 1 <= rank <= thinnest:
        raise ValueError(f"rank must be between 1 and {thinnest}, the smaller side of the weight; got {rank}.")


def add(model: nn.Module, names: Sequence[str], rank: int = 8, alpha: float = 8.0) -> nn.Module:
    """Freeze all of ``model`` and put thin matrices beside its linear layers ``names``; changes and returns ``model``.

    A name is a layer's whole dotted name or how it ends: ``query`` means that of every attention. Raises ValueError
    for a name that no linear layer has, for a rank that does not fit, and for a model that has thin matrices already,
    TypeError for one name that stands in no list.
    """
    if isinstance(names, str):
        raise TypeError(f'names must be a list of names: write ["{names}"].')
    if dict(_wrapped(model)):
        raise ValueError("This model has thin matrices already: merge them first, or add to a fresh copy.")
    chosen = {name: _linear(model, name) for name in names}
    layers = {whole: layer for found in chosen.values() for whole, layer in found.items()}
    for layer in layers.values():  # all fit, or none is put in
        _refuse(layer, rank)
    model.requires_grad_(False)
    for whole, layer in layers.items():
        model.set_submodule(whole, LoRALinear(layer, rank, alpha))
    return model


def _linear(model: nn.Module, name: str) -> dict[str, nn.Linear]:
    every = {whole: part for whole, part in model.named_modules() if isinstance(part, nn.Linear)}
    found = {whole: part for whole, part in every.items() if f".{whole}".endswith(f".{name}")}
    if not found:
        ends = sorted({whole.rpartition(".")[2] for whole in every})
        raise ValueError(f"No linear layer is called {name!r}. Names here end in: {', '.join(ends) or 'none'}.")
    return found


def _wrapped(model: nn.Module) -> Iterator[tuple[str, LoRALinear]]:
    return ((name, part) for name, part in model.named_modules() if isinstance(part, LoRALinear))


def merge(model: nn.Module) -> nn.Module:
    """Put every `LoRALinear` of ``model`` back as one plain layer, as fast as before; changes and returns ``model``."""
    for name, layer in list(_wrapped(model)):
        model.set_submodule(name, layer.merged())
    return model


def adapter(model: nn.Module) -> dict[str, Tensor]:
    """What training moves, by name: ``<layer>.A`` ``(rank, in)`` and ``<layer>.B`` ``(out, rank)``, not copied."""
    return {f"{name}.{side}": getattr(layer, side).detach() for name, layer in _wrapped(model) for side in "AB"}


def save(model: nn.Module, folder: str | Path) -> Path:
    """Write the adapter alone, safetensors and a manifest (`recbook.data.store`); returns the manifest's path.

    Raises ValueError for a model without thin matrices.
    """
    parts = adapter(model)
    if not parts:
        raise ValueError("This model has no thin matrices to save: call add(model, names) first.")
    scales = {name: layer.scale for name, layer in _wrapped(model)}
    return store.save(folder, KIND, {"scales": scales}, {name: part.cpu().numpy() for name, part in parts.items()})


@torch.no_grad()
def load(model: nn.Module, folder: str | Path) -> nn.Module:
    """Put the adapter that `save` wrote into a model prepared by `add`; changes and returns ``model``.

    Raises ValueError where layers, shapes or scale differ (nothing is changed then), and as `recbook.data.store.load`.
    """
    content, arrays = store.load(folder, KIND)
    parts, scales = adapter(model), {name: layer.scale for name, layer in _wrapped(model)}
    here, there = ({name: tuple(part.shape) for name, part in side.items()} for side in (parts, arrays))
    if (here, scales) != (there, content["scales"]):
        raise ValueError(
            f"The adapter in {folder} does not fit: it has {_told(there, content['scales'])}, this model "
            f"{_told(here, scales)}. Call add with the names, rank and alpha that it was trained with."
        )
    for name, part in parts.items():
        part.copy_(torch.from_numpy(arrays[name]))
    return model


def _told(shapes: dict[str, tuple[int, ...]], scales: dict[str, float]) -> str:
    layers = sorted(scales)
    ranks = sorted({shape[0] for name, shape in shapes.items() if name.endswith(".A")})
    return f"layers {layers}, shapes {sorted(set(shapes.values()))}, rank {ranks}, scale {sorted(set(scales.values()))}"
