"""Invented listeners of real tunes: who likes what is known, so what a list loses to the best one is known, too.

A listener leans to kinds of tune (`recbook.data.world`): the chance that a tune is heard to its end is a formula.
Evenings are sets of tunes of one rhythm, as fiddlers play them; a tune is one heard before with some chance, and
one that does not please is skipped. Every number of the recipe is a knob; one seed, one log.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from recbook.data.interactions import WEEK, Interactions
from recbook.data.world import World

if TYPE_CHECKING:
    import pandas as pd

PLAIN_RHYTHMS = ("reel", "jig", "hornpipe", "slip jig", "strathspey", "clog")
LEAP = 5  # semitones: from a fourth on, a step is a leap
MINUTES = 3  # a tune, played through


@dataclass(frozen=True)
class Recipe:
    """How the listeners listen. ``again`` and ``stay`` are chances, ``lean`` and ``reserve`` logits."""

    listeners: int = 500
    evenings: int = 16  # two a week
    tunes: int = 9  # an evening
    again: float = 0.5  # that the next tune is one heard to its end before
    fade: float = 0.7  # of a tune heard before: what its pull is multiplied by for each evening that it is away
    stay: float = 0.9  # that the next tune has the rhythm of the one before
    lean: float = 5.0  # how much leanings count
    reserve: float = 1.2  # how hard it is to be heard to the end
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Evenings:
    """What the listeners did: ``log`` has a row a play, its rating 1 if heard to the end and 0 if skipped."""

    log: Interactions
    evening: np.ndarray  # (n,) int64, from 0 for each listener
    world: World  # whose `click_probabilities` are the true chances of being heard to the end


def features(tunes: pd.DataFrame) -> np.ndarray:
    """What a listener may lean to, ``(tunes, 8)``, rows summing to 1: six rhythms, minor, and leaps in the melody."""
    rhythm = (tunes["rhythm"].to_numpy()[:, None] == np.array(PLAIN_RHYTHMS)).astype(float)
    minor = tunes["mode"].isin(["minor", "dorian"]).to_numpy(dtype=float)
    leaps = np.array([np.mean(np.abs(np.diff(notes)) >= LEAP) for notes in tunes["notes"]])
    wide = leaps.argsort().argsort() / max(len(tunes) - 1, 1)
    columns = np.column_stack([rhythm, 0.5 * minor, 0.5 * wide])
    return columns / columns.sum(axis=1, keepdims=True)


def make_world(tunes: pd.DataFrame, recipe: Recipe) -> World:
    """Listeners who lean to a few kinds each, and tunes of which few have an appeal for everybody."""
    rng = np.random.default_rng(recipe.seed)
    kinds = features(tunes)
    users = recipe.lean * rng.dirichlet(np.full(kinds.shape[1], 0.3), size=recipe.listeners)
    appeal = -0.4 * np.log((rng.permutation(len(tunes)) + 0.5) / len(tunes))
    return World(users, kinds, appeal, recipe.reserve, eta=0.0, n_old=len(tunes))


def listen(tunes: pd.DataFrame, recipe: Recipe = Recipe()) -> Evenings:
    """Play the recipe. ValueError for a tune without one of `PLAIN_RHYTHMS`, or a chance outside 0 to 1."""
    if not tunes["rhythm"].isin(PLAIN_RHYTHMS).all():
        raise ValueError(f"every tune needs a rhythm of {', '.join(PLAIN_RHYTHMS)}; leave the others out.")
    for knob in ("again", "fade", "stay"):
        if not 0 <= getattr(recipe, knob) <= 1:
            raise ValueError(f"{knob} must lie between 0 and 1; got {getattr(recipe, knob)}.")
    world = make_world(tunes, recipe)
    rhythm = features(tunes)[:, : len(PLAIN_RHYTHMS)].argmax(axis=1)
    rng = np.random.default_rng(recipe.seed + 1)
    rows = [row for user in range(recipe.listeners) for row in _listener(user, world, rhythm, recipe, rng)]
    user, evening, place, tune, ended = np.array(rows, dtype=np.int64).T
    log = Interactions(
        user, tune, ended.astype(np.float32), evening * (WEEK // 2) + place * MINUTES * 60,
        np.arange(recipe.listeners), np.arange(len(tunes)), items=tunes.assign(item_id=np.arange(len(tunes))),
    )  # fmt: skip
    return Evenings(log, evening, world)


def _listener(
    user: int, world: World, rhythm: np.ndarray, recipe: Recipe, rng: np.random.Generator
) -> list[tuple[int, int, int, int, int]]:
    """The rows (user, evening, place, tune, heard to the end) of one listener."""
    chance = 1 / (1 + np.exp(world.reserve - world.films @ world.users[user] - world.appeal))
    kinds = {int(kind): np.flatnonzero(rhythm == kind) for kind in np.unique(rhythm)}
    ladders = {kind: np.cumsum(chance[held] / (1 - chance[held])) for kind, held in kinds.items()}
    size = np.cumsum([ladders[kind][-1] for kind in kinds])
    known, rows = np.zeros(len(chance)), []
    for evening in range(recipe.evenings):
        known *= recipe.fade
        now = -1
        for place in range(recipe.tunes):
            if now < 0 or rng.random() >= recipe.stay:
                now = list(kinds)[np.searchsorted(size, rng.random() * size[-1], side="right")]
            held = kinds[now]
            pull = known[held]
            repeat = rng.random() < recipe.again and pull.any()
            ladder = np.cumsum(pull) if repeat else ladders[now]
            tune = int(held[np.searchsorted(ladder, rng.random() * ladder[-1], side="right")])
            ended = rng.random() < chance[tune]
            known[tune] += ended
            rows.append((user, evening, place, tune, int(ended)))
    return rows
