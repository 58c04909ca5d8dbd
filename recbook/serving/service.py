"""The app: a stored model behind HTTP, made by FastAPI.

=====================  ==================================================  ==============================
``GET /health``                                                            what runs, and which model
``POST /recommend``    ``{"user": id}`` or ``{"history": [ids]}``, ``n``   ``{"model": version, "items":
``POST /search``       ``{"query": text}``, ``n``                          [{"id", "title", "score"}]}``
``POST /similar``      ``{"item": id}``, ``n``
``GET /metrics``                                                           for Prometheus
=====================  ==================================================  ==============================

Whatever is refused has a status and ``{"detail": sentence}``.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, StrictInt, StrictStr, field_validator
from starlette.exceptions import HTTPException

from recbook.serving import journal
from recbook.serving.engine import Engine, Item
from recbook.serving.errors import RequestError
from recbook.serving.gate import Gate
from recbook.serving.limits import Limits
from recbook.serving.metrics import Metrics
from recbook.serving.search import Search
from recbook.serving.swap import Swapper

Id = StrictInt | StrictStr


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")
    n: StrictInt = 10


class RecommendRequest(_Asked):
    """For a user whom the model knows, or for the items that somebody has met, oldest first."""

    user: Id | None = None
    history: list[Id] | None = None

    @field_validator("history", mode="before")
    @classmethod
    def _fails_fast(cls, history: Any) -> Any:
        """A long list of what are no ids would otherwise get an error each."""
        if isinstance(history, list) and any(type(each) not in (int, str) for each in history):
            raise ValueError
        return history


class SearchRequest(_Asked):
    """Items by what a sentence means."""

    query: StrictStr


class SimilarRequest(_Asked):
    """Items that are like one."""

    item: Id


class ItemAnswer(BaseModel):
    id: int | str
    title: str | None
    score: float


class ListAnswer(BaseModel):
    """The best items, best first, all by the one version of the model that is named."""

    model: str
    items: list[ItemAnswer]


class HealthAnswer(BaseModel):
    status: str
    model: str
    worker: int
    items: int
    search: str


class State:
    """What the app holds while it runs."""

    def __init__(self, swapper: Swapper, search: Search, metrics: Metrics, limits: Limits) -> None:
        self.swapper, self.search, self.metrics, self.limits = swapper, search, metrics, limits
        self.pool = ThreadPoolExecutor(limits.threads, thread_name_prefix="recbook-answer")

    async def listed(self, engine: Engine, ask: Callable[..., list[Item]], *given: Any) -> ListAnswer:
        """The list that ``ask`` makes, in a thread, so that others are answered meanwhile."""
        items = await asyncio.get_running_loop().run_in_executor(self.pool, ask, *given)
        return ListAnswer(model=engine.version, items=[ItemAnswer(**item._asdict()) for item in items])

    def close(self) -> None:
        self.swapper.close()
        self.search.close()
        self.pool.shutdown(wait=False, cancel_futures=True)


def create_app(
    folder: str | Path,
    limits: Limits | None = None,
    *,
    encoder: str | None = None,
    backend: str | None = None,
    fallback: str | Path | None = None,
    on_load: Callable[[str, str], None] = lambda version, path: None,
    loopback_only: bool = True,
) -> FastAPI:
    """The service of the model in ``folder``, or in the folder beside its file ``current`` that this names.

    ``encoder`` (and ``backend``) is what texts are searched with, where it shall not be what the folder names.
    ``fallback`` is a folder to start from should ``folder`` not be in order; ``on_load(version, path)`` is told of
    each model that was loaded. Errors as in `recbook.serving.engine.open_engine`.
    """
    limits, metrics = limits or Limits(), Metrics()

    def report(event: str, **fields: Any) -> None:
        journal.write(event, **fields)
        metrics.models.labels(event.removeprefix("model ")).inc()
        if event == "model loaded":
            metrics.using(fields["model"])
            on_load(fields["model"], fields["path"])

    swapper = Swapper(folder, limits, report, fallback)
    state = State(swapper, Search(limits, metrics, encoder, backend), metrics, limits)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        swapper.start()
        yield
        state.close()

    # No page of documentation: FastAPI's loads its scripts from another host.
    app = FastAPI(title="recbook", docs_url=None, redoc_url=None, lifespan=lifespan)
    app.state.service = state
    _add_endpoints(app, state)
    _add_refusals(app)
    app.add_middleware(
        Gate, limits=limits, metrics=metrics, version=lambda: swapper.engine.version, loopback_only=loopback_only
    )
    return app


def _add_endpoints(app: FastAPI, state: State) -> None:
    limits = state.limits

    @app.post("/recommend")
    async def recommend(asked: RecommendRequest) -> ListAnswer:
        engine = state.swapper.engine  # one reference: the answer is of one version, whatever is swapped meanwhile
        _check_n(asked.n, limits)
        if (asked.user is None) == (asked.history is None):
            how = "neither of them" if asked.user is None else "both"
            raise RequestError(422, f"Give either user or history; this request has {how}.")
        if asked.history is not None and len(asked.history) > limits.max_history:
            n = len(asked.history)
            raise RequestError(422, f"history has {n:,} items; at most {limits.max_history:,} are read: send the last.")
        return await state.listed(engine, engine.recommend, asked.n, asked.user, asked.history)

    @app.post("/search")
    async def search(asked: SearchRequest) -> ListAnswer:
        engine = state.swapper.engine
        _check_n(asked.n, limits)
        _check_query(asked.query, limits)
        scores = await state.search.scores(engine, asked.query)
        return await state.listed(engine, engine.listed, scores, asked.n)

    @app.post("/similar")
    async def similar(asked: SimilarRequest) -> ListAnswer:
        engine = state.swapper.engine
        _check_n(asked.n, limits)
        return await state.listed(engine, engine.similar, asked.item, asked.n)

    @app.get("/health")
    async def health() -> HealthAnswer:
        engine = state.swapper.engine
        return HealthAnswer(
            status="ok", model=engine.version, worker=os.getpid(), items=len(engine.item_ids),
            search=state.search.state(engine),
        )  # fmt: skip

    @app.get("/metrics")
    async def metrics() -> Response:
        return Response(state.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _check_n(n: int, limits: Limits) -> None:
    if not 1 <= n <= limits.max_n:
        raise RequestError(422, f"n must be a whole number from 1 to {limits.max_n:,}; got {_shown(n)}.")


def _check_query(query: str, limits: Limits) -> None:
    if not query.strip():
        raise RequestError(422, "query is empty; give a few words.")
    if len(query) > limits.max_query:
        raise RequestError(422, f"query has {len(query):,} characters; at most {limits.max_query:,} are read.")
    if any(0xD800 <= ord(each) < 0xE000 for each in query):
        raise RequestError(422, "query is no text: it holds half of a character (a lone surrogate).")


# ---- What is refused, and how it is said

_EXPECTED = {
    "user": "user must be one id, a whole number or text",
    "history": "history must be a list of ids, each a whole number or text",
    "item": "item must be one id, a whole number or text",
    "query": "query must be text",
    "n": "n must be a whole number",
}
_WORDS = {404: "There is no such path; there are /health, /recommend, /search, /similar and /metrics."}


def _add_refusals(app: FastAPI) -> None:
    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return JSONResponse({"detail": _sentence(error.errors()[0])}, 422)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == 400:  # FastAPI's for a body that no JSON parser reads, such as one that is too deep
            return JSONResponse({"detail": "The request is not JSON that can be read."}, 422)
        words = _WORDS.get(error.status_code, f"{request.method} is not for this path: {error.detail}.")
        return JSONResponse({"detail": words}, error.status_code, headers=error.headers)

    @app.exception_handler(RequestError)
    async def refused(request: Request, error: RequestError) -> JSONResponse:
        headers = None if error.retry_after is None else {"Retry-After": str(error.retry_after)}
        return JSONResponse({"detail": error.sentence}, error.status, headers=headers)


def _sentence(error: Any) -> str:
    """One of pydantic's errors as a sentence about the request."""
    kind, where = error["type"], [str(part) for part in error["loc"][1:]]
    if kind == "json_invalid":
        return f"The request is not JSON: {error['ctx']['error']} at character {error['loc'][1]}."
    if not where:
        return "The request must be a JSON object, sent as application/json."
    if kind == "extra_forbidden":
        return f"The request has a field {_shown(where[0])}, which is none of this path's."
    if kind == "missing":
        return f"{where[0]} is missing: {_EXPECTED[where[0]]}."
    return f"{_EXPECTED[where[0]]}; got {_shown(error['input'])}."


def _shown(value: Any) -> str:
    said = ascii(value)
    return said if len(said) <= 40 else f"{said[:40]}…"
