"""Word2Vec against loops, autograd, finite differences and gensim."""

from __future__ import annotations

import heapq
import math

import numpy as np
import pytest
import torch
from gensim.models import Word2Vec
from hypothesis import given, settings
from hypothesis import strategies as st

from recbook.text import word2vec as w2v

settings.register_profile("word2vec", deadline=None, max_examples=50)
SETTINGS = settings.get_profile("word2vec")

SENTENCES = st.lists(st.lists(st.integers(0, 9), max_size=9), max_size=6)
COUNTS = st.lists(st.integers(0, 30), min_size=2, max_size=20).filter(any)


# Windows, pairs, examples


def test_windows_by_hand():
    assert w2v.windows(list("abcd"), 1) == [("a", ["b"]), ("b", ["a", "c"]), ("c", ["b", "d"]), ("d", ["c"])]
    assert w2v.windows([7, 8, 9], 2) == [(7, [8, 9]), (8, [7, 9]), (9, [7, 8])]


@pytest.mark.parametrize("radius", [2, 3, 1000])
def test_a_wide_window_is_cut_at_the_ends(radius):
    assert w2v.windows(("x", "y", "x"), radius) == [("x", ["y", "x"]), ("y", ["x", "x"]), ("x", ["x", "y"])]


def test_windows_of_almost_nothing():
    assert w2v.windows([], 2) == []
    assert w2v.windows(["alone"], 2) == [("alone", [])]
    assert w2v.windows(np.array([4, 5]), 1) == [(4, [5]), (5, [4])]


@SETTINGS
@given(SENTENCES, st.integers(1, 12))
def test_pairs_are_those_of_the_double_loop(sentences, radius):
    expected = [
        (sentence[i], sentence[j])
        for sentence in sentences
        for i in range(len(sentence))
        for j in range(len(sentence))
        if i != j and abs(i - j) <= radius
    ]
    pairs = w2v.skipgram_pairs(sentences, radius)
    assert pairs.dtype == np.int64 and pairs.shape == (len(expected), 2)
    assert [tuple(pair) for pair in pairs.tolist()] == expected


@SETTINGS
@given(SENTENCES, st.integers(1, 12))
def test_cbow_examples_are_the_windows_padded(sentences, radius):
    expected = [window for sentence in sentences for window in w2v.windows(sentence, radius) if window[1]]
    centres, contexts = w2v.cbow_examples(sentences, radius)
    assert centres.dtype == contexts.dtype == np.int64 and contexts.shape == (len(expected), 2 * radius)
    assert centres.tolist() == [centre for centre, _ in expected]
    assert [row[row >= 0].tolist() for row in contexts] == [words for _, words in expected]


def test_a_column_of_cbow_examples_is_a_place_in_the_window():
    _, contexts = w2v.cbow_examples([[4, 5, 6, 7]], 2)
    assert contexts.tolist() == [[-1, -1, 5, 6], [-1, 4, 6, 7], [4, 5, 7, -1], [5, 6, -1, -1]]


def test_sentences_come_as_lists_arrays_or_a_generator():
    expected = [[1, 2], [2, 1], [3, 4], [4, 3]]
    for sentences in ([[1, 2], [3, 4]], np.array([[1, 2], [3, 4]]), ((i, i + 1) for i in (1, 3))):
        assert w2v.skipgram_pairs(sentences, 5).tolist() == expected


@pytest.mark.parametrize("function", [w2v.skipgram_pairs, w2v.cbow_examples])
@pytest.mark.parametrize(
    ("sentences", "error", "says"),
    [
        ([1, 2, 3], TypeError, r"For one, write \[sentence\]"),
        (["ab cd"], TypeError, "a list of sentences"),
        ([["ab", "cd"]], TypeError, "Map each word to its index"),
        ([[0.0, 1.0]], TypeError, "array of float64"),
        ([[0, -1]], ValueError, "start at 0; got -1"),
    ],
)
def test_sentences_must_hold_indices(function, sentences, error, says):
    with pytest.raises(error, match=says):
        function(sentences, 2)


@pytest.mark.parametrize("function", [w2v.windows, w2v.skipgram_pairs, w2v.cbow_examples])
@pytest.mark.parametrize("radius", [0, -1, 1.5, True, "2"])
def test_the_radius_is_a_whole_number_from_1(function, radius):
    with pytest.raises(ValueError, match="radius must be a whole number from 1"):
        function([[1, 2]], radius)


def test_a_string_is_not_a_sentence():
    with pytest.raises(TypeError, match="Split it first"):
        w2v.windows("the cat sat", 1)


# Losses and gradients


class Case:
    """Random tables and examples, a few words only, so that many come twice in a batch and in a window."""

    def __init__(self, seed: int, n_words: int, d: int, n: int, k: int) -> None:
        rng = np.random.default_rng(seed)
        self.input, self.output = (rng.normal(scale=rng.choice([0.1, 1.0, 2.0]), size=(n_words, d)) for _ in range(2))
        self.inner = self.output[1:]
        self.centres, self.contexts = rng.integers(n_words, size=(2, n))
        self.negatives = rng.integers(n_words, size=(n, k))
        self.bags = rng.integers(n_words, size=(n, k + 1))
        self.bags[:, 1:][rng.random((n, k)) < 0.4] = -1
        self.bags = rng.permuted(self.bags, axis=1)
        self.tree = w2v.huffman(rng.integers(1, 30, size=n_words))


CASES = st.builds(Case, st.integers(0, 2**32 - 1), st.integers(2, 6), st.integers(1, 4), st.integers(1, 9), st.just(3))


def torch_skipgram(case, first, second):
    return torch.nn.functional.cross_entropy(first[case.centres] @ second.T, torch.tensor(case.contexts))


def torch_cbow(case, first, second, average):
    hidden = [first[bag[bag >= 0]].mean(0) if average else first[bag[bag >= 0]].sum(0) for bag in case.bags]
    return torch.nn.functional.cross_entropy(torch.stack(hidden) @ second.T, torch.tensor(case.centres))


def torch_negative_sampling(case, first, second):
    hidden = first[case.centres]
    right = torch.nn.functional.logsigmoid((second[case.contexts] * hidden).sum(1))
    wrong = torch.nn.functional.logsigmoid(-(second[case.negatives] * hidden[:, None]).sum(2))
    return -(right + wrong.sum(1)).mean()


def torch_hierarchical(case, first, second):
    """Walks the children, and so knows nothing of the tree's paths and codes."""
    n_words = len(first)

    def walk(node, hidden):
        if node < n_words:
            return {node: torch.zeros((), dtype=hidden.dtype)}
        score = second[node - n_words] @ hidden
        below = [walk(child, hidden) for child in case.tree.children[node - n_words].tolist()]
        signs = ((word, log, sign) for part, sign in zip(below, (1, -1), strict=True) for word, log in part.items())
        return {word: log + torch.nn.functional.logsigmoid(sign * score) for word, log, sign in signs}

    logs = [
        walk(2 * n_words - 2, first[c])[o] for c, o in zip(case.centres.tolist(), case.contexts.tolist(), strict=True)
    ]
    return -torch.stack(logs).mean()


def mean_over_rows(rows):
    return sum(rows) / len(rows)


def loop_softmax(table, hidden, target):
    scores = [sum(a * b for a, b in zip(row, hidden, strict=True)) for row in table.tolist()]
    return -math.log(math.exp(scores[target]) / sum(map(math.exp, scores)))


def loop_skipgram(case, first, second):
    pairs = zip(case.centres, case.contexts, strict=True)
    return mean_over_rows([loop_softmax(second, first[c].tolist(), o) for c, o in pairs])


def loop_cbow(case, first, second, average):
    losses = []
    for bag, centre in zip(case.bags.tolist(), case.centres.tolist(), strict=True):
        words = [word for word in bag if word >= 0]
        share = 1 / len(words) if average else 1
        hidden = [share * sum(first[word, column] for word in words) for column in range(first.shape[1])]
        losses.append(loop_softmax(second, hidden, centre))
    return mean_over_rows(losses)


def loop_negative_sampling(case, first, second):
    losses = []
    for c, o, noise in zip(case.centres, case.contexts, case.negatives, strict=True):
        loss = -math.log(1 / (1 + math.exp(-second[o] @ first[c])))
        losses.append(loss - sum(math.log(1 / (1 + math.exp(second[n] @ first[c]))) for n in noise))
    return mean_over_rows(losses)


def loop_hierarchical(case, first, second):
    pairs = zip(case.centres, case.contexts, strict=True)
    return -mean_over_rows(
        [math.log(w2v.hierarchical_probabilities(first[c], second, case.tree)[0, o]) for c, o in pairs]
    )


MODELS = {  # name: (step, second table, torch, loop)
    "skipgram": (
        lambda case, first, second: w2v.skipgram(first, second, case.centres, case.contexts),
        "output",
        torch_skipgram,
        loop_skipgram,
    ),
    "cbow mean": (
        lambda case, first, second: w2v.cbow(first, second, case.bags, case.centres),
        "output",
        lambda *args: torch_cbow(*args, average=True),
        lambda *args: loop_cbow(*args, average=True),
    ),
    "cbow sum": (
        lambda case, first, second: w2v.cbow(first, second, case.bags, case.centres, average=False),
        "output",
        lambda *args: torch_cbow(*args, average=False),
        lambda *args: loop_cbow(*args, average=False),
    ),
    "negative sampling": (
        lambda case, first, second: w2v.negative_sampling(first, second, case.centres, case.contexts, case.negatives),
        "output",
        torch_negative_sampling,
        loop_negative_sampling,
    ),
    "hierarchical softmax": (
        lambda case, first, second: w2v.hierarchical_softmax(first, second, case.centres, case.contexts, case.tree),
        "inner",
        torch_hierarchical,
        loop_hierarchical,
    ),
}
ONE_TABLE = [name for name in MODELS if name != "hierarchical softmax"]


def close(actual, expected, relative=1e-6):
    """Relative to the whole gradient: where two terms cancel, one entry alone says little."""
    assert actual.shape == expected.shape
    assert np.linalg.norm(actual - expected) <= relative * np.linalg.norm(expected) + 1e-9


def autograd(loss_of, *tables):
    leaves = [torch.tensor(table, dtype=torch.float64, requires_grad=True) for table in tables]
    loss = loss_of(*leaves)
    loss.backward()
    return loss.item(), *(leaf.grad.numpy() for leaf in leaves)


def differences(loss_of, table, h=1e-5):
    """Central finite differences of ``loss_of(table)``, one number at a time."""
    gradient = np.empty_like(table)
    for place in np.ndindex(table.shape):
        up, down = table.copy(), table.copy()
        up[place] += h
        down[place] -= h
        gradient[place] = (loss_of(up) - loss_of(down)) / (2 * h)
    return gradient


@pytest.mark.parametrize("name", MODELS)
@SETTINGS
@given(case=CASES)
def test_the_loss_is_its_formula(name, case):
    step, second, _, loop = MODELS[name]
    tables = case.input, getattr(case, second)
    assert step(case, *tables).loss == pytest.approx(loop(case, *tables), rel=1e-9)


@pytest.mark.parametrize("name", MODELS)
@SETTINGS
@given(case=CASES)
def test_gradients_are_those_of_autograd(name, case):
    step, second, loss_of, _ = MODELS[name]
    tables = case.input, getattr(case, second)
    loss, *gradients = autograd(lambda *leaves: loss_of(case, *leaves), *tables)
    ours = step(case, *tables)
    assert ours.loss == pytest.approx(loss, rel=1e-9)
    close(ours.grad_input, gradients[0])
    close(ours.grad_output, gradients[1])


@pytest.mark.parametrize("name", MODELS)
@settings(SETTINGS, max_examples=15)
@given(case=CASES)
def test_gradients_are_finite_differences(name, case):
    step, second, _, _ = MODELS[name]
    first, second = case.input, getattr(case, second)
    ours = step(case, first, second)
    close(ours.grad_input, differences(lambda table: step(case, table, second).loss, first))
    close(ours.grad_output, differences(lambda table: step(case, first, table).loss, second))


@pytest.mark.parametrize("name", ONE_TABLE)
@settings(SETTINGS, max_examples=25)
@given(case=CASES)
def test_one_table_gets_the_sum_of_both_gradients(name, case):
    step, _, loss_of, _ = MODELS[name]
    ours = w2v.one_table(step(case, case.input, case.input))
    _, gradient = autograd(lambda leaf: loss_of(case, leaf, leaf), case.input)
    close(ours, gradient)
    close(ours, differences(lambda table: step(case, table, table).loss, case.input))


def test_hierarchical_softmax_has_no_one_table_form():
    case = Case(seed=0, n_words=4, d=2, n=3, k=3)
    with pytest.raises(ValueError, match="no one-table form"):
        w2v.one_table(MODELS["hierarchical softmax"][0](case, case.input, case.inner))


@pytest.mark.parametrize("name", MODELS)
def test_tables_stay_as_they_are_and_keep_their_type(name):
    step, second, _, _ = MODELS[name]
    case = Case(seed=1, n_words=5, d=3, n=8, k=3)
    tables = case.input.astype(np.float32), getattr(case, second).astype(np.float32)
    before = [table.copy() for table in tables]
    result = step(case, *tables)
    assert result.grad_input.dtype == result.grad_output.dtype == np.float32
    assert all((table == copy).all() for table, copy in zip(tables, before, strict=True))


@pytest.mark.parametrize("name", MODELS)
def test_large_scores_do_not_overflow(name):
    step, second, _, _ = MODELS[name]
    case = Case(seed=2, n_words=5, d=3, n=8, k=3)
    with np.errstate(over="raise", invalid="raise"):
        result = step(case, 100 * case.input, 100 * getattr(case, second))
    assert all(np.isfinite(part).all() for part in result)


def test_whole_number_tables_are_welcome():
    table = np.array([[1, 0], [0, 1], [1, 1]])
    step = w2v.skipgram(table, table, np.array([0]), np.array([2]))
    assert step.loss == pytest.approx(math.log((2 * math.e + 1) / math.e))


def test_softmax_by_hand():
    np.testing.assert_allclose(w2v.softmax(np.log([[1, 2, 1], [5, 3, 2]])), [[0.25, 0.5, 0.25], [0.5, 0.3, 0.2]])
    np.testing.assert_allclose(w2v.softmax(np.array([[0, 1000], [0, 1000]]), axis=0), np.full((2, 2), 0.5))
    np.testing.assert_allclose(w2v.softmax([1000, 1000, -1000]), [0.5, 0.5, 0])


PAIR = {"centres": np.array([0, 1]), "contexts": np.array([1, 2])}
BAG = {"contexts": np.array([[0, 1], [2, -1]]), "centres": np.array([2, 1])}
BAD = [
    (w2v.skipgram, PAIR | {"centres": np.array([0, 3])}, ValueError, r"centres must lie in 0 … 2, .* got 0 … 3"),
    (w2v.skipgram, PAIR | {"contexts": np.array([-2, 0])}, ValueError, "contexts must lie in 0 … 2"),
    (w2v.skipgram, PAIR | {"centres": np.array([0, -1])}, ValueError, "centres holds -1. A pad may stand only among"),
    (w2v.skipgram, PAIR | {"contexts": np.array([1])}, ValueError, r"got \(2,\) and \(1,\)"),
    (w2v.skipgram, PAIR | {"contexts": np.array([0.0, 1.0])}, TypeError, "whole-number word indices; got an array of"),
    (w2v.skipgram, {"centres": np.empty(0, int), "contexts": np.empty(0, int)}, ValueError, "holds no example"),
    (w2v.skipgram, PAIR | {"output_table": np.ones((2, 3))}, ValueError, "mean its transpose"),
    (w2v.skipgram, PAIR | {"input_table": np.ones(3)}, ValueError, r"input_table must have shape \(V, d\)"),
    (w2v.cbow, BAG | {"centres": np.array([0, -1])}, ValueError, "centres holds -1"),
    (w2v.cbow, BAG | {"contexts": np.array([[-1, -1], [0, 1]])}, ValueError, "1 examples have no context, .* row 0"),
    (w2v.cbow, BAG | {"contexts": np.array([[0, -2], [0, 1]])}, ValueError, "contexts must lie in"),
    (w2v.cbow, BAG | {"contexts": np.array([[0, 3], [0, 1]])}, ValueError, "contexts must lie in"),
    (w2v.cbow, {"contexts": BAG["centres"], "centres": BAG["contexts"].clip(0)}, ValueError, "contexts first"),
    (w2v.cbow, BAG | {"centres": np.array([0])}, ValueError, r"\(2, 2\) and \(1,\)"),
    (w2v.negative_sampling, PAIR | {"negatives": np.array([1, 2])}, ValueError, r"negatives must be \(n, k\)"),
    (w2v.negative_sampling, PAIR | {"negatives": np.array([[1]])}, ValueError, "with n = 2"),
    (w2v.negative_sampling, PAIR | {"negatives": np.array([[1], [-1]])}, ValueError, "negatives holds -1"),
    (w2v.negative_sampling, PAIR | {"negatives": np.array([[1], [3]])}, ValueError, "negatives must lie in"),
]


@pytest.mark.parametrize(("function", "arguments", "error", "says"), BAD)
def test_bad_examples_say_what_was_wrong(function, arguments, error, says):
    table = np.ones((3, 2))
    with pytest.raises(error, match=says):
        function(**({"input_table": table, "output_table": table} | arguments))


# Counts


@SETTINGS
@given(COUNTS, st.sampled_from([0.75, 1.0, 0.5, 0.0, -0.5]))
def test_noise_is_the_power_of_the_counts(counts, exponent):
    noise = w2v.noise_distribution(counts, exponent)
    powers = [count**exponent if count else 0.0 for count in counts]
    np.testing.assert_allclose(noise, np.array(powers) / sum(powers), rtol=1e-9)
    assert noise.sum() == pytest.approx(1, abs=1e-12)


def gensim_of(counts, **arguments):
    """A model that has seen only the counts; its words are their own indices, in gensim's order."""
    model = Word2Vec(min_count=1, vector_size=2, **arguments)
    model.build_vocab_from_freq({str(word): count for word, count in enumerate(counts)})
    return model, np.array([int(word) for word in model.wv.index_to_key])


@pytest.fixture(scope="module")
def zipf() -> np.ndarray:
    return np.random.default_rng(0).zipf(1.3, size=400).clip(max=10**7)


@pytest.mark.parametrize("exponent", [0.75, 1.0, 0.0, -0.5])
def test_noise_is_the_table_of_gensim(zipf, exponent):
    model, order = gensim_of(zipf.tolist(), ns_exponent=exponent)
    theirs = np.diff(model.cum_table.astype(np.float64), prepend=0) / (2**31 - 1)
    np.testing.assert_allclose(w2v.noise_distribution(zipf, exponent)[order], theirs, atol=1e-9)


@pytest.mark.parametrize("threshold", [1e-3, 1e-5, 0.1])
def test_keep_probability_is_that_of_gensim(zipf, threshold):
    model, order = gensim_of(zipf.tolist(), sample=threshold)
    theirs = model.wv.expandos["sample_int"] / (2**32 - 1)
    ours = w2v.keep_probability(zipf, threshold)
    np.testing.assert_allclose(ours[order], theirs, atol=1e-9)
    assert (ours < 1).any()


def test_the_defaults_are_those_of_gensim(zipf):
    model, order = gensim_of(zipf.tolist())
    theirs = np.diff(model.cum_table.astype(np.float64), prepend=0) / (2**31 - 1)
    np.testing.assert_allclose(w2v.noise_distribution(zipf)[order], theirs, atol=1e-9)
    theirs = model.wv.expandos["sample_int"] / (2**32 - 1)
    np.testing.assert_allclose(w2v.keep_probability(zipf)[order], theirs, atol=1e-9)


def test_keep_probability_by_hand():
    # f = 0.4, 0.1, 0.5, 0; t = 0.1, so t / f = 1/4, 1, 1/5.
    np.testing.assert_allclose(w2v.keep_probability([4, 1, 5, 0], 0.1), [0.75, 1, 5**-0.5 + 0.2, 1])
    np.testing.assert_allclose(w2v.keep_probability([4, 1, 5, 0], 0.1, "paper"), [0.5, 1, 5**-0.5, 1])


@pytest.mark.parametrize("function", [w2v.noise_distribution, w2v.keep_probability, w2v.huffman])
@pytest.mark.parametrize("counts", [[], [0, 0], [1, -1], [[1, 2]], [1, np.nan]])
def test_counts_are_checked(function, counts):
    with pytest.raises(ValueError, match="counts must be one row of numbers from 0"):
        function(counts)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: w2v.keep_probability([1, 2], 0), "threshold must be above 0"),
        (lambda: w2v.keep_probability([1, 2], 1e-3, "gensim"), '"code" or "paper"'),
        (lambda: w2v.noise_distribution([1, 2], np.inf), "exponent must be a finite number"),
        (lambda: w2v.huffman([3]), "at least two words; got 1"),
    ],
)
def test_other_numbers_are_checked(call, says):
    with pytest.raises(ValueError, match=says):
        call()


# Huffman's tree


def optimum(counts):
    """Weighted length of the best prefix code: the sum of all joined weights."""
    heap, total = sorted(counts), 0
    while len(heap) > 1:
        joined = heapq.heappop(heap) + heapq.heappop(heap)
        heapq.heappush(heap, joined)
        total += joined
    return total


def words_of(tree):
    return ["".join(map(str, code[:length])) for code, length in zip(tree.codes, tree.lengths, strict=True)]


@SETTINGS
@given(COUNTS)
def test_the_code_is_prefix_free_and_the_shortest(counts):
    tree = w2v.huffman(counts)
    codes = words_of(tree)
    assert not any(a != b and b.startswith(a) for a in codes for b in codes) and len(set(codes)) == len(counts)
    assert sum(count * length for count, length in zip(counts, tree.lengths, strict=True)) == optimum(counts)
    assert sum(2.0**-length for length in tree.lengths) == 1  # a full tree


@SETTINGS
@given(COUNTS)
def test_paths_and_codes_lead_through_the_children(counts):
    tree, n_words = w2v.huffman(counts), len(counts)
    assert sorted(tree.children.ravel().tolist()) == list(range(2 * n_words - 2))
    for word in range(n_words):
        node = 2 * n_words - 2
        for row, code in zip(tree.paths[word], tree.codes[word, : tree.lengths[word]], strict=False):
            assert row == node - n_words
            node = tree.children[row, code]
        assert node == word
        assert (tree.paths[word, tree.lengths[word] :] == -1).all()
    assert tree.paths.shape == tree.codes.shape == (n_words, tree.lengths.max())


def test_ties_go_to_the_lower_node():
    tree = w2v.huffman([1, 1, 1, 1, 2])
    assert tree.children.tolist() == [[0, 1], [2, 3], [4, 5], [6, 7]]
    assert words_of(tree) == ["110", "111", "00", "01", "10"]


@settings(SETTINGS, max_examples=20)
@given(st.lists(st.integers(1, 50), min_size=2, max_size=30))
def test_gensim_needs_as_many_steps(counts):
    model, order = gensim_of(counts, hs=1, negative=0)
    theirs = sum(counts[order[place]] * len(code) for place, code in enumerate(model.wv.expandos["code"]))
    assert theirs == (counts * w2v.huffman(counts).lengths).sum()


@settings(SETTINGS, max_examples=20)
@given(st.lists(st.integers(1, 10**9), min_size=2, max_size=30, unique=True))
def test_without_ties_the_tree_is_that_of_gensim(counts):
    counts = sorted(counts, reverse=True)  # gensim's order
    model, _ = gensim_of(counts, hs=1, negative=0)
    tree = w2v.huffman(counts)
    weights = [
        *counts,
        *(sum(c for c, path in zip(counts, tree.paths, strict=True) if row in path) for row in range(len(counts) - 1)),
    ]
    if len(set(weights)) < len(weights):
        return  # two nodes weigh the same: several trees are right
    for word, length in enumerate(tree.lengths):
        assert model.wv.expandos["code"][word].tolist() == tree.codes[word, :length].tolist()
        assert model.wv.expandos["point"][word].tolist() == tree.paths[word, :length].tolist()


@SETTINGS
@given(CASES)
def test_the_leaves_share_all_probability(case):
    probabilities = w2v.hierarchical_probabilities(case.input, case.inner, case.tree)
    assert probabilities.shape == (len(case.input), len(case.input)) and (probabilities >= 0).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-12)
    one = w2v.hierarchical_probabilities(case.input[0], case.inner, case.tree)
    np.testing.assert_allclose(one, probabilities[:1], rtol=1e-12)


def test_hierarchical_probabilities_by_hand():
    tree = w2v.huffman([1, 1, 3])  # node 3 joins words 0 and 1, the root 4 joins 3 and word 2
    assert tree.children.tolist() == [[0, 1], [3, 2]]
    row, inner = np.array([1.0]), np.array([[np.log(3.0)], [np.log(4.0)]])  # σ = 3/4 below, 4/5 at the root
    np.testing.assert_allclose(w2v.hierarchical_probabilities(row, inner, tree), [[0.6, 0.2, 0.2]])


@pytest.mark.parametrize(
    ("input_table", "inner_table", "says"),
    [
        (np.ones((3, 2)), np.ones((3, 2)), r"\(V-1, d\) = \(2, 2\)"),
        (np.ones((3, 2)), np.ones((2, 3)), r"\(V-1, d\) = \(2, 2\)"),
        (np.ones((4, 2)), np.ones((2, 2)), "The tree has 3 words, but input_table 4 rows"),
    ],
)
def test_the_inner_table_fits_the_tree(input_table, inner_table, says):
    with pytest.raises(ValueError, match=says):
        w2v.hierarchical_softmax(input_table, inner_table, PAIR["centres"], PAIR["contexts"], w2v.huffman([1, 2, 3]))


# Training


@SETTINGS
@given(CASES, st.floats(0.001, 1))
def test_a_step_goes_down_the_summed_gradient(case, rate):
    examples = case.centres, case.contexts, case.negatives
    step = w2v.negative_sampling(case.input, case.output, *examples)
    first, second = case.input.copy(), case.output.copy()
    assert w2v.sgd_step(first, second, *examples, rate) == pytest.approx(step.loss)
    n = len(case.centres)
    np.testing.assert_allclose(first, case.input - rate * n * step.grad_input, atol=1e-12)
    np.testing.assert_allclose(second, case.output - rate * n * step.grad_output, atol=1e-12)


def test_a_step_on_one_table_follows_the_sum_of_both_gradients():
    case = Case(seed=3, n_words=6, d=3, n=8, k=3)
    examples, table = (case.centres, case.contexts, case.negatives), case.input.copy()
    gradient = w2v.one_table(w2v.negative_sampling(case.input, case.input, *examples))
    w2v.sgd_step(table, table, *examples, 0.1)
    np.testing.assert_allclose(table, case.input - 0.1 * len(case.centres) * gradient, atol=1e-12)


def test_a_step_needs_tables_that_it_can_change():
    table = [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]
    for wrong in (table, np.ones((3, 2), int)):
        with pytest.raises(TypeError, match="changed in place"):
            w2v.sgd_step(np.array(table), wrong, **PAIR, negatives=np.array([[1], [0]]), rate=0.1)


def test_batches_are_every_pair_once_an_epoch_and_the_same_for_a_seed():
    pairs, noise = np.stack([np.arange(10), np.arange(10)[::-1]], axis=1), np.full(10, 0.1)
    drawn = list(w2v.batches(pairs, noise, batch=4, epochs=3, negatives=2, seed=5))
    assert [len(batch.centres) for batch in drawn] == [4, 4, 2] * 3
    assert {batch.negatives.shape[1] for batch in drawn} == {2}
    epochs = [np.concatenate([np.stack(b[:2], axis=1) for b in drawn[i : i + 3]]) for i in (0, 3, 6)]
    assert all(sorted(epoch.tolist()) == pairs.tolist() for epoch in epochs)
    assert not (epochs[0] == epochs[1]).all()
    for one, other in zip(drawn, w2v.batches(pairs, noise, batch=4, epochs=3, negatives=2, seed=5), strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    other = next(w2v.batches(pairs, noise, batch=4, epochs=3, negatives=2, seed=6))
    assert not np.array_equal(other.negatives, drawn[0].negatives)


def test_batches_can_keep_the_order_of_reading():
    pairs = np.stack([np.arange(10), np.arange(10)[::-1]], axis=1)
    drawn = list(w2v.batches(pairs, np.full(10, 0.1), batch=4, epochs=2, shuffle=False))
    assert np.concatenate([batch.centres for batch in drawn]).tolist() == [*range(10)] * 2
    assert np.concatenate([batch.contexts for batch in drawn]).tolist() == [*range(9, -1, -1)] * 2


def test_the_rate_falls_in_a_straight_line():
    batches = w2v.batches(np.zeros((8, 2), int), np.ones(1), batch=2, epochs=2, rate=0.8, last_rate=0.0)
    np.testing.assert_allclose([batch.rate for batch in batches], 0.8 - 0.1 * np.arange(8))


def test_negatives_follow_the_noise():
    noise = np.array([0.5, 0.0, 0.3, 0.2, 0.0])
    drawn = next(w2v.batches(np.zeros((20000, 2), int), noise, batch=20000, negatives=5)).negatives
    shares = np.bincount(drawn.ravel(), minlength=5) / drawn.size
    assert (shares[noise == 0] == 0).all()
    assert (np.abs(shares - noise) <= 5 * np.sqrt(noise * (1 - noise) / drawn.size)).all()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"batch": 0}, "batch must be"),
        ({"epochs": 0}, "epochs must be"),
        ({"negatives": 0}, "negatives must be"),
        ({"rate": 0.01, "last_rate": 0.1}, "The rate falls from rate to last_rate"),
        ({"pairs": np.zeros((3, 3), int)}, r"\(n_pairs, 2\)"),
        ({"pairs": np.full((3, 2), 2)}, "must lie in 0 … 1"),
        ({"noise": np.array([0.5, 0.6])}, r"sum to 1; got \(2,\) with sum 1.1"),
    ],
)
def test_batches_are_checked_at_the_call(arguments, says):
    with pytest.raises(ValueError, match=says):
        w2v.batches(**({"pairs": np.zeros((3, 2), int), "noise": np.array([0.5, 0.5])} | arguments))


def test_start_tables_are_those_of_word2vec():
    first, second = w2v.start_tables(300, 20, seed=1)
    assert first.shape == second.shape == (300, 20) and first.dtype == second.dtype == np.float32
    assert (second == 0).all() and np.abs(first).max() <= 1 / 40 and np.abs(first).max() > 0.99 / 40
    assert abs(first.mean()) < 0.001
    assert (first == w2v.start_tables(300, 20, seed=1)[0]).all()


def test_training_tells_two_topics_apart():
    """Words 0 to 4 stand together, and so do 5 to 9: their vectors end up so too."""
    rng = np.random.default_rng(0)
    sentences = [rng.integers(5, size=8) + 5 * (i % 2) for i in range(200)]
    pairs = w2v.skipgram_pairs(sentences, 2)
    noise = w2v.noise_distribution(np.bincount(pairs[:, 0]))
    first, second = w2v.start_tables(10, 8)
    losses = [w2v.sgd_step(first, second, *batch) for batch in w2v.batches(pairs, noise, batch=32, epochs=5, rate=0.1)]
    unit = first / np.linalg.norm(first, axis=1, keepdims=True)
    cosine = unit @ unit.T
    assert min(cosine[:5, :5].min(), cosine[5:, 5:].min()) > 0.8 > 0.3 > cosine[:5, 5:].max()
    assert losses[0] == pytest.approx(6 * math.log(2)) and np.mean(losses[-20:]) < 0.6 * losses[0]
