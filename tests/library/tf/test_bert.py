"""The Keras encoder is the Transformers library's BERT, padded or not, and loads where recbook is unknown."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import BertConfig, BertModel

from recbook.text import TextEncoder
from recbook.tf import bert

SIZES = {"vocabulary": 30, "width": 24, "depth": 2, "heads": 3, "inner": 40, "places": 16}
ROWS = st.lists(st.lists(st.integers(1, 29), min_size=1, max_size=16), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def theirs():
    """A small BERT with weights far from 0, so that a place that is left out shows."""
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=30, hidden_size=24, num_hidden_layers=2, num_attention_heads=3, intermediate_size=40,
        max_position_embeddings=16, initializer_range=0.3,
    )  # fmt: skip
    model = BertModel(config, add_pooling_layer=False).eval()
    for name, weight in model.named_parameters():
        if name.endswith("bias"):
            torch.nn.init.normal_(weight, std=0.3)
    return model


@pytest.fixture(scope="module")
def ours(theirs):
    tensors = {name: weight.numpy() for name, weight in theirs.state_dict().items()}
    return bert.copy_weights(bert.sentence_encoder(**SIZES), tensors)


def by_torch(model, rows):
    """One text at a time and without padding: mean over the tokens, then unit length."""
    with torch.inference_mode():
        means = [model(torch.tensor([row])).last_hidden_state[0].mean(dim=0).numpy() for row in rows]
    return np.array([mean / np.linalg.norm(mean) for mean in means])


@given(rows=ROWS)
@settings(max_examples=25, deadline=None)
def test_agrees_with_the_transformers_library(rows, theirs, ours):
    np.testing.assert_allclose(ours.predict_on_batch(bert.padded(rows)), by_torch(theirs, rows), atol=1e-5)


@given(rows=ROWS, batch_size=st.integers(1, 4))
@settings(max_examples=15, deadline=None)
def test_encode_keeps_the_order_whatever_the_batches(rows, batch_size, theirs, ours):
    vectors = bert.encode(ours, rows, batch_size)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, by_torch(theirs, rows), atol=1e-5)


def test_encode_of_nothing(ours):
    assert bert.encode(ours, []).shape == (0, 24)


def test_minilm_gives_the_vectors_of_the_text_encoder():
    texts = ["Toy Story", "a much longer text about a ship that hits an iceberg in the night", "", "太空"]
    vectors = bert.encode(bert.published(), bert.token_ids(texts))
    np.testing.assert_allclose(vectors, TextEncoder().encode(texts), atol=1e-5)


def test_token_ids_are_those_of_the_text_encoder_and_no_longer_than_asked():
    tokenizer, _ = TextEncoder()._loaded
    texts = ["Toy Story", "naïve Amélie", "word " * 300]
    assert bert.token_ids(texts) == tokenizer(texts, truncation=True, max_length=256)["input_ids"]
    assert [len(ids) for ids in bert.token_ids(texts, max_tokens=5)] == [4, 4, 5]


def test_loads_in_a_process_that_imports_tensorflow_only(ours, tmp_path):
    rows = [[5, 6, 7], [8]]
    ours.save(tmp_path / "bert_model.keras")
    np.save(tmp_path / "ids.npy", bert.padded(rows))
    code = (
        "import tensorflow as tf, numpy as np, sys;"
        "model = tf.keras.models.load_model('bert_model.keras');"
        "np.save('vectors.npy', model(np.load('ids.npy')));"
        "print('recbook' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split()[-1] == "False"
    np.testing.assert_allclose(np.load(tmp_path / "vectors.npy"), ours(bert.padded(rows)).numpy(), atol=1e-6)


def test_padded_fills_up_with_zeros():
    np.testing.assert_array_equal(bert.padded([[1, 2], [3]]), [[1, 2], [3, 0]])
    assert bert.padded([]).shape == (0, 0) and bert.padded([[1]]).dtype == np.int32


def test_refuses_what_it_cannot_do():
    with pytest.raises(ValueError, match="got 24 and 5"):
        bert.sentence_encoder(**SIZES | {"heads": 5})
    with pytest.raises(TypeError, match="Write token_ids"):
        bert.token_ids("Toy Story")
    with pytest.raises(ValueError, match="gelu_new"):
        bert._sizes({"hidden_act": "gelu_new", "layer_norm_eps": 1e-12, "pad_token_id": 0})


def test_a_missing_tensor_is_named(theirs):
    tensors = {name: weight.numpy() for name, weight in theirs.state_dict().items()}
    del tensors["encoder.layer.1.output.dense.bias"]
    with pytest.raises(KeyError, match=r"encoder\.layer\.1\.output\.dense\.bias"):
        bert.copy_weights(bert.sentence_encoder(**SIZES), tensors)


def test_recbook_itself_needs_no_tensorflow():
    code = (
        "import sys, recbook, recbook.models, recbook.models.towers, recbook.plots, recbook.learning, recbook.tf;"
        "print('tensorflow' in sys.modules, 'keras' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
