"""What size buys: encoders from a table of counts to a language model, on the same tasks, beside what each costs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

import recbook
from recbook.data import Interactions, Split, cold_items
from recbook.data.cards import card
from recbook.data.film_names import SERIES_WITHOUT_SHARED_WORDS, series
from recbook.evaluation import bootstrap, evaluate_scores
from recbook.models import FeatureRidge
from recbook.text import TextEncoder, lee, onnx
from recbook.text.backends import backend
from recbook.text.controls import random_vectors, word_vectors
from recbook.text.language_model import LanguageModel
from recbook.text.multilingual import MultilingualEncoder
from recbook.text.retrieval import neighbour_hits, static_vectors
from recbook.vectors import unit

MINILM = "all-MiniLM-L6-v2"
PENALTIES = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
OUTER, INNER, HIDDEN = range(5), (5, 6), 0.2
LIKED = 4.0
LAYER = 22
"""Of the language model: what chapter 16 chose on inner hidden sets."""

WATTS = 15.0
"""What one busy core of a laptop is taken to draw; a guess, so only quotients of watt-hours mean something."""

BOOKS = 20_000
"""Titles of books that the student learns from."""


class Reader(NamedTuple):
    """An encoder: how it makes vectors of texts, and how many bytes one has to keep for it."""

    encode: Callable[[Sequence[str]], np.ndarray]
    bytes: int


def _weights_of(name: str) -> int:
    return sum(one.bytes for member, one in card(name).members.items() if member.endswith((".safetensors", ".npz")))


def _minilm(kind: str = "torch") -> Reader:
    encoder = TextEncoder(MINILM, backend=kind)
    size = _weights_of(MINILM) if kind == "torch" else len(onnx.made(backend(MINILM), kind))
    return Reader(lambda texts: encoder.encode(texts, keep=False), size)


def _static() -> Reader:
    encoder = TextEncoder(MINILM)
    _, model = encoder._loaded
    return Reader(lambda texts: static_vectors(texts, encoder), 4 * model.embeddings.word_embeddings.weight.numel())


def _tiny() -> Reader:
    encoder = TextEncoder("splade-tiny")
    return Reader(lambda texts: encoder.encode(texts, keep=False), _weights_of("splade-tiny"))


def _multilingual() -> Reader:
    return Reader(MultilingualEncoder().encode, _weights_of("use-multilingual"))


def _language_model() -> Reader:
    model = LanguageModel()

    def encode(texts: Sequence[str]) -> np.ndarray:
        """The last token's state behind a wording that asks for what the film is; each column standardised."""
        (states,) = model.hidden_states([f'The film "{text}" is a' for text in texts], [LAYER], "last")
        return (states - states.mean(axis=0)) / np.maximum(states.std(axis=0), 1e-6)

    (weights,) = (one for member, one in card("smollm2").members.items() if member.endswith(".gguf"))
    return Reader(encode, weights.bytes)


READERS: dict[str, Callable[[], Reader]] = {
    "random": lambda: Reader(random_vectors, 0),
    "words": lambda: Reader(lambda texts: word_vectors(texts), 0),
    "static": _static,
    "splade-tiny": _tiny,
    "MiniLM, int8": lambda: _minilm("onnx-int8"),
    "MiniLM": _minilm,
    "multilingual": _multilingual,
    "SmolLM2": _language_model,
}
"""By name what makes the encoder. ``words`` counts words (TF-IDF), ``random`` says nothing: two controls."""


def reader(name: str) -> Reader:
    """The encoder of that name. ValueError for an unknown one."""
    if name not in READERS:
        raise ValueError(f"There is no encoder {name!r}; there is: {', '.join(READERS)}.")
    return READERS[name]()


# The tasks


@cache
def films() -> Interactions:
    ratings: Interactions = recbook.load("ml-100k")
    return ratings


@cache
def titles() -> list[str]:
    items = films().items
    assert items is not None
    return [str(title) for title in items["display_title"]]


@cache
def hidden(seed: int) -> Split:
    """A fifth of the films hidden; a film under two numbers is one film."""
    return cold_items(films(), HIDDEN, seed, names=titles())


def judged(made: Reader) -> dict[str, Any]:
    """Quality on three tasks, and what 1,682 titles cost on one thread in CPU seconds, the encoder loaded.

    ``hidden`` as `on_hidden`; ``series`` is the share of films that have one of their series among their 10 nearest,
    though no word is shared; ``news`` the agreement with people on 50 news. Both with the ends of their interval.
    """
    made.encode(titles()[:2])
    start = time.process_time()
    vectors = np.asarray(made.encode(titles()), np.float32)
    seconds = time.process_time() - start
    centred = unit(vectors - vectors.mean(axis=0))
    near = neighbour_hits(centred, series(titles(), SERIES_WITHOUT_SHARED_WORDS))
    return {"hidden": on_hidden(centred), "series": [near.mean(), *bootstrap(near)], "news": on_news(made),
            "bytes": made.bytes, "seconds": seconds, "width": vectors.shape[1]}  # fmt: skip


def on_news(made: Reader) -> list[float]:
    """Spearman's correlation with people's similarities of 50 news, and the ends of its interval over the texts."""
    texts, people = lee.read()
    vectors = np.asarray(made.encode(texts), np.float32)
    draws = lee.resampled_agreement(vectors - vectors.mean(axis=0), people, n_resamples=1000)
    return [float(draws.mean()), *map(float, np.quantile(draws, [0.025, 0.975]))]


def on_hidden(vectors: np.ndarray) -> dict[str, Any]:
    """Ridge regression on hidden films, its penalty chosen on two other hidden sets; each user's mean over five."""
    levels = {l2: float(np.mean([np.nanmean(ranked(vectors, l2, seed)) for seed in INNER])) for l2 in PENALTIES}
    l2 = max(levels, key=lambda one: levels[one])
    sets = np.array([ranked(vectors, l2, seed) for seed in OUTER])
    per_user = [None if np.isnan(own).all() else round(float(np.nanmean(own)), 4) for own in sets.T]
    means = np.array(per_user, float)
    return {"ndcg": float(np.nanmean(means)), "interval": bootstrap(means), "l2": l2,
            "sets": np.nanmean(sets, axis=1), "per_user": per_user}  # fmt: skip


def ranked(vectors: np.ndarray, l2: float, seed: int) -> np.ndarray:
    """NDCG@10 of each user among the hidden films of a set: ``(n_users,)``, NaN where none is liked."""
    split = hidden(seed)
    scores = FeatureRidge(vectors, l2).fit(split.train).score(np.arange(films().n_users))
    return evaluate_scores(scores[:, split.candidates], split.wanted()[:, split.candidates]).per_user["ndcg@10"]


# A student of MiniLM


def book_titles() -> list[str]:
    """Titles to teach with, drawn from the books of the course: none is chosen by what films are called."""
    books: Interactions = recbook.load("books")
    assert books.items is not None
    every = np.unique(books.items["title"].to_numpy().astype(str))
    return [str(title) for title in np.random.default_rng(0).permutation(every)[:BOOKS] if title.strip()]


class Student(nn.Module):
    """A vector of ``width`` numbers for each token, their mean, a map to the teacher's width: no layer is run.

    It begins as the teacher's own table of tokens, ``table`` ``(n_tokens, d)``, cut to its main directions.
    """

    def __init__(self, table: np.ndarray, width: int = 64) -> None:
        super().__init__()
        mean = table.mean(axis=0)
        _, _, directions = np.linalg.svd(table[::7] - mean, full_matrices=False)
        self.tokens = nn.EmbeddingBag.from_pretrained(
            torch.tensor((table - mean) @ directions[:width].T, dtype=torch.float32), freeze=False, mode="mean"
        )
        self.project = nn.Linear(width, table.shape[1])
        with torch.no_grad():
            self.project.weight.copy_(torch.tensor(directions[:width].T))
            self.project.bias.copy_(torch.tensor(mean))

    def forward(self, ids: Tensor, offsets: Tensor) -> Tensor:
        """Tokens of all texts in one row, and where each text begins: unit vectors ``(n, d)``."""
        return functional.normalize(self.project(self.tokens(ids, offsets)), dim=1)


def distil_loss(student: Tensor, teacher: Tensor) -> Tensor:
    """One minus the mean cosine of the student's vectors ``(n, d)`` with the teacher's."""
    return 1 - functional.cosine_similarity(student, teacher, dim=1).mean()


def flat(tokens: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Tokens of texts as `Student` reads them; an empty text is one padding token."""
    rows = [row or [0] for row in tokens]
    lengths = np.array([len(row) for row in rows])
    return torch.tensor(np.concatenate(rows)), torch.tensor(np.cumsum(lengths) - lengths)


def teach(
    texts: Sequence[str], teacher: np.ndarray, epochs: int = 8, width: int = 64, seed: int = 0, rate: float = 2e-3
) -> tuple[Student, Reader, list[float]]:
    """A student taught on ``texts`` to say what the ``teacher`` ``(n, 384)`` says; itself, as a reader, its losses."""
    tokenizer, model = TextEncoder(MINILM)._loaded
    torch.manual_seed(seed)
    student = Student(model.embeddings.word_embeddings.weight.detach().numpy(), width)
    ids = tokenizer(list(texts), add_special_tokens=False)["input_ids"]
    wanted, losses = torch.tensor(teacher), []
    optimizer = torch.optim.Adam(student.parameters(), lr=rate)
    order = np.random.default_rng(seed)
    for _ in range(epochs):
        for rows in np.array_split(order.permutation(len(ids)), -(-len(ids) // 256)):
            loss = distil_loss(student(*flat([ids[row] for row in rows])), wanted[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())

    @torch.inference_mode()
    def encode(some: Sequence[str]) -> np.ndarray:
        return student(*flat(tokenizer(list(some), add_special_tokens=False)["input_ids"])).numpy()

    return student, Reader(encode, 4 * sum(part.numel() for part in student.parameters())), losses
