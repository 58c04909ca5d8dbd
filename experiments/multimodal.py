"""Drawn garments: what text and picture give alone and joined, when one lacks, lies or shouts; and what size buys.

`recbook experiment multimodal` runs this.
The garments and their shoppers are invented (`recbook.data.garments`), so the best possible list is known. Settings are
chosen on garments hidden once more among the visible ones; every number is of the hidden garments of five worlds, and
intervals are over their shoppers. The part ``sizes`` is about films: the same tasks for encoders of different size.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from recbook.chapters.trends import multimodal as rooms
from recbook.chapters.trends import sizes
from recbook.chapters.trends.multimodal import ASKED, METRIC, MIX, NewGarments, best, kernel, late, of_scores, ridge
from recbook.data import random_split
from recbook.data.fetch import is_cached
from recbook.data.garments import KINDS, SYNONYMS, Recipe, Wardrobe, draw, exchanged, make
from recbook.evaluation import Report, bootstrap, evaluate
from recbook.experiments import CannotMeasureError, say
from recbook.image_text import OneSpace
from recbook.models import EASE, FusionTower, KernelRidge, LateFusion, Popularity
from recbook.models.fusion import equal_voice, product_kernel, side_by_side
from recbook.privacy.attack import auc
from recbook.text import TextEncoder

WORLDS = range(5)
PAIR = 2.0
STEPS = 1000
SHARES = (0.0, 0.25, 0.5, 0.75)
LIES = (0.0, 0.2, 0.4, 0.6)
BELIEVED = (0.01, 0.03, 0.1, 0.3)  # a picture that shows the kind with a chance below it counts as missing
SCALES = (0.01, 0.1, 1.0, 10.0, 100.0)
EPOCHS, EVERY, TOWER_WORLDS, BLANK = 120, 20, range(3), 0.3
SPACES = range(3)
FRAMES, FRAME_NOISE = (1, 2, 4, 8, 16), 0.3


# The pictures' encoder, and worlds with what is known of their garments


@cache
def encoder() -> TextEncoder:
    return TextEncoder()


@cache
def space(seed: int = 0, words: bool = False, noise: float = 0.05) -> tuple[OneSpace, Any]:
    """Trained on 3,000 pictures of other garments; with ``words`` its text tower begins with nothing."""
    studio = rooms.studio(noise=noise, seed=seed)
    return rooms.train_space(studio, None if words else encoder(), STEPS, seed=seed)[:2]


class Known(NamedTuple):
    """A world, its hidden garments, and what is known of each garment."""

    world: Wardrobe
    parts: NewGarments
    pictures: np.ndarray  # (n, 32, 32, 3)
    text: np.ndarray  # (n, 384)
    seen: np.ndarray  # (n, 64): what the picture tower makes of the pictures


@cache
def known(seed: int, pair: float = 0.0) -> Known:
    world = make(Recipe(pair=pair, seed=seed))
    pictures = world.garments.pictures(np.random.default_rng([seed, 2]))
    text = encoder().encode(world.garments.descriptions())
    return Known(world, rooms.hide(world, seed), pictures, text, space()[0].picture_features(pictures))


def truth(found: Known, columns: Sequence[int]) -> np.ndarray:
    """The properties themselves, one column a value: ``(n, values)``."""
    properties = found.world.garments.properties[:, columns]
    return np.hstack([np.eye(column.max() + 1)[column] for column in properties.T])


def per_user(report: Report) -> np.ndarray:
    return report.per_user[METRIC]


def raw_sum(found: Known, tables: Sequence[np.ndarray]) -> Report:
    """The plain sum of the two ridges' scores."""
    models = [KernelRidge(table, ridge(table, found.parts)[0]).fit(found.parts.test.train) for table in tables]
    return of_scores(np.sum([model.scores_.T for model in models], axis=0), found.parts)


def told(rows: Mapping[str, Sequence[Report]], beside: Sequence[str]) -> dict[str, Any]:
    """By method the mean over all shoppers of all worlds, its interval, each world's mean, and paired differences."""
    values = {name: np.concatenate([per_user(one) for one in found]) for name, found in rows.items()}
    found: dict[str, Any] = {}
    for name, own in values.items():
        found[name] = {
            "ndcg": np.nanmean(own), "interval": bootstrap(own), "worlds": [one[METRIC] for one in rows[name]],
            "less": {other: bootstrap(own - values[other]) for other in beside if other != name and other in values},
        }  # fmt: skip
        say(f"{name}: {found[name]['ndcg']:.4f}")
    return found


# One experiment each


def fusion(pair: float) -> dict[str, Any]:
    """Every way to rank new garments by ridge regression, in worlds with or without a taste for combinations."""
    rows: dict[str, list[Report]] = {}
    for seed in WORLDS:
        found = known(seed, pair)
        for name, report in one_world(found, seed).items():
            rows.setdefault(name, []).append(report)
        say(f"world {seed}")
    return told(rows, ("early", "text", "picture"))


def one_world(found: Known, seed: int) -> dict[str, Report]:
    text, picture = kernel(found.text), kernel(found.seen)
    true_text, true_picture = kernel(truth(found, [2, 3, 4])), kernel(truth(found, [0, 1, 4]))
    torch.manual_seed(seed)
    untrained = OneSpace(nn.Linear(384, 32)).picture_features(found.pictures)
    tables = {
        "text": text, "picture": picture, "early": text + picture,
        "product": product_kernel(1 + text, 1 + picture),
        "pixels": kernel(found.pictures.reshape(len(found.pictures), -1)), "untrained": kernel(untrained),
        "true text": true_text, "true picture": true_picture, "true, early": true_text + true_picture,
        "true, product": product_kernel(1 + true_text, 1 + true_picture),
    }  # fmt: skip
    reports = {name: ridge(table, found.parts)[1] for name, table in tables.items()}
    rng = np.random.default_rng(seed)
    return reports | {
        "late": late([text, picture], found.parts), "raw sum": raw_sum(found, [text, picture]),
        "utility": of_scores(found.world.utility, found.parts),
        "random": of_scores(rng.random(found.world.utility.shape), found.parts),
    }  # fmt: skip


def towers(pair: float) -> dict[str, Any]:
    """The same by networks; the number of epochs is chosen on the inner set."""
    rows: dict[str, list[Report]] = {}
    for seed in TOWER_WORLDS:
        found = known(seed, pair)
        for way in ("concatenate", "gate", "product"):
            rows.setdefault(way, []).append(tower(found, [found.text, found.seen], way, seed)[1])
        rows.setdefault("early", []).append(ridge(kernel(found.text) + kernel(found.seen), found.parts)[1])
    return told(rows, ("early", "concatenate"))


def tower(found: Known, parts: Sequence[np.ndarray], way: str, seed: int, **more: Any) -> tuple[int, Report]:
    levels: dict[int, float] = {}

    def look(model: Any, epoch: int) -> None:
        if epoch % EVERY == 0:
            levels[epoch] = evaluate(model, found.parts.inner)[METRIC]

    FusionTower(parts, way, epochs=EPOCHS, seed=seed, on_epoch=look, **more).fit(found.parts.inner.train)
    epochs = max(levels, key=lambda epoch: levels[epoch])
    say(f"{way}: {epochs} epochs")
    return epochs, evaluate(FusionTower(parts, way, epochs=epochs, seed=seed, **more), found.parts.test)


def missing(share: float) -> dict[str, Any]:
    """A share of the garments, known and new, has no picture."""
    rows: dict[str, list[Report]] = {}
    for seed in WORLDS:
        found = known(seed)
        has = np.random.default_rng([seed, 3]).permutation(len(found.text)) >= share * len(found.text)
        text, picture = kernel(found.text), quiet_kernel(found.seen, has)
        trust = np.column_stack([np.ones(len(has)), has])
        made = {
            "text": ridge(text, found.parts)[1], "picture": ridge(picture, found.parts)[1],
            "early": ridge(text + picture, found.parts)[1], "late": late([text, picture], found.parts, trust),
            "late, text for both": late([text, picture], found.parts, trust, share_out=True),
        }  # fmt: skip
        for name, report in made.items():
            rows.setdefault(name, []).append(report)
    return told(rows, ("early", "text", "late"))


def missing_towers(share: float) -> dict[str, Any]:
    """Gates that have, or have not, met items without a picture in training."""
    rows: dict[str, list[Report]] = {}
    for seed in TOWER_WORLDS:
        found = known(seed)
        has = np.random.default_rng([seed, 3]).permutation(len(found.text)) >= share * len(found.text)
        # In training, and where the epochs are chosen, every picture is there; of the test garments a share has none.
        hidden = found.world.log.item_counts() > found.parts.test.train.item_counts()
        present = np.column_stack([np.ones(len(has), bool), has | ~hidden])
        for name, blank in (("gate", 0.0), ("gate, blanked in training", BLANK)):
            report = tower(found, [found.text, found.seen], "gate", seed, present=present, blank=blank)[1]
            rows.setdefault(name, []).append(report)
    return told(rows, ("gate",))


def quiet_kernel(features: np.ndarray, has: np.ndarray) -> np.ndarray:
    quiet = equal_voice(features, has)
    return quiet @ quiet.T


def lying(share: float) -> dict[str, Any]:
    """A share of the garments, known and new, shows the picture of another one."""
    rows: dict[str, list[Report]] = {}
    aucs, visible = [], []
    for seed in WORLDS:
        found = known(seed)
        n = len(found.text)
        shown = exchanged(n, share, np.random.default_rng([seed, 4]))
        lies, kind = shown != np.arange(n), found.world.garments.properties[:, 4]
        chances = rooms.zero_shot(*space(), found.pictures[shown], KINDS, 2)
        trust = chances[np.arange(n), kind]
        if lies.any():
            aucs.append(auc(-trust[lies], -trust[~lies]))
            visible.append((kind[shown] != kind)[lies].mean())
        for name, report in against_lies(found, found.seen[shown], trust, lies).items():
            rows.setdefault(name, []).append(report)
    return {"ndcg": told(rows, ("early", "text")), "auc": aucs, "of another kind": visible}


def against_lies(found: Known, seen: np.ndarray, trust: np.ndarray, lies: np.ndarray) -> dict[str, Report]:
    """Rankings that believe every picture, only those that agree with their text, and only those that are true."""
    text, one = kernel(found.text), np.ones(len(trust))
    believed = {least: text + quiet_kernel(seen, trust >= least) for least in BELIEVED}
    settings = {
        (least, l2): partial(KernelRidge, table, l2) for least, table in believed.items() for l2 in rooms.PENALTIES
    }
    chosen, report = best(settings, found.parts)
    say(f"believed from {chosen[0]}")
    return {
        "text": ridge(text, found.parts)[1], "picture": ridge(kernel(seen), found.parts)[1],
        "early": ridge(text + kernel(seen), found.parts)[1],
        "late": late([text, kernel(seen)], found.parts),
        "late, by agreement": late([text, kernel(seen)], found.parts, np.column_stack([one, trust])),
        "early, by agreement": report,
        "early, lies known": ridge(text + quiet_kernel(seen, ~lies), found.parts)[1],
    }  # fmt: skip


def shouting(scale: float) -> dict[str, Any]:
    """The picture's features times ``scale``, laid beside the text's as they are."""
    rows: dict[str, list[Report]] = {}
    for seed in WORLDS:
        found = known(seed)
        table = side_by_side([found.text - found.text.mean(axis=0), scale * (found.seen - found.seen.mean(axis=0))])
        quiet = side_by_side([equal_voice(found.text), equal_voice(scale * found.seen)])
        rows.setdefault("as they are", []).append(ridge(table @ table.T, found.parts)[1])
        rows.setdefault("equal voice", []).append(ridge(quiet @ quiet.T, found.parts)[1])
    return told(rows, ("equal voice",))


def bought() -> dict[str, Any]:
    """Garments that others have bought: does what is seen and written add to who bought what?"""
    rows: dict[str, list[Report]] = {}
    for seed in WORLDS:
        found = known(seed)
        split = random_split(found.world.log, seed=seed)
        both = kernel(found.text) + kernel(found.seen)
        content, own = chosen(split, KernelRidge, both, rooms.PENALTIES), chosen_ease(split)
        mixed = max(
            MIX, key=lambda mix: evaluate(LateFusion([content, own], [1 - mix, mix]), split, on="valid")[METRIC]
        )
        models = {
            "popularity": Popularity(), "EASE": own, "early": content,
            "EASE and early": LateFusion([content, own], [1 - mixed, mixed]),
        }  # fmt: skip
        for name, model in models.items():
            rows.setdefault(name, []).append(evaluate(model, split))
    return told(rows, ("EASE", "popularity"))


def chosen(split: Any, make_model: Callable[..., Any], table: np.ndarray, penalties: Sequence[float]) -> Any:
    return max(
        (make_model(table, l2) for l2 in penalties), key=lambda model: evaluate(model, split, on="valid")[METRIC]
    )


def chosen_ease(split: Any) -> EASE:
    return max((EASE(l2) for l2 in (30.0, 100.0, 300.0)), key=lambda model: evaluate(model, split, on="valid")[METRIC])


def spaces(words: bool) -> dict[str, Any]:
    """What sentences find, on garments that no training picture showed: by words of training, and by other words."""
    found: dict[str, Any] = {}
    for seed in SPACES:
        one, read = space(seed, words)
        made, pictures = rooms.shown_properties(960, seed=100 + seed)
        new = rooms.never_shown(made.properties)
        for column, (asked, (values, place)) in enumerate(ASKED.items()):
            for way, use in (("same words", values), ("other words", [SYNONYMS[value] for value in values])):
                right = rooms.zero_shot(one, read, pictures, use, column).argmax(axis=1) == made.properties[:, place]
                for group, rows in (("met", ~new), ("never met", new)):
                    found.setdefault(asked, {}).setdefault(way, {}).setdefault(group, []).append(
                        float(right[rows].mean())
                    )
        say(f"space {seed}, words {words}: {found}")
    return found


def frames(n: int) -> dict[str, Any]:
    """A garment that moves, ``n`` grainy frames: vectors pooled, frames averaged pixel by pixel."""
    right: dict[str, dict[str, list[float]]] = {}
    for seed in SPACES:
        one, read = space(seed, noise=FRAME_NOISE)
        rng = np.random.default_rng([seed, 5])
        made = rooms.shown_properties(480, seed=200 + seed)[0].properties
        shown = np.stack([draw(made[:, [0, 1, 4]], rng, FRAME_NOISE) for _ in range(n)])
        pooled = np.mean([one.encode_pictures(frame) for frame in shown], axis=0)
        blurred = one.encode_pictures(shown.mean(axis=0))
        for column, (asked, (values, place)) in enumerate(ASKED.items()):
            vectors = rooms.word_vectors(one, read, values, column)
            for way, seen in (("pooled", pooled), ("one blurred picture", blurred)):
                hit = (seen @ vectors.T).argmax(axis=1) == made[:, place]
                right.setdefault(asked, {}).setdefault(way, []).append(float(hit.mean()))
    say(f"{n} frames: {right}")
    return right


def sized(name: str) -> dict[str, Any]:
    """One encoder on the tasks of `recbook.chapters.trends.sizes`."""
    if name == "SmolLM2" and not is_cached("smollm2"):
        raise CannotMeasureError("it needs the optional model; run `recbook data fetch smollm2` first")
    found = sizes.judged(sizes.reader(name))
    say(f"{name}: {found['hidden']['ndcg']:.4f}, {found['seconds']:.1f} s")
    return found


def student() -> dict[str, Any]:
    """A student of MiniLM that looks tokens up, taught on titles of books; then films, none of which it learned."""
    titles = sizes.book_titles()
    _, taught, losses = sizes.teach(titles, encoder().encode(titles, keep=False))
    films = sizes.titles()
    cosine = (taught.encode(films) * encoder().encode(films)).sum(axis=1)
    return sizes.judged(taught) | {"cosine": cosine.mean(), "loss": np.mean(losses[-10:]), "taught on": len(titles)}


MINUTES = 15
PACKAGES = ("numpy", "scipy", "torch", "transformers", "onnxruntime")
SETTINGS = {
    "worlds": list(WORLDS), "recipe": {"pair": PAIR}, "steps": STEPS, "shares": list(SHARES), "lies": list(LIES),
    "believed": list(BELIEVED),
    "scales": list(SCALES), "mix": list(MIX), "epochs": EPOCHS, "every": EVERY, "tower worlds": list(TOWER_WORLDS),
    "blank": BLANK, "spaces": list(SPACES), "frames": list(FRAMES), "noise": FRAME_NOISE,
    "penalties": list(rooms.PENALTIES),
}  # fmt: skip
PARTS = {
    "fusion": {"adding": partial(fusion, 0.0), "pairs": partial(fusion, PAIR)},
    "bought": bought,
    "shouting": {f"{scale:g}": partial(shouting, scale) for scale in SCALES},
    "missing": {f"{share:g}": partial(missing, share) for share in SHARES},
    "lying": {f"{share:g}": partial(lying, share) for share in LIES},
    "space": {"MiniLM": partial(spaces, False), "words": partial(spaces, True)},
    "frames": {str(n): partial(frames, n) for n in FRAMES},
    "sizes": {name: partial(sized, name) for name in sizes.READERS},
    "student": student,
    "towers": {"adding": partial(towers, 0.0), "pairs": partial(towers, PAIR)},
    "missing, towers": {f"{share:g}": partial(missing_towers, share) for share in (0.0, 0.5)},
}
