"""What a running service answers: right lists, and one sentence for whatever is wrong. All over one real process."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import recbook.models
from recbook import serving
from recbook.serving import Service, ServiceError, load
from recbook.serving.engine import open_engine
from recbook.text import TextEncoder

LATE = 1.5  # seconds that the service waits for a request


@pytest.fixture(scope="module")
def service(models, encoder) -> Iterator[Service]:
    with serving.running(models, encoder=str(encoder), read_timeout=LATE, max_n=50, max_history=100) as found:
        yield found


@pytest.fixture(scope="module")
def model(models):
    return recbook.models.load(models / "v1")


def sentence_of(answer, status: int) -> str:
    """The one sentence of a refusal."""
    assert answer.status_code == status, answer.text
    (key, sentence), *more = answer.json().items()
    assert key == "detail" and not more
    assert sentence[-1] == "." and "\n" not in sentence and "Traceback" not in sentence
    return sentence


# ---- Right answers


def test_a_known_user_gets_what_the_model_recommends(service, model):
    for user in ("c-00", "c-07", "c-38"):
        answer, frame = service.recommend(user, n=5), model.recommend(user, n=5)
        assert [item["id"] for item in answer["items"]] == frame["item_id"].tolist()
        assert [item["title"] for item in answer["items"]] == frame["title"].tolist()
        np.testing.assert_allclose([item["score"] for item in answer["items"]], frame["score"], rtol=1e-6)


def test_a_history_gets_what_the_model_recommends(service, model):
    history = ["s-03", "s-11", "s-03"]
    answer = service.recommend(history=history, n=7)
    assert [item["id"] for item in answer["items"]] == model.recommend(history=history, n=7)["item_id"].tolist()
    assert len(service.recommend("c-00")["items"]) == 10


def test_the_version_is_the_hash_of_the_manifest_everywhere(service, models):
    stated = json.loads((models / "v1" / "model.json").read_text("utf-8"))["sha256"]
    answers = [service.health(), service.recommend("c-01"), service.similar("s-01"), service.search("red tea")]
    assert {answer["model"] for answer in answers} == {stated[:12]}
    assert service.health()["status"] == "ok" and service.health()["items"] == 30


def test_similar_items_are_those_of_a_history_of_one(service, model):
    answer = service.similar("s-05", n=6)
    assert [item["id"] for item in answer["items"]] == model.recommend(history=["s-05"], n=6)["item_id"].tolist()


def test_a_search_ranks_titles_by_cosine(service, model, encoder):
    local = TextEncoder(encoder)
    titles = model.log_.items["title"].tolist()
    wanted = local.encode(titles) @ local.encode(["old coffee"], keep=False)[0]
    answer = service.search("old coffee", n=4)
    np.testing.assert_allclose([item["score"] for item in answer["items"]], np.sort(wanted)[::-1][:4], atol=1e-5)
    assert answer["items"][0]["title"] == titles[int(wanted.argmax())]
    assert service.health()["search"] == "ready"


def test_a_query_that_came_before_is_not_encoded_again(service):
    def counted(cache):
        return next(
            float(line.split()[-1])
            for line in service.get("/metrics").text.splitlines()
            if line.startswith(f'recbook_queries_total{{cache="{cache}"}}')
        )

    first = service.search("milk and soap")
    misses, hits = counted("miss"), 0
    assert service.search("milk and soap") == first
    assert counted("miss") == misses and counted("hit") > hits


def test_a_hundred_users_at_once_are_never_mixed(service, models):
    engine = open_engine(models / "v1")
    users = [f"c-{user:02}" for user in range(39)]
    right = {user: [item.id for item in engine.recommend(10, user=user)] for user in users}
    found = load.closed_loop(
        service.url,
        [("/recommend", {"user": user}) for user in users],
        clients=16,
        n=600,
        check=lambda request, answer: [item["id"] for item in answer["items"]] == right[request[1]["user"]],
    )
    assert (found.wrong, found.lost, len(found.status)) == (0, 0, 600)
    assert len({tuple(ids) for ids in right.values()}) > 30  # a mixture would show


# ---- What is wrong with a request

WRONG = {
    "user not known": ("/recommend", {"user": "c-99"}, "user 'c-99' is not known to this model; its ids are text."),
    "user of another kind": ("/recommend", {"user": 7}, "user 7 is not known to this model; its ids are text."),
    "user beyond 64 bits": ("/recommend", {"user": 10**30}, "is not known"),
    "user without a history": ("/recommend", {"user": "c-39"}, "user 'c-39' has no history"),
    "neither": ("/recommend", {"n": 5}, "Give either user or history; this request has neither of them."),
    "both": (
        "/recommend",
        {"user": "c-01", "history": ["s-01"]},
        "Give either user or history; this request has both.",
    ),
    "user of no kind": ("/recommend", {"user": 1.5}, "user must be one id, a whole number or text; got 1.5."),
    "user as truth": ("/recommend", {"user": True}, "user must be one id"),
    "history too long": ("/recommend", {"history": ["s-01"] * 10_000}, "history has 10,000 items; at most 100"),
    "history empty": ("/recommend", {"history": []}, "history is empty"),
    "history no list": ("/recommend", {"history": "s-01"}, "history must be a list of ids"),
    "history with null": ("/recommend", {"history": ["s-01", None]}, "history must be a list of ids"),
    "history item not known": ("/recommend", {"history": ["s-01", "x"]}, "item 'x' is not known to this model"),
    "n zero": ("/recommend", {"user": "c-01", "n": 0}, "n must be a whole number from 1 to 50; got 0."),
    "n negative": ("/similar", {"item": "s-01", "n": -3}, "n must be a whole number from 1 to 50; got -3."),
    "n too large": ("/search", {"query": "tea", "n": 51}, "n must be a whole number from 1 to 50; got 51."),
    "n enormous": ("/recommend", {"user": "c-01", "n": 10**400}, "n must be a whole number from 1 to 50"),
    "n no number": ("/recommend", {"user": "c-01", "n": "ten"}, "n must be a whole number; got 'ten'."),
    "n a fraction": ("/recommend", {"user": "c-01", "n": 2.0}, "n must be a whole number; got 2.0."),
    "a field too many": ("/recommend", {"user": "c-01", "N": 5}, "has a field 'N', which is none of this path's"),
    "no object": ("/recommend", ["c-01"], "must be a JSON object"),
    "item not known": ("/similar", {"item": "s-99"}, "item 's-99' is not known to this model; its ids are text."),
    "item missing": ("/similar", {}, "item is missing"),
    "query missing": ("/search", {}, "query is missing"),
    "query empty": ("/search", {"query": " \n"}, "query is empty"),
    "query no text": ("/search", {"query": 5}, "query must be text; got 5."),
    "query too long": ("/search", {"query": "a" * 5_000}, "query has 5,000 characters; at most 1,000"),
    "half a character": ("/search", {"query": "\ud800"}, "a lone surrogate"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_request_gets_a_422_and_its_sentence(service, name):
    path, body, sentence = WRONG[name]
    raw = json.dumps(body).encode()  # in ASCII, so that half a character can be sent
    answer = service.client.post(path, content=raw, headers={"Content-Type": "application/json"})
    assert sentence in sentence_of(answer, 422)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b'{"user": ', "The request is not JSON"),
        (b"user=c-01", "The request is not JSON"),
        (b"\xff\xfe", "The request is not JSON"),
        (b"[" * 100_000, "The request is not JSON"),
        (b'{"user": NaN}', "user must be one id"),
        (b"", "must be a JSON object"),
    ],
)
def test_what_is_no_json_is_said_to_be_none(service, raw, sentence):
    answer = service.client.post("/recommend", content=raw, headers={"Content-Type": "application/json"})
    assert sentence in sentence_of(answer, 422)


def test_json_under_another_name_is_refused_so_that_no_web_page_can_send_it(service):
    answer = service.client.post("/recommend", content=b'{"user": "c-01"}', headers={"Content-Type": "text/plain"})
    assert "sent as application/json" in sentence_of(answer, 422)


def test_other_paths_methods_and_hosts(service):
    assert "There is no such path" in sentence_of(service.get("/users/c-01"), 404)
    assert "GET is not for this path" in sentence_of(service.get("/recommend"), 405)
    answer = service.client.get("/health", headers={"Host": "rebound.example:80"})
    assert "127.0.0.1 and localhost alone" in sentence_of(answer, 421)
    assert service.client.get("/health", headers={"Host": "localhost:1"}).status_code == 200


@pytest.mark.parametrize("size", [2**20 + 1, 5 * 2**20])
def test_a_body_over_the_limit_is_a_413(service, size):
    assert "larger than 1,048,576 bytes" in sentence_of(
        service.client.post("/recommend", content=b'"' + b"a" * size + b'"'), 413
    )


def test_a_body_in_pieces_is_counted_too(service):
    pieces = (b"a" * 2**18 for _ in range(6))
    assert "larger than" in sentence_of(service.client.post("/recommend", content=pieces), 413)


def test_the_thin_client_raises_with_status_and_sentence(service):
    with pytest.raises(ServiceError, match="user 'nobody' is not known") as raised:
        service.recommend("nobody")
    assert raised.value.status == 422


# ---- Slow clients


def connected(service) -> socket.socket:
    host, port = service.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=20)


def until_closed(connection: socket.socket) -> bytes:
    parts = []
    try:
        while part := connection.recv(65_536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def test_a_client_that_stops_in_the_middle_of_its_body_is_told_and_cut_off(service):
    with connected(service) as connection:
        head = b"POST /recommend HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        connection.sendall(head + b"Content-Length: 99\r\n\r\n{")
        start = time.monotonic()
        said = until_closed(connection)
    assert b" 408 " in said.splitlines()[0] and b"not complete after 1.5 seconds" in said
    assert LATE * 0.8 < time.monotonic() - start < LATE + 8


@pytest.mark.parametrize("first", [b"", b"POST /recom"])
def test_a_client_that_never_says_what_it_wants_is_cut_off(service, first):
    with connected(service) as connection:
        connection.sendall(first)
        start = time.monotonic()
        assert until_closed(connection) == b""
    assert LATE * 0.8 < time.monotonic() - start < LATE + 8


def test_a_client_that_drips_is_cut_off_as_soon_and_takes_nobodys_place(service):
    with connected(service) as connection:
        start = time.monotonic()
        try:
            for byte in b"POST /recommend HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 1_000:
                connection.sendall(bytes([byte]))
                time.sleep(0.1)
                if byte == ord("P"):
                    assert service.recommend("c-01")["items"]
        except OSError:
            pass
    assert time.monotonic() - start < LATE + 8


def test_a_second_request_on_a_connection_may_take_its_time_to_come_but_not_to_be_said(service):
    with connected(service) as connection:
        ask = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        connection.sendall(ask)
        assert b" 200 " in connection.recv(65_536)
        connection.sendall(ask[:10])
        start = time.monotonic()
        assert b"HTTP/1.1" not in until_closed(connection)  # the rest of the first answer may come late, no second one
    assert time.monotonic() - start < LATE + 8


# ---- What it says of itself


def test_metrics_count_what_was_asked_and_labels_are_few(service):
    service.get("/somebody/c-01")
    assert service.post("/recommend", {"user": "c-01", "n": 1}).status_code == 200
    text = service.get("/metrics").text
    assert 'recbook_requests_total{path="/recommend",status="200"}' in text
    assert 'recbook_request_seconds_bucket{le="0.01",path="/recommend"}' in text
    assert f'recbook_model{{version="{service.health()["model"]}"}} 1.0' in text
    assert 'path="other",status="404"' in text and "somebody" not in text


def test_the_log_is_json_without_ids_queries_or_histories(service):
    secret = "Xanthippe-4711"
    service.post("/recommend", {"user": secret})
    service.post("/recommend", {"history": [secret]})
    service.post("/search", {"query": f"red {secret}"})
    service.get(f"/{secret}?user={secret}")
    service.client.post("/recommend", content=f'{{"{secret}'.encode(), headers={"Content-Type": "application/json"})
    lines = service.log()
    asked = [line for line in lines if line["event"] == "request"]
    assert {"time", "event", "path", "status", "milliseconds", "model"} == set(asked[-1])
    assert {line["path"] for line in asked} >= {"/recommend", "/search", "other"}
    assert secret not in json.dumps(lines) and "127.0.0.1" not in json.dumps(lines)
    assert "s-05" not in json.dumps(lines) and "old coffee" not in json.dumps(lines)


def test_the_description_of_the_paths_is_there_and_no_page_that_loads_from_elsewhere(service):
    paths = service.get("/openapi.json").json()["paths"]
    assert {"/health", "/recommend", "/search", "/similar", "/metrics"} == set(paths)
    assert service.get("/docs").status_code == service.get("/redoc").status_code == 404


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="only Linux lists its sockets in a file")
def test_it_listens_on_loopback_alone(service):
    port = f"{int(service.url.rsplit(':', 1)[1]):04X}"
    with Path("/proc/net/tcp").open(encoding="ascii") as table:
        listening = [line.split()[1] for line in table if line.split()[3] == "0A"]
    assert [address for address in listening if address.endswith(f":{port}")] == [f"0100007F:{port}"]
