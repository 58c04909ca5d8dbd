"""How long the steps take that every chapter waits for; `recbook bench basics` runs this."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import timeit
from collections.abc import Callable
from pathlib import Path

import recbook
from recbook.data import fetch, leave_one_out
from recbook.evaluation import evaluate
from recbook.models.baselines import EASE, Popularity
from recbook.text import TextEncoder

MINUTES = 1


def seconds(step: Callable[[], object], repeats: int = 1) -> float:
    """The shortest of several runs: what the machine can do when it is not busy with anything else."""
    return min(timeit.repeat(step, number=1, repeat=repeats))


def report(what: str, took: float) -> None:
    print(f"{what:<50}{took * 1000:>10,.0f} ms", flush=True)


def main() -> None:
    report("import recbook, in a new Python", seconds(new_python, 3))
    report("load ml-100k", seconds(lambda: recbook.load("ml-100k"), 3))
    split = leave_one_out(recbook.load("ml-100k"))
    report("fit EASE", seconds(lambda: EASE().fit(split.train), 3))
    model = Popularity().fit(split.train)
    report("evaluate 943 users over 1,682 films", seconds(lambda: evaluate(model, split), 5))
    encode()


def new_python() -> None:
    subprocess.run([sys.executable, "-c", "import recbook"], check=True)


def encode() -> None:
    """Encode the titles with an empty cache of texts, then again; the weights are the ones fetched before."""
    titles = recbook.load("ml-100k").items["display_title"].tolist()
    weights = fetch.ensure("all-MiniLM-L6-v2").parents[1]
    with tempfile.TemporaryDirectory() as cache:
        Path(cache, "data").symlink_to(weights)
        os.environ["RECBOOK_CACHE"] = cache
        report("encode 1,682 titles, PyTorch's start included", seconds(lambda: TextEncoder().encode(titles)))
        report("encode them again, from the cache", seconds(lambda: TextEncoder().encode(titles), 3))


if __name__ == "__main__":
    main()
