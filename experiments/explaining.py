"""Explanations against a truth that is known, and explanations of the course's film models by removal (chapter 14).

`recbook experiment explaining` runs this.
The made world has 12 features of which 3 decide; a network learns it, and each method says what its scores are owed to.
Of film models the first recommendation is explained from the last films of each history; an explanation is as good as
the films that it names first are needed. captum is used as a check alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import metadata
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

import recbook
from recbook import explain
from recbook.chapters.trends import explaining
from recbook.data import Interactions, Split, leave_one_out
from recbook.evaluation import bootstrap, evaluate
from recbook.experiments import CannotMeasureError, say
from recbook.models import EASE, ItemKNN, SASRec, SequenceSettings
from recbook.models.autoencoder import Autoencoder, AutoencoderSettings

SEEDS = 5
ROWS = (50, 200, 1000, 4000)
ENOUGH, ASKED = 4000, 500
FEW = 6  # features, for exact Shapley values by the library
USERS, HISTORY = 300, 30  # whose recommendations are explained, and from how many of their last films
COUNTS = (1, 2, 4, 8, 16)
SEQUENCE = SequenceSettings(text=False, length=30, epochs=10)
AUTOENCODER = AutoencoderSettings()


def world(seed: int) -> dict[str, Any]:
    """Each method on films that the network has not seen, when rows are plenty."""
    score = explaining.learned(explaining.told(ENOUGH, seed), seed)
    films = explaining.told(ASKED, 1000 + seed)
    return {"explained": explaining.explained_variance(score, films), "methods": explaining.judged(score, films)}


def bystander(seed: int) -> dict[str, Any]:
    """The same for fewer rows, and the control: the share that a feature alike in all but the correlation gets."""
    films, found = explaining.told(ASKED, 1000 + seed), dict[str, Any]()
    x = torch.from_numpy(films.x)
    for rows in ROWS:
        score = explaining.learned(explaining.told(rows, seed), seed)
        shares = explaining.judged(score, films)
        plain = {
            name: float(np.mean([explain.share_of(method(score, x).numpy(), column).mean() for column in range(4, 12)]))
            for name, method in explaining.METHODS.items()
        }
        found[str(rows)] = {
            "explained": explaining.explained_variance(score, films), "methods": shares, "other features": plain,
        }  # fmt: skip
    shown = {n: round(one["methods"]["Shapley values"]["bystander"], 3) for n, one in found.items()}
    say(f"bystander, {seed}: {shown}")
    return found


def captum() -> dict[str, Any]:
    """The largest difference of each method from captum's, on one network.

    captum's exact Shapley values walk through all orders of the features, so these are compared on the first few.
    """
    try:
        from captum import attr
    except ImportError:
        raise CannotMeasureError("captum is not installed: pip install captum==0.9.0") from None
    score = explaining.learned(explaining.told(ENOUGH, 0))
    x = torch.from_numpy(explaining.told(20, 1).x)

    def of_few(given: Tensor) -> Tensor:
        return score(torch.cat([given, torch.zeros(len(given), x.shape[1] - FEW)], dim=1))

    theirs: dict[str, Tensor] = {
        "saliency": attr.Saliency(score).attribute(x),
        "input x gradient": attr.InputXGradient(score).attribute(x),
        "integrated gradients": attr.IntegratedGradients(score).attribute(x, n_steps=50, method="riemann_middle"),
        "ablation": attr.FeatureAblation(score).attribute(x),
        "exact Shapley values": attr.ShapleyValues(of_few).attribute(x[:2, :FEW]),
    }
    ours = {name: explaining.METHODS[name](score, x) for name in list(theirs)[:4]}
    ours["exact Shapley values"] = explain.exact_shapley(of_few, x[:2, :FEW])
    found = {name: float((theirs[name] - ours[name]).abs().max()) for name in theirs}
    sampled = explain.shapley(score, x) - explain.exact_shapley(score, x)
    return found | {
        "version": metadata.version("captum"),
        "sampled from exact": float(sampled.abs().max()),
        "size": float(ours["ablation"].abs().max()),
    }


# Film models


@cache
def films() -> Split:
    return leave_one_out(recbook.load("ml-100k"))


@cache
def histories() -> Interactions:
    """The last of their training rows, of some users drawn at random: what is explained."""
    drawn = np.random.default_rng(0).permutation(films().train.n_users)[:USERS]
    return explaining.shortened(films().train.of_users(np.sort(drawn)), HISTORY)


def autoencoder_reasons(model: Autoencoder, target: np.ndarray, way: str) -> np.ndarray:
    """What each film adds to the target's score, by a method of `recbook.explain`: ``(n_users, n_items)``.

    The input is the history at unit length, as the network reads it, and the baseline is an empty one.
    """
    method = {"input x gradient": explain.input_x_gradient, "integrated gradients": explain.integrated_gradients}[way]
    rows, found = functional.normalize(torch.from_numpy(histories().matrix().toarray()), dim=1), []
    for user, row in enumerate(rows):

        def score(given: Tensor, wanted: int = int(target[user])) -> Tensor:
            return model.model_(given)[:, wanted]

        found.append(method(score, row.unsqueeze(0))[0].numpy())
    return np.stack(found)


def attention_reasons(model: SASRec) -> dict[str, np.ndarray]:
    """Attention of the place that predicts to the films before it: of each layer, and rolled out through all."""
    encoder, log = model.model_, histories()
    from recbook.data.histories import sentences_in_time

    rows, last = model._as_read(sentences_in_time(log))
    n = int(last.max()) + 1
    given, weights = torch.from_numpy(rows[:, :n]), []
    with torch.no_grad():
        table = torch.cat([encoder.special[:1], encoder.items(), encoder.special[1:]])
        x = functional.embedding(given, table) + encoder.places[:n]
        for layer in encoder.layers.layers:
            y = layer.norm1(x)
            weights.append(layer.self_attn(y, y, y, attn_mask=encoder.later[:n, :n], need_weights=True)[1])
            x = layer(x, src_mask=encoder.later[:n, :n], is_causal=True)
    everyone = torch.arange(len(given))
    rolled = torch.eye(n).expand(len(given), n, n)
    for layer_weights in weights:
        rolled = (0.5 * layer_weights + 0.5 * torch.eye(n)) @ rolled
    ways = {f"attention, layer {k}": one for k, one in enumerate(weights, 1)} | {"attention rolled out": rolled}
    return {name: _by_item(one[everyone, torch.from_numpy(last)].numpy(), rows[:, :n]) for name, one in ways.items()}


def _by_item(weights: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Weights of places ``(n_users, n)`` as weights of items ``(n_users, n_items)``."""
    found = np.zeros((len(rows), films().train.n_items + 1))
    np.put_along_axis(found, rows, weights, axis=1)
    return found[:, 1:]


@cache
def model_of(name: str) -> Any:
    made: dict[str, Callable[[], Any]] = {
        "item-kNN": ItemKNN, "EASE": EASE, "autoencoder": lambda: Autoencoder(settings=AUTOENCODER),
        "SASRec": lambda: SASRec(settings=SEQUENCE),
    }  # fmt: skip
    return made[name]().fit(films().train)


def ways_of(name: str, target: np.ndarray) -> dict[str, np.ndarray]:
    """The explanations of a model: reasons ``(n_users, n_items)`` by way."""
    model, log = model_of(name), histories()
    counts = np.tile(films().train.item_counts(), (log.n_users, 1))
    ways = {"most rated films": counts, "latest films": explaining.latest_reasons(log),
            "left out one by one": explaining.left_out_reasons(model, log, target)}  # fmt: skip
    if name in ("item-kNN", "EASE"):
        weights = model.similarity_ if name == "item-kNN" else model.weights_
        return ways | {"its own terms": explaining.linear_reasons(weights, target)}
    if name == "autoencoder":
        return ways | {
            way: autoencoder_reasons(model, target, way) for way in ("input x gradient", "integrated gradients")
        }
    return ways | attention_reasons(model)


def removed(name: str) -> dict[str, Any]:
    """How often the first recommendation is lost without the films that an explanation names first, or random ones."""
    model, log = model_of(name), histories()
    target = explaining.first_choices(model, log)
    lost: dict[str, dict[str, float]] = {}
    per_user: dict[str, np.ndarray] = {}
    for way, reasons in ways_of(name, target).items():
        places = explaining.removal(model, log, target, explaining.ordered(reasons, log), COUNTS)
        lost[way] = {str(k): float((place > 1).mean()) for k, place in places.items()}
        per_user[way] = np.mean([place > 1 for place in places.values()], axis=0)
        say(f"{name}, {way}: { {k: round(share, 3) for k, share in lost[way].items()} }")
    drawn = [
        explaining.removal(model, log, target, explaining.ordered(explaining.random_reasons(log, seed), log), COUNTS)
        for seed in range(SEEDS)
    ]
    lost["random films"] = {str(k): float(np.mean([one[k] > 1 for one in drawn])) for k in COUNTS}
    by_chance = np.mean([[place > 1 for place in one.values()] for one in drawn], axis=(0, 1))
    return {
        "ndcg": evaluate(model, films())["ndcg@10"], "lost": lost,
        "more than random": {way: bootstrap(values - by_chance) for way, values in per_user.items()},
        "more than latest": {way: bootstrap(values - per_user["latest films"]) for way, values in per_user.items()},
    }  # fmt: skip


MINUTES = 8
PACKAGES = ("numpy", "scipy", "torch")
SETTINGS = {
    "seeds": SEEDS, "rows": list(ROWS), "enough": ENOUGH, "asked": ASKED, "users": USERS, "history": HISTORY,
    "counts": list(COUNTS), "sequence": {"length": SEQUENCE.length, "epochs": SEQUENCE.epochs},
    "autoencoder": {"epochs": AUTOENCODER.epochs},
}  # fmt: skip
PARTS: dict[str, Any] = {
    "world": {str(seed): lambda seed=seed: world(seed) for seed in range(SEEDS)},
    "bystander": {str(seed): lambda seed=seed: bystander(seed) for seed in range(SEEDS)},
    "captum": captum,
    "removed": {name: lambda name=name: removed(name) for name in ("item-kNN", "EASE", "autoencoder", "SASRec")},
}
