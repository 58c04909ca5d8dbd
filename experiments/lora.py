"""LoRA on the last two layers of MiniLM beside the other depths of fine-tuning, and what it saves (chapter 16).

`recbook experiment lora` runs this. Films are hidden, and settings chosen, as in `experiments/features.py`: as many
settings, on the same two hidden sets, which are not reported.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from functools import cache, partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from recbook.data import store
from recbook.evaluation import evaluate
from recbook.evaluation.compare import bootstrap_over_sets, sets_won
from recbook.experiments import load, measured, say
from recbook.models.contrastive import Contrastive, TopLayer, n_trainable, states_below, step_loss, steps_of
from recbook.text import lee, lora

features = load("features")

METRIC = "ndcg@10"
# The rates are ten times those of the full last layer: a common rule for LoRA (Schulman et al. 2025).
LORA: dict[str, Any] = {
    "layers": 2, "names": ["query", "value"], "rank": 8, "alpha": 8.0,
    "rates": [1e-3, 3e-3, 1e-2], "temperatures": features.TUNING["temperatures"],
}  # fmt: skip
BESIDE = ("frozen", "linear", "mlp", "layer")
TIMED = {"steps": 12, "left out": 2}


@cache
def lower() -> tuple[Any, Any]:
    """Token vectors of the titles below the last two layers, and these two."""
    bench = features.the_bench()
    return states_below(bench.titles, bench.encoder, LORA["layers"])


def two_layers() -> TopLayer:
    states, stack = lower()
    return TopLayer(stack, states, features.the_bench().centre)


def lora_tower() -> nn.Module:
    return lora.add(two_layers(), LORA["names"], LORA["rank"], LORA["alpha"])


def model(rate: float, temperature: float, **more: Any) -> Contrastive:
    fixed = {key: features.TUNING[key] for key in ("steps", "batch_size")}
    return Contrastive(lora_tower, rate=rate, temperature=temperature, **(fixed | more))


# Choosing


def grid() -> dict[str, dict[str, float]]:
    pairs = product(LORA["rates"], LORA["temperatures"])
    return {f"rate {rate:g}, temperature {t:g}": {"rate": rate, "temperature": t} for rate, t in pairs}


def try_setting(setting: dict[str, float]) -> float:
    """NDCG@10 of one setting on the two hidden sets to choose by."""
    sets = [hidden(seed) for seed in features.TUNING["hidden_sets_to_choose"]]
    found = float(np.mean([part.judge(model(**setting).fit(part.train))[METRIC] for part in sets]))
    say(f"{setting} {found:.4f}")
    return found


def chosen() -> dict[str, float]:
    """The setting that was best."""
    return grid()[max(grid(), key=lambda name: measured("lora", f"hidden/tried/{name}"))]


@cache
def hidden(seed: int) -> Any:
    return features.Hidden(features.the_bench().ratings, seed)


def other(depth: str) -> Contrastive:
    """Another depth with the setting that `recbook experiment features` chose for hidden films."""
    if depth == "frozen":
        return features.the_bench().model("frozen")
    stored = measured("features", "tuning")[depth]["hidden"]
    return features.the_bench().model(depth, stored["rate"], stored["temperature"])


# Judging


def measure_hidden() -> dict[str, Any]:
    """The five hidden sets: every depth with the setting chosen for hidden films, and LoRA less each other."""
    sets = [hidden(seed) for seed in features.TUNING["hidden_sets"]]
    setting = chosen()
    makers: dict[str, Callable[[], Contrastive]] = {"lora": lambda: model(**setting)}
    makers |= {depth: partial(other, depth) for depth in BESIDE}
    each = {}
    for name, make in makers.items():
        each[name] = np.array([part.judge(make().fit(part.train)).per_user[METRIC] for part in sets])
        say(f"hidden {name} {np.nanmean(each[name], axis=1).round(4)}")
    return setting | {
        "ndcg": {name: np.nanmean(rows, axis=1) for name, rows in each.items()},
        "lora less": {
            name: {"interval": bootstrap_over_sets(each["lora"], each[name]), "won": sets_won(each["lora"], each[name])}
            for name in BESIDE
        },
    }


def measure_known() -> dict[str, Any]:
    """The test films, with the settings chosen for hidden ones: every depth, and LoRA less each other."""
    bench, setting = features.the_bench(), chosen()
    fits = {"lora": model(**setting)} | {depth: other(depth) for depth in BESIDE}
    seconds = {name: cpu_seconds(fit) for name, fit in fits.items()}
    reports = {name: evaluate(fit, bench.split) for name, fit in fits.items()}
    found = setting | {
        "cpu seconds": seconds, "losses": np.array(fits["lora"].losses_)[4::5], "lee": agreement(fits["lora"].tower_),
        "ndcg": {name: report[METRIC] for name, report in reports.items()},
        "interval": reports["lora"].interval(METRIC),
        "lora less": {depth: reports["lora"].difference(reports[depth], METRIC) for depth in BESIDE},
    }  # fmt: skip
    say(f"known films: {found}")
    return found


# The same two layers in full, and settings for known films


def two_layers_model(rate: float, temperature: float) -> Contrastive:
    fixed = {key: features.TUNING[key] for key in ("steps", "batch_size")}
    return Contrastive(two_layers, rate=rate, temperature=temperature, **fixed)


def full_grid() -> dict[str, dict[str, float]]:
    pairs = product(features.TUNING["layer_rates"], features.TUNING["temperatures"])
    return {f"rate {rate:g}, temperature {t:g}": {"rate": rate, "temperature": t} for rate, t in pairs}


def try_full(setting: dict[str, float]) -> float:
    """As `try_setting`, both layers in full."""
    sets = [hidden(seed) for seed in features.TUNING["hidden_sets_to_choose"]]
    found = float(np.mean([part.judge(two_layers_model(**setting).fit(part.train))[METRIC] for part in sets]))
    say(f"two layers, {setting} {found:.4f}")
    return found


def judge_full() -> dict[str, Any]:
    """The five hidden sets: both layers in full, and LoRA less them, paired by user."""
    sets = [hidden(seed) for seed in features.TUNING["hidden_sets"]]
    setting = full_grid()[max(full_grid(), key=lambda name: measured("lora", f"two layers/tried/{name}"))]
    one, other = (
        np.array([part.judge(make().fit(part.train)).per_user[METRIC] for part in sets])
        for make in (partial(model, **chosen()), partial(two_layers_model, **setting))
    )
    say(f"two layers {setting}: {np.nanmean(other, axis=1).round(4)}, LoRA {np.nanmean(one, axis=1).round(4)}")
    return setting | {
        "ndcg": np.nanmean(other, axis=1), "lora less": bootstrap_over_sets(one, other), "won": sets_won(one, other),
    }  # fmt: skip


def try_known(setting: dict[str, float]) -> float:
    """NDCG@10 of one setting of LoRA on the validation films."""
    bench = features.the_bench()
    found = evaluate(model(**setting).fit(bench.split.train), bench.split, on="valid")[METRIC]
    say(f"known films, {setting} {found:.4f}")
    return found


def judge_known() -> dict[str, Any]:
    """The test films: LoRA and the full last layer, each with the setting that validation films chose."""
    bench = features.the_bench()
    setting = grid()[max(grid(), key=lambda name: measured("lora", f"known films/tried/{name}"))]
    layer = measured("features", "tuning")["layer"]["warm"]
    fits = {"lora": model(**setting), "layer": bench.model("layer", layer["rate"], layer["temperature"])}
    reports = {name: evaluate(fit.fit(bench.split.train), bench.split) for name, fit in fits.items()}
    return setting | {
        "ndcg": {name: report[METRIC] for name, report in reports.items()},
        "lora less layer": reports["lora"].difference(reports["layer"], METRIC),
    }


def cpu_seconds(fit: Contrastive) -> float:
    """Fit on the training films, and say what it took."""
    start = time.process_time()
    fit.fit(features.the_bench().split.train)
    return time.process_time() - start


def agreement(tower: Any) -> float:
    """What is forgotten: agreement with people on 50 short news, as `recbook.text.lee.agreement` measures it."""
    texts, people = lee.read()
    states, _ = states_below(texts, features.the_bench().encoder, LORA["layers"])
    with torch.inference_mode():
        return lee.agreement(tower.read(states, torch.arange(len(texts))).numpy(), people)


# What it saves


def measure_costs() -> dict[str, Any]:
    """Numbers that move, bytes to store and of optimiser memory, CPU seconds a step: LoRA beside three depths."""
    towers = features.the_bench().towers
    made = {"linear": towers["linear"], "layer": towers["layer"], "two layers": two_layers, "lora": lora_tower}
    found = {}
    for name, make in made.items():
        found[name] = costs(make())
        say(f"costs {name} {found[name]}")
    return found


def costs(tower: nn.Module) -> dict[str, float]:
    """Measured on steps like those of the fits, the first few left out; seconds are the median."""
    bench, moving = features.the_bench(), [part for part in tower.parameters() if part.requires_grad]
    optimizer, seconds = torch.optim.Adam(moving, lr=1e-4), []
    for step in steps_of(bench.split.train, features.TUNING["batch_size"], TIMED["steps"]):
        start = time.process_time()
        optimizer.zero_grad()
        step_loss(tower, step, 0.1).backward()
        optimizer.step()
        seconds.append(time.process_time() - start)
    state = [value for one in optimizer.state.values() for value in one.values()]
    return {
        "trainable": n_trainable(tower), "stored bytes": stored_bytes(tower),
        "optimiser bytes": sum(value.numel() * value.element_size() for value in state),
        "seconds a step": float(np.median(seconds[TIMED["left out"] :])),
    }  # fmt: skip


def stored_bytes(tower: nn.Module) -> int:
    """Size of the safetensors file that keeps what has moved."""
    with tempfile.TemporaryDirectory() as folder:
        if lora.adapter(tower):
            lora.save(tower, folder)
        else:
            moved = {name: part.detach().numpy() for name, part in tower.named_parameters() if part.requires_grad}
            store.save(folder, "moved", {}, moved)
        return sum(file.stat().st_size for file in Path(folder).glob("*.safetensors"))


MINUTES = 35
PACKAGES = ("numpy", "torch", "transformers")
SETTINGS = {
    "lora": LORA,
    "timed": TIMED,
    "tuning": {key: value for key, value in features.TUNING.items() if key != "looks"},
}
PARTS: dict[str, Any] = {
    "costs": measure_costs,
    "hidden": {
        "tried": {name: partial(try_setting, setting) for name, setting in grid().items()},
        "judged": measure_hidden,
        "on known films": measure_known,
    },
    "two layers": {
        "tried": {name: partial(try_full, setting) for name, setting in full_grid().items()},
        "judged": judge_full,
    },
    "known films": {
        "tried": {name: partial(try_known, setting) for name, setting in grid().items()},
        "judged": judge_known,
    },
}
