"""Which encoder reads which language: a search, news and titles of films, asked in English and in Chinese (chapter 15).

`recbook experiment languages` runs this. The search is chapter 11's: 66 queries that find products whose texts are
English. The news are of its invented press, drawn three times, whose headlines exist in both languages; a profile of
what a reader clicked is laid on the list that is fresh for everybody, its weight and half-life chosen on the second
week, and judged by the expected clicks of the third. The titles are chapter 05's: 50 Chinese ones that ask for films
with English titles.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from itertools import product
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

import recbook
from recbook.chapters.applications.queries import QUERIES, right_answers
from recbook.chapters.applications.rules import chosen
from recbook.data import bought_by, newsroom
from recbook.data.film_names import chinese_queries
from recbook.data.prepare import SHOP_STEPS, repair
from recbook.data.shop import item_texts
from recbook.evaluation import bootstrap, evaluate_scores
from recbook.evaluation.protocol import shuffled_ties
from recbook.experiments import say
from recbook.models.fresh import profiles, recent_counts
from recbook.text import TextEncoder
from recbook.text.controls import random_vectors
from recbook.text.multilingual import MultilingualEncoder
from recbook.text.pooling import center
from recbook.text.retrieval import hits_at_k, static_vectors
from recbook.text.search import LetterSearch, WordSearch
from recbook.vectors import unit

NDCG, K = "ndcg@10", 10
RECIPE = {"fades": 12.0, "alive": 48, "lean": 4.0, "drifts": 0.6, "shout": 1.0}
HALF_LIVES: tuple[float | None, ...] = (48.0, 168.0, None)  # hours
WEIGHTS = (0.25, 0.5, 1.0, 2.0, 4.0)
FADES, CROWD = (0.5, 1.0, 2.0), (0.25, 0.5, 1.0)
PRESSES = (0, 1, 2)
DAY, WINDOW = 24, 24.0

Encode = Callable[[Sequence[str]], np.ndarray]


@cache
def encoders() -> dict[str, Encode]:
    """By name what makes unit vectors of texts: ``(n, d)``. "random" says nothing."""
    minilm = TextEncoder()
    return {
        "random": lambda texts: random_vectors(list(texts)),
        "static": lambda texts: static_vectors(texts, minilm),
        "MiniLM": lambda texts: minilm.encode(list(texts), keep=False),
        "multilingual": MultilingualEncoder().encode,
    }


def apart(values: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """By encoder its mean with the interval, and how much it has more than each other one, paired."""
    return {
        name: {
            "mean": np.nanmean(own), "interval": bootstrap(own),
            "less": {other: bootstrap(own - values[other]) for other in values if other != name},
        }
        for name, own in values.items()
    }  # fmt: skip


# Products by a sentence


def search(lang: str) -> dict[str, Any]:
    goods, _ = repair(recbook.load("shop"), SHOP_STEPS)
    catalogue = bought_by(goods, 50, before=49).items
    assert catalogue is not None
    catalogue = catalogue.drop_duplicates(["department", "category", "type"]).reset_index(drop=True)
    # The multilingual encoder takes capitals for strange words (chapter 11); to the others they are all the same.
    texts, right = [text.lower() for text in item_texts(catalogue)], right_answers(catalogue)
    asked = [getattr(query, lang) for query in QUERIES]
    scores = {"words": WordSearch(texts).score(asked), "letters": LetterSearch(texts).score(asked)}
    scores |= {name: encode(asked) @ encode(texts).T for name, encode in encoders().items()}
    found = {name: evaluate_scores(*shuffled_ties(own, right)).per_user[NDCG] for name, own in scores.items()}
    say(f"search {lang}: { {name: round(float(np.nanmean(own)), 3) for name, own in found.items()} }")
    return apart(found)


# News for readers


@cache
def press(seed: int) -> newsroom.Press:
    return newsroom.publish(newsroom.Recipe(**RECIPE, seed=seed))


def news(lang: str) -> dict[str, Any]:
    """Clicks of each reader of each press, by what their profile is made of; the CPU seconds of one headline."""
    worth: dict[str, list[np.ndarray]] = {}
    seconds: dict[str, float] = {}
    for seed in PRESSES:
        headlines = press(seed).articles["headline" if lang == "en" else "headline_zh"].tolist()
        tables = {"words": shared_words(headlines, lang)}
        for name, encode in encoders().items():
            encode(headlines[:2])
            start = time.process_time()
            tables[name] = np.asarray(encode(headlines), np.float32)
            seconds[name] = (time.process_time() - start) / len(headlines)
        for name, clicks in of_press(seed, tables).items():
            worth.setdefault(name, []).append(clicks)
    return {"clicks": apart({name: np.concatenate(own) for name, own in worth.items()}), "seconds a headline": seconds}


def of_press(seed: int, tables: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Clicks a list of each reader in the third week, settings chosen on the second; "fresh" has no profile."""
    hours = np.unique(press(seed).visits[:, 1])
    choosing, judging = hours[(hours >= 7 * DAY) & (hours < 14 * DAY)], hours[hours >= 14 * DAY]
    fresh = chosen(press(seed), choosing, [crowd(seed, *setting) for setting in product(FADES, CROWD)])
    worth = {"fresh": newsroom.replay(press(seed), judging, fresh).clicks}
    for name, table in tables.items():
        vectors = unit(center(table))
        ways = [taste(seed, vectors, *setting, fresh) for setting in product(HALF_LIVES, WEIGHTS)]
        worth[name] = newsroom.replay(press(seed), judging, chosen(press(seed), choosing, ways)).clicks
        say(f"press {seed}, {name}: {np.nanmean(worth[name]):.4f}")
    return worth


def shared_words(headlines: Sequence[str], lang: str) -> np.ndarray:
    """Words counted (tf-idf); in Chinese, which has no spaces, characters and pairs of them."""
    how = {"analyzer": "word"} if lang == "en" else {"analyzer": "char", "ngram_range": (1, 2)}
    return TfidfVectorizer(**how).fit_transform(headlines).toarray().astype(np.float32)


def crowd(seed: int, fade: float, weight: float) -> newsroom.Scorer:
    """The same for everybody: recent clicks (log), less ``fade`` for 12 hours of age."""
    clicks, n = press(seed).clicks(), len(press(seed).articles)

    def scorer(hour: float, readers: np.ndarray) -> np.ndarray:
        counts = recent_counts(clicks, n, hour, WINDOW)[press(seed).alive(hour)]
        return np.tile(weight * np.log1p(counts) - fade * press(seed).ages(hour) / 12, (len(readers), 1))

    return scorer


def taste(
    seed: int, table: np.ndarray, half_life: float | None, weight: float, base: newsroom.Scorer
) -> newsroom.Scorer:
    """The base's scores, plus ``weight`` times the cosine of the reader's profile with each article."""
    clicks = press(seed).clicks()

    def scorer(hour: float, readers: np.ndarray) -> np.ndarray:
        people = profiles(clicks, table, press(seed).recipe.readers, hour, half_life)[readers]
        return base(hour, readers) + weight * people @ table[press(seed).alive(hour)].T

    return scorer


# Films by their Chinese titles


def titles() -> dict[str, Any]:
    names = [str(title) for title in recbook.load("ml-100k").items["display_title"]]
    queries, wanted, _ = chinese_queries(names)
    found = {}
    for name, encode in encoders().items():
        raw = np.asarray(encode(names), np.float32)
        mean = raw.mean(axis=0)
        hits = hits_at_k(np.asarray(encode(queries), np.float32) - mean, unit(raw - mean), wanted, K)
        found[name] = {"found": int(hits.sum()), "interval": bootstrap(hits), "hits": hits.astype(int)}
        say(f"titles, {name}: {hits.sum()} of {len(hits)}")
    return found


MINUTES = 2
PACKAGES = ("numpy", "scipy", "torch", "transformers", "scikit-learn")
SETTINGS = {
    "recipe": RECIPE, "half-lives": list(HALF_LIVES), "weights": list(WEIGHTS), "fades": list(FADES),
    "crowd": list(CROWD), "presses": list(PRESSES), "window": WINDOW, "k": K,
}  # fmt: skip
PARTS = {
    "search": {"en": partial(search, "en"), "zh": partial(search, "zh")},
    "news": {"en": partial(news, "en"), "zh": partial(news, "zh")},
    "titles": titles,
}
