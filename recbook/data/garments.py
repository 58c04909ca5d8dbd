"""Drawn garments, and shoppers whose tastes are known: a world to try models of pictures and texts on.

A garment has five properties. Its picture shows colour and pattern, its description names cloth and cut, and both tell
the kind of garment. A shopper has a taste for every value of every property; who buys what is drawn from a formula. So
what each modality can tell is known, and so is the best list that anybody could make. The pictures are drawn by rule:
they say nothing about how well a model reads photographs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from recbook.data.interactions import Interactions

SIDE = 32
"""Pictures are squares of so many pixels."""

COLOURS = {
    "red": (0.85, 0.15, 0.15), "yellow": (0.95, 0.85, 0.2), "green": (0.15, 0.6, 0.25), "blue": (0.15, 0.35, 0.85),
    "pink": (0.95, 0.55, 0.75), "brown": (0.5, 0.3, 0.15), "black": (0.08, 0.08, 0.1), "white": (0.97, 0.97, 0.97),
}  # fmt: skip
PATTERNS = ("plain", "striped", "pinstriped", "checked", "dotted", "diagonal")
CLOTHS = ("cotton", "wool", "linen", "silk", "denim", "fleece")
CUTS = ("loose", "slim", "cropped", "long", "layered", "pleated")
KINDS = ("shirt", "dress", "trousers", "skirt")

USES = ("for the office", "for warm evenings", "for long walks", "for the weekend", "for travelling", "for a party",
        "for cool mornings", "for every day")  # fmt: skip
"""What a description says beside the properties; no taste depends on it."""

PROPERTIES = {"colour": len(COLOURS), "pattern": len(PATTERNS), "cloth": len(CLOTHS), "cut": len(CUTS),
              "kind": len(KINDS)}  # fmt: skip
"""The properties, in the order of `Garments.properties`, and how many values each has."""

SYNONYMS = {
    "red": "scarlet", "yellow": "golden", "green": "emerald", "blue": "navy", "pink": "rose", "brown": "chocolate",
    "black": "ebony", "white": "ivory", "striped": "banded", "pinstriped": "finely lined", "checked": "tartan",
    "dotted": "spotted", "diagonal": "slanted", "plain": "unpatterned",
    "shirt": "blouse", "dress": "gown", "trousers": "pants", "skirt": "kilt",
}  # fmt: skip
"""Other words for what a picture shows; none of them stands in a caption."""


@dataclass(frozen=True)
class Recipe:
    """How the world is made. ``sharp`` says how much a taste decides; the shares say what a taste is made of."""

    garments: int = 800
    shoppers: int = 400
    buys: int = 20
    picture: float = 1.0  # how much colour and pattern count
    text: float = 1.0  # how much cloth and cut count
    kind: float = 0.5
    pair: float = 0.0  # how much a colour counts together with a cloth, beyond what each counts alone
    appeal: float = 0.5  # what everybody sees in a garment, and neither picture nor text shows
    sharp: float = 1.5
    seed: int = 0


class Garments(NamedTuple):
    """Garments by their ``properties``, int64 ``(n, 5)``, in the order of `PROPERTIES`; ``use`` ``(n,)`` of `USES`."""

    properties: np.ndarray
    use: np.ndarray

    def take(self, rows: np.ndarray) -> Garments:
        return Garments(self.properties[rows], self.use[rows])

    def descriptions(self) -> list[str]:
        """What a shop writes: "loose linen shirt for the office". No colour, no pattern."""
        return [
            f"{CUTS[cut]} {CLOTHS[cloth]} {KINDS[kind]} {USES[use]}"
            for (_, _, cloth, cut, kind), use in zip(self.properties, self.use, strict=True)
        ]

    def captions(self) -> list[str]:
        """What one sees: "red striped shirt". No cloth, no cut."""
        colours = list(COLOURS)
        return [f"{colours[c]} {PATTERNS[p]} {KINDS[kind]}" for c, p, _, _, kind in self.properties]

    def pictures(self, rng: np.random.Generator, noise: float = 0.05) -> np.ndarray:
        """A picture of each: float32 ``(n, 32, 32, 3)`` between 0 and 1, as `draw`."""
        return draw(self.properties[:, [0, 1, 4]], rng, noise)


def garments(n: int, rng: np.random.Generator) -> Garments:
    """``n`` garments with properties drawn evenly. ValueError for none."""
    if n < 1:
        raise ValueError(f"n must be at least 1 garment; got {n}.")
    properties = [rng.integers(values, size=n) for values in PROPERTIES.values()]
    return Garments(np.column_stack(properties), rng.integers(len(USES), size=n))


def draw(shown: np.ndarray, rng: np.random.Generator, noise: float = 0.05) -> np.ndarray:
    """Pictures of garments by colour, pattern and kind, whole numbers ``(n, 3)``: float32 ``(n, 32, 32, 3)``, 0 to 1.

    The garment, 24 pixels high, stands near the middle of a light ground; its colour varies a little, and its pattern
    begins anywhere. Every pixel gets normal noise of deviation ``noise``.
    """
    shown = np.asarray(shown)
    n = len(shown)
    colour = np.array(list(COLOURS.values()))[shown[:, 0]] + rng.normal(0, 0.04, (n, 3))
    mark = np.where(colour.mean(axis=1, keepdims=True) > 0.45, colour * 0.45, colour + 0.45)
    pictures = np.broadcast_to(rng.uniform(0.55, 0.8, (n, 1, 1, 1)), (n, SIDE, SIDE, 3)).copy()
    shapes, fills = silhouettes(), patterns()
    places, starts = rng.integers(2, 7, size=(n, 2)), rng.integers(6, size=(n, 2))
    for picture, (_, pattern, kind), place, start, plain, marked in zip(
        pictures, shown, places, starts, colour, mark, strict=True
    ):
        row, column = place
        inside = shapes[kind]
        fill = fills[pattern, start[0] :, start[1] :][: inside.shape[0], : inside.shape[1]]
        part = picture[row : row + inside.shape[0], column : column + inside.shape[1]]
        part[inside] = plain
        part[inside & fill] = marked
    pictures += rng.normal(0, noise, pictures.shape)
    return pictures.clip(0, 1).astype(np.float32)


def patterns() -> np.ndarray:
    """Where each of `PATTERNS` has its marks: boolean ``(6, 30, 30)``; each repeats after 6 pixels."""
    y, x = np.mgrid[:30, :30]
    level, upright = y % 6 < 3, x % 3 < 1
    checks = (y % 6 < 3) ^ (x % 6 < 3)
    dots = (y % 6 < 3) & (x % 6 < 3) & (y % 3 + x % 3 < 4)
    return np.array([np.zeros_like(level), level, upright, checks, dots, (x + y) % 6 < 3])


def silhouettes() -> np.ndarray:
    """The outlines of `KINDS`: boolean ``(4, 24, 24)``."""
    y, x = np.mgrid[:24, :24] + 0.5
    away = abs(x - 12)
    shirt = ((away < 6) & (y < 18)) | ((y < 8) & (away < 11))
    dress = (y < 24) & (away < np.where(y < 8, 4.5, 2 + y * 0.42))
    trousers = (away < 7) & ((y < 6) | (away > 1.5))
    skirt = (y >= 4) & (away < 4 + (y - 4) * 0.4)
    return np.array([shirt, dress, trousers, skirt])


@dataclass(frozen=True, eq=False)
class Wardrobe:
    """A world made by `make`: ``garments``, and each shopper's true ``utility`` of each, ``(shoppers, garments)``."""

    garments: Garments
    utility: np.ndarray
    recipe: Recipe

    @cached_property
    def log(self) -> Interactions:
        """Who bought what: ``buys`` different garments a shopper, drawn with chances that grow with exp(utility).

        The items' titles are the descriptions. There are no times: nothing in this world depends on the order.
        """
        import pandas as pd

        rng = np.random.default_rng([self.recipe.seed, 1])
        n, m = self.utility.shape
        # Adding Gumbel noise and taking the largest draws without replacement, as often as one by one.
        noisy = self.recipe.sharp * self.utility + rng.gumbel(size=self.utility.shape)
        bought = np.argsort(-noisy, axis=1)[:, : self.recipe.buys]
        user = np.repeat(np.arange(n), self.recipe.buys)
        items = pd.DataFrame({"item_id": np.arange(m), "title": self.garments.descriptions()})
        return Interactions(user, bought.ravel(), None, None, np.arange(n), np.arange(m), items=items)


def make(recipe: Recipe = Recipe()) -> Wardrobe:
    """Make the world of a recipe: one seed, one world.

    ValueError where ``buys`` is not below the number of garments, and for a share below 0.
    """
    shares = {name: getattr(recipe, name) for name in ("picture", "text", "kind", "pair", "appeal", "sharp")}
    if low := [name for name, share in shares.items() if share < 0]:
        raise ValueError(f"{', '.join(low)} must be at least 0; got {', '.join(str(shares[name]) for name in low)}.")
    if not 1 <= recipe.buys < recipe.garments or recipe.shoppers < 1:
        raise ValueError(
            f"Each shopper buys some and not all garments, and there is a shopper; got {recipe.buys} of "
            f"{recipe.garments} garments, {recipe.shoppers} shoppers."
        )
    rng = np.random.default_rng([recipe.seed, 0])
    made = garments(recipe.garments, rng)
    weight = {"colour": recipe.picture, "pattern": recipe.picture, "cloth": recipe.text, "cut": recipe.text,
              "kind": recipe.kind}  # fmt: skip
    utility = recipe.appeal * rng.normal(size=recipe.garments) + np.zeros((recipe.shoppers, 1))
    for column, (name, values) in enumerate(PROPERTIES.items()):
        utility = utility + weight[name] * rng.normal(size=(recipe.shoppers, values))[:, made.properties[:, column]]
    together = made.properties[:, 0] * len(CLOTHS) + made.properties[:, 2]
    pairs = rng.normal(size=(recipe.shoppers, len(COLOURS) * len(CLOTHS)))
    return Wardrobe(made, utility + recipe.pair * pairs[:, together], recipe)


def exchanged(n: int, share: float, rng: np.random.Generator, among: np.ndarray | None = None) -> np.ndarray:
    """Which garment's picture each of ``n`` garments shows when a ``share`` of them shows another's: int64 ``(n,)``.

    Those that lie pass their pictures round among themselves, so each shows a wrong one (where there are two at least).
    ``among`` bool ``(n,)`` says who may lie, by default all. ValueError for a share outside 0 to 1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share must lie between 0 and 1; got {share}.")
    shown = np.arange(n)
    pool = shown if among is None else np.flatnonzero(among)
    liars = rng.permutation(pool)[: round(share * len(pool))]
    shown[liars] = np.roll(liars, 1)
    return shown
