"""BERT's parts against torch and Transformers, on random inputs and in distribution."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import BertConfig, BertForMaskedLM, BertForPreTraining, BertModel, DataCollatorForLanguageModeling
from transformers.models.bert.modeling_bert import BertEmbeddings, BertLayer

from recbook import layers
from recbook.data.prepare import repair
from recbook.text import bert

REPEATABLE = settings(derandomize=True, deadline=None, max_examples=30)
SEEDS = st.integers(0, 10_000)
CLOSE = {"rtol": 0, "atol": 1e-10}


def tensor(rng: np.random.Generator, *shape: int) -> torch.Tensor:
    return torch.from_numpy(rng.normal(size=shape))


def config(**changes) -> BertConfig:
    """A small BERT without dropout, and weights large enough for a mistake to show."""
    sizes = {"vocab_size": 60, "hidden_size": 12, "num_attention_heads": 3, "intermediate_size": 20}
    sizes |= {"num_hidden_layers": 2, "max_position_embeddings": 24, "initializer_range": 0.5}
    return BertConfig(**sizes | changes, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)


def real_tokens(rng: np.random.Generator, batch: int, n: int) -> torch.Tensor:
    """A 0/1 attention mask with padding on the right and at least one real token."""
    lengths = rng.integers(1, n + 1, size=batch)
    return torch.from_numpy((np.arange(n) < lengths[:, None]).astype(np.int64))


@pytest.fixture(scope="module")
def films(movielens) -> list[list[str]]:
    return bert.film_documents(movielens.items)


@pytest.fixture(scope="module")
def tokenizer(films):
    return bert.train_tokenizer([sentence for film in films for sentence in film], 1000)


# Attention


def test_by_pencil():
    query, key = torch.tensor([[1.0, 3, 1, 1]]), torch.tensor([[1.0, 0, 0, 1], [0, 1, 1, 0], [1, 0, 1, 0]])
    value = torch.tensor([[4.0, 0], [0, 4], [0, -4]])
    output, weights = layers.attention(query, key * np.log(2), value)
    torch.testing.assert_close(weights, torch.tensor([[0.25, 0.5, 0.25]]))
    torch.testing.assert_close(output, torch.tensor([[1.0, 1.0]]))


@REPEATABLE
@given(
    SEEDS,
    st.lists(st.integers(1, 3), max_size=2),
    st.integers(1, 6),
    st.integers(1, 6),
    st.integers(1, 5),
    st.booleans(),
)
def test_attention_is_torchs(seed, outer, n, m, d, masked):
    rng = np.random.default_rng(seed)
    query, key, value = tensor(rng, *outer, n, d), tensor(rng, *outer, m, d), tensor(rng, *outer, m, d + 1)
    mask = torch.from_numpy(rng.random((*outer, n, m)) < 0.5) if masked else None
    if mask is not None:
        mask[..., rng.integers(m)] = True
    output, weights = layers.attention(query, key, value, mask)
    expected = torch.nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
    torch.testing.assert_close(output, expected, **CLOSE)
    torch.testing.assert_close(weights.sum(-1), torch.ones(*outer, n, dtype=torch.double))
    assert mask is None or not weights[~mask].any()


@REPEATABLE
@given(SEEDS, st.integers(1, 7))
def test_the_causal_mask_is_torchs(seed, n):
    query, key, value = (tensor(np.random.default_rng(seed), 2, n, 3) for _ in range(3))
    expected = torch.nn.functional.scaled_dot_product_attention(query, key, value, is_causal=True)
    torch.testing.assert_close(layers.attention(query, key, value, layers.causal_mask(n))[0], expected, **CLOSE)


def test_masks_that_cannot_be_meant():
    x = torch.ones(2, 3)
    with pytest.raises(TypeError, match=r"Write mask\.bool\(\)"):
        layers.attention(x, x, x, torch.ones(2, 2, dtype=torch.int64))
    with pytest.raises(ValueError, match="at least one True"):
        layers.attention(x, x, x, torch.tensor([[True, False], [False, False]]))


@REPEATABLE
@given(SEEDS, st.integers(1, 4), st.integers(1, 4), st.integers(1, 5))
def test_heads_come_back_together(seed, n_heads, each, n):
    x = tensor(np.random.default_rng(seed), 2, n, n_heads * each)
    heads = layers.split_heads(x, n_heads)
    assert heads.shape == (2, n_heads, n, each)
    assert torch.equal(heads[1, -1, 0], x[1, 0, -each:])
    assert torch.equal(layers.merge_heads(heads), x)


def test_a_width_that_cannot_be_cut():
    for build in (lambda: layers.split_heads(torch.ones(2, 10), 3), lambda: layers.EncoderLayer(10, 3, 8)):
        with pytest.raises(ValueError, match="10 cannot be cut into 3"):
            build()


# The layer, the embeddings, the model


@REPEATABLE
@given(SEEDS, st.integers(1, 4), st.integers(1, 9), st.sampled_from(["eager", "sdpa"]))
def test_the_layer_is_berts(seed, batch, n, implementation):
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    theirs = BertLayer(config(attn_implementation=implementation)).double().eval()
    for norm in (theirs.attention.output.LayerNorm, theirs.output.LayerNorm):  # not 1 and 0, as they are born
        norm.load_state_dict({"weight": tensor(rng, 12), "bias": tensor(rng, 12)})
    x, mask = tensor(rng, batch, n, 12), (real_tokens(rng, batch, n)).bool()[:, None, None, :]
    added = torch.where(mask, 0.0, -torch.inf).double().expand(batch, 1, n, n)
    ours = layers.EncoderLayer.from_bert(theirs)
    torch.testing.assert_close(ours(x, mask), theirs(x, attention_mask=added), **CLOSE)
    torch.testing.assert_close(ours(x), theirs(x), **CLOSE)


def test_the_layer_is_a_copy_of_its_own():
    theirs = BertLayer(config(layer_norm_eps=0.1))
    ours = layers.EncoderLayer.from_bert(theirs)
    assert ours.norm_1.eps == 0.1 and ours.query.weight.dtype == torch.float32
    before = theirs.attention.self.query.weight.clone()
    torch.nn.init.zeros_(ours.query.weight)
    assert torch.equal(theirs.attention.self.query.weight, before)


def test_another_activation_is_refused():
    with pytest.raises(ValueError, match="'relu'"):
        layers.EncoderLayer.from_bert(BertLayer(config(hidden_act="relu")))


@REPEATABLE
@given(SEEDS, st.integers(1, 4), st.integers(1, 24), st.booleans())
def test_the_embeddings_are_berts(seed, batch, n, with_segments):
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    theirs = BertEmbeddings(config()).double().eval()
    ids = torch.from_numpy(rng.integers(0, 60, (batch, n)))
    segments = torch.from_numpy(rng.integers(0, 2, (batch, n))) if with_segments else None
    ours = layers.Embeddings.from_bert(theirs)
    torch.testing.assert_close(ours(ids, segments), theirs(ids, token_type_ids=segments), **CLOSE)


def test_a_text_longer_than_the_positions():
    with pytest.raises(ValueError, match=r"25 tokens is too long.*24 positions"):
        layers.Embeddings(60, 24, 2, 12)(torch.zeros(1, 25, dtype=torch.int64))


def test_stacked_they_are_the_model_and_their_weights_its_attention_maps():
    torch.manual_seed(1)
    rng = np.random.default_rng(1)
    theirs = BertModel(config(attn_implementation="eager"), add_pooling_layer=False).double().eval()
    ids, real = torch.from_numpy(rng.integers(0, 60, (3, 8))), real_tokens(rng, 3, 8)
    expected = theirs(ids, attention_mask=real, output_attentions=True)
    x, mask = layers.Embeddings.from_bert(theirs.embeddings)(ids), (real).bool()[:, None, None, :]
    for layer, weights in zip(
        map(layers.EncoderLayer.from_bert, theirs.encoder.layer), expected.attentions, strict=True
    ):
        torch.testing.assert_close(layer.attend(x, mask)[1], weights, **CLOSE)
        x = layer(x, mask)
    torch.testing.assert_close(x, expected.last_hidden_state, **CLOSE)


@REPEATABLE
@given(SEEDS, st.integers(2, 8), st.data())
def test_who_reads_whom(seed, n, data):
    """A later token never reaches an earlier output under the causal mask, and does without it."""
    torch.manual_seed(seed)
    layer = layers.EncoderLayer(12, 3, 20).double()
    x = tensor(np.random.default_rng(seed), 1, n, 12)
    place = data.draw(st.integers(1, n - 1))
    changed = x.clone()
    changed[:, place] += 1
    moved = {
        name: ((layer(x, mask) - layer(changed, mask)).abs().amax(dim=(0, 2)) > 1e-9).tolist()
        for name, mask in {"causal": layers.causal_mask(n), "both ways": None}.items()
    }
    assert moved["causal"] == [False] * place + [True] * (n - place)
    assert all(moved["both ways"])


def test_padding_changes_no_real_token():
    torch.manual_seed(0)
    layer, x = layers.EncoderLayer(12, 3, 20).double(), tensor(np.random.default_rng(0), 1, 7, 12)
    real = torch.tensor([[1, 1, 1, 1, 0, 0, 0]])
    torch.testing.assert_close(layer(x, (real).bool()[:, None, None, :])[:, :4], layer(x[:, :4]), **CLOSE)


# Masked language model


@REPEATABLE
@given(SEEDS, st.integers(1, 6), st.integers(1, 30), st.floats(0, 1))
def test_what_masking_leaves_alone(seed, batch, n, share):
    rng = np.random.default_rng(seed)
    ids = rng.integers(5, 40, (batch, n))
    special = rng.random(ids.shape) < 0.3
    chosen = bert.choose_masked(ids, special, rng, share)
    assert chosen.shape == ids.shape and not (chosen & special).any()
    inputs, labels = bert.mask_tokens(ids, chosen, 4, 40, rng)
    assert (labels[chosen] == ids[chosen]).all() and (labels[~chosen] == bert.IGNORED).all()
    assert (inputs[~chosen] == ids[~chosen]).all() and ((inputs >= 0) & (inputs < 40)).all()
    assert inputs.dtype == labels.dtype == np.int64


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_none_or_all_of_the_ordinary_tokens(share):
    special = np.array([True, False, False, True])
    chosen = bert.choose_masked(np.arange(4), special, np.random.default_rng(0), share)
    assert chosen.tolist() == [False, bool(share), bool(share), False]


@pytest.mark.parametrize("parts", [(1, 0, 0), (0, 1, 0), (0, 0, 1)])
def test_each_part_alone(parts):
    ids = np.full(2000, 7)
    inputs, labels = bert.mask_tokens(ids, ids == 7, 4, 1000, np.random.default_rng(0), parts)
    found = (inputs == 4).mean(), ((inputs != 4) & (inputs != 7)).mean(), (inputs == 7).mean()
    np.testing.assert_allclose(found, parts, atol=0.01)
    assert (labels == 7).all()


def outcomes(ids: np.ndarray, inputs: np.ndarray, labels: np.ndarray, ordinary: np.ndarray) -> np.ndarray:
    """Of the ordinary tokens the share that is chosen; of the chosen those masked, replaced by another, kept."""
    chosen = labels != bert.IGNORED
    masked, kept = inputs[chosen] == 4, inputs[chosen] == ids[chosen]
    return np.array([chosen[ordinary].mean(), masked.mean(), (~masked & ~kept).mean(), kept.mean()])


def test_shares_are_those_of_the_rule_and_of_transformers_collator(tokenizer, films):
    texts = [sentence for film in films for sentence in film]
    read = tokenizer(texts, padding=True, return_special_tokens_mask=True, return_tensors="np")
    ids, special = read["input_ids"], read["special_tokens_mask"].astype(bool)
    collator = DataCollatorForLanguageModeling(tokenizer, seed=0)
    theirs = collator([{"input_ids": row, "special_tokens_mask": no} for row, no in zip(ids, special, strict=True)])
    rng = np.random.default_rng(0)
    chosen = bert.choose_masked(ids, special, rng)
    ours = bert.mask_tokens(ids, chosen, tokenizer.mask_token_id, len(tokenizer), rng)
    found = outcomes(ids, *ours, ~special)
    found_theirs = outcomes(ids, theirs["input_ids"].numpy(), theirs["labels"].numpy(), ~special)
    hit = 0.1 / len(tokenizer)  # a random token is [MASK], or the right one, once in a vocabulary
    expected = np.array([0.15, 0.8 + hit, 0.1 - 2 * hit, 0.1 + hit])
    error = np.sqrt(expected * (1 - expected) / ((~special).sum() * np.array([1, 0.15, 0.15, 0.15])))
    assert (np.abs(found - expected) < 4 * error).all()
    assert (np.abs(found - found_theirs) < 4 * np.sqrt(2) * error).all()
    assert error.max() < 0.006, "or the bounds say nothing"


def test_choices_are_independent_and_replacements_spread_over_the_vocabulary():
    rng = np.random.default_rng(0)
    ids = np.full((4000, 20), 7)
    chosen = bert.choose_masked(ids, np.zeros_like(ids, bool), rng)
    assert chosen.sum(axis=1).var() == pytest.approx(20 * 0.15 * 0.85, rel=0.1)  # 0 if each row had exactly 3
    inputs, _ = bert.mask_tokens(ids, chosen, 4, 50, rng, (0, 1, 0))
    drawn = np.bincount(inputs[chosen], minlength=50)
    assert len(drawn) == 50 and np.abs(drawn / drawn.sum() - 0.02).max() < 0.006


def test_masking_refuses_what_does_not_fit():
    ids, rng = np.arange(6), np.random.default_rng(0)
    with pytest.raises(ValueError, match=r"shape of ids, \(6,\)"):
        bert.choose_masked(ids, np.zeros(5, bool), rng)
    with pytest.raises(ValueError, match="share must lie between 0 and 1"):
        bert.choose_masked(ids, ids < 0, rng, share=15)
    with pytest.raises(ValueError, match=r"shape of ids, \(6,\)"):
        bert.mask_tokens(ids, np.zeros(5, bool), 4, 40, rng)
    for parts in ((0.8, 0.1), (0.8, 0.3, -0.1), (0.8, 0.1, 0.2)):
        with pytest.raises(ValueError, match="three shares that add up to 1"):
            bert.mask_tokens(ids, ids > 3, 4, 40, rng, parts)


# Next sentence prediction


DOCUMENTS = [[f"{number}.{place}" for place in range(length)] for number, length in enumerate([3, 1, 2, 0, 4] * 8)]


@REPEATABLE
@given(SEEDS, st.floats(0, 1))
def test_pairs(seed, share):
    pairs = bert.sentence_pairs(DOCUMENTS, np.random.default_rng(seed), share)
    neighbours = [(a, b) for document in DOCUMENTS for a, b in pairwise(document)]
    assert [first for first, _, _ in pairs] == [first for first, _ in neighbours]
    for (first, second, is_random), (_, follower) in zip(pairs, neighbours, strict=True):
        assert is_random or second == follower
        if is_random:
            assert second.split(".")[0] != first.split(".")[0], "never of the same document"
            assert second.split(".")[1] != "0", "an opening would give itself away"


@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 1.0])
def test_the_share_of_random_pairs(share):
    documents = [[f"{number} a", f"{number} b"] for number in range(5000)]
    pairs = bert.sentence_pairs(documents, np.random.default_rng(1), share)
    found = np.mean([is_random for _, _, is_random in pairs])
    assert abs(found - share) <= 4 * np.sqrt(share * (1 - share) / 5000)
    assert len({second for _, second, is_random in pairs if is_random}) >= 0.6 * share * 5000, "spread over the others"


def test_pairs_that_cannot_be_made():
    with pytest.raises(ValueError, match="two documents of two sentences"):
        bert.sentence_pairs([["a", "b"], ["c"]], np.random.default_rng(0))
    assert bert.sentence_pairs([["a", "b"], ["c"]], np.random.default_rng(0), 0.0) == [("a", "b", False)]
    with pytest.raises(ValueError, match="share_random must lie"):
        bert.sentence_pairs(DOCUMENTS, np.random.default_rng(0), 50)


# Batches and loss


def test_a_batch_by_hand(tokenizer):
    batch = bert.pair_batch(
        [("alien", "alien is a horror film", False), ("babe", "babe", True)],
        tokenizer,
        np.random.default_rng(0),
        share=0,
    )
    plain = tokenizer(["alien", "babe"], ["alien is a horror film", "babe"], padding=True, return_token_type_ids=True)
    for name in ("input_ids", "token_type_ids", "attention_mask"):
        assert batch[name].tolist() == plain[name] and batch[name].dtype == torch.int64
    assert (batch["labels"] == bert.IGNORED).all()
    assert batch["next_sentence_label"].tolist() == [0, 1]
    first, second = len(tokenizer.tokenize("alien")), len(tokenizer.tokenize("alien is a horror film"))
    assert batch["token_type_ids"][0].tolist() == [0] * (first + 2) + [1] * (second + 1)


@REPEATABLE
@given(SEEDS, st.integers(1, 12), st.integers(8, 40))
def test_batches(tokenizer, films, seed, n_pairs, max_length):
    rng = np.random.default_rng(seed)
    some = [films[number] for number in rng.permutation(len(films) // 2)[: n_pairs + 1]]  # without item 267
    pairs = bert.sentence_pairs(some, rng)
    batch = bert.pair_batch(pairs, tokenizer, rng, max_length)
    longest = max(len(tokenizer(first, second)["input_ids"]) for first, second, _ in pairs)
    assert batch["input_ids"].shape == (len(pairs), min(longest, max_length))
    asked = batch["labels"] != bert.IGNORED
    assert not asked[batch["attention_mask"] == 0].any(), "padding is never asked about"
    assert not torch.isin(batch["labels"], torch.tensor(tokenizer.all_special_ids)).any()
    assert (batch["input_ids"][batch["attention_mask"] == 0] == tokenizer.pad_token_id).all()
    assert (batch["input_ids"][:, 0] == tokenizer.cls_token_id).all()
    assert batch["next_sentence_label"].tolist() == [int(is_random) for _, _, is_random in pairs]


def test_a_batch_of_single_texts(tokenizer):
    rng = np.random.default_rng(0)
    batch = bert.text_batch(["alien came out in 1979 ☃"], tokenizer, rng, share=1.0, parts=(1, 0, 0))
    shown = tokenizer.convert_ids_to_tokens(batch["input_ids"][0])
    assert shown[0] == "[CLS]" and shown[-2:] == ["[UNK]", "[SEP]"], "what the vocabulary lacks is not asked about"
    assert set(shown[1:-2]) == {"[MASK]"} and "next_sentence_label" not in batch
    with pytest.raises(ValueError, match="at least one pair"):
        bert.pair_batch([], tokenizer, rng)


@pytest.fixture(scope="module")
def model(tokenizer):
    torch.manual_seed(0)
    return BertForPreTraining(config(vocab_size=len(tokenizer), max_position_embeddings=80)).double()


@settings(REPEATABLE, max_examples=8)
@given(seed=SEEDS)
def test_the_loss_is_the_models(tokenizer, films, model, seed):
    rng = np.random.default_rng(seed)
    batch = bert.pair_batch(bert.sentence_pairs(films[seed % 1000 :][:12], rng), tokenizer, rng)
    ours, theirs = bert.masked_loss_only(model, batch), model(**batch)
    torch.testing.assert_close(ours.loss, theirs.loss, **CLOSE)
    asked = batch["labels"] != bert.IGNORED
    torch.testing.assert_close(ours.mlm_logits, theirs.prediction_logits[asked], **CLOSE)
    torch.testing.assert_close(ours.nsp_logits, theirs.seq_relationship_logits, **CLOSE)
    assert torch.equal(ours.mlm_labels, batch["labels"][asked]) and ours.mlm_logits.shape[0] < asked.numel() / 2
    ours.loss.backward()
    gradients = {name: weight.grad.clone() for name, weight in model.named_parameters()}
    model.zero_grad()
    theirs.loss.backward()
    for name, weight in model.named_parameters():
        torch.testing.assert_close(gradients[name], weight.grad, **CLOSE)
    model.zero_grad()


def test_accuracies_and_a_model_without_the_second_task(tokenizer, films, model):
    rng = np.random.default_rng(0)
    batch = bert.pair_batch(bert.sentence_pairs(films[:40], rng), tokenizer, rng)
    both = bert.masked_loss_only(model, batch)
    guessed = model(**batch).seq_relationship_logits.argmax(-1)
    assert both.nsp_accuracy == (guessed == batch["next_sentence_label"]).double().mean().item()
    assert both._replace(mlm_labels=both.mlm_logits.argmax(-1)).mlm_accuracy == 1
    alone = BertForMaskedLM(model.config).double()
    alone.load_state_dict({name: value for name, value in model.state_dict().items() if name in alone.state_dict()})
    one = bert.masked_loss_only(alone, batch)
    torch.testing.assert_close(one.loss, both.mlm_loss, **CLOSE)
    assert one.nsp_loss is one.nsp_logits is one.nsp_accuracy is None
    with pytest.raises(ValueError, match="No token of this batch is masked"):
        bert.masked_loss_only(model, batch | {"labels": torch.full_like(batch["labels"], bert.IGNORED)})


# Training and asking


def stream(films, tokenizer, nsp: bool = True):
    rng = np.random.default_rng(0)
    while True:
        batch = bert.pair_batch(bert.sentence_pairs(films[:12], rng), tokenizer, rng)
        if not nsp:
            del batch["next_sentence_label"]
        yield batch


def fresh(tokenizer) -> BertForPreTraining:
    torch.manual_seed(0)
    return BertForPreTraining(config(vocab_size=len(tokenizer), max_position_embeddings=80, initializer_range=0.02))


@pytest.mark.parametrize("falling", [True, False])
def test_the_training_is_the_loop_written_out(tokenizer, films, falling):
    ours, theirs = fresh(tokenizer), fresh(tokenizer)
    steps, warm_up, rate, called = 6, 2, 1e-2, []
    history = bert.train(ours, stream(films, tokenizer), steps, rate, warm_up, falling, before=called.append)
    optimizer, batches = torch.optim.AdamW(theirs.parameters(), lr=rate), stream(films, tokenizer)
    for step in range(steps):
        rise, fall = min((step + 1) / warm_up, 1), (1 - step / steps if falling else 1)
        optimizer.param_groups[0]["lr"] = rate * rise * fall
        output = bert.masked_loss_only(theirs, next(batches))
        np.testing.assert_allclose(history[step, :2], (output.mlm_loss.item(), output.nsp_loss.item()), atol=1e-4)
        optimizer.zero_grad()
        output.loss.backward()
        torch.nn.utils.clip_grad_norm_(theirs.parameters(), 1.0)
        optimizer.step()
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(mine, other, rtol=0, atol=1e-4)
    assert called == list(range(steps)) and history.shape == (steps, 3) and history[-1, 0] < history[0, 0]


def test_training_without_the_second_task(tokenizer, films):
    history = bert.train(fresh(tokenizer), stream(films, tokenizer, nsp=False), steps=2, rate=1e-3)
    assert np.isfinite(history[:, 0]).all() and np.isnan(history[:, 1:]).all()
    with pytest.raises(ValueError, match="at least one step; got 0"):
        bert.train(fresh(tokenizer), stream(films, tokenizer), steps=0, rate=1e-3)


def test_gaps_are_counted_text_by_text(tokenizer, films):
    model, rng = fresh(tokenizer), np.random.default_rng(0)
    batch = bert.pair_batch(bert.sentence_pairs(films[:20], rng), tokenizer, rng, parts=(1, 0, 0))
    best = model(**batch).prediction_logits.argmax(-1)
    every_other = (batch["labels"] >= 0) & (torch.arange(best.shape[1]) % 2 == 0)
    batch["labels"] = torch.where(every_other, best, batch["labels"])  # an untrained model is hardly ever right
    wanted = [
        [sum(b == t for b, t in zip(said, true, strict=True) if t >= 0), sum(t >= 0 for t in true)]
        for said, true in zip(best.tolist(), batch["labels"].tolist(), strict=True)
    ]
    counts = bert.gaps_filled(model, batch)
    assert counts.tolist() == wanted and 0 < counts[:, 0].sum() < counts[:, 1].sum()
    assert counts[:, 0].sum() / counts[:, 1].sum() == bert.masked_loss_only(model, batch).mlm_accuracy


def test_a_gap_is_filled_with_the_likeliest_tokens(tokenizer):
    model, pair = fresh(tokenizer), ("Alien came out in 1979.", "Alien is a [MASK] film.")
    inputs = tokenizer(*pair, return_token_type_ids=True, return_tensors="pt")
    place = inputs["input_ids"][0].tolist().index(tokenizer.mask_token_id)
    shares = model(**inputs).prediction_logits[0, place].softmax(-1)
    guesses = bert.fill_gap(model, tokenizer, *pair, few=4)
    wanted = shares.sort(descending=True)
    assert [token for token, _ in guesses] == tokenizer.convert_ids_to_tokens(wanted.indices[:4])
    np.testing.assert_allclose([p for _, p in guesses], wanted.values[:4].detach(), rtol=1e-5)
    for first in ("[MASK] came out in 1979.", "Alien came out in 1979."):
        with pytest.raises(ValueError, match=r"these have [02]"):
            bert.fill_gap(
                model, tokenizer, first, "Alien is a [MASK] film." if "[MASK]" in first else "Alien is a film."
            )


# Texts and their tokenizer


def test_what_is_said_of_a_film(movielens, films):
    assert films[0] == ["Toy Story came out in 1995.", "Toy Story is an animation children's comedy film."]
    assert films[1] == ["GoldenEye came out in 1995.", "GoldenEye is an action adventure thriller film."]
    assert films[266] == [], "item 267: nothing is known of it"
    assert films[1411] == [
        "Land Before Time III: The Time of the Great Giving came out in 1995.",
        "Land Before Time III: The Time of the Great Giving is an animation children's film.",
    ]
    assert films[1372] == ["Good Morning came out in 1971.", "Good Morning is a film."]
    assert len(films) == 1682 and sum(len(film) == 2 for film in films) == 1681
    assert bert.film_documents(repair(movielens, None)[0].items)[:266] == films[:266]


def test_a_film_without_a_year_has_one_sentence():
    items = pd.DataFrame({"display_title": ["Alien"], "year": [pd.NA], "genres": ["Horror"]})
    assert bert.film_documents(items) == [["Alien is a horror film."]]


def test_the_tokenizer_is_berts(tokenizer, films):
    assert len(tokenizer) == 1000
    assert tokenizer.convert_tokens_to_ids(list(bert.SPECIAL_TOKENS)) == [0, 1, 2, 3, 4]
    assert tokenizer.all_special_tokens and set(tokenizer.all_special_ids) == set(range(5))
    ids = tokenizer("Toy Story", "is a FILM.")["input_ids"]
    assert (ids[0], ids[-1], ids.count(3)) == (2, 3, 2)
    assert tokenizer.tokenize("FILM.") == ["film", "."]
    assert not any(1 in tokenizer(sentence)["input_ids"] for sentence in films[0]), "it knows every letter it saw"
    assert tokenizer.decode(ids, skip_special_tokens=True) == "toy story is a film."


def test_a_pair_is_read_with_its_segments(tokenizer):
    read = tokenizer("alien came out", "alien is a film")
    first = read["input_ids"].index(tokenizer.sep_token_id)
    assert read["token_type_ids"] == [0] * (first + 1) + [1] * (len(read["input_ids"]) - first - 1)


def test_the_same_texts_give_the_same_tokenizer(films):
    texts = [sentence for film in films for sentence in film]
    one, two, three = (bert.train_tokenizer(texts, 700).get_vocab() for _ in range(3))
    assert one == two == three  # the library's own trainer orders ties anew each time


def test_a_tokenizer_needs_texts_and_room():
    with pytest.raises(ValueError, match="needs texts"):
        bert.train_tokenizer([], 100)
    with pytest.raises(ValueError, match="more than 9 tokens; got 9"):
        bert.train_tokenizer(["alien"], 9)


def test_importing_the_package_needs_no_torch():
    code = "import sys, recbook.text; print('torch' in sys.modules, 'recbook.text.bert' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
