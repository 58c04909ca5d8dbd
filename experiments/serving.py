"""What serving costs: the encoder in fewer bytes, indexes of neighbours, the memory that they take, and three stages.

`recbook experiment serving` runs this.
Times are seconds of the processor on one thread, so that other programs count little; ratios are what to read. The
encoder encodes the film titles as they are, and the hidden films are those of chapter 10: five times a fifth of the
films is hidden, a ridge from title vectors scores them, with the settings that were chosen without looking at them.
The index is searched one query at a time, as in a service; in sets that are drawn queries are new points. Settings of
the stages were chosen on valid, and what is stored is test.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any

import numpy as np
import torch

import recbook
from recbook.chapters.cold_start.choices import content_model, like_values
from recbook.data import Interactions, Split, cold_items, leave_one_out
from recbook.data.histories import sentences_in_time
from recbook.data.prepare import genre_table
from recbook.evaluation import beyond, bootstrap, evaluate_scores
from recbook.evaluation.metrics import ranked_lists
from recbook.experiments import CannotMeasureError, say
from recbook.models import EASE, LinearTowers
from recbook.serving import index
from recbook.serving.stages import STAGES, Answer, ItemWeights, Retriever, Stages, diverse, lists_of
from recbook.text import TextEncoder, onnx
from recbook.text.backends import backend
from recbook.text.films import film_texts, title_features
from recbook.text.pooling import center
from recbook.vectors import unit

MODEL, ENCODERS = "all-MiniLM-L6-v2", ("torch", *onnx.KINDS)
WHOLE = "8 bits"
DRAWS, FRACTION, LIKE = range(5), 0.2, 4
K, WIDTH, QUERIES, SPREAD, POINTS = 10, 64, 200, 0.5, 100_000
GRAPH, CELLS = (16, 32, 64, 128, 256, 512), (1, 2, 4, 8, 16, 32, 64)
SIZES = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
WIDE_SIZES, GOOD = SIZES[:4], 0.95
MEMORY = (10_000, 100_000, 1_000_000)
CANDIDATES, HALF_LIFE, WEIGHT, WEIGHTS = 200, 16, 0.15, (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)
ROUNDS = 3


def seconds(run: Callable[[], Any]) -> float:
    """What a call takes of the processor."""
    start = time.process_time()
    run()
    return time.process_time() - start


# The encoder


@cache
def films() -> Interactions:
    return recbook.load("ml-100k")


@cache
def titles(kind: str) -> np.ndarray:
    """The vectors of all film titles by one backend, ``(1682, 384)``."""
    if kind == WHOLE:
        return eight_bits()
    return TextEncoder(MODEL, backend=kind).encode(list(films().items["display_title"]))


def eight_bits() -> np.ndarray:
    """Titles by the graph with a scale a column and all 8 bits, in batches of 64 like the others, longest first."""
    graph = onnx.Graph(onnx.to_int8(onnx.made(backend(MODEL)), per_channel=True, reduced=False))
    texts = list(films().items["display_title"])
    order = np.array(sorted(range(len(texts)), key=lambda row: len(texts[row]), reverse=True))
    parts = [graph.encode([texts[row] for row in rows])[0] for rows in np.split(order, range(64, len(texts), 64))]
    return np.concatenate(parts)[np.argsort(order)]


def encoder(kind: str) -> dict[str, Any]:
    """Size, speed and agreement of one backend with PyTorch."""
    here, exact = titles(kind), titles("torch")
    cosine = (here * exact).sum(axis=1)
    nearest, true = (index.build(v).search(v, K + 1).ids for v in (here, exact))
    return {
        "bytes": n_bytes(kind),
        "texts_a_second": texts_a_second(kind),
        "cosine": {"mean": cosine.mean(), "min": cosine.min(), "largest_difference": np.abs(here - exact).max()},
        "overlap": index.recall(others(nearest), others(true)).mean(),
        "alone": alone(kind),
        "hidden": hidden(kind),
    }


def n_bytes(kind: str) -> int:
    source = backend(MODEL)
    if kind == "torch":
        return int(recbook.data.cards.card(MODEL).members["model.safetensors"].bytes)
    return len(onnx.made(source, kind))


def texts_a_second(kind: str) -> float:
    """The best of three rounds over 512 titles in batches of 64; the encoder is warm."""
    texts, ready = list(films().items["display_title"][:512]), TextEncoder(MODEL, backend=kind)
    ready.encode(texts[:64], keep=False)
    return len(texts) / min(seconds(lambda: ready.encode(texts, keep=False)) for _ in range(ROUNDS))


def alone(kind: str) -> dict[str, float]:
    """The cosine of 200 titles encoded one by one with the same titles encoded in batches."""
    texts, one = list(films().items["display_title"][:200]), TextEncoder(MODEL, batch_size=1, backend=kind)
    cosine = (one.encode(texts, keep=False) * titles(kind)[:200]).sum(axis=1)
    return {"mean": cosine.mean(), "min": cosine.min()}


def others(ids: np.ndarray) -> np.ndarray:
    """The K nearest less the film itself, which among equals need not come first."""
    own = ids == np.arange(len(ids))[:, None]
    own[~own.any(axis=1), -1] = True
    return ids[~own].reshape(len(ids), -1)


def hidden(kind: str) -> dict[str, Any]:
    """NDCG@10 on hidden films, and the interval of its difference from PyTorch's, both paired by user."""
    here, exact = hidden_ndcg(kind), hidden_ndcg("torch")
    known = ~np.isnan(here).all(axis=0)  # who likes a hidden film of some draw
    mean, difference = np.nanmean(here[:, known], axis=0), np.nanmean((here - exact)[:, known], axis=0)
    return {
        "ndcg": np.nanmean(mean),
        "interval": bootstrap(mean),
        "difference": np.nanmean(difference),
        "difference_interval": bootstrap(difference),
        "draws": np.nanmean(here, axis=1).tolist(),
    }


@cache
def hidden_ndcg(kind: str) -> np.ndarray:
    """Of each draw and user: ``(5, n_users)``, NaN for a user without a hidden film that is liked."""
    features = unit(center(titles(kind).astype(np.float64)))
    chosen = recbook.stored("cold_start")["results"]["title"]["sets"]
    names = np.array(film_texts(films().items)["title, year"])
    splits = [cold_items(films(), FRACTION, seed, names=names) for seed in DRAWS]
    return np.stack([drawn(split, one["setting"], features) for split, one in zip(splits, chosen, strict=True)])


def drawn(split: Split, setting: dict[str, Any], features: np.ndarray) -> np.ndarray:
    model = content_model("ridge", setting, {}, {"title": features @ features.T})
    model.fit(split.train, values=like_values(split.train, setting["other"]))
    hidden = split.test.item_counts() > 0
    liked = split.test.take(split.test.rating >= LIKE).matrix()[:, hidden]
    return evaluate_scores(model.scores_[hidden].T, liked).per_user["ndcg@10"]


def more_draws() -> dict[str, Any]:
    """What int8 changes on twenty other hidden sets, all with one setting: which films are hidden matters more than who
    looks for them, and five sets do not show how much.
    """
    seeds, setting = range(100, 120), {"l2": 100.0, "other": 0.3}
    names, means = np.array(film_texts(films().items)["title, year"]), {}
    splits = [cold_items(films(), FRACTION, seed, names=names) for seed in seeds]
    for kind in ("torch", "onnx-int8", "onnx-int8-tensor", WHOLE):
        features = unit(center(titles(kind).astype(np.float64)))
        means[kind] = np.array([np.nanmean(drawn(split, setting | {"kernel": "title"}, features)) for split in splits])
    less = {kind: means[kind] - means["torch"] for kind in means if kind != "torch"}
    less["onnx-int8 less onnx-int8-tensor"] = means["onnx-int8"] - means["onnx-int8-tensor"]
    less[f"onnx-int8 less {WHOLE}"] = means["onnx-int8"] - means[WHOLE]
    found = {
        name: {"mean": each.mean(), "interval": bootstrap(each), "draws": each.tolist()} for name, each in less.items()
    }
    cosine = {kind: (titles(kind) * titles("torch")).sum(axis=1).mean() for kind in means}
    settings = {"seeds": list(seeds), "setting": setting, "processor": torch.backends.cpu.get_cpu_capability()}
    return settings | {"ndcg": means["torch"].mean(), "differences": found, "cosine": cosine}


# Neighbours


def points(n: int, rng: np.random.Generator, centres: np.ndarray | None, width: int = WIDTH) -> np.ndarray:
    """Unit vectors ``(n, width)``: around centres, or without any in all directions alike."""
    drawn = rng.standard_normal((n, width), np.float32)
    if centres is not None:
        drawn = centres[rng.integers(len(centres), size=n)] + np.float32(SPREAD) * drawn
    return unit(drawn)


def drawn_set(n: int, clustered: bool, width: int = WIDTH) -> tuple[np.ndarray, np.ndarray]:
    """``n`` points, 100 a centre where clustered, and queries drawn like them."""
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((n // 100, width), np.float32) if clustered else None
    return points(n, rng, centres, width), points(QUERIES, rng, centres, width)


def title_set() -> tuple[np.ndarray, np.ndarray]:
    rows = np.random.default_rng(0).choice(films().n_items, QUERIES, replace=False)
    return titles("torch"), titles("torch")[rows]


def microseconds(built: index.Index, queries: np.ndarray, effort: int | None = None) -> float:
    """The best of three rounds, one query at a time."""

    def one_by_one() -> None:
        for query in queries:
            built.search(query, K, effort)

    return min(seconds(one_by_one) for _ in range(ROUNDS)) / len(queries) * 1e6


def curve(vectors: np.ndarray, queries: np.ndarray) -> dict[str, Any]:
    """Recall and time of each kind, with more and more effort."""
    exact = index.build(vectors, "flat").search(queries, K).ids
    efforts: dict[str, Iterable[int | None]] = {"exact": [None], "flat": [None], "hnsw": GRAPH, "ivf": CELLS}
    found: dict[str, Any] = {"n": len(vectors), "width": vectors.shape[1]}
    for kind, every in efforts.items():
        start = time.process_time()
        built = index.build(vectors, kind)
        took = time.process_time() - start
        rows = [row(built, queries, exact, effort) for effort in every]
        found[kind] = {"build_seconds": took, "bytes": built.nbytes, "searches": rows}
        say(f"{len(vectors)} {kind}: {found[kind]}")
    return found


def row(built: index.Index, queries: np.ndarray, exact: np.ndarray, effort: int | None) -> dict[str, Any]:
    recall = index.recall(built.search(queries, K, effort).ids, exact).mean()
    return {"effort": effort, "recall": recall, "microseconds": microseconds(built, queries, effort)}


def crossing(width: int, sizes: Iterable[int]) -> list[dict[str, Any]]:
    """For each size the time of exact search, and of the first effort of HNSW and of IVF that finds enough."""
    return [crossing_at(n, width) for n in sizes]


def crossing_at(n: int, width: int) -> dict[str, Any]:
    vectors, queries = drawn_set(n, clustered=True, width=width)
    flat = index.build(vectors, "flat")
    exact = flat.search(queries, K).ids
    found: dict[str, Any] = {"n": n, "flat": microseconds(flat, queries[:50])}
    for kind, efforts in (("hnsw", GRAPH), ("ivf", CELLS)):
        start = time.process_time()
        built = index.build(vectors, kind)
        took = time.process_time() - start
        recalls = ((e, index.recall(built.search(queries, K, e).ids, exact).mean()) for e in efforts)
        enough = next((effort for effort, recall in recalls if recall >= GOOD), efforts[-1])
        found[kind] = row(built, queries, exact, enough) | {"build_seconds": took}
    say(str(found))
    return found


HELD = """
import sys, numpy as np, psutil
from recbook.serving import index
from recbook.vectors import unit
kind, n, width = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rng = np.random.default_rng(0)
settings = {"build_effort": 8} if kind == "hnsw" else {}
index.build(rng.standard_normal((2_000, width), np.float32), kind, **settings)  # the libraries' own memory
vectors = unit(rng.standard_normal((n, width), np.float32))
before = psutil.Process().memory_info().rss
built = index.build(vectors, kind, **settings)
print(psutil.Process().memory_info().rss - before, built.nbytes)
"""
"""A process of its own: what it has more after the index than before. How well a graph is built changes no byte."""


def memory(kind: str) -> list[dict[str, Any]]:
    """What an index takes: by the formula, as faiss would write it, and as the process grows."""
    found = []
    for n in MEMORY:
        command = [sys.executable, "-c", HELD, kind, str(n), str(WIDTH)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise CannotMeasureError(f"the process that measures failed: {done.stderr[-300:]}")
        grown, written = map(int, done.stdout.split())
        found.append({"n": n, "formula": index.bytes_of(kind, n, WIDTH), "written": written, "grown": grown})
        say(f"{kind}: {found[-1]}")
    return found


# Stages


@cache
def parts() -> tuple[Split, LinearTowers, np.ndarray, np.ndarray]:
    """The split, the towers that retrieve, EASE's weights that rank, the genres that make lists varied."""
    split = leave_one_out(films())
    towers = LinearTowers(title_features(films().items)).fit(split.train)
    return split, towers, EASE().fit(split.train).weights_, genre_table(films().items).to_numpy().astype(np.float64)


def everything(history: np.ndarray) -> np.ndarray:
    """No retrieval: all films that the user does not have."""
    return np.setdiff1d(np.arange(films().n_items), history)


def answers(on: str, retrieve: Callable[[np.ndarray], np.ndarray], weight: float) -> list[Answer]:
    split, _, weights, genres = parts()
    stages = Stages(retrieve, ItemWeights(weights, HALF_LIFE), partial(diverse, vectors=genres, weight=weight))
    return [stages.answer(history) for history in sentences_in_time(split.history(on))]


def ndcg(on: str, lists: list[np.ndarray]) -> np.ndarray:
    return ranked_lists(lists_of(lists, K), parts()[0].wanted(on), K).ndcg()


def stated(values: np.ndarray, lists: list[np.ndarray]) -> dict[str, Any]:
    """Mean NDCG@10 with its interval, and how unlike the genres of a list are."""
    varied = np.nanmean(beyond.diversity(lists_of(lists, K), parts()[3]))
    return {"ndcg": np.nanmean(values), "interval": bootstrap(values), "diversity": varied}


def stages(kind: str, on: str = "test") -> dict[str, Any]:
    """What each stage's list is worth, what is lost against ranking every film, and what a request takes."""
    _, towers, _, _ = parts()
    retriever = Retriever(towers.user_side_, towers.item_side_, towers.bias_, towers.half_life, kind)
    staged = [answers(on, partial(retriever, n=CANDIDATES), WEIGHT) for _ in range(ROUNDS)]
    ranked = [answers(on, everything, 0.0) for _ in range(ROUNDS)]
    given, whole = staged[0], ranked[0]
    lists = dict(zip(STAGES, ([getattr(a, x) for a in given] for x in ("retrieved", "ranked", "shown")), strict=True))
    lists["ranking all"] = [a.ranked for a in whole]
    values = {name: ndcg(on, each) for name, each in lists.items()}
    recall = ranked_lists(lists_of(lists["retrieval"], CANDIDATES), parts()[0].wanted(on), CANDIDATES).recall()
    return {
        "lists": {name: stated(values[name], each) for name, each in lists.items()},
        "recall_of_retrieval": np.nanmean(recall),
        "ranking_less_ranking_all": paired(values["ranking"], values["ranking all"]),
        "ranking_less_retrieval": paired(values["ranking"], values["retrieval"]),
        "re_ranking_less_ranking": paired(values["re-ranking"], values["ranking"]),
        "microseconds": {name: median(staged, name) for name in STAGES} | {"ranking all": median(ranked, "ranking")},
    }


def paired(first: np.ndarray, second: np.ndarray) -> dict[str, Any]:
    return {"mean": np.nanmean(first - second), "interval": bootstrap(first - second)}


def median(rounds: list[list[Answer]], stage: str) -> float:
    """The middle request of the best of three rounds, in microseconds of the clock."""
    return float(np.median(np.min([[each.seconds[stage] for each in one] for one in rounds], axis=0)) * 1e6)


def re_ranking() -> list[dict[str, Any]]:
    """On valid: what more and more weight on being unlike costs and gives."""
    _, towers, _, _ = parts()
    retriever = Retriever(towers.user_side_, towers.item_side_, towers.bias_, towers.half_life)
    found = []
    for weight in WEIGHTS:
        lists = [a.shown for a in answers("valid", partial(retriever, n=CANDIDATES), weight)]
        found.append({"weight": weight, **stated(ndcg("valid", lists), lists)})
    return found


MINUTES = 12
PACKAGES = ("numpy", "torch", "transformers", "onnxruntime", "faiss-cpu")
SETTINGS = {
    "model": MODEL,
    "draws": list(DRAWS),
    "fraction": FRACTION,
    "k": K,
    "width": WIDTH,
    "queries": QUERIES,
    "spread": SPREAD,
    "points": POINTS,
    "efforts": {"hnsw": list(GRAPH), "ivf": list(CELLS)},
    "sizes": list(SIZES),
    "wide_sizes": list(WIDE_SIZES),
    "good": GOOD,
    "memory": list(MEMORY),
    "candidates": CANDIDATES,
    "half_life": HALF_LIFE,
    "weight": WEIGHT,
    "weights": list(WEIGHTS),
}
PARTS = {
    "encoder": {kind: partial(encoder, kind) for kind in ENCODERS},
    "more draws": more_draws,
    "index": {
        "titles": lambda: curve(*title_set()),
        "clustered": lambda: curve(*drawn_set(POINTS, clustered=True)),
        "random": lambda: curve(*drawn_set(POINTS, clustered=False)),
    },
    "crossing": {
        "64": partial(crossing, WIDTH, SIZES),
        "384": partial(crossing, 384, WIDE_SIZES),
    },
    "memory": {kind: partial(memory, kind) for kind in ("flat", "hnsw", "ivf")},
    "stages": {kind: partial(stages, kind) for kind in ("exact", "hnsw")},
    "re-ranking": re_ranking,
}
