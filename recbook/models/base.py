"""What the recommenders share: lists with ids and titles, a folder to be saved in, and, if trained, their settings."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

import numpy as np

from recbook.data import store
from recbook.data.interactions import Interactions
from recbook.data.split import TASKS
from recbook.evaluation.metrics import top_k
from recbook.fitted import fitted
from recbook.models.saved import class_of, pack, path_of, unpack
from recbook.vectors import finite

if TYPE_CHECKING:
    import pandas as pd

FORMAT = "recbook.model"
_INT64 = range(-(2**63), 2**63)


class TopLists(NamedTuple):
    """The best items of ``m`` users, best first; an item of -1 is a place that the user's list does not fill."""

    user_ids: np.ndarray  # (m,); 0 for the person of a history
    items: np.ndarray  # (m, n) int64, indices of the log of fit
    scores: np.ndarray  # (m, n)


class BaseRecommender(ABC):
    """A model that learns from a log by `fit` and scores every item by `score`; all else follows from these.

    ``log_`` is the log of fit: its ids name users and items, its rows are what they already have.
    """

    task: ClassVar[str] = "new"
    """What `recommend` lists unless told: "new" to the user, "again" (what the user has), or "all"."""

    reads_history: ClassVar[bool] = False
    """Whether `score` scores from the history that it is given; otherwise it is accepted and not read."""

    log_: Interactions

    @abstractmethod
    def fit(self, interactions: Interactions) -> Self:
        """Learn from the log; returns the model itself. ValueError for an empty log."""

    @abstractmethod
    def score(self, users: np.ndarray, history: Interactions | None = None) -> np.ndarray:
        """float32 ``(len(users), n_items)`` for user indices, higher is better; ``history`` as `reads_history` says."""

    def recommend(
        self, users: Any = None, n: int = 10, *, history: Iterable[Any] | None = None, task: str | None = None
    ) -> pd.DataFrame:
        """The ``n`` best items of each user in ``users``, ids of the log of fit: one row an item, best first.

        Columns: user_id, place (from 1), item_id, title (where the items have one) and score. Instead of ``users``,
        ``history=`` takes the item ids of one person who need not be in the log, oldest first (all of one moment,
        where a model reads times); the model must be one that scores from a history. ``task`` is as in
        `recbook.evaluation.evaluate`, by default ``model.task``. A user with fewer than ``n`` such items gets fewer
        rows. KeyError for an id that the log of fit lacks.
        """
        return _table(self.ranked(users, n, history=history, task=task), fitted(self, "log_"), history is None)

    def ranked(
        self, users: Any = None, n: int = 10, *, history: Iterable[Any] | None = None, task: str | None = None
    ) -> TopLists:
        """What `recommend` lists, as arrays: for a service, which has no use for a table."""
        log, task = fitted(self, "log_"), _known(self.task if task is None else task)
        if (users is None) == (history is None):
            raise ValueError("recommend takes user ids, or history= with the item ids of one person; give one of them.")
        if history is None:
            index = positions(users, log.user_ids, "user")
            part, scores = log.of_users(index), np.asarray(self.score(index))
        else:
            part = _of_one(history, log)
            scores = np.asarray(self._from_history(part))
        items = _lists(scores, part, n, task)
        return TopLists(part.user_ids, items, np.take_along_axis(scores, np.maximum(items, 0), axis=1))

    def save(self, folder: str | Path) -> Path:
        """Write the fitted model into ``folder`` by `recbook.data.store` and return the manifest's path.

        It holds the settings, what was learned, and of the log of fit who met what and when, with ids and titles:
        treat the folder as you treat the log. Functions such as ``on_epoch`` are left out.
        """
        fitted(self, "log_")
        arrays: dict[str, np.ndarray] = {}
        state = {name: pack(value, name, arrays) for name, value in self._state().items()}
        return store.save(folder, FORMAT, {"model": path_of(type(self)), "state": state}, arrays)

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """The model that `save` wrote: it scores and recommends as before.

        FileNotFoundError where a file is missing; `recbook.data.store.ArtifactError` where one is cut, damaged, of
        another version, or holds another model. `recbook.models.load` loads any of them.
        """
        content, arrays = store.load(folder, FORMAT)
        if content["model"] != path_of(cls):
            raise store.ArtifactError(f"{folder} holds a {content['model']}, not a {path_of(cls)}.")
        return cls._of(content["state"], arrays)

    @classmethod
    def _of(cls, state: dict[str, Any], arrays: dict[str, np.ndarray]) -> Self:
        model = cls.__new__(cls)
        model._restore({name: unpack(stored, arrays) for name, stored in state.items()})
        return model

    def _state(self) -> dict[str, Any]:
        """All attributes; a class whose parts are of another library gives them as arrays."""
        return dict(vars(self))

    def _restore(self, state: dict[str, Any]) -> None:
        vars(self).update(state)

    def _from_history(self, part: Interactions) -> np.ndarray:
        """Scores of the users of ``part``, on the items of the log of fit, from its rows alone."""
        raise ValueError(
            f"{type(self).__name__} has no score for a person outside its log: it does not read a history. "
            "Give user ids, or take a model that does, such as EASE or SASRec."
        )

    def _with_rows(self, interactions: Interactions) -> Interactions:
        """The log, which must not be empty."""
        if not interactions.n:
            raise ValueError(f"{type(self).__name__}.fit: the log is empty, so there is nothing to learn from.")
        return interactions


class HistoryReader(BaseRecommender):
    """A recommender whose scores follow from what a user has met, so that it can score anybody's history.

    A user who met something after the fit is scored with that too, without a new fit.
    """

    reads_history = True

    def score(self, users: np.ndarray, history: Interactions | None = None) -> np.ndarray:
        """float32 ``(len(users), n_items)``, from the rows of ``history``, or of the log of fit where that is None.

        ``users`` are indices in ``history``. Raises ValueError for a history on other items than those of fit.
        """
        return self._from_history(self._known_history(history).of_users(users))

    @abstractmethod
    def _from_history(self, part: Interactions) -> np.ndarray: ...

    def _known_history(self, history: Interactions | None) -> Interactions:
        log = fitted(self, "log_")
        if history is None or history.item_ids is log.item_ids:
            return log if history is None else history
        if history.n_items != log.n_items:
            raise ValueError(f"history has {history.n_items} items, the log of fit {log.n_items}; give the same ids.")
        if not np.array_equal(history.item_ids, log.item_ids):
            raise ValueError("history has as many items as the log of fit, but other ids; give the same ids.")
        return history


class TrainedRecommender(BaseRecommender):
    """A recommender trained by steps: from the items' identities, from their features, or from both.

    ``item_features`` ``(n_items, d)`` are what is known about an item before its first rating; ``settings`` say by
    ``text`` whether they are used (by default, where they are given). After `fit`, ``losses_`` holds the loss of each
    step. ``on_epoch(model, epoch)`` is called after each epoch, and stops the training by returning True.
    """

    default_settings: ClassVar[Callable[..., Any]]

    def __init__(
        self,
        item_features: np.ndarray | None = None,
        settings: Any = None,
        seed: int = 0,
        on_epoch: Callable[[Any, int], bool | None] | None = None,
    ) -> None:
        self.settings = self.default_settings(text=item_features is not None) if settings is None else settings
        if self.settings.text and item_features is None:
            raise ValueError("settings.text is True: give item_features, or set text=False.")
        self.item_features = finite(item_features, "item_features") if self.settings.text else None
        self.seed, self.on_epoch = seed, on_epoch


def load(folder: str | Path) -> BaseRecommender:
    """Any model of recbook that was saved in ``folder``; errors as `BaseRecommender.load`."""
    content, arrays = store.load(folder, FORMAT)
    try:
        kind = class_of(content["model"])
    except ValueError as error:
        raise store.ArtifactError(str(error)) from None
    return kind._of(content["state"], arrays)  # type: ignore[attr-defined]


def positions(ids: Any, known: np.ndarray, kind: str) -> np.ndarray:
    """Index of each id (one, or several) in ``known``, which ascends: int64 ``(m,)``. KeyError for what it lacks."""
    single = isinstance(ids, (str, bytes)) or not isinstance(ids, Iterable)
    given, text = [ids] if single else list(ids), known.dtype == object
    fit = [isinstance(one, str) if text else isinstance(one, (int, np.integer)) and int(one) in _INT64 for one in given]
    wanted = np.array([one if fits else (known[0] if len(known) else 0) for one, fits in zip(given, fit, strict=True)],
                      known.dtype)  # fmt: skip
    place = np.minimum(np.searchsorted(known, wanted), max(len(known) - 1, 0)).astype(np.int64)
    found = np.array(fit, bool) & (known[place] == wanted if len(known) else False)
    if not found.all():
        lacking = [one for one, is_in in zip(given, found, strict=True) if not is_in]
        more = f" ({len(lacking):,} such {kind}s)" if len(lacking) > 1 else ""
        raise KeyError(
            f"{kind} {lacking[0]!r} is not in the log of fit{more}; its ids are {'text' if text else 'whole numbers'}."
        )
    return place


def _known(task: str) -> str:
    if task not in TASKS:
        raise ValueError(f"task must be one of {', '.join(map(repr, TASKS))}; got {task!r}.")
    return task


def _of_one(history: Iterable[Any], log: Interactions) -> Interactions:
    """A log of one user who met the items with these ids, in this order, at the end of the log of fit."""
    items = positions(history, log.item_ids, "item")
    n, times = len(items), log.timestamp
    now = None if times is None else np.full(n, times.max(initial=0), np.int64)
    user = np.zeros(n, np.int64)
    return Interactions(user, items, None, now, np.zeros(1, np.int64), log.item_ids, items=log.items, zone=log.zone)


def _lists(scores: np.ndarray, part: Interactions, n: int, task: str) -> np.ndarray:
    if task == "again":
        scores = np.where(part.matrix().toarray() > 0, scores, -np.inf)
    return top_k(scores, n, part.matrix() if task == "new" else None)


def _table(top: TopLists, log: Interactions, with_users: bool) -> pd.DataFrame:
    import pandas as pd

    row, column = np.nonzero(top.items >= 0)
    items = top.items[row, column]
    shown: dict[str, Any] = {"user_id": top.user_ids[row]} if with_users else {}
    shown |= {"place": column + 1, "item_id": log.item_ids[items]}
    if log.items is not None and "title" in log.items:
        shown["title"] = log.items["title"].iloc[items].to_numpy()
    return pd.DataFrame(shown | {"score": top.scores[row, column]})
