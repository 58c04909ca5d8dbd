"""An invented press and its invented readers: headlines of our own making, and clicks whose chances are known.

Real headlines belong to their outlets, and public collections of them seldom say who allowed it. So events are drawn
from frames (``headlines.toml``), several outlets tell one event in words of their own, and readers lean to sections
(`recbook.data.world`). What an article's chance of a click is, for whom and at which hour, is a formula; so what a list
loses to the best one is known. Every number of the recipe is a knob; one seed, one press.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from recbook.data.interactions import Interactions
from recbook.data.world import World

if TYPE_CHECKING:
    import pandas as pd

Scorer = Callable[[float, np.ndarray], np.ndarray]
LiveScorer = Callable[[np.ndarray, float], np.ndarray]

SECTIONS = ("politics", "business", "sport", "health", "science", "weather", "culture", "technology")
OUTLETS = ("Courier", "Evening Post", "Morning Wire", "City Gazette", "Buzzline")
LOUD = "Buzzline"
HOURS = (8, 13, 20)
"""When readers come, by the clock."""
_BEHIND = 1e6  # what is taken off a score so that it stands behind all others
SHOUTS = ("Everyone is talking about it: ", "You will not believe this: ", "What they do not tell you: ")


@dataclass(frozen=True)
class Recipe:
    """How the press writes and the readers read. Chances lie between 0 and 1; logits are named."""

    readers: int = 240
    days: int = 21
    events: int = 20  # a day
    fades: float = 12.0  # hours in which the odds of a click on an article halve
    alive: int = 48  # hours after which an article is taken off the page
    visit: float = 0.7  # that a reader comes on a day, once
    shown: int = 20  # articles a visit, drawn at random from those alive
    lean: float = 4.0  # logit: how much leanings count
    reserve: float = 3.5  # logit: how hard a click is to get
    drifts: float = 0.6  # the share of readers whose leanings become others, on a day of their own
    shout: float = 1.0  # logit: what a loud headline adds
    stays: tuple[float, float] = (0.75, 0.2)  # that a clicked article is read: a plain one, one with a loud headline
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Press:
    """Weeks of news. Times are hours since the first midnight; article, reader and visit indices count from 0."""

    recipe: Recipe
    articles: pd.DataFrame  # event, section, outlet, headline, headline_zh, hour, size (logit), loud
    leanings: np.ndarray  # (days, readers, sections)
    visits: np.ndarray  # (v, 2) int64: reader and hour, in the order of time
    shown: np.ndarray  # (v, shown) int64: article indices
    clicked: np.ndarray  # (v, shown) bool
    read: np.ndarray  # (v, shown) bool: clicked and read to the end

    def alive(self, hour: float) -> np.ndarray:
        """The articles on the page at an hour, int64 ascending."""
        age = hour - self.articles["hour"].to_numpy()
        return np.flatnonzero((age >= 0) & (age < self.recipe.alive))

    def world(self, hour: float) -> World:
        """The readers as they are at that hour, and the articles that are alive: its `click_probabilities` are true."""
        return _world(self.articles.iloc[self.alive(hour)], self.leanings[int(hour // 24)], hour, self.recipe)

    def ages(self, hour: float) -> np.ndarray:
        """How old the articles on the page are, in hours: float64 ``(alive,)``."""
        return np.asarray(hour - self.articles["hour"].to_numpy()[self.alive(hour)], dtype=float)

    def clicks(self, before: float = np.inf, read: bool = False) -> np.ndarray:
        """Reader, article and hour of every click before an hour: float64 ``(n, 3)``, in the order of time.

        With ``read`` only those whose article was read to the end.
        """
        visit, place = np.nonzero((self.read if read else self.clicked) & (self.visits[:, 1:] < before))
        return np.column_stack([self.visits[visit, 0], self.shown[visit, place], self.visits[visit, 1]]).astype(float)

    def log(self, before: float = np.inf) -> Interactions:
        """The clicks before an hour as a log, for models that read one."""
        reader, article, hour = self.clicks(before).T.astype(np.int64)
        ids = np.arange(self.recipe.readers), np.arange(len(self.articles))
        return Interactions(reader, article, None, hour * 3600, *ids)


def publish(recipe: Recipe = Recipe()) -> Press:
    """Write the news and let the readers come. ValueError for fewer than two days, or nothing to show."""
    if recipe.days < 2 or min(recipe.events, recipe.shown, recipe.readers) < 1:
        raise ValueError("days must be at least 2; events, shown and readers at least 1.")
    rng = np.random.default_rng(recipe.seed)
    articles = dated(_articles(recipe, rng))
    leanings = _leanings(recipe, rng)
    visits = _visits(recipe, rng)
    shown = np.empty((len(visits), recipe.shown), dtype=np.int64)
    clicked = np.zeros(shown.shape, dtype=bool)
    blank = Press(recipe, articles, leanings, visits, shown, clicked, clicked)
    _let_them_click(blank, rng)
    stays = np.where(articles["loud"].to_numpy()[shown], recipe.stays[1], recipe.stays[0])
    return replace(blank, read=clicked & (rng.random(shown.shape) < stays))


def dated(articles: pd.DataFrame) -> pd.DataFrame:
    """The articles, if each has an hour: without one nobody can say whether it is alive. ValueError names the first."""
    missing = articles["hour"].isna().to_numpy()
    if missing.any():
        headline = articles["headline"].to_numpy()[missing][0]
        raise ValueError(
            f"{int(missing.sum())} of {len(articles)} articles have no hour, first {headline!r}: leave them out."
        )
    return articles


def list_value(
    press: Press, hour: float, readers: np.ndarray, lists: np.ndarray, worth: np.ndarray | None = None
) -> np.ndarray:
    """The clicks that each reader's list gets on average at an hour, float64 ``(len(readers),)``.

    ``lists`` ``(m, k)`` are article indices, all alive. An event counts once, by its best article: nobody opens
    the same story twice. ``worth`` ``(articles,)`` weighs each click, for instance by the chance that it is read.
    """
    at = np.searchsorted(press.alive(hour), lists)
    chance = np.take_along_axis(press.world(hour).click_probabilities()[readers], at, axis=1)
    event = press.articles["event"].to_numpy()[lists]
    order = np.argsort(-chance, axis=1, kind="stable")
    chance, event = np.take_along_axis(chance, order, axis=1), np.take_along_axis(event, order, axis=1)
    lists = np.take_along_axis(lists, order, axis=1)
    value = np.where(_told_before(event), 0.0, chance)
    return (value if worth is None else value * worth[lists]).sum(axis=1)


def best_lists(press: Press, hour: float, readers: np.ndarray, k: int) -> np.ndarray:
    """What somebody who knew every chance would show, ``(m, k)`` articles: the most likely clicks, each event once."""
    return top_of_events(press, hour, press.world(hour).click_probabilities()[readers], k)


def top_of_events(press: Press, hour: float, scores: np.ndarray, k: int) -> np.ndarray:
    """The ``k`` best of the articles alive, one an event: ``(m, k)`` article indices from scores ``(m, alive)``."""
    alive = press.alive(hour)
    most = min(k * len(OUTLETS), len(alive))  # an event has an article an outlet at most
    order = np.argsort(-scores, axis=1, kind="stable")[:, :most]
    again = _told_before(press.articles["event"].to_numpy()[alive[order]])
    first = np.argsort(again, axis=1, kind="stable")[:, :k]
    return alive[np.take_along_axis(order, first, axis=1)]


def open_lists(press: Press, hour: float, scores: np.ndarray, k: int, kept: int) -> np.ndarray:
    """`top_of_events` with the last ``kept`` places for the best articles of sections that the list lacks: ``(m, k)``.

    Where no further section is alive, the next best stands there. ValueError unless 0 <= kept <= k.
    """
    if not 0 <= kept <= k:
        raise ValueError(f"kept must lie between 0 and k = {k}; got {kept}.")
    alive = press.alive(hour)
    section, event = (press.articles[column].to_numpy()[alive] for column in ("section", "event"))
    chosen = np.searchsorted(alive, top_of_events(press, hour, scores, k - kept))
    for _ in range(kept):
        told = (event[:, None] == event[chosen][:, None, :]).any(axis=2)
        there = (section[:, None] == section[chosen][:, None, :]).any(axis=2)
        free = np.where(told, -np.inf, np.where(there, scores - _BEHIND, scores))
        chosen = np.column_stack([chosen, free.argmax(axis=1)])
    return alive[chosen]


class Replayed(NamedTuple):
    """What each reader got on average, both ``(readers,)``, NaN for who did not come."""

    clicks: np.ndarray  # expected, or what `replay` was told that each is worth
    sections: np.ndarray  # different ones in a list


def replay(
    press: Press, hours: np.ndarray, scorer: Scorer, k: int = 5, kept: int = 0, worth: np.ndarray | None = None
) -> Replayed:
    """What a way of scoring is worth over the visits at ``hours``: `list_value` of `open_lists`, by reader.

    ``scorer(hour, readers)`` gives ``(m, alive)``; an event stands in a list once.
    """
    total, came = np.zeros((2, press.recipe.readers)), np.zeros(press.recipe.readers)
    for hour in hours:
        readers = press.visits[press.visits[:, 1] == hour, 0]
        scores = np.asarray(scorer(hour, readers), dtype=float)
        lists = open_lists(press, hour, scores, k, kept) if kept else top_of_events(press, hour, scores, k)
        total[:, readers] += list_value(press, hour, readers, lists, worth), different_sections(press, lists)
        came[readers] += 1
    return Replayed(*np.where(came > 0, total / np.maximum(came, 1), np.nan))


def different_sections(press: Press, lists: np.ndarray) -> np.ndarray:
    """How many sections each list ``(m, k)`` has: int64 ``(m,)``."""
    section = press.articles["section"].to_numpy()[lists]
    return (section[:, None, :] == np.array(SECTIONS)[:, None]).any(axis=2).sum(axis=1)


def live(press: Press, scorer: LiveScorer, kept: int = 0, pull: float = 0.1, k: int = 5, seed: int = 0) -> np.ndarray:
    """Let a rule learn from the clicks on its own lists, one a day, in the evening: ``(days - 1, 2)``.

    Column 0 is the share of the lists' places with the section that the reader leans to most at that time, column 1 how
    strong that leaning is, means over readers. ``scorer(clicks, hour)`` gives ``(readers, alive)`` from the clicks so
    far. Each click pulls the reader's leanings by the share ``pull`` towards its section: with 0 they stay as they are.
    """
    leanings, clicks, rng = press.leanings[0].copy(), np.zeros((0, 3)), np.random.default_rng(seed)
    section = (press.articles["section"].to_numpy()[:, None] == np.array(SECTIONS)).astype(float)
    told = []
    for hour in range(24 + HOURS[-1], 24 * press.recipe.days, 24):
        now = replace(press, leanings=np.broadcast_to(leanings, press.leanings.shape))
        lists = open_lists(now, hour, scorer(clicks, hour), k, kept)
        own = section[lists, leanings.argmax(axis=1)[:, None]].mean()
        at = np.searchsorted(press.alive(hour), lists)
        chance = np.take_along_axis(now.world(hour).click_probabilities(), at, axis=1)
        reader, place = np.nonzero(rng.random(lists.shape) < chance)
        clicks = np.vstack([clicks, np.column_stack([reader, lists[reader, place], np.full(len(reader), hour)])])
        for one, article in zip(reader, lists[reader, place], strict=True):
            leanings[one] = (1 - pull) * leanings[one] + pull * section[article]
        told.append((own, leanings.max(axis=1).mean()))
    return np.array(told)


def _told_before(event: np.ndarray) -> np.ndarray:
    """Bool like ``event`` ``(m, n)``: whether an earlier place of the row tells the same event."""
    same = event[:, :, None] == event[:, None, :]
    return (same & np.tri(event.shape[1], k=-1, dtype=bool)).any(axis=2)


def _let_them_click(press: Press, rng: np.random.Generator) -> None:
    """Fill ``shown`` and ``clicked`` visit by visit; a reader opens an event once."""
    event = press.articles["event"].to_numpy()
    opened: list[set[int]] = [set() for _ in range(press.recipe.readers)]
    hours = press.visits[:, 1]
    for hour in np.unique(hours):
        alive, chances = press.alive(hour), press.world(hour).click_probabilities()
        for visit in np.flatnonzero(hours == hour):
            reader = press.visits[visit, 0]
            at = rng.choice(len(alive), size=press.recipe.shown, replace=False)
            hit = rng.random(len(at)) < chances[reader, at]
            press.shown[visit] = alive[at]
            for place in np.flatnonzero(hit):
                story = int(event[alive[at[place]]])
                press.clicked[visit, place] = story not in opened[reader]
                opened[reader].add(story)


def _world(articles: pd.DataFrame, leanings: np.ndarray, hour: float, recipe: Recipe) -> World:
    section = articles["section"].to_numpy()[:, None] == np.array(SECTIONS)
    age = hour - articles["hour"].to_numpy()
    appeal = articles["size"].to_numpy() + recipe.shout * articles["loud"].to_numpy() - np.log(2) * age / recipe.fades
    return World(recipe.lean * leanings, section.astype(float), appeal, recipe.reserve, eta=0.0, n_old=len(articles))


def _visits(recipe: Recipe, rng: np.random.Generator) -> np.ndarray:
    """From the second day on, so that there is something to read."""
    day, reader = np.nonzero(rng.random((recipe.days, recipe.readers)) < recipe.visit)
    hour = day * 24 + rng.choice(HOURS, size=len(day))
    found = np.column_stack([reader, hour])[day > 0]
    return found[np.argsort(found[:, 1], kind="stable")]


def _leanings(recipe: Recipe, rng: np.random.Generator) -> np.ndarray:
    """``(days, readers, sections)``: mostly one or two sections each; some readers' change overnight."""
    before, after = rng.dirichlet(np.full(len(SECTIONS), 0.3), size=(2, recipe.readers))
    turn = rng.integers(recipe.days // 4, recipe.days, size=recipe.readers)
    turn = np.where(rng.random(recipe.readers) < recipe.drifts, turn, recipe.days)
    turned = np.arange(recipe.days)[:, None] >= turn
    return np.where(turned[:, :, None], after, before)


def _articles(recipe: Recipe, rng: np.random.Generator) -> pd.DataFrame:
    import pandas as pd

    rows = [row for event in range(recipe.days * recipe.events) for row in _event(event, recipe, rng)]
    return pd.DataFrame(rows).sort_values("hour", kind="stable", ignore_index=True)


def _event(event: int, recipe: Recipe, rng: np.random.Generator) -> list[dict[str, Any]]:
    """The articles of one event: the bigger it is, the more outlets tell it, each some hours later and in its words."""
    words = _words()
    section = SECTIONS[rng.integers(len(SECTIONS))]
    frame = words["frames"][section][rng.integers(len(words["frames"][section]))]
    fill = _filling(words, rng)
    size = rng.exponential(0.7)
    hour = 24 * (event // recipe.events) + rng.uniform(5, 23)
    outlets = rng.permutation(len(OUTLETS))[: 1 + min(int(size / 0.4), 3)]
    told = rng.permutation(len(frame["en"]))
    rows = []
    for nth, outlet in enumerate(outlets):
        loud = OUTLETS[outlet] == LOUD
        text = frame["en"][told[nth % len(told)]].format(**fill["en"])
        row = {
            "event": event,
            "section": section,
            "outlet": OUTLETS[outlet],
            "hour": hour + (nth and rng.uniform(0.5, 6)),
        }
        shout = SHOUTS[rng.integers(len(SHOUTS))] if loud else ""
        rows.append(
            row
            | {"headline": shout + text, "headline_zh": frame["zh"].format(**fill["zh"]), "size": size, "loud": loud}
        )
    return rows


def _filling(words: dict[str, Any], rng: np.random.Generator) -> dict[str, dict[str, Any]]:
    place, other = rng.choice(len(words["places"]), size=2, replace=False)
    name, n = rng.integers(len(words["names"])), int(rng.integers(3, 60))
    drawn = {"place": words["places"][place], "other": words["places"][other], "name": words["names"][name]}
    return {
        language: {key: pair[at] for key, pair in drawn.items()} | {"n": n} for at, language in enumerate(("en", "zh"))
    }


@cache
def _words() -> dict[str, Any]:
    found = tomllib.loads(resources.files("recbook.data").joinpath("headlines.toml").read_text(encoding="utf-8"))
    frames: dict[str, list[dict[str, Any]]] = {section: [] for section in SECTIONS}
    for frame in found["frames"]:
        frames[frame["section"]].append(frame)
    return {"places": list(found["places"].items()), "names": list(found["names"].items()), "frames": frames}
