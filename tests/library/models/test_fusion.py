"""Early and late fusion against formulas worked out by hand, towers against what each way can and cannot learn."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from recbook import models
from recbook.data import garments
from recbook.data.garments import Recipe
from recbook.models import EASE, FeatureRidge, FusionTower, KernelRidge, LateFusion, Popularity
from recbook.models.fusion import equal_voice, product_kernel, side_by_side, standard
from recbook.models.fusion_tower import WAYS, Joining

RNG = np.random.default_rng(0)
WORLD = garments.make(Recipe(garments=80, shoppers=60, buys=8))
TEXT, PICTURE = RNG.normal(size=(80, 5)), 100 * RNG.normal(size=(80, 3)) + 7


def test_an_equal_voice_has_mean_0_and_mean_squared_length_1_whatever_the_scale():
    quiet = equal_voice(PICTURE)
    np.testing.assert_allclose(quiet.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose((quiet**2).sum(axis=1).mean(), 1)
    np.testing.assert_allclose(equal_voice(1000 * PICTURE + 3), quiet)


def test_an_item_without_the_modality_gets_the_mean_and_does_not_move_it():
    has = np.arange(80) % 3 > 0
    wild = np.where(has[:, None], PICTURE, 1e6)
    quiet = equal_voice(wild, has)
    assert (quiet[~has] == 0).all()
    np.testing.assert_allclose(quiet[has], equal_voice(PICTURE[has]))


def test_features_that_are_all_alike_become_zeros():
    assert (equal_voice(np.full((4, 2), 3.0)) == 0).all()


def test_the_kernel_of_parts_side_by_side_is_the_weighted_sum_of_their_kernels():
    table = side_by_side([TEXT, PICTURE], [2, 0.5])
    np.testing.assert_allclose(table @ table.T, 2 * TEXT @ TEXT.T + 0.5 * PICTURE @ PICTURE.T)


def test_the_product_kernel_is_that_of_all_products_of_features():
    products = (TEXT[:, :, None] * PICTURE[:, None]).reshape(80, -1)
    np.testing.assert_allclose(product_kernel(TEXT @ TEXT.T, PICTURE @ PICTURE.T), products @ products.T)


def test_scores_all_alike_say_nothing_and_others_get_mean_0_and_deviation_1():
    made = standard(np.array([[1.0, 3.0], [4.0, 4.0]]))
    np.testing.assert_allclose(made, [[-1, 1], [0, 0]])
    among = standard(np.array([[1.0, 3.0, 100.0]]), np.array([True, True, False]))
    np.testing.assert_allclose(among[:, :2], [[-1, 1]])


def _two():
    return [FeatureRidge(TEXT, 5.0), FeatureRidge(PICTURE, 5.0)]


def test_late_fusion_is_the_weighted_mean_of_standardised_scores():
    fused = LateFusion(_two(), [3, 1]).fit(WORLD.log)
    text, picture = (model.fit(WORLD.log).score(np.arange(60)) for model in _two())
    by_hand = [
        0.75 * (a - a.mean()) / a.std() + 0.25 * (b - b.mean()) / b.std() for a, b in zip(text, picture, strict=True)
    ]
    np.testing.assert_allclose(fused.score(np.arange(60)), by_hand, atol=1e-5)


@pytest.mark.parametrize(("share_out", "factor"), [(False, 0.5), (True, 1.0)], ids=["stays quiet", "shared out"])
def test_where_one_model_may_not_speak_the_other_speaks_for_itself_or_for_both(share_out, factor):
    trust = np.ones((80, 2))
    trust[:10, 1] = 0
    trust[10, :] = 0
    fused = LateFusion(_two(), [1, 1], trust, share_out).fit(WORLD.log)
    scores, text = fused.score(np.arange(60)), FeatureRidge(TEXT, 5.0).fit(WORLD.log).score(np.arange(60))
    alone = standard(text, trust[:, 0] > 0)
    np.testing.assert_allclose(scores[:, :10], factor * alone[:, :10], atol=1e-5)
    assert (scores[:, 10] == 0).all()


def test_a_loud_model_does_not_drown_the_other():
    class Loud(FeatureRidge):
        def score(self, users, history=None):
            return 1e4 * super().score(users, history)

    loud = LateFusion([FeatureRidge(TEXT, 5.0), Loud(PICTURE, 5.0)]).fit(WORLD.log)
    np.testing.assert_allclose(
        loud.score(np.arange(60)), LateFusion(_two()).fit(WORLD.log).score(np.arange(60)), atol=1e-3
    )


def test_late_fusion_takes_models_of_any_kind_and_can_be_kept(tmp_path):
    fused = LateFusion([EASE(), Popularity()], [1, 0.5]).fit(WORLD.log)
    fused.save(tmp_path / "fused")
    again = models.load(tmp_path / "fused")
    np.testing.assert_array_equal(again.score(np.arange(60)), fused.score(np.arange(60)))


@pytest.mark.parametrize("way", WAYS)
def test_a_tower_scores_every_garment_and_repeats_with_its_seed(way):
    one, two = (FusionTower([TEXT, PICTURE], way, epochs=2).fit(WORLD.log).score(np.arange(60)) for _ in range(2))
    assert one.shape == (60, 80)
    np.testing.assert_array_equal(one, two)


def test_a_gate_listens_only_to_what_an_item_has():
    torch.manual_seed(0)
    tower = Joining([5, 3], 8, "gate").eval()
    x = torch.rand(4, 10)
    x[:, 8:] = torch.tensor([[1.0, 1.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    weights = tower.weights(x)
    np.testing.assert_allclose(weights.sum(dim=1).detach(), 1, rtol=1e-6)
    np.testing.assert_allclose(weights[1:3].detach(), [[1, 0], [0, 1]], atol=1e-6)
    changed = x.clone()
    changed[1, 5:8] = 99  # a picture that is not there
    np.testing.assert_array_equal(tower(changed)[1].detach(), tower(x)[1].detach())


def test_blanking_takes_modalities_in_training_only_and_never_the_last():
    torch.manual_seed(0)
    tower = Joining([5, 3], 8, "concatenate", blank=0.9)
    present = torch.tensor([[1.0, 1.0]]).repeat(500, 1)
    left = tower.train()._left(present)
    assert (left.sum(dim=1) >= 1).all()
    assert left.mean() < 0.95
    assert torch.equal(tower.eval()._left(present), present)


def test_only_a_gate_has_weights():
    with pytest.raises(ValueError, match="Only a gate"):
        Joining([5, 3], 8, "product").weights(torch.rand(1, 10))


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: side_by_side([TEXT, PICTURE[:79]]), r"one row for each item.*80, 79"),
        (lambda: side_by_side([]), "no modality"),
        (lambda: side_by_side([TEXT, PICTURE], [1]), "one weight"),
        (lambda: side_by_side([TEXT], [-1]), "at least 0"),
        (lambda: equal_voice(PICTURE, np.ones(79, bool)), "one value an item"),
        (lambda: equal_voice(PICTURE, np.zeros(80, bool)), "leave it out"),
        (lambda: equal_voice(np.full((3, 1), np.nan)), "no finite numbers"),
        (lambda: product_kernel(np.ones((2, 2)), np.ones((3, 3))), "one shape"),
        (lambda: LateFusion([]), "at least one model"),
        (lambda: LateFusion(_two(), [0, 0]), "one above 0"),
        (lambda: LateFusion(_two(), trust=np.ones((80, 1))), r"\(n_items, 2\)"),
        (lambda: LateFusion(_two(), trust=np.full((80, 2), 2.0)), "from 0 to 1"),
        (lambda: LateFusion(_two(), trust=np.ones((79, 2))).fit(WORLD.log), "79 rows"),
        (lambda: FusionTower([TEXT, PICTURE[:79]]), "one row for each item"),
        (lambda: FusionTower([TEXT, PICTURE], "sideways"), "way must be one of"),
        (lambda: FusionTower([TEXT, PICTURE], blank=1.0), "from 0 to below 1"),
        (lambda: FusionTower([TEXT, PICTURE], present=np.ones((80, 3), bool)), "a column a modality"),
    ],
    ids=["another length", "no part", "a weight too few", "a weight below 0", "present too short", "nobody has it",
         "not finite", "kernels of two shapes", "no model", "weights of 0", "trust too narrow", "trust above 1",
         "trust of another length", "tower of two lengths", "unknown way", "all blanked", "present too wide"],
)  # fmt: skip
def test_bad_input_is_refused_with_what_to_give(make, says):
    with pytest.raises(ValueError, match=says):
        make()


def test_ridge_on_parts_side_by_side_is_the_kernel_ridge_on_the_sum():
    quiet = side_by_side([equal_voice(TEXT), equal_voice(PICTURE)])
    kernel = equal_voice(TEXT) @ equal_voice(TEXT).T + equal_voice(PICTURE) @ equal_voice(PICTURE).T
    known = KernelRidge(quiet @ quiet.T, 3.0).fit(WORLD.log).score(np.arange(5))
    np.testing.assert_allclose(KernelRidge(kernel, 3.0).fit(WORLD.log).score(np.arange(5)), known, atol=1e-6)
