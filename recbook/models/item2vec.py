"""item2vec: a user's items are a sentence, an item is a word, and Word2Vec does the rest.

Barkan and Koenigstein 2016 proposed it; Caselles-Dupré, Lesaint and Royo-Letelier 2018 showed that the settings made
for language are poor for items. gensim trains it (Řehůřek and Sojka 2010), imported when a model is fitted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from recbook.data.histories import check_half_life, recency, sentences_in_time
from recbook.data.interactions import Interactions
from recbook.fitted import fitted
from recbook.models.base import HistoryReader
from recbook.vectors import unit

if TYPE_CHECKING:
    from gensim.models import Word2Vec

SCORINGS = ("output", "cosine")

_LONGEST_SENTENCE = 10_000  # gensim drops without a word what lies beyond


class Item2Vec(HistoryReader):
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
        if scoring not in SCORINGS:
            raise ValueError(f"scoring must be one of {', '.join(map(repr, SCORINGS))}; got {scoring!r}.")
        self.dimensions, self.radius, self.ns_exponent = dimensions, radius, ns_exponent
        self.epochs, self.negative, self.sample, self.rate = epochs, negative, sample, rate
        self.ordered, self.skip_gram, self.shrink_windows = ordered, skip_gram, shrink_windows
        self.scoring, self.half_life, self.prior, self.seed = scoring, check_half_life(half_life), prior, seed

    def fit(self, interactions: Interactions) -> Item2Vec:
        """Train on one thread. Raises ValueError where no user has two items: there is no context to learn from."""
        sentences = sentences_in_time(self._with_rows(interactions))
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

    def _from_history(self, part: Interactions) -> np.ndarray:
        counts = fitted(self, "counts_")
        weights = recency(part, self.half_life, counts > 0)
        scores = self._cosine(weights) if self.scoring == "cosine" else self._output(weights)
        unknown = counts == 0
        scores[:, unknown] = scores[:, ~unknown].min(axis=1, keepdims=True) - 1
        return scores.astype(np.float32)

    def _output(self, weights: sparse.csr_array) -> np.ndarray:
        prior = self.ns_exponent if self.prior is None else self.prior
        return (weights @ self.vectors_) @ self.output_vectors_.T + prior * np.log(np.maximum(self.counts_, 1))

    def _cosine(self, weights: sparse.csr_array) -> np.ndarray:
        films = unit(self.vectors_)
        return unit(weights @ films) @ films.T

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
