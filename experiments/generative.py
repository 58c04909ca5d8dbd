"""Items spelled in codes: what the codes mean, what a generator makes of them, and whether it says a new film.

`recbook experiment generative` runs this.
Everything that is chosen is chosen on validation or on inner hidden sets. Each run of ``codes`` is a part of its own:
``recbook experiment generative 'codes/semantic, 8 epochs/0'``, for example.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import cache, partial
from typing import Any

import numpy as np

import recbook
from recbook.chapters.cold_start.choices import like_values
from recbook.data import Interactions, Split, by_week, leave_one_out
from recbook.data.shop import item_texts
from recbook.evaluation import evaluate, evaluate_scores
from recbook.evaluation.metrics import top_k
from recbook.evaluation.protocol import shuffled_ties
from recbook.experiments import load, measured, say
from recbook.models import EASE, Popularity, SASRec
from recbook.models.cold_start import KernelRidge
from recbook.models.generators import SETTINGS as BASE
from recbook.models.generators import CodeGenerator
from recbook.models.hstu import HSTU
from recbook.models.plain_gpt import PlainCodeGenerator
from recbook.models.semantic_ids import (
    SIZES,
    Trie,
    behaviour_vectors,
    dealt_at_random,
    residual_kmeans,
    text_codes,
    with_collision_code,
)
from recbook.models.sequences import SequenceSettings
from recbook.text.films import film_texts

cold = load("cold_controls")  # how films are hidden and ranked

NDCG = "ndcg@10"
SEEDS = 3
SHORT, LONG = 8, 20
OUTER, INNER, FRACTION = range(5), range(1), 0.2
EXCHANGED = (0.0, 0.5)  # share of the targets exchanged for another film of the same two first codes
DEPTHS = (1, 2, 3, 0)  # by how many of its codes a hidden film is scored; 0 is by all
ATTENTION = SequenceSettings(text=False, epochs=8)
BUYERS, VALID, TEST = 50, 44, 49  # the shop, as experiments/applications.py has it
HIDDEN = replace(BASE, epochs=4)
SHOP = replace(BASE, epochs=2)


# Codes of films


@cache
def films() -> Split:
    return leave_one_out(recbook.load("ml-100k"))


@cache
def codes(kind: str, seed: int = 0) -> np.ndarray:
    """Addresses of the films, by what they come from; ``seed`` deals out the random ones."""
    texts = film_texts(films().train.items)
    if kind == "shuffled":
        return dealt_at_random(codes("semantic"), seed)
    if kind == "behaviour":
        return with_collision_code(residual_kmeans(behaviour_vectors(films().train)))
    return text_codes(texts["title" if kind == "titles" else "title, year, genres"])


def places(per_user: np.ndarray) -> np.ndarray:
    """At which place from 1 the film to be found stands, 0 if not among ten: NDCG of one film, as whole numbers."""
    return np.where(per_user > 0, np.round(2 ** (1 / np.maximum(per_user, 1e-9)).clip(0, 4) - 1), 0).astype(int)


def told(name: str, model: Any, split: Split | None = None) -> dict[str, Any]:
    """A model, fitted: NDCG@10 on validation and test, each test user's place, seconds of CPU to fit and to score."""
    split, start = split or films(), time.process_time()
    model.fit(split.train)
    after_fit = time.process_time()
    test = evaluate(model, split)
    scored = time.process_time()
    valid = evaluate(model, split, on="valid")
    say(f"{name}: {valid[NDCG]:.4f} {test[NDCG]:.4f}, {after_fit - start:.0f} s")
    return {
        "valid": valid[NDCG], "test": test[NDCG], "seconds": after_fit - start, "scoring": scored - after_fit,
        "places": places(test.per_user[NDCG]),
    }  # fmt: skip


def runs(name: str, make: Callable[[int], Any], seeds: int) -> dict[str, Callable[[], Any]]:
    return {str(seed): lambda seed=seed: told(f"{name}, {seed}", make(seed)) for seed in range(seeds)}


def on_codes(kind: str, epochs: int, seeds: int = 1, exchanged: float = 0.0) -> dict[str, Callable[[], Any]]:
    setting = replace(BASE, epochs=epochs)
    return runs(
        f"{kind}, {epochs}", lambda seed: CodeGenerator(codes(kind, seed), setting, seed, exchanged=exchanged), seeds
    )


def attention(kind: type, settings: SequenceSettings = ATTENTION) -> dict[str, Callable[[], Any]]:
    return runs(kind.__name__, lambda seed: kind(None, settings, seed), SEEDS)


# Films that nobody has rated


@dataclass(eq=False)
class Fitted:
    """A generator that was fitted on a log from which some films are hidden."""

    model: CodeGenerator

    def scores(self, depth: int) -> np.ndarray:
        """Of all users ``(n_users, n_items)``, by the first codes alone where ``depth`` is not 0."""
        everyone = np.arange(self.model.log_.n_users)
        return self.model.score_by_prefix(everyone, depth) if depth else self.model.score(everyone)


def fitted(log: Interactions, exchanged: float, seed: int, settings: SequenceSettings = HIDDEN) -> Fitted:
    return Fitted(CodeGenerator(codes("semantic"), settings, seed, exchanged=exchanged).fit(log))


def among(scores: np.ndarray, part: Any) -> np.ndarray:
    """NDCG@10 of each user among the hidden films; films of one score stand in a random order."""
    return evaluate_scores(*shuffled_ties(scores[:, part.hidden], part.wanted)).per_user[NDCG]


def of_ten(scores: np.ndarray, part: Any) -> float:
    """The share of all users' ten places, among all films that are not in their history, that hidden films get."""
    return float(part.hidden[top_k(scores, 10, part.log.matrix())].mean())


def hidden(seed: int) -> dict[str, Any]:
    """One hidden set. By how many codes to score, and whether to exchange targets, is chosen on an inner set."""
    part = cold.outer(seed)
    inner = cold.inner(seed)[0]
    levels = {}
    for share in EXCHANGED:
        one = fitted(inner.log, share, seed)
        levels |= {(share, depth): float(np.nanmean(among(one.scores(depth), inner))) for depth in DEPTHS}
        say(f"hidden, {seed}, inner: {levels}")
    share, depth = max(levels, key=lambda key: levels[key])
    plain, taught = (fitted(part.log, one, seed) for one in EXCHANGED)
    chosen = (plain if share == EXCHANGED[0] else taught).scores(depth)
    rows = {
        "as trained": plain.scores(0), "first code": plain.scores(1), "exchanged": taught.scores(0), "chosen": chosen,
        "random": np.random.default_rng(seed).random(chosen.shape), "ridge on titles": titles_ridge(part, seed),
    }  # fmt: skip
    exact = (plain if share == EXCHANGED[0] else taught).scores(0)
    per_user = {name: among(scores, part) for name, scores in rows.items()}
    say(f"hidden, {seed}: { {name: round(float(np.nanmean(per)), 4) for name, per in per_user.items()} }")
    return {
        "films": int(part.hidden.sum()), "of all": float(part.hidden.mean()),
        "chosen": {"exchanged": share, "depth": depth, "inner": levels[share, depth]},
        "per_user": {name: [None if np.isnan(one) else round(one, 3) for one in per] for name, per in per_user.items()},
        "of ten": {
            "as trained": of_ten(rows["as trained"], part), "exchanged": of_ten(rows["exchanged"], part),
            # Known films keep their own probability, a hidden one has its share of its prefix's.
            "chosen": of_ten(np.where(part.hidden, chosen, exact), part),
        },
    }  # fmt: skip


def longer(seed: int) -> dict[str, Any]:
    """The same hidden set after three times as many epochs, with the targets as they are and exchanged."""
    part = cold.outer(seed)
    found = {}
    for name, share in zip(("as trained", "exchanged"), EXCHANGED, strict=True):
        scores = fitted(part.log, share, seed, replace(HIDDEN, epochs=12)).scores(0)
        per_user = among(scores, part)
        say(f"hidden, 12 epochs, {seed}, {name}: {np.nanmean(per_user):.4f}")
        found[name] = {
            "per_user": [None if np.isnan(one) else round(one, 3) for one in per_user], "of ten": of_ten(scores, part),
        }  # fmt: skip
    return found


def titles_ridge(part: Any, seed: int) -> np.ndarray:
    """Ridge regression on title, year and genres, with the setting that inner sets chose: ``(n_users, n_items)``."""
    setting = measured("cold_start", "both")["sets"][seed]["setting"]
    return cold.fitted(part, "ridge", setting, setting["other"]).scores_.T


def lost(seed: int) -> dict[str, Any]:
    """At which code a hidden film loses its chance: by code, the mean log2 of its chance there, over an even share.

    The chance of a code after those before it, over all users, is divided by the share of the films below that go on
    with it: 0 says that the films of a fork are said alike. Means over films, hidden and known.
    """
    part, model = cold.outer(seed), fitted(cold.outer(seed).log, 0.0, seed).model
    everyone, depth = np.arange(model.log_.n_users), model.codes.shape[1]
    # `score_by_prefix` shares a prefix's chance alike among its films: from depth to depth the even share drops out.
    shared = [np.exp(model.score_by_prefix(everyone, one)).mean(axis=0) for one in range(1, depth + 1)]
    so_far = np.log2([np.full(len(model.codes), 1 / len(model.codes)), *shared])
    by_code = np.diff(so_far, axis=0)
    known = ~part.hidden
    say(f"lost, {seed}: {by_code[:, part.hidden].mean(axis=1)}, known {by_code[:, known].mean(axis=1)}")
    return {"hidden": by_code[:, part.hidden].mean(axis=1), "known": by_code[:, known].mean(axis=1)}


def codes_ridge(seed: int) -> dict[str, Any]:
    """Ridge regression on the three codes with a meaning, penalty and weight of the unliked chosen on inner sets."""
    found = codes("semantic")[:, : len(SIZES)]
    kernel = np.add.reduce([(found[:, None, :n] == found[:, :n]).all(axis=2) for n in (1, 2, 3)]).astype(float)
    part, grid = cold.outer(seed), cold.cold_start.RIDGE
    tried = {
        (l2, other): float(np.mean([np.nanmean(among(ridge(kernel, one, l2, other), one)) for one in cold.inner(seed)]))
        for l2, other in itertools.product(grid["l2"], grid["other"])
    }
    l2, other = max(tried, key=lambda key: tried[key])
    per_user = among(ridge(kernel, part, l2, other), part)
    say(f"ridge on codes, {seed}: {np.nanmean(per_user):.4f} with {l2, other}")
    return {"l2": l2, "other": other, "per_user": [None if np.isnan(one) else round(one, 3) for one in per_user]}


def ridge(kernel: np.ndarray, part: Any, l2: float, other: float) -> np.ndarray:
    return KernelRidge(kernel, l2).fit(part.log, values=like_values(part.log, other)).scores_.T


# The shop


@cache
def shop() -> Split:
    """What each household buys for the first time: to learn from until week 48, to be found from week 49."""
    return by_week(load("applications").shop(), VALID, TEST, repeats="first")


def shop_codes(kind: str) -> np.ndarray:
    if kind == "behaviour":
        return with_collision_code(residual_kmeans(behaviour_vectors(shop().train)))
    of_texts = text_codes(item_texts(shop().train.items))
    return dealt_at_random(of_texts, 0) if kind == "shuffled" else of_texts


def shared() -> dict[str, Any]:
    """By the kind of codes: which share of the products has others' three codes, and the largest such group."""
    found = {}
    for kind in ("semantic", "behaviour"):
        size = Trie(shop_codes(kind)).items_below(len(SIZES))
        found[kind] = {"colliding": (size > 1).mean(), "largest": size.max()}
    return found | {"products": len(size), "different texts": len(set(item_texts(shop().train.items)))}


def discovery(make: Callable[[], Any]) -> dict[str, Any]:
    """A model on discovery, its test as the difference to popularity of the last four weeks, paired by household."""
    start = time.process_time()
    test = evaluate(make().fit(shop().train), shop(), task="new")
    popular = evaluate(Popularity(weeks=4, per_user=True).fit(shop().train), shop(), task="new")
    say(f"shop: {test[NDCG]:.4f}, popularity {popular[NDCG]:.4f}")
    return {
        "ndcg": test[NDCG], "interval": test.interval(NDCG), "seconds": time.process_time() - start,
        "less popularity": test.difference(popular, NDCG),
    }  # fmt: skip


MINUTES = 20
PACKAGES = ("numpy", "scipy", "torch", "transformers")
SETTINGS = {
    "data": "ml-100k", "seeds": SEEDS, "sizes": list(SIZES), "generator": asdict(BASE), "epochs": [SHORT, LONG],
    "outer": list(OUTER), "inner": list(INNER), "fraction": FRACTION, "hidden": asdict(HIDDEN),
    "exchanged": list(EXCHANGED), "depths": list(DEPTHS), "attention": asdict(ATTENTION), "buyers": BUYERS,
    "weeks": [VALID, TEST], "shop": asdict(SHOP),
}  # fmt: skip
PARTS = {
    "codes": {
        "semantic, 8 epochs": on_codes("semantic", SHORT, SEEDS),
        "shuffled, 8 epochs": on_codes("shuffled", SHORT, SEEDS),
        "titles, 8 epochs": on_codes("titles", SHORT, SEEDS),
        "behaviour, 8 epochs": on_codes("behaviour", SHORT, SEEDS),
        "exchanged, 8 epochs": on_codes("semantic", SHORT, SEEDS, exchanged=EXCHANGED[1]),
        "semantic, 20 epochs": on_codes("semantic", LONG, SEEDS),
        "shuffled, 20 epochs": on_codes("shuffled", LONG, SEEDS),
        "behaviour, 20 epochs": on_codes("behaviour", LONG, SEEDS),
    },
    "hidden": {str(seed): partial(hidden, seed) for seed in OUTER},
    "hidden, 12 epochs": {str(seed): partial(longer, seed) for seed in OUTER},
    "lost": {str(seed): partial(lost, seed) for seed in OUTER},
    "ridge on codes": {str(seed): partial(codes_ridge, seed) for seed in OUTER},
    "attention": {
        "softmax": attention(SASRec),
        "pointwise": attention(HSTU),
        "pointwise, 12 epochs": attention(HSTU, replace(ATTENTION, epochs=12)),  # about the seconds of softmax
    },
    "shop codes": shared,
    "plain GPT": lambda: told("plain GPT", PlainCodeGenerator(codes("semantic"), BASE)),
    "shop": {
        "semantic": partial(discovery, lambda: CodeGenerator(shop_codes("semantic"), SHOP)),
        "behaviour": partial(discovery, lambda: CodeGenerator(shop_codes("behaviour"), SHOP)),
        "shuffled": partial(discovery, lambda: CodeGenerator(shop_codes("shuffled"), SHOP)),
        **{
            f"{kind}, {SHORT} epochs": partial(
                discovery, partial(lambda kind: CodeGenerator(shop_codes(kind), replace(SHOP, epochs=SHORT)), kind)
            )
            for kind in ("semantic", "behaviour", "shuffled")
        },
        "EASE": partial(discovery, lambda: EASE(1000.0)),  # as chapter 11 chose it on validation
    },
}
