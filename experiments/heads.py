"""What else a head on title vectors can be trained for, and a fair match of texts and columns (chapter 05).

`recbook experiment heads` runs this. Films are hidden, and settings chosen, as in `experiments/features.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import product
from typing import Any

import numpy as np

from recbook.chapters.features.texts import item_texts
from recbook.data import prepare
from recbook.evaluation import bootstrap, evaluate
from recbook.evaluation.compare import bootstrap_over_sets, sets_won
from recbook.experiments import load, say
from recbook.models import FeatureRidge
from recbook.models.contrastive import Contrastive, Frozen, LinearHead, MLPHead
from recbook.models.towers import centred
from recbook.vectors import unit

features = load("features")

METRIC = "ndcg@10"
GRID: dict[str, Any] = {"steps": 100, "rates": [3e-4, 1e-3, 3e-3], "temperatures": [0.1, 0.2]}
SIZES = [8, 16, 32, 64, 128, 384]
COLUMNS: dict[str, Any] = {"l2": [3, 10, 30, 100, 300, 1000], "scales": [0.1, 0.2, 0.4, 0.8, 1.6]}
PENALTIES = [300, 1000, 3000, 10000, 30000]


@cache
def hidden(seed: int) -> Any:
    return features.Hidden(features.the_bench().ratings, seed)


def settings() -> list[dict[str, float]]:
    return [{"rate": rate, "temperature": t} for rate, t in product(GRID["rates"], GRID["temperatures"])]


Fit = Callable[[Any, dict[str, float]], Contrastive]
"""A model fitted on a log with a setting."""


def on_sets(fit: Fit, setting: dict[str, float], seeds: Sequence[int]) -> np.ndarray:
    """NDCG@10 of every user on each hidden set: ``(sets, users)``."""
    return np.array([hidden(seed).judge(fit(hidden(seed).train, setting)).per_user[METRIC] for seed in seeds])


def chosen_on_hidden(fit: Fit) -> dict[str, float]:
    """The setting that is best on the two hidden sets to choose by."""
    return max(
        settings(), key=lambda one: float(np.nanmean(on_sets(fit, one, features.TUNING["hidden_sets_to_choose"])))
    )


def beside(one: np.ndarray, other: np.ndarray) -> dict[str, Any]:
    """The difference of two models on the five hidden sets: its interval over users, and the sets won."""
    return {"interval": bootstrap_over_sets(one, other), "won": sets_won(one, other)}


# Hard negatives


def partners(train: Any) -> dict[str, np.ndarray | None]:
    """For every film another that joins the batch with it: none, one drawn by lot, the one with the nearest title."""
    bench, known = features.the_bench(), np.flatnonzero(train.item_counts())
    lot = np.random.default_rng(0).choice(known, size=train.n_items)
    cosine = bench.vectors @ bench.vectors[known].T
    names = np.array(bench.titles)
    cosine[names[:, None] == names[known]] = -np.inf  # a film is not its own negative, under any of its numbers
    return {"no more": None, "by lot": lot, "nearest title": known[cosine.argmax(axis=1)]}


def measure_negatives() -> dict[str, Any]:
    """A linear head with more negatives in each batch, settings chosen for each."""
    bench, per_user, found = features.the_bench(), {}, {}
    for kind in ("no more", "by lot", "nearest title"):

        def fit(log: Any, setting: dict[str, float], kind: str = kind) -> Contrastive:
            return bench.model("linear", **setting, partner=partners(log)[kind]).fit(log)

        setting = chosen_on_hidden(fit)
        per_user[kind] = on_sets(fit, setting, features.TUNING["hidden_sets"])
        on_valid = {i: evaluate(fit(bench.split.train, one), bench.split, on="valid")[METRIC]
                    for i, one in enumerate(settings())}  # fmt: skip
        warm = settings()[max(on_valid, key=lambda i: on_valid[i])]
        report = evaluate(fit(bench.split.train, warm), bench.split)
        found[kind] = {"hidden setting": setting, "hidden": np.nanmean(per_user[kind], axis=1),
                       "warm setting": warm, "warm": report[METRIC], "warm, each": report.per_user[METRIC]}  # fmt: skip
        say(f"{kind:<20} {setting} {found[kind]['hidden'].mean():.4f} {warm} {report[METRIC]:.4f}")
    each = {kind: one.pop("warm, each") for kind, one in found.items()}
    for kind in ("by lot", "nearest title"):
        found[kind]["hidden, less none"] = beside(per_user[kind], per_user["no more"])
        found[kind]["warm, less none"] = bootstrap(each[kind] - each["no more"])
    found["nearest title"]["hidden, less by lot"] = beside(per_user["nearest title"], per_user["by lot"])
    found["nearest title"]["warm, less by lot"] = bootstrap(each["nearest title"] - each["by lot"])
    return found | {"wrongly": wrongly()}


def wrongly() -> dict[str, float]:
    """How often the partner of a film that a user met is another that the user met too, by kind of partner."""
    train = features.the_bench().split.train
    met = train.matrix().toarray() > 0
    kinds = {kind: partner for kind, partner in partners(train).items() if partner is not None}
    return {kind: float(met[train.user, partner[train.item]].mean()) for kind, partner in kinds.items()}


# Nested heads


def nested_ways() -> dict[str, tuple[Callable[[], Any], bool, bool]]:
    """Ways to vectors that can be cut: the tower, whether its beginnings are trained, whether it is turned after."""
    bench = features.the_bench()
    principal = turned(bench.vectors)
    return {
        "frozen, first": (lambda: Frozen(bench.vectors), False, False),
        "frozen, principal": (lambda: Frozen(bench.vectors), False, True),
        "plain, first": (lambda: LinearHead(bench.vectors), False, False),
        "plain, principal": (lambda: LinearHead(bench.vectors), False, True),
        "nested": (lambda: LinearHead(bench.vectors), True, False),
        "nested, principal": (lambda: LinearHead(principal), True, False),
    }


def cut(vectors: np.ndarray, k: int, turn: bool) -> np.ndarray:
    if k >= vectors.shape[1]:
        return vectors
    return unit((turned(vectors) if turn else vectors)[:, :k])


def turned(vectors: np.ndarray) -> np.ndarray:
    """The vectors in other axes, the one along which they are longest first; no cosine changes."""
    return vectors @ np.linalg.svd(vectors, full_matrices=False)[2].T


def at_every_size(
    seed: int, setting: dict[str, float], tower: Callable[[], Any], nested: bool, turn: bool
) -> list[np.ndarray]:
    """NDCG@10 of every user on a hidden set, with the first numbers of each vector alone: ``(sizes, users)``."""
    part, sizes = hidden(seed), SIZES if nested else None
    model = Contrastive(tower, steps=GRID["steps"], batch_size=256, sizes=sizes, **setting).fit(part.train)
    whole, levels = model.vectors_, []
    for k in SIZES:
        model.vectors_ = cut(whole, k, turn)
        levels.append(part.judge(model).per_user[METRIC])
    return levels


def measure_nested() -> dict[str, Any]:
    """NDCG@10 on hidden films with the first numbers of each vector alone, settings chosen for each way."""
    per_user, found = {}, {}
    for way, made in nested_ways().items():
        grid = settings()[:1] if way.startswith("frozen") else settings()
        choose = features.TUNING["hidden_sets_to_choose"]
        level = [np.nanmean([at_every_size(seed, one, *made) for seed in choose]) for one in grid]
        best = grid[int(np.argmax(level))]
        per_user[way] = np.array([at_every_size(seed, best, *made) for seed in features.TUNING["hidden_sets"]])
        found[way] = best | {"hidden": np.nanmean(per_user[way], axis=2).mean(axis=0)}
        say(f"{way:<20} {best} {found[way]['hidden'].round(4)}")
    best_nested = per_user["nested, principal"], per_user["nested"]
    for name, one in zip(("nested, principal", "nested"), best_nested, strict=True):
        for other in ("frozen, principal", "plain, principal", "plain, first"):
            found[name][f"less {other}"] = [beside(one[:, i], per_user[other][:, i]) for i in range(len(SIZES))]
    return {"sizes": SIZES, "ways": found}


# Texts and columns, each at its best scale and penalty


def ridge_on(vectors: np.ndarray, l2: float, seeds: Sequence[int]) -> np.ndarray:
    """NDCG@10 of every user on each hidden set, learned from what was liked, as the chapter's core does."""
    levels = []
    for seed in seeds:
        train = hidden(seed).train
        model = FeatureRidge(vectors, l2).fit(train.take(train.rating >= 4))
        levels.append(hidden(seed).judge(model).per_user[METRIC])
    return np.array(levels)


def kinds_of_vectors() -> dict[str, list[tuple[float, np.ndarray]]]:
    """For every kind its vectors at each scale that is tried."""
    bench = features.the_bench()
    items = bench.ratings.items
    vectors = {kind: bench.encoder.encode(lines) for kind, lines in item_texts(items).items()}
    decades = np.array(items["year"].astype(str).str[:3])
    columns = np.hstack([prepare.genre_table(items).to_numpy(), decades[:, None] == np.unique(decades)]).astype(float)
    made = {kind: [(1.0, one)] for kind, one in vectors.items()}
    made["columns"] = [(s, np.hstack([vectors["title"], s * columns])) for s in COLUMNS["scales"]]
    return made


def measure_columns() -> dict[str, Any]:
    """Each text, and the title's vector with columns behind it, at the scale and penalty that are best elsewhere."""
    per_user, found = {}, {}
    for kind, scaled in kinds_of_vectors().items():
        tried = [(float(np.nanmean(ridge_on(one, l2, features.TUNING["hidden_sets_to_choose"]))), scale, l2, one)
                 for scale, one in scaled for l2 in COLUMNS["l2"]]  # fmt: skip
        _, scale, l2, one = max(tried, key=lambda row: row[0])
        per_user[kind] = ridge_on(one, l2, features.TUNING["hidden_sets"])
        found[kind] = {"scale": scale, "l2": l2, "hidden": np.nanmean(per_user[kind], axis=1)}
        say(f"{kind:<22} {scale} {l2} {found[kind]['hidden'].mean():.4f}")
    for kind in found:
        found[kind]["list less this"] = beside(per_user["title, year, genres"], per_user[kind])
        found[kind]["this less title"] = beside(per_user[kind], per_user["title"])
    return found


def measure_penalty() -> dict[str, Any]:
    """MiniLM's titles, centred, with penalties beyond those that `features` tries."""
    bench, choose = features.the_bench(), features.TUNING["hidden_sets_to_choose"]

    def on(seeds: Sequence[int], l2: float) -> list[float]:
        return [hidden(s).judge(FeatureRidge(bench.vectors, l2).fit(hidden(s).train))[METRIC] for s in seeds]

    levels = {str(l2): float(np.mean(on(choose, l2))) for l2 in PENALTIES}
    best = max(PENALTIES, key=lambda l2: levels[str(l2)])
    return {"levels": levels, "l2": best, "hidden": on(features.TUNING["hidden_sets"], best)}


# Both gains: a richer text, and training


def measure_both() -> dict[str, Any]:
    """A two-layer head on the vectors of titles and of title, year and genres, beside the vectors as they are."""
    bench, per_user, found = features.the_bench(), {}, {}
    texts = item_texts(bench.ratings.items)
    for text in ("title", "title, year, genres"):
        x = centred(bench.encoder.encode(texts[text]))
        for head, tower in (("frozen", lambda x=x: Frozen(x)), ("mlp", lambda x=x: MLPHead(x))):

            def fit(log: Any, setting: dict[str, float], tower: Any = tower, head: str = head) -> Contrastive:
                steps = 0 if head == "frozen" else GRID["steps"]
                return Contrastive(tower, steps=steps, batch_size=256, **setting).fit(log)

            setting = settings()[0] if head == "frozen" else chosen_on_hidden(fit)
            per_user[head, text] = on_sets(fit, setting, features.TUNING["hidden_sets"])
            found[f"{head}: {text}"] = setting | {"hidden": np.nanmean(per_user[head, text], axis=1)}
            say(f"{head} {text:<22} {setting} {found[f'{head}: {text}']['hidden'].mean():.4f}")
    rich = "title, year, genres"
    found["differences"] = {
        "text, frozen": beside(per_user["frozen", rich], per_user["frozen", "title"]),
        "head, title": beside(per_user["mlp", "title"], per_user["frozen", "title"]),
        "head, rich": beside(per_user["mlp", rich], per_user["frozen", rich]),
        "text, head": beside(per_user["mlp", rich], per_user["mlp", "title"]),
    }
    return found


MINUTES = 12
PACKAGES = ("numpy", "torch", "transformers")
SETTINGS = {"grid": GRID, "sizes": SIZES, "columns": COLUMNS, "penalties": PENALTIES}
PARTS: dict[str, Callable[[], dict[str, Any]]] = {
    "negatives": measure_negatives, "nested": measure_nested, "columns": measure_columns,
    "penalty": measure_penalty, "both": measure_both,
}  # fmt: skip
