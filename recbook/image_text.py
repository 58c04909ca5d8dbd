"""One space for pictures and sentences, learned from pairs of both: the idea of CLIP (Radford et al. 2021), in small.

A tower reads pictures, another sentences, and both end in vectors of one width and unit length. They are trained so
that a picture lies near its own sentence and far from those of the other pictures in the batch. The loss is `info_nce`,
asked in both directions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from recbook.models.contrastive import info_nce
from recbook.vision import TinyViT, patchify

LEAST_TEMPERATURE = 0.01
"""A learned temperature goes no lower, as in CLIP (section 2.5)."""


def clip_loss(pictures: Tensor, sentences: Tensor, temperature: Tensor | float, same: Tensor | None = None) -> Tensor:
    """The mean of two cross-entropies, picture to sentence and sentence to picture (Radford et al. 2021, figure 3).

    ``pictures`` and ``sentences`` are ``(n, d)``, unit rows; row i of both is a pair, and all other rows of the batch
    are wrong. ``same`` ``(n, n)`` is True where two pairs say the same: such a row is not wrong and takes no part.
    ValueError where the two are not of one shape.
    """
    if pictures.shape != sentences.shape:
        raise ValueError(
            f"pictures and sentences must be pairs in one space; got {tuple(pictures.shape)} and "
            f"{tuple(sentences.shape)}."
        )
    scores, own = pictures @ sentences.T / temperature, torch.arange(len(pictures))
    allowed = None if same is None else ~same
    return (info_nce(scores, own, allowed=allowed) + info_nce(scores.T, own, allowed=allowed)) / 2


class Pairs(NamedTuple):
    """A batch to learn from: ``pictures`` ``(n, side, side, 3)``, and what the text tower reads of each sentence."""

    pictures: np.ndarray
    sentences: np.ndarray
    same: np.ndarray  # (n, n) bool: the pairs that say the same


class WordBag(nn.Module):
    """A text tower that begins with nothing: a vector for each word of ``texts``, their mean, a linear map.

    `read` turns sentences into what `forward` takes, int64 ``(n, longest)``; a word that no text had is left out.
    """

    def __init__(self, texts: Sequence[str], d: int = 32, width: int = 64) -> None:
        super().__init__()
        known = sorted({word for text in texts for word in text.lower().split()})
        self.numbers = {word: number for number, word in enumerate(known, start=1)}  # 0 is padding
        self.longest = max((len(text.split()) for text in texts), default=1)
        self.words = nn.EmbeddingBag(len(known) + 1, width, mode="mean", padding_idx=0)
        self.project = nn.Linear(width, d)

    def read(self, texts: Sequence[str]) -> np.ndarray:
        """The numbers of the words of each text, padded with 0: int64 ``(n, longest)``; longer texts are cut."""
        rows = np.zeros((len(texts), self.longest), np.int64)
        for row, text in zip(rows, texts, strict=True):
            found = [self.numbers[word] for word in text.lower().split() if word in self.numbers][: self.longest]
            row[: len(found)] = found
        return rows

    def forward(self, numbers: Tensor) -> Tensor:
        return self.project(self.words(numbers))


class OneSpace(nn.Module):
    """A picture tower (`TinyViT` on patches of ``size`` pixels) and a text tower, into one space of ``d`` numbers.

    ``text`` is a module from what it reads to ``(n, d)``: a `WordBag`, or ``nn.Linear(384, d)`` on vectors of a
    pretrained encoder that stays as it is.
    """

    def __init__(self, text: nn.Module, side: int = 32, size: int = 8, d: int = 32, width: int = 64) -> None:
        super().__init__()
        self.size, self.text = size, text
        self.picture = TinyViT((side // size) ** 2, 3 * size**2, d, width)
        self.log_temperature = nn.Parameter(torch.tensor(np.log(0.1), dtype=torch.float32))

    @property
    def temperature(self) -> Tensor:
        return self.log_temperature.exp().clamp(min=LEAST_TEMPERATURE)

    def forward(self, patches: Tensor, sentences: Tensor) -> tuple[Tensor, Tensor]:
        return functional.normalize(self.picture(patches), dim=1), functional.normalize(self.text(sentences), dim=1)

    @torch.inference_mode()
    def encode_pictures(self, pictures: np.ndarray, batch: int = 256) -> np.ndarray:
        """Unit vectors of pictures ``(n, side, side, 3)``: float32 ``(n, d)``."""
        parts = torch.tensor(patchify(pictures, self.size)).split(batch)
        return torch.cat([functional.normalize(self.picture(part), dim=1) for part in parts]).numpy()

    @torch.inference_mode()
    def encode_sentences(self, sentences: np.ndarray) -> np.ndarray:
        """Unit vectors of sentences, as the text tower reads them: float32 ``(n, d)``."""
        return functional.normalize(self.text(torch.tensor(sentences)), dim=1).numpy()

    @torch.inference_mode()
    def picture_features(self, pictures: np.ndarray, batch: int = 256) -> np.ndarray:
        """What the picture tower has before its last map, ``(n, width)``: for other tasks than matching sentences."""
        parts = torch.tensor(patchify(pictures, self.size)).split(batch)
        return torch.cat([self.picture.encode(part) for part in parts]).numpy()


def train(
    space: OneSpace,
    draw: Callable[[np.random.Generator, int], Pairs],
    steps: int = 500,
    batch: int = 64,
    rate: float = 2e-3,
    seed: int = 0,
) -> list[float]:
    """Train on batches that ``draw(rng, batch)`` gives; returns the losses.

    AdamW; the rate rises over a tenth of the steps and falls to zero. ValueError for a batch below 2: a pair alone has
    nothing to be told from.
    """
    if batch < 2:
        raise ValueError(f"batch must be at least 2, or a pair has nothing to be told from; got {batch}.")
    rng, losses = np.random.default_rng(seed), []
    optimizer = torch.optim.AdamW(space.parameters(), lr=rate, weight_decay=0.01)
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = rate * min(10 * (step + 1) / steps, 1 - step / steps)
        pairs = draw(rng, batch)
        seen, told = space(torch.tensor(patchify(pairs.pictures, space.size)), torch.tensor(pairs.sentences))
        loss = clip_loss(seen, told, space.temperature, torch.tensor(pairs.same))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
