"""A small Vision Transformer (Dosovitskiy et al. 2021), and drawn posters to try it on.

The posters are drawn by a rule from a film's genre. They show that the mechanism works; they say nothing about how well
a model reads real posters.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from recbook.layers import EncoderLayer

POSTER_GENRES = ("Action", "Comedy", "Drama", "Horror", "Romance", "Sci-Fi")
"""The genres that have a mark of their own; its number says which."""

SIDE = 32
"""Posters are squares of so many pixels."""


def patchify(images: np.ndarray, size: int) -> np.ndarray:
    """Cut images into squares: ``(n, height, width, channels)`` to ``(n, patches, size * size * channels)``.

    Patches are counted row by row from the top left, and so are the pixels of a patch; a pixel's channels stay
    together. Raises ValueError where ``size`` does not divide height and width.
    """
    images = np.asarray(images)
    n, height, width, channels = images.shape
    if height % size or width % size:
        raise ValueError(f"Patches of {size} do not fill an image of {height} × {width}: take a divisor of both.")
    cut = images.reshape(n, height // size, size, width // size, size, channels)
    return cut.transpose(0, 1, 3, 2, 4, 5).reshape(n, -1, size * size * channels)


def draw_posters(genre: np.ndarray, rng: np.random.Generator, noise: float = 0.1) -> np.ndarray:
    """One poster for each genre number ``(n,)``: float32 ``(n, 32, 32, 3)`` between 0 and 1.

    Background and mark have random colours; Horror and Sci-Fi are a little darker, Comedy and Romance a little lighter.
    The mark, 16 pixels square at a random place, is the genre's: bars that lean, rings, level bars, upright bars,
    dots, a cross. Every pixel gets normal noise of deviation ``noise``.
    """
    genre = np.asarray(genre)
    shade = np.array([0.0, 0.08, 0.0, -0.08, 0.08, -0.08])[genre]
    ground = rng.uniform(0.2, 0.8, (len(genre), 3)) + shade[:, None]
    ink = np.where(ground.mean(axis=1, keepdims=True) > 0.5, ground - 0.35, ground + 0.35)
    posters = np.repeat(np.repeat(ground[:, None, None], SIDE, 1), SIDE, 2)
    marks = genre_marks()
    for poster, kind, colour in zip(posters, genre, ink, strict=True):
        row, column = rng.integers(SIDE - marks.shape[1] + 1, size=2)
        poster[row : row + 16, column : column + 16][marks[kind]] = colour
    posters += rng.normal(0, noise, posters.shape)
    return posters.clip(0, 1).astype(np.float32)


def genre_marks() -> np.ndarray:
    """The six marks, boolean ``(6, 16, 16)``, in the order of `POSTER_GENRES`."""
    y, x = np.mgrid[:16, :16]
    ring = np.hypot(y - 7.5, x - 7.5)
    middle = (abs(y - 7.5) < 3) | (abs(x - 7.5) < 3)
    dots = (y % 4 < 2) & (x % 4 < 2)
    return np.array([(x + y) % 6 < 3, ring % 3 < 1.5, y % 4 < 2, x % 4 < 2, dots, middle])


class TinyViT(nn.Module):
    """Patches, a linear map, a vector for each place, BERT's layers, the mean over the patches, one score a class.

    ``patches`` is how many patches an image has, ``pixels`` how many numbers a patch.
    """

    def __init__(
        self, patches: int, pixels: int, classes: int, width: int = 64, layers: int = 2, heads: int = 4
    ) -> None:
        super().__init__()
        self.embed = nn.Linear(pixels, width)
        self.place = nn.Parameter(torch.randn(patches, width) * 0.02)
        self.layers = nn.ModuleList(EncoderLayer(width, heads, 2 * width) for _ in range(layers))
        self.classify = nn.Linear(width, classes)

    def forward(self, patches: Tensor) -> Tensor:
        """``(batch, patches, pixels)`` to scores ``(batch, classes)``."""
        return self.classify(self.encode(patches))

    def encode(self, patches: Tensor) -> Tensor:
        """The image's vector, ``(batch, width)``."""
        x = self.embed(4 * patches - 2) + self.place  # pixels around 0, not between 0 and 1
        for layer in self.layers:
            x = layer(x)
        return x.mean(dim=1)


def train_vit(
    model: nn.Module, genre: np.ndarray, steps: int, size: int, batch: int = 64, rate: float = 2e-3, seed: int = 0
) -> list[float]:
    """Train on posters drawn anew at every step, of the genres in ``genre`` ``(n,)``; returns the losses.

    ``model`` turns patches ``(batch, patches, pixels)`` into scores. Each genre is drawn equally often. AdamW; the rate
    rises over a tenth of the steps and falls to zero.
    """
    rng, kinds, losses = np.random.default_rng(seed), np.unique(genre), []
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.01)
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = rate * min(10 * (step + 1) / steps, 1 - step / steps)
        chosen = rng.choice(kinds, size=batch)
        scores = model(torch.tensor(patchify(draw_posters(chosen, rng), size)))
        loss = functional.cross_entropy(scores, torch.tensor(chosen))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
