"""The split as RecBole reads it, and the scores as the course reads them; the libraries where they are set up."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from recbook import peer
from recbook.data import Interactions, fetch, leave_one_out
from recbook.evaluation import evaluate, evaluate_scores
from recbook.models import EASE
from recbook.peer import beside
from recbook.text import TextEncoder


@pytest.fixture
def split():
    rng = np.random.default_rng(0)
    pairs = [(user, item) for user in range(30) for item in rng.permutation(20)[: rng.integers(4, 12)]]
    user, item = np.array(pairs).T
    time = rng.integers(3, size=len(user))  # few different ones: the order among equal times is the file's
    rating = np.ones(len(user), np.float32)
    return leave_one_out(Interactions(user, item, rating, time, np.arange(30), np.arange(20)))


def rows_of(path):
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    assert head == "user_id:token\titem_id:token\ttimestamp:float"
    return np.array([[int(field) for field in line.split("\t")] for line in lines])


def test_leave_one_out_by_the_written_times_is_the_course_s_split(split, tmp_path):
    rows = rows_of(peer.write_split(split, tmp_path))
    for user in range(30):
        mine = rows[rows[:, 0] == user]
        assert (mine[:, 2] == np.arange(len(mine))).all()
        assert mine[-1, 1] == split.test.item[split.test.user == user][0]
        assert mine[-2, 1] == split.valid.item[split.valid.user == user][0]
        assert sorted(mine[:-2, 1]) == sorted(split.train.item[split.train.user == user])


def test_histories_stay_in_time_order(split, tmp_path):
    rows = rows_of(peer.write_split(split, tmp_path))
    time = {(u, i): t for u, i, t in zip(split.train.user, split.train.item, split.train.timestamp, strict=True)}
    for user in range(30):
        times = [time[user, item] for item in rows[rows[:, 0] == user][:-2, 1]]
        assert times == sorted(times)


def test_scores_come_back_to_the_course_s_rows(split):
    users, items = np.random.default_rng(1).permutation(30), np.array([4, 2, 7])
    scores = np.random.default_rng(2).normal(size=(30, 3)).astype(np.float32)
    whole = peer._on_our_rows(scores, users, items, split)
    assert whole.shape == (30, 20) and whole[users[3], 2] == scores[3, 1]
    unknown = np.setdiff1d(np.arange(20), items)
    assert whole[:, unknown].max() < scores.min()


def test_without_its_environment_the_error_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(beside, "course_root", lambda: tmp_path)
    assert not peer.available()
    with pytest.raises(peer.PeerError, match="make recbole"):
        peer.python()


@pytest.mark.skipif(not peer.available(), reason="make recbole has not been run")
def test_recbole_s_ease_is_the_course_s(split):
    theirs = peer.run("EASE", split, {"reg_weight": 250.0})
    ours = EASE().fit(split.train).score(np.arange(30))
    met = split.train.item_counts() > 0
    assert np.allclose(theirs.scores[:, met], ours[:, met], atol=1e-5)
    assert np.isclose(theirs.facts["own_metrics"]["ndcg@10"], evaluate(EASE(), split)["ndcg@10"], atol=1e-3)


@pytest.mark.skipif(not peer.available(), reason="make recbole has not been run")
def test_what_recbole_says_when_it_stops_is_passed_on(split):
    with pytest.raises(peer.PeerError, match="NoSuchModel"):
        peer.run("NoSuchModel", split)


def test_the_last_line_that_holds_an_object_is_the_answer():
    assert peer.last_json('a warning\n{"old": 1}\n{"ndcg": 0.5, "epochs": null}\n3\n[1]\ngoodbye {"x": 1}\n') == {
        "ndcg": 0.5,
        "epochs": None,
    }


@pytest.mark.parametrize("said", ["", "no answer\n3\n[1, 2]", '{"cut": 0.'])
def test_without_an_answer_the_error_shows_what_was_said(said):
    with pytest.raises(ValueError, match="No line of JSON") as error:
        peer.last_json(said)
    assert (said.strip() or "nothing") in str(error.value)


def test_cells_are_those_that_are_not_zero():
    table = sparse.csr_array(np.array([[0, 2, 0], [1, 0, 0]]))
    table.data[1] = 0
    assert peer._cells(table).tolist() == [[0], [1]]
    assert peer._cells(None).shape == (2, 0)


@pytest.mark.skipif(not peer.available(), reason="make recbole has not been run")
def test_recbole_and_ranx_find_the_course_s_values():
    rng = np.random.default_rng(3)
    scores = rng.permutation(40 * 60).reshape(40, 60).astype(np.float32)  # no ties
    roles = rng.permuted(np.repeat([1, 2, 2, 0], [3, 5, 12, 40])[None].repeat(40, axis=0), axis=1)
    relevant, exclude = sparse.csr_array(roles == 1), sparse.csr_array(roles == 2)
    ours = evaluate_scores(scores, relevant, 5, exclude)
    judged = peer.judge(scores, relevant, 5, exclude)
    assert list(judged) == ["RecBole, its default batch", "RecBole, one batch", "ranx"]
    for theirs in judged.values():
        assert theirs.seconds > 0
        assert set(theirs.per_user) == set(ours.per_user)
        for metric, values in theirs.per_user.items():
            assert np.allclose(values, ours.per_user[metric], rtol=0, atol=1e-9), metric
            assert values.std() > 0
    assert judged["RecBole, one batch"].facts["users a batch"] == 40


@pytest.mark.skipif(
    not peer.available() or not peer.versions(["sentence-transformers"]), reason="make recbole has not been run"
)
@pytest.mark.skipif(not fetch.is_cached("all-MiniLM-L6-v2"), reason="the weights have not been fetched")
def test_sentence_transformers_makes_the_course_s_vectors():
    texts = ["Toy Story (1995)", "", "a film " * 300, "Amélie"]
    found = peer.encode(texts)
    assert np.allclose(found.vectors, TextEncoder().encode(texts), atol=1e-5)
    assert found.seconds > 0 and found.facts["batch_size"] in (32, 64)
