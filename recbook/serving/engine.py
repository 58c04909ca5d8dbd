"""A stored model as the service asks it: lists with ids, titles and scores, for a user, a history, an item, a query.

`open_engine` reads what `recbook.serving.artifact.save` or any model's ``save`` wrote; both answer alike.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from recbook.data import store
from recbook.data.store import ArtifactError
from recbook.evaluation.metrics import top_k
from recbook.serving import artifact
from recbook.serving.errors import RequestError
from recbook.vectors import unit

if TYPE_CHECKING:
    from recbook.models import BaseRecommender

ENCODER = "all-MiniLM-L6-v2"  # of a folder that names none and has titles
Id = int | str


class Item(NamedTuple):
    """One place of a list."""

    id: Id
    title: str | None  # None where the model has none
    score: float


class Engine(ABC):
    """One version of one model. It is never changed, so any number of threads may ask it at once.

    ``item_ids`` ``(n_items,)`` and ``titles`` (as many, or None) stand in the order of every vector of scores.
    """

    item_ids: np.ndarray
    titles: tuple[str, ...] | None
    encoder: str | None  # what texts are searched with
    text_vectors: np.ndarray | None = None  # (n_items, d) of that encoder, where the folder holds them
    modules: tuple[str, ...] = ()  # that such a model needs: a spare worker imports them in advance

    def __init__(self, version: str) -> None:
        self.version = version

    @abstractmethod
    def recommend(self, n: int, user: Id | None = None, history: Sequence[Id] | None = None) -> list[Item]:
        """The ``n`` best items of a user or of a history, oldest first. RequestError where the model cannot say."""

    @abstractmethod
    def similar(self, item: Id, n: int) -> list[Item]:
        """The ``n`` items most like one item, without it. RequestError where the model cannot say."""

    def listed(self, scores: np.ndarray, n: int, without: np.ndarray | None = None) -> list[Item]:
        """The ``n`` best of ``scores`` ``(n_items,)``, less the rows ``without``; what has no finite score is left out.

        Ties go to the lower row.
        """
        excluded = np.zeros((1, len(scores)), bool)
        excluded[0, [] if without is None else without] = True
        rows = top_k(np.where(np.isfinite(scores), scores, -np.inf)[None], n, exclude=excluded)[0]
        return self._items(rows, scores[rows])

    def _items(self, rows: np.ndarray, scores: np.ndarray) -> list[Item]:
        """Rows of -1, and scores that are no numbers, are places that the list does not fill."""
        kept = (rows >= 0) & np.isfinite(scores)
        rows = rows[kept]
        titles = [None] * len(rows) if self.titles is None else [self.titles[row] or None for row in rows]
        return [*map(Item, self.item_ids[rows].tolist(), titles, scores[kept].tolist())]


def open_engine(folder: str | Path) -> Engine:
    """The model in ``folder``, its hashes checked.

    FileNotFoundError where a file is missing; ArtifactError where one is cut, damaged, of another version, or was
    replaced while it was read.
    """
    before = store.identity(folder)
    kind, version = before[0], before[1][:12]
    engine: Engine
    if kind == artifact.FORMAT:
        engine = ArtifactEngine(artifact.load(folder), version)
    else:
        from recbook import models

        engine = ModelEngine(models.load(folder), version)
    if store.identity(folder) != before:
        raise ArtifactError(f"{folder} was replaced while it was read.")
    return engine


class ArtifactEngine(Engine):
    """An `artifact.Artifact`: it knows no users, so it answers for histories.

    Its ``about`` may name the ``encoder`` that its titles are searched with, and say by ``"text_vectors":
    "item_side"`` that the items' vectors are that encoder's own.
    """

    def __init__(self, model: artifact.Artifact, version: str) -> None:
        super().__init__(version)
        self.model, self.item_ids = model, model.item_ids
        self.titles = model.titles if any(model.titles) else None
        self.encoder = model.about.get("encoder")
        self._sides = unit(model.item_side)
        if model.about.get("text_vectors") == "item_side":
            self.text_vectors = self._sides

    def recommend(self, n: int, user: Id | None = None, history: Sequence[Id] | None = None) -> list[Item]:
        if history is None:
            raise RequestError(
                422, f"user {user!r} is not known: this model holds no users; send their history instead."
            )
        rows = self._rows(history)
        return self.listed(self.model.scores(history), n, without=rows)

    def similar(self, item: Id, n: int) -> list[Item]:
        (row,) = self._rows([item])
        return self.listed(self._sides @ self._sides[row], n, without=np.array([row]))

    def _rows(self, items: Sequence[Id]) -> np.ndarray:
        rows = self.model.rows(items)
        if (rows < 0).any():
            raise RequestError(422, _unknown("item", items[int(np.argmax(rows < 0))], self.item_ids))
        return rows


class ModelEngine(Engine):
    """A model of `recbook.models` with the log that it was fitted on: it knows users, and may read histories."""

    def __init__(self, model: BaseRecommender, version: str) -> None:
        super().__init__(version)
        log = model.log_
        self.model, self.item_ids, self.encoder = model, log.item_ids, ENCODER
        self.modules = (type(model).__module__,)
        titles = None if log.items is None or "title" not in log.items else log.items["title"].fillna("")
        self.titles = None if titles is None or not (titles != "").any() else tuple(map(str, titles))
        log._by_user  # noqa: B018  # sorted once, here, and not by every request
        self._has_rows = log.user_counts() > 0
        self._needs_items = self._is_mute_without_items()
        self._finds_similar = self._tells_items_apart()

    def recommend(self, n: int, user: Id | None = None, history: Sequence[Id] | None = None) -> list[Item]:
        if history is None:
            top = self._ranked(n, users=[user])
            if self._needs_items and not self._has_rows[np.searchsorted(self.model.log_.user_ids, top.user_ids[0])]:
                raise RequestError(422, f"user {user!r} has no history in this model, which recommends from histories.")
        else:
            if self._needs_items and not history:
                raise RequestError(422, "history is empty: this model recommends from at least one item.")
            top = self._ranked(n, history=history)
        return self._items(top.items[0], top.scores[0])

    def similar(self, item: Id, n: int) -> list[Item]:
        if not self._finds_similar:
            raise RequestError(501, f"This model, {type(self.model).__name__}, does not say which items are alike.")
        top = self._ranked(n, history=[item], task="new")
        return self._items(top.items[0], top.scores[0])

    def _ranked(self, n: int, **asked: Any) -> Any:
        try:
            return self.model.ranked(n=n, **asked)
        except KeyError as error:  # an id that the log of fit lacks
            raise RequestError(422, str(error.args[0]).replace(" in the log of fit", " known to this model")) from None
        except ValueError as error:
            raise RequestError(501, str(error)) from None

    def _is_mute_without_items(self) -> bool:
        """Whether all items score alike for an empty history, so that a list would be the order of the rows."""
        try:
            return len(np.unique(self._all_scores([]))) == 1
        except RequestError:  # it reads no history: users are known otherwise
            return False

    def _tells_items_apart(self) -> bool:
        """Whether the two items that most is known about, each as a history, rank the others differently."""
        two = np.argsort(-self.model.log_.item_counts(), kind="stable")[:2]
        try:
            scores = np.stack([self._all_scores([item]) for item in self.item_ids[two].tolist()])
        except RequestError:
            return False
        return not (np.delete(scores, two, axis=1) == np.delete(scores[:1], two, axis=1)).all()

    def _all_scores(self, history: list[Id]) -> np.ndarray:
        top = self._ranked(len(self.item_ids), history=history, task="all")
        scores = np.empty(len(self.item_ids), np.float32)
        scores[top.items[0]] = top.scores[0]
        return scores


def _unknown(kind: str, one: Id, ids: np.ndarray) -> str:
    kinds = "text" if ids.dtype == object else "whole numbers"
    return f"{kind} {one!r} is not known to this model; its ids are {kinds}."
