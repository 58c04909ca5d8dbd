"""item2vec: a user's items are a sentence, an item is a word, and Word2Vec does the rest.

Barkan and Koenigstein 2016 proposed it; Caselles-Dupré, Lesaint and Royo-Letelier 2018 showed that the settings made
for language are poor for items. gensim trains it (Řehůřek and Sojka 2010), imported when a model is fitted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from recbook.data.interactions import Interactions
from recbook.data.split import time_rank_from_end
from recbook.models.baselines import _fitted

if TYPE_CHECKING:
    from gensim.models import Word2Vec

SCORINGS = ("output", "cosine")

_LONGEST_SENTENCE = 10_000  # gensim drops without a word what lies beyond


class Item2Vec:
    """Word2Vec with negative sampling on each user's items in time order; fitted on one thread, so repeatable.

    What it learns: ``vectors_`` ``(n_items, dimensions)``, the input vectors (of items that are read), and
    ``output_vectors_``, same shape (of items that are predicted); both zero for an item that the log lacks.

    How it learns:

    * ``radius``: how many items to each side are the context; ``shrink_windows`` draws 1…radius anew for each item;
    * ``ns_exponent``: negatives are drawn in proportion to ``count ** ns_exponent``, ``negative`` of them each time;
    * ``epochs``, and ``rate``, the learning rate, which falls linearly to almost 0;
    * ``sample``: gensim's threshold for leaving out frequent items, 0 leaves none out;
    * ``ordered``: False shuffles each user's items anew in every epoch;
    * ``skip_gram``: True predicts from one context item at a time, False (CBOW) from the mean of them all.

    How it scores: the user's vector is the mean of the vectors in the history, the k-th item from the end weighted
    ``0.5 ** (k / half_life)``, or all the same with ``half_life=None``.

    * ``"output"`` is the model's own prediction, with the vectors of both tables:
      ``mean input vector · output vector + prior * log(count)``. Where negative sampling is at its optimum the product
      is ``log P(item | context) - ns_exponent * log(count)`` plus a constant (Levy and Goldberg 2014, section 3.1,
      for skip-gram and exponent 1), so ``prior=None`` takes ``ns_exponent`` and ranks by P.
    * ``"cosine"`` is the usual recipe: the mean of unit input vectors against unit input vectors.

    An item that the log lacks scores below all others, and one in the history adds nothing. A user without a history
    has a vector of zeros: by "output" such a user gets the items by count, by "cosine" no order at all.
    """

    vectors_: np.ndarray
    output_vectors_: np.ndarray
    counts_: np.ndarray  # (n_items,) interactions in the log

    def __init__(
        self,
        dimensions: int = 100,
        radius: int = 8,
        ns_exponent: float = 0.25,
        epochs: int = 20,
        negative: int = 10,
        sample: float = 0.0,
        rate: float = 0.025,
        ordered: bool = True,
        skip_gram: bool = False,
        shrink_windows: bool = True,
        scoring: str = "output",
        half_life: float | None = 2.0,
        prior: float | None = None,
        seed: int = 0,
    ) -> None:
        whole = {"dimensions": dimensions, "radius": radius, "epochs": epochs, "negative": negative}
        if small := [f"{name}={value}" for name, value in whole.items() if value < 1]:
            raise ValueError(f"dimensions, radius, epochs and negative must be at least 1; got {', '.join(small)}.")
        if rate <= 0 or sample < 0:
            raise ValueError(f"rate must be above 0 and sample at least 0; got rate={rate}, sample={sample}.")
        if half_life is not None and half_life <= 0:
            raise ValueError(f"half_life must be above 0, or None for the whole history alike; got {half_life}.")
        if scoring not in SCORINGS:
            raise ValueError(f"scoring must be one of {', '.join(map(repr, SCORINGS))}; got {scoring!r}.")
        self.dimensions, self.radius, self.ns_exponent = dimensions, radius, ns_exponent
        self.epochs, self.negative, self.sample, self.rate = epochs, negative, sample, rate
        self.ordered, self.skip_gram, self.shrink_windows = ordered, skip_gram, shrink_windows
        self.scoring, self.half_life, self.prior, self.seed = scoring, half_life, prior, seed

    def fit(self, interactions: Interactions) -> Item2Vec:
        """Train on one thread. Raises ValueError where no user has two items: there is no context to learn from."""
        sentences = sentences_in_time(interactions)
        if max(map(len, sentences), default=0) < 2:
            raise ValueError("No user has two items, and item2vec learns from items near each other. Give it more.")
        self.log_, self.counts_ = interactions, interactions.item_counts()
        model = self._untrained()
        model.build_vocab_from_freq({int(item): int(self.counts_[item]) for item in np.flatnonzero(self.counts_)})
        corpus = _Sentences(sentences, None if self.ordered else self.seed)
        model.train(corpus, total_examples=corpus.n, total_words=interactions.n, epochs=self.epochs)
        words = np.array(model.wv.index_to_key)
        self.vectors_ = self._table(words, model.wv.vectors)
        self.output_vectors_ = self._table(words, model.syn1neg)
        return self

    def score(self, users: np.ndarray, history: Interactions | None = None) -> np.ndarray:
        """float32 ``(len(users), n_items)``, from ``history``, or from the log it was fitted on where that is None.

        Raises ValueError if ``history`` is of another id space.
        """
        counts = _fitted(self, "counts_")
        history = self.log_ if history is None else history
        if history.n_items != len(counts):
            raise ValueError(f"history has {history.n_items} items, the log of fit {len(counts)}; give the same ids.")
        weights = recency(history, self.half_life, counts > 0)[users]
        scores = self._cosine(weights) if self.scoring == "cosine" else self._output(weights)
        unknown = counts == 0
        scores[:, unknown] = scores[:, ~unknown].min(axis=1, keepdims=True) - 1
        return scores.astype(np.float32)

    def _output(self, weights: sparse.csr_array) -> np.ndarray:
        prior = self.ns_exponent if self.prior is None else self.prior
        return (weights @ self.vectors_) @ self.output_vectors_.T + prior * np.log(np.maximum(self.counts_, 1))

    def _cosine(self, weights: sparse.csr_array) -> np.ndarray:
        unit = _unit(self.vectors_)
        return _unit(weights @ unit) @ unit.T

    def _untrained(self) -> Word2Vec:
        from gensim.models import Word2Vec

        # Two threads would update the tables in an order that no seed fixes. Sorting the words by count would
        # leave the order of ties, and with it the first vectors, to the processor.
        fixed = {"workers": 1, "seed": self.seed, "sorted_vocab": 0, "min_count": 1}
        return Word2Vec(
            vector_size=self.dimensions,
            window=self.radius,
            ns_exponent=self.ns_exponent,
            negative=self.negative,
            sample=self.sample,
            alpha=self.rate,
            sg=int(self.skip_gram),
            shrink_windows=self.shrink_windows,
            **fixed,
        )

    def _table(self, words: np.ndarray, rows: np.ndarray) -> np.ndarray:
        table = np.zeros((len(self.counts_), self.dimensions), np.float32)
        table[words] = rows
        return table


def sentences_in_time(interactions: Interactions) -> list[np.ndarray]:
    """Each user's items, oldest first, equal times in the file's order: a list of ``n_users`` int64 arrays."""
    order = np.lexsort((interactions.timestamp, interactions.user))  # stable
    return np.split(interactions.item[order], np.cumsum(interactions.user_counts())[:-1])


def recency(history: Interactions, half_life: float | None, known: np.ndarray | None = None) -> sparse.csr_array:
    """How much each item of a history counts: CSR ``(n_users, n_items)``, float32, each row summing to 1 (or empty).

    The k-th item from the end (the last is the 0-th) weighs ``0.5 ** (k / half_life)``; None weighs all alike. Items
    outside the mask ``known`` ``(n_items,)`` get nothing. ``recency(history, 8) @ EASE().fit(train).weights_`` are the
    scores of an EASE that reads the last items most.
    """
    age = time_rank_from_end(history)
    weight = np.ones(history.n) if half_life is None else 0.5 ** (age / half_life)
    table = history.matrix(weight if known is None else weight * known[history.item])
    table.eliminate_zeros()
    total = table.sum(axis=1)
    return sparse.csr_array(sparse.diags_array(1 / np.where(total > 0, total, 1)).astype(np.float32) @ table)


class _Sentences:
    """What gensim reads once an epoch: each sentence as it is, or shuffled anew by ``seed``."""

    def __init__(self, sentences: list[np.ndarray], seed: int | None) -> None:
        pieces = (np.array_split(items, -(-len(items) // _LONGEST_SENTENCE) or 1) for items in sentences)
        self._pieces = [piece for user in pieces for piece in user]
        self._rng = None if seed is None else np.random.default_rng(seed)
        self.n = len(self._pieces)

    def __iter__(self) -> Iterator[list[int]]:
        for items in self._pieces:
            yield (items if self._rng is None else self._rng.permutation(items)).tolist()


def _unit(rows: np.ndarray) -> np.ndarray:
    """Rows at length 1; a row of zeros stays."""
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
