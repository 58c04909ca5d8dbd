"""Items by what a sentence means: titles and queries as vectors of one encoder, which is loaded when first asked."""

from __future__ import annotations

import asyncio
import threading
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from recbook.serving import journal
from recbook.serving.batching import Batcher, Cache
from recbook.serving.engine import Engine
from recbook.serving.errors import RequestError
from recbook.serving.limits import Limits
from recbook.serving.metrics import Metrics
from recbook.text import TextEncoder

_BEING_PREPARED = "The search is being prepared: the encoder is loaded, and titles are encoded. Ask again in a moment."


class Words:
    """One encoder: its queries in batches and from a cache, its titles once each.

    ``make`` makes the encoder, when it is first needed.
    """

    def __init__(self, make: Callable[[], TextEncoder], limits: Limits, metrics: Metrics) -> None:
        self._make, self._metrics = make, metrics
        self._lock = threading.Lock()  # one call at a time, of the batcher's thread or of the one that prepares
        self._titles: dict[str, np.ndarray] = {}
        self._cache: Cache[np.ndarray] = Cache(limits.query_cache)
        self._batcher = Batcher(self._encode_queries, limits.encoder_batch, limits.encoder_wait)

    async def query(self, text: str) -> np.ndarray:
        """The vector ``(d,)`` of a query."""
        vector = self._cache.get(text)
        self._metrics.queries.labels("miss" if vector is None else "hit").inc()
        if vector is None:
            vector = await asyncio.wrap_future(self._batcher.submit(text))
            self._cache.put(text, vector)
        return vector

    def titles(self, titles: Sequence[str]) -> np.ndarray:
        """float32 ``(len(titles), d)``; an item without a title gets NaN, so that it is never found.

        What the model before had is not encoded again.
        """
        wanted = dict.fromkeys(title for title in titles if title)
        missing = [title for title in wanted if title not in self._titles]
        if missing:
            self._titles |= zip(missing, self._encode(missing, keep=True), strict=True)
        self._titles = {title: self._titles[title] for title in wanted}
        nothing = np.full_like(next(iter(self._titles.values())), np.nan)
        return np.stack([self._titles[title] if title else nothing for title in titles])

    def load(self) -> None:
        """Load the encoder, if that is not done."""
        self._encode(["a film"])

    def close(self) -> None:
        self._batcher.close()

    @cached_property
    def _encoder(self) -> TextEncoder:
        return self._make()

    def _encode_queries(self, texts: list[str]) -> np.ndarray:
        self._metrics.batches.observe(len(texts))
        return self._encode(texts)

    def _encode(self, texts: list[str], keep: bool = False) -> np.ndarray:
        with self._lock, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a text is cut: its words would stand in the log
            return self._encoder.encode(texts, keep=keep)


class Search:
    """Search for any engine: prepared in the background when an engine is first searched, at once where titles stay.

    ``encoder`` is used in place of what the engines name; ``backend`` is `recbook.text.TextEncoder`'s.
    """

    def __init__(
        self, limits: Limits, metrics: Metrics, encoder: str | None = None, backend: str | None = None
    ) -> None:
        self._limits, self._metrics = limits, metrics
        self._encoder, self._settings = encoder, {} if backend is None else {"backend": backend}
        self._words: dict[str, Words] = {}
        self._prepared: WeakKeyDictionary[Engine, Future[np.ndarray]] = WeakKeyDictionary()
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="recbook-search")

    async def scores(self, engine: Engine, query: str) -> np.ndarray:
        """Cosine of every item to the query, ``(n_items,)``. RequestError with 501 or 503 where that cannot be had."""
        vectors = await self._vectors(engine)
        vector = await self._words_of(engine).query(query)
        if vectors.shape[1] != len(vector):
            raise RequestError(501, "The item vectors of this model are not those of the encoder that it names.")
        return vectors @ vector

    def state(self, engine: Engine) -> str:
        """What /health says: "impossible", "not loaded", "being prepared", "ready" or "failed"."""
        if self._why_not(engine):
            return "impossible"
        found = self._prepared.get(engine)
        if found is None:
            return "not loaded"
        return "being prepared" if not found.done() else "failed" if found.exception() else "ready"

    def prepare(self, engine: Engine) -> Future[np.ndarray]:
        """The vectors of the engine's items ``(n_items, d)``, when they are there."""
        with self._lock:
            found = self._prepared.get(engine)
            if found is None or (found.done() and found.exception() is not None):
                found = self._prepared[engine] = self._pool.submit(self._prepare, engine)
            return found

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        for words in self._words.values():
            words.close()

    async def _vectors(self, engine: Engine) -> np.ndarray:
        if why := self._why_not(engine):
            raise RequestError(501, why)
        found = asyncio.wrap_future(self.prepare(engine))
        try:
            return await asyncio.wait_for(asyncio.shield(found), self._limits.timeout * 0.8)
        except TimeoutError:
            raise RequestError(503, _BEING_PREPARED, retry_after=1) from None
        except ValueError as error:
            raise RequestError(501, f"This model cannot be searched: {error}") from None
        except OSError as error:
            raise RequestError(503, f"The encoder cannot be had: {error}", retry_after=10) from None

    def _why_not(self, engine: Engine) -> str:
        if engine.text_vectors is None and engine.titles is None:
            return "This model has no titles, so it cannot be searched."
        if self._name_for(engine) is None:
            return 'This model does not say which encoder its texts are searched with ("encoder" in its about).'
        return ""

    def _name_for(self, engine: Engine) -> str | None:
        return self._encoder or engine.encoder

    def _words_of(self, engine: Engine) -> Words:
        name = str(self._name_for(engine))
        with self._lock:
            if name not in self._words:
                self._words[name] = Words(lambda: self._make(name), self._limits, self._metrics)
            return self._words[name]

    def _make(self, name: str) -> TextEncoder:
        settings: dict[str, Any] = self._settings
        return TextEncoder(name, **settings)

    def _prepare(self, engine: Engine) -> np.ndarray:
        try:
            words = self._words_of(engine)
            words.load()
            if engine.text_vectors is not None:
                return engine.text_vectors
            return words.titles(engine.titles or ())
        except Exception as error:
            journal.write("search failed", model=engine.version, **journal.failure(error))
            raise
