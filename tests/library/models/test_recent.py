"""The one "EASE, last films" and the one "item-kNN, last films" of the course, and how they are chosen."""

from __future__ import annotations

import re

import pytest

from recbook import paths
from recbook.data import Split, leave_one_out
from recbook.evaluation import evaluate
from recbook.models import EASE, ItemKNN

HALF_LIVES = (2.0, 4.0, 8.0, 16.0)


@pytest.fixture(scope="module")
def split(movielens) -> Split:
    return leave_one_out(movielens)


def ndcg(model, split, half_life, on="valid"):
    model.half_life = half_life
    return evaluate(model, split, on=on)["ndcg@10"]


def test_ease_keeps_its_penalty_and_has_the_half_life_that_validation_prefers(split):
    recent, plain = EASE.recent(), EASE().fit(split.train)
    assert (recent.l2, recent.half_life) == (plain.l2, 8.0)
    by_half_life = {half_life: ndcg(plain, split, half_life) for half_life in HALF_LIVES}
    assert max(by_half_life, key=by_half_life.get) == recent.half_life
    assert ndcg(plain, split, recent.half_life, "test") == pytest.approx(0.1009, abs=5e-5)


def test_item_knn_has_the_shrinkage_and_the_half_life_that_validation_prefers(split):
    recent = ItemKNN.recent()
    models = {shrink: ItemKNN(shrink=shrink).fit(split.train) for shrink in (10.0, 50.0)}
    grid = {(shrink, h): ndcg(model, split, h) for shrink, model in models.items() for h in HALF_LIVES}
    assert max(grid, key=grid.get) == (recent.shrink, recent.half_life)
    assert ndcg(models[10.0], split, 2.0, "test") == pytest.approx(0.1060, abs=5e-5)


def test_no_chapter_and_no_experiment_has_one_of_its_own():
    of_its_own = re.compile(r"(?:EASE|ItemKNN)\([^()]*half_life=\d")
    files = [
        *(paths.course_root() / "notebooks" / "source").glob("*.py"),
        *(paths.course_root() / "experiments").glob("*.py"),
    ]
    assert len(files) > 15
    assert [file.name for file in files if of_its_own.search(file.read_text(encoding="utf-8"))] == []
