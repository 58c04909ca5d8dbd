"""One job alone, by Ray on one and two workers, and with a worker killed while it works (chapter 12).

`recbook experiment scaling` runs this; it needs Ray's environment (`make ray`).
The functions are the same in all cases and know nothing of Ray (`recbook.peer.jobs`). Seconds are wall time, the
shortest of the repeats: where other programs share the cores they say little, and only the differences between the
vectors, the processes and the parts that were begun again are exact.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import recbook
from recbook.data import leave_one_out, prepare
from recbook.data.shop import item_texts
from recbook.evaluation import evaluate
from recbook.experiments import CannotMeasureError, say
from recbook.models import EASE
from recbook.peer import jobs, many
from recbook.text import TextEncoder

TEXTS, SIZE = 1024, 32
USERS = 50  # users a part
REPEATS = 2


def embedding() -> dict[str, Any]:
    """Texts of the shop's products by MiniLM in ONNX."""
    of_torch = TextEncoder().encode(texts())
    found, values = spread(jobs.embed, many.parts_of(texts(), SIZE), file=jobs.encoder_file())
    return {"texts": TEXTS, "width": values.shape[1], "difference_to_torch": largest(values, of_torch)} | found


@cache
def texts() -> list[str]:
    """The first products' texts, each once."""
    shop, _ = prepare.repair(recbook.load("shop"), prepare.SHOP_STEPS)
    return list(dict.fromkeys(item_texts(shop.items, ["category", "type", "brand", "size"])))[:TEXTS]


def evaluation() -> dict[str, Any]:
    """NDCG@10 of EASE for every user of MovieLens-100K, and whether it is what `evaluate` gives."""
    split = leave_one_out(recbook.load("ml-100k"))
    model = EASE().fit(split.train)
    report = evaluate(model, split)
    with tempfile.TemporaryDirectory() as made:
        users = jobs.write_judge(model, split, Path(made))
        found, values = spread(jobs.judge, many.parts_of(users.tolist(), USERS), folder=made)
    return {
        "users": len(users),
        "ndcg@10": float(values.mean()),
        "difference_to_evaluate": largest(values, report.per_user["ndcg@10"][users]),
    } | found


def spread(job: Callable[..., np.ndarray], parts: Sequence[list], **same: Any) -> tuple[dict[str, Any], np.ndarray]:
    """The job in all four ways, and its values alone."""
    if not many.available():
        raise CannotMeasureError("Ray has no environment. Run: make ray")
    many.alone(job, parts[:1], **same)  # opens the model
    timed = [seconds_of(lambda: many.alone(job, parts, **same)) for _ in range(REPEATS)]
    values, found = timed[0][0], {"parts": len(parts), "alone": {"seconds": min(one[1] for one in timed)}}
    say(f"alone: {found['alone']}")
    for name, workers, kill in (("1", 1, False), ("2", 2, False), ("killed", 2, True)):
        found[name] = by_ray(job, parts, values, workers, kill, same)
        say(f"{name}: {found[name]}")
    return found, values


def seconds_of(work: Callable[[], np.ndarray]) -> tuple[np.ndarray, float]:
    start = time.perf_counter()
    return work(), time.perf_counter() - start


def by_ray(
    job: Callable[..., np.ndarray], parts: Sequence[list], values: np.ndarray, workers: int, kill: bool,
    same: Mapping[str, Any],
) -> dict[str, Any]:  # fmt: skip
    """The fastest of the repeats; the difference is the largest of all."""
    runs = [many.run(job, parts, workers, kill, **same) for _ in range(REPEATS)]
    best = min(runs, key=lambda one: one.seconds)
    return {
        "seconds": best.seconds,
        "start_seconds": min(one.facts["start_seconds"] for one in runs),
        "workers": [len({process for by in one.facts["begun_by"] for process in by}) for one in runs],
        "begun_again": [len(one.again) for one in runs],
        "difference": max(largest(one.values, values) for one in runs),
    }


def largest(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.abs(a - b).max())


MINUTES = 10
PACKAGES = ("numpy", "scipy", "onnxruntime", "tokenizers")
PARTS = {"embedding": embedding, "evaluation": evaluation}
SETTINGS = {"texts": TEXTS, "size": SIZE, "users": USERS, "repeats": REPEATS, "ray": "2.60.0"}
