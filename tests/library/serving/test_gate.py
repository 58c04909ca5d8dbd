"""The limits on numbers and times, and the search: in this process, with parts that wait when told."""

from __future__ import annotations

import asyncio
import json
import time

import httpx
import numpy as np
import pytest

from recbook.serving import artifact
from recbook.serving.errors import RequestError
from recbook.serving.gate import Gate
from recbook.serving.limits import Limits
from recbook.serving.metrics import Metrics
from recbook.serving.search import Search
from recbook.serving.service import create_app

from .conftest import N_ITEMS, TITLES


def client_of(app) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1", timeout=30)


def gate(app, **limits) -> Gate:
    return Gate(app, Limits(**limits), Metrics(), lambda: "v0")


async def hello(send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"{}"})


def test_more_than_the_limit_at_once_are_refused_and_later_ones_answered():
    async def run():
        going = asyncio.Event()

        async def app(scope, receive, send):
            await going.wait()
            await hello(send)

        async with client_of(gate(app, max_concurrent=3)) as client:
            first = [asyncio.ensure_future(client.post("/recommend", json={})) for _ in range(3)]
            await asyncio.sleep(0.05)
            refused = await client.post("/recommend", json={})
            going.set()
            health = await client.get("/health")
            return (
                refused,
                [answer.status_code for answer in await asyncio.gather(*first)],
                health,
                await client.post("/recommend", json={}),
            )

    refused, first, health, later = asyncio.run(run())
    assert refused.status_code == 503 and refused.headers["retry-after"] == "1"
    assert refused.json()["detail"].startswith("3 requests are being answered, and no more")
    assert first == [200] * 3 and health.status_code == later.status_code == 200


def test_health_is_answered_while_all_places_are_taken():
    async def run():
        going = asyncio.Event()

        async def app(scope, receive, send):
            if scope["path"] != "/health":
                await going.wait()
            await hello(send)

        async with client_of(gate(app, max_concurrent=1)) as client:
            first = asyncio.ensure_future(client.post("/recommend", json={}))
            await asyncio.sleep(0.05)
            health = await client.get("/health")
            going.set()
            await first
            return health

    assert asyncio.run(run()).status_code == 200


def test_an_answer_that_takes_too_long_is_a_504_and_frees_its_place():
    async def run():
        async def app(scope, receive, send):
            await asyncio.sleep(30)

        made = gate(app, timeout=0.1)
        async with client_of(made) as client:
            return await client.post("/recommend", json={}), made.running

    answer, running = asyncio.run(run())
    assert answer.status_code == 504 and running == 0
    assert answer.json()["detail"] == "The answer took longer than 0.1 seconds."


def test_a_failure_is_a_500_whose_words_stay_inside(capsys):
    async def run():
        async def app(scope, receive, send):
            raise KeyError("the secret of user 7")

        async with client_of(gate(app)) as client:
            return await client.post("/recommend", json={})

    answer = asyncio.run(run())
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert answer.status_code == 500 and "its log says where" in answer.json()["detail"]
    assert lines[0]["error"] == "KeyError" and lines[0]["at"].startswith("test_gate.py:")
    assert "secret" not in json.dumps(lines) + answer.text


# ---- The app of an artifact


@pytest.fixture
def folder(made_artifact, tmp_path):
    artifact.save(made_artifact, tmp_path)
    return tmp_path


def asked(app, *requests):
    """The answers to requests, one after the other."""

    async def run():
        async with client_of(app) as client:
            return [await client.post(path, json=body) for path, body in requests]

    return asyncio.run(run())


def test_an_artifact_is_served_and_searched(folder, made_artifact):
    history, search, user = asked(
        create_app(folder),
        ("/recommend", {"history": [105, 101], "n": 4}),
        ("/search", {"query": "new bread", "n": 3}),
        ("/recommend", {"user": 1}),
    )
    assert [tuple(item.values()) for item in history.json()["items"]] == made_artifact.recommend([105, 101], 4)
    assert len(search.json()["items"]) == 3
    assert user.status_code == 422


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({"titles": ("",) * N_ITEMS}, 501, "This model has no titles, so it cannot be searched."),
        ({"about": {}}, 501, "does not say which encoder"),
        ({"about": {"encoder": "no-such-model"}}, 501, "This model cannot be searched"),
        ({"about": {"encoder": "./nowhere"}}, 501, "This model cannot be searched"),
        ({"text_vectors": True}, 501, "are not those of the encoder that it names"),
    ],
)
def test_what_a_folder_lacks_for_a_search_is_said(made_artifact, tmp_path, change, status, says):
    given = {name: getattr(made_artifact, name) for name in made_artifact.__dataclass_fields__}
    if change.pop("text_vectors", False):
        change = {"about": dict(made_artifact.about) | {"text_vectors": "item_side"}}
    artifact.save(artifact.Artifact(**given | change), tmp_path)
    (answer,) = asked(create_app(tmp_path), ("/search", {"query": "tea"}))
    assert answer.status_code == status and says in answer.json()["detail"], answer.text


def test_an_encoder_that_cannot_be_fetched_now_is_a_503(folder, monkeypatch):
    def offline(self, name):
        raise OSError("the index cannot be reached")

    with monkeypatch.context() as patch:
        patch.setattr(Search, "_make", offline)
        app = create_app(folder)
        (answer,) = asked(app, ("/search", {"query": "tea"}))
    assert answer.status_code == 503 and "cannot be had: the index cannot be reached" in answer.json()["detail"]
    assert app.state.service.search.state(app.state.service.swapper.engine) == "failed"
    (answer,) = asked(app, ("/search", {"query": "tea"}))  # and it is tried again
    assert answer.status_code == 200


def test_vectors_of_the_encoder_in_the_folder_are_searched_as_they_are(made_artifact, encoder, tmp_path):
    from recbook.text import TextEncoder

    vectors = TextEncoder(encoder).encode(list(TITLES[::-1]))
    about = {"encoder": str(encoder), "text_vectors": "item_side"}
    model = artifact.Artifact(
        made_artifact.item_ids, TITLES, vectors, vectors, np.zeros(N_ITEMS, np.float32), 2.0, about
    )
    artifact.save(model, tmp_path)
    (answer,) = asked(create_app(tmp_path), ("/search", {"query": TITLES[4], "n": 1}))
    assert answer.json()["items"][0]["id"] == 100 + N_ITEMS - 1 - 4


def test_a_search_that_is_being_prepared_is_a_503_until_it_is_ready(folder, monkeypatch):
    real = Search._make

    def slow(self, name):
        time.sleep(1.5)
        return real(self, name)

    monkeypatch.setattr(Search, "_make", slow)

    async def run():
        async with client_of(create_app(folder, Limits(timeout=1))) as client:
            early = await client.post("/search", json={"query": "tea"})
            states = [(await client.get("/health")).json()["search"]]
            for _ in range(100):
                if (later := await client.post("/search", json={"query": "tea"})).status_code == 200:
                    break
            states.append((await client.get("/health")).json()["search"])
            return early, later, states

    early, later, states = asyncio.run(run())
    assert early.status_code == 503 and early.headers["retry-after"] == "1"
    assert early.json()["detail"].startswith("The search is being prepared")
    assert later.status_code == 200 and states == ["being prepared", "ready"]


def test_titles_that_a_new_model_shares_are_not_encoded_again(folder, made_artifact, tmp_path, monkeypatch):
    from recbook.text import TextEncoder

    app = create_app(folder)
    encoded = []
    real = TextEncoder.encode
    monkeypatch.setattr(
        TextEncoder, "encode", lambda self, texts, keep=True: encoded.append(texts) or real(self, texts)
    )
    asked(app, ("/search", {"query": "tea"}))
    given = {name: getattr(made_artifact, name) for name in made_artifact.__dataclass_fields__}
    artifact.save(artifact.Artifact(**given | {"titles": (*TITLES[:-1], "red red")}), folder)
    assert app.state.service.swapper.look()
    encoded.clear()
    asked(app, ("/search", {"query": "tea"}))
    assert ["red red"] in encoded and all(len(texts) == 1 for texts in encoded)


def test_the_sentence_of_an_error_is_its_text():
    assert str(RequestError(422, "So it is.")) == "So it is."
