"""What the section on pictures and texts shows: a space trained on other garments, and models of the shop's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from recbook import plots
from recbook.chapters.trends.sizes import WATTS
from recbook.data import Split, cold_items
from recbook.data.garments import CLOTHS, COLOURS, CUTS, KINDS, PATTERNS, USES, Garments, Wardrobe, draw, garments
from recbook.evaluation import Interval, Report, bootstrap, evaluate, evaluate_scores
from recbook.image_text import OneSpace, Pairs, WordBag, train
from recbook.models import KernelRidge, LateFusion
from recbook.models.fusion import equal_voice
from recbook.session import phrase
from recbook.text import TextEncoder
from recbook.text.word2vec import softmax
from recbook.vectors import unit

PENALTIES = (1.0, 3.0, 10.0, 30.0, 100.0)
METRIC = "ndcg@10"
MIX = (0.2, 0.35, 0.5, 0.65, 0.8)
"""Weights of the picture that late fusion chooses among."""

ASKED: dict[str, tuple[Sequence[str], int]] = {
    "colour": (list(COLOURS), 0), "pattern": (PATTERNS, 1), "kind": (KINDS, 4),
}  # fmt: skip
"""What is asked of a picture, in the order of a caption: the words, and the column of `Garments.properties`."""

CHANCE = sum(1 / len(words) for words, _ in ASKED.values()) / len(ASKED)
"""The share of properties that guessing names rightly."""


def combinations() -> Garments:
    """Every colour, pattern and kind once, ``(192, 5)``; cloth and cut are 0, since no picture shows them."""
    colour, pattern, kind = (part.ravel() for part in np.indices((len(COLOURS), len(PATTERNS), len(KINDS))))
    zero = np.zeros_like(colour)
    return Garments(np.column_stack([colour, pattern, zero, zero, kind]), zero)


def never_shown(properties: np.ndarray) -> np.ndarray:
    """Whether a garment has one of the eight pairs of colour and pattern that are kept out of training: bool ``(n,)``.

    Each colour lacks one pattern, so every word is met in training, and only these pairs are not.
    """
    return properties[:, 0] % len(PATTERNS) == properties[:, 1]


class Studio(NamedTuple):
    """Pictures of garments that the shop does not sell, and which of `combinations` each shows."""

    pictures: np.ndarray  # (n, 32, 32, 3)
    shows: np.ndarray  # (n,) rows of `combinations`


def studio(n: int = 3000, seed: int = 0, noise: float = 0.05) -> Studio:
    """``n`` pictures to learn from, without the pairs that `never_shown` names."""
    rng = np.random.default_rng([seed, 7])
    every = combinations().properties
    shows = rng.choice(np.flatnonzero(~never_shown(every)), size=n)
    return Studio(draw(every[shows][:, [0, 1, 4]], rng, noise), shows)


def train_space(
    found: Studio, encoder: TextEncoder | None = None, steps: int = 500, size: int = 8, seed: int = 0
) -> tuple[OneSpace, Any, list[float]]:
    """A space trained on the pictures and their captions, what makes its text tower read texts, and its losses.

    With an ``encoder`` its vectors stay as they are and one linear map is learned; without one the text tower begins
    with a random vector for each word.
    """
    captions = combinations().captions()
    torch.manual_seed(seed)
    if encoder is None:
        bag = WordBag(captions)
        space, read = OneSpace(bag, size=size), bag.read
    else:
        space, read = OneSpace(nn.Linear(384, 32), size=size), encoder.encode
    told = np.asarray(read(captions))

    def batch(rng: np.random.Generator, n: int) -> Pairs:
        rows = rng.integers(len(found.shows), size=n)
        shows = found.shows[rows]
        return Pairs(found.pictures[rows], told[shows], shows[:, None] == shows)

    return space, read, train(space, batch, steps, seed=seed)


def word_vectors(space: OneSpace, read: Any, words: Sequence[str], column: int) -> np.ndarray:
    """A unit vector for each of ``words``: the mean over all captions with it (Radford et al. 2021, section 3.1.4).

    ``column`` says at which place of a caption the words stand: 0 colour, 1 pattern, 2 kind.
    """
    others = [caption.split() for caption in combinations().captions()]
    frames = sorted({(*other[:column], *other[column + 1 :]) for other in others})
    sentences = [" ".join([*frame[:column], word, *frame[column:]]) for word in words for frame in frames]
    vectors = space.encode_sentences(np.asarray(read(sentences)))
    return unit(vectors.reshape(len(words), len(frames), -1).mean(axis=1))


def zero_shot(space: OneSpace, read: Any, pictures: np.ndarray, words: Sequence[str], column: int) -> np.ndarray:
    """Chances of each of ``words`` for each picture, ``(n, words)``, by sentences alone; arguments as `word_vectors`.

    No picture is labelled, and words that training lacked may be asked for.
    """
    logits = space.encode_pictures(pictures) @ word_vectors(space, read, words, column).T
    return softmax(logits / float(space.temperature.detach()))


_IN_CHINESE = dict(zip(
    (*CLOTHS, *CUTS, *KINDS, *USES),
    ("棉", "羊毛", "亚麻", "真丝", "牛仔布", "抓绒", "宽松", "修身", "短款", "长款", "叠层", "百褶", "衬衫", "连衣裙", "长裤",
     "半身裙", "上班穿", "温暖的傍晚穿", "远足穿", "周末穿", "旅行穿", "聚会穿", "凉爽的早晨穿", "日常穿"), strict=True,
))  # fmt: skip


def described(some: Garments) -> list[str]:
    """The descriptions, as the reader of a figure has them: in Chinese what they say stands below."""
    glosses = [
        "".join(_IN_CHINESE[word] for word in (CUTS[cut], CLOTHS[cloth], KINDS[kind])) + f"，{_IN_CHINESE[USES[use]]}"
        for (_, _, cloth, cut, kind), use in zip(some.properties, some.use, strict=True)
    ]
    return [phrase(en=text, zh=f"{text}\n{gloss}") for text, gloss in zip(some.descriptions(), glosses, strict=True)]


# Recommending new garments


class NewGarments(NamedTuple):
    """A fifth of the garments hidden: ``test`` to report, ``inner`` to choose by, a fifth of the visible ones hidden."""

    test: Split
    inner: Split


def hide(world: Wardrobe, seed: int = 0) -> NewGarments:
    outer = cold_items(world.log, 0.2, seed)
    return NewGarments(outer, cold_items(outer.train, 0.2, seed, among=outer.train.item_counts() > 0))


def kernel(features: np.ndarray) -> np.ndarray:
    """How alike garments are by features, each modality at an equal voice: ``(n, n)``."""
    quiet = equal_voice(features)
    return quiet @ quiet.T


def best(made: Mapping[Any, Any], parts: NewGarments) -> tuple[Any, Report]:
    """Of models by their setting, the setting that is best on the inner set, and its report on the test garments.

    ``made`` maps a setting to a function that makes the model.
    """
    levels = {setting: evaluate(make(), parts.inner)[METRIC] for setting, make in made.items()}
    chosen = max(levels, key=lambda setting: levels[setting])
    return chosen, evaluate(made[chosen](), parts.test)


def ridge(table: np.ndarray, parts: NewGarments) -> tuple[float, Report]:
    """`KernelRidge` on a kernel, its penalty chosen on the inner set, and its report."""
    return best({l2: lambda l2=l2: KernelRidge(table, l2) for l2 in PENALTIES}, parts)


def late(
    tables: Sequence[np.ndarray], parts: NewGarments, trust: np.ndarray | None = None, share_out: bool = False
) -> Report:
    """Late fusion of the ridges of two kernels: each penalty, and the mixture, chosen on the inner set."""
    models = [KernelRidge(table, ridge(table, parts)[0]) for table in tables]
    return best({mix: lambda mix=mix: LateFusion(models, [1 - mix, mix], trust, share_out) for mix in MIX}, parts)[1]


def of_scores(scores: np.ndarray, parts: NewGarments) -> Report:
    """The report of any scores ``(shoppers, garments)`` on the test garments."""
    candidates = parts.test.candidates
    return evaluate_scores(scores[:, candidates], parts.test.wanted()[:, candidates])


def shown_properties(n: int, seed: int = 3) -> tuple[Garments, np.ndarray]:
    """``n`` garments drawn evenly, and a picture of each: to test a space on."""
    rng = np.random.default_rng(seed)
    made = garments(n, rng)
    return made, made.pictures(rng)


# What the chapter shows of the stored results


def shares(right: Mapping[str, np.ndarray], unmet: np.ndarray) -> Any:
    """A row a question: the share of right answers on pairs that were met and that were not, and by chance."""
    import pandas as pd

    rows = [
        (plots.name(key), hit[~unmet].mean(), hit[unmet].mean(), 1 / len(ASKED[key][0])) for key, hit in right.items()
    ]
    return pd.DataFrame(rows, columns=["asked for", "met pairs", "pairs never met", "by chance"])


SHOWN = {"text": "text alone", "picture": "picture alone"}


def rows(found: Mapping[str, Any], ways: Sequence[str], before: str = "") -> dict[str, tuple[float, float, float]]:
    """Mean and interval of some ways of a stored part, by the words of figures; ``before`` stands before towers."""
    words = SHOWN | (
        {way: f"{before}{way}" for way in ways if way != "early"} if before else {"product": "all products"}
    )
    return {words.get(way, way): (found[way]["ndcg"], *found[way]["interval"]) for way in ways}


def over_all(found: Mapping[str, Any], way: str) -> list[float]:
    """The mean share of right answers of each seed, over the three questions and both groups of cards."""
    share = float(never_shown(combinations().properties).mean())
    parts = [found[key][way] for key in ASKED]
    by_seed = [np.array(one["met"]) * (1 - share) + np.array(one["never met"]) * share for one in parts]
    return [float(value) for value in np.mean(by_seed, axis=0)]


def by_words(found: Mapping[str, Mapping[str, Any]]) -> Any:
    """A row a question: how often the words of the captions, and other words, are read rightly, by both text towers."""
    import pandas as pd

    rows = []
    for key in ASKED:
        same = np.mean(found["MiniLM"][key]["same words"]["met"])
        others = [np.mean(found[tower][key]["other words"]["met"]) for tower in ("words", "MiniLM")]
        rows.append((plots.name(key), same, *others, 1 / len(ASKED[key][0])))
    return pd.DataFrame(rows, columns=["asked for", "seen words", "words from scratch", "MiniLM's words", "by chance"])


SIZES = ("random", "words", "static", "student", "splade-tiny", "MiniLM, int8", "MiniLM", "multilingual", "SmolLM2")


def by_size(kept: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """By encoder what a title costs in CPU milliseconds, its megabytes, NDCG@10 on new films, interval and sets."""
    found: dict[str, dict[str, Any]] = {}
    for key in SIZES:
        one = _sized(kept, key)
        low, high = one["hidden"]["interval"]
        found[key] = {"ms": 1000 * one["seconds"] / N_TITLES, "mb": one["bytes"] / 1e6, "ndcg": one["hidden"]["ndcg"],
                      "low": low, "high": high, "sets": one["hidden"]["sets"], "series": one["series"][0], "news": one["news"][0]}  # fmt: skip
        found[key]["less low"], found[key]["less high"] = size_difference(kept, key, "MiniLM")
    return found


N_TITLES = 1682


def size_difference(kept: Mapping[str, Any], one: str, other: str) -> Interval:
    """95% interval of how much better one encoder does than another on new films, paired by user."""
    first, second = (np.array(_sized(kept, key)["hidden"]["per_user"], float) for key in (one, other))
    return bootstrap(first - second)


def _sized(kept: Mapping[str, Any], key: str) -> Any:
    return kept["student"] if key == "student" else kept["sizes"][key]


def price_table(found: Mapping[str, Mapping[str, Any]]) -> Any:
    """The rows of `by_size` for readers, with watt-hours for a million titles at `sizes.WATTS`."""
    import pandas as pd

    rows = []
    for key, one in found.items():
        less = "–" if key == "MiniLM" else plots.ends(one["less low"], one["less high"], sign=True)
        energy = one["ms"] / 1000 * 1e6 * WATTS / 3600
        rows.append((plots.name(f"size: {key}"), f"{one['mb']:.0f}", f"{one['ms']:.2g}", f"{energy:.0f}" if energy > 99 else f"{energy:.2g}", one["ndcg"],
                     less, one["series"], one["news"]))  # fmt: skip
    columns = ["encoder", "MB", "ms a title", "Wh a million", "on new films", "less MiniLM", "series", "on news"]
    return pd.DataFrame(rows, columns=columns)
