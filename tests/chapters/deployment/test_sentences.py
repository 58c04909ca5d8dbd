"""What the service says has its Chinese: it is asked, so that no sentence of it changes alone."""

from __future__ import annotations

import re
import shutil

import pandas as pd
import pytest
from fastapi.testclient import TestClient

from recbook import session
from recbook.chapters.deployment import sentences
from recbook.data import Interactions, store
from recbook.models import EASE
from recbook.serving import Limits, engine
from recbook.serving.gate import Gate
from recbook.serving.metrics import Metrics
from recbook.serving.service import create_app

ASKED = {
    "user not known": {"user": 99_999},
    "both": {"user": 7, "history": [50]},
    "too long": {"history": [50] * 10_000},
    "a field too many": {"usr": 7},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    rows = pd.DataFrame({"user": [7, 7, 8, 9], "item": [50, 51, 50, 52], "timestamp": range(4)})
    folder = tmp_path_factory.mktemp("model")
    EASE().fit(Interactions.from_frame(rows, user="user", item="item", time="timestamp")).save(folder / "v1")
    return folder / "v1"


def has_chinese(sentence):
    return re.search(r"[\u4e00-\u9fff]", sentences.translated(sentence)) is not None


@pytest.mark.parametrize("body", ASKED.values(), ids=ASKED)
def test_each_refusal_of_the_chapter_has_its_chinese(folder, body):
    with TestClient(create_app(folder), base_url="http://127.0.0.1") as client:
        answer = client.post("/recommend", json=body)
    assert answer.status_code == 422 and has_chinese(answer.json()["detail"])
    numbers = [
        re.findall(r"\d[\d,]*", text)
        for text in (answer.json()["detail"], sentences.translated(answer.json()["detail"]))
    ]
    assert numbers[0] == numbers[1]


def test_so_has_the_refusal_of_one_too_many(folder):
    full = Gate(create_app(folder), Limits(max_concurrent=1), Metrics(), lambda: "v1")
    full.running = 1
    with TestClient(full, base_url="http://127.0.0.1") as client:
        answer = client.post("/recommend", json={"user": 7})
    assert answer.status_code == 503 and has_chinese(answer.json()["detail"])


def test_so_has_what_stands_in_the_log_of_a_damaged_model(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "cut")
    file = next((tmp_path / "cut").glob("vectors-*"))
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(store.ArtifactError) as raised:
        engine.open_engine(tmp_path / "cut")
    assert has_chinese(str(raised.value))


def test_another_column_stands_in_the_chinese_table_alone():
    rows = pd.DataFrame({"detail": ["Give either user or history; this request has both.", "something else"]})
    assert sentences.beside(rows) is rows
    with session.speaking("zh"):
        assert sentences.beside(rows)["translation"].map(bool).tolist() == [True, False]


def test_genres_are_named_for_the_reader():
    assert sentences.genres("Crime Film-Noir") == "Crime, Film-Noir"
    with session.speaking("zh"):
        assert sentences.genres("Crime Film-Noir") == "犯罪、黑色"
