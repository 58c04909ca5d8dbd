"""Chapter 14's garments and sizes: what is kept out of training, what is hidden, and what its tables say."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from recbook.chapters.trends import multimodal, sizes
from recbook.data import garments
from recbook.data.garments import CLOTHS, COLOURS, CUTS, KINDS, PATTERNS, Recipe
from recbook.image_text import OneSpace, WordBag

SMALL = Recipe(garments=100, shoppers=60, buys=8)


def test_pairs_kept_out_leave_every_word_to_be_met():
    every = multimodal.combinations()
    kept_out = multimodal.never_shown(every.properties)
    pairs = np.unique(every.properties[kept_out][:, :2], axis=0)
    assert len(pairs) == len(COLOURS) == len(np.unique(pairs[:, 0]))
    rest = {word for caption in every.take(~kept_out).captions() for word in caption.split()}
    assert rest == {*COLOURS, *PATTERNS, *KINDS}


def test_the_studio_shows_no_pair_that_is_kept_out():
    found = multimodal.studio(300)
    assert not multimodal.never_shown(multimodal.combinations().properties[found.shows]).any()
    assert found.pictures.shape == (300, 32, 32, 3)


@pytest.fixture(scope="module")
def space():
    """A space that was not trained, on words."""
    torch.manual_seed(0)
    bag = WordBag(multimodal.combinations().captions())
    return OneSpace(bag, width=16), bag.read


def test_the_vector_of_a_word_is_the_mean_over_all_its_captions(space):
    one, read = space
    vectors = multimodal.word_vectors(one, read, PATTERNS, 1)
    dotted = [caption for caption in multimodal.combinations().captions() if caption.split()[1] == "dotted"]
    mean = one.encode_sentences(read(dotted)).mean(axis=0)
    np.testing.assert_allclose(vectors[4], mean / np.linalg.norm(mean), atol=1e-5)


def test_chances_of_words_add_up_to_one_and_follow_the_cosine(space):
    one, read = space
    pictures = multimodal.shown_properties(5)[1]
    chances = multimodal.zero_shot(one, read, pictures, KINDS, 2)
    np.testing.assert_allclose(chances.sum(axis=1), 1, rtol=1e-6)
    cosines = one.encode_pictures(pictures) @ multimodal.word_vectors(one, read, KINDS, 2).T
    np.testing.assert_array_equal(chances.argmax(axis=1), cosines.argmax(axis=1))


def test_nothing_of_a_hidden_garment_is_learned_from_and_choices_never_see_the_test():
    parts = multimodal.hide(garments.make(SMALL))
    for split in parts:
        hidden = split.test.item_counts() > 0
        assert not split.train.item_counts()[hidden].any()
    assert not set(parts.inner.candidates) & set(parts.test.candidates)
    assert not parts.inner.train.item_counts()[parts.test.candidates].any()


def test_the_setting_is_chosen_on_the_inner_set_alone():
    world = garments.make(SMALL)
    parts = multimodal.hide(world)
    truth = np.eye(len(COLOURS))[world.garments.properties[:, 0]]
    l2, report = multimodal.ridge(multimodal.kernel(truth), parts)
    assert l2 in multimodal.PENALTIES
    nobody = multimodal.of_scores(np.random.default_rng(0).random(world.utility.shape), parts)
    best = multimodal.of_scores(world.utility, parts)
    assert nobody["ndcg@10"] < report["ndcg@10"] < best["ndcg@10"]


def test_every_word_of_a_description_has_its_chinese():
    some = garments.garments(200, np.random.default_rng(0))
    assert {*CLOTHS, *CUTS, *KINDS, *garments.USES} == set(multimodal._IN_CHINESE)
    assert len(set(multimodal._IN_CHINESE.values())) == len(multimodal._IN_CHINESE)
    assert len(multimodal.described(some)) == 200


def _encoder(seconds: float, level: float) -> dict:
    users = [level, level + 0.1, None]
    return {"hidden": {"ndcg": level + 0.05, "interval": [level, level + 0.1], "per_user": users, "sets": [level] * 5},
            "series": [0.1, 0.0, 0.2], "news": [0.5, 0.4, 0.6],
            "bytes": 2_000_000, "seconds": seconds, "width": 8}  # fmt: skip


def test_the_table_of_sizes_has_a_row_an_encoder_and_pairs_its_users():
    kept = {"student": _encoder(0.1, 0.2)}
    kept["sizes"] = {key: _encoder(1.682, 0.3) for key in multimodal.SIZES if key != "student"}
    found = multimodal.by_size(kept)
    assert list(found) == list(multimodal.SIZES)
    assert found["MiniLM"]["ms"] == pytest.approx(1)
    assert found["MiniLM"]["mb"] == pytest.approx(2)
    apart = multimodal.size_difference(kept, "student", "MiniLM")
    assert apart.low == pytest.approx(-0.1)
    assert apart.high == pytest.approx(-0.1)
    table = multimodal.price_table(found)
    assert len(table) == len(found)
    assert float(table["Wh a million"].iloc[0]) == pytest.approx(1000 * sizes.WATTS / 3600, rel=0.1)


def test_the_share_right_over_all_weighs_pairs_by_how_many_there_are():
    found = {key: {"other words": {"met": [1.0, 1.0], "never met": [0.0, 1.0]}} for key in multimodal.ASKED}
    assert multimodal.over_all(found, "other words") == pytest.approx([5 / 6, 1])


# The student


def test_a_student_begins_as_the_table_cut_to_its_main_directions():
    rng = np.random.default_rng(0)
    table = rng.normal(size=(200, 4)) @ rng.normal(size=(4, 12)) + 3
    student = sizes.Student(table, width=4)
    ids = [[3, 5], [7]]
    ours = student(*sizes.flat(ids)).detach().numpy()
    means = np.array([table[row].mean(axis=0) for row in ids])
    np.testing.assert_allclose(ours, means / np.linalg.norm(means, axis=1, keepdims=True), atol=1e-4)


def test_the_loss_of_a_student_is_0_where_it_agrees_and_2_where_it_contradicts():
    rows = torch.tensor([[1.0, 2.0], [0.5, -1.0]])
    assert float(sizes.distil_loss(3 * rows, rows)) == pytest.approx(0, abs=1e-6)
    assert float(sizes.distil_loss(-rows, rows)) == pytest.approx(2)


def test_texts_lie_in_one_row_and_an_empty_one_is_padding():
    ids, starts = sizes.flat([[5, 6], [], [7]])
    assert ids.tolist() == [5, 6, 0, 7]
    assert starts.tolist() == [0, 2, 3]


def test_an_unknown_encoder_is_refused():
    with pytest.raises(ValueError, match="there is: random"):
        sizes.reader("huge")
