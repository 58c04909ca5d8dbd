"""A catalogue that is nearly all tail: editions found by text, and new books by what is known of them (chapter 11).

`recbook experiment books` runs this. Book-Crossing has no times and few stars, so a reader had a book or had not.
Editions: 160 pairs of books that were judged by hand (`recbook.chapters.applications.editions`). New books: works with
at least 10 readers and readers with at least 5 works; a fifth of the works is hidden, two times, and ranked by a ridge
regression from what is known of them to 64 directions of who had what; penalties are chosen by hiding once more.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np
from scipy import linalg, sparse
from scipy.sparse.linalg import svds
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Ridge
from sklearn.metrics import average_precision_score

import recbook
from recbook.chapters.applications import editions
from recbook.data import Interactions, cold_items
from recbook.data.prepare import BOOK_STEPS, drop_unlisted_items, mend_book_texts, repair, work_keys
from recbook.evaluation import bootstrap, evaluate_scores
from recbook.evaluation.compare import bootstrap_over_sets, sets_won
from recbook.evaluation.protocol import shuffled_ties
from recbook.experiments import say
from recbook.text import TextEncoder
from recbook.text.controls import random_vectors
from recbook.text.multilingual import MultilingualEncoder
from recbook.text.pooling import center
from recbook.vectors import unit

NDCG = "ndcg@10"
READERS, WORKS, RANK, ASKED = 10, 5, 64, 3000
SEEDS = (0, 1)
PENALTIES = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
PAIRS = [
    ("author", "words, title and author"), ("author", "MiniLM, title by author"), ("MiniLM, title", "words, title"),
    ("author, MiniLM", "author"), ("author, publisher", "author"),
]  # fmt: skip


# Editions


@cache
def books() -> Interactions:
    """The log with its texts mended and no editions merged."""
    return repair(recbook.load("books"), (drop_unlisted_items, mend_book_texts))[0]


def found_editions() -> dict[str, Any]:
    """Precision and recall of each way to say that two books are one work, on the pairs judged by hand."""
    items = books().items.set_index("item_id")
    pairs = [*editions.SAME, *editions.OTHER]
    same = np.arange(len(pairs)) < len(editions.SAME)
    one, other = (items.loc[[pair[side] for pair in pairs]] for side in (0, 1))
    keys = work_keys(one).to_numpy(), work_keys(other).to_numpy()
    titles = [[key.split(" / ")[0] or "-" for key in part] for part in keys]
    found = {"rule": hits(keys[0] == keys[1], same)}
    for name, cosine in cosines(titles, one, other).items():
        found[name] = hits(crossed(cosine, same), same) | {"average precision": average_precision_score(same, cosine)}
        say(f"{name}: {found[name]}")
    return {"pairs": len(pairs), "same": int(same.sum()), "ways": found}


def cosines(titles: list[list[str]], one: Any, other: Any) -> dict[str, np.ndarray]:
    """How alike the two titles of each pair are, without brackets, by each reader of texts."""
    by_author = [[f"{t} by {a}" for t, a in zip(t_, p["author"], strict=True)]
                 for t_, p in zip(titles, (one, other), strict=True)]  # fmt: skip
    ways = {
        "words": (partial(tfidf, analyzer="word", token_pattern=r"\w+"), titles),
        "character n-grams": (partial(tfidf, analyzer="char_wb", ngram_range=(3, 5)), titles),
        "MiniLM": (TextEncoder().encode, titles),
        "MiniLM, title by author": (TextEncoder().encode, by_author),
        "universal": (MultilingualEncoder().encode, titles),
    }
    return {name: alike(read(texts[0] + texts[1])) for name, (read, texts) in ways.items()}


def tfidf(texts: list[str], **how: Any) -> np.ndarray:
    return TfidfVectorizer(**how).fit_transform(texts).toarray()


def alike(vectors: np.ndarray) -> np.ndarray:
    first, second = np.split(vectors, 2)
    return (first * second).sum(axis=1)


def crossed(cosine: np.ndarray, same: np.ndarray, seed: int = 0) -> np.ndarray:
    """Whether each pair lies above a threshold that does best (F1) on the other half of the pairs."""
    half = np.zeros(len(same), int)
    for kind in (True, False):
        of_kind = np.flatnonzero(same == kind)
        half[np.random.default_rng(seed).permutation(of_kind)[::2]] = 1
    said = np.zeros(len(same), bool)
    for part in (0, 1):
        rest = half != part
        best = max(np.unique(cosine[rest]), key=lambda cut: f1(cosine[rest] >= cut, same[rest]))
        said[half == part] = cosine[half == part] >= best
    return said


def f1(said: np.ndarray, same: np.ndarray) -> float:
    return 2 * (said & same).sum() / max(said.sum() + same.sum(), 1)


def hits(said: np.ndarray, same: np.ndarray) -> dict[str, Any]:
    right = int((said & same).sum())
    return {"said": int(said.sum()), "right": right, "precision": right / max(said.sum(), 1),
            "recall": right / same.sum(), "f1": f1(said, same)}  # fmt: skip


# New books


@cache
def works() -> Interactions:
    """Who had which work, without stars: works with enough readers, of readers with enough works."""
    log = repair(recbook.load("books"), BOOK_STEPS)[0]
    log = log.keep_items(log.item_counts() >= READERS)
    log = log.take((log.user_counts() >= WORKS)[log.user])
    return replace(log.keep_items(log.item_counts() > 0), rating=None)


Table = tuple[sparse.csr_array | None, np.ndarray | None]
"""What is known of every work: a sparse part, a dense part, or both."""


@cache
def features() -> dict[str, Table]:
    """What is known of a work, a row of length 1 for each kind of knowledge."""
    items = works().items
    titles, authors = items["title"].tolist(), items["author"].tolist()
    both = [f"{title} by {author}" for title, author in zip(titles, authors, strict=True)]
    read = {name: unit(center(TextEncoder().encode(texts))) for name, texts in (("title", titles), ("both", both))}
    author, publisher = (one_of(items[column].str.lower()) for column in ("author", "publisher"))
    say(f"{works()!r}: {author.shape[1]:,} authors")
    return {
        "random vector a book": (None, random_vectors([str(i) for i in range(len(titles))])),
        "publisher": (publisher, None),
        "words, title": (sparse.csr_array(TfidfVectorizer().fit_transform(titles)), None),
        "MiniLM, title": (None, read["title"]),
        "words, title and author": (sparse.csr_array(TfidfVectorizer().fit_transform(both)), None),
        "MiniLM, title by author": (None, read["both"]),
        "author": (author, None),
        "author, publisher": (sparse.csr_array(sparse.hstack([author, publisher])), None),
        "author, MiniLM": (author, read["title"]),
    }


def ridge(table: Table, known: np.ndarray, hidden: np.ndarray, y: np.ndarray, l2: float) -> np.ndarray:
    """The ridge regression's predictions for the hidden works; a sparse part beside a dense one has one 1 a row."""
    one, dense = table
    mean = y.mean(axis=0)
    if dense is None:
        return Ridge(alpha=l2, solver="sparse_cg", tol=1e-3).fit(one[known], y).predict(one[hidden])
    z, target = dense[known], y - mean
    if one is None:
        return dense[hidden] @ linalg.solve(z.T @ z + l2 * np.eye(z.shape[1]), z.T @ target, assume_a="pos") + mean
    a = one[known]
    size = np.asarray(a.sum(axis=0)) + l2  # A'A + l2 I is diagonal: what it explains is taken out first
    across = (a.T @ z) / size[:, None]
    left = z.T @ z + l2 * np.eye(z.shape[1]) - (a.T @ z).T @ across
    of_dense = linalg.solve(left, z.T @ target - across.T @ (a.T @ target), assume_a="pos")
    of_one = (a.T @ (target - z @ of_dense)) / size[:, None]
    return one[hidden] @ of_one + dense[hidden] @ of_dense + mean


def one_of(values: Any) -> sparse.csr_array:
    _, place = np.unique(values.to_numpy(str), return_inverse=True)
    return sparse.csr_array((np.ones(len(place)), (np.arange(len(place)), place)))


class Hiding:
    """A fifth of the works hidden: who had the others in 64 directions, and who had the hidden ones."""

    def __init__(self, log: Interactions, seed: int, among: np.ndarray | None = None) -> None:
        part = cold_items(log, 0.2, seed, among=among)
        self.log, self.known = part.train, part.train.item_counts() > 0
        self.hidden = part.test.item_counts() > 0
        wanted = part.test.matrix()[:, self.hidden]
        asked = np.flatnonzero(np.diff(wanted.indptr))
        self.asked = np.sort(np.random.default_rng(seed).permutation(asked)[:ASKED])
        self.wanted = wanted[self.asked]
        rows = part.train.matrix().T.tocsr()[self.known].astype(float)
        u, s, self.readers = svds(rows, k=RANK, v0=np.ones(min(rows.shape)))
        self.places = u * s

    def judged(self, x: Table, l2: float) -> np.ndarray:
        """NDCG@10 of each reader who is asked, among the hidden works."""
        scores = ridge(x, self.known, self.hidden, self.places, l2) @ self.readers[:, self.asked]
        return evaluate_scores(*shuffled_ties(scores.T, self.wanted)).per_user[NDCG]


@cache
def hidings(seed: int) -> tuple[Hiding, Hiding]:
    outer = Hiding(works(), seed)
    return outer, Hiding(outer.log, 100 + seed, among=outer.known)


def new_books() -> dict[str, Any]:
    """Every kind of knowledge on two hidden sets, the penalty chosen on an inner one."""
    rows, chosen = {}, {}
    for name, x in features().items():
        rows[name], chosen[name] = zip(*(tuned(x, seed) for seed in SEEDS), strict=True)
        say(f"{name}: {[round(float(np.nanmean(row)), 4) for row in rows[name]]}, penalties {chosen[name]}")
    return {
        "pairs": works().n, "works": works().n_items, "readers": int((works().user_counts() > 0).sum()),
        "hidden": [int(hidings(seed)[0].hidden.sum()) for seed in SEEDS],
        "models": {
            name: {"ndcg": float(np.mean([np.nanmean(row) for row in two])), "sets": [np.nanmean(row) for row in two],
                   "interval": [bootstrap(row) for row in two], "l2": list(chosen[name])}
            for name, two in rows.items()
        },
        "differences": [
            {"model": one, "less": other, "interval": bootstrap_over_sets(*(np.array(rows[k]) for k in (one, other))),
             "sets_won": sets_won(*(np.array(rows[k]) for k in (one, other)))}
            for one, other in PAIRS
        ],
    }  # fmt: skip


def tuned(x: Table, seed: int) -> tuple[np.ndarray, float]:
    outer, inner = hidings(seed)
    l2 = max(PENALTIES, key=lambda one: np.nanmean(inner.judged(x, one)))
    return outer.judged(x, l2), l2


MINUTES = 30
PACKAGES = ("numpy", "scipy", "scikit-learn", "transformers")
SETTINGS = {
    "readers": READERS, "works": WORKS, "rank": RANK, "asked": ASKED, "seeds": list(SEEDS),
    "penalties": list(PENALTIES), "pairs": PAIRS,
}  # fmt: skip
PARTS = {"editions": found_editions, "new": new_books}
