"""The load generator: bounded, on this machine alone, and right in what it counts."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from recbook.serving import load


class Answers(BaseHTTPRequestHandler):
    """Answers as the server's ``plan`` says: by the number of the request a status, or "cut" for no answer."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            turn = self.server.turn = self.server.turn + 1
            self.server.most = max(self.server.most, self.server.now + 1)
            self.server.now += 1
        time.sleep(self.server.pause)
        with self.server.lock:
            self.server.now -= 1
        status = self.server.plan(turn)
        if status == "cut":
            self.close_connection = True
            return
        content = json.dumps({"model": f"m{turn % 2}", "asked": body}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as made:
        made.daemon_threads = True
        made.plan, made.pause = lambda turn: 200, 0.0
        made.lock, made.turn, made.now, made.most = threading.Lock(), 0, 0, 0
        thread = threading.Thread(target=made.serve_forever, args=(0.05,))
        thread.start()
        made.url = f"http://127.0.0.1:{made.server_address[1]}"
        yield made
        made.shutdown()
        thread.join()


ONE = [("/recommend", {"user": 1})]


def test_a_number_of_requests_is_sent_in_turn(server):
    requests = [("/recommend", {"user": user}) for user in range(7)]
    seen = Counter()

    def check(request, answer):
        seen[request[1]["user"]] += 1
        return answer["asked"] == request[1]

    found = load.closed_loop(server.url, requests, clients=3, n=70, check=check)
    assert seen == dict.fromkeys(range(7), 10)
    assert (found.lost, found.wrong, found.retries, len(found.status)) == (0, 0, 0, 70)
    assert found.versions == {"m0": 35, "m1": 35} and not found.errors


def test_a_client_waits_for_its_answer_before_it_asks_again(server):
    server.pause = 0.02
    found = load.closed_loop(server.url, ONE, clients=4, n=60)
    assert server.most == 4
    assert found.percentile(50) >= 20 and found.latency.min() >= 0.02
    assert found.rate == pytest.approx(60 / found.seconds)
    row = found.row()
    assert row["p50"] <= row["p90"] <= row["p99"] <= row["max"] == pytest.approx(1000 * found.latency.max())
    assert list(found.table().columns) == ["clients", "rate", "p50", "p90", "p99", "max", "lost"]


def test_it_ends_by_itself_after_its_seconds(server):
    server.pause = 0.01
    start = time.monotonic()
    found = load.closed_loop(server.url, ONE, clients=2, seconds=0.5)
    assert 0.4 < time.monotonic() - start < 10 and len(found.status) > 5


def test_errors_are_counted_by_kind(server):
    server.plan = lambda turn: {3: 503, 5: 422, 7: "cut"}.get(turn, 200)
    found = load.closed_loop(server.url, ONE, clients=1, n=10)
    assert found.errors == {"503": 1, "422": 1, "connection": 1} and found.lost == 3
    assert sorted(found.status.tolist()) == [0, *[200] * 7, 422, 503]


def test_a_client_that_retries_loses_nothing_and_a_422_is_not_sent_again(server):
    server.plan = lambda turn: {3: 503, 4: "cut", 9: 422}.get(turn, 200)
    found = load.closed_loop(server.url, ONE, clients=1, n=10, retry=True)
    assert found.errors == {"503": 1, "connection": 1, "422": 1}
    assert (found.retries, found.lost, server.turn) == (2, 1, 12)
    assert found.latency.max() >= 0.15  # with the pauses before the second and the third try


def test_a_wrong_answer_is_counted(server):
    found = load.closed_loop(server.url, ONE, clients=2, n=10, check=lambda request, answer: answer["model"] == "m1")
    assert found.wrong == 5


def test_a_service_that_is_slower_than_the_timeout(server):
    server.pause = 0.5
    found = load.closed_loop(server.url, ONE, clients=1, n=2, timeout=0.1)
    assert found.errors == {"timeout": 2} and np.isnan(found.percentile(50))


def test_what_is_to_be_done_meanwhile_is_done_and_its_error_is_raised(server):
    server.pause, done = 0.02, []
    load.closed_loop(server.url, ONE, clients=1, seconds=0.5, at={0.1: lambda: done.append(1)})
    assert done == [1]
    with pytest.raises(ZeroDivisionError):
        load.closed_loop(server.url, ONE, clients=1, seconds=30, at={0.1: lambda: 1 / 0})
    with pytest.raises(KeyError):
        load.closed_loop(server.url, ONE, clients=2, n=5, check=lambda request, answer: answer["nothing"])


def test_the_longest_silence(server):
    server.plan = lambda turn: 200 if turn < 5 or turn > 6 else 503
    server.pause = 0.05
    found = load.closed_loop(server.url, ONE, clients=1, n=10)
    assert 0.14 < found.gap < 5


@pytest.mark.parametrize(
    ("url", "settings", "says"),
    [
        ("http://example.org:80", {"n": 1}, "is for a service of this machine"),
        ("http://192.168.1.7:8000", {"n": 1}, "is for a service of this machine"),
        ("http://127.0.0.1.example.org", {"n": 1}, "is for a service of this machine"),
        ("https://127.0.0.1:8000", {"n": 1}, "is for a service of this machine"),
        ("http://127.0.0.1:1", {}, "either seconds or n"),
        ("http://127.0.0.1:1", {"n": 1, "seconds": 1}, "either seconds or n"),
        ("http://127.0.0.1:1", {"n": 10**6}, "n must be above 0 and at most 200,000; got 1,000,000."),
        ("http://127.0.0.1:1", {"n": 0}, "n must be above 0"),
        ("http://127.0.0.1:1", {"seconds": 3600}, "seconds must be above 0 and at most 120.0; got 3,600."),
        ("http://127.0.0.1:1", {"n": 1, "clients": 100}, "clients must be above 0 and at most 64; got 100."),
    ],
)
def test_what_is_beyond_bounds_is_refused(url, settings, says):
    with pytest.raises(ValueError, match=says):
        load.closed_loop(url, ONE, **settings)


def test_without_a_request_there_is_nothing_to_send():
    with pytest.raises(ValueError, match="no request"):
        load.closed_loop("http://127.0.0.1:1", [], n=1)


def test_a_port_where_nobody_listens_is_a_connection_error_each():
    found = load.closed_loop("http://127.0.0.1:1", ONE, clients=1, n=3)
    assert found.errors == {"connection": 3} and found.lost == 3
