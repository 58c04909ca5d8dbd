"""The page's order: who comes back later, and what a sitting's order is worth, on films and in the shop (08 and 09).

`recbook experiment page_order` runs this.
Films: MovieLens-100K, leave-one-out, users split by how long they stayed away before the hidden film; what is known of
the transformers is read from `experiments/results/sequences.json`. Shop: products bought by 100 households, weeks 49 to
53, what is new to a household. Everything that is chosen is chosen on weeks 44 to 48.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from functools import cache, partial
from typing import Any

import numpy as np

import recbook
from recbook.data import (
    Interactions,
    Split,
    bought_by,
    by_week,
    leave_one_out,
    next_basket,
    prepare,
    seconds_since,
    shuffle_within_second,
    shuffle_within_sitting,
)
from recbook.data.histories import sentences_in_time
from recbook.evaluation import bootstrap, evaluate
from recbook.experiments import measured, say
from recbook.models import EASE, Item2Vec, ItemKNN, Popularity
from recbook.models.base import HistoryReader
from recbook.models.sequences import SASRec, SequenceSettings
from recbook.text.films import title_features

NDCG = "ndcg@10"
MINUTE, HOUR, DAY = 60, 3600, 86_400
AWAY = {"films": (MINUTE, HOUR), "shop": (7 * DAY, 14 * DAY)}  # users are split at these, in seconds
GROUPS = {"films": ("a minute", "an hour", "later"), "shop": ("a week", "two weeks", "later")}
SITTINGS = {"second": 0, "minute": MINUTE, "sitting": HOUR, "whole history": 10**9}
SEEDS, DEALS = range(2), range(5)
IN_SHOP = SequenceSettings(text=False, width=32, layers=1, epochs=8)
GRID: dict[str, dict[str, Any]] = {
    "base": {},
    "half of it dropped": {"dropout": 0.5},
    "chapter 08's size": {"width": 64, "layers": 2, "epochs": 4, "batch_size": 128},
}
VECTORS: dict[str, dict[str, Any]] = {
    "near in time": {}, "wide windows": {"radius": 50}, "without an order": {"ordered": False, "radius": 50},
}  # fmt: skip
HALF_LIVES = (8.0, 32.0, 128.0, None)  # in products; a household has met 64 to 127 of them in the middle half


class Followers(HistoryReader):
    """What came next after the user's last item, by how many users; popularity breaks ties."""

    def fit(self, interactions: Interactions) -> Followers:
        self.log_, n = interactions, interactions.n_items
        self.counts_ = np.zeros((n, n), np.float32)
        for items in sentences_in_time(interactions):
            np.add.at(self.counts_, (items[:-1], items[1:]), 1)
        self.popularity_ = (interactions.item_counts() / (interactions.n + 1)).astype(np.float32)
        self.counts_ += self.popularity_
        return self

    def _from_history(self, part: Interactions) -> np.ndarray:
        last = np.array([items[-1] if len(items) else -1 for items in sentences_in_time(part)])
        return np.where(last[:, None] < 0, self.popularity_, self.counts_[last])


def by_group(values: np.ndarray, away: np.ndarray, world: str) -> dict[str, Any]:
    """Users, mean and interval in all and in each group, of those who have a value."""
    return {
        name: {"n": len(own), "mean": own.mean(), "interval": bootstrap(own)}
        for name, own in groups(values, away, world).items()
    }


def groups(values: np.ndarray, away: np.ndarray, world: str) -> dict[str, np.ndarray]:
    """The values that are no NaN, of all and of those who stayed away for so long."""
    number, there = np.digitize(away, AWAY[world], right=True), ~np.isnan(values)
    return {"all": values[there]} | {name: values[there & (number == i)] for i, name in enumerate(GROUPS[world])}


# Films


@cache
def films() -> Split:
    return leave_one_out(recbook.load("ml-100k"))


@cache
def film_values() -> dict[str, np.ndarray]:
    """NDCG@10 of each user, the mean over seeds where a model has any."""
    makers: dict[str, Callable[[], Any]] = {
        "popularity": Popularity, "item-kNN": ItemKNN, "EASE": EASE, "item-kNN, last films": ItemKNN.recent,
        "EASE, last films": EASE.recent, "what followed the last film": Followers,
    }  # fmt: skip
    found = {name: evaluate(make(), films()).per_user[NDCG] for name, make in makers.items()}
    stored = recbook.stored("sequences")["results"]["test"]
    return found | {
        name: np.array(stored[name]["per_user"]) for name in ("item2vec", "BERT4Rec", "SASRec", "SASRec, both")
    }


def by_delay() -> dict[str, Any]:
    """The table: every model on the users who rated on at once, within an hour, or came back later."""
    values, away = film_values(), seconds_since(films())
    others = ("popularity", "EASE, last films", "item-kNN, last films")
    return {
        "same second": (away == 0).mean(),
        "models": {name: by_group(per_user, away, "films") for name, per_user in values.items()},
        "minus": {
            other: {name: by_group(of - values[other], away, "films") for name, of in values.items() if name != other}
            for other in others
        },
    }


def what_a_page_holds() -> dict[str, Any]:
    """How alike the mean ratings of two films are that a user rated one after the other, by the time between.

    Beside each correlation: that with another film of the same user, drawn at random.
    """
    log = films().train
    order, quality = np.lexsort((log.timestamp, log.user)), mean_ratings(log)
    film, user, pause = log.item[order], log.user[order], np.diff(log.timestamp[order])
    of_user = np.flatnonzero(np.diff(user) == 0)
    first, second, pause = film[of_user], film[of_user + 1], pause[of_user]
    random = film[at_random(user)[of_user]]
    group = np.where(pause == 0, -1, np.digitize(pause, AWAY["films"], right=True))
    return {
        name: {
            "pairs": int((group == i).sum()),
            "correlation": np.corrcoef(quality[first[group == i]], quality[second[group == i]])[0, 1],
            "at random": np.corrcoef(quality[first[group == i]], quality[random[group == i]])[0, 1],
        }
        for i, name in enumerate(("the same second", *GROUPS["films"]), -1)
    }


def mean_ratings(log: Interactions) -> np.ndarray:
    """Of each film; 0 without a rating."""
    total = np.bincount(log.item, log.rating, minlength=log.n_items)
    return total / np.maximum(log.item_counts(), 1)


def at_random(user: np.ndarray) -> np.ndarray:
    """For each row, in the order of users, the place of another row of the same user."""
    counts = np.bincount(user)
    starts = np.r_[0, np.cumsum(counts)[:-1]]
    place = np.arange(len(user)) - starts[user]
    step = np.random.default_rng(0).integers(1, counts[user])
    return starts[user] + (place + step) % counts[user]


def dealt(pause: int, seed: int) -> Split:
    """The films' split with the order inside each sitting dealt anew, in training and in what is read; same test."""
    split = films()
    known = shuffle_within_sitting(split.history(), pause, seed)
    return replace(split, train=known, valid=known.take(np.zeros(known.n, bool)))


def dealt_values(make: Callable[[int], Any], pause: int, seed: int) -> np.ndarray:
    """NDCG@10 of each user where the model is fitted on, and reads, what was dealt anew."""
    model = make(seed).fit(shuffle_within_sitting(films().train, pause, seed))
    return evaluate(model, dealt(pause, seed)).per_user[NDCG]


def order_lost(name: str, make: Callable[[int], Any], seeds: range, pauses: tuple[str, ...]) -> dict[str, Any]:
    """A model as it is, and what it loses where the order of a second, a minute, a sitting is dealt anew."""
    away, found = seconds_since(films()), {}
    as_it_is = film_values()[name]
    for what in pauses:
        values = np.mean([dealt_values(make, SITTINGS[what], seed) for seed in seeds], axis=0)
        found[what] = {
            "models": by_group(values, away, "films"), "lost": by_group(as_it_is - values, away, "films"),
        }  # fmt: skip
        say(f"{name}, {what}: {values.mean():.4f}")
    return found


ORDER_LOST: dict[str, Callable[[], Any]] = {
    "EASE, last films": partial(order_lost, "EASE, last films", lambda seed: EASE.recent(), DEALS, tuple(SITTINGS)),
    "item-kNN, last films": partial(
        order_lost, "item-kNN, last films", lambda seed: ItemKNN.recent(), DEALS, tuple(SITTINGS)
    ),
    "item2vec": partial(order_lost, "item2vec", lambda seed: Item2Vec(seed=seed), SEEDS, ("second", "sitting")),
    "SASRec, both": partial(order_lost, "SASRec, both", lambda seed: with_titles(seed), SEEDS, ("sitting",)),
}


def with_titles(seed: int) -> SASRec:
    """Chapter 08's transformer, with identities and titles."""
    return SASRec(title_features(recbook.load("ml-100k").items), SequenceSettings(), seed)


# The shop


@cache
def goods() -> Interactions:
    log, _ = prepare.repair(recbook.load("shop"), prepare.SHOP_STEPS)
    return bought_by(log, 100, before=49)


@cache
def weeks(on: str, seed: int | None, repeats: str = "first") -> Split:
    """To choose by ("valid", weeks 44 to 48) or to report on ("test", 49 to 53); a seed shuffles inside baskets."""
    log = goods() if seed is None else shuffle_within_second(goods(), seed)
    return by_week(log, 44, 44, end=49, repeats=repeats) if on == "valid" else by_week(log, 49, 49, repeats=repeats)


def shop_ndcg(model: Any, seed: int | None, on: str = "valid") -> float:
    return evaluate(model, weeks(on, seed))[NDCG]


def chosen_simple() -> dict[str, Any]:
    """Validation NDCG@10 of the models that need seconds."""
    penalties, shrink = (300.0, 1000.0, 3000.0), (10.0, 50.0)
    fitted = {l2: EASE(l2).fit(weeks("valid", 0).train) for l2 in penalties}
    knn = {s: ItemKNN(shrink=s).fit(weeks("valid", 0).train) for s in shrink}
    return {
        "EASE": {str(l2): with_half_lives(model) for l2, model in fitted.items()},
        "item-kNN": {str(s): with_half_lives(model) for s, model in knn.items()},
        "item2vec": {
            name: with_half_lives(Item2Vec(**how).fit(weeks("valid", 0).train)) for name, how in VECTORS.items()
        },
    }  # fmt: skip


def with_half_lives(model: Any) -> dict[str, float]:
    """Validation NDCG@10 of a fitted model for each half-life in products."""
    found = {}
    for half_life in HALF_LIVES:
        model.half_life = half_life
        found[str(half_life)] = shop_ndcg(model, 0)
    say(f"{type(model).__name__}: {found}")
    return found


def chosen_sasrec(change: dict[str, Any]) -> float:
    return shop_ndcg(SASRec(None, replace(IN_SHOP, **change)), 0)


CHOSEN: dict[str, Any] = {
    "simple": chosen_simple,
    "SASRec": {name: partial(chosen_sasrec, change) for name, change in GRID.items()},
}


def best(found: Mapping[str, Any]) -> str:
    """The setting with the highest validation NDCG@10."""
    return max(found, key=lambda name: found[name])


def best_of(model: str) -> tuple[str, float | None]:
    """The setting of a simple model and its half-life that were best on validation."""
    grid = measured("page_order", "shop/chosen/simple")[model]
    pairs = {(name, half_life): value for name, row in grid.items() for half_life, value in row.items()}
    name, half_life = max(pairs, key=lambda pair: pairs[pair])
    return name, None if half_life == "None" else float(half_life)


def shop_values(model: Any, seed: int | None) -> dict[str, np.ndarray]:
    """NDCG@10 of each household, NaN without anything new: over the five weeks, and in its next basket."""
    split = weeks("test", seed)
    following = replace(
        split, test=next_basket(weeks("test", seed, "keep")).test
    )  # what it holds that is not new is masked
    return {task: evaluate(model, of).per_user[NDCG] for task, of in (("weeks", split), ("next basket", following))}


def mean_over_seeds(make: Callable[[int], Any], shuffled: bool = True) -> dict[str, np.ndarray]:
    """`shop_values`, the mean over the seeds of model and shuffle."""
    runs = []
    for seed in SEEDS:
        order = seed if shuffled else None
        runs.append(shop_values(make(seed).fit(weeks("test", order).train), order))
        say(f"  {runs[-1]['weeks'][~np.isnan(runs[-1]['weeks'])].mean():.4f}")
    return {task: np.mean([run[task] for run in runs], axis=0) for task in runs[0]}


def tested_sasrec(shuffled: bool) -> dict[str, Any]:
    """The chosen transformer: what was chosen, the loss at the end of training, and its value for each household.

    In file order it has the settings that were chosen on shuffled baskets: only the order differs.
    """
    found = {name: measured("page_order", f"shop/chosen/SASRec/{name}") for name in GRID}
    settings, models = replace(IN_SHOP, **GRID[best(found)]), []

    def make(seed: int) -> SASRec:
        models.append(SASRec(None, settings, seed))
        return models[-1]

    values = mean_over_seeds(make, shuffled)
    losses = [np.mean(model.losses_[-50:]) for model in models]
    return {"chosen": best(found), "losses": losses} | {task: v[~np.isnan(v)] for task, v in values.items()}


def in_place(values: list[float], like: np.ndarray) -> np.ndarray:
    """Stored values back at their households; NaN where ``like`` is."""
    whole = np.full(len(like), np.nan)
    whole[~np.isnan(like)] = values
    return whole


def shop_table() -> dict[str, Any]:
    """Every model on what is new to a household: its mean by how long it stayed away, and what order brings."""
    found = simple_values()
    for name, part in (("SASRec", "shuffled"), ("SASRec, file order", "file order")):
        stored = measured("page_order", f"shop/SASRec/{part}")
        found[name] = {task: in_place(stored[task], like) for task, like in found["popularity"].items()}
    away = seconds_since(weeks("test", 0, "keep"))  # from any basket to the next, new products in it or not
    return {task: shop_task({name: of[task] for name, of in found.items()}, away) for task in ("weeks", "next basket")}


def shop_task(values: Mapping[str, np.ndarray], away: np.ndarray) -> dict[str, Any]:
    bar = values["popularity, last 4 weeks"]
    return {
        "households": {name: len(own) for name, own in groups(bar, away, "shop").items()},
        "models": {
            name: {group: own.mean() for group, own in groups(of, away, "shop").items()} for name, of in values.items()
        },
        "minus last 4 weeks": {name: by_group(values[name] - bar, away, "shop") for name in AGAINST_BAR},
        "order": {name: interval_of(values[name] - values[other]) for name, other in ORDER.items()},
    }


def interval_of(difference: np.ndarray) -> dict[str, Any]:
    own = difference[~np.isnan(difference)]
    return {"mean": own.mean(), "interval": bootstrap(own)}


AGAINST_BAR = ("item-kNN", "EASE", "EASE, last products", "SASRec")
ORDER = {
    "EASE, last products": "EASE", "item2vec": "item2vec, without an order", "SASRec": "EASE",
    "SASRec, file order": "SASRec", "what followed the last product, file order": "what followed the last product",
}  # fmt: skip


def simple_values() -> dict[str, dict[str, np.ndarray]]:
    """The models that need seconds, at what was chosen on validation."""
    whole, first = weeks("test", 0, "keep").train, weeks("test", 0).train
    (l2, _), (shrink, _) = best_of("EASE"), best_of("item-kNN")
    half_lives = {way: best_half_life("item2vec", way) for way in ("near in time", "without an order")}
    last = best_half_life("EASE", l2, among=("8.0", "32.0", "128.0"))
    return {
        "popularity": shop_values(Popularity(per_user=True).fit(whole), 0),
        "popularity, last 4 weeks": shop_values(Popularity(4, per_user=True).fit(whole), 0),
        "item-kNN": shop_values(ItemKNN(shrink=float(shrink)).fit(first), 0),
        "EASE": shop_values(EASE(float(l2)).fit(first), 0),
        "EASE, last products": shop_values(EASE(float(l2), half_life=last).fit(first), 0),
        "what followed the last product": mean_over_seeds(lambda seed: Followers()),
        "what followed the last product, file order": mean_over_seeds(lambda seed: Followers(), False),
    } | {
        name: mean_over_seeds(lambda seed, way=way: Item2Vec(**VECTORS[way], half_life=half_lives[way], seed=seed))
        for name, way in (("item2vec", "near in time"), ("item2vec, without an order", "without an order"))
    }  # fmt: skip


def best_half_life(model: str, setting: str, among: tuple[str, ...] = ("8.0", "32.0", "128.0", "None")) -> float | None:
    """The best of some half-lives of a model's setting on validation."""
    row = measured("page_order", "shop/chosen/simple")[model][setting]
    found = best({half_life: row[half_life] for half_life in among})
    return None if found == "None" else float(found)


MINUTES = 27
PACKAGES = ("numpy", "scipy", "torch", "gensim")
SETTINGS = {
    "films": "ml-100k", "shop": "shop", "bought by": 100, "away": AWAY, "sittings": SITTINGS, "seeds": list(SEEDS),
    "deals": len(DEALS), "in shop": asdict(IN_SHOP), "grid": GRID, "item2vec": VECTORS,
    "half lives": [str(half_life) for half_life in HALF_LIVES],
}  # fmt: skip
PARTS = {
    "films": {"by delay": by_delay, "what a page holds": what_a_page_holds, "order lost": ORDER_LOST},
    "shop": {
        "chosen": CHOSEN,
        "SASRec": {
            "shuffled": partial(tested_sasrec, True),
            "file order": partial(tested_sasrec, False),
        },
        "by delay": shop_table,
    },
}
