"""Transformers on histories: every item is a target once, nothing leaks from later, and patterns are learned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from recbook.data import Interactions
from recbook.models.sequences import BERT4Rec, HistoryEncoder, SASRec, SequenceSettings, windows

SMALL = SequenceSettings(
    width=16, layers=1, length=8, dropout=0.0, epochs=30, batch_size=16, learning_rate=0.01, text=False
)
BOTH = pytest.mark.parametrize("kind", [SASRec, BERT4Rec])


def log_of(sequences: list[list[int]], n_items: int) -> Interactions:
    user = np.repeat(np.arange(len(sequences)), [len(items) for items in sequences])
    item = np.array([item for items in sequences for item in items])
    time = np.concatenate([np.arange(len(items)) for items in sequences])
    return Interactions(user, item, np.ones(len(user), np.float32), time, np.arange(len(sequences)), np.arange(n_items))


@pytest.fixture(scope="module")
def circle() -> Interactions:
    """Twelve items in a circle; each user walks along it from somewhere: the next item is always known."""
    return log_of([[(start + step) % 12 for step in range(5 + start % 4)] for start in range(48)], 12)


histories = st.lists(st.lists(st.integers(0, 30), max_size=40).map(lambda items: np.array(items, int)), max_size=5)


@given(histories, st.integers(1, 7), st.integers(0, 2), st.one_of(st.none(), st.integers(0, 99)))
def test_each_item_after_the_context_is_a_target_once_with_all_the_past_that_fits(sequences, length, context, seed):
    found = windows(sequences, length, context, None if seed is None else np.random.default_rng(seed))
    asked = [item for row in zip(*found, strict=True) for item in row[0][row[1]] - 1]
    assert asked == [item for items in sequences for item in items[context:]]
    assert (found.targets <= (found.items > 0)).all() and found.targets.any(axis=1).all()
    assert (found.targets.sum(axis=1) <= length).all()
    assert (np.diff((found.items > 0).astype(int), axis=1) <= 0).all()  # padding on the right only
    full = (found.items > 0).all(axis=1)
    long = [items for items in sequences if len(items) >= length + context]
    assert full.sum() >= len(long)


@given(histories, st.integers(1, 7), st.integers(0, 99))
def test_windows_are_pieces_of_the_histories(sequences, length, seed):
    found = windows(sequences, length, 1, np.random.default_rng(seed))
    texts = [" ".join(map(str, items)) + " " for items in sequences]
    for row in found.items:
        piece = " ".join(map(str, row[row > 0] - 1)) + " "
        assert any(text.startswith(piece) or f" {piece}" in text for text in texts)


def encoder(causal: bool) -> HistoryEncoder:
    torch.manual_seed(0)
    return HistoryEncoder(20, replace(SMALL, dropout=0.5), causal).eval()


def test_a_causal_place_reads_nothing_later_and_the_other_kind_does():
    one, other = torch.tensor([[3, 5, 7, 2]]), torch.tensor([[3, 5, 9, 4]])
    assert torch.allclose(encoder(True)(one)[:, :2], encoder(True)(other)[:, :2], atol=1e-6)
    assert not torch.allclose(encoder(True)(one)[:, 2:], encoder(True)(other)[:, 2:], atol=1e-3)
    assert not torch.allclose(encoder(False)(one)[:, :2], encoder(False)(other)[:, :2], atol=1e-3)


@pytest.mark.parametrize("causal", [True, False])
def test_padding_moves_no_vector(causal):
    short, filled = torch.tensor([[3, 5, 7]]), torch.tensor([[3, 5, 7, 0, 0]])
    assert torch.allclose(encoder(causal)(short), encoder(causal)(filled)[:, :3], atol=1e-6)


@BOTH
def test_the_next_item_of_a_circle_is_learned(kind, circle):
    model = kind(settings=replace(SMALL, epochs=120)).fit(circle)  # BERT4Rec meets fewer targets an epoch
    asked = log_of([[(start + step) % 12 for step in range(5)] for start in range(12)], 12)
    best = model.score(np.arange(12), asked).argmax(axis=1)
    assert (best == (np.arange(12) + 5) % 12).mean() > 0.7  # by popularity 1 in 12
    assert np.mean(model.losses_[-5:]) < 0.7 * np.mean(model.losses_[:5])


@BOTH
def test_every_place_that_is_read_was_trained(kind):
    # Histories longer than what is read: BERT4Rec recommends from the last place of all, where its mask stands.
    walk = log_of([[(start + step) % 12 for step in range(11)] for start in range(24)], 12)
    settings = replace(SMALL, epochs=2, averaged=0.0)
    torch.manual_seed(0)
    before = HistoryEncoder(12, settings, kind.causal).places
    after = kind(settings=settings).fit(walk).model_.places
    assert (before != after).any(dim=1).all()


@pytest.mark.parametrize("change", [{"tied": False}, {"negatives": 3}, {"falls": True}, {"averaged": 0.0}])
def test_other_heads_losses_and_rates_learn_the_circle_too(change, circle):
    model = SASRec(settings=replace(SMALL, epochs=60, **change)).fit(circle)
    best = model.score(np.arange(48)).argmax(axis=1)
    following = np.array([(start + 5 + start % 4) % 12 for start in range(48)])
    assert (best == following).mean() > 0.8
    assert (model.model_.output is None) == model.settings.tied


@BOTH
def test_one_seed_gives_one_model(kind, circle):
    few = replace(SMALL, epochs=2, dropout=0.2)
    one, two, other = (kind(settings=few, seed=seed).fit(circle).losses_ for seed in (1, 1, 2))
    assert one == two and one != other


@BOTH
def test_scores_are_those_of_each_user_whatever_the_order_and_the_company(kind, circle):
    model = kind(settings=replace(SMALL, epochs=1)).fit(circle)
    everyone = model.score(np.arange(48))
    assert everyone.shape == (48, 12) and everyone.dtype == np.float32
    assert np.allclose(model.score(np.array([7, 3])), everyone[[7, 3]], atol=1e-5)
    assert model.score(np.array([], int)).shape == (0, 12)


@BOTH
def test_only_the_last_items_are_read(kind, circle):
    model = kind(settings=replace(SMALL, epochs=1)).fit(circle)
    last = [4, 5, 6, 7, 8, 9, 10, 11]
    histories = log_of([[*last], [1, 2, 3, *last]], 12)
    first, second = model.score(np.arange(2), histories)
    assert np.allclose(first, second, atol=1e-5)


@BOTH
def test_a_user_without_a_history_gets_finite_scores(kind, circle):
    model = kind(settings=replace(SMALL, epochs=1)).fit(circle)
    nobody = Interactions(*(np.array([], int) for _ in range(4)), np.arange(3), np.arange(12))
    assert np.isfinite(model.score(np.arange(3), nobody)).all()


@BOTH
def test_text_scores_items_that_were_never_met(kind):
    # Items 10 and 11 are never met; item 11 has the text of item 1, which always follows item 0.
    walk = log_of([[0, 1, 2 + k % 8, 0, 1] for k in range(40)], 12)
    features = np.eye(12, dtype=np.float32)
    features[11] = features[1]
    model = kind(features, replace(SMALL, text=True, identity=False)).fit(walk)
    scores = model.score(np.array([0]), log_of([[0]], 12))[0]
    unbiased = scores - model.model_.bias.detach().numpy()
    assert unbiased[11] > unbiased[10] and np.isclose(unbiased[11], unbiased[1], atol=1e-4)


@BOTH
def test_training_can_be_watched_and_stopped(kind, circle):
    seen = []
    model = kind(settings=SMALL, on_epoch=lambda fitted, epoch: seen.append(epoch) or epoch == 2).fit(circle)
    assert seen == [1, 2] and not model.model_.training


@pytest.mark.parametrize(("averaged", "epochs"), [(0.5, {3, 4, 5}), (1.0, {1, 2, 3, 4, 5}), (0.1, {5}), (0.0, {5})])
def test_the_weights_kept_are_the_mean_over_the_last_epochs(averaged, epochs, circle):
    seen = {}
    model = SASRec(
        settings=replace(SMALL, epochs=5, averaged=averaged),
        on_epoch=lambda fitted, epoch: seen.update({epoch: fitted.model_.places.detach().clone()}),
    ).fit(circle)
    wanted = torch.stack([places for epoch, places in seen.items() if epoch in epochs]).mean(dim=0)
    assert torch.allclose(model.model_.places, wanted, atol=1e-6)


def test_bert4rec_hides_targets_or_ends_a_row_at_the_one_it_hides():
    model = BERT4Rec(settings=replace(SMALL, masked=0.5, last=0.5))
    rows = torch.tensor([[1, 2, 3, 4, 0], [5, 6, 7, 8, 9]] * 500)
    targets = torch.tensor([[False, True, True, True, False], [True] * 5] * 500)
    torch.manual_seed(0)
    shown, hidden = model._hidden(rows, targets)
    assert (hidden <= targets).all() and hidden.any(dim=1).all() and (shown[hidden] == rows[hidden]).all()
    kept = shown > 0
    assert (shown[kept] == rows[kept]).all() and (kept[:, 1:] <= kept[:, :-1]).all()
    ended = hidden & (torch.arange(5) == kept.sum(dim=1, keepdim=True) - 1) & (hidden.sum(dim=1, keepdim=True) == 1)
    # Of the short rows 1/2 are cut on purpose and 1/16 since nothing was drawn, at each target alike; a whole row
    # with its last target alone hidden, 1/16, looks like one that was cut there.
    assert torch.allclose(ended[::2].float().mean(dim=0), torch.tensor([0, 9 / 48, 9 / 48, 12 / 48, 0]), atol=0.06)
    cut = (kept != (rows > 0)).any(dim=1)
    assert (ended.any(dim=1) >= cut).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"identity": False, "text": False}, "identity, text or both"),
        ({"length": 0}, "length must be above 0"),
        ({"negatives": -1}, "negatives must not be below 0"),
        ({"dropout": 1.5}, "dropout must lie between 0 and 1"),
        ({"width": 10, "heads": 3}, "multiple of heads"),
    ],
)
def test_settings_that_make_no_model_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        SequenceSettings(**change)


@BOTH
def test_wrong_input_says_what_to_do(kind, circle):
    with pytest.raises(ValueError, match="give item_features"):
        kind(settings=SequenceSettings())
    with pytest.raises(ValueError, match="item_features has 5 rows"):
        kind(np.ones((5, 3)), replace(SMALL, text=True)).fit(circle)
    with pytest.raises(ValueError, match="no next item"):
        kind(settings=SMALL).fit(log_of([[0], [1]], 3))
    fitted = kind(settings=replace(SMALL, epochs=1)).fit(circle)
    with pytest.raises(ValueError, match="the same ids"):
        fitted.score(np.arange(2), log_of([[0], [1]], 3))
