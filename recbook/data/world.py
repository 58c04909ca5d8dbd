"""A small invented world in which the truth is known: who would click what, and what any policy is really worth.

Real logs show clicks on what was shown, never on what was not. Here the chance of every click is a formula:
``sigmoid(taste · features + appeal − reserve)``, if the film is seen; and place r of a list, counted from 0, is looked
at with chance ``1 / (r + 1) ** eta``. Everything random takes a generator or a seed: one seed, one world.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class World:
    """Users, films and chances. Films from ``n_old`` on are new: a logging policy may leave them out (`known`)."""

    users: np.ndarray  # (m, d): how strongly each user leans to each taste
    films: np.ndarray  # (n, d): how much of each taste a film has, rows sum to 1
    appeal: np.ndarray  # (n,): what everybody sees in it, on the logit scale: few films have much (a long tail)
    reserve: float  # how hard it is to get a click at all
    eta: float  # how fast attention falls from place to place; 0: every place is looked at
    n_old: int

    @property
    def known(self) -> np.ndarray:
        """bool ``(n,)``: films that are not new."""
        return np.arange(len(self.films)) < self.n_old

    def click_probabilities(self) -> np.ndarray:
        """``(m, n)``: the chance that user u clicks film i once it is looked at."""
        return 1 / (1 + np.exp(self.reserve - self.users @ self.films.T - self.appeal))

    def attention(self, k: int) -> np.ndarray:
        """``(k,)``: the chance that each place of a list is looked at, 1 for the first."""
        return 1 / np.arange(1, k + 1) ** self.eta

    def expected_clicks(self, lists: np.ndarray) -> np.ndarray:
        """``(m,)``: clicks that a list ``(m, k)`` of film indices gets on average, place by place."""
        seen = self._chances(lists) * self.attention(np.shape(lists)[1])
        return seen.sum(axis=1)

    def show(self, lists: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Show each user a list once: which places were looked at, which clicked; two bool arrays ``(m, k)``."""
        looked = rng.random(np.shape(lists)) < self.attention(np.shape(lists)[1])
        return looked, looked & (rng.random(np.shape(lists)) < self._chances(lists))

    def value(self, policy: np.ndarray) -> float:
        """Clicks per visit on average, when one film is drawn for each visit from ``policy`` ``(m, n)``."""
        return float((policy * self.click_probabilities()).sum(axis=1).mean())

    def log(self, policy: np.ndarray, n_visits: int, rng: np.random.Generator) -> Visits:
        """``n_visits`` visits of random users, each shown one film, drawn from their row of ``policy`` ``(m, n)``."""
        user = rng.integers(len(self.users), size=n_visits)
        ladder = np.cumsum(policy, axis=1)
        ladder /= ladder[:, -1:]  # so that rounding never leaves a draw above the last step
        draws = zip(user, rng.random(n_visits), strict=True)
        film = np.array([np.searchsorted(ladder[u], x, side="right") for u, x in draws])
        click = rng.random(n_visits) < self.click_probabilities()[user, film]
        return Visits(user, film, click, policy[user, film])

    def _chances(self, lists: np.ndarray) -> np.ndarray:
        """``(m, k)``: the chance of a click at each place, if looked at. ValueError unless each user has a list."""
        if np.ndim(lists) != 2 or len(lists) != len(self.users):
            raise ValueError(f"lists must have one row for each of {len(self.users)} users; got {np.shape(lists)}.")
        return np.take_along_axis(self.click_probabilities(), np.asarray(lists), axis=1)


@dataclass(frozen=True, eq=False)
class Visits:
    """A log of visits with one film shown at each; every array ``(n_visits,)``."""

    user: np.ndarray
    film: np.ndarray
    click: np.ndarray  # bool
    propensity: np.ndarray  # the chance with which the logging policy showed this film to this user, above 0


def make_world(
    n_users: int = 500,
    n_films: int = 200,
    n_tastes: int = 4,
    n_new: int = 0,
    eta: float = 1.0,
    reserve: float = 4.5,
    lean: float = 4.0,
    seed: int = 0,
) -> World:
    """Draw a world. ``n_new`` of the ``n_films`` are new; ``lean`` says how much taste counts beside appeal.

    Users and films are mixtures of ``n_tastes`` (Dirichlet, mostly one taste each). Appeal has the
    quantiles of an exponential distribution, dealt out at random: a few films stand far above the rest.
    """
    if not 0 <= n_new < n_films:
        raise ValueError(f"n_new must lie between 0 and n_films - 1 = {n_films - 1}; got {n_new}.")
    rng = np.random.default_rng(seed)
    users = lean * rng.dirichlet(np.full(n_tastes, 0.3), size=n_users)
    films = rng.dirichlet(np.full(n_tastes, 0.3), size=n_films)
    appeal = -0.4 * np.log((rng.permutation(n_films) + 0.5) / n_films)
    return World(users, films, appeal, reserve, eta, n_films - n_new)


def softmax_policy(scores: np.ndarray, temperature: float = 1.0, allowed: np.ndarray | None = None) -> np.ndarray:
    """Chances ``(m, n)``, rows summing to 1, that grow with ``exp(score / temperature)``; 0 where not ``allowed``.

    A low temperature shows nearly always the best film, a high one shows all alike. ``allowed`` is bool ``(n,)`` or
    ``(m, n)``. ValueError for a temperature that is not above 0, or a user for whom nothing is allowed.
    """
    if not temperature > 0:
        raise ValueError(f"temperature must be above 0; got {temperature}.")
    scores = np.asarray(scores, float) / temperature
    if allowed is not None:
        scores = np.where(allowed, scores, -np.inf)
    if np.isneginf(scores).all(axis=1).any():
        raise ValueError("Each user needs at least one film that is allowed.")
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)
