"""Queries that come at the same time are encoded together, and a query that came before is not encoded again."""

from __future__ import annotations

import queue
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, Generic, Self, TypeVar

import numpy as np

Value = TypeVar("Value")
_Asked = tuple[str, "Future[np.ndarray]"]


class Cache(Generic[Value]):
    """The ``capacity`` values used last, by key; any number of threads may use it."""

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ValueError(f"A cache keeps at least one value; got a capacity of {capacity}.")
        self.capacity, self.hits, self.misses = capacity, 0, 0
        self._held: OrderedDict[str, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Value | None:
        """The value that was put under ``key``, which is then the last one used; None where there is none."""
        with self._lock:
            if key not in self._held:
                self.misses += 1
                return None
            self.hits += 1
            self._held.move_to_end(key)
            return self._held[key]

    def put(self, key: str, value: Value) -> None:
        """Keep ``value``; the one that was used longest ago gives way to it."""
        with self._lock:
            self._held[key] = value
            self._held.move_to_end(key)
            if len(self._held) > self.capacity:
                self._held.popitem(last=False)

    def __len__(self) -> int:
        return len(self._held)


class Batcher:
    """Gathers texts that are asked for at the same time, and encodes them in one call.

    ``encode`` takes a list of texts and returns an array ``(n, d)``; it is called by one thread alone. The first text
    waits ``max_wait`` seconds for others, unless ``max_batch`` are there before. While a batch is encoded the next one
    gathers, so that the busier it is, the larger the batches.
    """

    def __init__(self, encode: Callable[[list[str]], np.ndarray], max_batch: int = 32, max_wait: float = 0.005) -> None:
        self._encode, self.max_batch, self.max_wait = encode, max_batch, max_wait
        self.sizes: deque[int] = deque(maxlen=10_000)  # of the last batches
        self._asked: queue.SimpleQueue[_Asked | None] = queue.SimpleQueue()
        self._closed, self._lock = False, threading.Lock()
        self._thread = threading.Thread(target=self._work, name="recbook-batcher", daemon=True)
        self._thread.start()

    def submit(self, text: str) -> Future[np.ndarray]:
        """The vector ``(d,)`` of the text, once it is there; whatever ``encode`` raised for its batch is raised then.

        RuntimeError where the batcher is closed.
        """
        found: Future[np.ndarray] = Future()
        with self._lock:
            if self._closed:
                raise RuntimeError("This batcher is closed.")
            self._asked.put((text, found))
        return found

    def encode(self, text: str) -> np.ndarray:
        """`submit`, and wait."""
        return self.submit(text).result()

    def close(self) -> None:
        """Answer what was asked, then end."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._asked.put(None)
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _work(self) -> None:
        while (first := self._asked.get()) is not None:
            batch, goes_on = self._gather(first)
            self._answer(batch)
            if not goes_on:
                return

    def _gather(self, first: _Asked) -> tuple[list[_Asked], bool]:
        """The next batch, and whether more may come after it."""
        batch, end = [first], time.monotonic() + self.max_wait
        while len(batch) < self.max_batch:
            try:
                after = self._asked.get(timeout=max(end - time.monotonic(), 0))
            except queue.Empty:
                break
            if after is None:
                return batch, False
            batch.append(after)
        return batch, True

    def _answer(self, batch: Sequence[_Asked]) -> None:
        batch = [(text, found) for text, found in batch if found.set_running_or_notify_cancel()]
        if not batch:
            return
        self.sizes.append(len(batch))
        try:
            vectors: Any = self._encode([text for text, _ in batch])
        except Exception as error:
            for _, found in batch:
                found.set_exception(error)
            return
        for (_, found), vector in zip(batch, vectors, strict=True):
            found.set_result(vector)
