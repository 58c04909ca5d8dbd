"""What models give away about people, and what it costs to give away less (chapter 14).

`recbook experiment privacy` runs this.
Private models are fitted on the training films of each user, with noise for the whole user; how to clip, how many films
to keep and the penalty are chosen on validation films for each ε (which a release would have to pay for, too). A user's
own list is made from the own history, at home. opacus is used as a check alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from functools import cache, partial
from importlib import metadata
from itertools import product
from typing import Any

import numpy as np
import torch
from scipy import sparse
from torch import Tensor, nn

import recbook
from recbook.data import Interactions, Split, leave_one_out
from recbook.data.prepare import genre_table
from recbook.evaluation import Report, evaluate, evaluate_scores
from recbook.experiments import CannotMeasureError, say
from recbook.models import EASE, ItemKNN, Popularity, TowerSettings
from recbook.models.autoencoder import (
    Autoencoder,
    AutoencoderSettings,
    history_loss,
    made,
    scores_of,
    train,
    with_something,
)
from recbook.models.baselines import ease_weights
from recbook.models.dot import DotRecommender
from recbook.models.erasable import ErasableEASE
from recbook.privacy.attack import auc, auc_interval, epsilon_at_least, gram_of_ease
from recbook.privacy.federated import clients_of, federated_average
from recbook.privacy.gradients import clipped_sum, private_gradient, step_multiplier
from recbook.privacy.mechanism import Budget, clip_rows, gaussian_delta, gaussian_sigma, private_counts, private_gram

NDCG = "ndcg@10"
SEEDS = 5
DELTA = 1e-5
PROMISES = (0.25, 1.0, 4.0, 16.0, 64.0)
COUNT_CLIPS = (1.0, 6.0, 10.0)  # nobody's row is shorter than 4, so any length below that gives the same list
GRAM_CLIPS = (1.0, 8.0)
KEPT = (100, 300, 1000)  # how many of the films that the private counts put first EASE is fitted on
PENALTIES = (4.0, 16.0, 64.0, 256.0)  # times the square of the clipping length
COUNTS_SHARE = 0.1
SHOWN_RUNS = 20_000  # of the audit, with and without
SMALL = AutoencoderSettings(epochs=30)
CLIENTS, LOCAL, MORE = 10, 1, 90  # MORE: rounds; a client's epoch has fewer steps than one of all rows
STEPS, RATES, STEP_CLIPS = 30, (0.03, 0.1), (0.1,)
NARROW = 8  # the width of the autoencoder that learns from private gradients


@cache
def films() -> Split:
    return leave_one_out(recbook.load("ml-100k"))


@cache
def rows() -> sparse.csr_array:
    return films().train.matrix()


def judged(scores: np.ndarray, on: str = "test") -> Report:
    """Scores made from the history that ``on`` allows, all users: a report."""
    split = films()
    return evaluate_scores(scores.astype(np.float32), split.wanted(on), exclude=split.masked(on))


def for_all(scores: np.ndarray) -> np.ndarray:
    return np.tile(scores, (rows().shape[0], 1))


# Differential privacy: popularity and EASE


def baselines() -> dict[str, Any]:
    """The same models without noise, and what clipping alone costs."""
    found: dict[str, Any] = {}
    for name, model in {"popularity": Popularity(), "EASE": EASE()}.items():
        report = evaluate(model.fit(films().train), films())
        found[name] = {"test": report[NDCG], "interval": report.interval(NDCG)}
    clipped = {str(clip): clip_rows(rows(), clip) for clip in GRAM_CLIPS}
    history = films().history("test").matrix()
    found["clipped, no noise"] = {
        clip: {
            "popularity": judged(for_all(part.sum(axis=0)))[NDCG],
            "EASE": judged(history @ ease_weights((part.T @ part).toarray(), 4 * float(clip) ** 2))[NDCG],
        }
        for clip, part in clipped.items()
    }  # fmt: skip
    return found


def private_popularity(epsilon: float) -> dict[str, Any]:
    """The clipping length is chosen on validation with noise that the test never uses."""
    budget = Budget(epsilon, DELTA)

    def ndcg(clip: float, seed: int, on: str) -> Report:
        return judged(for_all(private_counts(rows(), clip, budget, np.random.default_rng([seed, 1]))), on)

    levels = {
        clip: float(np.mean([ndcg(clip, 100 + seed, "valid")[NDCG] for seed in range(3)])) for clip in COUNT_CLIPS
    }
    clip = max(levels, key=lambda key: levels[key])
    return {"clip": clip, "levels": {str(key): value for key, value in levels.items()}} | of_seeds(
        [ndcg(clip, seed, "test") for seed in range(SEEDS)]
    )


def of_seeds(reports: list[Report]) -> dict[str, Any]:
    """The test's mean by seed, and of each user's mean over seeds the interval and its distances to the baselines."""
    together = Report({NDCG: np.mean([report.per_user[NDCG] for report in reports], axis=0)})
    popular = evaluate(Popularity().fit(films().train), films())
    return {
        "seeds": [report[NDCG] for report in reports], "interval": together.interval(NDCG),
        "less popularity": together.difference(popular, NDCG),
    }  # fmt: skip


def private_parts(clip: float, kept: int, budget: Budget, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Private counts of all films, the films that they put first, and these films' private Gram matrix."""
    rng = np.random.default_rng([seed, 2])
    counts = private_counts(rows(), clip, budget, rng, share=COUNTS_SHARE)
    top = np.sort(np.argsort(-counts)[:kept])
    return counts, top, private_gram(rows()[:, top], clip, budget, rng, share=1 - COUNTS_SHARE)


def positive(gram: np.ndarray) -> np.ndarray:
    """The nearest matrix without negative eigenvalues. What is done to a private value after the noise is free."""
    values, vectors = np.linalg.eigh(gram)
    return (vectors * np.maximum(values, 0)) @ vectors.T


def ease_scores(counts: np.ndarray, top: np.ndarray, gram: np.ndarray, l2: float, on: str) -> np.ndarray:
    """EASE's scores on the films that were kept, above all others, which stand in the order of the counts."""
    history = films().history(on).matrix()
    scores = for_all(counts * 1e-6 - 1e6)
    scores[:, top] = history[:, top] @ ease_weights(gram, l2)
    return scores


def private_ease(epsilon: float) -> dict[str, Any]:
    budget = Budget(epsilon, DELTA)
    levels = {}
    for clip, kept in product(GRAM_CLIPS, KEPT):
        drawn = [private_parts(clip, kept, budget, seed) for seed in (100, 101)]
        safe = [(counts, top, positive(gram)) for counts, top, gram in drawn]
        for l2 in PENALTIES:
            found = [judged(ease_scores(*one, l2 * clip**2, "valid"), "valid")[NDCG] for one in safe]
            levels[clip, kept, l2] = float(np.mean(found))
    clip, kept, l2 = max(levels, key=lambda key: levels[key])
    say(f"EASE, ε {epsilon:g}: clip {clip:g}, {kept} films, penalty {l2:g}: {levels[clip, kept, l2]:.4f}")
    reports = []
    for seed in range(SEEDS):
        counts, top, gram = private_parts(clip, kept, budget, seed)
        reports.append(judged(ease_scores(counts, top, positive(gram), l2 * clip**2, "test")))
    return {
        "chosen": {"clip": clip, "kept": kept, "penalty": l2}, "valid": levels[clip, kept, l2],
        "valid by films kept": {str(n): max(v for key, v in levels.items() if key[1] == n) for n in KEPT},
    } | of_seeds(reports)  # fmt: skip


def formulas() -> dict[str, Any]:
    """The noise by both formulas, and the δ that the older one really gives."""
    sigmas = {}
    for epsilon in (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 64.0):
        old = float(np.sqrt(2 * np.log(1.25 / DELTA)) / epsilon)
        sigmas[f"{epsilon:g}"] = {
            "analytic": gaussian_sigma(epsilon, DELTA), "classical": old, "its delta": gaussian_delta(old, epsilon),
        }  # fmt: skip
    return sigmas


def audit() -> dict[str, Any]:
    """An attacker who knows everybody but one user looks at private counts: what ε can be proved?

    The rule is fixed on other runs. The controls are noise of half the size, and of a quarter: a user who was to be
    clipped to a length of 1 and has one of 4.
    """
    found: dict[str, Any] = {}
    for epsilon in (0.5, 1.0, 2.0, 4.0):
        sigma = gaussian_sigma(epsilon, DELTA)
        factors = {"as promised": 1.0, "half the noise": 0.5, "a quarter of the noise": 0.25}
        found[f"{epsilon:g}"] = {name: attacked(factor * sigma) for name, factor in factors.items()}
    return found


def attacked(sigma: float, seed: int = 0) -> float:
    """The largest ε that any of some thresholds, fixed on other runs, proves for counts that one user moves by 1.

    What an attacker needs of all counts is their projection on the user's row: one number, of length 1 apart.
    """
    rng = np.random.default_rng(seed)
    tried_with, tried_without = 1 + sigma * rng.normal(size=SHOWN_RUNS), sigma * rng.normal(size=SHOWN_RUNS)
    thresholds = np.linspace(0.5, 1 + 3 * sigma, 40)
    best = max(thresholds, key=lambda t: proved(tried_with > t, tried_without > t))
    with_user, without = 1 + sigma * rng.normal(size=SHOWN_RUNS), sigma * rng.normal(size=SHOWN_RUNS)
    return proved(with_user > best, without > best)


def proved(found: np.ndarray, wrong: np.ndarray) -> float:
    return epsilon_at_least(int(found.sum()), len(found), int(wrong.sum()), len(wrong), DELTA)


# Attacks


def thirds(seed: int, of: int) -> list[np.ndarray]:
    """Three random groups of 0…of - 1."""
    return list(np.array_split(np.random.default_rng([seed, 3]).permutation(of), 3))


def members(kind: str) -> dict[str, Any]:
    """A model is fitted on a third of the users; the attack guesses who they were, from whole histories.

    The control: two groups that the model has seen nothing of.
    """
    attacks, controls, inside, outside = [], [], [], []
    for seed in range(SEEDS):
        one, two, three = thirds(seed, films().train.n_users)
        score = of_histories(kind, films().train.take(np.isin(films().train.user, one)), seed)
        attacks.append(auc(score[one], score[two]))
        controls.append(auc(score[two], score[three]))
        inside.append(score[one])
        outside.append(score[two])
    interval = auc_interval(inside[0], outside[0])
    say(f"members, {kind}: {np.mean(attacks):.3f}, control {np.mean(controls):.3f}")
    return {"attack": attacks, "control": controls, "interval of the first": interval}


KINDS: dict[str, Callable[[], Any]] = {
    "EASE": EASE, "EASE, little penalty": partial(EASE, 10.0), "item-kNN": ItemKNN, "popularity": Popularity,
}  # fmt: skip


def of_histories(kind: str, log: Interactions, seed: int) -> np.ndarray:
    """How well a model fitted on ``log`` knows each history ``(n_users,)``: the higher, the likelier a member."""
    histories = rows()
    if kind == "autoencoder":
        return own_likelihood(Autoencoder(settings=AutoencoderSettings(epochs=40), seed=seed).fit(log).model_)
    scores = KINDS[kind]().fit(log).score(np.arange(log.n_users), films().train)
    scores = scores / np.maximum(np.linalg.norm(scores, axis=1, keepdims=True), 1e-9)
    length = np.sqrt(histories.sum(axis=1))
    return (histories.multiply(scores)).sum(axis=1) / length


def own_likelihood(model: nn.Module) -> np.ndarray:
    given = torch.from_numpy(rows().toarray())
    with torch.inference_mode():
        return -history_loss(model, given, given).numpy()


def pairs() -> dict[str, Any]:
    """Two towers with a vector for each user: which rows were trained on, and which held back? A third each."""
    log, found = films().train, {}
    for epochs in (12, 36):
        attacks, controls = [], []
        for seed in range(3):
            one, two, three = thirds(seed, log.n)
            model = DotRecommender(settings=TowerSettings(text=False, epochs=epochs), seed=seed).fit(
                log.take(np.sort(one))
            )
            scores = model.score(np.arange(log.n_users))
            value = (scores - scores.mean(axis=1, keepdims=True))[log.user, log.item]
            attacks.append(auc(value[one], value[two]))
            controls.append(auc(value[two], value[three]))
        found[str(epochs)] = {"attack": attacks, "control": controls}
        say(f"pairs, {epochs} epochs: {np.mean(attacks):.3f}, control {np.mean(controls):.3f}")
    return found


def read_back() -> dict[str, Any]:
    """The table of counts from EASE's published weights, and whose history stands in it."""
    exact = (rows().T @ rows()).toarray()
    weights = EASE().fit(films().train).weights_
    found = gram_of_ease(weights, 250.0)
    alone = np.flatnonzero(films().train.item_counts() == 1)
    owners = rows()[:, alone].toarray().argmax(axis=0)
    rounded = {}
    for bits, kind in (("float32", np.float32), ("float16", np.float16)):
        table = gram_of_ease(weights.astype(kind).astype(np.float64), 250.0)
        rounded[bits] = {
            "equal": float((np.round(table) == exact).mean()),
            "largest error": float(np.abs(table - exact).max()),
        }
    return {
        "counts": exact.size, "equal": int((np.round(found) == exact).sum()), "users": int(rows().shape[0]),
        "films of one user": len(alone), "users laid open": len(np.unique(owners)),
        "rows right": float(np.mean([(np.round(found[film]) == rows()[[user]].toarray()[0]).all()
                                     for film, user in zip(alone, owners, strict=True)])),
        "by number format": rounded, "who watched what": who_watched_what(exact, alone, owners),
    }  # fmt: skip


def who_watched_what(exact: np.ndarray, alone: np.ndarray, owners: np.ndarray) -> dict[str, Any]:
    """Films of one user: from that film's row, what else did its user watch? AUC, popularity as the control."""
    counts, truth = np.diag(exact), rows()[owners].toarray() > 0
    found: dict[str, list[float]] = {}
    for name, table in {"no noise": exact, **{f"{e:g}": noised(e) for e in PROMISES}}.items():
        found[name] = attack_rows(table[alone], truth, alone)
    found["popularity"] = attack_rows(np.tile(counts, (len(alone), 1)), truth, alone)
    return {name: float(np.mean(values)) for name, values in found.items()}


def noised(epsilon: float) -> np.ndarray:
    return private_gram(rows(), 1.0, Budget(epsilon, DELTA), np.random.default_rng([0, 4]))


def attack_rows(scores: np.ndarray, truth: np.ndarray, alone: np.ndarray) -> list[float]:
    found = []
    for score, had, film in zip(scores, truth, alone, strict=True):
        others = np.arange(truth.shape[1]) != film
        found.append(auc(score[others & had], score[others & ~had]))
    return found


# Federated


def trained_as(kind: str, seed: int, rounds: int = SMALL.epochs) -> dict[str, Any]:
    """One model: on all rows, by ten clients alike or unlike, or each client alone. Epochs are the same."""
    if kind == "central":
        found = told(central(seed))
    else:
        order = (
            by_taste()
            if kind.startswith("unlike")
            else np.random.default_rng([seed, 5]).permutation(films().train.n_users)
        )
        users = clients_of(order, CLIENTS)
        parts = [with_something(rows()[part]) for part in users]
        secret = seed if kind.endswith("secret sums") else None
        found = alone(users, seed, rounds) if kind.endswith("alone") else told(averaged(parts, seed, rounds, secret))
    say(f"federated, {kind}, {seed}: {found['test']:.4f}")
    return found


def central(seed: int) -> nn.Module:
    model = made(films().train.n_items, SMALL.width, seed)
    train(model, with_something(rows()), SMALL, SMALL.epochs, seed)
    return model


def averaged(parts: list[np.ndarray], seed: int, rounds: int, secret: int | None = None) -> nn.Module:
    def at_home(model: nn.Module, part: np.ndarray, number: int) -> None:
        train(model, part, replace(SMALL, batch_size=16), LOCAL, 1000 * seed + number)  # type: ignore[arg-type]

    model = made(films().train.n_items, SMALL.width, seed)
    return federated_average(model, parts, at_home, rounds, secret=secret)


def by_taste() -> np.ndarray:
    """Users in the order of the main direction in which their shares of genres differ."""
    genres = genre_table(films().train.items).to_numpy(float)
    shares = rows() @ genres
    shares = shares / np.maximum(shares.sum(axis=1, keepdims=True), 1)
    direction = np.linalg.svd(shares - shares.mean(axis=0), full_matrices=False)[2][0]
    return np.argsort(shares @ direction, kind="stable")


def alone(users: list[np.ndarray], seed: int, epochs: int) -> dict[str, Any]:
    """Each client's own model, for its own users."""
    values = np.full(films().train.n_users, np.nan)
    for part in users:
        model = made(films().train.n_items, SMALL.width, seed)
        train(model, with_something(rows()[part]), replace(SMALL, batch_size=16), epochs, seed)
        values[part] = report_of(model).per_user[NDCG][part]
    return {"test": float(np.nanmean(values))}


def report_of(model: nn.Module, on: str = "test") -> Report:
    return judged(scores_of(model, films().history(on).matrix()), on)


def told(model: nn.Module) -> dict[str, Any]:
    report = report_of(model)
    return {"valid": report_of(model, "valid")[NDCG], "test": report[NDCG], "interval": report.interval(NDCG)}


# Private gradients


def of_user(forward: Callable[[Tensor], Tensor], row: Tensor) -> Tensor:
    return history_loss(forward, row, row)  # type: ignore[arg-type]


def descended(epsilon: float | None, rate: float, clip: float, seed: int) -> nn.Module:
    """The autoencoder by gradient descent on all users, with the noise of ε or, for None, without."""
    model = made(films().train.n_items, NARROW, seed)
    given, generator = torch.from_numpy(with_something(rows())), torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    for _ in range(STEPS):
        if epsilon is None:
            total = clipped_sum(model, given, of_user, clip)
        else:
            total = private_gradient(
                model, given, of_user, clip, step_multiplier(Budget(epsilon, DELTA), STEPS), generator
            )
        for name, value in model.named_parameters():
            value.grad = total[name] / len(given)
        optimizer.step()
    return model


def private_descent(epsilon: float | None) -> dict[str, Any]:
    levels = {(rate, clip): report_of(descended(epsilon, rate, clip, 100), "valid")[NDCG]
              for rate, clip in product(RATES, STEP_CLIPS)}  # fmt: skip
    rate, clip = max(levels, key=lambda key: levels[key])
    found = {"rate": rate, "clip": clip} | of_seeds([report_of(descended(epsilon, rate, clip, s)) for s in range(3)])
    say(f"descent, ε {epsilon}: {found}")
    return found


def opacus() -> dict[str, Any]:
    """The sum of clipped gradients and the account, beside opacus's own."""
    try:
        from opacus import GradSampleModule
        from opacus.accountants import GaussianAccountant, PRVAccountant
    except ImportError:
        raise CannotMeasureError("opacus is not installed: pip install opacus==1.6.0") from None
    given = torch.from_numpy(with_something(rows())[:40])
    ours = clipped_sum(made(films().train.n_items, NARROW, 0), given, of_user, STEP_CLIPS[0])
    wrapped = GradSampleModule(made(films().train.n_items, NARROW, 0), loss_reduction="sum")
    history_loss(wrapped, given, given).sum().backward()
    parts = {name.removeprefix("_module."): value.grad_sample for name, value in wrapped.named_parameters()}
    lengths = torch.sqrt(sum(part.flatten(1).square().sum(dim=1) for part in parts.values()))
    factor = (STEP_CLIPS[0] / lengths).clamp(max=1.0)
    theirs = {name: torch.einsum("u,u...->...", factor, part) for name, part in parts.items()}
    accounts = {}
    for epsilon in (1.0, 4.0):
        multiplier = step_multiplier(Budget(epsilon, DELTA), STEPS)
        told = {}
        for kind in (GaussianAccountant, PRVAccountant):
            accountant = kind()
            accountant.history = [(multiplier, 1.0, STEPS)]
            told[kind.__name__] = float(accountant.get_epsilon(delta=DELTA))
        accounts[f"{epsilon:g}"] = told
    return {
        "version": metadata.version("opacus"),
        "largest difference": max(float((theirs[name] - ours[name]).abs().max()) for name in ours),
        "size": max(float(value.abs().max()) for value in ours.values()), "clipped": float((factor < 1).float().mean()),
        "epsilon of our noise": accounts,
    }  # fmt: skip


# Forgetting


def forgetting() -> dict[str, Any]:
    """Users deleted from EASE by rank-one updates beside a new fit: the same weights, and how long it takes."""
    start = time.process_time()
    model = ErasableEASE().fit(films().train)
    fitted, found = time.process_time(), {}
    for n in (1, 10, 100):
        users = np.random.default_rng([n, 6]).permutation(films().train.n_users)[:n]
        before = time.process_time()
        after = model.forget(users)
        took = time.process_time() - before
        again = EASE().fit(after.log_)
        found[str(n)] = {
            "seconds": took, "largest difference": float(np.abs(after.weights_ - again.weights_).max()),
            "moved by": float(np.abs(model.weights_ - again.weights_).max()),
        }  # fmt: skip
    return {"fit, seconds": fitted - start, "deleted": found}


def traces(seed: int) -> dict[str, float]:
    """A third of the users is deleted from an autoencoder in three ways; does the attack still find them?

    Two groups are in the training, one is to be forgotten; the third was never there.
    """
    one, two, three = thirds(seed, films().train.n_users)
    settings, found = AutoencoderSettings(epochs=40), {}
    model = made(films().train.n_items, settings.width, seed)
    train(model, with_something(rows()[np.concatenate([one, two])]), settings, settings.epochs, seed)
    found["rows deleted, model kept"] = own_likelihood(model)
    train(model, with_something(rows()[one]), settings, 6, seed)
    found["trained on with the rest"] = own_likelihood(model)
    anew = made(films().train.n_items, settings.width, seed)
    train(anew, with_something(rows()[one]), settings, settings.epochs, seed)
    found["trained anew"] = own_likelihood(anew)
    told_by = {name: auc(value[two], value[three]) for name, value in found.items()}
    say(f"traces, {seed}: {told_by}")
    return told_by


def by_promise(function: Callable[[float], Any]) -> Mapping[str, Callable[[], Any]]:
    return {f"{epsilon:g}": partial(function, epsilon) for epsilon in PROMISES}


MINUTES = 15
PACKAGES = ("numpy", "scipy", "torch")
SETTINGS = {
    "seeds": SEEDS, "delta": DELTA, "promises": list(PROMISES), "count clips": list(COUNT_CLIPS),
    "gram clips": list(GRAM_CLIPS), "kept": list(KEPT), "penalties": list(PENALTIES), "counts' share": COUNTS_SHARE,
    "runs of the audit": SHOWN_RUNS, "autoencoder": asdict(SMALL), "clients": CLIENTS, "local epochs": LOCAL,
    "more rounds": MORE,
    "steps": STEPS, "rates": list(RATES), "step clips": list(STEP_CLIPS), "narrow": NARROW,
}  # fmt: skip
PARTS: dict[str, Any] = {
    "baselines": baselines,
    "formulas": formulas,
    "audit": audit,
    "popularity": by_promise(private_popularity),
    "EASE": by_promise(private_ease),
    "members": {kind: partial(members, kind) for kind in (*KINDS, "autoencoder")},
    "pairs": pairs,
    "read back": read_back,
    "federated": {
        kind: {str(seed): partial(trained_as, kind, seed) for seed in range(SEEDS)}
        for kind in ("central", "alike", "unlike", "alike, each alone", "unlike, each alone")
    },
    "more rounds": {
        kind: {str(seed): partial(trained_as, kind, seed, MORE) for seed in range(2)}
        for kind in ("alike", "unlike", "alike, each alone", "unlike, each alone")
    },
    "secret sums": partial(trained_as, "alike, secret sums", 0),
    "descent": {
        "none": lambda: private_descent(None),
        "1": lambda: private_descent(1.0),
        "16": lambda: private_descent(16.0),
    },
    "opacus": opacus,
    "forgetting": forgetting,
    "traces": {str(seed): partial(traces, seed) for seed in range(SEEDS)},
}
