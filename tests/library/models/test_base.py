"""What every recommender can do: lists with ids and titles, a folder to be saved in, and clear refusals."""

from __future__ import annotations

import inspect
import json
import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import recbook.memory
import recbook.models
from recbook.data import Interactions
from recbook.data.store import ArtifactError
from recbook.models import (
    EASE,
    FeatureRidge,
    GroupPopularity,
    Item2Vec,
    ItemKNN,
    KernelEASE,
    KernelRidge,
    OwnFrequency,
    Popularity,
    ProfileRidge,
    load,
)
from recbook.models.autoencoder import Autoencoder, AutoencoderSettings
from recbook.models.content_tower import ContentTower
from recbook.models.contrastive import Contrastive, Frozen, LinearHead
from recbook.models.dot import DotRecommender
from recbook.models.erasable import ErasableEASE
from recbook.models.fusion import LateFusion
from recbook.models.fusion_tower import FusionTower
from recbook.models.generators import CodeGenerator
from recbook.models.hstu import HSTU
from recbook.models.linear_towers import LinearTowers
from recbook.models.plain_gpt import PlainCodeGenerator
from recbook.models.sequences import BERT4Rec, SASRec, SequenceSettings
from recbook.models.towers import TowerSettings

N_USERS, N_ITEMS = 30, 14
FEATURES = np.random.default_rng(0).normal(size=(N_ITEMS, 4)).astype(np.float32)
PROFILES = np.random.default_rng(1).normal(size=(N_USERS, 3))


@pytest.fixture(scope="module")
def log() -> Interactions:
    """Customers "c-00"… who buy "s-00"…, with repeats; two items of the table were never bought."""
    rng = np.random.default_rng(2)
    user, item = rng.integers(N_USERS, size=300), rng.integers(N_ITEMS - 2, size=300)
    frame = pd.DataFrame({"who": [f"c-{u:02}" for u in user], "sku": [f"s-{i:02}" for i in item], "when": range(300)})
    items = pd.DataFrame({"sku": [f"s-{i:02}" for i in range(N_ITEMS)], "name": [f"Thing {i}" for i in range(N_ITEMS)]})
    return Interactions.from_frame(frame, user="who", item="sku", time="when", items=items, title="name")


SMALL = SequenceSettings(width=8, heads=1, layers=1, length=6, epochs=1, text=False)
CODES, ON_CODES = np.stack([np.arange(N_ITEMS) % 4, np.arange(N_ITEMS) // 4], axis=1), replace(SMALL, text=True)
MAKERS = {
    "Popularity": Popularity,
    "OwnFrequency": lambda: OwnFrequency(half_life=1),
    "ItemKNN": lambda: ItemKNN(k=3, shrink=1.0),
    "ItemKNN, sparse": lambda: ItemKNN(k=3, shrink=1.0, sparse=True),
    "EASE": lambda: EASE(2.0),
    "EASE, last items": lambda: EASE(2.0, half_life=1),
    "ItemKNN, last items": lambda: ItemKNN(k=3, shrink=1.0, half_life=1),
    "FeatureRidge": lambda: FeatureRidge(FEATURES),
    "KernelRidge": lambda: KernelRidge(FEATURES @ FEATURES.T, rank=3, lift=0.2),
    "KernelEASE": lambda: KernelEASE(FEATURES @ FEATURES.T),
    "GroupPopularity": lambda: GroupPopularity(np.arange(N_USERS) % 2),
    "ProfileRidge": lambda: ProfileRidge(PROFILES),
    "ContentTower": lambda: ContentTower(FEATURES, epochs=1, width=4),
    "LateFusion": lambda: LateFusion([KernelRidge(FEATURES @ FEATURES.T, 1.0), Popularity()], [0.5, 0.5]),
    "FusionTower": lambda: FusionTower([FEATURES, FEATURES[:, ::-1]], epochs=1, width=4),
    "Item2Vec": lambda: Item2Vec(dimensions=4, epochs=1),
    "LinearTowers": lambda: LinearTowers(FEATURES, dimensions=3, epochs=1),
    "Contrastive": lambda: Contrastive(lambda: LinearHead(FEATURES), steps=2),
    "two towers": lambda: DotRecommender(FEATURES, TowerSettings(width=4, epochs=1)),
    "two towers, identity": lambda: DotRecommender(settings=TowerSettings(width=4, epochs=1, text=False)),
    "SASRec": lambda: SASRec(settings=SMALL),
    "BERT4Rec": lambda: BERT4Rec(settings=SMALL),
    "SASRec, text": lambda: SASRec(FEATURES, SequenceSettings(width=8, heads=1, layers=1, length=6, epochs=1)),
    "HSTU": lambda: HSTU(settings=SMALL),
    "Autoencoder": lambda: Autoencoder(settings=AutoencoderSettings(width=4, epochs=2)),
    "ErasableEASE": lambda: ErasableEASE(2.0),
    "CodeGenerator": lambda: CodeGenerator(CODES, ON_CODES),
    "PlainCodeGenerator": lambda: PlainCodeGenerator(CODES, ON_CODES),
}
READERS = [
    "OwnFrequency",
    "ItemKNN",
    "ItemKNN, sparse",
    "EASE",
    "EASE, last items",
    "ItemKNN, last items",
    "Item2Vec",
    "LinearTowers",
    "Contrastive",
    "SASRec",
    "BERT4Rec",
    "HSTU",
    "Autoencoder",
    "ErasableEASE",
    "CodeGenerator",
    "PlainCodeGenerator",
]


@pytest.fixture(scope="module")
def models(log):
    return {name: make().fit(log) for name, make in MAKERS.items()}


def test_every_model_is_tried(models):
    given = (getattr(recbook.models, name) for name in recbook.models.__all__)
    able = {made for made in given if hasattr(made, "fit") and not inspect.isabstract(made)}
    assert able == {type(model) for model in models.values()}, "MAKERS, above, makes a small one of every model."


@pytest.mark.parametrize("name", MAKERS)
def test_a_saved_model_is_the_same_model(models, log, name, tmp_path):
    model, users = models[name], np.arange(N_USERS)
    model.save(str(tmp_path / "as text"))
    back = type(model).load(tmp_path / "as text")
    np.testing.assert_array_equal(back.score(users), model.score(users))
    pd.testing.assert_frame_equal(back.recommend(["c-03"], n=4), model.recommend(["c-03"], n=4), check_dtype=False)
    assert type(load(tmp_path / "as text")) is type(model)
    for path in (tmp_path / "as text").iterdir():
        assert path.suffix in (".json", ".safetensors")


@pytest.mark.parametrize("name", MAKERS)
def test_lists_have_ids_and_titles_and_nothing_that_the_user_has(models, log, name):
    shown = models[name].recommend(["c-07", "c-02"], n=3, task="new")
    assert list(shown) == ["user_id", "place", "item_id", "title", "score"]
    assert shown["user_id"].unique().tolist() == ["c-07", "c-02"]
    had = log.frame().groupby("user_id")["item_id"].agg(set)
    for who, rows in shown.groupby("user_id"):
        assert rows["place"].tolist() == [1, 2, 3] and (np.diff(rows["score"]) <= 0).all()
        assert not had[who] & set(rows["item_id"])
    titles = dict(zip(log.items["item_id"], log.items["title"], strict=True))
    assert [titles[item] for item in shown["item_id"]] == shown["title"].tolist()


@pytest.mark.parametrize("name", MAKERS)
def test_every_model_that_says_so_scores_from_the_history_given(models, log, name):
    """One user who met one thing, and then another: only the history tells them apart."""
    mine = np.flatnonzero(log.user == 3)
    one, other = log.take(mine[:1]), log.take(mine[1:])
    scores = [models[name].score(np.array([3]), history) for history in (one, other, None)]
    assert models[name].reads_history == (not np.allclose(scores[0], scores[1]))
    np.testing.assert_array_equal(scores[2], models[name].score(np.array([3]), log))


def test_the_last_items_count_most(log):
    """By hand: with a half-life of 1 the last item weighs 1, the one before it a half, and so on."""
    model = EASE(2.0, half_life=1).fit(log)
    user = 3
    items = log.item[log.user == user]
    weights = np.zeros(N_ITEMS)
    np.add.at(weights, items[::-1], 0.5 ** np.arange(len(items)))
    expected = (weights / weights.sum()) @ model.weights_
    np.testing.assert_allclose(model.score(np.array([user]))[0], expected, atol=1e-5)


@pytest.mark.parametrize("name", [name for name in READERS if name != "OwnFrequency"])  # it reads times, ids have none
def test_a_history_of_item_ids_is_a_user_who_has_them(models, log, name):
    user = 7
    has = log.item_ids[log.of_users([user]).item].tolist()
    mine = models[name].recommend([log.user_ids[user]], n=4)
    theirs = models[name].recommend(history=has, n=4)
    assert theirs["item_id"].tolist() == mine["item_id"].tolist()
    assert "user_id" not in theirs


def test_popularity_lists_for_anybody_and_a_tower_for_its_users_only(models):
    assert set(models["Popularity"].recommend(history=["s-01"])["item_id"]).isdisjoint({"s-01"})
    with pytest.raises(ValueError, match="DotRecommender has no score for a person outside its log"):
        models["two towers"].recommend(history=["s-01"])


@pytest.mark.parametrize("task", ["new", "again", "all"])
def test_a_list_is_of_the_task(models, log, task):
    has = set(log.item_ids[log.of_users([4]).item])
    listed = set(models["EASE"].recommend("c-04", n=N_ITEMS, task=task)["item_id"])
    assert listed == {"new": set(log.item_ids) - has, "again": has, "all": set(log.item_ids)}[task]


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"users": ["c-99", "c-98"]}, KeyError, r"user 'c-99' is not in the log of fit \(2 such users\)"),
        ({"users": 3}, KeyError, "user 3 is not in the log of fit; its ids are text"),
        ({"history": ["s-01", "x"]}, KeyError, "item 'x' is not in the log of fit"),
        ({}, ValueError, "user ids, or history="),
        ({"users": "c-01", "history": ["s-01"]}, ValueError, "user ids, or history="),
        ({"users": "c-01", "task": "old"}, ValueError, "task must be one of"),
    ],
)
def test_recommend_says_what_it_needs(models, arguments, error, says):
    with pytest.raises(error, match=says):
        models["EASE"].recommend(**arguments)


def test_whole_number_ids(tiny):
    model = EASE(1.0).fit(tiny)
    assert model.recommend(30)["item_id"].tolist()[0] in (3, 5)
    assert model.recommend(np.array([30]), n=1)["user_id"].tolist() == [30]
    with pytest.raises(KeyError, match="user '30' is not in the log of fit; its ids are whole numbers"):
        model.recommend("30")
    assert "title" not in model.recommend(30)


# EASE and item-kNN score from the rows of fit, whatever history is given, so they have nothing to refuse.
FOLDING_IN = [name for name in READERS if name not in ("EASE", "ItemKNN", "ItemKNN, sparse")]


@pytest.mark.parametrize("name", FOLDING_IN)
def test_a_history_on_other_ids_is_refused(models, log, name):
    other = Interactions(
        log.user, log.item, None, log.timestamp, log.user_ids, np.array([f"x{i}" for i in range(14)], object)
    )
    with pytest.raises(ValueError, match="as many items as the log of fit, but other ids"):
        models[name].score(np.arange(2), other)


@pytest.mark.parametrize("name", MAKERS)
def test_an_empty_log_is_refused(log, name):
    model = MAKERS[name]()
    with pytest.raises(ValueError, match=rf"{type(model).__name__}.fit: the log is empty"):
        model.fit(log.take(np.zeros(log.n, bool)))


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (FeatureRidge, "features"),
        (KernelRidge, "kernel"),
        (KernelEASE, "kernel"),
        (ProfileRidge, "profiles"),
        (ContentTower, "features"),
        (LinearTowers, "features"),
        (DotRecommender, "item_features"),
        (SASRec, "item_features"),
        (Frozen, "vectors"),
    ],
)
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_row_that_is_no_number_is_refused(make, name, bad):
    table = np.eye(5)
    table[3, 1] = bad
    with pytest.raises(
        ValueError, match=rf"{name} has values that are no finite numbers in 1 of 5 rows, first in row 3"
    ):
        make(table)


def test_a_folder_that_is_not_understood_is_refused(models, tmp_path):
    models["EASE"].save(tmp_path / "ease")
    with pytest.raises(ArtifactError, match=r"holds a recbook.models.baselines.EASE, not a .*Popularity"):
        Popularity.load(tmp_path / "ease")
    manifest = tmp_path / "ease" / "model.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"version": 2}))
    for read in (EASE.load, load):
        with pytest.raises(ArtifactError, match=r"version 2; this program reads 'recbook\.model', version 1"):
            read(tmp_path / "ease")
    with pytest.raises(FileNotFoundError, match="no recommender was saved there"):
        load(tmp_path / "nothing")


class Mine(Popularity):
    """A reader's own model."""


def test_a_model_of_ones_own_is_loaded_by_its_class(log, tmp_path):
    Mine().fit(log).save(tmp_path)
    assert (
        Mine.load(tmp_path).recommend("c-01")["item_id"].tolist()
        == Popularity().fit(log).recommend("c-01")["item_id"].tolist()
    )
    with pytest.raises(ArtifactError, match="no model of recbook"):
        load(tmp_path)


def test_an_unfitted_model_is_not_saved(tmp_path):
    with pytest.raises(RuntimeError, match=r"call \.fit"):
        EASE().save(tmp_path)
    assert not list(tmp_path.iterdir())


# How much memory


def wide(n_items: int) -> Interactions:
    rng = np.random.default_rng(0)
    user, item = rng.integers(50, size=400), rng.integers(n_items, size=400)
    return Interactions(user, item, None, np.arange(400), np.arange(50), np.arange(n_items))


@pytest.mark.parametrize("model", [EASE(), ItemKNN()])
def test_a_table_that_does_not_fit_is_refused_before_it_is_made(model, monkeypatch):
    monkeypatch.setattr(recbook.memory, "available", lambda: 6.0 * 2**30)
    start = time.perf_counter()
    with pytest.raises(
        MemoryError, match=r"on 68,509 items needs about \d+.\d GiB of memory, and 6.0 GiB are free.*sparse"
    ):
        model.fit(wide(68_509))
    assert time.perf_counter() - start < 1


def test_neighbours_in_blocks_are_those_of_the_whole_table(log):
    for k, shrink in ((3, 1.0), (100, 0.0), (1, 50.0)):
        dense, blocks = (ItemKNN(k, shrink, sparse=each).fit(log) for each in (False, True))
        np.testing.assert_array_equal(blocks.similarity_.toarray(), dense.similarity_)
        np.testing.assert_allclose(blocks.score(np.arange(N_USERS)), dense.score(np.arange(N_USERS)), rtol=1e-5)


def test_blocks_meet_at_any_size(log):
    from recbook.vectors import nearest_columns

    whole = nearest_columns(log.matrix(), 3, 1.0)
    np.testing.assert_array_equal(nearest_columns(log.matrix(), 3, 1.0, block=5).toarray(), whole.toarray())


def test_tens_of_thousands_of_items_fit_into_a_sparse_model():
    model = ItemKNN(k=20, sparse=True).fit(wide(68_509))
    assert model.similarity_.shape == (68_509, 68_509) and model.similarity_.nnz < 400 * 20
    assert len(model.recommend(3, n=5)) == 5


def test_free_memory_is_known():
    assert 0 < recbook.memory.available() < 2**50
    recbook.memory.check_memory(1, "A byte")
    with pytest.raises(MemoryError, match="A world needs about"):
        recbook.memory.check_memory(2**60, "A world")


def test_one_user_of_a_long_log_costs_no_sort_of_it():
    rng = np.random.default_rng(0)
    n, n_users, n_items = 200_000, 20_000, 500
    order = np.argsort(user := rng.integers(n_users, size=n), kind="stable")
    log = Interactions(
        user[order], rng.integers(n_items, size=n), None, rng.permutation(n), np.arange(n_users), np.arange(n_items)
    )
    model = SASRec(settings=SMALL)
    model.fit(log.take(np.arange(2000)))
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        model.score(np.array([5]), log.take(slice(None)))  # a log that nothing has sorted yet
        seconds.append(time.perf_counter() - start)
    start = time.perf_counter()
    np.lexsort((log.timestamp, log.user))
    assert min(seconds) < (time.perf_counter() - start)
