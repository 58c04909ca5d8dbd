"""Two tasks of a shop, products that are truly new, and a catalogue of books that is nearly all tail (chapter 11).

`recbook experiment applications` runs this. Shop: products that at least 50 households bought in weeks 1 to 48. What
can be chosen is chosen on weeks 44 to 48, models then learn from weeks 1 to 48 and are tested once, on weeks 49 to 53:
on the first basket of each household, and on what it buys for the first time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

import numpy as np

import recbook
from recbook.data import Interactions, Split, bought_by, by_week, next_basket
from recbook.data.prepare import SHOP_STEPS, repair
from recbook.data.shop import baskets
from recbook.evaluation import bootstrap, evaluate
from recbook.experiments import load, say
from recbook.models import EASE, ItemKNN, OwnFrequency, Popularity
from recbook.models.base import HistoryReader
from recbook.models.baselines import ease_weights
from recbook.models.cold_start import ridge_scores
from recbook.text.multilingual import MultilingualEncoder
from recbook.text.pooling import center
from recbook.text.products import product_features
from recbook.vectors import unit

new_products = load("new_products")  # how products are hidden and ranked
on_films = load("features")  # the same for films, as chapter 05 does it

NDCG = "ndcg@10"
BUYERS, VALID, TEST = 50, 44, 49
EARLIER = (29, 34)  # five weeks far from Christmas: train before the first, test up to the second
HALF_LIVES = (2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
PENALTIES = (1.0, 10.0, 100.0, 300.0, 1000.0, 3000.0)
WEEKS = (1, 2, 4, 8, 16)
SHRINKAGE = (10.0, 50.0, 200.0)
SHARES = (0.03, 0.1, 0.3, 1.0)
FIRST_WEEKS = 30  # a product first sold later is new
NEW_BUYERS = 10


class CountEASE(HistoryReader):
    """EASE on ``log(1 + baskets)`` in place of 0 and 1: how often a household bought a product is read, too."""

    task = "all"

    def __init__(self, l2: float) -> None:
        self.l2 = l2

    def fit(self, interactions: Interactions) -> CountEASE:
        self.log_ = interactions
        rows = self._counts(interactions)
        self.weights_ = ease_weights((rows.T @ rows).toarray(), self.l2).astype(np.float32)
        return self

    def _counts(self, log: Interactions) -> Any:
        return log.matrix(np.ones(log.n)).log1p()

    def _from_history(self, part: Interactions) -> np.ndarray:
        return np.asarray(self._counts(part) @ self.weights_, np.float32)


class Blend(HistoryReader):
    """``one + share · other``, each user's scores divided by their largest."""

    task = "all"

    def __init__(self, one: Any, other: Any, share: float) -> None:
        self.parts, self.share = (one, other), share

    def fit(self, interactions: Interactions) -> Blend:
        self.log_ = interactions
        for part in self.parts:
            part.fit(interactions)
        return self

    def _from_history(self, part: Interactions) -> np.ndarray:
        one, other = (scaled(model._from_history(part)) for model in self.parts)
        return one + self.share * other


def scaled(scores: np.ndarray) -> np.ndarray:
    return scores / np.maximum(scores.max(axis=1, keepdims=True), 1e-9)


@cache
def goods() -> Interactions:
    return repair(recbook.load("shop"), SHOP_STEPS)[0]


@cache
def shop() -> Interactions:
    """The log of the products that enough households bought in the weeks to learn from."""
    return bought_by(goods(), BUYERS, before=TEST)


@cache
def split(valid: int, test: int, end: int | None = None, before: int = TEST) -> Split:
    return by_week(bought_by(goods(), BUYERS, before=before), valid, test, end, repeats="keep")


def values(model: Any, cut: Split, on: str) -> dict[str, np.ndarray]:
    """NDCG@10 of each household on both tasks: the next basket, and what it buys for the first time."""
    return {
        "next": evaluate(model, next_basket(cut), on=on, task="all").per_user[NDCG],
        "discovery": evaluate(model, cut, on=on, task="new").per_user[NDCG],
    }


def candidates() -> dict[str, dict[str, Callable[[], Any]]]:
    """All that can be chosen, by kind and setting."""
    return {
        "recency frequency": {f"{h:g}": partial(OwnFrequency, h) for h in HALF_LIVES},
        "EASE": {f"{l2:g}": partial(EASE, l2) for l2 in PENALTIES},
        "EASE, log counts": {f"{l2:g}": partial(CountEASE, l2) for l2 in PENALTIES},
        "popularity, last weeks": {f"{w}": partial(Popularity, weeks=w, per_user=True) for w in WEEKS},
        "item-kNN": {f"{s:g}": partial(ItemKNN, shrink=s) for s in SHRINKAGE},
    }


def mixtures(best: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, Callable[[], Any]]]:
    """Own frequency with what everybody buys, or with EASE, at several shares."""
    own = partial(OwnFrequency, float(best["recency frequency"]["next"]))
    recent = partial(Popularity, weeks=float(best["popularity, last weeks"]["next"]), per_user=True)
    ease = partial(EASE, float(best["EASE"]["next"]))
    return {
        "recency frequency + popularity": {f"{s:g}": lambda s=s: Blend(own(), recent(), s) for s in SHARES},
        "recency frequency + EASE": {f"{s:g}": lambda s=s: Blend(own(), ease(), s) for s in SHARES},
    }


@cache
def chosen() -> dict[str, Any]:
    """Means on the validation weeks by kind, setting and task, and the best setting of each kind for each task."""
    cut, levels = split(VALID, TEST), {}
    for kind, settings in candidates().items():
        levels[kind] = on_valid(settings, cut)
    best = {kind: best_of(found) for kind, found in levels.items()}
    for kind, settings in mixtures(best).items():
        levels[kind] = on_valid(settings, cut)
        best[kind] = best_of(levels[kind])
    return {"levels": levels, "best": best}


def on_valid(settings: Mapping[str, Callable[[], Any]], cut: Split) -> dict[str, dict[str, float]]:
    found = {}
    for setting, make in settings.items():
        found[setting] = {task: float(np.nanmean(per)) for task, per in values(make(), cut, "valid").items()}
        say(f"{setting}: {found[setting]}")
    return found


def best_of(found: Mapping[str, Mapping[str, float]]) -> dict[str, str]:
    return {task: max(found, key=lambda setting: found[setting][task]) for task in ("next", "discovery")}


def tested() -> dict[str, Any]:
    """Every model's one look at weeks 49 to 53, fitted on all weeks before."""
    best, cut, found = chosen()["best"], split(TEST, TEST), {}
    everything = candidates() | mixtures(best)
    plain = {
        "popularity": {"": partial(Popularity, per_user=True)}, "own frequency": {"": OwnFrequency},
    }  # fmt: skip
    for kind, settings in (plain | everything).items():
        for task in ("next", "discovery"):
            setting = best.get(kind, {task: ""})[task]
            found.setdefault(kind, {})[task] = values(settings[setting](), cut, "test")[task]
        say(f"{kind}: {[float(np.nanmean(per)) for per in found[kind].values()]}")
    against = {
        "next": ("own frequency", "recency frequency", "EASE, log counts"),
        "discovery": ("popularity", "popularity, last weeks"),
    }
    return {
        task: {
            kind: told(per[task]) | {"less": {o: less(per[task], found[o][task]) for o in others if o != kind}}
            for kind, per in found.items()
        }
        for task, others in against.items()
    }


def told(per_user: np.ndarray) -> dict[str, Any]:
    return {"ndcg": np.nanmean(per_user), "interval": bootstrap(per_user), "n": int(np.isfinite(per_user).sum())}


def less(one: np.ndarray, other: np.ndarray) -> dict[str, Any]:
    return {"mean": np.nanmean(one - other), "interval": bootstrap(one - other)}


def far_from_christmas() -> dict[str, Any]:
    """Discovery in five summer weeks, with the settings that were chosen on weeks 44 to 48."""
    best, start = chosen()["best"], EARLIER[0]
    cut = split(start, *EARLIER, before=start)
    makers = {
        "EASE": candidates()["EASE"][best["EASE"]["discovery"]],
        "popularity, last weeks": candidates()["popularity, last weeks"][best["popularity, last weeks"]["discovery"]],
        "popularity": partial(Popularity, per_user=True),
    }
    found = {kind: evaluate(make(), cut, task="new").per_user[NDCG] for kind, make in makers.items()}
    recent = found["popularity, last weeks"]
    return {
        "products": cut.train.n_items,
        "models": {kind: told(per) for kind, per in found.items()},
        "less the last weeks": {kind: less(per, recent) for kind, per in found.items() if per is not recent},
    }


def inside_a_basket() -> dict[str, Any]:
    """In what order the lines of a basket stand in the file."""
    log = goods()
    basket = baskets(log)
    same = np.flatnonzero(basket[1:] == basket[:-1])
    several = np.unique(basket[same + 1])
    out_of_order = np.unique(basket[same[log.item[same + 1] < log.item[same]]])
    return {"baskets of several lines": len(several), "not in order of the number": len(out_of_order)}


# Products that are truly new


@cache
def sold() -> tuple[Interactions, np.ndarray]:
    """The log of products that many households bought in the first weeks, and of new ones that some did; which are new.

    New is what was first sold later. A new product is asked for fewer buyers: it had less time.
    """
    log = goods()
    first = np.full(log.n_items, log.week.max() + 1)
    np.minimum.at(first, log.item, log.week)
    new, pairs = first > FIRST_WEEKS, log.take(~log.repeats())
    old = pairs.take(pairs.week <= FIRST_WEEKS).item_counts() >= BUYERS
    keep = np.where(new, pairs.item_counts() >= NEW_BUYERS, old)
    return log.keep_items(keep), new[keep]


def truly_new() -> dict[str, Any]:
    """Products first sold after week 30, ranked by what is known of them; the penalty chosen on hidden older ones."""
    log, hidden = sold()
    late = log.week > FIRST_WEEKS
    history = log.take(~late & ~hidden[log.item])
    wanted = log.take(late & hidden[log.item]).matrix()[:, hidden]
    outer = new_products.Hiding(history, hidden, wanted, 0)
    inner = new_products.hide("random", 0, history, outer.known)
    rows = {"random order": outer.judged(np.random.default_rng(0).random(wanted.shape[::-1]))}
    for name, table in product_features(log.items).items():
        rows[name] = ranked_new(new_products.narrow(table), outer, inner)
        say(f"truly new, {name}: {np.nanmean(rows[name]):.4f}")
    kinds = log.items[["category", "type"]].agg("|".join, axis=1).to_numpy(str)
    return {
        "products": int(hidden.sum()), "known": int(outer.known.sum()), "bought by": NEW_BUYERS,
        "of a new type": (~np.isin(kinds[hidden], kinds[outer.known])).mean(),
        "models": {name: told(per) for name, per in rows.items()},
        "less words": {name: less(rows[name], rows["words"]) for name in ("MiniLM", "labels", "labels, brand, size")},
    }  # fmt: skip


def ranked_new(x: np.ndarray, outer: Any, inner: Any) -> np.ndarray:
    predict = new_products.Ridge(x, inner)
    levels = [np.nanmean(inner.judged(ridge_scores(predict, inner.tastes, l2))) for l2 in new_products.PENALTIES]
    l2 = new_products.PENALTIES[int(np.argmax(levels))]
    return outer.judged(ridge_scores(new_products.Ridge(x, outer), outer.tastes, l2))


# Films


def hidden_films() -> dict[str, Any]:
    """The multilingual encoder's vectors of the titles on chapter 05's hidden films, as every encoder there."""
    bench = on_films.the_bench()
    titles = recbook.load("ml-100k").items["display_title"].astype(str).tolist()
    l2, per_set = on_films.ridge_on_hidden(bench, unit(center(MultilingualEncoder().encode(titles))))
    return {"l2": l2, "hidden": per_set}


MINUTES = 25
PACKAGES = ("numpy", "scipy", "scikit-learn", "transformers")
SETTINGS = {
    "buyers": BUYERS, "valid": VALID, "test": TEST, "earlier": list(EARLIER), "half_lives": list(HALF_LIVES),
    "penalties": list(PENALTIES), "weeks": list(WEEKS), "shrinkage": list(SHRINKAGE), "shares": list(SHARES),
    "first_weeks": FIRST_WEEKS,
}  # fmt: skip
PARTS = {
    "choice": chosen,
    "test": tested,
    "far from christmas": far_from_christmas,
    "inside a basket": inside_a_basket,
    "truly new": truly_new,
    "hidden films": hidden_films,
}
