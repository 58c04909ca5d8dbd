"""Ways of fooling oneself, done to films and to a shop: what each makes of EASE and popularity (chapter 09).

`recbook experiment deceptions` runs this.
Films: MovieLens-100K, the course's settings. Shop: products bought by 100 households; of each household the product
that it met last as a new one is hidden, the lines of a basket in a random order; the settings are those that page_order
chose on earlier weeks. All the rest is the same code. What the page's order does is page_order's.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

import recbook
from recbook.chapters.evaluation import deceptions as ways
from recbook.data import Interactions, Split, leave_one_out, shuffle_within_second
from recbook.data import random_split as random_split_of
from recbook.data.prepare import genre_table
from recbook.evaluation import Report, beyond, bootstrap, compare, evaluate, evaluate_scores, metrics, truth
from recbook.experiments import load, say
from recbook.models import EASE, Item2Vec, ItemKNN, Popularity

page_order = load("page_order")  # the shop's log, and what was chosen for it

NDCG, HIT = "ndcg@10", "hit@10"
DRAWINGS, FACTORS, COPIES, EFFECT = 3, 100, 21, 0.005


class Setting(NamedTuple):
    """A world's log, each user and item once, and how the simple models are set there."""

    log: Interactions
    l2: float
    half_life: float
    shrink: float

    def models(self) -> dict[str, Callable[[], Any]]:
        return {
            "popularity": Popularity, "item-kNN": partial(ItemKNN, shrink=self.shrink), "EASE": partial(EASE, self.l2),
            "EASE, last films": partial(EASE, self.l2, half_life=self.half_life),
            "EASE, last three films": partial(EASE, self.l2, half_life=1.0),
        }  # fmt: skip


@cache
def setting(world: str) -> Setting:
    if world == "films":
        return Setting(recbook.load("ml-100k"), 250.0, 8.0, 50.0)
    (l2, _), (shrink, _) = page_order.best_of("EASE"), page_order.best_of("item-kNN")
    half_life = page_order.best_half_life("EASE", l2, among=("8.0", "32.0", "128.0"))
    log = shuffle_within_second(page_order.goods(), 0)
    log = log.take(~log.repeats())
    return Setting(log.of_users(np.flatnonzero(log.user_counts() > 10)), float(l2), half_life, float(shrink))


@cache
def split(world: str) -> Split:
    return leave_one_out(setting(world).log, seed=None if world == "films" else 0)


@cache
def scores(world: str) -> dict[str, np.ndarray]:
    """By model, (users, items), from the history."""
    users, made = np.arange(split(world).train.n_users), setting(world).models()
    return {name: make().fit(split(world).train).score(users, split(world).history()) for name, make in made.items()}


def judge(world: str, table: np.ndarray, exclude: Any = "history") -> Report:
    left_out = split(world).history().matrix() if isinstance(exclude, str) else exclude
    return evaluate_scores(table, truth(split(world)), exclude=left_out)


def as_it_is(world: str) -> dict[str, Any]:
    reports = {name: judge(world, table) for name, table in scores(world).items()}
    return {
        "users": split(world).train.n_users, "items": split(world).train.n_items, "rows": setting(world).log.n,
        **{name: {metric: report[metric] for metric in (NDCG, HIT)} for name, report in reports.items()},
    }  # fmt: skip


def random_split(world: str) -> dict[str, Any]:
    """EASE on a random split; and what the future adds with as many rows, and more rows on top."""
    drawn, made = ways.at_random(setting(world).log), setting(world).models()
    fooled = {name: evaluate(make(), drawn)[NDCG] for name, make in made.items()}
    arms = {}
    for name in ("popularity", "item-kNN", "EASE"):
        found = [ways.knowing(setting(world).log, made[name], seed) for seed in range(DRAWINGS)]
        past, as_many, every = (np.mean([of[arm] for of in found], axis=0) for arm in ways.KNOWN)
        arms[name] = {
            "means": dict(zip(ways.KNOWN, (past.mean(), as_many.mean(), every.mean()), strict=True)),
            "future": bootstrap(as_many - past), "more": bootstrap(every - as_many),
        }  # fmt: skip
        say(f"{world}, {name}: {arms[name]['means']}")
    return {"fooled": fooled, "arms": arms}


def ties(world: str) -> dict[str, Any]:
    """Popularity's NDCG@10 by the rule for equal times; at random: the lowest and highest of 20 seeds."""
    log = setting(world).log
    keys = {"highest number last": log.item, "lowest number last": -log.item, "file order": np.arange(log.n)}
    rules = {rule: evaluate(Popularity(), ways.tied_by(log, key))[NDCG] for rule, key in keys.items()}
    orders = (np.random.default_rng(seed).permutation(log.n) for seed in range(20))
    drawn = [evaluate(Popularity(), ways.tied_by(log, order))[NDCG] for order in orders]
    return rules | {"at random": [min(drawn), max(drawn)]}


def sampled(world: str) -> dict[str, Any]:
    """Every model among 100 random others; and the pairs that change places beyond chance, in either metric."""
    found = {name: ways.sampled_report(table, split(world)) for name, table in scores(world).items()}
    full = {name: judge(world, table) for name, table in scores(world).items()}
    swaps = {}
    for one, other in combinations(found, 2):
        for metric in (NDCG, HIT):
            pair = full[one].difference(full[other], metric), found[one].difference(found[other], metric)
            if max(pair[0][0] * pair[1][1], pair[0][1] * pair[1][0]) < 0 and all(low * high > 0 for low, high in pair):
                swaps[f"{one} / {other}, {metric}"] = [list(map(float, ends)) for ends in pair]
    return {
        "models": {name: {metric: of[metric] for metric in (NDCG, HIT)} for name, of in found.items()},
        "pairs": len(found) * (len(found) - 1) // 2, "swaps": swaps,
    }  # fmt: skip


def unmasked(world: str) -> dict[str, float]:
    return {name: judge(world, scores(world)[name], None)[NDCG] for name in ("popularity", "EASE")}


def tuned(world: str) -> dict[str, float]:
    """The best of 100 random factors on each item's score, on the users it was chosen by and on fresh ones."""
    table = scores(world)["EASE, last films"]
    plain, tried = judge(world, table).per_user[NDCG], []
    for seed in range(FACTORS):
        factor = np.random.default_rng(seed).normal(1, 0.15, size=table.shape[1])
        tried.append(judge(world, table * factor).per_user[NDCG] - plain)
    chosen, fresh = ways.chosen_on_test(np.array(tried))
    return {"plain": plain.mean(), "chosen on": chosen, "fresh": fresh}


def seeds(world: str) -> list[float]:
    """item2vec, three seeds."""
    if world == "films":
        return [evaluate(Item2Vec(seed=seed), split(world))[NDCG] for seed in range(3)]
    half_life = page_order.best_half_life("item2vec", "near in time")
    return [evaluate(Item2Vec(half_life=half_life, seed=seed), split(world))[NDCG] for seed in range(3)]


def a_fifth(world: str) -> dict[str, float]:
    """A random fifth of all rows is hidden, so that a user has many relevant items."""
    many = random_split_of(setting(world).log, valid=0, test=0.2)
    return {name: evaluate(setting(world).models()[name](), many)[NDCG] for name in ("popularity", "EASE")}


def twins(world: str) -> dict[str, Any]:
    names, made = ("popularity", "EASE"), setting(world).models()
    logs = zip(("with twins", "mended"), ways.twinned(setting(world).log), strict=True)
    return {state: {name: evaluate(made[name](), leave_one_out(log))[NDCG] for name in names} for state, log in logs}


def chance(world: str) -> dict[str, Any]:
    """Findings among equal models; and how many users a difference of 0.005 needs, for two pairs of models."""
    copies = ways.noisy_copies(scores(world)["EASE"], COPIES, partial(judge, world))
    values = {name: judge(world, table).per_user[NDCG] for name, table in scores(world).items()}
    pairs = {}
    for one, other in (("EASE", "item-kNN"), ("EASE", "popularity")):
        apart = values[one] - values[other]
        pairs[f"{one} − {other}"] = {
            "interval": bootstrap(apart), "unpaired": compare.bootstrap_between(values[one], values[other]),
            "power": compare.power(apart, EFFECT, len(apart)), "users": (2.8 * apart.std(ddof=1) / EFFECT) ** 2,
        }  # fmt: skip
    return {"rounds with a finding": ways.rounds_with_a_finding(copies), "pairs": pairs}


def beyond_accuracy(world: str) -> dict[str, Any]:
    """NDCG@10, coverage, novelty and diversity of the lists; diversity by genres, in the shop by departments."""
    log, counts = setting(world).log, split(world).train.item_counts()
    if world == "films":
        kinds = genre_table(log.items).to_numpy(float)
    else:
        departments = log.items["department"].to_numpy()
        kinds = (departments[:, None] == np.unique(departments)[None]).astype(float)
    shares = kinds / np.maximum(kinds.sum(axis=1, keepdims=True), 1)
    tables = {"random": np.random.default_rng(0).random(scores(world)["EASE"].shape), **scores(world)}
    found = {}
    for name, table in tables.items():
        lists = metrics.top_k(table, 10, split(world).history().matrix())
        found[name] = {
            NDCG: judge(world, table)[NDCG], "coverage": beyond.coverage(lists, log.n_items),
            "novelty": np.nanmean(beyond.novelty(lists, counts, log.n_users)),
            "diversity": np.nanmean(beyond.diversity(lists, shares)),
        }  # fmt: skip
    return found


MINUTES = 8
PACKAGES = ("numpy", "scipy", "gensim")
SETTINGS = {
    "films": "ml-100k", "shop": "shop", "bought by": 100, "drawings": DRAWINGS, "factors": FACTORS, "copies": COPIES,
    "effect": EFFECT,
}  # fmt: skip
PARTS = {
    "films": {
        "as it is": partial(as_it_is, "films"), "random split": partial(random_split, "films"),
        "ties": partial(ties, "films"), "sampled": partial(sampled, "films"), "unmasked": partial(unmasked, "films"),
        "tuned": partial(tuned, "films"), "seeds": partial(seeds, "films"), "a fifth": partial(a_fifth, "films"),
        "twins": partial(twins, "films"), "chance": partial(chance, "films"),
        "beyond": partial(beyond_accuracy, "films"),
    },
    "shop": {
        "as it is": partial(as_it_is, "shop"), "random split": partial(random_split, "shop"),
        "ties": partial(ties, "shop"), "sampled": partial(sampled, "shop"), "unmasked": partial(unmasked, "shop"),
        "tuned": partial(tuned, "shop"), "seeds": partial(seeds, "shop"), "a fifth": partial(a_fifth, "shop"),
        "twins": partial(twins, "shop"), "chance": partial(chance, "shop"),
        "beyond": partial(beyond_accuracy, "shop"),
    },
}  # fmt: skip
