"""Codes, their tree, and the models that say them: exact scores equal slow ones, and patterns are learned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.cluster import KMeans

from recbook.data import Interactions
from recbook.models import load
from recbook.models.generators import CodeEncoder, CodeGenerator, one_hot
from recbook.models.plain_gpt import PlainCodeGenerator, PlainGPT
from recbook.models.semantic_ids import (
    Trie,
    behaviour_vectors,
    dealt_at_random,
    kmeans,
    residual_kmeans,
    text_codes,
    with_collision_code,
)
from recbook.models.sequences import SequenceSettings

SMALL = SequenceSettings(
    width=16, layers=1, length=4, dropout=0.0, epochs=30, batch_size=16, learning_rate=0.01, identity=False
)
KINDS = pytest.mark.parametrize("kind", [CodeGenerator, PlainCodeGenerator])
# Twelve items, three levels: every first code has items, not every address.
CODES = np.array([[i % 3, i // 6, (i // 3) % 2 + (i == 11)] for i in range(12)])
tables = st.integers(1, 40).flatmap(
    lambda n: st.lists(st.tuples(*[st.integers(0, 3)] * 3), min_size=n, max_size=n).map(np.array)
)


def log_of(sequences: list[list[int]], n_items: int) -> Interactions:
    user = np.repeat(np.arange(len(sequences)), [len(items) for items in sequences])
    item = np.array([item for items in sequences for item in items], int)
    time = np.concatenate([np.arange(len(items)) for items in sequences])
    return Interactions(user, item, np.ones(len(user), np.float32), time, np.arange(len(sequences)), np.arange(n_items))


@pytest.fixture(scope="module")
def circle() -> Interactions:
    """Twelve items in a circle; each user walks along it from somewhere: the next item is always known."""
    return log_of([[(start + step) % 12 for step in range(5 + start % 4)] for start in range(48)], 12)


def test_kmeans_finds_groups_as_scikit_learn_does():
    rng = np.random.default_rng(0)
    vectors = np.concatenate([rng.normal(centre, 0.1, (30, 5)) for centre in (-2, 0, 3)])
    start = np.random.default_rng(1).choice(90, 3, replace=False)
    theirs = KMeans(3, init=vectors[start], n_init=1, algorithm="lloyd").fit(vectors)
    centres, nearest = kmeans(vectors, 3, np.random.default_rng(1))
    assert (nearest == theirs.labels_).all() and np.allclose(centres, theirs.cluster_centers_)


def test_a_level_codes_what_the_level_before_left_over():
    coarse, fine = np.array([[10.0, 0], [-10, 0]]), np.array([[0, 1.0], [0, -1]])
    vectors = np.array([coarse[i] + fine[j] for i in (0, 1) for j in (0, 1) for _ in range(5)])
    # From two starts on one side k-means does not get away, so only starts on both sides say anything.
    found = [residual_kmeans(vectors, (2, 2), seed) for seed in range(20)]
    found = [codes for codes in found if codes[0, 0] == codes[5, 0] != codes[10, 0]]
    assert found
    for codes in found:  # the fine step is shared by both coarse groups, so its code is, too
        assert (codes[:5, 1] == codes[10:15, 1]).all()


def test_each_level_brings_the_vectors_nearer():
    vectors = np.random.default_rng(0).normal(size=(200, 8))
    left = []
    for levels in (1, 2, 3):
        codes, total = residual_kmeans(vectors, (8,) * levels), 0.0
        for row in np.unique(codes, axis=0):
            same = vectors[(codes == row).all(axis=1)]
            total += ((same - same.mean(axis=0)) ** 2).sum()
        left.append(total)
    assert left[0] > left[1] > left[2]
    assert (residual_kmeans(vectors, (8, 8), 1) == residual_kmeans(vectors, (8, 8), 1)).all()


@given(tables)
def test_the_collision_code_counts_items_of_one_address_and_leaves_no_two_alike(codes):
    found = with_collision_code(codes)
    assert (found[:, :-1] == codes).all() and len(np.unique(found, axis=0)) == len(codes)
    seen: dict[tuple[int, ...], int] = {}
    for row, last in zip(map(tuple, codes), found[:, -1], strict=True):
        assert last == seen.get(row, 0)
        seen[row] = last + 1


@given(tables, st.lists(st.tuples(*[st.integers(-1, 4)] * 4), max_size=10))
def test_the_tree_finds_each_item_and_no_other_address(codes, asked):
    codes = with_collision_code(codes)
    trie = Trie(codes)
    assert (trie.find(codes) == np.arange(len(codes))).all()
    known = {tuple(row): item for item, row in enumerate(codes)}
    for row in asked:
        assert trie.find(np.array([row]))[0] == known.get(row, -1)
    for depth in range(5):
        assert [tuple(row) for row in trie.prefixes[depth]] == sorted({tuple(row[:depth]) for row in codes})
        assert (trie.prefixes[depth][trie.place(codes[:, :depth])] == codes[:, :depth]).all()
        below = [(codes[:, :depth] == row[:depth]).all(axis=1).sum() for row in codes]
        assert (trie.items_below(depth) == below).all()


def test_dealt_at_random_keeps_the_addresses():
    dealt = dealt_at_random(CODES, 1)
    assert (dealt != CODES).any() and (np.sort(dealt.view("i8,i8,i8"), 0) == np.sort(CODES.view("i8,i8,i8"), 0)).all()


def test_behaviour_puts_items_of_the_same_people_together():
    groups = log_of([[0, 1, 2, 3]] * 6 + [[4, 5, 6, 7]] * 6, 9)
    vectors = behaviour_vectors(groups, 3)
    assert np.allclose(vectors[:4] @ vectors[:4].T, 1) and np.allclose(vectors[:4] @ vectors[4:8].T, 0, atol=1e-6)
    assert np.allclose(vectors[8], 0)


class Spelled:
    def encode(self, texts):
        return np.array([[len(text), text.count("a")] for text in texts], float)


def test_texts_get_addresses_and_one_without_text_is_named():
    codes = text_codes(["a", "bb", "a", "aaaa"], (2, 2), encoder=Spelled())
    assert codes.shape == (4, 3) and codes[0, -1] == 0 and codes[2, -1] == 1
    with pytest.raises(ValueError, match="Item 1 has no text"):
        text_codes(["a", " "], (2,), encoder=Spelled())


def histories() -> list[torch.Tensor]:
    return [torch.tensor([3, 5, 7]), torch.tensor([1]), torch.tensor([2, 2, 9, 12])]


def test_walking_the_tree_gives_what_scoring_each_address_gives():
    torch.manual_seed(0)
    model = CodeEncoder(CODES, replace(SMALL, width=32)).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.5)
    vectors = torch.randn(70, 32)  # more than are walked at once
    slow = model.log_probability(vectors, model.codes)
    assert torch.allclose(model.scores(vectors), slow, atol=1e-5)
    every = torch.tensor([[a, b, c] for a in range(3) for b in range(2) for c in range(3)])
    assert torch.allclose(model.log_probability(vectors, every).exp().sum(dim=1), torch.ones(70), atol=1e-5)
    assert torch.allclose(model.loss(vectors[:12], torch.arange(12)), -slow[:12].diagonal().mean(), atol=1e-5)


@pytest.mark.parametrize("layers", [1, 2])
def test_the_plain_gpt_scores_all_nodes_at_once_as_it_scores_each_address(layers):
    torch.manual_seed(0)
    model = PlainGPT(CODES, replace(SMALL, layers=layers)).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    for row in histories():
        slow = model.log_probability(row, torch.from_numpy(CODES))
        assert torch.allclose(model.scores(row), slow, atol=1e-4)
    rows, targets = torch.tensor([[3, 5, 7, 0]]), torch.tensor([[False, False, True, False]])
    asked = model.log_probability(torch.tensor([3, 5]), torch.from_numpy(CODES[6:7]))
    assert torch.allclose(model.loss(rows, targets), -asked.sum(), atol=1e-4)


def test_a_sum_of_codes_is_one_hot_times_the_table():
    table = np.random.default_rng(0).normal(size=(3 + 2 + 3, 4))
    assert np.allclose(one_hot(CODES) @ table, table[CODES[:, 0]] + table[3 + CODES[:, 1]] + table[5 + CODES[:, 2]])


@KINDS
def test_the_next_item_of_a_circle_is_learned(kind, circle):
    model = kind(CODES, replace(SMALL, epochs=60)).fit(circle)
    asked = log_of([[(start + step) % 12 for step in range(5)] for start in range(12)], 12)
    best = model.score(np.arange(12), asked).argmax(axis=1)
    assert (best == (np.arange(12) + 5) % 12).mean() > 0.8


@KINDS
def test_a_generator_is_one_seed_one_model_and_is_saved_whole(kind, circle, tmp_path):
    one, two, other = (kind(CODES, replace(SMALL, epochs=2), seed).fit(circle) for seed in (1, 1, 2))
    assert one.losses_ == two.losses_ != other.losses_
    scores = one.score(np.arange(48))
    assert scores.shape == (48, 12) and scores.dtype == np.float32 and (scores < 0).all()
    one.save(tmp_path)
    assert np.allclose(load(tmp_path).score(np.arange(48)), scores, atol=1e-6)
    assert one.score(np.array([], int)).shape == (0, 12)
    nobody = Interactions(*(np.array([], int) for _ in range(4)), np.arange(3), np.arange(12))
    assert np.isfinite(one.score(np.arange(3), nobody)).all()


def test_a_beam_as_wide_as_the_catalogue_finds_the_exact_list_and_a_free_one_may_leave_it(circle):
    model = CodeGenerator(CODES, replace(SMALL, epochs=3)).fit(circle)
    users = np.arange(5)
    scores, said = model.score(users), model.generate(users, 12, width=12)
    assert (said.items == np.argsort(-scores, axis=1)).all()
    assert np.allclose(said.scores, -np.sort(-scores, axis=1), atol=1e-5)
    assert (CODES[said.items] == said.codes).all()
    free = model.generate(users, 12, width=12, constrained=False)
    assert (free.scores[:, 0] >= said.scores[:, 0] - 1e-5).all() and (free.items >= -1).all()
    assert ((free.items < 0) == ~(free.codes[:, :, None] == CODES).all(axis=-1).any(axis=-1)).all()


def test_a_prefix_is_shared_alike_by_its_items(circle):
    model = CodeGenerator(CODES, replace(SMALL, epochs=3)).fit(circle)
    by_first = model.score_by_prefix(np.arange(4), 1)
    for code in range(3):
        same = by_first[:, CODES[:, 0] == code]
        assert np.allclose(same, same[:, :1])
    assert np.allclose(np.exp(by_first).sum(axis=1), 1, atol=1e-5)
    assert np.allclose(model.score_by_prefix(np.arange(4), 3), model.score(np.arange(4)), atol=1e-5)


def test_exchanged_targets_stay_below_their_prefix_and_reach_items_that_nobody_met():
    model = CodeGenerator(CODES, SMALL, exchanged=1.0, exchanged_depth=1)
    model.model_ = model._encoder()
    targets = torch.arange(12).repeat(200)
    drawn = model._exchanged(targets)
    assert (CODES[drawn, 0] == CODES[targets, 0]).all()
    assert (np.bincount(drawn, minlength=12) > 100).all()  # 200 each if drawn alike
    walk = log_of([[0, 1, 2] * 3] * 20, 12)
    plain, taught = (CodeGenerator(CODES, SMALL, exchanged=share, exchanged_depth=1).fit(walk) for share in (0, 0.5))
    unmet = [3, 4, 5]
    assert taught.score(np.array([0]))[0, unmet].mean() > plain.score(np.array([0]))[0, unmet].mean() + 1


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: kmeans(np.ones((3, 2)), 4, np.random.default_rng(0)), "between 1 and 3 centres"),
        (lambda: residual_kmeans(np.ones((3, 2)), ()), "at least one level"),
        (lambda: residual_kmeans(np.full((3, 2), np.nan), (2,)), "vectors"),
        (lambda: with_collision_code(np.ones(3, int)), "a row an item"),
        (lambda: with_collision_code(np.ones((3, 2))), "whole numbers"),
        (lambda: Trie(np.array([[0], [-1]])), "item 1 has -1"),
        (lambda: Trie(np.array([[0, 1], [0, 1]])), "same address"),
        (lambda: Trie(CODES).find(np.zeros((2, 2), int)), "has 3 codes"),
        (lambda: behaviour_vectors(log_of([[0, 1]], 2), 5), "rank must lie"),
        (lambda: CodeGenerator(CODES, exchanged=2), "share of the targets"),
        (lambda: CodeGenerator(CODES, exchanged_depth=9), "between 0 and 3"),
    ],
)
def test_what_makes_no_codes_is_refused_in_a_sentence(wrong, message):
    with pytest.raises(ValueError, match=message):
        wrong()


def test_a_generator_says_what_it_cannot_do(circle):
    with pytest.raises(ValueError, match="codes for 11 items, and the log has 12"):
        CodeGenerator(CODES[:11], SMALL).fit(circle)
    with pytest.raises(RuntimeError, match="learned nothing yet"):
        CodeGenerator(CODES, SMALL).generate(np.array([0]))
    model = CodeGenerator(CODES, replace(SMALL, epochs=1)).fit(circle)
    with pytest.raises(ValueError, match="wider than the catalogue of 12"):
        model.generate(np.array([0]), 3, width=13)
    with pytest.raises(ValueError, match="n is 5"):
        model.generate(np.array([0]), 5, width=4)
    with pytest.raises(ValueError, match="User 1 has an empty history"):
        model.generate(np.array([0, 1]), 3, width=4, history=log_of([[0, 1], []], 12))
    with pytest.raises(ValueError, match="depth must lie between 1 and 3"):
        model.score_by_prefix(np.array([0]), 4)
