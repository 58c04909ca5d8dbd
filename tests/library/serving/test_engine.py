"""What the service asks a model: the same lists as the model gives itself, or a refusal."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from recbook.models import (
    EASE,
    BERT4Rec,
    DotRecommender,
    FeatureRidge,
    Item2Vec,
    ItemKNN,
    LinearTowers,
    OwnFrequency,
    Popularity,
    SASRec,
    SequenceSettings,
    TowerSettings,
)
from recbook.serving import artifact
from recbook.serving.engine import open_engine
from recbook.serving.errors import RequestError
from recbook.vectors import unit

from .conftest import N_ITEMS, TITLES

FEATURES = np.random.default_rng(0).normal(size=(N_ITEMS, 4)).astype(np.float32)
SMALL = SequenceSettings(width=8, heads=1, layers=1, length=6, epochs=1, text=False)
READERS = {
    "EASE": lambda: EASE(2.0),
    "ItemKNN": lambda: ItemKNN(k=5),
    "Item2Vec": lambda: Item2Vec(dimensions=4, epochs=1),
    "SASRec": lambda: SASRec(settings=SMALL),
    "BERT4Rec": lambda: BERT4Rec(settings=SMALL),
    "LinearTowers": lambda: LinearTowers(FEATURES, dimensions=3, epochs=1),
}
OTHERS = {
    "Popularity": Popularity,
    "OwnFrequency": lambda: OwnFrequency(half_life=1),
    "FeatureRidge": lambda: FeatureRidge(FEATURES),
    "DotRecommender": lambda: DotRecommender(settings=TowerSettings(width=4, epochs=1, text=False)),
}


@pytest.fixture(scope="module")
def opened(purchases, tmp_path_factory):
    """Each model, fitted, and the engine of its folder."""

    def open_it(name):
        if name not in found:
            model = (READERS | OTHERS)[name]().fit(purchases)
            folder = tmp_path_factory.mktemp("model")
            model.save(folder)
            found[name] = model, open_engine(folder)
        return found[name]

    found: dict = {}
    return open_it


def ids(items):
    return [item.id for item in items]


@pytest.mark.parametrize("name", READERS)
def test_lists_are_those_of_the_model(opened, name):
    model, engine = opened(name)
    for user in ("c-00", "c-20"):
        frame = model.recommend(user, n=6)
        assert ids(engine.recommend(6, user=user)) == frame["item_id"].tolist()
        assert [item.title for item in engine.recommend(6, user=user)] == frame["title"].tolist()
    history = ["s-02", "s-09"]
    assert ids(engine.recommend(6, history=history)) == model.recommend(history=history, n=6)["item_id"].tolist()
    assert ids(engine.similar("s-04", 6)) == model.recommend(history=["s-04"], n=6, task="new")["item_id"].tolist()


@pytest.mark.parametrize("name", OTHERS)
def test_users_of_any_model_are_answered(opened, name):
    model, engine = opened(name)
    assert ids(engine.recommend(6, user="c-03")) == model.recommend("c-03", n=6)["item_id"].tolist()


@pytest.mark.parametrize("name", OTHERS)
def test_what_a_model_cannot_say_is_a_501(opened, name):
    _, engine = opened(name)
    with pytest.raises(RequestError, match="does not say which items are alike") as refused:
        engine.similar("s-04", 6)
    assert refused.value.status == 501


@pytest.mark.parametrize("name", ["FeatureRidge", "DotRecommender"])
def test_a_model_that_reads_no_history_says_so(opened, name):
    with pytest.raises(RequestError, match="does not read a history") as refused:
        opened(name)[1].recommend(6, history=["s-02"])
    assert refused.value.status == 501


@pytest.mark.parametrize("name", READERS)
def test_many_threads_get_what_one_gets(opened, name):
    """Two requests at once never mix: each user's list is the one that the user gets alone."""
    _, engine = opened(name)
    users = [f"c-{user:02}" for user in range(39)]
    alone, wrong = {user: engine.recommend(8, user=user) for user in users}, []

    def ask(order):
        wrong.extend(user for user in order if engine.recommend(8, user=user) != alone[user])

    threads = [threading.Thread(target=ask, args=(users[start:] + users[:start],)) for start in (0, 7, 14, 21)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_popularity_answers_who_has_met_nothing_and_ease_refuses(opened):
    assert ids(opened("Popularity")[1].recommend(3, history=[]))
    for asked in ({"history": []}, {"user": "c-39"}):
        with pytest.raises(RequestError) as refused:
            opened("EASE")[1].recommend(3, **asked)
        assert refused.value.status == 422
    assert ids(opened("Popularity")[1].recommend(3, user="c-39"))


@pytest.fixture
def engine(made_artifact, tmp_path):
    artifact.save(made_artifact, tmp_path)
    return open_engine(tmp_path)


def test_an_artifact_gives_its_own_lists(engine, made_artifact):
    history = [105, 101, 120]
    assert engine.recommend(8, history=history) == made_artifact.recommend(history, 8)
    assert engine.recommend(8, history=[]) == made_artifact.recommend([], 8)
    assert len(engine.recommend(500, history=history)) == N_ITEMS - 3


def test_an_artifact_finds_similar_items_by_cosine(engine, made_artifact):
    sides = unit(made_artifact.item_side)
    order = np.argsort(-(sides @ sides[7]), kind="stable")
    assert ids(engine.similar(107, 5)) == [100 + row for row in order if row != 7][:5]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"user": 5}, "holds no users; send their history"),
        ({"history": [105, 999]}, "item 999 is not known to this model; its ids are whole numbers."),
        ({"history": ["105"]}, "item '105' is not known"),
    ],
)
def test_what_an_artifact_does_not_know(engine, asked, says):
    with pytest.raises(RequestError, match=says) as refused:
        engine.recommend(5, **asked)
    assert refused.value.status == 422


def test_scores_that_are_no_numbers_are_left_out_and_titles_may_be_missing(engine):
    scores = np.full(N_ITEMS, np.nan, np.float32)
    scores[[3, 4, 9]] = [0.5, np.inf, 0.7]
    assert [tuple(item) for item in engine.listed(scores, 5)] == [
        (109, TITLES[9], pytest.approx(0.7)),
        (103, TITLES[3], pytest.approx(0.5)),
    ]
    engine.titles = None
    assert engine.listed(scores, 1)[0].title is None
