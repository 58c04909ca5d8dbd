"""Word2Vec in NumPy: windows, losses and their gradients, negative sampling, and the Huffman tree.

Words are indices 0 … V-1. Each has two vectors of d numbers: a row of ``input_table`` (V, d) when it is read, and a row
of ``output_table`` (V, d) when it is predicted. Every model here turns an example into one vector h, its hidden row;
scores rows of the output table by their dot product with h; and differs from the others in the error, which is the
derivative of the loss by the scores:

    hidden = weights @ input_table              (n, d)   weights (n, V): which rows an example reads
    grad_output = errorᵀ @ hidden               (V, d)   error (n, V)
    grad_input = weightsᵀ @ error @ output_table  (V, d)

Sources: Mikolov et al. 2013a (arXiv:1301.3781), Mikolov et al. 2013b (arXiv:1310.4546), Rong 2014 (arXiv:1411.2738).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal, NamedTuple

import numpy as np
from scipy import sparse
from scipy.special import expit, log_expit

PAD = -1  # stands where a window or a path is shorter than the array that holds it


class Step(NamedTuple):
    """What one gradient step needs: the loss, a mean over the examples, and its gradient by each table."""

    loss: float
    grad_input: np.ndarray  # (V, d)
    grad_output: np.ndarray  # (V, d); of the inner nodes (V-1, d) in hierarchical softmax


class Batch(NamedTuple):
    """What `sgd_step` takes after the two tables: ``sgd_step(input_table, output_table, *batch)``."""

    centres: np.ndarray  # (n,)
    contexts: np.ndarray  # (n,)
    negatives: np.ndarray  # (n, k)
    rate: float


# From sentences to examples


def windows(sentence: Sequence[Any], radius: int) -> list[tuple[Any, list[Any]]]:
    """Each word with the up to ``radius`` words before and after it, in order: ``[(centre, [contexts]), …]``.

    A window is cut at the ends of the sentence, so a word that stands alone has no context. Raises TypeError for one
    string, whose parts would be letters, and ValueError for a radius below 1.
    """
    if isinstance(sentence, str | bytes):
        raise TypeError(f"sentence must be a list of words; got one string. Split it first: {sentence[:20]!r}.split().")
    _check_whole("radius", radius)
    words = list(sentence)
    return [(word, words[max(i - radius, 0) : i] + words[i + 1 : i + 1 + radius]) for i, word in enumerate(words)]


def skipgram_pairs(sentences: Iterable[Sequence[int]], radius: int) -> np.ndarray:
    """Every word with each word of its window: int64 ``(n_pairs, 2)``, columns centre and context.

    The order is that of reading: sentence by sentence, centres from left to right, and each centre's contexts from left
    to right. Raises TypeError for words that are not indices, ValueError for a radius below 1.
    """
    _check_whole("radius", radius)
    words, before, after = _flatten(sentences)
    left, size = np.minimum(before, radius), np.minimum(before, radius) + np.minimum(after, radius)
    centre = np.repeat(np.arange(len(words)), size)
    place = np.arange(len(centre)) - np.repeat(np.cumsum(size) - size + left, size) + centre
    place += place >= centre  # a window leaves its own middle out
    return np.stack([words[centre], words[place]], axis=1)


def cbow_examples(sentences: Iterable[Sequence[int]], radius: int) -> tuple[np.ndarray, np.ndarray]:
    """Every word with its window: int64 centres ``(n,)`` and contexts ``(n, 2 * radius)``.

    Column ``radius - j`` holds the j-th word before the centre and column ``radius + j - 1`` the j-th word after it;
    where the sentence has ended there stands -1. Words without any context are left out, the others are in the order of
    reading. Raises TypeError for words that are not indices, ValueError for a radius below 1.
    """
    _check_whole("radius", radius)
    words, before, after = _flatten(sentences)
    contexts = np.full((len(words), 2 * radius), PAD)
    for j in range(1, min(radius, len(words)) + 1):
        contexts[j:, radius - j] = np.where(before[j:] >= j, words[:-j], PAD)
        contexts[:-j, radius + j - 1] = np.where(after[:-j] >= j, words[j:], PAD)
    seen = before + after > 0
    return words[seen], contexts[seen]


# Softmax: the whole vocabulary


def softmax(scores: np.ndarray, axis: int = -1) -> np.ndarray:
    """``exp(s_j) / sum_k exp(s_k)`` along ``axis``, the shape of ``scores``.

    The largest score is subtracted first, which changes nothing in the ratio and keeps `exp` from overflowing.
    """
    return np.exp(_log_softmax(scores, axis))


def skipgram(input_table: np.ndarray, output_table: np.ndarray, centres: np.ndarray, contexts: np.ndarray) -> Step:
    """Skip-gram with the full softmax: the centre word predicts each context (Rong 2014, section 3).

    The loss of a pair (c, o) is ``-log softmax(output_table @ input_table[c])[o]``, and the mean is over the pairs: the
    negative of equation 1 of Mikolov et al. 2013b, divided by the pairs instead of the words. ``centres`` and
    ``contexts`` are ``(n,)``, tables ``(V, d)``; the scores need memory for ``(n, V)``. Raises ValueError for indices
    outside the tables and for shapes that do not fit.
    """
    input_table, output_table = _tables(input_table, output_table)
    centres, contexts = _pairs(centres, contexts, len(input_table))
    return _softmax_step(input_table, output_table, _selection(centres[:, None], input_table), contexts)


def cbow(
    input_table: np.ndarray,
    output_table: np.ndarray,
    contexts: np.ndarray,
    centres: np.ndarray,
    average: bool = True,
) -> Step:
    """Continuous bag of words with the full softmax: the contexts together predict the centre (Rong 2014, section 2).

    The hidden row is the mean of the contexts' input rows (Rong 2014, equation 18), or with ``average=False`` their
    sum. The loss of an example is ``-log softmax(output_table @ hidden)[centre]``. ``contexts`` is ``(n, width)``,
    padded with -1 as `cbow_examples` does it, ``centres`` ``(n,)``, tables ``(V, d)``. Raises ValueError for indices
    outside the tables, for shapes that do not fit, and for an example without any context.
    """
    input_table, output_table = _tables(input_table, output_table)
    contexts, centres = _bags(contexts, centres, len(input_table))
    return _softmax_step(input_table, output_table, _selection(contexts, input_table, average), centres)


def one_table(step: Step) -> np.ndarray:
    """The gradient ``(V, d)`` when input and output are the same table: the sum of both gradients.

    A vector that stands in two places gets what either place asks for (the chain rule). Raises ValueError if the two
    gradients differ in shape, as in hierarchical softmax, where the output table belongs to inner nodes.
    """
    if step.grad_input.shape != step.grad_output.shape:
        raise ValueError(
            f"One table needs two gradients of one shape; got {step.grad_input.shape} and {step.grad_output.shape}. "
            "Hierarchical softmax has no one-table form."
        )
    return step.grad_input + step.grad_output


# Negative sampling, subsampling


def noise_distribution(counts: np.ndarray, exponent: float = 0.75) -> np.ndarray:
    """Which words negatives are drawn from: ``count ** exponent``, scaled to sum to 1: float64 ``(V,)``.

    Mikolov et al. 2013b (section 2.2) found 3/4 best; 1 is the words' own frequency, 0 uniform, below 0 prefers the
    rare. A word that never occurs is never drawn. Raises ValueError for counts that are negative or all zero.
    """
    counts = _counts(counts)
    if not np.isfinite(exponent):
        raise ValueError(f"exponent must be a finite number; got {exponent}.")
    logs = np.full(len(counts), -np.inf)
    logs[counts > 0] = exponent * np.log(counts[counts > 0])
    return softmax(logs)


def keep_probability(
    counts: np.ndarray, threshold: float = 1e-3, formula: Literal["code", "paper"] = "code"
) -> np.ndarray:
    """With which probability each occurrence of a word is kept when frequent words are thinned out: float64 ``(V,)``.

    With f the word's share of all occurrences and t the threshold, cut off at 1:

    - "code": ``(sqrt(f / t) + 1) * t / f``, what word2vec.c and gensim do, both with t = 1e-3;
    - "paper": ``sqrt(t / f)``, Mikolov et al. 2013b, equation 5, with t around 1e-5. It keeps fewer, by t / f.

    A word that never occurs gets 1. Raises ValueError for bad counts, threshold or formula.
    """
    counts = _counts(counts)
    if not threshold > 0:
        raise ValueError(f"threshold must be above 0 (1e-3 is usual); got {threshold}. To keep all, do not subsample.")
    if formula not in ("code", "paper"):
        raise ValueError(f'formula must be "code" or "paper"; got {formula!r}.')
    with np.errstate(divide="ignore"):
        ratio = threshold * counts.sum() / counts  # t / f
    return np.minimum(np.sqrt(ratio) + (ratio if formula == "code" else 0.0), 1.0)


def negative_sampling(
    input_table: np.ndarray,
    output_table: np.ndarray,
    centres: np.ndarray,
    contexts: np.ndarray,
    negatives: np.ndarray,
) -> Step:
    """Skip-gram with negative sampling: tell a context from k words of noise (Mikolov et al. 2013b, equation 4).

    The loss of a pair (c, o) with negatives n_1 … n_k is the negative of that equation,
    ``-log σ(output[o] · input[c]) - sum_i log σ(-output[n_i] · input[c])``, and the mean is over the pairs. ``centres``
    and ``contexts`` are ``(n,)``, ``negatives`` ``(n, k)``. A negative that happens to be the context counts, as the
    equation has it (word2vec.c leaves it out). Raises ValueError for indices outside the tables and for shapes that do
    not fit.
    """
    input_table, output_table = _tables(input_table, output_table)
    centres, contexts = _pairs(centres, contexts, len(input_table))
    negatives = _negatives(negatives, centres, len(input_table))
    targets = np.column_stack([contexts, negatives])
    loss, error, hidden = _contrast(input_table, output_table, centres, targets)
    return _step(loss, error * (1 / len(centres)), hidden, _selection(centres[:, None], input_table), output_table)


def start_tables(n_words: int, d: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Tables to begin with, as in word2vec.c: float32 ``(V, d)``, input uniform in ±1/(2d), output zero.

    Raises ValueError if ``n_words`` or ``d`` is not a whole number from 1.
    """
    _check_whole("n_words", n_words)
    _check_whole("d", d)
    values = (np.random.default_rng(seed).random((n_words, d), np.float32) - np.float32(0.5)) / np.float32(d)
    return values, np.zeros((n_words, d), np.float32)


def batches(
    pairs: np.ndarray,
    noise: np.ndarray,
    *,
    batch: int = 256,
    epochs: int = 1,
    negatives: int = 5,
    rate: float = 0.025,
    last_rate: float = 0.0001,
    shuffle: bool = True,
    seed: int = 0,
) -> Iterator[Batch]:
    """What to learn from, step by step: ``epochs * ceil(n_pairs / batch)`` batches, the same ones for the same seed.

    Each epoch runs through ``pairs`` ``(n_pairs, 2)``, ``batch`` at a time (the last one may be smaller): in a new
    random order, or with ``shuffle=False`` in their own, as word2vec.c and gensim read a corpus. Each pair gets
    ``negatives`` words drawn from ``noise`` ``(V,)``. The rate falls linearly from ``rate`` towards ``last_rate``.
    Raises ValueError at the call, not at the first batch.
    """
    for name, value in (("batch", batch), ("epochs", epochs), ("negatives", negatives)):
        _check_whole(name, value)
    if not rate >= last_rate >= 0:
        raise ValueError(f"The rate falls from rate to last_rate >= 0; got {rate} and {last_rate}.")
    noise = _distribution(noise)
    pairs = _table_of_pairs(pairs, len(noise))
    rng = np.random.default_rng(seed)
    steps = np.cumsum(noise)
    return _batches(pairs, steps / steps[-1], batch, epochs, negatives, (rate, last_rate), shuffle, rng)


def _table_of_pairs(pairs: np.ndarray, n_words: int) -> np.ndarray:
    pairs = np.asarray(pairs)
    if pairs.ndim != 2 or pairs.shape[1] != 2:
        raise ValueError(f"pairs must have shape (n_pairs, 2), columns centre and context; got {pairs.shape}.")
    _pairs(pairs[:, 0], pairs[:, 1], n_words)
    return pairs


def sgd_step(
    input_table: np.ndarray,
    output_table: np.ndarray,
    centres: np.ndarray,
    contexts: np.ndarray,
    negatives: np.ndarray,
    rate: float,
) -> float:
    """One step of gradient descent on negative sampling, in both tables in place; returns the mean loss before it.

    The gradients of the pairs are added up, not averaged: a small batch then moves the tables about as far as
    word2vec.c does, which takes one pair after the other. Shapes and errors are those of `negative_sampling`; TypeError
    for tables that are not floating-point arrays, since they could not be changed in place.
    """
    _check_changeable(input_table=input_table, output_table=output_table)
    _tables(input_table, output_table)
    centres, contexts = _pairs(centres, contexts, len(input_table))
    negatives = _negatives(negatives, centres, len(input_table))
    # Only the rows that the batch names are copied and changed, so that a large vocabulary costs nothing.
    read, centres = np.unique(centres, return_inverse=True)
    scored, targets = np.unique(np.column_stack([contexts, negatives]), return_inverse=True)
    rows = input_table[read], output_table[scored]
    loss, error, hidden = _contrast(*rows, centres, targets)
    step = _step(loss, error * rate, hidden, _selection(centres[:, None], rows[0]), rows[1])
    input_table[read] -= step.grad_input
    output_table[scored] -= step.grad_output
    return loss


def _check_changeable(**tables: np.ndarray) -> None:
    for name, table in tables.items():
        if not isinstance(table, np.ndarray) or table.dtype.kind != "f":
            raise TypeError(f"{name} is changed in place, so it must be an array of floats; got {_kind(table)}.")


# Hierarchical softmax


@dataclass(frozen=True, eq=False)
class HuffmanTree:
    """A binary tree whose leaves are the words; frequent words lie near the root.

    Nodes 0 … V-1 are the words, V … 2V-2 the inner nodes in the order in which they were joined, so the root is 2V-2. A
    path holds inner nodes as rows of ``inner_table``: row r is node V + r.
    """

    paths: np.ndarray  # (V, depth) rows of the inner table from the root down, then -1
    codes: np.ndarray  # (V, depth) 0 for the first child, 1 for the second; 0 where the path has ended
    lengths: np.ndarray  # (V,) inner nodes on the way to each word
    children: np.ndarray  # (V-1, 2) the two nodes below each inner node


def huffman(counts: np.ndarray) -> HuffmanTree:
    """Huffman's tree (1952): join the two rarest nodes until one is left.

    Of equal counts the node with the lower number comes first, so words before inner nodes and the tree is always the
    same. Raises ValueError for counts that are negative or all zero, and for fewer than two words.
    """
    counts = _counts(counts)
    if len(counts) < 2:
        raise ValueError(f"A tree needs at least two words; got {len(counts)}.")
    heap = [(count, node) for node, count in enumerate(counts.tolist())]
    heapq.heapify(heap)
    children = []
    for node in range(len(counts), 2 * len(counts) - 1):
        (rarest, first), (next_rarest, second) = heapq.heappop(heap), heapq.heappop(heap)
        heapq.heappush(heap, (rarest + next_rarest, node))
        children.append((first, second))
    return _coded(np.array(children))


def hierarchical_probabilities(rows: np.ndarray, inner_table: np.ndarray, tree: HuffmanTree) -> np.ndarray:
    """The probability of every word, ``(n, V)`` for rows ``(n, d)`` or one row ``(d,)``; each row sums to 1.

    At inner node m a walk from the root takes the first child with probability ``σ(inner_table[m] · row)``, else the
    second; a word's probability is the product along its path (Mikolov et al. 2013b, equation 3).
    """
    rows, inner_table = np.atleast_2d(_float(rows)), _float(inner_table)
    _check_inner(inner_table, rows.shape[1], tree)
    scores = rows @ inner_table.T  # (n, V-1)
    logs = np.zeros((len(rows), len(tree.lengths)), scores.dtype)
    for nodes, codes in zip(tree.paths.T, tree.codes.T, strict=True):
        # Where a path has ended, node -1 is looked up and then left out.
        logs += np.where(nodes == PAD, 0, log_expit((1 - 2 * codes) * scores[:, nodes]))
    return np.exp(logs)


def hierarchical_softmax(
    input_table: np.ndarray, inner_table: np.ndarray, centres: np.ndarray, contexts: np.ndarray, tree: HuffmanTree
) -> Step:
    """Skip-gram with hierarchical softmax (Morin and Bengio 2005; Mikolov et al. 2013b, section 2.1).

    The loss of a pair (c, o) is ``-log`` of the probability that `hierarchical_probabilities` gives to o for
    ``input_table[c]``, and the mean is over the pairs; only the inner nodes on o's path are touched. ``centres`` and
    ``contexts`` are ``(n,)``, ``input_table`` ``(V, d)``, ``inner_table`` ``(V-1, d)``, and so is ``grad_output``.
    Raises ValueError for indices outside the tables and for shapes that do not fit.
    """
    input_table, inner_table = _table("input_table", input_table), _float(inner_table)
    _check_inner(inner_table, input_table.shape[1], tree)
    if len(input_table) != len(tree.lengths):
        raise ValueError(f"The tree has {len(tree.lengths)} words, but input_table {len(input_table)} rows.")
    centres, contexts = _pairs(centres, contexts, len(input_table))
    hidden, nodes = input_table[centres], tree.paths[contexts]  # (n, d), (n, depth)
    sign = np.where(nodes == PAD, 0, 1 - 2 * tree.codes[contexts]).astype(hidden.dtype)
    scores = sign * np.einsum("nd,njd->nj", hidden, inner_table[nodes])
    loss = -np.where(nodes == PAD, 0, log_expit(scores)).sum(axis=1).mean()
    error = _sparse(-sign * expit(-scores) / len(centres), nodes, len(inner_table))
    return _step(float(loss), error, hidden, _selection(centres[:, None], input_table), inner_table)


# What they share


def _step(loss: float, error: Any, hidden: np.ndarray, weights: sparse.csr_array, output_table: np.ndarray) -> Step:
    """The two products of the module's docstring; ``error`` is dense or sparse, ``(n, rows of output_table)``."""
    return Step(loss, weights.T @ (error @ output_table), error.T @ hidden)


def _softmax_step(
    input_table: np.ndarray, output_table: np.ndarray, weights: sparse.csr_array, targets: np.ndarray
) -> Step:
    """Prediction minus truth, divided by the number of examples, is the error (Rong 2014, equation 8)."""
    hidden = weights @ input_table
    logs = _log_softmax(hidden @ output_table.T)  # (n, V)
    examples = np.arange(len(targets))
    loss = -logs[examples, targets].mean()
    error = np.exp(logs)
    error[examples, targets] -= 1
    return _step(float(loss), error / len(targets), hidden, weights, output_table)


def _contrast(
    input_table: np.ndarray, output_table: np.ndarray, centres: np.ndarray, targets: np.ndarray
) -> tuple[float, sparse.csr_array, np.ndarray]:
    """Mean loss, error of the summed loss ``(n, V)``, and hidden rows ``(n, d)``.

    ``targets`` is ``(n, k + 1)``: the context, then the negatives.
    """
    hidden = input_table[centres]
    scores = np.einsum("nd,njd->nj", hidden, output_table[targets])
    scores[:, 0] *= -1  # now σ(score) is what is wrong with each: 1 - σ of the context, σ of a negative
    loss = -log_expit(-scores).sum(axis=1).mean()
    wrong = expit(scores)
    wrong[:, 0] *= -1
    return float(loss), _sparse(wrong, targets, len(output_table)), hidden


def _selection(indices: np.ndarray, table: np.ndarray, average: bool = False) -> sparse.csr_array:
    """The weights ``(n, V)`` with which examples read rows: 1 each, or shares that sum to 1; pads read nothing."""
    weights = (indices != PAD).astype(table.dtype)
    if average:
        weights /= weights.sum(axis=1, keepdims=True)
    return _sparse(weights, indices, len(table))


def _sparse(values: np.ndarray, columns: np.ndarray, width: int) -> sparse.csr_array:
    """``(n, width)`` from ``values`` and their ``columns``, both ``(n, m)``; a pad's value must be 0.

    Products with it are several times as fast as `np.add.at`, and rows that come twice are added up all the same.
    """
    ends = np.arange(0, values.size + 1, values.shape[1])
    return sparse.csr_array((values.ravel(), np.maximum(columns, 0).ravel(), ends), shape=(len(values), width))


def _log_softmax(scores: np.ndarray, axis: int = -1) -> np.ndarray:
    shifted = _float(scores) - np.max(scores, axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def _batches(
    pairs: np.ndarray,
    steps: np.ndarray,
    batch: int,
    epochs: int,
    negatives: int,
    rates: tuple[float, float],
    shuffle: bool,
    rng: np.random.Generator,
) -> Iterator[Batch]:
    """``steps`` is the cumulated noise: a random number between two steps draws the word of the upper one."""
    total = len(pairs) * epochs
    for epoch in range(epochs):
        order = rng.permutation(len(pairs)) if shuffle else np.arange(len(pairs))
        for start in range(0, len(pairs), batch):
            rows = pairs[order[start : start + batch]]
            noise = np.searchsorted(steps, rng.random((len(rows), negatives)), side="right")
            done = (epoch * len(pairs) + start) / total
            yield Batch(rows[:, 0], rows[:, 1], noise, rates[0] + (rates[1] - rates[0]) * done)


def _coded(children: np.ndarray) -> HuffmanTree:
    """Walk from the root down: a child's path is its parent's and the parent."""
    n_words = len(children) + 1
    ways: dict[int, list[tuple[int, int]]] = {2 * n_words - 2: []}  # node: [(row, code), …] from the root
    for row in reversed(range(n_words - 1)):
        way = ways.pop(n_words + row)
        for code, child in enumerate(children[row].tolist()):
            ways[child] = [*way, (row, code)]
    lengths = np.array([len(ways[word]) for word in range(n_words)])
    table = np.array([ways[word] + [(PAD, 0)] * (lengths.max() - lengths[word]) for word in range(n_words)])
    return HuffmanTree(paths=table[:, :, 0], codes=table[:, :, 1], lengths=lengths, children=children)


def _flatten(sentences: Iterable[Sequence[int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All words in one row, and how many words of its sentence stand before and after each: three ``(n,)``."""
    sentences = list(sentences)
    if any(isinstance(sentence, str | bytes) or not hasattr(sentence, "__len__") for sentence in sentences):
        raise TypeError("sentences must be a list of sentences, each a list of indices. For one, write [sentence].")
    words = np.array(list(chain.from_iterable(sentences)))
    lengths = np.array([len(sentence) for sentence in sentences], np.int64)
    if len(words) and (words.dtype.kind not in "iu" or words.ndim != 1):
        raise TypeError(f"Words must be whole-number indices here; got {_kind(words)}. Map each word to its index.")
    if len(words) and words.min() < 0:
        raise ValueError(f"Word indices start at 0; got {words.min()}. Leave unknown words out beforehand.")
    before = np.arange(len(words)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return words.astype(np.int64), before, np.repeat(lengths, lengths) - 1 - before


# Checks


def _check_whole(name: str, value: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
        raise ValueError(f"{name} must be a whole number from 1; got {value!r}.")


def _kind(value: object) -> str:
    return f"an array of {value.dtype}" if isinstance(value, np.ndarray) else f"a {type(value).__name__}"


def _float(values: np.ndarray) -> np.ndarray:
    """As floats: float32 stays what it is, whole numbers become float64."""
    values = np.asarray(values)
    return values if values.dtype.kind == "f" else values.astype(np.float64)


def _table(name: str, table: np.ndarray) -> np.ndarray:
    table = _float(table)
    if table.ndim != 2 or not table.size:
        raise ValueError(f"{name} must have shape (V, d), a row for each word; got {table.shape}.")
    return table


def _tables(input_table: np.ndarray, output_table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    input_table, output_table = _table("input_table", input_table), _table("output_table", output_table)
    if input_table.shape != output_table.shape:
        raise ValueError(
            f"Both tables must have one shape, (V, d); got {input_table.shape} and {output_table.shape}. "
            "Papers that write the output table as (d, V) mean its transpose."
        )
    return input_table, output_table


def _check_inner(inner_table: np.ndarray, d: int, tree: HuffmanTree) -> None:
    wanted = (len(tree.children), d)
    if inner_table.shape != wanted:
        raise ValueError(
            f"inner_table must have shape (V-1, d) = {wanted}, one less than words; got {inner_table.shape}."
        )


def _indices(name: str, indices: np.ndarray, n_words: int, pads: bool = False) -> np.ndarray:
    indices = np.asarray(indices)
    if indices.dtype.kind not in "iu":
        raise TypeError(f"{name} must hold whole-number word indices; got {_kind(indices)}.")
    if not indices.size:
        raise ValueError(f"{name} holds no example.")
    low, high = indices.min(), indices.max()
    if low == PAD and not pads:
        raise ValueError(f"{name} holds -1. A pad may stand only among the contexts of cbow; leave such examples out.")
    if low < (PAD if pads else 0) or high >= n_words:
        raise ValueError(f"{name} must lie in 0 … {n_words - 1}, the rows of the tables; got {low} … {high}.")
    return indices


def _pairs(centres: np.ndarray, contexts: np.ndarray, n_words: int) -> tuple[np.ndarray, np.ndarray]:
    centres, contexts = _indices("centres", centres, n_words), _indices("contexts", contexts, n_words)
    if centres.ndim != 1 or centres.shape != contexts.shape:
        raise ValueError(f"centres and contexts must be (n,) both; got {centres.shape} and {contexts.shape}.")
    return centres, contexts


def _bags(contexts: np.ndarray, centres: np.ndarray, n_words: int) -> tuple[np.ndarray, np.ndarray]:
    contexts, centres = _indices("contexts", contexts, n_words, pads=True), _indices("centres", centres, n_words)
    if contexts.ndim != 2 or centres.shape != contexts.shape[:1]:
        raise ValueError(
            f"contexts must be (n, width) and centres (n,); got {contexts.shape} and {centres.shape}. "
            "cbow takes contexts first."
        )
    empty = np.flatnonzero((contexts == PAD).all(axis=1))
    if len(empty):
        raise ValueError(f"{len(empty)} examples have no context, the first is row {empty[0]}: leave them out.")
    return contexts, centres


def _negatives(negatives: np.ndarray, centres: np.ndarray, n_words: int) -> np.ndarray:
    negatives = _indices("negatives", negatives, n_words)
    if negatives.ndim != 2 or len(negatives) != len(centres):
        raise ValueError(f"negatives must be (n, k) with n = {len(centres)}, as centres has; got {negatives.shape}.")
    return negatives


def _counts(counts: np.ndarray) -> np.ndarray:
    counts = np.asarray(counts, np.float64)
    if counts.ndim != 1 or not np.isfinite(counts).all() or (counts < 0).any() or not counts.any():
        raise ValueError("counts must be one row of numbers from 0, one for each word, and not all 0.")
    return counts


def _distribution(noise: np.ndarray) -> np.ndarray:
    noise = np.asarray(noise, np.float64)
    if noise.ndim != 1 or (noise < 0).any() or not np.isclose(noise.sum(), 1):
        raise ValueError(
            f"noise must be probabilities (V,) that sum to 1; got {noise.shape} with sum {noise.sum():.4g}. "
            "noise_distribution(counts) makes them."
        )
    return noise
