"""Libraries of recommenders beside the course: what installing each would change, and one of them on the course's task.

`recbook experiment libraries` runs this (chapter 13). It needs a network, and python3.11, python3.12 and python3.13.

* installing: `pip install --dry-run --report` of each library, by Python. pip decides by what is installed, and reads
  that from the folders `*.dist-info`. So each answer is asked for in an empty environment that got copies of those
  folders, of the packages that requirements.lock names: pip meets the course's versions, and can change nothing.
* released: the month in which the version that Python 3.13 gets (of RecBole the newest) came to the index, by
  `pip download --uploaded-prior-to`.
* cornac: Cornac installed in an environment of its own that sees the course's packages. Its EASE with its defaults,
  and asked for what the course's EASE does; its BPR, 64 numbers a film, with one change of its defaults.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import recbook
from recbook.data import leave_one_out
from recbook.data.histories import recency
from recbook.evaluation import evaluate, evaluate_scores, truth
from recbook.experiments import CannotMeasureError, measured, say
from recbook.models import EASE
from recbook.paths import course_root
from recbook.vectors import unit

LIBRARIES = ("recbole", "cornac", "keras-rs", "implicit", "torchrec", "lenskit", "rectools", "replay-rec")
PYTHONS = ("3.11", "3.12", "3.13")
HALF_LIFE = 2.0
BPR = {"k": 64, "max_iter": 50, "learning_rate": 0.05, "lambda_reg": 0.01, "seed": 0, "num_threads": 1}

MINUTES = 15
PACKAGES = ("numpy", "pandas", "scipy", "torch", "scikit-learn")
SETTINGS = {"libraries": LIBRARIES, "pythons": PYTHONS, "half_life": HALF_LIFE, "bpr": BPR}
PARTS = {
    "installing": {
        "3.11": lambda: installing("3.11"),
        "3.12": lambda: installing("3.12"),
        "3.13": lambda: installing("3.13"),
    },
    "exactly": lambda: exactly(),
    "released": lambda: released(),
    "cornac": lambda: cornac(),
}


# What pip would do


def installing(python: str) -> dict[str, dict[str, Any]]:
    """For each library the version that pip would take, and what it would add and change beside it."""
    with copied(python) as (command, here):
        found = {}
        for library in LIBRARIES:
            say(f"{library} on {python}")
            done = asked(command, library)
            found[library] = told(library, done, here) if done else {"version": None}
        return found


def exactly() -> dict[str, bool]:
    """By Python, whether pip finds what RecBole 1.2.1 asks for, when this version is named."""
    found = {}
    for python in PYTHONS:
        with copied(python) as (command, _):
            found[python] = asked(command, "recbole==1.2.1") is not None
    return found


def asked(command: list[str], requirement: str) -> list[dict[str, Any]] | None:
    """What a dry run would install, or None where nothing fits."""
    with tempfile.TemporaryDirectory() as made:
        report = Path(made) / "report.json"
        flags = ["install", "--dry-run", "--quiet", "--report", str(report)]
        done = subprocess.run([*command, *flags, requirement], capture_output=True, text=True)
        return None if done.returncode else json.loads(report.read_text(encoding="utf-8"))["install"]


def told(library: str, packages: list[dict[str, Any]], here: dict[str, str]) -> dict[str, Any]:
    """The library's version, the names that would be added, and of those that would change both versions."""
    would = {canonicalize_name(one["metadata"]["name"]): one["metadata"]["version"] for one in packages}
    own = next(one["metadata"] for one in packages if canonicalize_name(one["metadata"]["name"]) == library)
    return {
        "version": would.pop(library),
        "asks": own.get("requires_python", ""),
        "adds": sorted(name for name in would if name not in here),
        "changes": {name: [here[name], to] for name, to in sorted(would.items()) if name in here},
    }


@contextmanager
def copied(python: str) -> Iterator[tuple[list[str], dict[str, str]]]:
    """An empty environment of this Python that tells pip it had the course's packages: pip's command, and versions."""
    found = shutil.which(f"python{python}")
    if not found:
        raise CannotMeasureError(f"there is no python{python}")
    with tempfile.TemporaryDirectory() as made:
        subprocess.run([found, "-m", "venv", made], check=True)
        home = Path(made)
        command = [str(home / "bin" / "python"), "-m", "pip"]
        subprocess.run([*command, "install", "--quiet", "--upgrade", "pip"], check=True)
        site = next(home.glob("lib/python*/site-packages"))
        versions = {}
        for package in of_the_lock():
            versions[canonicalize_name(package.metadata["Name"])] = package.version
            folder = Path(str(package._path))  # type: ignore[attr-defined]
            shutil.copytree(folder, site / folder.name, dirs_exist_ok=True)
        yield command, versions


def of_the_lock() -> list[metadata.Distribution]:
    """Those packages of this environment that requirements.lock names for this machine."""
    lines = (course_root() / "requirements.lock").read_text(encoding="utf-8").splitlines()
    named = [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]
    return [metadata.distribution(one.name) for one in named if not one.marker or one.marker.evaluate()]


def released() -> dict[str, str]:
    """The month of each library's release, such as "2026-09"."""
    found = measured("libraries", "installing/3.13")
    newest = {library: of["version"] for library, of in found.items()} | {"recbole": "1.2.1"}
    with copied("3.13") as (command, _):
        return {library: month(command, f"{library}=={version}") for library, version in newest.items()}


def month(command: list[str], pinned: str) -> str:
    """The first month after which the index has this version, found by halving."""
    ends = [(year, number) for year in range(2023, 2028) for number in range(1, 13)]
    low, high = 0, len(ends) - 2
    while low < high:
        middle = (low + high) // 2
        year, number = ends[middle + 1]  # before the first day of the next month
        low, high = (low, middle) if is_there(command, pinned, f"{year}-{number:02}-01") else (middle + 1, high)
    return "{}-{:02}".format(*ends[low])


def is_there(command: list[str], pinned: str, before: str) -> bool:
    """Whether the index had a file of this version before that day."""
    with tempfile.TemporaryDirectory() as made:
        flags = ["download", "--quiet", "--no-deps", "--dest", made, "--uploaded-prior-to", f"{before}T00:00:00Z"]
        return subprocess.run([*command, *flags, pinned], capture_output=True).returncode == 0


# Cornac on the task


def cornac() -> dict[str, Any]:
    """Runs `of_cornac` in an environment that has Cornac, and beside it the course's packages."""
    with tempfile.TemporaryDirectory() as made:
        subprocess.run([sys.executable, "-m", "venv", made], check=True)
        site = next(Path(made).glob("lib/python*/site-packages"))
        own = next(Path(path) for path in sys.path if path.endswith("site-packages"))
        (site / "course.pth").write_text(f"{own}\n{course_root()}\n", encoding="utf-8")
        python = str(Path(made) / "bin" / "python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", "cornac==3.0.1"], check=True)
        done = subprocess.run(
            [python, "-P", __file__, "cornac"], stdout=subprocess.PIPE, text=True, check=True,
            env={**os.environ, "PYTHONPATH": str(course_root())},
        )  # fmt: skip
    return dict(json.loads(done.stdout.splitlines()[-1]))


def of_cornac() -> dict[str, Any]:
    """NDCG@10 on the test films, and for EASE how many users get the NDCG@10 of the course's EASE."""
    from cornac import models  # type: ignore[import-not-found]

    split = leave_one_out(recbook.load("ml-100k"))
    ours = evaluate(EASE(), split, reads="train").per_user["ndcg@10"]
    found: dict[str, Any] = {"EASE here": {"ndcg": ours.mean(), "per_user": ours.tolist()}}
    stars, ones = (as_cornac(split.train, values) for values in (split.train.rating, np.ones(split.train.n)))
    asked_for = {
        "EASE, defaults": (models.EASE(verbose=False), stars),
        "EASE, no stars": (models.EASE(verbose=False), ones),
        "EASE, our penalty": (models.EASE(lamb=250.0, verbose=False), ones),
        "EASE, all weights": (models.EASE(lamb=250.0, posB=False, verbose=False), ones),
    }
    for name, (model, data) in asked_for.items():
        scores = judged(scores_of(model.fit(data), data, split), split)
        same = int(np.isclose(scores, ours, atol=1e-6).sum())
        found[name] = {"ndcg": scores.mean(), "same": same, "per_user": scores.tolist()}
    model = models.BPR(**BPR, verbose=False).fit(ones)
    vectors = np.zeros((split.train.n_items, BPR["k"]), np.float32)
    vectors[list(ones.item_ids)] = model.i_factors[: ones.num_items]
    rows = unit(vectors)
    weights = {"last films": recency(split.history(), HALF_LIFE), "plain mean": recency(split.history(), None)}
    found["BPR"] = {"ndcg": judged(scores_of(model, ones, split), split).mean()}
    found["BPR"] |= {name: judged((w @ rows) @ rows.T, split).mean() for name, w in weights.items()}
    return found


def as_cornac(log: Any, values: Any) -> Any:
    """The log in Cornac's shape: triples of user, item and value."""
    from cornac.data import Dataset

    return Dataset.build(
        list(zip(log.user.tolist(), log.item.tolist(), np.asarray(values, float).tolist(), strict=True)), seed=0
    )


def scores_of(model: Any, data: Any, split: Any) -> np.ndarray:
    """Cornac numbers users and items as it meets them: its scores on our rows and columns, -1e9 where it has none."""
    scores = np.full((split.train.n_users, split.train.n_items), -1e9, np.float32)
    items = list(data.item_ids)
    for row, user in enumerate(data.user_ids):
        scores[user, items] = model.score(row)[: len(items)]
    return scores


def judged(scores: np.ndarray, split: Any) -> np.ndarray:
    """NDCG@10 by user, by the course's protocol."""
    return evaluate_scores(scores, truth(split), exclude=split.history().matrix()).per_user["ndcg@10"]


if __name__ == "__main__" and sys.argv[1:] == ["cornac"]:
    print(json.dumps(of_cornac()))
