"""Queries that come together are encoded together, each gets its own vector, and none is encoded twice."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recbook.serving.batching import Batcher, Cache


def lengths(texts):
    return np.array([[len(text), float(text[:1] == "a")] for text in texts], np.float32)


def test_each_text_gets_its_own_vector_and_many_share_a_call():
    started, hold = threading.Event(), threading.Event()

    def slow(texts):
        started.set()
        hold.wait(10)
        return lengths(texts)

    with Batcher(slow, max_batch=8, max_wait=0.01) as batcher:
        first = batcher.submit("first")
        assert started.wait(10)
        others = {text: batcher.submit(text) for text in ("a" * n for n in range(1, 21))}  # while the first is encoded
        hold.set()
        assert first.result(10).tolist() == [5, 0]
        assert all(found.result(10).tolist() == [len(text), 1] for text, found in others.items())
    assert list(batcher.sizes) == [1, 8, 8, 4]


def test_one_text_alone_does_not_wait_for_long():
    with Batcher(lengths, max_batch=1_000, max_wait=0.02) as batcher:
        start = time.monotonic()
        assert batcher.encode("a").tolist() == [1, 1]
        assert time.monotonic() - start < 5
    assert list(batcher.sizes) == [1]


def test_an_error_reaches_those_who_asked_and_the_next_batch_goes_on():
    def picky(texts):
        if "bad" in texts:
            raise ValueError("no such word")
        return lengths(texts)

    with Batcher(picky, max_batch=1) as batcher:
        bad, good = batcher.submit("bad"), batcher.submit("good")
        with pytest.raises(ValueError, match="no such word"):
            bad.result(10)
        assert good.result(10).tolist() == [4, 0]


def test_who_gave_up_is_left_out():
    hold = threading.Event()
    seen = []

    def encode(texts):
        seen.extend(texts)
        hold.wait(10)
        return lengths(texts)

    with Batcher(encode, max_batch=1) as batcher:
        batcher.submit("first")
        gone = batcher.submit("gone")
        assert gone.cancel()
        hold.set()
        assert batcher.encode("last").tolist() == [4, 0]
    assert seen == ["first", "last"]


def test_closing_answers_what_was_asked_and_takes_no_more():
    batcher = Batcher(lengths, max_batch=4, max_wait=0.5)
    asked = [batcher.submit(text) for text in "abcdefg"]
    batcher.close()
    batcher.close()
    assert [found.result(1).tolist()[0] for found in asked] == [1] * 7
    with pytest.raises(RuntimeError, match="closed"):
        batcher.submit("late")


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), max_size=40), st.integers(1, 4))
def test_a_cache_holds_what_was_used_last(steps, capacity):
    cache, model, hits = Cache[int](capacity), {}, 0
    for puts, number in steps:
        key = str(number)
        if puts:
            model.pop(key, None)
            model[key] = number
            if len(model) > capacity:
                del model[next(iter(model))]
            cache.put(key, number)
        else:
            hits += key in model
            if key in model:
                model[key] = model.pop(key)
            assert cache.get(key) == model.get(key)
    assert len(cache) == len(model) and cache.hits == hits
    assert cache.hits + cache.misses == sum(not puts for puts, _ in steps)


def test_a_cache_without_room_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        Cache(0)
